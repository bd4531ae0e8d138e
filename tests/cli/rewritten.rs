//! After history was rewritten or branches met, a score is that of a fresh clone.

use crate::harness::{fresh, json, lived, risk};
use risk_testkit::{TestRepo, random_history};

/// Asks here and in a fresh clone.
#[track_caller]
fn is_as_fresh(repo: &TestRepo) {
    for args in [
        &["score", "HEAD~3..HEAD"] as &[&str],
        &["explain"],
        &["train"],
        &["status"],
    ] {
        let clone = (args == ["status"]).then(|| repo.full_clone());
        let expected = match &clone {
            Some(clone) => {
                risk(clone, &["train"]).ok();
                json(clone, args)
            }
            None => fresh(repo, args),
        };
        assert_eq!(json(repo, args), expected, "{args:?}");
    }
}

#[test]
fn an_amended_commit() {
    let repo = lived(60, 120);
    repo.write("src/f1.rs", "fn first_try() {}\n").commit("Try");
    let before = json(&repo, &["score"]);
    repo.write("src/f1.rs", "fn second_try() {}\nfn more() {}\n");
    repo.git(&["commit", "-q", "-a", "--amend", "-m", "Fix try"]);
    let said = risk(&repo, &["score"]).ok();
    said.notes(&["history was rewritten"]);
    assert_ne!(json(&repo, &["score"]), before);
    is_as_fresh(&repo);
}

#[test]
fn commits_that_were_reset_and_replaced() {
    let repo = lived(61, 120);
    risk(&repo, &["train"]).silent();
    repo.git(&["reset", "-q", "--hard", "HEAD~30"]);
    is_as_fresh(&repo);
    for step in 0..10 {
        repo.write("src/f2.rs", &format!("fn other_{step}() {{}}\n"))
            .commit(format!("Fix other {step}"));
    }
    is_as_fresh(&repo);
}

#[test]
fn a_rebased_main_branch() {
    let repo = lived(62, 120);
    repo.branch("base");
    for step in 0..4 {
        repo.write(format!("new/{step}.rs"), "fn new() {}\n")
            .commit(format!("Add new {step}"));
    }
    risk(&repo, &["train"]).silent();
    repo.switch("base");
    repo.write("src/f3.rs", "fn base() {}\n").commit("Fix base");
    repo.switch("main");
    repo.git(&["rebase", "-q", "base"]);
    repo.git(&["branch", "-q", "-D", "base"]);
    is_as_fresh(&repo);
}

#[test]
fn a_merge_of_a_branch_that_left_before_what_was_learned() {
    let repo = lived(63, 120);
    repo.git(&["checkout", "-q", "-b", "topic", "HEAD~40"]);
    for step in 0..5 {
        repo.write(format!("topic/{step}.rs"), "fn topic() {\n}\n")
            .commit(format!("Add topic {step}"));
    }
    repo.switch("main");
    risk(&repo, &["train"]).silent();
    repo.merge(&["topic"], "Merge topic");
    repo.write("topic/2.rs", "fn topic() {\n    repaired();\n}\n")
        .commit("Fix topic 2");
    is_as_fresh(&repo);
    let again = json(&repo, &["score", "HEAD^1^1..HEAD"]);
    assert_eq!(again["scores"].as_array().unwrap().len(), 6);
}

#[test]
fn a_wild_history_that_grows_merge_by_merge() {
    let repo = random_history(64, 120);
    let chain = repo.git(&["rev-list", "--first-parent", "--reverse", "HEAD"]);
    let chain: Vec<&str> = chain.lines().collect();
    let tip = repo.head();
    for part in [3, 6, 8] {
        let rev = chain[chain.len() * part / 10];
        repo.git(&["reset", "-q", "--hard", rev]);
        let answer = json(&repo, &["train"]);
        assert_eq!(answer, fresh(&repo, &["train"]));
    }
    repo.git(&["reset", "-q", "--hard", &tip]);
    is_as_fresh(&repo);
}

#[test]
fn another_branch_is_looked_at_without_being_learned() {
    let repo = lived(65, 120);
    let before = json(&repo, &["score", "main"]);
    repo.git(&["checkout", "-q", "-b", "topic", "HEAD~20"]);
    repo.write("src/f4.rs", "fn topic() {}\n").commit("Topic");
    let answer = json(&repo, &["score"]);
    assert_eq!(answer["model"], before["model"]);
    assert_eq!(answer["scores"][0]["recorded"], false);
    assert_eq!(json(&repo, &["score", "main"]), before);
}
