//! Rows of changes against `git log --numstat -M`.

use super::{Reading, Tally};
use risk_change::{Change, FileKind, RepoPath, SkipReason};
use risk_testkit::{Merges, NumstatRow, each_numstat, hermetic};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// What is seen at the first file of a change that git has otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Git chose another source, which is as like the file as ours is.
    SourceTied,
    /// Git chose another source, which is more like the file, or less.
    SourceOther,
    /// Git has a rename where here is none.
    RenameOnlyForGit,
    /// Here is a rename where git has none.
    RenameOnlyHere,
    /// The limit kept renames with edits from being looked for here, but not in git.
    RenameLimit,
    /// One side has counts, the other calls the file binary.
    Binary,
    /// The file was left out here and listed as skipped: unreadable, or larger than what is read.
    Skipped,
    /// Both have counts, and they differ.
    Counts,
    /// A file that only one side has.
    File,
    /// A change that git does not list.
    Change,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SourceTied => "rename: git chose another source, equally like",
            Self::SourceOther => "rename: git chose another source, not equally like",
            Self::RenameOnlyForGit => "rename only in git",
            Self::RenameOnlyHere => "rename only here",
            Self::RenameLimit => "rename limit met here",
            Self::Binary => "binary on one side",
            Self::Skipped => "left out here: unreadable or too large",
            Self::Counts => "counts differ",
            Self::File => "file on one side only",
            Self::Change => "change on one side only",
        })
    }
}

/// Compares all changes that are no merges.
pub fn compare(reading: &Reading) -> Tally<Class> {
    let mut tally = Tally::new("changes");
    let tip = reading.hex(reading.tip());
    let n = reading.history.changes.iter().filter(|it| !it.is_merge());
    let mut left = n.count() as u64;
    each_numstat(&reading.path, &[&tip], Merges::Skip, |id, mut theirs| {
        tally.all += 1;
        let position = reading.position_of(id);
        let Some(change) = position.map(|at| &reading.history.changes[at as usize]) else {
            tally.differ(Class::Change, 1, id.to_owned());
            return;
        };
        left -= 1;
        let ours = rows(change);
        theirs.sort();
        if ours == theirs {
            tally.equal += 1;
        } else {
            let (class, words) = judge(reading, change, &ours, &theirs);
            tally.differ(class, 1, format!("{id}: {words}"));
        }
    });
    if left > 0 {
        tally.differ(Class::Change, left, "here and not in git".to_owned());
    }
    tally
}

fn rows(change: &Change) -> Vec<NumstatRow> {
    let mut rows: Vec<NumstatRow> = change
        .files
        .iter()
        .map(|file| {
            let has_counts = file.kind != FileKind::Binary;
            NumstatRow {
                path: file.path.as_bytes().to_vec(),
                old_path: file.old_path.as_ref().map(|it| it.as_bytes().to_vec()),
                added: has_counts.then(|| file.edit.added()),
                deleted: has_counts.then(|| file.edit.removed()),
            }
        })
        .collect();
    rows.sort();
    rows
}

fn judge(
    reading: &Reading,
    change: &Change,
    ours: &[NumstatRow],
    theirs: &[NumstatRow],
) -> (Class, String) {
    let by_path = |rows: &[NumstatRow]| -> BTreeMap<Vec<u8>, NumstatRow> {
        let rows = rows.iter().map(|row| (row.path.clone(), row.clone()));
        rows.collect()
    };
    let (ours, theirs) = (by_path(ours), by_path(theirs));
    let is_over = reading
        .history
        .skipped
        .iter()
        .any(|it| it.change == change.id && it.why == SkipReason::RenameLimit);
    let name = |path: &[u8]| RepoPath::new(path).to_text().into_owned();
    // Renames first: a file on one side only is what is left of them.
    for (path, here) in &ours {
        let Some(there) = theirs.get(path) else {
            continue;
        };
        let class = match (&here.old_path, &there.old_path) {
            (here, there) if here == there => continue,
            (None, Some(_)) if is_over => Class::RenameLimit,
            (None, Some(_)) => Class::RenameOnlyForGit,
            (Some(_), None) => Class::RenameOnlyHere,
            (Some(here), Some(there)) => {
                if likeness(&reading.path, change, here, path)
                    == likeness(&reading.path, change, there, path)
                {
                    Class::SourceTied
                } else {
                    Class::SourceOther
                }
            }
            (None, None) => continue,
        };
        let source = |row: &NumstatRow| row.old_path.as_deref().map(name);
        let sources = (source(here), source(there));
        return (
            class,
            format!(
                "{} from {:?} here, {:?} in git",
                name(path),
                sources.0,
                sources.1
            ),
        );
    }
    for (path, here) in &ours {
        let mut skipped = reading.history.skipped.iter();
        let is_skipped = skipped.any(|it| {
            let file = it.path.as_ref().map(RepoPath::as_bytes);
            it.change == change.id && file == Some(path)
        });
        let class = match theirs.get(path) {
            None => Class::File,
            Some(there) if there == here => continue,
            Some(_) if is_skipped => Class::Skipped,
            Some(there) if there.added.is_none() != here.added.is_none() => Class::Binary,
            Some(_) => Class::Counts,
        };
        let counts = |row: Option<&NumstatRow>| row.map(|row| (row.added, row.deleted));
        let words = format!(
            "{} {:?}, git {:?}",
            name(path),
            counts(Some(here)),
            counts(theirs.get(path))
        );
        return (class, words);
    }
    let path = theirs.keys().find(|path| !ours.contains_key(*path));
    (
        Class::File,
        path.map_or_else(String::new, |path| name(path)),
    )
}

/// How like git finds a file and a source of it, in per cent, if nothing else is there to choose from.
///
/// Trees of the two files alone are made in an object store of their own.
fn likeness(repo: &Path, change: &Change, source: &[u8], path: &[u8]) -> Option<String> {
    let store = tempfile::tempdir().ok()?;
    let run = |args: &[&str], input: &str| -> Option<String> {
        let path = repo.canonicalize().ok()?;
        let common = hermetic("git", &path)
            .args([
                "rev-parse",
                "--path-format=absolute",
                "--git-path",
                "objects",
            ])
            .output()
            .ok()?;
        let common = String::from_utf8(common.stdout).ok()?;
        let input_file = store.path().join("input");
        std::fs::write(&input_file, input).ok()?;
        let output = hermetic("git", &path)
            .env("GIT_OBJECT_DIRECTORY", store.path())
            .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", common.trim_end())
            .args(args)
            .stdin(std::fs::File::open(&input_file).ok()?)
            .output()
            .ok()?;
        output.status.success().then(|| {
            String::from_utf8_lossy(&output.stdout)
                .trim_end()
                .to_owned()
        })
    };
    let tree = |commit: String, path: &[u8]| -> Option<String> {
        let path = String::from_utf8(path.to_vec()).ok()?;
        let entry = run(&["ls-tree", &commit, "--", &path], "")?;
        let (head, _) = entry.split_once('\t')?;
        let file = path.rsplit('/').next()?.to_owned();
        Some((head.to_owned(), file)).map(|(head, file)| format!("{head}\t{file}\n"))
    };
    let old = tree(change.parents.first()?.to_hex(), source)?;
    let new = tree(change.id.to_hex(), path)?;
    let moved = |entry: &str, name: &str| {
        let head = entry.split('\t').next().unwrap_or_default();
        format!("{head}\t{name}\n")
    };
    let old = run(&["mktree"], &moved(&old, "old"))?;
    let new = run(&["mktree"], &moved(&new, "new"))?;
    let found = run(
        &["diff-tree", "-r", "-M01", "--name-status", &old, &new],
        "",
    )?;
    Some(found.split('\t').next()?.to_owned())
}
