//! Notes: texts that people attach to commits, kept in a reference of their own.

use crate::commits;
use crate::error::{Error, change_id};
use crate::repository::{Repository, oid};
use crate::trees::Trees;
use git2::ObjectType;
use risk_change::{Author, ChangeId};

/// A note of a commit. The commit need not be part of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub commit: ChangeId,
    /// What it says.
    pub text: Vec<u8>,
}

impl Repository {
    /// The object that a full name such as `refs/notes/risk` stands for, if there is one; no object is read.
    pub fn reference(&self, name: &str) -> Option<ChangeId> {
        self.inner.refname_to_id(name).ok().map(change_id)
    }

    /// The notes that a commit of notes holds, in the order of what they are about.
    ///
    /// Their tree names each by the id of what it is about, cut by slashes where there are many of them. Files with
    /// other names are no notes; git keeps such files and does not show them.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`] or [`Error::Malformed`] if the commit, a tree of it or a note cannot be read.
    pub fn notes(&self, tip: &ChangeId) -> Result<Vec<Note>, Error> {
        let objects = self.objects()?;
        let tree = commits::place(&objects, oid(tip))?.tree;
        let mut notes = Vec::new();
        for file in Trees::new(&objects).diff(None, Some(tree))? {
            let digits: Vec<u8> = file.path.iter().copied().filter(|&it| it != b'/').collect();
            let commit = std::str::from_utf8(&digits)
                .ok()
                .and_then(ChangeId::from_hex);
            let (Some(commit), Some(entry)) = (commit, file.new) else {
                continue;
            };
            let unreadable = |source| Error::unreadable(entry.oid, source);
            objects.check(entry.oid).map_err(unreadable)?;
            let object = objects.read(entry.oid).map_err(unreadable)?;
            if object.kind() == ObjectType::Blob {
                let text = object.data().to_vec();
                notes.push(Note { commit, text });
            }
        }
        notes.sort_by_key(|note| note.commit);
        Ok(notes)
    }

    /// Who works here, by git's configuration and its environment (`GIT_AUTHOR_NAME`, `GIT_AUTHOR_EMAIL`); `None` if
    /// neither says so.
    pub fn user(&self) -> Option<Author> {
        // With an environment for the author alone the library asks for a committer as well.
        let by_environment = self.inner.author_from_env();
        let me = by_environment.or_else(|_| self.inner.signature()).ok()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().into();
        Some(Author {
            name: text(me.name_bytes()),
            email: text(me.email_bytes()),
        })
    }
}
