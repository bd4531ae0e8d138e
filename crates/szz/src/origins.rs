//! Who wrote each line, carried along the commit graph.

mod carry;
mod differences;
mod ends;
mod saved;
mod step;
mod trail;

pub use saved::SavedOrigins;
pub use trail::Trail;

use crate::Error;
use carry::{carry, unknown};
use ends::Ends;
use risk_change::{
    Change, ChangeId, Edit, FileChange, FileKind, FileStatus, OtherParent, Position, RepoPath,
};
use rpds::HashTrieMapSync;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use step::Moved;
use trail::Way;

/// Origin of a line that is not known: it went through a binary or unreadable version of its file.
pub const UNKNOWN: Position = Position::MAX;

/// Whether a change of white space alone makes a line a new line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Whitespace {
    /// It does, as for `git blame`.
    Significant,
    /// It does not, as for `git blame -w`: pairs of [`Edit::respaced`](risk_change::Edit::respaced) keep
    /// their origin.
    Ignored,
}

type Lines = Arc<[Position]>;
/// The files of one commit with the origin of each line; clones share everything.
type Files = HashTrieMapSync<RepoPath, Lines, FxBuildHasher>;

/// The origin of every line of every file, at the commits that may still get children.
///
/// One fold over the whole graph takes the place of `git blame`: a change carries the lines it left alone
/// from its parent and is itself the origin of the lines it put in. At a merge a file takes all lines of the
/// first parent that has the same content; else each line comes from the first parent that has it
/// unchanged, and from the merge if none has.
///
/// Origins of ignored revisions pass through: each new line of a hunk takes the origin of its old line,
/// paired first by [`Edit::respaced`](risk_change::Edit::respaced), then by order between those pairs; lines
/// without a partner stay with the ignored change. Deviation: git pairs by similarity of the text, too, and
/// it ignores revisions that are merges; here merges are never ignored.
///
/// A step costs what its changed files hold, not what the repository holds.
///
/// Commits of the recent past that are no longer alive can be had back ([`bring_back`](Self::bring_back)) by
/// what each commit did to the lines of its first parent, which is kept as a [`Trail`]. The last commits of histories
/// that began at a root of their own stay alive, sixteen at most: projects that are merged in now and then.
#[derive(Clone)]
pub struct Origins {
    whitespace: Whitespace,
    ignored: BTreeSet<ChangeId>,
    alive: BTreeMap<Position, Files>,
    ends: Ends,
    trail: Trail,
    /// How many of the last commits can be had back.
    remembered: u32,
    /// Commits before this one will be out of reach when the stretch under way ends.
    remember_from: Position,
    scratch: Vec<Position>,
}

impl Origins {
    /// Starts before the first commit. `ignored` are the revisions whose lines pass through.
    pub fn new(whitespace: Whitespace, ignored: BTreeSet<ChangeId>) -> Self {
        Self {
            whitespace,
            ignored,
            alive: BTreeMap::new(),
            ends: Ends::default(),
            trail: Trail::default(),
            remembered: Self::REMEMBERED,
            remember_from: 0,
            scratch: Vec::new(),
        }
    }

    /// How many of the last commits can be had back unless said otherwise: enough for nearly all branches that
    /// are still to be merged, in a few bytes a commit.
    pub const REMEMBERED: u32 = 16_384;

    /// Keeps what it takes to have the last `n` commits back.
    #[must_use]
    pub fn remembering(mut self, n: u32) -> Self {
        self.remembered = n;
        self
    }

    /// Says that commits up to `end` will be absorbed before the next save: what would be forgotten until then
    /// need not be written down.
    pub fn expect(&mut self, end: Position) {
        self.remember_from = end.saturating_sub(self.remembered);
    }

    /// Whether the lines of a commit are known, or can be had back.
    pub fn is_within_reach(&self, commit: Position) -> bool {
        self.is_alive(commit) || self.way_to(commit).is_some()
    }

    /// The way to a commit that is not alive, with the commit it leads from: the tip, or a kept end.
    fn way_to(&self, commit: Position) -> Option<(Position, Way)> {
        let tip = self.alive.keys().next_back().copied();
        let bases = tip.into_iter().chain(self.ends.kept());
        let mut ways = bases.filter_map(|base| Some((base, self.trail.way(base, commit)?)));
        let first = ways.next()?;
        // A way from a root on begins with nothing, wherever it is asked for.
        if first.1.root().is_none() {
            return Some(first);
        }
        ways.find(|(_, way)| way.root().is_none()).or(Some(first))
    }

    /// Makes commits of the recent past alive again as far as some paths go, those that will be asked for, or all.
    ///
    /// Commits that are out of reach stay unknown.
    pub fn bring_back(
        &mut self,
        commits: impl IntoIterator<Item = Position>,
        paths: Option<&BTreeSet<RepoPath>>,
    ) -> Result<(), Error> {
        let tip = self.alive.keys().next_back();
        let main = tip.and_then(|&tip| self.ends.root_of(tip));
        let mut found: BTreeMap<(Position, Position), Vec<Position>> = BTreeMap::new();
        for commit in commits {
            if self.alive.contains_key(&commit) {
                self.ends.expect_child(commit);
            } else if let Some((base, way)) = self.way_to(commit) {
                let root = way.root().or_else(|| self.ends.root_of(base));
                let commits = found.entry((base, root.unwrap_or(commit))).or_default();
                commits.push(commit);
            }
        }
        for ((base, root), commits) in found {
            // What comes of another root may stay when the stretch ends, so all files of it have to be there.
            let paths = paths.filter(|_| Some(root) == main);
            let lines = self
                .trail
                .bring_back(base, &self.alive[&base], &commits, paths);
            self.alive.extend(lines.ok_or(Error::Inconsistent {
                what: "the trail of lines",
            })?);
            for commit in commits {
                self.ends.bring_back(commit, root);
            }
        }
        Ok(())
    }

    /// How changes of white space are treated.
    pub fn whitespace(&self) -> Whitespace {
        self.whitespace
    }

    /// Whether the lines of a commit are still known, so that a child of it can be absorbed.
    pub fn is_alive(&self, commit: Position) -> bool {
        self.alive.contains_key(&commit)
    }

    /// The commits whose lines are known, ascending.
    pub fn alive(&self) -> impl Iterator<Item = Position> + '_ {
        self.alive.keys().copied()
    }

    /// Forgets the lines of a commit that gets no more children, unless it is the end of a history of its own.
    pub fn retire(&mut self, commit: Position) {
        if let Some(gone) = self.ends.leave(commit) {
            self.alive.remove(&gone);
        }
    }

    /// The origin of each line of a file as it stands at a commit; [`UNKNOWN`] where not known.
    ///
    /// `None` if the commit is not alive or has no such file; empty for binary files that were not followed.
    pub fn lines(&self, commit: Position, path: &RepoPath) -> Option<&[Position]> {
        Some(self.alive.get(&commit)?.get(path)?)
    }

    /// The files of a commit, in ascending order; `None` if it is not alive.
    pub fn paths(&self, commit: Position) -> Option<Vec<&RepoPath>> {
        let mut paths: Vec<_> = self.alive.get(&commit)?.keys().collect();
        paths.sort_unstable();
        Some(paths)
    }

    /// The origin of each line that a change deletes, by file and line; unknown origins are left out.
    ///
    /// `parent` is its first parent and must be alive, so ask before the change is absorbed. Empty for roots,
    /// and for merges, whose edits are no work of their own.
    pub fn deleted_origins(&self, parent: Option<Position>, change: &Change) -> Vec<Position> {
        let Some(files) = parent.and_then(|parent| self.alive.get(&parent)) else {
            return Vec::new();
        };
        let mut origins = Vec::new();
        if change.is_merge() {
            return origins;
        }
        for file in &change.files {
            let Some(lines) = files.get(file.source_path()) else {
                continue;
            };
            for hunk in &file.edit.hunks {
                let end = hunk.old_start + hunk.old_len;
                let deleted = lines.get(hunk.old_start as usize..end as usize);
                let deleted = deleted.unwrap_or(&[]).iter().copied();
                origins.extend(deleted.filter(|&origin| origin != UNKNOWN));
            }
        }
        origins
    }

    /// Takes in one commit.
    ///
    /// `parents` are the positions of `change.parents`, in the same order; [`UNKNOWN`] for a parent outside
    /// the history. `is_last_child[k]` says that parent k gets no further child after this one, so that its
    /// lines can be handed on in place; missing entries count as `false`. The commit itself stays alive until
    /// it is retired. If a parent is not alive, what comes from it is unknown.
    pub fn absorb(
        &mut self,
        position: Position,
        parents: &[Position],
        change: &Change,
        is_last_child: &[bool],
    ) {
        let is_last = |k: usize| is_last_child.get(k) == Some(&true);
        let first = parents.first().copied();
        let is_repeated = first.is_some_and(|first| parents[1..].contains(&first));
        let mut files = match first {
            None => None,
            Some(first) if is_last(0) && !is_repeated => self.alive.remove(&first),
            Some(first) => self.alive.get(&first).cloned(),
        }
        .unwrap_or_else(|| Files::new_with_hasher_and_degree_and_ptr_kind(FxBuildHasher, 32));

        // All files are read before any is written: two files may have swapped their paths.
        let is_ignored = !change.is_merge() && self.ignored.contains(&change.id);
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut after: Vec<(&RepoPath, Lines)> = Vec::with_capacity(change.files.len());
        for file in &change.files {
            if file.status == FileStatus::Deleted {
                continue;
            }
            let lines = if change.is_merge() {
                self.merge(position, parents, &files, file, &mut scratch)
            } else {
                let source = file
                    .trace
                    .as_ref()
                    .map_or(file.source_path(), |it| &it.path);
                let old = files.get(source);
                self.follow(position, old, file, is_ignored, &mut scratch)
            };
            after.push((&file.path, lines));
        }
        self.scratch = scratch;
        if position >= self.remember_from {
            self.note(position, first, &files, &change.files, &after);
        }
        for file in &change.files {
            match file.status {
                FileStatus::Deleted | FileStatus::Renamed => {
                    files.remove_mut(file.source_path());
                }
                FileStatus::Added | FileStatus::Modified | FileStatus::ModeChanged => {}
            }
        }
        for (path, lines) in after {
            files.insert_mut(path.clone(), lines);
        }
        self.alive.insert(position, files);
        if let Some(gone) = self.ends.arrive(position, first) {
            self.alive.remove(&gone);
        }
        for (k, &parent) in parents.iter().enumerate() {
            if is_last(k) {
                self.retire(parent);
            }
        }
    }

    /// Writes down what a commit did to the files of its first parent; `after` are those that it left there.
    fn note(
        &mut self,
        position: Position,
        parent: Option<Position>,
        files: &Files,
        touched: &[FileChange],
        after: &[(&RepoPath, Lines)],
    ) {
        let mut after = after.iter().peekable();
        let moved = touched.iter().map(|file| {
            let source = file.source_path();
            let is_moved = file.status == FileStatus::Renamed && *source != file.path;
            // Deleted files are not among those left.
            let left = after
                .next_if(|(path, _)| file.status != FileStatus::Deleted && **path == file.path);
            Moved {
                path: &file.path,
                old_path: is_moved.then_some(source),
                before: files.get(source),
                after: left.map(|(_, lines)| lines),
                hunks: &file.trace.as_ref().map_or(&file.edit, |it| &it.edit).hunks,
            }
        });
        let moved: Vec<Moved<'_>> = moved.collect();
        let parent = parent.filter(|&parent| parent < position);
        self.trail.push(position, parent, &moved);
    }

    /// The lines of a file after a change with one parent (or none).
    fn follow(
        &self,
        position: Position,
        old: Option<&Lines>,
        file: &FileChange,
        is_ignored: bool,
        scratch: &mut Vec<Position>,
    ) -> Lines {
        if let Some(trace) = &file.trace {
            let old = fitting(old, trace.old_lines);
            let (n, edit) = (trace.new_lines, &trace.edit);
            return self.carried(position, &old, n, edit, is_ignored, scratch);
        }
        match file.kind {
            FileKind::Binary | FileKind::Unread => {
                let is_untouched =
                    file.status == FileStatus::ModeChanged && file.kind == FileKind::Binary;
                return match old {
                    Some(lines) if is_untouched => lines.clone(),
                    _ => Lines::default(),
                };
            }
            FileKind::Submodule if file.status != FileStatus::ModeChanged => {
                if !file.edit.hunks.is_empty() || file.status != FileStatus::Renamed {
                    return Arc::from([position].as_slice());
                }
            }
            FileKind::Submodule | FileKind::Text => {}
        }
        let old = fitting(old, file.old_lines);
        let (n, edit) = (file.new_lines, &file.edit);
        self.carried(position, &old, n, edit, is_ignored, scratch)
    }

    /// The `n` lines that an edit makes of old ones.
    fn carried(
        &self,
        position: Position,
        old: &Lines,
        n: u32,
        edit: &Edit,
        is_ignored: bool,
        scratch: &mut Vec<Position>,
    ) -> Lines {
        if edit.hunks.is_empty() {
            return Arc::clone(old);
        }
        scratch.clear();
        scratch.resize(n as usize, position);
        let fits = if is_ignored {
            carry::pass_through(scratch, old, edit)
        } else {
            carry(scratch, position, old, edit, self.whitespace)
        };
        if fits {
            Arc::from(scratch.as_slice())
        } else {
            unknown(n)
        }
    }

    /// The lines of a file after a merge, given the files of the first parent.
    fn merge(
        &self,
        position: Position,
        parents: &[Position],
        first: &Files,
        file: &FileChange,
        scratch: &mut Vec<Position>,
    ) -> Lines {
        let files_of = |k: usize| parents.get(k).and_then(|parent| self.alive.get(parent));
        let trace = file.trace.as_deref();
        let n_lines = trace.map_or(file.new_lines, |trace| trace.new_lines);
        if file.status == FileStatus::ModeChanged {
            // The first parent has the same content, too, and comes first.
            return first
                .get(&file.path)
                .map_or_else(|| unknown(n_lines), Arc::clone);
        }
        for (k, other) in file.other_parents.iter().enumerate() {
            // Renames are looked for after all parents were looked at, again in their order.
            if let OtherParent::Same { path } = other
                && (*path == file.path || !is_moved(file))
            {
                let lines = files_of(k + 1).and_then(|files| files.get(path));
                return lines.map_or_else(|| unknown(n_lines), Arc::clone);
            }
        }
        match file.kind {
            FileKind::Unread => return Lines::default(),
            FileKind::Binary if trace.is_none() => return Lines::default(),
            FileKind::Submodule => return Arc::from([position].as_slice()),
            FileKind::Text | FileKind::Binary => {}
        }
        scratch.clear();
        scratch.resize(n_lines as usize, position);
        let mut fits = true;
        if let Some(trace) = trace {
            let old = fitting(first.get(&trace.path), trace.old_lines);
            fits &= carry(scratch, position, &old, &trace.edit, self.whitespace);
        } else if file.status != FileStatus::Added {
            let old = fitting(first.get(file.source_path()), file.old_lines);
            fits &= carry(scratch, position, &old, &file.edit, self.whitespace);
        }
        for (k, other) in file.other_parents.iter().enumerate() {
            if let OtherParent::Differs { path, edit } = other {
                let old = files_of(k + 1).and_then(|files| files.get(path));
                let added = edit.added() as i64 - edit.removed() as i64;
                let n_old = (i64::from(n_lines) - added).max(0) as u32;
                let old = match old {
                    Some(lines) if lines.len() == n_old as usize => lines.clone(),
                    _ => unknown(n_old),
                };
                fits &= carry(scratch, position, &old, edit, self.whitespace);
            }
        }
        if fits {
            Arc::from(scratch.as_slice())
        } else {
            unknown(n_lines)
        }
    }
}

impl fmt::Debug for Origins {
    /// Says which commits are alive and how many files each has; the lines would be too many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alive = self
            .alive
            .iter()
            .map(|(commit, files)| (commit, files.size()));
        f.debug_map().entries(alive).finish()
    }
}

/// Whether the first parent has the very lines of a file, at another path.
fn is_moved(file: &FileChange) -> bool {
    let is_whole = |edit: &Edit, old: u32, new: u32| edit.hunks.is_empty() && old == new && new > 0;
    match &file.trace {
        Some(trace) => is_whole(&trace.edit, trace.old_lines, trace.new_lines),
        None => {
            file.status == FileStatus::Renamed
                && is_whole(&file.edit, file.old_lines, file.new_lines)
        }
    }
}

/// The `n` old lines of a file, all unknown if they are not those that the change was made from.
fn fitting(old: Option<&Lines>, n: u32) -> Lines {
    match old {
        Some(lines) if lines.len() == n as usize => lines.clone(),
        _ => unknown(n),
    }
}

#[cfg(test)]
mod tests;
