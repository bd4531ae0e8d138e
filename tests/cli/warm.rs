//! What was learned is read only as far as a question needs it.
//!
//! The rest is overwritten: whoever reads it says so and learns anew.

use crate::harness::{json, kept, lived, risk, state};
use risk_testkit::TestRepo;
use std::fs;

const BLOCK: usize = 4096;

/// Overwrites all parts of the state but some.
pub(crate) fn spoil_all_but(repo: &TestRepo, needed: &[usize]) {
    let mut bytes = state(repo);
    let number = |at: usize, n: usize| {
        let le = bytes[at..at + n].iter().rev();
        le.fold(0, |sum, &byte| sum << 8 | usize::from(byte))
    };
    let n_parts = number(12, 4);
    let blocks: Vec<usize> = (0..n_parts)
        .map(|part| number(16 + 8 * part, 8).div_ceil(BLOCK))
        .collect();
    let mut at = 16 + 8 * n_parts + 4 * blocks.iter().sum::<usize>() + 4;
    assert_eq!(at + blocks.iter().sum::<usize>() * BLOCK, bytes.len());
    for (part, n_blocks) in blocks.into_iter().enumerate() {
        let end = at + n_blocks * BLOCK;
        if !needed.contains(&part) {
            bytes[at..end].fill(0xa5);
        }
        at = end;
    }
    fs::write(kept(repo, "state"), bytes).expect("because it was just read");
}

#[test]
fn a_score_of_the_tip_reads_what_was_kept_about_it_and_nothing_else() {
    let repo = lived(80, 120);
    risk(&repo, &["train"]).silent();
    let (text, answer) = (
        risk(&repo, &["score"]).silent().out,
        json(&repo, &["score"]),
    );
    // Learned anew without what was kept, the answer is the same.
    let computed = json(&repo, &["score", "HEAD~0"]);
    assert_eq!(computed, answer);
    spoil_all_but(&repo, &[0, 2]);
    for name in ["rows", "changes"] {
        fs::remove_file(kept(&repo, name)).unwrap();
    }
    assert_eq!(risk(&repo, &["score"]).silent().out, text);
    assert_eq!(json(&repo, &["score", "HEAD"]), answer);
    risk(&repo, &["score", "HEAD~1"])
        .ok()
        .notes(&["learning anew"]);
}

#[test]
fn a_score_of_a_new_commit_reads_the_last_thousand_rows_at_most() {
    let repo = lived(81, 1_300);
    risk(&repo, &["train"]).silent();
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.write("src/new.rs", "fn new() {}\n").commit("Add new");
    let answer = json(&repo, &["score"]);
    let old = json(&repo, &["score", "HEAD~1200"]);
    let mut rows = fs::read(kept(&repo, "rows")).unwrap();
    let older = rows.len() / 1_300 * 250;
    rows[16..older].fill(0xa5);
    fs::write(kept(&repo, "rows"), &rows).unwrap();
    let said = risk(&repo, &["score", "--format", "json"]).silent();
    assert_eq!(said.json(), answer);
    // Where those rows are needed, damage is noticed, and the answer stays.
    let said = risk(&repo, &["score", "HEAD~1200", "--format", "json"]).ok();
    said.notes(&["learning anew"]);
    assert_eq!(said.json(), old);
}

#[test]
fn new_rows_are_appended() {
    let repo = lived(82, 100);
    risk(&repo, &["train"]).silent();
    let before = fs::read(kept(&repo, "rows")).unwrap();
    repo.write("src/new.rs", "fn new() {}\n").commit("Add new");
    // What a process that died has left is cut off.
    let longer = [before.as_slice(), b"left over"].concat();
    fs::write(kept(&repo, "rows"), longer).unwrap();
    risk(&repo, &["train"]).silent();
    let after = fs::read(kept(&repo, "rows")).unwrap();
    assert!(after.starts_with(&before) && after.len() > before.len());
    let alone = repo.full_clone();
    risk(&alone, &["train"]).silent();
    assert!(after == fs::read(kept(&alone, "rows")).unwrap());
    assert!(state(&repo) == state(&alone), "the states differ");
}

#[test]
fn branches_that_left_early_are_caught_up_with_without_a_fold_from_the_start() {
    let repo = lived(83, 120);
    for (name, left) in [("one", "HEAD~70"), ("two", "HEAD~20")] {
        repo.git(&["checkout", "-q", "-b", name, left]);
        repo.write(format!("{name}.rs"), "fn topic() {\n}\n")
            .commit(format!("Add {name}"));
        repo.write("src/f1.rs", &format!("fn {name}() {{}}\n"))
            .commit(format!("Fix f1 on {name}"));
        repo.switch("main");
    }
    // A branch on top of another, which left from no commit of the main branch.
    repo.git(&["checkout", "-q", "-b", "three", "one"]);
    repo.write("one.rs", "fn topic() {\n    repaired();\n}\n")
        .commit("Fix one");
    repo.switch("main");
    repo.merge(&["one", "-Xours"], "Merge one");
    risk(&repo, &["train"]).silent();
    let before = fs::read(kept(&repo, "changes")).unwrap();
    for name in ["two", "three"] {
        repo.merge(&[name, "-Xours"], &format!("Merge {name}"));
        // A fold from the start would be noted.
        risk(&repo, &["train"]).silent();
    }
    let after = fs::read(kept(&repo, "changes")).unwrap();
    assert!(after.starts_with(&before) && after.len() > before.len());
    let alone = repo.full_clone();
    risk(&alone, &["train"]).silent();
    assert!(state(&repo) == state(&alone), "the states differ");
}

#[test]
fn a_branch_may_leave_history_before_its_files_were_moved() {
    for is_changed in [false, true] {
        let repo = lived(84, 80);
        repo.git(&["branch", "early"]);
        for (from, to) in [("f3", "g3"), ("g3", "h3")] {
            repo.git(&["mv", &format!("src/{from}.rs"), &format!("src/{to}.rs")]);
            if is_changed {
                let file = repo.path().join(format!("src/{to}.rs"));
                let text = fs::read_to_string(&file).unwrap();
                fs::write(file, format!("// {to}\n{text}")).unwrap();
            }
            repo.commit(format!("Move {from} to {to}"));
        }
        risk(&repo, &["train"]).silent();
        repo.git(&["checkout", "-q", "early"]);
        // A fix of lines that others wrote, so that where lines come from matters.
        let text = fs::read_to_string(repo.path().join("src/f3.rs")).unwrap();
        let halved: Vec<&str> = text.lines().step_by(2).collect();
        let halved = halved.join("\n") + "\n";
        repo.write("src/f3.rs", &halved).commit("Fix f3");
        let question = ["score", "main..early"];
        let looked_ahead = json(&repo, &question);
        // With all that was learned at hand.
        fs::remove_dir_all(kept(&repo, "")).unwrap();
        assert_eq!(looked_ahead, json(&repo, &question), "{is_changed}");
    }
}
