//! The hunks that git shows.

use crate::hermetic::{hermetic, text};
use crate::oracle::{log, stream};
use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

/// The hunks of a file, in ascending order: first line and number of lines in the old version, and in the
/// new. Lines count from 0; an empty side stands before its first line.
pub type FileHunks = Vec<[u32; 4]>;

/// The hunks of all files of all commits that `rev` can reach except merges, by hexadecimal id.
///
/// Files come in git's order; those without hunks, such as binary ones, are among them. `context` decides
/// how git compares: without any it leaves out an end that both versions share, as it does for blame; with
/// some it compares whole versions, as it does for `--numstat`. A change from a file to a symbolic link is
/// two files here.
pub fn hunks_all(
    repo: impl AsRef<Path>,
    rev: &str,
    context: u32,
) -> BTreeMap<String, Vec<FileHunks>> {
    let mut command = log(repo.as_ref());
    command.args(["-p", "--no-merges", "--no-color"]);
    command.args([&format!("-U{context}"), "--format=commit %H", rev, "--"]);
    let mut all = BTreeMap::new();
    stream(&mut command, |from| all = read(from));
    all.remove("");
    all
}

/// The hunks between two blobs, which git takes for text; `context` as for [`hunks_all`].
pub fn hunks_between(repo: impl AsRef<Path>, old: &str, new: &str, context: u32) -> FileHunks {
    let mut command = hermetic("git", repo);
    command.args(["diff", "--no-ext-diff", "--no-textconv", "--text"]);
    command.args(["--diff-algorithm=default", "--inter-hunk-context=0"]);
    command.arg(format!("-U{context}")).args([old, new]);
    let output = command.output().expect("because git is on PATH");
    let mut files = read(&output.stdout[..]).into_values().flatten();
    files.next().unwrap_or_default()
}

/// Reads differences; those before the first commit are under an empty name.
fn read(mut from: impl BufRead) -> BTreeMap<String, Vec<FileHunks>> {
    let mut all = BTreeMap::new();
    let (mut commit, mut files) = (String::new(), Vec::<FileHunks>::new());
    let mut body = Body::default();
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).expect("git is readable") > 0 {
        if body.lines_left != [0; 2] {
            let hunks = files.last_mut().expect("a file comes before its lines");
            body.take(line[0], hunks);
        } else if let Some(id) = line.strip_prefix(b"commit ") {
            all.insert(
                std::mem::replace(&mut commit, text(id)),
                std::mem::take(&mut files),
            );
        } else if line.starts_with(b"diff --git ") {
            files.push(Vec::new());
        } else if let Some(ranges) = line.strip_prefix(b"@@ -") {
            body = Body::begin(&text(ranges));
        }
        line.clear();
    }
    all.insert(commit, files);
    all
}

/// Where we are in the lines below an `@@`, which may hold several hunks with lines of context between.
#[derive(Default)]
struct Body {
    at: [u32; 2],
    lines_left: [u32; 2],
    is_in_hunk: bool,
}

impl Body {
    /// Begins with the ranges, such as `3,2 +4 @@`.
    fn begin(ranges: &str) -> Self {
        let mut body = Self::default();
        for (side, range) in ranges.split(' ').take(2).enumerate() {
            let range = range.trim_start_matches('+');
            let (start, len) = range.split_once(',').unwrap_or((range, "1"));
            let number = |digits: &str| digits.parse::<u32>().expect("git prints numbers");
            body.lines_left[side] = number(len);
            // Git names the line before an empty side.
            body.at[side] = number(start) - u32::from(number(len) > 0);
        }
        body
    }

    fn take(&mut self, mark: u8, hunks: &mut FileHunks) {
        let side = match mark {
            b'-' => 0,
            b'+' => 1,
            // There is no line end at the end of the file.
            b'\\' => return,
            _ => {
                self.is_in_hunk = false;
                for side in [0, 1] {
                    self.at[side] += 1;
                    self.lines_left[side] -= 1;
                }
                return;
            }
        };
        if !self.is_in_hunk {
            hunks.push([self.at[0], 0, self.at[1], 0]);
            self.is_in_hunk = true;
        }
        let hunk = hunks.last_mut().expect("because one was begun");
        hunk[2 * side + 1] += 1;
        self.at[side] += 1;
        self.lines_left[side] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{hunks_all, hunks_between};
    use crate::TestRepo;

    #[test]
    fn hunks_of_two_blobs_are_those_of_their_commit() {
        let repo = TestRepo::new();
        repo.write("a", "1\n2\n3\n4\n5\n6\n").commit("add");
        let id = repo.write("a", "0\n1\n2\nthree\n4\n6").commit("edit");
        for context in [0, 1, 3] {
            let [file] = &hunks_all(&repo, "HEAD", context)[&id][..] else {
                panic!("one file was edited");
            };
            assert_eq!(*file, [[0, 0, 0, 1], [2, 1, 3, 1], [4, 2, 5, 1]]);
            let between = hunks_between(&repo, "HEAD~:a", "HEAD:a", context);
            assert_eq!(between, *file);
        }
    }
}
