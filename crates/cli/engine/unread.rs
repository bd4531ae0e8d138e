//! Files that could not be read when their changes were learned.

use super::Engine;
use risk_change::{FileKind, SkipReason};

/// Changes that are looked at again; where more were left out, the first ones speak for all.
const MOST: usize = 8;

impl Engine {
    /// Whether a change was left out for a file that can be read by now.
    ///
    /// A disk that failed for a moment is no reason to leave a change out for ever, and neither is an object that was
    /// missing and was fetched again: what was learned would differ from what a fresh clone learns. Only where something
    /// was left out does it cost anything to ask.
    pub(super) fn lacks_what_can_be_read(&self) -> bool {
        let skipped = self.replay.skipped().iter();
        let unread = skipped.filter(|skip| skip.why == SkipReason::Unreadable);
        unread.take(MOST).any(|skip| {
            let change = self.repository.change(&skip.change);
            change.is_ok_and(|change| {
                let mut files = change.files.iter();
                files.all(|file| file.kind != FileKind::Unread)
            })
        })
    }
}
