//! What cannot be answered, and what is said instead.

use crate::harness::{json, kept, lived, risk};
use risk_testkit::TestRepo;
use std::fs;

#[test]
fn a_folder_outside_of_any_repository_is_refused() {
    let folder = tempfile::TempDir::new_in("/tmp").unwrap();
    for name in ["score", "explain", "train", "status"] {
        risk(folder.path(), &[name]).refused(&["no git repository at", "hint:", "--repo PATH"]);
    }
    risk("/", &["score", "--repo", "/nowhere/at/all"])
        .refused(&["no git repository at /nowhere/at/all"]);
}

#[test]
fn a_repository_without_commits_is_refused() {
    let repo = TestRepo::new();
    for name in ["score", "explain", "train"] {
        risk(&repo, &[name]).refused(&["no commits yet", "hint:"]);
    }
    risk(&repo, &["score", "--staged"]).refused(&["no commits yet"]);
    assert!(!kept(&repo, "").exists());
}

#[test]
fn a_branch_without_commits_is_refused_by_its_name() {
    let repo = lived(40, 10);
    repo.orphan("empty");
    risk(&repo, &["score"]).refused(&["empty", "has no commits yet", "name a revision"]);
}

#[test]
fn an_unknown_revision_is_refused_before_anything_is_learned() {
    let repo = lived(41, 10);
    for revision in ["nowhere", "nowhere..HEAD", "HEAD..nowhere", "HEAD~10"] {
        risk(&repo, &["score", revision]).refused(&["no commit is named", "git log"]);
    }
    risk(&repo, &["explain", "nowhere"]).refused(&["no commit is named 'nowhere'"]);
    let blob = repo.id("HEAD:src/f1.rs");
    risk(&repo, &["score", &blob]).refused(&["no commit is named"]);
    assert!(!kept(&repo, "state").exists());
}

#[test]
fn a_shallow_clone_is_refused_with_the_way_to_deepen_it() {
    let repo = lived(42, 30);
    let shallow = repo.shallow_clone(5);
    for name in ["score", "train"] {
        risk(&shallow, &[name]).refused(&[
            "the clone is shallow",
            "git fetch --unshallow",
            "fetch-depth: 0",
            "GIT_DEPTH: 0",
        ]);
    }
    assert!(!kept(&shallow, "state").exists());
    shallow.git(&["fetch", "-q", "--unshallow"]);
    assert_eq!(
        json(&shallow, &["score"])["scores"],
        json(&repo, &["score"])["scores"]
    );
}

#[test]
fn a_partial_clone_is_refused() {
    let partial = lived(43, 10).partial_clone();
    risk(&partial, &["score"]).refused(&["the clone is partial", "hint:"]);
}

#[test]
fn a_state_of_a_newer_version_is_refused_until_it_is_learned_anew() {
    let repo = lived(44, 60);
    let answer = json(&repo, &["score"]);
    let path = kept(&repo, "state");
    let mut bytes = fs::read(&path).unwrap();
    bytes[8..12].copy_from_slice(&4_000_000_000_u32.to_le_bytes());
    fs::write(&path, &bytes).unwrap();
    for name in ["score", "explain", "train", "status"] {
        risk(&repo, &[name]).refused(&[
            "newer version of git-risk",
            "4000000000",
            "git risk train --fresh",
        ]);
    }
    assert_eq!(fs::read(&path).unwrap(), bytes);
    risk(&repo, &["train", "--fresh"]).silent();
    assert_eq!(json(&repo, &["score"]), answer);
}

#[test]
fn a_git_directory_that_cannot_be_written_is_scored_all_the_same() {
    let repo = lived(45, 60);
    let answer = json(&repo, &["score"]);
    fs::remove_dir_all(kept(&repo, "")).unwrap();
    // The superuser may write anywhere, but no one can make a folder where a file is.
    fs::write(repo.path().join(".git/risk"), "in the way").unwrap();
    let score = risk(&repo, &["score", "--format", "json"]).ok();
    score.notes(&["what is learned cannot be kept", "risk could not be made"]);
    assert_eq!(score.json(), answer);
    risk(&repo, &["score", "--quiet"]).silent();
    let train = risk(&repo, &["train"]);
    assert_eq!(train.code, Some(2), "{train:#?}");
    train.notes(&["cannot be kept", "hint: check the permissions"]);
    train.tells(&["learned up to"]);
    assert_eq!(
        fs::read(repo.path().join(".git/risk")).unwrap(),
        b"in the way"
    );
}
