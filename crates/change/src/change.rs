//! Changes and links.

use crate::{ChangeId, Edit, RepoPath, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A person as a commit names them, or, after identities were resolved, as `.mailmap` does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Author {
    /// Name, as text; bytes that are not UTF-8 are replaced.
    pub name: Arc<str>,
    /// Mail address, as text; bytes that are not UTF-8 are replaced.
    pub email: Arc<str>,
}

/// One commit seen as an edit against its first parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The commit.
    pub id: ChangeId,
    /// Its parents, first parent first; none for a root, two or more for a merge.
    pub parents: Vec<ChangeId>,
    /// Who wrote it.
    pub author: Author,
    /// When it was written (author date).
    pub authored_at: Timestamp,
    /// When it was committed (committer date).
    pub committed_at: Timestamp,
    /// The whole message as text; bytes that are not UTF-8 are replaced.
    pub message: String,
    /// The files that differ from the first parent (from nothing, for a root), in ascending order of path.
    pub files: Vec<FileChange>,
}

impl Change {
    /// Whether it has more than one parent.
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }

    /// Lines added over all text files (Kamei's `la`).
    pub fn lines_added(&self) -> u64 {
        self.files.iter().map(|file| file.edit.added()).sum()
    }

    /// Lines deleted over all text files (Kamei's `ld`).
    pub fn lines_deleted(&self) -> u64 {
        self.files.iter().map(|file| file.edit.removed()).sum()
    }

    /// Whether nothing but modes changed: no file at all, or files without any content change.
    ///
    /// Merges and empty changes are neither scored nor learned from.
    pub fn is_empty(&self) -> bool {
        self.files
            .iter()
            .all(|file| file.status == FileStatus::ModeChanged)
    }

    /// Whether its parts are about the same lines and parents, as they are if it was read from git.
    ///
    /// Who takes it from elsewhere asks before lines are looked up by it, or written out.
    pub fn fits_together(&self) -> bool {
        let n_others = self.parents.len().saturating_sub(1);
        let lengths = self.files.iter().map(|file| {
            let traced = file.trace.as_ref().map_or(0, |trace| trace.new_lines);
            u64::from(file.new_lines.max(traced))
        });
        lengths.sum::<u64>() <= MOST
            && self.files.iter().all(|file| {
                let others = &file.other_parents;
                let is_gone = file.status == FileStatus::Deleted;
                (others.len() == n_others || (is_gone && others.is_empty())) && file.fits_together()
            })
    }

    /// Whether some file of it could not be read, so that its counts are not known.
    pub fn is_incomplete(&self) -> bool {
        self.files.iter().any(|file| file.kind == FileKind::Unread)
    }
}

/// What happened to a file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FileStatus {
    /// It was not there before.
    Added,
    /// It is gone; `path` is where it was.
    Deleted,
    /// Its content changed (its mode may have, too).
    Modified,
    /// It moved from `old_path`, perhaps with edits.
    Renamed,
    /// Only its mode changed.
    ModeChanged,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FileKind {
    /// Lines of text (symbolic links too: their target is one line).
    Text,
    /// Bytes without lines, as git judges: a NUL among the first 8,000 bytes of either version, or too large.
    Binary,
    /// A commit of another repository. It counts as a file of one line, as git counts it.
    Submodule,
    /// A version could not be read: see the [`Skipped`] list. Nothing is known about its lines.
    Unread,
}

/// One file of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// Where the file is after the change; where it was, if it is deleted.
    pub path: RepoPath,
    /// Where it was before, if it was renamed.
    pub old_path: Option<RepoPath>,
    /// What happened to it.
    pub status: FileStatus,
    /// What it holds.
    pub kind: FileKind,
    /// Lines before the change; 0 for added and binary files, and where lines were not compared (see `edit`).
    pub old_lines: u32,
    /// Lines after the change; 0 for deleted and binary files.
    pub new_lines: u32,
    /// The lines that changed; empty for binary files, and for files of a merge that another parent has with
    /// the same content: nobody needs their lines. Equal pairs of versions share it.
    pub edit: Arc<Edit>,
    /// For merges, how the file stands to the second and further parents, in their order; else empty.
    pub other_parents: Vec<OtherParent>,
    /// How lines are to be followed to the first parent, where that is not by `source_path` and `edit`.
    pub trace: Option<Box<Trace>>,
}

/// How `git blame` follows the lines of a file where counts, as in `git log --numstat -M`, are made otherwise.
///
/// Counts pair each file that went with one that came at most; blame looks for the source of each file alone.
/// Blame compares without the end that both versions share; and binary versions, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Where the first parent has the lines.
    pub path: RepoPath,
    /// Lines of that version.
    pub old_lines: u32,
    /// Lines after the change.
    pub new_lines: u32,
    /// From that version to the new one: `hunks` and `respaced`, the rest is empty.
    pub edit: Arc<Edit>,
}

/// Lines of a version at most: no larger file is read than one of 32 MiB, and a line has a byte.
const LONGEST: u32 = 32 << 20;

/// Lines of all files of a change together: ten times those of the largest projects.
const MOST: u64 = 1 << 28;

impl FileChange {
    fn fits_together(&self) -> bool {
        let others = self.other_parents.iter().all(|other| match other {
            OtherParent::Differs { edit, .. } => {
                let ends = edit.ends();
                ends.is_some_and(|(old, new)| old.max(new) <= u64::from(LONGEST))
            }
            OtherParent::Absent | OtherParent::Same { .. } | OtherParent::Unlike { .. } => true,
        });
        let trace = self.trace.as_ref().is_none_or(|trace| {
            trace.old_lines.max(trace.new_lines) <= LONGEST
                && trace.edit.traces(trace.old_lines, trace.new_lines)
        });
        others
            && trace
            && (self.status == FileStatus::Renamed) == self.old_path.is_some()
            && self.old_lines.max(self.new_lines) <= LONGEST
            && self.edit.leads(self.old_lines, self.new_lines)
    }

    /// Where the file was before the change: `old_path` if renamed, else `path`.
    pub fn source_path(&self) -> &RepoPath {
        self.old_path.as_ref().unwrap_or(&self.path)
    }
}

/// How a file of a merge stands to one of the parents after the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OtherParent {
    /// That parent has no such file, nor one it could have been renamed from.
    Absent,
    /// That parent has the same content, at `path`.
    Same {
        /// Where that parent has it.
        path: RepoPath,
    },
    /// That parent has other content, at `path`; how it differs was not looked at, because another parent
    /// has the same content as the merge.
    Unlike {
        /// Where that parent has it.
        path: RepoPath,
    },
    /// That parent has other content, at `path`; `edit` leads from there to the merge.
    Differs {
        /// Where that parent has it.
        path: RepoPath,
        /// From that parent's version to the merge's.
        edit: Arc<Edit>,
    },
}

/// Something that was left out, and why: never silently, never as a default value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Skipped {
    /// The change it belongs to.
    pub change: ChangeId,
    /// The file, if it is about one.
    pub path: Option<RepoPath>,
    /// Why it was left out.
    pub why: SkipReason,
}

/// Why something was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SkipReason {
    /// An object could not be read (missing, corrupt).
    Unreadable,
    /// A file is larger than what is read; its lines were not compared, as if it were binary.
    TooLarge,
    /// More candidates for inexact renames than the limit; renames with edits were not looked for.
    RenameLimit,
    /// A fix touches more files than the limit of the variant, so that its links would be noise.
    FixTouchesTooManyFiles,
    /// A fix deletes no line that can be traced.
    FixOnlyAdds,
    /// All lines that a fix deletes are blank, comments or white space.
    FixOnlyCosmetic,
    /// A line that a fix deletes comes from a merge, or from a change that cannot be scored.
    OriginNotAChange,
    /// The origin of a line is not known.
    OriginUnknown,
    /// A message names a change that this history does not hold, or that is not earlier than the fix.
    NamedChangeNotFound,
}

impl SkipReason {
    /// Whether it is about reading the change, not about what it repairs: the features lack what was left out.
    pub fn is_of_reading(self) -> bool {
        matches!(self, Self::Unreadable | Self::TooLarge | Self::RenameLimit)
    }
}
