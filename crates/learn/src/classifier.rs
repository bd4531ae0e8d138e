//! The two labels, and what every model of this crate can do.

use serde::{Deserialize, Serialize};

/// What became of a change.
///
/// `Clean` sorts before `Defective`.
///
/// - Known at: verification.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Label {
    /// No fix pointed at the change within the waiting time.
    #[default]
    Clean,
    /// A later change repaired what this one brought in.
    Defective,
}

impl Label {
    /// 1 for `Defective`, 0 for `Clean`: the outcome `y` of the formulas.
    #[must_use]
    pub fn outcome(self) -> f64 {
        match self {
            Self::Clean => 0.0,
            Self::Defective => 1.0,
        }
    }

    /// Whether this is `Defective`.
    #[must_use]
    pub fn is_defective(self) -> bool {
        self == Self::Defective
    }
}

impl linfa::Label for Label {}

/// Learns from one labelled row at a time and gives the probability that a row is defective.
///
/// **Shape**: all rows given to one model have the same length and order of columns.
///
/// # Panics
///
/// Both methods panic on a row of another length than the model was made for. Where rows
/// come from outside, check them first ([`Preparation`](crate::Preparation) does).
pub trait Classifier {
    /// `P(Defective)` of a row.
    ///
    /// - Units and range: probability, finite and in `0 ..= 1` whatever the row holds; columns that are
    ///   NaN count as 0 (an average change).
    /// - Known at: arrival.
    fn predict_proba_one(&self, x: &[f64]) -> f64;

    /// Learns that a row turned out to be `y`, counted `weight` times.
    ///
    /// A weight that is not a positive finite number teaches nothing.
    ///
    /// - Known at: verification.
    fn learn_one(&mut self, x: &[f64], y: Label, weight: f64);
}

/// Largest absolute value a column counts with; beyond it a row says nothing more.
///
/// Prepared columns lie within ±4. The bound only keeps sums finite for rows that were not prepared.
const LIMIT: f64 = 1e6;

/// A column as the models use it: NaN is 0, and ±10⁶ are the bounds.
pub(crate) fn bounded(x: f64) -> f64 {
    if x.is_nan() {
        0.0
    } else {
        x.clamp(-LIMIT, LIMIT)
    }
}

/// The logistic function `1 / (1 + e⁻ᵗ)`, written so that no intermediate result overflows.
pub(crate) fn logistic(t: f64) -> f64 {
    if t >= 0.0 {
        1.0 / (1.0 + (-t).exp())
    } else {
        let e = t.exp();
        e / (1.0 + e)
    }
}

/// Whether a weight teaches anything.
pub(crate) fn teaches(weight: f64) -> bool {
    weight.is_finite() && weight > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logistic_function_is_finite_and_symmetric() {
        assert_eq!(logistic(0.0), 0.5);
        assert_eq!(logistic(1e300), 1.0);
        assert_eq!(logistic(-1e300), 0.0);
        assert!((logistic(1.5) + logistic(-1.5) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn labels_are_ordered_and_have_outcomes() {
        assert!(Label::Clean < Label::Defective);
        assert_eq!(Label::Defective.outcome() - Label::Clean.outcome(), 1.0);
        assert!(Label::Defective.is_defective() && !Label::Clean.is_defective());
    }
}
