//! All that scores a change at some moment.

use crate::error::Result;
use crate::ranking::Ranking;
use crate::refit::Refit;
use linfa::ParamGuard;
use risk_learn::{
    BayesLogistic, BayesLogisticParams, Blend, Calibration, Classifier, Contributions, Label,
    Preparation, Prior,
};
use serde::{Deserialize, Serialize};

/// The models that learn with every label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Online {
    pub(crate) model: BayesLogistic,
    /// Of the size columns alone, for when changes are ranked by size.
    pub(crate) size_model: BayesLogistic,
    /// Places of the size columns.
    size_columns: Vec<usize>,
}

impl Online {
    /// Models that have seen nothing.
    pub(crate) fn start(preparation: &Preparation, prior: &Prior) -> Result<Self> {
        prior.check_columns(preparation)?;
        let names = preparation.names();
        let is_size = |column: &usize| names[*column].ends_with(" log(la)");
        let size_columns: Vec<usize> = (0..names.len()).filter(is_size).collect();
        let size = Prior::size(preparation);
        let means = size_columns
            .iter()
            .map(|c| size.weight_means()[*c])
            .collect();
        let size_params = BayesLogisticParams::new(size_columns.len())
            .intercept_mean(size.intercept().0)
            .weight_means(means);
        Ok(Self {
            model: BayesLogisticParams::prior(prior).check()?.start(),
            size_model: size_params.check()?.start(),
            size_columns,
        })
    }

    /// The model of all columns.
    #[must_use]
    pub fn model(&self) -> &BayesLogistic {
        &self.model
    }

    pub(crate) fn learn(&mut self, x: &[f64], label: Label) {
        self.model.learn_one(x, label, 1.0);
        self.size_model.learn_one(&self.size_of(x), label, 1.0);
    }

    fn size_of(&self, x: &[f64]) -> Vec<f64> {
        self.size_columns.iter().map(|column| x[*column]).collect()
    }
}

/// What is said about a prepared row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    /// By the blend of online and batch model, before any correction.
    pub(crate) score: f64,
    /// What is told.
    pub(crate) probability: f64,
    /// To the last bit the log-odds of the probability.
    pub(crate) contributions: Contributions,
    pub(crate) ranking: Ranking,
}

/// What the models of a moment say about a prepared row.
pub(crate) fn say(online: &Online, refit: Option<&Refit>, x: &[f64]) -> Result<Said> {
    let batch = refit.and_then(Refit::batch);
    let raw = Blend::new(&online.model, batch)?.contributions(x);
    let score = raw.probability();
    let ranking = refit.map(Refit::ranking).unwrap_or_default();
    let contributions = match ranking {
        Ranking::Model => {
            let calibration = refit.map_or_else(Calibration::identity, Refit::calibration);
            calibration.contributions(&raw)
        }
        Ranking::Size => {
            let of_size = online.size_model.contributions(&online.size_of(x));
            let mut per_feature = vec![0.0; x.len()];
            for (column, part) in online.size_columns.iter().zip(of_size.per_feature) {
                per_feature[*column] = part;
            }
            Contributions {
                intercept: of_size.intercept,
                per_feature,
            }
        }
    };
    Ok(Said {
        score,
        probability: contributions.probability(),
        contributions,
        ranking,
    })
}
