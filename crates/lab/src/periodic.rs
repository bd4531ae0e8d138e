//! A batch model that is fitted anew now and then.

use risk_learn::{Classifier, Label, StaticLogistic};
use std::collections::VecDeque;

/// Labels between two fits.
const EVERY: usize = 500;

/// Labels a first fit waits for.
const LEAST: usize = 1_000;

/// Labels that are remembered.
const REMEMBERED: usize = 5_000;

/// [`StaticLogistic`] fitted anew every 500 labels on the latest 1,000: what a tool retrained by schedule would do.
///
/// Labels are given to a fresh model from the latest one backwards until it is fitted: after 1,000 labels, or
/// more where fewer than 20 of these are of the rarer class (at most 5,000; the earlier fit stays if these do not do).
///
/// - **Shape**: prepared rows of one fixed number of columns.
/// - **Units and range**: probability; `None` before the first fit.
/// - **Known at**: prediction at arrival, learning at verification.
#[derive(Clone, Debug)]
pub struct Periodic {
    n_features: usize,
    latest: VecDeque<(Vec<f64>, Label)>,
    n_labels: usize,
    fitted: Option<StaticLogistic>,
}

impl Periodic {
    /// A model for rows of `n_features` columns that has seen nothing.
    #[must_use]
    pub fn new(n_features: usize) -> Self {
        Self {
            n_features,
            latest: VecDeque::new(),
            n_labels: 0,
            fitted: None,
        }
    }

    /// `P(Defective)` of a row by the latest fit.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    #[must_use]
    pub fn predict(&self, x: &[f64]) -> Option<f64> {
        self.fitted.as_ref()?.predict(x)
    }

    /// Takes a label, and fits anew if it is time.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    pub fn learn(&mut self, x: &[f64], y: Label) {
        self.latest.push_front((x.to_vec(), y));
        self.latest.truncate(REMEMBERED);
        self.n_labels += 1;
        if self.n_labels < LEAST || !(self.n_labels - LEAST).is_multiple_of(EVERY) {
            return;
        }
        let mut model = StaticLogistic::new(self.n_features);
        for (x, y) in &self.latest {
            model.learn_one(x, *y, 1.0);
            if model.is_fitted() {
                self.fitted = Some(model);
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fit_is_the_static_one_and_the_next_follows_what_changed() {
        let row = |i: usize| [((i * 7) % 13) as f64 / 6.5 - 1.0];
        let label = |i: usize, high: bool| {
            if (row(i)[0] > 0.0) == high {
                Label::Defective
            } else {
                Label::Clean
            }
        };
        let (mut periodic, mut fixed) = (Periodic::new(1), StaticLogistic::new(1));
        for i in 0..1_000 {
            assert_eq!(periodic.predict(&[1.0]), None);
            periodic.learn(&row(i), label(i, true));
            fixed.learn_one(&row(i), label(i, true), 1.0);
        }
        let (a, b) = (
            periodic.predict(&[1.0]).unwrap(),
            fixed.predict(&[1.0]).unwrap(),
        );
        assert!((a - b).abs() < 1e-3 && a > 0.5, "{a} {b}");
        for i in 0..1_000 {
            periodic.learn(&row(i), label(i, false));
        }
        assert!(periodic.predict(&[1.0]).unwrap() < 0.5);
    }
}
