//! What git, or the framework, tells the hook, as bytes and variables.

use super::{Desk, told, unchecked};
use crate::harness::{Said, command};
use risk_testkit::hermetic;
use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

/// Runs a command with these bytes on its standard input.
fn fed(mut command: Command, input: &[u8]) -> Said {
    let piped = || Stdio::piped();
    let command = command.stdin(piped()).stdout(piped()).stderr(piped());
    let mut child = command.spawn().unwrap();
    // It may end before it has read all.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn hook(desk: &Desk, input: &[u8]) -> Said {
    fed(
        command(&desk.repo, &["hook", "run", "origin", "url"]),
        input,
    )
}

#[test]
fn references_are_told_by_any_bytes() {
    let desk = Desk::new();
    let zeros = "0".repeat(40);
    let names: [&[u8]; 4] = [b"HEAD@{1 day ago}", b"refs/heads/\xff\xfe", b"  a  b ", b""];
    for (n, name) in names.into_iter().enumerate() {
        let id = desk.risky(&format!("n{n}"));
        desk.repo
            .git(&["update-ref", "refs/remotes/origin/main", "HEAD~1"]);
        let rest = format!(" {id} refs/heads/x\u{e4} {zeros}\n");
        let input = [name, rest.as_bytes()].concat();
        told(hook(&desk, &input), &[&id]);
        hook(&desk, &input).silent();
    }
    hook(&desk, b"").silent();
    hook(&desk, b"\n").silent();
}

#[test]
fn what_is_no_such_line_is_told_in_one() {
    let desk = Desk::new();
    let id = desk.risky("values");
    let absent = "b".repeat(40);
    for (line, words) in [
        ("nonsense".to_owned(), "what cannot be read: 'nonsense'"),
        (format!("a {id} b"), "what cannot be read"),
        (format!("a {id} b \u{1b}[31m"), "what cannot be read"),
        (format!("a {absent} b {id}"), &absent[..]),
    ] {
        let said = hook(&desk, line.as_bytes());
        assert!(!said.err.contains('\u{1b}'), "{said:?}");
        unchecked(said, &[words]);
    }
}

#[test]
fn a_remote_may_be_named_by_any_bytes() {
    let desk = Desk::new();
    let id = desk.risky("values");
    let mut run = command(&desk.repo, &["hook", "run"]);
    let name = OsStr::from_bytes(b"/srv/\xff");
    run.args([name, name]);
    let input = format!("x {id} refs/heads/x {}\n", "0".repeat(40));
    told(fed(run, input.as_bytes()), &[&id]);
}

/// Runs the hook as the pre-commit framework does, with standard input closed.
fn framework(desk: &Desk, variables: &[(&str, &str)]) -> Said {
    let mut command = hermetic("sh", &desk.repo);
    let script = format!("exec '{}' hook run <&-", env!("CARGO_BIN_EXE_git-risk"));
    command.args(["-c", &script]);
    for (name, value) in variables {
        command.env(format!("PRE_COMMIT_{name}"), value);
    }
    crate::harness::said(command)
}

#[test]
fn the_framework_tells_by_variables() {
    let desk = Desk::new();
    let base = desk.repo.head();
    let id = desk.risky("values");
    let remote = [("REMOTE_NAME", "origin"), ("REMOTE_URL", "url")];
    let range = [("FROM_REF", &base[..]), ("TO_REF", &id)];
    told(framework(&desk, &[&remote[..], &range].concat()), &[&id]);
    framework(&desk, &[&remote[..], &range].concat()).silent();
    // A root is pushed: all that leads to the branch is.
    let next = desk.risky("next");
    let root = [("LOCAL_BRANCH", "refs/heads/main")];
    told(framework(&desk, &[&remote[..], &root].concat()), &[&next]);
    // It tells nothing of a push.
    framework(&desk, &[]).silent();
}

#[test]
fn git_is_asked_where_variables_are_left_from_elsewhere() {
    let desk = Desk::new();
    let base = desk.repo.head();
    let id = desk.risky("values");
    let mut push = desk.repo.git_command();
    push.args(["push", "-q", "origin", "main"]);
    push.env("PRE_COMMIT_FROM_REF", &base)
        .env("PRE_COMMIT_TO_REF", &base);
    told(crate::harness::said(push), &[&id]);
}
