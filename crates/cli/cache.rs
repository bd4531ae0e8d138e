//! Changes that were read once, kept so that they need not be read again.
//!
//! `risk/changes` is appended to as history goes on: a line with the version, then records of length (4 bytes,
//! little-endian), CRC-32 (4) and the change in postcard with what was left out of it. A change never alters, so
//! a record is good for ever; one that is torn or damaged counts as missing. When history is folded anew, because
//! it was rewritten or because a branch left it long before the tip, only what is not here is read from git.

use crate::error::StateError;
use risk_change::{Change, ChangeId, SkipReason, Skipped};
use risk_history::{History, Remembered};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// How lines are compared and classed is that of one version, so the cache of another is not used.
pub(crate) const MAGIC: &[u8] =
    concat!("gitrisk changes 2 of ", env!("CARGO_PKG_VERSION"), "\n").as_bytes();

/// Bytes before each record: its length and its sum.
const HEAD: usize = 8;

/// Bytes of the id of a change, and of its length.
const ID: usize = 33;

/// Where the changes are that were read before. They are read again one by one, so that a large history needs little
/// memory.
#[derive(Default)]
pub(crate) struct Kept {
    file: Option<File>,
    /// Where each record begins, and how long it is.
    places: FxHashMap<ChangeId, (u64, u32)>,
}

impl Kept {
    /// The changes in the first `valid` bytes of a file, up to the first record that is not whole. A missing file
    /// has none.
    pub(crate) fn open(path: &Path, valid: u64) -> Self {
        let mut places = FxHashMap::default();
        let file = File::open(path).ok();
        if let Some(file) = &file {
            // What could be found before something is wrong is good.
            let _ = find(&mut places, file, valid);
        }
        Self { file, places }
    }

    fn read(&self, id: &ChangeId) -> Option<(Change, Vec<Skipped>)> {
        let &(at, len) = self.places.get(id)?;
        let mut record = vec![0; HEAD + len as usize];
        self.file.as_ref()?.read_exact_at(&mut record, at).ok()?;
        let (head, body) = record.split_at(HEAD);
        let is_whole = word(&head[..4]) == len && word(&head[4..]) == crc32fast::hash(body);
        let (change, skipped) = is_whole
            .then(|| postcard::from_bytes(body).ok())
            .flatten()?;
        let change: Change = change;
        let skipped: Vec<Skipped> = skipped;
        // What could not be read then may be readable now.
        let is_read = skipped.iter().all(|it| it.why != SkipReason::Unreadable);
        // Whoever made it may have made the checksum, too.
        let is_of_it = change.id == *id && skipped.iter().all(|it| it.change == *id);
        (is_of_it && is_read && change.fits_together()).then_some((change, skipped))
    }
}

impl Remembered for &Kept {
    fn take(&mut self, id: &ChangeId) -> Option<(Change, Vec<Skipped>)> {
        self.read(id)
    }
}

/// Notes where each record of a file begins.
fn find(places: &mut FxHashMap<ChangeId, (u64, u32)>, file: &File, valid: u64) -> io::Result<()> {
    let end = valid.min(file.metadata()?.len());
    let mut file = BufReader::with_capacity(1 << 16, file);
    let mut magic = [0; MAGIC.len()];
    file.read_exact(&mut magic)?;
    let mut at = MAGIC.len() as u64;
    if magic != *MAGIC {
        return Ok(());
    }
    // A record begins with the id of its change.
    let mut start = [0; HEAD + ID];
    while at + start.len() as u64 <= end {
        file.read_exact(&mut start)?;
        let len = word(&start[..4]);
        let next = at + HEAD as u64 + u64::from(len);
        let Ok(id) = postcard::from_bytes::<ChangeId>(&start[HEAD..]) else {
            break;
        };
        if next > end || (len as usize) < ID {
            break;
        }
        places.insert(id, (at, len));
        file.seek_relative(i64::from(len) - ID as i64)?;
        at = next;
    }
    Ok(())
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes were taken"))
}

/// The end of the file, where changes are appended as they are read.
pub(crate) struct Tail {
    path: PathBuf,
    out: BufWriter<File>,
    len: u64,
}

impl Tail {
    /// Stands after the first `valid` bytes, which are kept. What comes after them was written by a process that died
    /// before it wrote its state, and is cut off.
    pub(crate) fn open(path: &Path, valid: u64) -> Result<Self, StateError> {
        let failed = failed(path);
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(&failed)?;
        let len = file.metadata().map_err(&failed)?.len();
        let keep = if valid > len || valid < MAGIC.len() as u64 {
            0
        } else {
            valid
        };
        file.set_len(keep).map_err(&failed)?;
        file.seek(SeekFrom::End(0)).map_err(&failed)?;
        let mut tail = Self {
            path: path.to_path_buf(),
            out: BufWriter::with_capacity(1 << 20, file),
            len: keep,
        };
        if keep == 0 {
            tail.write(MAGIC)?;
        }
        Ok(tail)
    }

    /// Appends those changes of a piece of history that are not there yet.
    pub(crate) fn append(&mut self, history: &History, kept: &Kept) -> Result<(), StateError> {
        let mut skipped: BTreeMap<ChangeId, Vec<&Skipped>> = BTreeMap::new();
        for skip in &history.skipped {
            skipped.entry(skip.change).or_default().push(skip);
        }
        for change in &history.changes {
            if kept.places.contains_key(&change.id) {
                continue;
            }
            let skips = skipped.get(&change.id).map_or(&[][..], Vec::as_slice);
            let body = postcard::to_stdvec(&(change, skips))
                .expect("plain data always serialises into memory");
            self.write(&(body.len() as u32).to_le_bytes())?;
            self.write(&crc32fast::hash(&body).to_le_bytes())?;
            self.write(&body)?;
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StateError> {
        self.out.write_all(bytes).map_err(failed(&self.path))?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Makes sure that all is on the disk; returns how long the file is.
    pub(crate) fn finish(self) -> Result<u64, StateError> {
        let file = self
            .out
            .into_inner()
            .map_err(io::IntoInnerError::into_error);
        file.and_then(|file| file.sync_all())
            .map_err(failed(&self.path))?;
        Ok(self.len)
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> StateError {
    let path = path.to_path_buf();
    move |source| StateError::File {
        path: path.clone(),
        doing: "written",
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk_change::{Author, Edit, FileChange, FileKind, FileStatus, Hunk, Timestamp};
    use std::sync::Arc;

    /// A change that adds a file of so many lines.
    fn change(n_lines: u32) -> Change {
        let hunk = Hunk {
            old_start: 0,
            old_len: 0,
            new_start: 0,
            new_len: n_lines,
        };
        let edit = Edit {
            hunks: vec![hunk],
            ..Edit::default()
        };
        Change {
            id: ChangeId::from_bytes(&[7; 20]).expect("an id has 20 bytes"),
            parents: Vec::new(),
            author: Author {
                name: "Ann".into(),
                email: "ann@example.org".into(),
            },
            authored_at: Timestamp(0),
            committed_at: Timestamp(0),
            message: "Add".to_owned(),
            files: vec![FileChange {
                path: "a.c".into(),
                old_path: None,
                status: FileStatus::Added,
                kind: FileKind::Text,
                old_lines: 0,
                new_lines: n_lines,
                edit: Arc::new(edit),
                other_parents: Vec::new(),
                trace: None,
            }],
        }
    }

    /// What is read back of a record with the right checksum.
    fn read(change: &Change, skipped: &[Skipped]) -> Option<(Change, Vec<Skipped>)> {
        let body = postcard::to_stdvec(&(change, skipped)).unwrap();
        let mut bytes = MAGIC.to_vec();
        bytes.extend((body.len() as u32).to_le_bytes());
        bytes.extend(crc32fast::hash(&body).to_le_bytes());
        bytes.extend(body);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("changes");
        std::fs::write(&path, &bytes).unwrap();
        Kept::open(&path, bytes.len() as u64).read(&change.id)
    }

    #[test]
    fn a_record_that_does_not_fit_together_is_missing() {
        let whole = change(3);
        assert_eq!(read(&whole, &[]), Some((whole.clone(), Vec::new())));
        // It would be written out, a number for each line.
        assert_eq!(read(&change(u32::MAX), &[]), None);
        let of_another = Skipped {
            change: whole.id.zeroed(),
            path: None,
            why: SkipReason::RenameLimit,
        };
        assert_eq!(read(&whole, &[of_another]), None);
    }
}
