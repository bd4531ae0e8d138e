//! What is told about a fix: why it counts as one, and which changes it is held to repair.

use serde::Serialize;

/// A change seen as a repair.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repair {
    /// Full hexadecimal id.
    pub commit: String,
    /// First line of the message.
    pub subject: String,
    /// Whether it counts as a fix.
    pub is_fix: bool,
    /// Why it does, or does not.
    pub why_fix: String,
    /// The text that spoke for a fix, if any.
    pub matched: Option<String>,
    /// The earlier fix that it repeats, which is linked in its place.
    pub repeats: Option<String>,
    /// The changes that its message names, which are linked without tracing.
    pub named: Vec<NamedChange>,
    /// The variant of SZZ that judged the candidates.
    pub variant: &'static str,
    /// How probable a candidate has to be, if the variant weighs them.
    pub least_weight: Option<f64>,
    /// The candidates, those that are kept first, then by weight.
    pub candidates: Vec<CandidateChange>,
    /// The lines that it deletes in source files.
    pub lines: Vec<TracedLine>,
    /// Files of which no line is traced.
    pub untraced: Vec<UntracedFile>,
    /// Why it is not linked by lines, if so.
    pub unlinked: Option<String>,
}

/// A change that a message names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedChange {
    /// Full hexadecimal id.
    pub commit: String,
    /// First line of its message.
    pub subject: String,
    /// How it is named.
    pub evidence: String,
}

/// A change that may have induced what is repaired.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CandidateChange {
    /// Full hexadecimal id.
    pub commit: String,
    /// First line of its message.
    pub subject: String,
    /// When it was committed, in seconds since 1970, UTC.
    pub committed_at: i64,
    /// Deleted lines that it wrote.
    pub lines: u32,
    /// The probability that it induced the fault; 1 or 0 if the variant does not weigh.
    pub weight: f64,
    /// Whether it is linked.
    pub is_kept: bool,
    /// What became of it.
    pub verdict: String,
    /// What speaks for and against it, in words.
    pub signs: Vec<String>,
}

/// A line that is deleted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TracedLine {
    /// The file, as it was called before.
    pub path: String,
    /// Number of the line before, counted from 1.
    pub line: u32,
    /// The line itself, if it could be read.
    pub text: Option<String>,
    /// Who wrote it: full hexadecimal id, if that is known.
    pub origin: Option<String>,
    /// Whether it is traced.
    pub is_traced: bool,
    /// What becomes of it.
    pub treatment: String,
}

/// A file of which no line is traced.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UntracedFile {
    /// The file.
    pub path: String,
    /// Why.
    pub why: String,
}
