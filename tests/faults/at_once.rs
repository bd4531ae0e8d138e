//! Several processes at once, and one that is stopped while it holds what others need.

use crate::harness::{command, fresh, json, kept, lived, risk};
use crate::shim::Fault;
use risk_testkit::TestRepo;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What nobody waits for in vain.
const LONGEST: Duration = Duration::from_secs(100);

/// A history of which all but the last commits were learned.
fn behind(seed: u64) -> TestRepo {
    let repo = lived(seed, 120);
    risk(&repo, &["train", "HEAD~9"]).ok();
    repo
}

fn start(repo: &TestRepo, args: &[&str]) -> Child {
    spawned(command(repo, args))
}

fn spawned(mut command: Command) -> Child {
    let command = command.stdin(Stdio::piped());
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// A hook that looks at a push of what `main` has since the twentieth commit before its tip.
fn push(repo: &TestRepo) -> Child {
    let mut child = start(repo, &["hook", "run", "origin", "there"]);
    let (tip, base) = (repo.head(), repo.id("HEAD~20"));
    let line = format!("refs/heads/main {tip} refs/heads/main {base}\n");
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(line.as_bytes()).unwrap();
    child
}

/// Its standard output and standard error, if all went well.
#[track_caller]
fn well(mut child: Child) -> (String, String) {
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < LONGEST, "it waits for ever");
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
    (out, err)
}

#[test]
fn two_and_eight_at_once_answer_as_one() {
    let repo = behind(320);
    repo.git(&["config", "risk.hook.background", "false"]);
    let question = ["score", "HEAD~8..HEAD", "--format", "json"];
    let right = fresh(&repo, &question[..2]);
    for n in [2, 8, 8, 8] {
        risk(&repo, &["train", "--fresh", "HEAD~9"]).ok();
        let ways: [&dyn Fn() -> Child; 4] = [
            &|| start(&repo, &question),
            &|| start(&repo, &["train", "--fresh"]),
            &|| push(&repo),
            &|| start(&repo, &["train"]),
        ];
        let all: Vec<Child> = (0..n).map(|at| ways[at % ways.len()]()).collect();
        for (at, child) in all.into_iter().enumerate() {
            let (out, err) = well(child);
            assert!(!err.contains("damaged"), "{err}");
            if at % ways.len() == 0 {
                let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
                assert_eq!(answer, right, "{err}");
            }
        }
        assert_eq!(json(&repo, &question[..2]), right);
    }
}

#[test]
fn no_label_is_lost_among_others() {
    let repo = behind(321);
    let names: Vec<String> = (1..9).map(|at| format!("HEAD~{}", 20 + at)).collect();
    let mut all = Vec::new();
    for name in &names {
        all.push(start(
            &repo,
            &["label", name, "defective", "--why", "it was seen"],
        ));
        all.push(start(&repo, &["score", "HEAD"]));
        all.push(push(&repo));
    }
    for child in all {
        well(child);
    }
    let labels = json(&repo, &["label"]);
    assert_eq!(labels["labels"].as_array().unwrap().len(), names.len());
    let clone = repo.full_clone();
    fs::create_dir_all(kept(&clone, "")).unwrap();
    fs::copy(kept(&repo, "labels"), kept(&clone, "labels")).unwrap();
    let question = ["score", "HEAD~8..HEAD"];
    assert_eq!(json(&repo, &question), json(&clone, &question));
}

/// Sends a signal to a process.
fn signal(child: &Child, name: &str) {
    let line = format!("kill -{name} {}", child.id());
    assert!(
        Command::new("/bin/sh")
            .args(["-c", &line])
            .status()
            .unwrap()
            .success()
    );
}

/// A process that has stopped while it learns, and holds the lock.
fn stopped(repo: &TestRepo) -> Child {
    let mut train = command(repo, &["train", "--fresh"]);
    // It comes to a place where it takes long, after the lock.
    Fault::new("stall", 12).meets(&mut train, &repo.path().join(".git/risk"));
    let child = spawned(train);
    let begun = Instant::now();
    let is_held = || {
        let lock = File::open(kept(repo, "lock"));
        // Shared, since a process that another test is starting has it as well for a moment.
        lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
    };
    while !is_held() {
        assert!(begun.elapsed() < LONGEST, "it does not learn");
    }
    signal(&child, "STOP");
    assert!(is_held(), "it has learned already");
    child
}

#[test]
fn whoever_stopped_while_learning_holds_no_push_up() {
    let repo = behind(322);
    let question = ["score", "HEAD", "--format", "json"];
    let right = fresh(&repo, &question[..2]);
    for end in ["CONT", "KILL"] {
        let learning = stopped(&repo);
        // A push takes what is there, and starts no other that learns.
        let begun = Instant::now();
        let said = well(push(&repo));
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            begun.elapsed()
        );
        let log = fs::read_to_string(kept(&repo, "background.log"));
        assert!(log.is_err(), "{end}: {log:?} {said:?}");
        // Whoever asks for what has to be learned waits, and says so.
        let mut waits = start(&repo, &question);
        std::thread::sleep(Duration::from_secs(1));
        assert!(waits.try_wait().unwrap().is_none(), "it did not wait");
        signal(&learning, end);
        let (out, err) = well(waits);
        assert!(
            err.contains("another git-risk is learning here; waiting for it"),
            "{err}"
        );
        let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(answer, right);
        let output = learning.wait_with_output().unwrap();
        assert_eq!(output.status.success(), end == "CONT");
        risk(&repo, &["train", "--fresh", "HEAD~9"]).ok();
    }
}

#[test]
fn whoever_stopped_while_remembering_holds_no_push_up() {
    let repo = behind(323);
    repo.git(&["config", "risk.warnAbove", "p1"]);
    repo.git(&["config", "risk.hook.background", "false"]);
    repo.git(&["config", "risk.hook.budget", "1min"]);
    risk(&repo, &["train"]).ok();
    let lock = File::create(kept(&repo, "shown.lock")).unwrap();
    lock.lock().unwrap();
    let begun = Instant::now();
    let (_, err) = well(push(&repo));
    assert!(err.contains("stand out"), "{err}");
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    // It could not be remembered, so it is told again.
    drop(lock);
    let (_, err) = well(push(&repo));
    assert!(err.contains("stand out"), "{err}");
    assert_eq!(well(push(&repo)).1, "");
}
