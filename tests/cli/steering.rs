//! `.mailmap` and `.git-blame-ignore-revs` change: history is followed anew where that makes a difference, and
//! the state is that of a fresh clone in any case.

use crate::harness::{kept, lived, risk, state};
use risk_testkit::TestRepo;
use std::fs;

/// Commits a file that steers, learns, and says whether history was followed anew.
#[track_caller]
fn is_followed_anew(repo: &TestRepo, file: &str, content: &str) -> bool {
    repo.write(file, content).commit(format!("Edit {file}"));
    let said = risk(repo, &["score"]).ok();
    let alone = repo.full_clone();
    assert_eq!(risk(&alone, &["score"]).silent().out, said.out);
    assert!(state(repo) == state(&alone), "the states differ");
    if said.err.is_empty() {
        return false;
    }
    said.notes(&["changed; following history anew"]);
    true
}

#[test]
fn other_names_for_the_same_people_keep_what_was_learned() {
    let repo = lived(90, 80);
    risk(&repo, &["train"]).silent();
    let ann = "Ann <ann@new.example> <Ann@example.org>\n";
    for (mailmap, is_anew) in [
        // Nobody who was met; another name; another address.
        ("Zoe <zoe@a> <zoe@b>\n", false),
        ("Ann Lee <Ann@example.org>\n", false),
        (ann, false),
        // Two change places.
        (
            "<Ben@example.org> <Ann@example.org>\n<Ann@example.org> <Ben@example.org>\n",
            false,
        ),
        // Two become one, and two again.
        ("Ann <Ann@example.org> <Ben@example.org>\n", true),
        (ann, true),
        ("", false),
    ] {
        assert_eq!(
            is_followed_anew(&repo, ".mailmap", mailmap),
            is_anew,
            "{mailmap}"
        );
    }
    // One who has two addresses is met under the second one only now.
    repo.write("src/f1.rs", "fn f() {}\n")
        .commit_as("Ann <ann@new.example>", "Add f");
    risk(&repo, &["train"]).silent();
    assert!(is_followed_anew(&repo, ".mailmap", ann));
}

#[test]
fn an_earlier_commit_with_another_mailmap_is_still_known() {
    let repo = lived(91, 60);
    repo.write(".mailmap", "<ann@new.example> <Ann@example.org>\n")
        .commit("Map Ann");
    risk(&repo, &["train"]).silent();
    let before = state(&repo);
    risk(&repo, &["train", "HEAD~1"]).silent();
    assert!(state(&repo) == before);
}

#[test]
fn ignored_revisions_that_were_not_met_keep_what_was_learned() {
    let repo = lived(92, 80);
    let early = repo.id("HEAD~40");
    risk(&repo, &["train"]).silent();
    let file = ".git-blame-ignore-revs";
    let unknown = "0123456789012345678901234567890123456789\n";
    assert!(!is_followed_anew(
        &repo,
        file,
        &format!("# none\n{unknown}")
    ));
    // Followed now for the first time, together with the list that names it.
    repo.write("src/f1.rs", "fn all() {}\n").commit("Reformat");
    let late = repo.head();
    assert!(!is_followed_anew(
        &repo,
        file,
        &format!("{unknown}{late}\n")
    ));
    assert!(is_followed_anew(&repo, file, &format!("{early}\n{late}\n")));
    assert!(!is_followed_anew(
        &repo,
        file,
        &format!("{late}\n{early} # again\n")
    ));
    assert!(is_followed_anew(&repo, file, &format!("{late}\n")));
}

#[test]
fn what_tells_whether_a_mailmap_matters_may_be_damaged() {
    let repo = lived(93, 60);
    risk(&repo, &["train"]).silent();
    let mut bytes = state(&repo);
    // The last part is filled up to a block: its content begins at the last one.
    let at = bytes.len() - 4_096;
    bytes[at] ^= 1;
    fs::write(kept(&repo, "state"), bytes).unwrap();
    repo.write(".mailmap", "Zoe <zoe@a> <zoe@b>\n")
        .commit("Map Zoe");
    let said = risk(&repo, &["train"]).ok();
    said.notes(&["checksum", "learning anew"]);
    let alone = repo.full_clone();
    risk(&alone, &["train"]).silent();
    assert!(state(&repo) == state(&alone), "the states differ");
}
