//! In which sense a subject uses a key word, and what it says is fixed.

use super::NotFix;
use super::lexicon::{DETERMINERS, FAULTS, MENDS, STOPS, area, is_any, is_other_sense, noun};
use std::ops::Range;

/// Why a subject with the type `fix:` is no fix: its scope, or what it says is fixed.
pub(super) fn excluded_conventional(subject: &str, kind: Range<usize>) -> Option<NotFix> {
    let mut scope = words(&subject[kind.clone()]).skip(1);
    let by_scope = scope.find_map(|word| area(word.text));
    by_scope.or_else(|| {
        let after = &subject[kind.end..];
        let mut first = words(after).filter(|it| !is_any(Some(it.text), MENDS));
        let is_noun = first.next().is_some_and(|it| noun(it.text).is_some());
        // What follows is a sentence of its own: "avoid trimming docstrings" is about code.
        let reason = object(after);
        reason.filter(|&reason| is_noun || reason == NotFix::Typo)
    })
}

/// Why the part of the code before the first colon ("docs: …") makes a subject no fix.
///
/// Only its first word is asked, so that "net/test: …" and "format-patch: …" stand.
pub(super) fn excluded_by_area(subject: &str) -> Option<NotFix> {
    let end = subject.find(": ").filter(|&end| end <= 60)?;
    let before = subject[..end].trim_start_matches('[');
    let first = before
        .split([' ', '/', '(', ',', ']'])
        .next()
        .unwrap_or(before);
    // A long part with blanks is a sentence.
    (before.split(' ').count() <= 3).then(|| area(first.trim_start_matches('.')))?
}

/// Why a key word of a subject speaks for no fix: it is used in another sense, or what is fixed is no code.
pub(super) fn excluded_word(subject: &str, word: Range<usize>) -> Option<NotFix> {
    let (before, after) = (&subject[..word.start], &subject[word.end..]);
    let text = &subject[word];
    // Parts of paths, addresses and file names.
    if before.ends_with(['/', '.', '@']) || starts_as_file(after) {
        return Some(NotFix::OtherSense);
    }
    if is_scope(before, after) {
        return Some(NotFix::OtherSense);
    }
    let next = words(after).next().filter(Word::is_joined);
    let previous = last_word(before);
    if is_other_sense(text, next.map(|it| it.text), previous) {
        return Some(NotFix::OtherSense);
    }
    if let Some(reason) = place(after) {
        return Some(reason);
    }
    if !starts_with_ignoring_case(text, "fix")
        && !starts_with_ignoring_case(text, "hotfix")
        && !starts_with_ignoring_case(text, "bugfix")
    {
        return None;
    }
    let is_noun = text.eq_ignore_ascii_case("fix") || text.eq_ignore_ascii_case("fixes");
    let named_before = previous.and_then(noun).filter(|_| is_noun);
    named_before
        .map(|(reason, _)| reason)
        .or_else(|| object(after))
}

/// A word, and what stands between it and the one before.
#[derive(Clone, Copy, Debug)]
struct Word<'s> {
    gap: &'s str,
    text: &'s str,
    rest: &'s str,
}

impl Word<'_> {
    /// Whether it goes on from the word before: blanks, hyphens and quotes alone between them.
    fn is_joined(&self) -> bool {
        self.gap.chars().all(|it| " -/\"'`_*".contains(it))
    }

    /// Whether it begins a longer name of code, as `build` does in "`build.warnings`".
    fn begins_code(&self) -> bool {
        self.gap.ends_with('`') && !self.rest.starts_with('`')
    }
}

fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let is_word = |it: char| it.is_alphanumeric();
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(is_word)?;
        let tail = &rest[start..];
        let len = tail.find(|it| !is_word(it)).unwrap_or(tail.len());
        let word = Word {
            gap: &rest[..start],
            text: &tail[..len],
            rest: &tail[len..],
        };
        rest = &tail[len..];
        Some(word)
    })
}

/// The word that directly precedes, if only a blank or hyphen stands between.
fn last_word(before: &str) -> Option<&str> {
    let trimmed = before.strip_suffix([' ', '-']).unwrap_or("");
    let start = trimmed
        .rfind(|it: char| !it.is_alphanumeric())
        .map_or(0, |at| {
            at + trimmed[at..].chars().next().map_or(1, char::len_utf8)
        });
    Some(&trimmed[start..]).filter(|it| !it.is_empty())
}

/// Whether what stands between is the scope of a type of Conventional Commits: "refactor(fix): …".
fn is_scope(before: &str, after: &str) -> bool {
    let is_type = |text: &str| !text.is_empty() && text.chars().all(char::is_alphanumeric);
    let opens = before.rsplit_once('(');
    let closes = after.split_once(')');
    opens.is_some_and(|(kind, _)| is_type(kind))
        && closes.is_some_and(|(_, tail)| tail.trim_start_matches('!').starts_with(':'))
}

/// What is no code, if the text after a key word ends in it: "… in the docs", "… in comments (#12)".
fn place(after: &str) -> Option<NotFix> {
    let all: Vec<Word> = words(after).collect();
    let at = all.iter().rposition(|it| is_any(Some(it.text), &["in"]))?;
    let is_determiner = |it: &&Word| is_any(Some(it.text), DETERMINERS);
    let mut led_to = all[at + 1..].iter().skip_while(is_determiner);
    let (reason, _) = led_to
        .next()
        .filter(|it| it.is_joined())
        .and_then(|it| noun(it.text))?;
    let is_last = led_to.next().is_none_or(|it| it.gap.contains("(#"));
    let counts = matches!(reason, NotFix::Docs | NotFix::Comment | NotFix::Tests);
    (is_last && counts).then_some(reason)
}

fn starts_as_file(after: &str) -> bool {
    let mut chars = after.chars();
    chars.next() == Some('.') && chars.next().is_some_and(char::is_alphanumeric)
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    let bytes = text.as_bytes().get(..start.len());
    bytes.is_some_and(|bytes| bytes.eq_ignore_ascii_case(start.as_bytes()))
}

/// What is fixed, if that is no code, given the text after "fix".
///
/// Some nouns decide wherever they stand within what is fixed ("fix typo s/foo/bar"); the others only as its
/// head, so that "fix the doc generator" stands.
fn object(after: &str) -> Option<NotFix> {
    let mut head = None;
    for (index, word) in words(after).take(6).enumerate() {
        let is_first = index == 0;
        let ends = if is_first {
            is_any(Some(word.text), &["and", "or"]) || word.gap.contains(['#', ';', '.'])
        } else {
            // A quotation after "warning" says which one.
            let is_quotation = head == Some(NotFix::Lint) && word.gap.contains('"');
            !word.is_joined() || is_quotation || is_any(Some(word.text), STOPS)
        };
        if ends {
            break;
        }
        match noun(word.text).filter(|_| !word.begins_code()) {
            Some((reason, true)) => return Some(reason),
            Some((reason, false)) => head = Some(reason),
            None if is_any(Some(word.text), FAULTS) => {}
            None => head = None,
        }
    }
    head
}
