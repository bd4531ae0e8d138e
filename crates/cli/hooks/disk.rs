//! Hook files as they are on the disk: bytes, who may run them, and links.

use crate::error::{Failure, StateError};
use crate::state::temporary;
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

/// An error about a file, with what was tried.
pub(crate) fn failed(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> Failure {
    let path = path.to_path_buf();
    move |source| {
        StateError::File {
            path,
            doing,
            source,
        }
        .into()
    }
}

/// Whether there is something at a path, be it a link that leads nowhere.
pub(crate) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Whether there is a link at a path.
pub(crate) fn is_link(path: &Path) -> bool {
    path.symlink_metadata()
        .is_ok_and(|metadata| metadata.is_symlink())
}

/// The bytes of a file; `None` if there is none, or no file.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    if !path.is_file() {
        return Ok(None);
    }
    fs::read(path).map(Some).map_err(failed(path, "read"))
}

/// Whether git would run it.
#[cfg(unix)]
pub(crate) fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Whether git would run it.
#[cfg(not(unix))]
pub(crate) fn is_executable(path: &Path) -> bool {
    path.is_file()
}

/// Writes a new file that may be run.
pub(crate) fn write_new(path: &Path, text: &[u8]) -> Result<(), Failure> {
    put(path, text, None)
}

/// Writes a file anew that keeps who may read, write and run it.
pub(crate) fn rewrite(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let mode = path.metadata().map_err(failed(path, "read"))?.permissions();
    put(path, text, Some(mode))
}

/// All of it or nothing: a hook that is half written could stop every push.
fn put(path: &Path, text: &[u8], mode: Option<fs::Permissions>) -> Result<(), Failure> {
    let write = || {
        let mut file = temporary(path)?;
        file.write_all(text)?;
        if let Some(mode) = mode {
            file.as_file().set_permissions(mode)?;
        } else {
            make_runnable(file.as_file())?;
        }
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(failed(path, "written"))
}

/// Whoever may read it may run it.
#[cfg(unix)]
fn make_runnable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata()?.permissions().mode();
    file.set_permissions(fs::Permissions::from_mode(mode | (mode & 0o444) >> 2))
}

#[cfg(not(unix))]
fn make_runnable(_file: &fs::File) -> io::Result<()> {
    Ok(())
}

pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(failed(path, "removed"))
}

pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::rename(from, to).map_err(failed(from, "renamed"))
}

/// Makes a folder that holds one link: a second name for a file in the folder above.
#[cfg(unix)]
pub(crate) fn link_below(folder: &Path, name: &str, target: &str) -> Result<(), Failure> {
    fs::create_dir(folder).map_err(failed(folder, "made"))?;
    let link = folder.join(name);
    std::os::unix::fs::symlink(Path::new("..").join(target), &link).map_err(failed(&link, "made"))
}

#[cfg(not(unix))]
pub(crate) fn link_below(_folder: &Path, _name: &str, _target: &str) -> Result<(), Failure> {
    Ok(())
}

/// A path without links, as far as it exists.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    let mut rest = Vec::new();
    let mut known = path;
    loop {
        if let Ok(real) = known.canonicalize() {
            let mut whole = real;
            for part in rest.iter().rev() {
                match part {
                    Component::ParentDir => {
                        whole.pop();
                    }
                    part => whole.push(part),
                }
            }
            return whole;
        }
        let mut parts = known.components();
        let Some(last) = parts.next_back() else {
            return path.to_path_buf();
        };
        rest.push(last);
        known = parts.as_path();
    }
}
