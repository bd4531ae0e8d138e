//! Where each object of a pack begins and ends, and the checksum that git made of its packed bytes.

use super::index::Index;

/// Of all objects of a pack, in the order in which they lie in it.
pub(super) struct Extents {
    begins: Vec<u64>,
    sums: Vec<u32>,
    /// Where the last one ends.
    end: u64,
}

/// The bytes of one object.
pub(super) struct Extent {
    pub(super) len: usize,
    /// CRC-32, by the index.
    pub(super) sum: u32,
}

impl Extents {
    /// `end` is the length of the pack without the checksum that ends it.
    pub(super) fn of(index: &Index, end: u64) -> Option<Self> {
        let mut places = index.places().ok()?;
        places.sort_unstable();
        let (begins, sums) = places.into_iter().unzip();
        Some(Self { begins, sums, end })
    }

    /// The object that begins at an offset, if one does.
    pub(super) fn at(&self, offset: u64) -> Option<Extent> {
        let at = self.begins.binary_search(&offset).ok()?;
        let end = self.begins.get(at + 1).copied().unwrap_or(self.end);
        let len = usize::try_from(end.checked_sub(offset)?).ok()?;
        Some(Extent {
            len,
            sum: self.sums[at],
        })
    }
}
