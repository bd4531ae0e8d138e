//! The state below the repository's common git directory.
//!
//! `risk/state` holds what scoring and further learning need, in the parts of a [`Shelf`] (see [`Part`]), but
//! for the rows of the changes, which only ever grow and lie in `risk/rows` ([`Rows`]). A new state is written
//! to a temporary file beside it, flushed to the disk and renamed over it, so that a reader sees the old one or
//! the new one and a process that dies leaves the old one. `risk/lock` is held while a state is made.

mod replace;

pub(crate) use replace::new_file;

use crate::args::Format;
use crate::error::StateError;
use crate::flat;
use crate::labels::LabelStamp;
use crate::parcel::Span;
use crate::rows::Rows;
use crate::shelf::{self, Broken, Shelf, encode, little_endian};
use risk_change::{Ancestry, ChangeId, Ids, Position, RepoPath};
use risk_evaluate::{Checkpoint, Evaluation, Journal, Lift, Live, Prequential, Refits};
use risk_replay::{Saved, SavedPeople};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Version of the format; a state of another version is made anew, one of a newer version is refused.
pub(crate) const FORMAT: u32 = 8;

/// The parts, in order. Numbers are plain little-endian arrays, read straight into memory; the rest is postcard.
#[derive(Clone, Copy)]
enum Part {
    /// [`Stamp`].
    Stamp,
    /// [`Backtest`].
    Judged,
    /// [`Answer`]: what is told about the tip.
    Answer,
    Ids,
    /// Positions in ascending order of id.
    ById,
    Parents,
    ParentEnds,
    /// Numbers of the scored changes by position.
    Scored,
    Record,
    Tracker,
    CommittedAt,
    Subjects,
    Flags,
    /// What the twins of each fix have in common with it.
    Twins,
    /// Lines that each commit added and deleted.
    Sizes,
    /// Files that each touched.
    FilesTouched,
    /// Hashes of the authors.
    Authors,
    Origins,
    /// Steps of the trail of line origins.
    Trail,
    TrailEnds,
    /// Records of fixed size, see [`flat`].
    Records,
    /// Events of fixed size.
    Events,
    /// Models and scales.
    Learning,
    /// Checksums of the rows.
    RowSums,
    /// [`Steered`].
    Steered,
}

pub(crate) const PARTS: usize = Part::Steered as usize + 1;

/// What a state was made with: if any of it differs, history has to be folded anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// The version that wrote it: rules and formulas are those of one version.
    pub(crate) tool: String,
    /// Names of the features, in order.
    pub(crate) features: Vec<String>,
    /// Variant of SZZ, limits, and the checksum of the prior, as text.
    pub(crate) options: String,
    /// CRC-32 of `.mailmap` and of `.git-blame-ignore-revs` at the tip.
    pub(crate) steering: (u32, u32),
    /// What of the configuration changes what is learned.
    pub(crate) configured: Configured,
    /// The labels that people had given.
    pub(crate) labels: LabelStamp,
    /// Bytes of the cache of changes that belong to this state.
    pub(crate) cached_bytes: u64,
}

/// What of the configuration changes what is learned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Configured {
    /// Days of silence after which a change counts as clean.
    pub(crate) waiting: f64,
    /// Lines of `.gitattributes` and patterns that say which files do not count.
    pub(crate) exclude: (Vec<String>, Vec<String>),
    pub(crate) bots: Vec<String>,
    /// Words that mark a fix, and subjects that are never those of one.
    pub(crate) fixes: (Vec<String>, Vec<String>),
    /// The patterns of keys and a checksum of the issues; nothing if there are none.
    pub(crate) issues: Option<(Vec<String>, u32)>,
}

/// What was made of the files that steer how history is read, to tell whether other files make a difference.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Steered {
    /// The authors of all changes, before `.mailmap`.
    pub(crate) people: SavedPeople,
    /// The revisions of `.git-blame-ignore-revs`.
    pub(crate) ignored: BTreeSet<ChangeId>,
    /// Paths of all files that were met and do not count.
    pub(crate) excluded: BTreeSet<RepoPath>,
}

/// The back-test, so that it need not be done again for each question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Backtest {
    pub(crate) evaluation: Evaluation,
    pub(crate) lift: Lift,
}

/// What `git risk score` tells about the tip, the commit that is asked for most.
///
/// It follows from the rest of the state; the score in it was compared with the recorded one when it was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// The tip.
    pub(crate) commit: ChangeId,
    /// What was configured beside the files of that commit ([`settings::beside_the_base`](crate::settings::beside_the_base)).
    pub(crate) beside: String,
    pub(crate) text: String,
    pub(crate) json: String,
}

impl Answer {
    pub(crate) fn told(&self, format: Format) -> &str {
        match format {
            Format::Text => &self.text,
            Format::Json => &self.json,
        }
    }
}

/// A state as it is kept; fixes and line origins are read when they are asked for.
pub(crate) struct State {
    pub(crate) stamp: Stamp,
    pub(crate) backtest: Backtest,
    pub(crate) replay: Saved,
    pub(crate) learning: Prequential,
    pub(crate) kept: Kept,
}

/// The file of a state, for what was not read yet.
pub(crate) struct Kept {
    shelf: Shelf,
    row_sums: Vec<u32>,
}

impl Kept {
    /// Checksums of the rows.
    pub(crate) fn row_sums(&self) -> &[u32] {
        &self.row_sums
    }

    /// Reads the fixes and line origins; those of earlier commits are large and rarely needed for a question.
    pub(crate) fn szz(&self, with_trail: bool) -> Result<risk_szz::Saved, StateError> {
        let shelf = &self.shelf;
        let read = || {
            let committed_at: Vec<i64> = shelf.numbers(Part::CommittedAt as usize)?;
            let n_commits = committed_at.len() as Position;
            let trail = if with_trail {
                let ends: Vec<u32> = shelf.numbers(Part::TrailEnds as usize)?;
                risk_szz::Trail {
                    first: n_commits.saturating_sub(ends.len() as Position),
                    ends,
                    bytes: shelf.numbers(Part::Trail as usize)?,
                }
            } else {
                risk_szz::Trail::default()
            };
            Ok(risk_szz::Saved {
                index: risk_szz::SavedIndex {
                    committed_at,
                    subjects: shelf.numbers(Part::Subjects as usize)?,
                    flags: shelf.numbers(Part::Flags as usize)?,
                    twins: shelf.numbers(Part::Twins as usize)?,
                    sizes: shelf.numbers(Part::Sizes as usize)?,
                    n_files: shelf.numbers(Part::FilesTouched as usize)?,
                    authors: shelf.numbers(Part::Authors as usize)?,
                },
                origins: shelf.value(Part::Origins as usize)?,
                trail,
            })
        };
        read().map_err(|broken| self.broken(broken))
    }

    /// The whole file.
    pub(crate) fn span(&self) -> std::io::Result<Span> {
        self.shelf.span()
    }

    /// Reads what was made of the files that steer.
    pub(crate) fn steered(&self) -> Result<Steered, StateError> {
        let steered = self.shelf.value(Part::Steered as usize);
        steered.map_err(|broken| self.broken(broken))
    }

    /// Makes certain of what is read neither for a question nor to go on, so that no damage goes unnoticed.
    pub(crate) fn verify(&self) -> Result<(), StateError> {
        let answer = self.shelf.numbers::<u8>(Part::Answer as usize);
        answer.map_err(|broken| self.broken(broken))?;
        self.steered().map(|_| ())
    }

    fn broken(&self, broken: Broken) -> StateError {
        broken.at(self.shelf.path(), FORMAT)
    }
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

    /// A folder that is being made ready.
    pub(crate) fn at(path: &Path) -> Self {
        Self {
            path: path.to_path_buf(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
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
                wait_for(&file).map_err(failed(&path, "locked"))?;
            }
            Err(TryLockError::Error(source)) if source.kind() == ErrorKind::Interrupted => {
                wait_for(&file).map_err(failed(&path, "locked"))?;
            }
            Err(TryLockError::Error(source)) => return Err(failed(&path, "locked")(source)),
        }
        self.sweep();
        self.settle().map_err(failed(&self.path, "written"))?;
        Ok(Lock { _file: file })
    }

    /// Whether another process makes a state.
    pub(crate) fn is_locked(&self) -> bool {
        let file = File::open(self.file("lock"));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Removes what a process that died has left; only under the lock, where nobody else writes.
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.path) else {
            return;
        };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(".new-") {
                // What cannot be removed now is removed next time; it is in nobody's way.
                let path = entry.path();
                let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(path));
            }
        }
    }

    /// Whether the state is still the one that was read.
    pub(crate) fn is_still(&self, kept: &Kept) -> bool {
        Shelf::open(&self.file("state"), FORMAT, PARTS).is_ok_and(|now| now.is_same(&kept.shelf))
    }

    fn open(&self) -> Result<Shelf, StateError> {
        let path = self.file("state");
        Shelf::open(&path, FORMAT, PARTS).map_err(|broken| match broken {
            Broken::Unread(error) if error.kind() == std::io::ErrorKind::NotFound => {
                StateError::Missing
            }
            broken => broken.at(&path, FORMAT),
        })
    }

    /// What is told about `commit`, if the state stands at it and `is_made` says that it may be used.
    ///
    /// `None` also if anything is wrong with the state: whoever reads all of it will say so.
    pub(crate) fn answer(
        &self,
        commit: &ChangeId,
        is_made: impl FnOnce(&Stamp, &Answer) -> bool,
    ) -> Option<Answer> {
        let shelf = self.open().ok()?;
        let stamp: Stamp = shelf.value(Part::Stamp as usize).ok()?;
        let answer: Option<Answer> = shelf.value(Part::Answer as usize).ok()?;
        answer.filter(|answer| answer.commit == *commit && is_made(&stamp, answer))
    }

    /// Reads the state, but for what is needed only to go on.
    pub(crate) fn load(&self) -> Result<State, StateError> {
        let shelf = self.open()?;
        let path = shelf.path().to_path_buf();
        parse(shelf, &self.file("rows")).map_err(|broken| broken.at(&path, FORMAT))
    }

    /// Writes a state in place of the one before.
    pub(crate) fn save(&self, _lock: &Lock, made: &Made<'_>) -> Result<(), StateError> {
        let path = self.file("state");
        let failed = |source: std::io::Error| StateError::File {
            path: path.clone(),
            doing: "written",
            source,
        };
        let journal = made.learning.journal();
        let small = Small {
            live: made.learning.live().clone(),
            refits: made.learning.refits().clone(),
            origin: made.learning.origin().clone(),
            checkpoints: made.learning.checkpoints().to_vec(),
        };
        let replay = made.replay;
        let by_id = replay.ids.sorted();
        let (parents, parent_ends) = replay.ancestry.columns();
        let szz = replay.szz.as_ref().expect("a fold is saved whole");
        let records: Vec<_> = journal.records().iter().map(flat::of_record).collect();
        let events: Vec<_> = journal.events().iter().map(flat::of_event).collect();
        let parts: [Cow<'_, [u8]>; PARTS] = [
            encode(made.stamp),
            encode(made.backtest),
            encode(&made.answer),
            Cow::Borrowed(replay.ids.bytes()),
            little_endian(&by_id),
            little_endian(parents),
            little_endian(parent_ends),
            little_endian(&replay.scored),
            encode(&replay.record),
            encode(&replay.tracker),
            little_endian(&szz.index.committed_at),
            little_endian(&szz.index.subjects),
            little_endian(&szz.index.flags),
            little_endian(&szz.index.twins),
            little_endian(&szz.index.sizes),
            little_endian(&szz.index.n_files),
            little_endian(&szz.index.authors),
            encode(&szz.origins),
            little_endian(&szz.trail.bytes),
            little_endian(&szz.trail.ends),
            little_endian(records.as_flattened()),
            little_endian(events.as_flattened()),
            encode(&small),
            little_endian(made.row_sums),
            encode(made.steered),
        ];
        let mut file = temporary(&path).map_err(failed)?;
        shelf::write(&mut file, FORMAT, &parts).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// Waits for a lock, whatever signals come meanwhile.
pub(crate) fn wait_for(file: &File) -> std::io::Result<()> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// What is to be kept.
pub(crate) struct Made<'a> {
    pub(crate) stamp: &'a Stamp,
    pub(crate) backtest: &'a Backtest,
    pub(crate) answer: Option<Answer>,
    pub(crate) steered: &'a Steered,
    pub(crate) replay: &'a Saved,
    pub(crate) learning: &'a Prequential,
    /// Checksums of the rows, which are in their file already.
    pub(crate) row_sums: &'a [u32],
}

/// A file that will take the place of another in the same folder.
pub(crate) fn temporary(beside: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    temporary_named(".new-", beside)
}

/// As [`temporary`], with a name that begins in another way.
pub(crate) fn temporary_named(
    prefix: &str,
    beside: &Path,
) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    // As readable as everything else in the git directory: the umask decides.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(beside.parent().unwrap_or(beside))
}

/// Models and scales.
#[derive(Serialize, Deserialize)]
struct Small {
    live: Live,
    refits: Refits,
    origin: Checkpoint,
    checkpoints: Vec<Checkpoint>,
}

fn parse(shelf: Shelf, rows: &Path) -> Result<State, Broken> {
    // The two take about the same time.
    let (learned, replay) = std::thread::scope(|scope| {
        let learned = scope.spawn(|| learned(&shelf, rows));
        let replay = folded(&shelf);
        let learned = learned.join();
        (learned.expect("what is damaged is an error"), replay)
    });
    let (learning, row_sums) = learned?;
    Ok(State {
        stamp: shelf.value(Part::Stamp as usize)?,
        backtest: shelf.value(Part::Judged as usize)?,
        replay: replay?,
        learning,
        kept: Kept { shelf, row_sums },
    })
}

fn unfit() -> Broken {
    Broken::Damaged("its parts do not fit together")
}

/// The models and the journal, and the checksums of its rows.
fn learned(shelf: &Shelf, rows: &Path) -> Result<(Prequential, Vec<u32>), Broken> {
    let small: Small = shelf.value(Part::Learning as usize)?;
    let records = flat::records(&shelf.numbers(Part::Records as usize)?);
    let events = flat::events(&shelf.numbers(Part::Events as usize)?).ok_or_else(unfit)?;
    let row_sums: Vec<u32> = shelf.numbers(Part::RowSums as usize)?;
    let preparation = small.live.preparation();
    let widths = (preparation.n_raw(), preparation.n_columns());
    let rows = Rows::open(rows, records.len() as u32, widths, row_sums.clone())
        .ok_or(Broken::Damaged("the rows beside it are not all there"))?;
    let journal = Journal::resume(widths.0, widths.1, records, events, Arc::new(rows));
    let journal = journal.map_err(|_| unfit())?;
    let Small {
        live,
        refits,
        origin,
        checkpoints,
    } = small;
    let learning =
        Prequential::from_parts(live, journal, refits, origin, checkpoints).map_err(|_| unfit())?;
    Ok((learning, row_sums))
}

/// The fold without fixes and line origins.
fn folded(shelf: &Shelf) -> Result<Saved, Broken> {
    let (ids, by_id) = (
        shelf.numbers(Part::Ids as usize)?,
        shelf.numbers(Part::ById as usize)?,
    );
    let ids = Ids::from_columns(ids, by_id).ok_or_else(unfit)?;
    let parents = shelf.numbers(Part::Parents as usize)?;
    let parent_ends = shelf.numbers(Part::ParentEnds as usize)?;
    let ancestry = Ancestry::from_columns(parents, parent_ends).ok_or_else(unfit)?;
    Ok(Saved {
        ids,
        ancestry,
        scored: shelf.numbers(Part::Scored as usize)?,
        record: shelf.value(Part::Record as usize)?,
        tracker: shelf.value(Part::Tracker as usize)?,
        met: SavedPeople::default(),
        excluded: BTreeSet::new(),
        szz: None,
    })
}
