//! `git risk log`

use crate::harness::{json, lived, number, risk};

#[test]
fn changes_are_listed_as_git_log_does_each_with_its_score() {
    let repo = lived(31, 300);
    let answer = json(&repo, &["log", "-n", "25"]);
    let scores = answer["scores"].as_array().unwrap();
    let ids: Vec<&str> = scores
        .iter()
        .map(|it| it["commit"].as_str().unwrap())
        .collect();
    let wanted = repo.git(&["log", "-25", "--format=%H"]);
    assert_eq!(ids, wanted.lines().collect::<Vec<_>>());
    // Each is the score that is told when it is asked for alone.
    for score in [&scores[0], &scores[24]] {
        let alone = json(&repo, &["score", score["commit"].as_str().unwrap()]);
        assert_eq!(*score, alone["scores"][0]);
    }

    let said = risk(&repo, &["log", "-n", "25"]).silent();
    let lines: Vec<&str> = said.out.lines().collect();
    for (score, line) in scores.iter().zip(&lines[3..]) {
        let id = &score["commit"].as_str().unwrap()[..10];
        let subject = score["subject"].as_str().unwrap();
        assert!(line.contains(id) && line.ends_with(subject), "{line}");
        let is_fixed = score["label"] == "defective";
        assert_eq!(line.contains("fixed later: "), is_fixed, "{line}");
    }
    assert_eq!(lines[0].trim().chars().count(), 25);
    let fixed = scores.iter().filter(|it| it["label"] == "defective");
    said.tells(&[&format!("a fix followed {} of them so far", fixed.count())]);
}

#[test]
fn a_range_and_a_threshold_leave_what_was_asked_for() {
    let repo = lived(31, 300);
    let listed = |args: &[&str]| -> Vec<(String, f64)> {
        let answer = json(&repo, args);
        let scores = answer["scores"].as_array().unwrap().clone();
        let told = |it: &serde_json::Value| {
            let id = it["commit"].as_str().unwrap().to_owned();
            (id, it["percentile"].as_f64().unwrap_or(0.0))
        };
        scores.iter().map(told).collect()
    };
    let all = listed(&["log", "HEAD~40..HEAD~10", "-n", "1000"]);
    let wanted = repo.git(&["log", "HEAD~40..HEAD~10", "--format=%H"]);
    let ids: Vec<&str> = all.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(ids, wanted.lines().collect::<Vec<_>>());
    let high = listed(&["log", "HEAD~40..HEAD~10", "-n", "1000", "--above", "p80"]);
    let expected: Vec<_> = all.iter().filter(|it| it.1 >= 80.0).cloned().collect();
    assert!(!high.is_empty());
    assert_eq!(high, expected);
    // What a branch does not lead to is not listed.
    let early = listed(&["log", "HEAD~290", "-n", "1000"]);
    assert_eq!(early.len(), 10);
    risk(&repo, &["log", "--above", "p100 x900"])
        .ok()
        .notes(&["no change to list"]);
}

#[test]
fn what_has_not_landed_is_scored_as_if_it_landed_now() {
    let repo = lived(33, 200);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    let new = repo
        .write("src/f1.rs", &"fn more() {}\n".repeat(30))
        .commit("rework it");
    let answer = json(&repo, &["log", "-n", "2"]);
    let first = &answer["scores"][0];
    assert_eq!(first["commit"], new.as_str());
    assert_eq!(first["recorded"], false);
    assert!(number(&first["probability"]) > 0.0);
    assert_eq!(answer["scores"][1]["recorded"], true);
}
