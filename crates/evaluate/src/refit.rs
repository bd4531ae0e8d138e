//! The batch model, fitted anew from time to time.

use crate::error::Result;
use crate::journal::Journal;
use crate::ranking::Ranking;
use crate::timeline::LabelState;
use risk_change::Timestamp;
use risk_learn::{
    Calibration, FixLatency, Label, LatencyCurve, RidgeLogistic, RidgeLogisticValidParams,
    SoftRows, SoftScore,
};
use serde::{Deserialize, Serialize};

/// Changes that a fit looks back on.
const WINDOW: u32 = 16_384;

/// Days after which a change counts half: two years.
const HALF_LIFE: f64 = 730.5;

/// Arrivals before the first fit.
const FIRST: u32 = 256;

/// Arrivals between two fits, at least.
const LEAST_BETWEEN: u32 = 128;

/// Part of the changes of a fit by which history grows before the next one.
///
/// A fit costs as much as some six updates of the online model for each change that it looks at, so with an eighth
/// of them in between the two models cost about the same, however long the history.
const GROWTH: u32 = 8;

/// What was found at a fit, in force for the changes that arrive after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refit {
    /// Number of the first change that is scored with it.
    pub(crate) n_arrived: u32,
    pub(crate) batch: Option<RidgeLogistic>,
    pub(crate) calibration: Calibration,
    pub(crate) ranking: Ranking,
}

impl Refit {
    /// Number of the first change that is scored with it.
    #[must_use]
    pub fn n_arrived(&self) -> u32 {
        self.n_arrived
    }

    /// The batch model; `None` if none could be fitted yet.
    #[must_use]
    pub fn batch(&self) -> Option<&RidgeLogistic> {
        self.batch.as_ref()
    }

    /// The correction of probabilities.
    #[must_use]
    pub fn calibration(&self) -> Calibration {
        self.calibration
    }

    /// What changes are ranked by.
    #[must_use]
    pub fn ranking(&self) -> Ranking {
        self.ranking
    }
}

/// All fits so far, oldest first; they are never altered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refits {
    params: RidgeLogisticValidParams,
    fits: Vec<Refit>,
    /// Number of arrivals at which the next fit is due.
    due: u32,
}

impl Refits {
    /// None so far.
    pub(crate) fn new(params: RidgeLogisticValidParams) -> Self {
        Self {
            params,
            fits: Vec::new(),
            due: FIRST,
        }
    }

    /// From now on none is due.
    pub(crate) fn stop(&mut self) {
        self.due = u32::MAX;
    }

    /// Number of columns of the rows.
    pub(crate) fn n_features(&self) -> usize {
        self.params.n_features()
    }

    /// All fits, oldest first.
    #[must_use]
    pub fn all(&self) -> &[Refit] {
        &self.fits
    }

    /// The fit in force now.
    #[must_use]
    pub fn last(&self) -> Option<&Refit> {
        self.fits.last()
    }

    /// The fit in force when change `index` arrived.
    #[must_use]
    pub fn at(&self, index: u32) -> Option<&Refit> {
        let n = self.fits.partition_point(|fit| fit.n_arrived <= index);
        n.checked_sub(1).map(|last| &self.fits[last])
    }

    /// Fits if it is time, with what is known at `now`.
    ///
    /// What cannot be fitted stays as it was: the batch model and the correction of the fit before.
    pub(crate) fn refit_if_due(&mut self, journal: &Journal, now: Timestamp) -> Result<()> {
        let n = journal.n_arrived();
        if n < self.due {
            return Ok(());
        }
        self.due = n + (n.min(WINDOW) / GROWTH).max(LEAST_BETWEEN);
        let last = self.fits.last();
        let first = n.saturating_sub(WINDOW);
        let known = Known::at(journal, first, now);
        let rows = journal.prepared_rows(first..n)?;
        let (targets, weights) = (&known.targets, &known.weights);
        let soft = SoftRows::new(journal.n_prepared(), &rows, targets, weights)?;
        let before = last.and_then(|fit| fit.batch.as_ref());
        let batch = match self.params.fit(&soft, before) {
            Ok(fit) => Some(fit.model),
            Err(_) => before.cloned(),
        };
        let calibration = Calibration::fit(&known.scores(journal, first));
        let calibration = match (calibration, last) {
            (Ok(calibration), _) => calibration,
            (Err(_), Some(fit)) => fit.calibration,
            (Err(_), None) => Calibration::identity(),
        };
        let ranking =
            Ranking::by_backtest(journal, last.map(|fit| fit.ranking).unwrap_or_default());
        self.fits.push(Refit {
            n_arrived: n,
            batch,
            calibration,
            ranking,
        });
        Ok(())
    }
}

/// What is known at some time of the labels of the latest changes, and how much each counts.
struct Known {
    targets: Vec<f64>,
    weights: Vec<f64>,
}

impl Known {
    /// Of the changes from `first` on.
    fn at(journal: &Journal, first: u32, now: Timestamp) -> Self {
        let curve = latency(journal).curve(days(now));
        let pairs = journal.records().iter().zip(journal.states());
        let (targets, weights) = pairs
            .skip(first as usize)
            .map(|(record, state)| {
                let age = days(now) - days(record.at);
                let target = soft_label(&curve, *state, record.score, age);
                (target, (-age / HALF_LIFE).exp2())
            })
            .unzip();
        Self { targets, weights }
    }

    /// The scores that were given to the same changes, beside what is known of them by now.
    fn scores(&self, journal: &Journal, first: u32) -> Vec<SoftScore> {
        let records = &journal.records()[first as usize..];
        let known = self.targets.iter().zip(&self.weights);
        let scores = records.iter().zip(known);
        scores
            .map(|(record, (target, weight))| SoftScore {
                logit: log_odds(record.score),
                target: *target,
                weight: *weight,
            })
            .collect()
    }
}

/// 1 after a fix; else what silence up to this age leaves of the probability that was told at arrival.
fn soft_label(curve: &LatencyCurve, state: LabelState, said: f64, age: f64) -> f64 {
    match state.label() {
        Some(Label::Defective) => 1.0,
        Some(Label::Clean) | None => curve.defective_if_unfixed(said, age),
    }
}

/// How long the fixes took that are known.
pub(crate) fn latency(journal: &Journal) -> FixLatency {
    let pairs = journal.records().iter().zip(journal.states());
    latency_of(pairs.filter_map(|(record, state)| match state {
        LabelState::Defective { at, .. } => Some((record.at, *at)),
        LabelState::Unverified | LabelState::Clean { .. } => None,
    }))
}

/// The same of changes that arrived and were fixed at some times.
pub(crate) fn latency_of(fixed: impl Iterator<Item = (Timestamp, Timestamp)>) -> FixLatency {
    let mut latency = FixLatency::new();
    for (arrived_at, fixed_at) in fixed {
        // A fix is revealed by the clock, which stands at or after the arrival.
        let learned = latency.learn_one(days(arrived_at), days(fixed_at));
        debug_assert!(learned.is_ok(), "a fix comes after its change");
    }
    latency
}

/// Days since 1970.
pub(crate) fn days(at: Timestamp) -> f64 {
    at.0 as f64 / 86_400.0
}

/// `ln(p / (1 − p))`, kept finite.
fn log_odds(p: f64) -> f64 {
    let p = p.clamp(1e-12, 1.0 - 1e-12);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_odds_are_finite() {
        assert!(log_odds(0.0).is_finite() && log_odds(1.0).is_finite());
        assert_eq!(log_odds(0.5), 0.0);
    }
}
