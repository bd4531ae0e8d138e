//! Histories of authors and paths, as an index over the log.

use crate::authors::AuthorHistory;
use crate::lives::Marker;
use crate::log::{Arrival, Log, Touched};
use crate::names::Names;
use crate::touches::PathHistory;

/// The changes of the log by author and by file; all of them, or those of some files and authors.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub(crate) authors: Vec<AuthorHistory>,
    pub(crate) files: Vec<PathHistory>,
    /// How many changes of the log are entered.
    n_entered: u32,
    /// What alone is entered; what is met for the first time always is.
    only: Option<Only>,
}

/// By file and by author: whether it is entered.
#[derive(Clone, Debug)]
struct Only {
    files: Vec<bool>,
    authors: Vec<bool>,
}

impl Index {
    /// Whether all changes of the log are entered.
    pub(crate) fn is_complete(&self, log: &Log) -> bool {
        self.n_entered == log.len()
    }

    /// Whether it is right for some files and an author.
    pub(crate) fn covers(
        &self,
        mut files: impl Iterator<Item = u32>,
        mut authors: impl Iterator<Item = u32>,
    ) -> bool {
        files.all(|file| self.has_file(file)) && authors.all(|author| self.has_author(author))
    }

    /// Enters the changes of the log that are not entered yet.
    pub(crate) fn catch_up(&mut self, log: &Log, names: &Names) {
        self.make_room(names);
        let mut subsystems = Vec::new();
        for change in self.n_entered..log.len() {
            let files = log.files(change);
            // A path that one file leaves and another takes in the same change is left first.
            for touched in files {
                if let Arrival::From(old) = touched.arrival()
                    && self.has_file(old)
                {
                    let markers = &mut self.files[old as usize].markers;
                    markers.push(Marker::Departed { change });
                }
            }
            for touched in files {
                if self.has_file(touched.file) {
                    self.files[touched.file as usize].touch(log, change, *touched);
                }
            }
            let author = log.authors[change as usize];
            if self.has_author(author) {
                reach(files, names, &mut subsystems);
                self.authors[author as usize].push(log, change, &subsystems);
            }
        }
        self.n_entered = log.len();
    }

    /// An index that is right for some files (and those they were renamed from) and some authors only.
    ///
    /// For few questions to a tracker that was just restored it costs a tenth of a complete index.
    pub(crate) fn partial(
        log: &Log,
        names: &Names,
        files: impl Iterator<Item = u32>,
        authors: impl Iterator<Item = u32>,
    ) -> Self {
        let mut wanted = vec![false; names.identities.len()];
        for author in authors {
            wanted[author as usize] = true;
        }
        let only = Only {
            files: with_origins(log, names.paths.len(), files),
            authors: wanted,
        };
        let mut index = Self {
            only: Some(only),
            ..Self::default()
        };
        index.catch_up(log, names);
        index
    }

    fn has_file(&self, file: u32) -> bool {
        let only = self.only.as_ref();
        only.is_none_or(|only| only.files.get(file as usize) != Some(&false))
    }

    fn has_author(&self, author: u32) -> bool {
        let only = self.only.as_ref();
        only.is_none_or(|only| only.authors.get(author as usize) != Some(&false))
    }

    fn make_room(&mut self, names: &Names) {
        self.authors
            .resize_with(names.identities.len(), AuthorHistory::default);
        self.files
            .resize_with(names.paths.len(), PathHistory::default);
    }
}

/// By file: whether it is one of `files`, or one that the history of one of them can lead to.
fn with_origins(log: &Log, n_files: usize, files: impl Iterator<Item = u32>) -> Vec<bool> {
    let mut wanted = vec![false; n_files];
    for file in files {
        wanted[file as usize] = true;
    }
    // Links lead to earlier changes, so that one walk backwards meets them all.
    for touched in log.touched.iter().rev() {
        if let Arrival::From(old) = touched.arrival()
            && wanted[touched.file as usize]
        {
            wanted[old as usize] = true;
        }
    }
    wanted
}

/// The subsystems of files, ascending and distinct.
fn reach(files: &[Touched], names: &Names, subsystems: &mut Vec<u32>) {
    subsystems.clear();
    subsystems.extend(files.iter().map(|t| names.subsystems[t.file as usize]));
    subsystems.sort_unstable();
    subsystems.dedup();
}
