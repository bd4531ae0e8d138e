//! Where histories end that began at a root of their own.

use risk_change::Position;
use std::collections::{BTreeMap, BTreeSet};

/// The last commit of each line of first parents that began at a root of its own.
///
/// A project that is merged into another one now and then, as gitk is into git, goes on from its own last commit,
/// however long ago that was merged: no commit of the main branch leads there. So these are kept. Which ones follows
/// from the history up to its tip alone, so it does not matter where the fold stopped on the way.
#[derive(Clone, Debug, Default)]
pub(super) struct Ends {
    /// The root of each commit that is alive.
    root_of: BTreeMap<Position, Position>,
    /// The last commit by its root.
    last: BTreeMap<Position, Position>,
    /// Those of them that have got all children as far as is known.
    kept: BTreeSet<Position>,
}

/// Ends that are kept: those of the latest commits.
const KEPT: usize = 16;

impl Ends {
    /// Commits that were alive with their roots, and those of them that were kept.
    pub(super) fn restore(roots: BTreeMap<Position, Position>, kept: BTreeSet<Position>) -> Self {
        Self {
            last: roots
                .iter()
                .map(|(&commit, &root)| (root, commit))
                .collect(),
            root_of: roots,
            kept,
        }
    }

    /// The root of a commit that is alive.
    pub(super) fn root_of(&self, commit: Position) -> Option<Position> {
        self.root_of.get(&commit).copied()
    }

    /// The commits that are kept for children to come.
    pub(super) fn kept(&self) -> impl Iterator<Item = Position> + '_ {
        self.kept.iter().copied()
    }

    /// Says that a kept commit gets another child.
    pub(super) fn expect_child(&mut self, commit: Position) {
        self.kept.remove(&commit);
    }

    /// Takes up a commit that was made alive again.
    pub(super) fn bring_back(&mut self, commit: Position, root: Position) {
        self.root_of.insert(commit, root);
    }

    /// A commit comes on top of its first parent; returns one that need not be kept any more.
    pub(super) fn arrive(
        &mut self,
        commit: Position,
        parent: Option<Position>,
    ) -> Option<Position> {
        let root = parent.and_then(|parent| self.root_of(parent));
        let root = root.unwrap_or(commit);
        self.root_of.insert(commit, root);
        let before = self.last.insert(root, commit)?;
        let is_over = self.kept.remove(&before);
        is_over.then(|| self.forget(before))
    }

    /// A commit has got its last child; returns one that need not be kept any more.
    pub(super) fn leave(&mut self, commit: Position) -> Option<Position> {
        let last = self.root_of(commit).and_then(|root| self.last.get(&root));
        if last != Some(&commit) {
            return Some(self.forget(commit));
        }
        self.kept.insert(commit);
        if self.kept.len() <= KEPT {
            return None;
        }
        let earliest = self.kept.pop_first()?;
        Some(self.forget(earliest))
    }

    fn forget(&mut self, commit: Position) -> Position {
        self.root_of.remove(&commit);
        commit
    }
}
