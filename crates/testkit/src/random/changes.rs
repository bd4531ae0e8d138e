//! What one commit does to its files, and what a merge makes of two sides.

use super::content::{edited, fresh, joined, respaced};
use crate::Dice;
use std::collections::{BTreeMap, BTreeSet};

/// A file as fast-import takes it; the content of a submodule is the id of its commit.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) mode: &'static str,
    pub(super) content: Vec<u8>,
}

impl File {
    fn is_plain(&self) -> bool {
        self.mode == PLAIN || self.mode == EXECUTABLE
    }
}

pub(super) type Tree = BTreeMap<String, File>;

const PLAIN: &str = "100644";
const EXECUTABLE: &str = "100755";
const SYMLINK: &str = "120000";
pub(super) const SUBMODULE: &str = "160000";

/// A path that nothing is at; few enough that deleted ones come back. `é` stands for a byte that is not UTF-8.
fn free_path(dice: &mut Dice, tree: &Tree) -> Option<String> {
    const DIRECTORIES: [&str; 5] = ["", "src/", "src/net/", "tests/", "docs/old texts/"];
    const NAMES: [&str; 8] = [
        "main.rs",
        "a.c",
        "b.py",
        "c.txt",
        "d e.md",
        "f.h",
        "g.json",
        "café.txt",
    ];
    (0..8)
        .map(|_| format!("{}{}", dice.pick(&DIRECTORIES), dice.pick(&NAMES)))
        .find(|path| is_free(tree, path))
}

/// Whether a file can be put at a path: nothing is there, no directory either, and no file is above it.
fn is_free(tree: &Tree, path: &str) -> bool {
    let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
    let below = format!("{path}/");
    !tree.contains_key(path)
        && !above.any(|directory| tree.contains_key(directory))
        && !tree.keys().any(|other| other.starts_with(&below))
}

pub(super) fn add_file(dice: &mut Dice, tree: &mut Tree) {
    if let Some(path) = free_path(dice, tree) {
        let content = fresh(dice);
        let mode = if dice.percent(10) { EXECUTABLE } else { PLAIN };
        tree.insert(path, File { mode, content });
    }
}

fn any_path(dice: &mut Dice, tree: &Tree) -> Option<String> {
    let paths: Vec<&String> = tree.keys().collect();
    (!paths.is_empty()).then(|| (*dice.pick(&paths)).clone())
}

/// Does one thing to one file, or to two.
pub(super) fn change(dice: &mut Dice, tree: &mut Tree) {
    let Some(path) = any_path(dice, tree) else {
        return add_file(dice, tree);
    };
    let mut file = tree[&path].clone();
    let is_plain = file.is_plain();
    let kind = dice.below(100);
    match kind {
        0..45 if is_plain => file.content = edited(dice, &file.content),
        45..52 if is_plain => file.content = respaced(dice, &file.content),
        52..56 if is_plain => {
            file.mode = if file.mode == PLAIN {
                EXECUTABLE
            } else {
                PLAIN
            };
            if dice.percent(40) {
                file.content = edited(dice, &file.content);
            }
        }
        56..68 => {
            let Some(to) = free_path(dice, tree) else {
                return;
            };
            tree.remove(&path);
            if is_plain && dice.percent(60) {
                file.content = edited(dice, &file.content);
            }
            tree.insert(to, file);
            return;
        }
        68..73 => {
            let Some(to) = free_path(dice, tree) else {
                return;
            };
            if is_plain {
                file.content = edited(dice, &file.content);
            }
            tree.insert(to, file);
            return;
        }
        73..76 => {
            if let Some(other) = any_path(dice, tree) {
                let there = tree.insert(other, file).expect("because it is a key");
                tree.insert(path, there);
            }
            return;
        }
        76..83 => {
            tree.remove(&path);
            return;
        }
        83..85 => {
            let content = b"main.rs".to_vec();
            file = File {
                mode: SYMLINK,
                content,
            };
        }
        85..87 => {
            let content = format!("{:040x}", dice.roll()).into_bytes();
            let mode = SUBMODULE;
            tree.insert("vendored".to_owned(), File { mode, content });
            return;
        }
        87..90 => {
            file.mode = PLAIN;
            file.content = fresh(dice);
        }
        90..93 => return move_directory(dice, tree, &path),
        93..95 => {
            // The file becomes a directory of that name.
            tree.remove(&path);
            tree.insert(format!("{path}/inner.txt"), file);
            return;
        }
        95..97 => {
            // The directory becomes a file of that name.
            let Some((directory, _)) = path.rsplit_once('/') else {
                return;
            };
            let below = format!("{directory}/");
            tree.retain(|other, _| !other.starts_with(&below));
            tree.insert(directory.to_owned(), file);
            return;
        }
        _ => return add_file(dice, tree),
    }
    tree.insert(path, file);
}

/// Moves the directory that a file is in, with all that is below it; some files are edited on the way.
fn move_directory(dice: &mut Dice, tree: &mut Tree, path: &str) {
    let to = *dice.pick(&["lib", "attic/deep", "src"]);
    let Some((from, _)) = path.rsplit_once('/') else {
        return;
    };
    if from == to || !is_free(tree, to) {
        return;
    }
    let below = format!("{from}/");
    let moved: Vec<String> = tree
        .keys()
        .filter(|it| it.starts_with(&below))
        .cloned()
        .collect();
    for old in moved {
        let mut file = tree.remove(&old).expect("because it is a key");
        if file.is_plain() && dice.percent(30) {
            file.content = edited(dice, &file.content);
        }
        tree.insert(format!("{to}/{}", &old[below.len()..]), file);
    }
}

/// Joins two sides as a three-way merge does; where both changed, anything may come out.
pub(super) fn merged(dice: &mut Dice, base: &Tree, ours: &Tree, theirs: &Tree) -> Tree {
    let is_messy = dice.percent(20);
    let paths: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let mut tree = Tree::new();
    for path in paths {
        let (from, our, their) = (base.get(path), ours.get(path), theirs.get(path));
        let kept = match (our, their) {
            _ if our == their => our.cloned(),
            _ if our == from && !is_messy => their.cloned(),
            _ if their == from && !is_messy => our.cloned(),
            (Some(our), Some(their))
                if our.mode == their.mode && our.is_plain() && dice.percent(60) =>
            {
                Some(File {
                    mode: our.mode,
                    content: joined(dice, &our.content, &their.content),
                })
            }
            _ if dice.percent(50) => our.cloned(),
            _ => their.cloned(),
        };
        // A file of one side can be a directory of the other.
        if let Some(file) = kept.filter(|_| is_free(&tree, path)) {
            tree.insert(path.clone(), file);
        }
    }
    tree
}
