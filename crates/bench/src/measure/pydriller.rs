//! What PyDriller needs for a commit, on a sample.

use crate::parallel::sample;
use risk_testkit::{hermetic, rev_list};
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

/// Opens each commit of standard input, asks for its files and their added and deleted lines, and prints the
/// processor seconds of Python and of the git processes that it starts. Complexity is never asked for.
const SCRIPT: &str = "\
import resource, sys
from pydriller import Git
ids = sys.stdin.read().split()
git = Git(sys.argv[1])
def spent():
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)
before, lines = spent(), 0
for id in ids:
    for file in git.get_commit(id).modified_files:
        lines += file.added_lines + file.deleted_lines
# Processes that live on are counted when they end.
git.clear()
print((spent() - before) / len(ids))
";

/// Processor seconds a commit that PyDriller needs, over `n` commits that are no merges, drawn by a seed.
///
/// # Errors
///
/// If that Python does not have it.
pub fn pydriller(
    python: &Path,
    repository: &Path,
    n: usize,
    seed: u64,
) -> Result<f64, Box<dyn Error>> {
    let ids = sample(
        rev_list(repository, &["--no-merges", "HEAD"]),
        Some(n),
        seed,
    );
    let mut child = hermetic(python, repository)
        .args(["-c", SCRIPT])
        .arg(repository)
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
