//! The words that tell what a subject says is fixed.

use super::NotFix;

/// Whether a word is one of the known, in any letter case.
pub(super) fn is_any(word: Option<&str>, known: &[&str]) -> bool {
    word.is_some_and(|word| known.iter().any(|it| it.eq_ignore_ascii_case(word)))
}

/// What a noun stands for, and whether it decides wherever it stands.
pub(super) fn noun(word: &str) -> Option<(NotFix, bool)> {
    let known = |words: &[&str]| is_any(Some(word), words);
    let row = NOUNS.iter().find(|(_, _, words)| known(words));
    row.map(|&(reason, decides, _)| (reason, decides))
        .or_else(|| is_numbered_test(word).then_some((NotFix::Tests, true)))
}

/// What a part of the code stands for, if it is no code ("docs: …", `fix(ci)`).
pub(super) fn area(word: &str) -> Option<NotFix> {
    let known = |words: &[&str]| is_any(Some(word), words);
    let row = AREAS.iter().find(|(_, words)| known(words));
    row.map(|&(reason, _)| reason)
        .or_else(|| is_numbered_test(word).then_some(NotFix::Tests))
}

/// Whether a key word means something else together with its neighbours.
pub(super) fn is_other_sense(word: &str, next: Option<&str>, previous: Option<&str>) -> bool {
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
        ) || is_any(previous, &["a", "an"])
    } else if is(&["regression", "regressions"]) {
        is_any(
            next,
            &[
                "test",
                "tests",
                "testing",
                "suite",
                "benchmark",
                "benchmarks",
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
    } else if is(&["leak", "leaks"]) {
        is_any(next, LEAK_TOOLS)
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

/// Words after "leak" that make it something that looks for leaks.
const LEAK_TOOLS: &[&str] = &[
    "check",
    "checks",
    "checker",
    "checking",
    "detection",
    "detector",
    "prevention",
    "protection",
    "sanitizer",
];

/// git's own tests: `t1234`, `t1234-name`.
fn is_numbered_test(word: &str) -> bool {
    let digits = word.strip_prefix('t').unwrap_or("");
    let digits = digits.split('-').next().unwrap_or(digits);
    digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Words after `fix:` that only say again that something is fixed.
pub(super) const MENDS: &[&str] = &[
    "fix", "fixes", "correct", "update", "repair", "resolve", "address", "silence", "improve",
    "the", "a", "broken", "some", "more",
];

/// Words between "in" and what it leads to ("an error in | the docs").
pub(super) const DETERMINERS: &[&str] = &["the", "a", "some", "its", "code", "inline", "source"];

/// Words that end what is fixed ("fix crash | when …").
pub(super) const STOPS: &[&str] = &[
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
pub(super) const FAULTS: &[&str] = &[
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

/// Nouns, what they stand for, and whether they decide wherever they stand.
const NOUNS: &[(NotFix, bool, &[&str])] = &[
    (
        NotFix::Typo,
        true,
        &[
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
        ],
    ),
    (
        NotFix::Format,
        true,
        &[
            "whitespace",
            "whitespaces",
            "indentation",
            "indent",
            "indents",
            "indenting",
            "formatting",
            "codestyle",
        ],
    ),
    (
        NotFix::Lint,
        false,
        &[
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
        ],
    ),
    (
        NotFix::Docs,
        true,
        &[
            "docstring",
            "docstrings",
            "javadoc",
            "javadocs",
            "rustdoc",
            "changelog",
            "readme",
        ],
    ),
    (NotFix::Format, false, &["style", "cosmetic", "cosmetics"]),
    (NotFix::Comment, false, &["comment", "comments"]),
    (
        NotFix::Docs,
        false,
        &[
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
        ],
    ),
    (
        NotFix::Build,
        false,
        &[
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
        ],
    ),
    (NotFix::Lint, false, &["warning", "warnings"]),
    (
        NotFix::Tests,
        false,
        &[
            "test",
            "tests",
            "testcase",
            "testcases",
            "unittest",
            "unittests",
            "selftest",
            "selftests",
        ],
    ),
];

/// Parts of the code that are no code.
const AREAS: &[(NotFix, &[&str])] = &[
    (
        NotFix::Docs,
        &[
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
        ],
    ),
    (NotFix::Comment, &["comment", "comments"]),
    (
        NotFix::Tests,
        &[
            "t",
            "test",
            "tests",
            "testing",
            "selftest",
            "selftests",
            "spec",
            "specs",
            "e2e",
        ],
    ),
    (
        NotFix::Build,
        &[
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
        ],
    ),
    (NotFix::Lint, &["lint", "linting", "clippy", "eslint"]),
    (
        NotFix::Format,
        &["style", "fmt", "whitespace", "cosmetic", "cosmetics"],
    ),
    (NotFix::Typo, &["typo", "typos", "spelling"]),
];
