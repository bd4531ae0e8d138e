//! Proves that what is read agrees with git, on any repository, and measures what that costs.
//!
//! [`agreement`] compares the rows of every change with `git log --numstat -M`, the origin of every line at
//! `HEAD` with `git blame`, and the links of fixes with `git blame` on their parents. What differs is followed
//! back to the one step where the two part, and sorted by what is seen there.
//!
//! Deliberately absent: anything that the product links. It only uses what the other crates make public.
#![expect(
    clippy::missing_panics_doc,
    reason = "a tool of developers stops where git cannot be run, and says so"
)]

pub mod agreement;
pub mod generate;
pub mod measure;
pub mod parallel;
