//! `git risk hook install`, `uninstall` and `status`.

use crate::desk::{Desk, FOREIGN, in_order};
use crate::harness::{command, lived, said};
use risk_testkit::hermetic;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;

/// The oldest git that has configured hooks.
const CONFIGURED_HOOKS: (u32, u32) = (2, 54);

#[test]
fn a_push_is_looked_at_from_the_installation_on() {
    let desk = Desk::new();
    let before = desk.everything();
    let (passed, _) = desk.push("before", &[]);
    assert!(passed);
    assert_eq!(desk.calls(), "");
    assert_eq!(desk.status()["installed"], false);
    assert_eq!(desk.status()["next"], "git risk hook install");

    let said = desk.risk(&["install"]).silent();
    said.tells(&[
        "installed: ",
        "/.git/hooks/pre-push",
        "next: git risk train",
    ]);
    assert_eq!(
        desk.way(),
        ("file".to_owned(), ".git/hooks/pre-push".to_owned())
    );
    desk.is_looked_at("one");

    let installed = desk.everything();
    desk.risk(&["install"])
        .silent()
        .tells(&["already installed: "]);
    assert_eq!(desk.everything(), installed);

    for (answer, passes) in [("0", true), ("1", false), ("2", false)] {
        let branch = format!("answer-{answer}");
        let (passed, told) = desk.push(&branch, &[("ANSWER", answer)]);
        assert_eq!(passed, passes, "{told}");
    }
    // No answer of git-risk: it is broken.
    let (passed, told) = desk.push("broken", &[("ANSWER", "101")]);
    assert!(passed);
    in_order(&told, &["git-risk: failed (code 101)"]);
    let (passed, told) = desk.push("skipped", &[("ANSWER", "1"), ("GIT_RISK_CHAINED", "x")]);
    assert!(!passed, "{told}");
    desk.leaves_no_trace(&before);
}

#[test]
fn what_an_earlier_version_wrote_is_brought_up_to_date() {
    let desk = Desk::new();
    let before = desk.everything();
    desk.risk(&["install"]).silent();
    let hook = desk.hooks().join("pre-push");
    let text = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, text.replace("code $git_risk_code", "$git_risk_code")).unwrap();
    desk.risk(&["install"])
        .silent()
        .tells(&["brought up to date"]);
    assert_eq!(fs::read_to_string(&hook).unwrap(), text);
    desk.leaves_no_trace(&before);
}

#[test]
fn without_git_risk_a_push_passes_with_one_line() {
    let desk = Desk::new();
    desk.risk(&["install"]).silent();
    fs::remove_file(desk.path("bin/git-risk")).unwrap();
    // Where it was at the installation is known, and it is still there.
    let called = desk.status()["calls"].clone();
    assert_eq!(called["path"], env!("CARGO_BIN_EXE_git-risk"));
    assert_eq!(called["on_path"], false);
    assert_eq!(called["version"], env!("CARGO_PKG_VERSION"));
    let hook = desk.hooks().join("pre-push");
    let text = fs::read_to_string(&hook).unwrap();
    fs::write(
        &hook,
        text.replace(env!("CARGO_BIN_EXE_git-risk"), "/nowhere/git-risk"),
    )
    .unwrap();
    assert!(desk.status()["calls"].is_null());
    desk.risk(&["status"])
        .silent()
        .tells(&["no git-risk: put it on the PATH"]);
    let (passed, told) = desk.push("one", &[]);
    assert!(passed);
    in_order(
        &told,
        &["git-risk: not found on the PATH, so the push was not looked at"],
    );
}

#[test]
fn a_folder_of_hooks_in_the_working_tree_is_respected() {
    let desk = Desk::new();
    desk.repo.git(&["config", "core.hooksPath", ".githooks"]);
    let hook = desk.repo.path().join(".githooks/pre-push");
    Desk::script(&hook, &format!("#!/bin/sh\n{FOREIGN}"));
    let before = desk.everything();
    desk.risk(&["install"])
        .silent()
        .tells(&["/.githooks/pre-push", "commit it"]);
    let text = fs::read_to_string(&hook).unwrap();
    assert!(!text.contains(env!("CARGO_BIN_EXE_git-risk")), "{text}");
    in_order(&desk.is_looked_at("one"), &["foreign", "stand-in"]);
    assert!(!desk.hooks().exists());
    // From a folder below, git finds the same.
    let below = desk.repo.path().join("below");
    fs::create_dir(&below).unwrap();
    desk.risk_in(&below, &["install"])
        .silent()
        .tells(&["already installed"]);
    fs::remove_dir(&below).unwrap();
    desk.leaves_no_trace(&before);
}

#[test]
fn a_folder_of_hooks_that_others_share_is_refused_unless_asked_for() {
    let desk = Desk::new();
    let shared = desk.path("shared");
    fs::create_dir(&shared).unwrap();
    desk.repo
        .git(&["config", "core.hooksPath", shared.to_str().unwrap()]);
    desk.risk(&["install"]).refused(&[
        "is neither in this repository nor in its working tree",
        "git risk hook install --shared",
        "git config --local core.hooksPath",
    ]);
    assert_eq!(fs::read_dir(&shared).unwrap().count(), 0);
    desk.repo.git(&["config", "core.hooksPath", "/dev/null"]);
    desk.risk(&["install", "--shared"])
        .refused(&["git looks for hooks in /dev/null", "switched off"]);
    desk.repo
        .git(&["config", "core.hooksPath", shared.to_str().unwrap()]);
    assert_eq!(desk.status()["git"]["shared"], true);
    desk.risk(&["install", "--shared"]).silent();
    desk.is_looked_at("one");
    desk.risk(&["uninstall"])
        .refused(&["is shared with other repositories", "uninstall --shared"]);
    desk.is_looked_at("two");
    desk.risk(&["uninstall", "--shared"]).silent();
    assert_eq!(fs::read_dir(&shared).unwrap().count(), 0);
}

#[test]
fn a_hook_that_git_no_longer_runs_is_told_and_moves() {
    let desk = Desk::new();
    desk.risk(&["install"]).silent();
    desk.repo.git(&["config", "core.hooksPath", ".githooks"]);
    let status = desk.status();
    assert_eq!(status["installed"], false);
    let idle = status["traces"][0]["idle"].as_str().unwrap();
    assert!(idle.contains("git looks for hooks in") && idle.contains(".githooks"));
    desk.risk(&["status"])
        .silent()
        .tells(&["are not looked at", "not run: git looks"]);
    desk.risk(&["install"])
        .silent()
        .tells(&["removed from", "installed:"]);
    assert_eq!(
        desk.way(),
        ("file".to_owned(), ".githooks/pre-push".to_owned())
    );
    assert!(!desk.hooks().exists());
    desk.is_looked_at("one");
    fs::set_permissions(
        desk.repo.path().join(".githooks/pre-push"),
        fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    let idle = desk.status()["traces"][0]["idle"].clone();
    assert_eq!(idle, "it is not executable, so git ignores it");
    desk.risk(&["install"]).silent();
    desk.is_looked_at("two");
}

#[test]
fn worktrees_and_bare_repositories_have_it_too() {
    let desk = Desk::new();
    let before = desk.everything();
    let tree = desk.path("tree");
    desk.repo
        .git(&["worktree", "add", "-q", "--detach", tree.to_str().unwrap()]);
    desk.risk_in(&tree, &["install"]).silent();
    assert_eq!(
        desk.way(),
        ("file".to_owned(), ".git/hooks/pre-push".to_owned())
    );
    desk.is_looked_at("one");
    let (passed, told) = desk.push_from(&tree, "two", &[]);
    assert!(passed, "{told}");
    assert!(desk.calls().ends_with(&desk.refs("two")));
    desk.risk_in(&tree, &["uninstall"]).silent();
    desk.repo
        .git(&["worktree", "remove", tree.to_str().unwrap()]);
    assert_eq!(desk.hooks().exists(), before.contains_key(&desk.hooks()));

    let bare = desk.path("bare.git");
    desk.repo
        .git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let mut set = hermetic("git", &bare);
    set.args(["remote", "set-url", "origin"])
        .arg(desk.path("remote"));
    assert!(set.status().unwrap().success());
    desk.risk_in(&bare, &["install"]).silent();
    let (passed, told) = desk.push_from(&bare, "three", &[]);
    assert!(passed, "{told}");
    assert!(desk.calls().ends_with(&desk.refs("three")));
    desk.risk_in(&bare, &["uninstall"]).silent();
}

#[test]
fn where_git_has_configured_hooks_no_file_is_touched() {
    let desk = Desk::new();
    let version = desk.repo.git(&["version"]);
    let mut numbers = version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|number| number.parse::<u32>().ok());
    let version = (numbers.next().unwrap(), numbers.next().unwrap());
    let install = |args: &[&str]| {
        let mut command = command(&desk.repo, &["hook", "install"]);
        command.args(args).env("PATH", desk.search_path());
        said(command)
    };
    desk.hook(&format!("#!/bin/sh\n{FOREIGN}"));
    let before = desk.everything();
    install(&[]).silent();
    if version < CONFIGURED_HOOKS {
        // This git would not run it.
        assert_eq!(desk.way().0, "block");
        desk.leaves_no_trace(&before);
        desk.repo
            .git(&["config", "hook.git-risk.event", "pre-push"]);
        desk.repo.git(&[
            "config",
            "hook.git-risk.command",
            "git_risk() {\n:\n}\ngit_risk",
        ]);
        let idle = desk.status()["traces"][0]["idle"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(
            idle.contains("does not run hooks of its configuration yet"),
            "{idle}"
        );
        desk.leaves_no_trace(&before);
        return;
    }
    assert_eq!(
        desk.way(),
        ("configured".to_owned(), ".git/config".to_owned())
    );
    let hook = desk.hooks().join("pre-push");
    assert_eq!(
        fs::read_to_string(&hook).unwrap(),
        format!("#!/bin/sh\n{FOREIGN}")
    );
    in_order(
        &desk.is_looked_at("one"),
        &["stand-in", "foreign pre-push origin", &desk.refs("one")],
    );
    for (which, value) in [("ANSWER", "1"), ("STOP", "1")] {
        let (passed, told) = desk.push(which, &[(which, value)]);
        assert!(!passed, "{told}");
    }
    desk.calls();
    let (passed, told) = desk.push("broken", &[("ANSWER", "101")]);
    assert!(passed, "{told}");
    desk.calls();
    install(&[]).silent().tells(&["already installed"]);
    desk.repo.git(&["config", "hook.git-risk.enabled", "false"]);
    assert_eq!(desk.status()["installed"], false);
    desk.repo
        .git(&["config", "--unset", "hook.git-risk.enabled"]);
    // What the user put there is the user's.
    desk.repo
        .git(&["config", "hook.git-risk.command", "git-risk hook run"]);
    assert_eq!(desk.way().0, "by_hand");
    let by_hand = desk.everything();
    install(&[]).silent().tells(&["already installed"]);
    desk.risk(&["uninstall"])
        .silent()
        .tells(&["it was left alone"]);
    assert_eq!(desk.everything(), by_hand);
    desk.repo
        .git(&["config", "--remove-section", "hook.git-risk"]);
    install(&[]).silent();
    // As a file, for programs that bring an older git.
    install(&["--file"])
        .silent()
        .tells(&["removed from", "installed:"]);
    assert_eq!(desk.way().0, "block");
    in_order(&desk.is_looked_at("two"), &["foreign", "stand-in"]);
    desk.leaves_no_trace(&before);
    install(&[]).silent();
    desk.leaves_no_trace(&before);
}

#[test]
fn the_status_tells_settings_and_how_far_the_state_is_behind() {
    let desk = Desk::with(lived(31, 60));
    let status = desk.status();
    assert_eq!(status["schema_version"], 1);
    assert_eq!(status["settings"]["warn_above"], "p90 x2.5");
    assert!(status["settings"]["fail_above"].is_null());
    assert_eq!(status["settings"]["budget_seconds"], 1.0);
    assert_eq!(status["settings"]["strict"], false);
    assert!(status["state"]["tip"].is_null() && status["state"]["behind"].is_null());
    assert_eq!(status["state"]["problem"], "nothing has been learned yet");
    assert_eq!(
        desk.risk(&["install", "--format", "json"]).silent().json()["installed"],
        true
    );
    assert_eq!(desk.status()["next"], "git risk train");

    said(command(&desk.repo, &["train"])).silent();
    let status = desk.status();
    assert_eq!(status["state"]["tip"], desk.repo.head());
    assert_eq!(status["state"]["behind"], 0);
    assert!(status["next"].is_null(), "{status}");
    for n in 0..3 {
        desk.repo
            .write("more.txt", &format!("{n}\n"))
            .commit("More");
    }
    let status = desk.status();
    assert_eq!(status["state"]["behind"], 3);
    assert_eq!(status["next"], "git risk train");
    desk.risk(&["status"]).silent().tells(&[
        "pushes from this repository are looked at",
        "a hook file of its own",
        "warns at  p90 x2.5",
        "stops at  nothing",
        "3 commits behind",
        "next: git risk train",
    ]);
    desk.repo.git(&["reset", "-q", "--hard", "HEAD~5"]);
    desk.repo.write("other.txt", "x\n").commit("Other");
    desk.repo
        .git(&["reflog", "expire", "--expire=now", "--all"]);
    desk.repo.git(&["update-ref", "-d", "ORIG_HEAD"]);
    let state = desk.status()["state"].clone();
    assert_eq!(
        state["problem"], "history was rewritten since it was learned",
        "{state}"
    );
}

#[test]
fn the_repository_that_git_names_is_meant_unless_another_was_named() {
    let (desk, other) = (Desk::new(), Desk::new());
    let before = other.everything();
    let install = |args: &[&str]| {
        let mut command = command(&other.repo, &["hook", "install", "--file"]);
        command.args(args).env("PATH", desk.search_path());
        command.env("GIT_DIR", desk.repo.path().join(".git"));
        said(command).silent();
    };
    install(&[]);
    assert_eq!(other.everything(), before);
    desk.is_looked_at("one");
    install(&["--repo", other.repo.path().to_str().unwrap()]);
    other.is_looked_at("one");
}

#[test]
fn a_submodule_has_hooks_of_its_own() {
    let desk = Desk::new();
    assert!(desk.push("main", &[]).0);
    let sub = desk.repo.path().join("sub");
    let remote = desk.path("remote");
    let from = [
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        "-b",
        "main",
    ];
    desk.repo
        .git(&[&from[..], &[remote.to_str().unwrap(), "sub"]].concat());
    desk.risk_in(&sub, &["install"])
        .silent()
        .tells(&["/.git/modules/sub/hooks/pre-push"]);
    assert_eq!(desk.status()["installed"], false);
    let (passed, told) = desk.push_from(&sub, "one", &[]);
    assert!(passed, "{told}");
    assert!(desk.calls().ends_with(&desk.refs("one")));
    desk.risk_in(&sub, &["uninstall"])
        .silent()
        .tells(&["removed from"]);
}

#[test]
fn the_real_git_risk_stops_a_push_that_it_was_asked_to_stop() {
    let desk = Desk::with(lived(32, 60));
    desk.risk(&["install"]).silent();
    said(command(&desk.repo, &["train"])).silent();
    // Without the stand-in the hook comes to the binary that installed it.
    fs::remove_file(desk.path("bin/git-risk")).unwrap();
    let (passed, told) = desk.push("main", &[]);
    assert!(passed, "{told}");
    desk.repo.write("src/f1.rs", "fn all_new() {}\n");
    let id = desk.repo.commit("Rewrite f1");
    desk.repo.git(&["config", "risk.failAbove", "0%"]);
    let (passed, told) = desk.push("one", &[]);
    assert!(!passed, "{told}");
    in_order(&told, &[&id[..10], "Rewrite f1"]);
    desk.repo.git(&["config", "--unset", "risk.failAbove"]);
    let (passed, told) = desk.push("two", &[]);
    assert!(passed, "{told}");
}

#[test]
fn settings_that_cannot_be_read_are_told() {
    let desk = Desk::new();
    desk.risk(&["install"]).silent();
    desk.repo.git(&["config", "risk.warnAbove", "often"]);
    let status = desk.status();
    assert!(status["settings"].is_null(), "{status}");
    let why = status["misconfigured"].as_str().unwrap();
    assert!(why.contains("often"), "{why}");
    assert_eq!(status["next"], "git risk config --explain");
    desk.risk(&["status"])
        .silent()
        .tells(&["settings  cannot be read: "]);
    desk.repo.git(&["config", "risk.warnAbove", "p99 x4"]);
    desk.repo.git(&["config", "risk.failAbove", "p100"]);
    desk.repo.git(&["config", "risk.hook.budget", "250ms"]);
    desk.repo.git(&["config", "risk.hook.strict", "true"]);
    let settings = desk.status()["settings"].clone();
    assert_eq!(settings["warn_above"], "p99 x4");
    assert_eq!(settings["fail_above"], "p100");
    assert_eq!(settings["budget_seconds"], 0.25);
    assert_eq!(settings["strict"], true);
    desk.risk(&["status"]).silent().tells(&[
        "stops at  p100",
        "budget    0.25 s; a failure of its own stops the push (strict)",
    ]);
}

#[test]
fn outside_a_repository_git_is_quoted() {
    let dir = TempDir::new().unwrap();
    said(command(&dir, &["hook", "status"])).refused(&["not a git repository"]);
    said(command(&dir, &["hook", "install"])).refused(&["go into a repository"]);
}
