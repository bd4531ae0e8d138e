use super::line_classes;
use crate::{Language, is_conditional};
use risk_change::LineClass::{self, Blank, Code};
use risk_change::RepoPath;

fn starts(text: &str) -> Vec<u32> {
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at as u32 + 1));
    if starts.last() == Some(&(text.len() as u32)) {
        starts.pop();
    }
    starts
}

/// `expected` has a letter a line: c(ode), b(lank), # (comment).
fn check(language: Language, text: &str, expected: &str) {
    let starts = starts(text);
    let letter = |class| match class {
        LineClass::Code => 'c',
        LineClass::Blank => 'b',
        LineClass::Comment => '#',
    };
    let all = 0..starts.len() as u32;
    let classes = line_classes(Some(language), text.as_bytes(), &starts, all.clone());
    let got: String = classes.iter().copied().map(letter).collect();
    assert_eq!(got, expected, "{language:?}\n{text}");
    // A line asked for alone, or with a few others, gets the same class.
    for line in all.clone() {
        let one = line_classes(Some(language), text.as_bytes(), &starts, [line].into_iter());
        assert_eq!(one, [classes[line as usize]], "line {line} of\n{text}");
    }
    let odd = line_classes(
        Some(language),
        text.as_bytes(),
        &starts,
        all.filter(|it| it % 2 == 1),
    );
    let expected: Vec<_> = classes.iter().skip(1).step_by(2).copied().collect();
    assert_eq!(odd, expected);
}

#[test]
fn block_comments_reach_over_lines() {
    check(Language::C, "/* a\n * b\n\n */\nint x;\n", "##b#c");
    check(Language::C, "int x; /* a\nb */\ny\n", "c#c");
    check(
        Language::C,
        "/* a */ int x;\n/* a */ /* b */\n/* a */ // b\n",
        "c##",
    );
    check(Language::C, "/* a\nb */ int x;\nb */ y;\n", "#cc");
    check(Language::C, "/* a\nb */ /* c\nd */\n", "###");
    check(Language::C, "// a\n   // b\nx // c\n", "##c");
    check(Language::C, "x; /* never closed\na\nb", "c##");
    check(Language::Rust, "/* a /* b */\nc */\nx\n", "##c");
    check(Language::C, "/* a /* b */\nc */\nx\n", "#cc");
    check(Language::Css, "a { }\n/* x\n*/\n", "c##");
    check(Language::Html, "<p>don't</p>\n<!-- a\nb -->\n<b>\n", "c##c");
    check(
        Language::Haskell,
        "x = 1 {- a\n{- b -}\nc -}\ny' = '\"'\n{- d\n-}\n",
        "c##c##",
    );
    check(Language::Lua, "--[[ a\nb\n]]\n-- c\nx = 1\n", "####c");
    check(Language::OCaml, "(* a (* b *)\n*)\nlet x\n", "##c");
    check(Language::Lisp, "#| a\n|#\n; b\n(x)\n", "###c");
    check(Language::PowerShell, "<# a\nb #>\n$x # c\n", "##c");
}

#[test]
fn delimiters_in_strings_and_line_comments_do_not_open() {
    check(Language::C, "x = \"/*\";\ny\n", "cc");
    check(Language::C, "x = \"\\\"/*\";\ny\n", "cc");
    check(Language::C, "// src/*.c\ny\n/* z */\n", "#c#");
    check(Language::C, "c = '\"'; /* a\nb */\n", "c#");
    check(Language::C, "c = '\\''; d = \"/*\"; /* a\nb */\n", "c#");
    check(Language::JavaScript, "glob('src/**/*.js')\ny\n", "cc");
    check(
        Language::JavaScript,
        "glob(`src/*`, \"a/*\") /* a\nb */\n",
        "c#",
    );
    check(Language::Rust, "fn f<'a>(x: &'a str) {} /* a\nb */\n", "c#");
    check(Language::Cpp, "int x = 1'000; /* a\nb */\n", "c#");
    check(Language::Python, "x = '\"\"\"'\ny\n# \"\"\"\nz\n", "cc#c");
    check(Language::Php, "#[Attr]\n# a\n// b\nx\n", "c##c");
}

#[test]
fn docstrings_are_comments_where_they_start_a_statement() {
    check(
        Language::Python,
        "def f():\n    \"\"\"Does.\n\n    More.\n    \"\"\"\n    return 1\n",
        "c#b##c",
    );
    check(Language::Python, "x = \"\"\"\na\n\"\"\"\ny\n", "cccc");
    check(
        Language::Python,
        "r'''a\nb'''\ny\n\"\"\"one\"\"\"\n\"\"\"a\"\"\".b()\n",
        "##c#c",
    );
}

#[test]
fn pods_are_whole_lines() {
    check(
        Language::Perl,
        "my $x\n  = 1;\n=pod\n\na\n\n=cut\ny;\n",
        "cc#b#b#c",
    );
    check(
        Language::Perl,
        "=head1 A\nb\n=cut\nx\n\n=item y\nz\n",
        "###cb##",
    );
    check(
        Language::Ruby,
        "=begin\na\n=end\nx\n=begin\n=end\ny = 1\n",
        "###c##c",
    );
    check(Language::Ruby, "x\n=beginning\ny\n", "ccc");
    check(Language::Perl, "=pod\na\n=cut", "###");
}

#[test]
fn line_comments_of_many_languages() {
    check(Language::Shell, "#!/bin/sh\n\n\t# a\nx # b\n", "#b#c");
    check(Language::Sql, "-- a\nSELECT 1;\n/* b\nc */\n", "#c##");
    check(Language::Batch, "REM a\n:: b\nremark\n", "##c");
    check(Language::Vim, "\" a\nset x\n", "#c");
    check(Language::M4, "dnl a\nAC_INIT\n", "#c");
    check(Language::Clojure, "; a\n(x)\n", "#c");
    check(Language::Markdown, "# Title\n<!-- a -->\n", "c#");
}

#[test]
fn without_a_language_lines_are_blank_or_code() {
    let text = b"# a\n\n \t\r\n/* b";
    let classes = line_classes(None, text, &[0, 4, 5, 9], 0..4);
    assert_eq!(classes, [Code, Blank, Blank, Code]);
}

#[test]
fn nothing_wanted_or_past_the_end_is_harmless() {
    assert!(line_classes(Some(Language::C), b"/*", &[0], std::iter::empty()).is_empty());
    assert_eq!(
        line_classes(Some(Language::C), b"", &[], [0, 7].into_iter()),
        [LineClass::Blank; 2]
    );
}

#[test]
fn one_long_line_of_false_delimiters_is_linear() {
    let text = format!("x = [{}];\ny\n", "\"/*\",".repeat(200_000));
    let starts = starts(&text);
    let classes = line_classes(Some(Language::JavaScript), text.as_bytes(), &starts, 0..2);
    assert_eq!(classes, [LineClass::Code; 2]);
}

#[test]
fn odd_texts_get_the_same_classes_however_they_are_asked_for() {
    const PARTS: &str = "\n~\n~\n~ ~/*~*/~//~\"~'~`~\\~\"\"\"~'''~<!--~-->~\n=begin~\n=end~\n=cut~{-~-}~#|~|#~--[[~]]~(*~*)~#~x~é~/";
    const EXTENSIONS: &str = "c rs js py rb pl html vue hs lua lisp ml pas php cmake d";
    let parts: Vec<&str> = PARTS.split('~').collect();
    let extensions: Vec<&str> = EXTENSIONS.split(' ').collect();
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..4_000 {
        let text: String = (0..next(40)).map(|_| parts[next(parts.len())]).collect();
        let path = format!("a.{}", extensions[next(extensions.len())]);
        let language = Language::of(&RepoPath::from(path.as_str()));
        let starts = starts(&text);
        let all = 0..starts.len() as u32;
        let classes = line_classes(language, text.as_bytes(), &starts, all.clone());
        for line in all {
            let one = line_classes(language, text.as_bytes(), &starts, [line].into_iter());
            assert_eq!(one, [classes[line as usize]], "{path} {line} of {text:?}");
            let bytes = &text.as_bytes()[starts[line as usize] as usize..];
            let _ = is_conditional(language, bytes);
        }
    }
}

#[test]
fn of_several_docstrings_on_a_line_only_the_first_is_a_comment() {
    for (text, class) in [
        ("\"\"\"a\"\"\"\nx\n", LineClass::Comment),
        ("\"\"\"a\"\"\" \"\"\"b\n\"\"\"\n", LineClass::Comment),
        ("x = \"\"\"a\"\"\" \"\"\"b\nc\n\"\"\"\n", LineClass::Code),
        ("r\"\"\"a\"\"\"\n\"\"\"b\nc\"\"\"\n", LineClass::Comment),
    ] {
        let path = RepoPath::from("a.py");
        let classes = line_classes(Language::of(&path), text.as_bytes(), &starts(text), 0..2);
        assert_eq!(classes[0], class, "{text}");
    }
}

#[test]
fn a_long_line_of_docstrings_is_read_once() {
    let text = "\"\"\"a\"\"\"".repeat(400_000) + "\nx\n";
    let path = RepoPath::from("a.py");
    let starts = starts(&text);
    let classes = line_classes(
        Language::of(&path),
        text.as_bytes(),
        &starts,
        [1].into_iter(),
    );
    assert_eq!(classes, [LineClass::Code]);
}
