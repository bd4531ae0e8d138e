//! Earlier models, exactly as they were.

use crate::error::{Error, Result};
use crate::journal::Journal;
use crate::prequential::{Live, Prequential, widened};
use crate::refit::Refit;
use crate::scorer::{Online, say};
use crate::timeline::Event;
use risk_learn::{Contributions, Derived, Preparation, Standardiser};
use serde::{Deserialize, Serialize};

/// The online models and the scales at some moment, from which later ones follow by the journal.
///
/// Rank windows are not part of it: they follow from the raw rows before. Neither is the batch model: all fits are
/// kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub(crate) n_arrived: u32,
    pub(crate) n_events: usize,
    pub(crate) online: Online,
    derived: Derived,
    standardiser: Standardiser,
}

impl Checkpoint {
    /// Arrivals between two checkpoints.
    pub const EVERY: u32 = 512;

    /// Checkpoints kept besides the origin, so that a rewind to one of the last 512 changes takes at most
    /// about 1,000 arrivals and the verifications between them.
    pub const KEPT: usize = 2;

    /// The state between two steps.
    pub(crate) fn of(live: &Live, journal: &Journal) -> Self {
        Self {
            n_arrived: journal.n_arrived(),
            n_events: journal.events().len(),
            online: live.online.clone(),
            derived: live.preparation().derived().clone(),
            standardiser: live.preparation().standardiser().clone(),
        }
    }

    /// Number of changes that had arrived: the checkpoint serves for this change and later ones.
    #[must_use]
    pub fn n_arrived(&self) -> u32 {
        self.n_arrived
    }

    /// Number of events that had happened.
    #[must_use]
    pub fn n_events(&self) -> usize {
        self.n_events
    }
}

/// The models and the preparation as they were when a change arrived, before it was absorbed.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelAt {
    preparation: Preparation,
    online: Online,
    refit: Option<Refit>,
}

/// What the model of that time says about a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoredAt {
    /// The prepared row.
    pub z: Vec<f32>,
    /// `P(Defective)` as it is told; for the change rewound to, to the last bit the recorded one.
    pub probability: f64,
    /// What each prepared column adds to the log-odds of the probability, exactly.
    pub contributions: Contributions,
}

impl ModelAt {
    /// Probability and contributions of a raw row.
    ///
    /// # Errors
    ///
    /// [`Error::Learn`] for a row of another length.
    pub fn score(&self, raw: &[f64]) -> Result<ScoredAt> {
        let z = self.preparation.transform(raw)?;
        let x = widened(&z);
        let said = say(&self.online, self.refit.as_ref(), &x)?;
        Ok(ScoredAt {
            probability: said.probability,
            contributions: said.contributions,
            z,
        })
    }

    /// The preparation of that time.
    #[must_use]
    pub fn preparation(&self) -> &Preparation {
        &self.preparation
    }

    /// The models of that time that learn with every label.
    #[must_use]
    pub fn online(&self) -> &Online {
        &self.online
    }
}

impl Prequential {
    /// The latest state kept from which change `index` can be reached.
    #[must_use]
    pub fn checkpoint_before(&self, index: u32) -> &Checkpoint {
        let reaches = |checkpoint: &&Checkpoint| checkpoint.n_arrived <= index;
        let mark = self.mark.iter();
        mark.chain(self.checkpoints.iter().rev())
            .find(reaches)
            .unwrap_or(&self.origin)
    }

    /// The model and preparation as they were when change `index` arrived.
    ///
    /// Replays the journal from a checkpoint — or from the origin, if there is none or if it was made after
    /// the change. Features are not computed again: learning takes the stored prepared rows, the
    /// standardiser the raw rows in between, the rank windows the 1,000 raw rows before.
    /// `index` may also be the number of the next arrival, for the model of now.
    ///
    /// # Errors
    ///
    /// [`Error::NotArrived`] if the change has not arrived.
    pub fn rewind(&self, index: u32, from: Option<&Checkpoint>) -> Result<ModelAt> {
        let journal = &self.journal;
        if index > journal.n_arrived() {
            return Err(Error::NotArrived {
                index,
                n_arrived: journal.n_arrived(),
            });
        }
        let from = from
            .filter(|checkpoint| {
                checkpoint.n_arrived <= index && checkpoint.n_events <= journal.events().len()
            })
            .unwrap_or(&self.origin);
        let mut online = from.online.clone();
        let mut standardiser = from.standardiser.clone();
        for event in &journal.events()[from.n_events..] {
            match *event {
                Event::Arrival { index: next, .. } if next == index => break,
                Event::Arrival { index: next, .. } => {
                    let raw = journal.raw_rows(next..next + 1)?;
                    standardiser.absorb(&from.derived.apply(&raw)?)?;
                }
                Event::Verification { index, label, .. } => {
                    let z = journal.prepared_row(index)?;
                    online.learn(&widened(&z), label);
                }
            }
        }
        let first = index.saturating_sub(Preparation::WINDOW as u32);
        let is_ranked = self.live.preparation().is_ranked();
        let recent = is_ranked
            .then(|| journal.raw_rows(first..index))
            .transpose()?;
        let recent = recent
            .as_ref()
            .map(|rows| rows.chunks_exact(journal.n_raw().max(1)));
        Ok(ModelAt {
            preparation: Preparation::resume(from.derived.clone(), standardiser, recent)?,
            online,
            refit: self.refits.at(index).cloned(),
        })
    }
}
