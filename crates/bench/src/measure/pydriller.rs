//! What PyDriller needs for a commit, on a sample.

use crate::parallel::sample;
use risk_testkit::{hermetic, rev_list};
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

/// What PyDriller is used for: its name in the script, and what it gives.
pub const USES: [(&str, &str); 3] = [
    ("lines", "files with their added and deleted lines"),
    ("methods", "… and complexity and changed methods"),
    ("origins", "who wrote the deleted lines"),
];

/// Opens each commit of standard input, asks for one use of it, and prints the processor seconds of Python and of
/// the git processes that it starts.
const SCRIPT: &str = "\
import resource, sys
from pydriller import Git
ids = sys.stdin.read().split()
git, use = Git(sys.argv[1]), sys.argv[2]
def spent():
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)
before = spent()
for id in ids:
    commit = git.get_commit(id)
    if use == 'origins':
        git.get_commits_last_modified_lines(commit)
        continue
    for file in commit.modified_files:
        file.added_lines, file.deleted_lines
        if use == 'methods':
            file.complexity, file.changed_methods
# Processes that live on are counted when they end.
git.clear()
print((spent() - before) / len(ids))
";

/// Processor seconds a commit that one of its [`USES`] needs, over `n` commits that are no merges, drawn by a seed.
///
/// `clone` is a clone with a working tree of its own, even if nothing is checked out there: it does not open others
/// everywhere.
///
/// # Errors
///
/// If that Python does not have it.
pub fn pydriller(
    python: &Path,
    clone: &Path,
    what: &str,
    n: usize,
    seed: u64,
) -> Result<f64, Box<dyn Error>> {
    let ids = sample(rev_list(clone, &["--no-merges", "HEAD"]), Some(n), seed);
    let mut child = hermetic(python, clone)
        .args(["-c", SCRIPT])
        .arg(clone)
        .arg(what)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().expect("a pipe was asked for");
    input.write_all(ids.join("\n").as_bytes())?;
    drop(input);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err("that Python cannot use PyDriller".into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
