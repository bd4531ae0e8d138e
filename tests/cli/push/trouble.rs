//! What goes wrong on our side lets the push go on, with one line.

use super::{Desk, push_from, told, unchecked};
use crate::harness::{command, kept, said};
use std::fs;
use std::process::Stdio;

#[test]
fn a_state_that_is_missing_damaged_or_newer_is_told_in_one_line() {
    let desk = Desk::new();
    let base = desk.repo.head();
    let id = desk.usual("one");
    let see = format!("git risk score {}..{} looks at it", &base[..10], &id[..10]);
    let path = kept(&desk.repo, "state");
    let good = fs::read(&path).unwrap();
    let push = |n: &str| desk.push(&["origin", &format!("main:{n}")]);
    let again = "git risk train learns it, then ";
    fs::remove_file(&path).unwrap();
    unchecked(push("a"), &["nothing has been learned yet; ", again, &see]);
    let mut spoilt = good.clone();
    let n = spoilt.len();
    spoilt[100..n].fill(0xa5);
    for broken in [&spoilt[..], b"", &good[..good.len() / 2]] {
        fs::write(&path, broken).unwrap();
        desk.repo
            .git(&["update-ref", "refs/remotes/origin/main", &base]);
        for name in desk
            .repo
            .git(&["for-each-ref", "--format=%(refname)", "refs/remotes"])
            .lines()
        {
            if !name.ends_with("/main") && !name.ends_with("/HEAD") {
                desk.repo.git(&["update-ref", "-d", name]);
            }
        }
        unchecked(push("b"), &["damaged; ", again]);
        desk.remote.git(&["update-ref", "-d", "refs/heads/b"]);
    }
}

#[test]
fn whoever_has_no_time_is_not_kept() {
    let desk = Desk::new();
    desk.risky("values");
    desk.hook("--budget 1ms");
    for n in 0..12 {
        let name = format!("main:n{n}");
        let said = desk.push(&["--dry-run", "origin", &name]);
        unchecked(
            said,
            &["it takes longer than 1ms, which risk.hook.budget sets; git risk "],
        );
    }
    desk.hook("--budget 0s");
    unchecked(
        desk.push(&["origin", "main"]),
        &["'0s'", "git risk hook run -h"],
    );
}

#[test]
fn a_call_that_is_not_understood_stops_nothing() {
    let desk = Desk::new();
    desk.risky("values");
    for options in [
        "--from-a-newer-version",
        "one more word",
        "--fail-above p101",
    ] {
        desk.hook(options);
        let said = desk.push(&["--dry-run", "origin", "main"]);
        unchecked(said, &["git risk hook run -h lists what it takes"]);
    }
    // Typed by a person, other commands still say all that they have to say.
    let other = said(command(&desk.repo, &["hook", "acknowledge", "--odd"]));
    assert_eq!(other.code, Some(2));
    said(command(&desk.repo, &["hook", "run", "--help"]))
        .silent()
        .tells(&["--fail-above"]);
}

#[test]
fn a_configuration_that_cannot_be_used_is_told_in_one_line() {
    let desk = Desk::new();
    desk.risky("values");
    let push = || desk.push(&["--dry-run", "origin", "main"]);
    desk.configure("risk.warnAbov", "p80");
    let words = [
        "git config",
        "risk.warnAbov",
        "did you mean risk.warnAbove?",
    ];
    unchecked(push(), &words);
    desk.repo.git(&["config", "--unset", "risk.warnAbov"]);
    let call = ["-c", "risk.hook.budget=soon"];
    let said = push_from(&desk.repo, &call, &["--dry-run", "origin", "main"]);
    unchecked(said, &["risk.hook.budget", "a time from 1ms to 10min"]);
    desk.hook("--config nowhere.toml");
    unchecked(push(), &["nowhere.toml could not be read"]);
    desk.hook("");
    fs::write(kept(&desk.repo, "labels"), "nonsense\n").unwrap();
    unchecked(push(), &["labels"]);
}

#[test]
fn nobody_has_to_read_what_is_said() {
    let desk = Desk::new();
    let id = desk.risky("values");
    for where_to in ["2>&-", "2>/dev/full", "2>&- >&-"] {
        desk.hook(where_to);
        desk.push(&["--dry-run", "origin", "main"]).silent();
    }
    // Nobody has read it: where there is no standard error, it counts as told.
    fs::remove_file(kept(&desk.repo, "shown")).ok();
    desk.hook("");
    told(desk.push(&["origin", "main"]), &[&id]);
}

#[test]
fn a_memory_that_cannot_be_read_or_written_is_lived_without() {
    let desk = Desk::new();
    let id = desk.risky("values");
    let shown = kept(&desk.repo, "shown");
    let push = || desk.push(&["--dry-run", "origin", "main"]);
    for broken in [
        &b"\xff\xfe\0"[..],
        b"",
        b"git-risk shown 2\n",
        b"git-risk shown 1\nodd\n",
    ] {
        fs::write(&shown, broken).unwrap();
        told(push(), &[&id]);
        push().silent();
    }
    fs::remove_file(&shown).unwrap();
    fs::create_dir(&shown).unwrap();
    told(push(), &[&id]);
    told(push(), &[&id]);
}

#[test]
fn pushes_at_once_remember_what_each_has_shown() {
    let desk = Desk::new();
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d"] {
        desk.repo.git(&["checkout", "-q", "-b", name, "main"]);
        ids.push(desk.risky(name));
    }
    let all = ["a", "b", "c", "d"].map(|name| {
        let mut push = desk.repo.git_command();
        push.args(["push", "-q", "--dry-run", "origin", name]);
        push.stderr(Stdio::piped()).spawn().unwrap()
    });
    for (child, id) in all.into_iter().zip(&ids) {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .contains(&id[..10])
        );
    }
    desk.push(&["origin", "a", "b", "c", "d"]).silent();
}

#[test]
fn a_file_that_cannot_be_read_is_told_beside_what_stands_out() {
    let desk = Desk::new();
    let base = desk.repo.head();
    let lost = desk.usual("lost");
    let blob = desk.repo.id("HEAD:src/f0.rs");
    let risky = desk.risky("values");
    let (folder, file) = blob.split_at(2);
    let path = desk
        .repo
        .path()
        .join(".git/objects")
        .join(folder)
        .join(file);
    fs::remove_file(path).unwrap();
    // Git would not send it either, but it asks the hook first.
    let look = |options: &[&str]| {
        let mut hook = command(
            &desk.repo,
            &[&["hook", "run", "origin", "there"], options].concat(),
        );
        let line = format!("refs/heads/main {risky} refs/heads/main {base}\n");
        let told = tempfile::tempdir().unwrap();
        fs::write(told.path().join("push"), line).unwrap();
        hook.stdin(fs::File::open(told.path().join("push")).unwrap());
        said(hook)
    };
    let words = ["not checked: a file of ", &lost[..10], "could not be read"];
    look(&[]).ok().notes(&words);
    let strict = look(&["--strict"]);
    assert_eq!(strict.code, Some(2));
    strict.notes(&words);
}
