//! The published formats, each translated at the door.

mod extracted;
mod issta21;
mod kamei;
mod orb;
#[cfg(test)]
mod tests;

use crate::error::{Error, Result};
use crate::stream::{Empty, Labelled, Stream};
use crate::table::{Column, Row, Table};
use risk_learn::{KAMEI, Label};
use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

/// The format and the definitions of a published data set.
///
/// A profile reads a file and says what is done with definitions that differ from ours; what cannot be undone
/// is said with the profile and left as it is. Foreign names and units end here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Commit Guru's features as in the data of ORB, with the days to the first fix.
    ///
    /// - Columns: `author_date_unix_timestamp`, `contains_bug`, `days_to_first_fix` (empty if clean), Kamei's
    ///   fourteen with `entrophy` for the entropy.
    /// - Translated: the days to the first fix become its time. A fix dated before its change counts as made at
    ///   once.
    /// - Left as it is: `exp` is divided by `nf`, `rexp` and `ndev` are what Commit Guru computes, `nuc` is a sum.
    /// - Source: Cabral et al., ICSE 2019.
    Orb,
    /// Features as in the data of the ISSTA'21 replication of deep defect prediction; no times of fixes.
    ///
    /// - Columns: `_id`, `date` (seconds), `bug` (a count), Kamei's fourteen with `entrophy` for the entropy.
    /// - Translated: `lt` is a sum over files there and is divided by `nf`.
    /// - Left as it is: `nuc` is a sum of count + 1, `exp` and `sexp` count files, `ndev` includes the author.
    /// - Source: Zeng et al., ISSTA 2021.
    Issta21,
    /// Features as published with Kamei et al., normalised; no times of fixes.
    ///
    /// - Columns: `transactionid`, `commitdate` (`2004/12/31 16:58`, taken as UTC), `bug`, `nm` for `nd`, `pd` for
    ///   `age`, `npt` for `nuc / nf`, the others under Kamei's names.
    /// - Translated: `la` and `ld` are divided there by the lines of all files before the change, `lt · nf`, unless
    ///   those are 0, and are multiplied back (and rounded to whole lines); so is `nuc` by `nf`, and `entropy`, from a
    ///   share to bits, by `log₂ nf`.
    /// - Left as it is: `pd` grows with `nf`, as a sum over files would.
    /// - Source: Kamei et al., IEEE TSE 2013, section 4.2; the form by Yang et al., FSE 2016.
    Kamei,
    /// Rows that `git-risk-lab extract` wrote, in either form: features and labels of git-risk itself.
    ///
    /// - Columns: those of [`extract`](crate::extract), where every one that is not told there is a feature.
    /// - Left as it is: all. Changes whose label was not known yet have none, and the events are those of the history
    ///   that was read, for any waiting time.
    Extracted,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 4] = [Self::Orb, Self::Issta21, Self::Kamei, Self::Extracted];

    /// Its name on the command line and in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Orb => "orb",
            Self::Issta21 => "issta21",
            Self::Kamei => "kamei",
            Self::Extracted => "extracted",
        }
    }

    /// The profile of a name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// The stream in the bytes of a file, packed by gzip or not; `path` gives its name.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if it is packed and cannot be unpacked;
    /// [`Error::Csv`], [`Error::Parquet`], [`Error::MissingColumn`], [`Error::Value`], [`Error::Row`] for what is not in
    /// the format, [`Error::Learn`] if one of Kamei's fourteen is missing, and
    /// [`Error::NoChanges`] if nothing remains.
    pub fn read(self, path: &Path, bytes: &[u8], empty: Empty) -> Result<Stream> {
        let bytes = &*unpacked(path, bytes)?;
        let published = |changes: fn(&Table) -> Result<Vec<Labelled>>| {
            let names = KAMEI.iter().map(ToString::to_string).collect();
            Ok::<_, Error>((names, changes(&Table::of(path, bytes)?)?))
        };
        let (names, changes) = match self {
            Self::Orb => published(orb::changes),
            Self::Issta21 => published(issta21::changes),
            Self::Kamei => published(kamei::changes),
            Self::Extracted => extracted::changes(path, bytes),
        }?;
        let stream = Stream::new(self.stream_name(path), names, changes, empty)?;
        if stream.changes.is_empty() {
            return Err(Error::NoChanges {
                path: path.to_owned(),
                n_empty: stream.n_empty,
            });
        }
        Ok(stream)
    }
}

impl Profile {
    /// The name of the file without its extensions; for a partition `repo=NAME/part.csv` that of the repository.
    #[must_use]
    pub fn stream_name(self, path: &Path) -> String {
        let folder = path.parent().and_then(Path::file_name);
        let folder = folder.map(|name| name.to_string_lossy());
        let of_partition = folder
            .as_deref()
            .and_then(|name| name.strip_prefix("repo="));
        if let (Self::Extracted, Some(name)) = (self, of_partition) {
            return name.to_owned();
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = Path::new(name.strip_suffix(".gz").unwrap_or(&name));
        let stem = name.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }
}

/// The bytes of a file, unpacked if they are packed by gzip.
pub(crate) fn unpacked<'a>(path: &Path, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut text = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut text);
    read.map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok(Cow::Owned(text))
}

/// Kamei's names as Commit Guru spells them, and those who follow it.
const COMMIT_GURU: [&str; 14] = [
    "ns", "nd", "nf", "entrophy", "la", "ld", "lt", "fix", "ndev", "age", "nuc", "exp", "rexp",
    "sexp",
];

/// Kamei's fourteen by the names of a file, in our order.
struct Fourteen {
    columns: [Column; 14],
    fix: usize,
    signed: [usize; 3],
}

impl Fourteen {
    fn of(table: &Table, names: [&'static str; 14]) -> Result<Self> {
        let mut columns = Vec::with_capacity(names.len());
        for name in names {
            columns.push(table.column(name)?);
        }
        let place = |name: &str| {
            let place = KAMEI.iter().position(|kamei| *kamei == name);
            place.expect("these are among the fourteen")
        };
        Ok(Self {
            columns: columns.try_into().unwrap_or_else(|_| {
                unreachable!("there is one column for each of the fourteen names")
            }),
            fix: place("fix"),
            signed: [place("lt"), place("age"), place("rexp")],
        })
    }

    /// Author dates run backwards now and then, and running sums of lines miss some: so an age, what is computed of
    /// ages, and the lines before may be negative. All else is a count.
    fn features(&self, row: Row) -> Result<[f64; 14]> {
        let mut features = [0.0; 14];
        for (place, column) in self.columns.iter().enumerate() {
            features[place] = if place == self.fix {
                f64::from(u8::from(row.truth(*column)?))
            } else if self.signed.contains(&place) {
                row.number(*column)?
            } else {
                row.count(*column)?
            };
        }
        Ok(features)
    }
}

/// The label in a column.
fn label(row: Row, column: Column) -> Result<Label> {
    Ok(if row.truth(column)? {
        Label::Defective
    } else {
        Label::Clean
    })
}

/// The whole seconds in a column.
fn seconds(row: Row, column: Column) -> Result<i64> {
    let seconds = row.number(column)?;
    if seconds.abs() > 1e11 {
        return Err(row.wanted(column, "a time in seconds since 1970"));
    }
    Ok(seconds as i64)
}

/// The changes of all rows.
fn each(table: &Table, change: impl FnMut(Row) -> Result<Labelled>) -> Result<Vec<Labelled>> {
    table.rows().map(change).collect()
}
