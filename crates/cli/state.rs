//! The state below the repository's common git directory: one file, written atomically.
//!
//! `risk/state` holds what scoring and further learning need. It begins with a header of fixed form:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `gitrisk` and a line feed |
//! | 4 | version of the format, little-endian |
//! | 4 | number of parts |
//! | 16 each | per part its length (8 bytes), its CRC-32 (4), and four zero bytes |
//! | 4 | CRC-32 of the header so far |
//!
//! The parts follow (see [`Part`]). A new state is written to a temporary
//! file beside it, flushed to the disk and renamed over it, so that a reader sees the old one or the new one
//! and a process that dies leaves the old one. `risk/lock` is held while a state is made.

use crate::error::StateError;
use risk_change::ChangeId;
use risk_evaluate::{Checkpoint, Evaluation, Event, Journal, Lift, Live, Prequential, Record};
use risk_replay::Saved;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"gitrisk\n";

/// Version of the format; a state of another version is made anew, one of a newer version is refused.
pub(crate) const FORMAT: u32 = 1;

/// The parts, in order. Numbers and rows are plain little-endian arrays, read straight into memory; the rest
/// is postcard.
#[derive(Clone, Copy)]
enum Part {
    Stamp,
    Judged,
    Ids,
    Record,
    Tracker,
    Szz,
    Learning,
    RawRows,
    PreparedRows,
}

const PARTS: usize = 9;

/// What a state was made with: if any of it differs, history has to be folded anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// The version that wrote it: rules and formulas are those of one version.
    pub(crate) tool: String,
    /// Names of the features, in order.
    pub(crate) features: Vec<String>,
    /// Variant of SZZ, waiting time and limits, as text.
    pub(crate) options: String,
    /// CRC-32 of `.mailmap` and of `.git-blame-ignore-revs` at the tip.
    pub(crate) steering: (u32, u32),
    /// Bytes of the cache of changes that belong to this state.
    pub(crate) cached_bytes: u64,
}

/// The back-test, so that it need not be done again for each question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Backtest {
    pub(crate) evaluation: Evaluation,
    pub(crate) lift: Lift,
}

/// A state as it is kept; fixes and line origins are read when they are asked for.
pub(crate) struct State {
    pub(crate) stamp: Stamp,
    pub(crate) backtest: Backtest,
    pub(crate) replay: Saved,
    pub(crate) learning: Prequential,
    pub(crate) rest: Rest,
}

/// The part of a state that is needed only to go on.
pub(crate) struct Rest {
    file: File,
    path: PathBuf,
    slot: Slot,
}

impl Rest {
    /// Reads the fixes and line origins.
    pub(crate) fn szz(&mut self) -> Result<risk_szz::Saved, StateError> {
        let read = read_part(&mut self.file, self.slot).and_then(|bytes| decode(&bytes));
        read.map_err(|broken| broken.at(&self.path))
    }
}

/// Where a part lies in the file.
#[derive(Clone, Copy, Default)]
struct Slot {
    at: u64,
    len: u64,
    sum: u32,
}

/// The folder of the state.
pub(crate) struct Folder {
    path: PathBuf,
}

/// Held while a state is made; let go when dropped, also by a process that dies.
pub(crate) struct Lock {
    _file: File,
}

impl Folder {
    pub(crate) fn of(common_dir: &Path) -> Self {
        Self {
            path: common_dir.join("risk"),
        }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Waits until no other process makes a state; `waiting` is called once if there is one.
    pub(crate) fn lock(&self, waiting: impl FnOnce()) -> Result<Lock, StateError> {
        let failed = |path: &Path, doing| {
            let path = path.to_path_buf();
            move |source| StateError::File {
                path,
                doing,
                source,
            }
        };
        fs::create_dir_all(&self.path).map_err(failed(&self.path, "made"))?;
        let path = self.file("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed(&path, "opened"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock().map_err(failed(&path, "locked"))?;
            }
            Err(TryLockError::Error(source)) => return Err(failed(&path, "locked")(source)),
        }
        self.sweep();
        Ok(Lock { _file: file })
    }

    /// Removes what a process that died has left; only under the lock, where nobody else writes.
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.path) else {
            return;
        };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(".new-") {
                // What cannot be removed now is removed next time; it is in nobody's way.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Reads the state, but for what is needed only to go on.
    pub(crate) fn load(&self) -> Result<State, StateError> {
        let path = self.file("state");
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StateError::Missing);
            }
            Err(source) => {
                return Err(StateError::File {
                    path,
                    doing: "read",
                    source,
                });
            }
        };
        parse(file, &path).map_err(|broken| broken.at(&path))
    }

    /// Writes a state in place of the one before.
    pub(crate) fn save(
        &self,
        _lock: &Lock,
        stamp: &Stamp,
        backtest: &Backtest,
        replay: &Saved,
        learning: &Prequential,
    ) -> Result<(), StateError> {
        let path = self.file("state");
        let failed = |source: std::io::Error| StateError::File {
            path: path.clone(),
            doing: "written",
            source,
        };
        let journal = learning.journal();
        let small = Small {
            live: learning.live().clone(),
            origin: learning.origin().clone(),
            checkpoints: learning.checkpoints().to_vec(),
            records: journal.records().to_vec(),
            events: journal.events().to_vec(),
        };
        let ids: Vec<u8> = replay
            .ids
            .iter()
            .flat_map(risk_change::ChangeId::as_bytes)
            .copied()
            .collect();
        let parts: [Cow<'_, [u8]>; PARTS] = [
            encode(stamp),
            encode(backtest),
            Cow::Owned(ids),
            encode(&replay.record),
            encode(&replay.tracker),
            encode(replay.szz.as_ref().expect("a fold is saved whole")),
            encode(&small),
            little_endian(journal.raw_values()),
            little_endian(journal.prepared_values()),
        ];
        let mut header = Vec::new();
        header.extend_from_slice(MAGIC);
        header.extend_from_slice(&FORMAT.to_le_bytes());
        header.extend_from_slice(&(PARTS as u32).to_le_bytes());
        for part in &parts {
            header.extend_from_slice(&(part.len() as u64).to_le_bytes());
            header.extend_from_slice(&crc32fast::hash(part).to_le_bytes());
            header.extend_from_slice(&[0; 4]);
        }
        let sum = crc32fast::hash(&header);
        header.extend_from_slice(&sum.to_le_bytes());

        let mut builder = tempfile::Builder::new();
        builder.prefix(".new-");
        // As readable as everything else in the git directory: the umask decides.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(&self.path).map_err(failed)?;
        file.write_all(&header).map_err(failed)?;
        for part in &parts {
            file.write_all(part).map_err(failed)?;
        }
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// What was learned, without the rows.
#[derive(Serialize, Deserialize)]
struct Small {
    live: Live,
    origin: Checkpoint,
    checkpoints: Vec<Checkpoint>,
    records: Vec<Record>,
    events: Vec<Event>,
}

enum Broken {
    Newer(u32),
    Other,
    Damaged(&'static str),
    Unread(std::io::Error),
}

impl Broken {
    fn at(self, path: &Path) -> StateError {
        let path = path.to_path_buf();
        match self {
            Self::Newer(found) => StateError::Newer {
                path,
                found,
                known: FORMAT,
            },
            Self::Other => StateError::Other,
            Self::Damaged(what) => StateError::Damaged { path, what },
            Self::Unread(source) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
                StateError::Damaged {
                    path,
                    what: "it ends too early",
                }
            }
            Self::Unread(source) => StateError::File {
                path,
                doing: "read",
                source,
            },
        }
    }
}

fn encode(value: &impl Serialize) -> Cow<'static, [u8]> {
    Cow::Owned(postcard::to_stdvec(value).expect("plain data always serialises into memory"))
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Broken> {
    postcard::from_bytes(bytes).map_err(|_| Broken::Damaged("a part cannot be decoded"))
}

/// The bytes of numbers, as they are kept.
fn little_endian<T: Stored>(values: &[T]) -> Cow<'_, [u8]> {
    if cfg!(target_endian = "little") {
        return Cow::Borrowed(bytemuck::cast_slice(values));
    }
    let mut swapped = values.to_vec();
    swapped.iter_mut().for_each(T::swap);
    Cow::Owned(bytemuck::cast_slice(&swapped).to_vec())
}

/// Numbers that are kept as plain arrays.
trait Stored: bytemuck::Pod {
    fn swap(&mut self);
}

impl Stored for u8 {
    fn swap(&mut self) {}
}

impl Stored for f32 {
    fn swap(&mut self) {
        *self = Self::from_bits(self.to_bits().swap_bytes());
    }
}

impl Stored for f64 {
    fn swap(&mut self) {
        *self = Self::from_bits(self.to_bits().swap_bytes());
    }
}

fn parse(mut file: File, path: &Path) -> Result<State, Broken> {
    let slots = read_header(&mut file)?;
    let part = |file: &mut File, part: Part| read_part(file, slots[part as usize]);
    let stamp = decode(&part(&mut file, Part::Stamp)?)?;
    let backtest = decode(&part(&mut file, Part::Judged)?)?;
    let ids = part(&mut file, Part::Ids)?;
    let record = decode(&part(&mut file, Part::Record)?)?;
    let tracker = decode(&part(&mut file, Part::Tracker)?)?;
    let small: Small = decode(&part(&mut file, Part::Learning)?)?;
    let raw: Vec<f64> = read_numbers(&mut file, slots[Part::RawRows as usize])?;
    let prepared: Vec<f32> = read_numbers(&mut file, slots[Part::PreparedRows as usize])?;

    let unfit = |_| Broken::Damaged("its parts do not fit together");
    let preparation = small.live.preparation();
    let (n_raw, n_prepared) = (preparation.n_raw(), preparation.n_columns());
    let journal = Journal::from_parts(
        n_raw,
        n_prepared,
        small.records,
        raw,
        prepared,
        small.events,
    )
    .map_err(unfit)?;
    let learning = Prequential::from_parts(small.live, journal, small.origin, small.checkpoints)
        .map_err(unfit)?;
    // Ids are of one length in a repository: 20 bytes, or 32 with SHA-256.
    let record: risk_replay::Record = record;
    let n_commits = record.n_commits();
    let length = ids.len().checked_div(n_commits).unwrap_or(20);
    let ids = ids
        .chunks(length.max(1))
        .map(ChangeId::from_bytes)
        .collect::<Option<Vec<_>>>();
    let ids = ids.ok_or(Broken::Damaged("its parts do not fit together"))?;
    let rest = Rest {
        file,
        path: path.to_path_buf(),
        slot: slots[Part::Szz as usize],
    };
    Ok(State {
        stamp,
        backtest,
        replay: Saved {
            ids,
            record,
            tracker,
            szz: None,
        },
        learning,
        rest,
    })
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes were taken"))
}

fn read_header(file: &mut File) -> Result<[Slot; PARTS], Broken> {
    const LEN: usize = 16 + 16 * PARTS;
    let mut start = [0; 16];
    file.read_exact(&mut start).map_err(Broken::Unread)?;
    if &start[..8] != MAGIC {
        return Err(Broken::Damaged("it does not begin like one"));
    }
    match word(&start[8..12]) {
        FORMAT => {}
        newer if newer > FORMAT => return Err(Broken::Newer(newer)),
        _ => return Err(Broken::Other),
    }
    if word(&start[12..16]) as usize != PARTS {
        return Err(Broken::Damaged("it has another number of parts"));
    }
    let mut header = [0; LEN + 4];
    header[..16].copy_from_slice(&start);
    file.read_exact(&mut header[16..]).map_err(Broken::Unread)?;
    if crc32fast::hash(&header[..LEN]) != word(&header[LEN..]) {
        return Err(Broken::Damaged(
            "its header does not have the checksum it should have",
        ));
    }
    let mut slots = [Slot::default(); PARTS];
    let mut at = (LEN + 4) as u64;
    for (slot, entry) in slots.iter_mut().zip(header[16..LEN].chunks_exact(16)) {
        let len = u64::from_le_bytes(entry[..8].try_into().expect("eight bytes were taken"));
        *slot = Slot {
            at,
            len,
            sum: word(&entry[8..12]),
        };
        at = at
            .checked_add(len)
            .ok_or(Broken::Damaged("a part is too long"))?;
    }
    let whole = file.metadata().map_err(Broken::Unread)?.len();
    if at == whole {
        Ok(slots)
    } else {
        Err(Broken::Damaged(
            "it does not have the length it should have",
        ))
    }
}

fn read_part(file: &mut File, slot: Slot) -> Result<Vec<u8>, Broken> {
    read_numbers(file, slot)
}

/// Reads an array; the lengths were checked against the file, so nothing is allocated for what is not there.
fn read_numbers<T: Stored>(file: &mut File, slot: Slot) -> Result<Vec<T>, Broken> {
    let size = size_of::<T>() as u64;
    if !slot.len.is_multiple_of(size) {
        return Err(Broken::Damaged("a part has a length it cannot have"));
    }
    let n = usize::try_from(slot.len / size).map_err(|_| Broken::Damaged("a part is too long"))?;
    let mut values = vec![T::zeroed(); n];
    file.seek(SeekFrom::Start(slot.at))
        .map_err(Broken::Unread)?;
    let bytes = bytemuck::cast_slice_mut(&mut values);
    file.read_exact(bytes).map_err(Broken::Unread)?;
    if crc32fast::hash(bytes) != slot.sum {
        return Err(Broken::Damaged(
            "a part does not have the checksum it should have",
        ));
    }
    if cfg!(target_endian = "big") {
        values.iter_mut().for_each(T::swap);
    }
    Ok(values)
}
