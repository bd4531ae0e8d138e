//! What git itself says: the oracle of reading, line counts and line origins.
//!
//! All functions take the path of any repository. Settings of the repository that would change the
//! answer are overridden, and `.gitattributes` is not read: whether a file is binary follows from its bytes.

use crate::hermetic::{hermetic, run_ok, text};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Marks the tokens of `git log -z` that name a commit; the others begin with a digit or `-`.
const MARK: &str = "commit:";

/// Lines added and deleted in one file, as `git log --numstat -M` counts them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumstatRow {
    /// Where the file is after the change; where it was, if it is deleted.
    pub path: Vec<u8>,
    /// Where it was before, if it was renamed.
    pub old_path: Option<Vec<u8>>,
    /// Lines added; `None` for a binary file.
    pub added: Option<u64>,
    /// Lines deleted; `None` for a binary file.
    pub deleted: Option<u64>,
}

/// What to do with merges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merges {
    /// Leave them out.
    Skip,
    /// Compare them with their first parent.
    AgainstFirstParent,
}

/// How [`blame_with`] looks for the origin of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlameOptions {
    /// Whether a change of white space alone leaves the origin of a line as it is (`-w`).
    pub ignore_whitespace: bool,
    /// A file of commits to look through (`--ignore-revs-file`), relative to the repository or absolute.
    pub ignore_revs_file: Option<PathBuf>,
}

/// Line counts of one commit against its first parent, or against nothing if it is a root.
///
/// Files come in git's order, ascending by path. A change of mode alone is a row with 0 and 0.
pub fn numstat(repo: impl AsRef<Path>, rev: &str) -> Vec<NumstatRow> {
    let mut found = Vec::new();
    let merges = Merges::AgainstFirstParent;
    each_numstat(repo, &["-1", rev], merges, |_, rows| found = rows);
    found
}

/// Line counts of all commits that `rev` can reach except merges, by hexadecimal id, from one call of git.
pub fn numstat_all(repo: impl AsRef<Path>, rev: &str) -> BTreeMap<String, Vec<NumstatRow>> {
    let mut all = BTreeMap::new();
    each_numstat(repo, &[rev], Merges::Skip, |id, rows| {
        all.insert(id.to_owned(), rows);
    });
    all
}

/// Calls `take` with the id and the rows of each commit that `git log` lists for `args`, while git runs.
///
/// `args` are commits and options that select or order commits, such as `main`, `-100` or `--topo-order`.
pub fn each_numstat(
    repo: impl AsRef<Path>,
    args: &[&str],
    merges: Merges,
    mut take: impl FnMut(&str, Vec<NumstatRow>),
) {
    let mut command = log(repo.as_ref());
    command.args(["--numstat", "-z", "--ignore-submodules=none"]);
    command.arg(format!("--format={MARK}%H"));
    command.arg(match merges {
        Merges::Skip => "--no-merges",
        Merges::AgainstFirstParent => "--diff-merges=first-parent",
    });
    command.args(args).arg("--");
    stream(&mut command, |mut from| {
        let mut current: Option<(String, Vec<NumstatRow>)> = None;
        while let Some(token) = next_token(&mut from) {
            if let Some(id) = token.strip_prefix(MARK.as_bytes()) {
                if let Some((id, rows)) = current.replace((text(id), Vec::new())) {
                    take(&id, rows);
                }
            } else {
                let (_, rows) = current
                    .as_mut()
                    .expect("because git names the commit before its files");
                rows.push(row(&token, &mut from));
            }
        }
        if let Some((id, rows)) = current {
            take(&id, rows);
        }
    });
}

/// The commit that each line of a file comes from, as `git blame` finds it.
pub fn blame(repo: impl AsRef<Path>, rev: &str, path: impl AsRef<[u8]>) -> Vec<String> {
    blame_with(repo, rev, path, &BlameOptions::default())
}

/// The commit that each line of a file comes from, with options.
pub fn blame_with(
    repo: impl AsRef<Path>,
    rev: &str,
    path: impl AsRef<[u8]>,
    options: &BlameOptions,
) -> Vec<String> {
    use std::os::unix::ffi::OsStrExt;
    let mut command = git(repo.as_ref());
    command.args(["-c", "diff.algorithm=default", "blame", "--porcelain"]);
    // An empty name takes back the files that the configuration of the repository names.
    command.arg("--ignore-revs-file=");
    if options.ignore_whitespace {
        command.arg("-w");
    }
    if let Some(file) = &options.ignore_revs_file {
        command.arg("--ignore-revs-file").arg(file);
    }
    command.args([rev, "--"]);
    command.arg(std::ffi::OsStr::from_bytes(path.as_ref()));
    let mut ids = Vec::new();
    stream(&mut command, |mut from| {
        // Each line is an entry: a header that begins with the id, more headers, a tab and the line itself.
        let mut at_entry = true;
        let mut line = Vec::new();
        while read_until(&mut from, b'\n', &mut line) {
            if at_entry {
                let id = line.split(|&byte| byte == b' ').next().unwrap_or(&line);
                ids.push(text(id));
            }
            at_entry = line.starts_with(b"\t");
        }
    });
    ids
}

/// The ids that `git rev-list` prints for `args`, in its order.
pub fn rev_list(repo: impl AsRef<Path>, args: &[&str]) -> Vec<String> {
    let stdout = run_ok(git(repo.as_ref()).arg("rev-list").args(args), b"");
    text(&stdout).lines().map(str::to_owned).collect()
}

fn git(repo: &Path) -> Command {
    hermetic("git", repo)
}

/// `git log` with its own settings, whatever the repository has set, and with renames.
pub(crate) fn log(repo: &Path) -> Command {
    let mut command = git(repo);
    command.env("GIT_ATTR_SOURCE", empty_tree(repo));
    for setting in [
        "log.showRoot=true",
        "log.follow=false",
        "diff.algorithm=default",
        "diff.indentHeuristic=true",
        "diff.interHunkContext=0",
        "diff.renameLimit=1000",
        "diff.relative=false",
        "core.attributesFile=/dev/null",
    ] {
        command.args(["-c", setting]);
    }
    command.args(["log", "-M", "-O/dev/null", "--no-ext-diff", "--no-textconv"]);
    command
}

/// Id of the tree without files, which has no `.gitattributes`; git knows it without storing it.
fn empty_tree(repo: &Path) -> String {
    let hash = ["hash-object", "-t", "tree", "--stdin"];
    text(&run_ok(git(repo).args(hash), b""))
}

/// Runs a command and hands over its output while it is written; panics unless it succeeds.
pub(crate) fn stream(command: &mut Command, take: impl FnOnce(BufReader<&mut dyn Read>)) {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .expect("because git is on PATH");
    let mut stdout = child.stdout.take().expect("because it was asked for above");
    take(BufReader::with_capacity(1 << 16, &mut stdout));
    let status = child.wait().expect("because the child was started");
    assert!(status.success(), "{command:?} failed ({status})");
}

/// Reads up to a separator, which is dropped; false at the end of the input.
fn read_until(from: &mut impl BufRead, separator: u8, into: &mut Vec<u8>) -> bool {
    into.clear();
    let n_read = from
        .read_until(separator, into)
        .expect("because git's pipe is open");
    if into.last() == Some(&separator) {
        into.pop();
    }
    n_read > 0
}

fn next_token(from: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut token = Vec::new();
    read_until(from, 0, &mut token).then_some(token)
}

/// Reads `added TAB deleted TAB path`, or, for a rename, the same without path and then two tokens.
fn row(token: &[u8], from: &mut impl BufRead) -> NumstatRow {
    // The first row of a commit is set off by a line end.
    let token = token.strip_prefix(b"\n").unwrap_or(token);
    let mut parts = token.splitn(3, |&byte| byte == b'\t');
    let mut count = || {
        let digits = text(parts.next().expect("because a row has three parts"));
        (digits != "-").then(|| digits.parse().expect("because git prints a number"))
    };
    let (added, deleted) = (count(), count());
    let path = parts.next().expect("because a row has three parts");
    if !path.is_empty() {
        return NumstatRow {
            path: path.to_vec(),
            old_path: None,
            added,
            deleted,
        };
    }
    let mut name = || next_token(from).expect("because a rename has two paths");
    let old_path = Some(name());
    NumstatRow {
        path: name(),
        old_path,
        added,
        deleted,
    }
}
