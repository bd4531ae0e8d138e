//! Another state with its rows in the place of those before, both or neither.
//!
//! Two files cannot be renamed at once. So they are first given names of their own in the folder, the state last: from
//! that moment on they are the ones that hold, whatever happens, and whoever takes the lock next
//! [puts them in place](Folder::settle) if this process dies before it has done so. Who reads in between sees rows that
//! do not belong to the state, and takes the lock.

use super::{Folder, Lock};
use crate::error::StateError;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use tempfile::TempDir;

const STATE: &str = "state.import";
const ROWS: &str = "rows.import";

impl Folder {
    /// An empty folder beside the state, which goes when it is dropped; only under the lock.
    pub(crate) fn beside(&self) -> Result<TempDir, StateError> {
        let made = tempfile::Builder::new()
            .prefix(".new-")
            .tempdir_in(&self.path);
        made.map_err(|source| self.failed("written", source))
    }

    /// Takes the files of a folder beside the state in the place of those here. Labels that people gave are not among
    /// them, and stay.
    pub(crate) fn replace(&self, _lock: &Lock, beside: &Path) -> Result<(), StateError> {
        let replace = || {
            let changes = self.file("changes");
            // They are only ever what was read, so that it does no harm if they come without their state. Those that
            // do not belong to it are of no use.
            match fs::rename(beside.join("changes"), &changes) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => gone(&changes)?,
                done => done?,
            }
            fs::rename(beside.join("rows"), self.file(ROWS))?;
            fs::rename(beside.join("state"), self.file(STATE))?;
            // On the disk before the names that they take are given up.
            File::open(&self.path)?.sync_all()?;
            self.settle()
        };
        replace().map_err(|source| self.failed("written", source))
    }

    /// Puts files in place whose turn it is, and removes rows that a process has left before that.
    pub(super) fn settle(&self) -> io::Result<()> {
        let (state, rows) = (self.file(STATE), self.file(ROWS));
        if !state.exists() {
            return gone(&rows);
        }
        match fs::rename(rows, self.file("rows")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::rename(state, self.file("state"))
    }

    fn failed(&self, doing: &'static str, source: io::Error) -> StateError {
        StateError::File {
            path: self.path.clone(),
            doing,
            source,
        }
    }
}

/// Makes certain that there is no such file.
fn gone(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A new file, as readable as everything else in the git directory: the umask decides.
pub(crate) fn new_file(path: &Path) -> io::Result<File> {
    File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Folder) -> Vec<String> {
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        names
    }

    /// A folder with a state, rows and labels, and what a process has left in it.
    fn left(files: &[&str]) -> (TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::at(dir.path());
        for name in ["state", "rows", "changes", "labels"] {
            fs::write(folder.file(name), "old").unwrap();
        }
        for name in files {
            fs::write(folder.file(name), "new").unwrap();
        }
        (dir, folder)
    }

    #[test]
    fn a_process_that_died_has_replaced_both_files_or_none() {
        for (files, expected) in [
            (&[][..], "old"),
            (&[ROWS][..], "old"),
            (&[ROWS, STATE][..], "new"),
        ] {
            let (_dir, folder) = left(files);
            let _lock = folder.lock(|| {}).unwrap();
            for name in ["state", "rows"] {
                assert_eq!(fs::read_to_string(folder.file(name)).unwrap(), expected);
            }
            assert_eq!(fs::read_to_string(folder.file("labels")).unwrap(), "old");
            let names = names(&folder);
            assert_eq!(names, ["changes", "labels", "lock", "rows", "state"]);
        }
        // It died between the two.
        let (_dir, folder) = left(&[STATE]);
        fs::write(folder.file("rows"), "new").unwrap();
        let _lock = folder.lock(|| {}).unwrap();
        assert_eq!(fs::read_to_string(folder.file("state")).unwrap(), "new");
    }

    #[test]
    fn changes_that_do_not_belong_to_the_new_state_go() {
        let (_dir, folder) = left(&[]);
        let lock = folder.lock(|| {}).unwrap();
        let beside = folder.beside().unwrap();
        for name in ["state", "rows"] {
            fs::write(beside.path().join(name), "new").unwrap();
        }
        folder.replace(&lock, beside.path()).unwrap();
        drop(beside);
        assert_eq!(names(&folder), ["labels", "lock", "rows", "state"]);
        assert_eq!(fs::read_to_string(folder.file("state")).unwrap(), "new");
    }

    #[test]
    fn a_failure_on_the_way_leaves_what_was_there() {
        let (_dir, folder) = left(&[]);
        let lock = folder.lock(|| {}).unwrap();
        let beside = folder.beside().unwrap();
        fs::write(beside.path().join("rows"), "new").unwrap();
        assert!(folder.replace(&lock, beside.path()).is_err());
        drop((lock, beside));
        let _lock = folder.lock(|| {}).unwrap();
        for name in ["state", "rows"] {
            assert_eq!(fs::read_to_string(folder.file(name)).unwrap(), "old");
        }
        assert_eq!(names(&folder), ["labels", "lock", "rows", "state"]);
    }
}
