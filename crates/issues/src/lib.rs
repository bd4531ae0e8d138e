//! What issue trackers export, read into [`Issues`].
//!
//! [`read`] takes the bytes of an export and recognises its [`Form`] by what it holds: CSV, or JSON as GitHub, GitLab,
//! Jira and Bugzilla write it. [`KindNames`] says which types and labels mean a bug. Nothing here asks a tracker, and
//! nothing knows of commits: keys are found in messages by `risk-szz`.

mod cell;
mod entry;
mod error;
mod export;
mod json;
mod kinds;
mod moment;
mod place;
mod table;

pub use error::Error;
pub use export::{Export, Form, MAX_BYTES, read, read_file};
pub use kinds::KindNames;

#[cfg(doc)]
use risk_change::Issues;
