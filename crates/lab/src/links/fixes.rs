//! Fixes, as a table tells them.

use crate::error::Result;
use crate::table::{Column, Table};
use risk_change::Timestamp;
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
    /// [`Error::Csv`](crate::Error::Csv), [`Error::MissingColumn`](crate::Error::MissingColumn), and
    /// [`Error::Value`](crate::Error::Value) for a commit that is no id or a time that is none.
    pub fn read(path: &Path, bytes: &[u8], issue_date: &str) -> Result<Self> {
        let table = Table::of(path, bytes)?;
        let fix = table.any_of(&["fix", "fix_hash"]);
        let fix = fix.map_or_else(|| table.column("fix"), Ok)?;
        let repo = table.any_of(&["repo", "repo_name"]);
        let inducing = table.any_of(&["inducing", "bug_hash"]);
        let language = table.any_of(&["language", "languages"]);
        let reported = table.any_of(&[issue_date]);
        let mut all = Vec::new();
        for row in table.rows() {
            let value = |column: Option<Column>| {
                column.map_or_else(|| Ok(String::new()), |it| row.name(it))
            };
            let id = |column| match row.text(column) {
                text if is_id(text) => Ok(text.to_ascii_lowercase()),
                _ => Err(row.wanted(column, "an id of a commit, 7 to 64 hexadecimal digits")),
            };
            let moment = |column| {
                let wanted = "a date, a date and time, or seconds since 1970";
                moment(row.text(column)).ok_or_else(|| row.wanted(column, wanted))
            };
            let told = |column: &Column| !row.text(*column).is_empty();
            all.push(Fix {
                repo: value(repo)?,
                id: id(fix)?,
                reported_at: reported.filter(told).map(moment).transpose()?,
                inducing: inducing.filter(told).map(id).transpose()?,
                language: value(language)?,
            });
        }
        Ok(Self { all })
    }

    /// The fixes of a repository with this name, or that no repository is told of.
    pub fn of(&self, repo: &str) -> Vec<&Fix> {
        let fits = |it: &&Fix| it.repo.is_empty() || it.repo == repo;
        self.all.iter().filter(fits).collect()
    }
}

fn is_id(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_hexdigit())
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
        assert_eq!(fixes.of("a").len(), 1);
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
