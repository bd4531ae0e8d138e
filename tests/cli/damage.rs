//! Files that are not what was written: what was learned, and the repository itself.

use crate::harness::{command, json, kept, lived, risk, state};
use risk_testkit::{Dice, TestRepo};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

/// Puts `bytes` in place of a file of what was learned, and asks: the answer must stay, and be kept again.
#[track_caller]
fn is_learned_anew(repo: &TestRepo, name: &str, bytes: &[u8], answer: &Value, whole: &[u8]) {
    fs::write(kept(repo, name), bytes).expect("because the folder was made by a score");
    let said = risk(repo, &["score", "--format", "json"]).ok();
    assert_eq!(&said.json(), answer);
    if name == "state" {
        said.notes(&["learning anew"]);
        assert!(state(repo) == whole, "the state is another one now");
    }
}

#[test]
fn a_damaged_state_is_learned_anew() {
    let repo = lived(70, 60);
    let answer = json(&repo, &["score"]);
    let whole = state(&repo);
    let mut dice = Dice(70);
    let mut offsets: Vec<usize> = (0..16).collect();
    offsets.extend((0..24).map(|_| dice.below(whole.len())));
    offsets.push(whole.len() - 1);
    for at in offsets {
        let mut flipped = whole.clone();
        // Downwards in the version, so that it is not that of a newer one.
        let bit = dice.below(8) as u32;
        let bit = if at == 8 {
            whole[at].trailing_zeros()
        } else {
            bit
        };
        flipped[at] ^= 1 << bit;
        if (9..12).contains(&at) {
            continue;
        }
        fs::write(kept(&repo, "state"), &flipped).unwrap();
        let said = risk(&repo, &["score", "--format", "json"]).ok();
        assert_eq!(said.json(), answer, "byte {at} of {}", whole.len());
        // A question about the past may not need the damaged part; what goes on does.
        if !said.err.is_empty() {
            said.notes(&["learning anew"]);
            assert!(state(&repo) == whole, "byte {at} of {}", whole.len());
        }
        fs::write(kept(&repo, "state"), &whole).unwrap();
    }
}

#[test]
fn a_damaged_state_is_noticed_when_history_goes_on() {
    let repo = lived(71, 60);
    risk(&repo, &["train"]).silent();
    let whole = state(&repo);
    repo.write("src/f1.rs", "fn anew() {}\n")
        .commit("Fix f1, anew");
    let other = repo.full_clone();
    let answer = json(&other, &["score"]);
    let expected = state(&other);
    let mut dice = Dice(71);
    for _ in 0..24 {
        let at = 12 + dice.below(whole.len() - 12);
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << dice.below(8);
        fs::write(kept(&repo, "state"), &flipped).unwrap();
        let said = risk(&repo, &["score", "--format", "json"]).ok();
        let note = &said.err;
        // The four zero bytes of each part are covered by the header's sum.
        assert!(note.contains("learning anew"), "byte {at}: {note}");
        assert_eq!(said.json()["scores"], answer["scores"], "byte {at}");
        assert!(state(&repo) == expected, "byte {at} of {}", whole.len());
    }
}

#[test]
fn a_state_that_was_cut_or_is_something_else_is_learned_anew() {
    let repo = lived(72, 60);
    let answer = json(&repo, &["score"]);
    let whole = state(&repo);
    let mut dice = Dice(72);
    let mut lengths = vec![0, 1, 7, 8, 11, 12, 15, 16, 100, whole.len() - 1];
    lengths.extend((0..14).map(|_| dice.below(whole.len())));
    for length in lengths {
        is_learned_anew(&repo, "state", &whole[..length], &answer, &whole);
    }
    let longer = [whole.as_slice(), b"more"].concat();
    is_learned_anew(&repo, "state", &longer, &answer, &whole);
    let garbage: Vec<u8> = (0..5_000).map(|_| dice.below(256) as u8).collect();
    is_learned_anew(&repo, "state", &garbage, &answer, &whole);
    is_learned_anew(&repo, "state", &[0; 4_096], &answer, &whole);
}

#[test]
fn damaged_changes_are_read_from_git_again() {
    let repo = lived(73, 60);
    let answer = json(&repo, &["score"]);
    let whole = fs::read(kept(&repo, "changes")).unwrap();
    let mut dice = Dice(73);
    for _ in 0..16 {
        let mut flipped = whole.clone();
        flipped[dice.below(whole.len())] ^= 1 << dice.below(8);
        let cut = &whole[..dice.below(whole.len())];
        for bytes in [flipped.as_slice(), cut] {
            // Without a state, history is followed from the start.
            fs::remove_file(kept(&repo, "state")).unwrap();
            is_learned_anew(&repo, "changes", bytes, &answer, &whole);
        }
    }
    let before = state(&repo);
    repo.write("src/f1.rs", "fn b() {}\n").commit("Fix f1");
    fs::write(kept(&repo, "changes"), &whole[..whole.len() / 2]).unwrap();
    risk(&repo, &["train"]).ok();
    assert!(state(&repo) != before);
    let alone = repo.full_clone();
    assert_eq!(json(&repo, &["train"]), json(&alone, &["train"]));
}

#[test]
fn a_killed_run_leaves_nothing_wrong_behind() {
    let repo = lived(74, 200);
    let answer = json(&repo, &["score"]);
    let whole = state(&repo);
    // Denser at the start; the last ones come when the run is about to end or has ended.
    for run in 0..20_u64 {
        let after = Duration::from_millis(1 + run * run * 3 / 2);
        if run % 2 == 0 {
            fs::remove_file(kept(&repo, "state")).unwrap();
        }
        let mut child = command(&repo, &["train", "--fresh"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(after);
        // It may have ended already.
        child.kill().unwrap();
        child.wait().unwrap();
        let said = risk(&repo, &["score", "--format", "json"]).silent();
        assert_eq!(said.json(), answer, "killed after {after:?}");
        assert!(state(&repo) == whole, "killed after {after:?}");
    }
    let mut left: Vec<_> = fs::read_dir(kept(&repo, ""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    risk(&repo, &["train", "--fresh"]).silent();
    left.retain(|name| !name.starts_with(".new-"));
    left.sort_unstable();
    assert_eq!(left, ["changes", "lock", "rows", "state"]);
}

#[test]
fn rows_of_a_run_that_died_are_cut_off() {
    let repo = lived(75, 60);
    risk(&repo, &["train"]).silent();
    for more in [1, 671, 672, 50_000] {
        let mut rows = fs::read(kept(&repo, "rows")).unwrap();
        rows.resize(rows.len() + more, 0xa5);
        fs::write(kept(&repo, "rows"), rows).unwrap();
        risk(&repo, &["score"]).silent();
        repo.write("src/f1.rs", &format!("fn more{more}() {{}}\n"))
            .commit(format!("Fix f1, {more}"));
        risk(&repo, &["train"]).silent();
        let other = repo.full_clone();
        risk(&other, &["train"]).silent();
        assert!(state(&repo) == state(&other), "{more} bytes");
        let rows = |repo| fs::read(kept(repo, "rows")).unwrap();
        assert!(rows(&repo) == rows(&other), "{more} bytes");
    }
}

fn object(repo: &TestRepo, id: &str) -> PathBuf {
    let (folder, file) = id.split_at(2);
    repo.path().join(".git/objects").join(folder).join(file)
}

#[test]
fn a_change_with_a_lost_file_is_not_scored_and_the_others_are() {
    let repo = TestRepo::new();
    for step in 0..6 {
        repo.write("a.rs", &format!("fn a{step}() {{}}\n"))
            .write(format!("b{step}.rs"), "fn b() {}\n")
            .commit(format!("Step {step}"));
    }
    let blob = repo.id("HEAD~2:a.rs");
    fs::remove_file(object(&repo, &blob)).unwrap();
    let answer = json(&repo, &["score", "HEAD~5..HEAD"]);
    let scored: Vec<&str> = answer["scores"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["subject"].as_str().unwrap())
        .collect();
    // The one that brought it in, and the one that edited it.
    for lost in ["Step 3", "Step 4"] {
        assert!(!scored.contains(&lost), "{scored:?}");
    }
    assert_eq!(scored.len(), 3, "{scored:?}");
    risk(&repo, &["score", "HEAD~2"]).refused(&[
        "has no score",
        "could not be read",
        "git fsck",
        "git risk status --skipped",
    ]);
    let status = json(&repo, &["status"]);
    assert_eq!(status["changes"], 4);
    let skipped = status["skipped"].as_array().unwrap();
    let unread = skipped
        .iter()
        .find(|one| one["why"].as_str().unwrap().contains("could not be read"));
    assert_eq!(unread.unwrap()["count"], 2);
    risk(&repo, &["status"])
        .silent()
        .tells(&["left out", "a file could not be read"]);
    risk(&repo, &["status", "--skipped"]).silent().tells(&[
        &repo.id("HEAD~2"),
        &repo.id("HEAD~1"),
        "a.rs",
    ]);
}

#[test]
fn a_change_whose_file_is_back_is_learned_as_anywhere() {
    let repo = lived(76, 60);
    repo.write("src/f1.rs", "fn lost() {}\n").commit("Lose f1");
    repo.write("src/f1.rs", "fn found() {}\n").commit("Fix f1");
    let path = object(&repo, &repo.id("HEAD~1:src/f1.rs"));
    let away = path.with_extension("away");
    fs::rename(&path, &away).unwrap();
    // Neither the answer about the tip nor what was read of these changes is kept for good.
    risk(&repo, &["train"]).silent();
    risk(&repo, &["score", "HEAD~1"]).refused(&["could not be read"]);
    fs::rename(&away, &path).unwrap();
    let clone = repo.full_clone();
    for args in [&["score"] as &[&str], &["score", "HEAD~5..HEAD"]] {
        let said = risk(&repo, &[args, &["--format", "json"]].concat()).ok();
        assert_eq!(said.json(), json(&clone, args));
    }
    assert_eq!(json(&repo, &["train"]), json(&clone, &["train"]));
}

#[test]
fn a_file_that_is_too_large_is_told_with_the_score() {
    let repo = TestRepo::new();
    repo.write("a.rs", "fn a() {}\n").write("b.bin", "small\n");
    repo.commit("Begin");
    let large = "a line of text\n".repeat((33 << 20) / 15);
    repo.write("a.rs", "fn a() {}\nfn b() {}\n")
        .write("b.bin", &large);
    let told = ["left out", "larger than 32 MiB"];
    risk(&repo, &["score", "--worktree"]).tells(&told);
    repo.git(&["add", "-A"]);
    risk(&repo, &["score", "--staged"]).tells(&told);
    repo.commit("Grow");
    for _ in ["learned", "kept"] {
        risk(&repo, &["score"]).tells(&told);
    }
    let scored = json(&repo, &["score", "HEAD~1..HEAD"]);
    let left_out = scored["scores"][0]["left_out"].as_array().unwrap();
    assert!(left_out[0].as_str().unwrap().contains("larger than 32 MiB"));
}

#[test]
fn a_lost_or_corrupt_commit_is_named() {
    let repo = TestRepo::new();
    for step in 0..6 {
        repo.write("a.rs", &format!("fn a{step}() {{}}\n"))
            .commit(format!("Step {step}"));
    }
    let id = repo.id("HEAD~3");
    let path = object(&repo, &id);
    let n_bytes = fs::read(&path).unwrap().len();
    fs::remove_file(&path).unwrap();
    risk(&repo, &["score"]).refused(&[&id, "missing or corrupt", "hint: git fsck"]);
    fs::write(&path, vec![0x55; n_bytes]).unwrap();
    risk(&repo, &["train"]).refused(&[&id, "hint: git fsck"]);
    assert!(!kept(&repo, "state").exists());
}
