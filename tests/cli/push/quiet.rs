//! Pushes that are not worth a word.

use super::Pushing;

#[test]
fn a_usual_change_is_pushed_without_a_word() {
    let pushing = Pushing::learned(101);
    let id = pushing.commit_small("one");
    pushing.push(&["origin", "main"]).quietly();
    assert_eq!(pushing.there("main"), id);
    // Nothing is outgoing.
    pushing.push(&["origin", "main"]).quietly();
    pushing.settle();
    assert!(!pushing.shown().exists());
}

#[test]
fn what_sends_no_commit_is_pushed_without_a_word() {
    let pushing = Pushing::learned(102);
    let repo = &pushing.repo;
    repo.tag("light")
        .annotated_tag("heavy", "HEAD~3")
        .annotated_tag("twice", "heavy");
    repo.annotated_tag("blob", "HEAD:src/f1.rs")
        .annotated_tag("tree", "HEAD^{tree}");
    pushing.push(&["origin", "--tags"]).quietly();
    repo.branch("old");
    pushing.push(&["origin", "old"]).quietly();
    pushing.push(&["origin", ":old", ":heavy"]).quietly();
    // An older commit than the other side has.
    pushing
        .push(&["origin", "-f", "HEAD~5:refs/heads/back"])
        .quietly();
}

#[test]
fn a_first_push_of_a_history_that_was_learned_warns_of_nothing_that_is_known() {
    let pushing = Pushing::learned(103);
    let other = pushing.remote.bare_clone();
    pushing.repo.git(&["remote", "remove", "origin"]);
    other.git(&["update-ref", "-d", "refs/heads/main"]);
    pushing
        .repo
        .git(&["remote", "add", "first", super::path(&other)]);
    let pushed = pushing.push(&["first", "main"]);
    assert!(pushed.went, "{pushed:#?}");
    // Of the last months nothing is known yet; what is older is over.
    let n_told = pushed
        .err
        .lines()
        .filter(|line| line.contains("likely to need"))
        .count();
    assert!(n_told <= 3, "{pushed:#?}");
    let older = pushing
        .repo
        .git(&["log", "-1", "--format=%h", "--abbrev=10", "HEAD~60"]);
    assert!(!pushed.err.contains(&older), "{pushed:#?}");
}

#[test]
fn more_commits_than_anybody_could_mend_are_said_in_one_line() {
    let pushing = Pushing::unlearned(104, 1_010);
    let repo = &pushing.repo;
    repo.git(&["remote", "remove", "origin"]);
    pushing.remote.git(&["update-ref", "-d", "refs/heads/main"]);
    repo.git(&["remote", "add", "first", super::path(&pushing.remote)]);
    let pushed = pushing.push(&["first", "main"]);
    pushed.went_with_a_line(&["more than 1000 commits", "git risk score"]);
}
