//! What a commit did to the trees of its parents. This is the one place that decides about merges.
//!
//! A merge is seen against its first parent. Of the files that differ from it, those that another parent
//! has with the same content at the same path came from there: they are settled, and neither renames nor
//! lines are looked for. Only the rest, where the merge itself decided something, is compared with all parents.

use crate::error::Error;
use crate::objects::Objects;
use crate::renames::{self, FileDelta};
use crate::trees::{Delta, Entry, Trees};
use git2::Oid;
use rustc_hash::FxHashMap;

/// How a merge's file stands to a further parent, before lines are compared.
pub(crate) enum Other {
    Absent,
    Same(Vec<u8>),
    Differs(Vec<u8>, Entry),
}

/// A file that differs from the first parent, and for merges how it stands to the others.
pub(crate) struct Touched {
    pub(crate) file: FileDelta,
    pub(crate) others: Vec<Other>,
}

/// The files of a commit, and whether there were too many to look for renames with edits.
pub(crate) struct Diffed {
    pub(crate) files: Vec<Touched>,
    pub(crate) over_limit: bool,
}

/// Compares the tree of a commit with those of its parents.
pub(crate) fn diff(
    objects: &Objects<'_>,
    cache: &mut Trees<'_>,
    tree: Oid,
    parents: &[Oid],
) -> Result<Diffed, Error> {
    let mut deltas = cache.diff(parents.first().copied(), Some(tree))?;
    let others = parents.get(1..).unwrap_or_default();
    let mut files = Vec::new();
    if !others.is_empty() {
        (files, deltas) = settle(cache, tree, deltas, others)?;
    }
    let loose = FxHashMap::default();
    let renamed = renames::detect(objects, &deltas, &loose);
    // Differences from the further parents, needed only when a file is not where it is now in one of them.
    let mut against: Vec<Option<Vec<Delta>>> = vec![None; others.len()];
    for file in renamed.files {
        let mut touched = Touched {
            file,
            others: Vec::new(),
        };
        if touched.file.new.is_some() {
            for (&parent, against) in others.iter().zip(&mut against) {
                let other = stand(objects, cache, tree, parent, &touched.file, against)?;
                touched.others.push(other);
            }
        }
        files.push(touched);
    }
    if !others.is_empty() {
        files.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    }
    Ok(Diffed {
        files,
        over_limit: renamed.over_limit,
    })
}

/// How a merge's files stand to its further parents is written down for so many pairs of a file and a parent: several times
/// those of the largest merges that people have made. Each takes a look into the trees of a parent, and some bytes.
const MOST_STANDS: usize = 1 << 20;

/// Splits off the files that another parent has as they are.
fn settle(
    cache: &mut Trees<'_>,
    merged: Oid,
    deltas: Vec<Delta>,
    others: &[Oid],
) -> Result<(Vec<Touched>, Vec<Delta>), Error> {
    if deltas.len().saturating_mul(others.len()) > MOST_STANDS {
        let what = "merges more files from more parents than are compared";
        return Err(Error::sprawling(merged, what));
    }
    let (mut settled, mut open) = (Vec::new(), Vec::new());
    for delta in deltas {
        let Some(new) = delta.new else {
            open.push(delta);
            continue;
        };
        let mut stands = Vec::with_capacity(others.len());
        for &tree in others {
            stands.push(match cache.find(tree, &delta.path)? {
                Some(entry) if entry.oid == new.oid => Other::Same(delta.path.clone()),
                Some(entry) => Other::Differs(delta.path.clone(), entry),
                None => Other::Absent,
            });
        }
        if stands.iter().any(|other| matches!(other, Other::Same(_))) {
            let file = FileDelta {
                path: delta.path,
                old_path: None,
                old: delta.old,
                new: delta.new,
                alone: None,
            };
            settled.push(Touched {
                file,
                others: stands,
            });
        } else {
            open.push(delta);
        }
    }
    Ok((settled, open))
}

/// How a file of a merge stands to one further parent, renames included.
fn stand(
    objects: &Objects<'_>,
    cache: &mut Trees<'_>,
    merged: Oid,
    parent: Oid,
    file: &FileDelta,
    against: &mut Option<Vec<Delta>>,
) -> Result<Other, Error> {
    if let Some(entry) = cache.find(parent, &file.path)? {
        return Ok(Other::Differs(file.path.clone(), entry));
    }
    if against.is_none() {
        *against = Some(cache.diff(Some(parent), Some(merged))?);
    }
    // As `git blame` does, a source is looked for this file alone, not for all that came.
    let deltas: Vec<Delta> = against
        .iter()
        .flatten()
        .filter(|delta| delta.new.is_none() || delta.path == file.path)
        .cloned()
        .collect();
    let renamed = renames::detect(objects, &deltas, &FxHashMap::default())
        .files
        .into_iter()
        .find(|found| found.path == file.path);
    let source = renamed.and_then(|found| Some((found.old_path?, found.old?)));
    Ok(match source {
        Some((path, entry)) if Some(entry.oid) == file.new.map(|new| new.oid) => Other::Same(path),
        Some((path, entry)) => Other::Differs(path, entry),
        None => Other::Absent,
    })
}
