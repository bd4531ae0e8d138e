//! An export, whatever its form.

use crate::entry::Told;
use crate::error::Error;
use crate::{KindNames, json, table};
use risk_change::{IssueKind, Issues};
use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;
use std::path::Path;

/// Largest export that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 29;

/// Most issues that are read.
const MAX_ISSUES: usize = 5_000_000;

/// Who wrote an export, as its content tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A table with a line of names.
    Csv,
    /// GitHub's list of issues, or what `gh issue list --json` writes.
    GitHub,
    /// GitLab's list of issues.
    GitLab,
    /// The result of a search in Jira.
    Jira,
    /// The result of a search in Bugzilla.
    Bugzilla,
    /// JSON objects with `key`, `type`, `created` and `resolved`.
    Plain,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::GitHub => "JSON of GitHub",
            Self::GitLab => "JSON of GitLab",
            Self::Jira => "JSON of Jira",
            Self::Bugzilla => "JSON of Bugzilla",
            Self::Plain => "JSON",
        })
    }
}

/// The issues of an export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// By key; of several with one key the last.
    pub issues: Issues,
    /// The forms that its parts have; empty if it holds no issue.
    pub forms: BTreeSet<Form>,
    /// Number of issues, repeated ones and all.
    pub n_issues: usize,
    /// How many of them have the key of one before.
    pub n_repeated: usize,
    /// How many are bugs, and how many are known to be something else.
    pub n_bugs: usize,
    /// As `n_bugs`, for something else.
    pub n_others: usize,
    /// Pull requests, which were left out.
    pub n_pull_requests: usize,
    /// Keys of issues that a customer found, as far as [`KindNames::with_customers`] tells.
    customers: BTreeSet<String>,
}

impl Export {
    /// Whether a customer found the issue with a key, as it is compared in [`Issues`].
    pub fn is_of_customer(&self, key: &str) -> bool {
        let key = key.trim().trim_start_matches('#').to_ascii_uppercase();
        self.customers.contains(&key)
    }

    /// Number of keys of issues that a customer found.
    pub fn n_of_customers(&self) -> usize {
        self.customers.len()
    }

    pub(crate) fn add(&mut self, form: Form, told: Told) -> Result<(), Error> {
        if self.n_issues == MAX_ISSUES {
            return Err(Error::TooLarge {
                limit: MAX_ISSUES,
                what: "issues",
            });
        }
        self.forms.insert(form);
        self.n_issues += 1;
        let Told {
            key,
            elsewhere,
            issue,
            is_of_customer,
        } = told;
        for key in [Some(&key), elsewhere.as_ref()].into_iter().flatten() {
            let key = key.to_ascii_uppercase();
            if is_of_customer {
                self.customers.insert(key);
            } else {
                self.customers.remove(&key);
            }
        }
        let before = self.issues.insert(&key, issue);
        if let Some(key) = elsewhere {
            self.issues.insert(&key, issue);
        }
        for (issue, by) in before.iter().map(|it| (it, -1)).chain([(&issue, 1)]) {
            let count = match issue.kind {
                IssueKind::Bug => &mut self.n_bugs,
                IssueKind::Other => &mut self.n_others,
                IssueKind::Unknown => continue,
            };
            *count = count.saturating_add_signed(by);
        }
        self.n_repeated += usize::from(before.is_some());
        Ok(())
    }
}

impl fmt::Display for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.n_issues - self.n_repeated;
        write!(f, "{n} issues, {} of them bugs", self.n_bugs)?;
        let forms: Vec<String> = self.forms.iter().map(ToString::to_string).collect();
        if forms.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", forms.join(", "))
    }
}

/// Reads an export. Its form is recognised by what it holds.
///
/// CSV has a line of names, in any letter case and order, of which one tells the key (`key`, `number`, `issue key`, …)
/// and one the kind (`type`, `labels`, `severity`, …); dates (`created`, `resolved`, …) may be missing. JSON may be several
/// documents one after the other, as pages are. Of issues with the same key the last one holds, as in pages that
/// overlap.
///
/// # Errors
///
/// [`Error`], with the line or the number of the issue.
pub fn read(bytes: &[u8], names: &KindNames) -> Result<Export, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large());
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let foreign = |what| Err(Error::Foreign { what });
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return foreign("it is UTF-16 and not UTF-8");
    }
    match bytes.iter().find(|it| !it.is_ascii_whitespace()) {
        None => foreign("it is empty"),
        Some(b'<') => foreign("it is XML or a web page"),
        Some(b'[' | b'{') => json::read(bytes, names),
        Some(_) if bytes.contains(&0) => foreign("it is no text"),
        Some(_) => table::read(bytes, names),
    }
}

/// As [`read`], from a file.
///
/// # Errors
///
/// As [`read`]; [`Error::File`] if it cannot be read.
pub fn read_file(path: &Path, names: &KindNames) -> Result<Export, Error> {
    read(&bytes_of(path)?, names)
}

/// The bytes of a file that is not larger than what is read.
fn bytes_of(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::File { source };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > MAX_BYTES {
        return Err(too_large());
    }
    Ok(bytes)
}

fn too_large() -> Error {
    Error::TooLarge {
        limit: MAX_BYTES,
        what: "bytes",
    }
}
