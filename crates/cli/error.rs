//! What the binary says when something fails, and how it exits.
//!
//! Exit codes: 0 it ran; 1 a gate that was asked for tripped; 2 it could not tell: wrong usage, or
//! something failed. A broken pipe is success: whoever read us had enough.

use std::fmt;
use std::path::{Path, PathBuf};

/// A failure with what the user can do about it.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) hints: Vec<String>,
    /// The reader of our output went away; nothing is wrong.
    pub(crate) broken_pipe: bool,
    /// All was told, and something of it reaches a threshold that was set.
    pub(crate) gate: bool,
    /// What was kept is not what was written: learning anew helps.
    pub(crate) damaged: bool,
}

impl Failure {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            hints: Vec::new(),
            broken_pipe: false,
            gate: false,
            damaged: false,
        }
    }

    /// A threshold was reached that was set to fail at.
    pub(crate) fn gate(message: impl fmt::Display) -> Self {
        Self {
            gate: true,
            ..Self::new(message)
        }
    }

    /// A file or folder that could not be written.
    pub(crate) fn unwritten(path: &Path, error: &std::io::Error) -> Self {
        Self::new(format_args!(
            "{} could not be written: {error}",
            path.display()
        ))
        .hint("check the permissions of the folder and the space on the disk")
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
        .hint("check the space on the disk, or write it to another place")
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
            E::Shallow { depth: None, .. } => failure
                .hint("fetch the rest: git fetch --unshallow")
                .hint("in CI set the depth of the checkout to 0 (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0; Jenkins: shallow clone off)"),
            E::Shallow { depth: Some(depth), .. } => failure
                .hint("the history before is known, and one commit more is enough: git fetch --deepen=1")
                .hint(format!("in CI set the depth of the checkout to {depth}, or to 0 for all (actions/checkout: fetch-depth: {depth}; GitLab: GIT_DEPTH: {depth}; Jenkins: clone depth {depth})")),
            E::Partial => failure.hint("use a full clone: git clone without --filter"),
            E::Grafted { .. } => failure.hint(
                "git replace --convert-graft-file makes replacements of them, which git log follows and git risk does not; or remove the file",
            ),
            E::Empty => failure.hint("make a commit first: there is nothing to learn from or to score"),
            E::Unborn { .. } => failure.hint("name a revision that has commits, as in: git risk score main"),
            E::UnknownRevision { .. } => failure.hint("git log --oneline --all lists what there is; ranges are written A..B"),
            E::AmbiguousRevision { .. } => failure.hint("write more digits of the id"),
            E::Unreadable { .. } | E::Malformed { .. } => {
                failure.hint("git fsck lists what is damaged; a fresh clone, or git fetch --refetch, brings it back")
            }
            E::TooLarge { .. } => failure.hint(
                "nothing can be told of a history with it; if it is not on the main branch, delete the branch",
            ),
            E::Sprawling { .. } => {
                failure.hint("nobody can work with it, and nothing can be told of a history with it; if it is not on the main branch, delete the branch")
            }
            E::Bare { .. } => failure.hint("--staged and --worktree need a working tree; name a revision instead"),
            E::Threads { .. } => failure.hint("ask for fewer with --threads"),
            E::Unsupported { .. } => failure
                .hint("git status tells whether git can read it; repositories with reftables cannot be read here yet"),
            E::File { path, .. } => failure.hint(format!("check that you may read it: ls -l {}", path.display())),
            E::Git { .. } => failure.hint("git fsck tells whether the repository is sound; git risk -v tells how far it came"),
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
    /// It is not of those who are believed.
    #[error(
        "{path} belongs to another user (uid {uid}): neither to you nor to whoever owns the repository"
    )]
    Foreign { path: PathBuf, uid: u32 },
    /// It could not be read or written.
    #[error("{path} could not be {doing}: {source}")]
    File {
        path: PathBuf,
        doing: &'static str,
        source: std::io::Error,
    },
}

impl StateError {
    /// Something that was computed from it did not hold.
    pub(crate) fn panicked() -> Self {
        Self::Damaged {
            path: "risk/state".into(),
            what: "its numbers do not agree",
        }
    }
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
            StateError::Foreign { path, .. } => failure
                .hint(format!("if you trust them: chown -R \"$(id -u)\" {0}; if not: rm -r {0}", path.display()))
                .hint("if several people are to write here: git config core.sharedRepository group"),
            StateError::File {
                doing: "locked", ..
            } => failure.hint(
                "this file system has no locks, as NFS without its lock manager: use a clone on a local disk",
            ),
            StateError::File { .. } => {
                failure.hint("check the permissions of the folder and the space on the disk")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk_history::Error as E;
    use std::io;

    #[track_caller]
    fn says_what_to_do(failure: impl Into<Failure>) {
        let failure = failure.into();
        assert!(!failure.message.is_empty());
        assert!(!failure.hints.is_empty(), "{}", failure.message);
        // A hint is one line, begins like a sentence within one, and is no sentence of its own.
        for hint in &failure.hints {
            assert!(!hint.contains('\n') && !hint.ends_with('.'), "{hint}");
        }
    }

    #[test]
    fn every_failure_says_what_to_do() {
        let path = PathBuf::from("/there");
        let revision = "topic".to_owned();
        let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
        // Those that hold a complaint of the git library are made in tests/cli.
        let of_history = [
            E::NotARepository { path: path.clone() },
            E::NotOwned { path: path.clone() },
            E::Shallow {
                n_commits: 5,
                depth: None,
            },
            E::Shallow {
                n_commits: 5,
                depth: Some(7),
            },
            E::Partial,
            E::Grafted { path: path.clone() },
            E::Empty,
            E::Unborn {
                branch: "main".to_owned(),
            },
            E::UnknownRevision {
                revision: revision.clone(),
            },
            E::AmbiguousRevision { revision },
            E::Malformed {
                id: "1234".to_owned(),
            },
            E::TooLarge {
                id: "1234".to_owned(),
            },
            E::Sprawling {
                id: "1234".to_owned(),
                what: "lies deeper than is read",
            },
            E::Bare { path: path.clone() },
            E::File {
                path: path.clone(),
                source: denied(),
            },
        ];
        for error in of_history {
            says_what_to_do(error);
        }
        let of_state = [
            StateError::Missing,
            StateError::Newer {
                path: path.clone(),
                found: 2,
                known: 1,
            },
            StateError::Other,
            StateError::Configured { what: "it" },
            StateError::Damaged {
                path: path.clone(),
                what: "its end is missing",
            },
            StateError::Foreign {
                path: path.clone(),
                uid: 1001,
            },
            StateError::File {
                path: path.clone(),
                doing: "read",
                source: denied(),
            },
        ];
        for error in of_state {
            says_what_to_do(error);
        }
        says_what_to_do(risk_evaluate::Error::RowsLost);
        says_what_to_do(risk_replay::Error::Evaluate(risk_evaluate::Error::RowsLost));
        says_what_to_do(denied());
        says_what_to_do(Failure::unwritten(&path, &denied()));
    }
}
