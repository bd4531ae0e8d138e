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
//! The parts follow, each in postcard: [`Stamp`], replay, learning. A new state is written to a temporary
//! file beside it, flushed to the disk and renamed over it, so that a reader sees the old one or the new one
//! and a process that dies leaves the old one. `risk/lock` is held while a state is made.

use crate::error::StateError;
use risk_evaluate::Prequential;
use risk_replay::Saved;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"gitrisk\n";

/// Version of the format; a state of another version is made anew, one of a newer version is refused.
pub(crate) const FORMAT: u32 = 1;

const PARTS: usize = 3;

/// What a state was made with: if any of it differs, history has to be folded anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// Names of the features, in order.
    pub(crate) features: Vec<String>,
    /// Variant of SZZ, waiting time and limits, as text.
    pub(crate) options: String,
    /// CRC-32 of `.mailmap` and of `.git-blame-ignore-revs` at the tip.
    pub(crate) steering: (u32, u32),
    /// Bytes of the cache of changes that belong to this state.
    pub(crate) cached_bytes: u64,
}

/// A state as it is kept.
pub(crate) struct State {
    pub(crate) stamp: Stamp,
    pub(crate) replay: Saved,
    pub(crate) learning: Prequential,
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

    /// Reads the state.
    pub(crate) fn load(&self) -> Result<State, StateError> {
        let path = self.file("state");
        let mut bytes = Vec::new();
        match File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)) {
            Ok(_) => {}
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
        }
        parse(&bytes).map_err(|error| match error {
            Broken::Newer(found) => StateError::Newer {
                path,
                found,
                known: FORMAT,
            },
            Broken::Other => StateError::Other,
            Broken::Damaged(what) => StateError::Damaged { path, what },
        })
    }

    /// Writes a state in place of the one before.
    pub(crate) fn save(
        &self,
        _lock: &Lock,
        stamp: &Stamp,
        replay: &Saved,
        learning: &Prequential,
    ) -> Result<(), StateError> {
        let path = self.file("state");
        let failed = |source: std::io::Error| StateError::File {
            path: path.clone(),
            doing: "written",
            source,
        };
        let parts = [encode(stamp), encode(replay), encode(learning)];
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

        let mut file = tempfile::Builder::new()
            .prefix(".new-")
            .tempfile_in(&self.path)
            .map_err(failed)?;
        file.write_all(&header).map_err(failed)?;
        for part in &parts {
            file.write_all(part).map_err(failed)?;
        }
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

enum Broken {
    Newer(u32),
    Other,
    Damaged(&'static str),
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(value).expect("plain data always serialises into memory")
}

fn parse(bytes: &[u8]) -> Result<State, Broken> {
    let short = Broken::Damaged("it ends too early");
    let mut rest = bytes;
    let mut take = |n: usize| -> Option<&[u8]> {
        let (head, tail) = rest.split_at_checked(n)?;
        rest = tail;
        Some(head)
    };
    let word = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().expect("four bytes were taken"));
    if take(8) != Some(MAGIC) {
        return Err(Broken::Damaged("it does not begin like one"));
    }
    match take(4).map(word) {
        Some(FORMAT) => {}
        Some(newer) if newer > FORMAT => return Err(Broken::Newer(newer)),
        Some(_) => return Err(Broken::Other),
        None => return Err(short),
    }
    let Some(n_parts) = take(4).map(word) else {
        return Err(short);
    };
    if n_parts as usize != PARTS {
        return Err(Broken::Damaged("it has another number of parts"));
    }
    let mut table = [(0, 0); PARTS];
    for slot in &mut table {
        let Some(entry) = take(16) else {
            return Err(short);
        };
        let len = u64::from_le_bytes(entry[..8].try_into().expect("eight bytes were taken"));
        *slot = (
            usize::try_from(len).map_err(|_| Broken::Damaged("a part is too long"))?,
            word(&entry[8..12]),
        );
    }
    let header = bytes.len() - rest.len();
    let (sum, mut rest) = rest.split_at_checked(4).ok_or(short)?;
    if crc32fast::hash(&bytes[..header]) != word(sum) {
        return Err(Broken::Damaged(
            "its header does not have the checksum it should have",
        ));
    }
    let mut parts: [&[u8]; PARTS] = [&[]; PARTS];
    for (part, (len, _)) in parts.iter_mut().zip(table) {
        (*part, rest) = rest
            .split_at_checked(len)
            .ok_or(Broken::Damaged("it ends too early"))?;
    }
    let checked = |at: usize| {
        if crc32fast::hash(parts[at]) == table[at].1 {
            Ok(parts[at])
        } else {
            Err(Broken::Damaged(
                "a part does not have the checksum it should have",
            ))
        }
    };
    let stamp = decode(checked(0)?)?;
    // The two large parts take most of the time of a warm score.
    let (replay, learning) = std::thread::scope(|scope| {
        let replay = scope.spawn(|| checked(1).and_then(decode));
        let learning = checked(2).and_then(decode);
        (replay.join().expect("decoding does not panic"), learning)
    });
    Ok(State {
        stamp,
        replay: replay?,
        learning: learning?,
    })
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Broken> {
    postcard::from_bytes(bytes).map_err(|_| Broken::Damaged("a part cannot be decoded"))
}
