//! Repositories as rows: what git-risk computes of every change, and what became of it.
//!
//! [`Rows`] are one repository, read and followed as the tool itself does it (`risk-history`, `risk-replay`): a row
//! for each change that is scored, in landing order. Their [`Column`]s go into a file, as comma-separated values or
//! as Parquet ([`Format`]), or into a [`folder`] with a partition for each repository.
//!
//! # Columns
//!
//! | column | meaning | empty |
//! |---|---|---|
//! | `commit` | full id of the change | never |
//! | `position` | its place in landing order, counted from 0, merges included | never |
//! | `author_time`, `commit_time` | its dates, in seconds since 1970 | never |
//! | `landed_time` | the clock at its arrival: when it became part of the branch, never before the row above | never |
//! | features | [`risk_features::Features::NAMES`], in that order | not known |
//! | `label` | 1 defective, 0 clean | not known yet at the tip |
//! | `label_time` | when that became known; for a change that was clean before a fix came, when the fix came | as `label` |
//! | `fix_commit`, `fix_position` | the first fix that links to it | no fix did |
//! | `evidence` | what that link rests on: `trailer`, `revert`, `conventional`, `keyword` | no fix did |
//!
//! With these the whole timeline can be had back for any waiting time: changes arrive in the order of the rows, a fix
//! is there before all changes of a later position, and the silence of every other change is known up to the last row.
//! [`Profile::Extracted`](crate::Profile::Extracted) makes such a stream of a file.

mod column;
mod csv;
pub mod folder;
mod input;
mod parquet;
mod rows;

pub use column::{Column, Values};
pub use input::Input;
pub(crate) use input::check_names;
pub use rows::{Options, Rows};

use crate::error::{Error, Result};
use folder::{Partition, Work};
use std::path::Path;

/// Form of a file of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values in UTF-8; the first line names the columns, an unknown value is empty.
    Csv,
    /// Apache Parquet, compressed by Snappy; an unknown value is null.
    Parquet,
}

impl Format {
    /// The form that the extension of a file tells, if it tells one.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        [Self::Csv, Self::Parquet]
            .into_iter()
            .find(|format| format.extension() == extension)
    }

    /// Extension of such files.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    /// The bytes of a file with these columns: the same for the same columns. `path` is what messages call it.
    ///
    /// # Errors
    ///
    /// [`Error::Parquet`] if the writer of Polars refuses them.
    pub fn bytes(self, path: &Path, columns: &[Column]) -> Result<Vec<u8>> {
        match self {
            Self::Csv => Ok(csv::bytes(columns)),
            Self::Parquet => parquet::bytes(columns).map_err(|source| Error::Parquet {
                path: path.to_owned(),
                source,
            }),
        }
    }
}

/// The columns in the bytes of a file of rows, in either form; `path` is what messages call it.
///
/// # Errors
///
/// [`Error::Csv`] and [`Error::Value`], or [`Error::Parquet`], for what is not such a file.
pub fn columns(path: &Path, bytes: &[u8]) -> Result<Vec<Column>> {
    if bytes.starts_with(parquet::MAGIC) {
        parquet::columns(bytes).map_err(|source| Error::Parquet {
            path: path.to_owned(),
            source,
        })
    } else {
        csv::columns(path, bytes)
    }
}

/// Columns beside the features that hold text.
const TEXTS: [&str; 3] = ["commit", "fix_commit", "evidence"];

/// Columns beside the features that hold whole numbers.
const WHOLES: [&str; 7] = [
    "position",
    "author_time",
    "commit_time",
    "landed_time",
    "label",
    "label_time",
    "fix_position",
];

/// Whether a column is a feature: those of a file are all columns that are not known to be something else.
pub(crate) fn is_feature(name: &str) -> bool {
    !TEXTS.contains(&name) && !WHOLES.contains(&name)
}

/// Writes the rows of one repository into a file: it is there with all of them, or not at all.
///
/// # Errors
///
/// What [`Rows::of`] and [`Format::bytes`] refuse, and [`Error::Write`].
pub fn to_file(
    path: &Path,
    input: &Input,
    options: &Options,
    format: Format,
    work: &Work<'_>,
) -> Result<Partition> {
    let progress = (work.progress)(&input.name);
    let rows = Rows::of(&input.path, options, work.threads, &*progress)?;
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(Partition {
        sha256: write(path, format, &rows.columns())?,
        ..Partition::of(&rows, file.into_owned(), options)
    })
}

/// Writes columns into a file; its SHA-256 in hexadecimal digits.
fn write(path: &Path, format: Format, columns: &[Column]) -> Result<String> {
    let bytes = format.bytes(path, columns)?;
    folder::put(path, &bytes)?;
    Ok(crate::sha256::of(&bytes))
}
