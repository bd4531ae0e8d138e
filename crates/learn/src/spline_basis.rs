//! Bends and products of columns, for a linear model.

use crate::classifier::bounded;
use crate::error::{Error, Result};
use crate::soft_rows::SoftRows;
use serde::{Deserialize, Serialize};

/// Parts of the rows that lie below the knots of a column.
const KNOTS: [f64; 3] = [0.5, 0.75, 0.9];

/// Largest absolute value of a column of the basis, in standard deviations.
const CLIP: f64 = 6.0;

/// Variance of a product: a ridge penalty on its weight then counts three times.
///
/// Products are many, and few of them matter.
const PRODUCT_VARIANCE: f64 = 1.0 / 3.0;

/// Extends a row by hinges and by pair products, so that a linear model can bend and see columns together.
///
/// For every column `x` of the rows it has `x` itself and the hinges `max(x − k, 0)`, with knots `k` at the median
/// and the percentiles 75 and 90 of the rows it was fitted to: a piecewise linear function that is most flexible
/// where changes are large. For the paired columns, standardised to `u`, it also has all products `uᵢ uⱼ`, `i ≤ j`.
/// Each column of the basis is standardised by its weighted mean and variance over the rows and clipped at ±6; a
/// column without variance is 0. Products are then given the variance 1/3, so that a
/// [`RidgeLogistic`](crate::RidgeLogistic) on the basis holds them back three times as much: they are many.
///
/// - **Shape**: `c` columns, of which `p` are paired, become `4 c + p (p + 1) / 2`: all columns, the hinges at each
///   knot, then the products.
/// - **Units and range**: standard deviations in `±6`; products in `±6/√3`.
/// - **Known at**: whatever the columns are known at; knots and scales at the time of the fit.
/// - **Source**: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2009, sections 5.2
///   (piecewise linear basis) and 9.4 (hinges and their products). **Deviation**: knots are fixed by percentiles, and
///   products are those of columns, not of hinges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplineBasis {
    n_features: usize,
    paired: Vec<usize>,
    /// Knots of each column, `KNOTS.len()` after one another.
    knots: Vec<f64>,
    /// Scales of the paired columns.
    units: Vec<Scale>,
    /// Scales of the columns of the basis.
    scales: Vec<Scale>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Scale {
    mean: f64,
    /// 0 for a column without variance.
    per_deviation: f64,
}

impl SplineBasis {
    /// The basis for rows like these, with products of the columns `paired`.
    ///
    /// # Errors
    ///
    /// [`Error::NoRows`] if no row has a positive weight.
    ///
    /// # Panics
    ///
    /// If there is no such column as one of those paired.
    pub fn fit(rows: &SoftRows<'_>, paired: Vec<usize>) -> Result<Self> {
        let n_features = rows.n_features();
        assert!(
            paired.iter().all(|column| *column < n_features),
            "the paired columns exist"
        );
        if rows.counted().next().is_none() {
            return Err(Error::NoRows);
        }
        let mut knots = Vec::with_capacity(n_features * KNOTS.len());
        for column in 0..n_features {
            let mut values: Vec<f64> = rows.counted().map(|i| rows.at(i, column)).collect();
            values.sort_by(f64::total_cmp);
            knots.extend(KNOTS.map(|part| quantile(&values, part)));
        }
        let mut basis = Self {
            n_features,
            paired,
            knots,
            units: Vec::new(),
            scales: Vec::new(),
        };
        let mut row = vec![0.0; n_features];
        basis.units = scales(rows, basis.paired.len(), |i, unscaled| {
            for (value, column) in unscaled.iter_mut().zip(&basis.paired) {
                *value = rows.at(i, *column);
            }
        });
        basis.scales = scales(rows, basis.n_columns(), |i, unscaled| {
            for (column, value) in row.iter_mut().enumerate() {
                *value = rows.at(i, column);
            }
            basis.write(&row, unscaled);
        });
        Ok(basis)
    }

    /// Number of columns of a row before.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Number of columns that are no products: the columns themselves and their hinges.
    #[must_use]
    pub fn n_bends(&self) -> usize {
        (1 + KNOTS.len()) * self.n_features
    }

    /// Number of columns of the basis.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        self.n_bends() + self.paired.len() * (self.paired.len() + 1) / 2
    }

    /// The row on the basis, rounded to `f32` as stored rows are.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    #[must_use]
    pub fn expand(&self, row: &[f64]) -> Vec<f32> {
        let row: Vec<f64> = row.iter().map(|x| bounded(*x)).collect();
        let mut unscaled = vec![0.0; self.n_columns()];
        self.write(&row, &mut unscaled);
        let mut scaled: Vec<f64> = unscaled
            .iter()
            .zip(&self.scales)
            .map(|(x, scale)| scale.of(*x))
            .collect();
        for product in &mut scaled[self.n_bends()..] {
            *product *= PRODUCT_VARIANCE.sqrt();
        }
        scaled.into_iter().map(|x| x as f32).collect()
    }

    /// Writes the columns of the basis before they are scaled.
    fn write(&self, row: &[f64], unscaled: &mut [f64]) {
        assert_eq!(
            row.len(),
            self.n_features,
            "a row has the number of columns the basis was made for"
        );
        let (bends, products) = unscaled.split_at_mut(self.n_bends());
        let (own, hinges) = bends.split_at_mut(self.n_features);
        own.copy_from_slice(row);
        for (column, x) in row.iter().enumerate() {
            for place in 0..KNOTS.len() {
                let knot = self.knots[column * KNOTS.len() + place];
                hinges[place * self.n_features + column] = (x - knot).max(0.0);
            }
        }
        let units: Vec<f64> = self
            .paired
            .iter()
            .zip(&self.units)
            .map(|(column, unit)| unit.of(row[*column]))
            .collect();
        let pairs = (0..units.len()).flat_map(|i| (i..units.len()).map(move |j| (i, j)));
        for (product, (i, j)) in products.iter_mut().zip(pairs) {
            *product = units[i] * units[j];
        }
    }
}

impl Scale {
    fn of(&self, x: f64) -> f64 {
        ((x - self.mean) * self.per_deviation).clamp(-CLIP, CLIP)
    }
}

/// Linear interpolation between the two nearest of ascending values.
fn quantile(ascending: &[f64], part: f64) -> f64 {
    let place = part * (ascending.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(ascending.len() - 1);
    ascending[below] + (place - below as f64) * (ascending[above] - ascending[below])
}

/// Weighted means and standard deviations of what `write` gives for each row.
fn scales(
    rows: &SoftRows<'_>,
    n_columns: usize,
    mut write: impl FnMut(usize, &mut [f64]),
) -> Vec<Scale> {
    let (mut mean, mut squares) = (vec![0.0; n_columns], vec![0.0; n_columns]);
    let mut row = vec![0.0; n_columns];
    let mut total = 0.0;
    for i in rows.counted() {
        let weight = rows.weights()[i];
        total += weight;
        write(i, &mut row);
        for ((x, mean), squares) in row.iter().zip(&mut mean).zip(&mut squares) {
            let deviation = x - *mean;
            *mean += deviation * weight / total;
            *squares += weight * deviation * (x - *mean);
        }
    }
    mean.into_iter()
        .zip(squares)
        .map(|(mean, squares): (f64, f64)| {
            let deviation = (squares / total).sqrt();
            // A constant column keeps a variance that is off by rounding only.
            let varies = deviation > 1e-9 * mean.abs().max(1.0);
            Scale {
                mean,
                per_deviation: if varies { 1.0 / deviation } else { 0.0 },
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(
        values: &[f32],
        n_features: usize,
        weights: &[f64],
        paired: Vec<usize>,
    ) -> SplineBasis {
        let targets = vec![0.0; weights.len()];
        let rows = SoftRows::new(n_features, values, &targets, weights).unwrap();
        SplineBasis::fit(&rows, paired).unwrap()
    }

    #[test]
    fn knots_are_percentiles_and_hinges_begin_there() {
        let values: Vec<f32> = (0..=100).map(|i| i as f32).collect();
        let basis = fitted(&values, 1, &[1.0; 101], vec![0]);
        assert_eq!(basis.knots, [50.0, 75.0, 90.0]);
        let mut unscaled = vec![0.0; basis.n_columns()];
        basis.write(&[80.0], &mut unscaled);
        assert_eq!(unscaled[..4], [80.0, 30.0, 5.0, 0.0]);
        let unit = 30.0 / 850f64.sqrt(); // 0 to 100: mean 50, variance (101² − 1) / 12
        assert!((unscaled[4] - unit * unit).abs() < 1e-12);
    }

    #[test]
    fn columns_of_the_basis_have_the_weighted_mean_0_and_one_variance() {
        let values: Vec<f32> = (0..400).map(|i| ((i * 37) % 101) as f32 / 10.0).collect();
        let weights: Vec<f64> = (0..200).map(|i| f64::from(i % 3)).collect();
        let basis = fitted(&values, 2, &weights, vec![0, 1]);
        assert_eq!(basis.n_columns(), 11);
        let total: f64 = weights.iter().sum();
        let expanded: Vec<Vec<f32>> = values
            .chunks(2)
            .map(|row| basis.expand(&[f64::from(row[0]), f64::from(row[1])]))
            .collect();
        for column in 0..11 {
            let moment = |power: i32| {
                let powers = expanded
                    .iter()
                    .map(|row| f64::from(row[column]).powi(power));
                powers.zip(&weights).map(|(x, w)| x * w).sum::<f64>() / total
            };
            assert!(moment(1).abs() < 1e-6, "{}", moment(1));
            let variance = if column < 8 { 1.0 } else { 1.0 / 3.0 };
            assert!((moment(2) - variance).abs() < 1e-5, "{}", moment(2));
        }
    }

    #[test]
    fn a_constant_column_says_nothing_and_extreme_rows_stay_in_range() {
        let values: Vec<f32> = (0..40)
            .map(|i| if i % 2 == 0 { 0.1 } else { i as f32 })
            .collect();
        let basis = fitted(&values, 2, &[1.0; 20], vec![0, 1]);
        let row = basis.expand(&[0.1, 7.0]);
        assert_eq!((row[0], row[8]), (0.0, 0.0));
        for x in [f64::NAN, f64::INFINITY, f64::MIN, 1e300] {
            assert!(basis.expand(&[x, x]).iter().all(|x| x.abs() <= 6.0));
        }
    }

    #[test]
    fn a_saved_basis_comes_back_and_no_rows_are_refused() {
        let basis = fitted(&[1.0, 2.0, 4.0], 1, &[1.0; 3], vec![0]);
        let bytes = postcard::to_stdvec(&basis).unwrap();
        assert_eq!(postcard::from_bytes::<SplineBasis>(&bytes).unwrap(), basis);
        let rows = SoftRows::new(1, &[1.0], &[0.0], &[0.0]).unwrap();
        assert!(matches!(
            SplineBasis::fit(&rows, vec![]),
            Err(Error::NoRows)
        ));
    }
}
