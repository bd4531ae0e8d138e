//! Rules of the house that no compiler checks: sizes, names, markers and vocabulary.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file, in lines. Aim at half of it.
const MAX_LINES: usize = 600;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &[
    "util", "utils", "common", "helper", "helpers", "misc", "types",
];

/// Words for which `docs/glossary.md` has a better one.
const FOREIGN_WORDS: &[&str] = &[
    "bic", "buggy", "culprit", "culprits", "entrophy", "suspect", "suspects", "szz2",
];

/// Markers of unfinished work, put together so that this file does not hold them.
const MARKERS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("X", "XX"),
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
];

struct Source {
    /// From the root of the workspace.
    path: PathBuf,
    text: String,
}

impl Source {
    fn at(&self, line: usize) -> String {
        format!("{}:{}", self.path.display(), line + 1)
    }

    /// Whether it is shipped: below `src`, or part of the binary.
    fn is_shipped(&self) -> bool {
        self.path.starts_with("crates/cli") || self.path.iter().any(|part| part == "src")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("because this crate is two levels below the root")
}

/// All Rust files of the workspace, in ascending order of path.
fn sources() -> Vec<Source> {
    let root = root();
    let mut pending = vec![root.join("crates"), root.join("tests")];
    let mut paths = BTreeSet::new();
    while let Some(dir) = pending.pop() {
        let Ok(entries) = fs::read_dir(&dir) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("because the directory is readable").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                paths.insert(path);
            }
        }
    }
    assert!(paths.len() > 10, "no sources below {}", root.display());
    paths
        .into_iter()
        .map(|path| Source {
            text: fs::read_to_string(&path).expect("because sources are UTF-8"),
            path: path
                .strip_prefix(&root)
                .expect("because it was found below the root")
                .to_owned(),
        })
        .collect()
}

/// Fails with all findings at once.
fn expect_none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n  {}", findings.join("\n  "));
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `marker` is in `line` and is not part of a longer word.
fn has_word(line: &str, marker: &str) -> bool {
    line.match_indices(marker).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + marker.len()..].chars().next();
        !before.is_some_and(is_word_part) && !after.is_some_and(is_word_part)
    })
}

/// The code of a line: nothing from a comment or the first string on.
fn code(line: &str) -> &str {
    let end = line.find("//").unwrap_or(line.len());
    let end = line[..end].find('"').unwrap_or(end);
    &line[..end]
}

/// The words of all identifiers in `code`, in lower case: `FixLink` and `fix_link` are `fix` and `link`.
fn words(code: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous = ' ';
    for c in code.chars() {
        let starts_word = c.is_uppercase() && previous.is_lowercase();
        if !c.is_alphanumeric() || starts_word {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            let word = words
                .last_mut()
                .expect("because the list starts with a word");
            word.extend(c.to_lowercase());
        }
        previous = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Calls `check` with each line of each source and gathers where it says that something is wrong.
fn lines_where(check: impl Fn(&Source, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources() {
        for (number, line) in source.text.lines().enumerate() {
            if check(&source, line) {
                found.push(format!("{}: {}", source.at(number), line.trim()));
            }
        }
    }
    found
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = sources()
        .iter()
        .map(|source| (source, source.text.lines().count()))
        .filter(|(_, n_lines)| *n_lines > MAX_LINES)
        .map(|(source, n_lines)| format!("{} has {n_lines} lines", source.path.display()))
        .collect();
    expect_none("split these files by their nouns", &long);
}

#[test]
fn no_file_is_nested_too_deep() {
    let deep: Vec<String> = sources()
        .iter()
        .filter(|source| {
            let mut parts = source.path.iter().skip_while(|part| *part != "src");
            parts.next().is_some() && parts.count() > 2
        })
        .map(|source| source.path.display().to_string())
        .collect();
    expect_none("at most src/x/y.rs", &deep);
}

#[test]
fn no_file_or_module_has_an_empty_name() {
    let mut found = lines_where(|_, line| {
        let code = code(line);
        EMPTY_NAMES
            .iter()
            .any(|name| has_word(code, &format!("mod {name}")))
    });
    for source in sources() {
        let stem = source.path.with_extension("");
        if stem
            .iter()
            .any(|part| EMPTY_NAMES.iter().any(|name| part == *name))
        {
            found.push(source.path.display().to_string());
        }
    }
    expect_none("name it after what it holds", &found);
}

#[test]
fn nothing_is_left_unfinished() {
    let found = lines_where(|_, line| MARKERS.iter().any(|marker| has_word(line, marker)));
    expect_none("finish it, or write an issue", &found);
}

#[test]
fn a_test_is_ignored_only_with_a_reason() {
    let found = lines_where(|_, line| line.trim_start().starts_with(concat!("#[ig", "nore]")));
    expect_none("write #[ignore = \"the reason\"]", &found);
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    let allowed = lines_where(|_, line| {
        let line = line.trim_start();
        line.starts_with("#[allow(") || line.starts_with("#![allow(")
    });
    expect_none("write #[expect(lint, reason = \"…\")]", &allowed);
    let mut unreasoned = Vec::new();
    for source in sources() {
        for (at, _) in source.text.match_indices("[expect(") {
            let start = source.text[..at].rfind('\n').map_or(0, |end| end + 1);
            let opens = source.text[start..at].trim();
            let attribute = source.text[at..].split(")]").next().unwrap();
            if (opens == "#" || opens == "#!") && !attribute.contains("reason = ") {
                let line = source.text[..at].lines().count().saturating_sub(1);
                unreasoned.push(source.at(line));
            }
        }
    }
    expect_none("give the reason of each exception", &unreasoned);
}

#[test]
fn the_words_are_those_of_the_glossary() {
    let found = lines_where(|source, line| {
        source.is_shipped()
            && words(code(line))
                .iter()
                .any(|word| FOREIGN_WORDS.contains(&word.as_str()))
    });
    expect_none("docs/glossary.md has a word for this", &found);
}

#[test]
fn every_crate_begins_with_its_story() {
    let silent: Vec<String> = sources()
        .iter()
        .filter(|source| source.path.ends_with("src/lib.rs") || source.path.ends_with("main.rs"))
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path.display().to_string())
        .collect();
    expect_none("begin the crate with //!", &silent);
}

#[test]
fn identifiers_are_taken_apart() {
    assert_eq!(
        words("pub fn is_buggyChange(x: FixLink)"),
        ["pub", "fn", "is", "buggy", "change", "x", "fix", "link"]
    );
    assert_eq!(words(code("let x = \"buggy\"; // suspect")), ["let", "x"]);
    assert!(has_word("mod util;", "mod util"));
    assert!(!has_word("mod utility;", "mod util"));
}
