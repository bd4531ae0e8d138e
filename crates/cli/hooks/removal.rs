//! Takes one trace of git-risk away, and nothing else.

use super::disk;
use super::git::Git;
use super::script::{self, Marked, Role, Search};
use super::survey::{Found, Way};
use crate::error::Failure;
use std::fs;
use std::path::Path;

/// Takes a trace away, unless it was put there by hand; returns what the user should know beyond that.
pub(crate) fn take_away(git: &Git, found: &Found) -> Result<Option<String>, Failure> {
    let path = &*found.path;
    if found.way == Way::Configured {
        return git.deconfigure().map(|()| None);
    }
    if found.way == Way::ByHand {
        return Ok(None);
    }
    let text = disk::read(path)?.unwrap_or_default();
    let Search::Found(marked) = script::search(&text) else {
        return Err(Failure::new(format_args!(
            "{} was changed after git-risk wrote it: the end of the marked block is missing",
            path.display()
        ))
        .hint("take what is left of it out by hand; nothing was changed"));
    };
    match &found.way {
        Way::Script(Role::Own { made_folder }) => own(path, &marked, *made_folder),
        Way::Script(Role::Beside { .. }) => beside(path, &marked),
        Way::Lefthook => lefthook(path, &marked),
        Way::Script(Role::Guest) | Way::Configured | Way::ByHand | Way::Broken => {
            disk::rewrite(path, &marked.rest()).map(|()| None)
        }
    }
}

fn own(path: &Path, marked: &Marked<'_>, made_folder: bool) -> Result<Option<String>, Failure> {
    if marked.is_added_to() {
        disk::rewrite(path, &marked.rest())?;
        return Ok(Some(kept(path)));
    }
    disk::remove(path)?;
    if made_folder && let Some(folder) = path.parent() {
        // Fails if others have put something there, and then it stays.
        let _ = fs::remove_dir(folder);
    }
    Ok(None)
}

fn kept(path: &Path) -> String {
    format!("lines that others added to {} were kept", path.display())
}

/// Puts the hook back that made room.
fn beside(path: &Path, marked: &Marked<'_>) -> Result<Option<String>, Failure> {
    let before = path.with_file_name(script::BEFORE);
    if marked.is_added_to() {
        return Err(Failure::new(format_args!(
            "{} holds lines that git-risk did not write, and would go with it",
            path.display()
        ))
        .hint(format!(
            "move them into {}, which takes this place again; nothing was changed",
            before.display()
        )));
    }
    let note = if disk::is_there(&before) {
        disk::rename(&before, path)?;
        None
    } else {
        disk::remove(path)?;
        Some(format!(
            "{}, the hook that was there before, is gone; it was not git-risk that took it away",
            before.display()
        ))
    };
    let folder = path.with_file_name(script::BEFORE_FOLDER);
    if disk::is_link(&folder.join("pre-push")) {
        disk::remove(&folder.join("pre-push"))?;
        let _ = fs::remove_dir(&folder);
    }
    Ok(note)
}

fn lefthook(path: &Path, marked: &Marked<'_>) -> Result<Option<String>, Failure> {
    if marked.is_continued() {
        return Err(Failure::new(format_args!(
            "{} was changed after git-risk wrote it: what follows the marked block belongs to it",
            path.display()
        ))
        .hint("take the command git-risk out by hand; nothing was changed"));
    }
    if marked.rest().trim_ascii().is_empty() {
        return disk::remove(path).map(|()| None);
    }
    disk::rewrite(path, &marked.rest())?;
    Ok(Some(kept(path)))
}
