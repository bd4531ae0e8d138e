//! The `git-risk` binary.
fn main() {}
