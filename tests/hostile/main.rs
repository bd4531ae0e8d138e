//! Repositories made to hurt: histories, trees, names, objects and references that no program makes by accident.
//!
//! Over each the binary that is shipped is run, command by command and as the hook of a push, and watched: it ends in
//! bounded time and memory, it never panics, it answers the same with one thread and with two, at once and bit by bit,
//! or says why it cannot and what to do about it, and every push goes through.
//!
//! A run of all tests takes sizes that fit into it; `GIT_RISK_HOSTILE=all` takes those that hurt. Either way the figures
//! are told on standard error: docs/design/hostile-repositories.md has those of the last run.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "a helper that cannot prepare a test fails it; figures are told; bounds on time need the clock; text is made as it reads best"
)]

mod contents;
mod damage;
mod dates;
#[expect(
    dead_code,
    reason = "the harness of the other end-to-end tests, of which these need some"
)]
#[path = "../cli/harness.rs"]
mod harness;
mod merges;
mod messages;
mod names;
mod objects;
mod references;
mod replaced;
mod steering;
mod trees;
mod trial;
mod watched;

/// The size that hurts if that was asked for, else the one that fits into a run of all tests.
fn size(usual: usize, full: usize) -> usize {
    let all = std::env::var("GIT_RISK_HOSTILE").is_ok_and(|it| it == "all");
    if all { full } else { usual }
}
