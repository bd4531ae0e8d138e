//! Whose files of the folder `risk` are believed, and for whom those are that are made.
//!
//! Git refuses a repository that belongs to somebody else until it is trusted. What was learned may belong to another
//! than the repository, as when somebody else may write there. It decides about scores, so it is believed
//! only from who asks, from who owns the repository, and from root. Where `core.sharedRepository` says that several people
//! write, all that they wrote is believed, and what is made can be used by them, as with git.

use crate::error::{Failure, StateError};
use crate::state::Folder;
use risk_history::Repository;

/// Makes ready to read and write the folder of a repository.
///
/// # Errors
///
/// [`StateError::Foreign`] if something in it belongs to another user.
pub(crate) fn admit(repository: &Repository) -> Result<(), Failure> {
    match repository.sharing().and_then(Sharing::of) {
        Some(sharing) => sharing.relax(),
        None => owners::check(&Folder::of(repository.common_dir()), repository)?,
    }
    Ok(())
}

/// What git's `core.sharedRepository` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sharing {
    /// Nothing of this is taken away by the umask.
    AtLeast(u32),
    /// Just this, whatever the umask.
    Exactly(u32),
}

impl Sharing {
    /// Nothing if the umask alone decides, also where git would refuse the value.
    fn of(value: &str) -> Option<Self> {
        const GROUP: Sharing = Sharing::AtLeast(0o660);
        const ALL: Sharing = Sharing::AtLeast(0o664);
        match value.to_ascii_lowercase().as_str() {
            "group" | "true" | "yes" | "on" | "1" => Some(GROUP),
            "all" | "world" | "everybody" | "2" => Some(ALL),
            octal => match u32::from_str_radix(octal, 8) {
                Ok(mode) if mode & 0o600 == 0o600 => Some(Self::Exactly(mode & 0o666)),
                _ => None,
            },
        }
    }

    /// The umask that does as is asked for, in place of `own`.
    fn umask(self, own: u32) -> u32 {
        // Who may read may look into folders.
        let with_search = |mode: u32| mode | (mode & 0o444) >> 2;
        match self {
            Self::AtLeast(mode) => own & !with_search(mode),
            Self::Exactly(mode) => 0o777 & !with_search(mode),
        }
    }

    /// Has all files that are made from now on shared in this way.
    ///
    /// That of the process, not the mode of each file: none is then there for a moment that others cannot use.
    fn relax(self) {
        #[cfg(unix)]
        {
            use nix::sys::stat::{Mode, umask};
            let mode = |bits: u32| Mode::from_bits_truncate(bits as nix::libc::mode_t);
            let own = umask(mode(0o077));
            umask(mode(self.umask(own.bits() as u32)));
        }
        #[cfg(not(unix))]
        let _ = self.umask(0);
    }
}

#[cfg(unix)]
mod owners {
    use super::{Folder, Repository, StateError};
    use std::fs;
    use std::io::{Error, ErrorKind};
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    /// Refuses a folder of which something belongs to somebody who is not believed.
    pub(super) fn check(folder: &Folder, repository: &Repository) -> Result<(), StateError> {
        let failed = |path: &Path, source: Error| StateError::File {
            path: path.to_path_buf(),
            doing: "read",
            source,
        };
        let owner = |path: &Path| match fs::metadata(path) {
            Ok(found) => Ok(Some(found.uid())),
            Err(error) => match error.kind() {
                // There is none yet, or no longer.
                ErrorKind::NotFound | ErrorKind::NotADirectory => Ok(None),
                _ => Err(failed(path, error)),
            },
        };
        let us = nix::unistd::geteuid().as_raw();
        let theirs = owner(repository.common_dir())?;
        let believed = |uid: u32| uid == us || uid == 0 || Some(uid) == theirs;
        let refused = |path: &Path, uid| StateError::Foreign {
            path: path.to_path_buf(),
            uid,
        };
        match owner(folder.path())? {
            None => return Ok(()),
            Some(uid) if !believed(uid) => return Err(refused(folder.path(), uid)),
            Some(_) => {}
        }
        // Whoever may not list it is told so by what cannot be opened.
        let Ok(entries) = fs::read_dir(folder.path()) else {
            return Ok(());
        };
        for entry in entries {
            let path = entry.map_err(|error| failed(folder.path(), error))?.path();
            if let Some(uid) = owner(&path)?
                && !believed(uid)
            {
                return Err(refused(&path, uid));
            }
        }
        Ok(())
    }
}

#[cfg(not(unix))]
mod owners {
    use super::{Folder, Repository, StateError};

    /// Only git's own check is made here.
    pub(super) fn check(_: &Folder, _: &Repository) -> Result<(), StateError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a mode that all may read and write, for files and folders.
    fn left(value: &str, umask: u32) -> (u32, u32) {
        let umask = Sharing::of(value).map_or(umask, |sharing| sharing.umask(umask));
        (0o666 & !umask, 0o777 & !umask)
    }

    #[test]
    fn files_are_shared_as_git_shares_them() {
        for value in ["umask", "false", "no", "off", "0", "", "odd", "0444"] {
            assert_eq!(left(value, 0o022), (0o644, 0o755), "{value}");
        }
        for value in ["group", "true", "1", "Group"] {
            assert_eq!(left(value, 0o022), (0o664, 0o775), "{value}");
            assert_eq!(left(value, 0o077), (0o660, 0o770), "{value}");
        }
        for value in ["all", "world", "everybody", "2"] {
            assert_eq!(left(value, 0o077), (0o664, 0o775), "{value}");
        }
        assert_eq!(left("0640", 0o000), (0o640, 0o750));
        assert_eq!(left("0660", 0o077), (0o660, 0o770));
        assert_eq!(left("0600", 0o022), (0o600, 0o700));
    }
}
