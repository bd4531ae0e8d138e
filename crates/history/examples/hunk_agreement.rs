//! Compares the hunks of every change of a repository with `git log --no-merges -p -M`.
//!
//! `cargo run --release -p risk-history --example hunk_agreement -- REPOSITORY [REVISION]`
//!
//! Expected are the hunks of git without context, which are those of blame, but for files where the counts
//! of `--numstat`, which are those with context, are others. A file that became a symbolic link, or the
//! reverse, counts as different: git shows it as two files.
#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use risk_change::{Change, FileKind, Hunk};
use risk_history::{Cached, Repository, Silent};
use risk_testkit::{FileHunks, hunks_all};
use std::path::Path;

/// Differences that are printed.
const SHOWN: usize = 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name a repository")?;
    let revision = arguments.next().unwrap_or_else(|| "HEAD".to_owned());
    let path = Path::new(&path);
    let repository = Repository::discover(path)?;
    let tip = repository.resolve(&revision)?;
    let history = repository.read(&tip, &|_| None, 0, &mut Cached::default(), 2, &Silent)?;
    let as_blame = hunks_all(path, &revision, 0);
    let as_counts = hunks_all(path, &revision, 1);
    let (mut n_equal, mut n_different, mut n_hunks, mut n_counts_win) = (0, 0, 0, 0);
    for change in history.changes.iter().filter(|change| !change.is_merge()) {
        let id = change.id.to_hex();
        let files = as_blame.get(&id).into_iter().flatten();
        let mut theirs: Vec<&FileHunks> = files
            .zip(as_counts.get(&id).into_iter().flatten())
            .map(|(blame, counts)| {
                let added = |hunks: &FileHunks| hunks.iter().map(|hunk| hunk[3]).sum::<u32>();
                let counts_win = added(blame) != added(counts);
                n_counts_win += u32::from(counts_win);
                if counts_win { counts } else { blame }
            })
            .filter(|hunks| !hunks.is_empty())
            .collect();
        theirs.sort();
        n_hunks += theirs.iter().map(|hunks| hunks.len()).sum::<usize>();
        let ours = files_of(change);
        if ours.iter().eq(theirs.iter().copied()) {
            n_equal += 1;
            continue;
        }
        n_different += 1;
        if n_different <= SHOWN {
            println!("{}", change.id);
            let here = ours.iter().filter(|hunks| !theirs.contains(hunks));
            println!("  here {:?}", here.take(2).collect::<Vec<_>>());
            let there = theirs.iter().filter(|hunks| !ours.contains(hunks));
            println!("  git  {:?}", there.take(2).collect::<Vec<_>>());
        }
    }
    println!("{n_equal} changes equal, {n_different} not");
    println!("{n_hunks} hunks; the counts won in {n_counts_win} files");
    Ok(())
}

/// The hunks of the files of a change, without their paths, in ascending order.
fn files_of(change: &Change) -> Vec<FileHunks> {
    let row = |hunk: &Hunk| [hunk.old_start, hunk.old_len, hunk.new_start, hunk.new_len];
    let with_lines = change
        .files
        .iter()
        .filter(|file| file.kind != FileKind::Binary && !file.edit.hunks.is_empty());
    let mut files: Vec<FileHunks> = with_lines
        .map(|file| file.edit.hunks.iter().map(row).collect())
        .collect();
    files.sort();
    files
}
