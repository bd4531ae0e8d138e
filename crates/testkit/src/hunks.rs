//! The hunks that git shows.

use crate::hermetic::{hermetic, run_ok, text};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

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
    let repo = repo.as_ref();
    let empty_tree = ["hash-object", "-t", "tree", "--stdin"];
    let empty_tree = text(&run_ok(hermetic("git", repo).args(empty_tree), b""));
    let mut command = hermetic("git", repo);
    command.env("GIT_ATTR_SOURCE", empty_tree);
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
    command.args(["log", "-p", "-M", "-O/dev/null", "--no-merges"]);
    command.args(["--no-ext-diff", "--no-textconv", "--no-color"]);
    command.args([&format!("-U{context}"), "--format=commit %H", rev, "--"]);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .expect("because git is on PATH");
    let stdout = child.stdout.take().expect("because it was asked for above");
    let mut all: BTreeMap<String, Vec<FileHunks>> = BTreeMap::new();
    let mut commit = String::new();
    let mut body = Body::default();
    let mut from = BufReader::new(stdout);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).expect("git is readable") > 0 {
        let files = all.entry(commit.clone()).or_default();
        if body.lines_left != [0; 2] {
            let hunks = files.last_mut().expect("a file comes before its lines");
            body.take(line[0], hunks);
        } else if let Some(id) = line.strip_prefix(b"commit ") {
            commit = text(id);
        } else if line.starts_with(b"diff --git ") {
            files.push(Vec::new());
        } else if let Some(ranges) = line.strip_prefix(b"@@ -") {
            body = Body::begin(&text(ranges));
        }
        line.clear();
    }
    assert!(child.wait().expect("git was started").success());
    all.remove("");
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
