//! What a push sends: commits that the other side does not have.

use crate::error::{Error, change_id};
use crate::objects::Objects;
use crate::repository::{Repository, links, oid};
use git2::{Direction, ObjectType, Oid};
use risk_change::{Change, ChangeId};
use rustc_hash::FxHashSet;

/// A reference that a push moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update {
    /// The object that it will name: a commit, a tag, or anything else.
    pub local: ChangeId,
    /// The object that it names now on the other side; `None` for a new reference.
    pub remote: Option<ChangeId>,
}

/// What a push sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// The commits, each once, children before their parents as far as commit times tell.
    pub commits: Vec<ChangeId>,
    /// The commits that the references will name, each once, in the order of the updates.
    pub tips: Vec<ChangeId>,
    /// A commit that the other side has, to name what is outgoing as a range: the first that an update names.
    pub base: Option<ChangeId>,
    /// Whether there are more commits than were asked for.
    pub is_cut: bool,
}

impl Repository {
    /// The commits that a push sends, at most so many: those that lead to what is pushed, and neither to what the
    /// references name on the other side, as far as that is here, nor to what its tracking references name.
    ///
    /// Tags are followed to what they name; one that names no commit sends none. The tracking references are those
    /// of the remote of this name, and those of all remotes if it has no name or none were fetched.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`] if what is pushed is not here.
    pub fn outgoing(
        &self,
        updates: &[Update],
        remote: Option<&str>,
        most: usize,
    ) -> Result<Outgoing, Error> {
        let mut outgoing = Outgoing::default();
        for update in updates {
            if let Some(tip) = self.peeled(&update.local)?
                && !outgoing.tips.contains(&change_id(tip))
            {
                outgoing.tips.push(change_id(tip));
            }
        }
        if outgoing.tips.is_empty() {
            return Ok(outgoing);
        }
        let tips: Vec<Oid> = outgoing.tips.iter().map(oid).collect();
        // What is not here, or broken, says nothing about what the other side has.
        let named = updates.iter().filter_map(|update| update.remote);
        let mut there: Vec<Oid> = named
            .filter_map(|id| self.peeled(&id).ok().flatten())
            .collect();
        outgoing.base = there.first().copied().map(change_id);
        there.extend(self.tracked(remote)?);
        self.check_history(&[tips.as_slice(), &there].concat())?;
        let mut walk = self.inner.revwalk().map_err(failed)?;
        for tip in tips {
            walk.push(tip).map_err(failed)?;
        }
        for known in there {
            walk.hide(known).map_err(failed)?;
        }
        for commit in walk {
            if outgoing.commits.len() == most {
                outgoing.is_cut = true;
                break;
            }
            outgoing.commits.push(change_id(commit.map_err(failed)?));
        }
        Ok(outgoing)
    }

    /// The commit that an object is or, through tags, names; `None` if that is none.
    fn peeled(&self, id: &ChangeId) -> Result<Option<Oid>, Error> {
        let missing = |_| Error::Unreadable {
            id: id.to_hex(),
            source: git2::Error::from_str("it is not an id of this repository"),
        };
        peel(
            &self.objects()?,
            Oid::from_bytes(id.as_bytes()).map_err(missing)?,
        )
    }

    /// The commits that the tracking references of a remote name, or those of all remotes if it has none.
    fn tracked(&self, remote: Option<&str>) -> Result<Vec<Oid>, Error> {
        let mut tracked = Vec::new();
        for pattern in remote.map(|name| self.tracking(name)).unwrap_or_default() {
            self.add_tips(&pattern, &mut tracked)?;
        }
        if tracked.is_empty() {
            self.add_tips("refs/remotes/*", &mut tracked)?;
        }
        Ok(tracked)
    }

    /// Where what is fetched from a remote is named.
    fn tracking(&self, name: &str) -> Vec<String> {
        let Ok(remote) = self.inner.find_remote(name) else {
            return Vec::new();
        };
        let fetched = remote
            .refspecs()
            .filter(|spec| spec.direction() == Direction::Fetch);
        // In a mirror the branches of the other side overwrite one's own, which then say nothing about it.
        let places = fetched.filter_map(|spec| spec.dst().ok().map(str::to_owned));
        places
            .filter(|place| place.starts_with("refs/remotes/"))
            .collect()
    }

    fn add_tips(&self, pattern: &str, tips: &mut Vec<Oid>) -> Result<(), Error> {
        let objects = self.objects()?;
        let references = self.inner.references_glob(pattern).map_err(failed)?;
        for reference in references {
            let direct = reference.map_err(failed)?.resolve();
            let target = direct.ok().and_then(|direct| direct.target());
            // One that leads to nothing says nothing about what the other side has.
            let tip = target.and_then(|target| peel(&objects, target).ok().flatten());
            tips.extend(tip);
        }
        Ok(())
    }
}

fn failed(source: git2::Error) -> Error {
    Error::Git {
        doing: "listing what is outgoing",
        source,
    }
}

/// The commit that an object is or, through tags, names; `None` if that is none.
pub(crate) fn peel(objects: &Objects<'_>, mut at: Oid) -> Result<Option<Oid>, Error> {
    let unreadable = |at, source| Error::unreadable(at, source);
    // What lies below a name that is not its own can lead back to itself.
    let mut tags = FxHashSet::default();
    loop {
        if !tags.insert(at) {
            return Err(Error::malformed(at));
        }
        objects.check(at).map_err(|source| unreadable(at, source))?;
        let header = objects.read_header(at);
        match header.map_err(|source| unreadable(at, source))?.1 {
            ObjectType::Commit => return Ok(Some(at)),
            ObjectType::Tag => {
                let tag = objects.read(at).map_err(|source| unreadable(at, source))?;
                let named = links(tag.data(), b"object ").next();
                at = named.ok_or_else(|| Error::malformed(at))?;
            }
            _ => return Ok(None),
        }
    }
}

/// A name for what a change is, whatever commit it sits in: it stays when the commit is rebased, or amended without
/// a change to its files.
///
/// The SHA-1 of author, author date, and the path and the numbers of lines added and deleted of each file.
#[expect(
    clippy::missing_panics_doc,
    reason = "bytes in memory always have a hash"
)]
pub fn fingerprint(change: &Change) -> [u8; 20] {
    let mut text = Vec::new();
    let mut put = |part: &[u8]| {
        text.extend_from_slice(&(part.len() as u64).to_le_bytes());
        text.extend_from_slice(part);
    };
    put(change.author.name.as_bytes());
    put(change.author.email.as_bytes());
    put(&change.authored_at.0.to_le_bytes());
    for file in &change.files {
        put(file.path.as_bytes());
        put(&file.edit.added().to_le_bytes());
        put(&file.edit.removed().to_le_bytes());
    }
    let id = Oid::hash_object(ObjectType::Blob, &text).expect("bytes in memory have a hash");
    let mut bytes = [0; 20];
    bytes.copy_from_slice(id.as_bytes());
    bytes
}
