//! Bayesian logistic regression, one label at a time.

mod batch;
#[cfg(test)]
mod tests;

use crate::classifier::{Classifier, Label, bounded, logistic, teaches};
use crate::contributions::Contributions;
use crate::error::{Error, Result};
use crate::preparation::Preparation;
use crate::prior::{INTERCEPT_VARIANCE, PRECISION, Prior};
use crate::symmetric::{Symmetric, dot};
use linfa::ParamGuard;
use serde::{Deserialize, Serialize};

/// Parameters of a [`BayesLogistic`], not yet checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BayesLogisticParams(BayesLogisticValidParams);

/// Parameters of a [`BayesLogistic`] that can be used without further checks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BayesLogisticValidParams {
    prior_variance: f64,
    /// Prior precision of the weights, if they have more than a variance.
    precision: Option<Symmetric>,
    intercept_variance: f64,
    /// Prior mean of the intercept and of each weight.
    prior_mean: Vec<f64>,
}

impl BayesLogisticParams {
    /// Parameters for rows of `n_features` columns that expect nothing of any column.
    ///
    /// Prior means are 0, so the probability is ½ before the first label. The prior variance is 1/30 for each
    /// weight (measured best among values around it on thirteen public projects) and 1/10 for the intercept:
    /// how often changes are defective differs more between projects than what makes them so. A still
    /// wider one follows the first labels too far: they come in bursts, fixes before silence.
    #[must_use]
    pub fn new(n_features: usize) -> Self {
        Self(BayesLogisticValidParams::new(n_features))
    }

    /// Parameters that expect what a prior says.
    #[must_use]
    pub fn prior(prior: &Prior) -> Self {
        let mut params = Self::new(prior.columns.len())
            .intercept_mean(prior.intercept_mean)
            .intercept_variance(prior.intercept_variance)
            .weight_means(prior.weight_means.clone());
        params.0.precision = Some(prior.precision.clone());
        params
    }

    /// Parameters for rows of a preparation that expect what is known of changes everywhere: [`Prior::size`].
    #[must_use]
    pub fn informed(preparation: &Preparation) -> Self {
        Self::prior(&Prior::size(preparation))
    }

    /// Prior mean of the intercept, the log-odds of an average change; finite.
    #[must_use]
    pub fn intercept_mean(mut self, mean: f64) -> Self {
        self.0.prior_mean[0] = mean;
        self
    }

    /// Prior mean of each weight; finite. The model is then for rows of this many columns.
    #[must_use]
    pub fn weight_means(mut self, means: Vec<f64>) -> Self {
        self.0.prior_mean.truncate(1);
        self.0.prior_mean.extend(means);
        self
    }

    /// Prior variance of each weight; positive and finite.
    #[must_use]
    pub fn prior_variance(mut self, variance: f64) -> Self {
        self.0.precision = None;
        self.0.prior_variance = variance;
        self
    }

    /// Prior variance of the intercept; positive and finite.
    #[must_use]
    pub fn intercept_variance(mut self, variance: f64) -> Self {
        self.0.intercept_variance = variance;
        self
    }
}

impl ParamGuard for BayesLogisticParams {
    type Checked = BayesLogisticValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&Self::Checked> {
        for (name, value) in [
            ("prior variance", self.0.prior_variance),
            ("intercept variance", self.0.intercept_variance),
        ] {
            if !teaches(value) {
                return Err(Error::Parameter {
                    name,
                    range: "a positive finite number",
                    value,
                });
            }
        }
        let n_weights = self.0.prior_mean.len() - 1;
        if let Some(precision) = &self.0.precision {
            if precision.n() != n_weights {
                return Err(Error::RowLength {
                    expected: n_weights,
                    found: precision.n(),
                });
            }
            if precision.inverse().is_none() {
                return Err(Error::Parameter {
                    name: "prior precision",
                    range: "positive definite",
                    value: f64::NAN,
                });
            }
        }
        match self.0.prior_mean.iter().find(|mean| !mean.is_finite()) {
            None => Ok(&self.0),
            Some(mean) => Err(Error::Parameter {
                name: "prior mean",
                range: "finite",
                value: *mean,
            }),
        }
    }

    fn check(self) -> Result<Self::Checked> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl BayesLogisticValidParams {
    fn new(n_features: usize) -> Self {
        Self {
            prior_variance: 1.0 / PRECISION,
            precision: None,
            intercept_variance: INTERCEPT_VARIANCE,
            prior_mean: vec![0.0; n_features + 1],
        }
    }

    /// A model that has seen nothing: its weights are the prior means.
    #[must_use]
    pub fn start(&self) -> BayesLogistic {
        let plain = || Symmetric::diagonal(&vec![self.prior_variance; self.prior_mean.len() - 1]);
        let weights = match &self.precision {
            Some(precision) => precision.inverse().unwrap_or_else(plain),
            None => plain(),
        };
        BayesLogistic {
            mean: self.prior_mean.clone(),
            covariance: weights.behind(self.intercept_variance),
            n_learned: 0,
        }
    }
}

/// Online Bayesian logistic regression with a full-covariance Gaussian posterior.
///
/// The weights `w` (with the intercept as first one, for a constant column 1) have the posterior
/// `N(m, C)`. A label `y ∈ {0, 1}` of row `x` with weight `ω` is absorbed by one step of an extended
/// Kalman filter: the logistic likelihood is linearised at the current mean,
///
/// `p = σ(m·x)`, `h = ω p (1 − p)`, `s = C x`, `v = x·s`,
/// `C ← C − h / (1 + h v) · s sᵀ`, `m ← m + ω (y − p) / (1 + h v) · s`.
///
/// The prediction is `σ(m·x)`, at the posterior mean. There is no forgetting and there are no class
/// weights: imbalance is a matter of the threshold, and class weights spoil calibration.
///
/// Use it as the model that is always up to date; it costs one symmetric matrix-vector product and one
/// rank-one update a label, O(d²), and needs no learning rate and no refit.
///
/// - **Shape**: `n_features` columns; the intercept is handled inside.
/// - **Units and range**: log-odds inside, probability outside; that of the prior means before the first
///   label. Columns count as at most ±10⁶, NaN as 0.
/// - **Known at**: prediction at arrival, learning at verification.
/// - **Source**: Bishop, *Pattern Recognition and Machine Learning*, 2006, section 4.5 (Gaussian
///   posterior of logistic regression); Penny and Roberts, *Dynamic logistic regression*, IJCNN 1999,
///   for the filter. **Deviation** from the latter: no state noise, so the posterior only narrows; and
///   the prediction is not moderated by the posterior's variance, which keeps it a plain sum of
///   [`Contributions`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BayesLogistic {
    /// Posterior mean: intercept, then one weight a column.
    mean: Vec<f64>,
    covariance: Symmetric,
    n_learned: u64,
}

impl BayesLogistic {
    /// A model of [`BayesLogisticParams::new`] that has seen nothing: probability ½ for every row.
    #[must_use]
    pub fn new(n_features: usize) -> Self {
        BayesLogisticValidParams::new(n_features).start()
    }

    /// A model of [`BayesLogisticParams::informed`] that has seen nothing.
    #[must_use]
    pub fn informed(preparation: &Preparation) -> Self {
        BayesLogisticParams::informed(preparation).0.start()
    }

    /// Number of columns of a row, without the intercept.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.mean.len() - 1
    }

    /// Number of labels learned so far.
    #[must_use]
    pub fn n_learned(&self) -> u64 {
        self.n_learned
    }

    /// Posterior mean of the intercept.
    #[must_use]
    pub fn intercept(&self) -> f64 {
        self.mean[0]
    }

    /// Posterior mean of the weight of each column.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.mean[1..]
    }

    /// Posterior covariance of two coefficients; 0 is the intercept, `i` the column `i − 1`.
    ///
    /// # Panics
    ///
    /// If a coefficient does not exist.
    #[must_use]
    pub fn covariance(&self, i: usize, j: usize) -> f64 {
        assert!(i.max(j) < self.covariance.n(), "the coefficient exists");
        self.covariance.get(i, j)
    }

    /// Variance of the log-odds of a row under the posterior: how unsure the model is about it.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    #[must_use]
    pub fn logit_variance(&self, x: &[f64]) -> f64 {
        let x = self.with_constant(x);
        dot(&x, &self.covariance.times(&x)).max(0.0)
    }

    /// What each column adds to the log-odds, exactly as used in the prediction.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    #[must_use]
    pub fn contributions(&self, x: &[f64]) -> Contributions {
        self.expect_length(x);
        Contributions {
            intercept: self.intercept(),
            per_feature: self
                .weights()
                .iter()
                .zip(x)
                .map(|(w, x)| w * bounded(*x))
                .collect(),
        }
    }

    /// The log-odds of a row, whose logistic is the probability.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    #[must_use]
    pub fn logit(&self, x: &[f64]) -> f64 {
        self.expect_length(x);
        self.weights()
            .iter()
            .zip(x)
            .fold(self.intercept(), |sum, (w, x)| sum + w * bounded(*x))
    }

    fn with_constant(&self, x: &[f64]) -> Vec<f64> {
        self.expect_length(x);
        std::iter::once(1.0)
            .chain(x.iter().map(|x| bounded(*x)))
            .collect()
    }

    fn expect_length(&self, x: &[f64]) {
        assert_eq!(
            x.len(),
            self.n_features(),
            "a row has the number of columns the model was made for"
        );
    }
}

impl Classifier for BayesLogistic {
    fn predict_proba_one(&self, x: &[f64]) -> f64 {
        logistic(self.logit(x))
    }

    fn learn_one(&mut self, x: &[f64], y: Label, weight: f64) {
        let with_constant = self.with_constant(x);
        if !teaches(weight) {
            return;
        }
        let p = logistic(self.logit(x));
        let curvature = weight * p * (1.0 - p);
        let s = self.covariance.times(&with_constant);
        // Rounding may push the variance of a direction known almost exactly below zero.
        let variance = dot(&with_constant, &s).max(0.0);
        let shrink = 1.0 / (1.0 + curvature * variance);
        let step = weight * (y.outcome() - p) * shrink;
        for (m, s) in self.mean.iter_mut().zip(&s) {
            *m += step * s;
        }
        self.covariance.downdate(&s, curvature * shrink);
        self.n_learned += 1;
    }
}
