//! From a raw row to the row that the batch model sees.

use crate::derived::Derived;
use crate::error::{Error, Result};
use crate::scale::Standardiser;
use crate::surroundings::Surroundings;
use serde::{Deserialize, Serialize};

/// Prepares rows for [`SplinesAndTrees`](crate::SplinesAndTrees) from nothing but earlier rows.
///
/// The columns of [`Derived`] as they are, which tell periods of a project apart; the same standardised by the
/// recent past ([`Standardiser`]), which stay what they are when the project changes; and its [`Surroundings`],
/// for which `lt` (lines before, which tell files apart) is also compared alone.
///
/// - **Shape**: raw rows as long as the names; with `d = names + 12` derived columns, prepared rows have `2 d + 8`.
/// - **Units and range**: those of the parts, rounded to `f32`; NaN where a derived column is not known.
/// - **Known at**: arrival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchPreparation {
    derived: Derived,
    standardiser: Standardiser,
    surroundings: Surroundings,
}

impl BatchPreparation {
    /// Preparation of raw rows with columns `names`, nothing seen yet.
    ///
    /// # Errors
    ///
    /// As [`Derived::new`].
    pub fn new(names: &[&str]) -> Result<Self> {
        let derived = Derived::new(names)?;
        let n = derived.n_columns();
        let name = "lt";
        let lines = names.iter().position(|other| *other == name);
        let lines = lines.ok_or(Error::MissingFeature { name })?;
        Ok(Self {
            standardiser: Standardiser::new(n),
            surroundings: Surroundings::new(n, lines),
            derived,
        })
    }

    /// The prepared row of a change that arrives at a time (seconds), on the changes absorbed so far.
    ///
    /// # Errors
    ///
    /// [`Error::RowLength`] for a row of another length.
    pub fn transform(&self, time: f64, raw: &[f64]) -> Result<Vec<f32>> {
        let row = self.derived.apply(raw)?;
        let standardised = self.standardiser.transform(&row)?;
        let surroundings = self.surroundings.transform(time, &row)?;
        let columns = row.into_iter().chain(standardised).chain(surroundings);
        Ok(columns.map(|x| x as f32).collect())
    }

    /// Makes a change part of the past.
    ///
    /// # Errors
    ///
    /// [`Error::RowLength`] for a row of another length.
    pub fn absorb(&mut self, time: f64, raw: &[f64]) -> Result<()> {
        let row = self.derived.apply(raw)?;
        self.standardiser.absorb(&row)?;
        self.surroundings.absorb(time, &row)
    }

    /// Number of prepared columns.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        2 * self.derived.n_columns() + Surroundings::NAMES.len()
    }

    /// The columns whose products matter: all but the derived ones as they are.
    #[must_use]
    pub fn paired(&self) -> Vec<usize> {
        (self.derived.n_columns()..self.n_columns()).collect()
    }

    /// Names of the prepared columns, in order: `log(la)`, …, `ewz log(la)`, …, `gap 1`, …
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let derived = self.derived.names();
        let standardised = derived.iter().map(|name| format!("ewz {name}"));
        let surroundings = Surroundings::NAMES.map(str::to_owned);
        derived
            .iter()
            .cloned()
            .chain(standardised)
            .chain(surroundings)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derived::KAMEI;

    #[test]
    fn the_parts_lie_side_by_side_and_see_only_the_past() {
        let mut preparation = BatchPreparation::new(&KAMEI).unwrap();
        assert_eq!(
            (preparation.n_columns(), preparation.names().len()),
            (60, 60)
        );
        assert_eq!(preparation.paired(), (26..60).collect::<Vec<_>>());
        let raw = |i: usize| -> Vec<f64> {
            (0..14)
                .map(|k| ((i * 31 + k * 17) % (11 + 3 * k)) as f64)
                .collect()
        };
        for i in 0..30 {
            preparation.absorb(60.0 * i as f64, &raw(i)).unwrap();
        }
        let row = preparation.transform(1_800.0, &raw(30)).unwrap();
        preparation.absorb(1_800.0, &raw(30)).unwrap();
        assert_ne!(row, preparation.transform(1_800.0, &raw(30)).unwrap());
        let column = |name: &str| row[preparation.names().iter().position(|n| n == name).unwrap()];
        assert_eq!(column("log(la)"), raw(30)[4].ln_1p() as f32);
        assert_eq!(column("gap 1"), 61f32.ln());
        assert!(preparation.transform(0.0, &[1.0]).is_err());
    }
}
