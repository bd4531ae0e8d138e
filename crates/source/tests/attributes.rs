//! Which files `.gitattributes` leaves out: git is asked.

use risk_source::Exclusion;
use risk_testkit::{Dice, TestRepo};

/// Compares what we make of a `.gitattributes` with what `git check-attr` says, for each of the paths.
#[track_caller]
fn compare(repo: &TestRepo, attributes: &str, paths: &[String]) -> usize {
    repo.write(".gitattributes", attributes);
    let mut args = vec![
        "check-attr",
        "linguist-generated",
        "linguist-vendored",
        "--",
    ];
    args.extend(paths.iter().map(String::as_str));
    let said = repo.git(&args);
    let exclusion = Exclusion::new(attributes.as_bytes(), []).expect("there is no pattern");
    let mut lines = said.lines();
    let mut n_excluded = 0;
    for path in paths {
        let mut is_marked = false;
        for _ in 0..2 {
            let line = lines.next().expect("because git answers for each");
            let value = line.rsplit(": ").next().unwrap_or_default();
            is_marked |= matches!(value, "set" | "true");
        }
        let ours = exclusion.excludes(&path.as_str().into());
        assert_eq!(ours, is_marked, "{path} with\n{attributes}");
        n_excluded += usize::from(ours);
    }
    n_excluded
}

#[test]
fn lines_are_read_as_git_reads_them() {
    let repo = TestRepo::new();
    let paths = [
        "a.c",
        "gen/a.c",
        "gen/x/b.c",
        "b c.c",
        "a\tb",
        "x.min.js",
        "vendor/a.c",
        "#a",
        "!a",
        "é.c",
        "a*b",
        "ab/c",
        "axb/c",
        "a**",
        "f/ab/c",
    ];
    let paths = paths.map(str::to_owned);
    for text in [
        "*.c linguist-generated\ngen/** -linguist-generated\n",
        "*.c linguist-generated=true\na.c linguist-generated=false\ngen/* linguist-generated=yes",
        "*.c linguist-generated linguist-vendored\ngen/** !linguist-generated\nvendor/a.c -linguist-vendored -linguist-generated",
        "[attr]made linguist-generated -diff\n[attr]taken made -linguist-vendored\n*.c made\ngen/* -made\nvendor/* taken",
        "*.c made\n[attr]made linguist-generated\n[attr]made linguist-vendored=no\n*.js made",
        "*.c made\ngen/a.c made -linguist-generated\na.c -linguist-generated made\n[attr]made linguist-generated\n",
        "[attr]a b\n[attr]b a linguist-generated\n*.c a\n",
        "\"b c.c\" linguist-generated\n\"a\\tb\" linguist-generated\n\"\\303\\251.c\" linguist-generated\n",
        "\"open linguist-generated\n   *.js   linguist-generated   \r\n#a linguist-generated\n",
        "!a linguist-generated\n\\!a linguist-vendored\n\\#a linguist-vendored\n",
        "*.c -bad/name linguist-generated\n*.js =x linguist-generated\n",
        "*.c linguist-generated -linguist-generated\n*.js -linguist-generated linguist-generated\n",
        "\u{feff}*.c linguist-generated\n",
        "gen linguist-generated\nvendor/ linguist-generated\n/a.c linguist-generated\n",
        "a** linguist-generated\n",
        "f/a** linguist-generated\n",
        "f/a**/c linguist-generated\na?b/** linguist-generated\n",
        "a\\*b linguist-generated\n*\\*b linguist-vendored",
        "[attr] linguist-generated\n[attr]made* linguist-generated",
        "*.c text diff merge=union\n*.js filter=lfs\n",
    ] {
        compare(&repo, text, &paths);
    }
    let long = format!("*.c{}linguist-generated\n", " ".repeat(2_100));
    assert_eq!(compare(&repo, &long, &paths), 0);
}

#[test]
fn random_patterns_fit_what_git_says_that_they_fit() {
    let repo = TestRepo::new();
    let mut dice = Dice(20_260);
    let parts = [
        "a",
        "b",
        "ab",
        "*",
        "**",
        "?",
        "/",
        "/**/",
        "**/",
        "/**",
        "[ab]",
        "[!a]",
        "[^b]",
        "[a-c]",
        "[]a]",
        "[a\\]]",
        "[[:alpha:]]",
        "[[:odd:]]",
        "[[:x]",
        "[b-",
        "\\a",
        "\\*",
        ".",
        "[a-",
        "-]",
        "!",
        "***",
    ];
    let names = ["a", "b", "ab", "ba", "abc", "c", "*", "a.b", "]", "-"];
    let mut n_excluded = 0;
    for _ in 0..60 {
        let mut attributes = String::new();
        for _ in 0..=dice.below(3) {
            for _ in 0..=dice.below(6) {
                attributes += parts[dice.below(parts.len())];
            }
            attributes += [" linguist-generated\n", " -linguist-generated\n"][dice.below(5) / 4];
        }
        let paths: Vec<String> = (0..25)
            .map(|_| {
                let n = 1 + dice.below(4);
                let path: Vec<&str> = (0..n).map(|_| names[dice.below(names.len())]).collect();
                path.join("/")
            })
            .collect();
        n_excluded += compare(&repo, &attributes, &paths);
    }
    assert!(n_excluded > 100, "{n_excluded} fits test little");
}

#[test]
fn macros_lead_as_far_as_the_file_is_long() {
    let macros = (1..20_000).rev();
    let macros: Vec<String> = macros.map(|n| format!("[attr]m{n} m{}\n", n - 1)).collect();
    let mut attributes = macros.concat();
    attributes += "[attr]m0 linguist-generated\n*.rs m19999\n*.c m20000\n";
    let exclusion = Exclusion::new(attributes.as_bytes(), []).expect("there is no pattern");
    assert!(exclusion.excludes(&"a.rs".into()) && !exclusion.excludes(&"a.c".into()));
}
