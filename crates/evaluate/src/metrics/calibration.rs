//! How true probabilities are, and how good flags are.

use super::{check_lengths, tied_groups};
use risk_learn::Label;

/// Brier score: mean squared difference between probability and outcome.
///
/// `Σ (pᵢ − yᵢ)² / n`.
///
/// - Units and range: `0 ..= 1`, smaller is better; `None` without changes.
/// - Source: Brier, Monthly Weather Review 1950.
///
/// # Panics
///
/// If there is not one label for each probability.
#[must_use]
pub fn brier(probabilities: &[f64], labels: &[Label]) -> Option<f64> {
    check_lengths(probabilities, labels);
    let sum: f64 = probabilities
        .iter()
        .zip(labels)
        .map(|(p, y)| (p - y.outcome()).powi(2))
        .sum();
    (!labels.is_empty()).then(|| sum / labels.len() as f64)
}

/// Expected calibration error over bins of equal mass.
///
/// Changes are sorted by probability and cut into `n_bins` bins whose sizes differ by at most one;
/// `ECE = Σ |Σ (pᵢ − yᵢ)| / n`, the inner sum over a bin. Changes of equal probability share the mean of
/// their outcomes, so their order makes no difference where a cut goes through them.
///
/// - Units and range: probability, `0 ..= 1`, smaller is better; `None` with fewer changes than bins, or
///   without bins.
/// - Source: Naeini et al., AAAI 2015; equal mass after Nixon et al., CVPR workshops 2019.
///
/// # Panics
///
/// If there is not one label for each probability.
#[must_use]
pub fn ece(probabilities: &[f64], labels: &[Label], n_bins: usize) -> Option<f64> {
    check_lengths(probabilities, labels);
    let n = labels.len();
    if n_bins == 0 || n < n_bins {
        return None;
    }
    let mut gaps = Vec::with_capacity(n);
    for group in tied_groups(probabilities)?.iter().rev() {
        let outcomes: f64 = group.iter().map(|i| labels[*i as usize].outcome()).sum();
        let gap = probabilities[group[0] as usize] - outcomes / group.len() as f64;
        gaps.extend(std::iter::repeat_n(gap, group.len()));
    }
    let total: f64 = (0..n_bins)
        .map(|bin| {
            gaps[bin * n / n_bins..(bin + 1) * n / n_bins]
                .iter()
                .sum::<f64>()
        })
        .map(f64::abs)
        .sum();
    Some(total / n as f64)
}

/// Matthews correlation coefficient of flags and outcomes.
///
/// `MCC = (TP·TN − FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN))`.
///
/// - Units and range: `−1 ..= 1`, 0 for flags that say nothing; `None` if all flags or all labels are alike.
///   **Deviation**: scikit-learn gives 0 there.
/// - Source: Matthews, Biochimica et Biophysica Acta 1975.
///
/// # Panics
///
/// If there is not one label for each flag.
#[must_use]
pub fn mcc(flags: &[bool], labels: &[Label]) -> Option<f64> {
    check_lengths(flags, labels);
    let count = |flag: bool, y: Label| {
        let pairs = flags.iter().zip(labels);
        pairs.filter(|pair| *pair == (&flag, &y)).count() as f64
    };
    let (tp, tn) = (count(true, Label::Defective), count(false, Label::Clean));
    let (fp, fneg) = (count(true, Label::Clean), count(false, Label::Defective));
    let product = (tp + fp) * (tp + fneg) * (tn + fp) * (tn + fneg);
    (product > 0.0).then(|| (tp * tn - fp * fneg) / product.sqrt())
}
