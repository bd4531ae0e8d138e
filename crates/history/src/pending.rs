//! Edits that are not committed yet, as a change.

use crate::commits;
use crate::error::{Error, change_id};
use crate::packs::LARGEST;
use crate::pairs::{Compared, Comparer, Given};
use crate::renames;
use crate::repository::Repository;
use crate::slots::status;
use crate::trees::{self, Delta, Entry};
use git2::{Diff, ObjectFormat, ObjectType, Oid};
use risk_change::{Author, Change, FileChange, FileKind, RepoPath, SkipReason, Skipped, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Which edits are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// What the next commit would hold: the index against `HEAD`.
    Staged,
    /// All edits of tracked files: the working tree against `HEAD`.
    Worktree,
}

impl Repository {
    /// The edits that are not committed yet, as the change they would make on top of `HEAD` at `now`.
    ///
    /// Its id is all zeros and its message empty. With it comes what was left out of it, as of any change. No
    /// filter of the repository is run; where `core.autocrlf` is on, CR LF in the working tree is read as LF.
    ///
    /// # Errors
    ///
    /// [`Error::Bare`] without a working tree; as [`Self::resolve`] if `HEAD` has no commit.
    pub fn pending(&self, which: Pending, now: Timestamp) -> Result<(Change, Vec<Skipped>), Error> {
        let git = |doing| move |source| Error::Git { doing, source };
        let workdir = self.inner.workdir().ok_or_else(|| Error::Bare {
            path: self.inner.path().to_path_buf(),
        })?;
        let head = self.resolve("HEAD")?;
        let objects = self.objects()?;
        let place = commits::place(&objects, crate::repository::oid(&head))?;
        trees::check(&objects, place.tree)?;
        let tree = self
            .inner
            .head()
            .and_then(|head| head.peel_to_tree())
            .map_err(git("reading HEAD"))?;
        let diff = match which {
            Pending::Staged => self.inner.diff_tree_to_index(Some(&tree), None, None),
            Pending::Worktree => self
                .inner
                .diff_tree_to_workdir_with_index(Some(&tree), None),
        }
        .map_err(git("comparing with HEAD"))?;
        let mut edited = Edited::of(self.inner.object_format());
        let deltas = self.deltas(&diff, which, workdir, &mut edited)?;
        let renamed = renames::detect(&objects, &deltas, &edited.texts);
        let mut skipped = Vec::new();
        let mut skip = |path: Option<&RepoPath>, why| {
            skipped.push(Skipped {
                change: head.zeroed(),
                path: path.cloned(),
                why,
            });
        };
        if renamed.over_limit {
            skip(None, SkipReason::RenameLimit);
        }
        let mut comparer = Comparer::new(&objects);
        let mut files = Vec::new();
        for file in renamed.files {
            let path = RepoPath::new(&file.path);
            comparer.begin_path();
            let (old, new) = (edited.given(file.old), edited.given(file.new));
            let compared = comparer.compare_given(&path, old, new);
            let Compared {
                kind,
                old_lines,
                new_lines,
                edit,
                ..
            } = compared;
            match kind {
                FileKind::Unread => skip(Some(&path), SkipReason::Unreadable),
                _ if compared.too_large => skip(Some(&path), SkipReason::TooLarge),
                _ => {}
            }
            files.push(FileChange {
                status: status(&file),
                old_path: file.old_path.as_deref().map(RepoPath::new),
                path,
                kind,
                old_lines,
                new_lines,
                edit,
                other_parents: Vec::new(),
                trace: None,
            });
        }
        let author = self.inner.signature().map_or_else(
            |_| Author {
                name: "".into(),
                email: "".into(),
            },
            |me| Author {
                name: String::from_utf8_lossy(me.name_bytes()).as_ref().into(),
                email: String::from_utf8_lossy(me.email_bytes()).as_ref().into(),
            },
        );
        let change = Change {
            id: head.zeroed(),
            parents: vec![change_id(crate::repository::oid(&head))],
            author,
            authored_at: now,
            committed_at: now,
            message: String::new(),
            files,
        };
        Ok((change, skipped))
    }

    fn deltas(
        &self,
        diff: &Diff<'_>,
        which: Pending,
        workdir: &Path,
        edited: &mut Edited,
    ) -> Result<Vec<Delta>, Error> {
        // A copy in memory, as when the repository was opened.
        let config = self.inner.config().and_then(|mut config| config.snapshot());
        let crlf = match config.and_then(|config| config.get_string("core.autocrlf")) {
            Err(error) if error.code() == git2::ErrorCode::NotFound => String::new(),
            read => read.map_err(|source| Error::Git {
                doing: "reading the configuration",
                source,
            })?,
        };
        let strip = matches!(crlf.as_str(), "true" | "input");
        let entry = |file: &git2::DiffFile<'_>| {
            let mode = u32::from(file.mode());
            (mode != 0).then_some(Entry {
                mode,
                oid: file.id(),
            })
        };
        let mut deltas = Vec::new();
        for delta in diff.deltas() {
            let (old, mut new) = (entry(&delta.old_file()), entry(&delta.new_file()));
            let path = delta
                .new_file()
                .path_bytes()
                .or_else(|| delta.old_file().path_bytes())
                .unwrap_or_default()
                .to_vec();
            if let (Pending::Worktree, Some(entry)) = (which, &mut new)
                && (entry.is_regular() || entry.mode == 0o120_000)
            {
                let at = workdir.join(std::ffi::OsStr::from_bytes(&path));
                entry.oid = edited.take(&at, strip)?;
            }
            let touched_only = old.zip(new).is_some_and(|(old, new)| old == new);
            if (old.is_some() || new.is_some()) && !touched_only {
                deltas.push(Delta { path, old, new });
            }
        }
        deltas.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(deltas)
    }
}

/// Contents of a working tree that are not in the object store.
struct Edited {
    /// How their ids are made.
    format: ObjectFormat,
    texts: FxHashMap<Oid, Vec<u8>>,
    /// Those that are not read, for they are larger than [`LARGEST`].
    large: FxHashSet<Oid>,
}

impl Edited {
    fn of(format: ObjectFormat) -> Self {
        Self {
            format,
            texts: FxHashMap::default(),
            large: FxHashSet::default(),
        }
    }

    /// Takes up a file, and gives the id that it would have.
    fn take(&mut self, path: &Path, strip: bool) -> Result<Oid, Error> {
        let hashing = |source| Error::Git {
            doing: "hashing a file",
            source,
        };
        let meta = std::fs::symlink_metadata(path).map_err(failed(path))?;
        if !meta.file_type().is_symlink() && meta.len() > LARGEST as u64 {
            let oid = Oid::hash_file_ext(ObjectType::Blob, path, self.format).map_err(hashing)?;
            self.large.insert(oid);
            return Ok(oid);
        }
        let data = from_disk(path, &meta, strip)?;
        let oid = Oid::hash_object_ext(ObjectType::Blob, &data, self.format).map_err(hashing)?;
        self.texts.insert(oid, data);
        Ok(oid)
    }

    /// One side of a file.
    fn given(&self, entry: Option<Entry>) -> Given<'_> {
        let Some(edited) = entry.map(|entry| entry.oid) else {
            return Given::Stored(None);
        };
        match self.texts.get(&edited) {
            Some(text) => Given::Bytes(text),
            None if self.large.contains(&edited) => Given::TooLarge,
            None => Given::Stored(entry),
        }
    }
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Error {
    move |source| Error::File {
        path: path.to_path_buf(),
        source,
    }
}

fn from_disk(path: &Path, meta: &Metadata, strip: bool) -> Result<Vec<u8>, Error> {
    if meta.file_type().is_symlink() {
        return Ok(std::fs::read_link(path)
            .map_err(failed(path))?
            .as_os_str()
            .as_bytes()
            .to_vec());
    }
    let data = std::fs::read(path).map_err(failed(path))?;
    if !strip || memchr::memchr(0, &data[..data.len().min(8_000)]).is_some() {
        return Ok(data);
    }
    let mut out = Vec::with_capacity(data.len());
    for (index, &byte) in data.iter().enumerate() {
        if byte != b'\r' || data.get(index + 1) != Some(&b'\n') {
            out.push(byte);
        }
    }
    Ok(out)
}
