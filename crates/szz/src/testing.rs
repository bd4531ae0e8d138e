//! Small histories for tests: whole versions of files in, changes with their hunks out.

use proptest::prelude::*;
use risk_change::{
    Author, Change, ChangeId, Edit, FileChange, FileKind, FileStatus, Hunk, LineClass, OtherParent,
    Position, RepoPath, Shape, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) type Tree = BTreeMap<String, Vec<String>>;

/// Commits in order, each with its parents and its whole tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) parents: Vec<Vec<Position>>,
    pub(crate) trees: Vec<Tree>,
    pub(crate) changes: Vec<Change>,
}

pub(crate) fn id(position: Position) -> ChangeId {
    let mut raw = [0; 20];
    raw[..4].copy_from_slice(&position.wrapping_mul(0x9e37_79b1).to_be_bytes());
    raw[4..8].copy_from_slice(&position.to_be_bytes());
    ChangeId::from_bytes(&raw).expect("20 bytes are an id")
}

/// A tree from (path, lines) where lines are separated by blanks; `_` stands for a blank in a line.
pub(crate) fn tree(files: &[(&str, &str)]) -> Tree {
    let lines = |text: &str| {
        text.split_whitespace()
            .map(|it| it.replace('_', " "))
            .collect()
    };
    files
        .iter()
        .map(|&(path, text)| (path.to_owned(), lines(text)))
        .collect()
}

impl History {
    pub(crate) fn commit(&mut self, parents: &[Position], files: &[(&str, &str)]) -> Position {
        self.add(parents, tree(files), &[], "x")
    }

    /// `renames` are (parent number, old path, new path).
    pub(crate) fn add(
        &mut self,
        parents: &[Position],
        tree: Tree,
        renames: &[(usize, &str, &str)],
        message: &str,
    ) -> Position {
        let position = self.trees.len() as Position;
        let trees: Vec<&Tree> = parents.iter().map(|&it| &self.trees[it as usize]).collect();
        let empty = Tree::new();
        let first = trees.first().copied().unwrap_or(&empty);
        let source = |k: usize, path: &str| {
            let renamed = renames.iter().find(|it| it.0 == k && it.2 == path);
            renamed.map_or(path.to_owned(), |it| it.1.to_owned())
        };
        let mut files = Vec::new();
        for (path, lines) in &tree {
            let old_path = source(0, path);
            let old = first.get(&old_path);
            if old == Some(lines) && old_path == *path {
                continue;
            }
            let others = (1..trees.len()).map(|k| {
                let there = source(k, path);
                match trees[k].get(&there) {
                    None => OtherParent::Absent,
                    Some(other) if other == lines => OtherParent::Same {
                        path: RepoPath::from(there.as_str()),
                    },
                    Some(other) => OtherParent::Differs {
                        path: RepoPath::from(there.as_str()),
                        edit: Arc::new(diff(other, lines)),
                    },
                }
            });
            let status = match old {
                None => FileStatus::Added,
                Some(_) if old_path == *path => FileStatus::Modified,
                Some(_) => FileStatus::Renamed,
            };
            let was_there = old_path != *path && old.is_some();
            files.push(FileChange {
                path: RepoPath::from(path.as_str()),
                old_path: was_there.then(|| RepoPath::from(old_path.as_str())),
                status,
                kind: FileKind::Text,
                old_lines: old.map_or(0, |it| it.len() as u32),
                new_lines: lines.len() as u32,
                edit: Arc::new(diff(old.map_or(&[][..], |it| it), lines)),
                other_parents: others.collect(),
                trace: None,
            });
        }
        let is_source = |path: &str| renames.iter().any(|it| it.0 == 0 && it.1 == path);
        for (path, lines) in first
            .iter()
            .filter(|it| !tree.contains_key(it.0) && !is_source(it.0))
        {
            files.push(FileChange {
                path: RepoPath::from(path.as_str()),
                old_path: None,
                status: FileStatus::Deleted,
                kind: FileKind::Text,
                old_lines: lines.len() as u32,
                new_lines: 0,
                edit: Arc::new(diff(lines, &[])),
                other_parents: Vec::new(),
                trace: None,
            });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        self.changes.push(Change {
            id: id(position),
            parents: parents.iter().copied().map(id).collect(),
            author: Author {
                name: "A".into(),
                email: "a@x".into(),
            },
            authored_at: Timestamp(i64::from(position)),
            committed_at: Timestamp(i64::from(position) * 100),
            message: message.to_owned(),
            files,
        });
        self.parents.push(parents.to_vec());
        self.trees.push(tree);
        position
    }

    /// Where the chain of first parents of a commit begins.
    pub(crate) fn root(&self, commit: Position) -> Position {
        let first = |at: &Position| self.parents[*at as usize].first().copied();
        let chain = std::iter::successors(Some(commit), first);
        chain.last().expect("the commit itself is of it")
    }

    /// For each commit, which of its parents get no child after it.
    pub(crate) fn last_children(&self) -> Vec<Vec<bool>> {
        let is_last = |at: usize, parent: &Position| {
            !self.parents[at + 1..]
                .iter()
                .any(|later| later.contains(parent))
        };
        let parents = self.parents.iter().enumerate();
        parents
            .map(|(at, parents)| parents.iter().map(|it| is_last(at, it)).collect())
            .collect()
    }
}

/// A longest-common-subsequence diff; re-spaced pairs are found in order within each hunk.
pub(crate) fn diff(old: &[String], new: &[String]) -> Edit {
    let (n, m) = (old.len(), new.len());
    let mut common = vec![vec![0_u32; m + 1]; n + 1];
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let mut edit = Edit::default();
    let (mut i, mut j) = (0, 0);
    while i < n || j < m {
        if i < n && j < m && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (old_start, new_start) = (i, j);
        while (i < n || j < m) && !(i < n && j < m && old[i] == new[j]) {
            if j == m || i < n && common[i + 1][j] >= common[i][j + 1] {
                i += 1;
            } else {
                j += 1;
            }
        }
        edit.hunks.push(Hunk {
            old_start: old_start as u32,
            old_len: (i - old_start) as u32,
            new_start: new_start as u32,
            new_len: (j - new_start) as u32,
        });
        let mut from = new_start;
        for (line, text) in (old_start..i).zip(&old[old_start..i]) {
            edit.deleted.push(class(text));
            let same = (from..j).find(|&at| bare(&new[at]) == bare(text));
            if let Some(at) = same.filter(|_| !bare(text).is_empty()) {
                edit.respaced.push((line as u32, at as u32));
                from = at + 1;
            }
        }
    }
    let added = edit
        .hunks
        .iter()
        .flat_map(|it| it.new_start..it.new_start + it.new_len);
    let classes: Vec<LineClass> = added.map(|line| class(&new[line as usize])).collect();
    let count = |wanted| classes.iter().filter(|&&it| it == wanted).count() as u32;
    edit.shape = Shape {
        added_comments: count(LineClass::Comment),
        added_blanks: count(LineClass::Blank),
        ..Shape::default()
    };
    edit
}

fn bare(line: &str) -> String {
    line.replace(' ', "")
}

fn class(line: &str) -> LineClass {
    match line.trim() {
        "" => LineClass::Blank,
        text if text.starts_with("//") => LineClass::Comment,
        _ => LineClass::Code,
    }
}

/// One random commit: parents (counted back), and edits of files.
type Step = (Vec<u8>, Vec<(u8, u8, u8, u8)>, u8);

/// Random histories of up to 25 commits over three files, with merges, renames, deletions and re-spacing.
pub(crate) fn histories() -> impl Strategy<Value = History> {
    let parents = prop::collection::vec(0..6_u8, 1..4);
    let edits = prop::collection::vec((0..3_u8, 0..10_u8, 0..12_u8, 0..4_u8), 0..4);
    let steps = prop::collection::vec((parents, edits, 0..20_u8), 1..25);
    steps.prop_map(|steps| {
        let mut history = History::default();
        for step in steps {
            step_of(&mut history, step);
        }
        history
    })
}

fn step_of(history: &mut History, (back, edits, kind): Step) {
    const PATHS: [&str; 3] = ["a.c", "b.c", "c.c"];
    let n = history.trees.len() as Position;
    let mut parents: Vec<Position> = Vec::new();
    for it in back.iter().map(|&it| u32::from(it)).filter(|&it| it < n) {
        if !parents.contains(&(n - 1 - it)) {
            parents.push(n - 1 - it);
        }
    }
    if kind >= 8 {
        parents.truncate(1);
    }
    let trees: Vec<Tree> = parents
        .iter()
        .map(|&it| history.trees[it as usize].clone())
        .collect();
    let mut tree = trees.first().cloned().unwrap_or_default();
    // A merge takes each file whole from some parent, or the start of one and the end of another.
    for (at, path) in PATHS.iter().enumerate().filter(|_| trees.len() > 1) {
        let pick = usize::from(kind) + at;
        let one = trees[pick % trees.len()].get(*path).cloned();
        let other = trees[(pick / 2) % trees.len()].get(*path).cloned();
        let mixed = match (one, other) {
            (Some(one), Some(other)) => {
                let (half, rest) = (one.len() / 2, other.len() / 2);
                Some(one[..half].iter().chain(&other[rest..]).cloned().collect())
            }
            (one, other) => one.or(other).filter(|_| pick % 5 != 0),
        };
        match mixed {
            Some(lines) => tree.insert((*path).to_owned(), lines),
            None => tree.remove(*path),
        };
    }
    let mut renames = Vec::new();
    for (file, action, line, len) in edits {
        let path = PATHS[usize::from(file)];
        let Some(lines) = tree.get_mut(path) else {
            let text = |at: u8| format!("{}", (b'a' + (line + at) % 8) as char);
            tree.insert(path.to_owned(), (0..len + 2).map(text).collect());
            continue;
        };
        let at = usize::from(line) % (lines.len() + 1);
        let until = (at + usize::from(len)).min(lines.len());
        match action {
            0 => drop(tree.remove(path)),
            1 => {
                let target = PATHS[usize::from(file + 1) % 3];
                let from_first = trees.first().is_some_and(|it| it.contains_key(path));
                let is_free = trees.iter().all(|it| !it.contains_key(target));
                if from_first && is_free && renames.is_empty() && !tree.contains_key(target) {
                    let lines = tree.remove(path).expect("it was just seen");
                    tree.insert(target.to_owned(), lines);
                    renames.extend((0..trees.len()).map(|k| (k, path, target)));
                }
            }
            2 => drop(lines.drain(at..until)),
            3 | 4 => lines[at..until].iter_mut().for_each(|it| it.insert(0, ' ')),
            5 => lines[at..until]
                .iter_mut()
                .for_each(|it| *it = format!("// {it}")),
            _ => {
                let new =
                    (0..=len).map(|it| format!("{}", (b'a' + (line + it + n as u8) % 8) as char));
                lines.splice(at..until, new);
            }
        }
    }
    // A renamed file that was removed or put in place again is no rename.
    renames.retain(|&(k, old, new)| {
        tree.contains_key(new) && !tree.contains_key(old) && trees[k].contains_key(old)
    });
    let message = match kind % 4 {
        0 => "fix crash".to_owned(),
        1 if n > 0 => format!("y\n\nFixes: {}", &id(n / 2).to_hex()[..12]),
        _ => "z".to_owned(),
    };
    history.add(&parents, tree, &renames, &message);
}
