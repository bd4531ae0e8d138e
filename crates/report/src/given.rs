//! Labels that people gave.

use serde::Serialize;

/// A label that a person gave to a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GivenLabel {
    /// Full hexadecimal id of the change.
    pub commit: String,
    /// `clean` or `defective`.
    pub label: &'static str,
    /// How the person knows.
    pub why: String,
    /// Who, as `Name <address>`.
    pub by: String,
    /// When, in seconds since 1970, UTC.
    pub at: i64,
    /// From when on it is learned, likewise: what the settled history had come to when it was given.
    pub known_at: i64,
    /// `file` or `note`.
    pub kept_in: &'static str,
    /// Whether it holds: of two labels of a change, the one that was given later.
    pub holds: bool,
}

impl GivenLabel {
    /// The name of the person, without the address.
    pub fn name(&self) -> &str {
        let name = self.by.split(" <").next().unwrap_or_default();
        if name.is_empty() { "somebody" } else { name }
    }
}

/// What a command did to labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Relabelled {
    /// Labels that were put in.
    pub added: Vec<GivenLabel>,
    /// Labels that held before and do not any more.
    pub gone: Vec<GivenLabel>,
    /// Labels that were not taken over, since those that are here are the same or were given later.
    pub kept: Vec<GivenLabel>,
}

/// How many labels people gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GivenCounts {
    /// Changes called clean.
    pub clean: usize,
    /// Changes called defective.
    pub defective: usize,
    /// Changes among these of which something else was found.
    pub contradicting: usize,
    /// Labels of what is no scored change of the history that was learned: they wait for it.
    pub elsewhere: usize,
}
