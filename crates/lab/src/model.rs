//! What predicts, from what one run wrote down.

use crate::error::Result;
use crate::learner::{Learner, frozen, labelled};
use crate::periodic::Periodic;
use crate::protocol::Run;
use crate::refitted::refitted;
use risk_evaluate::{Dice, by_size};
use risk_learn::{BayesLogistic, LabelFreeThreshold};
use serde::Serialize;

/// A model of a study, with the name that results give it.
///
/// All see the same rows and the same labels at the same moments. The score above which a change is flagged is for
/// each the recent mean of its own scores ([`LabelFreeThreshold`]); for `la` see [`by_size`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Its name in results, which no other model of the study has.
    pub name: String,
    /// How it learns.
    pub kind: Kind,
}

/// How a model learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Kind {
    /// Ranks by lines added.
    La,
    /// Draws scores by the seed.
    Random,
    /// What git-risk itself says: the probabilities of the loop that trains it.
    GitRisk,
    /// Ridge logistic regression fitted once to the first 1,000 labels, and never again.
    Static {
        /// Whether the scales of its rows stand still with it.
        scales: Scales,
    },
    /// The same, fitted anew to the latest labels by schedule, as a tool that is retrained now and then.
    Batch {
        /// Labels that a fit is made of.
        window: usize,
        /// Labels between two fits.
        every: usize,
    },
    /// [Splines, boosted and extra trees](risk_learn::SplinesAndTrees), fitted anew by schedule to all labels so far.
    SplinesAndTrees {
        /// Labels between two fits; the first waits for 1,000.
        every: usize,
    },
    /// Bayesian logistic regression, updated at every label.
    Online {
        /// What it knows before the first.
        prior: Prior,
        /// Labels after which it learns no more; `None` goes on to the end.
        stop: Option<usize>,
    },
}

/// Which changes the rows of a model are scaled by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scales {
    /// The latest ones, up to the change itself, as for all other models: no label is needed.
    Running,
    /// Those before the fit: what a model that is deployed as a file does.
    Frozen,
}

/// What a model knows before its first label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prior {
    /// Nothing.
    None,
    /// What is known of changes everywhere ([`BayesLogistic::informed`]).
    Informed,
}

/// What a model said of a change at its arrival.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// By which changes are ranked: the higher, the riskier; in `0 ..= 1`.
    pub score: f64,
    /// What is told; a probability if the model [gives such](Model::gives_probabilities). It is the score, but for
    /// git-risk, which corrects it.
    pub probability: f64,
    /// Whether the change was flagged.
    pub flagged: bool,
}

impl Model {
    /// The models that a study has if it does not say which, in the order of results.
    #[must_use]
    pub fn usual() -> Vec<Self> {
        USUAL.iter().map(Self::named).collect()
    }

    /// All models that can be asked for by name: the usual ones, then those that are too slow to be of every study.
    #[must_use]
    pub fn known() -> Vec<Self> {
        USUAL.iter().chain(&SLOW).map(Self::named).collect()
    }

    /// The [known](Model::known) model of a name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::known().into_iter().find(|model| model.name == name)
    }

    fn named((name, kind): &(&str, Kind)) -> Self {
        Self {
            name: (*name).to_owned(),
            kind: *kind,
        }
    }

    /// Whether its scores are probabilities, so that Brier score and calibration error make sense.
    #[must_use]
    pub fn gives_probabilities(&self) -> bool {
        !matches!(self.kind, Kind::La | Kind::Random)
    }

    /// What the model said of each change of a run; `None` while it could not say anything.
    ///
    /// # Errors
    ///
    /// [`Error::Evaluate`](crate::Error::Evaluate) if a row of the run cannot be had back,
    /// [`Error::Learn`](crate::Error::Learn) if the model refuses its rows.
    pub fn predictions(&self, run: &Run, seed: u64) -> Result<Vec<Option<Prediction>>> {
        let records = run.journal().records();
        let n_columns = run.n_columns();
        Ok(match self.kind {
            Kind::La => {
                let (scores, flags) = by_size(records.iter().map(|r| r.size));
                let all = scores.into_iter().zip(flags);
                all.map(|it| Some(said(it))).collect()
            }
            Kind::Random => {
                let mut dice = Dice::new(seed);
                by_own_mean(records.iter().map(|_| Some(dice.roll())).collect())
            }
            Kind::GitRisk => {
                let all = records.iter().map(|r| Prediction {
                    score: r.score,
                    probability: r.probability,
                    flagged: r.flagged(),
                });
                all.map(Some).collect()
            }
            Kind::Static {
                scales: Scales::Running,
            } => by_own_mean(records.iter().map(|r| r.static_probability).collect()),
            Kind::Static {
                scales: Scales::Frozen,
            } => by_own_mean(frozen(run)?),
            Kind::Batch { window, every } => {
                let model = Periodic::new(n_columns, window, every)?;
                by_own_mean(labelled(run, Learner::Periodic(model))?)
            }
            Kind::SplinesAndTrees { every } => by_own_mean(refitted(run, every)?),
            Kind::Online { prior, stop } => {
                let model = match prior {
                    Prior::None => BayesLogistic::new(n_columns),
                    Prior::Informed => BayesLogistic::informed(run.preparation()),
                };
                let left = stop.unwrap_or(usize::MAX);
                by_own_mean(labelled(run, Learner::Online { model, left })?)
            }
        })
    }
}

/// The usual models and their names.
const USUAL: [(&str, Kind); 9] = [
    ("la", Kind::La),
    ("random", Kind::Random),
    (
        "static",
        Kind::Static {
            scales: Scales::Running,
        },
    ),
    (
        "static-frozen",
        Kind::Static {
            scales: Scales::Frozen,
        },
    ),
    (
        "batch",
        Kind::Batch {
            window: 1_000,
            every: 500,
        },
    ),
    (
        "online-cold",
        Kind::Online {
            prior: Prior::None,
            stop: None,
        },
    ),
    (
        "online-stopped",
        Kind::Online {
            prior: Prior::Informed,
            stop: Some(1_000),
        },
    ),
    (
        "online",
        Kind::Online {
            prior: Prior::Informed,
            stop: None,
        },
    ),
    ("git-risk", Kind::GitRisk),
];

/// Models that a study has only if it asks for them, and their names.
const SLOW: [(&str, Kind); 1] = [("splines-trees", Kind::SplinesAndTrees { every: 2_000 })];

/// A score that is told as it is.
fn said((score, flagged): (f64, bool)) -> Prediction {
    Prediction {
        score,
        probability: score,
        flagged,
    }
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
            Some(said((score, flagged)))
        })
        .collect()
}
