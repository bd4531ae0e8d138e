//! Repositories whose trees nobody would make: files that move, of which some are not what they say, and notes.

use crate::kept::folder;
use crate::{is_harmless, parts};
use git_risk_parsers::fuzzed;
use risk_change::ChangeId;
use risk_history::fuzzed::Made;
use risk_history::{Cached, Identities, Repository, Silent};
use risk_replay::{Options, Replay};
use std::cell::LazyCell;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Modes of entries: those that git writes, and others.
const MODES: [&str; 9] = [
    "100644", "100755", "120000", "160000", "40000", "100664", "0", "170000", "0100644",
];

/// A repository with what files hold, and their ids.
struct Contents {
    folder: TempDir,
    ids: Vec<ChangeId>,
}

/// Trees of four commits, each of which is split off by 0xff: the second and the third follow on the first, and the fourth
/// merges these. A tree is lines that [`Builder::tree`] reads.
///
/// The history is read, and followed as if it was to be learned from.
pub(crate) fn trees(input: &[u8]) {
    thread_local! {
        static CONTENTS: LazyCell<Contents> = LazyCell::new(contents);
    }
    let (folder, made) = CONTENTS.with(|contents| {
        let folder = bare(Some(contents.folder.path()));
        let made = Made::at(folder.path());
        let mut builder = Builder {
            made: &made,
            contents: &contents.ids,
            trees: Vec::new(),
        };
        let trees: [&[u8]; 4] = parts(input);
        let [first, second, third, fourth] = trees.map(|text| builder.tree(text));
        let first = commit(&made, 1, first, &[]);
        let second = commit(&made, 2, second, &[first]);
        let third = commit(&made, 3, third, &[first]);
        (folder, commit(&made, 4, fourth, &[second, third]))
    });
    refer(folder.path(), "refs/heads/main", &made);
    let repository = Repository::discover(folder.path()).expect("it was just made");
    let read = |threads| {
        repository.read(
            &made,
            &|_| None,
            0,
            &mut Cached::default(),
            threads,
            &Silent,
        )
    };
    let Ok(history) = read(1) else {
        return;
    };
    for change in &history.changes {
        assert!(change.fits_together(), "{change:?}");
    }
    let mut replay = Replay::new(Options::default());
    let mut people = Identities::new(b"");
    let followed = replay.follow(history, &mut people, &Silent, &mut |_| Ok(()));
    followed.expect("what was read can be followed");
    let restored = Replay::restore(replay.save(), Options::default());
    restored.expect("what was followed can be taken up");
}

/// A tree of notes, as in [`trees`], and the two texts that its files hold.
pub(crate) fn notes(input: &[u8]) {
    let folder = bare(None);
    let made = Made::at(folder.path());
    let [tree, one, other] = parts(input);
    let contents = [made.blob(one), made.blob(other)];
    let mut builder = Builder {
        made: &made,
        contents: &contents,
        trees: Vec::new(),
    };
    let tree = builder.tree(tree);
    refer(
        folder.path(),
        "refs/notes/risk",
        &commit(&made, 1, tree, &[]),
    );
    if let Err(told) = fuzzed::noted(folder.path()) {
        is_harmless(&told);
    }
}

/// Makes trees of what is written of them.
struct Builder<'a> {
    made: &'a Made,
    contents: &'a [ChangeId],
    /// Those that were made.
    trees: Vec<ChangeId>,
}

impl Builder<'_> {
    /// The tree of a text: `/name` begins a tree in it that `^` ends, `@` with a letter and a name stands for an earlier
    /// one, and every other line is a digit for a mode, a letter for a content, and a name, in which `~` are 38 digits.
    /// Entries stand as they come.
    fn tree(&mut self, text: &[u8]) -> ChangeId {
        let mut open: Vec<(&[u8], Vec<u8>)> = vec![(b"", Vec::new())];
        for line in text.split(|&byte| byte == b'\n') {
            let n_open = open.len();
            let entries = &mut open[n_open - 1].1;
            match line {
                [] => {}
                [b'/', name @ ..] if n_open < 64 => open.push((name, Vec::new())),
                [b'^', ..] => {
                    if n_open > 1 {
                        self.close(&mut open);
                    }
                }
                [b'@', which, name @ ..] => {
                    let tree = self.trees.get(usize::from(which.wrapping_sub(b'a')));
                    put(entries, "40000", name, tree.unwrap_or(&self.contents[0]));
                }
                [mode, which, name @ ..] => {
                    let mode = MODES[usize::from(mode.wrapping_sub(b'0')) % MODES.len()];
                    let which = usize::from(which.wrapping_sub(b'a')) % self.contents.len();
                    put(entries, mode, name, &self.contents[which]);
                }
                [_] => {}
            }
        }
        while open.len() > 1 {
            self.close(&mut open);
        }
        self.made.tree(&open[0].1)
    }

    /// Makes the innermost tree, and an entry for it.
    fn close(&mut self, open: &mut Vec<(&[u8], Vec<u8>)>) {
        let (name, entries) = open.pop().expect("more than one is open");
        let id = self.made.tree(&entries);
        self.trees.push(id);
        let outer = &mut open.last_mut().expect("the outermost stays open").1;
        put(outer, "40000", name, &id);
    }
}

fn put(entries: &mut Vec<u8>, mode: &str, name: &[u8], id: &ChangeId) {
    entries.extend_from_slice(mode.as_bytes());
    entries.push(b' ');
    for &byte in name {
        match byte {
            b'~' => entries.extend_from_slice(&[b'1'; 38]),
            _ => entries.push(byte),
        }
    }
    entries.push(0);
    entries.extend_from_slice(id.as_bytes());
}

fn commit(made: &Made, at: u32, tree: ChangeId, parents: &[ChangeId]) -> ChangeId {
    let mut text = format!("tree {tree}\n");
    for parent in parents {
        text += &format!("parent {parent}\n");
    }
    for who in ["author", "committer"] {
        text += &format!("{who} Ann <ann@example.org> {}00000 +0000\n", 15_000 + at);
    }
    text += "\nFix the wrong value\n";
    made.commit(text.as_bytes())
}

/// An empty repository, which may borrow from another one.
fn bare(lender: Option<&Path>) -> TempDir {
    let folder = folder();
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("a new folder can be written to");
    };
    for made in ["objects/pack", "objects/info", "refs"] {
        fs::create_dir_all(folder.path().join(made)).expect("a new folder can be written to");
    }
    write("HEAD", "ref: refs/heads/main\n");
    write(
        "config",
        "[core]\nrepositoryformatversion = 0\nbare = true\n",
    );
    if let Some(lender) = lender {
        let store = lender.join("objects");
        write("objects/info/alternates", &format!("{}\n", store.display()));
    }
    folder
}

fn refer(repository: &Path, name: &str, id: &ChangeId) {
    let file = repository.join(name);
    let parent = file.parent().expect("a reference is in a folder");
    fs::create_dir_all(parent).expect("a new folder can be written to");
    fs::write(&file, format!("{id}\n")).expect("a new folder can be written to");
}

/// Eight versions of a file that are more or less alike, and others: empty, of one line, binary, long, with CR, and one
/// that is missing.
fn contents() -> Contents {
    let folder = bare(None);
    let made = Made::at(folder.path());
    let lines = |changed: usize, n: usize, end: &str| -> String {
        let line = |at: usize| match at % (changed + 2) {
            0 => format!("changed {at} by {changed}{end}"),
            _ => format!("    line {at} of the file{end}"),
        };
        (0..n).map(line).collect()
    };
    let mut texts: Vec<Vec<u8>> = (0..8).map(|it| lines(it, 40, "\n").into_bytes()).collect();
    texts.extend([
        b"".to_vec(),
        b"\n".to_vec(),
        b"\0\x01\x02 of bytes".repeat(9),
        lines(9, 2_000, "\n").into_bytes(),
        lines(30, 2_000, "\n").into_bytes(),
        lines(3, 40, "\r\n").into_bytes(),
        b"x".to_vec(),
    ]);
    let mut ids: Vec<ChangeId> = texts.iter().map(|text| made.blob(text)).collect();
    ids.push(ChangeId::from_bytes(&[0x11; 20]).expect("an id has 20 bytes"));
    Contents { folder, ids }
}
