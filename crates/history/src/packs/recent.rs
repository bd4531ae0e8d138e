//! Objects that were unpacked lately: the next ones are told as deltas on them.

use super::Packed;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Bytes of a generation. Two are kept, and an object larger than one is kept alone.
const GENERATION: usize = 6 << 20;
/// Buffers of dropped objects that are filled again: how many, and how many bytes together.
const SPARE: usize = 64;
const SPARE_BYTES: usize = 6 << 20;

/// Number of a pack and where the object begins in it.
pub(super) type Place = (usize, u64);

/// Two generations: when the young one is full it becomes the old one, and what was not asked for again is
/// dropped. Its buffers are used again, for taking and giving back memory is a tenth of the cost of reading.
#[derive(Default)]
pub(super) struct Recent {
    young: FxHashMap<Place, Packed>,
    old: FxHashMap<Place, Packed>,
    young_bytes: usize,
    spare: Vec<Rc<Vec<u8>>>,
    spare_bytes: usize,
}

impl Recent {
    pub(super) fn get(&mut self, place: Place) -> Option<Packed> {
        if let Some(known) = self.young.get(&place) {
            return Some(known.clone());
        }
        let known = self.old.remove(&place)?;
        self.keep(place, known.clone());
        Some(known)
    }

    pub(super) fn keep(&mut self, place: Place, object: Packed) {
        let n = object.data.len();
        if self.young_bytes + n > GENERATION {
            let old = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
            self.young_bytes = 0;
            for gone in old.into_values() {
                self.reuse(gone.data);
            }
        }
        self.young_bytes += n;
        self.young.insert(place, object);
    }

    fn reuse(&mut self, data: Rc<Vec<u8>>) {
        let bytes = self.spare_bytes + data.capacity();
        if self.spare.len() < SPARE && bytes <= SPARE_BYTES && Rc::strong_count(&data) == 1 {
            self.spare_bytes = bytes;
            self.spare.push(data);
        }
    }

    /// An object of `len` bytes that `fill` writes, or `None` if it cannot.
    pub(super) fn make(
        &mut self,
        len: usize,
        fill: impl FnOnce(&mut Vec<u8>) -> Option<()>,
    ) -> Option<Rc<Vec<u8>>> {
        let fits = |data: &Rc<Vec<u8>>| data.capacity() >= len && data.capacity() / 4 <= len;
        let mut data = match self.spare.iter().rposition(fits) {
            Some(at) => self.spare.swap_remove(at),
            None => Rc::default(),
        };
        self.spare_bytes -= data.capacity();
        fill(Rc::get_mut(&mut data).expect("nobody else holds a spare buffer"))?;
        Some(data)
    }
}
