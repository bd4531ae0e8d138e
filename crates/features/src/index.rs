//! Histories of authors and paths, as an index over the log.

use crate::authors::AuthorHistory;
use crate::lives::Marker;
use crate::log::{Arrival, Log, Touched};
use crate::names::Names;
use crate::touches::PathHistory;

/// The changes of the log by author and by file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub(crate) authors: Vec<AuthorHistory>,
    pub(crate) files: Vec<PathHistory>,
    /// How many changes of the log are entered.
    n_entered: u32,
}

impl Index {
    /// Whether all changes of the log are entered.
    pub(crate) fn is_complete(&self, log: &Log) -> bool {
        self.n_entered == log.len()
    }

    /// Enters the changes of the log that are not entered yet.
    pub(crate) fn catch_up(&mut self, log: &Log, names: &Names) {
        self.make_room(names);
        let mut subsystems = Vec::new();
        for change in self.n_entered..log.len() {
            let files = log.files(change);
            // A path that one file leaves and another takes in the same change is left first.
            for touched in files {
                self.depart(touched, change);
            }
            for touched in files {
                self.files[touched.file as usize].touch(log, change, *touched);
            }
            let author = log.authors[change as usize] as usize;
            reach(files, names, &mut subsystems);
            self.authors[author].push(log, change, &subsystems);
        }
        self.n_entered = log.len();
    }

    /// An index that is right for some files (and those they were renamed from) and one author only.
    ///
    /// For one question to a tracker that was just restored it costs a tenth of a complete index.
    pub(crate) fn partial(
        log: &Log,
        names: &Names,
        files: impl Iterator<Item = u32>,
        author: Option<u32>,
    ) -> Self {
        let mut index = Self::default();
        index.make_room(names);
        let wanted = with_origins(log, names.paths.len(), files);
        let mut subsystems = Vec::new();
        for change in 0..log.len() {
            let files = log.files(change);
            for touched in files {
                if let Arrival::From(old) = touched.arrival
                    && wanted[old as usize]
                {
                    index.depart(touched, change);
                }
            }
            for touched in files.iter().filter(|t| wanted[t.file as usize]) {
                index.files[touched.file as usize].touch(log, change, *touched);
            }
            if author == Some(log.authors[change as usize]) {
                reach(files, names, &mut subsystems);
                let author = log.authors[change as usize] as usize;
                index.authors[author].push(log, change, &subsystems);
            }
        }
        index
    }

    fn make_room(&mut self, names: &Names) {
        self.authors
            .resize_with(names.identities.len(), AuthorHistory::default);
        self.files
            .resize_with(names.paths.len(), PathHistory::default);
    }

    fn depart(&mut self, touched: &Touched, change: u32) {
        if let Arrival::From(old) = touched.arrival {
            let markers = &mut self.files[old as usize].markers;
            markers.push(Marker::Departed { change });
        }
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
        if let Arrival::From(old) = touched.arrival
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
