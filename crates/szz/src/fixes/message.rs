//! What a message says about faults.

use super::keys::{Said, Tracker};
use super::{Evidence, Named, NotFix, wording};
use crate::Error;
use crate::index::subject_of;
use regex::bytes::{Captures, Match, Regex, RegexSet};
use risk_change::Timestamp;
use std::sync::{LazyLock, OnceLock};

/// What was found in a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// Strongest first, each once.
    pub(super) evidence: Vec<Evidence>,
    pub(super) named: Vec<Named>,
    /// The text behind the strongest evidence, or behind what was excluded.
    pub(super) why: Option<String>,
    /// Why the message alone is enough to say no.
    pub(super) excluded: Option<NotFix>,
    /// When the earliest of the bugs that it names was reported.
    pub(super) reported_at: Option<Timestamp>,
    /// The starts of the ids of changes that it is a copy of.
    pub(crate) copies: Vec<String>,
}

impl Message {
    /// Whether it takes another change back.
    pub(crate) fn is_revert(&self) -> bool {
        self.evidence.contains(&Evidence::Revert)
    }
}

const TRAILER: usize = 0;
const BLAME: usize = 1;
const INTRODUCED: usize = 2;
const REVERTS: usize = 3;
const BACKED_OUT: usize = 4;
const ISSUE: usize = 5;
const COPY: usize = 6;

/// Patterns over the whole message, most of which do not match most messages.
const BODY: [&str; 7] = [
    r"(?im-u)^[ \t]*fix(?:es|ed)?[: ][ \t]*(?:commit[ \t]+)?([0-9a-f]{7,64})\b([^\n]*)",
    r"(?i-u)\b(?:caused|broken|broke|regress(?:ed|ion))(?:[- ]by|\s(?:by|in|from|since|with|of))?:?\s+(?:(?:commit|change|changeset|rev|revision|merge)\s+)?([0-9a-f]{7,64})\b",
    r"(?i-u)\bintroduced(?:[- ]by|\s(?:by|in|with|since))?:?\s+(?:(?:commit|change|changeset|rev|revision|merge)\s+)?([0-9a-f]{7,64})\b",
    r"(?i-u)\bthis\s+(?:\w+\s+){0,2}reverts\s+(?:(?:commit|changeset|change|revision)s?:?\s+)?((?:[0-9a-f]{7,64}\b(?:[,&\s]|and\b)*)+)",
    r"(?im-u)^[ \t]*back(?:ed|s|ing)?[ -]?out\s+(?:of\s+)?(?:(?:changeset|revision|rev|commit|cset|change)s?\s+)?((?:[0-9a-f]{7,64}\b(?:[,&\s]|and\b)*)+)",
    r"(?im-u)^[ \t]*(?:fix(?:es|ed)?|bugs?)[: \t]+(?:(?:issue|bug|ticket|pr)s?[: \t]+)?(?:#[0-9]+|https?://\S+|[a-z][a-z]+-[0-9]+|[\w.-]+/[\w.-]+#[0-9]+)",
    r"(?im-u)^[ \t]*[(\[]?[ \t]*(?:(?:cherry[- ]?picked|back-?ported|picked|grafted|rebased)[ \t]+(?:from|of)[: \t]+(?:commit[: \t]+)?|upstream[: \t]+commit[: \t]+)([0-9a-f]{7,64})\b|^[ \t]*commit[ \t]+([0-9a-f]{12,64})[ \t]+upstream\b",
];

/// Each pattern is compiled when it is first asked for: compiling all takes longer than reading a message.
static SET: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(BODY).expect("because the built-in patterns are tested"));
static HEX: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i-u)\b[0-9a-f]{7,64}\b"));
/// Group 1: a quoted subject. Group 2: ids. Group 3: the subject after Conventional Commits' `revert:`.
static REVERT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i-u)^(?:\S+[:\]]\s+){0,2}revert(?:s|ed|ing)?(?::?\s+["'](.+)["']|:?\s+(?:(?:commit|change|changeset)s?:?\s+)?((?:[0-9a-f]{7,64}\b(?:[,&\s]|and\b)*)+)|(?:\([^)]*\))?!?:\s+([a-z]+(?:\([^)]*\))?!?:\s.+))"#,
    )
});
static BACK_OUT: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i-u)^back(?:ed|s|ing)?[ -]?out\b"));
static CONVENTIONAL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i-u)^(?::[a-z_]+:\s*|\[[^\]]*\]\s*)?((?:fix|bugfix|hotfix)\s*(?:[(\[][^)\]]*[)\]])?\s*!?:)\s",
    )
});
static DEFECT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i-u)\b(?:fix|bug|regress|crash|fault|leak|defect|issue|problem|error|break|breakage|broken|fail|wrong|mistake|deadlock|race|overflow|warning|oops|oversight)",
    )
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("because the built-in patterns are tested")
}

/// One of [`BODY`].
fn body(pattern: usize) -> &'static Regex {
    static COMPILED: [OnceLock<Regex>; BODY.len()] = [const { OnceLock::new() }; BODY.len()];
    COMPILED[pattern].get_or_init(|| regex(BODY[pattern]))
}

/// The patterns, compiled once.
#[derive(Clone, Debug)]
pub(super) struct Patterns {
    keyword: Regex,
    /// Key words of the project's own.
    pub(super) words: Option<Regex>,
    /// Subjects that are never those of a fix.
    pub(super) never: Option<Regex>,
    /// The issues that messages name.
    pub(super) tracker: Option<Tracker>,
}

/// One pattern for any of several, as whole words or not; `None` for none.
pub(super) fn one_of(patterns: &[String], is_whole: bool) -> Result<Option<Regex>, Error> {
    // Each is checked alone: an open bracket must not be closed by the next one.
    for pattern in patterns {
        if compile(pattern, pattern)?.is_match(b"") {
            return Err(Error::FitsAll {
                pattern: pattern.clone(),
            });
        }
    }
    if patterns.is_empty() {
        return Ok(None);
    }
    let any = patterns.join(")|(?:");
    let around = if is_whole { r"\b" } else { "" };
    compile(&format!("{around}(?:(?:{any})){around}"), &any).map(Some)
}

/// Compiles a pattern without regard to letter case; `given` is what a complaint names.
fn compile(pattern: &str, given: &str) -> Result<Regex, Error> {
    Regex::new(&format!("(?i){pattern}")).map_err(|source| Error::Pattern {
        pattern: given.to_owned(),
        source: Box::new(source),
    })
}

impl Patterns {
    pub(super) fn new(keywords: &str) -> Result<Self, Error> {
        let whole = format!(r"(?i-u)\b(?:{keywords})\b");
        let keyword = Regex::new(&whole).map_err(|source| Error::Pattern {
            pattern: keywords.to_owned(),
            source: Box::new(source),
        })?;
        Ok(Self {
            keyword,
            words: None,
            never: None,
            tracker: None,
        })
    }

    /// Reads a message.
    pub(super) fn read(&self, message: &str) -> Message {
        let subject = subject_of(message);
        if let Some(reason) = excluded_by_subject(subject) {
            return Message {
                excluded: Some(reason),
                why: Some(subject.to_owned()),
                ..Message::default()
            };
        }
        if let Some(never) = &self.never
            && let Some(text) = never.find(subject.as_bytes())
        {
            return Message {
                excluded: Some(NotFix::Told),
                why: Some(text_of(text)),
                ..Message::default()
            };
        }
        let mut reading = Reading {
            message: message.as_bytes(),
            found: Message::default(),
        };
        let matched = SET.matches(reading.message);
        let in_words = self.in_subject(subject);
        if matched.matched(TRAILER) {
            reading.trailers();
        }
        if matched.matched(BLAME) {
            reading.blames(BLAME, |_| true);
        }
        if matched.matched(INTRODUCED) {
            let is_fix = matches!(in_words, Some((_, _, None)));
            reading.blames(INTRODUCED, |before| is_fix || DEFECT.is_match(before));
        }
        let is_reapply = reading.reverts(
            subject,
            matched.matched(REVERTS),
            matched.matched(BACKED_OUT),
        );
        if is_reapply {
            return Message {
                excluded: Some(NotFix::Reapply),
                why: Some(subject.to_owned()),
                ..Message::default()
            };
        }
        if matched.matched(COPY) {
            reading.copies();
        }
        let mut found = reading.found;
        let mut no_bug = None;
        // What a revert quotes is not its own word.
        if let Some(tracker) = self.tracker.as_ref().filter(|_| !found.is_revert()) {
            match tracker.ask(message) {
                Said::Bug(text, at) => {
                    found.add(Evidence::Issue, || text);
                    found.reported_at = at;
                }
                Said::Other(text) => no_bug = Some(text),
                Said::Nothing => {}
            }
        }
        let issue = matched
            .matched(ISSUE)
            .then(|| body(ISSUE).find(message.as_bytes()))
            .flatten();
        match (in_words, issue) {
            _ if found.is_revert() => {}
            (Some((evidence, text, None)), _) => found.add(evidence, || text.to_owned()),
            // The message itself calls for no more than a typo, whatever issue it closes.
            (Some((_, text, Some(reason))), _) if found.evidence.is_empty() => {
                found.excluded = Some(reason);
                found.why = Some(text.to_owned());
            }
            (None, Some(issue)) => {
                let area = wording::excluded_by_area(subject);
                if let Some(reason) = area.filter(|_| found.evidence.is_empty()) {
                    found.excluded = Some(reason);
                    found.why = Some(text_of(issue));
                } else {
                    found.add(Evidence::Keyword, || text_of(issue));
                }
            }
            (Some(_) | None, _) => {}
        }
        if let Some(text) = no_bug.filter(|_| found.evidence == [Evidence::Keyword]) {
            found.evidence.clear();
            found.excluded = Some(NotFix::IssueNotABug);
            found.why = Some(text);
        }
        found
    }

    /// Evidence in the words of the subject, the text, and why it does not count, if so.
    fn in_subject<'m>(&self, subject: &'m str) -> Option<(Evidence, &'m str, Option<NotFix>)> {
        if let Some(captures) = CONVENTIONAL.captures(subject.as_bytes()) {
            let text = captures.get(1).map_or(0..0, |it| it.range());
            let reason = wording::excluded_conventional(subject, text.clone());
            return Some((Evidence::Conventional, &subject[text], reason));
        }
        let area = wording::excluded_by_area(subject);
        let mut first = None;
        let built_in = self.keyword.find_iter(subject.as_bytes());
        let own = self.words.iter();
        let own = own.flat_map(|words| words.find_iter(subject.as_bytes()));
        for word in built_in.chain(own) {
            // A pattern may match nothing, or part of a letter.
            let Some(text) = subject.get(word.range()).filter(|it| !it.is_empty()) else {
                continue;
            };
            match area.or_else(|| wording::excluded_word(subject, word.range())) {
                None => return Some((Evidence::Keyword, text, None)),
                Some(reason) => {
                    first.get_or_insert((Evidence::Keyword, text, Some(reason)));
                }
            }
        }
        first
    }
}

impl Message {
    fn add(&mut self, evidence: Evidence, text: impl FnOnce() -> String) {
        if !self.evidence.contains(&evidence) {
            self.evidence.push(evidence);
            self.why.get_or_insert_with(text);
        }
    }

    fn name(&mut self, evidence: Evidence, prefix: &[u8], subject: Option<String>) {
        let prefix = String::from_utf8_lossy(prefix).to_ascii_lowercase();
        let is_known = |it: &Named| it.prefix.as_ref() == Some(&prefix);
        if !self.named.iter().any(is_known) {
            self.named.push(Named {
                prefix: Some(prefix),
                subject,
                evidence,
            });
        }
    }
}

struct Reading<'m> {
    message: &'m [u8],
    found: Message,
}

impl Reading<'_> {
    /// `Fixes: 1234abcd ("subject")`, and several ids in a row.
    fn trailers(&mut self) {
        for captures in body(TRAILER).captures_iter(self.message) {
            let (Some(first), Some(rest)) = (captures.get(1), captures.get(2)) else {
                continue;
            };
            let quote = rest
                .as_bytes()
                .iter()
                .position(|&it| it == b'(' || it == b'"');
            let (ids, quoted) = rest.as_bytes().split_at(quote.unwrap_or(rest.len()));
            let quoted = String::from_utf8_lossy(quoted);
            let quoted = quoted
                .split_once('"')
                .and_then(|(_, tail)| tail.rsplit_once('"'));
            let subject = quoted.map(|(subject, _)| subject.to_owned());
            let more = HEX.find_iter(ids).map(|it| it.as_bytes());
            for id in std::iter::once(first.as_bytes())
                .chain(more)
                .filter(|id| is_id(id))
            {
                self.found.add(Evidence::Trailer, || whole(&captures));
                self.found.name(Evidence::Trailer, id, subject.clone());
            }
        }
    }

    /// "caused by 1234abcd"; `counts` judges the text before, as far as the sentence may reach.
    fn blames(&mut self, pattern: usize, counts: impl Fn(&[u8]) -> bool) {
        for captures in body(pattern).captures_iter(self.message) {
            let Some((all, id)) = captures.get(0).zip(captures.get(1)) else {
                continue;
            };
            let before = &self.message[all.start().saturating_sub(80)..all.start()];
            if is_id(id.as_bytes()) && counts(before) {
                self.found.add(Evidence::Trailer, || text_of(all));
                self.found.name(Evidence::Trailer, id.as_bytes(), None);
            }
        }
    }

    /// `(cherry picked from commit 1234abcd)` and the like.
    fn copies(&mut self) {
        for captures in body(COPY).captures_iter(self.message) {
            let ids = [captures.get(1), captures.get(2)];
            let ids = ids.into_iter().flatten().map(|it| it.as_bytes());
            let ids = ids.filter(|id| is_id(id));
            let ids = ids.map(|id| String::from_utf8_lossy(id).to_ascii_lowercase());
            self.found.copies.extend(ids);
        }
    }

    /// Reverts and back-outs; `true` if what is taken back is itself a revert.
    fn reverts(&mut self, subject: &str, in_body: bool, backed_out: bool) -> bool {
        let mut lists: Vec<(usize, Vec<u8>)> = Vec::new();
        for (pattern, _) in [(REVERTS, in_body), (BACKED_OUT, backed_out)]
            .iter()
            .filter(|it| it.1)
        {
            for captures in body(*pattern).captures_iter(self.message) {
                let ids = captures.get(1).map_or(&[][..], |ids| ids.as_bytes());
                self.found.add(Evidence::Revert, || whole(&captures));
                lists.push((*pattern, ids.to_vec()));
            }
        }
        let mut quoted = None;
        if starts_with_word(subject, "reapply") {
            return true;
        }
        if let Some(captures) = REVERT.captures(subject.as_bytes()) {
            self.found.add(Evidence::Revert, || subject.to_owned());
            let text = captures.get(1).or_else(|| captures.get(3)).map(text_of);
            quoted = text;
            if let Some(ids) = captures.get(2) {
                lists.push((REVERTS, ids.as_bytes().to_vec()));
            }
        } else if BACK_OUT.is_match(subject.as_bytes()) {
            self.found.add(Evidence::Revert, || subject.to_owned());
        }
        if quoted
            .as_deref()
            .is_some_and(|it| starts_with_word(it, "revert"))
        {
            return true;
        }
        let ids: Vec<&[u8]> = lists
            .iter()
            .flat_map(|(_, list)| HEX.find_iter(list).map(|it| it.as_bytes()))
            .filter(|id| is_id(id))
            .collect();
        // The subject stands for the id only if there is no doubt which it belongs to.
        if ids.is_empty() {
            self.found.named.extend(quoted.map(|subject| Named {
                prefix: None,
                subject: Some(subject),
                evidence: Evidence::Revert,
            }));
        } else {
            let subject = quoted.filter(|_| ids.len() == 1);
            for id in ids {
                self.found.name(Evidence::Revert, id, subject.clone());
            }
        }
        false
    }
}

fn excluded_by_subject(subject: &str) -> Option<NotFix> {
    let starts = |word: &str| {
        let start = subject.as_bytes().get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    if starts("merge ") || starts("merged ") {
        Some(NotFix::Merge)
    } else if starts("fixup!") || starts("squash!") || starts("amend!") {
        Some(NotFix::Fixup)
    } else {
        None
    }
}

fn starts_with_word(text: &str, word: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= word.len()
        && bytes[..word.len()].eq_ignore_ascii_case(word.as_bytes())
        && matches!(
            bytes.get(word.len()),
            None | Some(b' ' | b':' | b'(' | b'"')
        )
}

/// Whether hexadecimal digits are an id and not a word such as "defaced" or "effaced".
fn is_id(digits: &[u8]) -> bool {
    digits.len() >= 12 || digits.iter().any(u8::is_ascii_digit)
}

fn whole(captures: &Captures<'_>) -> String {
    captures.get(0).map(text_of).unwrap_or_default()
}

/// The text on one line.
fn text_of(text: Match<'_>) -> String {
    let text = String::from_utf8_lossy(text.as_bytes());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
