//! Which issues a message names.

use super::FixRules;
use crate::Error;
use crate::index::subject_of;
use regex::bytes::{Captures, Regex};
use risk_change::{IssueKind, Issues, Timestamp};
use std::sync::{Arc, LazyLock};

/// The issues of a tracker, and how messages name them.
#[derive(Clone, Debug)]
pub(super) struct Tracker {
    issues: Arc<Issues>,
    has_built_in: bool,
    /// Each with one group, the key.
    own: Vec<Regex>,
}

/// Group 1: the project before the number, if it is named. Group 2: the number.
static HASH: LazyLock<Regex> = LazyLock::new(|| {
    built_in(
        r#"(?im-u)(?:^|[\s(\[{<,;:"'])(?:(?:bug|issue|ticket|fix(?:e[sd])?|close[sd]?|resolve[sd]?))?((?:[a-z0-9_.-]+/)+[a-z0-9_.-]+)?#([0-9]{1,10})\b"#,
    )
});
/// Group 1: the project, if there is one. Group 2: the number.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    built_in(
        r"(?i-u)\bhttps?://[^\s/]+/(?:((?:[a-z0-9_.~-]+/)*?[a-z0-9_.~-]+)/(?:-/)?)?(?:issues|work_items)/([0-9]{1,10})\b",
    )
});
/// Group 1: the key.
static KEYS: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        r"(?i-u)\bGH-([0-9]{1,10})\b",
        r"(?-u)\b([A-Z][A-Z0-9_]+-[0-9]{1,10})\b",
        // A small number behind a word without a sign is as likely a count.
        r"(?i-u)\b(?:(?:bugs?|bz|bugzilla|issues?|tickets?)[ \t]*(?:[:-]|no\.?|id)?[ \t]*([0-9]{3,10})|show_bug\.cgi\?id=([0-9]{1,10}))\b",
    ]
    .map(built_in)
});
/// What stands before an issue that is named beside the point, and before a pull request.
static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
    built_in(concat!(
        r"(?i-u)(?:^|[^a-z0-9])(?:unlike|like|similar to|see also|cf\.?|refs?\.?|references?|introduced (?:in|by)|",
        r"caused by|broken (?:by|in|since)|regress(?:ed|ion) (?:in|by|from|of|since)|since|unrelated to|related to|",
        r"follow[- ]?up (?:to|of|for|on)|depends on|blocked by|block(?:s|ing)|duplicates?(?: of)?|re-?open(?:s|ed|ing)?|",
        r"(?:not|never|[a-z]+n't) (?:yet )?(?:fix|close|resolve|address)(?:e?[sd]|ing)?|prepar[a-z]+ (?:for|of)|",
        r"p\.?r\.?|pulls?|pull[- ]requests?|merge[- ]requests?|mr)",
        r"(?:[:\s]|the |issues? |bugs? |tickets? |[(\[])*$",
    ))
});

fn built_in(pattern: &str) -> Regex {
    Regex::new(pattern).expect("because the built-in patterns are tested")
}

/// What the issues that a message names say of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// One of them is a bug: the text that names it, and when the earliest was reported.
    Bug(String, Option<Timestamp>),
    /// All of them are known to be something else: the text that names the first.
    Other(String),
    /// There is none, or none that says enough.
    Nothing,
}

/// A place where a message names an issue.
struct Mention {
    at: usize,
    key: String,
    text: String,
    /// Whether it stands where a merge on a server writes the number of the pull request.
    is_last_of_subject: bool,
}

impl Tracker {
    pub(super) fn new(issues: Arc<Issues>, patterns: &[String]) -> Result<Self, Error> {
        let own = patterns.iter().filter(|it| *it != FixRules::BUILT_IN);
        Ok(Self {
            issues,
            has_built_in: patterns.is_empty() || patterns.iter().any(|it| it == FixRules::BUILT_IN),
            own: own.map(|it| compile(it)).collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn ask(&self, message: &str) -> Said {
        let mut bug: Option<(String, Option<Timestamp>)> = None;
        let mut other = None;
        let mut is_certain = true;
        for mention in self.mentions(message) {
            let issue = self.issues.get(&mention.key);
            match issue.map(|issue| issue.kind) {
                Some(IssueKind::Bug) => {
                    let created = issue.and_then(|issue| issue.created);
                    match &mut bug {
                        None => bug = Some((mention.text, created)),
                        Some((_, at)) => *at = earlier(*at, created),
                    }
                }
                Some(IssueKind::Other) => {
                    other.get_or_insert(mention.text);
                }
                Some(IssueKind::Unknown) => is_certain = false,
                // It may be that of the pull request, or no key at all.
                None => {
                    is_certain &= mention.is_last_of_subject || !self.issues.may_have(&mention.key);
                }
            }
        }
        match (bug, other) {
            (Some((text, at)), _) => Said::Bug(text, at),
            (None, Some(text)) if is_certain => Said::Other(text),
            (None, _) => Said::Nothing,
        }
    }

    /// Keys of the issues that a message names and that are known.
    pub(super) fn known(&self, message: &str) -> Vec<String> {
        let mentions = self.mentions(message).into_iter();
        let keys = mentions.map(|mention| mention.key);
        keys.filter(|key| self.issues.get(key).is_some()).collect()
    }

    /// The issues that a message names to the point, in the order in which it does.
    fn mentions(&self, message: &str) -> Vec<Mention> {
        let plain = without_quotes(message);
        let subject = subject_of(message);
        let subject_end = message.find(subject).unwrap_or(0) + subject.len();
        let mut found = Vec::new();
        let mut note = |captures: &Captures<'_>, key: String| {
            let Some(all) = captures.get(0) else { return };
            let before = all
                .as_bytes()
                .iter()
                .take_while(|it| is_before(**it))
                .count();
            let start = all.start() + before;
            let line = near(&plain, start);
            if ASIDE.is_match(line) {
                return;
            }
            let text = &plain[start..all.end()];
            let after = plain.get(all.end()..subject_end).unwrap_or(b"?");
            found.push(Mention {
                at: start,
                key,
                text: String::from_utf8_lossy(text).into_owned(),
                is_last_of_subject: after.trim_ascii() == b")" && line.ends_with(b"("),
            });
        };
        let group = |captures: &Captures<'_>, n: usize| {
            let text = captures.get(n)?.as_bytes();
            Some(String::from_utf8_lossy(text).into_owned())
        };
        if self.has_built_in {
            for pattern in [&HASH, &ADDRESS] {
                for captures in pattern.captures_iter(&plain) {
                    let number = group(&captures, 2).unwrap_or_default();
                    let place = group(&captures, 1).filter(|it| it.contains('/'));
                    let key = match place {
                        Some(place) => format!("{place}#{number}"),
                        None => number,
                    };
                    note(&captures, key);
                }
            }
        }
        let keys = self.has_built_in.then(|| KEYS.iter()).into_iter().flatten();
        for pattern in keys.chain(&self.own) {
            for captures in pattern.captures_iter(&plain) {
                let key = group(&captures, 1).or_else(|| group(&captures, 2));
                note(&captures, key.unwrap_or_default());
            }
        }
        found.retain(|mention| !mention.key.is_empty());
        found.sort_by_key(|mention| mention.at);
        found
    }
}

/// Whether a pattern of a project's own can be used.
pub(super) fn compile(pattern: &str) -> Result<Regex, Error> {
    let regex = Regex::new(pattern).map_err(|source| Error::Pattern {
        pattern: pattern.to_owned(),
        source: Box::new(source),
    })?;
    if regex.captures_len() != 2 {
        return Err(Error::NotOneGroup {
            pattern: pattern.to_owned(),
            found: regex.captures_len() - 1,
        });
    }
    if regex.is_match(b"") {
        return Err(Error::FitsAll {
            pattern: pattern.to_owned(),
        });
    }
    Ok(regex)
}

/// What stands on the line before a place, as far as it says how an issue is meant: of a line that names thousands, not
/// all of it for each.
fn near(plain: &[u8], place: usize) -> &[u8] {
    const NEAR: usize = 256;
    let start = place.saturating_sub(NEAR);
    let mut line = plain[start..place].rsplit(|it| *it == b'\n');
    let line = line.next().unwrap_or_default();
    if start == 0 || line.len() < NEAR {
        return line;
    }
    // Half a word is none.
    let word = line.iter().take_while(|it| it.is_ascii_alphanumeric());
    &line[word.count()..]
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

/// Whether a byte is matched only to make certain of where a key begins.
fn is_before(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"([{<,;:\"'".contains(&byte)
}

/// A message with blanks in place of what it quotes: text between back quotes, fenced blocks, lines behind `>`.
fn without_quotes(message: &str) -> Vec<u8> {
    let mut plain = Vec::with_capacity(message.len());
    let mut is_fenced = false;
    for line in message.split_inclusive('\n') {
        let start = line.trim_start();
        let is_fence = start.starts_with("```") || start.starts_with("~~~");
        let is_quoted = is_fenced || is_fence || start.starts_with('>');
        is_fenced ^= is_fence;
        if is_quoted {
            plain.extend(line.bytes().map(|it| if it == b'\n' { it } else { b' ' }));
            continue;
        }
        let mut rest = line;
        // A back quote without another one on its line quotes nothing.
        while let Some((before, after)) = rest.split_once('`')
            && let Some((quoted, behind)) = after.split_once('`')
        {
            plain.extend(before.bytes());
            plain.extend(std::iter::repeat_n(b' ', quoted.len() + 2));
            rest = behind;
        }
        plain.extend(rest.bytes());
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk_change::Issue;

    fn bug(at: i64) -> Issue {
        Issue {
            kind: IssueKind::Bug,
            created: Some(Timestamp(at)),
            resolved: None,
        }
    }

    fn issues() -> Arc<Issues> {
        let mut issues = Issues::default();
        for (key, at) in [
            ("12", 500),
            ("123", 400),
            ("HADOOP-12", 300),
            ("o/r#12", 500),
            ("1000", 200),
        ] {
            issues.insert(key, bug(at));
        }
        for (key, kind) in [
            ("20", IssueKind::Other),
            ("21", IssueKind::Other),
            ("30", IssueKind::Unknown),
        ] {
            let created = Some(Timestamp(100));
            issues.insert(
                key,
                Issue {
                    kind,
                    created,
                    resolved: None,
                },
            );
        }
        Arc::new(issues)
    }

    fn ask(message: &str) -> Said {
        Tracker::new(issues(), &[]).unwrap().ask(message)
    }

    #[test]
    fn bugs_are_found_however_they_are_named() {
        for (message, text, at) in [
            ("Fix it (#12)", "#12", 500),
            ("#12 fix it", "#12", 500),
            ("x\n\nCloses: #12\n", "#12", 500),
            ("x\n\nFixes #20, #12 and #123", "#12", 400),
            ("issue#12", "issue#12", 500),
            ("[#12] x", "#12", 500),
            ("GH-12: x", "GH-12", 500),
            ("gh-12: x", "gh-12", 500),
            ("o/r#12", "o/r#12", 500),
            ("Fixes O/R#12.", "O/R#12", 500),
            ("HADOOP-12. Land it", "HADOOP-12", 300),
            ("[HADOOP-12] Land it", "HADOOP-12", 300),
            (
                "x\n\nhttps://issues.example.org/jira/browse/HADOOP-12",
                "HADOOP-12",
                300,
            ),
            ("Bug 1000 - x", "Bug 1000", 200),
            ("bug #12: x", "#12", 500),
            ("BZ 1000", "BZ 1000", 200),
            ("BZ-1000", "BZ-1000", 200),
            (
                "https://bz.apache.org/bugzilla/show_bug.cgi?id=1000",
                "show_bug.cgi?id=1000",
                200,
            ),
            (
                "See https://github.com/o/r/issues/12#issuecomment-9",
                "https://github.com/o/r/issues/12",
                500,
            ),
            (
                "https://gitlab.example.org/o/r/-/issues/12",
                "https://gitlab.example.org/o/r/-/issues/12",
                500,
            ),
            (
                "http://redmine.example.org/issues/12",
                "http://redmine.example.org/issues/12",
                500,
            ),
            ("part of #12", "#12", 500),
        ] {
            assert_eq!(
                ask(message),
                Said::Bug(text.to_owned(), Some(Timestamp(at))),
                "{message}"
            );
        }
    }

    #[test]
    fn what_names_none_says_nothing() {
        for message in [
            "Fix it",
            "Fix #99",
            "#1234567890123",
            "&#12;",
            "x#12",
            "page.html#12",
            "#12abc",
            "!12",
            "@12",
            "UTF-8 and SHA-256",
            "hadoop-12",
            "bug 12 times",
            "other/repo#12",
            "https://github.com/other/repo/issues/12",
            "https://github.com/o/r/pull/12",
            "Print `#12` as it is",
            "x\n\n> Fixes #12\n",
            "x\n\n```\nFixes #12\n```\n",
            "like #12, but faster",
            "Follow-up to #12",
            "See also: #12",
            "Refs #12",
            "Broken since #12",
            "Not fixing issue #12",
            "Caused by (#12)",
            "PR #12",
            "Pull request #12: x",
            "pull-request: #12",
            "30: #30",
        ] {
            assert_eq!(ask(message), Said::Nothing, "{message}");
        }
    }

    #[test]
    fn no_bug_is_said_only_if_all_that_is_named_is_known() {
        for (message, is_certain) in [
            ("Fix it (#20)", true),
            ("Fix #20 and #21", true),
            ("Fix it (#99)\n\nCloses #20", true),
            ("Fix #20 in UTF-8 (#99)", true),
            ("Fix #20 and #99", false),
            ("Fix #20 and #30", false),
            ("Fix #20 and HADOOP-99", false),
            ("Fix #20 (#30)", false),
            ("Fix #20, like #12", true),
        ] {
            let said = ask(message);
            assert_eq!(
                matches!(said, Said::Other(_)),
                is_certain,
                "{message}: {said:?}"
            );
        }
        assert_eq!(
            ask("Fix #20, #12"),
            Said::Bug("#12".to_owned(), Some(Timestamp(500)))
        );
    }

    #[test]
    fn patterns_of_a_project_take_the_place_of_the_built_in_ones() {
        let ask = |patterns: &[&str], message: &str| {
            let patterns: Vec<String> = patterns.iter().map(|&it| it.to_owned()).collect();
            Tracker::new(issues(), &patterns).unwrap().ask(message)
        };
        let is_bug = |said: &Said| matches!(said, Said::Bug(..));
        assert!(is_bug(&ask(&[r"T(\d+)\b"], "T12: x")));
        assert!(!is_bug(&ask(&[r"T(\d+)\b"], "#12: x")));
        assert!(is_bug(&ask(&[r"T(\d+)\b", "built-in"], "#12: x")));
        assert!(is_bug(&ask(&["built-in"], "#12: x")));
        for odd in ["T\\d+", "(T)(\\d+)", "(", "(x*)"] {
            assert!(compile(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn quotes_keep_their_length() {
        for message in [
            "a `b` c `d\n`e` f",
            "```\nx\n```\ny",
            "> é\nx",
            "",
            "`",
            "``",
            "é`é`é",
        ] {
            let plain = without_quotes(message);
            assert_eq!(plain.len(), message.len(), "{message}");
        }
        assert_eq!(without_quotes("a `b` c `d"), b"a     c `d");
    }
}
