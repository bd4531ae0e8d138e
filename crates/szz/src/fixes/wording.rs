//! In which sense a subject uses a key word, and what it says is fixed.

use super::NotFix;
use std::ops::Range;

/// Why a subject with the type `fix:` is no fix: its scope, or what it says is fixed.
pub(super) fn excluded_conventional(subject: &str, kind: Range<usize>) -> Option<NotFix> {
    let scope = words(&subject[kind.clone()]).skip(1);
    let by_scope = scope.filter_map(|word| area(word.text)).next();
    by_scope.or_else(|| object(&subject[kind.end..]))
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
    let next = words(after).next().filter(|it| it.is_joined());
    let previous = last_words(before);
    if is_other_sense(text, next.map(|it| it.text), previous[0]) {
        return Some(NotFix::OtherSense);
    }
    if !starts_with_ignoring_case(text, "fix")
        && !starts_with_ignoring_case(text, "hotfix")
        && !starts_with_ignoring_case(text, "bugfix")
    {
        return None;
    }
    let is_noun = text.eq_ignore_ascii_case("fix") || text.eq_ignore_ascii_case("fixes");
    let named_before = previous[0].and_then(noun).filter(|_| is_noun);
    named_before
        .map(|(reason, _)| reason)
        .or_else(|| object(after))
}

/// A word, and what stands between it and the one before.
#[derive(Clone, Copy, Debug)]
struct Word<'s> {
    gap: &'s str,
    text: &'s str,
}

impl Word<'_> {
    /// Whether it goes on from the word before: blanks, hyphens and quotes alone between them.
    fn is_joined(&self) -> bool {
        self.gap.chars().all(|it| " -/\"'`_*".contains(it))
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
        };
        rest = &tail[len..];
        Some(word)
    })
}

/// The word that directly precedes, if only a blank or hyphen stands between.
fn last_words(before: &str) -> [Option<&str>; 1] {
    let trimmed = before.strip_suffix([' ', '-']).unwrap_or("");
    let start = trimmed
        .rfind(|it: char| !it.is_alphanumeric())
        .map_or(0, |at| {
            at + trimmed[at..].chars().next().map_or(1, char::len_utf8)
        });
    [Some(&trimmed[start..]).filter(|it| !it.is_empty())]
}

fn starts_as_file(after: &str) -> bool {
    let mut chars = after.chars();
    chars.next() == Some('.') && chars.next().is_some_and(char::is_alphanumeric)
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    let bytes = text.as_bytes().get(..start.len());
    bytes.is_some_and(|bytes| bytes.eq_ignore_ascii_case(start.as_bytes()))
}

fn is_any(word: Option<&str>, known: &[&str]) -> bool {
    word.is_some_and(|word| known.iter().any(|it| it.eq_ignore_ascii_case(word)))
}

/// Whether a key word means something else together with its neighbours.
fn is_other_sense(word: &str, next: Option<&str>, previous: Option<&str>) -> bool {
    let is = |known: &[&str]| is_any(Some(word), known);
    if is(&["fixed"]) {
        is_any(
            next,
            &[
                "size",
                "sized",
                "point",
                "width",
                "length",
                "len",
                "string",
                "strings",
                "position",
                "number",
                "order",
                "rate",
                "seed",
                "precision",
                "amount",
                "offset",
                "interval",
            ],
        )
    } else if is(&["regression", "regressions"]) {
        is_any(
            next,
            &[
                "test",
                "tests",
                "testing",
                "suite",
                "testsuite",
                "model",
                "models",
            ],
        ) || is_any(previous, &["linear", "logistic", "ridge"])
    } else if is(&["fault", "faults"]) {
        is_any(
            next,
            &[
                "injection",
                "injector",
                "inject",
                "tolerance",
                "tolerant",
                "handler",
                "handling",
            ],
        ) || is_any(previous, &["page"])
    } else if is(&["crash"]) {
        is_any(
            next,
            &[
                "report",
                "reports",
                "reporter",
                "reporting",
                "dump",
                "dumps",
                "log",
                "logs",
                "recovery",
                "safe",
                "safety",
                "test",
                "tests",
                "handler",
                "course",
            ],
        )
    } else if is(&["bug", "bugs"]) {
        is_any(
            next,
            &[
                "report",
                "reports",
                "reporting",
                "reporter",
                "tracker",
                "template",
                "compat",
                "compatible",
                "bounty",
                "url",
                "link",
            ],
        )
    } else if is(&["fix", "fixes"]) {
        is_any(next, &["me", "availability"])
            || is_any(previous, &["auto", "safe", "unsafe", "quick", "suggested"])
    } else {
        false
    }
}

/// Words that end what is fixed ("fix crash | when …").
const STOPS: &[&str] = &[
    "in",
    "on",
    "at",
    "for",
    "with",
    "when",
    "if",
    "while",
    "after",
    "before",
    "during",
    "from",
    "of",
    "by",
    "to",
    "that",
    "which",
    "due",
    "because",
    "caused",
    "introduced",
    "under",
    "about",
    "where",
    "via",
    "so",
    "as",
    "not",
    "since",
    "without",
    "and",
    "or",
    "but",
    "s",
];

/// Words that stand for a fault after what it is in ("fix build | errors").
const FAULTS: &[&str] = &[
    "error",
    "errors",
    "failure",
    "failures",
    "issue",
    "issues",
    "problem",
    "problems",
    "breakage",
    "break",
    "breaks",
    "mistake",
    "mistakes",
    "nit",
    "nits",
    "link",
    "links",
    "flakiness",
    "again",
    "file",
    "files",
    "warning",
    "warnings",
    "violation",
    "violations",
    "script",
    "scripts",
    "run",
    "runs",
    "job",
    "jobs",
    "up",
];

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
            !word.is_joined() || is_any(Some(word.text), STOPS)
        };
        if ends {
            break;
        }
        match noun(word.text) {
            Some((reason, true)) => return Some(reason),
            Some((reason, false)) => head = Some(reason),
            None if is_any(Some(word.text), FAULTS) => {}
            None => head = None,
        }
    }
    head
}

/// What a noun stands for, and whether it decides wherever it stands.
fn noun(word: &str) -> Option<(NotFix, bool)> {
    let is = |known: &[&str]| is_any(Some(word), known);
    if is(&[
        "typo",
        "typos",
        "spelling",
        "misspelling",
        "misspellings",
        "misspelled",
        "grammar",
        "wording",
        "spello",
        "punctuation",
    ]) {
        Some((NotFix::Typo, true))
    } else if is(&[
        "whitespace",
        "whitespaces",
        "indentation",
        "indent",
        "indents",
        "indenting",
        "formatting",
        "codestyle",
    ]) {
        Some((NotFix::Format, true))
    } else if is(&[
        "lint",
        "linting",
        "lints",
        "linter",
        "clippy",
        "eslint",
        "rubocop",
        "pylint",
        "flake8",
        "checkstyle",
        "checkpatch",
        "pep8",
        "tslint",
        "golint",
        "shellcheck",
    ]) {
        Some((NotFix::Lint, true))
    } else if is(&[
        "docstring",
        "docstrings",
        "javadoc",
        "javadocs",
        "rustdoc",
        "changelog",
        "readme",
    ]) {
        Some((NotFix::Docs, true))
    } else if is(&["style", "cosmetic", "cosmetics"]) {
        Some((NotFix::Format, false))
    } else if is(&["comment", "comments"]) {
        Some((NotFix::Comment, false))
    } else if is(&[
        "doc",
        "docs",
        "documentation",
        "manpage",
        "manpages",
        "manual",
        "copyright",
        "copyrights",
        "license",
        "licence",
    ]) {
        Some((NotFix::Docs, false))
    } else if is(&[
        "build",
        "builds",
        "compile",
        "compilation",
        "ci",
        "travis",
        "appveyor",
        "makefile",
        "makefiles",
        "cmake",
        "packaging",
    ]) {
        Some((NotFix::Build, false))
    } else if is(&["warning", "warnings"]) {
        Some((NotFix::Lint, false))
    } else if is(&[
        "test",
        "tests",
        "testcase",
        "testcases",
        "unittest",
        "unittests",
        "selftest",
        "selftests",
    ]) || is_numbered_test(word)
    {
        Some((NotFix::Tests, false))
    } else {
        None
    }
}

/// What a part of the code stands for, if it is no code ("docs: …", `fix(ci)`).
fn area(word: &str) -> Option<NotFix> {
    let is = |known: &[&str]| is_any(Some(word), known);
    if is(&[
        "doc",
        "docs",
        "documentation",
        "readme",
        "changelog",
        "man",
        "manual",
        "javadoc",
        "website",
        "relnotes",
        "news",
        "blog",
    ]) {
        Some(NotFix::Docs)
    } else if is(&["comment", "comments"]) {
        Some(NotFix::Comment)
    } else if is(&[
        "t",
        "test",
        "tests",
        "testing",
        "selftest",
        "selftests",
        "spec",
        "specs",
        "e2e",
    ]) || is_numbered_test(word)
    {
        Some(NotFix::Tests)
    } else if is(&[
        "build",
        "ci",
        "cmake",
        "makefile",
        "configure",
        "travis",
        "appveyor",
        "github",
        "gha",
        "deps",
        "dependencies",
        "packaging",
        "autoconf",
        "autotools",
        "meson",
        "bazel",
    ]) {
        Some(NotFix::Build)
    } else if is(&["lint", "linting", "clippy", "eslint"]) {
        Some(NotFix::Lint)
    } else if is(&["style", "fmt", "whitespace", "cosmetic", "cosmetics"]) {
        Some(NotFix::Format)
    } else if is(&["typo", "typos", "spelling"]) {
        Some(NotFix::Typo)
    } else {
        None
    }
}

/// git's own tests: `t1234`, `t1234-name`.
fn is_numbered_test(word: &str) -> bool {
    let digits = word.strip_prefix('t').unwrap_or("");
    let digits = digits.split('-').next().unwrap_or(digits);
    digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}
