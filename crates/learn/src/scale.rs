//! Standardisation by what came before.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// Changes after which a value counts half.
const HALF_LIFE: f64 = 1_000.0;

/// Largest absolute standardised value.
const CLIP: f64 = 4.0;

/// Standardises each column by its exponentially weighted mean and variance so far.
///
/// With `β = 2^(−1/1000)` (half-life 1,000 changes), `Wₙ = β Wₙ₋₁ + 1` and values `x₁, x₂, …` of a column,
/// the mean is `Σ β^(n−i) xᵢ / Wₙ` and the variance `Σ β^(n−i) (xᵢ − mean)² / Wₙ`: recursions without a
/// start-up bias. A new value becomes `(x − mean) / √variance`, clipped at ±4.
///
/// Use it for a project whose habits drift: what is large is measured by the recent past, and one
/// enormous import does not squeeze everything after it.
///
/// - **Shape**: rows of one fixed number of columns.
/// - **Units and range**: standard deviations, `−4 ..= 4`; 0 for NaN, for a column never seen, and for the
///   usual value of a column that never varied (any other value is then ±4).
/// - **Known at**: arrival. [`transform`](Self::transform) sees only rows absorbed before; NaN is not
///   absorbed.
/// - **Source**: West, *Updating mean and variance estimates*, CACM 1979, with decaying weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standardiser {
    columns: Vec<Moments>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Moments {
    weight: f64,
    mean: f64,
    /// Weighted sum of squared deviations from the mean.
    squares: f64,
}

impl Standardiser {
    /// A standardiser of `n_columns` columns that has seen nothing.
    #[must_use]
    pub fn new(n_columns: usize) -> Self {
        Self {
            columns: vec![Moments::default(); n_columns],
        }
    }

    /// Number of columns.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// The row on the scale of the rows absorbed so far.
    ///
    /// # Errors
    ///
    /// [`Error::RowLength`] for a row of another length.
    pub fn transform(&self, row: &[f64]) -> Result<Vec<f64>> {
        self.check(row)?;
        Ok(self
            .columns
            .iter()
            .zip(row)
            .map(|(column, x)| column.standardise(*x))
            .collect())
    }

    /// Makes the row part of the past.
    ///
    /// # Errors
    ///
    /// [`Error::RowLength`] for a row of another length.
    pub fn absorb(&mut self, row: &[f64]) -> Result<()> {
        self.check(row)?;
        let keep = (-std::f64::consts::LN_2 / HALF_LIFE).exp();
        for (column, x) in self.columns.iter_mut().zip(row) {
            if x.is_finite() {
                column.absorb(*x, keep);
            }
        }
        Ok(())
    }

    fn check(&self, row: &[f64]) -> Result<()> {
        if row.len() == self.columns.len() {
            Ok(())
        } else {
            Err(Error::RowLength {
                expected: self.columns.len(),
                found: row.len(),
            })
        }
    }
}

impl Moments {
    fn standardise(&self, x: f64) -> f64 {
        if self.weight == 0.0 || x.is_nan() {
            return 0.0;
        }
        let deviation = x - self.mean;
        // A constant column keeps a mean that is off by rounding only.
        if deviation.abs() <= 1e-9 * self.mean.abs().max(1.0) {
            return 0.0;
        }
        let spread = (self.squares / self.weight).sqrt();
        (deviation / spread).clamp(-CLIP, CLIP)
    }

    fn absorb(&mut self, x: f64, keep: f64) {
        self.weight = keep * self.weight + 1.0;
        let deviation = x - self.mean;
        self.mean += deviation / self.weight;
        self.squares = keep * self.squares + deviation * (x - self.mean);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Mean and variance from their definitions.
    fn batch(values: &[f64]) -> (f64, f64) {
        let weights: Vec<f64> = (0..values.len())
            .rev()
            .map(|age| 0.5f64.powf(age as f64 / HALF_LIFE))
            .collect();
        let total: f64 = weights.iter().sum();
        let mean = values.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>() / total;
        let squares: f64 = values
            .iter()
            .zip(&weights)
            .map(|(x, w)| w * (x - mean).powi(2))
            .sum();
        (mean, squares / total)
    }

    proptest! {
        #[test]
        fn the_recursion_agrees_with_the_batch_formula(
            values in prop::collection::vec(-50.0..50.0f64, 2..400),
            x in -100.0..100.0f64,
        ) {
            let mut scale = Standardiser::new(1);
            for value in &values {
                scale.absorb(&[*value]).unwrap();
            }
            let (mean, variance) = batch(&values);
            let expected = ((x - mean) / variance.sqrt()).clamp(-CLIP, CLIP);
            let found = scale.transform(&[x]).unwrap()[0];
            prop_assert!((found - expected).abs() < 1e-6, "{} {}", found, expected);
        }

        #[test]
        fn every_row_stays_within_the_clip(
            rows in prop::collection::vec(prop::array::uniform2(prop::num::f64::ANY), 1..50),
        ) {
            let mut scale = Standardiser::new(2);
            for row in rows {
                let z = scale.transform(&row).unwrap();
                prop_assert!(z.iter().all(|z| z.abs() <= CLIP || row.iter().any(|x| x.abs() > 1e100)));
                scale.absorb(&row.map(|x| x.clamp(-1e100, 1e100))).unwrap();
            }
        }
    }

    #[test]
    fn the_first_row_is_average_and_a_constant_column_knows_no_spread() {
        let mut scale = Standardiser::new(2);
        assert_eq!(scale.transform(&[3.0, f64::NAN]).unwrap(), [0.0, 0.0]);
        for _ in 0..5_000 {
            scale.absorb(&[0.1, f64::NAN]).unwrap();
        }
        assert_eq!(scale.transform(&[0.1, 7.0]).unwrap(), [0.0, 0.0]);
        assert_eq!(scale.transform(&[0.2, 0.0]).unwrap(), [CLIP, 0.0]);
    }

    #[test]
    fn what_is_not_known_is_average_and_leaves_no_trace() {
        let mut scale = Standardiser::new(1);
        scale.absorb(&[1.0]).unwrap();
        scale.absorb(&[2.0]).unwrap();
        let before = scale.clone();
        scale.absorb(&[f64::NAN]).unwrap();
        assert_eq!(scale, before);
        assert_eq!(scale.transform(&[f64::NAN]).unwrap(), [0.0]);
    }

    #[test]
    fn a_value_counts_half_after_a_thousand_changes() {
        let mut scale = Standardiser::new(1);
        for x in std::iter::repeat_n(0.0, 20_000).chain(std::iter::repeat_n(1.0, 1_000)) {
            scale.absorb(&[x]).unwrap();
        }
        assert!((scale.columns[0].mean - 0.5).abs() < 1e-3);
    }

    #[test]
    fn rows_of_another_length_are_refused() {
        assert!(Standardiser::new(2).transform(&[1.0]).is_err());
        assert!(Standardiser::new(2).absorb(&[1.0]).is_err());
    }
}
