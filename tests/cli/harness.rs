//! Runs the binary, reads what it said, and grows histories in which fixes follow changes.

use risk_testkit::{Dice, FIRST_COMMIT_AT, TestRepo, hermetic};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The command, to run in `dir`.
pub(crate) fn command(dir: impl AsRef<Path>, args: &[&str]) -> Command {
    let mut command = hermetic(env!("CARGO_BIN_EXE_git-risk"), dir);
    command.args(args);
    command
}

/// What the binary said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the binary in `dir`.
pub(crate) fn risk(dir: impl AsRef<Path>, args: &[&str]) -> Said {
    said(command(dir, args))
}

/// Runs a prepared command to its end.
pub(crate) fn said(mut command: Command) -> Said {
    let output = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .expect("because the binary was built for this test");
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("because what is printed is UTF-8"),
        err: String::from_utf8(output.stderr).expect("because what is printed is UTF-8"),
    }
}

impl Said {
    /// It ran.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// It ran and had nothing to note.
    #[track_caller]
    pub(crate) fn silent(self) -> Self {
        let said = self.ok();
        assert_eq!(said.err, "");
        said
    }

    /// It could not tell, said so with these words on standard error, and printed no answer.
    #[track_caller]
    pub(crate) fn refused(self, words: &[&str]) {
        assert_eq!(self.code, Some(2), "{self:#?}");
        assert_eq!(self.out, "");
        self.notes(words);
    }

    /// Standard error holds these words.
    #[track_caller]
    pub(crate) fn notes(&self, words: &[&str]) -> &Self {
        holds(&self.err, words);
        self
    }

    /// Standard output holds these words.
    #[track_caller]
    pub(crate) fn tells(&self, words: &[&str]) -> &Self {
        holds(&self.out, words);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).expect("because JSON was asked for")
    }
}

#[track_caller]
fn holds(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word:?} is not in:\n{text}");
    }
}

/// The answer in JSON; it must have been given.
#[track_caller]
pub(crate) fn json(dir: impl AsRef<Path>, args: &[&str]) -> Value {
    let mut command = command(dir, args);
    command.args(["--format", "json"]);
    said(command).ok().json()
}

/// The answer that a repository with the same commits gives in which nothing was learned yet.
#[track_caller]
pub(crate) fn fresh(repo: &TestRepo, args: &[&str]) -> Value {
    let clone = repo.full_clone();
    json(&clone, args)
}

/// A file below the folder of what was learned.
pub(crate) fn kept(repo: &TestRepo, name: &str) -> PathBuf {
    repo.path().join(".git/risk").join(name)
}

/// The bytes of the state.
#[track_caller]
pub(crate) fn state(repo: &TestRepo) -> Vec<u8> {
    fs::read(kept(repo, "state")).expect("because something was learned")
}

/// A number that must be there.
#[track_caller]
pub(crate) fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// A history of `n` changes on `main`, one every other day, in which large changes need a fix more often than small ones.
///
/// There are three authors and twelve files. Fixes come up to eighty days later, say `Fix` and replace a line
/// that the faulty change has added. Every change adds at least one line that no other has.
pub(crate) fn lived(seed: u64, n: usize) -> TestRepo {
    let mut dice = Dice(seed);
    let mut files: Vec<Vec<String>> = (0..12).map(|_| vec!["fn main() {}".to_owned()]).collect();
    // When a fix comes, in which file, of which line.
    let mut due: Vec<(usize, usize, String)> = Vec::new();
    let mut stream = String::new();
    for step in 0..n {
        let ripe = due.iter().position(|(when, ..)| *when <= step);
        let mut touched = Vec::new();
        let message = if let Some((_, file, faulty)) = ripe.map(|at| due.remove(at)) {
            let line = files[file].iter().position(|line| *line == faulty);
            let line = line.expect("because only its fix takes a line away");
            files[file][line] = format!("    let repaired_{step} = {};", dice.below(900));
            touched.push(file);
            format!("Fix wrong value {step}\n")
        } else {
            let size = 1 + dice.below(3) * dice.below(6);
            for _ in 0..=dice.below(2) {
                let file = dice.below(files.len());
                for added in 0..size {
                    let at = 1 + dice.below(files[file].len());
                    let line = format!("    let v{file}_{step}_{added} = {};", dice.below(900));
                    files[file].insert(at, line);
                }
                touched.push(file);
            }
            if dice.below(12) < size {
                let faulty = files[touched[0]]
                    .iter()
                    .find(|line| line.contains(&format!("_{step}_")));
                let faulty = faulty.expect("because one was just added").clone();
                due.push((step + 2 + dice.below(38), touched[0], faulty));
            }
            format!("Add step {step}\n")
        };
        let author = ["Ann", "Ben", "Cleo"][dice.below(3)];
        let at = FIRST_COMMIT_AT + step as i64 * 2 * 86_400;
        write!(
            stream,
            "commit refs/heads/main\nmark :{}\nauthor {author} <{author}@example.org> {at} +0000\n\
             committer {author} <{author}@example.org> {at} +0000\ndata {}\n{message}",
            step + 1,
            message.len()
        )
        .expect("because writing to a string cannot fail");
        if step > 0 {
            writeln!(stream, "from :{step}").expect("because writing to a string cannot fail");
        }
        for file in touched {
            let content = files[file].join("\n") + "\n";
            let n_bytes = content.len();
            write!(
                stream,
                "M 100644 inline src/f{file}.rs\ndata {n_bytes}\n{content}\n"
            )
            .expect("because writing to a string cannot fail");
        }
    }
    let repo = TestRepo::new();
    repo.fast_import(&stream);
    repo.at(FIRST_COMMIT_AT + n as i64 * 2 * 86_400);
    repo
}
