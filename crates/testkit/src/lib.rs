//! Builds small, hermetic, fully dated git repositories, and asks git itself as the oracle.
//!
//! In the order of use: a [`TestRepo`] is built verb by verb, or taken from [`hand_drawn`], or grown from
//! a seed by [`random_history`]. The code under test reads it. Then [`numstat`], [`numstat_all`],
//! [`hunks_all`], [`blame`] and [`rev_list`] say what git thinks; they take the path of any repository, large real ones
//! too. [`Schema`] says whether JSON is what a format of others asks for. [`hermetic`] prepares a command, git's or ours, that sees nothing of the machine it runs on.
//!
//! ```
//! use risk_testkit::{TestRepo, blame, numstat};
//!
//! let repo = TestRepo::new();
//! let first = repo.write("a.txt", "one\ntwo\n").commit("add a");
//! let second = repo.write("a.txt", "one\n2\n").commit_as("Ann <ann@example.org>", "change a");
//! assert_eq!(numstat(&repo, &second)[0].added, Some(1));
//! assert_eq!(blame(&repo, "HEAD", "a.txt"), [first, second]);
//! ```
//!
//! Deliberately absent: any other crate of ours, so that every one of them can use this in its tests.
#![expect(
    clippy::missing_panics_doc,
    reason = "everything here panics when git fails: a test that cannot build its repository has failed"
)]

mod branches;
mod clones;
mod dice;
pub mod drawn;
mod files;
mod hermetic;
mod hunks;
mod oracle;
mod random;
mod repo;
mod schema;
mod sha_256;

pub use dice::Dice;
pub use drawn::{Drawing, hand_drawn};
pub use hermetic::hermetic;
pub use hunks::{FileHunks, hunks_all, hunks_between};
pub use oracle::{
    BlameOptions, Merges, NumstatRow, blame, blame_with, each_numstat, numstat, numstat_all,
    rev_list,
};
pub use random::random_history;
pub use repo::{FIRST_COMMIT_AT, SECONDS_BETWEEN_COMMITS, TestRepo};
pub use schema::Schema;
pub use sha_256::NewIds;
