//! How good predictions were, as numbers.
//!
//! All functions take scores (or flags) and labels of the same changes in the same order, and give `None`
//! where a metric is not defined, for instance with one class only. They are batch functions: they run over
//! records that are kept anyway, so no metric has a state to be saved. NaN scores have no place in an order:
//! every ranking metric is `None` with one.

mod calibration;
mod effort;
mod fading;
mod ranking;

pub use calibration::{brier, ece, mcc};
pub use effort::{ifa, popt, recall_at_effort};
pub use fading::{Fading, fading};
pub use ranking::{auc, average_precision};
pub(crate) use ranking::{mid_rank, mid_ranks};

use risk_learn::Label;

/// Panics unless there is one label for each score.
fn check_lengths<T>(scores: &[T], labels: &[Label]) {
    assert_eq!(
        scores.len(),
        labels.len(),
        "there is one label for each score"
    );
}

/// Places of the scores in groups of equal scores, highest first; `None` with a NaN.
fn tied_groups(scores: &[f64]) -> Option<Vec<Vec<usize>>> {
    if scores.iter().any(|score| score.is_nan()) {
        return None;
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    // Adding zero turns -0 into 0, so that equal scores lie together in the total order.
    order.sort_by(|a, b| (scores[*b] + 0.0).total_cmp(&(scores[*a] + 0.0)));
    Some(
        order
            .chunk_by(|a, b| scores[*a] == scores[*b])
            .map(<[usize]>::to_vec)
            .collect(),
    )
}

#[cfg(test)]
mod tests;
