//! What a percentile means in this project.

mod at_arrival;

pub use at_arrival::lifts_at_arrival;

use crate::bands::{Band, Bands};
use crate::evaluation::Maturity;
use crate::journal::Journal;
use serde::{Deserialize, Serialize};

/// Changes of neighbouring percentiles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiftBin {
    /// Highest percentile of the bin; the last bin reaches to 1.
    pub upper: f64,
    /// Judged changes.
    pub n: usize,
    /// Defective ones among them.
    pub n_defective: usize,
    /// Defect rate over base rate, smoothed so that it never falls from one bin to the next.
    pub lift: f64,
}

/// Defect rate by percentile, relative to the base rate.
///
/// Mature labelled changes are sorted by the percentile they had at arrival and cut into twenty bins of equal
/// mass; changes of equal percentile are never parted. The defect rates are smoothed by pooling adjacent
/// violators, weighted by the number of changes, so a higher percentile never has a lower lift: percentile,
/// band and order agree. (Probabilities would be 90-day probabilities, and about half the defects are found
/// later; the lift is free of that, and of the model's level.)
///
/// - Units and range: lifts from 0 on, 1 for the base rate.
/// - Known at: the end of the journal; use it for changes that arrive later.
/// - Source: pool-adjacent-violators by Ayer et al., Annals of Mathematical Statistics 1955.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lift {
    /// Mature labelled changes with a percentile.
    pub n: usize,
    /// Defective ones among them.
    pub n_defective: usize,
    /// The bins, by percentile; empty when there are too few labels.
    bins: Vec<LiftBin>,
}

/// Changes of one percentile.
#[derive(Clone, Copy, Debug)]
struct Tie {
    percentile: f64,
    n: usize,
    n_defective: usize,
}

/// Bins before pooling.
const N_BINS: usize = 20;

/// Labels needed for bins: ten a bin.
const N_LEAST: usize = 200;

/// Defective changes needed for bins: one a bin.
const N_LEAST_DEFECTIVE: usize = 20;

impl Lift {
    /// The lift table of a journal.
    #[must_use]
    pub fn of(journal: &Journal, maturity: Maturity) -> Self {
        let pairs = maturity
            .mature(journal)
            .filter_map(|(_, record, y)| Some((record.percentile?, y.is_defective())));
        Self::of_pairs(pairs.collect())
    }

    /// The lift table of percentiles with whether the change was defective.
    fn of_pairs(mut pairs: Vec<(f64, bool)>) -> Self {
        pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let ties = pairs.chunk_by(|a, b| a.0 == b.0);
        let counts = ties.map(|ties| Tie {
            percentile: ties[0].0,
            n: ties.len(),
            n_defective: ties.iter().filter(|(_, defective)| *defective).count(),
        });
        Self::of_ties(&counts.collect::<Vec<_>>())
    }

    /// The lift table of changes counted by percentile, in ascending order.
    fn of_ties(ties: &[Tie]) -> Self {
        let n = ties.iter().map(|tie| tie.n).sum();
        let n_defective = ties.iter().map(|tie| tie.n_defective).sum();
        if n < N_LEAST || n_defective < N_LEAST_DEFECTIVE {
            return Self {
                n,
                n_defective,
                bins: Vec::new(),
            };
        }
        let mut bins: Vec<LiftBin> = Vec::new();
        let mut n_before = 0;
        for tie in ties {
            let here = LiftBin {
                upper: tie.percentile,
                n: tie.n,
                n_defective: tie.n_defective,
                lift: 0.0,
            };
            // A bin is full when it reaches the next twentieth of the changes.
            match bins.last_mut() {
                Some(last) if (n_before - last.n) * N_BINS / n == n_before * N_BINS / n => {
                    last.join(here);
                }
                _ => bins.push(here),
            }
            n_before += here.n;
        }
        Self {
            n,
            n_defective,
            bins: pooled(bins, n_defective as f64 / n as f64),
        }
    }

    /// `n_defective / n`; `None` without changes.
    #[must_use]
    pub fn base_rate(&self) -> Option<f64> {
        (self.n > 0).then(|| self.n_defective as f64 / self.n as f64)
    }

    /// The bins, by percentile; empty with fewer than 200 labels or 20 defective changes.
    #[must_use]
    pub fn bins(&self) -> &[LiftBin] {
        &self.bins
    }

    /// Defect rate at a percentile over the base rate; never lower for a higher percentile.
    ///
    /// `None` when there are too few labels, and for NaN.
    #[must_use]
    pub fn lift(&self, percentile: f64) -> Option<f64> {
        if percentile.is_nan() {
            return None;
        }
        let place = self.bins.partition_point(|bin| bin.upper < percentile);
        let bin = self.bins.get(place).or(self.bins.last())?;
        Some(bin.lift)
    }

    /// The band of a percentile; never lower for a higher percentile.
    ///
    /// `None` when there are too few labels, and for NaN.
    #[must_use]
    pub fn band(&self, percentile: f64, bands: &Bands) -> Option<Band> {
        self.lift(percentile).map(|lift| bands.band(lift))
    }
}

impl LiftBin {
    /// Takes in the next bin.
    fn join(&mut self, next: Self) {
        self.upper = next.upper;
        self.n += next.n;
        self.n_defective += next.n_defective;
    }

    fn rate(&self) -> f64 {
        self.n_defective as f64 / self.n as f64
    }
}

/// Joins neighbours until the rate rises from bin to bin, and sets the lifts.
fn pooled(bins: Vec<LiftBin>, base_rate: f64) -> Vec<LiftBin> {
    let mut rising: Vec<LiftBin> = Vec::with_capacity(bins.len());
    for mut bin in bins {
        while let Some(before) = rising.pop_if(|before| before.rate() >= bin.rate()) {
            let mut joined = before;
            joined.join(bin);
            bin = joined;
        }
        rising.push(bin);
    }
    for bin in &mut rising {
        bin.lift = bin.rate() / base_rate;
    }
    rising
}

#[cfg(test)]
mod tests;
