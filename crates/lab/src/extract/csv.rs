//! Rows as comma-separated values.

use super::{Column, TEXTS, Values, WHOLES};
use crate::error::Result;
use crate::table::Table;
use std::path::Path;

/// A line of names, then a line a row; numbers are as short as they can be read back exactly.
pub(super) fn bytes(columns: &[Column]) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut write = |cells: &mut dyn Iterator<Item = String>| {
        table
            .write_record(cells)
            .expect("all rows have as many cells, and memory takes them");
    };
    write(&mut columns.iter().map(|column| column.name.clone()));
    for row in 0..columns.first().map_or(0, |column| column.values.len()) {
        write(&mut columns.iter().map(|column| cell(&column.values, row)));
    }
    let bytes = table.into_inner().ok();
    bytes.expect("memory takes all that is written")
}

fn cell(values: &Values, row: usize) -> String {
    match values {
        Values::Text(values) => values[row].clone().unwrap_or_default(),
        Values::Whole(values) => values[row].map_or_else(String::new, |value| value.to_string()),
        Values::Real(values) if values[row].is_nan() => String::new(),
        Values::Real(values) => values[row].to_string(),
    }
}

/// The columns of a file. What each holds is told by its name.
pub(super) fn columns(path: &Path, bytes: &[u8]) -> Result<Vec<Column>> {
    let table = Table::of(path, bytes)?;
    let mut columns = Vec::new();
    for (name, place) in table.columns() {
        let values = if TEXTS.contains(&name) {
            let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            Values::Text(table.rows().map(|row| text(row.text(place))).collect())
        } else if WHOLES.contains(&name) {
            let whole = table.rows().map(|row| match row.text(place) {
                "" => Ok(None),
                text => {
                    let number = text.parse().map(Some);
                    number.map_err(|_| row.wanted(place, "a whole number"))
                }
            });
            Values::Whole(whole.collect::<Result<_>>()?)
        } else {
            let real = table.rows().map(|row| match row.text(place) {
                "" => Ok(f64::NAN),
                _ => row.number(place),
            });
            Values::Real(real.collect::<Result<_>>()?)
        };
        columns.push(Column::new(name, values));
    }
    Ok(columns)
}
