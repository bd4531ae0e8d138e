//! Other ways to push, and to let something through.

use super::{Desk, told};
use crate::harness::{risk, said};

#[test]
fn a_push_by_address_sends_what_no_remote_has() {
    let desk = Desk::new();
    let id = desk.risky("new");
    let address = desk.remote.path().to_str().expect("because we chose it");
    let said = told(desk.push(&[address, "main:refs/heads/new"]), &[&id]);
    said.notes(&["the outgoing commit stands out"]);
}

#[test]
fn a_merge_is_told_by_what_it_brings_in() {
    let desk = Desk::new();
    desk.repo.git(&["checkout", "-q", "-b", "topic"]);
    let id = desk.risky("topic");
    desk.repo.switch("main");
    desk.repo
        .write("docs/beside.md", "A word.\n")
        .commit("Write beside");
    desk.repo.merge(&["topic"], "Merge topic");
    let said = told(desk.push(&["origin", "main"]), &[&id]);
    said.notes(&["1 of 3 outgoing commits"]);
}

#[test]
fn a_git_directory_elsewhere_is_found_by_what_git_says() {
    let desk = Desk::new();
    let id = desk.risky("new");
    let elsewhere = tempfile::tempdir().unwrap();
    let mut git = desk.repo.git_command();
    git.current_dir(elsewhere.path())
        .env("GIT_DIR", desk.repo.path().join(".git"))
        .env("GIT_WORK_TREE", desk.repo.path())
        .args(["push", "-q", "origin", "main"]);
    told(said(git), &[&id]);
}

#[test]
fn commits_are_acknowledged_by_name() {
    let desk = Desk::new();
    desk.configure("risk.failAbove", "p90");
    risk(&desk.repo, &["hook", "acknowledge"]).refused(&["no push was stopped", "acknowledge REV"]);
    desk.risky("new");
    risk(&desk.repo, &["hook", "acknowledge", "origin/main..main"]).silent();
    desk.push(&["origin", "main"]).silent();
    risk(&desk.repo, &["hook", "acknowledge", "nowhere"]).refused(&["no commit is named"]);
}

#[test]
fn a_limit_that_is_not_reached_warns() {
    let desk = Desk::new();
    desk.hook("--fail-above x90000");
    let id = desk.risky("new");
    told(desk.push(&["origin", "main"]), &[&id]).notes(&["The push goes on"]);
}
