//! A batch model that is fitted anew now and then.

use crate::error::Result;
use linfa::ParamGuard;
use risk_learn::{Label, RidgeLogistic, RidgeLogisticParams, RidgeLogisticValidParams, SoftRows};

/// Labels of the rarer class that a fit needs, as those of the static model.
const N_RARER: usize = 20;

/// Strength of the penalty, that of the static model.
const PENALTY: f64 = 1.0;

/// Ridge logistic regression fitted anew to the latest labels: what a tool retrained by schedule would do.
///
/// The first fit is made at `window` labels, and one every `every` labels from then on. Where fewer than 20 of the
/// latest `window` are of the rarer class, it takes in earlier ones until there are as many, from all there were; if
/// there are not, the fit before stays.
///
/// - **Shape**: prepared rows of one fixed number of columns.
/// - **Units and range**: probability; `None` before the first fit.
/// - **Known at**: prediction at arrival, learning at verification.
#[derive(Clone, Debug)]
pub struct Periodic {
    params: RidgeLogisticValidParams,
    window: usize,
    every: usize,
    rows: Vec<f32>,
    targets: Vec<f64>,
    fitted: Option<RidgeLogistic>,
}

impl Periodic {
    /// A model for rows of `n_features` columns that has seen nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Learn`](crate::Error::Learn) never: the penalty is a good one.
    ///
    /// # Panics
    ///
    /// If `window` or `every` is 0.
    pub fn new(n_features: usize, window: usize, every: usize) -> Result<Self> {
        assert!(window > 0 && every > 0, "a fit is made of labels");
        Ok(Self {
            params: RidgeLogisticParams::new(n_features)
                .penalty(PENALTY)
                .check()?,
            window,
            every,
            rows: Vec::new(),
            targets: Vec::new(),
            fitted: None,
        })
    }

    /// `P(Defective)` of a row by the latest fit.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    #[must_use]
    pub fn predict(&self, x: &[f64]) -> Option<f64> {
        Some(self.fitted.as_ref()?.predict_proba_one(x))
    }

    /// Takes a label, and fits anew if it is time.
    ///
    /// # Errors
    ///
    /// [`Error::Learn`](crate::Error::Learn) if the rows have not the length the model was made for. A fit that finds
    /// no optimum leaves the one before.
    pub fn learn(&mut self, x: &[f64], y: Label) -> Result<()> {
        self.rows.extend(x.iter().map(|x| *x as f32));
        self.targets.push(y.outcome());
        let n = self.targets.len();
        if n < self.window || !(n - self.window).is_multiple_of(self.every) {
            return Ok(());
        }
        let Some(first) = self.first_of_fit() else {
            return Ok(());
        };
        let n_features = self.params.n_features();
        let weights = vec![1.0; n - first];
        let rows = &self.rows[first * n_features..];
        let rows = SoftRows::new(n_features, rows, &self.targets[first..], &weights)?;
        match self.params.fit(&rows, None) {
            Ok(fit) => self.fitted = Some(fit.model),
            Err(risk_learn::Error::NotConverged { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Number of the first label of a fit that is made now.
    fn first_of_fit(&self) -> Option<usize> {
        let n = self.targets.len();
        let mut counts = [0_usize; 2];
        for first in (0..n).rev() {
            counts[usize::from(self.targets[first] > 0.5)] += 1;
            if n - first >= self.window && counts[0].min(counts[1]) >= N_RARER {
                return Some(first);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk_learn::{Classifier, StaticLogistic};

    fn row(i: usize) -> [f64; 1] {
        [((i * 7) % 13) as f64 / 6.5 - 1.0]
    }

    fn label(i: usize, high: bool) -> Label {
        if (row(i)[0] > 0.0) == high {
            Label::Defective
        } else {
            Label::Clean
        }
    }

    #[test]
    fn the_first_fit_is_the_static_one_and_the_next_follows_what_changed() {
        let mut periodic = Periodic::new(1, 1_000, 500).unwrap();
        let mut fixed = StaticLogistic::new(1);
        for i in 0..1_000 {
            assert_eq!(periodic.predict(&[1.0]), None);
            periodic.learn(&row(i), label(i, true)).unwrap();
            fixed.learn_one(&row(i), label(i, true), 1.0);
        }
        let (a, b) = (
            periodic.predict(&[1.0]).unwrap(),
            fixed.predict(&[1.0]).unwrap(),
        );
        assert!((a - b).abs() < 1e-3 && a > 0.5, "{a} {b}");
        for i in 0..1_000 {
            periodic.learn(&row(i), label(i, false)).unwrap();
        }
        assert!(periodic.predict(&[1.0]).unwrap() < 0.5);
    }

    #[test]
    fn a_fit_reaches_back_for_the_rarer_class_and_else_waits() {
        let mut periodic = Periodic::new(1, 100, 50).unwrap();
        for i in 0..400 {
            let y = if i < 25 {
                Label::Defective
            } else {
                Label::Clean
            };
            periodic.learn(&row(i), y).unwrap();
            if i == 98 {
                assert_eq!(periodic.first_of_fit(), None);
            }
        }
        // The 20th defective one from the end is the sixth.
        assert_eq!(periodic.first_of_fit(), Some(5));
        let mut clean = Periodic::new(1, 100, 50).unwrap();
        for i in 0..400 {
            clean.learn(&row(i), Label::Clean).unwrap();
        }
        assert_eq!(clean.predict(&[1.0]), None);
    }
}
