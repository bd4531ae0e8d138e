//! Which warnings were shown, so that none is repeated, and which were acknowledged.
//!
//! `risk/shown` has a line for each: the [fingerprint](risk_history::fingerprint) of the change, the commit that it was
//! when it was shown, and what became of the push. It is a memory and no record: if it is lost, or cannot be read, some
//! warnings come again.

use risk_change::ChangeId;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Warnings that are remembered; the oldest are forgotten.
const MOST: usize = 5_000;

/// Bytes that are read: more than we write.
const LONGEST: u64 = MOST as u64 * 256;

const HEADER: &str = "git-risk shown 1";

/// How often, and after which pause, it is tried to write while another process does.
const TRIES: (u32, Duration) = (40, Duration::from_millis(5));

/// What became of the push that a warning was shown at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It went on.
    Told,
    /// It was the last one that was stopped.
    Stopped,
    /// Somebody let the change through.
    Acknowledged,
}

/// A change that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) fingerprint: [u8; 20],
    pub(super) commit: ChangeId,
    pub(super) fate: Fate,
}

/// The changes that were shown, the oldest first.
#[derive(Debug)]
pub(crate) struct Shown {
    marks: Vec<Mark>,
}

impl Shown {
    /// What is remembered in the folder of the state.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut text = String::new();
        let file = File::open(folder.join("shown")).map(|file| file.take(LONGEST));
        if file
            .and_then(|mut file| file.read_to_string(&mut text))
            .is_err()
        {
            text.clear();
        }
        let mut lines = text.lines();
        let marks = match lines.next() {
            Some(HEADER) => lines.filter_map(mark).collect(),
            _ => Vec::new(),
        };
        Self { marks }
    }

    /// How many are remembered.
    #[cfg(fuzzing)]
    pub(crate) fn len(&self) -> usize {
        self.marks.len()
    }

    /// What became of a change that was shown as this commit.
    pub(super) fn of_commit(&self, commit: &ChangeId) -> Option<Fate> {
        self.find(|mark| mark.commit == *commit)
    }

    /// What became of a change that was shown, whatever commit it was then.
    pub(super) fn of_change(&self, fingerprint: &[u8; 20]) -> Option<Fate> {
        self.find(|mark| mark.fingerprint == *fingerprint)
    }

    fn find(&self, is_it: impl Fn(&Mark) -> bool) -> Option<Fate> {
        let found = self.marks.iter().rev().find(|mark| is_it(mark));
        found.map(|mark| mark.fate)
    }

    /// The changes that stopped the last push.
    pub(super) fn stopped(&self) -> impl Iterator<Item = &Mark> {
        self.marks.iter().filter(|mark| mark.fate == Fate::Stopped)
    }

    /// Remembers changes beside what others have remembered since.
    pub(super) fn remember(folder: &Path, new: &[Mark]) -> io::Result<()> {
        if new.is_empty() {
            return Ok(());
        }
        fs::create_dir_all(folder)?;
        let lock = lock(&folder.join("shown.lock"))?;
        let mut shown = Self::read(folder);
        shown.add(new);
        let mut text = format!("{HEADER}\n");
        for mark in &shown.marks {
            text.push_str(&line(mark));
        }
        let file = folder.join("shown.new");
        fs::write(&file, text)?;
        fs::rename(&file, folder.join("shown"))?;
        drop(lock);
        Ok(())
    }

    fn add(&mut self, new: &[Mark]) {
        if new.iter().any(|mark| mark.fate == Fate::Stopped) {
            for mark in &mut self.marks {
                if mark.fate == Fate::Stopped {
                    mark.fate = Fate::Told;
                }
            }
        }
        for mark in new {
            self.marks
                .retain(|known| known.fingerprint != mark.fingerprint);
            self.marks.push(mark.clone());
        }
        let surplus = self.marks.len().saturating_sub(MOST);
        self.marks.drain(..surplus);
    }
}

/// Waits a moment for others that write, and fails if it takes longer.
fn lock(path: &PathBuf) -> io::Result<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    let (tries, pause) = TRIES;
    for _ in 0..tries {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(pause),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::from(io::ErrorKind::WouldBlock))
}

fn line(mark: &Mark) -> String {
    let fingerprint =
        ChangeId::from_bytes(&mark.fingerprint).expect("a fingerprint has the length of an id");
    let fate = match mark.fate {
        Fate::Told => "told",
        Fate::Stopped => "stopped",
        Fate::Acknowledged => "acknowledged",
    };
    format!("{fingerprint} {} {fate}\n", mark.commit)
}

fn mark(line: &str) -> Option<Mark> {
    let mut words = line.split(' ');
    let fingerprint = ChangeId::from_hex(words.next()?)?;
    let commit = ChangeId::from_hex(words.next()?)?;
    let fate = match words.next()? {
        "told" => Fate::Told,
        "stopped" => Fate::Stopped,
        "acknowledged" => Fate::Acknowledged,
        _ => return None,
    };
    Some(Mark {
        fingerprint: fingerprint.as_bytes().try_into().ok()?,
        commit,
        fate,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(n: u16, fate: Fate) -> Mark {
        let mut fingerprint = [0; 20];
        fingerprint[..2].copy_from_slice(&n.to_le_bytes());
        Mark {
            fingerprint,
            commit: ChangeId::from_bytes(&fingerprint).unwrap(),
            fate,
        }
    }

    #[test]
    fn what_is_remembered_is_found_by_commit_and_by_content() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("risk");
        assert_eq!(Shown::read(&folder).of_change(&[0; 20]), None);
        Shown::remember(&folder, &[mark(1, Fate::Told), mark(2, Fate::Stopped)]).unwrap();
        Shown::remember(&folder, &[mark(3, Fate::Stopped), mark(1, Fate::Told)]).unwrap();
        let shown = Shown::read(&folder);
        assert_eq!(
            shown.of_commit(&mark(1, Fate::Told).commit),
            Some(Fate::Told)
        );
        // What stopped an earlier push is no longer what stopped the last one.
        assert_eq!(
            shown.of_change(&mark(2, Fate::Told).fingerprint),
            Some(Fate::Told)
        );
        let stopped: Vec<_> = shown.stopped().cloned().collect();
        assert_eq!(stopped, [mark(3, Fate::Stopped)]);
        assert_eq!(shown.marks.len(), 3);
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut shown = Shown { marks: Vec::new() };
        let all: Vec<_> = (0..MOST as u16 + 7).map(|n| mark(n, Fate::Told)).collect();
        shown.add(&all);
        assert_eq!(shown.marks, all[7..]);
    }

    #[test]
    fn a_broken_memory_is_begun_anew() {
        let dir = tempfile::tempdir().unwrap();
        for broken in [
            &b"\xff\xfe"[..],
            b"",
            b"something else\n",
            b"git-risk shown 1\nx y z\n",
        ] {
            fs::write(dir.path().join("shown"), broken).unwrap();
            Shown::remember(dir.path(), &[mark(1, Fate::Acknowledged)]).unwrap();
            let shown = Shown::read(dir.path());
            assert_eq!(shown.marks, [mark(1, Fate::Acknowledged)]);
        }
    }

    #[test]
    fn pushes_at_the_same_time_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for n in 0..8 {
                let folder = dir.path();
                scope.spawn(move || {
                    for more in 0..5 {
                        // A loaded machine may take longer than a push would wait.
                        let new = [mark(n * 5 + more, Fate::Told)];
                        while Shown::remember(folder, &new).is_err() {}
                    }
                });
            }
        });
        assert_eq!(Shown::read(dir.path()).marks.len(), 40);
    }
}
