//! What can go wrong.

use crate::Whitespace;
use thiserror::Error;

/// Why rules could not be made or a saved state not be taken up.
#[derive(Debug, Error)]
pub enum Error {
    /// The pattern of the key words is no regular expression.
    #[error("read the key words as a regular expression: {pattern}")]
    Pattern {
        /// The pattern as given.
        pattern: String,
        /// What is wrong with it.
        #[source]
        source: Box<regex::Error>,
    },
    /// A pattern fits the empty text, and so every subject.
    #[error(
        "read words as a regular expression: {pattern}: it fits the empty text, and so every subject"
    )]
    FitsAll {
        /// The pattern as given.
        pattern: String,
    },
    /// A pattern of issues does not tell which part of it is the key.
    #[error(
        "read a pattern of issues: {pattern}: it has {found} groups in brackets and needs one, the key"
    )]
    NotOneGroup {
        /// The pattern as given.
        pattern: String,
        /// Its groups.
        found: usize,
    },
    /// The lists of a saved state do not fit together, so that it was damaged or written by something else.
    #[error("restore line origins: {what} does not fit")]
    Inconsistent {
        /// Which list.
        what: &'static str,
    },
    /// The saved line origins follow another white-space policy than the wanted variant needs.
    #[error("restore line origins: saved for white space {saved:?}, wanted {wanted:?}")]
    OtherWhitespace {
        /// The policy they were made with.
        saved: Whitespace,
        /// The policy of the variant.
        wanted: Whitespace,
    },
}
