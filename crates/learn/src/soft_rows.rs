//! Rows whose labels are not all known yet.

use crate::classifier::bounded;
use crate::error::{Error, Result};

/// Rows with soft labels and weights, lent to a batch fit.
///
/// A soft label is the probability that the change is defective, as far as its label is known: 1 after a
/// fix, 0 for a change that is certainly clean, and
/// [`LatencyCurve::defective_if_unfixed`](crate::LatencyCurve::defective_if_unfixed) in between. A weight says how
/// often a row counts; to forget, let it halve with every half-life of age.
///
/// - **Shape**: all rows have the same number of columns, one row after the other.
/// - **Units and range**: soft labels `0 ..= 1`; weights finite, at least 0. Columns count as at most ±10⁶,
///   NaN as 0, as in every model here.
#[derive(Clone, Copy, Debug)]
pub struct SoftRows<'a> {
    n_features: usize,
    rows: &'a [f32],
    targets: &'a [f64],
    weights: &'a [f64],
}

impl<'a> SoftRows<'a> {
    /// Rows of `n_features` columns with as many soft labels and weights as there are rows.
    ///
    /// # Errors
    ///
    /// [`Error::Lengths`] if numbers do not fit together, [`Error::Parameter`] for a soft label or a weight
    /// outside its range.
    pub fn new(
        n_features: usize,
        rows: &'a [f32],
        targets: &'a [f64],
        weights: &'a [f64],
    ) -> Result<Self> {
        let n_rows = targets.len();
        if rows.len() != n_rows * n_features || weights.len() != n_rows {
            return Err(Error::Lengths {
                n_values: rows.len(),
                n_features,
                n_targets: n_rows,
                n_weights: weights.len(),
            });
        }
        for (y, weight) in targets.iter().zip(weights) {
            check(*y, *weight)?;
        }
        Ok(Self {
            n_features,
            rows,
            targets,
            weights,
        })
    }

    /// Number of columns of a row.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.targets.len()
    }

    /// The soft label of each row.
    #[must_use]
    pub fn targets(&self) -> &'a [f64] {
        self.targets
    }

    /// The weight of each row.
    #[must_use]
    pub fn weights(&self) -> &'a [f64] {
        self.weights
    }

    /// The rows that have a weight, in order.
    pub(crate) fn counted(&self) -> impl Iterator<Item = usize> {
        (0..self.n_rows()).filter(|i| self.weights[*i] > 0.0)
    }

    /// One column of a row as the models use it.
    pub(crate) fn at(&self, i: usize, column: usize) -> f64 {
        bounded(f64::from(self.rows[i * self.n_features + column]))
    }

    /// Writes a row behind a constant 1, columns as the models use them.
    pub(crate) fn write(&self, i: usize, with_constant: &mut [f64]) {
        let row = &self.rows[i * self.n_features..(i + 1) * self.n_features];
        with_constant[0] = 1.0;
        for (value, x) in with_constant[1..].iter_mut().zip(row) {
            *value = bounded(f64::from(*x));
        }
    }
}

/// Refuses a soft label or a weight outside its range.
pub(crate) fn check(target: f64, weight: f64) -> Result<()> {
    if !(0.0..=1.0).contains(&target) {
        return Err(Error::Parameter {
            name: "soft label",
            range: "in 0 ..= 1",
            value: target,
        });
    }
    if !weight.is_finite() || weight < 0.0 {
        return Err(Error::Parameter {
            name: "weight",
            range: "a finite number of at least 0",
            value: weight,
        });
    }
    Ok(())
}

/// The weight of all defective and of all clean labels: `Σ ω y` and `Σ ω (1 − y)`.
pub(crate) fn class_weights(labels: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
    labels.fold((0.0, 0.0), |(defective, clean), (y, weight)| {
        (defective + weight * y, clean + weight * (1.0 - y))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_written_behind_a_constant_and_as_models_use_it() {
        let rows = [0.5, f32::NAN, f32::INFINITY, -2.0];
        let soft = SoftRows::new(2, &rows, &[0.0, 1.0], &[1.0, 0.0]).unwrap();
        let mut row = [9.0; 3];
        soft.write(0, &mut row);
        assert_eq!(row, [1.0, 0.5, 0.0]);
        soft.write(1, &mut row);
        assert_eq!(row, [1.0, 1e6, -2.0]);
        assert_eq!((soft.n_rows(), soft.n_features()), (2, 2));
    }

    #[test]
    fn numbers_that_do_not_fit_together_are_refused() {
        for (rows, targets, weights) in [(3, 2, 2), (4, 1, 2), (4, 2, 1), (0, 1, 1)] {
            let (rows, targets) = (vec![0.0; rows], vec![0.5; targets]);
            let error = SoftRows::new(2, &rows, &targets, &vec![1.0; weights]).unwrap_err();
            assert!(matches!(error, Error::Lengths { n_features: 2, .. }));
        }
        assert!(SoftRows::new(2, &[], &[], &[]).is_ok());
    }

    #[test]
    fn soft_labels_and_weights_outside_their_range_are_refused() {
        for y in [-1e-9, 1.0 + 1e-9, f64::NAN] {
            assert!(SoftRows::new(1, &[0.0], &[y], &[1.0]).is_err());
        }
        for weight in [-1.0, f64::NAN, f64::INFINITY] {
            let error = SoftRows::new(1, &[0.0], &[0.5], &[weight]).unwrap_err();
            assert!(error.to_string().contains("as weight"), "{error}");
        }
    }
}
