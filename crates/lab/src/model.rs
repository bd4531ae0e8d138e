//! What predicts, from what one run wrote down.

use crate::error::Result;
use crate::periodic::Periodic;
use crate::protocol::Run;
use risk_evaluate::{Dice, Event, by_size};
use risk_learn::{BayesLogistic, Classifier, Label, LabelFreeThreshold};

/// A model of a study.
///
/// All see the same prepared rows and the same labels at the same moments. The score above which a change is
/// flagged is for each the recent mean of its own scores ([`LabelFreeThreshold`]); for `la` see [`by_size`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Model {
    /// Ranks by lines added.
    La,
    /// Draws scores by a seed.
    Random,
    /// Logistic regression on the first 1,000 labels.
    Static,
    /// The same on the latest 1,000, every 500 labels.
    Batch,
    /// The model of git-risk: online, with what is known of changes everywhere.
    Online,
    /// The same from a prior that knows nothing.
    OnlineCold,
}

/// What a model said of a change at its arrival.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// By which changes are ranked: the higher, the riskier; in `0 ..= 1`.
    pub score: f64,
    /// What is told; a probability if the model [gives such](Model::gives_probabilities). It is the score, but for
    /// the model of git-risk, which corrects it.
    pub probability: f64,
    /// Whether the change was flagged.
    pub flagged: bool,
}

impl Prediction {
    /// A score that is told as it is.
    fn uncorrected(score: f64, flagged: bool) -> Self {
        Self {
            score,
            probability: score,
            flagged,
        }
    }
}

impl Model {
    /// All models, in the order of results.
    pub const ALL: [Self; 6] = [
        Self::La,
        Self::Random,
        Self::Static,
        Self::Batch,
        Self::Online,
        Self::OnlineCold,
    ];

    /// Its name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::La => "la",
            Self::Random => "random",
            Self::Static => "static",
            Self::Batch => "batch",
            Self::Online => "online",
            Self::OnlineCold => "online-cold",
        }
    }

    /// Whether its scores are probabilities, so that Brier score and calibration error make sense.
    #[must_use]
    pub fn gives_probabilities(self) -> bool {
        !matches!(self, Self::La | Self::Random)
    }

    /// What the model said of each change of a run; `None` while it could not say anything.
    ///
    /// # Errors
    ///
    /// [`Error::Evaluate`](crate::Error::Evaluate) if a row of the run cannot be had back.
    pub fn predictions(self, run: &Run, seed: u64) -> Result<Vec<Option<Prediction>>> {
        let records = run.journal().records();
        Ok(match self {
            Self::La => {
                let (scores, flags) = by_size(records.iter().map(|r| r.size));
                let judged = scores.into_iter().zip(flags);
                judged
                    .map(|(score, flagged)| Some(Prediction::uncorrected(score, flagged)))
                    .collect()
            }
            Self::Random => {
                let mut dice = Dice::new(seed);
                by_own_mean(records.iter().map(|_| Some(dice.roll())).collect())
            }
            Self::Static => by_own_mean(records.iter().map(|r| r.static_probability).collect()),
            Self::Batch => by_own_mean(followed(
                run,
                Learner::Periodic(Periodic::new(run.n_columns())),
            )?),
            Self::Online => records
                .iter()
                .map(|r| {
                    Some(Prediction {
                        score: r.score,
                        probability: r.probability,
                        flagged: r.flagged(),
                    })
                })
                .collect(),
            Self::OnlineCold => by_own_mean(followed(
                run,
                Learner::Online(BayesLogistic::new(run.n_columns())),
            )?),
        })
    }
}

/// A model beside those of the loop.
enum Learner {
    Periodic(Periodic),
    Online(BayesLogistic),
}

impl Learner {
    fn predict(&self, x: &[f64]) -> Option<f64> {
        match self {
            Self::Periodic(model) => model.predict(x),
            Self::Online(model) => Some(model.predict_proba_one(x)),
        }
    }

    fn learn(&mut self, x: &[f64], y: Label) {
        match self {
            Self::Periodic(model) => model.learn(x, y),
            Self::Online(model) => model.learn_one(x, y, 1.0),
        }
    }
}

/// What a learner says at each arrival of a run, learning at each verification as the run did.
fn followed(run: &Run, mut learner: Learner) -> Result<Vec<Option<f64>>> {
    let journal = run.journal();
    let mut said = Vec::with_capacity(journal.records().len());
    for event in journal.events() {
        let row = journal.prepared_row(event.index())?;
        let x: Vec<f64> = row.iter().map(|z| f64::from(*z)).collect();
        match event {
            Event::Arrival { .. } => said.push(learner.predict(&x)),
            Event::Verification { label, .. } => learner.learn(&x, *label),
        }
    }
    Ok(said)
}

/// Flags by the recent mean of the scores themselves; a score that is not there leaves no trace.
fn by_own_mean(scores: Vec<Option<f64>>) -> Vec<Option<Prediction>> {
    let mut threshold = LabelFreeThreshold::new();
    scores
        .into_iter()
        .map(|score| {
            let score = score?;
            let flagged = threshold.flags(score);
            threshold.absorb(score);
            Some(Prediction::uncorrected(score, flagged))
        })
        .collect()
}
