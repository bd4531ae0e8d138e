//! What came just before a change.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How many changes back the gaps reach.
const GAPS: [usize; 5] = [1, 3, 10, 30, 100];

/// Changes that a change is compared with.
const COMPARED: usize = 20;

/// Largest distance that tells anything.
const FARTHEST: f64 = 2.0;

/// Describes a change by its distance from the changes right before it, in time and in its features.
///
/// A series of like changes in a short time (one piece of work in steps, a fix carried to several places, a sweep
/// over the code) is another risk than the same change alone. For the derived row `d` ([`Derived`](crate::Derived))
/// of a change at time `t` and those before it, latest first, `t₁, t₂, …` and `d₁, d₂, …`, the columns are
///
/// | name | formula |
/// |---|---|
/// | `gap 1`, `gap 3`, `gap 10`, `gap 30`, `gap 100` | `ln(1 + max(t − t_k, 0))`, `k` as named; the first change of all in place of one before it |
/// | `step` | `min(δ₁, 2)` |
/// | `nearest` | `min(δ₁, …, δ₂₀, 2)` |
/// | `nearest in one` | `min(|c − c₁|, …, |c − c₂₀|, 2)` for one column `c` of the rows |
///
/// with `δ_k` the root of the mean of the squared differences of `d` and `d_k`.
///
/// - **Shape**: rows of one fixed number of columns give [`Surroundings::NAMES`].
/// - **Units and range**: times in seconds; gaps are 0 or more, distances in `0 ..= 2`. The first change has gaps 0
///   and distances 2. A column that is not known in either row counts as no difference.
/// - **Known at**: arrival. [`transform`](Self::transform) sees only rows absorbed before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surroundings {
    n_columns: usize,
    single: usize,
    /// Times of the latest changes, latest first; the last one is the first of all while there are few.
    times: VecDeque<f64>,
    /// Rows of the latest changes, latest first.
    rows: VecDeque<Vec<f64>>,
}

impl Surroundings {
    /// The columns, in order.
    pub const NAMES: [&str; 8] = [
        "gap 1",
        "gap 3",
        "gap 10",
        "gap 30",
        "gap 100",
        "step",
        "nearest",
        "nearest in one",
    ];

    /// Surroundings of rows of `n_columns` columns, of which `single` is also compared alone.
    ///
    /// # Panics
    ///
    /// If there is no such column.
    #[must_use]
    pub fn new(n_columns: usize, single: usize) -> Self {
        assert!(single < n_columns, "the column compared alone exists");
        Self {
            n_columns,
            single,
            times: VecDeque::new(),
            rows: VecDeque::new(),
        }
    }

    /// The columns of a change with this time (seconds) and row, on the changes absorbed so far.
    ///
    /// # Errors
    ///
    /// [`Error::RowLength`] for a row of another length.
    pub fn transform(&self, time: f64, row: &[f64]) -> Result<Vec<f64>> {
        self.check(row)?;
        let gap = |back: usize| {
            let before = self.times.get(back - 1).or(self.times.back());
            before.map_or(0.0, |before| (time - before).max(0.0).ln_1p())
        };
        let distances = self.rows.iter().map(|before| distance(row, before));
        let singles = self
            .rows
            .iter()
            .map(|before| difference(row[self.single], before[self.single]).abs());
        let step = distances.clone().next().unwrap_or(FARTHEST);
        Ok(GAPS
            .into_iter()
            .map(gap)
            .chain([
                step.min(FARTHEST),
                distances.fold(FARTHEST, f64::min),
                singles.fold(FARTHEST, f64::min),
            ])
            .collect())
    }

    /// Makes the change part of the past.
    ///
    /// # Errors
    ///
    /// [`Error::RowLength`] for a row of another length.
    pub fn absorb(&mut self, time: f64, row: &[f64]) -> Result<()> {
        self.check(row)?;
        self.times.push_front(time);
        self.times.truncate(GAPS[GAPS.len() - 1]);
        self.rows.push_front(row.to_vec());
        self.rows.truncate(COMPARED);
        Ok(())
    }

    fn check(&self, row: &[f64]) -> Result<()> {
        if row.len() == self.n_columns {
            Ok(())
        } else {
            Err(Error::RowLength {
                expected: self.n_columns,
                found: row.len(),
            })
        }
    }
}

/// `a − b`, or 0 if it is not known.
fn difference(a: f64, b: f64) -> f64 {
    let difference = a - b;
    if difference.is_finite() {
        difference
    } else {
        0.0
    }
}

/// Root of the mean squared difference.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares: f64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| difference(*a, *b).powi(2))
        .sum();
    (squares / a.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_a_small_stream_agree_with_a_calculation_by_hand() {
        let mut surroundings = Surroundings::new(2, 1);
        let first = surroundings.transform(50.0, &[0.0, 0.0]).unwrap();
        assert_eq!(first, [0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0]);
        for (time, row) in [
            (100.0, [0.0, 3.0]),
            (130.0, [1.0, 1.0]),
            (120.0, [9.0, 9.0]),
        ] {
            surroundings.absorb(time, &row).unwrap();
        }
        let found = surroundings.transform(150.0, &[0.0, 2.0]).unwrap();
        let (since_last, since_first) = (31f64.ln(), 51f64.ln());
        assert_eq!(
            found[..5],
            [
                since_last,
                since_first,
                since_first,
                since_first,
                since_first
            ]
        );
        // Distances from the latest change on: √65, 1 and √½; by the second column 7, 1 and 1.
        assert_eq!(found[5..], [2.0, 0.5f64.sqrt(), 1.0]);
    }

    #[test]
    fn clocks_that_run_backwards_leave_no_gap_and_what_is_not_known_is_no_difference() {
        let mut surroundings = Surroundings::new(2, 0);
        surroundings.absorb(100.0, &[f64::NAN, 1.0]).unwrap();
        let found = surroundings.transform(40.0, &[5.0, 1.0]).unwrap();
        assert_eq!(found, [0.0; 8]);
    }

    #[test]
    fn only_the_latest_changes_count() {
        let (mut long, mut short) = (Surroundings::new(1, 0), Surroundings::new(1, 0));
        for i in 0..300 {
            let row = [f64::from(i * 7 % 31)];
            long.absorb(f64::from(i), &row).unwrap();
            if i >= 200 {
                short.absorb(f64::from(i), &row).unwrap();
            }
        }
        assert_eq!(long, short);
        assert_eq!(
            long.transform(300.0, &[0.5]).unwrap()[4],
            101f64.ln(),
            "the gap to the hundredth change before"
        );
    }

    #[test]
    fn rows_of_another_length_are_refused() {
        let mut surroundings = Surroundings::new(2, 0);
        assert!(surroundings.transform(0.0, &[1.0]).is_err());
        assert!(surroundings.absorb(0.0, &[1.0]).is_err());
    }
}
