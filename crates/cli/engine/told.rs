//! What is told with `--verbose` of what was there and of what was read.

use super::Engine;
use crate::error::Failure;
use crate::tell::Tell;
use risk_change::ChangeId;
use risk_history::Repository;

impl Engine {
    /// What is there already, for `--verbose`.
    pub(super) fn taken_up(&self) -> String {
        match self.replay.tip() {
            Some(tip) => format!(
                "what was learned up to {} ({} commits)",
                tip.short(),
                self.replay.next()
            ),
            None => "nothing that was learned can be used".to_owned(),
        }
    }

    /// For `--verbose`.
    pub(super) fn tell_what_was_read(&self) {
        let read = &self.read;
        self.tell.detail(|| {
            let (kept, new) = (read.cached, read.commits - read.cached);
            format!(
                "followed: {kept} changes were kept from an earlier run, {new} were read from git"
            )
        });
        self.tell.more(|| {
            format!(
                "read with {} threads: {} files, {} pairs of versions compared",
                self.threads, read.blobs, read.pairs
            )
        });
    }
}

/// Where the settled history of the repository ends.
pub(crate) fn settled(repository: &Repository, tell: Tell) -> Result<ChangeId, Failure> {
    let (tip, branch) = repository.settled_by()?;
    tell.detail(|| {
        let why = branch.map_or_else(
            || "HEAD, since no main branch shares its history".to_owned(),
            |branch| format!("the main branch {branch}"),
        );
        format!("settled is {} ({why})", tip.short())
    });
    Ok(tip)
}
