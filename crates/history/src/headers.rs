//! What many commits say of themselves, without their files.

use crate::commits;
use crate::error::Error;
use crate::progress::Progress;
use crate::repository::{Repository, oid};
use risk_change::{Author, ChangeId};

/// What a commit says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Who wrote it, before `.mailmap`.
    pub author: Author,
    /// The first line of its message.
    pub subject: String,
}

impl Repository {
    /// What each of some commits says of itself, in the same order. Steps of the progress are commits.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`] for a commit that cannot be read.
    pub fn headers(
        &self,
        ids: impl IntoIterator<Item = ChangeId>,
        progress: &dyn Progress,
    ) -> Result<Vec<Header>, Error> {
        let objects = self.objects()?;
        let mut names = commits::Names::default();
        let mut headers = Vec::new();
        for id in ids {
            let commit = commits::read(&objects, oid(&id), &mut names)?;
            headers.push(Header {
                author: commit.author,
                subject: commit.message.lines().next().unwrap_or_default().to_owned(),
            });
            progress.advance(1);
        }
        Ok(headers)
    }
}
