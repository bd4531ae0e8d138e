//! What can be wrong with an export.

use std::fmt;
use thiserror::Error;

/// Why an export cannot be used. What is told names the place in it and what to do.
#[derive(Debug, Error)]
pub enum Error {
    /// The file could not be read.
    #[error("it cannot be read: {source}")]
    File {
        /// What went wrong.
        #[source]
        source: std::io::Error,
    },
    /// It is larger than what is read.
    #[error("it has more than {limit} {what}; export fewer fields or fewer issues")]
    TooLarge {
        /// How much is read.
        limit: usize,
        /// Of what.
        what: &'static str,
    },
    /// It is something else than an export of issues.
    #[error("{what}; export the issues as JSON or CSV")]
    Foreign {
        /// What it is.
        what: &'static str,
    },
    /// It is no JSON.
    #[error("line {}, column {}: it begins as JSON and is none: {source}; export it again", source.line(), source.column())]
    Json {
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A line of CSV has other columns than the first one.
    #[error(
        "line {line}: it has {found} columns, and the first line has {expected}; put values that hold \
         separators into double quotes"
    )]
    Columns {
        /// The line.
        line: u64,
        /// Its columns.
        found: u64,
        /// Those of the first line.
        expected: u64,
    },
    /// A column that is needed is missing.
    #[error(
        "line 1: no column {what}; it needs one called {wanted}, and has {}",
        list(found)
    )]
    NoColumn {
        /// What the column would tell.
        what: &'static str,
        /// How it may be called.
        wanted: &'static str,
        /// The columns that there are.
        found: Vec<String>,
    },
    /// An issue lacks what makes it one.
    #[error("{at}: {why}")]
    Entry {
        /// Where.
        at: At,
        /// What is wrong, and what to do.
        why: String,
    },
}

/// A place in an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// A line of CSV, counted from 1.
    Line(u64),
    /// An issue of JSON, counted from 1.
    Entry(usize),
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Entry(number) => write!(f, "issue {number} of it"),
        }
    }
}

/// A few of many names.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|it| shortened(it)).collect();
    let more = if names.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// A text of strangers, short enough for a message and on one line.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    let plain = |it: char| if it.is_control() { ' ' } else { it };
    let mut short: String = text.trim().chars().take(LONGEST).map(plain).collect();
    if text.trim().chars().count() > LONGEST {
        short.push('…');
    }
    short
}
