//! The index of a pack: where in it an object lies.

use git2::Oid;
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::OnceLock;

/// Mark and version of the only form of index that is in use; older ones are left to the library.
const MARK: [u8; 8] = *b"\xfftOc\0\0\0\x02";
const HEAD: u64 = 8 + 256 * 4;
/// An offset with this bit set is the number of one that needs eight bytes.
const WIDE: u32 = 1 << 31;

/// An index, read one first byte of the ids at a time: one question reads one 256th of it.
pub(super) struct Index {
    file: File,
    /// Bytes of an id.
    width: usize,
    /// For each first byte, how many ids have it or a smaller one.
    counts: Vec<u32>,
    buckets: Vec<OnceLock<Bucket>>,
}

/// What an index says of the ids with one first byte.
#[derive(Default)]
struct Bucket {
    /// Bytes 2 to 5 of each id as a number: most look-ups compare whole ids once.
    keys: Vec<u32>,
    ids: Vec<u8>,
    /// Where the objects begin; those beyond 2 GiB are numbers into `wide`.
    offsets: Vec<u32>,
    wide: FxHashMap<u32, u64>,
}

impl Index {
    /// Opens an index of ids that are `width` bytes long; `None` if it has not the form that is read here.
    pub(super) fn open(path: &Path, width: usize) -> Option<Self> {
        let file = File::open(path).ok()?;
        let mut head = [0; HEAD as usize];
        file.read_exact_at(&mut head, 0).ok()?;
        if head[..8] != MARK {
            return None;
        }
        let counts: Vec<u32> = head[8..].chunks_exact(4).map(number).collect();
        // Two checksums end the file: one that is too short or out of order is not used at all.
        let needed = HEAD + u64::from(counts[255]) * (width as u64 + 8) + 2 * width as u64;
        let whole = file.metadata().ok()?.len() >= needed && counts.is_sorted();
        whole.then(|| Self {
            file,
            width,
            counts,
            buckets: (0..256).map(|_| OnceLock::new()).collect(),
        })
    }

    /// Where an object begins in the pack.
    pub(super) fn offset(&self, oid: Oid) -> Option<u64> {
        let id = oid.as_bytes();
        let bucket = self.bucket(usize::from(id[0]));
        let key = key(id);
        let from = first_not_below(&bucket.keys, key);
        let at = (from..bucket.keys.len())
            .take_while(|&at| bucket.keys[at] == key)
            .find(|&at| bucket.ids[at * self.width..][..self.width] == *id)?;
        match bucket.offsets[at] {
            offset if offset < WIDE => Some(u64::from(offset)),
            wide => bucket.wide.get(&wide).copied(),
        }
    }

    fn bucket(&self, first: usize) -> &Bucket {
        self.buckets[first].get_or_init(|| {
            let from = first.checked_sub(1).map_or(0, |below| self.counts[below]);
            // What cannot be read is not found here: the library is asked, and says what is wrong.
            self.load(from, self.counts[first]).unwrap_or_default()
        })
    }

    /// Where each object begins, with the checksum of its packed bytes, in the order of the ids.
    pub(super) fn places(&self) -> io::Result<Vec<(u64, u32)>> {
        let n = u64::from(self.counts[255]);
        let mut sums = vec![0; n as usize * 4];
        self.file
            .read_exact_at(&mut sums, HEAD + n * self.width as u64)?;
        let mut offsets = vec![0; n as usize * 4];
        self.file
            .read_exact_at(&mut offsets, HEAD + n * (self.width as u64 + 4))?;
        let offsets = offsets.chunks_exact(4).map(number).map(|offset| {
            if offset < WIDE {
                Ok(u64::from(offset))
            } else {
                self.wide(offset)
            }
        });
        let sums = sums.chunks_exact(4).map(number);
        offsets.zip(sums).map(|(at, sum)| Ok((at?, sum))).collect()
    }

    /// The offset that stands in the table for large ones.
    fn wide(&self, number: u32) -> io::Result<u64> {
        let total = u64::from(self.counts[255]);
        let at = HEAD + total * (self.width as u64 + 8) + u64::from(number & !WIDE) * 8;
        let mut bytes = [0; 8];
        self.file.read_exact_at(&mut bytes, at)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn load(&self, from: u32, to: u32) -> io::Result<Bucket> {
        let total = u64::from(self.counts[255]);
        let n = (to - from) as usize;
        let width = self.width;
        let mut ids = vec![0; n * width];
        self.file
            .read_exact_at(&mut ids, HEAD + u64::from(from) * width as u64)?;
        let narrow_at = HEAD + total * (width as u64 + 4);
        let mut narrow = vec![0; n * 4];
        self.file
            .read_exact_at(&mut narrow, narrow_at + u64::from(from) * 4)?;
        let offsets: Vec<u32> = narrow.chunks_exact(4).map(number).collect();
        let mut wide = FxHashMap::default();
        for &offset in offsets.iter().filter(|&&offset| offset >= WIDE) {
            wide.insert(offset, self.wide(offset)?);
        }
        let keys = ids.chunks_exact(width).map(key).collect();
        Ok(Bucket {
            keys,
            ids,
            offsets,
            wide,
        })
    }
}

/// The first of ascending keys that is not below `key`.
///
/// Ids are spread evenly, so it is near the place that its number says: two or three lines of the processor's
/// cache are looked at, where halving looks at ten.
fn first_not_below(keys: &[u32], key: u32) -> usize {
    let is_below = |at: usize| keys[at] < key;
    let guess = (key as usize * keys.len()) >> 32;
    let (mut low, mut high) = (guess, guess);
    let mut step = 8;
    while low > 0 && !is_below(low - 1) {
        low = low.saturating_sub(step);
        step *= 2;
    }
    step = 8;
    while high < keys.len() && is_below(high) {
        high = keys.len().min(high + step);
        step *= 2;
    }
    low + keys[low..high].partition_point(|&other| other < key)
}

fn key(id: &[u8]) -> u32 {
    number(&id[1..5])
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes.try_into().expect("four bytes were taken"))
}

#[cfg(test)]
mod tests {
    use super::first_not_below;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_are_found_however_they_are_spread(
            mut keys in proptest::collection::vec(prop_oneof![any::<u32>(), 0..9_u32, u32::MAX - 9..], 0..400),
            others in proptest::collection::vec(prop_oneof![any::<u32>(), 0..9_u32, u32::MAX - 9..], 1..9),
        ) {
            keys.sort_unstable();
            for key in others.into_iter().chain(keys.iter().copied().step_by(7)).chain([0, u32::MAX]) {
                let expected = keys.partition_point(|&other| other < key);
                prop_assert_eq!(first_not_below(&keys, key), expected);
            }
        }
    }
}
