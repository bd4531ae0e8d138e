//! The one loop: predict at arrival, learn at verification.

use crate::error::{Error, Result};
use crate::journal::{Journal, Record, rank_value};
use crate::ranking::{Ranking, percentile};
use crate::refit::Refits;
use crate::rewind::Checkpoint;
use crate::rows::EarlierRows;
use crate::scorer::{Online, say};
use crate::timeline::Event;
use linfa::ParamGuard;
use risk_change::Timestamp;
use risk_learn::{
    BayesLogistic, Classifier, Label, LabelFreeThreshold, Preparation, Prior, RidgeLogisticParams,
    StaticLogistic,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is known about a change at its arrival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Raw features, in the order of the model's names; NaN is *not known*.
    pub raw: Vec<f64>,
    /// Lines added, the score of the baseline.
    pub size: f64,
    /// Lines added and deleted.
    pub effort: f64,
}

/// An [`Event`] with what the loop needs to take it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// The change arrives, is scored, and becomes part of the past.
    Arrival {
        /// Number of the change, 0, 1, 2, … in order of arrival.
        index: u32,
        /// Time of the clock.
        at: Timestamp,
        /// Its features.
        row: Row,
    },
    /// The label of the change is learned.
    Verification {
        /// Number of the change.
        index: u32,
        /// What it turned out to be.
        label: Label,
        /// When that became known.
        at: Timestamp,
    },
}

impl Step {
    /// The step of an event; `row` is asked for at an arrival only.
    pub fn of(event: Event, row: impl FnOnce() -> Row) -> Self {
        match event {
            Event::Arrival { index, at } => Self::Arrival {
                index,
                at,
                row: row(),
            },
            Event::Verification { index, label, at } => Self::Verification { index, label, at },
        }
    }
}

/// What the models say about a row now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// The prepared row.
    pub z: Vec<f32>,
    /// `P(Defective)` by the online and the batch model together, before any correction.
    pub score: f64,
    /// `P(Defective)` as it is told.
    pub probability: f64,
    /// `P(Defective)` by the static model; `None` before it was fitted.
    pub static_probability: Option<f64>,
    /// What changes are ranked by now.
    pub ranking: Ranking,
    /// Whether the change is flagged: its rank value exceeds the threshold of now. The first change is not.
    pub flagged: bool,
    /// Mid-rank of the rank value among the last 1,000, in `0 ..= 1`; `None` with fewer than 100.
    pub percentile: Option<f64>,
}

/// The part of the state that changes with every step, and is small: scales, models, thresholds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    pub(crate) preparation: Preparation,
    pub(crate) online: Online,
    pub(crate) static_model: StaticLogistic,
    pub(crate) thresholds: Thresholds,
}

/// From where on a change is flagged, for each ranking.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Thresholds {
    by_score: LabelFreeThreshold,
    by_size: LabelFreeThreshold,
}

impl Thresholds {
    fn value(&self, ranking: Ranking) -> Option<f64> {
        match ranking {
            Ranking::Model => self.by_score.value(),
            Ranking::Size => self.by_size.value(),
        }
    }

    fn absorb(&mut self, score: f64, size: f64) {
        self.by_score
            .absorb(rank_value(Ranking::Model, score, size));
        self.by_size.absorb(rank_value(Ranking::Size, score, size));
    }
}

impl Live {
    /// The preparation of rows.
    #[must_use]
    pub fn preparation(&self) -> &Preparation {
        &self.preparation
    }

    /// The online model.
    #[must_use]
    pub fn model(&self) -> &BayesLogistic {
        self.online.model()
    }

    /// The static model.
    #[must_use]
    pub fn static_model(&self) -> &StaticLogistic {
        &self.static_model
    }
}

/// Predicts first, learns when the label is known, and writes everything down.
///
/// Two models score each change, their log-odds averaged: the online model learns every label as it comes; the batch
/// model is fitted to all that is known of the labels, in part by how long they have been silent, each time that
/// history has grown by an eighth ([`Refits`]).
///
/// The state has parts that can be saved on their own: [`Live`] (small, changes with every step), the [`Journal`]
/// (large, only ever grows), the [`Refits`] (only ever grow), and the [`Checkpoint`]s from which earlier models can
/// be had back ([`rewind`](Self::rewind)). [`from_parts`](Self::from_parts) puts them together.
///
/// - **Shape**: raw rows as long as the names.
/// - **Known at**: predictions at arrival. Learning uses the row as prepared at arrival, so a label teaches
///   the model about the change as it was seen then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prequential {
    pub(crate) live: Live,
    pub(crate) journal: Journal,
    pub(crate) refits: Refits,
    /// Before the first arrival.
    pub(crate) origin: Checkpoint,
    /// The last two of those made every 512 arrivals, oldest first.
    pub(crate) checkpoints: Vec<Checkpoint>,
    /// Where this run began to look ahead; never kept.
    #[serde(skip)]
    pub(crate) mark: Option<Checkpoint>,
}

impl Prequential {
    /// A cold start: rows with columns `names`, models that know what is known of changes everywhere
    /// ([`Prior::size`]).
    ///
    /// # Errors
    ///
    /// [`Error::Learn`] if one of Kamei's fourteen is missing or a name comes twice.
    pub fn new(names: &[&str]) -> Result<Self> {
        let preparation = Preparation::new(names)?;
        let prior = Prior::size(&preparation);
        Self::start(preparation, &prior)
    }

    /// A start with what a prior knows, for instance from other projects.
    ///
    /// # Errors
    ///
    /// [`Error::Learn`] if the prior is not for rows of this preparation.
    pub fn start(preparation: Preparation, prior: &Prior) -> Result<Self> {
        let n_columns = preparation.n_columns();
        let live = Live {
            online: Online::start(&preparation, prior)?,
            static_model: StaticLogistic::new(n_columns),
            thresholds: Thresholds::default(),
            preparation,
        };
        let journal = Journal::new(live.preparation.n_raw(), n_columns);
        Ok(Self {
            origin: Checkpoint::of(&live, &journal),
            checkpoints: Vec::new(),
            mark: None,
            refits: Refits::new(RidgeLogisticParams::prior(prior).check()?),
            live,
            journal,
        })
    }

    /// The same without a batch model: the online model stands alone, and what it says is not corrected.
    ///
    /// For labels that do not come as fixes do. A fit takes what silence means from how long fixes took; where all
    /// labels come at one moment, that says nothing.
    #[must_use]
    pub fn without_refits(mut self) -> Self {
        self.refits.stop();
        self
    }

    /// The state of parts that were saved one by one.
    ///
    /// # Errors
    ///
    /// [`Error::Learn`] or [`Error::Parts`] if the parts do not belong together, as far as their sizes tell.
    pub fn from_parts(
        live: Live,
        journal: Journal,
        refits: Refits,
        origin: Checkpoint,
        checkpoints: Vec<Checkpoint>,
    ) -> Result<Self> {
        let n_columns = live.preparation.n_columns();
        check_width(live.preparation.n_raw(), journal.n_raw())?;
        for found in [
            live.model().n_features(),
            live.static_model.n_features(),
            journal.n_prepared(),
            refits.n_features(),
        ] {
            check_width(n_columns, found)?;
        }
        for checkpoint in checkpoints.iter().chain([&origin]) {
            check_width(n_columns, checkpoint.online.model.n_features())?;
            if checkpoint.n_events > journal.events().len() {
                return Err(Error::Parts {
                    what: "events before a checkpoint",
                    expected: checkpoint.n_events,
                    found: journal.events().len(),
                });
            }
        }
        Ok(Self {
            live,
            journal,
            refits,
            origin,
            checkpoints,
            mark: None,
        })
    }

    /// What the models say about a row now; the same as an arrival, but nothing is written down.
    ///
    /// # Errors
    ///
    /// [`Error::Learn`] for a row of another length.
    pub fn score(&self, row: &Row) -> Result<Scored> {
        // Nothing is written down, so the time makes no difference.
        let (z, record) = self.said(Timestamp(0), row)?;
        Ok(Scored {
            z,
            score: record.score,
            probability: record.probability,
            static_probability: record.static_probability,
            ranking: record.ranking,
            flagged: record.flagged(),
            percentile: record.percentile,
        })
    }

    /// Takes one step; at an arrival gives what was written down about the change.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfOrder`], [`Error::NotArrived`], [`Error::VerifiedTwice`] if the step cannot follow on
    /// what happened so far, and [`Error::Learn`] for a row of another length. Nothing has changed then.
    pub fn step(&mut self, step: &Step) -> Result<Option<Record>> {
        match step {
            Step::Arrival { index, at, row } => self.arrive(*index, *at, row).map(Some),
            Step::Verification { index, label, at } => {
                self.verify(*index, *label, *at)?;
                Ok(None)
            }
        }
    }

    /// The part that changes with every step.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// The part that only grows.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The fits of the batch model.
    #[must_use]
    pub fn refits(&self) -> &Refits {
        &self.refits
    }

    /// The state before the first arrival.
    #[must_use]
    pub fn origin(&self) -> &Checkpoint {
        &self.origin
    }

    /// The last two states kept, oldest first.
    #[must_use]
    pub fn checkpoints(&self) -> &[Checkpoint] {
        &self.checkpoints
    }

    /// Remembers this moment, so that going back to changes that arrive from now on is quick.
    pub fn mark(&mut self) {
        self.mark = Some(Checkpoint::of(&self.live, &self.journal));
    }

    /// Forgets the rows of the first `n` changes, which `earlier` has from now on: a row takes 480 bytes in the product, and few
    /// of those that arrived long ago are asked for again. Answers are the same.
    ///
    /// # Errors
    ///
    /// [`Error::NotArrived`] if fewer changes have arrived, [`Error::Parts`] if more rows were handed over before.
    pub fn hand_over(&mut self, n: u32, earlier: Arc<dyn EarlierRows>) -> Result<()> {
        self.journal.hand_over(n, earlier)
    }

    /// The prepared row, and what would be written down about it.
    fn said(&self, at: Timestamp, row: &Row) -> Result<(Vec<f32>, Record)> {
        let z = self.live.preparation.transform(&row.raw)?;
        let x = widened(&z);
        let said = say(&self.live.online, self.refits.last(), &x)?;
        let value = rank_value(said.ranking, said.score, row.size);
        let record = Record {
            at,
            score: said.score,
            probability: said.probability,
            static_probability: self.live.static_model.predict(&x),
            size: row.size,
            effort: row.effort,
            ranking: said.ranking,
            threshold: self.live.thresholds.value(said.ranking),
            percentile: percentile(said.ranking, value, self.journal.records()),
        };
        Ok((z, record))
    }

    fn arrive(&mut self, index: u32, at: Timestamp, row: &Row) -> Result<Record> {
        let (z, record) = self.said(at, row)?;
        let checkpoint = (index > 0 && index.is_multiple_of(Checkpoint::EVERY))
            .then(|| Checkpoint::of(&self.live, &self.journal));
        self.journal.arrive(index, record, &row.raw, &z)?;
        self.live.preparation.absorb(&row.raw)?;
        self.live.thresholds.absorb(record.score, record.size);
        if let Some(checkpoint) = checkpoint {
            self.checkpoints.push(checkpoint);
            let surplus = self.checkpoints.len().saturating_sub(Checkpoint::KEPT);
            self.checkpoints.drain(..surplus);
        }
        self.refits.refit_if_due(&self.journal, at)?;
        Ok(record)
    }

    fn verify(&mut self, index: u32, label: Label, at: Timestamp) -> Result<()> {
        let x = widened(&self.journal.prepared_row(index)?);
        self.journal.verify(index, label, at)?;
        self.live.online.learn(&x, label);
        self.live.static_model.learn_one(&x, label, 1.0);
        Ok(())
    }
}

/// Takes all steps, one after the other, into `state`.
///
/// This is the one loop: a replay of a history, a study over a data set and a resumed training are all
/// this function over other steps. It can stop at any step and go on later.
///
/// # Errors
///
/// The first error of the steps themselves, or of [`Prequential::step`]; steps before it have been taken.
pub fn prequential<E: From<Error>>(
    steps: impl IntoIterator<Item = std::result::Result<Step, E>>,
    state: &mut Prequential,
) -> std::result::Result<(), E> {
    for step in steps {
        state.step(&step?)?;
    }
    Ok(())
}

/// A prepared row as the models take it.
pub(crate) fn widened(z: &[f32]) -> Vec<f64> {
    z.iter().map(|z| f64::from(*z)).collect()
}

fn check_width(expected: usize, found: usize) -> Result<()> {
    if expected == found {
        Ok(())
    } else {
        Err(risk_learn::Error::RowLength { expected, found }.into())
    }
}

#[cfg(test)]
mod tests;
