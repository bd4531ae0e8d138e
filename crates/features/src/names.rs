//! Numbers for developers, paths and subsystems.

use risk_change::{Author, RepoPath};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The developers, paths and subsystems met so far, numbered in the order in which they were met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// By author: what tells this developer from others.
    pub(crate) identities: Vec<Arc<str>>,
    /// By file: its path.
    pub(crate) paths: Vec<RepoPath>,
    /// By file: its subsystem.
    pub(crate) subsystems: Vec<u32>,
    author_ids: FxHashMap<Arc<str>, u32>,
    path_ids: FxHashMap<RepoPath, u32>,
    subsystem_ids: FxHashMap<Box<[u8]>, u32>,
}

/// What tells a developer from others: the mail address in lower case, or the name if there is no address.
pub(crate) fn identity(author: &Author) -> String {
    let email = author.email.trim();
    if email.is_empty() {
        author.name.trim().to_owned()
    } else {
        email.to_lowercase()
    }
}

impl Names {
    /// The number of a developer, if met before.
    pub(crate) fn known_author(&self, author: &Author) -> Option<u32> {
        self.author_ids.get(identity(author).as_str()).copied()
    }

    /// The number of a path, if met before.
    pub(crate) fn known_path(&self, path: &RepoPath) -> Option<u32> {
        self.path_ids.get(path).copied()
    }

    /// The number of the subsystem of a path, if met before.
    pub(crate) fn known_subsystem(&self, path: &RepoPath) -> Option<u32> {
        self.subsystem_ids.get(path.subsystem()).copied()
    }

    /// The number of a developer, a new one if need be.
    pub(crate) fn author(&mut self, author: &Author) -> u32 {
        self.identity(&identity(author).into())
    }

    /// As [`author`](Self::author), by what tells developers apart.
    pub(crate) fn identity(&mut self, identity: &Arc<str>) -> u32 {
        if let Some(&id) = self.author_ids.get(identity) {
            return id;
        }
        let id = self.identities.len() as u32;
        self.identities.push(identity.clone());
        self.author_ids.insert(identity.clone(), id);
        id
    }

    /// The number of a path, a new one if need be.
    pub(crate) fn path(&mut self, path: &RepoPath) -> u32 {
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
        self.path_ids.insert(path.clone(), id);
        id
    }

    /// Makes room for as many more developers and paths.
    pub(crate) fn reserve(&mut self, n_authors: usize, n_paths: usize) {
        self.author_ids.reserve(n_authors);
        self.path_ids.reserve(n_paths);
    }
}
