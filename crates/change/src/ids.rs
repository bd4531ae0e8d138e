//! The commits of a history by position and by name.

use crate::{ChangeId, Position};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The name of each commit by position, and the position of each name.
///
/// A commit takes the bytes of its name and four more: names of one repository are of one length, and are not
/// hashed but kept in order. The newest are put in order apart from the rest, so that a new one moves few.
///
/// - **Shape**: `n · 20` bytes of names (`n · 32` with SHA-256), `n` positions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    /// Bytes of a name; 0 before the first.
    width: usize,
    bytes: Vec<u8>,
    /// Positions in ascending order of name, but for those in `recent`.
    sorted: Vec<Position>,
    /// The newest positions, in ascending order of name.
    recent: Vec<Position>,
}

/// Names that are put in order apart from the rest.
const RECENT: usize = 4_096;

impl Ids {
    /// The names of two columns: all names, one after the other, and the positions in ascending order of name.
    ///
    /// `None` if they are not of the same number of names of one length, or name positions that are not there.
    pub fn from_columns(bytes: Vec<u8>, sorted: Vec<Position>) -> Option<Self> {
        let width = bytes.len().checked_div(sorted.len()).unwrap_or(0);
        let fits = sorted.is_empty() || [20, 32].contains(&width);
        let is_whole = bytes.len() == width * sorted.len();
        let are_there = sorted.iter().all(|&at| (at as usize) < sorted.len());
        (fits && is_whole && are_there).then_some(Self {
            width,
            bytes,
            sorted,
            recent: Vec::new(),
        })
    }

    /// The first column that [`from_columns`](Self::from_columns) takes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The second column that [`from_columns`](Self::from_columns) takes.
    pub fn sorted(&self) -> Cow<'_, [Position]> {
        if self.recent.is_empty() {
            return Cow::Borrowed(&self.sorted);
        }
        let mut ordered = self.clone();
        ordered.put_in_order();
        Cow::Owned(ordered.sorted)
    }

    /// Number of commits.
    pub fn len(&self) -> usize {
        self.sorted.len() + self.recent.len()
    }

    /// Whether there is no commit yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of a commit, if there is one at this position.
    pub fn get(&self, position: Position) -> Option<ChangeId> {
        ChangeId::from_bytes(self.name(position)?)
    }

    /// The name of the last commit.
    pub fn last(&self) -> Option<ChangeId> {
        self.get((self.len() as Position).checked_sub(1)?)
    }

    /// The position of a commit.
    pub fn position_of(&self, id: &ChangeId) -> Option<Position> {
        [&self.recent, &self.sorted].into_iter().find_map(|list| {
            let place = list.binary_search_by(|&at| self.key(at).cmp(id.as_bytes()));
            place.ok().map(|place| list[place])
        })
    }

    /// The positions of names from `first` on, in two lists that are each in ascending order of name.
    pub fn from(&self, first: &ChangeId) -> [&[Position]; 2] {
        [&self.recent, &self.sorted].map(|list| {
            let start = list.partition_point(|&at| self.key(at) < first.as_bytes());
            &list[start..]
        })
    }

    /// Appends a commit.
    ///
    /// # Panics
    ///
    /// If its name has another length than those before: no repository has both.
    pub fn push(&mut self, id: &ChangeId) {
        let name = id.as_bytes();
        if self.is_empty() {
            self.width = name.len();
        }
        assert_eq!(name.len(), self.width, "names of one length");
        let position = self.len() as Position;
        let place = self.recent.partition_point(|&at| self.key(at) < name);
        self.bytes.extend_from_slice(name);
        self.recent.insert(place, position);
        if self.recent.len() == RECENT {
            self.put_in_order();
        }
    }

    fn name(&self, position: Position) -> Option<&[u8]> {
        let start = position as usize * self.width;
        self.bytes.get(start..start + self.width)
    }

    /// The name of a commit that is there.
    fn key(&self, position: Position) -> &[u8] {
        self.name(position).unwrap_or_default()
    }

    /// Puts all names in one order, so that the same commits give the same value.
    pub fn put_in_order(&mut self) {
        let recent = std::mem::take(&mut self.recent);
        if recent.is_empty() {
            return;
        }
        // From the back, so that nothing is moved twice and no second list is made.
        let mut end = self.sorted.len();
        let mut to = end + recent.len();
        self.sorted.resize(to, 0);
        for &position in recent.iter().rev() {
            let name = self.key(position);
            let place = self.sorted[..end].partition_point(|&at| self.key(at) < name);
            self.sorted.copy_within(place..end, to - (end - place));
            to -= end - place + 1;
            end = place;
            self.sorted[to] = position;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;
    use crate::{ChangeId, Position};
    use std::collections::BTreeMap;

    /// A name that looks as if it were drawn.
    fn id(n: u32) -> ChangeId {
        let mut bytes = [0; 20];
        let mut state = u64::from(n) + 1;
        for byte in &mut bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005) ^ 0x9e37;
            *byte = (state >> 40) as u8;
        }
        bytes[16..].copy_from_slice(&n.to_le_bytes());
        ChangeId::from_bytes(&bytes).unwrap()
    }

    #[test]
    fn names_are_found_as_in_a_map() {
        let mut ids = Ids::default();
        let mut map = BTreeMap::new();
        assert_eq!((ids.position_of(&id(0)), ids.last()), (None, None));
        for n in 0..10_000 {
            ids.push(&id(n));
            map.insert(id(n), n);
            if n % 997 == 0 || [4_095, 4_096, 4_097].contains(&n) {
                for known in (0..=n).step_by(101).chain([n]) {
                    assert_eq!(ids.position_of(&id(known)), Some(known));
                    assert_eq!(ids.get(known), Some(id(known)));
                }
                assert_eq!(ids.position_of(&id(n + 1)), None);
                assert_eq!((ids.last(), ids.get(n + 1)), (Some(id(n)), None));
            }
        }
        let first = id(77);
        let [mut recent, mut rest] = ids.from(&first).map(<[Position]>::to_vec);
        recent.append(&mut rest);
        recent.sort_unstable();
        let mut expected: Vec<Position> = map.range(first..).map(|(_, &at)| at).collect();
        expected.sort_unstable();
        assert_eq!(recent, expected);
        let sorted = ids.sorted().to_vec();
        assert!(sorted.iter().eq(map.values()));
        ids.put_in_order();
        let mut again = Ids::from_columns(ids.bytes().to_vec(), sorted).unwrap();
        assert_eq!(again, ids);
        again.push(&id(10_000));
        assert_eq!(again.position_of(&id(10_000)), Some(10_000));
        assert_eq!(again.position_of(&id(3)), Some(3));
    }

    #[test]
    fn columns_that_do_not_fit_together_are_refused() {
        assert!(Ids::from_columns(Vec::new(), Vec::new()).is_some());
        assert!(Ids::from_columns(vec![0; 40], vec![1, 0]).is_some());
        assert!(Ids::from_columns(vec![0; 32], vec![0]).is_some());
        assert!(Ids::from_columns(vec![0; 40], vec![2, 0]).is_none());
        assert!(Ids::from_columns(vec![0; 41], vec![1, 0]).is_none());
        assert!(Ids::from_columns(vec![0; 42], vec![1, 0]).is_none());
        assert!(Ids::from_columns(vec![0; 1], Vec::new()).is_none());
    }
}
