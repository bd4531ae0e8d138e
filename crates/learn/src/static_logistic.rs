//! A model fitted once: what a tool without updates would do.

use crate::classifier::{Classifier, Label, bounded, logistic, teaches};
use crate::error::Result;
use linfa::traits::Fit;
use linfa::{Dataset, ParamGuard};
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

/// Labels to collect before the fit.
const N_LABELS: usize = 1_000;

/// Labels of the rarer class that a fit needs.
const N_RARER: usize = 20;

/// Ridge logistic regression on the first 1,000 labels, never updated: a baseline.
///
/// Minimises `Σ ln(1 + e^(−yᵢ (b + w·xᵢ))) + ½ ‖w‖²` with `yᵢ = ±1` and a free intercept `b`, once, as soon
/// as there are 1,000 labels with 20 of each class. Every label counts, also the second one of a change
/// whose fix came after the waiting time.
///
/// Use it to show what updating is worth. It is no fallback: before the fit it predicts nothing.
///
/// - **Shape**: rows of one fixed number of columns, stored as `f32` until the fit (as prepared rows are).
/// - **Units and range**: probability; [`predict`](Self::predict) is `None` before the fit, and as
///   [`Classifier`] the model says ½ then.
/// - **Known at**: prediction at arrival, learning at verification.
/// - **Source**: the objective of scikit-learn's `LogisticRegression(C=1)`, fitted by `linfa-logistic`'s
///   L-BFGS. **Deviation**: weights of labels are ignored, as `linfa-logistic` has none. `linfa-logistic`
///   calls the *majority* class positive; the sign is set here by what that class is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaticLogistic {
    n_features: usize,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum State {
    Collecting {
        /// Rows, one after the other.
        rows: Vec<f32>,
        labels: Vec<Label>,
        /// Number of labels at which a fit is tried next.
        next_try: usize,
    },
    Fitted {
        intercept: f64,
        weights: Vec<f64>,
    },
}

impl StaticLogistic {
    /// A model for rows of `n_features` columns that has collected nothing.
    #[must_use]
    pub fn new(n_features: usize) -> Self {
        Self {
            n_features,
            state: State::Collecting {
                rows: Vec::new(),
                labels: Vec::new(),
                next_try: N_LABELS,
            },
        }
    }

    /// Number of columns of a row.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Whether the fit has been made.
    #[must_use]
    pub fn is_fitted(&self) -> bool {
        matches!(self.state, State::Fitted { .. })
    }

    /// Intercept and weights, once fitted.
    #[must_use]
    pub fn coefficients(&self) -> Option<(f64, &[f64])> {
        match &self.state {
            State::Collecting { .. } => None,
            State::Fitted { intercept, weights } => Some((*intercept, weights)),
        }
    }

    /// `P(Defective)` of a row, once fitted.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    #[must_use]
    pub fn predict(&self, x: &[f64]) -> Option<f64> {
        self.expect_length(x);
        let (intercept, weights) = self.coefficients()?;
        let logit = weights
            .iter()
            .zip(x)
            .fold(intercept, |sum, (w, x)| sum + w * bounded(*x));
        Some(logistic(logit))
    }

    fn expect_length(&self, x: &[f64]) {
        assert_eq!(
            x.len(),
            self.n_features,
            "a row has the number of columns the model was made for"
        );
    }
}

impl Classifier for StaticLogistic {
    fn predict_proba_one(&self, x: &[f64]) -> f64 {
        self.predict(x).unwrap_or(0.5)
    }

    fn learn_one(&mut self, x: &[f64], y: Label, weight: f64) {
        self.expect_length(x);
        if !teaches(weight) {
            return;
        }
        let State::Collecting {
            rows,
            labels,
            next_try,
        } = &mut self.state
        else {
            return;
        };
        rows.extend(x.iter().map(|x| bounded(*x) as f32));
        labels.push(y);
        let n_defective = labels.iter().filter(|y| y.is_defective()).count();
        if labels.len() < *next_try || n_defective.min(labels.len() - n_defective) < N_RARER {
            return;
        }
        match fit(self.n_features, rows, labels) {
            Ok((intercept, weights)) => self.state = State::Fitted { intercept, weights },
            // The line search found no way down; more labels give it another landscape.
            Err(_) => *next_try = labels.len() + N_LABELS / 10,
        }
    }
}

/// Intercept and weights of `P(Defective)`.
fn fit(n_features: usize, rows: &[f32], labels: &[Label]) -> Result<(f64, Vec<f64>)> {
    let values = rows.iter().map(|x| f64::from(*x)).collect();
    let records = Array2::from_shape_vec((labels.len(), n_features), values)
        .map_err(linfa::Error::NdShape)?;
    let targets = Array1::from_vec(labels.to_vec());
    let fitted = LogisticRegression::default()
        .alpha(1.0)
        .max_iterations(1_000)
        .gradient_tolerance(1e-4)
        .check()?
        .fit(&Dataset::new(records, targets))?;
    // linfa-logistic models the majority class, whichever that is.
    let sign = if fitted.labels().pos.class.is_defective() {
        1.0
    } else {
        -1.0
    };
    let intercept = sign * fitted.intercept();
    let weights: Vec<f64> = fitted.params().iter().map(|w| sign * w).collect();
    let all_finite = intercept.is_finite() && weights.iter().all(|w| w.is_finite());
    if all_finite {
        Ok((intercept, weights))
    } else {
        Err(linfa_logistic::error::Error::InvalidValues.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(i: usize) -> [f64; 2] {
        [
            ((i * 7) % 13) as f64 / 6.5 - 1.0,
            ((i * 5) % 11) as f64 / 5.5 - 1.0,
        ]
    }

    /// About `1 / every` of the rows are defective, those with a large first column.
    fn label(i: usize, every: usize) -> Label {
        if (i * 7) % 13 > 6 && i.is_multiple_of(every) {
            Label::Defective
        } else {
            Label::Clean
        }
    }

    #[test]
    fn it_predicts_nothing_before_a_thousand_labels_and_is_frozen_after() {
        let mut model = StaticLogistic::new(2);
        for i in 0..999 {
            model.learn_one(&row(i), label(i, 2), 1.0);
        }
        assert_eq!(model.predict(&row(3)), None);
        model.learn_one(&row(999), label(999, 2), 1.0);
        let frozen = model.clone();
        assert!(model.is_fitted());
        model.learn_one(&row(3), Label::Defective, 1.0);
        assert_eq!(model, frozen);
    }

    #[test]
    fn the_probability_is_that_of_defective_whichever_class_is_larger() {
        for flip in [false, true] {
            let mut model = StaticLogistic::new(2);
            for i in 0..1_000 {
                let defective = label(i, 3).is_defective() != flip;
                let y = if defective {
                    Label::Defective
                } else {
                    Label::Clean
                };
                model.learn_one(&row(i), y, 1.0);
            }
            let (low, high) = (model.predict(&[-1.0, 0.0]), model.predict(&[1.0, 0.0]));
            assert_eq!(high > low, !flip);
        }
    }

    #[test]
    fn it_goes_on_collecting_until_both_classes_have_twenty_labels() {
        let mut model = StaticLogistic::new(2);
        for i in 0..1_500 {
            model.learn_one(&row(i), Label::Clean, 1.0);
        }
        for i in 0..20 {
            assert!(!model.is_fitted());
            model.learn_one(&row(i), Label::Defective, 1.0);
        }
        assert!(model.is_fitted());
    }
}
