//! `git risk hook run`, called by a real `git push` to a real repository.
//!
//! The script of the hook is written here and calls the binary; how it is installed is told elsewhere.
#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    clippy::format_collect,
    clippy::disallowed_methods,
    reason = "a helper that cannot prepare a test fails it; a deadline needs the clock"
)]

mod background;
mod input;
mod places;
mod sent;
mod stopped;
mod told;
mod trouble;
mod ways;

use crate::harness::{Said, kept, lived, risk, said};
use risk_testkit::TestRepo;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// Where somebody works and pushes from, with what was learned of the history of `main`.
struct Desk {
    repo: TestRepo,
    /// Where `origin` is.
    remote: TestRepo,
}

/// A history that was learned, shared by the tests that run now and gone with the last of them.
fn learned() -> Arc<Mutex<TestRepo>> {
    static SHARED: Mutex<Weak<Mutex<TestRepo>>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let repo = lived(2, 600);
        risk(&repo, &["train"]).silent();
        let repo = Arc::new(Mutex::new(repo));
        *shared = Arc::downgrade(&repo);
        repo
    })
}

impl Desk {
    /// With the hook, and at a machine that may be slow.
    fn new() -> Self {
        let shared = learned();
        let from = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let desk = Self::at(&from);
        fs::create_dir(kept(&desk.repo, "")).unwrap();
        for name in ["state", "rows", "changes"] {
            fs::copy(kept(&from, name), kept(&desk.repo, name)).unwrap();
        }
        desk
    }

    /// As [`new`](Self::new), where nothing was learned yet.
    fn untaught() -> Self {
        let shared = learned();
        Self::at(&shared.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn at(history: &TestRepo) -> Self {
        let remote = history.bare_clone();
        let repo = remote.full_clone();
        let desk = Self { repo, remote };
        desk.configure("risk.hook.budget", "5min");
        // What would go on after the end of a test.
        desk.configure("risk.hook.background", "false");
        desk.hook("");
        desk
    }

    fn configure(&self, name: &str, value: &str) {
        self.repo.git(&["config", name, value]);
    }

    /// Makes git call the binary, with these options.
    fn hook(&self, options: &str) {
        hook_in(&self.repo.path().join(".git"), options);
    }

    /// Pushes, with nothing but what the hook says on standard error as long as the push succeeds.
    fn push(&self, args: &[&str]) -> Said {
        push_from(&self.repo, &[], args)
    }

    /// Commits a change that is as usual.
    fn usual(&self, name: &str) -> String {
        self.add(name, 1);
        self.repo.commit(format!("Add {name}"))
    }

    /// Commits a change that stands out.
    fn risky(&self, name: &str) -> String {
        self.add(name, 20);
        self.repo.commit(format!("Add {name}"))
    }

    /// Adds so many lines to each of three files.
    fn add(&self, name: &str, n: usize) {
        for file in ["src/f0.rs", "src/f3.rs", "src/f7.rs"] {
            let old = fs::read_to_string(self.repo.path().join(file)).unwrap();
            let (first, rest) = old.split_once('\n').unwrap();
            let new: String = (0..n)
                .map(|at| format!("    let {name}_{at} = {at};\n"))
                .collect();
            self.repo.write(file, &format!("{first}\n{new}{rest}"));
        }
    }

    /// What a reference of the other side names.
    fn there(&self, name: &str) -> Option<String> {
        let mut command = self.remote.git_command();
        command.args(["rev-parse", "-q", "--verify", name]);
        let said = said(command);
        (said.code == Some(0)).then(|| said.out.trim().to_owned())
    }
}

fn hook_in(git_dir: &Path, options: &str) {
    let binary = env!("CARGO_BIN_EXE_git-risk");
    let path = git_dir.join("hooks/pre-push");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let script = format!("#!/bin/sh\nexec '{binary}' hook run \"$@\" {options}\n");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn push_from(repo: &TestRepo, options: &[&str], args: &[&str]) -> Said {
    let mut command = repo.git_command();
    command.args(options).args(["push", "-q"]).args(args);
    said(command)
}

/// The push went on, with one line that says why it was not looked at.
#[track_caller]
fn unchecked(said: Said, words: &[&str]) {
    let said = said.ok();
    assert_eq!(said.out, "");
    assert!(said.err.starts_with("git-risk: not checked: "), "{said:#?}");
    assert_eq!(said.err.lines().count(), 1, "{said:#?}");
    said.notes(words);
}

/// The push went on, with these commits named and no others.
#[track_caller]
fn told(said: Said, ids: &[&str]) -> Said {
    let said = said.ok();
    assert_eq!(said.out, "");
    let named: Vec<_> = said
        .err
        .lines()
        .filter_map(|line| Some(line.split_once("  ")?.0))
        .filter(|id| id.len() == 10)
        .collect();
    let mut expected: Vec<_> = ids.iter().map(|id| &id[..10]).collect();
    expected.sort_by_key(|id| named.iter().position(|it| it == id));
    assert_eq!(named, expected, "{}", said.err);
    said
}

/// Waits until something is so; a background process does it.
#[track_caller]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(120), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
