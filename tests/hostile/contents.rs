//! Files that are far larger than what they are stored in, or that are hard to compare.

use crate::harness::lived;
use crate::objects::{Draft, entry, file_of, object};
use crate::size;
use crate::trial::Trial;
use risk_testkit::TestRepo;
use std::fmt::Write;

/// Commits each content as one file beside nothing else.
fn versions(seed: u64, contents: impl Iterator<Item = Vec<u8>>) -> TestRepo {
    let repo = lived(seed, 30);
    for (step, content) in contents.enumerate() {
        let blob = object(&repo, "blob", &content);
        Draft {
            tree: object(&repo, "tree", &entry("100644", b"large.rs", &blob)),
            message: format!("Fix step {step}\n").into_bytes(),
            ..Draft::on(&repo, 100 + step)
        }
        .land(&repo);
    }
    repo
}

#[test]
fn files_that_are_packed_a_thousand_times_smaller_are_left_out() {
    let n = size(40 << 20, 1 << 30);
    let bomb = |last: u8| {
        let mut bytes = vec![0; n];
        bytes.push(last);
        bytes
    };
    let small = || b"fn small() {}\n".to_vec();
    let repo = versions(
        540,
        [
            &small as &dyn Fn() -> Vec<u8>,
            &|| bomb(0),
            &|| bomb(1),
            &small,
        ]
        .iter()
        .map(|it| it()),
    );
    let trial = Trial::new("a bomb in a file of its own", &repo).within(400, 512);
    let loose = trial.answers();
    let left_out = loose["scores"][1]["left_out"].as_array().unwrap();
    assert!(left_out[0].as_str().unwrap().contains("larger than 32 MiB"));
    trial.pushes();
    repo.git(&["config", "core.bigFileThreshold", "2g"]);
    repo.git(&["config", "pack.window", "2"]);
    repo.git(&["repack", "-a", "-d", "-q"]);
    assert!(!file_of(&repo, &repo.id("HEAD~1:large.rs")).exists());
    let trial = Trial::new("a bomb in a pack", &repo).within(400, 512);
    assert_eq!(trial.answers(), loose);
    trial.pushes();
}

#[test]
fn one_line_as_long_as_a_file_may_be_is_compared() {
    let n = size(1 << 20, 30 << 20);
    let line = |step: usize| {
        let mut line: Vec<u8> = (0..n).map(|at| b'a' + (at * 7 % 26) as u8).collect();
        line[n / 2] = b'0' + step as u8;
        line
    };
    let repo = versions(541, (0..4).map(line));
    let trial = Trial::new("one long line", &repo).within(120, 900);
    trial.answers();
    trial.everything();
    trial.pushes();
}

#[test]
fn a_million_equal_lines_are_compared() {
    let n = size(100_000, 1_000_000);
    let equal = |step: usize| b"}\n".repeat(n + step * 1_000);
    let repo = versions(542, (0..4).map(equal));
    let trial = Trial::new("a million equal lines", &repo).within(120, 900);
    trial.answers();
    trial.pushes();
}

/// Each version has the lines of the one before it in another order, or every other one replaced: what a difference
/// of lines takes longest for.
#[test]
fn lines_in_another_order_are_compared() {
    let n = size(5_000, 300_000);
    let orders: [fn(usize, usize) -> usize; 4] = [
        |at, _| at,
        |at, n| n - 1 - at,
        |at, n| at * 7_919 % n,
        |at, _| at / 2 * 2,
    ];
    let shuffled = |order: &fn(usize, usize) -> usize| {
        let mut text = String::new();
        for at in 0..n {
            writeln!(text, "let v{} = {};", order(at, n), order(at, n) % 7).unwrap();
        }
        text.into_bytes()
    };
    let repo = versions(543, orders.iter().map(shuffled));
    let trial = Trial::new("lines in another order", &repo).within(120, 900);
    trial.answers();
    trial.pushes();
    // Two kinds of lines alone, in patterns that never fit.
    let two = |step: usize| {
        let kinds = ["{\n", "}\n"];
        let at = |at: usize| kinds[(at * at / (step + 2) + step) % 2].as_bytes();
        (0..n).flat_map(at).copied().collect()
    };
    let repo = versions(544, (0..4).map(two));
    let trial = Trial::new("two kinds of lines", &repo).within(120, 900);
    trial.answers();
    trial.pushes();
}

/// Each change rewrites every line of a file that fixes follow: what following lines back takes longest for.
#[test]
fn a_file_of_which_every_line_changes_with_every_commit_is_followed() {
    let n = size(1_000, 20_000);
    let step = |step: usize| {
        let mut text = String::new();
        for at in 0..n {
            writeln!(text, "let v{at} = {};", (at + step) % 977 / (1 + at % 3)).unwrap();
        }
        text.into_bytes()
    };
    let repo = versions(545, (0..size(30, 100)).map(step));
    let trial = Trial::new("every line with every commit", &repo).within(300, 900);
    trial.answers();
    trial.pushes();
}
