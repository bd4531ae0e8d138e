//! Which earlier positions are ancestors of a commit.

use crate::Position;
use crate::heads::Heads;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BinaryHeap};

/// The ancestors of one commit, as positions of the documented order.
///
/// In that order the ancestors of a commit are a full prefix and a few more: all positions below
/// `complete_below`, and the bits above it. On the first-parent chain of the tip nothing is above.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ancestors {
    complete_below: Position,
    /// Bit `i` of word `w` stands for position `complete_below / 64 * 64 + 64 w + i`.
    words: Vec<u64>,
}

impl Ancestors {
    /// The first `n` positions and nothing else: the ancestors of position `n` in a linear history.
    pub fn prefix(n: Position) -> Self {
        Self {
            complete_below: n,
            words: Vec::new(),
        }
    }

    /// All positions below this one are ancestors.
    pub fn complete_below(&self) -> Position {
        self.complete_below
    }

    /// Whether `position` is an ancestor.
    pub fn contains(&self, position: Position) -> bool {
        if position < self.complete_below {
            return true;
        }
        let offset = position - self.first();
        self.words
            .get((offset / 64) as usize)
            .is_some_and(|word| word >> (offset % 64) & 1 == 1)
    }

    /// How many of the ascending `positions` are ancestors.
    pub fn count(&self, positions: &[Position]) -> usize {
        let sure = positions.partition_point(|&position| position < self.complete_below);
        sure + positions[sure..]
            .iter()
            .filter(|&&position| self.contains(position))
            .count()
    }

    fn first(&self) -> Position {
        self.complete_below / 64 * 64
    }

    fn insert(&mut self, position: Position) {
        if position < self.complete_below {
            return;
        }
        if position == self.complete_below && self.words.iter().all(|&word| word == 0) {
            self.complete_below += 1;
            self.words.clear();
            return;
        }
        let offset = position - self.first();
        let word = (offset / 64) as usize;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (offset % 64);
    }

    fn union(&mut self, other: &Self) {
        if other.complete_below > self.complete_below {
            let mut merged = other.clone();
            merged.union_bits(self);
            *self = merged;
        } else {
            self.union_bits(other);
        }
    }

    /// Adds the bits of a set whose complete prefix is not longer, and whose prefix is known to be in.
    fn union_bits(&mut self, other: &Self) {
        let first = other.first();
        for (index, &word) in other.words.iter().enumerate() {
            let mut rest = word;
            while rest != 0 {
                let bit = rest.trailing_zeros();
                self.insert(first + index as Position * 64 + bit);
                rest &= rest - 1;
            }
        }
    }

    /// Moves the complete prefix over the positions that have become part of it.
    fn normalise(&mut self) {
        let mut below = self.complete_below;
        while self.contains(below) {
            below += 1;
        }
        if below == self.complete_below {
            return;
        }
        let shift = ((below / 64 * 64 - self.first()) / 64) as usize;
        self.words.drain(..shift.min(self.words.len()));
        self.complete_below = below;
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }
}

/// The commit graph in positions, able to say the [`Ancestors`] of each commit as it is appended.
///
/// Sets are kept for the commits that may still get children and handed on where possible, so that the
/// cost of a step is that of its parents' differences, not of the history.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "Columns", into = "Columns")]
pub struct Ancestry {
    /// Parents of all commits, one after the other.
    parents: Vec<Position>,
    /// By commit: where its parents end in `parents`.
    ends: Vec<u32>,
    heads: Heads,
    live: BTreeMap<Position, Ancestors>,
}

/// What an [`Ancestry`] is kept as.
#[derive(Serialize, Deserialize)]
struct Columns {
    parents: Vec<Position>,
    ends: Vec<u32>,
}

impl From<Ancestry> for Columns {
    fn from(Ancestry { parents, ends, .. }: Ancestry) -> Self {
        Self { parents, ends }
    }
}

impl TryFrom<Columns> for Ancestry {
    type Error = &'static str;

    fn try_from(columns: Columns) -> Result<Self, Self::Error> {
        Self::from_columns(columns.parents, columns.ends)
            .ok_or("the columns do not describe commits with earlier parents")
    }
}

impl Ancestry {
    /// The graph of its two columns: all parents, one after the other, and where those of each commit end.
    ///
    /// `None` if they do not describe commits with earlier parents.
    pub fn from_columns(parents: Vec<Position>, ends: Vec<u32>) -> Option<Self> {
        let mut start = 0;
        let mut heads = Heads::default();
        for (position, &end) in (0..).zip(&ends) {
            let own = parents.get(start as usize..end as usize)?;
            if own.iter().any(|&parent| parent >= position) {
                return None;
            }
            heads.push(own);
            start = end;
        }
        (start as usize == parents.len()).then_some(Self {
            parents,
            ends,
            heads,
            live: BTreeMap::new(),
        })
    }

    /// The columns that [`from_columns`](Self::from_columns) takes.
    pub fn columns(&self) -> (&[Position], &[u32]) {
        (&self.parents, &self.ends)
    }

    /// Number of commits.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no commit yet.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The parents of a commit, first parent first.
    pub fn parents(&self, position: Position) -> &[Position] {
        let at = position as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.parents[start as usize..self.ends[at] as usize]
    }

    /// Appends a commit and returns its ancestors (itself not among them).
    ///
    /// `parents` are earlier positions. Parents outside the history (none in a full walk) are left out.
    pub fn append(&mut self, parents: &[Position]) -> Ancestors {
        let position = self.len() as Position;
        let mut known = Ancestors::default();
        for (index, &parent) in parents.iter().enumerate() {
            let mut of_parent = self
                .live
                .remove(&parent)
                .unwrap_or_else(|| self.walk(parent));
            let kept = of_parent.clone();
            of_parent.insert(parent);
            self.live.insert(parent, kept);
            if index == 0 {
                known = of_parent;
            } else {
                known.union(&of_parent);
            }
        }
        known.normalise();
        self.heads.push(parents);
        self.parents.extend_from_slice(parents);
        self.ends.push(self.parents.len() as u32);
        self.live.insert(position, known.clone());
        known
    }

    /// Forgets the set of a commit that gets no more children; it is computed anew if one comes after all.
    pub fn retire(&mut self, position: Position) {
        self.live.remove(&position);
    }

    /// The ancestors of a commit, computed from the parents alone.
    pub fn walk(&self, position: Position) -> Ancestors {
        self.on_top_of(self.parents(position))
    }

    /// The ancestors that a commit with these parents would have.
    ///
    /// Goes back from the latest on, no further than to a commit that has all before it among its ancestors.
    pub fn on_top_of(&self, parents: &[Position]) -> Ancestors {
        let mut waiting: BinaryHeap<Position> = parents.iter().copied().collect();
        let mut found = Vec::new();
        let mut below = 0;
        while let Some(latest) = waiting.pop() {
            if found.last() == Some(&latest) {
                continue;
            }
            found.push(latest);
            if self.heads.is_alone(latest) {
                below = latest;
                break;
            }
            waiting.extend(self.parents(latest));
        }
        let mut ancestors = Ancestors::prefix(below);
        for position in found.into_iter().rev() {
            ancestors.insert(position);
        }
        ancestors
    }
}

#[cfg(test)]
mod tests {
    use super::{Ancestors, Ancestry};

    /// A small deterministic generator: tests need many graphs, not good randomness.
    fn next(state: &mut u64) -> u64 {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        *state >> 33
    }

    #[test]
    fn sets_handed_on_equal_sets_walked_on_random_graphs() {
        for seed in 0..200 {
            let mut state = seed;
            let mut graph = Ancestry::default();
            for position in 0..150_u32 {
                let n_parents = if position == 0 {
                    0
                } else {
                    next(&mut state) % 4
                };
                let mut parents: Vec<u32> = (0..n_parents)
                    .map(|_| position - 1 - (next(&mut state) as u32 % position.min(9)))
                    .collect();
                parents.dedup();
                let handed = graph.append(&parents);
                if next(&mut state).is_multiple_of(5) {
                    graph.retire(next(&mut state) as u32 % (position + 1));
                }
                let walked = graph.walk(position);
                let (mut reached, mut stack) = (vec![false; position as usize], parents);
                while let Some(at) = stack.pop() {
                    if !std::mem::replace(&mut reached[at as usize], true) {
                        stack.extend(graph.parents(at));
                    }
                }
                for at in 0..position {
                    assert_eq!(walked.contains(at), reached[at as usize]);
                    assert_eq!(
                        handed.contains(at),
                        walked.contains(at),
                        "seed {seed}, {position} over {at}"
                    );
                }
                assert!(!handed.contains(position));
            }
        }
    }

    #[test]
    fn a_chain_has_nothing_above_its_prefix() {
        let mut graph = Ancestry::default();
        graph.append(&[]);
        for position in 1..100 {
            assert_eq!(graph.append(&[position - 1]), Ancestors::prefix(position));
        }
    }

    #[test]
    fn counting_looks_above_the_prefix() {
        // 0 - 1 - 2      positions 2 and 3 both start at 1; 4 merges them.
        //      \- 3 - 4
        let mut graph = Ancestry::default();
        graph.append(&[]);
        graph.append(&[0]);
        graph.append(&[1]);
        assert_eq!(graph.append(&[1]).count(&[0, 1, 2]), 2);
        assert_eq!(graph.append(&[3, 2]).count(&[0, 2, 3]), 3);
    }
}
