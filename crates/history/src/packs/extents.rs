//! Where each object of a pack begins and ends, and the checksum that git made of its packed bytes.

use super::index::Index;

/// About how many objects begin in a stretch.
const PER_STRETCH: u64 = 8;

/// Of all objects of a pack, in the order in which they lie in it.
pub(super) struct Extents {
    begins: Vec<u64>,
    /// How many objects begin before each stretch of the pack that is `1 << shift` bytes long, and `begins.len()`
    /// at the end: a question looks at the few of one stretch.
    before: Vec<u32>,
    shift: u32,
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
        let (begins, sums): (Vec<u64>, _) = places.into_iter().unzip();
        let shift = (end / (begins.len() as u64 / PER_STRETCH).max(1))
            .max(1)
            .ilog2();
        let mut before = Vec::with_capacity((end >> shift) as usize + 2);
        for (at, begin) in begins.iter().enumerate() {
            let stretch = (begin >> shift) as usize;
            // An offset beyond the end would make a long table of a damaged index.
            if *begin >= end {
                return None;
            }
            before.resize(before.len().max(stretch + 1), at as u32);
        }
        before.resize((end >> shift) as usize + 2, begins.len() as u32);
        Some(Self {
            begins,
            before,
            shift,
            sums,
            end,
        })
    }

    /// The object that begins at an offset, if one does.
    pub(super) fn at(&self, offset: u64) -> Option<Extent> {
        let stretch = usize::try_from(offset >> self.shift).ok()?;
        let from = *self.before.get(stretch)? as usize;
        let to = *self.before.get(stretch + 1)? as usize;
        let at = from + self.begins[from..to].binary_search(&offset).ok()?;
        let end = self.begins.get(at + 1).copied().unwrap_or(self.end);
        let len = usize::try_from(end.checked_sub(offset)?).ok()?;
        Some(Extent {
            len,
            sum: self.sums[at],
        })
    }
}
