//! One model beside another on the same changes.

use crate::model::Prediction;
use crate::stream::Stream;
use risk_evaluate::{Z95, delong};
use std::ops::Range;

/// Two models on the changes with a label that both scored, by [`delong`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// Number of these changes.
    pub n: usize,
    /// AUC of the model on them.
    pub auc: f64,
    /// AUC of the other.
    pub auc_other: f64,
    /// 95 % interval of the difference.
    pub interval: (f64, f64),
    /// Difference in standard deviations.
    pub z: f64,
    /// Two-sided p-value of no difference; changes count as independent.
    pub p_value: f64,
}

/// Compares two models over a range; `None` with fewer than two changes of a class.
///
/// # Panics
///
/// If there are fewer changes or predictions than the range wants.
#[must_use]
pub fn paired(
    stream: &Stream,
    model: &[Option<Prediction>],
    other: &[Option<Prediction>],
    range: Range<usize>,
) -> Option<Paired> {
    let (mut a, mut b, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for place in range {
        let label = stream.changes[place].label;
        if let (Some(said), Some(other), Some(label)) = (model[place], other[place], label) {
            a.push(said.score);
            b.push(other.score);
            labels.push(label);
        }
    }
    let test = delong(&a, &b, &labels)?;
    let (difference, half) = (test.auc_a - test.auc_b, Z95 * test.variance.sqrt());
    Some(Paired {
        n: labels.len(),
        auc: test.auc_a,
        auc_other: test.auc_b,
        interval: (difference - half, difference + half),
        z: test.z,
        p_value: test.p_value,
    })
}
