//! The issues of a tracker: where the export is, and what of it was read.
//!
//! A path in `.git-risk.toml` is that of a file of the same commit, so that a change cannot alter what it is compared
//! with, and no file of a machine is read because a repository says so. Paths elsewhere may be given by those who run
//! git-risk: with `--issues`, in git's configuration, or in the file that `--config` names.

use crate::error::Failure;
use crate::settings::{Entry, Given, IssueSettings, Origin, Settings};
use risk_change::{ChangeId, Issues};
use risk_history::Repository;
use risk_issues::{Export, KindNames};
use risk_report::clean;
use std::path::{Component, Path, PathBuf};

/// Where an export is.
#[derive(Debug, PartialEq)]
enum Place {
    /// A file of the base, by its path.
    Base(String),
    /// A file on this machine.
    Disk(PathBuf),
}

/// Reads what is configured; nothing if nothing is.
///
/// # Errors
///
/// A file that is not there, or that is no export, with where it was named.
pub(crate) fn read(
    repository: &Repository,
    base: &ChangeId,
    settings: &Settings,
    given: &Given,
) -> Result<Export, Failure> {
    let Some(entry) = settings.issues_entry() else {
        return Ok(Export::default());
    };
    let names = names(&settings.issues);
    let read = match place(entry, repository, given)? {
        Place::Disk(path) => risk_issues::read_file(&path, &names),
        Place::Base(path) => {
            let bytes = repository.file_at(base, path.as_bytes())?;
            let bytes = bytes.ok_or_else(|| {
                let why = format!("there is no such file in {}", base.short());
                let failure = entry.refuse(Some(&why));
                failure.hint("commit it, or name another one: git config risk.issues.file PATH")
            })?;
            risk_issues::read(&bytes, &names)
        }
    };
    read.map_err(|error| {
        let failure = Failure::new(format_args!(
            "{}: {} = {}: {}",
            entry.origin,
            entry.origin.name_of(entry.key),
            entry.value,
            clean(&error.to_string())
        ));
        failure.hint("docs/configuration.md has the forms that are read, and how to export them")
    })
}

fn names(settings: &IssueSettings) -> KindNames {
    KindNames::new(&settings.bug, &settings.other).with_customers(&settings.customer)
}

/// Where the file that an entry names is.
fn place(entry: &Entry, repository: &Repository, given: &Given) -> Result<Place, Failure> {
    let text = entry.text()?;
    Ok(match &entry.origin {
        Origin::Committed { .. } => {
            let path = within(text).ok_or_else(|| {
                let why = "a file of the repository has a path that does not lead out of it";
                let failure = entry.refuse(Some(why));
                failure.hint(
                    "for a file elsewhere: git config risk.issues.file PATH, or --issues PATH",
                )
            })?;
            Place::Base(path)
        }
        // As git's own configuration has paths beside those that include them.
        Origin::Named { path, .. } => {
            let folder = path.parent().unwrap_or_else(|| Path::new(""));
            Place::Disk(folder.join(text))
        }
        Origin::Call => {
            let exact = given.issues.clone();
            Place::Disk(exact.unwrap_or_else(|| PathBuf::from(text)))
        }
        Origin::Git { .. } | Origin::Environment => {
            Place::Disk(match text.strip_prefix("~/").zip(home()) {
                Some((rest, home)) => home.join(rest),
                None => root(repository).join(text),
            })
        }
    })
}

/// The path of a file in the tree of a commit; `None` if it could lead out of it.
fn within(text: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in Path::new(text).components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    let is_odd = text.contains(['\\', ':']) || text.ends_with('/');
    (!parts.is_empty() && !is_odd).then(|| parts.join("/"))
}

/// What a path in git's configuration is beside: the main working tree, the same for all that belong to it, or the git
/// directory itself if it stands alone.
fn root(repository: &Repository) -> &Path {
    let common = repository.common_dir();
    let is_inside = common.file_name().is_some_and(|name| name == ".git");
    common.parent().filter(|_| is_inside).unwrap_or(common)
}

fn home() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
    home.map(PathBuf::from)
}

/// CRC-32 of what the issues of an export say as far as fixes depend on it.
pub(crate) fn sum(issues: &Issues) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    for (key, issue) in issues.iter() {
        sum.update(key.as_bytes());
        sum.update(&[0, issue.kind as u8]);
        let created = issue.created.map_or(i64::MIN, |at| at.0);
        sum.update(&created.to_le_bytes());
    }
    sum.finalize()
}

/// What an export on this machine holds, as text that differs if it does. Nothing for one of the base, which belongs to
/// the commit; and nothing for one that cannot be read: whoever reads it will say so.
pub(crate) fn beside_the_base(entry: &Entry, repository: &Repository, given: &Given) -> String {
    let Ok(Place::Disk(path)) = place(entry, repository, given) else {
        return String::new();
    };
    let bytes = std::fs::read(&path).unwrap_or_default();
    format!("{} bytes, {:08x}", bytes.len(), crc32fast::hash(&bytes))
}

#[cfg(test)]
mod tests {
    use super::{sum, within};
    use risk_change::{Issue, IssueKind, Issues, Timestamp};

    #[test]
    fn a_path_of_the_repository_does_not_lead_out_of_it() {
        for (text, path) in [
            ("issues.csv", Some("issues.csv")),
            ("./data/issues.json", Some("data/issues.json")),
            ("data//issues.json", Some("data/issues.json")),
            ("../issues.csv", None),
            ("data/../../x", None),
            ("/etc/passwd", None),
            ("C:\\x", None),
            ("c:x", None),
            ("a\\b", None),
            ("data/", None),
            (".", None),
            ("", None),
        ] {
            assert_eq!(within(text).as_deref(), path, "{text}");
        }
    }

    #[test]
    fn the_sum_knows_what_fixes_depend_on_and_nothing_else() {
        let with = |key: &str, issue: Issue| {
            let mut issues = Issues::default();
            issues.insert(key, issue);
            sum(&issues)
        };
        let issue = Issue {
            kind: IssueKind::Bug,
            created: Some(Timestamp(5)),
            resolved: None,
        };
        let one = with("1", issue);
        let resolved = Some(Timestamp(9));
        assert_eq!(one, with("1", Issue { resolved, ..issue }));
        let others = [
            with("2", issue),
            with(
                "1",
                Issue {
                    created: None,
                    ..issue
                },
            ),
            with(
                "1",
                Issue {
                    kind: IssueKind::Other,
                    ..issue
                },
            ),
            sum(&Issues::default()),
        ];
        assert!(others.iter().all(|other| *other != one));
    }
}
