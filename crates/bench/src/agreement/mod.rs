//! Comparison with git, and the causes of what differs.
//!
//! A [`Reading`] is made once. [`commits`], [`lines`] and [`links`] compare it with git and give a [`Tally`]
//! each: how much is equal, and every [`Cause`] of the rest with examples. [`explain`] finds the cause for one
//! line: it follows the line step by step on our side ([`ours`]), asks `git blame` for each step alone
//! ([`git`]), and judges the first step at which they part.

pub mod commits;
pub mod explain;
pub mod git;
pub mod lines;
pub mod links;
pub mod ours;
mod reading;
mod tally;

pub use explain::Cause;
pub use reading::Reading;
pub use tally::Tally;
