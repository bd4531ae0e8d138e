//! Inputs that are long, deep or repeat themselves: what is read in a second must not take hours, nor end the process.
//!
//! A stack that overflows, or memory that runs out, cannot be caught: the test then ends with a signal.

use risk_fuzz::Target;
use std::time::{Duration, Instant};

/// What takes seconds on a busy machine without optimisation; what is quadratic takes hours.
const MOST: Duration = Duration::from_secs(60);

#[track_caller]
#[expect(clippy::disallowed_methods, reason = "what takes hours is to be found")]
fn runs(name: &str, input: impl AsRef<[u8]>) {
    let begun = Instant::now();
    Target::run(name, input.as_ref());
    let took = begun.elapsed();
    println!(
        "{name:12} {:9} bytes {:6} ms",
        input.as_ref().len(),
        took.as_millis()
    );
    assert!(
        took < MOST,
        "{name} takes {took:?} for {} bytes",
        input.as_ref().len()
    );
}

/// Three parts, split as a target splits them.
fn parts(all: &[&[u8]]) -> Vec<u8> {
    all.join(&[0xff][..])
}

#[test]
fn macros_of_macros_are_followed_once_each() {
    let mut text = String::new();
    for n in (1..60_000).rev() {
        text += &format!("[attr]m{n} m{}\n", n - 1);
    }
    text += "[attr]m0 linguist-generated\n*.rs m59999\n";
    runs("attributes", parts(&[text.as_bytes(), b"", b"a.rs\nb.c"]));
    let ring = "[attr]a b\n[attr]b a linguist-vendored\n* a\n".repeat(2_000);
    runs("attributes", parts(&[ring.as_bytes(), b"", b"a.rs"]));
}

#[test]
fn patterns_take_little_more_than_their_bytes() {
    for sign in ["?", "*", "[a]", "**/", "\\x"] {
        let line = sign.repeat(1_900 / sign.len()) + "x linguist-generated\n";
        let text = line.repeat(4_000);
        runs("attributes", parts(&[text.as_bytes(), b"", &[b'a'; 300]]));
        let pattern = sign.repeat(20_000 / sign.len()) + "x";
        runs(
            "attributes",
            parts(&[b"", pattern.as_bytes(), &[b'a'; 2_000]]),
        );
    }
}

#[test]
fn source_is_read_once() {
    let names = [
        "a.py", "a.rs", "a.c", "a.hs", "a.rb", "a.pl", "a.lua", "a.html", "a.php", "a.jl", "a.ex",
        "a.ml",
    ];
    let texts = [
        "\"\"\"a\"\"\"".repeat(300_000) + "\nx\n\"\"\"y\n",
        " ".repeat(1 << 20) + &"'''a'''".repeat(150_000) + "\nx\n",
        "/*".repeat(1 << 20) + "\nx\n",
        "/* */".repeat(400_000) + "\nx\n",
        "{-".repeat(1 << 20) + &"-}".repeat(1 << 19) + "\nx\n",
        "(*".repeat(1 << 20) + &"*)".repeat(1 << 20) + "\nx\n",
        "\n=pod\n".repeat(300_000) + "\nx\n",
        "\n=begin\n=end".repeat(200_000) + "\nx\n",
        "'".repeat(1 << 21) + "\n/*\n",
        "\"\\".repeat(1 << 20) + "/*\nx\n",
        "// /*".repeat(300_000) + "\nx\n",
        "<!--".repeat(400_000) + "\n--[[\n",
        "if && || ? ".repeat(200_000),
        " \t".repeat(1 << 20),
        "\n".repeat(1 << 20),
    ];
    for name in names {
        for text in &texts {
            runs("source", parts(&[name.as_bytes(), text.as_bytes()]));
        }
    }
}

#[test]
fn versions_that_have_little_in_common_are_compared() {
    let lines = |first: u32, n: u32, step: u32| -> String {
        (0..n)
            .map(|at| format!("{}\n", first.wrapping_add(at.wrapping_mul(step)) % 50_021))
            .collect()
    };
    let (up, down) = (lines(0, 60_000, 7_919), lines(13, 60_000, 40_009));
    runs("lines", parts(&[b"a.c", up.as_bytes(), down.as_bytes()]));
    let (many, other) = ("a\nb\n".repeat(60_000), "b\na\nc\n".repeat(40_000));
    runs("lines", parts(&[b"a.c", many.as_bytes(), other.as_bytes()]));
    let (wide, wider) = ("x".repeat(4 << 20), "x".repeat(4 << 20) + "\n");
    runs("lines", parts(&[b"a.c", wide.as_bytes(), wider.as_bytes()]));
    let (bare, indented) = ("}\n".repeat(60_000), "  }\n".repeat(60_000));
    runs(
        "lines",
        parts(&[b"a.c", bare.as_bytes(), indented.as_bytes()]),
    );
    runs("similarity", parts(&[many.as_bytes(), other.as_bytes()]));
}

#[test]
fn what_is_deep_is_refused() {
    for open in [
        "[",
        "{\"issues\":[",
        "{\"labels\":[",
        "{\"a\":",
        "[[{\"fields\":{\"labels\":[",
    ] {
        runs("issues", open.repeat(200_000));
        runs("prior", open.repeat(200_000));
        runs("labels", open.repeat(200_000));
    }
    runs("settings", format!("exclude = {}", "[".repeat(200_000)));
    runs("settings", "a = {b = ".repeat(100_000));
    runs("settings", "a.".repeat(100_000) + "a = 1");
    runs("settings", format!("[{}]\n", "a.".repeat(100_000) + "a"));
    runs("settings", "[[a]]\n".repeat(100_000));
}

#[test]
fn what_is_long_is_read_in_a_moment() {
    runs(
        "settings",
        (0..60_000)
            .map(|n| format!("k{n} = 1\n"))
            .collect::<String>(),
    );
    runs(
        "settings",
        format!("exclude = [{}]", "\"a*b\", ".repeat(20_000)),
    );
    runs(
        "settings",
        format!("bots = [\n{}]", "\"a*b\",\n".repeat(20_000)),
    );
    runs("hook", " ".repeat(2 << 20));
    runs("hook", "a b c d\n".repeat(200_000));
    runs("mailmap", "<".repeat(1 << 20) + &">".repeat(1 << 20));
    runs(
        "mailmap",
        (0..100_000)
            .map(|n| format!("N <n@x> O{n} <o@x>\n"))
            .collect::<String>(),
    );
    runs("note", "Risk-Why: x\n".to_owned() + &" y\n".repeat(300_000));
    runs("labels", "{}\n".repeat(300_000));
    runs(
        "shown",
        "git-risk shown 1\n".to_owned() + &"a b told\n".repeat(200_000),
    );
    let parents = format!("parent {}\n", "a".repeat(40)).repeat(60_000);
    runs("commit", format!("tree {}\n{parents}\n\nx", "a".repeat(40)));
    runs("commit", "x".repeat(4 << 20));
    runs(
        "issues",
        "key,type\n".to_owned() + &"A-1,bug\n".repeat(200_000),
    );
    runs(
        "issues",
        "key,type,".to_owned() + &"labels,".repeat(100_000),
    );
    runs(
        "issues",
        format!(
            "[{{\"key\":\"A-1\",\"type\":\"{}\"}}]",
            "a,".repeat(300_000)
        ),
    );
    runs(
        "report",
        parts(&[
            "\u{1b}\u{202e}<".repeat(100_000).as_bytes(),
            b"",
            b"",
            &[b'/'; 9_000],
        ]),
    );
}

#[test]
fn messages_are_read_once_whatever_they_hold() {
    for part in [
        "#1 ",
        "> ",
        "Fixes #1\n",
        "Revert \"",
        "fix",
        "(#12)",
        "a/",
        "ABC-123 ",
        "bug 123 ",
        "http://x/issues/1 ",
        "```\n",
        "This reverts commit ",
        "\n\n",
        "fixup! ",
        "\"",
        "aaaaaaaa ",
        "0123456789abcdef",
        "Fixes: 01234567 (\"",
        "-",
        ":",
    ] {
        runs("messages", part.repeat((1 << 20) / part.len()));
    }
}

#[test]
fn patterns_that_would_take_much_are_refused() {
    for pattern in [
        "((a{1000}){1000}){1000}",
        "\\w{900}",
        "(\\pL{200}|x){50}",
        &"(".repeat(100_000),
        &"a|".repeat(50_000),
        &"(a?){60}".repeat(40),
        "(a*)*(a*)*(a*)*b",
        &"[a-z]".repeat(20_000),
    ] {
        let message = "a".repeat(60_000);
        runs("messages", parts(&[message.as_bytes(), pattern.as_bytes()]));
        for key in ["risk.fixesWords", "risk.issuesPatterns"] {
            runs("configured", parts(&[key.as_bytes(), pattern.as_bytes()]));
        }
    }
}
