//! Recalls that forget, as the online literature reports them.

use super::check_lengths;
use risk_learn::Label;
use serde::{Deserialize, Serialize};

/// Fading recalls, each averaged over the steps.
///
/// - Units and range: `0 ..= 1`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fading {
    /// Mean recall₀: part of the clean changes that were not flagged.
    pub recall0: f64,
    /// Mean recall₁: part of the defective changes that were flagged.
    pub recall1: f64,
    /// Mean of `|recall₀ − recall₁|` over the steps.
    pub gap: f64,
    /// Mean of `√(recall₀ · recall₁)` over the steps.
    pub gmean: f64,
}

/// Recalls with a fading factor over the changes in order of arrival.
///
/// For a change of class `c` with factor `θ`: `hitsᴄ ← θ hitsᴄ + [flag is right]`, `nᴄ ← θ nᴄ + 1`,
/// `recallᴄ = hitsᴄ / nᴄ`; the counters of the other class stay as they are. All four numbers are taken at
/// every step from the first on at which both classes have been seen, and averaged.
///
/// - Units and range: `θ` in `(0, 1]`, .99 in the literature; `None` unless both classes are there.
/// - Source: Cabral et al., ICSE 2019, section V; fading factors after Gama et al., Machine Learning 2013.
///
/// # Panics
///
/// If there is not one label for each flag.
#[must_use]
pub fn fading(flags: &[bool], labels: &[Label], factor: f64) -> Option<Fading> {
    check_lengths(flags, labels);
    let (mut hits, mut seen) = ([0.0; 2], [0.0; 2]);
    let mut sums = Fading {
        recall0: 0.0,
        recall1: 0.0,
        gap: 0.0,
        gmean: 0.0,
    };
    let mut n_steps = 0.0;
    for (flag, y) in flags.iter().zip(labels) {
        let class = usize::from(y.is_defective());
        let hit = *flag == y.is_defective();
        hits[class] = factor * hits[class] + if hit { 1.0 } else { 0.0 };
        seen[class] = factor * seen[class] + 1.0;
        if seen[0] > 0.0 && seen[1] > 0.0 {
            let (recall0, recall1): (f64, f64) = (hits[0] / seen[0], hits[1] / seen[1]);
            sums.recall0 += recall0;
            sums.recall1 += recall1;
            sums.gap += (recall0 - recall1).abs();
            sums.gmean += (recall0 * recall1).sqrt();
            n_steps += 1.0;
        }
    }
    (n_steps > 0.0).then(|| Fading {
        recall0: sums.recall0 / n_steps,
        recall1: sums.recall1 / n_steps,
        gap: sums.gap / n_steps,
        gmean: sums.gmean / n_steps,
    })
}
