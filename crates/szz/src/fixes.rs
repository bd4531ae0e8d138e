//! Which changes are fixes.

mod files;
mod keys;
mod lexicon;
mod message;
mod wording;

use crate::Error;
use message::{Message, Patterns};
use risk_change::{Change, Issues, Position, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Arc, LazyLock};

/// What says that a change is a fix; the strongest is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Evidence {
    /// It names the change it repairs: `Fixes: 1234abcd`, "regression in", "introduced by", "caused by".
    Trailer,
    /// It takes another change back.
    Revert,
    /// It names an issue that the tracker calls a bug.
    Issue,
    /// Its subject has the type `fix` of Conventional Commits.
    Conventional,
    /// Its subject has a key word, or its body a line such as `Fixes #123`.
    Keyword,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trailer => "names the change it repairs",
            Self::Revert => "takes a change back",
            Self::Issue => "names an issue that is a bug",
            Self::Conventional => "has the type fix",
            Self::Keyword => "has a key word",
        })
    }
}

/// Another change, as a message names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named {
    /// Its id or the start of it: 7 to 64 hexadecimal digits in lower case.
    pub prefix: Option<String>,
    /// Its subject, used if there is no id or none that is known.
    pub subject: Option<String>,
    /// Whether it is repaired ([`Evidence::Trailer`]) or taken back ([`Evidence::Revert`]).
    pub evidence: Evidence,
}

/// A change that repairs a fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// All that says so, strongest first; never empty.
    pub evidence: Vec<Evidence>,
    /// The changes it names, strongest evidence first.
    pub named: Vec<Named>,
    /// The text of the message that matched, for people: that of the strongest evidence.
    pub why: String,
    /// When the earliest of the bugs that it names was reported, if that is known: what was committed later cannot have
    /// brought it in.
    pub reported_at: Option<Timestamp>,
    /// An earlier fix that it repeats, as a cherry-pick or a rebased twin does: the fault was found once, and so it
    /// counts once. Found by [`Szz`](crate::Szz) alone, which knows what came before.
    pub duplicate_of: Option<Position>,
}

impl Fix {
    /// The strongest evidence.
    pub fn strongest(&self) -> Evidence {
        self.evidence
            .iter()
            .copied()
            .min()
            .unwrap_or(Evidence::Keyword)
    }
}

/// Why a change is no fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NotFix {
    /// It is a merge, or its subject says so ("Merge …").
    Merge,
    /// It is meant to be melted into an earlier commit (`fixup!`, `squash!`, `amend!`).
    Fixup,
    /// Nothing in its message says that it is one.
    NoEvidence,
    /// The rules were told that such a subject is none ([`FixRules::without`]).
    Told,
    /// Its key words are used in another sense ("fixed-size", "regression test").
    OtherSense,
    /// The tracker says that all issues that it names are something else than bugs, and no more than a key word speaks
    /// for a fix.
    IssueNotABug,
    /// It brings back what had been taken back.
    Reapply,
    /// It mends spelling.
    Typo,
    /// It mends documentation, by its message.
    Docs,
    /// It mends comments, by its message.
    Comment,
    /// It mends tests, by its message.
    Tests,
    /// It mends the build or continuous integration, by its message.
    Build,
    /// It silences a linter or a compiler's warnings.
    Lint,
    /// It mends formatting or style.
    Format,
    /// Its content is empty: no file, or modes alone.
    Empty,
    /// All its files are documentation.
    OnlyDocs,
    /// All its files are tests.
    OnlyTests,
    /// All its files configure the build.
    OnlyBuild,
    /// All its files are documentation, tests or configuration of the build.
    OnlySupport,
    /// In its source files only comments, blank lines and white space change.
    OnlyCosmetic,
}

impl fmt::Display for NotFix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Merge => "it is a merge",
            Self::Fixup => "it belongs to another commit (fixup!, squash!, amend!)",
            Self::NoEvidence => "nothing in its message says so",
            Self::Told => "the configuration says that such a subject is none",
            Self::OtherSense => "the key word is used in another sense",
            Self::IssueNotABug => "the tracker says that the issue it names is no bug",
            Self::Reapply => "it brings back what had been reverted",
            Self::Typo => "it mends spelling",
            Self::Docs => "it mends documentation",
            Self::Comment => "it mends comments",
            Self::Tests => "it mends tests",
            Self::Build => "it mends the build",
            Self::Lint => "it silences warnings",
            Self::Format => "it mends formatting",
            Self::Empty => "no content changes",
            Self::OnlyDocs => "only documentation changes",
            Self::OnlyTests => "only tests change",
            Self::OnlyBuild => "only build files change",
            Self::OnlySupport => "only documentation, tests and build files change",
            Self::OnlyCosmetic => "only comments, blank lines and white space change",
        })
    }
}

/// Why a change is a fix or is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// It is one.
    Fix(Fix),
    /// It is none.
    NotFix {
        /// Why.
        reason: NotFix,
        /// The text that had spoken for a fix, if any.
        matched: Option<String>,
    },
}

impl Explanation {
    /// The fix, if it is one.
    pub fn into_fix(self) -> Option<Fix> {
        match self {
            Self::Fix(fix) => Some(fix),
            Self::NotFix { .. } => None,
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fix(fix) => write!(f, "fix: {} ({})", fix.strongest(), fix.why),
            Self::NotFix {
                reason,
                matched: Some(text),
            } => write!(f, "no fix: {reason} ({text})"),
            Self::NotFix {
                reason,
                matched: None,
            } => write!(f, "no fix: {reason}"),
        }
    }
}

/// The rules that tell fixes from other changes, by message and files.
///
/// Strongest first: the change names what it repairs or takes back; it names an issue that the tracker, if there is one
/// ([`with_issues`](Self::with_issues)), calls a bug; Conventional Commits' `fix:`; a key word in the subject, or a line of the body that starts with `Fixes #123` or the like. Key words elsewhere in
/// the body do not count: about half of the messages with one only talk of faults. Then exclusions:
/// - merges, `fixup!` commits, and reverts of reverts, always;
/// - changes of documentation or tests alone, or of nothing but comments and white space, always;
/// - for key words, if all issues that the message names are known and none is a bug;
/// - for key words and `fix:`, if what is fixed is a typo, documentation, comments, tests, the build,
///   warnings or formatting, or if only build files change.
///
/// Messages are read as English, whatever the letter case.
#[derive(Clone, Debug)]
pub struct FixRules {
    patterns: Patterns,
}

impl FixRules {
    /// The key words unless others are given, as a regular expression.
    pub const KEYWORDS: &str = "fix(?:es|ed|ing)?|bug(?:fix)?(?:es|s)?|bugfixing|defects?|hotfix(?:es)?\
         |regressions?|faults?|segfaults?|crash(?:es|ed|ing)?|leak(?:s|ed|ing|age)?|deadlock(?:s|ed)?\
         |null[- ](?:pointer )?deref(?:erences?|s)?|use[- ]after[- ]free|double[- ]free|out[- ]of[- ]bounds";

    /// Rules with other key words: a regular expression that is matched against whole words, in any case.
    pub fn with_keywords(pattern: &str) -> Result<Self, Error> {
        Ok(Self {
            patterns: Patterns::new(pattern)?,
        })
    }

    /// Whether a pattern can be used for [`with_words`](Self::with_words) and [`without`](Self::without).
    ///
    /// # Errors
    ///
    /// [`Error::Pattern`] if it is no regular expression; [`Error::FitsAll`] if it fits the empty text.
    pub fn check(pattern: &str) -> Result<(), Error> {
        message::one_of(&[pattern.to_owned()], false).map(drop)
    }

    /// These rules with words of a project's own: regular expressions that count as key words where they match whole
    /// words of a subject, in any case and any script.
    ///
    /// # Errors
    ///
    /// [`Error::Pattern`] for the first that is no regular expression.
    pub fn with_words(mut self, patterns: &[String]) -> Result<Self, Error> {
        self.patterns.words = message::one_of(patterns, true)?;
        Ok(self)
    }

    /// These rules with regular expressions that make a change no fix where one matches a part of its subject,
    /// whatever else the message says.
    ///
    /// # Errors
    ///
    /// [`Error::Pattern`] for the first that is no regular expression.
    pub fn without(mut self, patterns: &[String]) -> Result<Self, Error> {
        self.patterns.never = message::one_of(patterns, false)?;
        Ok(self)
    }

    /// What stands for the built-in patterns among those of [`with_issues`](Self::with_issues).
    pub const BUILT_IN: &str = "built-in";

    /// Whether a pattern can be used for [`with_issues`](Self::with_issues).
    ///
    /// # Errors
    ///
    /// [`Error::Pattern`], [`Error::FitsAll`], [`Error::NotOneGroup`].
    pub fn check_issue_pattern(pattern: &str) -> Result<(), Error> {
        if pattern == Self::BUILT_IN {
            return Ok(());
        }
        keys::compile(pattern).map(drop)
    }

    /// These rules with the issues of a tracker, and with regular expressions that find their keys in messages: each has
    /// one group, which is the key. Without any the built-in ones hold.
    ///
    /// Built in are `#123`, `GH-123`, `owner/repository#123`, `HADOOP-123`, `Bug 123`, `BZ 123`, `show_bug.cgi?id=123` and
    /// addresses that end in `/issues/123`. With the name of a project before it, a number is looked for under that name
    /// alone: it may be an issue of another project. What stands in quotes does not count, nor what is named beside the
    /// point ("like #123", "follow-up to #123", "PR #123").
    ///
    /// # Errors
    ///
    /// As [`check_issue_pattern`](Self::check_issue_pattern).
    pub fn with_issues(mut self, issues: Arc<Issues>, patterns: &[String]) -> Result<Self, Error> {
        self.patterns.tracker = Some(keys::Tracker::new(issues, patterns)?);
        Ok(self)
    }

    /// Keys of the issues that a message names to the point and that the tracker knows, in the order in which it does.
    ///
    /// Empty without a tracker.
    pub fn issues_named(&self, message: &str) -> Vec<String> {
        let tracker = self.patterns.tracker.as_ref();
        tracker.map_or_else(Vec::new, |tracker| tracker.known(message))
    }

    /// The change as a fix, or `None`.
    pub fn classify(&self, change: &Change) -> Option<Fix> {
        self.explain(change).into_fix()
    }

    /// Why a change is a fix or is none.
    pub fn explain(&self, change: &Change) -> Explanation {
        Self::judge(change, &self.patterns.read(&change.message))
    }

    /// What a message says, whatever the files.
    pub(crate) fn read(&self, message: &str) -> Message {
        self.patterns.read(message)
    }

    /// Whether a change with this message is a fix.
    pub(crate) fn judge(change: &Change, message: &Message) -> Explanation {
        let not = |reason| Explanation::NotFix {
            reason,
            matched: message.why.clone(),
        };
        if change.is_merge() {
            return not(NotFix::Merge);
        }
        if let Some(reason) = message.excluded {
            return not(reason);
        }
        let Some(&strongest) = message.evidence.first() else {
            return not(NotFix::NoEvidence);
        };
        if let Some(reason) = files::excluded(change, strongest) {
            return not(reason);
        }
        Explanation::Fix(Fix {
            evidence: message.evidence.clone(),
            named: message.named.clone(),
            why: message.why.clone().unwrap_or_default(),
            reported_at: message.reported_at,
            duplicate_of: None,
        })
    }
}

impl Default for FixRules {
    fn default() -> Self {
        static BUILT_IN: LazyLock<FixRules> = LazyLock::new(|| {
            FixRules::with_keywords(FixRules::KEYWORDS)
                .expect("because the built-in pattern is tested")
        });
        BUILT_IN.clone()
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod words_tests;
