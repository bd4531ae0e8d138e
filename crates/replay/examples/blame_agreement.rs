//! Compares line origins and SZZ links with `git blame`.
//!
//! `cargo run --release -p risk-replay --example blame_agreement -- REPOSITORY [N_FILES [N_FIXES]]`
//!
//! Two samples, spread evenly: text files at `HEAD`, whose lines should come from where git says, and fixes
//! whose deleted lines of code should lead to the changes that git names on the parent of the fix
//! (variant B, white space significant). Git needs seconds for a file with a long history.
#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use risk_change::{Change, ChangeId, FileKind, Position, RepoPath};
use risk_history::{Cached, History, Repository, Silent};
use risk_szz::{Options, Szz, UNKNOWN, Variant, candidates, is_traced};
use risk_testkit::blame;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Differences that are printed of each kind.
const SHOWN: usize = 12;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name a repository")?;
    let n_files = arguments.next().map_or(Ok(200), |text| text.parse())?;
    let n_fixes = arguments.next().map_or(Ok(100), |text| text.parse())?;
    let path = Path::new(&path);
    let repository = Repository::discover(path)?;
    let tip = repository.resolve("HEAD")?;
    let history = repository.read(&tip, &|_| None, 0, &mut Cached::default(), 2, &Silent)?;
    let fold = Fold::of(&history);
    println!(
        "{} commits, {} fixes with lines to trace",
        history.changes.len(),
        fold.fixes.len()
    );
    lines(path, &history, &fold, n_files);
    links(path, &history, &fold, n_fixes);
    Ok(())
}

/// What one pass over history gave.
struct Fold {
    szz: Szz,
    /// Fixes that delete lines of code, each with the changes these came from.
    fixes: Vec<(Position, BTreeSet<ChangeId>)>,
}

impl Fold {
    fn of(history: &History) -> Self {
        let mut szz = Szz::new(Options {
            variant: Variant::B,
            ..Options::default()
        });
        let mut fixes = Vec::new();
        let mut seen = BTreeSet::new();
        let mut last: Vec<Vec<bool>> = Vec::new();
        for parents in history.parents.iter().rev() {
            last.push(parents.iter().map(|&parent| seen.insert(parent)).collect());
        }
        last.reverse();
        for (position, change) in (0..).zip(&history.changes) {
            let parents = &history.parents[position as usize];
            if szz.classify(change).is_some() {
                let parent = parents.first().copied();
                let found = candidates(Variant::B, szz.origins(), parent, change);
                if found.n_traced > 0 {
                    let ids = found
                        .found
                        .iter()
                        .map(|it| history.changes[it.position as usize].id);
                    fixes.push((position, ids.collect()));
                }
            }
            szz.absorb(position, parents, change, &last[position as usize]);
        }
        Self { szz, fixes }
    }
}

/// `n` of all, spread evenly.
fn spread<T>(all: &[T], n: usize) -> Vec<&T> {
    let n = n.min(all.len());
    (0..n).map(|at| &all[at * all.len() / n]).collect()
}

/// Does the work of all in two threads, for git takes one each; the results are in order.
fn each<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((at, item)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    all.get(at).map(|item| (at, item))
                } {
                    let result = work(item);
                    let mut results = results.lock().expect("no thread panics with the lock");
                    results.insert(at, result);
                }
            });
        }
    });
    let results = results.into_inner().expect("all threads have ended");
    results.into_values().collect()
}

fn lines(path: &Path, history: &History, fold: &Fold, n_files: usize) {
    let tip = (history.changes.len() - 1) as Position;
    let origins = fold.szz.origins();
    let submodules: BTreeSet<&RepoPath> = history
        .changes
        .iter()
        .flat_map(|change| &change.files)
        .filter(|file| file.kind == FileKind::Submodule)
        .map(|file| &file.path)
        .collect();
    let mut files = origins.paths(tip).unwrap_or_default();
    // Binary and empty files have no lines.
    files.retain(|&file| origins.lines(tip, file).is_some_and(|it| !it.is_empty()));
    files.retain(|file| !submodules.contains(file));
    let sample = spread(&files, n_files);
    let theirs = each(&sample, |file| blame(path, "HEAD", file.as_bytes()));
    let (mut n_lines, mut n_equal, mut n_unknown, mut n_files_equal, mut shown) = (0, 0, 0, 0, 0);
    for (file, theirs) in sample.iter().zip(&theirs) {
        let ours = origins.lines(tip, file).unwrap_or_default();
        let name = |&it: &Position| {
            history
                .changes
                .get(it as usize)
                .map(|change| change.id.to_hex())
        };
        let equal = ours
            .iter()
            .zip(theirs)
            .filter(|(ours, theirs)| name(ours).as_ref() == Some(theirs));
        let equal = equal.count();
        n_lines += theirs.len();
        n_equal += equal;
        n_unknown += ours.iter().filter(|&&it| it == UNKNOWN).count();
        n_files_equal += usize::from(equal == theirs.len());
        if equal < theirs.len() && shown < SHOWN {
            shown += 1;
            let (n, n_differ) = (theirs.len(), theirs.len() - equal);
            let mut pairs = ours.iter().zip(theirs).enumerate();
            let first = pairs.find(|(_, (ours, theirs))| name(ours).as_ref() != Some(theirs));
            if let Some((line, (ours, theirs))) = first {
                println!(
                    "  {file:?}: {n_differ} of {n} differ, the first is line {}: here {}, git {theirs}",
                    line + 1,
                    name(ours).unwrap_or_else(|| "unknown".to_owned()),
                );
            }
        }
    }
    println!(
        "lines: {n_equal} of {n_lines} equal ({:.3} %), {n_unknown} unknown, in {} of {} files all",
        100.0 * n_equal as f64 / n_lines.max(1) as f64,
        n_files_equal,
        sample.len()
    );
}

fn links(path: &Path, history: &History, fold: &Fold, n_fixes: usize) {
    let sample = spread(&fold.fixes, n_fixes);
    let theirs = each(&sample, |fix| {
        blamed(path, &history.changes[fix.0 as usize])
    });
    let (mut recovered, mut missing, mut extra, mut shown) = (0, 0, 0, 0);
    for ((fix, ours), theirs) in sample.into_iter().zip(&theirs) {
        recovered += ours.intersection(theirs).count();
        missing += theirs.difference(ours).count();
        extra += ours.difference(theirs).count();
        if ours != theirs && shown < SHOWN {
            shown += 1;
            let fix = history.changes[*fix as usize].id;
            println!(
                "  fix {fix}: missing {:?}, extra {:?}",
                theirs.difference(ours).collect::<Vec<_>>(),
                ours.difference(theirs).collect::<Vec<_>>()
            );
        }
    }
    println!(
        "links: {recovered} of {} recovered ({:.2} %), {missing} missing, {extra} extra",
        recovered + missing,
        100.0 * f64::from(recovered as u32) / ((recovered + missing).max(1) as f64),
    );
}

/// The changes that git names for the lines that a change deletes in code.
fn blamed(path: &Path, change: &Change) -> BTreeSet<ChangeId> {
    let mut found = BTreeSet::new();
    let parent = change
        .parents
        .first()
        .map(ChangeId::to_hex)
        .unwrap_or_default();
    let traced = change
        .files
        .iter()
        .filter(|file| is_traced(Variant::B, file));
    for file in traced.filter(|file| file.edit.removed() > 0) {
        let origins = blame(path, &parent, file.source_path().as_bytes());
        let deleted = file.edit.deleted_lines();
        found.extend(deleted.filter_map(|(line, _)| ChangeId::from_hex(&origins[line as usize])));
    }
    found
}
