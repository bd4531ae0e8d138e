//! Versions of files, as bytes and as lines.

use crate::packs::LARGEST;

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

/// A version of a file, its lines numbered by the [`Lexicon`](crate::lexicon::Lexicon) of its path.
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
