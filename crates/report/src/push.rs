//! What is told about a push.

use crate::ScoredChange;
use serde::Serialize;

/// Changes of a push that stand out.
#[derive(Clone, Debug, PartialEq)]
pub struct PushWarning {
    /// The riskiest, worst first, with all that is known about them.
    pub riskiest: Vec<ScoredChange>,
    /// How many more stand out.
    pub n_more: usize,
    /// Commits that the push sends.
    pub n_outgoing: usize,
    /// The command that shows the others.
    pub see: String,
    /// What became of earlier changes that stood out; `None` if there were too few.
    pub followed: Option<Followed>,
}

/// What became of the changes that a threshold would have warned of, see [`risk_evaluate::Warned`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Followed {
    /// Changes that stood as high.
    #[serde(rename = "changes")]
    pub n: usize,
    /// Those that needed a fix.
    #[serde(rename = "defective")]
    pub n_fixed: usize,
    /// The share of all judged changes that needed one.
    pub base_rate: Option<f64>,
}
