//! Whether two areas under the ROC curve differ by more than chance.

use crate::metrics::mid_ranks;
use risk_learn::Label;
use serde::{Deserialize, Serialize};

/// Standard deviations on either side of a 95 % interval: the normal distribution's 97.5 % point.
const Z95: f64 = 1.959_963_984_540_054;

/// Result of [`delong`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeLong {
    /// AUC of the first scores.
    pub auc_a: f64,
    /// AUC of the second scores.
    pub auc_b: f64,
    /// Variance of `auc_a − auc_b`.
    pub variance: f64,
    /// `(auc_a − auc_b) / √variance`; 0 when the two never differ.
    pub z: f64,
    /// Two-sided p-value of no difference, by the normal distribution.
    pub p_value: f64,
}

impl DeLong {
    /// The 95 % interval of `auc_a − auc_b`.
    #[must_use]
    pub fn interval(&self) -> (f64, f64) {
        let (difference, half) = (self.auc_a - self.auc_b, Z95 * self.variance.sqrt());
        (difference - half, difference + half)
    }
}

/// DeLong's test of two scores for the same changes.
///
/// With `m` defective and `n` clean changes, mid-ranks `T` among all, `X` among the defective and `Y` among
/// the clean ones: `V₁₀ = (T − X) / n` of each defective and `V₀₁ = 1 − (T − Y) / m` of each clean change,
/// `var(AUC_a − AUC_b) = var(V₁₀ᵃ − V₁₀ᵇ) / m + var(V₀₁ᵃ − V₀₁ᵇ) / n`, sample variances. O(n log n).
///
/// Changes count as independent. Those of one stream are not quite, so take a p-value near a bound as
/// undecided.
///
/// - Units and range: `None` with fewer than two changes of a class, or with a NaN score. Scores that order
///   the pairs alike have variance 0: `z = 0`, `p = 1`; if they have variance 0 and other areas, `p = 0`.
/// - Source: DeLong, DeLong and Clarke-Pearson, Biometrics 1988; fast form by Sun and Xu, IEEE Signal
///   Processing Letters 2014.
///
/// # Panics
///
/// If there are not as many labels as scores.
#[must_use]
pub fn delong(a: &[f64], b: &[f64], labels: &[Label]) -> Option<DeLong> {
    assert!(
        a.len() == labels.len() && b.len() == labels.len(),
        "there is one label for each score"
    );
    let (auc_a, defective_a, clean_a) = components(a, labels)?;
    let (auc_b, defective_b, clean_b) = components(b, labels)?;
    let variance = variance_of_difference(&defective_a, &defective_b)?
        + variance_of_difference(&clean_a, &clean_b)?;
    let difference = auc_a - auc_b;
    let z = if difference == 0.0 {
        0.0
    } else {
        difference / variance.sqrt()
    };
    Some(DeLong {
        auc_a,
        auc_b,
        variance,
        z,
        p_value: libm::erfc(z.abs() / std::f64::consts::SQRT_2),
    })
}

/// The AUC of scores and its variance: that of the difference from a score that says nothing (AUC ½, variance 0) by
/// [`delong`]; changes count as independent.
pub(crate) fn auc_variance(scores: &[f64], labels: &[Label]) -> Option<(f64, f64)> {
    let test = delong(scores, &vec![0.0; scores.len()], labels)?;
    Some((test.auc_a, test.variance))
}

/// The 95 % interval of the AUC of scores, `AUC ± 1.96 σ` within `0 ..= 1`; changes count as independent.
///
/// - Units and range: `None` with fewer than two changes of a class, or with a NaN score.
///
/// # Panics
///
/// If there are not as many labels as scores.
#[must_use]
pub fn auc_interval(scores: &[f64], labels: &[Label]) -> Option<(f64, f64)> {
    let (auc, variance) = auc_variance(scores, labels)?;
    let half = Z95 * variance.sqrt();
    Some(((auc - half).max(0.0), (auc + half).min(1.0)))
}

/// The AUC, and the structural components of defective and of clean changes.
fn components(scores: &[f64], labels: &[Label]) -> Option<(f64, Vec<f64>, Vec<f64>)> {
    let all = mid_ranks(scores)?;
    let of_class = |class: Label| {
        let (mut own, mut among_all) = (Vec::new(), Vec::new());
        for ((score, rank), y) in scores.iter().zip(&all).zip(labels) {
            if *y == class {
                own.push(*score);
                among_all.push(*rank);
            }
        }
        let within = mid_ranks(&own)?;
        let above_others = among_all.iter().zip(&within).map(|(t, x)| t - x);
        Some(above_others.collect::<Vec<f64>>())
    };
    let (mut defective, mut clean) = (of_class(Label::Defective)?, of_class(Label::Clean)?);
    let (m, n) = (defective.len() as f64, clean.len() as f64);
    if m < 2.0 || n < 2.0 {
        return None;
    }
    for v in &mut defective {
        *v /= n;
    }
    for v in &mut clean {
        *v = 1.0 - *v / m;
    }
    let auc = defective.iter().sum::<f64>() / m;
    Some((auc, defective, clean))
}

/// Sample variance of the differences, divided by their number; `None` for fewer than two.
fn variance_of_difference(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len() as f64;
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let mean = differences.iter().sum::<f64>() / n;
    let squares: f64 = differences.iter().map(|d| (d - mean).powi(2)).sum();
    (n >= 2.0).then(|| squares / (n - 1.0) / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_do_not_differ() {
        let labels = [
            Label::Defective,
            Label::Clean,
            Label::Clean,
            Label::Defective,
        ];
        let scores = [0.9, 0.4, 0.3, 0.35];
        let other = scores.map(|s| 2.0 * s + 1.0);
        let test = delong(&scores, &other, &labels).unwrap();
        assert_eq!((test.z, test.p_value, test.variance), (0.0, 1.0, 0.0));
        assert_eq!(test.auc_a, 0.75);
    }

    #[test]
    fn one_change_of_a_class_is_too_few() {
        let labels = [Label::Defective, Label::Clean, Label::Clean];
        assert_eq!(delong(&[0.1, 0.2, 0.3], &[0.3, 0.1, 0.2], &labels), None);
        let labels = [Label::Clean; 3];
        assert_eq!(delong(&[0.1, 0.2, 0.3], &[0.3, 0.1, 0.2], &labels), None);
    }

    #[test]
    fn the_interval_agrees_with_a_calculation_by_hand() {
        // Defective .9 .4 .6, clean .5 .3 .1 .6. V10 = 1, .5, 3.5/4; V01 = 2/3, 1, 1, 1/2.
        let scores = [0.9, 0.4, 0.6, 0.5, 0.3, 0.1, 0.6];
        let labels = [vec![Label::Defective; 3], vec![Label::Clean; 4]].concat();
        let auc = 19.0 / 24.0;
        let variance_of = |v: &[f64]| {
            v.iter().map(|v| (v - auc).powi(2)).sum::<f64>()
                / (v.len() as f64 - 1.0)
                / v.len() as f64
        };
        let variance = variance_of(&[1.0, 0.5, 0.875]) + variance_of(&[2.0 / 3.0, 1.0, 1.0, 0.5]);
        let (low, high) = auc_interval(&scores, &labels).unwrap();
        assert!((low - (auc - Z95 * variance.sqrt())).abs() < 1e-12, "{low}");
        assert_eq!(high, 1.0);
    }
}
