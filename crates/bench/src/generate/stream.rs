//! What `git fast-import` reads.

use std::io::{self, Write};

/// Seconds since 1970 of the first commit, and between two.
const FIRST_AT: u64 = 1_262_304_000;
const BETWEEN: u64 = 600;
const AUTHORS: u64 = 40;

/// What happens to one path.
#[derive(Clone, Debug)]
pub(crate) enum File {
    /// It has this content now.
    Write(String, Vec<u8>),
    /// It is gone.
    Delete(String),
}

/// A stream of commits, each with a mark.
pub(crate) struct Stream<W> {
    out: W,
    n_commits: u64,
}

impl<W: Write> Stream<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, n_commits: 0 }
    }

    /// Adds a commit to a branch and gives its mark.
    pub(crate) fn commit(
        &mut self,
        branch: &str,
        message: &str,
        parents: &[u64],
        files: &[File],
    ) -> io::Result<u64> {
        let mark = self.head(branch, message, parents)?;
        // What goes is first, so that a file may take the place of a directory.
        for file in files {
            if let File::Delete(path) = file {
                writeln!(self.out, "D {path}")?;
            }
        }
        for file in files {
            if let File::Write(path, content) = file {
                writeln!(self.out, "M 100644 inline {path}\ndata {}", content.len())?;
                self.out.write_all(content)?;
                writeln!(self.out)?;
            }
        }
        Ok(mark)
    }

    /// Adds a commit of one file of `n` parts of 64 bytes, which need not fit into memory.
    pub(crate) fn commit_large(
        &mut self,
        message: &str,
        parent: Option<u64>,
        path: &str,
        n: u64,
        part: &dyn Fn(u64) -> String,
    ) -> io::Result<u64> {
        let mark = self.head("main", message, parent.as_slice())?;
        writeln!(self.out, "M 100644 inline {path}\ndata {}", n * 64)?;
        for number in 0..n {
            self.out.write_all(part(number).as_bytes())?;
        }
        writeln!(self.out)?;
        Ok(mark)
    }

    fn head(&mut self, branch: &str, message: &str, parents: &[u64]) -> io::Result<u64> {
        self.n_commits += 1;
        let mark = self.n_commits;
        let (at, author) = (FIRST_AT + mark * BETWEEN, mark * mark % AUTHORS);
        writeln!(
            self.out,
            "commit refs/heads/{branch}\nmark :{mark}\ncommitter Author {author} <a{author}@example.org> {at} +0000\n\
             data {}\n{message}",
            message.len()
        )?;
        for (nth, parent) in parents.iter().enumerate() {
            writeln!(
                self.out,
                "{} :{parent}",
                if nth == 0 { "from" } else { "merge" }
            )?;
        }
        Ok(mark)
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}
