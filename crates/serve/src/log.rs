//! What is told on standard error, a line each.

use crate::failure::Failure;
use crate::harmless::clean;
use std::io::{self, Write};

/// Tells as much as was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Log {
    quiet: bool,
}

impl Log {
    pub(crate) fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// What goes on; not with `--quiet`.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            trouble(text);
        }
    }
}

/// What went wrong.
pub(crate) fn trouble(text: &str) {
    // If nobody can read it there is nobody to tell that.
    let _ = writeln!(io::stderr(), "git-risk-serve: {}", clean(text));
}

/// Why the server does not start.
pub(crate) fn failure(failure: &Failure) {
    trouble(&failure.message);
    let _ = writeln!(io::stderr(), "  hint: {}", clean(&failure.hint));
}

/// Where the server can be reached; on standard output, for scripts to read.
pub(crate) fn address(url: &str) {
    let mut out = io::stdout();
    let _ = writeln!(out, "{url}").and_then(|()| out.flush());
}
