//! How the lines of recent commits came from those of their first parents, to have earlier commits back.
//!
//! A branch may leave history at any commit of the recent past. Instead of the lines of all of these commits,
//! each commit keeps what it did to the lines of its first parent, with what was there before. From the lines
//! of one commit those of others follow: back along its first parents, and from there forth.

use super::Files;
use super::step::{FileStep, Moved, put, take};
use risk_change::{Position, RepoPath};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::BTreeSet;

/// The steps of consecutive commits, as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Trail {
    /// The first commit with a step.
    pub first: Position,
    /// Where each step ends in `bytes`.
    pub ends: Vec<u32>,
    /// The steps, one after the other.
    pub bytes: Vec<u8>,
}

/// A commit has no step, or none that can be read.
struct Forgotten;

/// How one commit is reached from another.
pub(super) struct Way {
    turn: Option<Position>,
    forth: Vec<Position>,
}

impl Way {
    /// The root that it begins at, if it does not begin at a commit whose lines are known.
    pub(super) fn root(&self) -> Option<Position> {
        match self.turn {
            Some(_) => None,
            None => self.forth.first().copied(),
        }
    }
}

impl Trail {
    /// One past the last commit with a step.
    pub(super) fn end(&self) -> Position {
        self.first + self.ends.len() as Position
    }

    /// Writes down the step of the next commit.
    pub(super) fn push(
        &mut self,
        position: Position,
        parent: Option<Position>,
        files: &[Moved<'_>],
    ) {
        if self.ends.is_empty() || self.end() != position {
            *self = Self {
                first: position,
                ..Self::default()
            };
        }
        put(
            &mut self.bytes,
            parent.map_or(0, |parent| position - parent),
        );
        for file in files {
            let is_same = file.old_path.is_none() && file.before == file.after;
            if !is_same {
                file.write(&mut self.bytes, position);
            }
        }
        self.ends.push(self.bytes.len() as u32);
    }

    /// Forgets the steps of commits before `from`.
    pub(super) fn forget_before(&mut self, from: Position) {
        let n = (from.saturating_sub(self.first) as usize).min(self.ends.len());
        let Some(&start) = n.checked_sub(1).and_then(|last| self.ends.get(last)) else {
            return;
        };
        self.ends.drain(..n);
        self.ends.iter_mut().for_each(|end| *end -= start);
        self.bytes.drain(..start as usize);
        self.first += n as Position;
    }

    /// Whether the columns fit together and name nothing from `n` on.
    pub(crate) fn fits(&self, n: usize) -> bool {
        let last = self.ends.last().map_or(0, |&end| end as usize);
        self.ends.is_sorted() && last == self.bytes.len() && self.end() as usize <= n
    }

    fn step(&self, position: Position) -> Option<&[u8]> {
        let index = position.checked_sub(self.first)? as usize;
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |i| self.ends[i] as usize);
        self.bytes.get(start..end)
    }

    /// The first parent of a commit with a step; none for a root.
    fn parent(&self, position: Position) -> Result<Option<Position>, Forgotten> {
        let distance = self.step(position).and_then(|mut step| take(&mut step));
        match distance.ok_or(Forgotten)? {
            0 => Ok(None),
            distance => position.checked_sub(distance).map(Some).ok_or(Forgotten),
        }
    }

    /// The way from `tip` to `commit`: to which of its first parents, and from there over which commits; with
    /// no such parent, from a root on.
    ///
    /// `None` if it leads to what was forgotten.
    pub(super) fn way(&self, tip: Position, commit: Position) -> Option<Way> {
        let (mut back, mut at, mut forth) = (Some(tip), Some(commit), Vec::new());
        // The later of two commits is never an ancestor of the earlier one.
        while let Some(here) = at
            && back != at
        {
            if back > at {
                back = self.parent(back?).ok()?;
            } else {
                forth.push(here);
                at = self.parent(here).ok()?;
            }
        }
        forth.reverse();
        Some(Way { turn: at, forth })
    }

    /// The lines of some paths, or of all, at `commits`, from those of `tip`; `None` if a step does not fit.
    ///
    /// The commits must be reached by a [`way`](Self::way).
    pub(super) fn bring_back(
        &self,
        tip: Position,
        files: &Files,
        commits: &[Position],
        paths: Option<&BTreeSet<RepoPath>>,
    ) -> Option<Vec<(Position, Files)>> {
        let mut ways = Vec::with_capacity(commits.len());
        for &commit in commits {
            ways.push((self.way(tip, commit)?, commit));
        }
        // The latest turns first; what begins at a root comes last.
        ways.sort_by_key(|(way, _)| std::cmp::Reverse(way.turn));
        let firsts = ways
            .iter()
            .map(|(way, _)| way.turn.or(way.forth.first().copied()));
        let first = firsts.flatten().min()?;
        let paths = match paths {
            Some(paths) => self.with_moves(first, paths)?,
            None => self.with_all(first, files)?,
        };
        let nothing = Files::new_with_hasher_and_degree_and_ptr_kind(FxBuildHasher, 32);
        let mut lines = nothing.clone();
        for path in &paths {
            if let Some(known) = files.get(path) {
                lines.insert_mut(path.clone(), known.clone());
            }
        }
        let mut at = tip;
        let mut found = Vec::with_capacity(ways.len());
        // Branches that left at commits of one branch share the way there.
        let mut known: FxHashMap<Position, Files> = FxHashMap::default();
        for (way, commit) in ways {
            let mut there = nothing.clone();
            if let Some(turn) = way.turn {
                while at != turn {
                    self.undo(at, &mut lines, &paths)?;
                    at = self.parent(at).ok()??;
                }
                there = lines.clone();
            }
            for step in way.forth {
                if let Some(files) = known.get(&step) {
                    there = files.clone();
                } else {
                    self.redo(step, &mut there, &paths)?;
                    known.insert(step, there.clone());
                }
            }
            found.push((commit, there));
        }
        Some(found)
    }

    /// The paths of some files, and all that were touched later.
    fn with_all(&self, after: Position, files: &Files) -> Option<BTreeSet<RepoPath>> {
        let mut paths: BTreeSet<RepoPath> = files.keys().cloned().collect();
        for position in self.first.max(after)..self.end() {
            for file in self.files(position)? {
                paths.extend(file.old_path.map(RepoPath::new));
                paths.insert(RepoPath::new(file.path));
            }
        }
        Some(paths)
    }

    /// The paths, and those that their files were moved to later.
    fn with_moves(
        &self,
        after: Position,
        paths: &BTreeSet<RepoPath>,
    ) -> Option<BTreeSet<RepoPath>> {
        let mut moves = Vec::new();
        for position in self.first.max(after)..self.end() {
            for file in self.files(position)? {
                if let Some(old) = file.old_path {
                    moves.push((RepoPath::new(old), RepoPath::new(file.path)));
                }
            }
        }
        let mut paths = paths.clone();
        // A path that a late branch needs may have been moved early on the way to where that branch began.
        let mut n_before = usize::MAX;
        while n_before != moves.len() {
            n_before = moves.len();
            moves.retain(|(old, new)| {
                let is_needed = paths.contains(old) || paths.contains(new);
                if is_needed {
                    paths.extend([old.clone(), new.clone()]);
                }
                !is_needed
            });
        }
        Some(paths)
    }

    fn undo(
        &self,
        position: Position,
        lines: &mut Files,
        paths: &BTreeSet<RepoPath>,
    ) -> Option<()> {
        let mut before = Vec::new();
        for file in self.files(position)? {
            let path = RepoPath::new(file.path);
            let old_path = file.old_path.map_or_else(|| path.clone(), RepoPath::new);
            if paths.contains(&path) || paths.contains(&old_path) {
                let after = lines.get(&path);
                let old = if file.was_there {
                    Some(file.back(after)?)
                } else {
                    None
                };
                before.push((path, old_path, old));
            }
        }
        for (path, _, _) in &before {
            lines.remove_mut(path);
        }
        for (_, old_path, old) in before {
            if let Some(old) = old {
                lines.insert_mut(old_path, old);
            }
        }
        Some(())
    }

    fn redo(
        &self,
        position: Position,
        lines: &mut Files,
        paths: &BTreeSet<RepoPath>,
    ) -> Option<()> {
        let mut after = Vec::new();
        for file in self.files(position)? {
            let path = RepoPath::new(file.path);
            let old_path = file.old_path.map_or_else(|| path.clone(), RepoPath::new);
            if paths.contains(&path) || paths.contains(&old_path) {
                let before = lines.get(&old_path);
                let new = if file.is_there {
                    Some(file.forth(before)?)
                } else {
                    None
                };
                after.push((path, old_path, new));
            }
        }
        for (_, old_path, _) in &after {
            lines.remove_mut(old_path);
        }
        for (path, _, new) in after {
            if let Some(new) = new {
                lines.insert_mut(path, new);
            }
        }
        Some(())
    }

    /// The files of a step.
    fn files(&self, position: Position) -> Option<Vec<FileStep<'_>>> {
        let mut bytes = self.step(position)?;
        take(&mut bytes)?;
        let mut files = Vec::new();
        while !bytes.is_empty() {
            files.push(FileStep::read(&mut bytes, position)?);
        }
        Some(files)
    }
}
