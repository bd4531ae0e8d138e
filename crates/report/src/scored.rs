//! What is told about one change.

use crate::GivenLabel;
use risk_evaluate::{Band, Standpoint};
use serde::Serialize;

/// A change with its score and what carries it.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredChange {
    /// Full hexadecimal id; `None` for edits that are not committed yet.
    pub commit: Option<String>,
    /// First line of the message.
    pub subject: String,
    /// Name of the author, after `.mailmap`.
    pub author: String,
    /// Seconds since 1970, UTC.
    pub committed_at: i64,
    /// P(Defective), in [0, 1].
    pub probability: f64,
    /// Band by lift over the base rate, from the repository's own back-test; `None` with too few labels.
    pub band: Option<Band>,
    /// How many times more often than the average change those at this percentile needed a fix.
    pub lift: Option<f64>,
    /// Mid-rank of the score among those of the previous 1,000 changes, in percent: the share with a lower
    /// score, equal ones counting half; `None` with too few before.
    pub percentile: Option<f64>,
    /// Whether the probability exceeds the recent mean.
    pub flagged: bool,
    /// Whether this is the score the change got when it arrived, before anything was known of its fate.
    pub recorded: bool,
    /// What is known about its fate: `unverified`, `clean` or `defective`.
    pub label: &'static str,
    /// Who decides that: `found`, or `person` if one gave a label.
    pub label_by: &'static str,
    /// Log odds of an average change: the reasons add to this.
    pub intercept: f64,
    /// Groups of features, the one that weighs most first.
    pub reasons: Vec<Reason>,
    /// Files that carry most of it, the heaviest first.
    pub files: Vec<FileShare>,
    /// Files that are not listed.
    pub n_more_files: usize,
    /// What was left out of it when it was read.
    pub left_out: Vec<&'static str>,
}

impl ScoredChange {
    /// Where it stands, for a threshold.
    pub fn standpoint(&self) -> Standpoint {
        Standpoint {
            probability: self.probability,
            percentile: self.percentile,
            lift: self.lift,
        }
    }
}

/// A group of features with its exact part in the log odds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// The group, as "size".
    pub group: &'static str,
    /// Its part in the log odds: positive raises the risk. `intercept + Σ log_odds = ln(p / (1 − p))`.
    pub log_odds: f64,
    /// The features of the group that weigh most.
    pub facts: Vec<Fact>,
}

impl Reason {
    /// The heaviest of its facts that is not as usual; `None` if all are, so that nobody could see a reason in them.
    pub fn telling(&self) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.value != fact.typical)
    }
}

/// A feature with its value here and usually.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fact {
    /// Name of the feature, as `la`.
    pub feature: &'static str,
    /// What it is, for people.
    pub meaning: &'static str,
    /// In what it is measured: `count`, `lines`, `share`, `0 or 1` …
    pub unit: String,
    /// Its value; `None` if it is not known.
    pub value: Option<f64>,
    /// Median of the previous 1,000 changes.
    pub typical: Option<f64>,
    /// Its part in the log odds.
    pub log_odds: f64,
}

/// A file and what the score would be without it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileShare {
    /// Where it is.
    pub path: String,
    /// Lines added and deleted in it; 0 for binary files.
    pub added: u64,
    /// Lines deleted in it.
    pub deleted: u64,
    /// The probability if the change left this file out; `None` if it is the only file.
    pub probability_without: Option<f64>,
    /// Hunks that carry most, the heaviest first.
    pub hunks: Vec<HunkShare>,
}

/// A hunk and what the score would be without it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HunkShare {
    /// First line of the new version, counted from 1.
    pub line: u32,
    /// Lines added.
    pub added: u32,
    /// Lines deleted.
    pub deleted: u32,
    /// The probability if the change left this hunk out; `None` if it is the only one.
    pub probability_without: Option<f64>,
}

/// All that is known about one commit.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Full hexadecimal id.
    pub commit: String,
    /// First line of the message.
    pub subject: String,
    /// Its score, if it has one.
    pub score: Option<ScoredChange>,
    /// Why it has none.
    pub unscored: Option<&'static str>,
    /// Every feature, in the order of the row.
    pub facts: Vec<Fact>,
    /// The label that a person gave it.
    pub given: Option<GivenLabel>,
    /// What was found of it, whatever a person says: `unverified`, `clean` or `defective`; `None` without a score.
    pub found: Option<&'static str>,
    /// Whether it counts as a fix.
    pub is_fix: bool,
    /// The strongest evidence that it is, or the reason that it is not.
    pub why_fix: String,
    /// The text that says so.
    pub matched: Option<String>,
    /// The earlier fix that it repeats: full hexadecimal id.
    pub same_fix_as: Option<String>,
    /// What it repairs.
    pub repairs: Vec<Linked>,
    /// What repairs it.
    pub repaired_by: Vec<Linked>,
    /// What had to be left out when it was read or linked.
    pub left_out: Vec<&'static str>,
    /// Files that do not count: generated, vendored, or left out by the configuration.
    pub n_excluded: usize,
}

/// The other end of a link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Linked {
    /// Full hexadecimal id.
    pub commit: String,
    /// What the link rests on.
    pub evidence: String,
    /// Deleted lines that were traced; 0 if the change is named in the message.
    pub lines: u32,
}
