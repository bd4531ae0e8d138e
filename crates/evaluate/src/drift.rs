//! Whether the model still does what it did.

use crate::delong::auc_variance;
use risk_learn::Label;
use serde::{Deserialize, Serialize};

/// The latest judged changes beside all before them.
///
/// - **Known at**: the end of the journal; the latest *judged* changes are a year old.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Latest changes.
    pub n: usize,
    /// AUC of the model on them.
    pub auc: f64,
    /// AUC on all before.
    pub auc_before: f64,
    /// The difference in standard deviations, both by [`delong`](crate::delong); the two groups share no change.
    pub z: f64,
    /// Defective changes among the latest, as the probabilities told: their sum.
    pub expected: f64,
    /// Defective changes among them, as it turned out.
    pub observed: usize,
    /// `(observed − expected) / √(Σ p (1 − p))`: Spiegelhalter's comparison in the large.
    pub z_level: f64,
}

/// Latest changes that are looked at.
const LATEST: usize = 1_000;

/// Defective and clean changes that either group needs.
const LEAST: usize = 20;

/// Standard deviations beyond which a difference is no chance: p < .01.
const Z99: f64 = 2.576;

impl Drift {
    /// Compares the last 1,000 changes with those before; `None` with fewer than 20 of a class on either side.
    ///
    /// # Panics
    ///
    /// If the columns are not of one length.
    #[must_use]
    pub fn of(scores: &[f64], probabilities: &[f64], labels: &[Label]) -> Option<Self> {
        assert_eq!(
            scores.len(),
            labels.len(),
            "there is one label for each score"
        );
        let first = labels.len().checked_sub(LATEST)?;
        let area = |range: std::ops::Range<usize>| {
            let labels = &labels[range.clone()];
            let n_defective = labels.iter().filter(|y| y.is_defective()).count();
            if n_defective < LEAST || labels.len() - n_defective < LEAST {
                return None;
            }
            auc_variance(&scores[range], labels)
        };
        let (auc, variance) = area(first..labels.len())?;
        let (auc_before, variance_before) = area(0..first)?;
        let latest = &probabilities[first..];
        let expected: f64 = latest.iter().sum();
        let spread: f64 = latest.iter().map(|p| p * (1.0 - p)).sum();
        let observed = labels[first..].iter().filter(|y| y.is_defective()).count();
        Some(Self {
            n: LATEST,
            auc,
            auc_before,
            z: (auc - auc_before) / (variance + variance_before).sqrt().max(f64::MIN_POSITIVE),
            expected,
            observed,
            z_level: (observed as f64 - expected) / spread.sqrt().max(f64::MIN_POSITIVE),
        })
    }

    /// Whether the latest changes are ranked worse than those before, beyond chance (p < .01).
    #[must_use]
    pub fn ranks_worse(&self) -> bool {
        self.z < -Z99
    }

    /// Whether probabilities of the latest changes are off beyond chance (p < .01) and by a quarter or more.
    #[must_use]
    pub fn is_off(&self) -> bool {
        let ratio = self.observed as f64 / self.expected;
        self.z_level.abs() > Z99 && !(0.8..=1.25).contains(&ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` changes, a quarter defective; the score is right for `share` in ten of them.
    fn changes(n: usize, share: usize) -> (Vec<f64>, Vec<Label>) {
        let one = |i: usize| {
            let defective = i.is_multiple_of(4);
            let right = i / 4 % 10 < share;
            let score = f64::from(u8::from(defective == right)) + (i % 7) as f64 / 100.0;
            let label = if defective {
                Label::Defective
            } else {
                Label::Clean
            };
            (score, label)
        };
        (0..n).map(one).unzip()
    }

    fn drift(shares: [usize; 2], p: f64) -> Drift {
        let (mut scores, mut labels) = changes(2_000, shares[0]);
        let (latest, of_latest) = changes(1_000, shares[1]);
        scores.extend(latest);
        labels.extend(of_latest);
        Drift::of(&scores, &vec![p; labels.len()], &labels).unwrap()
    }

    #[test]
    fn what_stays_as_it_was_has_not_drifted() {
        let same = drift([8, 8], 0.25);
        assert!((same.auc - same.auc_before).abs() < 0.005 && same.z.abs() < 1.0);
        assert_eq!((same.n, same.observed, same.expected), (1_000, 250, 250.0));
        assert!(!same.ranks_worse() && !same.is_off());
        assert!(!drift([6, 8], 0.25).ranks_worse());
    }

    #[test]
    fn worse_ranking_and_a_wrong_level_are_told_apart() {
        let worse = drift([8, 6], 0.25);
        assert!(worse.ranks_worse() && !worse.is_off());
        let off = drift([8, 8], 0.1);
        assert!(off.is_off() && !off.ranks_worse());
        // 250 against 100, with a spread of √(1,000 · .1 · .9).
        assert!((off.z_level - 150.0 / 90f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn few_changes_tell_nothing() {
        let (scores, labels) = changes(1_010, 8);
        assert_eq!(Drift::of(&scores, &scores, &labels), None);
        assert_eq!(Drift::of(&[], &[], &[]), None);
    }
}
