//! The real binary, end to end: with its environment cleared, on repositories made for each test.
//!
//! One target with a module a theme, so that all share [`harness`] and are linked once.
#[cfg(unix)]
#[cfg(unix)]
#[cfg(unix)]
#[cfg(unix)]
#[cfg(unix)]
#[cfg(unix)]

mod annotate;
mod chain;
mod config;
mod damage;
mod desk;
mod explain;
mod habits;
mod handed_on;
mod harness;
mod install;
mod label;
mod output;
mod push;
mod pushed;
mod recipes;
mod refusals;
mod repeatable;
mod rewritten;
mod score;
mod shallow;
mod shells;
mod status;
mod steering;
mod terminal;
mod warm;
