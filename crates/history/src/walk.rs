//! The documented order.
//!
//! # Landing order
//!
//! The depth-first post-order of the commit graph from the tip that visits the first parent first:
//! parents come before children, and a branch comes right before the merge that brought it in. It is the
//! order in which changes *landed* on the branch, as its team lived it. For each commit on the
//! first-parent chain of the tip, the order up to it is exactly the order of its own history, so a walk
//! that stopped there can go on later and end with the same order as one in a single go.
//!
//! ```text
//!   A---B-------E---F     landing order: A B C D E F (the branch C-D lands with the merge E)
//!    \         /
//!     C-------D
//! ```

use crate::commits::{self, Place};
use crate::error::{Error, change_id};
use crate::objects::Objects;
use git2::Oid;
use risk_change::{ChangeId, Position, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::ops::Range;

/// From this many commits on, packed bytes are compared with the checksums of their index.
pub(crate) const MANY: usize = 100;

/// The commits of a stretch of history in landing order, before their changes are read.
///
/// About 70 bytes a commit: the whole of a large history is held.
#[derive(Debug, Default)]
pub struct Walk {
    /// The position of the first commit.
    first: Position,
    commits: Vec<Walked>,
    /// The positions of all parents, one commit after the other.
    parents: Vec<Position>,
    /// The trees of parents that lie before the stretch.
    outer: FxHashMap<Position, Oid>,
}

/// What the walk keeps of a commit.
#[derive(Debug)]
struct Walked {
    oid: Oid,
    tree: Oid,
    committed_at: Timestamp,
    /// Where its parents end in the list of all.
    parents_end: u32,
}

impl Walk {
    /// One commit seen as an edit against a tree, or against nothing, whatever its parents are.
    pub(crate) fn alone(oid: Oid, place: &Place, against: Option<Oid>) -> Self {
        let outer: FxHashMap<Position, Oid> = against.map(|tree| (0, tree)).into_iter().collect();
        Self {
            first: 1,
            commits: vec![Walked {
                oid,
                tree: place.tree,
                committed_at: place.committed_at,
                parents_end: outer.len() as u32,
            }],
            parents: outer.keys().copied().collect(),
            outer,
        }
    }

    /// The position of the first commit.
    pub fn first(&self) -> Position {
        self.first
    }

    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// Whether all was known before.
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty()
    }

    /// The positions of a commit's parents, by the index of the commit in the stretch.
    pub fn parents(&self, index: usize) -> &[Position] {
        &self.parents[self.parents_range(index)]
    }

    /// The parents that lie before the stretch.
    pub fn outer_parents(&self) -> BTreeSet<Position> {
        let all = self.parents.iter().copied();
        all.filter(|&parent| parent < self.first).collect()
    }

    /// When each change landed: the commit time of the first commit on the first-parent chain of the tip at or
    /// after it. A branch lands with its merge, however long ago its commits were made.
    pub fn landed_at(&self) -> Vec<Timestamp> {
        let n = self.len();
        let mut on_chain = vec![false; n];
        let mut at = n.checked_sub(1);
        while let Some(index) = at {
            on_chain[index] = true;
            at = self
                .parents(index)
                .first()
                .and_then(|&parent| parent.checked_sub(self.first))
                .map(|index| index as usize);
        }
        let mut times = vec![Timestamp::default(); n];
        let mut landing = Timestamp::default();
        for index in (0..n).rev() {
            if on_chain[index] {
                landing = self.commits[index].committed_at;
            }
            times[index] = landing;
        }
        times
    }

    /// For each parent of each commit, one commit after the other, whether it gets no further child in the stretch.
    pub(crate) fn is_last_child(&self) -> Vec<bool> {
        let mut is_last = vec![false; self.parents.len()];
        let mut seen = FxHashSet::default();
        for index in (0..self.len()).rev() {
            for at in self.parents_range(index) {
                is_last[at] = seen.insert(self.parents[at]);
            }
        }
        is_last
    }

    /// Where a commit's parents are in the list of all.
    pub(crate) fn parents_range(&self, index: usize) -> Range<usize> {
        let end = |commit: &Walked| commit.parents_end as usize;
        let start = index.checked_sub(1).map_or(0, |it| end(&self.commits[it]));
        start..end(&self.commits[index])
    }

    pub(crate) fn oid(&self, index: usize) -> Oid {
        self.commits[index].oid
    }

    pub(crate) fn tree(&self, index: usize) -> Oid {
        self.commits[index].tree
    }

    /// The trees of a commit's parents.
    pub(crate) fn parent_trees(&self, index: usize) -> Vec<Oid> {
        let tree = |parent: &Position| match parent.checked_sub(self.first) {
            Some(index) => self.tree(index as usize),
            None => self.outer[parent],
        };
        self.parents(index).iter().map(tree).collect()
    }
}

/// How far a walk came.
pub(crate) enum Reached {
    /// To the roots, or to what is known.
    All(Walk),
    /// To commits whose parents are not here.
    CutOff {
        /// The commits that are here and were not known.
        walked: Vec<Oid>,
        /// Whether all parents that are missing are known.
        is_known: bool,
    },
}

/// Walks from `tip` to the roots, or to commits that `known` has a position for; positions count from `first`.
///
/// Known positions are below `first`, each that of one commit. The parents of `cut_off` are not here.
///
/// `advance` is told of each commit read.
pub(crate) fn walk(
    objects: &Objects<'_>,
    tip: Oid,
    known: &dyn Fn(&ChangeId) -> Option<Position>,
    first: Position,
    cut_off: &FxHashSet<Oid>,
    advance: &dyn Fn(usize),
) -> Result<Reached, Error> {
    enum Visit {
        Enter(Oid),
        Leave(Oid, Box<Place>),
    }
    // A position for what has been left, `None` for what was entered: the latter is never met again
    // before it is left, because a commit cannot be its own ancestor.
    let mut placed: FxHashMap<Oid, Option<Position>> = FxHashMap::default();
    let mut walk = Walk {
        first,
        ..Walk::default()
    };
    let mut stack = vec![Visit::Enter(tip)];
    let mut n_read = 0;
    // Whether the parents of the commits that are cut off are known; none was met yet.
    let mut all_known: Option<bool> = None;
    while let Some(visit) = stack.pop() {
        match visit {
            Visit::Enter(oid) => {
                if placed.contains_key(&oid) {
                    continue;
                }
                if let Some(position) = known(&change_id(oid)) {
                    placed.insert(oid, Some(position));
                    continue;
                }
                placed.insert(oid, None);
                let place = commits::place(objects, oid)?;
                n_read += 1;
                if n_read == MANY {
                    objects.check_from_now_on();
                }
                if n_read % 512 == 0 {
                    advance(512);
                }
                if cut_off.contains(&oid) {
                    let mut parents = place.parents.iter();
                    let is_known = parents.all(|&parent| known(&change_id(parent)).is_some());
                    all_known = Some(all_known.unwrap_or(true) && is_known);
                    // Nothing is made of this walk any more, but how far it comes.
                    placed.insert(oid, Some(first));
                    continue;
                }
                let parents = place.parents.clone();
                stack.push(Visit::Leave(oid, Box::new(place)));
                stack.extend(parents.into_iter().rev().map(Visit::Enter));
            }
            Visit::Leave(oid, place) => {
                let position = first + walk.commits.len() as Position;
                for parent in &place.parents {
                    let placed = placed.get(parent).copied().flatten();
                    let parent_at = placed.ok_or_else(|| Error::malformed(oid))?;
                    if parent_at < first && !walk.outer.contains_key(&parent_at) {
                        let tree = commits::place(objects, *parent)?.tree;
                        walk.outer.insert(parent_at, tree);
                    }
                    walk.parents.push(parent_at);
                }
                placed.insert(oid, Some(position));
                walk.commits.push(Walked {
                    oid,
                    tree: place.tree,
                    committed_at: place.committed_at,
                    parents_end: walk.parents.len() as u32,
                });
            }
        }
    }
    advance(n_read % 512);
    if let Some(is_known) = all_known {
        let new = placed
            .keys()
            .filter(|&&oid| known(&change_id(oid)).is_none());
        return Ok(Reached::CutOff {
            walked: new.copied().collect(),
            is_known,
        });
    }
    Ok(Reached::All(walk))
}

#[cfg(test)]
mod tests {
    use super::{Walk, Walked};
    use git2::Oid;
    use risk_change::{Position, Timestamp};

    fn walk(first: Position, commits: &[(i64, &[Position])]) -> Walk {
        let mut walk = Walk {
            first,
            ..Walk::default()
        };
        for (at, parents) in commits {
            walk.parents.extend_from_slice(parents);
            walk.commits.push(Walked {
                oid: Oid::ZERO_SHA1,
                tree: Oid::ZERO_SHA1,
                committed_at: Timestamp(*at),
                parents_end: walk.parents.len() as u32,
            });
        }
        walk
    }

    #[test]
    fn a_branch_lands_with_its_merge() {
        // 10 - 11 ------- 14     positions on from 10; 12 and 13 are the branch
        //   \- 12 - 13 --/
        let walk = walk(
            10,
            &[
                (1, &[9]),
                (5, &[10]),
                (2, &[10]),
                (3, &[12]),
                (6, &[11, 13]),
            ],
        );
        let times: Vec<i64> = walk.landed_at().iter().map(|at| at.0).collect();
        assert_eq!(times, [1, 5, 6, 6, 6]);
        assert_eq!(walk.is_last_child(), [true, false, true, true, true, true]);
        assert_eq!(walk.outer_parents(), [9].into());
        assert_eq!(walk.parents(4), [11, 13]);
    }
}
