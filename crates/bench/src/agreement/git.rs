//! Where lines come from by `git blame`, for one step or for all.

use risk_change::RepoPath;
use risk_testkit::hermetic;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The origin of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The commit, or the parent at which the search was ended.
    pub commit: String,
    /// The file there.
    pub path: RepoPath,
    /// The line there, counted from 0.
    pub line: u32,
}

/// What one commit did with each line of a file: its own, or taken from one of `parents`.
pub fn step(repo: &Path, commit: &str, parents: &[String], path: &RepoPath) -> Vec<Origin> {
    let ends: Vec<String> = parents.iter().map(|parent| format!("^{parent}")).collect();
    let mut revisions: Vec<&str> = ends.iter().map(String::as_str).collect();
    revisions.push(commit);
    blame(repo, &revisions, path)
}

/// The origin of each line of a file; empty if git cannot blame it.
pub fn blame(repo: &Path, revisions: &[&str], path: &RepoPath) -> Vec<Origin> {
    let mut command = hermetic("git", repo);
    command.args(["-c", "diff.algorithm=default", "-c", "core.quotePath=false"]);
    command.args(["blame", "--line-porcelain", "--ignore-revs-file="]);
    command.args(revisions).arg("--");
    command.arg(OsStr::from_bytes(path.as_bytes()));
    let output = command.output().expect("git is on PATH");
    if !output.status.success() {
        return Vec::new();
    }
    let mut origins = Vec::new();
    let mut origin: Option<Origin> = None;
    for line in output.stdout.split(|&byte| byte == b'\n') {
        if line.starts_with(b"\t") {
            origins.extend(origin.take());
        } else if let Some(origin) = &mut origin {
            if let Some(name) = line.strip_prefix(b"filename ") {
                origin.path = RepoPath::new(&unquoted(name));
            }
        } else {
            let head = String::from_utf8_lossy(line);
            let mut parts = head.split(' ');
            let (commit, number) = (parts.next(), parts.next());
            let number = number.and_then(|number| number.parse::<u32>().ok());
            origin = commit.zip(number).map(|(commit, number)| Origin {
                commit: commit.to_owned(),
                path: path.clone(),
                line: number - 1,
            });
        }
    }
    origins
}

/// Where other repositories are in the tree of a commit: paths that blame does not take.
pub fn submodules(repo: &Path, commit: &str) -> BTreeSet<RepoPath> {
    let mut command = hermetic("git", repo);
    command.args(["ls-tree", "-r", "-z", commit]);
    let output = command.output().expect("git is on PATH");
    let entries = output.stdout.split(|&byte| byte == 0);
    let submodules = entries.filter(|entry| entry.starts_with(b"160000 "));
    let path = |entry: &[u8]| {
        let tab = entry.iter().position(|&byte| byte == b'\t')?;
        Some(RepoPath::new(&entry[tab + 1..]))
    };
    submodules.filter_map(path).collect()
}

/// A path as git prints it, without the quotes that odd bytes call for.
fn unquoted(name: &[u8]) -> Vec<u8> {
    let inner = name
        .strip_prefix(b"\"")
        .and_then(|name| name.strip_suffix(b"\""));
    let Some(inner) = inner else {
        return name.to_vec();
    };
    let mut bytes = inner.iter().copied();
    let mut path = Vec::with_capacity(inner.len());
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            path.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => path.push(b'\n'),
            Some(b't') => path.push(b'\t'),
            Some(b'r') => path.push(b'\r'),
            Some(digit @ b'0'..=b'3') => {
                let rest = bytes.by_ref().take(2);
                path.push(rest.fold(digit - b'0', |value, digit| value * 8 + (digit - b'0')));
            }
            Some(other) => path.push(other),
            None => {}
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn quoted_paths_are_read_back() {
        assert_eq!(unquoted(b"a b"), b"a b");
        assert_eq!(unquoted(b"\"a\\tb\\\"\\\\\\351\""), b"a\tb\"\\\xe9");
    }
}
