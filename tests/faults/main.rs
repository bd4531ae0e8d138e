//! Faults: calls of the system that fail, processes that die or stop anywhere, clocks that jump, repositories that are
//! not what they were. Afterwards an answer is that of a fresh clone, or says which command makes it so.
//!
//! Faults are put in from outside, by a library that is loaded before the C library (`shim.c`); the binary is the one
//! that is shipped. A run of all tests takes a sample of the points at which a fault is put in, the same one each
//! time; `GIT_RISK_FAULTS=all` takes all of them (a number, so many of each kind), and `GIT_RISK_PUSHES=N` so many pushes. Both tell figures on standard
//! error: docs/design/faults.md has those of the last run.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a helper that cannot prepare a test fails it; figures are told; bounds on time need the clock"
)]

mod at_once;
mod clock;
#[expect(
    dead_code,
    reason = "the harness of the other end-to-end tests, of which these need some"
)]
#[path = "../cli/harness.rs"]
mod harness;
mod places;
mod points;
mod pushes;
mod scene;
mod shim;
