//! How good the model is on this repository.

use crate::GivenCounts;
use serde::Serialize;

/// The back-test: what the model predicted at each arrival, held against what became known later.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Worth {
    /// Commit up to which history was learned.
    pub tip: String,
    /// Commits in the history, merges included.
    pub commits: usize,
    /// Changes that were scored: neither merges nor empty.
    pub changes: usize,
    /// Changes whose label is known.
    pub labelled: usize,
    /// Changes that were followed by a fix of theirs.
    pub defective: usize,
    /// Labels that people gave, which hold in place of those found.
    pub given: GivenCounts,
    /// Changes that repair something.
    pub fixes: usize,
    /// Links from fixes to what they repair.
    pub links: usize,
    /// Share of defective among the mature changes; `None` without any.
    pub base_rate: Option<f64>,
    /// Mature changes: those old enough that most fixes have come; the figures below are theirs.
    pub mature: usize,
    /// Area under the ROC curve of the online model.
    pub auc: Option<f64>,
    /// The same of ranking by lines added.
    pub auc_la: Option<f64>,
    /// The same of a static model, fitted once to the first 1,000 labels, on the changes after that.
    pub auc_static: Option<f64>,
    /// The online model on those same changes.
    pub auc_where_static: Option<f64>,
    /// p-value of the difference between `auc` and `auc_la` (`DeLong`).
    pub p_value_la: Option<f64>,
    /// Mean distance between probability and frequency over ten bins of equal size.
    pub ece: Option<f64>,
    /// Mean squared distance between probability and outcome.
    pub brier: Option<f64>,
    /// Changes flagged among the mature ones.
    pub flagged: usize,
    /// Of those, how many were followed by a fix.
    pub flagged_defective: usize,
    /// Latest changes flagged among them, at most 100.
    pub last_flagged: usize,
    /// Of those, how many were followed by a fix.
    pub last_flagged_defective: usize,
    /// What became of changes by the probability that was told: ten bins of equal size, or none.
    pub reliability: Vec<ReliabilityBin>,
    /// The latest 1,000 mature changes beside those before; `None` with too few.
    pub drift: Option<Drift>,
    /// Blocks of 1,000 changes, oldest first.
    pub blocks: Vec<Block>,
    /// What changes are ranked, flagged and told by now.
    pub ranked_by: RankedBy,
    /// Whether this repository is one of those from which the prior was learned: the figures then flatter the model.
    pub in_prior: bool,
    /// What the figures allow to say.
    pub verdict: Verdict,
    /// What was left out, and how often.
    pub skipped: Vec<Skips>,
}

/// What changes are ranked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RankedBy {
    /// The model.
    Model,
    /// The lines they add, since the model does not rank better here.
    Size,
}

/// Changes of neighbouring probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// Number of changes.
    pub changes: usize,
    /// Mean of the probabilities that were told.
    pub probability: f64,
    /// Share of defective ones.
    pub frequency: f64,
}

/// Whether the model still does what it did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Drift {
    /// Latest changes.
    pub changes: usize,
    /// Area under the ROC curve on them.
    pub auc: f64,
    /// The same on all before.
    pub auc_before: f64,
    /// Defective ones among the latest, as the probabilities told.
    pub expected: f64,
    /// Defective ones among them, as it turned out.
    pub observed: usize,
    /// Whether they are ranked worse than those before, beyond chance (p < .01).
    pub ranks_worse: bool,
    /// Whether their probabilities are off beyond chance (p < .01) and by a quarter or more.
    pub is_off: bool,
}

/// A stretch of changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Block {
    /// Number of the first change.
    pub first: usize,
    /// Arrival of the first judged change: seconds since 1970, UTC.
    pub from: i64,
    /// Number of changes.
    pub changes: usize,
    /// Share of defective ones.
    pub base_rate: Option<f64>,
    /// Area under the ROC curve of the online model.
    pub auc: Option<f64>,
    /// The same of ranking by lines added.
    pub auc_la: Option<f64>,
    /// The same of the static model; `None` before it was fitted.
    pub auc_static: Option<f64>,
}

/// Whether the model is worth listening to here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Too few labels to tell; scores are close to a guess.
    TooFewLabels,
    /// It ranks changes no better than their size does.
    NoBetterThanSize,
    /// It ranks changes better than their size does.
    BetterThanSize,
}

/// How often something was left out for a reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Skips {
    /// The reason, for people.
    pub why: &'static str,
    /// How often.
    pub count: usize,
}

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Full hexadecimal id of the change.
    pub commit: String,
    /// The file, if it is about one.
    pub path: Option<String>,
    /// The reason, for people.
    pub why: &'static str,
}
