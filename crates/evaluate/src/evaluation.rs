//! How good the predictions of a journal were.

use crate::delong::delong;
use crate::drift::Drift;
use crate::error::{Error, Result};
use crate::figures::{Columns, Figures, N_BINS};
use crate::journal::{Journal, Record};
use crate::metrics::{self, ReliabilityBin};
use crate::size::by_size;
use crate::timeline::not_negative;
use risk_change::{Days, Timestamp};
use risk_learn::Label;
use serde::{Deserialize, Serialize};

/// How old a change must be at the end of the data before its label is believed.
///
/// 365 days by default. The last year of any history has too few fixes, since they have not been made yet
/// (right-censoring): judged by them every model looks bad, and every change clean.
///
/// - Units and range: days, finite and not negative; 0 judges all changes that have a label.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "Days", into = "Days")]
pub struct Maturity(Days);

impl Maturity {
    /// A maturity of `days`.
    ///
    /// # Errors
    ///
    /// [`Error::Waiting`] if the days are negative or not finite.
    pub fn new(days: Days) -> Result<Self> {
        not_negative(days).map(Self)
    }

    /// The span.
    #[must_use]
    pub fn days(self) -> Days {
        self.0
    }

    /// The latest arrival that is mature at the end of a journal; `None` for an empty journal.
    #[must_use]
    pub fn horizon(self, journal: &Journal) -> Option<Timestamp> {
        let last = journal.records().last()?;
        Some(self.horizon_at(last.at))
    }

    /// The latest arrival that is mature when the latest of all was `last`.
    pub(crate) fn horizon_at(self, last: Timestamp) -> Timestamp {
        last.plus(Days(-self.0.0))
    }

    /// The mature changes that have a label: number, record, and label as known at the end of the data.
    ///
    /// The label is defective if a fix was ever revealed, else clean if the waiting time was over.
    pub fn mature(self, journal: &Journal) -> impl Iterator<Item = (u32, &Record, Label)> {
        let horizon = self.horizon(journal);
        let pairs = journal.records().iter().zip(journal.states()).zip(0..);
        pairs.filter_map(move |((record, state), index)| {
            let mature = horizon.is_some_and(|horizon| record.at <= horizon);
            let label = state.label()?;
            mature.then_some((index, record, label))
        })
    }
}

impl Default for Maturity {
    fn default() -> Self {
        Self(Days(365.0))
    }
}

impl TryFrom<Days> for Maturity {
    type Error = Error;

    fn try_from(days: Days) -> Result<Self> {
        Self::new(days)
    }
}

impl From<Maturity> for Days {
    fn from(maturity: Maturity) -> Self {
        maturity.0
    }
}

/// Quality of the predictions for the mature changes of a journal, beside its baselines.
///
/// Unless said otherwise a number is over all mature labelled changes. Metrics are `None` where they are not
/// defined. The ranking by lines added (`la`) always stands beside the model: a model that does not beat it
/// reports the size of the diff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Changes that arrived, immature ones included.
    pub n_changes: usize,
    /// Changes that arrived and have no label, for whatever age.
    pub n_unverified: usize,
    /// Changes after the maturity horizon, left out.
    pub n_immature: usize,
    /// Defective ones among the judged whose fix came after they had been verified as clean.
    pub n_flipped: usize,
    /// The online model, over the mature changes with a label: those that are judged.
    pub model: Figures,
    /// Ranking and flags [by lines added](by_size), over the same changes.
    pub la: Figures,
    /// Two-sided p-value of no difference between the two areas, by [`delong`].
    pub delong_p: Option<f64>,
    /// The same for the changes that the static model scored.
    pub on_static: Option<OnStatic>,
    /// What became of flagged changes.
    pub flagged: Flagged,
    /// What became of changes by the probability that was told, in ten bins of equal mass.
    pub reliability: Vec<ReliabilityBin>,
    /// The latest judged changes beside those before; `None` with too few.
    pub drift: Option<Drift>,
    /// The same over consecutive blocks of 1,000 changes.
    pub blocks: Vec<Block>,
}

/// Three scores on the same changes: those that arrived after the static model was fitted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OnStatic {
    /// Number of these changes.
    pub n: usize,
    /// Defective ones among them.
    pub n_defective: usize,
    /// AUC of the static model.
    pub auc_static: Option<f64>,
    /// AUC of the online model.
    pub auc: Option<f64>,
    /// AUC of ranking by lines added.
    pub auc_la: Option<f64>,
}

/// A block of consecutive changes; only its mature, labelled ones are judged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Number of its first change, a multiple of 1,000.
    pub first: u32,
    /// Arrival of its first judged change.
    pub from: Timestamp,
    /// Judged changes.
    pub n: usize,
    /// Defective ones among them.
    pub n_defective: usize,
    /// AUC of the online model.
    pub auc: Option<f64>,
    /// AUC of ranking by lines added.
    pub auc_la: Option<f64>,
    /// AUC of the static model; `None` unless it scored all of them.
    pub auc_static: Option<f64>,
}

/// "Of the last N changes flagged, k were followed by a fix."
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flagged {
    /// Judged changes that were flagged.
    pub n: usize,
    /// Those followed by a fix.
    pub n_fixed: usize,
    /// The last ones of these, at most [`Flagged::LAST`].
    pub n_last: usize,
    /// Those of the last ones followed by a fix.
    pub n_last_fixed: usize,
}

impl Flagged {
    /// Flagged changes that "the last N" looks back on.
    pub const LAST: usize = 100;
}

/// Changes in a block.
const BLOCK: u32 = 1_000;

/// Judges the predictions of a journal by what is known at its end.
#[must_use]
pub fn evaluate(journal: &Journal, maturity: Maturity) -> Evaluation {
    let judged = Judged::of(journal, maturity);
    let horizon = maturity.horizon(journal);
    let immature = |record: &&Record| horizon.is_none_or(|horizon| record.at > horizon);
    Evaluation {
        n_changes: journal.records().len(),
        n_unverified: journal
            .states()
            .iter()
            .filter(|s| s.label().is_none())
            .count(),
        n_immature: journal.records().iter().filter(immature).count(),
        n_flipped: judged.n_flipped,
        model: Figures::of(
            judged.columns(&judged.scores, &judged.flags),
            &judged.probabilities,
        ),
        la: Figures::of_ranking(judged.columns(&judged.scores_la, &judged.flags_la)),
        delong_p: delong(&judged.scores, &judged.scores_la, &judged.labels)
            .map(|test| test.p_value),
        on_static: judged.on_static(),
        flagged: judged.flagged(),
        reliability: metrics::reliability(&judged.probabilities, &judged.labels, N_BINS),
        drift: Drift::of(&judged.scores, &judged.probabilities, &judged.labels),
        blocks: judged.blocks(),
    }
}

/// The judged changes, by column.
#[derive(Default)]
struct Judged {
    indices: Vec<u32>,
    times: Vec<Timestamp>,
    /// By which the model ranks.
    scores: Vec<f64>,
    /// As they were told.
    probabilities: Vec<f64>,
    statics: Vec<Option<f64>>,
    scores_la: Vec<f64>,
    efforts: Vec<f64>,
    flags: Vec<bool>,
    flags_la: Vec<bool>,
    labels: Vec<Label>,
    n_flipped: usize,
}

impl Judged {
    fn of(journal: &Journal, maturity: Maturity) -> Self {
        let (scores_la, flags_la) = by_size(journal.records().iter().map(|record| record.size));
        let mut judged = Self::default();
        for (index, record, label) in maturity.mature(journal) {
            judged.indices.push(index);
            judged.times.push(record.at);
            judged.scores.push(record.score);
            judged.probabilities.push(record.probability);
            judged.statics.push(record.static_probability);
            judged.scores_la.push(scores_la[index as usize]);
            judged.efforts.push(record.effort);
            judged.flags.push(record.flagged());
            judged.flags_la.push(flags_la[index as usize]);
            judged.labels.push(label);
            judged.n_flipped += usize::from(matches!(
                journal.state_of(index),
                Some(crate::LabelState::Defective {
                    after_clean: true,
                    ..
                })
            ));
        }
        judged
    }

    fn columns<'a>(&'a self, scores: &'a [f64], flags: &'a [bool]) -> Columns<'a> {
        Columns {
            scores,
            flags,
            labels: &self.labels,
            efforts: &self.efforts,
        }
    }

    fn n_defective(&self, range: std::ops::Range<usize>) -> usize {
        self.labels[range]
            .iter()
            .filter(|y| y.is_defective())
            .count()
    }

    fn aucs(&self, range: std::ops::Range<usize>) -> (Option<f64>, Option<f64>) {
        let labels = &self.labels[range.clone()];
        (
            metrics::auc(&self.scores[range.clone()], labels),
            metrics::auc(&self.scores_la[range], labels),
        )
    }

    fn on_static(&self) -> Option<OnStatic> {
        let places: Vec<usize> = (0..self.labels.len())
            .filter(|i| self.statics[*i].is_some())
            .collect();
        let labels: Vec<Label> = places.iter().map(|i| self.labels[*i]).collect();
        let auc_of = |score: &dyn Fn(usize) -> f64| {
            let scores: Vec<f64> = places.iter().map(|i| score(*i)).collect();
            metrics::auc(&scores, &labels)
        };
        (!places.is_empty()).then(|| OnStatic {
            n: places.len(),
            n_defective: labels.iter().filter(|y| y.is_defective()).count(),
            auc_static: auc_of(&|i| self.statics[i].unwrap_or(f64::NAN)),
            auc: auc_of(&|i| self.scores[i]),
            auc_la: auc_of(&|i| self.scores_la[i]),
        })
    }

    fn flagged(&self) -> Flagged {
        let fixed: Vec<bool> = self
            .flags
            .iter()
            .zip(&self.labels)
            .filter(|(flag, _)| **flag)
            .map(|(_, y)| y.is_defective())
            .collect();
        let last = &fixed[fixed.len().saturating_sub(Flagged::LAST)..];
        Flagged {
            n: fixed.len(),
            n_fixed: fixed.iter().filter(|fixed| **fixed).count(),
            n_last: last.len(),
            n_last_fixed: last.iter().filter(|fixed| **fixed).count(),
        }
    }

    fn blocks(&self) -> Vec<Block> {
        let mut start = 0;
        let blocks = self.indices.chunk_by(|a, b| a / BLOCK == b / BLOCK);
        blocks
            .map(|block| {
                let range = start..start + block.len();
                start = range.end;
                let (auc, auc_la) = self.aucs(range.clone());
                let statics: Option<Vec<f64>> =
                    self.statics[range.clone()].iter().copied().collect();
                Block {
                    first: block[0] / BLOCK * BLOCK,
                    from: self.times[range.start],
                    n: block.len(),
                    auc_static: statics
                        .and_then(|scores| metrics::auc(&scores, &self.labels[range.clone()])),
                    n_defective: self.n_defective(range),
                    auc,
                    auc_la,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
