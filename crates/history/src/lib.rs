//! Reads git: the ordered walk of changes with their hunks.
//!
//! A [`Repository`] is opened once. [`Repository::walk`] gives the commits of a tip in landing order as a [`Walk`];
//! [`Repository::pieces`] reads their changes, one piece after the other. Each is a [`History`]: the
//! [`risk_change::Change`]s in landing order, each seen as an edit against its first parent, with renames found as
//! `git log -M` finds them and lines compared as `git log --numstat` compares them. A merge also says how
//! each file that differs from the first parent stands to the others, so that who wrote each line can be
//! carried along the whole graph. [`Repository::pending`] gives the edits that are not committed yet,
//! [`Repository::range`] what the commits of a branch did, alone and together.
//!
//! How it is fast: trees are compared in parallel with a small cache a worker; every distinct pair of
//! versions is compared once, a path at a time and newest first, the order in which packs are cheap to read
//! and in which neighbours share lines.
//!
//! This is the only crate that opens a repository, and it only reads. What cannot be read is returned as
//! [`risk_change::Skipped`] or ends the reading with an [`Error`]: it never becomes a default value.

mod commits;
mod configured;
mod diffs;
mod error;
#[cfg(fuzzing)]
pub mod fuzzed;
mod headers;
mod history;
mod identities;
mod ids;
mod lexicon;
mod lines;
mod notes;
mod objects;
mod opening;
mod outgoing;
mod packs;
mod pairs;
mod pending;
mod pieces;
mod progress;
mod range;
mod renames;
mod repository;
mod shallow;
mod similarity;
mod slots;
mod steering;
mod survivors;
mod tags;
mod text;
mod trees;
mod walk;
mod workers;

pub use configured::{Configured, Level};
pub use error::Error;
pub use headers::Header;
pub use history::{Cached, History, Statistics};
pub use identities::Identities;
pub use notes::Note;
pub use outgoing::{Outgoing, Update, fingerprint};
pub use pending::Pending;
pub use pieces::{Pieces, READING_STEPS, Remembered};
pub use progress::{Progress, Silent, Stage};
pub use range::Range;
pub use repository::{Repository, Revisions};
pub use steering::Steering;
pub use survivors::{Stretch, Survivors};
pub use tags::Tag;
pub use walk::Walk;
