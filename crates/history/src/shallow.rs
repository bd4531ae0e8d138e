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
use crate::objects::Objects;
use crate::outgoing::peel;
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

    /// Makes certain that in a shallow clone two commits are seen to part where they do.
    ///
    /// They are if what only one of them leads to does not end at the boundary.
    pub(crate) fn check_ends(&self, one: &ChangeId, other: &ChangeId) -> Result<(), Error> {
        if !self.is_shallow() {
            return Ok(());
        }
        match (self.list(one, other).err(), self.list(other, one).err()) {
            // A depth is told if it is enough for both.
            (Some(Error::Shallow { depth: Some(_), .. }) | None, Some(error))
            | (Some(error), _) => Err(error),
            (None, None) => Ok(()),
        }
    }

    /// The error for a range that ends at the boundary. The depth is known if what is here of the parents beyond the
    /// boundary shows all of the range.
    pub(crate) fn cut_range(&self, range: &[Oid], base: Oid, tip: Oid) -> Error {
        let Ok(objects) = self.objects() else {
            return self.shallow();
        };
        let is_known = {
            let (base, _) = reached(&objects, base);
            let (tip, cut) = reached(&objects, tip);
            tip.difference(&base).all(|commit| !cut.contains(commit))
        };
        self.cut_stretch(range, is_known)
    }

    /// How many steps each commit that is here is away from the nearest branch, tag or `HEAD`, nearest first.
    fn distances(&self) -> Vec<(Oid, u32)> {
        let Ok(objects) = self.objects() else {
            return Vec::new();
        };
        let names = self.inner.references().into_iter().flatten().flatten();
        let targets = names.filter_map(|name| name.resolve().ok()?.target());
        let tips = targets.filter_map(|target| peel(&objects, target).ok().flatten());
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

/// The commits that one leads to by parents that are here, and those of them with a parent that is not.
fn reached(objects: &Objects<'_>, from: Oid) -> (FxHashSet<Oid>, FxHashSet<Oid>) {
    let (mut seen, mut cut) = (FxHashSet::default(), FxHashSet::default());
    let mut open = vec![(from, None)];
    while let Some((at, child)) = open.pop() {
        if seen.contains(&at) {
            continue;
        }
        match commits::place(objects, at) {
            Ok(place) => {
                seen.insert(at);
                open.extend(place.parents.into_iter().map(|parent| (parent, Some(at))));
            }
            Err(_) => cut.extend(child),
        }
    }
    (seen, cut)
}
