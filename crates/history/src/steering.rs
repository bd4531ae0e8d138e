//! The files of a commit that steer how its history is read.

use crate::error::Error;
use crate::identities::Identities;
use crate::repository::Repository;
use risk_change::ChangeId;
use std::collections::BTreeSet;

/// What a commit says about reading its history, as it is written there; empty if it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steering {
    /// Its `.mailmap`: who is who.
    pub mailmap: Vec<u8>,
    /// Its `.git-blame-ignore-revs`: commits whose lines pass through to those before.
    pub ignore_revs: Vec<u8>,
    /// The `.gitattributes` at its root: among other things, which files are generated or vendored.
    pub attributes: Vec<u8>,
    /// Its `.git-risk.toml`, if it has one: what the project has configured.
    pub configuration: Option<Vec<u8>>,
}

impl Steering {
    /// The people that the authors are.
    pub fn identities(&self) -> Identities {
        Identities::new(&self.mailmap)
    }

    /// The commits whose lines pass through. What is not the full id of a commit names none, as for git.
    pub fn ignored(&self) -> BTreeSet<ChangeId> {
        let text = String::from_utf8_lossy(&self.ignore_revs);
        let ids = text.lines().map(|line| line.split('#').next());
        ids.filter_map(|id| ChangeId::from_hex(id.unwrap_or_default().trim()))
            .collect()
    }
}

impl Repository {
    /// The files of a commit that steer how its history is read.
    ///
    /// # Errors
    ///
    /// As [`file_at`](Self::file_at).
    pub fn steering(&self, tip: &ChangeId) -> Result<Steering, Error> {
        let paths = [
            ".mailmap",
            ".git-blame-ignore-revs",
            ".gitattributes",
            ".git-risk.toml",
        ];
        let [mailmap, ignore_revs, attributes, configuration] = self.files_at(tip, paths)?;
        Ok(Steering {
            mailmap: mailmap.unwrap_or_default(),
            ignore_revs: ignore_revs.unwrap_or_default(),
            attributes: attributes.unwrap_or_default(),
            configuration,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_commits_stand_one_a_line_before_a_comment() {
        let id = "0123456789012345678901234567890123456789";
        let text = format!("# all\n\n  {id} # formatting\n0123456 # too short\n");
        let steering = Steering {
            ignore_revs: text.into_bytes(),
            ..Steering::default()
        };
        let ignored: Vec<String> = steering.ignored().iter().map(ChangeId::to_hex).collect();
        assert_eq!(ignored, [id]);
    }
}
