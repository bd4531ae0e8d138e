//! Repositories of all kinds that a push can start from.

use super::{Desk, hook_in, learned, push_from, told, unchecked};
use crate::harness::{command, kept, risk, said};
use risk_testkit::TestRepo;
use std::fs;

/// A repository that was cut from the other side, with the hook and a commit to push.
fn cut(repo: TestRepo) -> TestRepo {
    hook_in(&repo.path().join(".git"), "--budget 5min");
    repo.git(&["config", "risk.hook.background", "false"]);
    repo.write("src/new.rs", "fn new() {}\n").commit("Add new");
    repo
}

#[test]
fn a_cut_history_is_not_looked_at() {
    let desk = Desk::untaught();
    let shallow = cut(desk.remote.shallow_clone(3));
    unchecked(
        push_from(&shallow, &[], &["origin", "main:a"]),
        &["git fetch --unshallow"],
    );
    assert_eq!(desk.there("a"), Some(shallow.head()));
    desk.remote
        .git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = cut(desk.remote.partial_clone());
    unchecked(
        push_from(&partial, &[], &["origin", "main:b"]),
        &["git clone without --filter"],
    );
    assert_eq!(desk.there("b"), Some(partial.head()));
}

#[test]
fn commits_with_sha_256_ids_are_looked_at_as_any() {
    let shared = learned();
    let (history, _) = shared.lock().unwrap().in_sha_256();
    let desk = Desk::at(&history);
    risk(&desk.repo, &["train"]).silent();
    desk.usual("one");
    desk.push(&["origin", "main"]).silent();
    let id = desk.risky("values");
    assert_eq!(id.len(), 64);
    told(desk.push(&["origin", "main", "main:new"]), &[&id]);
    assert_eq!(desk.there("new"), Some(id));
    desk.push(&["origin", ":new"]).silent();
    // What the other side has then is not here.
    let other = desk.remote.full_clone();
    other.write("b.rs", "fn b() {}\n").commit("Add b");
    other.git(&["push", "-q", "origin", "main"]);
    let forced = desk.risky("more");
    told(desk.push(&["--force", "origin", "main"]), &[&forced]);
    assert_eq!(desk.there("main"), Some(forced));
    desk.push(&["origin", "HEAD~1:refs/tags/v1"]).silent();
}

#[test]
fn outside_of_a_repository_it_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let id = "a".repeat(40);
    let mut run = hermetic_shell(&dir, &format!("echo x {id} y {id} | {} hook run", quoted()));
    run.env("GIT_CEILING_DIRECTORIES", dir.path().parent().unwrap());
    unchecked(said(run), &["--repo PATH"]);
}

fn quoted() -> String {
    format!("'{}'", env!("CARGO_BIN_EXE_git-risk"))
}

fn hermetic_shell(dir: &tempfile::TempDir, script: &str) -> std::process::Command {
    let mut shell = risk_testkit::hermetic("sh", dir.path());
    shell.args(["-c", script]);
    shell
}

#[test]
fn a_linked_worktree_shares_what_was_learned_and_shown() {
    let desk = Desk::new();
    let tree = desk.repo.worktree("topic");
    let linked = Desk {
        repo: tree,
        remote: desk.remote.full_clone(),
    };
    let id = linked.risky("values");
    told(push_from(&linked.repo, &[], &["origin", "topic"]), &[&id]);
    assert!(kept(&desk.repo, "shown").exists());
    desk.push(&["origin", "topic:again"]).silent();
}

#[test]
fn a_bare_repository_can_push() {
    let desk = Desk::new();
    let id = desk.risky("values");
    let bare = desk.repo.bare_clone();
    fs::create_dir(bare.path().join("risk")).unwrap();
    for name in ["state", "rows", "changes"] {
        fs::copy(kept(&desk.repo, name), bare.path().join("risk").join(name)).unwrap();
    }
    hook_in(bare.path(), "--budget 5min");
    bare.git(&["config", "risk.hook.background", "false"]);
    let url = desk.remote.path().to_str().unwrap();
    told(push_from(&bare, &[], &[url, "main"]), &[&id]);
    assert_eq!(desk.there("main"), Some(id));
}

#[test]
fn a_repository_without_a_commit_of_its_own_can_push_others() {
    let desk = Desk::new();
    let id = desk.risky("values");
    desk.repo.orphan("empty");
    told(desk.push(&["origin", "main"]), &[&id]);
    desk.configure("risk.warnAbov", "p80");
    desk.repo.git(&["checkout", "-q", "main"]);
    desk.risky("more");
    desk.repo.git(&["checkout", "-q", "--orphan", "other"]);
    unchecked(desk.push(&["origin", "main"]), &["risk.warnAbove"]);
    // Nobody asks for a score of what is not there.
    assert_eq!(said(command(&desk.repo, &["score"])).code, Some(2));
}
