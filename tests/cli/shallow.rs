//! Shallow checkouts, as CI makes them, with what was learned in a full clone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::harness::{Said, command, json, kept, lived, risk, said};
use risk_testkit::TestRepo;
use serde_json::Value;
use std::path::Path;

/// What was learned on `main`.
fn learned(repo: &TestRepo) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let at_main = repo.full_clone();
    at_main.git(&["checkout", "-q", "-B", "main", "origin/main"]);
    at_main.git(&["update-ref", "-d", "refs/remotes/origin/HEAD"]);
    risk(&at_main, &["train", "origin/main"]).silent();
    let name = file.path().to_str().unwrap();
    risk(&at_main, &["state", "export", name]).silent();
    file
}

/// A detached checkout of one reference alone, as CI does it.
fn checkout(repo: &TestRepo, name: &str, depth: Option<u32>) -> TestRepo {
    let copy = TestRepo::new();
    let from = format!("file://{}", repo.path().display());
    let depth = depth.map(|depth| format!("--depth={depth}"));
    let mut args = vec!["fetch", "-q", "--no-tags"];
    args.extend(depth.as_deref());
    args.extend([from.as_str(), name]);
    copy.git(&args);
    copy.git(&["checkout", "-q", "--detach", "FETCH_HEAD"]);
    copy
}

fn import(repo: &TestRepo, file: &Path) -> Said {
    risk(repo, &["state", "import", file.to_str().unwrap()])
}

/// `main`, a branch `topic` of `n` commits on top of it, and `merge` of both, which is checked out by CI.
fn with_topic(seed: u64, n: usize) -> TestRepo {
    let repo = lived(seed, 120);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    for step in 0..n {
        repo.write(
            format!("src/f{step}.rs"),
            &format!("fn topic_{step}() {{}}\n"),
        )
        .commit(format!("Fix f{step} on topic"));
    }
    repo.git(&["checkout", "-q", "-b", "merge", "main"]);
    repo.merge(&["topic"], "Merge topic");
    repo
}

#[test]
fn a_checkout_that_is_deep_enough_answers_as_a_full_one() {
    let repo = with_topic(110, 3);
    let file = learned(&repo);
    let full = checkout(&repo, "merge", None);
    import(&full, file.path()).silent();
    // The merge, three commits, and the one they began from.
    for depth in [5, 6, 40] {
        let shallow = checkout(&repo, "merge", Some(depth));
        assert_eq!(
            shallow
                .git(&["rev-parse", "--is-shallow-repository"])
                .trim(),
            "true"
        );
        import(&shallow, file.path()).silent();
        for args in [
            &["score", "HEAD^1..HEAD^2"][..],
            &["score"],
            &["explain", "HEAD^2"],
            &["score", "HEAD^2~1"],
            &["score", "HEAD^2"],
            &["annotate", "HEAD^1..HEAD^2", "--all"],
            &["annotate", "HEAD^1..HEAD", "--all"],
            &["train"],
            &["status"],
        ] {
            assert_eq!(
                json(&shallow, args),
                json(&full, args),
                "{args:?} at {depth}"
            );
            let text = |repo| risk(repo, args).silent().out;
            assert_eq!(text(&shallow), text(&full), "{args:?} at {depth}");
        }
    }
}

#[test]
fn one_that_is_not_is_refused_with_the_depth_it_takes() {
    let repo = with_topic(111, 3);
    let file = learned(&repo);
    let depth_told = |said: Said, depth: &str| {
        said.refused(&[
            "the clone is shallow",
            &format!("fetch-depth: {depth}"),
            &format!("GIT_DEPTH: {depth}"),
        ]);
    };
    // The parents that are missing are known, so that it is certain what is enough.
    let shallow = checkout(&repo, "merge", Some(4));
    import(&shallow, file.path()).silent();
    let before = std::fs::read(kept(&shallow, "state")).unwrap();
    for args in [
        &["score"][..],
        &["score", "HEAD^1..HEAD^2"],
        &["annotate", "HEAD^1..HEAD"],
        &["annotate", "HEAD^1..HEAD^2"],
        &["train"],
    ] {
        depth_told(risk(&shallow, args), "5");
        risk(&shallow, args).refused(&["git fetch --deepen=1"]);
    }
    assert!(std::fs::read(kept(&shallow, "state")).unwrap() == before);
    // Here nobody knows how much lies behind.
    for depth in [2, 3] {
        let shallow = checkout(&repo, "merge", Some(depth));
        import(&shallow, file.path()).silent();
        depth_told(risk(&shallow, &["score"]), "0");
        risk(&shallow, &["score"]).refused(&["git fetch --unshallow"]);
    }
    // Without what was learned all of history is needed.
    let shallow = checkout(&repo, "merge", Some(40));
    depth_told(risk(&shallow, &["score"]), "0");
    assert!(!kept(&shallow, "state").exists());
}

#[test]
fn one_commit_more_is_enough_where_that_is_said() {
    let repo = with_topic(112, 2);
    let file = learned(&repo);
    let shallow = checkout(&repo, "merge", Some(3));
    import(&shallow, file.path()).silent();
    risk(&shallow, &["score"]).refused(&["fetch-depth: 4", "--deepen=1"]);
    let from = format!("file://{}", repo.path().display());
    shallow.git(&["fetch", "-q", "--deepen=1", &from, "merge"]);
    let full = checkout(&repo, "merge", None);
    import(&full, file.path()).silent();
    let score = |repo| json(repo, &["score", "HEAD^1..HEAD"]);
    assert_eq!(score(&shallow), score(&full));
}

#[test]
fn the_commit_that_was_learned_up_to_must_be_there() {
    let repo = with_topic(113, 3);
    let file = learned(&repo);
    let shallow = checkout(&repo, "topic", Some(2));
    import(&shallow, file.path()).refused(&[
        &repo.id("main"),
        "not in this repository",
        "git fetch --unshallow",
    ]);
}

#[test]
fn a_main_branch_that_has_gone_on_is_followed_in_a_shallow_checkout() {
    let repo = with_topic(114, 2);
    let file = learned(&repo);
    repo.switch("main");
    for step in 0..3 {
        repo.write("src/f5.rs", &format!("fn main_{step}() {{}}\n"))
            .commit(format!("Fix f5 again, {step}"));
    }
    repo.git(&["checkout", "-q", "-B", "merge", "main"]);
    repo.merge(&["topic"], "Merge topic");
    let full = checkout(&repo, "merge", None);
    import(&full, file.path()).silent();
    let shallow = checkout(&repo, "merge", Some(5));
    import(&shallow, file.path()).silent();
    for args in [&["score"][..], &["score", "HEAD^1..HEAD^2"], &["train"]] {
        assert_eq!(json(&shallow, args), json(&full, args), "{args:?}");
    }
    let less = checkout(&repo, "merge", Some(4));
    // The tip of what was learned is one step too far away, and not here at all with less.
    if import(&less, file.path()).code == Some(0) {
        risk(&less, &["score"]).refused(&["fetch-depth: 5"]);
    }
}

#[test]
fn a_range_whose_base_is_cut_off_from_it_is_refused() {
    // X is behind the end of the clone on the way from the base, and here on the way from the tip:
    //
    //   H---X---C---B        B is a merge of C and H, the base; T forked from X
    //    \   \     /
    //     \   T   /
    //      `-----'
    let repo = lived(115, 100);
    let commit = |name: &str| {
        repo.write(format!("{name}.rs"), "fn it() {}\n")
            .commit(name)
    };
    commit("H");
    repo.branch("h");
    commit("X");
    repo.branch("x");
    commit("C");
    repo.git(&["checkout", "-q", "h"]);
    commit("S");
    repo.switch("main");
    repo.merge(&["h"], "B");
    repo.git(&["checkout", "-q", "-b", "topic", "x"]);
    commit("T");
    let file = learned(&repo);
    let range = ["score", "main..topic"];
    let fetched = |depth: &[(&str, u32)]| {
        let copy = TestRepo::new();
        copy.git(&["symbolic-ref", "HEAD", "refs/heads/none"]);
        let from = format!("file://{}", repo.path().display());
        for (name, depth) in depth {
            let to = format!("{name}:refs/heads/{name}");
            copy.git(&["fetch", "-q", &format!("--depth={depth}"), &from, &to]);
        }
        copy.git(&["checkout", "-q", "--detach", "main"]);
        copy
    };
    let full = fetched(&[("main", 1_000), ("topic", 1_000)]);
    import(&full, file.path()).silent();
    let expected = json(&full, &range);
    assert_eq!(subjects(&expected), ["T"]);
    // Whatever the depths: the same answer, or none.
    let mut answered = 0;
    for main in 1..6 {
        for topic in 1..6 {
            let shallow = fetched(&[("main", main), ("topic", topic)]);
            if import(&shallow, file.path()).code != Some(0) {
                continue;
            }
            let mut command = command(&shallow, &range);
            command.args(["--format", "json"]);
            let said = said(command);
            if said.code == Some(0) {
                answered += 1;
                assert_eq!(said.json(), expected, "{main} and {topic}");
            } else {
                said.refused(&["the clone is shallow"]);
            }
        }
    }
    assert!(answered > 0);
}

fn subjects(answer: &Value) -> Vec<&str> {
    let scores = answer["scores"].as_array().unwrap();
    scores
        .iter()
        .map(|it| it["subject"].as_str().unwrap())
        .collect()
}
