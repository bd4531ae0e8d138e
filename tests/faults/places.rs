//! Repositories that are not what they were when they were learned from, and files of others.

use crate::harness::{Said, command, fresh, json, kept, lived, risk, said};
use crate::scene::copy;
use risk_testkit::TestRepo;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

const QUESTIONS: [&[&str]; 2] = [&["score", "HEAD"], &["score", "HEAD~5..HEAD"]];

fn learned(seed: u64) -> TestRepo {
    let repo = lived(seed, 48);
    risk(&repo, &["train"]).silent();
    repo
}

/// Answers as a fresh clone does, both for the tip and for more.
#[track_caller]
fn is_as_fresh(repo: &TestRepo, place: impl AsRef<Path>) {
    for question in QUESTIONS {
        let here = json(&place, question);
        assert_eq!(
            here["scores"],
            fresh(repo, question)["scores"],
            "{question:?}"
        );
    }
}

/// Removes all that no reference leads to.
fn prune(repo: &TestRepo) {
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    repo.git(&["gc", "-q", "--prune=now"]);
}

#[test]
fn every_commit_is_another_one() {
    let repo = learned(340);
    let mut filter = repo.git_command();
    filter.env("FILTER_BRANCH_SQUELCH_WARNING", "1");
    filter.args([
        "filter-branch",
        "-f",
        "--msg-filter",
        "sed s/step/stage/",
        "--",
        "main",
    ]);
    said(filter).ok();
    is_as_fresh(&repo, &repo);
    // And the ones that were there are gone for good.
    let old = repo.git(&["for-each-ref", "--format=%(refname)", "refs/original"]);
    repo.git(&["update-ref", "-d", &old]);
    prune(&repo);
    is_as_fresh(&repo, &repo);
}

#[test]
fn what_was_learned_is_pruned() {
    let repo = learned(341);
    repo.git(&["reset", "-q", "--hard", "HEAD~10"]);
    prune(&repo);
    is_as_fresh(&repo, &repo);
    // While nothing else was learned yet, a push is told why it is not looked at.
    let other = learned(342);
    other.git(&["config", "risk.hook.background", "false"]);
    other.git(&["reset", "-q", "--hard", "HEAD~10"]);
    prune(&other);
    let (tip, base) = (other.head(), other.id("HEAD~3"));
    let mut hook = Command::new("/bin/sh");
    let call =
        format!("echo refs/heads/main {tip} refs/heads/main {base} | \"$0\" hook run origin there");
    let inner = command(&other, &[]);
    hook.args(["-c", &call])
        .arg(inner.get_program())
        .current_dir(other.path())
        .env_clear();
    for (name, value) in inner.get_envs() {
        hook.env(name, value.unwrap());
    }
    said(hook).ok().notes(&["not checked: "]);
}

#[test]
fn the_folder_comes_from_elsewhere() {
    let repo = learned(343);
    // A clone of the same, of one with other commits since, and of something else.
    let same = repo.full_clone();
    copy(&kept(&repo, ""), &kept(&same, ""));
    is_as_fresh(&repo, &same);
    let ahead = repo.full_clone();
    ahead.write("src/f1.rs", "fn ahead() {}\n").commit("Fix f1");
    risk(&ahead, &["train", "HEAD"]).ok();
    let behind = repo.full_clone();
    copy(&kept(&ahead, ""), &kept(&behind, ""));
    is_as_fresh(&repo, &behind);
    let other = lived(344, 30);
    copy(&kept(&repo, ""), &kept(&other, ""));
    is_as_fresh(&other, &other);
    // The rows of one and the state of another.
    let mixed = repo.full_clone();
    copy(&kept(&repo, ""), &kept(&mixed, ""));
    fs::copy(kept(&other, "rows"), kept(&mixed, "rows")).unwrap();
    fs::copy(kept(&other, "changes"), kept(&mixed, "changes")).unwrap();
    is_as_fresh(&repo, &mixed);
}

#[test]
fn the_repository_is_moved_and_has_other_working_trees() {
    let repo = learned(345);
    let tree = repo.worktree("side");
    is_as_fresh(&repo, &tree);
    let moved = repo.path().parent().unwrap().join("moved here");
    copy(repo.path(), &moved);
    is_as_fresh(&repo, &moved);
}

#[test]
fn the_repository_becomes_shallow_and_whole_again() {
    let origin = lived(346, 48);
    let repo = origin.full_clone();
    risk(&repo, &["train"]).silent();
    repo.git(&["fetch", "-q", "--depth=3", "--update-shallow"]);
    prune(&repo);
    let right = fresh(&origin, &["score", "HEAD"]);
    // What was learned before is still there; what is not there is not guessed at.
    assert_eq!(json(&repo, &["score", "HEAD"])["scores"], right["scores"]);
    let said = risk(&repo, &["train", "--fresh"]);
    said.refused(&["git fetch --unshallow"]);
    repo.git(&["fetch", "-q", "--unshallow"]);
    is_as_fresh(&origin, &repo);
}

#[test]
fn a_newer_and_an_older_version_were_here() {
    let repo = learned(347);
    let own = fs::read(kept(&repo, "state")).unwrap();
    let mut newer = own.clone();
    newer[8] += 1;
    fs::write(kept(&repo, "state"), &newer).unwrap();
    for args in QUESTIONS {
        risk(&repo, args).refused(&["newer version of git-risk", "git risk train --fresh"]);
    }
    assert!(
        fs::read(kept(&repo, "state")).unwrap() == newer,
        "what is newer stays"
    );
    risk(&repo, &["train", "--fresh"]).ok();
    is_as_fresh(&repo, &repo);
    let mut older = own;
    older[8] -= 1;
    fs::write(kept(&repo, "state"), older).unwrap();
    is_as_fresh(&repo, &repo);
    // Memories of a later version are no reason to fail.
    let file = repo.path().join("risk.html");
    let report = ["report", "--out", file.to_str().unwrap()];
    fs::write(
        kept(&repo, "reported"),
        "{\"format\":999,\"reports\":[{\"new\":1}]}",
    )
    .unwrap();
    risk(&repo, &report).ok();
    // And what people said in a way that is not known here is neither lost nor passed over.
    let label = "{\"commit\":\"1\",\"label\":\"doubtful\",\"sure\":0.5}\n";
    fs::write(kept(&repo, "labels"), label).unwrap();
    risk(&repo, &["score", "HEAD~5..HEAD"]).refused(&["labels, line 1", "docs/feedback.md"]);
    risk(&repo, &["label", "HEAD", "clean", "--why", "it was seen"]).refused(&["labels, line 1"]);
    assert_eq!(fs::read_to_string(kept(&repo, "labels")).unwrap(), label);
}

/// Runs it as somebody who owns nothing here, and trusts what is in `home`.
fn as_nobody(repo: &TestRepo, home: &Path, args: &[&str]) -> Said {
    let inner = command(repo, args);
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    command.arg(inner.get_program()).args(inner.get_args());
    command.current_dir(repo.path()).env_clear();
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap());
    }
    command.env_remove("GIT_CONFIG_GLOBAL").env("HOME", home);
    said(command)
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_files_are_those_of_somebody_else() {
    let repo = learned(348);
    set_mode(repo.path().parent().unwrap(), 0o755);
    let can = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "cat"])
        .arg(repo.path().join(".git/config"))
        .output();
    if !can.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: only root can be somebody else");
        return;
    }
    let home = repo.path().parent().unwrap().join("home");
    fs::create_dir(&home).unwrap();
    let nobody = |args: &[&str]| as_nobody(&repo, &home, args);
    let question = ["score", "HEAD~5..HEAD", "--format", "json"];
    nobody(&question).refused(&[
        "belongs to another user",
        "git config --global --add safe.directory",
    ]);
    fs::write(home.join(".gitconfig"), "[safe]\n\tdirectory = *\n").unwrap();
    let right = fresh(&repo, &question[..2]);
    assert_eq!(nobody(&question).silent().json(), right);
    // What is new is learned and not kept.
    repo.write("src/f1.rs", "fn later() {}\n").commit("Fix f1");
    let later = fresh(&repo, &question[..2]);
    let before = fs::read(kept(&repo, "state")).unwrap();
    let said = nobody(&question).ok();
    said.notes(&["cannot be kept", "permissions"]);
    assert_eq!(said.json(), later);
    nobody(&["label", "HEAD", "clean", "--why", "it was seen"]).refused(&["hint: "]);
    // What may not be read is learned again.
    set_mode(&kept(&repo, "state"), 0o600);
    let said = nobody(&question).ok();
    assert_eq!(said.json(), later);
    nobody(&["hook", "run"]).ok();
    set_mode(&kept(&repo, ""), 0o700);
    nobody(&question[..2]).refused(&["labels could not be read", "permissions"]);
    set_mode(&kept(&repo, ""), 0o755);
    assert!(
        fs::read(kept(&repo, "state")).unwrap() == before,
        "nobody wrote"
    );
    assert_eq!(risk(&repo, &question).ok().json(), later);
}
