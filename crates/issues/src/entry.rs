//! An issue as an export has it, in whatever form, and what it says.

use crate::KindNames;
use crate::error::{At, Error, shortened};
use crate::moment;
use crate::place;
use risk_change::{Issue, IssueKind};

/// Longest key, in bytes.
const LONGEST_KEY: usize = 200;

/// The texts of one issue.
#[derive(Debug, Default)]
pub(crate) struct Entry<'t> {
    pub(crate) key: Option<&'t str>,
    /// Type, or several names that say the same.
    pub(crate) types: Vec<&'t str>,
    pub(crate) labels: Vec<&'t str>,
    /// As Bugzilla has it, where each issue that is no wish is a bug.
    pub(crate) severity: Option<&'t str>,
    pub(crate) created: Option<&'t str>,
    pub(crate) resolved: Option<&'t str>,
    pub(crate) address: Option<&'t str>,
}

/// What one issue says: its key, that with the name of its project if that is told, and itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) key: String,
    pub(crate) elsewhere: Option<String>,
    pub(crate) issue: Issue,
    /// Whether a name of it says that a customer found it.
    pub(crate) is_of_customer: bool,
}

impl Entry<'_> {
    pub(crate) fn tell(&self, at: At, names: &KindNames) -> Result<Told, Error> {
        let wrong = |why: String| Error::Entry { at, why };
        let key = self.key.map(str::trim).unwrap_or_default();
        let key = key.trim_start_matches('#');
        if key.is_empty() {
            return Err(wrong(
                "the issue has no key; give it one or take it out".to_owned(),
            ));
        }
        if key.len() > LONGEST_KEY || key.contains(char::is_control) {
            return Err(wrong(format!(
                "{} is no key: it has more than {LONGEST_KEY} bytes, or control characters",
                shortened(key)
            )));
        }
        // A key may be the address itself.
        let by_key = place::of_address(key);
        let place = by_key.or_else(|| place::of_address(self.address?));
        let key = by_key.map_or(key, |(_, number)| number);
        let moment = |what: &str, text: Option<&str>| {
            let text = text.map(str::trim).filter(|text| !is_blank(text));
            let read = |text| {
                moment::read(text).ok_or_else(|| {
                    let text = shortened(text);
                    let forms = moment::FORMS;
                    wrong(format!("{what}: {text} is no date; write it as {forms}"))
                })
            };
            text.map(read).transpose()
        };
        let issue = Issue {
            kind: self.kind(names),
            created: moment("created", self.created)?,
            resolved: moment("resolved", self.resolved)?,
        };
        let own = self.types.iter().chain(&self.labels).copied();
        let is_of_customer = names.is_of_customer(own);
        let elsewhere = place.filter(|(_, number)| *number == key);
        Ok(Told {
            key: key.to_owned(),
            elsewhere: elsewhere.map(|(project, number)| format!("{project}#{number}")),
            issue,
            is_of_customer,
        })
    }

    /// By its type, or else by its labels, or else by its severity.
    fn kind(&self, names: &KindNames) -> IssueKind {
        let known = |kind: &IssueKind| *kind != IssueKind::Unknown;
        let of = |texts: &[&str]| Some(names.kind_of_all(texts.iter().copied())).filter(known);
        let by_severity = || {
            let severity = self.severity.filter(|text| !is_blank(text))?;
            Some(match names.kind_of(severity) {
                IssueKind::Other => IssueKind::Other,
                IssueKind::Bug | IssueKind::Unknown => IssueKind::Bug,
            })
        };
        of(&self.types)
            .or_else(|| of(&self.labels))
            .or_else(by_severity)
            .unwrap_or_default()
    }
}

/// Whether a text is written where there is nothing to say.
pub(crate) fn is_blank(text: &str) -> bool {
    let text = text.trim();
    let none = ["-", "--", "---", "null", "none", "nan", "n/a"];
    text.is_empty() || none.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk_change::Timestamp;

    fn tell(entry: &Entry<'_>) -> Result<Told, String> {
        let told = entry.tell(At::Line(3), &KindNames::default());
        told.map_err(|error| error.to_string())
    }

    fn with_key(key: &str) -> Entry<'_> {
        Entry {
            key: Some(key),
            ..Entry::default()
        }
    }

    #[test]
    fn keys_lose_what_is_around_them() {
        let address = Some("https://github.com/o/r/issues/12");
        for (key, address, expected, elsewhere) in [
            ("12", None, "12", None),
            (" #12 ", None, "12", None),
            ("12", address, "12", Some("o/r#12")),
            ("13", address, "13", None),
            (
                "https://github.com/o/r/issues/12",
                None,
                "12",
                Some("o/r#12"),
            ),
            (
                "A-1",
                Some("https://jira.example.org/browse/A-1"),
                "A-1",
                None,
            ),
        ] {
            let told = tell(&Entry {
                address,
                ..with_key(key)
            });
            let told = told.unwrap();
            assert_eq!(told.key, expected, "{key}");
            assert_eq!(told.elsewhere.as_deref(), elsewhere, "{key}");
        }
        for key in ["", " # ", "a\u{7}b", &"x".repeat(201)] {
            let error = tell(&with_key(key)).unwrap_err();
            assert!(error.starts_with("line 3: "), "{error}");
        }
    }

    #[test]
    fn the_type_speaks_before_labels_and_these_before_severity() {
        for (types, labels, severity, kind) in [
            (&["Task"][..], &["bug"][..], Some("major"), IssueKind::Other),
            (&["Issue"], &["bug"], None, IssueKind::Bug),
            (&[], &["odd"], Some("major"), IssueKind::Bug),
            (&[], &[], Some("enhancement"), IssueKind::Other),
            (&[], &[], Some("--"), IssueKind::Unknown),
            (&[], &[], None, IssueKind::Unknown),
        ] {
            let told = tell(&Entry {
                types: types.to_vec(),
                labels: labels.to_vec(),
                severity,
                ..with_key("1")
            });
            assert_eq!(
                told.unwrap().issue.kind,
                kind,
                "{types:?} {labels:?} {severity:?}"
            );
        }
    }

    #[test]
    fn a_date_that_is_none_is_told_and_one_that_is_missing_is_not() {
        let created = |text| Entry {
            created: Some(text),
            ..with_key("1")
        };
        let error = tell(&created("the 16th of June")).unwrap_err();
        assert!(
            error.starts_with(
                "line 3: created: the 16th of June is no date; write it as 2011-06-16T"
            )
        );
        for text in ["", " ", "null", "--"] {
            assert_eq!(tell(&created(text)).unwrap().issue.created, None);
        }
        let told = tell(&created("2011-06-16 12:21:29")).unwrap();
        assert_eq!(told.issue.created, Some(Timestamp(1_308_226_889)));
    }
}
