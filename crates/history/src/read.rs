//! The pipeline: walk, tree differences in parallel, line differences in parallel, changes in order.

use crate::commits::{self, Commit, Walk};
use crate::diffs::{Diffed, Other, Touched, diff};
use crate::error::{Error, change_id};
use crate::objects::{Loose, Objects};
use crate::pairs::{Compared, Comparer, Pair};
use crate::progress::{Progress, Stage};
use crate::renames::FileDelta;
use crate::trees::{Entry, Trees};
use crate::workers::Workers;
use git2::Oid;
use risk_change::{
    Change, ChangeId, Edit, FileChange, FileKind, FileStatus, OtherParent, Position, RepoPath,
    SkipReason, Skipped, Trace,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::Path;
use std::sync::Arc;

/// A stretch of history in landing order.
#[derive(Debug, Default)]
pub struct History {
    /// The changes, parents before children; merges are among them.
    pub changes: Vec<Change>,
    /// For each change the positions of its parents.
    pub parents: Vec<Vec<Position>>,
    /// What could not be read or was left out, in the order of the changes.
    pub skipped: Vec<Skipped>,
    /// How much was read: work can be asserted without a clock.
    pub statistics: Statistics,
}

/// Changes that were read before, with what was left out of them. Those that are needed are taken out.
///
/// A change never alters, so what is here need not be read again.
pub type Cached = FxHashMap<ChangeId, (Change, Vec<Skipped>)>;

/// Work done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Commit objects read.
    pub commits: usize,
    /// Changes that were known and needed no further reading.
    pub cached: usize,
    /// Blob objects read for line differences.
    pub blobs: usize,
    /// Distinct pairs of versions compared.
    pub pairs: usize,
}

/// Commits a worker takes at a time: neighbours share most trees.
const CHUNK: usize = 64;

/// The part of history that is wanted.
pub(crate) struct Stretch<'a> {
    /// Its last commit.
    pub(crate) tip: Oid,
    /// Where commits are that need not be read.
    pub(crate) known: &'a dyn Fn(&ChangeId) -> Option<Position>,
    /// The first position of it.
    pub(crate) next: Position,
}

pub(crate) fn read(
    git_dir: &Path,
    loose: &Arc<Loose>,
    objects: &Objects<'_>,
    stretch: &Stretch<'_>,
    cached: &mut Cached,
    threads: usize,
    progress: &dyn Progress,
) -> Result<History, Error> {
    progress.begin(Stage::Commits, None);
    let Walk { commits, parents } =
        commits::walk(objects, stretch.tip, stretch.known, stretch.next, &|n| {
            progress.advance(n);
        })?;
    let trees = parent_trees(objects, &commits)?;
    // From here on the workers read.
    objects.forget();
    let have: Vec<Option<(Change, Vec<Skipped>)>> = commits
        .iter()
        .map(|commit| cached.remove(&change_id(commit.oid)))
        .collect();
    let wanted: Vec<&Commit> = commits
        .iter()
        .zip(&have)
        .filter(|(_, known)| known.is_none())
        .map(|(commit, _)| commit)
        .collect();

    let n_cached = commits.len() - wanted.len();
    let workers = Workers::new(git_dir, loose, threads, wanted.len() >= commits::MANY)?;
    progress.begin(Stage::Trees, Some(wanted.len()));
    let chunks = wanted.len().div_ceil(CHUNK);
    let diffed = workers.map(chunks, |objects, take| {
        let mut cache = Trees::new(objects);
        let mut out = Vec::new();
        while let Some(chunk) = take() {
            let range = chunk * CHUNK..wanted.len().min((chunk + 1) * CHUNK);
            let n = range.len();
            let diffs = range
                .map(|at| diff(objects, &mut cache, wanted[at], &trees))
                .collect::<Result<Vec<_>, _>>()?;
            out.push((chunk, diffs));
            progress.advance(n);
        }
        Ok(out)
    })?;
    drop(trees);

    let table = PairTable::of(diffed);
    progress.begin(Stage::Lines, Some(table.pairs.len()));
    let groups = table.groups();
    let mut blobs = 0;
    let mut compared: Vec<Option<Compared>> = vec![None; table.pairs.len()];
    let parts = workers.map(groups.len(), |objects, take| {
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
            progress.advance(group.len());
        }
        Ok(vec![(comparer.blobs_read, out)])
    })?;
    for (read, part) in parts {
        blobs += read;
        for (pair, result) in part {
            compared[pair as usize] = Some(result);
        }
    }
    progress.end();

    let statistics = Statistics {
        commits: commits.len(),
        cached: n_cached,
        blobs,
        pairs: table.pairs.len(),
    };
    let mut history = History {
        changes: Vec::with_capacity(commits.len()),
        parents,
        skipped: Vec::new(),
        statistics,
    };
    let mut read = table.commits.into_iter();
    // One for all files that another parent has as they are.
    let nothing = Arc::default();
    for (commit, known) in commits.into_iter().zip(have) {
        if let Some((change, skipped)) = known {
            history.changes.push(change);
            history.skipped.extend(skipped);
        } else {
            let slots = read
                .next()
                .expect("every commit that was not known was read");
            history.push(commit, slots, &table.paths, &compared, &nothing);
        }
    }
    Ok(history)
}

/// The trees of all commits of the walk and of those parents that lie outside it.
fn parent_trees(objects: &Objects<'_>, commits: &[Commit]) -> Result<FxHashMap<Oid, Oid>, Error> {
    let mut trees: FxHashMap<Oid, Oid> = commits
        .iter()
        .map(|commit| (commit.oid, commit.tree))
        .collect();
    let mut names = commits::Names::default();
    for parent in commits.iter().flat_map(|commit| &commit.parents) {
        if !trees.contains_key(parent) {
            trees.insert(*parent, commits::read(objects, *parent, &mut names)?.tree);
        }
    }
    Ok(trees)
}

/// A file of a commit in numbers: paths and pairs of the table.
struct Slot {
    path: u32,
    old_path: Option<u32>,
    status: FileStatus,
    /// `None` if another parent has the same content, so that lines need not be compared.
    pair: Option<u32>,
    /// Where `git blame` takes the lines from, if elsewhere: the source and the pair with it.
    alone: Option<(u32, u32)>,
    others: Vec<SlotOther>,
}

enum SlotOther {
    Absent,
    Same(u32),
    /// It differs, and nobody needs to know how: another parent has the same.
    Unlike(u32),
    Differs(u32, u32),
}

/// The distinct pairs of versions of all commits, and the distinct paths.
#[derive(Default)]
struct PairTable {
    paths: Vec<RepoPath>,
    pairs: Vec<(u32, Pair)>,
    /// Per commit its files, and whether the rename limit was met.
    commits: Vec<(Vec<Slot>, bool)>,
}

impl PairTable {
    fn of(diffed: Vec<(usize, Vec<Diffed>)>) -> Self {
        let mut table = Self::default();
        let mut numbers: FxHashMap<Vec<u8>, u32> = FxHashMap::default();
        let mut known: FxHashMap<(u32, Option<Oid>, Option<Oid>), u32> = FxHashMap::default();
        let mut diffed = diffed;
        diffed.sort_unstable_by_key(|&(chunk, _)| chunk);
        for commit in diffed.into_iter().flat_map(|(_, chunk)| chunk) {
            let slots = commit
                .files
                .into_iter()
                .map(|touched| table.slot(touched, &mut numbers, &mut known))
                .collect();
            table.commits.push((slots, commit.over_limit));
        }
        table
    }

    fn slot(
        &mut self,
        touched: Touched,
        numbers: &mut FxHashMap<Vec<u8>, u32>,
        known: &mut FxHashMap<(u32, Option<Oid>, Option<Oid>), u32>,
    ) -> Slot {
        let Touched { file, others } = touched;
        let mut number = |path: Vec<u8>| {
            let next = self.paths.len() as u32;
            *numbers.entry(path).or_insert_with_key(|path| {
                self.paths.push(RepoPath::new(path));
                next
            })
        };
        let status = status(&file);
        // A first parent that has the content elsewhere comes before another that has it elsewhere.
        let alone = file.alone.as_ref().map(|(_, entry)| *entry);
        let source = alone.or(file.old.filter(|_| file.old_path.is_some()));
        let is_moved = source.is_some() && source.map(|it| it.oid) == file.new.map(|it| it.oid);
        let path = number(file.path);
        let old_path = file.old_path.map(&mut number);
        let mut pair = |old: Option<Entry>| {
            let key = (
                path,
                old.map(|entry| entry.oid),
                file.new.map(|entry| entry.oid),
            );
            *known.entry(key).or_insert_with(|| {
                self.pairs.push((path, (old, file.new)));
                self.pairs.len() as u32 - 1
            })
        };
        let taken = !is_moved && others.iter().any(|other| matches!(other, Other::Same(_)));
        let first = (!taken).then(|| pair(file.old));
        let alone = file.alone.filter(|_| !taken);
        let alone = alone.map(|(path, entry)| (number(path), pair(Some(entry))));
        let others = others
            .into_iter()
            .map(|other| match other {
                Other::Absent => SlotOther::Absent,
                Other::Same(path) => SlotOther::Same(number(path)),
                Other::Differs(path, _) if taken => SlotOther::Unlike(number(path)),
                Other::Differs(path, entry) => SlotOther::Differs(number(path), pair(Some(entry))),
            })
            .collect();
        Slot {
            path,
            old_path,
            status,
            pair: first,
            alone,
            others,
        }
    }

    /// Pairs by path in landing order, the largest groups first so that no worker ends with one.
    fn groups(&self) -> Vec<Vec<u32>> {
        let mut groups: Vec<Vec<u32>> = vec![Vec::new(); self.paths.len()];
        for (pair, &(path, _)) in self.pairs.iter().enumerate() {
            groups[path as usize].push(pair as u32);
        }
        groups.retain(|group| !group.is_empty());
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        groups
    }
}

pub(crate) fn status(file: &FileDelta) -> FileStatus {
    match (file.old, file.new) {
        (None, _) => FileStatus::Added,
        (_, None) => FileStatus::Deleted,
        _ if file.old_path.is_some() => FileStatus::Renamed,
        (Some(old), Some(new)) if old.oid == new.oid => FileStatus::ModeChanged,
        _ => FileStatus::Modified,
    }
}

/// How lines are followed from `path` by a pair of versions.
fn traced(path: RepoPath, pair: &Compared) -> Trace {
    let (old_lines, new_lines, edit) = pair.blamed();
    Trace {
        path,
        old_lines,
        new_lines,
        edit: Arc::clone(edit),
    }
}

impl History {
    /// For each change and each of its parents, whether the parent gets no further child in this stretch.
    pub fn last_children(&self) -> Vec<Vec<bool>> {
        let mut seen = FxHashSet::default();
        let mut last: Vec<Vec<bool>> = self
            .parents
            .iter()
            .rev()
            .map(|parents| parents.iter().map(|&parent| seen.insert(parent)).collect())
            .collect();
        last.reverse();
        last
    }

    fn push(
        &mut self,
        commit: Commit,
        (slots, over_limit): (Vec<Slot>, bool),
        paths: &[RepoPath],
        compared: &[Option<Compared>],
        nothing: &Arc<Edit>,
    ) {
        let id = change_id(commit.oid);
        let path = |number: u32| paths[number as usize].clone();
        let result = |pair: u32| {
            compared[pair as usize]
                .as_ref()
                .expect("every pair of the table was compared")
        };
        if over_limit {
            self.skipped.push(Skipped {
                change: id,
                path: None,
                why: SkipReason::RenameLimit,
            });
        }
        let mut files = Vec::with_capacity(slots.len());
        for slot in slots {
            let pair = slot.pair.map(result);
            let mut kind = pair.map_or(FileKind::Text, |pair| pair.kind);
            let others = slot
                .others
                .into_iter()
                .map(|other| match other {
                    SlotOther::Absent => OtherParent::Absent,
                    SlotOther::Same(at) => OtherParent::Same { path: path(at) },
                    SlotOther::Unlike(at) => OtherParent::Unlike { path: path(at) },
                    SlotOther::Differs(at, pair) => {
                        let pair = result(pair);
                        if pair.kind == FileKind::Unread {
                            kind = FileKind::Unread;
                        }
                        let path = path(at);
                        if pair.kind == FileKind::Binary && pair.blamed.is_none() {
                            // Too large a binary version: its lines are not known.
                            OtherParent::Unlike { path }
                        } else {
                            let edit = Arc::clone(pair.blamed().2);
                            OtherParent::Differs { path, edit }
                        }
                    }
                })
                .collect();
            if pair.is_some_and(|pair| pair.too_large) {
                self.skipped.push(Skipped {
                    change: id,
                    path: Some(path(slot.path)),
                    why: SkipReason::TooLarge,
                });
            }
            if kind == FileKind::Unread {
                self.skipped.push(Skipped {
                    change: id,
                    path: Some(path(slot.path)),
                    why: SkipReason::Unreadable,
                });
            }
            let source = slot.old_path.unwrap_or(slot.path);
            let trace = match slot.alone {
                Some((source, pair)) => Some((source, result(pair))),
                None => pair
                    .filter(|pair| pair.blamed.is_some())
                    .map(|pair| (source, pair)),
            };
            files.push(FileChange {
                path: path(slot.path),
                old_path: slot.old_path.map(path),
                status: slot.status,
                kind,
                old_lines: pair.map_or(0, |pair| pair.old_lines),
                new_lines: pair.map_or(0, |pair| pair.new_lines),
                edit: pair.map_or_else(|| Arc::clone(nothing), |pair| pair.edit.clone()),
                other_parents: others,
                trace: trace.map(|(source, pair)| Box::new(traced(path(source), pair))),
            });
        }
        self.changes.push(Change {
            id,
            parents: commit.parents.into_iter().map(change_id).collect(),
            author: commit.author,
            authored_at: commit.authored_at,
            committed_at: commit.committed_at,
            message: commit.message,
            files,
        });
    }
}
