//! A batch model for labels that are known in part.

#[cfg(test)]
mod tests;

use crate::classifier::{bounded, logistic, teaches};
use crate::contributions::Contributions;
use crate::error::{Error, Result};
use crate::newton::Problem;
use crate::preparation::Preparation;
use crate::prior::{PRECISION, Prior};
use crate::soft_rows::{SoftRows, class_weights};
use crate::symmetric::Symmetric;
use linfa::ParamGuard;
use serde::{Deserialize, Serialize};

/// Share of the weight that each class must have for an intercept to exist.
///
/// Below it the intercept would be beyond ±27, where probabilities are all 0 or all 1.
const SMALLEST_SHARE: f64 = 1e-12;

/// Parameters of a [`RidgeLogistic`], not yet checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RidgeLogisticParams(RidgeLogisticValidParams);

/// Parameters of a [`RidgeLogistic`] that can be used without further checks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RidgeLogisticValidParams {
    penalty: f64,
    /// Precision of the weights, if they are not drawn with one penalty each.
    precision: Option<Symmetric>,
    weight_means: Vec<f64>,
    max_steps: u32,
}

impl RidgeLogisticParams {
    /// Parameters for rows of `n_features` columns that draw every weight towards 0.
    ///
    /// The penalty is 30, the inverse of the prior variance of [`BayesLogistic`](crate::BayesLogistic): the
    /// two models then have the same prior on their weights, and differ in what they learn from. Penalties of
    /// 10 to 100, and half-lives of the weights from a year to none, differ by .002 in AUC on four public
    /// projects. A fit may take 50 steps; it takes about four, from the last fit two or three.
    #[must_use]
    pub fn new(n_features: usize) -> Self {
        Self(RidgeLogisticValidParams {
            penalty: PRECISION,
            precision: None,
            weight_means: vec![0.0; n_features],
            max_steps: 50,
        })
    }

    /// Parameters that draw the weights to where a prior expects them, as strongly as it does.
    ///
    /// What it says of the intercept is left out: that is free.
    #[must_use]
    pub fn prior(prior: &Prior) -> Self {
        let mut params = Self::new(prior.columns.len()).weight_means(prior.weight_means.clone());
        params.0.precision = Some(prior.precision.clone());
        params
    }

    /// Parameters for rows of a preparation that draw weights towards what is known of changes everywhere:
    /// [`Prior::size`].
    #[must_use]
    pub fn informed(preparation: &Preparation) -> Self {
        Self::prior(&Prior::size(preparation))
    }

    /// Strength `λ` of the penalty; positive and finite.
    #[must_use]
    pub fn penalty(mut self, penalty: f64) -> Self {
        self.0.precision = None;
        self.0.penalty = penalty;
        self
    }

    /// What the penalty draws each weight towards; finite. The model is then for rows of this many columns.
    #[must_use]
    pub fn weight_means(mut self, means: Vec<f64>) -> Self {
        self.0.weight_means = means;
        self
    }

    /// Steps after which a fit is given up.
    #[must_use]
    pub fn max_steps(mut self, max_steps: u32) -> Self {
        self.0.max_steps = max_steps;
        self
    }
}

impl ParamGuard for RidgeLogisticParams {
    type Checked = RidgeLogisticValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&Self::Checked> {
        if !teaches(self.0.penalty) {
            return Err(Error::Parameter {
                name: "penalty",
                range: "a positive finite number",
                value: self.0.penalty,
            });
        }
        if let Some(precision) = &self.0.precision
            && precision.n() != self.0.weight_means.len()
        {
            return Err(Error::RowLength {
                expected: self.0.weight_means.len(),
                found: precision.n(),
            });
        }
        match self.0.weight_means.iter().find(|mean| !mean.is_finite()) {
            None => Ok(&self.0),
            Some(mean) => Err(Error::Parameter {
                name: "weight mean",
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

impl RidgeLogisticValidParams {
    /// Number of columns of a row, without the intercept.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.weight_means.len()
    }

    fn precision(&self) -> Symmetric {
        match &self.precision {
            Some(precision) => precision.clone(),
            None => Symmetric::diagonal(&vec![self.penalty; self.n_features()]),
        }
    }

    /// The model that fits the rows best, sought from the last fit on if there is one.
    ///
    /// The optimum is one and the same wherever the search begins; a start from the last fit only saves steps.
    /// A model is the same to the bit for the same rows in the same order from the same start.
    ///
    /// # Errors
    ///
    /// [`Error::RowLength`] for rows, or a last fit, of another number of columns; [`Error::NoRows`] if no row
    /// has a positive weight; [`Error::OneClass`] if labels are all clean or all defective; and
    /// [`Error::NotConverged`] if the optimum was not reached. The last fit is then still a model to go on with.
    pub fn fit(&self, rows: &SoftRows<'_>, last: Option<&RidgeLogistic>) -> Result<RidgeFit> {
        for found in [Some(rows.n_features()), last.map(RidgeLogistic::n_features)] {
            if let Some(found) = found.filter(|found| *found != self.n_features()) {
                return Err(Error::RowLength {
                    expected: self.n_features(),
                    found,
                });
            }
        }
        let labels = rows.targets().iter().zip(rows.weights());
        let (defective, clean) = class_weights(labels.map(|(y, weight)| (*y, *weight)));
        let total = defective + clean;
        if !teaches(total) {
            return Err(Error::NoRows);
        }
        if defective.min(clean) < SMALLEST_SHARE * total {
            return Err(Error::OneClass { defective, clean });
        }
        let start = match last {
            Some(model) => with_intercept(model.intercept, &model.weights),
            None => with_intercept((defective / clean).ln(), &self.weight_means),
        };
        let minimum = Problem {
            row: |i, row: &mut [f64]| rows.write(i, row),
            offsets: &[],
            targets: rows.targets(),
            weights: rows.weights(),
            centre: &with_intercept(0.0, &self.weight_means),
            precision: &self.precision().behind(0.0),
        }
        .minimise(&start, self.max_steps)?;
        Ok(RidgeFit {
            model: RidgeLogistic {
                intercept: minimum.coefficients[0],
                weights: minimum.coefficients[1..].to_vec(),
            },
            n_steps: minimum.n_steps,
            gradient: minimum.gradient,
        })
    }
}

fn with_intercept(intercept: f64, others: &[f64]) -> Vec<f64> {
    std::iter::once(intercept)
        .chain(others.iter().copied())
        .collect()
}

/// A [`RidgeLogistic`] and how it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct RidgeFit {
    /// The fitted model.
    pub model: RidgeLogistic,
    /// Newton steps made; 0 if the last fit is still the optimum.
    pub n_steps: u32,
    /// Largest absolute entry of the gradient at the end, divided by the sum of the weights; at most 10⁻⁸.
    pub gradient: f64,
}

/// Ridge logistic regression on soft labels, fitted to all rows at once.
///
/// Minimises over the intercept `b` and the weights `w`
///
/// `Σᵢ ωᵢ (ln(1 + e^ηᵢ) − yᵢ ηᵢ) + ½ (w − m)ᵀ K (w − m)`, `ηᵢ = b + w·xᵢ`,
///
/// with soft labels `yᵢ ∈ [0, 1]`, weights `ωᵢ ≥ 0`, means `m` (0 unless given) and a precision `K`: that of a
/// [`Prior`], or `λ` on the diagonal; the intercept is free. Newton's method (iteratively reweighted least squares) with a Cholesky solution of
/// each step and backtracking. A fit of `n` rows of `d` columns costs O(n d²) for each of a few steps.
///
/// Use it beside the online model, refitted from time to time: it can change its mind about a change whose
/// label grows more certain with age, and can forget, which the online model cannot. [`Blend`](crate::Blend)
/// averages the two. What the silence of a change means is the harder part; see
/// [`LatencyCurve::defective_if_unfixed`](crate::LatencyCurve::defective_if_unfixed).
///
/// - **Shape**: rows of one fixed number of columns; the intercept is handled inside.
/// - **Units and range**: log-odds inside, probability outside. Columns count as at most ±10⁶, NaN as 0.
/// - **Known at**: prediction at arrival; a fit uses what is known of all labels at the time of the fit.
/// - **Source**: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2009, sections 4.4
///   and 18.4; the objective is that of scikit-learn's `LogisticRegression(C=1/λ)` given each row twice,
///   with weights `ω y` and `ω (1 − y)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RidgeLogistic {
    intercept: f64,
    weights: Vec<f64>,
}

impl RidgeLogistic {
    /// Number of columns of a row, without the intercept.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.weights.len()
    }

    /// The intercept, the log-odds of a row of zeros.
    #[must_use]
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// The weight of each column.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The log-odds of a row.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    #[must_use]
    pub fn logit(&self, x: &[f64]) -> f64 {
        self.expect_length(x);
        self.weights
            .iter()
            .zip(x)
            .fold(self.intercept, |sum, (w, x)| sum + w * bounded(*x))
    }

    /// `P(Defective)` of a row.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    #[must_use]
    pub fn predict_proba_one(&self, x: &[f64]) -> f64 {
        logistic(self.logit(x))
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
            intercept: self.intercept,
            per_feature: self
                .weights
                .iter()
                .zip(x)
                .map(|(w, x)| w * bounded(*x))
                .collect(),
        }
    }

    fn expect_length(&self, x: &[f64]) {
        assert_eq!(
            x.len(),
            self.n_features(),
            "a row has the number of columns the model was made for"
        );
    }
}
