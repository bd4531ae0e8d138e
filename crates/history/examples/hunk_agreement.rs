//! Compares the hunks of every change of a repository with `git log --no-merges -p -M`.
//!
//! `cargo run --release -p risk-history --example hunk_agreement -- REPOSITORY [REVISION]`
//!
//! Git is asked twice. Without context it leaves out the shared end of two versions, as it does for blame;
//! these hunks are expected, but for files where the counts of `--numstat`, which are those with context,
//! are others.
#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use risk_change::{Change, FileKind, Hunk};
use risk_history::{Cached, Repository, Silent};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// Differences that are printed.
const SHOWN: usize = 20;

/// The hunks of a file: start and length in the old version and in the new.
type Hunks = Vec<[u32; 4]>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name a repository")?;
    let revision = arguments.next().unwrap_or_else(|| "HEAD".to_owned());
    let repository = Repository::discover(Path::new(&path))?;
    let tip = repository.resolve(&revision)?;
    let history = repository.read(&tip, &|_| None, 0, &mut Cached::default(), 2, &Silent)?;
    let (as_blame, as_counts) = (git(&path, &revision, 0)?, git(&path, &revision, 1)?);
    let (mut n_equal, mut n_different, mut n_hunks, mut n_counts_win) = (0, 0, 0, 0);
    for change in history.changes.iter().filter(|change| !change.is_merge()) {
        let id = change.id.to_hex();
        let git = as_blame.get(&id).into_iter().flatten();
        let mut theirs: Vec<&Hunks> = git
            .zip(as_counts.get(&id).into_iter().flatten())
            .map(|(blame, counts)| {
                let added = |hunks: &Hunks| hunks.iter().map(|hunk| hunk[3]).sum::<u32>();
                let counts_win = added(blame) != added(counts);
                n_counts_win += u32::from(counts_win);
                if counts_win { counts } else { blame }
            })
            .filter(|hunks| !hunks.is_empty())
            .collect();
        theirs.sort();
        n_hunks += theirs.iter().map(|hunks| hunks.len()).sum::<usize>();
        let ours = files(change);
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
    println!(
        "{n_equal} changes equal, {n_different} not; {n_hunks} hunks; the counts won in {n_counts_win} files"
    );
    Ok(())
}

/// The hunks of the files of a change, without their paths, in ascending order.
fn files(change: &Change) -> Vec<Hunks> {
    let row = |hunk: &Hunk| [hunk.old_start, hunk.old_len, hunk.new_start, hunk.new_len];
    let mut files: Vec<Hunks> = change
        .files
        .iter()
        .filter(|file| file.kind != FileKind::Binary && !file.edit.hunks.is_empty())
        .map(|file| file.edit.hunks.iter().map(row).collect())
        .collect();
    files.sort();
    files
}

/// For each change the hunks of its files, in the order of git.
fn git(path: &str, revision: &str, context: u32) -> std::io::Result<BTreeMap<String, Vec<Hunks>>> {
    let mut child = Command::new("git")
        .args(["-C", path, "-c", "diff.renameLimit=1000"])
        .args([
            "log",
            "--no-merges",
            "-p",
            "-M",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
        ])
        .args([&format!("-U{context}"), "--format=commit %H", revision])
        .env(
            "GIT_ATTR_SOURCE",
            "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
        )
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().expect("it was asked for above");
    let mut reader = BufReader::new(stdout);
    let mut all: BTreeMap<String, Vec<Hunks>> = BTreeMap::new();
    let mut commit = String::new();
    let (mut line, mut at, mut rest, mut is_in_hunk) = (Vec::new(), [0; 2], [0; 2], false);
    while reader.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line).into_owned();
        line.clear();
        if rest != [0; 2] {
            let side = match text.as_bytes()[0] {
                b'-' => 0,
                b'+' => 1,
                b'\\' => continue,
                _ => {
                    is_in_hunk = false;
                    at = at.map(|at| at + 1);
                    rest = rest.map(|rest| rest - 1);
                    continue;
                }
            };
            let hunks = all.get_mut(&commit).and_then(|files| files.last_mut());
            let hunks: &mut Hunks = hunks.expect("a file comes before its lines");
            if !is_in_hunk {
                hunks.push([at[0], 0, at[1], 0]);
                is_in_hunk = true;
            }
            hunks.last_mut().expect("one was pushed")[2 * side + 1] += 1;
            at[side] += 1;
            rest[side] -= 1;
        } else if let Some(id) = text.strip_prefix("commit ") {
            id.trim_end().clone_into(&mut commit);
        } else if text.starts_with("diff --git ") {
            all.entry(commit.clone()).or_default().push(Vec::new());
        } else if let Some(ranges) = text.strip_prefix("@@ -") {
            for (side, range) in ranges.split(' ').take(2).enumerate() {
                let range = range.trim_start_matches('+');
                let (start, len) = range.split_once(',').unwrap_or((range, "1"));
                let number = |text: &str| text.parse::<u32>().expect("git prints numbers");
                rest[side] = number(len);
                // Git names the line before an empty side.
                at[side] = number(start) - u32::from(rest[side] > 0);
            }
            is_in_hunk = false;
        }
    }
    child.wait()?;
    Ok(all)
}
