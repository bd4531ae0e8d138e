//! The rows of all changes: what each was scored with.
//!
//! `risk/rows` is a line that names it, then for each change its raw values (8 bytes each, little-endian) and
//! its prepared values (4 each). A row never alters, so that new ones are appended; how many there are, and
//! the checksum of every 64 of them, is part of the state. What lies beyond was written by a process that
//! died, and is cut off.

use crate::error::StateError;
use crate::shelf::{Stored, little_endian};
use risk_evaluate::{EarlierRows, Journal};
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

const MAGIC: &[u8; 16] = b"gitrisk rows 01\n";

/// Rows that share a checksum.
const GROUP: u32 = 64;

/// The rows of earlier runs, read when they are asked for.
#[derive(Debug)]
pub(crate) struct Rows {
    file: Mutex<File>,
    /// The groups that were read last for a raw and for a prepared row: both are asked for in the order of
    /// arrivals, or nearly so, when an earlier model is made.
    last_raw: Mutex<Group>,
    last_prepared: Mutex<Group>,
    n: u32,
    n_raw: usize,
    n_prepared: usize,
    sums: Vec<u32>,
}

/// The number of a group and its bytes; none before the first was read.
type Group = (u32, Vec<u8>);

impl Rows {
    /// Opens the first `n` rows; `None` if they are not all there.
    pub(crate) fn open(
        path: &Path,
        n: u32,
        (n_raw, n_prepared): (usize, usize),
        sums: Vec<u32>,
    ) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let mut magic = [0; MAGIC.len()];
        file.read_exact(&mut magic).ok()?;
        let rows = Self {
            file: Mutex::new(file),
            last_raw: Mutex::default(),
            last_prepared: Mutex::default(),
            n,
            n_raw,
            n_prepared,
            sums,
        };
        let whole = std::fs::metadata(path).ok()?.len();
        let fits = whole >= rows.place(n) && rows.sums.len() == n.div_ceil(GROUP) as usize;
        (magic == *MAGIC && fits).then_some(rows)
    }

    fn width(&self) -> usize {
        width(self.n_raw, self.n_prepared)
    }

    fn place(&self, index: u32) -> u64 {
        place(index, self.width())
    }

    /// The bytes of the groups that hold a range, checked; and how many rows lie before the range in them.
    fn read(&self, range: &Range<u32>) -> Option<(Vec<u8>, u32)> {
        if range.end > self.n {
            return None;
        }
        let groups = range.start / GROUP..range.end.div_ceil(GROUP);
        let rows = groups.start * GROUP..(groups.end * GROUP).min(self.n);
        let mut bytes = vec![0; rows.len() * self.width()];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.place(rows.start))).ok()?;
        file.read_exact(&mut bytes).ok()?;
        let chunks = bytes.chunks(GROUP as usize * self.width());
        let is_whole = chunks
            .zip(&self.sums[groups.start as usize..])
            .all(|(chunk, &sum)| crc32fast::hash(chunk) == sum);
        is_whole.then_some((bytes, range.start - rows.start))
    }
}

impl Rows {
    /// What `take` makes of a row, whose group is kept in `last`.
    fn one<T>(&self, index: u32, last: &Mutex<Group>, take: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let group = index / GROUP;
        if last.0 != group || last.1.is_empty() {
            let start = group * GROUP;
            let (bytes, _) = self.read(&(start..(start + GROUP).min(self.n)))?;
            *last = (group, bytes);
        }
        let mut rows = last.1.chunks_exact(self.width());
        rows.nth((index % GROUP) as usize).map(take)
    }

    /// The raw values of a row.
    fn raw_of<'a>(&self, row: &'a [u8]) -> impl Iterator<Item = f64> + use<'a> {
        let number = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().expect("of eight bytes"));
        row[..self.n_raw * 8].chunks_exact(8).map(number)
    }
}

impl EarlierRows for Rows {
    fn raw(&self, range: Range<u32>) -> Option<Vec<f64>> {
        if range.len() == 1 {
            return self.one(range.start, &self.last_raw, |row| {
                self.raw_of(row).collect()
            });
        }
        let (bytes, before) = self.read(&range)?;
        let rows = bytes.chunks_exact(self.width());
        let rows = rows.skip(before as usize).take(range.len());
        Some(rows.flat_map(|row| self.raw_of(row)).collect())
    }

    fn prepared(&self, index: u32) -> Option<Vec<f32>> {
        let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("of four bytes"));
        self.one(index, &self.last_prepared, |row| {
            row[self.n_raw * 8..].chunks_exact(4).map(number).collect()
        })
    }
}

fn width(n_raw: usize, n_prepared: usize) -> usize {
    n_raw * 8 + n_prepared * 4
}

fn place(index: u32, width: usize) -> u64 {
    MAGIC.len() as u64 + u64::from(index) * width as u64
}

/// Keeps the rows that are in memory, after those that were kept before; `sums` become those of all.
///
/// If nothing was kept before, a new file takes the place of the old one, which others may be reading.
pub(crate) fn keep(path: &Path, journal: &Journal, sums: &mut Vec<u32>) -> Result<(), StateError> {
    let failed = |source| StateError::File {
        path: path.to_path_buf(),
        doing: "written",
        source,
    };
    let (n_raw, n_prepared) = (journal.n_raw(), journal.n_prepared());
    let n_before = journal.n_earlier();
    let width = width(n_raw, n_prepared);
    let mut temporary = None;
    let file = if n_before == 0 {
        sums.clear();
        let made = crate::state::temporary(path).map_err(failed)?;
        let file = made.as_file().try_clone().map_err(failed)?;
        temporary = Some(made);
        file
    } else {
        let mut file = File::options().write(true).open(path).map_err(failed)?;
        file.set_len(place(n_before, width)).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        file
    };
    let mut out = BufWriter::with_capacity(1 << 20, file);
    if n_before == 0 {
        out.write_all(MAGIC).map_err(failed)?;
    }
    let raw = values(journal.raw_values(), n_raw);
    let prepared = values(journal.prepared_values(), n_prepared);
    for (index, (raw, prepared)) in (n_before..).zip(raw.zip(prepared)) {
        let (raw, prepared) = (little_endian(raw), little_endian(prepared));
        // The checksum of a group goes on where the rows before have left it.
        let before = match sums.last() {
            Some(&sum) if !index.is_multiple_of(GROUP) => {
                sums.pop();
                sum
            }
            _ => 0,
        };
        let mut hasher = crc32fast::Hasher::new_with_initial(before);
        hasher.update(&raw);
        hasher.update(&prepared);
        sums.push(hasher.finalize());
        out.write_all(&raw).map_err(failed)?;
        out.write_all(&prepared).map_err(failed)?;
    }
    let file = out
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    if let Some(made) = temporary {
        made.persist(path).map_err(|error| failed(error.error))?;
    }
    Ok(())
}

/// Rows of a flat vector; there are none without columns.
fn values<T: Stored>(all: &[T], width: usize) -> std::slice::ChunksExact<'_, T> {
    all.chunks_exact(width.max(1))
}
