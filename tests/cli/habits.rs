//! A person's habits: terminals of all widths and locales, colours, pagers, `-v`.

use crate::harness::{command, lived, risk, said};
use crate::terminal::{Terminal, columns, program, with_git_risk};
use risk_testkit::TestRepo;

const VIEWS: [&[&str]; 6] = [
    &["score", "HEAD"],
    &["score", "HEAD~9..HEAD"],
    &["explain", "HEAD"],
    &["status"],
    &["status", "--skipped", "-q"],
    &["train"],
];

/// A history whose last change has a long subject and a long path.
fn wordy() -> TestRepo {
    let repo = lived(60, 250);
    let path = "src/a/rather/deep/folder/with/一个很长的路径/and_a_long_file_name_too.rs";
    let body = "fn f() { if a { b } }\n".repeat(9);
    repo.write(path, &body)
        .write("src/f1.rs", "fn other() {}\n")
        .commit("Add “ever so” many words — 修正する文字列です — so that no terminal of usual width can hold the subject");
    risk(&repo, &["train"]).silent();
    repo
}

#[test]
fn every_view_fits_every_terminal() {
    let repo = wordy();
    for width in [40, 60, 80, 200] {
        for view in VIEWS {
            let shown = columns(width).risk(&repo, view, &[("NO_COLOR", "1")]);
            for line in shown.lines() {
                let n = unicode_columns(line);
                assert!(
                    n <= usize::from(width),
                    "{n} > {width} in {view:?}: {line}\n{shown}"
                );
            }
        }
    }
    // Narrower ones get all the numbers, if not in their best form.
    let shown = columns(12).risk(&repo, &["score", "HEAD~9..HEAD"], &[("NO_COLOR", "1")]);
    assert_eq!(
        shown.lines().filter(|line| line.contains(" %")).count(),
        9,
        "{shown}"
    );
}

/// Columns by a rule of thumb that is right for these tests: what is Chinese or Japanese is wide.
fn unicode_columns(line: &str) -> usize {
    let wide = |c: char| matches!(c, '\u{3000}'..='\u{9fff}');
    line.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[test]
fn nothing_is_cut_or_translated_where_no_terminal_is() {
    let repo = wordy();
    for view in VIEWS {
        let plain = risk(&repo, view).silent().out;
        let mut narrow = command(&repo, view);
        narrow
            .env("COLUMNS", "40")
            .env("LC_ALL", "C")
            .env("TERM", "xterm");
        assert_eq!(said(narrow).silent().out, plain);
    }
    let table = risk(&repo, &["score", "HEAD~2..HEAD"]).out;
    assert!(
        table.contains("no terminal of usual width can hold the subject"),
        "{table}"
    );
    // On a wide terminal it is the same.
    assert_eq!(
        columns(400).risk(&repo, VIEWS[1], &[("NO_COLOR", "1")]),
        risk(&repo, VIEWS[1]).out
    );
}

#[test]
fn the_answer_that_was_kept_is_told_as_wide_as_the_terminal_is() {
    let repo = wordy();
    let kept = risk(&repo, &["score"]).silent().out;
    assert_eq!(risk(&repo, &["score"]).silent().out, kept);
    let wide = columns(400).risk(&repo, &["score"], &[("NO_COLOR", "1")]);
    assert_eq!(wide, kept);
    let narrow = columns(50).risk(&repo, &["score"], &[("NO_COLOR", "1")]);
    assert_ne!(narrow, kept);
    let words = |text: &str| {
        text.split_whitespace()
            .take(40)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(words(&narrow)[..20], words(&kept)[..20]);
}

#[test]
fn the_size_in_the_environment_holds_before_that_of_the_terminal() {
    let repo = wordy();
    let shown = columns(200).risk(&repo, VIEWS[1], &[("COLUMNS", "50"), ("NO_COLOR", "1")]);
    assert!(
        shown.lines().all(|line| unicode_columns(line) <= 50),
        "{shown}"
    );
}

#[test]
fn a_terminal_that_is_not_utf_8_gets_ascii() {
    let repo = wordy();
    for locale in ["C", "POSIX", "de_DE.ISO-8859-1"] {
        for view in VIEWS {
            let shown = columns(80).risk(&repo, view, &[("LC_ALL", locale), ("NO_COLOR", "1")]);
            assert!(shown.is_ascii(), "{view:?}: {shown}");
            assert!(
                shown.lines().all(|line| line.len() <= 80),
                "{view:?}: {shown}"
            );
        }
    }
    let shown = columns(80).risk(&repo, &["score"], &[("LC_ALL", "C")]);
    assert!(
        shown.contains("\"ever so\" many words - ????????"),
        "{shown}"
    );
    let shown = columns(80).risk(&repo, &["score"], &[("LC_ALL", "en_US.UTF-8")]);
    assert!(shown.contains("“ever so” many words — 修正"), "{shown}");
    // So do progress and failures.
    let fresh = columns(80).risk(&repo, &["train", "--fresh"], &[("LC_ALL", "C")]);
    assert!(fresh.is_ascii(), "{fresh}");
    let mut failing = command(&repo, &["score", "—nowhere"]);
    failing.env("LC_ALL", "C").env("TERM", "xterm");
    let (shown, code) = columns(80).run(failing);
    assert_eq!(code, Some(2));
    assert!(shown.contains("no commit is named '-nowhere'"), "{shown}");
}

#[test]
fn colours_follow_the_conventions_on_a_terminal() {
    let repo = lived(61, 60);
    let shown = |args: &[&str], variables: &[(&str, &str)]| {
        columns(80).risk(&repo, args, variables).contains('\u{1b}')
    };
    for args in [
        &["score"] as &[&str],
        &["status"],
        &["--help"],
        &["score", "-h"],
    ] {
        assert!(shown(args, &[]), "{args:?}");
        assert!(!shown(args, &[("NO_COLOR", "1")]), "{args:?}");
        assert!(!shown(args, &[("TERM", "dumb")]), "{args:?}");
        assert!(
            shown(args, &[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")]),
            "{args:?}"
        );
    }
    // Standard error too: usage that is wrong is told by clap.
    let failing = |variables: &[(&str, &str)]| {
        let mut command = command(&repo, &["scroe"]);
        command.env("TERM", "xterm").envs(variables.iter().copied());
        let (shown, code) = columns(80).run(command);
        assert_eq!(code, Some(2));
        shown.contains('\u{1b}')
    };
    assert!(failing(&[]));
    assert!(!failing(&[("NO_COLOR", "1")]));
    assert!(!failing(&[("TERM", "dumb")]));
    let mut forced = command(&repo, &["scroe"]);
    forced.env("CLICOLOR_FORCE", "1");
    assert!(said(forced).err.contains('\u{1b}'));
}

#[test]
fn long_answers_go_through_the_pager_of_the_user() {
    let repo = wordy();
    let pager = program(
        &repo,
        "pager",
        "#!/bin/sh\necho \"paged $LESS $LV\"\nexec cat\n",
    );
    let low = Terminal {
        columns: 80,
        rows: 10,
    };
    let paged = |args: &[&str], variables: &[(&str, &str)]| {
        let shown = low.risk(&repo, args, variables);
        assert!(shown.contains(" %"), "{shown}");
        shown.contains("paged")
    };
    let git_pager = [("GIT_PAGER", pager.as_str())];
    for long in [
        &["explain"] as &[&str],
        &["score", "HEAD~20..HEAD"],
        &["status"],
    ] {
        let shown = low.risk(&repo, long, &git_pager);
        // Colours stay on, and less and lv are told to show them.
        assert!(shown.starts_with("paged FRX -c\n"), "{shown}");
        assert!(shown.contains('\u{1b}'), "{shown}");
    }
    let own = low.risk(&repo, &["explain"], &[git_pager[0], ("LESS", "S")]);
    assert!(own.starts_with("paged S -c\n"), "{own}");
    // Not for what fits, what nobody reads, or where none is wanted.
    assert!(!paged(&["score", "HEAD~3..HEAD"], &git_pager));
    assert!(!paged(&["train"], &git_pager));
    assert!(
        !low.risk(&repo, &["explain", "--format", "json"], &git_pager)
            .contains("paged")
    );
    assert!(!paged(&["explain", "--no-pager"], &git_pager));
    assert!(!paged(
        &["explain"],
        &[("GIT_PAGER", ""), ("PAGER", &pager)]
    ));
    assert!(!paged(
        &["explain"],
        &[("GIT_PAGER", "cat"), ("PAGER", &pager)]
    ));
    assert!(!paged(&["explain"], &[git_pager[0], ("TERM", "dumb")]));
    let mut piped = command(&repo, &["explain"]);
    piped.env("GIT_PAGER", &pager);
    assert!(!said(piped).silent().out.contains("paged"));
}

#[test]
fn the_pager_is_chosen_as_git_does() {
    let repo = wordy();
    let pager = program(&repo, "pager", "#!/bin/sh\necho paged\nexec cat\n");
    let low = Terminal {
        columns: 80,
        rows: 10,
    };
    let paged = |program: &str, args: &[&str], variables: &[(&str, &str)]| {
        let mut command = with_git_risk(program, &repo);
        command
            .args(args)
            .env_remove("GIT_PAGER")
            .env("TERM", "xterm");
        command.envs(variables.iter().copied());
        let (shown, code) = low.run(command);
        assert_eq!(code, Some(0), "{shown}");
        assert!(shown.contains("does not count as a fix"), "{shown}");
        shown.matches("paged").count()
    };
    let explain = ["explain"];
    assert_eq!(paged("git-risk", &explain, &[("PAGER", &pager)]), 1);
    assert_eq!(paged("git", &["risk", "explain"], &[("PAGER", &pager)]), 1);
    // Git has started it already.
    assert_eq!(
        paged("git", &["-p", "risk", "explain"], &[("PAGER", &pager)]),
        1
    );
    assert_eq!(
        paged(
            "git",
            &["--no-pager", "risk", "explain"],
            &[("PAGER", &pager)]
        ),
        0
    );
    let configured = format!("core.pager={pager}");
    assert_eq!(
        paged(
            "git",
            &["-c", &configured, "risk", "explain"],
            &[("PAGER", "cat")]
        ),
        1
    );
    repo.git(&["config", "core.pager", &pager]);
    assert_eq!(paged("git-risk", &explain, &[("PAGER", "cat")]), 1);
    repo.git(&["config", "pager.risk", "false"]);
    assert_eq!(paged("git-risk", &explain, &[]), 0);
    assert_eq!(paged("git", &["risk", "explain"], &[]), 0);
    repo.git(&["config", "core.pager", "cat"]);
    repo.git(&["config", "pager.risk", &pager]);
    assert_eq!(paged("git-risk", &explain, &[]), 1);
    assert_eq!(paged("git", &["risk", "explain"], &[]), 1);
}

#[test]
fn a_pager_that_cannot_be_started_or_ends_early_is_no_failure() {
    let repo = wordy();
    let whole = columns(80).risk(&repo, &["explain"], &[]);
    let low = Terminal {
        columns: 80,
        rows: 10,
    };
    for pager in ["/nowhere/at/all", "/nowhere/at/all --with options"] {
        let shown = low.risk(&repo, &["explain"], &[("GIT_PAGER", pager)]);
        assert!(shown.ends_with(&whole), "{shown}");
    }
    let pager = program(&repo, "pager", "#!/bin/sh\nhead -n 1\nexit 3\n");
    let shown = low.risk(&repo, &["explain"], &[("GIT_PAGER", &pager)]);
    assert_eq!(shown.lines().count(), 1, "{shown}");
}

#[test]
fn verbose_tells_what_is_going_on() {
    let repo = lived(62, 120);
    let first = risk(&repo, &["-v", "score", "HEAD~1"]).ok();
    first.notes(&[
        "the git directory is",
        "settled is",
        "the main branch refs/heads/main",
        "nothing has been learned yet",
        "learning 120 commits",
        "120 were read from git",
        "the back-test is made",
        "what was learned is kept in",
        " s  ",
    ]);
    let lines = first.err.lines().all(|line| line.starts_with("git-risk: "));
    assert!(lines, "{}", first.err);
    assert!(!first.err.contains("versions compared"));
    assert_eq!(first.out, risk(&repo, &["score", "HEAD~1"]).silent().out);
    risk(&repo, &["score", "HEAD~1", "-v"])
        .ok()
        .notes(&["(120 commits) holds all of it"]);
    risk(&repo, &["score", "-v"])
        .ok()
        .notes(&["was kept with what was learned"]);
    risk(&repo, &["train", "--fresh", "-vv"])
        .ok()
        .notes(&["versions compared", "threads"]);
    repo.branch("topic");
    repo.switch("topic");
    repo.write("src/f1.rs", "fn topic() {}\n").commit("Topic");
    risk(&repo, &["score", "-v"])
        .ok()
        .notes(&["looking ahead at 1 commits", "1 were read from git"]);
    repo.git(&["config", "risk.hook.budget", "2s"]);
    risk(&repo, &["score", "-v"])
        .ok()
        .notes(&["configured: hook.budget", "2s"]);
    risk(&repo, &["score", "-v", "-q"]).refused(&["cannot be used with"]);
}
