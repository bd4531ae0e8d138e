//! What the binary may do to the machine it runs on: start nothing that a repository names, reach no network, write only
//! below the folder `risk`, believe only those who are trusted (docs/security.md).
//!
//! Each call to the system is seen by strace. Where that is missing, or may not look, programs still leave marks
//! if they are started, and the rest says that it was skipped.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a helper that cannot prepare a test fails it; what is skipped is told"
)]

mod bait;
mod calls;
#[expect(
    dead_code,
    reason = "the harness of the other end-to-end tests, of which these need some"
)]
#[path = "../cli/harness.rs"]
mod harness;
mod owners;
mod watched;
