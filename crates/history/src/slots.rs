//! The files of commits in numbers: each path and each pair of versions is named once.

use crate::commits::Commit;
use crate::diffs::{Diffed, Other, Touched};
use crate::pairs::Pair;
use crate::renames::FileDelta;
use crate::trees::Entry;
use git2::Oid;
use risk_change::{FileStatus, RepoPath};
use rustc_hash::FxHashMap;

/// A file of a commit in numbers: paths and pairs of the table.
pub(crate) struct Slot {
    pub(crate) path: u32,
    pub(crate) old_path: Option<u32>,
    pub(crate) status: FileStatus,
    /// `None` if another parent has the same content, so that lines need not be compared.
    pub(crate) pair: Option<u32>,
    /// Where `git blame` takes the lines from, if elsewhere: the source and the pair with it.
    pub(crate) alone: Option<(u32, u32)>,
    pub(crate) others: Vec<SlotOther>,
}

pub(crate) enum SlotOther {
    Absent,
    Same(u32),
    /// It differs, and nobody needs to know how: another parent has the same.
    Unlike(u32),
    Differs(u32, u32),
}

/// The distinct pairs of versions of all commits, and the distinct paths.
#[derive(Default)]
pub(crate) struct PairTable {
    pub(crate) paths: Vec<RepoPath>,
    pub(crate) pairs: Vec<(u32, Pair)>,
    /// Each commit with its files, and whether the rename limit was met.
    pub(crate) commits: Vec<(Commit, Vec<Slot>, bool)>,
}

impl PairTable {
    pub(crate) fn of(diffed: impl IntoIterator<Item = (Commit, Diffed)>) -> Self {
        let mut table = Self::default();
        let mut numbers: FxHashMap<Vec<u8>, u32> = FxHashMap::default();
        let mut known: FxHashMap<(u32, Option<Oid>, Option<Oid>), u32> = FxHashMap::default();
        for (commit, diffed) in diffed {
            let slots = diffed
                .files
                .into_iter()
                .map(|touched| table.slot(touched, &mut numbers, &mut known))
                .collect();
            table.commits.push((commit, slots, diffed.over_limit));
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
    pub(crate) fn groups(&self) -> Vec<Vec<u32>> {
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
