//! Clocks that are wrong, or jump.

use crate::harness::{Said, command, fresh, kept, lived, risk, said};
use crate::shim::set_clock;
use risk_testkit::TestRepo;
use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Long before 1970, a little before and after now, long after, and anything.
const CLOCKS: [&str; 8] = [
    "-4000000000",
    "-86400",
    "-1",
    "3600",
    "4000000000",
    "wild 1",
    "wild 2",
    "wild 3",
];

fn at(repo: &TestRepo, clock: &str, args: &[&str]) -> Said {
    let mut command = command(repo, args);
    set_clock(&mut command, clock);
    said(command)
}

#[test]
fn no_answer_depends_on_the_clock() {
    let repo = lived(330, 48);
    let question = ["score", "HEAD~8..HEAD", "--format", "json"];
    let right = fresh(&repo, &question[..2]);
    for clock in CLOCKS {
        risk(&repo, &["train", "--fresh", "HEAD~9"]).ok();
        let before = at(&repo, clock, &["score", "HEAD"]).ok();
        assert_eq!(before.err, "", "{clock}");
        assert_eq!(at(&repo, clock, &question).ok().json(), right, "{clock}");
        // And not on what was written at another time.
        assert_eq!(risk(&repo, &question).ok().json(), right, "{clock}");
        for args in [
            &["train"] as &[&str],
            &["status"],
            &["report", "--out", "-"],
            &["explain"],
        ] {
            let said = at(&repo, clock, args).ok();
            assert!(!said.err.contains("panicked"), "{clock}: {said:#?}");
        }
    }
}

#[test]
fn the_label_given_last_holds_whatever_the_clock_says() {
    let repo = lived(331, 48);
    let mut labels = ["clean", "defective"].into_iter().cycle();
    for clock in CLOCKS {
        let label = labels.next().unwrap();
        at(
            &repo,
            clock,
            &["label", "HEAD~9", label, "--why", "it was seen"],
        )
        .ok();
        let listed = crate::harness::json(&repo, &["label"]);
        let listed = listed["labels"].as_array().unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0]["label"], label, "{clock}");
    }
}

#[test]
fn a_push_keeps_to_its_budget_whatever_the_clock_does() {
    let repo = lived(332, 120);
    risk(&repo, &["train"]).ok();
    repo.git(&["config", "risk.warnAbove", "p1"]);
    repo.git(&["config", "risk.hook.budget", "1min"]);
    let line = format!(
        "refs/heads/main {} refs/heads/main {}\n",
        repo.head(),
        repo.id("HEAD~20")
    );
    let mut expected = None;
    for clock in CLOCKS {
        let _ = std::fs::remove_file(kept(&repo, "shown"));
        let mut command = command(&repo, &["hook", "run", "origin", "there"]);
        set_clock(&mut command, clock);
        let begun = Instant::now();
        let mut child = command
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(line.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{clock}: {output:?}");
        assert!(begun.elapsed() < Duration::from_secs(50), "{clock}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("stand out"), "{clock}: {told}");
        assert_eq!(*expected.get_or_insert(told.clone()), told, "{clock}");
    }
}
