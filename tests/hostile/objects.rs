//! Objects byte by byte, as no command of git makes them.

use libdeflater::{CompressionLvl, Compressor};
use risk_testkit::{FIRST_COMMIT_AT, TestRepo};
use std::fs;
use std::path::PathBuf;

/// Whom commits are by where that does not matter.
pub(crate) const WHO: &str = "Ann <Ann@example.org>";

/// Writes an object, whether it is well formed or not.
pub(crate) fn object(repo: &TestRepo, kind: &str, bytes: &[u8]) -> String {
    let args = ["hash-object", "-t", kind, "-w", "--stdin", "--literally"];
    let id = repo.git_with(&args, bytes);
    String::from_utf8(id).unwrap().trim().to_owned()
}

/// Where an object lies if it is in a file of its own.
pub(crate) fn file_of(repo: &TestRepo, id: &str) -> PathBuf {
    let (folder, file) = id.split_at(2);
    repo.path().join(".git/objects").join(folder).join(file)
}

/// Writes an object below a name that is not its own.
pub(crate) fn misplaced(repo: &TestRepo, id: &str, kind: &str, bytes: &[u8]) {
    let plain = [format!("{kind} {}\0", bytes.len()).as_bytes(), bytes].concat();
    stored(repo, id, &zlib(&plain));
}

/// Puts bytes where the file of an object is, or would be.
pub(crate) fn stored(repo: &TestRepo, id: &str, bytes: &[u8]) {
    let path = file_of(repo, id);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let _ = fs::remove_file(&path);
    fs::write(path, bytes).unwrap();
}

/// Bytes as git stores them.
pub(crate) fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::fastest());
    let mut out = vec![0; compressor.zlib_compress_bound(plain.len())];
    let n = compressor.zlib_compress(plain, &mut out).unwrap();
    out.truncate(n);
    out
}

/// An id as the bytes that trees hold.
pub(crate) fn raw(id: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&id[at..at + 2], 16).unwrap();
    (0..id.len()).step_by(2).map(digits).collect()
}

/// An entry of a tree.
pub(crate) fn entry(mode: &str, name: &[u8], id: &str) -> Vec<u8> {
    [mode.as_bytes(), b" ", name, b"\0", &raw(id)].concat()
}

/// A commit object.
pub(crate) struct Draft {
    pub(crate) tree: String,
    pub(crate) parents: Vec<String>,
    pub(crate) author: Vec<u8>,
    pub(crate) committer: Vec<u8>,
    /// Lines behind the committer.
    pub(crate) more: Vec<u8>,
    pub(crate) message: Vec<u8>,
}

impl Draft {
    /// On top of what is checked out, with its tree, so many days after the first commit.
    pub(crate) fn on(repo: &TestRepo, days: usize) -> Self {
        let at = FIRST_COMMIT_AT + days as i64 * 86_400;
        let who = format!("{WHO} {at} +0000").into_bytes();
        Self {
            tree: repo.id("HEAD^{tree}"),
            parents: vec![repo.head()],
            author: who.clone(),
            committer: who,
            more: Vec::new(),
            message: b"Add a step\n".to_vec(),
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("tree {}\n", self.tree).into_bytes();
        for parent in &self.parents {
            bytes.extend(format!("parent {parent}\n").into_bytes());
        }
        let lines: [&[u8]; 6] = [
            b"author ",
            &self.author,
            b"\ncommitter ",
            &self.committer,
            b"\n",
            &self.more,
        ];
        bytes.extend(lines.concat());
        bytes.push(b'\n');
        bytes.extend(&self.message);
        bytes
    }

    /// Writes it, and makes it the tip of `main`.
    pub(crate) fn land(&self, repo: &TestRepo) -> String {
        let id = object(repo, "commit", &self.bytes());
        land(repo, &id);
        id
    }
}

/// Makes a commit the tip of `main`.
pub(crate) fn land(repo: &TestRepo, id: &str) {
    let path = repo.path().join(".git/refs/heads/main");
    fs::write(path, format!("{id}\n")).unwrap();
}
