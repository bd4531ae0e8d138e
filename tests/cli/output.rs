//! How answers are written, whoever reads them.

use crate::harness::{command, lived, risk, said};
use risk_testkit::TestRepo;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

#[test]
fn help_teaches_by_example() {
    risk("/", &["--help"]).silent().tells(&[
        "likely",
        "Usage: git risk",
        "score",
        "explain",
        "train",
        "status",
        "Examples:",
        "git risk score --staged",
        "Exit codes:",
        "Environment:",
    ]);
    risk("/", &["-h"]).silent().tells(&["Exit codes: 0"]);
    for name in ["score", "explain", "train", "status"] {
        risk("/", &[name, "--help"])
            .silent()
            .tells(&["Usage: git risk", name, "--format"]);
    }
    risk("/", &["--version"])
        .silent()
        .tells(&[env!("CARGO_PKG_VERSION")]);
}

#[test]
fn wrong_usage_is_exit_2_with_the_usage() {
    let repo = TestRepo::new();
    for args in [
        &[] as &[&str],
        &["scroe"],
        &["score", "--nonsense"],
        &["score", "--threads", "0"],
        &["score", "--format", "yaml"],
    ] {
        let said = risk(&repo, args);
        assert_eq!(said.code, Some(2), "{args:?}: {said:#?}");
        assert_eq!(said.out, "");
        assert!(!said.err.is_empty());
    }
    risk(&repo, &["scroe"]).refused(&["score"]);
}

#[test]
fn nothing_is_coloured_when_it_is_piped() {
    let repo = lived(30, 60);
    for args in [&["score"] as &[&str], &["status"], &["explain"]] {
        let plain = risk(&repo, args).silent();
        assert!(!plain.out.contains('\u{1b}'), "{plain:?}");
        let mut no_colour = command(&repo, args);
        no_colour.env("NO_COLOR", "1").env("TERM", "xterm-256color");
        assert_eq!(said(no_colour).silent().out, plain.out);
        let mut forced = command(&repo, args);
        forced.env("CLICOLOR_FORCE", "1");
        let forced = said(forced).silent();
        assert!(forced.out.contains('\u{1b}'), "{forced:?}");
        let mut refused = command(&repo, args);
        refused.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1");
        assert_eq!(said(refused).silent().out, plain.out);
    }
}

#[test]
fn control_characters_of_a_message_do_not_reach_the_terminal() {
    let repo = TestRepo::new();
    repo.write("a\u{1b}[31m.rs", "fn a() {}\n")
        .commit("Add \u{1b}[2J\u{7}\u{202e}all");
    for args in [&["score"] as &[&str], &["explain"], &["score", "HEAD~0"]] {
        let text = risk(&repo, args).silent();
        let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.out.contains(bad), "{:?}", text.out);
    }
}

#[test]
fn a_reader_that_had_enough_is_no_failure() {
    let repo = lived(31, 300);
    risk(&repo, &["train"]).silent();
    // Far more than a pipe holds, so that the end of it is noticed.
    let range = "HEAD~250..HEAD";
    let mut child = command(&repo, &["score", range, "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    assert_eq!(first, "{\n");
    let rest = child.wait_with_output().unwrap();
    assert_eq!(rest.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&rest.stderr), "");
}

#[test]
fn a_full_disk_is_a_failure() {
    let full = std::path::Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let repo = lived(32, 20);
    let output = command(&repo, &["score"])
        .stdout(std::fs::File::create(full).unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("could not be written"));
}
