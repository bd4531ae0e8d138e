//! A file of comma-separated values, asked for by column and line.

use crate::error::{Error, Result};
use csv::StringRecord;
use std::path::{Path, PathBuf};

/// The rows of a file, with the lines they stand on.
///
/// This is all that the readers know of the format; another engine would stand behind these few methods.
pub(crate) struct Table {
    path: PathBuf,
    columns: Vec<String>,
    rows: Vec<(u64, StringRecord)>,
}

/// Place of a column.
#[derive(Clone, Copy)]
pub(crate) struct Column(usize);

/// One row of a table.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    line: u64,
    record: &'a StringRecord,
}

impl Table {
    /// The table in the bytes of a file; `path` is what messages call it.
    pub(crate) fn of(path: &Path, bytes: &[u8]) -> Result<Self> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let csv_error = |source| Error::Csv {
            path: path.to_owned(),
            source,
        };
        let columns = reader.headers().map_err(csv_error)?;
        let columns = columns.iter().map(str::to_owned).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(csv_error)?;
            let line = record.position().map_or(0, |start| line_of(bytes, start));
            rows.push((line, record));
        }
        Ok(Self {
            path: path.to_owned(),
            columns,
            rows,
        })
    }

    /// The column of a name.
    pub(crate) fn column(&self, name: &'static str) -> Result<Column> {
        let place = self.columns.iter().position(|column| column == name);
        place.map(Column).ok_or_else(|| Error::MissingColumn {
            path: self.path.clone(),
            column: name,
            found: self.columns.clone(),
        })
    }

    /// The first column with one of these names, if there is one.
    pub(crate) fn any_of(&self, names: &[&str]) -> Option<Column> {
        let place = self
            .columns
            .iter()
            .position(|it| names.contains(&it.as_str()));
        place.map(Column)
    }

    /// All columns with their names, in order.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&str, Column)> {
        let places = self.columns.iter().zip(0..);
        places.map(|(name, place)| (name.as_str(), Column(place)))
    }

    /// The rows, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row {
            table: self,
            line: *line,
            record,
        })
    }
}

impl Row<'_> {
    /// The line of the row in its file, from 1 on.
    pub(crate) fn line(self) -> u64 {
        self.line
    }

    /// What is written in a column.
    pub(crate) fn text(&self, column: Column) -> &str {
        self.record.get(column.0).unwrap_or_default()
    }

    /// A name or an id, which goes to the tables of results as it is.
    ///
    /// Data sets are made by others, and results are opened in spreadsheets. What these would run, and what a terminal
    /// would, is refused: changed it would no longer name what it does in the data.
    pub(crate) fn name(self, column: Column) -> Result<String> {
        let text = self.text(column);
        if text.starts_with(['=', '+', '-', '@']) || text.contains(char::is_control) {
            return Err(self.wanted(
                column,
                "a name that is no formula and has no control characters",
            ));
        }
        Ok(text.to_owned())
    }

    /// The finite number in a column.
    pub(crate) fn number(self, column: Column) -> Result<f64> {
        let number = self.text(column).parse().ok();
        number
            .filter(|number: &f64| number.is_finite())
            .ok_or_else(|| self.wanted(column, "a number"))
    }

    /// The number in a column, which must not be negative.
    pub(crate) fn count(self, column: Column) -> Result<f64> {
        let number = self.number(column)?;
        if number < 0.0 {
            return Err(self.wanted(column, "a number from 0 on"));
        }
        Ok(number)
    }

    /// Whether a column says yes: `1`, `True`, or a larger count.
    pub(crate) fn truth(self, column: Column) -> Result<bool> {
        match self.text(column).to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => match self.number(column) {
                Ok(number) if number >= 0.0 => Ok(number > 0.0),
                _ => Err(self.wanted(column, "True, False, or a count")),
            },
        }
    }

    /// The error that a column holds something else than was wanted.
    pub(crate) fn wanted(self, column: Column, wanted: &'static str) -> Error {
        Error::Value {
            path: self.table.path.clone(),
            line: self.line,
            column: self.table.columns[column.0].clone(),
            found: self.text(column).to_owned(),
            wanted,
        }
    }
}

/// The line of a record that starts at or after `start`: blank lines before it count as read with it.
fn line_of(bytes: &[u8], start: &csv::Position) -> u64 {
    let rest = bytes.get(start.byte() as usize..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    start.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named_with_file_line_and_column() {
        let table =
            Table::of("d/x.csv".as_ref(), b"\xef\xbb\xbfla, fix\n1,True\n\n-x,2\n").unwrap();
        let la = table.column("la").unwrap();
        let fix = table.column("fix").unwrap();
        let rows: Vec<Row> = table.rows().collect();
        assert_eq!(rows[0].number(la).unwrap(), 1.0);
        assert!(rows[0].truth(fix).unwrap() && rows[1].truth(fix).unwrap());
        assert_eq!(
            rows[1].count(la).unwrap_err().to_string(),
            "d/x.csv, line 4, column `la`: `-x` is not a number"
        );
        let missing = table.column("ld").err().unwrap().to_string();
        assert_eq!(missing, "d/x.csv has no column `ld`; it has la, fix");
    }

    #[test]
    fn a_row_of_another_length_is_refused() {
        let error = Table::of("x.csv".as_ref(), b"a,b\n1,2\n1\n").err().unwrap();
        let text = error.to_string();
        assert!(
            text.starts_with("x.csv cannot be read as comma-separated values"),
            "{text}"
        );
    }
}
