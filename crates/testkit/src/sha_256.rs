//! The same history with ids of the other kind.

use crate::TestRepo;
use std::collections::BTreeMap;
use std::fs;

/// For each commit with a SHA-1 id the id of its like in the other repository.
pub type NewIds = BTreeMap<String, String>;

impl TestRepo {
    /// Writes the history of all branches and tags once more, with SHA-256 ids.
    ///
    /// Messages stay as they are, also where they name a commit. The commits that submodules name get ids as long.
    #[must_use]
    pub fn in_sha_256(&self) -> (Self, NewIds) {
        let copy = Self::with_object_format("sha256");
        let marks = [self, &copy].map(|repo| repo.path().join(".git/marks"));
        let [from, to] = [0, 1].map(|at| format!("--export-marks={}", marks[at].display()));
        // With all files of each commit: else the folder that takes the place of a file is lost.
        let all = [
            "--all",
            "--full-tree",
            "--reencode=no",
            "--signed-tags=strip",
        ];
        let export = [&["fast-export", from.as_str()][..], &all].concat();
        let stream = lengthened(&self.git_with(&export, b""));
        copy.git_with(&["fast-import", "--quiet", "--force", &to], &stream);
        let branch = self.git(&["symbolic-ref", "HEAD"]);
        copy.git(&["symbolic-ref", "HEAD", &branch]);
        copy.git(&["reset", "-q", "--hard"]);
        copy.take_dates_of(self);
        let [old, new] = marks.map(|file| {
            let marks = fs::read_to_string(&file).expect("because git has written it");
            fs::remove_file(file).expect("because the repository is ours");
            let pairs = marks.lines().filter_map(|line| line.split_once(' '));
            let owned = pairs.map(|(mark, id)| (mark.to_owned(), id.to_owned()));
            owned.collect::<NewIds>()
        });
        let kind = |id: &str| self.git(&["cat-file", "-t", id]);
        let commits = old.into_iter().filter(|(_, id)| kind(id) == "commit");
        let ids = commits.map(|(mark, id)| (id, new[&mark].clone()));
        let ids = ids.collect();
        (copy, ids)
    }
}

/// The stream with 64 digits for each commit of a submodule.
fn lengthened(stream: &[u8]) -> Vec<u8> {
    const SUBMODULE: &[u8] = b"M 160000 ";
    let mut out = Vec::with_capacity(stream.len());
    let mut rest = stream;
    while !rest.is_empty() {
        let end = rest.iter().position(|&byte| byte == b'\n');
        let (line, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
        rest = after;
        if let Some(entry) = line.strip_prefix(SUBMODULE) {
            let (id, path) = entry.split_at(40);
            for part in [SUBMODULE, id, &[b'0'; 24], path] {
                out.extend_from_slice(part);
            }
            continue;
        }
        out.extend_from_slice(line);
        if let Some(n) = line.strip_prefix(b"data ") {
            let n = std::str::from_utf8(n.trim_ascii()).expect("because git writes numbers");
            let (data, after) = rest.split_at(n.parse().expect("because git writes numbers"));
            out.extend_from_slice(data);
            rest = after;
        }
    }
    out
}
