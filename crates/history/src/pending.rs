//! Edits that are not committed yet, as a change.

use crate::commits;
use crate::error::{Error, change_id};
use crate::pairs::{Compared, Comparer, read};
use crate::renames;
use crate::repository::Repository;
use crate::slots::status;
use crate::trees::{self, Delta, Entry};
use git2::{Diff, ObjectType, Oid};
use risk_change::{Author, Change, FileChange, FileKind, RepoPath, Timestamp};
use rustc_hash::FxHashMap;
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
    /// Its id is all zeros and its message empty. No filter of the repository is run; where
    /// `core.autocrlf` is on, CR LF in the working tree is read as LF.
    ///
    /// # Errors
    ///
    /// [`Error::Bare`] without a working tree; as [`Self::resolve`] if `HEAD` has no commit.
    pub fn pending(&self, which: Pending, now: Timestamp) -> Result<Change, Error> {
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
        let mut loose = FxHashMap::default();
        let deltas = self.deltas(&diff, which, workdir, &mut loose)?;
        let mut comparer = Comparer::new(&objects);
        let mut files = Vec::new();
        for file in renames::detect(&objects, &deltas, &loose).files {
            let path = RepoPath::new(&file.path);
            let text = |entry: Option<Entry>| match entry {
                None => Some(Vec::new()),
                Some(entry) => loose
                    .get(&entry.oid)
                    .cloned()
                    .or_else(|| read(&objects, entry).map(|content| content.to_vec())),
            };
            comparer.begin_path();
            let Compared {
                kind,
                old_lines,
                new_lines,
                edit,
                too_large: _,
                blamed: _,
            } = match (text(file.old), text(file.new)) {
                (Some(old), Some(new)) => comparer.compare_texts(&path, &old, &new),
                _ => Compared {
                    kind: FileKind::Unread,
                    old_lines: 0,
                    new_lines: 0,
                    edit: std::sync::Arc::default(),
                    too_large: false,
                    blamed: None,
                },
            };
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
        Ok(Change {
            id: head.zeroed(),
            parents: vec![change_id(crate::repository::oid(&head))],
            author,
            authored_at: now,
            committed_at: now,
            message: String::new(),
            files,
        })
    }

    fn deltas(
        &self,
        diff: &Diff<'_>,
        which: Pending,
        workdir: &Path,
        loose: &mut FxHashMap<Oid, Vec<u8>>,
    ) -> Result<Vec<Delta>, Error> {
        let crlf = self
            .inner
            .config()
            .and_then(|config| config.get_string("core.autocrlf"))
            .unwrap_or_default();
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
                let data = from_disk(&workdir.join(std::ffi::OsStr::from_bytes(&path)), strip)?;
                entry.oid =
                    Oid::hash_object(ObjectType::Blob, &data).map_err(|source| Error::Git {
                        doing: "hashing a file",
                        source,
                    })?;
                loose.insert(entry.oid, data);
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

fn from_disk(path: &Path, strip: bool) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::File {
        path: path.to_path_buf(),
        source,
    };
    let meta = std::fs::symlink_metadata(path).map_err(failed)?;
    if meta.file_type().is_symlink() {
        return Ok(std::fs::read_link(path)
            .map_err(failed)?
            .as_os_str()
            .as_bytes()
            .to_vec());
    }
    let data = std::fs::read(path).map_err(failed)?;
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
