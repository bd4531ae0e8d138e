//! What became of changes that were told a probability.

use super::check_lengths;
use risk_learn::Label;
use serde::{Deserialize, Serialize};

/// Changes of neighbouring probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Changes.
    pub n: usize,
    /// Their mean probability.
    pub probability: f64,
    /// Share of defective ones among them.
    pub frequency: f64,
}

/// Changes in order of their probability, cut into bins of equal mass (sizes differ by at most one).
///
/// Equal probabilities are in the order of the changes. If probabilities are true, the two numbers of a bin are alike.
///
/// - Units and range: probabilities `0 ..= 1`; empty with fewer changes than bins.
/// - Source: reliability diagrams, Murphy and Winkler, Applied Statistics 1977.
///
/// # Panics
///
/// If there is not one label for each probability.
#[must_use]
pub fn reliability(probabilities: &[f64], labels: &[Label], n_bins: usize) -> Vec<ReliabilityBin> {
    check_lengths(probabilities, labels);
    let n = labels.len();
    if n < n_bins {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]));
    (0..n_bins)
        .map(|bin| {
            let places = &order[bin * n / n_bins..(bin + 1) * n / n_bins];
            let mean = |value: &dyn Fn(usize) -> f64| {
                places.iter().map(|place| value(*place)).sum::<f64>() / places.len() as f64
            };
            ReliabilityBin {
                n: places.len(),
                probability: mean(&|place| probabilities[place]),
                frequency: mean(&|place| labels[place].outcome()),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_have_equal_mass_and_rising_probabilities() {
        let (c, d) = (Label::Clean, Label::Defective);
        let bins = reliability(&[0.9, 0.1, 0.5, 0.2, 0.7], &[d, c, d, c, c], 2);
        assert_eq!(bins.iter().map(|bin| bin.n).collect::<Vec<_>>(), [2, 3]);
        assert!((bins[0].probability - 0.15).abs() < 1e-15 && bins[0].frequency == 0.0);
        assert!((bins[1].probability - 0.7).abs() < 1e-15);
        assert!((bins[1].frequency - 2.0 / 3.0).abs() < 1e-15);
        assert!(reliability(&[0.5], &[c], 2).is_empty());
    }
}
