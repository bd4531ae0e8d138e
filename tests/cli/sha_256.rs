//! A repository with SHA-256 ids gets the answers of the one with the same history and SHA-1 ids.

use crate::harness::{fresh, json, lived, risk};
use risk_testkit::{NewIds, TestRepo};
use std::fs;

const N: usize = 550;

fn both() -> (TestRepo, TestRepo, NewIds) {
    let old = lived(4, N);
    let (new, ids) = old.in_sha_256();
    (old, new, ids)
}

/// A text about the new repository, with the ids of the old one.
fn translated(text: &str, ids: &NewIds) -> String {
    let mut text = text.to_owned();
    for (old, new) in ids {
        if text.contains(&new[..10]) {
            text = text.replace(new, old).replace(&new[..10], &old[..10]);
        }
    }
    text
}

#[test]
fn answers_are_those_of_the_same_history_with_sha_1_ids() {
    let (old, new, ids) = both();
    for args in [
        &["train"][..],
        &["score", "HEAD~40..HEAD"],
        &["score", "HEAD~3"],
        &["explain", "HEAD~5"],
        &["annotate", "HEAD~9..HEAD", "--all"],
        &["annotate", "HEAD~9..HEAD", "--all", "--format", "markdown"],
        &["annotate", "HEAD~9..HEAD", "--all", "--format", "sarif"],
        &["annotate", "HEAD~9..HEAD", "--all", "--format", "gitlab"],
        &["annotate", "HEAD~9..HEAD", "--all", "--format", "rdjson"],
        &["annotate", "HEAD~9..HEAD", "--all", "--format", "github"],
        &["status", "--format", "json"],
    ] {
        let [before, after] = [&old, &new].map(|repo| risk(repo, args).silent().out);
        assert_eq!(translated(&after, &ids), before, "{args:?}");
    }
    let edit = |repo: &TestRepo| {
        let file = repo.path().join("src/f1.rs");
        let text = fs::read_to_string(&file).expect("because the history has it");
        repo.write("src/f1.rs", &(text + "fn more() {\n    if more() {}\n}\n"));
        let score = json(repo, &["score", "--worktree"]);
        score["scores"][0]["probability"].clone()
    };
    assert_eq!(edit(&new), edit(&old));
}

#[test]
fn what_is_new_is_learned_and_what_was_learned_goes_on_to_other_clones() {
    let (old, new, _) = both();
    risk(&new, &["train"]).silent();
    new.write("src/f2.rs", "fn other() {}\n").commit("Fix f2");
    let expected = fresh(&new, &["score"]);
    assert_eq!(json(&new, &["score"]), expected);
    let file = new.path().join(".git/exported");
    let file = file
        .to_str()
        .expect("because temporary directories have plain names");
    risk(&new, &["state", "export", file]).ok();
    let clone = new.full_clone();
    risk(&clone, &["state", "import", file]).ok();
    assert_eq!(json(&clone, &["score"]), expected);
    risk(&old, &["state", "import", file]).refused(&["git risk train"]);
}

#[test]
fn labels_and_their_notes_are_kept() {
    let (_, new, _) = both();
    let id = new.id("HEAD~7");
    risk(
        &new,
        &[
            "label",
            &id[..12],
            "defective",
            "--why",
            "broke it",
            "--note",
        ],
    )
    .ok();
    let shown = new.git(&["notes", "--ref=risk", "show", &id]);
    assert!(shown.contains("Risk-Label: defective"), "{shown}");
    risk(&new, &["label", "HEAD~8", "clean", "--why", "was not it"]).ok();
    let listed = json(&new, &["label"]);
    let listed = listed["labels"]
        .as_array()
        .expect("because docs/json.md says so");
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().any(|label| label["commit"] == id.as_str()));
    risk(&new, &["explain", &id])
        .ok()
        .tells(&["labelled defective"]);
}
