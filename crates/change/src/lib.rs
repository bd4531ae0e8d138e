//! The nouns of git-risk, as plain data.
//!
//! A [`Change`] is one commit seen as an edit against its first parent: who, when, why, and per
//! [`FileChange`] the [`Hunk`]s. A [`Ancestors`] says which earlier positions of the documented order a change could know about.
//!
//! Nothing here reads git, a file or a clock.

mod ancestry;
mod change;
mod date;
mod edit;
mod heads;
mod id;
mod ids;
mod issues;
mod path;
mod time;

pub use ancestry::{Ancestors, Ancestry};
pub use change::{
    Author, Change, FileChange, FileKind, FileStatus, OtherParent, SkipReason, Skipped, Trace,
};
pub use edit::{Edit, Hunk, LineClass, Shape};
pub use id::ChangeId;
pub use ids::Ids;
pub use issues::{Issue, IssueKind, Issues};
pub use path::RepoPath;
pub use time::{Days, Timestamp};

/// Place of a commit in the documented order: 0 for the first one, merges included.
///
/// `u32` bounds a history to 4.29 thousand million commits.
pub type Position = u32;
