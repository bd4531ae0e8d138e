//! The rows of all changes: what each was scored with.
//!
//! `risk/rows` is a line that names it, then for each change its raw values (8 bytes each, little-endian) and
//! its prepared values (4 each). A row never alters, so that new ones are appended, while they are learned
//! ([`Writer`]); how many there are, and the checksum of every 64 of them, is part of the state. What lies
//! beyond was written by a process that died, and is cut off.

use crate::error::StateError;
use crate::parcel::Span;
use crate::shelf::{Stored, little_endian};
use risk_evaluate::{EarlierRows, Journal, Prequential};
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::NamedTempFile;

const MAGIC: &[u8; 16] = b"gitrisk rows 01\n";

/// Rows that share a checksum.
const GROUP: u32 = 64;

/// Rows in the file, read when they are asked for.
#[derive(Debug)]
pub(crate) struct Rows {
    file: Arc<Mutex<File>>,
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
            file: Arc::new(Mutex::new(file)),
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

    /// Whether all rows are what was written.
    pub(crate) fn are_whole(&self) -> bool {
        let mut starts = (0..self.n).step_by(64 * GROUP as usize);
        starts.all(|start| {
            let end = self.n.min(start + 64 * GROUP);
            self.read(&(start..end)).is_some()
        })
    }

    /// The file, and how much of it belongs to these rows.
    pub(crate) fn span(&self) -> std::io::Result<Span> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Span::new(file.try_clone()?, self.place(self.n)))
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

    /// The prepared values of a row.
    fn prepared_of<'a>(&self, row: &'a [u8]) -> impl Iterator<Item = f32> + use<'a> {
        let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("of four bytes"));
        row[self.n_raw * 8..].chunks_exact(4).map(number)
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

    fn prepared(&self, range: Range<u32>) -> Option<Vec<f32>> {
        if range.len() == 1 {
            return self.one(range.start, &self.last_prepared, |row| {
                self.prepared_of(row).collect()
            });
        }
        let (bytes, before) = self.read(&range)?;
        let rows = bytes.chunks_exact(self.width());
        let rows = rows.skip(before as usize).take(range.len());
        Some(rows.flat_map(|row| self.prepared_of(row)).collect())
    }
}

fn width(n_raw: usize, n_prepared: usize) -> usize {
    n_raw * 8 + n_prepared * 4
}

fn place(index: u32, width: usize) -> u64 {
    MAGIC.len() as u64 + u64::from(index) * width as u64
}

/// Rows of the newest changes that stay in memory while more are learned: most labels become known while their
/// change is among these.
const RECENT: u32 = 4_096;

/// Rows that are written together.
const BLOCK: u32 = 1_024;

/// Takes the rows over from a journal while it grows, so that it holds those of the newest changes alone.
///
/// If nothing was kept before, they go to a new file, which takes the place of the old one at the
/// [end](Self::finish): others may be reading that. Else they are appended after those kept before; until a
/// state is written that knows of them, they are what a process leaves that died.
#[derive(Debug)]
pub(crate) struct Writer {
    path: PathBuf,
    file: File,
    /// The same file, for reading.
    reader: Arc<Mutex<File>>,
    /// The new file, until it takes its place.
    made: Option<NamedTempFile>,
    /// Rows in the file.
    n: u32,
    widths: (usize, usize),
    sums: Vec<u32>,
    /// Rows that stay in memory, and how many more there are when they are written.
    held: (u32, u32),
    /// What went wrong: nothing is written any more then.
    failed: Option<std::io::Error>,
}

impl Writer {
    /// Begins after the rows that `journal` has from `path` already; `sums` are theirs. Rows beyond are cut off.
    pub(crate) fn begin(
        path: &Path,
        journal: &Journal,
        mut sums: Vec<u32>,
    ) -> Result<Self, StateError> {
        let widths = (journal.n_raw(), journal.n_prepared());
        let n = journal.n_earlier();
        let open = || {
            if n == 0 {
                let made = crate::state::temporary(path)?;
                let mut file = made.as_file().try_clone()?;
                file.write_all(MAGIC)?;
                return Ok((file, made.reopen()?, Some(made)));
            }
            let mut file = File::options().write(true).open(path)?;
            file.set_len(place(n, width(widths.0, widths.1)))?;
            file.seek(SeekFrom::End(0))?;
            Ok((file, File::open(path)?, None))
        };
        let (file, reader, made) = open().map_err(|source| unwritten(path, source))?;
        if n == 0 {
            sums.clear();
        }
        Ok(Self {
            path: path.to_path_buf(),
            file,
            reader: Arc::new(Mutex::new(reader)),
            made,
            n,
            widths,
            sums,
            held: (RECENT, BLOCK),
            failed: None,
        })
    }

    /// Takes over all rows but those of the newest changes, if there are many in memory.
    ///
    /// An error is told at the [end](Self::finish); the rows stay in memory then.
    pub(crate) fn take_over(
        &mut self,
        learning: &mut Prequential,
    ) -> Result<(), risk_evaluate::Error> {
        let journal = learning.journal();
        let n_held = journal.n_arrived() - journal.n_earlier();
        if self.failed.is_some() || n_held < self.held.0 + self.held.1 {
            return Ok(());
        }
        let until = journal.n_arrived() - self.held.0;
        if let Err(error) = self.append(journal, until) {
            self.failed = Some(error);
            return Ok(());
        }
        let rows = Rows {
            file: Arc::clone(&self.reader),
            last_raw: Mutex::default(),
            last_prepared: Mutex::default(),
            n: until,
            n_raw: self.widths.0,
            n_prepared: self.widths.1,
            sums: self.sums.clone(),
        };
        learning.hand_over(until, Arc::new(rows))
    }

    /// Writes the rows that are still in memory, flushes all to the disk, and puts the file in its place; returns
    /// the checksums of all rows.
    pub(crate) fn finish(mut self, journal: &Journal) -> Result<Vec<u32>, StateError> {
        let mut end = || {
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            self.append(journal, journal.n_arrived())?;
            self.file.sync_all()?;
            if let Some(made) = self.made.take() {
                made.persist(&self.path).map_err(|error| error.error)?;
            }
            Ok(())
        };
        end().map_err(|source| unwritten(&self.path, source))?;
        Ok(self.sums)
    }

    /// Writes the rows from where the file ends to `until`, all of which are in memory.
    fn append(&mut self, journal: &Journal, until: u32) -> std::io::Result<()> {
        let held = (self.n - journal.n_earlier()) as usize;
        let raw = values(journal.raw_values(), self.widths.0).skip(held);
        let prepared = values(journal.prepared_values(), self.widths.1).skip(held);
        let mut out = BufWriter::with_capacity(1 << 16, &self.file);
        for (index, (raw, prepared)) in (self.n..until).zip(raw.zip(prepared)) {
            let (raw, prepared) = (little_endian(raw), little_endian(prepared));
            // The checksum of a group goes on where the rows before have left it.
            let before = match self.sums.last() {
                Some(&sum) if !index.is_multiple_of(GROUP) => {
                    self.sums.pop();
                    sum
                }
                _ => 0,
            };
            let mut hasher = crc32fast::Hasher::new_with_initial(before);
            hasher.update(&raw);
            hasher.update(&prepared);
            self.sums.push(hasher.finalize());
            out.write_all(&raw)?;
            out.write_all(&prepared)?;
        }
        out.flush()?;
        self.n = until;
        Ok(())
    }
}

fn unwritten(path: &Path, source: std::io::Error) -> StateError {
    StateError::File {
        path: path.to_path_buf(),
        doing: "written",
        source,
    }
}

/// Rows of a flat vector; there are none without columns.
fn values<T: Stored>(all: &[T], width: usize) -> std::slice::ChunksExact<'_, T> {
    all.chunks_exact(width.max(1))
}

#[cfg(test)]
mod tests {
    use super::{Rows, Writer};
    use risk_change::Timestamp;
    use risk_evaluate::{Journal, Row, Step};
    use risk_features::Features;
    use risk_learn::Label;
    use std::path::Path;
    use std::sync::Arc;

    /// An arrival of a made-up change, or what an earlier one turned out to be: every third change is clean after
    /// 10 others, every seventh defective after 100.
    fn steps(index: u32) -> Vec<Step> {
        let at = Timestamp(i64::from(index) * 3_600);
        let value = |column: usize| match (index as usize * 7 + column * 13) % 23 {
            0 => f64::NAN,
            value => value as f64 / 3.0,
        };
        let row = Row {
            raw: (0..Features::NAMES.len()).map(value).collect(),
            size: 1.0,
            effort: 2.0,
        };
        let known = |before: u32, every: u32, label| {
            let index = index.checked_sub(before)?;
            let is_known = index.is_multiple_of(every);
            is_known.then_some(Step::Verification { index, label, at })
        };
        let arrival = Step::Arrival { index, at, row };
        let clean = known(10, 3, Label::Clean);
        let defective = known(100, 7, Label::Defective);
        [Some(arrival), clean, defective]
            .into_iter()
            .flatten()
            .collect()
    }

    fn begin(path: &Path, journal: &Journal, sums: Vec<u32>) -> Writer {
        let mut writer = Writer::begin(path, journal, sums).unwrap();
        writer.held = (40, 25);
        writer
    }

    #[test]
    fn rows_taken_over_while_they_are_learned_are_those_kept_in_memory() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rows");
        let start = || crate::prior::start();
        let (mut whole, mut parted) = (start(), start());
        let mut writer = begin(&path, parted.journal(), Vec::new());
        for index in 0..500 {
            if index == 300 {
                // A run ends here, what comes after it dies, and another goes on.
                let sums = writer.finish(parted.journal()).unwrap();
                let widths = (parted.journal().n_raw(), parted.journal().n_prepared());
                let rows = Rows::open(&path, 300, widths, sums.clone()).unwrap();
                parted.hand_over(300, Arc::new(rows)).unwrap();
                let mut bytes = std::fs::read(&path).unwrap();
                bytes.extend_from_slice(&[7; 2_000]);
                std::fs::write(&path, bytes).unwrap();
                writer = begin(&path, parted.journal(), sums);
            }
            for step in steps(index) {
                whole.step(&step).unwrap();
                parted.step(&step).unwrap();
                writer.take_over(&mut parted).unwrap();
            }
            let journal = parted.journal();
            assert!(journal.n_arrived() - journal.n_earlier() <= 65);
        }
        assert!(parted.live() == whole.live());
        let (own, other) = (parted.journal(), whole.journal());
        assert_eq!(own.records(), other.records());
        let bits = |row: &[f64]| row.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        for range in [0..500, 60..70, 290..310, 455..460, 499..500] {
            let (own, other) = (own.raw_rows(range.clone()), other.raw_rows(range));
            assert_eq!(bits(&own.unwrap()), bits(&other.unwrap()));
        }
        for index in (0..500).rev() {
            let (own, other) = (own.prepared_row(index), other.prepared_row(index));
            assert_eq!(own.unwrap(), other.unwrap());
        }
        for index in [5, 299, 301, 480] {
            assert!(parted.rewind(index, None).unwrap() == whole.rewind(index, None).unwrap());
        }
        let sums = writer.finish(parted.journal()).unwrap();
        let alone = dir.path().join("alone");
        let writer = Writer::begin(&alone, other, Vec::new()).unwrap();
        assert_eq!(writer.finish(other).unwrap(), sums);
        assert!(std::fs::read(path).unwrap() == std::fs::read(alone).unwrap());
    }

    #[test]
    fn rows_that_cannot_be_written_stay_in_memory_and_the_end_tells() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rows");
        let mut learning = crate::prior::start();
        let mut writer = begin(&path, learning.journal(), Vec::new());
        // A file that is open for reading alone.
        writer.file = std::fs::File::open(dir.path()).unwrap();
        for step in (0..100).flat_map(steps) {
            learning.step(&step).unwrap();
            writer.take_over(&mut learning).unwrap();
        }
        assert_eq!(learning.journal().n_earlier(), 0);
        assert!(writer.finish(learning.journal()).is_err());
        assert!(!path.exists());
    }
}
