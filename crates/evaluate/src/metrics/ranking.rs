//! How well scores put defective changes before clean ones.

use super::{check_lengths, tied_groups};
use risk_learn::Label;

/// Area under the ROC curve: how often a defective change scores higher than a clean one.
///
/// `AUC = (Σ rank of defective changes − n₁ (n₁ + 1) / 2) / (n₁ n₀)` with mid-ranks, so a tie counts half.
///
/// - Units and range: `0 ..= 1`, ½ for scores that say nothing; `None` unless both classes are there.
/// - Source: Hanley and McNeil, Radiology 1982.
///
/// # Panics
///
/// If there is not one label for each score.
#[must_use]
#[expect(clippy::doc_markdown, reason = "McNeil is a name")]
pub fn auc(scores: &[f64], labels: &[Label]) -> Option<f64> {
    check_lengths(scores, labels);
    let ranks = mid_ranks(scores)?;
    let n1 = labels.iter().filter(|y| y.is_defective()).count() as f64;
    let n0 = labels.len() as f64 - n1;
    if n1 == 0.0 || n0 == 0.0 {
        return None;
    }
    let sum: f64 = ranks
        .iter()
        .zip(labels)
        .filter(|(_, y)| y.is_defective())
        .map(|(rank, _)| rank)
        .sum();
    Some((sum - n1 * (n1 + 1.0) / 2.0) / (n1 * n0))
}

/// Average precision, the area under the precision-recall curve as a step function.
///
/// `AP = Σ (Rₖ − Rₖ₋₁) Pₖ` over the distinct scores from the highest on, `Pₖ` and `Rₖ` precision and recall
/// of all changes that score at least as high.
///
/// - Units and range: `0 ..= 1`, about the base rate for scores that say nothing; `None` without a
///   defective change.
/// - Source: as scikit-learn's `average_precision_score`.
///
/// # Panics
///
/// If there is not one label for each score.
#[must_use]
pub fn average_precision(scores: &[f64], labels: &[Label]) -> Option<f64> {
    check_lengths(scores, labels);
    let groups = tied_groups(scores)?;
    let n_defective = labels.iter().filter(|y| y.is_defective()).count() as f64;
    if n_defective == 0.0 {
        return None;
    }
    let (mut hits, mut seen, mut sum) = (0.0, 0.0, 0.0);
    for group in groups.iter() {
        let found = group
            .iter()
            .filter(|i| labels[**i as usize].is_defective())
            .count() as f64;
        hits += found;
        seen += group.len() as f64;
        sum += found / n_defective * (hits / seen);
    }
    Some(sum)
}

/// Rank of each value from 1 on, ascending, equal values sharing their mean rank; `None` with a NaN.
pub(crate) fn mid_ranks(values: &[f64]) -> Option<Vec<f64>> {
    let mut ranks = vec![0.0; values.len()];
    let mut above = values.len();
    for group in tied_groups(values)?.iter() {
        let rank = above as f64 - (group.len() as f64 - 1.0) / 2.0;
        for i in group {
            ranks[*i as usize] = rank;
        }
        above -= group.len();
    }
    Some(ranks)
}

/// `(b + t/2) / n`: place of `value` among `others`, of which `b` are smaller and `t` equal.
///
/// `None` without others.
pub(crate) fn mid_rank(value: f64, others: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut twice, mut n) = (0_u64, 0_u64);
    for other in others {
        n += 1;
        twice += if other < value {
            2
        } else {
            u64::from(other == value)
        };
    }
    (n > 0).then(|| twice as f64 / (2 * n) as f64)
}
