//! Why a row has its log-odds, column by column.

use crate::classifier::logistic;
use serde::{Deserialize, Serialize};

/// What each column adds to the log-odds of a row.
///
/// `intercept + per_feature[0] + per_feature[1] + …`, summed in this order, is to the last bit the
/// log-odds whose logistic is the probability.
///
/// - Units and range: log-odds (natural logarithm); positive raises the probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contributions {
    /// Log-odds of a row of zeros, an average change.
    pub intercept: f64,
    /// Weight times value of each column.
    pub per_feature: Vec<f64>,
}

impl Contributions {
    /// The log-odds: the intercept, then each column in order.
    #[must_use]
    pub fn logit(&self) -> f64 {
        self.per_feature
            .iter()
            .fold(self.intercept, |sum, c| sum + c)
    }

    /// The probability these contributions amount to.
    #[must_use]
    pub fn probability(&self) -> f64 {
        logistic(self.logit())
    }
}
