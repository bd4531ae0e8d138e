//! What an issue tracker knows of the issues that messages name.

use crate::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What kind of thing an issue asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssueKind {
    /// Something does not do what it should.
    Bug,
    /// Something else: a feature, a task, a question.
    Other,
    /// The tracker does not say.
    #[default]
    Unknown,
}

/// An issue of a tracker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Issue {
    /// What it asks for.
    pub kind: IssueKind,
    /// When it was opened, if that is known.
    pub created: Option<Timestamp>,
    /// When it was resolved or closed for the last time; `None` if it is open, or if that is not known.
    pub resolved: Option<Timestamp>,
}

/// The issues of a tracker by key: `123`, `HADOOP-123`, or `owner/repository#123` where the place matters.
///
/// Keys are compared without regard to the case of ASCII letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issues {
    by_key: BTreeMap<String, Issue>,
    /// What stands before the number in keys such as `HADOOP-123`.
    projects: BTreeSet<String>,
    /// Whether there are keys without such a part.
    has_plain: bool,
}

impl Issues {
    /// Adds an issue; the one that had this key, if any, is handed back.
    pub fn insert(&mut self, key: &str, issue: Issue) -> Option<Issue> {
        let key = normal(key);
        match project(&key) {
            Some(project) if self.projects.contains(project) => {}
            Some(project) => drop(self.projects.insert(project.to_owned())),
            None => self.has_plain = true,
        }
        self.by_key.insert(key, issue)
    }

    /// The issue with a key.
    pub fn get(&self, key: &str) -> Option<&Issue> {
        self.by_key.get(&normal(key))
    }

    /// Whether a key may be that of an issue here, known or not: `UTF-8` is not where no key begins with `UTF-`, and
    /// `123` is not where all keys begin with a project.
    pub fn may_have(&self, key: &str) -> bool {
        let key = normal(key);
        match project(&key) {
            Some(project) => self.projects.contains(project),
            None => self.has_plain,
        }
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// All keys with their issues, in ascending order of key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Issue)> {
        self.by_key.iter().map(|(key, issue)| (key.as_str(), issue))
    }
}

/// The form in which keys are compared.
fn normal(key: &str) -> String {
    key.trim().trim_start_matches('#').to_ascii_uppercase()
}

/// `HADOOP` of `HADOOP-123`.
fn project(key: &str) -> Option<&str> {
    let (project, number) = key.rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    let is_project = project.starts_with(|it: char| it.is_ascii_uppercase());
    (is_number && is_project && !project.contains(['/', '#'])).then_some(project)
}

#[cfg(test)]
mod tests {
    use super::{Issue, IssueKind, Issues};
    use crate::Timestamp;

    fn bug(at: i64) -> Issue {
        Issue {
            kind: IssueKind::Bug,
            created: Some(Timestamp(at)),
            resolved: None,
        }
    }

    #[test]
    fn keys_are_compared_without_case_and_the_later_one_holds() {
        let mut issues = Issues::default();
        assert_eq!(issues.insert("HADOOP-12", bug(1)), None);
        assert_eq!(issues.insert("hadoop-12", bug(2)), Some(bug(1)));
        assert_eq!(issues.insert(" #7 ", bug(3)), None);
        assert_eq!(issues.insert("Owner/Repo#7", bug(4)), None);
        for (key, at) in [("Hadoop-12", 2), ("7", 3), ("#7", 3), ("owner/repo#7", 4)] {
            assert_eq!(issues.get(key), Some(&bug(at)), "{key}");
        }
        assert_eq!(issues.get("8"), None);
        assert_eq!(issues.len(), 3);
        assert!(!issues.is_empty() && Issues::default().is_empty());
        let keys: Vec<&str> = issues.iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["7", "HADOOP-12", "OWNER/REPO#7"]);
    }

    #[test]
    fn what_cannot_be_a_key_here_is_told() {
        let mut jira = Issues::default();
        jira.insert("HADOOP-12", bug(1));
        for (key, may) in [
            ("HADOOP-99", true),
            ("UTF-8", false),
            ("12", false),
            ("a-b-1", false),
        ] {
            assert_eq!(jira.may_have(key), may, "{key}");
        }
        let mut github = Issues::default();
        github.insert("1", bug(1));
        assert!(github.may_have("2") && !github.may_have("UTF-8"));
    }
}
