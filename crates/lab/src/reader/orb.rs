//! The data of ORB.

use super::{COMMIT_GURU, Fourteen, each, label, seconds};
use crate::error::Result;
use crate::stream::Labelled;
use crate::table::Table;
use risk_change::{Days, Timestamp};

pub(super) fn changes(table: &Table) -> Result<Vec<Labelled>> {
    let fourteen = Fourteen::of(table, COMMIT_GURU)?;
    let time = table.column("author_date_unix_timestamp")?;
    let defective = table.column("contains_bug")?;
    let days = table.column("days_to_first_fix")?;
    each(table, |row| {
        let at = Timestamp(seconds(row, time)?);
        let label = label(row, defective)?;
        let fixed_at = if row.text(days).is_empty() {
            None
        } else if label.is_defective() {
            Some(at.plus(Days(row.number(days)?)))
        } else {
            return Err(row.wanted(days, "empty, although the change contains no bug"));
        };
        Ok(Labelled {
            change: format!("line {}", row.line()),
            at,
            features: fourteen.features(row)?.to_vec(),
            label: Some(label),
            fixed_at,
            landing: None,
        })
    })
}
