//! The real binary, end to end: with its environment cleared, on repositories made for each test.
//!
//! One target with a module a theme, so that all share [`harness`] and are linked once.

mod config;
mod damage;
mod explain;
mod harness;
mod label;
mod output;
mod pushed;
mod refusals;
mod repeatable;
mod rewritten;
mod score;
mod status;
mod steering;
mod warm;
