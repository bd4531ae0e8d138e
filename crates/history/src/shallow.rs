//! Shallow clones: history that is cut off at a boundary.
//!
//! Git names the commits of the boundary in a file. They are here with all their files, their parents are not. Seen
//! alone they look as if they had added every file, which never happened. So a commit of the boundary may be what
//! something is compared *with*, but it is never read as a change, and what cannot be told without the commits behind
//! it is an error ([`Error::Shallow`]).
//!
//! A clone of depth `n` has all commits that are fewer than `n` steps away from its tips, and those `n - 1` steps away
//! are the boundary. So what is `d` steps away can be read from depth `d + 2` on.

use crate::commits;
use crate::error::Error;
use crate::ids;
use crate::repository::{Repository, oid};
use git2::Oid;
use risk_change::ChangeId;
use rustc_hash::{FxHashMap, FxHashSet};

impl Repository {
    /// Whether history is cut off somewhere.
    pub fn is_shallow(&self) -> bool {
        !self.boundary().is_empty()
    }

    /// Whether the parents of a commit are not here because the clone is shallow.
    pub fn is_cut_off(&self, id: &ChangeId) -> bool {
        self.boundary().contains(&oid(id))
    }

    /// Whether a commit is here.
    pub fn has_commit(&self, id: &ChangeId) -> bool {
        self.objects()
            .is_ok_and(|objects| commits::place(&objects, oid(id)).is_ok())
    }

    /// The commits whose parents are not here; none in a full clone.
    pub(crate) fn boundary(&self) -> &FxHashSet<Oid> {
        self.cut_off.get_or_init(|| {
            // Worktrees share it.
            let file = std::fs::read_to_string(self.common_dir().join("shallow"));
            let file = file.unwrap_or_default();
            let ids = file
                .lines()
                .filter_map(|id| ids::from_hex(id.trim().as_bytes()));
            ids.collect()
        })
    }

    /// What is to be told about a question whose answer lies behind the boundary.
    pub fn shallow(&self) -> Error {
        let n_commits = self.distances().len();
        Error::Shallow {
            n_commits,
            depth: None,
        }
    }

    /// The error for a stretch of history that ends at the boundary; `depth` is known if nothing but the parents of
    /// the last commits is missing, and those are known.
    pub(crate) fn cut_stretch(&self, stretch: &[Oid], is_known: bool) -> Error {
        let distances = self.distances();
        let n_commits = distances.len();
        let depth = || {
            let steps: FxHashMap<Oid, u32> = distances.into_iter().collect();
            let steps = stretch.iter().map(|oid| steps.get(oid).copied());
            let furthest: Option<Vec<u32>> = steps.collect();
            Some(furthest?.into_iter().max()? + 2)
        };
        Error::Shallow {
            n_commits,
            depth: if is_known { depth() } else { None },
        }
    }

    /// The error for a range that ends at the boundary. With one generation more it is whole if `base` leads to all
    /// the parents that it is cut off from, by what is here.
    pub(crate) fn cut_range(&self, range: &[Oid], base: Oid) -> Error {
        let led_to: FxHashSet<Oid> = self.inner.revwalk().map_or_else(
            |_| FxHashSet::default(),
            |mut walk| {
                // What is not here leads to nothing.
                let _ = walk.push(base);
                walk.flatten().collect()
            },
        );
        let is_known = self.objects().is_ok_and(|objects| {
            let ends = range.iter().filter(|&it| self.boundary().contains(it));
            ends.into_iter().all(|&end| {
                let place = commits::place(&objects, end);
                place.is_ok_and(|it| it.parents.iter().all(|parent| led_to.contains(parent)))
            })
        });
        self.cut_stretch(range, is_known)
    }

    /// How many steps each commit that is here is away from the nearest branch, tag or `HEAD`, nearest first.
    fn distances(&self) -> Vec<(Oid, u32)> {
        let Ok(objects) = self.objects() else {
            return Vec::new();
        };
        let names = self.inner.references().into_iter().flatten().flatten();
        let tips = names.filter_map(|name| Some(name.peel_to_commit().ok()?.id()));
        let head = self.inner.head().ok().and_then(|head| head.target());
        let mut seen = FxHashSet::default();
        let mut found: Vec<(Oid, u32)> = Vec::new();
        let mut reach = |found: &mut Vec<(Oid, u32)>, oid, steps| {
            if seen.insert(oid) {
                found.push((oid, steps));
            }
        };
        for tip in head.into_iter().chain(tips) {
            reach(&mut found, tip, 0);
        }
        let mut next = 0;
        while let Some(&(at, steps)) = found.get(next) {
            next += 1;
            if self.boundary().contains(&at) {
                continue;
            }
            // What cannot be read is told when it is needed.
            for parent in commits::place(&objects, at)
                .into_iter()
                .flat_map(|it| it.parents)
            {
                reach(&mut found, parent, steps + 1);
            }
        }
        found
    }
}
