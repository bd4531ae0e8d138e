//! The pipeline: tree differences in parallel, line differences in parallel, changes in order; piece by piece.

use crate::commits::{self, Names};
use crate::diffs::diff;
use crate::error::{Error, change_id};
use crate::history::{Cached, History, Statistics};
use crate::objects::Loose;
use crate::pairs::{Compared, Comparer};
use crate::progress::Progress;
use crate::slots::PairTable;
use crate::trees::Trees;
use crate::walk::{MANY, Walk};
use crate::workers::Workers;
use risk_change::{Change, ChangeId, Skipped, Timestamp};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

/// Commits a worker takes at a time: neighbours share most trees, and where a chunk begins they are unpacked anew.
/// It hangs on the number of commits alone, so that where pieces end does not hang on the number of threads.
fn chunk_of(n_commits: usize) -> usize {
    (n_commits / 48).clamp(16, 256)
}

/// Commits of a piece. The versions of a path are read newest first, so each piece unpacks the newest ones anew:
/// with fewer commits that is felt, with more only the memory grows.
const COMMITS: usize = 3 << 12;

/// Changed files after which a piece ends early, with the chunk in which they are reached.
const FILES: usize = 1 << 17;

/// How often [`Progress::advance`] is told of each commit while it is read.
pub const READING_STEPS: usize = 1 + LINE_STEPS;

/// As often once its trees are compared, until its lines are.
const LINE_STEPS: usize = 2;

/// Changes that were read before, with what was left out of each.
///
/// A change never alters, so what is here need not be read again.
pub trait Remembered: Send {
    /// Gives a change away, if it is here and whole.
    fn take(&mut self, id: &ChangeId) -> Option<(Change, Vec<Skipped>)>;
}

impl Remembered for Cached {
    fn take(&mut self, id: &ChangeId) -> Option<(Change, Vec<Skipped>)> {
        self.remove(id)
    }
}

/// The changes of a [`Walk`], read one piece of history after the other, so that memory does not grow with it.
///
/// Where the pieces end alters nothing of what is read.
pub struct Pieces<'a> {
    walk: &'a Walk,
    workers: Workers,
    progress: &'a dyn Progress,
    landed_at: Vec<Timestamp>,
    is_last_child: Vec<bool>,
    commits: usize,
    files: usize,
    /// The first commit of the next piece.
    next: usize,
    /// What is remembered of the commits from there on, as far as it was asked for.
    ahead: VecDeque<Option<(Change, Vec<Skipped>)>>,
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(
        git_dir: &Path,
        loose: &Arc<Loose>,
        walk: &'a Walk,
        threads: usize,
        progress: &'a dyn Progress,
    ) -> Result<Self, Error> {
        Ok(Self {
            walk,
            workers: Workers::new(git_dir, loose, threads, walk.len() >= MANY)?,
            progress,
            landed_at: walk.landed_at(),
            is_last_child: walk.is_last_child(),
            commits: COMMITS,
            files: FILES,
            next: 0,
            ahead: VecDeque::new(),
        })
    }

    /// Pieces of at most so many commits, that end early after so many changed files.
    #[must_use]
    pub fn of(mut self, n_commits: usize, n_files: usize) -> Self {
        self.commits = n_commits.max(1);
        self.files = n_files.max(1);
        self
    }

    /// Whether the last piece was read.
    pub fn are_read(&self) -> bool {
        self.next == self.walk.len()
    }

    /// Reads the next piece; `None` after the last.
    ///
    /// What is `remembered` is taken from there. Errors in commits and trees end the reading, for nothing beyond
    /// them is known; files that cannot be read are marked and listed.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`], [`Error::Malformed`].
    pub fn read_next(&mut self, remembered: &mut dyn Remembered) -> Result<Option<History>, Error> {
        self.look_ahead(remembered);
        if self.ahead.is_empty() {
            return Ok(None);
        }
        let wanted: Vec<usize> = self
            .ahead
            .iter()
            .zip(self.next..)
            .filter(|(known, _)| known.is_none())
            .map(|(_, index)| index)
            .collect();
        let table = self.compare_trees(&wanted)?;
        let (compared, blobs) = self.compare_lines(&table)?;

        let n_read = table.commits.len();
        // Where the files of the piece became too many, the rest waits for the next one.
        let end = wanted
            .get(n_read)
            .map_or(self.next + self.ahead.len(), |&index| index);
        let n_commits = end - self.next;
        let statistics = Statistics {
            commits: n_commits,
            cached: n_commits - n_read,
            blobs,
            pairs: table.pairs.len(),
        };
        let mut history = self.put_in_order(n_commits, table, &compared);
        history.statistics = statistics;
        Ok(Some(history))
    }

    /// Gives out `first`, which was read before, and then each further piece while the one after it is read.
    ///
    /// A piece is handed over, never put aside: at most two are held, of which `take` owns one. The same as to
    /// read and take in turns, in less time.
    ///
    /// # Errors
    ///
    /// What `take` returns, which ends the reading; as [`read_next`](Self::read_next).
    pub fn give_out<E: From<Error>>(
        mut self,
        first: History,
        remembered: &mut dyn Remembered,
        mut take: impl FnMut(History) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.are_read() {
            return take(first);
        }
        std::thread::scope(|scope| {
            let (sender, receiver) = mpsc::sync_channel(0);
            scope.spawn(move || {
                while let Some(piece) = self.read_next(remembered).transpose() {
                    let is_last = piece.is_err();
                    // Nobody takes it if taking the one before failed.
                    if sender.send(piece).is_err() || is_last {
                        break;
                    }
                }
            });
            take(first)?;
            for piece in receiver {
                take(piece?)?;
            }
            Ok(())
        })
    }

    /// Takes out what was remembered and what was read of the next commits, in their order.
    fn put_in_order(
        &mut self,
        n_commits: usize,
        table: PairTable,
        compared: &[Option<Compared>],
    ) -> History {
        let mut history = History::default();
        let mut read = table.commits.into_iter();
        // One for all files that another parent has as they are.
        let nothing = Arc::default();
        for (index, known) in (self.next..).zip(self.ahead.drain(..n_commits)) {
            if let Some((change, skipped)) = known {
                history.changes.push(change);
                history.skipped.extend(skipped);
            } else {
                let slots = read.next().expect("what is not remembered was read");
                let oid = self.walk.oid(index);
                history.push(oid, slots, &table.paths, compared, &nothing);
            }
            let parents = self.walk.parents_range(index);
            let is_last = &self.is_last_child[parents];
            history.last_children.push(is_last.to_vec());
            history.parents.push(self.walk.parents(index).to_vec());
            history.landed_at.push(self.landed_at[index]);
        }
        self.next += n_commits;
        history
    }

    /// Asks for what is remembered of the next piece.
    fn look_ahead(&mut self, remembered: &mut dyn Remembered) {
        let n_files = |(change, _): &(Change, Vec<Skipped>)| change.files.len();
        let mut files: usize = self.ahead.iter().flatten().map(n_files).sum();
        let mut n_known = 0;
        while self.ahead.len() < self.commits
            && files < self.files
            && self.next + self.ahead.len() < self.walk.len()
        {
            let oid = self.walk.oid(self.next + self.ahead.len());
            let known = remembered.take(&change_id(oid));
            if let Some(known) = &known {
                files += n_files(known);
                n_known += 1;
            }
            self.ahead.push_back(known);
        }
        self.progress.advance(n_known * READING_STEPS);
    }

    /// Reads commits and compares their trees, up to the chunk with which their files become too many.
    fn compare_trees(&self, wanted: &[usize]) -> Result<PairTable, Error> {
        let n_files = AtomicUsize::new(0);
        let len = chunk_of(wanted.len());
        let chunks = wanted.len().div_ceil(len);
        let mut diffed = self.workers.map(chunks, |objects, take| {
            let mut cache = Trees::new(objects);
            let mut names = Names::default();
            let mut out = Vec::new();
            while n_files.load(Ordering::Relaxed) < self.files
                && let Some(chunk) = take()
            {
                let range = chunk * len..wanted.len().min((chunk + 1) * len);
                let mut commits = Vec::with_capacity(range.len());
                for &index in &wanted[range] {
                    let commit = commits::read(objects, self.walk.oid(index), &mut names)?;
                    let parents = self.walk.parent_trees(index);
                    let diffed = diff(objects, &mut cache, self.walk.tree(index), &parents)?;
                    n_files.fetch_add(diffed.files.len(), Ordering::Relaxed);
                    commits.push((commit, diffed));
                }
                self.progress.advance(commits.len());
                out.push((chunk, commits));
            }
            Ok(out)
        })?;
        diffed.sort_unstable_by_key(|&(chunk, _)| chunk);
        // Chunks are taken in order, but how many more were under way when there were enough is up to chance.
        let mut files = 0;
        let piece = diffed.into_iter().map_while(|(_, commits)| {
            let is_open = files < self.files;
            files += commits
                .iter()
                .map(|(_, diffed)| diffed.files.len())
                .sum::<usize>();
            is_open.then_some(commits)
        });
        Ok(PairTable::of(piece.flatten()))
    }

    /// Compares the lines of all pairs of versions; also counts the versions read.
    fn compare_lines(&self, table: &PairTable) -> Result<(Vec<Option<Compared>>, usize), Error> {
        let groups = table.groups();
        let steps = Share {
            whole: table.pairs.len(),
            steps: table.commits.len() * LINE_STEPS,
            done: AtomicUsize::new(0),
        };
        let parts = self.workers.map(groups.len(), |objects, take| {
            let mut comparer = Comparer::new(objects);
            let mut out = Vec::new();
            while let Some(group) = take() {
                let group = &groups[group];
                comparer.begin_path();
                for &pair in group.iter().rev() {
                    let (path, versions) = &table.pairs[pair as usize];
                    out.push((
                        pair,
                        comparer.compare(&table.paths[*path as usize], *versions),
                    ));
                }
                self.progress.advance(steps.after(group.len()));
            }
            Ok(vec![(comparer.blobs_read, out)])
        })?;
        let mut blobs = 0;
        let mut compared: Vec<Option<Compared>> = vec![None; table.pairs.len()];
        for (read, part) in parts {
            blobs += read;
            for (pair, result) in part {
                compared[pair as usize] = Some(result);
            }
        }
        Ok((compared, blobs))
    }
}

/// A number of steps, spread over the parts of a whole.
struct Share {
    whole: usize,
    steps: usize,
    done: AtomicUsize,
}

impl Share {
    /// How many steps more are done with some parts more.
    fn after(&self, parts: usize) -> usize {
        let before = self.done.fetch_add(parts, Ordering::Relaxed);
        let at = |done: usize| done * self.steps / self.whole.max(1);
        at(before + parts) - at(before)
    }
}
