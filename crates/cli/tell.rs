//! What is told on standard error beside the answer: notes, and with `--verbose` what is going on.
//!
//! Lines of `--verbose` begin with the time since the start, so that one sees what takes long.

use crate::args::Global;
use crate::error::Failure;
use crate::terminal::Reader;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Instant;

/// Tells as much as was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tell {
    level: Level,
    since: Instant,
    reader: Reader,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// Nothing but failures.
    Quiet,
    /// What matters to whoever reads the answer.
    Notes,
    /// What is going on.
    Details,
    /// Counts of what was read, sizes, checksums.
    More,
}

impl Tell {
    #[expect(
        clippy::disallowed_methods,
        reason = "the binary is the one place that looks at the clock"
    )]
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            level: match (global.quiet, global.verbose) {
                (true, _) => Level::Quiet,
                (false, 0) => Level::Notes,
                (false, 1) => Level::Details,
                (false, _) => Level::More,
            },
            since: Instant::now(),
            reader: Reader::of_stderr(),
        }
    }

    /// Tells nothing but failures.
    pub(crate) fn hushed(self) -> Self {
        Self {
            level: Level::Quiet,
            ..self
        }
    }

    /// Whether a bar may show how far the work is.
    pub(crate) fn shows_progress(&self) -> bool {
        self.level > Level::Quiet && self.reader.is_person && self.reader.can_page
    }

    /// Whether standard error shows ASCII alone.
    pub(crate) fn is_plain(&self) -> bool {
        self.reader.page.plain
    }

    /// Something that matters to whoever reads the answer; not with `--quiet`.
    pub(crate) fn note(&self, text: &str) {
        if self.level >= Level::Notes {
            self.write(&format!("git-risk: {}\n", harmless(text)));
        }
    }

    /// What is going on; with `--verbose`.
    pub(crate) fn detail(&self, text: impl FnOnce() -> String) {
        self.tell(Level::Details, text);
    }

    /// Counts, sizes and checksums; with `-vv`.
    pub(crate) fn more(&self, text: impl FnOnce() -> String) {
        self.tell(Level::More, text);
    }

    fn tell(&self, level: Level, text: impl FnOnce() -> String) {
        if self.level >= level {
            let seconds = self.since.elapsed().as_secs_f64();
            self.write(&format!(
                "git-risk: {seconds:8.3} s  {}\n",
                harmless(&text())
            ));
        }
    }

    /// As asked for with `--verbose`; without it nothing, for work that nobody waits for.
    pub(crate) fn if_verbose(self) -> Self {
        if self.level >= Level::Details {
            self
        } else {
            self.hushed()
        }
    }

    fn write(&self, text: &str) {
        // If nobody can read it there is nobody to tell that.
        let _ = write(&self.reader, text);
    }
}

/// Tells why there is no answer, and what can be done about it.
pub(crate) fn failure(failure: &Failure) {
    let mut text = format!("git-risk: {}\n", harmless(&failure.message));
    for hint in &failure.hints {
        let hint = harmless(hint);
        writeln!(text, "  hint: {hint}").expect("writing to a string cannot fail");
    }
    let _ = write(&Reader::of_stderr(), &text);
}

/// A message without control characters but line ends: it may repeat names, paths and what stands in files of strangers.
fn harmless(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(risk_report::clean).collect();
    lines.join("\n")
}

/// Writes to standard error, as whoever reads it can see it.
pub(crate) fn write(reader: &Reader, text: &str) -> io::Result<()> {
    let mut stream = anstream::AutoStream::new(io::stderr(), reader.colour);
    stream.write_all(reader.translated(text).as_bytes())?;
    stream.flush()
}
