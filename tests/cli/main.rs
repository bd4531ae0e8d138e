//! The real binary, end to end: with its environment cleared, on repositories made for each test.
//!
//! One target with a module a theme, so that all share [`harness`] and are linked once.

mod annotate;
#[cfg(unix)]
mod chain;
mod config;
mod damage;
#[cfg(unix)]
mod desk;
mod explain;
#[cfg(unix)]
mod habits;
mod handed_on;
mod harness;
mod hotspots;
#[cfg(unix)]
mod install;
mod issues;
mod label;
mod log;
mod mutated;
mod output;
#[cfg(unix)]
mod push;
mod recipes;
mod refusals;
mod release;
mod repeatable;
mod report;
mod rewritten;
mod score;
#[cfg(unix)]
mod serve;
mod sha_256;
mod shallow;
#[cfg(unix)]
mod shells;
mod status;
mod steering;
#[cfg(unix)]
mod terminal;
mod warm;
mod why_fix;
