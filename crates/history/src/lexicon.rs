//! Lines as numbers.
//!
//! Versions of one path share most of their lines, so lines are interned a path at a time: a [`Lexicon`]
//! gives equal lines equal tokens, checked byte by byte, so that no collision of hashes can make two
//! different lines equal. Lines that follow each other in a version as in its neighbour take the
//! neighbour's tokens without being looked at one by one.

use crate::text::{Content, Token, Version, shared_prefix, shared_suffix};
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

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
/// Lines of the neighbour among which a line is looked for, on both sides, a line that was not copied.
const WINDOW: usize = 16;
const MAX_WINDOW: usize = 256;

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

    /// Splits a blob into lines and interns them, taking over from `near` what both have in the same order.
    pub(crate) fn version<'repo>(
        &mut self,
        data: impl Into<Content<'repo>>,
        near: Option<&Version<'_>>,
    ) -> Version<'repo> {
        let data = data.into();
        let (mut starts, mut tokens) = self.spare.pop().unwrap_or_default();
        starts.clear();
        tokens.clear();
        // About as many lines as the neighbour has, or as source has on average.
        let n_lines = near.map_or(data.len() / 32, |near| near.tokens.len()) + 16;
        starts.reserve(n_lines);
        tokens.reserve(n_lines);
        let mut lines = Lines {
            data: &data,
            starts,
            tokens,
            at: 0,
            end: data.len(),
        };
        if let Some(near) = near {
            self.take_over(&mut lines, near);
        } else {
            while lines.at < lines.end {
                self.intern_next(&mut lines);
            }
        }
        let Lines {
            mut starts, tokens, ..
        } = lines;
        starts.push(data.len() as u32);
        Version {
            data,
            starts,
            tokens,
        }
    }

    /// Splits the lines of a version that is like `near`.
    ///
    /// Stretches of equal lines are taken over as they are. Where a line is unlike the one of the neighbour
    /// it is interned, and its token looked for a little further on and back, to go on from there.
    fn take_over(&mut self, lines: &mut Lines<'_>, near: &Version<'_>) {
        let mut at_near = lines.copy(near, 0..near.tokens.len());
        let n_end = lines.shared_end(near, at_near);
        let end_near = near.tokens.len() - n_end;
        lines.end = lines.data.len() - (near.data.len() - near.starts[end_near] as usize);
        let mut n_unlike = 0;
        while lines.at < lines.end {
            let n_copied = lines.copy(near, at_near..end_near);
            at_near += n_copied;
            if n_copied > 0 {
                n_unlike = 0;
                continue;
            }
            let n_known = self.ends.len() as u32;
            let token = self.intern_next(lines);
            n_unlike += 1;
            if token < n_known {
                let window = (WINDOW * n_unlike).min(MAX_WINDOW);
                let (before, after) = near.tokens[..end_near].split_at(at_near);
                let ahead = after.iter().take(window).position(|&it| it == token);
                let behind = || before.iter().rev().take(window).position(|&it| it == token);
                if let Some(ahead) = ahead {
                    at_near += ahead + 1;
                } else if let Some(behind) = behind() {
                    at_near -= behind;
                }
            }
        }
        lines.end = lines.data.len();
        lines.copy(near, end_near..near.tokens.len());
    }

    fn intern_next(&mut self, lines: &mut Lines<'_>) -> Token {
        let rest = &lines.data[lines.at..lines.end];
        let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let token = self.intern(&rest[..len]);
        lines.starts.push(lines.at as u32);
        lines.tokens.push(token);
        lines.at += len;
        token
    }
}

/// The lines of a text, as far as they were taken.
struct Lines<'a> {
    data: &'a [u8],
    starts: Vec<u32>,
    tokens: Vec<Token>,
    at: usize,
    /// No line is taken from here on.
    end: usize,
}

impl Lines<'_> {
    /// Lines that this text and `near`, from its line `at_near` on, both end with.
    fn shared_end(&self, near: &Version<'_>, at_near: usize) -> usize {
        let from = near.starts[at_near] as usize;
        let same = shared_suffix(&self.data[self.at..], &near.data[from..]);
        // The first line of the neighbour that lies within, after a line end that is shared too.
        let first = near.data.len() - same + 1;
        let starts = &near.starts[..near.tokens.len()];
        starts.len() - starts.partition_point(|&start| (start as usize) < first)
    }

    /// Takes over the lines of a range of `near` as far as they follow here too, and says how many did.
    fn copy(&mut self, near: &Version<'_>, range: Range<usize>) -> usize {
        let from = near.starts[range.start] as usize;
        let rest = &self.data[self.at..self.end];
        let same = shared_prefix(rest, &near.data[from..near.starts[range.end] as usize]);
        let mut len = 0;
        for &end in &near.starts[range.start + 1..=range.end] {
            let next = end as usize - from;
            // A line without a line end is equal to a last line alone.
            let is_line =
                next <= same && (rest[next - 1] == b'\n' || self.at + next == self.data.len());
            if !is_line {
                break;
            }
            self.starts.push((self.at + len) as u32);
            len = next;
        }
        let n_lines = self.starts.len() - self.tokens.len();
        let copied = range.start..range.start + n_lines;
        self.tokens.extend_from_slice(&near.tokens[copied]);
        self.at += len;
        n_lines
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

#[cfg(test)]
mod tests {
    use super::Lexicon;
    use crate::text::Version;
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

    #[test]
    fn keys_change_no_token() {
        let lines: Vec<String> = (0..5_000).map(|n| format!("{}\n", n % 3_000)).collect();
        let text = lines.concat().into_bytes();
        let expected: Vec<u32> = (0..5_000).map(|n| n % 3_000).collect();
        for keys in [[0, 0], [1, u64::MAX]] {
            let mut lexicon = Lexicon::new();
            lexicon.keys = keys;
            assert_eq!(plain(&mut lexicon, &text).tokens, expected);
        }
    }

    #[test]
    fn what_was_forgotten_is_numbered_anew() {
        let mut lexicon = Lexicon::new();
        let lines: Vec<String> = (0..100_000).map(|n| format!("{n}\n")).collect();
        let text = lines.concat();
        let version = plain(&mut lexicon, text.as_bytes());
        assert_eq!(lexicon.n_tokens(), 100_000);
        lexicon.recycle(version);
        lexicon.clear();
        assert_eq!(lexicon.n_tokens(), 0);
        assert!(lexicon.slots.capacity() <= super::KEPT_SLOTS && lexicon.spare.is_empty());
        assert_eq!(plain(&mut lexicon, b"9\n0\n").tokens, [0, 1]);
    }

    proptest! {
        #[test]
        fn taking_over_from_a_neighbour_changes_nothing(
            a in proptest::collection::vec(0..4_u8, 0..60),
            b in proptest::collection::vec(0..4_u8, 0..60),
            middle in 0..200_usize,
            swapped in proptest::collection::vec((0..260_usize, 0..260_usize), 0..6),
        ) {
            let text = |digits: &[u8], pad: usize| -> Vec<u8> {
                let mut out: Vec<u8> = "shared line\n".repeat(pad).into_bytes();
                out.extend(digits.iter().map(|&digit| b"x\ny\n"[digit as usize]));
                out.extend("shared line\n".repeat(pad / 2).into_bytes());
                out
            };
            let (a, mut b) = (text(&a, middle), text(&b, middle));
            // Lines of their own, some of them moved.
            let mut lines: Vec<Vec<u8>> = (0..260).map(|n| format!("line {n}\n").into()).collect();
            let a = [a, lines.concat()].concat();
            for (one, other) in swapped {
                lines.swap(one, other);
            }
            b.extend(lines.concat());
            let mut lexicon = Lexicon::new();
            let near = plain(&mut lexicon, &a);
            let quick = lexicon.version(b.clone(), Some(&near));
            let slow = plain(&mut lexicon, &b);
            prop_assert_eq!(quick.starts, slow.starts);
            prop_assert_eq!(quick.tokens, slow.tokens);
        }
    }
}
