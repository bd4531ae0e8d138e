//! Fixes, as a table tells them.

use crate::error::{Error, Result};
use risk_change::Timestamp;
use std::collections::BTreeMap;
use std::path::Path;

/// A fix to be linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The repository, by name; empty if the table does not tell.
    pub repo: String,
    /// The commit, as it is written there.
    pub id: String,
    /// When the fault was reported, if that is told.
    pub reported_at: Option<Timestamp>,
    /// The change that is known to have induced it, if that is told.
    pub inducing: Option<String>,
    /// Language, or whatever else the column `language` says.
    pub language: String,
}

/// Fixes by repository, each with the others in the order of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixes {
    /// All of them, in the order of the table.
    pub all: Vec<Fix>,
}

impl Fixes {
    /// Reads a table from the bytes of a file; `path` is what messages call it.
    ///
    /// `issue_date` names the column with the time of the report.
    ///
    /// # Errors
    ///
    /// [`Error::Csv`], [`Error::MissingColumn`], and [`Error::Value`] for a commit that is no id or a time that is none.
    pub fn read(path: &Path, bytes: &[u8], issue_date: &str) -> Result<Self> {
        let csv = |source| Error::Csv {
            path: path.to_owned(),
            source,
        };
        let mut reader = csv::Reader::from_reader(bytes);
        let names = reader.headers().map_err(csv)?.clone();
        let place = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.trim()));
        let fix = place(&["fix", "fix_hash"]).ok_or_else(|| Error::MissingColumn {
            path: path.to_owned(),
            column: "fix",
            found: names.iter().map(str::to_owned).collect(),
        })?;
        let (repo, inducing) = (
            place(&["repo", "repo_name"]),
            place(&["inducing", "bug_hash"]),
        );
        let (language, reported) = (place(&["language", "languages"]), place(&[issue_date]));
        let mut all = Vec::new();
        for record in reader.records() {
            let record = record.map_err(csv)?;
            let value = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or("").trim();
            let wrong = |at: usize, wanted| Error::Value {
                path: path.to_owned(),
                line: record.position().map_or(0, csv::Position::line),
                column: names[at].to_owned(),
                found: value(Some(at)).to_owned(),
                wanted,
            };
            let is_id = |text: &str| {
                (7..=64).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_hexdigit())
            };
            if !is_id(value(Some(fix))) {
                return Err(wrong(fix, "an id of a commit, 7 to 64 hexadecimal digits"));
            }
            let told = Some(value(inducing)).filter(|it| !it.is_empty());
            if let (Some(told), Some(at)) = (told, inducing)
                && !is_id(told)
            {
                return Err(wrong(at, "an id of a commit, 7 to 64 hexadecimal digits"));
            }
            let reported_at = match (value(reported), reported) {
                ("", _) | (_, None) => None,
                (text, Some(at)) => {
                    let read = moment(text);
                    Some(read.ok_or_else(|| {
                        wrong(at, "a date, a date and time, or seconds since 1970")
                    })?)
                }
            };
            all.push(Fix {
                repo: value(repo).to_owned(),
                id: value(Some(fix)).to_ascii_lowercase(),
                reported_at,
                inducing: told.map(str::to_ascii_lowercase),
                language: value(language).to_owned(),
            });
        }
        Ok(Self { all })
    }

    /// The fixes of a repository with this name, or that no repository is told of.
    pub fn of(&self, repo: &str) -> Vec<&Fix> {
        let fits = |it: &&Fix| it.repo.is_empty() || it.repo == repo;
        self.all.iter().filter(fits).collect()
    }

    /// How many there are by repository.
    pub fn by_repository(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for fix in &self.all {
            *counts.entry(fix.repo.as_str()).or_insert(0) += 1;
        }
        counts
    }
}

/// A moment as data sets write it, in UTC.
fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse() {
        return Some(Timestamp(seconds));
    }
    let text = text.trim_end_matches('Z').replace(' ', "T");
    let whole = if text.contains('T') {
        format!("{text}Z")
    } else {
        format!("{text}T00:00:00Z")
    };
    Timestamp::from_iso(&whole)
}

#[cfg(test)]
mod tests {
    use super::{Fixes, moment};
    use crate::Error;
    use risk_change::Timestamp;

    #[test]
    fn moments_are_read_as_data_sets_write_them() {
        for (text, seconds) in [
            ("0", 0),
            ("1486815699", 1_486_815_699),
            ("1970-01-02", 86_400),
            ("1970-01-01T00:01:00", 60),
            ("1970-01-01 00:01:00", 60),
            ("1970-01-01T00:01:00Z", 60),
        ] {
            assert_eq!(moment(text), Some(Timestamp(seconds)), "{text}");
        }
        for text in ["x", "2017-13-01", "2017-02-30T00:00:00", "17-01-01"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn a_table_has_at_least_fixes() {
        let read = |text: &str| Fixes::read("f.csv".as_ref(), text.as_bytes(), "issue_date");
        let fixes = read(
            "repo,fix,inducing,issue_date,languages\n\
             a,0123456789,ABCDEF0,1970-01-02,c;h\n\
             b,0123456780,,,\n",
        )
        .unwrap();
        assert_eq!(fixes.all.len(), 2);
        assert_eq!(fixes.all[0].reported_at, Some(Timestamp(86_400)));
        assert_eq!(fixes.all[0].inducing.as_deref(), Some("abcdef0"));
        assert_eq!(fixes.all[0].language, "c;h");
        assert_eq!((fixes.of("b").len(), fixes.of("c").len()), (1, 0));
        assert_eq!(fixes.by_repository()["a"], 1);
        assert_eq!(read("fix\n0123456789\n").unwrap().of("any").len(), 1);
        assert!(matches!(read("a\nb\n"), Err(Error::MissingColumn { .. })));
        for odd in [
            "fix\nHEAD\n",
            "fix,issue_date\n0123456789,soon\n",
            "fix,inducing\n0123456789,x\n",
        ] {
            assert!(
                matches!(read(odd), Err(Error::Value { line: 2, .. })),
                "{odd}"
            );
        }
    }
}
