//! What the binary says when something fails, and how it exits.
//!
//! Exit codes: 0 it ran; 1 a gate that was asked for tripped (`git risk hook run` alone); 2 it could not tell: wrong usage, or
//! something failed. A broken pipe is success: whoever read us had enough.

use std::fmt;
use std::path::PathBuf;

/// A failure with what the user can do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) hints: Vec<String>,
    /// The reader of our output went away; nothing is wrong.
    pub(crate) broken_pipe: bool,
    /// What was kept is not what was written: learning anew helps.
    pub(crate) damaged: bool,
}

impl Failure {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            hints: Vec::new(),
            broken_pipe: false,
            damaged: false,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The message with the first hint, where there is room for one line.
    pub(crate) fn in_a_line(self) -> String {
        match self.hints.into_iter().next() {
            Some(hint) => format!("{} ({hint})", self.message),
            None => self.message,
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        let broken_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        Self {
            broken_pipe,
            ..Self::new(format_args!("the output could not be written: {error}"))
        }
    }
}

impl From<risk_history::Error> for Failure {
    fn from(error: risk_history::Error) -> Self {
        use risk_history::Error as E;
        let failure = Self::new(&error);
        match &error {
            E::NotARepository { .. } => failure.hint("go into a repository, or name one with --repo PATH"),
            E::NotOwned { path } => failure
                .hint(format!("if you trust it: git config --global --add safe.directory {}", path.display())),
            E::Shallow { .. } => failure
                .hint("fetch the rest: git fetch --unshallow")
                .hint("in CI set the depth of the checkout to 0 (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0)"),
            E::Partial => failure.hint("use a full clone: git clone without --filter"),
            E::Empty => failure.hint("make a commit first: there is nothing to learn from or to score"),
            E::Unborn { .. } => failure.hint("name a revision that has commits, as in: git risk score main"),
            E::UnknownRevision { .. } => failure.hint("git log --oneline --all lists what there is; ranges are written A..B"),
            E::AmbiguousRevision { .. } => failure.hint("write more digits of the id"),
            E::Unreadable { .. } | E::Malformed { .. } => {
                failure.hint("git fsck lists what is damaged; a fresh clone, or git fetch --refetch, brings it back")
            }
            E::Bare { .. } => failure.hint("--staged and --worktree need a working tree; name a revision instead"),
            E::Threads { .. } => failure.hint("ask for fewer with --threads"),
            E::Unsupported { .. } | E::File { .. } | E::Git { .. } => failure,
        }
    }
}

impl From<risk_replay::Error> for Failure {
    fn from(error: risk_replay::Error) -> Self {
        match error {
            risk_replay::Error::Evaluate(error) => error.into(),
            error => Self::new(error).hint("learn anew: git risk train --fresh"),
        }
    }
}

impl From<risk_evaluate::Error> for Failure {
    fn from(error: risk_evaluate::Error) -> Self {
        let damaged = matches!(error, risk_evaluate::Error::RowsLost);
        let failure = Self::new(error).hint("learn anew: git risk train --fresh");
        Self { damaged, ..failure }
    }
}

/// Why a state could not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    /// There is none.
    #[error("nothing has been learned yet")]
    Missing,
    /// It was written by a version that knows more.
    #[error(
        "the state at {path} was written by a newer version of git-risk (format {found}, this one reads {known})"
    )]
    Newer {
        path: PathBuf,
        found: u32,
        known: u32,
    },
    /// It was written by another version or for other features.
    #[error("the state was written by another version of git-risk")]
    Other,
    /// It was made with another configuration.
    #[error("{what} changed since this was learned")]
    Configured { what: &'static str },
    /// Its bytes are not what was written.
    #[error("the state at {path} is damaged: {what}")]
    Damaged { path: PathBuf, what: &'static str },
    /// It could not be read or written.
    #[error("{path} could not be {doing}: {source}")]
    File {
        path: PathBuf,
        doing: &'static str,
        source: std::io::Error,
    },
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        let damaged = matches!(error, StateError::Damaged { .. });
        let failure = Self {
            damaged,
            ..Self::new(&error)
        };
        match error {
            StateError::Missing => {
                failure.hint("git risk train learns from the history of this repository")
            }
            StateError::Configured { .. } => {
                failure.hint("git risk train follows history anew with what holds now")
            }
            StateError::Newer { .. } => failure
                .hint("upgrade git-risk, or learn anew with this one: git risk train --fresh"),
            StateError::Other | StateError::Damaged { .. } => {
                failure.hint("git risk train --fresh writes a new one")
            }
            StateError::File { .. } => {
                failure.hint("check the permissions of the folder and the space on the disk")
            }
        }
    }
}
