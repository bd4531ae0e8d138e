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
mod reliability;

pub use calibration::{brier, ece, mcc};
pub use effort::{effort_curve, ifa, popt, recall_at_effort};
pub use fading::{Fading, fading};
pub use ranking::{auc, average_precision};
pub(crate) use ranking::{mid_rank, mid_ranks};
pub use reliability::{ReliabilityBin, reliability};

use risk_learn::Label;

/// Panics unless there is one label for each score.
fn check_lengths<T>(scores: &[T], labels: &[Label]) {
    assert_eq!(
        scores.len(),
        labels.len(),
        "there is one label for each score"
    );
}

/// Places of scores in groups of equal scores.
struct TiedGroups {
    order: Vec<u32>,
    /// Where each group ends in `order`.
    ends: Vec<u32>,
}

impl TiedGroups {
    /// The groups, highest score first; within a group the places ascend.
    fn iter(&self) -> impl DoubleEndedIterator<Item = &[u32]> {
        (0..self.ends.len()).map(|group| {
            let start = group.checked_sub(1).map_or(0, |before| self.ends[before]);
            &self.order[start as usize..self.ends[group] as usize]
        })
    }
}

/// Sorts the places of scores; `None` with a NaN.
fn tied_groups(scores: &[f64]) -> Option<TiedGroups> {
    if scores.iter().any(|score| score.is_nan()) {
        return None;
    }
    // Adding zero turns -0 into 0, so that equal scores have equal keys.
    let keys = scores.iter().map(|score| descending(score + 0.0));
    let mut keyed: Vec<(u64, u32)> = keys.zip(0..).collect();
    keyed.sort_unstable();
    let mut ends = Vec::with_capacity(keyed.len());
    let mut end = 0;
    for group in keyed.chunk_by(|a, b| a.0 == b.0) {
        end += group.len() as u32;
        ends.push(end);
    }
    let order = keyed.into_iter().map(|(_, place)| place).collect();
    Some(TiedGroups { order, ends })
}

/// A number that is the lower the higher a score is, for any two scores in the order of [`f64::total_cmp`].
///
/// The bits of a float that is not negative ascend with it, those of a negative one descend below its sign.
fn descending(score: f64) -> u64 {
    let bits = score.to_bits();
    if bits >> 63 == 0 {
        !bits ^ (1 << 63)
    } else {
        bits
    }
}

#[cfg(test)]
mod tests;
