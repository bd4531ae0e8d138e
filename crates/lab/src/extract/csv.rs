//! Rows as comma-separated values.

use super::{Column, Values};

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
