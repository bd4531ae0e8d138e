//! `git risk explain`

use crate::harness::{json, lived, number, risk};
use risk_testkit::TestRepo;

/// A history of three changes of which the last repairs the second.
fn repaired() -> (TestRepo, String, String) {
    let repo = TestRepo::new();
    repo.write("a.rs", "fn a() {\n}\n").commit("Add a");
    let faulty = repo
        .write("a.rs", "fn a() {\n    let limit = 10;\n}\n")
        .commit("Limit it");
    let fix = repo
        .write("a.rs", "fn a() {\n    let limit = 11;\n}\n")
        .commit("Fix crash at the limit");
    (repo, faulty, fix)
}

#[test]
fn a_fix_names_its_evidence_and_what_it_repairs() {
    let (repo, faulty, fix) = repaired();
    let answer = json(&repo, &["explain"]);
    assert_eq!(answer["schema_version"], 1);
    assert_eq!(answer["commit"], fix.as_str());
    assert_eq!(answer["is_fix"], true);
    let matched = answer["matched"].as_str().unwrap().to_lowercase();
    assert!(matched.contains("fix"), "{matched}");
    assert_eq!(answer["repairs"][0]["commit"], faulty.as_str());
    assert_eq!(answer["repairs"][0]["lines"], 1);
    assert_eq!(answer["score"]["commit"], fix.as_str());
    risk(&repo, &["explain"]).silent().tells(&[
        "counts as a fix",
        &format!("repairs {}", &faulty[..10]),
        "1 line",
    ]);
}

#[test]
fn a_faulty_change_names_what_repaired_it() {
    let (repo, faulty, fix) = repaired();
    let answer = json(&repo, &["explain", &faulty]);
    assert_eq!(answer["is_fix"], false);
    assert_eq!(answer["repaired_by"][0]["commit"], fix.as_str());
    assert_eq!(answer["score"]["label"], "defective");
    risk(&repo, &["explain", "HEAD~1"]).silent().tells(&[
        "does not count as a fix",
        &format!("was repaired by {}", &fix[..10]),
        "since then: a fix followed",
    ]);
}

#[test]
fn every_feature_is_listed_and_they_add_up() {
    let repo = lived(20, 150);
    let answer = json(&repo, &["explain", "HEAD~10"]);
    let features = answer["features"].as_array().unwrap();
    let names: Vec<&str> = features
        .iter()
        .map(|one| one["feature"].as_str().unwrap())
        .collect();
    for name in ["la", "ld", "nf", "entropy", "exp", "age"] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    let p = number(&answer["score"]["probability"]);
    let sum: f64 = features.iter().map(|one| number(&one["log_odds"])).sum();
    let log_odds = number(&answer["score"]["intercept"]) + sum;
    assert!((log_odds - (p / (1.0 - p)).ln()).abs() < 1e-6);
    let text = risk(&repo, &["explain", "HEAD~10"]).silent();
    text.tells(&["feature", "value", "usually", "odds"]);
    text.tells(&names);
}

#[test]
fn what_has_no_score_is_explained_all_the_same() {
    let (repo, ..) = repaired();
    let empty = repo.empty_commit("Nothing");
    let answer = json(&repo, &["explain"]);
    assert_eq!(answer["commit"], empty.as_str());
    assert!(answer["score"].is_null());
    assert_eq!(answer["unscored"], "it changes no file's content");
    risk(&repo, &["explain"])
        .silent()
        .tells(&["not scored: it changes no file's content"]);
}
