//! Blobs as lines, and lines as numbers.
//!
//! Versions of one path share most of their lines, so lines are interned a path at a time: a [`Lexicon`]
//! gives equal lines equal tokens, checked byte by byte, so that no collision of hashes can make two
//! different lines equal. The lines at the beginning and the end that a version shares with its neighbour
//! take the neighbour's tokens without being looked at again.

use crate::packs::LARGEST;
use std::hash::{BuildHasher, RandomState};

/// Whether git takes the content for binary: a NUL among the first 8,000 bytes, or too large. To git that is
/// `core.bigFileThreshold`, 512 MiB; here it is what is read at all.
pub(crate) fn is_binary(data: &[u8]) -> bool {
    data.len() > LARGEST || memchr::memchr(0, &data[..data.len().min(8_000)]).is_some()
}

/// The number of a distinct line of a path.
pub(crate) type Token = u32;

/// The bytes of a version: as the object store gave them out, or our own.
pub(crate) enum Content<'repo> {
    Object(crate::objects::Object<'repo>),
    Owned(Vec<u8>),
}

impl std::ops::Deref for Content<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Object(object) => object.data(),
            Self::Owned(bytes) => bytes,
        }
    }
}

impl From<Vec<u8>> for Content<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Owned(bytes)
    }
}

/// A version of a file.
pub(crate) struct Version<'repo> {
    pub(crate) data: Content<'repo>,
    /// Byte at which each line starts, and one more: the length.
    pub(crate) starts: Vec<u32>,
    pub(crate) tokens: Vec<Token>,
}

impl Version<'_> {
    pub(crate) fn n_lines(&self) -> u32 {
        self.tokens.len() as u32
    }

    /// A line without its end.
    pub(crate) fn line(&self, number: u32) -> &[u8] {
        let (start, end) = (
            self.starts[number as usize],
            self.starts[number as usize + 1],
        );
        let line = &self.data[start as usize..end as usize];
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}

/// The distinct lines of one path.
pub(crate) struct Lexicon {
    bytes: Vec<u8>,
    /// Where each token's line ends in `bytes`; it starts where the one before ends.
    ends: Vec<usize>,
    /// Open addressing: hash and token + 1, 0 for a free slot. A power of two long.
    slots: Vec<(u32, u32)>,
    /// Unknown to whoever writes lines, so that nobody can write many that collide. Tokens are numbered as
    /// lines appear and lines are compared byte by byte, so no result depends on it.
    keys: [u64; 2],
    /// Memory of versions that are no longer needed.
    spare: Vec<(Vec<u32>, Vec<Token>)>,
}

/// Slots, bytes and lines for which memory is kept from path to path.
const KEPT_SLOTS: usize = 1 << 16;
const KEPT_BYTES: usize = 1 << 20;
/// Versions whose memory is kept.
const SPARE: usize = 4;
const FEW_SLOTS: usize = 1 << 10;

impl Lexicon {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            ends: Vec::new(),
            slots: vec![(0, 0); FEW_SLOTS],
            keys: [0, 1].map(|key: u64| RandomState::new().hash_one(key)),
            spare: Vec::new(),
        }
    }

    /// Forgets all lines and keeps the memory, unless it has grown large.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_BYTES);
        self.ends.clear();
        self.ends.shrink_to(KEPT_SLOTS);
        self.slots.clear();
        self.slots.shrink_to(KEPT_SLOTS);
        self.slots.resize(FEW_SLOTS, (0, 0));
    }

    /// Takes back the memory of a version, unless it is large.
    pub(crate) fn recycle(&mut self, version: Version<'_>) {
        let Version { starts, tokens, .. } = version;
        if self.spare.len() < SPARE && starts.capacity().max(tokens.capacity()) <= KEPT_SLOTS {
            self.spare.push((starts, tokens));
        }
    }

    pub(crate) fn n_tokens(&self) -> usize {
        self.ends.len()
    }

    /// The line of a token, with its end.
    pub(crate) fn line(&self, token: Token) -> &[u8] {
        let index = token as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    fn intern(&mut self, line: &[u8]) -> Token {
        if self.ends.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = hash(line, self.keys);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let (known, slot) = self.slots[at];
            if slot == 0 {
                break;
            }
            if known == hash && self.line(slot - 1) == line {
                return slot - 1;
            }
            at = (at + 1) & mask;
        }
        self.bytes.extend_from_slice(line);
        self.ends.push(self.bytes.len());
        let token = self.ends.len() as u32;
        self.slots[at] = (hash, token);
        token - 1
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let before = std::mem::replace(&mut self.slots, vec![(0, 0); mask + 1]);
        for slot in before.into_iter().filter(|&(_, slot)| slot != 0) {
            let mut at = slot.0 as usize & mask;
            while self.slots[at].1 != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = slot;
        }
    }

    /// Splits a blob into lines and interns them, taking over from `near` what both begin and end with.
    pub(crate) fn version<'repo>(
        &mut self,
        data: impl Into<Content<'repo>>,
        near: Option<&Version<'_>>,
    ) -> Version<'repo> {
        let (mut starts, mut tokens) = self.spare.pop().unwrap_or_default();
        starts.clear();
        tokens.clear();
        let mut out = Version {
            data: data.into(),
            starts,
            tokens,
        };
        let data = &*out.data;
        // About as many lines as the neighbour has, or as source has on average.
        let n_lines = near.map_or(data.len() / 32, |near| near.tokens.len()) + 16;
        out.starts.reserve(n_lines);
        out.tokens.reserve(n_lines);
        let mut at = 0;
        let mut tail = 0;
        if let Some(near) = near {
            let same = shared_prefix(data, &near.data);
            // Whole lines only: those that end within the shared bytes.
            let lines = near.starts[1..].partition_point(|&end| {
                (end as usize) <= same && near.data[end as usize - 1] == b'\n'
            });
            out.starts.extend_from_slice(&near.starts[..lines]);
            out.tokens.extend_from_slice(&near.tokens[..lines]);
            at = near.starts[lines] as usize;
            let limit = (data.len() - at).min(near.data.len() - at);
            let same = shared_suffix(data, &near.data).min(limit);
            // The first line start of the neighbour that lies within the shared end, after a shared line end.
            let from = near.data.len() - same + 1;
            tail =
                near.starts[..near.tokens.len()].partition_point(|&start| (start as usize) < from);
            tail = near.tokens.len() - tail;
        }
        let stop = data.len()
            - near.map_or(0, |near| {
                near.data.len() - near.starts[near.tokens.len() - tail] as usize
            });
        while at < stop {
            let end = memchr::memchr(b'\n', &data[at..stop]).map_or(stop, |offset| at + offset + 1);
            out.starts.push(at as u32);
            out.tokens.push(self.intern(&data[at..end]));
            at = end;
        }
        if let Some(near) = near {
            let first = near.tokens.len() - tail;
            let shift = (data.len() as i64) - (near.data.len() as i64);
            out.starts.extend(
                near.starts[first..near.tokens.len()]
                    .iter()
                    .map(|&start| (i64::from(start) + shift) as u32),
            );
            out.tokens.extend_from_slice(&near.tokens[first..]);
        }
        out.starts.push(data.len() as u32);
        out
    }
}

/// A hash of a line under secret keys: 16 bytes at a time, each half of them mixed with a key, are multiplied
/// to 128 bits and folded.
fn hash(line: &[u8], [even, odd]: [u64; 2]) -> u32 {
    let fold = |a: u64, b: u64| {
        let product = u128::from(a) * u128::from(b);
        (product as u64) ^ (product >> 64) as u64
    };
    let mut hash = line.len() as u64;
    let mut rest = line;
    while let Some((first, others)) = rest.split_first_chunk() {
        let (second, others) = match others.split_first_chunk() {
            Some((second, others)) => (u64::from_le_bytes(*second), others),
            None => (short_word(others), &[][..]),
        };
        hash = fold(u64::from_le_bytes(*first) ^ even ^ hash, second ^ odd);
        rest = others;
    }
    hash = fold(short_word(rest) ^ even ^ hash, odd);
    (hash ^ hash >> 32) as u32
}

/// Less than eight bytes as a number, whose length is known otherwise.
fn short_word(bytes: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32;
    }
    let three = bytes.iter().take(3);
    three.fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// How many elements both begin with.
pub(crate) fn shared_prefix<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let mut at = 0;
    for block in [4_096, 256, 32] {
        at += a[at..]
            .chunks_exact(block)
            .zip(b[at..].chunks_exact(block))
            .take_while(|(x, y)| x == y)
            .count()
            * block;
    }
    at + a[at..]
        .iter()
        .zip(&b[at..])
        .take_while(|(x, y)| x == y)
        .count()
}

/// How many elements both end with.
pub(crate) fn shared_suffix<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let (mut left, mut right) = (a, b);
    for block in [4_096, 256, 32] {
        let same = left
            .rchunks_exact(block)
            .zip(right.rchunks_exact(block))
            .take_while(|(x, y)| x == y)
            .count()
            * block;
        (left, right) = (&left[..left.len() - same], &right[..right.len() - same]);
    }
    let same = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    a.len() - left.len() + same
}

#[cfg(test)]
mod tests {
    use super::{Lexicon, Version};
    use proptest::prelude::*;

    fn plain(lexicon: &mut Lexicon, data: &[u8]) -> Version<'static> {
        lexicon.version(data.to_vec(), None)
    }

    #[test]
    fn lines_end_after_their_line_feed_and_the_last_may_lack_one() {
        let mut lexicon = Lexicon::new();
        let version = plain(&mut lexicon, b"a\r\nb\na");
        assert_eq!(version.n_lines(), 3);
        assert_eq!(
            (version.line(0), version.line(1), version.line(2)),
            (&b"a"[..], &b"b"[..], &b"a"[..])
        );
        assert_ne!(version.tokens[0], version.tokens[2]);
        assert_eq!(plain(&mut lexicon, b"").n_lines(), 0);
    }

    proptest! {
        #[test]
        fn taking_over_from_a_neighbour_changes_nothing(
            a in proptest::collection::vec(0..4_u8, 0..60),
            b in proptest::collection::vec(0..4_u8, 0..60),
            middle in 0..200_usize,
        ) {
            let text = |digits: &[u8], pad: usize| -> Vec<u8> {
                let mut out: Vec<u8> = "shared line\n".repeat(pad).into_bytes();
                out.extend(digits.iter().map(|&digit| b"x\ny\n"[digit as usize]));
                out.extend("shared line\n".repeat(pad / 2).into_bytes());
                out
            };
            let (a, b) = (text(&a, middle), text(&b, middle));
            let mut lexicon = Lexicon::new();
            let near = plain(&mut lexicon, &a);
            let quick = lexicon.version(b.clone(), Some(&near));
            let slow = plain(&mut lexicon, &b);
            prop_assert_eq!(quick.starts, slow.starts);
            prop_assert_eq!(quick.tokens, slow.tokens);
        }
    }
}
