use super::{Evidence, Explanation, FixRules, Named, NotFix};
use risk_change::{
    Author, Change, ChangeId, Edit, FileChange, FileKind, FileStatus, Hunk, Issue, IssueKind,
    Issues, LineClass, RepoPath, Shape, Timestamp,
};
use std::sync::Arc;

fn file(path: &str, deleted: &[LineClass], shape: Shape, n_added: u32) -> FileChange {
    let hunk = Hunk {
        old_start: 3,
        old_len: deleted.len() as u32,
        new_start: 3,
        new_len: n_added,
    };
    FileChange {
        path: RepoPath::from(path),
        old_path: None,
        status: FileStatus::Modified,
        kind: FileKind::Text,
        old_lines: 20,
        new_lines: 20 + n_added - deleted.len() as u32,
        edit: Arc::new(Edit {
            hunks: vec![hunk],
            deleted: deleted.to_vec(),
            respaced: Vec::new(),
            shape,
        }),
        other_parents: Vec::new(),
        trace: None,
    }
}

pub(super) fn code(path: &str) -> FileChange {
    file(path, &[LineClass::Code], Shape::default(), 1)
}

pub(super) fn change(message: &str, files: Vec<FileChange>) -> Change {
    let id = |n: u8| ChangeId::from_bytes(&[n; 20]).expect("20 bytes are an id");
    Change {
        id: id(9),
        parents: vec![id(1)],
        author: Author {
            name: "A".into(),
            email: "a@x".into(),
        },
        authored_at: Timestamp(0),
        committed_at: Timestamp(0),
        message: message.to_owned(),
        files,
    }
}

fn explain(message: &str) -> Explanation {
    FixRules::default().explain(&change(message, vec![code("src/a.c")]))
}

fn named(message: &str) -> Vec<(Option<String>, Option<String>, Evidence)> {
    let fix = explain(message).into_fix().expect(message);
    let parts = |it: Named| (it.prefix, it.subject, it.evidence);
    fix.named.into_iter().map(parts).collect()
}

#[test]
fn key_words_of_the_subject_make_fixes() {
    for subject in [
        "net: fix null deref",
        "Fixed #123 -- Made the admin work",
        "Fixes #12345",
        "Fix crash in docs generator",
        "fix segfault on empty input",
        "Bug 1234567 - Do not drop frames. r=me",
        "bugfix: wrong sign",
        "HADOOP-1234. Fixed race in namenode",
        "Hotfix for login",
        "parser: handle regression with empty lists",
        "avoid crash when the index is empty",
        "crash: check the pointer",
        "Fix typo which caused crash",
        "fix test helper crash",
        "fix the doc generator",
        "fix race in build index",
        "format-patch: fix crash with --base",
        "lib/test.c: fix leak of buffer",
        "fix: the thing",
        "fix(net)!: the thing",
        "[backport] fix: the thing",
        ":bug: fix: the thing",
        "FIX BUG",
        "null-deref fix",
        "Add checks to fix bug in fixed-size buffers",
        "fix compiler bug with generics",
        "Fixing memory leak",
        "update test and fix leak in core",
        "fix docs generator crash",
        "fix(pydocstyle): avoid trimming docstring if it starts with a quote",
        "Fix pylint rule for empty lists",
        "Fix merge conflict markers detection",
        "multi: avoid memory-leak risk",
        "http: avoid possible NULL dereference",
        "null-deref on empty input",
        "Plug leaks of handles",
        "prevent a use-after-free in the pool",
        "avoid deadlock when both ends close",
        "Double free on error, gone",
        "check for out-of-bounds index",
        "fix(compile): `build.warnings=allow` should not hide denied lints",
        "fix `docs.rs` links that lead nowhere",
        "Fix `cargo fix` when nothing changed",
        "refactor(fix): mend the crash on exit",
        "fix language in comments of the parser",
        "fix crash in tests.rs reader",
        "fix errors in the build",
        "fix test \"a\" crash",
    ] {
        let fix = explain(subject).into_fix();
        let fix = fix.unwrap_or_else(|| panic!("{subject}: {}", explain(subject)));
        assert!(fix.strongest() >= Evidence::Conventional, "{subject}");
        assert!(fix.named.is_empty() && !fix.why.is_empty(), "{subject}");
    }
}

#[test]
fn other_subjects_do_not_and_say_why() {
    use NotFix::{
        Build, Comment, Docs, Fixup, Format, Lint, Merge, NoEvidence, OtherSense, Reapply, Tests,
        Typo,
    };
    for (subject, reason) in [
        ("add prefix handling", NoEvidence),
        ("set default values", NoEvidence),
        ("debug output for suffixes", NoEvidence),
        ("", NoEvidence),
        ("handle fixup commits", NoEvidence),
        ("use fixtures in core", NoEvidence),
        ("add fixed-size buffers", OtherSense),
        ("take a fixed pattern", OtherSense),
        ("revert: check for a dirty index", NoEvidence),
        ("support fixed point numbers", OtherSense),
        ("add a regression test for frames", OtherSense),
        ("add page fault counters", OtherSense),
        ("add memory leak detection", OtherSense),
        ("support a leak sanitizer", OtherSense),
        ("refactor(fix): split report from suggestion", OtherSense),
        ("feat(bug)!: say more", OtherSense),
        ("fix language in comments", Comment),
        ("tool: fix wrong name in the code comment (#12)", Comment),
        ("mention the crash in the docs", Docs),
        ("Fixed wrong numbers in documentation", Docs),
        ("fix memory leak in t1234", Tests),
        ("avoid a leak in some tests", Tests),
        (
            "fix compiler warning \"enumerated type mixed with another\"",
            Lint,
        ),
        ("add fault injection", OtherSense),
        ("write crash reports to a file", OtherSense),
        ("update bug report template", OtherSense),
        ("move src/fix.c to lib", OtherSense),
        ("see https://bugs.example.org/x", OtherSense),
        ("Merge branch 'fix/x' into main", Merge),
        ("Merge pull request #12 from a/fix-crash", Merge),
        ("fixup! net: fix null deref", Fixup),
        ("squash! fix crash", Fixup),
        ("fix typo", Typo),
        ("Fix a few typos in error messages", Typo),
        ("net: typo fix", Typo),
        ("fix typo s/teh/the/", Typo),
        ("Spelling fixes", Typo),
        ("fix(docs): the thing", Docs),
        ("fix: typo in the name", Typo),
        ("fix: correct the docstring", Docs),
        ("fix: build on windows", Build),
        ("add a regression-benchmark", OtherSense),
        ("docs: fix broken link", Docs),
        ("doc/api: fix example", Docs),
        ("fix documentation of frames", Docs),
        ("doc fixes", Docs),
        ("Fix docs links", Docs),
        ("fix comment", Comment),
        ("test: fix flaky check", Tests),
        ("t1234: fix setup", Tests),
        ("t/test-lib: fix quoting", Tests),
        ("fix failing tests on windows", Tests),
        ("Fix flaky test t1234", Tests),
        ("test fixes", Tests),
        ("fix build with gcc 12", Build),
        ("Fix the windows build", Build),
        ("ci: fix cache key", Build),
        ("fix(ci): cache key", Build),
        ("build fix for solaris", Build),
        ("fix build failure on mac", Build),
        ("fix compile errors", Build),
        ("fix compiler warnings", Lint),
        ("fix clippy lints", Lint),
        ("fix whitespace", Format),
        ("Fix indentation in parser", Format),
        ("style: fix braces", Format),
        ("Reapply \"fix crash\"", Reapply),
        ("Revert \"Revert \"fix crash\"\"", Reapply),
    ] {
        match explain(subject) {
            Explanation::NotFix { reason: got, .. } => assert_eq!(got, reason, "{subject}"),
            Explanation::Fix(fix) => panic!("{subject} is no fix: {fix:?}"),
        }
    }
}

#[test]
fn bodies_count_only_where_they_close_an_issue_or_name_a_change() {
    for body in [
        "Fixes #123",
        "Fixes: #123",
        "  fixed #4",
        "Bug: https://example.org/1",
        "Fixes https://example.org/1",
        "Fixes issue #5",
        "Fixes PROJ-12",
        "Fixes owner/name#12",
        "Fix #12, close #13",
    ] {
        let fix = explain(&format!("handle empty frames\n\n{body}\n")).into_fix();
        let fix = fix.unwrap_or_else(|| panic!("{body}"));
        assert_eq!(fix.evidence, [Evidence::Keyword], "{body}");
    }
    for body in [
        "This was a bug once, and it is fixed.",
        "We fix this later. Closes #12",
        "Bug: 1234",
        "Reported-by: Bug Hunter <bug@example.org>",
        "The flag introduced in 1234abcd5678 is used.",
        "Fixes the layout of frames.",
        "See the report: caused by defaced words",
    ] {
        let message = format!("handle empty frames\n\n{body}\n");
        assert_eq!(explain(&message).into_fix(), None, "{body}");
    }
    assert!(matches!(
        explain("docs: say more\n\nFixes #12"),
        Explanation::NotFix {
            reason: NotFix::Docs,
            ..
        }
    ));
}

#[test]
fn trailers_and_prose_name_what_they_repair() {
    let trailer = |prefix: &str| (Some(prefix.to_owned()), None, Evidence::Trailer);
    for (message, prefixes) in [
        ("net: x\n\nFixes: 1234abcd5678", vec!["1234abcd5678"]),
        ("net: x\n\nfixes: commit 1234ABC", vec!["1234abc"]),
        (
            "net: x\n\nFixes: 1234abc, 5678def",
            vec!["1234abc", "5678def"],
        ),
        (
            "net: x\n\nFixes: 1234abc\nFixes: 5678def\nFixes: 1234abc",
            vec!["1234abc", "5678def"],
        ),
        ("x\n\nThis is a regression in 1234abc.", vec!["1234abc"]),
        (
            "x\n\nThe crash was introduced by commit\n1234abc (y, 2012).",
            vec!["1234abc"],
        ),
        ("fix y\n\nIt was introduced in 1234abc.", vec!["1234abc"]),
        ("x\n\nCaused by 1234abc and no one saw.", vec!["1234abc"]),
        ("x\n\nIt is broken since 1234abc.", vec!["1234abc"]),
        ("x\n\nRegressed-by: 1234abc", vec!["1234abc"]),
    ] {
        let expected: Vec<_> = prefixes.into_iter().map(trailer).collect();
        assert_eq!(named(message), expected, "{message}");
    }
    let message = "net: x\n\nFixes: 1234abcd5678 (\"net: add \"y\"\")\nCc: z";
    let subject = "net: add \"y\"".to_owned();
    let expected = (
        Some("1234abcd5678".to_owned()),
        Some(subject),
        Evidence::Trailer,
    );
    assert_eq!(named(message), [expected]);
    // The commands of a message that is a fix by its words, too, are all kept, strongest first.
    let fix = explain("net: fix x\n\nFixes: 1234abc").into_fix();
    let fix = fix.expect("two kinds of evidence");
    assert_eq!(fix.evidence, [Evidence::Trailer, Evidence::Keyword]);
    assert_eq!(fix.why, "Fixes: 1234abc");
}

#[test]
fn reverts_name_what_they_take_back() {
    let id = |prefix: &str| Some(prefix.to_owned());
    let subject = |text: &str| Some(text.to_owned());
    let back = Evidence::Revert;
    for (message, expected) in [
        (
            "Revert \"fix x\"\n\nThis reverts commit 1234abc.",
            vec![(id("1234abc"), subject("fix x"), back)],
        ),
        (
            "Revert \"x \"y\" z\"",
            vec![(None, subject("x \"y\" z"), back)],
        ),
        ("Revert \"x\" (#12)", vec![(None, subject("x"), back)]),
        ("net: Revert \"x\"", vec![(None, subject("x"), back)]),
        ("revert: feat: x", vec![(None, subject("feat: x"), back)]),
        ("Revert 1234abc", vec![(id("1234abc"), None, back)]),
        (
            "Revert commits 1234abc and 5678def",
            vec![(id("1234abc"), None, back), (id("5678def"), None, back)],
        ),
        (
            "undo x\n\nThis partially reverts commit 1234abc,\nfor y.",
            vec![(id("1234abc"), None, back)],
        ),
        (
            "Revert \"Merge x\"\n\nThis reverts commit 1234abc, reversing\nchanges made to 5678def.",
            vec![(id("1234abc"), subject("Merge x"), back)],
        ),
        (
            "Backed out changeset 1234abcd5678 (bug 12)",
            vec![(id("1234abcd5678"), None, back)],
        ),
        ("Back out 1234abc", vec![(id("1234abc"), None, back)]),
        (
            "Backed out 2 changesets (bug 1)\n\nBacked out changeset 1234abc\nBacked out changeset 5678def",
            vec![(id("1234abc"), None, back), (id("5678def"), None, back)],
        ),
        ("Back out the new cache", vec![]),
    ] {
        assert_eq!(named(message), expected, "{message}");
        let fix = explain(message).into_fix().expect(message);
        assert_eq!(fix.evidence, [back], "{message}");
    }
}

#[test]
fn files_exclude_what_messages_claim() {
    use LineClass::{Blank, Code, Comment};
    let comments = Shape {
        added_comments: 1,
        added_blanks: 1,
        ..Shape::default()
    };
    let mut respaced = code("a.c");
    respaced.edit = Arc::new(Edit {
        respaced: vec![(3, 3)],
        ..(*respaced.edit).clone()
    });
    let mut mode = code("a.c");
    mode.status = FileStatus::ModeChanged;
    mode.edit = Arc::default();
    let mut python = respaced.clone();
    python.path = RepoPath::from("a.py");
    for (files, reason) in [
        (vec![python], None),
        (
            vec![code("README.md"), code("docs/a.c")],
            Some(NotFix::OnlyDocs),
        ),
        (
            vec![code("t/a.sh"), code("src/test/A.java")],
            Some(NotFix::OnlyTests),
        ),
        (vec![code("Makefile")], Some(NotFix::OnlyBuild)),
        (
            vec![code("README.md"), code("tests/a.c")],
            Some(NotFix::OnlySupport),
        ),
        (
            vec![file("a.c", &[Comment, Blank], comments, 2)],
            Some(NotFix::OnlyCosmetic),
        ),
        (
            vec![file("a.c", &[Comment], comments, 2), code("README")],
            Some(NotFix::OnlyCosmetic),
        ),
        (vec![respaced.clone()], Some(NotFix::OnlyCosmetic)),
        (vec![mode], Some(NotFix::Empty)),
        (Vec::new(), Some(NotFix::Empty)),
        (vec![file("a.c", &[Comment, Code], comments, 2)], None),
        (vec![file("a.c", &[Comment], comments, 3)], None),
        (vec![respaced, code("b.c")], None),
        (vec![code("config.yml")], None),
        (vec![code("README.md"), code("a.c")], None),
    ] {
        let change = change("fix crash", files);
        match (FixRules::default().explain(&change), reason) {
            (Explanation::Fix(_), None) => {}
            (
                Explanation::NotFix {
                    reason: got,
                    matched,
                },
                Some(reason),
            ) => {
                assert_eq!(got, reason, "{:?}", change.files);
                assert_eq!(matched.as_deref(), Some("fix"));
            }
            (got, _) => panic!("{reason:?} expected, not {got}"),
        }
    }
    // A named change stands for more than the kind of file.
    let strong = change("x\n\nFixes: 1234abc", vec![code("Makefile")]);
    assert!(FixRules::default().classify(&strong).is_some());
}

#[test]
fn merges_are_no_fixes_whatever_they_say() {
    let mut merge = change("fix crash", vec![code("a.c")]);
    merge.parents.push(merge.id);
    let explanation = FixRules::default().explain(&merge);
    assert_eq!(explanation.to_string(), "no fix: it is a merge (fix)");
}

#[test]
fn explanations_read_well() {
    for (message, text) in [
        ("net: fix x", "fix: has a key word (fix)"),
        (
            "x\n\nFixes: 1234abc (\"y\")",
            "fix: names the change it repairs (Fixes: 1234abc (\"y\"))",
        ),
        ("add x", "no fix: nothing in its message says so"),
        ("fix typos", "no fix: it mends spelling (fix)"),
    ] {
        assert_eq!(explain(message).to_string(), text);
    }
}

#[test]
fn key_words_can_be_chosen_and_must_be_patterns() {
    let rules = FixRules::with_keywords("corrige[rs]?").expect("this is a pattern");
    assert!(
        rules
            .classify(&change("Corriger le calcul", vec![code("a.c")]))
            .is_some()
    );
    assert!(
        rules
            .classify(&change("fix it", vec![code("a.c")]))
            .is_none()
    );
    assert!(FixRules::with_keywords("(").is_err());
}

#[test]
fn odd_text_is_harmless() {
    for message in [
        "fix",
        "fix é: 🐛 fix",
        "éfix\u{301} bug",
        "fix(",
        "revert:",
        "Revert \"",
        "Fixes:",
        "🐛",
        "\u{feff}fix x",
        "ſfix: docs",
    ] {
        let _ = explain(message);
    }
}

/// Rules that know #12, a bug of second 500, #13, a bug of an unknown day, and #20, a wish.
fn tracking() -> FixRules {
    let mut issues = Issues::default();
    for (key, kind, created) in [
        ("12", IssueKind::Bug, Some(Timestamp(500))),
        ("13", IssueKind::Bug, None),
        ("20", IssueKind::Other, Some(Timestamp(100))),
    ] {
        let resolved = None;
        let issue = Issue {
            kind,
            created,
            resolved,
        };
        issues.insert(key, issue);
    }
    let rules = FixRules::default().with_issues(Arc::new(issues), &[]);
    rules.expect("the built-in patterns are tested")
}

#[test]
fn an_issue_that_is_a_bug_makes_a_fix() {
    use Evidence::{Conventional, Issue, Keyword, Trailer};
    let id = "1234567890ab";
    for (message, evidence, reported_at) in [
        ("handle empty frames (#12)", &[Issue][..], Some(500)),
        ("handle empty frames\n\nCloses #13", &[Issue], None),
        ("Fix crash\n\nFixes #12", &[Issue, Keyword], Some(500)),
        ("fix: it (#20) (#12)", &[Issue, Conventional], Some(500)),
        (
            "Fix typo in the name of the event (#12)",
            &[Issue],
            Some(500),
        ),
        (
            &format!("x (#12)\n\nFixes: {id}"),
            &[Trailer, Issue],
            Some(500),
        ),
        ("Fix crash (#99)", &[Keyword], None),
    ] {
        let fix = tracking().explain(&change(message, vec![code("src/a.c")]));
        let fix = fix.into_fix().expect(message);
        assert_eq!(fix.evidence, evidence, "{message}");
        assert_eq!(fix.reported_at, reported_at.map(Timestamp), "{message}");
    }
    let rules = tracking();
    let build = change("handle it (#12)", vec![code("Makefile")]);
    assert!(
        rules.classify(&build).is_some(),
        "a bug of the build is one"
    );
    let docs = change("handle it (#12)", vec![code("docs/a.md")]);
    assert!(rules.classify(&docs).is_none());
    assert_eq!(explain("handle empty frames (#12)").into_fix(), None);
}

#[test]
fn an_issue_that_is_none_takes_a_key_word_back() {
    use NotFix::{IssueNotABug, Merge, NoEvidence};
    for (message, reason) in [
        ("Fix layout as asked for (#20)", Some(IssueNotABug)),
        ("handle frames\n\nFixes #20", Some(IssueNotABug)),
        ("handle frames (#20)", Some(NoEvidence)),
        ("Fix layout (#20) (#99)", Some(IssueNotABug)),
        ("Fix layout (#20), see #99", None),
        ("fix: layout (#20)", None),
        ("Fix layout (#20)\n\nFixes: 1234567890ab", None),
        ("Revert \"Fix layout (#20)\"", None),
        ("Merge pull request #12 from a/b\n\nFix crash", Some(Merge)),
    ] {
        match tracking().explain(&change(message, vec![code("src/a.c")])) {
            Explanation::NotFix { reason: found, .. } => {
                assert_eq!(Some(found), reason, "{message}");
            }
            Explanation::Fix(fix) => assert_eq!(reason, None, "{message}: {fix:?}"),
        }
    }
}

#[test]
fn copies_name_what_they_are_copies_of() {
    let id = "1234567890abcdef";
    for text in [
        "(cherry picked from commit 1234567890abcdef)",
        "[cherry-picked from 1234567890abcdef]",
        "(backported from commit 1234567890ABCDEF)",
        "Back-ported from: 1234567890abcdef",
        "[ Upstream commit 1234567890abcdef ]",
        "commit 1234567890abcdef upstream.",
    ] {
        let message = FixRules::default().read(&format!("fix crash\n\n{text}\n"));
        assert_eq!(message.copies, [id], "{text}");
    }
    for text in [
        "It was cherry-picked from 1234567890abcdef",
        "commit 1234567890abcdef",
        "(cherry picked from commit of Ann)",
    ] {
        let message = FixRules::default().read(&format!("fix crash\n\n{text}\n"));
        assert!(message.copies.is_empty(), "{text}");
    }
}
