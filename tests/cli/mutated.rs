//! What was learned, changed at random as a disk, a sync service or a stranger might: no answer becomes another one.

use crate::harness::{Said, kept, lived, risk};
use risk_testkit::Dice;
use std::fs;

/// Mutations of each file, all questions together.
const N: usize = 120;

/// Another content of a file: bits, bytes, stretches and ends that are not what was written.
fn mutated(whole: &[u8], others: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.up_to(bytes.len());
        let end = (at + 1 + dice.below(64)).min(bytes.len());
        match dice.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
            2 => bytes.truncate(at),
            3 => bytes[at..end].fill(*dice.pick(&[0, 0x7f, 0x80, 0xff])),
            4 => drop(bytes.drain(at..end)),
            5 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            6 => {
                // A stretch of another file, or of another time.
                let other = dice.pick(others);
                let from = dice.up_to(other.len());
                let until = (from + 4_096).min(other.len());
                bytes.splice(at..end, other[from..until].iter().copied());
            }
            7 => bytes.extend((0..dice.below(5_000)).map(|_| dice.below(256) as u8)),
            // Lengths and counts are near the beginning.
            _ if !bytes.is_empty() => {
                let at = dice.below(bytes.len().min(256));
                bytes[at] = *dice.pick(&[0, 1, 0x7f, 0x80, 0xff]);
            }
            _ => {}
        }
    }
    bytes
}

/// The answer is the right one, or it is said what repairs it.
#[track_caller]
fn is_right(said: &Said, expected: &str, told: &str) {
    match said.code {
        Some(0) => assert_eq!(said.out, expected, "{told}: {}", said.err),
        Some(2) => {
            assert_eq!(said.out, "", "{told}");
            assert!(said.err.contains("hint: "), "{told}: {}", said.err);
        }
        _ => panic!("{told}: {said:#?}"),
    }
}

/// Asks questions of a repository with one file of what was learned mutated.
fn mutate(seed: u64, name: &str, questions: &[&[&str]]) {
    let repo = lived(seed, 40);
    risk(&repo, &["score"]).silent();
    let answers: Vec<String> = questions
        .iter()
        .map(|it| risk(&repo, it).silent().out)
        .collect();
    let files = ["state", "rows", "changes"]
        .map(|name| fs::read(kept(&repo, name)).expect("because the folder is ours"));
    let mut all = files.to_vec();
    // Of an earlier time, and of another history.
    for other in [lived(seed, 30), lived(seed + 100, 35)] {
        risk(&other, &["score"]).silent();
        all.push(fs::read(kept(&other, name)).expect("because the folder is ours"));
    }
    let whole = fs::read(kept(&repo, name)).expect("because the folder is ours");
    for n in 0..N {
        let mut dice = Dice(seed << 32 | n as u64);
        for (name, bytes) in ["state", "rows", "changes"].iter().zip(&files) {
            fs::write(kept(&repo, name), bytes).expect("because the folder is ours");
        }
        fs::write(kept(&repo, name), mutated(&whole, &all, &mut dice))
            .expect("because the folder is ours");
        if name == "changes" {
            // Then history is followed from its start, with what of it was read before.
            fs::remove_file(kept(&repo, "state")).expect("because the folder is ours");
        }
        let at = n % questions.len();
        let said = risk(&repo, questions[at]);
        let told = format!("{name}, mutation {n}, {:?}", questions[at]);
        is_right(&said, &answers[at], &told);
    }
}

#[test]
fn a_mutated_state_changes_no_answer() {
    let questions: [&[&str]; 4] = [
        &["score", "HEAD", "--format", "json"],
        &["score", "HEAD~7", "--format", "json"],
        &["explain", "HEAD", "--format", "json"],
        &["status", "--format", "json"],
    ];
    mutate(81, "state", &questions);
}

#[test]
fn mutated_rows_change_no_answer() {
    let questions: [&[&str]; 3] = [
        &["score", "HEAD~7", "--format", "json"],
        &["explain", "HEAD~5", "--format", "json"],
        &["train", "--format", "json"],
    ];
    mutate(82, "rows", &questions);
}

#[test]
fn mutated_changes_change_no_answer() {
    let questions: [&[&str]; 2] = [
        &["score", "HEAD~7", "--format", "json"],
        &["score", "HEAD", "--format", "json"],
    ];
    mutate(83, "changes", &questions);
}

/// A state with the checksums that its bytes should have, as somebody would make it who wants it to be believed.
fn sealed(mut state: Vec<u8>) -> Vec<u8> {
    let word = |at: usize| {
        u32::from_le_bytes(
            state[at..at + 4]
                .try_into()
                .expect("because as many were taken"),
        ) as usize
    };
    let sums = 16 + 8 * word(12);
    let lengths = state[16..sums].chunks_exact(8);
    let blocks = lengths.map(|it| {
        u64::from_le_bytes(it.try_into().expect("because as many were taken")).div_ceil(4_096)
    });
    let body = sums + 4 * blocks.sum::<u64>() as usize + 4;
    let of_blocks: Vec<u32> = state[body..].chunks(4_096).map(crc32fast::hash).collect();
    for (at, sum) in (sums..).step_by(4).zip(of_blocks) {
        state[at..at + 4].copy_from_slice(&sum.to_le_bytes());
    }
    let sum = crc32fast::hash(&state[..body - 4]);
    state[body - 4..body].copy_from_slice(&sum.to_le_bytes());
    state
}

#[test]
fn a_state_that_is_believed_and_wrong_harms_nobody() {
    let repo = lived(86, 40);
    risk(&repo, &["score"]).silent();
    let whole = fs::read(kept(&repo, "state")).unwrap();
    assert!(sealed(whole.clone()) == whole);
    let questions: [&[&str]; 5] = [
        &["score", "HEAD"],
        &["score", "HEAD~7"],
        &["explain", "HEAD~3"],
        &["status"],
        &["why-fix", "HEAD~5"],
    ];
    let mut dice = Dice(86);
    for n in 0..100 {
        let mut state = whole.clone();
        for _ in 0..=dice.below(4) {
            // Behind the header, whose sums are put right.
            let at = 1_024 + dice.below(whole.len() - 1_024);
            state[at] = *dice.pick(&[0, 1, 2, 0x7f, 0x80, 0xff]);
        }
        fs::write(kept(&repo, "state"), sealed(state)).unwrap();
        let said = risk(&repo, questions[n % questions.len()]);
        assert!(matches!(said.code, Some(0 | 2)), "mutation {n}: {said:#?}");
    }
}

#[test]
fn a_mutated_export_is_refused_or_is_the_one_that_was_made() {
    let repo = lived(84, 40);
    let expected = risk(&repo, &["score", "HEAD", "--format", "json"])
        .silent()
        .out;
    let file = repo.path().join("export");
    let name = file.to_str().unwrap();
    risk(&repo, &["state", "export", name]).ok();
    let whole = fs::read(&file).unwrap();
    let clone = repo.full_clone();
    let mut dice = Dice(84);
    for n in 0..80 {
        let bytes = mutated(&whole, std::slice::from_ref(&whole), &mut dice);
        fs::write(&file, &bytes).unwrap();
        let said = risk(&clone, &["state", "import", name]);
        assert!(matches!(said.code, Some(0 | 2)), "mutation {n}: {said:#?}");
        assert!(
            said.code == Some(2) || bytes == whole,
            "mutation {n} is taken"
        );
        if said.code == Some(2) {
            assert!(said.err.contains("hint: "), "mutation {n}: {}", said.err);
        }
    }
    let now = risk(&clone, &["score", "HEAD", "--format", "json"]).ok();
    assert_eq!(now.out, expected);
}

#[test]
fn mutated_labels_are_refused_by_line_or_are_labels() {
    let repo = lived(85, 40);
    risk(&repo, &["score"]).silent();
    for commit in ["HEAD~3", "HEAD~5"] {
        risk(&repo, &["label", commit, "clean", "--why", "looked at"]).ok();
    }
    let whole = fs::read(kept(&repo, "labels")).unwrap();
    let mut dice = Dice(85);
    for n in 0..80 {
        let bytes = mutated(&whole, std::slice::from_ref(&whole), &mut dice);
        fs::write(kept(&repo, "labels"), &bytes).unwrap();
        let said = risk(&repo, &["score", "HEAD", "--format", "json"]);
        match said.code {
            Some(0) => {}
            Some(2) => assert!(said.err.contains("line "), "mutation {n}: {}", said.err),
            _ => panic!("mutation {n}: {said:#?}"),
        }
        let kept = fs::read(kept(&repo, "labels")).unwrap();
        assert!(kept == bytes, "mutation {n}: what people made was touched");
    }
}
