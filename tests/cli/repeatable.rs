//! The same history gives the same answer, however it was come by.

use crate::harness::{command, json, kept, lived, risk, state};
use risk_testkit::{TestRepo, random_history};
use std::fs;
use std::process::Stdio;

/// All that can be asked about a repository.
fn answers(repo: &TestRepo) -> [serde_json::Value; 4] {
    [
        json(repo, &["score", "HEAD~5..HEAD"]),
        json(repo, &["explain", "HEAD~3"]),
        json(repo, &["status"]),
        json(repo, &["train"]),
    ]
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    for repo in [lived(50, 200), random_history(50, 200)] {
        let other = repo.full_clone();
        risk(&repo, &["train", "--threads", "1"]).silent();
        risk(&other, &["train", "--threads", "2"]).silent();
        assert!(state(&repo) == state(&other), "the states differ");
        let threads = ["1", "2", "7"].map(|n| {
            let args = ["score", "HEAD~9..HEAD", "--threads", n, "--format", "json"];
            risk(&repo, &args).silent().out
        });
        assert_eq!(threads[0], threads[1]);
        assert_eq!(threads[0], threads[2]);
        assert_eq!(answers(&repo), answers(&other));
    }
}

/// Trains in pieces that end at every tenth of the first-parent chain, then in one go in a clone.
#[track_caller]
fn pieces_make_the_whole(repo: &TestRepo) {
    let whole = repo.full_clone();
    let chain = repo.git(&["rev-list", "--first-parent", "--reverse", "HEAD"]);
    let chain: Vec<&str> = chain.lines().collect();
    for piece in 1..10 {
        risk(repo, &["train", chain[chain.len() * piece / 10]]).ok();
    }
    risk(repo, &["train", "HEAD"]).ok();
    risk(&whole, &["train", "HEAD"]).silent();
    assert_eq!(answers(repo), answers(&whole));
    assert!(state(repo) == state(&whole), "the states differ");
}

#[test]
fn a_straight_history_learned_in_ten_pieces_gives_the_state_of_one_go() {
    pieces_make_the_whole(&lived(51, 250));
}

#[test]
fn a_wild_history_learned_in_ten_pieces_gives_the_state_of_one_go() {
    pieces_make_the_whole(&random_history(52, 250));
}

#[test]
fn another_score_leaves_what_was_learned_as_it_is() {
    let repo = lived(53, 100);
    let first = json(&repo, &["score"]);
    let (before, changes) = (state(&repo), fs::read(kept(&repo, "changes")).unwrap());
    let written = fs::metadata(kept(&repo, "state")).unwrap();
    assert_eq!(json(&repo, &["score"]), first);
    json(&repo, &["score", "HEAD~50"]);
    assert!(state(&repo) == before);
    let since = fs::metadata(kept(&repo, "state")).unwrap();
    assert_eq!(written.modified().unwrap(), since.modified().unwrap());
    assert_eq!(fs::read(kept(&repo, "changes")).unwrap(), changes);
}

#[test]
fn only_new_commits_are_read() {
    let repo = lived(54, 80);
    risk(&repo, &["score"]).silent();
    let learned = fs::read(kept(&repo, "changes")).unwrap();
    repo.write("src/f1.rs", "fn anew() {}\n").commit("Anew");
    // Content of the past is gone, and nobody asks for it.
    let blob = repo.id("HEAD~60:src/f1.rs");
    lose_from_packs(&repo, &blob);
    let answer = risk(&repo, &["score"]).silent();
    answer.tells(&["Anew"]);
    assert_eq!(json(&repo, &["status"])["commits"], 81);
    let grown = fs::read(kept(&repo, "changes")).unwrap();
    assert!(grown.starts_with(&learned) && grown.len() > learned.len());
}

/// Takes a blob out of the object database.
fn lose_from_packs(repo: &TestRepo, blob: &str) {
    let objects = repo.path().join(".git/objects");
    let mut packs = Vec::new();
    let files = fs::read_dir(objects.join("pack")).expect("because a stream was imported");
    for path in files.flatten().map(|entry| entry.path()) {
        if path.extension().is_some_and(|end| end == "pack") {
            packs.push(fs::read(&path).expect("because it was listed"));
        }
        fs::remove_file(&path).expect("because it was listed");
    }
    for pack in packs {
        repo.git_with(&["unpack-objects", "-q"], &pack);
    }
    let loose = objects.join(&blob[..2]).join(&blob[2..]);
    fs::remove_file(loose).expect("because all objects were unpacked");
}

#[test]
fn four_at_once_on_an_untrained_repository_agree() {
    let repo = lived(55, 150);
    let children: Vec<_> = (0..4)
        .map(|_| {
            command(&repo, &["score", "--format", "json"])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let outputs: Vec<_> = children
        .into_iter()
        .map(|child| child.wait_with_output().unwrap())
        .collect();
    for output in &outputs {
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(output.stdout, outputs[0].stdout);
        let noted = String::from_utf8_lossy(&output.stderr);
        assert!(
            noted.is_empty() || noted.contains("another git-risk is learning here"),
            "{noted}"
        );
    }
    let last = risk(&repo, &["score", "--format", "json"]).silent();
    assert_eq!(last.out.as_bytes(), outputs[0].stdout);
    let alone = repo.full_clone();
    risk(&alone, &["train"]).silent();
    assert!(state(&repo) == state(&alone), "the states differ");
}
