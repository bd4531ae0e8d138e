//! The past, change by change.

use crate::authors::{AuthorHistory, identity};
use crate::history::{Origin, Past, Room};
use crate::lives::{Marker, Moment};
use crate::log::{Arrival, Known, Log, Touched};
use crate::touches::PathHistory;
use crate::{
    Diffusion, EditShape, Experience, Features, History, MessageShape, Purpose, Size, TestsDocs,
};
use risk_change::{Ancestors, Author, Change, FileChange, FileStatus, Position, RepoPath};
use rustc_hash::FxHashMap;
use std::sync::Arc;

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
}

/// The changes absorbed so far, ready to tell the past of the next one.
///
/// Only non-merge changes are absorbed, in ascending order of position. Nothing absorbed is ever altered; each
/// question is answered from what the [`Ancestors`] of the change let through.
#[derive(Clone, Debug, Default)]
pub struct Tracker {
    pub(crate) log: Log,
    /// By author: what tells this developer from others.
    pub(crate) identities: Vec<Arc<str>>,
    /// By file: its path.
    pub(crate) paths: Vec<RepoPath>,
    author_ids: FxHashMap<Arc<str>, u32>,
    path_ids: FxHashMap<RepoPath, u32>,
    subsystem_ids: FxHashMap<Box<[u8]>, u32>,
    /// By file: its subsystem.
    subsystems: Vec<u32>,
    authors: Vec<AuthorHistory>,
    files: Vec<PathHistory>,
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

    /// Computes the features of a change from the past alone, then absorbs the change.
    ///
    /// # Panics
    ///
    /// If a change at this position or a later one was absorbed before.
    pub fn observe(&mut self, change: &Change, seen: &Seen<'_>) -> Features {
        let mut room = std::mem::take(&mut self.room);
        let features = self.features(change, seen, &mut room);
        self.room = room;
        self.absorb(change, seen);
        features
    }

    /// Computes the features of a change from the past alone, and absorbs nothing.
    ///
    /// For changes that are not history yet, and for questions such as "what if this file were left out".
    /// Equal to what [`observe`](Self::observe) gives for the same change.
    pub fn peek(&self, change: &Change, seen: &Seen<'_>) -> Features {
        self.features(change, seen, &mut Room::default())
    }

    fn features(&self, change: &Change, seen: &Seen<'_>, room: &mut Room) -> Features {
        let known = Known::new(&self.log, seen.ancestors, change.committed_at.0);
        let origins: Vec<Origin> = change.files.iter().map(|file| self.origin(file)).collect();
        let past = Past {
            histories: &self.files,
            n_authors: self.authors.len(),
            known,
        };
        let author = self.author_ids.get(identity(seen.author).as_str());
        Features {
            diffusion: Diffusion::of(change),
            size: Size::of(change),
            purpose: Purpose::of(seen.is_fix),
            history: History::of(&origins, &past, room),
            experience: author.map_or_else(Experience::default, |&author| {
                let author = &self.authors[author as usize];
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
            path: self.path_ids.get(&file.path).map(|&id| (id, moment)),
            old_path: moved_from(file).and_then(|old| self.path_ids.get(old).copied()),
        }
    }

    /// The touched subsystems that any absorbed change touched, ascending.
    fn known_subsystems(&self, change: &Change) -> Vec<u32> {
        let touched = change.files.iter();
        ascending(touched.filter_map(|file| self.subsystem_ids.get(file.path.subsystem()).copied()))
    }

    fn absorb(&mut self, change: &Change, seen: &Seen<'_>) {
        let last = self.log.positions.last();
        assert!(
            last.is_none_or(|&last| last < seen.position),
            "changes are absorbed in ascending order of position: {} comes after {last:?}",
            seen.position
        );
        let author = self.author_id(&identity(seen.author).into());
        for file in &change.files {
            let touched = Touched {
                file: self.path_id(&file.path),
                churn: (file.edit.added() + file.edit.removed()).min(u32::MAX.into()) as u32,
                arrival: match (moved_from(file), file.status) {
                    (Some(old), _) => Arrival::From(self.path_id(old)),
                    (None, FileStatus::Added | FileStatus::Renamed) => Arrival::New,
                    (None, _) => Arrival::Stayed,
                },
            };
            self.log.touched.push(touched);
        }
        self.log.positions.push(seen.position);
        self.log.times.push(change.committed_at.0);
        self.log.authors.push(author);
        self.log.fixes.push(seen.is_fix);
        self.log.ends.push(self.log.touched.len() as u32);
        self.index(self.log.len() - 1);
    }

    /// Enters a change of the log into the histories of its author and files.
    pub(crate) fn index(&mut self, change: u32) {
        let files = self.log.files(change);
        // A path that one file leaves and another takes in the same change is left first.
        for touched in files {
            if let Arrival::From(old) = touched.arrival {
                let markers = &mut self.files[old as usize].markers;
                markers.push(Marker::Departed { change });
            }
        }
        for touched in files {
            self.files[touched.file as usize].touch(&self.log, change, *touched);
        }
        let of_file = |touched: &Touched| self.subsystems[touched.file as usize];
        let subsystems = ascending(files.iter().map(of_file));
        let author = self.log.authors[change as usize] as usize;
        self.authors[author].push(&self.log, change, &subsystems);
    }

    /// The number of a developer, a new one if need be.
    pub(crate) fn author_id(&mut self, identity: &Arc<str>) -> u32 {
        if let Some(&id) = self.author_ids.get(identity) {
            return id;
        }
        let id = self.identities.len() as u32;
        self.identities.push(identity.clone());
        self.authors.push(AuthorHistory::default());
        self.author_ids.insert(identity.clone(), id);
        id
    }

    /// The number of a path, a new one if need be.
    pub(crate) fn path_id(&mut self, path: &RepoPath) -> u32 {
        if let Some(&id) = self.path_ids.get(path) {
            return id;
        }
        let id = self.paths.len() as u32;
        let next = self.subsystem_ids.len() as u32;
        let subsystem = match self.subsystem_ids.get(path.subsystem()) {
            Some(&known) => known,
            None => *self
                .subsystem_ids
                .entry(path.subsystem().into())
                .or_insert(next),
        };
        self.paths.push(path.clone());
        self.subsystems.push(subsystem);
        self.files.push(PathHistory::default());
        self.path_ids.insert(path.clone(), id);
        id
    }
}

/// The path that a file was moved away from.
fn moved_from(file: &FileChange) -> Option<&RepoPath> {
    let moved = file.status == FileStatus::Renamed && file.old_path.as_ref() != Some(&file.path);
    file.old_path.as_ref().filter(|_| moved)
}

fn ascending(numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;
