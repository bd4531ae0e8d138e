//! The data of the ISSTA'21 replication.

use super::{COMMIT_GURU, Fourteen, each, label, seconds};
use crate::error::Result;
use crate::stream::Labelled;
use crate::table::Table;
use risk_change::Timestamp;

pub(super) fn changes(table: &Table) -> Result<Vec<Labelled>> {
    let fourteen = Fourteen::of(table, COMMIT_GURU)?;
    let id = table.column("_id")?;
    let time = table.column("date")?;
    let defective = table.column("bug")?;
    each(table, |row| {
        let mut features = fourteen.features(row)?;
        let [_, _, nf, _, _, _, lt, ..] = &mut features;
        *lt /= nf.max(1.0);
        Ok(Labelled {
            change: row.name(id)?,
            at: Timestamp(seconds(row, time)?),
            features: features.to_vec(),
            label: Some(label(row, defective)?),
            fixed_at: None,
            landing: None,
        })
    })
}
