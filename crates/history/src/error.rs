//! What can go wrong when history is read.

use git2::ErrorCode;
use risk_change::ChangeId;
use std::path::PathBuf;

/// Why history, or a part of it, could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no repository at or above the path.
    #[error("no git repository at {path} or above it")]
    NotARepository {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Git's `safe.directory` rule forbids reading it.
    #[error("the repository at {path} belongs to another user")]
    NotOwned {
        /// Where it is.
        path: PathBuf,
    },
    /// The repository uses something this tool cannot read.
    #[error("the repository at {path} uses a format that cannot be read here: {source}")]
    Unsupported {
        /// Where it is.
        path: PathBuf,
        /// What the reader said.
        source: git2::Error,
    },
    /// The clone is shallow: the commits at its boundary look as if they had added every file.
    #[error("the clone is shallow: {n_commits} commits are here, their history is not")]
    Shallow {
        /// Commits that are here.
        n_commits: usize,
        /// The depth that would be enough, if that is known: nothing is missing but parents that are known.
        depth: Option<u32>,
    },
    /// The clone is partial: files have to be fetched before they can be read.
    #[error("the clone is partial: file contents are fetched on demand and cannot be read here")]
    Partial,
    /// Grafts give commits other parents than those that they name.
    #[error("{path} gives commits other parents than they have")]
    Grafted {
        /// The file of grafts.
        path: PathBuf,
    },
    /// There is no commit at all.
    #[error("the repository has no commits yet")]
    Empty,
    /// The current branch has no commit yet, though others may.
    #[error("the current branch, {branch}, has no commits yet")]
    Unborn {
        /// The branch that `HEAD` names.
        branch: String,
    },
    /// A name does not lead to a commit.
    #[error("no commit is named '{revision}'")]
    UnknownRevision {
        /// What was asked for.
        revision: String,
    },
    /// An abbreviated id fits several objects.
    #[error("'{revision}' fits more than one object")]
    AmbiguousRevision {
        /// What was asked for.
        revision: String,
    },
    /// A commit or a tree is missing or corrupt, so that history beyond it cannot be known.
    #[error("object {id} is missing or corrupt")]
    Unreadable {
        /// The object.
        id: String,
        /// What the reader said.
        source: git2::Error,
    },
    /// A commit or a tree is larger than any that was made to be used.
    #[error("object {id} is larger than what is read of history, 128 MiB")]
    TooLarge {
        /// The object.
        id: String,
    },
    /// A commit or tree object does not have the form it should have.
    #[error("object {id} is malformed")]
    Malformed {
        /// The object.
        id: String,
    },
    /// A tree is deeper, or stands for more files, than any that was made to be used.
    #[error("tree {id} {what}")]
    Sprawling {
        /// The tree.
        id: String,
        /// Of what it has too much.
        what: &'static str,
    },
    /// The repository has no working tree, but one was asked for.
    #[error("the repository at {path} is bare: it has no working tree")]
    Bare {
        /// Where it is.
        path: PathBuf,
    },
    /// Worker threads could not be started.
    #[error("{threads} worker threads could not be started: {source}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the system said.
        source: rayon::ThreadPoolBuildError,
    },
    /// A file of the repository or of its working tree could not be read.
    #[error("{path} could not be read: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Any other complaint of the git library, with what was being done.
    #[error("{doing}: {source}")]
    Git {
        /// What was being done, as "reading the index".
        doing: &'static str,
        /// What the library said.
        source: git2::Error,
    },
}

/// How the object store says that an object is larger than what is read.
pub(crate) const TOO_LARGE: ErrorCode = ErrorCode::BufSize;

impl Error {
    pub(crate) fn unreadable(id: git2::Oid, source: git2::Error) -> Self {
        let id = id.to_string();
        match source.code() {
            TOO_LARGE => Self::TooLarge { id },
            _ => Self::Unreadable { id, source },
        }
    }

    pub(crate) fn sprawling(id: git2::Oid, what: &'static str) -> Self {
        let id = id.to_string();
        Self::Sprawling { id, what }
    }

    pub(crate) fn malformed(id: git2::Oid) -> Self {
        Self::Malformed { id: id.to_string() }
    }
}

/// Makes our id of a library's.
pub(crate) fn change_id(oid: git2::Oid) -> ChangeId {
    ChangeId::from_bytes(oid.as_bytes()).expect("an object id has 20 or 32 bytes")
}
