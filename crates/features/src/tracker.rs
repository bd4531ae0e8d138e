//! The past, change by change.

use crate::history::{Origin, Past, Room};
use crate::index::Index;
use crate::lives::Moment;
use crate::log::{Arrival, Known, Log, Touched};
use crate::names::Names;
use crate::{
    Diffusion, EditShape, Experience, Features, History, MessageShape, Purpose, Size, TestsDocs,
};
use risk_change::{Ancestors, Author, Change, FileChange, FileStatus, Position, RepoPath};
use std::cell::RefCell;
use std::rc::Rc;

/// From where in history a change is seen, and what others found out about it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Its place in the documented order. For a change that is not history yet: the next free place.
    pub position: Position,
    /// Its ancestors.
    pub ancestors: &'a Ancestors,
    /// Its author after `.mailmap`.
    pub author: &'a Author,
    /// Whether it fixes a defect.
    pub is_fix: bool,
    /// Whether an earlier change has made the same fix, as before a cherry-pick: later changes of its files do not count
    /// that fix once more. The change itself is one that fixes, for its own feature says what it is for.
    pub is_repeated: bool,
}

/// The changes absorbed so far, ready to tell the past of the next one.
///
/// Only non-merge changes are absorbed, in ascending order of position. Nothing absorbed is ever altered; each
/// question is answered from what the [`Ancestors`] of the change let through.
#[derive(Clone, Debug, Default)]
pub struct Tracker {
    pub(crate) log: Log,
    pub(crate) names: Names,
    index: Index,
    /// What the last question made for itself, as the next one is often about the same.
    asked: RefCell<Option<Rc<Index>>>,
    room: Room,
}

impl Tracker {
    /// Number of absorbed changes.
    pub fn len(&self) -> usize {
        self.log.positions.len()
    }

    /// Whether nothing was absorbed yet.
    pub fn is_empty(&self) -> bool {
        self.log.positions.is_empty()
    }

    /// The number of a developer whose change was absorbed: developers are numbered in the order of their first.
    pub fn developer(&self, author: &Author) -> Option<u32> {
        self.names.known_author(author)
    }

    /// Computes the features of a change from the past alone, then absorbs the change.
    ///
    /// # Panics
    ///
    /// If a change at this position or a later one was absorbed before.
    pub fn observe(&mut self, change: &Change, seen: &Seen<'_>) -> Features {
        if !self.covers(&self.index, change, seen.author) {
            self.index = Index::default();
        }
        self.prepare();
        let mut room = std::mem::take(&mut self.room);
        let features = self.features(change, seen, &self.index, &mut room);
        self.room = room;
        self.absorb(change, seen);
        features
    }

    /// Computes the features of a change from the past alone, and absorbs nothing.
    ///
    /// For changes that are not history yet, and for questions such as "what if this file were left out".
    /// Equal to what [`observe`](Self::observe) gives for the same change, at any later time, too.
    pub fn peek(&self, change: &Change, seen: &Seen<'_>) -> Features {
        let mut room = Room::default();
        let is_ready =
            |index: &Index| index.is_complete(&self.log) && self.covers(index, change, seen.author);
        if is_ready(&self.index) {
            return self.features(change, seen, &self.index, &mut room);
        }
        let asked = self.asked.borrow().clone().filter(|index| is_ready(index));
        let index = asked.unwrap_or_else(|| {
            let files = self.known_files(change);
            let author = self.names.known_author(seen.author);
            let index = Index::partial(&self.log, &self.names, files, author.into_iter());
            Rc::new(index)
        });
        let features = self.features(change, seen, &index, &mut room);
        self.asked.replace(Some(index));
        features
    }

    /// Enters into the index what changes of these paths and authors need; others make it be made anew.
    ///
    /// Worth it before few changes are observed by a tracker that was just restored. Answers are the same.
    pub fn prepare_for<'a>(
        &mut self,
        paths: impl IntoIterator<Item = &'a RepoPath>,
        authors: impl IntoIterator<Item = &'a Author>,
    ) {
        let names = &self.names;
        let files = paths.into_iter().filter_map(|path| names.known_path(path));
        let authors = authors.into_iter();
        let authors = authors.filter_map(|author| names.known_author(author));
        self.index = Index::partial(&self.log, names, files, authors);
    }

    /// The files of a change that were met before, with those that they were moved from.
    fn known_files<'a>(&'a self, change: &'a Change) -> impl Iterator<Item = u32> + 'a {
        let files = change.files.iter();
        let paths = files.flat_map(|file| [Some(&file.path), moved_from(file)]);
        paths
            .flatten()
            .filter_map(|path| self.names.known_path(path))
    }

    fn covers(&self, index: &Index, change: &Change, author: &Author) -> bool {
        let author = self.names.known_author(author);
        index.covers(self.known_files(change), author.into_iter())
    }

    /// Does now what the first [`observe`](Self::observe) after [`restore`](Self::restore) would do: enters all
    /// changes into an index.
    ///
    /// Worth it before more than a few [`peek`](Self::peek)s, each of which makes what it needs for itself until
    /// then. Answers are the same.
    pub fn prepare(&mut self) {
        self.index.catch_up(&self.log, &self.names);
    }

    fn features(
        &self,
        change: &Change,
        seen: &Seen<'_>,
        index: &Index,
        room: &mut Room,
    ) -> Features {
        let known = Known::new(&self.log, seen.ancestors, change.committed_at.0);
        let origins: Vec<Origin> = change.files.iter().map(|file| self.origin(file)).collect();
        let past = Past {
            histories: &index.files,
            n_authors: index.authors.len(),
            known,
        };
        let author = self.names.known_author(seen.author);
        Features {
            diffusion: Diffusion::of(change),
            size: Size::of(change),
            purpose: Purpose::of(seen.is_fix),
            history: History::of(&origins, &past, room),
            experience: author.map_or_else(Experience::default, |author| {
                let author = &index.authors[author as usize];
                Experience::of(author, &self.known_subsystems(change), &known)
            }),
            tests_docs: TestsDocs::of(change),
            shape: EditShape::of(change),
            message: MessageShape::of(&change.message),
        }
    }

    /// Where the history of a file is to be looked for.
    fn origin(&self, file: &FileChange) -> Origin {
        let moment = match file.status {
            FileStatus::Added | FileStatus::Renamed => Moment::Arrival,
            FileStatus::Deleted | FileStatus::Modified | FileStatus::ModeChanged => Moment::Present,
        };
        Origin {
            path: self.names.known_path(&file.path).map(|id| (id, moment)),
            old_path: moved_from(file).and_then(|old| self.names.known_path(old)),
        }
    }

    /// The touched subsystems that were met before, ascending.
    fn known_subsystems(&self, change: &Change) -> Vec<u32> {
        let files = change.files.iter();
        let mut subsystems: Vec<u32> = files
            .filter_map(|file| self.names.known_subsystem(&file.path))
            .collect();
        subsystems.sort_unstable();
        subsystems.dedup();
        subsystems
    }

    fn absorb(&mut self, change: &Change, seen: &Seen<'_>) {
        let last = self.log.positions.last();
        assert!(
            last.is_none_or(|&last| last < seen.position),
            "changes are absorbed in ascending order of position: {} comes after {last:?}",
            seen.position
        );
        for file in &change.files {
            let number = self.names.path(&file.path);
            let churn = (file.edit.added() + file.edit.removed()).min(u32::MAX.into()) as u32;
            let arrival = match (moved_from(file), file.status) {
                (Some(old), _) => Arrival::From(self.names.path(old)),
                (None, FileStatus::Added | FileStatus::Renamed) => Arrival::New,
                (None, _) => Arrival::Stayed,
            };
            let touched = Touched::new(number, churn, arrival);
            self.log.touched.push(touched);
        }
        self.log.positions.push(seen.position);
        self.log.times.push(change.committed_at.0);
        self.log.authors.push(self.names.author(seen.author));
        self.log.fixes.push(seen.is_fix && !seen.is_repeated);
        self.log.ends.push(self.log.touched.len() as u32);
        self.prepare();
    }
}

/// The path that a file was moved away from.
fn moved_from(file: &FileChange) -> Option<&RepoPath> {
    let moved = file.status == FileStatus::Renamed && file.old_path.as_ref() != Some(&file.path);
    file.old_path.as_ref().filter(|_| moved)
}

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;
