//! Large and odd histories, made from nothing but a kind, a size and a seed, by `git fast-import`.
//!
//! Work grows with what is asked for: files of a [`Kind::Linear`] history have some 60 lines, an edit changes
//! a few of them, one commit in five says that it is a fix, and some files change much more often than others.

mod stream;
mod tree;

use clap::ValueEnum;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use stream::Stream;
use tree::Tree;

/// What a history is like, and what its size counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// That many commits, one in fifty a merge; up to 2,000 files.
    Linear,
    /// That many commits, half of them merges of short branches or on them.
    Merges,
    /// That many commits, one in five moves a file with edits, one in two hundred a whole directory.
    Renames,
    /// That many commits that each change a few lines of one of four files of 20,000 lines.
    LargeFiles,
    /// One commit of that many files, and one that edits them all.
    Wide,
    /// One file of that many megabytes of short lines, and one edit of it.
    LargeFile,
    /// One line of that many megabytes, and one edit of it.
    LongLine,
}

/// How objects lie in the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As git packs a history that was pushed or cloned: versions of one path are deltas of each other.
    Repacked,
    /// As `fast-import` leaves them, and `git gc` after it: each blob a delta of the one before it in time,
    /// whatever its path.
    Imported,
}

/// Makes a bare repository with a history in a directory that must not exist yet.
///
/// # Errors
///
/// If the directory is there, or git fails.
pub fn generate(kind: Kind, size: u64, seed: u64, order: Order, dir: &Path) -> io::Result<()> {
    fs::create_dir(dir)?;
    let git = |args: &[&str]| {
        let mut command = risk_testkit::hermetic("git", dir);
        command.args(args);
        command
    };
    let init = ["init", "-q", "--bare", "--template=", "-b", "main"];
    check(git(&init).status()?, "init")?;
    let mut import = git(&["-c", "fastimport.unpackLimit=0", "fast-import", "--quiet"]);
    let mut child = import.stdin(Stdio::piped()).spawn()?;
    let input = child.stdin.take().expect("a pipe was asked for");
    write(kind, size, seed, BufWriter::with_capacity(1 << 20, input))?;
    check(child.wait()?, "fast-import")?;
    if order == Order::Repacked {
        let repack = ["-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f"];
        check(git(&repack).status()?, "repack")?;
    }
    Ok(())
}

fn check(status: ExitStatus, doing: &str) -> io::Result<()> {
    if status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("git {doing} failed ({status})")))
}

/// Writes the stream that git imports.
fn write(kind: Kind, size: u64, seed: u64, out: impl Write) -> io::Result<()> {
    let mut stream = Stream::new(out);
    let tree = |n_files, n_lines| Tree::new(seed, n_files, n_lines);
    match kind {
        Kind::Linear => history(&mut stream, &mut tree(200, 60), size, 50, 0)?,
        Kind::Merges => history(&mut stream, &mut tree(200, 60), size, 4, 0)?,
        Kind::Renames => history(&mut stream, &mut tree(200, 60), size, 50, 5)?,
        Kind::LargeFiles => history(&mut stream, &mut tree(4, 20_000), size, 0, 0)?,
        Kind::Wide => wide(&mut stream, &mut tree(size as usize, 30))?,
        Kind::LargeFile => lines(&mut stream, "large.txt", size << 20, "\n")?,
        Kind::LongLine => lines(&mut stream, "long.txt", size << 20, " ")?,
    }
    stream.finish()
}

/// `size` commits: every so many a branch of one commit is merged, every so many a file moves; 0 is never.
fn history(
    stream: &mut Stream<impl Write>,
    tree: &mut Tree,
    size: u64,
    merge_every: u64,
    move_every: u64,
) -> io::Result<()> {
    let mut tip = stream.commit("main", "add", &[], &tree.all())?;
    let mut n = 1;
    while n < size {
        let message = tree.message(n);
        let is = |every: u64| every > 0 && n.is_multiple_of(every);
        if is(merge_every) && n + 3 <= size {
            // Another file is edited on the branch than on the way to the merge.
            let (theirs, ours) = tree.two_edits();
            let side = stream.commit("side", &message, &[tip], std::slice::from_ref(&theirs))?;
            let main = stream.commit("main", "go on", &[tip], &[ours])?;
            tip = stream.commit("main", "Merge side", &[main, side], &[theirs])?;
            n += 3;
            continue;
        }
        let files = if is(move_every * 40) {
            tree.move_directory()
        } else if is(move_every) {
            tree.move_file()
        } else {
            tree.edits()
        };
        tip = stream.commit("main", &message, &[tip], &files)?;
        n += 1;
    }
    Ok(())
}

fn wide(stream: &mut Stream<impl Write>, tree: &mut Tree) -> io::Result<()> {
    let first = stream.commit("main", "add", &[], &tree.all())?;
    let edited = tree.edit_all();
    stream.commit("main", "fix all", &[first], &edited)?;
    Ok(())
}

/// One file of parts of 64 bytes, none like another, and an edit of the one in the middle.
fn lines(stream: &mut Stream<impl Write>, path: &str, size: u64, end: &str) -> io::Result<()> {
    let n = size / 64;
    let part = |number: u64, word: &str| format!("{number:>20} {word:<42}{end}");
    let first = stream.commit_large("add", None, path, n, &|number| part(number, "of many"))?;
    let edited = |number| part(number, if number == n / 2 { "edited" } else { "of many" });
    stream.commit_large("fix one", Some(first), path, n, &edited)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Kind, Order, generate};
    use clap::ValueEnum;
    use risk_testkit::{numstat_all, rev_list};

    #[test]
    fn each_kind_has_its_size_and_is_the_same_twice() {
        for kind in Kind::value_variants() {
            let dir = tempfile::tempdir().expect("there is room");
            let is_one_file = matches!(kind, Kind::LargeFile | Kind::LongLine);
            let size = if is_one_file { 1 } else { 60 };
            let made = |name: &str| {
                let path = dir.path().join(name);
                generate(*kind, size, 3, Order::Repacked, &path).expect("git imports it");
                rev_list(&path, &["main"])
            };
            let commits = made("one");
            assert_eq!(commits, made("two"), "{kind:?}");
            let is_edited_once = is_one_file || *kind == Kind::Wide;
            let expected = if is_edited_once { 2 } else { 60 };
            assert_eq!(commits.len(), expected, "{kind:?}");
            let rows = numstat_all(dir.path().join("one"), "main");
            let renames = rows.values().flatten().filter(|row| row.old_path.is_some());
            assert_eq!(renames.count() > 5, *kind == Kind::Renames, "{kind:?}");
        }
    }
}
