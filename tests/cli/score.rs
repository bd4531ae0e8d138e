//! `git risk score`

use crate::harness::{fresh, json, lived, number, risk};
use risk_testkit::TestRepo;
use serde_json::Value;
use std::fs;

/// The reasons add up to the probability, and everything is in its range.
#[track_caller]
fn is_sound(score: &Value) {
    let p = number(&score["probability"]);
    assert!((0.0..=1.0).contains(&p), "{p}");
    let reasons = score["reasons"].as_array();
    let reasons = reasons.expect("because a score has reasons");
    let sum: f64 = reasons.iter().map(|one| number(&one["log_odds"])).sum();
    let log_odds = number(&score["intercept"]) + sum;
    assert!(
        (log_odds - (p / (1.0 - p)).ln()).abs() < 1e-6,
        "{log_odds} of {score}"
    );
    if let Some(percentile) = score["percentile"].as_f64() {
        assert!((0.0..=100.0).contains(&percentile), "{percentile}");
    }
    let band = score["band"].as_str();
    assert!(
        band.is_none_or(|band| ["low", "typical", "elevated", "high"].contains(&band)),
        "{score}"
    );
}

#[test]
fn head_is_scored_for_people_and_for_machines() {
    let repo = lived(1, 550);
    let answer = json(&repo, &["score"]);
    assert_eq!(answer["schema_version"], 1);
    assert_eq!(
        answer["tool"],
        concat!("git-risk ", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(answer["model"]["tip"], repo.head());
    let scores = answer["scores"].as_array().unwrap();
    assert_eq!(scores.len(), 1);
    let score = &scores[0];
    assert_eq!(score["commit"], repo.head());
    assert_eq!(
        score["subject"],
        repo.git(&["log", "-1", "--format=%s"]).as_str()
    );
    assert_eq!(
        score["author"],
        repo.git(&["log", "-1", "--format=%an"]).as_str()
    );
    is_sound(score);
    number(&score["percentile"]);
    assert!(score["band"].is_string(), "{score}");
    assert_eq!(score["label"], "unverified");
    assert_eq!(score["recorded"], true);
    assert!(score["files"].as_array().is_some_and(|all| !all.is_empty()));

    let text = risk(&repo, &["score"]).silent();
    text.tells(&[
        &repo.head()[..10],
        "likely to need a fix later",
        "riskier than",
        "since then: too early to tell",
        "where it sits",
        "src/f",
    ]);
}

#[test]
fn every_score_of_a_range_is_sound_and_in_its_order() {
    let repo = lived(2, 300);
    let answer = json(&repo, &["score", "HEAD~60..HEAD"]);
    let scores = answer["scores"].as_array().unwrap();
    scores.iter().for_each(is_sound);
    let got: Vec<&str> = scores
        .iter()
        .map(|one| one["commit"].as_str().unwrap())
        .collect();
    assert_eq!(got.len(), 60);
    let listed = repo.git(&["rev-list", "HEAD~60..HEAD"]);
    let mut listed: Vec<&str> = listed.lines().collect();
    // Which end comes first is told by the first line; it is one of the two.
    if got[0] == listed[59] {
        listed.reverse();
    }
    assert_eq!(got, listed);

    let text = risk(&repo, &["score", "HEAD~60..HEAD"]).silent();
    text.tells(&["commit", "risk", "band", "percentile", "subject"]);
    assert!(text.out.lines().count() >= 61, "{}", text.out);
    risk(&repo, &["score", "HEAD..HEAD"])
        .silent()
        .tells(&["nothing to score"]);
    assert_eq!(
        json(&repo, &["score", "HEAD..HEAD"])["scores"],
        Value::Array(Vec::new())
    );
}

#[test]
fn the_score_of_a_change_on_a_topic_is_the_one_it_gets_when_it_lands() {
    let repo = lived(3, 250);
    risk(&repo, &["train"]).silent();
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.write("src/f1.rs", "fn other() {}\n")
        .commit("Rewrite one");
    let ahead = json(&repo, &["score", "main..topic"]);
    assert_eq!(ahead["scores"].as_array().unwrap().len(), 1);
    assert_eq!(ahead["scores"][0]["recorded"], false);
    is_sound(&ahead["scores"][0]);
    repo.switch("main");
    repo.git(&["merge", "-q", "--ff-only", "topic"]);
    let landed = json(&repo, &["score"]);
    assert_eq!(landed["scores"][0]["recorded"], true);
    assert_eq!(
        ahead["scores"][0]["probability"],
        landed["scores"][0]["probability"]
    );
    assert_eq!(landed, fresh(&repo, &["score"]));
}

#[test]
fn edits_are_scored_before_they_are_committed() {
    let repo = lived(4, 250);
    risk(&repo, &["score", "--staged"]).refused(&["nothing is staged", "hint: git status"]);
    risk(&repo, &["score", "--worktree"]).refused(&["no tracked file was edited"]);
    repo.write("src/f2.rs", "fn rewritten() {}\n");
    risk(&repo, &["score", "--staged"]).refused(&["nothing is staged"]);
    let worktree = json(&repo, &["score", "--worktree"]);
    repo.git(&["add", "src/f2.rs"]);
    let staged = json(&repo, &["score", "--staged"]);
    for answer in [&worktree, &staged] {
        let score = &answer["scores"][0];
        is_sound(score);
        assert_eq!(score["commit"], Value::Null);
        assert_eq!(score["files"][0]["path"], "src/f2.rs");
    }
    assert_eq!(
        worktree["scores"][0]["probability"],
        staged["scores"][0]["probability"]
    );
    risk(&repo, &["score", "--staged"])
        .silent()
        .tells(&["not committed", "src/f2.rs"]);
    risk(&repo, &["score", "--staged", "HEAD"]).refused(&["cannot be used with"]);
    risk(&repo, &["score", "--staged", "--worktree"]).refused(&["cannot be used with"]);
}

#[test]
fn a_bare_repository_is_scored_by_its_path() {
    let repo = lived(5, 150);
    let bare = repo.bare_clone();
    let path = bare.path().to_str().unwrap();
    let there = json("/", &["score", "--repo", path]);
    assert_eq!(there, json(&repo, &["score"]));
    assert!(bare.path().join("risk/state").is_file());
    for pending in ["--staged", "--worktree"] {
        risk(&bare, &["score", pending]).refused(&["is bare", "name a revision instead"]);
    }
}

#[test]
fn a_subdirectory_and_a_linked_worktree_share_what_was_learned() {
    let repo = lived(6, 150);
    let here = json(&repo, &["score", "main"]);
    let state = fs::read(repo.path().join(".git/risk/state")).unwrap();
    assert_eq!(
        json(repo.path().join("src"), &["score", "main"])["scores"],
        here["scores"]
    );
    let tree = repo.worktree("beside");
    assert_eq!(json(&tree, &["score", "main"])["scores"], here["scores"]);
    tree.write("src/f1.rs", "fn beside() {}\n").commit("Beside");
    assert_eq!(json(&tree, &["score"])["scores"][0]["commit"], tree.head());
    assert_eq!(
        fs::read(repo.path().join(".git/risk/state")).unwrap(),
        state
    );
    let own = repo.git(&["rev-parse", "--git-path", "worktrees/beside/risk"]);
    assert!(!repo.path().join(own).exists());
}

#[test]
fn a_merge_is_answered_with_what_it_brought_in_and_an_empty_commit_is_refused() {
    let repo = TestRepo::new();
    repo.write("a.rs", "fn a() {}\n").commit("Add a");
    repo.branch("topic");
    repo.write("a.rs", "fn b() {}\n").commit("Change a");
    let empty = repo.empty_commit("Nothing");
    risk(&repo, &["score"]).refused(&[&empty[..7], "has no score", "changes no file's content"]);
    repo.switch("topic");
    repo.write("c.rs", "fn c() {}\n").commit("Add c");
    repo.switch("main");
    let merge = repo.merge(&["topic"], "Merge topic");
    // A merge has no score of its own; it is answered with what it brought in.
    let said = risk(&repo, &["score"]).ok();
    assert!(
        said.out.contains(&merge[..7]) && said.out.contains("is a merge"),
        "{}",
        said.out
    );
    assert!(said.out.contains("Add c"), "{}", said.out);
    assert_eq!(json(&repo, &["score"])["scores"][0]["subject"], "Add c");
    let short = &merge[..10];
    let brought = json(&repo, &["score", &format!("{short}^1..{short}")]);
    assert_eq!(brought["scores"].as_array().unwrap().len(), 1);
    assert_eq!(brought["scores"][0]["subject"], "Add c");
}
