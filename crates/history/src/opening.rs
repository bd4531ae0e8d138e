//! Finding and opening a repository.

use crate::error::Error;
use crate::repository::Repository;
use git2::ErrorCode;
use std::cell::OnceCell;
use std::fs::File;
use std::io::ErrorKind::{NotADirectory, NotFound};
use std::io::{self, Read};
use std::path::Path;

impl Repository {
    /// Opens the repository at a path or above it.
    ///
    /// # Errors
    ///
    /// [`Error::NotARepository`], [`Error::NotOwned`], [`Error::Partial`], [`Error::Grafted`], [`Error::Unsupported`].
    pub fn discover(path: &Path) -> Result<Self, Error> {
        prepare();
        Self::of(path, git2::Repository::discover(path))
    }

    /// Opens the repository with this git directory, as git does where `GIT_DIR` and `GIT_WORK_TREE` are set.
    ///
    /// # Errors
    ///
    /// As [`discover`](Self::discover); also if the working tree is not there.
    pub fn open(git_dir: &Path, work_tree: Option<&Path>) -> Result<Self, Error> {
        prepare();
        let repository = Self::of(git_dir, git2::Repository::open(git_dir))?;
        if let Some(path) = work_tree {
            let set = repository.inner.set_workdir(path, false);
            set.map_err(|source| Error::Unsupported {
                path: path.to_path_buf(),
                source,
            })?;
        }
        Ok(repository)
    }

    fn of(path: &Path, opened: Result<git2::Repository, git2::Error>) -> Result<Self, Error> {
        let inner = opened.map_err(|source| match source.code() {
            ErrorCode::NotFound => Error::NotARepository {
                path: path.to_path_buf(),
            },
            ErrorCode::Owner => Error::NotOwned {
                path: path.to_path_buf(),
            },
            _ => Error::Unsupported {
                path: path.to_path_buf(),
                source,
            },
        })?;
        // A copy in memory. The files are looked at again by each question to the configuration itself, and libgit2 1.9
        // frees what it never had if that fails while it gets a string.
        let config = inner.config().and_then(|mut config| config.snapshot());
        let config = config.map_err(|source| Error::Git {
            doing: "reading the configuration",
            source,
        })?;
        let partial = config.get_string("extensions.partialclone").is_ok()
            || inner.remotes().is_ok_and(|remotes| {
                remotes.iter().flatten().flatten().any(|name| {
                    config
                        .get_bool(&format!("remote.{name}.promisor"))
                        .unwrap_or(false)
                })
            });
        if partial {
            return Err(Error::Partial);
        }
        let sharing = config.get_entry("core.sharedrepository").ok();
        let sharing = sharing.map(|entry| {
            if entry.has_value() {
                String::from_utf8_lossy(entry.value_bytes()).into_owned()
            } else {
                // As git reads a name alone.
                "true".to_owned()
            }
        });
        // The library takes grafts for parents when it lists a range, and what is read of commits is what they say.
        let grafts = inner.commondir().join("info/grafts");
        let said = match beginning(&grafts) {
            Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Vec::new(),
            read => read.map_err(|source| Error::File {
                path: grafts.clone(),
                source,
            })?,
        };
        if is_grafted(&said) {
            return Err(Error::Grafted { path: grafts });
        }
        Ok(Self {
            inner,
            sharing,
            loose: OnceCell::new(),
            cut_off: OnceCell::new(),
        })
    }
}

/// As much of a file as tells whether it says anything; it may be a link to one without an end.
fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(1 << 20).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a file of grafts holds any: lines that are neither empty nor comments.
fn is_grafted(file: &[u8]) -> bool {
    let mut lines = file.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.any(|line| !line.is_empty() && !line.starts_with(b"#"))
}

fn prepare() {
    // libgit2 checks each object's hash when it is read, at a third of the whole cost. Git itself does not
    // do so for the objects of a log: a damaged pack is caught by zlib's checksum. We do as git does.
    git2::opts::strict_hash_verification(false);
    // Each worker keeps the trees it needs; the library's own cache would keep them a second time.
    git2::opts::enable_caching(false);
}
