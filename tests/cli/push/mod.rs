//! `git risk hook run`, by a real `git push` to a real bare remote.

mod asked;
mod quiet;
mod told;
mod unchecked;

use crate::harness::{kept, lived, risk};
use risk_testkit::TestRepo;
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A repository with a hook, and the other side.
pub(super) struct Pushing {
    pub(super) repo: TestRepo,
    pub(super) remote: TestRepo,
}

/// What a push said.
#[derive(Debug)]
pub(super) struct Pushed {
    pub(super) went: bool,
    pub(super) err: String,
}

impl Pushing {
    /// A history that was lived, pushed and learned.
    pub(super) fn learned(seed: u64) -> Self {
        let pushing = Self::unlearned(seed, 450);
        risk(&pushing.repo, &["train"]).silent();
        pushing
    }

    /// A history that was lived and pushed.
    pub(super) fn unlearned(seed: u64, n: usize) -> Self {
        let repo = lived(seed, n);
        let remote = repo.bare_clone();
        repo.git(&["remote", "add", "origin", path(&remote)]);
        repo.git(&["fetch", "-q", "origin"]);
        // A made history has too few labels for a lift that means something.
        repo.git(&["config", "risk.warnAbove", "p90"]);
        let pushing = Self { repo, remote };
        pushing.hook("");
        pushing
    }

    /// Writes the hook, as git calls it, with more arguments.
    pub(super) fn hook(&self, more: &str) {
        let binary = env!("CARGO_BIN_EXE_git-risk");
        // A loaded machine takes longer than people would wait.
        let budget = if more.contains("--budget") {
            ""
        } else {
            "--budget 60s"
        };
        let script = format!("#!/bin/sh\nexec '{binary}' hook run {budget} {more} \"$@\"\n");
        let hooks = self.repo.path().join(".git/hooks");
        fs::create_dir_all(&hooks).expect("because the repository is ours");
        let hook = hooks.join("pre-push");
        fs::write(&hook, script).expect("because the folder was just made");
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755))
            .expect("because it was just written");
    }

    /// Pushes, with arguments of `git push`.
    pub(super) fn push(&self, args: &[&str]) -> Pushed {
        pushed(self.repo.git_command(), args)
    }

    /// Commits a change that is unlike what was usual: large, over many files.
    pub(super) fn commit_risky(&self) -> String {
        risky(&self.repo, "risky");
        self.repo.commit("Rework all")
    }

    /// Commits a change of one line.
    pub(super) fn commit_small(&self, name: &str) -> String {
        self.repo
            .write(format!("docs/{name}.md"), "A word.\n")
            .commit(format!("Write {name}"))
    }

    /// Waits until nothing is learned in the background.
    pub(super) fn settle(&self) {
        let log = kept(&self.repo, "background.log");
        for _ in 0..6_000 {
            if !log.exists() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it still learns: {:?}", fs::read_to_string(&log));
    }

    pub(super) fn shown(&self) -> PathBuf {
        kept(&self.repo, "shown")
    }

    /// What the other side has under a name.
    pub(super) fn there(&self, name: &str) -> String {
        self.remote.id(name)
    }
}

/// Edits many files at once.
pub(super) fn risky(repo: &TestRepo, word: &str) {
    for file in 0..8 {
        let path = format!("src/f{file}.rs");
        let mut text = fs::read_to_string(repo.path().join(&path)).unwrap_or_default();
        for line in 0..40 {
            writeln!(
                text,
                "    if {word}_{file}_{line} > {line} {{ go({line}) }}"
            )
            .expect("because writing to a string cannot fail");
        }
        repo.write(&path, &text);
    }
}

pub(super) fn path(repo: &TestRepo) -> &str {
    repo.path().to_str().expect("because we chose its name")
}

pub(super) fn pushed(mut command: Command, args: &[&str]) -> Pushed {
    command.args(["push", "-q"]).args(args);
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = output.output().expect("because git is on PATH");
    Pushed {
        went: output.status.success(),
        err: String::from_utf8(output.stderr).expect("because what is printed is UTF-8"),
    }
}

impl Pushed {
    /// It went on, without a word.
    #[track_caller]
    pub(super) fn quietly(&self) {
        assert!(self.went, "{self:#?}");
        assert_eq!(self.err, "");
    }

    /// It went on, with these words.
    #[track_caller]
    pub(super) fn went_with(&self, words: &[&str]) {
        assert!(self.went, "{self:#?}");
        self.says(words);
    }

    /// It was stopped, with these words.
    #[track_caller]
    pub(super) fn stopped_with(&self, words: &[&str]) {
        assert!(!self.went, "{self:#?}");
        self.says(words);
    }

    /// It went on, with one line that holds these words.
    #[track_caller]
    pub(super) fn went_with_a_line(&self, words: &[&str]) {
        self.went_with(words);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
    }

    #[track_caller]
    fn says(&self, words: &[&str]) {
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in:\n{}", self.err);
        }
    }
}
