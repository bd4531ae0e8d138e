//! Percentiles among the recent past.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Number of changes a value is compared with.
const WINDOW: usize = 1_000;

/// Factor that gives centred percentiles, uniform on ±½, the variance 1: `√12`.
///
/// So one prior variance suits the weights of standardised and ranked columns alike.
const UNIT_VARIANCE: f64 = 3.464_101_615_137_754_4;

/// Ranks each column among the previous 1,000 changes.
///
/// A value `x` with `b` smaller and `t` equal values among the `n` known ones in the window has the
/// mid-rank `r = (b + t/2) / n`, and becomes `(r − ½) · √12`: 0 for a median change, and variance 1 when
/// values arrive in no particular order.
///
/// Use it beside a [`Standardiser`](crate::Standardiser): ranks do not care about tails or units, so they
/// mean the same in every project.
///
/// - **Shape**: rows of one fixed number of columns.
/// - **Units and range**: `−√3 ..= √3`; 0 for NaN and for a column without known values in the window.
/// - **Known at**: arrival. [`transform`](Self::transform) sees only rows absorbed before. NaN takes a
///   place in the window (it counts as a change) but is compared with nothing.
/// - **Cost**: one binary search a column to transform; one removal and one insertion in a sorted array
///   of at most 1,000 values a column to absorb.
///
/// Two windows are equal if they hold the same values in the same order; *not known* equals *not known*.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Ranks {
    /// The last rows, oldest first.
    rows: VecDeque<Vec<f64>>,
    /// Known values of each column in the window, ascending.
    sorted: Vec<Vec<f64>>,
}

impl PartialEq for Ranks {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
        let rows = self.rows.iter().zip(&other.rows);
        self.sorted == other.sorted
            && self.rows.len() == other.rows.len()
            && rows.into_iter().all(|(a, b)| a.iter().zip(b).all(same))
    }
}

/// The window as it is saved: JSON has no NaN, and the sorted arrays follow from the rows.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    n_columns: usize,
    rows: Vec<Vec<Option<f64>>>,
}

impl Ranks {
    /// Changes in a full window.
    pub const WINDOW: usize = WINDOW;

    /// Ranks of `n_columns` columns with an empty window.
    #[must_use]
    pub fn new(n_columns: usize) -> Self {
        Self {
            rows: VecDeque::new(),
            sorted: vec![Vec::new(); n_columns],
        }
    }

    /// The ranks after absorbing `rows`, oldest first; the same as absorbing them one by one, but faster.
    ///
    /// # Errors
    ///
    /// [`Error::RowLength`] for a row of another length.
    pub fn from_rows(n_columns: usize, rows: impl IntoIterator<Item = Vec<f64>>) -> Result<Self> {
        let mut ranks = Self::new(n_columns);
        for row in rows {
            ranks.check(&row)?;
            if ranks.rows.len() == WINDOW {
                ranks.rows.pop_front();
            }
            ranks.rows.push_back(row.into_iter().map(known).collect());
        }
        for (column, sorted) in ranks.sorted.iter_mut().enumerate() {
            sorted.extend(ranks.rows.iter().map(|row| row[column]));
            sorted.retain(|x| x.is_finite());
            sorted.sort_by(f64::total_cmp);
        }
        Ok(ranks)
    }

    /// Number of columns.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        self.sorted.len()
    }

    /// The row's centred and scaled percentiles among the rows in the window.
    ///
    /// # Errors
    ///
    /// [`Error::RowLength`] for a row of another length.
    pub fn transform(&self, row: &[f64]) -> Result<Vec<f64>> {
        self.check(row)?;
        Ok(self
            .sorted
            .iter()
            .zip(row)
            .map(|(sorted, x)| mid_rank(sorted, *x).map_or(0.0, |r| (r - 0.5) * UNIT_VARIANCE))
            .collect())
    }

    /// Makes the row part of the window; the oldest leaves when there are more than 1,000.
    ///
    /// # Errors
    ///
    /// [`Error::RowLength`] for a row of another length.
    pub fn absorb(&mut self, row: &[f64]) -> Result<()> {
        self.check(row)?;
        if self.rows.len() == WINDOW
            && let Some(oldest) = self.rows.pop_front()
        {
            for (sorted, x) in self.sorted.iter_mut().zip(oldest) {
                if x.is_finite() {
                    let place = sorted.partition_point(|s| *s < x);
                    sorted.remove(place);
                }
            }
        }
        for (sorted, x) in self.sorted.iter_mut().zip(row) {
            if x.is_finite() {
                sorted.insert(sorted.partition_point(|s| s < x), *x);
            }
        }
        self.rows
            .push_back(row.iter().copied().map(known).collect());
        Ok(())
    }

    fn check(&self, row: &[f64]) -> Result<()> {
        if row.len() == self.sorted.len() {
            Ok(())
        } else {
            Err(Error::RowLength {
                expected: self.sorted.len(),
                found: row.len(),
            })
        }
    }
}

/// `x`, with NaN also for the infinities.
fn known(x: f64) -> f64 {
    if x.is_finite() { x } else { f64::NAN }
}

/// `(b + t/2) / n` of `x` among ascending values; `None` for NaN or without values.
fn mid_rank(sorted: &[f64], x: f64) -> Option<f64> {
    if x.is_nan() || sorted.is_empty() {
        return None;
    }
    let below = sorted.partition_point(|s| *s < x);
    let not_above = below + sorted[below..].partition_point(|s| *s <= x);
    Some((below + not_above) as f64 / (2 * sorted.len()) as f64)
}

impl From<Ranks> for Stored {
    fn from(ranks: Ranks) -> Self {
        let wire = |x: f64| x.is_finite().then_some(x);
        Self {
            n_columns: ranks.sorted.len(),
            rows: ranks
                .rows
                .into_iter()
                .map(|row| row.into_iter().map(wire).collect())
                .collect(),
        }
    }
}

impl TryFrom<Stored> for Ranks {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        let rows = stored.rows.into_iter();
        Self::from_rows(
            stored.n_columns,
            rows.map(|row| row.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect()),
        )
    }
}

#[cfg(test)]
mod tests;
