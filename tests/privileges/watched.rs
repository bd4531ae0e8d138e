//! Every command, in a repository that is full of bait.

use crate::bait::Bait;
use crate::calls::{Calls, can_watch, watched};
use crate::harness::{Said, command, kept, risk, said};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Questions that may write what was learned, and nothing else.
const QUESTIONS: [&[&str]; 22] = [
    &["train"],
    &["train", "--fresh"],
    &["score"],
    &["score", "HEAD~9..HEAD", "--format", "json"],
    &["score", "--staged"],
    &["score", "--worktree"],
    &["annotate", "HEAD~9..HEAD", "--format", "github"],
    &["annotate", "HEAD~9..HEAD", "--format", "sarif"],
    &["annotate", "HEAD~9..HEAD", "--format", "gitlab"],
    &["annotate", "HEAD~9..HEAD", "--format", "rdjson"],
    &["annotate", "HEAD~9..HEAD", "--format", "markdown"],
    &["explain", "HEAD"],
    &["why-fix", "HEAD"],
    &["log", "-n", "5"],
    &["hotspots"],
    &["status"],
    &["config"],
    &["release", "HEAD~9..HEAD"],
    &["label", "HEAD", "clean", "--why", "it was looked at"],
    &["label", "--remove", "HEAD"],
    &["report", "--format", "json"],
    &["state"],
];

/// Runs a command watched; what it said, and what it did.
fn seen(inner: &Command, at: &Path) -> (Said, Calls) {
    let said = said(watched(inner, at));
    (said, Calls::taken(at))
}

/// What may be written without being asked: nothing but the folder, and where all that is written is lost.
fn is_own(path: &Path, folder: &Path) -> bool {
    path.starts_with(folder) || path == Path::new("/dev/null")
}

#[track_caller]
fn is_harmless(args: &[&str], calls: &Calls, folder: &Path) {
    let binary = Path::new(env!("CARGO_BIN_EXE_git-risk"));
    assert!(!calls.started.is_empty(), "{args:?}: nothing was seen");
    for started in &calls.started {
        assert!(started == binary, "{args:?} starts {}", started.display());
    }
    for changed in &calls.changed {
        let is_allowed = is_own(changed, folder);
        assert!(is_allowed, "{args:?} changes {}", changed.display());
    }
    assert!(calls.network.is_empty(), "{args:?}: {:?}", calls.network);
}

/// Where what is seen is kept: beside the repository.
fn place(bait: &Bait) -> PathBuf {
    bait.repo.path().parent().unwrap().join("seen")
}

#[test]
fn questions_start_nothing_reach_nothing_and_write_only_to_the_folder() {
    let bait = Bait::new(701);
    let folder = kept(&bait.repo, "");
    for args in QUESTIONS {
        if can_watch() {
            let (said, calls) = seen(&command(&bait.repo, args), &place(&bait));
            said.ok();
            is_harmless(args, &calls, &folder);
        } else {
            risk(&bait.repo, args).ok();
        }
        assert_eq!(bait.marks(), [""; 0], "{args:?}");
    }
}

#[test]
fn what_is_looked_for_is_found() {
    let bait = Bait::new(704);
    // Git itself takes the bait, and what it does is seen.
    fs::write(bait.repo.path().join("src/f3.rs"), "fn later() {}\n").unwrap();
    let taken = bait.repo.git_command().args(["add", "-A"]).output();
    assert!(!taken.unwrap().status.success());
    assert_eq!(bait.marks(), ["core.fsmonitor", "filter.bait.process"]);
    if can_watch() {
        let (said, calls) = seen(&command(&bait.repo, &["train"]), &place(&bait));
        said.ok();
        assert!(calls.changed.contains(&kept(&bait.repo, "state")));
    }
}

#[test]
fn a_file_that_is_asked_for_is_all_that_is_written_elsewhere() {
    let bait = Bait::new(702);
    let folder = kept(&bait.repo, "");
    let beside = bait.repo.path().parent().unwrap();
    let out = beside.join("asked");
    fs::create_dir(&out).unwrap();
    let (page, export) = (out.join("risk.html"), out.join("export"));
    let calls_for: [&[&str]; 3] = [
        &["report", "--out", page.to_str().unwrap()],
        &["state", "export", export.to_str().unwrap()],
        &["state", "import", export.to_str().unwrap()],
    ];
    for args in calls_for {
        let inner = command(&bait.repo, args);
        if can_watch() {
            let (said, mut calls) = seen(&inner, &place(&bait));
            said.ok();
            // A file of another name takes the place.
            calls.changed.retain(|path| !path.starts_with(&out));
            is_harmless(args, &calls, &folder);
        } else {
            said(inner).ok();
        }
    }
    let mut names: Vec<_> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["export", "risk.html"], "nothing else is left");
    assert_eq!(bait.marks(), [""; 0]);
}

#[test]
fn a_push_starts_nothing_but_git_risk_in_the_background() {
    let bait = Bait::new(703);
    let folder = kept(&bait.repo, "");
    let tip = bait.repo.git(&["rev-parse", "HEAD"]);
    let zeros = "0".repeat(40);
    let pushed = format!("refs/heads/main {} refs/heads/main {zeros}\n", tip.trim());
    // Nothing is learned yet, so that it is learned now; all is learned.
    for started in [2, 1] {
        let file = bait.repo.path().parent().unwrap().join("pushed");
        fs::write(&file, &pushed).unwrap();
        let args = ["hook", "run", "origin", "ext::sh -c false"];
        let inner = command(&bait.repo, &args);
        if can_watch() {
            let mut outer = watched(&inner, &place(&bait));
            outer.stdin(fs::File::open(&file).unwrap());
            // strace waits for what runs in the background.
            let output = outer.stdout(Stdio::piped()).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            let calls = Calls::taken(&place(&bait));
            is_harmless(&args, &calls, &folder);
            assert_eq!(calls.started.len(), started, "{:?}", calls.started);
        } else {
            let mut inner = inner;
            inner.stdin(fs::File::open(&file).unwrap());
            said(inner).ok();
        }
        assert_eq!(bait.marks(), [""; 0]);
    }
}
