//! Histories grown from a seed.

mod changes;
mod content;

use crate::{Dice, FIRST_COMMIT_AT, TestRepo};
use changes::{SUBMODULE, Tree, add_file, change, merged};
use std::collections::BTreeSet;

struct Node {
    subject: String,
    tree: Tree,
    parents: Vec<usize>,
}

/// Builds a repository with a random history, the same one for the same seed.
///
/// There are branches from several points, merges of two and more parents (clean, with one side taken, with
/// lines of their own), roots without common history, renames with and without edits, copies, swaps,
/// moved directories, files that become directories and the reverse,
/// deletions and re-creations, reverts, changes of mode and of kind, submodules, symbolic links, empty files,
/// missing final line ends, CRLF, binary files, bytes that are not UTF-8 inside files and in paths, re-spacing, empty
/// commits, several authors, and clocks that run backwards. Every commit is reachable from `main`, which
/// is checked out. `n_commits` are made, and up to four merges more.
pub fn random_history(seed: u64, n_commits: usize) -> TestRepo {
    let mut growth = Growth {
        dice: Dice(seed),
        nodes: Vec::new(),
        heads: Vec::new(),
        stream: Vec::new(),
    };
    while growth.nodes.len() < n_commits.max(1) {
        growth.step();
    }
    while growth.heads.len() > 1 {
        growth.merge(2);
    }
    let repo = TestRepo::new();
    repo.fast_import(&growth.stream);
    repo
}

struct Growth {
    dice: Dice,
    nodes: Vec<Node>,
    /// The commits at the tips of branches.
    heads: Vec<usize>,
    stream: Vec<u8>,
}

impl Growth {
    fn step(&mut self) {
        if self.heads.is_empty() || (self.heads.len() < 4 && self.dice.percent(2)) {
            let mut tree = Tree::new();
            for _ in 0..=self.dice.below(6) {
                add_file(&mut self.dice, &mut tree);
            }
            self.commit(tree, Vec::new());
            self.heads.push(self.nodes.len() - 1);
            return;
        }
        let n_heads = self.heads.len();
        if n_heads >= 2 && self.dice.percent(15) {
            let n_parents = 2 + self.dice.below(n_heads.min(4) - 1);
            return self.merge(n_parents);
        }
        if n_heads >= 2 && self.dice.percent(5) {
            return self.cross();
        }
        if n_heads < 5 && self.dice.percent(12) {
            let recent = self.nodes.len() - 1 - self.dice.below(self.nodes.len().min(8));
            if !self.heads.contains(&recent) {
                self.heads.push(recent);
            }
        }
        let head = self.dice.below(self.heads.len());
        let parent = self.heads[head];
        if let Some(&before) = self.nodes[parent].parents.first()
            && self.dice.percent(5)
        {
            // Takes back what the last commit did; the id that git would name is not known here.
            let tree = self.nodes[before].tree.clone();
            let message = format!("Revert \"{}\"\n", self.nodes[parent].subject);
            self.commit_with(&message, tree, vec![parent]);
            self.heads[head] = self.nodes.len() - 1;
            return;
        }
        let mut tree = self.nodes[parent].tree.clone();
        if !self.dice.percent(3) {
            for _ in 0..=self.dice.below(3) {
                change(&mut self.dice, &mut tree);
            }
        }
        self.commit(tree, vec![parent]);
        self.heads[head] = self.nodes.len() - 1;
    }

    /// Merges some branches into one; the others end there.
    fn merge(&mut self, n_parents: usize) {
        let mut parents = Vec::new();
        for _ in 0..n_parents {
            let head = self.dice.below(self.heads.len());
            parents.push(self.heads.swap_remove(head));
        }
        self.commit_merge(parents);
        self.heads.push(self.nodes.len() - 1);
    }

    /// Merges two branches into each other and lets both go on: a criss-cross.
    fn cross(&mut self) {
        let (one, two) = (self.heads[0], self.heads[1]);
        self.commit_merge(vec![one, two]);
        self.heads[0] = self.nodes.len() - 1;
        self.commit_merge(vec![two, one]);
        self.heads[1] = self.nodes.len() - 1;
    }

    fn commit_merge(&mut self, parents: Vec<usize>) {
        let mut tree = self.nodes[parents[0]].tree.clone();
        let mut known = self.ancestors(parents[0]);
        for &other in &parents[1..] {
            let theirs = self.ancestors(other);
            let base = known.intersection(&theirs).last();
            let base = base.map_or_else(Tree::new, |&base| self.nodes[base].tree.clone());
            tree = merged(&mut self.dice, &base, &tree, &self.nodes[other].tree);
            known.extend(theirs);
        }
        if self.dice.percent(20) {
            change(&mut self.dice, &mut tree);
        }
        self.commit(tree, parents);
    }

    /// The commit itself and all that it can reach.
    fn ancestors(&self, node: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut pending = vec![node];
        while let Some(at) = pending.pop() {
            if found.insert(at) {
                pending.extend(&self.nodes[at].parents);
            }
        }
        found
    }

    fn commit(&mut self, tree: Tree, parents: Vec<usize>) {
        let number = self.nodes.len();
        let message = match self.dice.below(6) {
            0 => format!("Fix crash in step {number}\n"),
            1 => format!("fix: wrong result, closes #{number}\n\nThe limit was off by one.\n"),
            2 => format!("Add step {number}\n"),
            3 => format!("Refactor step {number}\n\nNo change in behaviour.\n"),
            4 => format!("docs: step {number}\n"),
            _ => format!("Step {number}\n"),
        };
        self.commit_with(&message, tree, parents);
    }

    fn commit_with(&mut self, message: &str, tree: Tree, parents: Vec<usize>) {
        let number = self.nodes.len() as i64;
        let author = *self.dice.pick(&["Ann", "Ben", "Cleo"]);
        let skew = if self.dice.percent(6) { 30 } else { 0 };
        let committed = FIRST_COMMIT_AT + (number * 8 - skew * 8) * 3_600;
        let authored = committed - self.dice.below(7_200) as i64;
        let mail = author.to_lowercase();
        if parents.is_empty() {
            self.text("reset refs/heads/main\n");
        }
        self.text(&format!(
            "commit refs/heads/main\nmark :{}\n\
             author {author} <{mail}@example.org> {authored} +0100\n\
             committer {author} <{mail}@example.org> {committed} +0100\n\
             data {}\n{message}",
            number + 1,
            message.len()
        ));
        for (index, parent) in parents.iter().enumerate() {
            let verb = if index == 0 { "from" } else { "merge" };
            self.text(&format!("{verb} :{}\n", parent + 1));
        }
        let nothing = Tree::new();
        let before = parents.first().map_or(&nothing, |&p| &self.nodes[p].tree);
        let stream = &mut self.stream;
        for path in before.keys().filter(|path| !tree.contains_key(*path)) {
            stream.extend(raw(&format!("D {path}\n")));
        }
        for (path, file) in &tree {
            if before.get(path) == Some(file) {
                continue;
            }
            if file.mode == SUBMODULE {
                let id = String::from_utf8_lossy(&file.content);
                stream.extend(raw(&format!("M {SUBMODULE} {id} {path}\n")));
            } else {
                let n_bytes = file.content.len();
                let head = format!("M {} inline {path}\ndata {n_bytes}\n", file.mode);
                stream.extend(raw(&head));
                stream.extend(&file.content);
                stream.push(b'\n');
            }
        }
        self.text("\n");
        let subject = message.lines().next().unwrap_or_default().to_owned();
        self.nodes.push(Node {
            subject,
            tree,
            parents,
        });
    }

    fn text(&mut self, text: &str) {
        self.stream.extend(text.bytes());
    }
}

/// The bytes of a text in ISO-8859-1, as which `é` is not UTF-8.
fn raw(text: &str) -> Vec<u8> {
    text.chars().map(|c| c as u8).collect()
}
