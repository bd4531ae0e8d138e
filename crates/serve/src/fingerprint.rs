//! What a report depends on, told apart cheaply: a look costs a few small files and no child.

use risk_history::{Error, Repository};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What a file was when it was looked at; `None` if there is none.
type Seen = Option<(SystemTime, u64)>;

/// What the report of a repository depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint {
    /// The commits that the report and what is asked beside it go by. What sits on a branch of its own is in no report,
    /// so a commit there makes none.
    pub(crate) commits: Commits,
    /// Labels by people, what a person was shown last, what is configured, and the files that the caller named.
    steering: Vec<Seen>,
    /// What was learned. The child that makes a report writes it itself, hence [`made_by`](Self::made_by).
    learned: Seen,
}

/// Ids in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Commits {
    /// Where the settled history ends; the reason if there is none yet, as in an empty repository.
    settled: Result<String, String>,
    /// Labels by people that are git notes.
    notes: Option<String>,
}

impl Fingerprint {
    /// Looks at a repository. `watched` are files outside of it.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, as when it was moved away.
    pub(crate) fn of(path: &Path, watched: &[PathBuf]) -> Result<Self, Error> {
        let repository = Repository::discover(path)?;
        let id = |name: &str| Some(repository.resolve(name).ok()?.to_string());
        let settled = repository.settled();
        let common = repository.common_dir();
        let own = ["risk/labels", "risk/reported", "config", "info/attributes"];
        let own = own.iter().map(|name| common.join(name));
        Ok(Self {
            commits: Commits {
                settled: settled
                    .map(|id| id.to_string())
                    .map_err(|error| error.to_string()),
                notes: id("refs/notes/risk"),
            },
            steering: own
                .chain(watched.iter().cloned())
                .map(|path| seen(&path))
                .collect(),
            learned: seen(&common.join("risk/state")),
        })
    }

    /// What a report stands for that was begun at this one and ended when things were as in `after`: commits that came
    /// in between are not in it, but what was learned by then is.
    pub(crate) fn made_by(self, after: Option<&Self>) -> Self {
        let learned = after.map_or(self.learned, |after| after.learned);
        Self { learned, ..self }
    }

    /// The same without what was learned, for answers that are equal however they came about.
    pub(crate) fn without_learned(self) -> Self {
        Self {
            learned: None,
            ..self
        }
    }
}

fn seen(path: &Path) -> Seen {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk_testkit::TestRepo;

    fn look(repo: &TestRepo) -> Fingerprint {
        Fingerprint::of(repo.path(), &[]).unwrap()
    }

    #[test]
    fn it_differs_by_what_a_report_depends_on() {
        let repo = TestRepo::new();
        let empty = look(&repo);
        assert!(empty.commits.settled.is_err());
        repo.write("a.c", "int a;\n").commit("one");
        let first = look(&repo);
        assert_ne!(empty, first);
        assert_eq!(first, look(&repo));
        repo.write("a.c", "int b;\n").commit("two");
        let second = look(&repo);
        assert_ne!(first, second);
        fs::create_dir_all(repo.path().join(".git/risk")).unwrap();
        fs::write(repo.path().join(".git/risk/labels"), "x").unwrap();
        let labelled = look(&repo);
        assert_ne!(second, labelled);
        repo.git(&["config", "risk.warnAbove", "p99"]);
        assert_ne!(labelled, look(&repo));
    }

    #[test]
    fn what_a_child_learned_itself_is_no_news() {
        let repo = TestRepo::new();
        repo.write("a.c", "int a;\n").commit("one");
        let before = look(&repo);
        fs::create_dir_all(repo.path().join(".git/risk")).unwrap();
        fs::write(repo.path().join(".git/risk/state"), "x").unwrap();
        let after = look(&repo);
        assert_ne!(before, after);
        assert_eq!(before.clone().made_by(Some(&after)), after);
        assert_eq!(
            before.clone().without_learned(),
            after.clone().without_learned()
        );
        repo.write("a.c", "int b;\n").commit("two");
        assert_ne!(before.made_by(Some(&after)), look(&repo));
    }
}
