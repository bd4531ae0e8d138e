//! A repository in which a command is met by a fault, again and again from the same start.

use crate::harness::{Said, command, kept, said};
use crate::shim::Fault;
use risk_testkit::TestRepo;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What may lie in the folder when all is well. Those with an end of their own there is one of at most.
const FILES: [&str; 13] = [
    "background.failed",
    "background.log",
    "changes",
    "issues",
    "labels",
    "labels.lock",
    "lock",
    "reported",
    "rows",
    "shown",
    "shown.lock",
    "shown.new",
    "state",
];

/// What is asked to tell whether all is well: the answer that is kept, and one that takes the whole of what was learned.
const QUESTIONS: [&[&str]; 2] = [&["score", "HEAD"], &["score", "HEAD~8..HEAD"]];

/// How a command came out that was met by a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Came {
    /// It did what it was asked to.
    Through,
    /// It said that it could not, and what can be done about it.
    Refused,
    /// It was killed, as the fault wanted.
    Killed,
}

/// How it is afterwards, without a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum After {
    /// The next question is answered as in a fresh clone.
    Right,
    /// It is refused, and the command that it names sets that right.
    Repaired,
}

/// A repository, what its folder holds at the start, and what is right.
pub(crate) struct Scene {
    pub(crate) repo: TestRepo,
    start: PathBuf,
    /// The right answers, for each text that the labels may have then.
    right: Vec<(Vec<u8>, Vec<Value>)>,
}

impl Scene {
    /// As the repository is now.
    pub(crate) fn new(repo: TestRepo) -> Self {
        let start = repo.path().parent().unwrap().join("start");
        let mut scene = Self {
            repo,
            start,
            right: Vec::new(),
        };
        fs::create_dir_all(scene.folder()).unwrap();
        copy(&scene.folder(), &scene.start);
        scene.also_right();
        scene
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.repo.path().join(".git/risk")
    }

    /// Takes the labels that are there now for one of those that may be afterwards, and goes back to the start.
    pub(crate) fn also_right(&mut self) {
        let labels = labels(&self.repo);
        let clone = self.repo.full_clone();
        if !labels.is_empty() {
            fs::create_dir_all(kept(&clone, "")).unwrap();
            fs::write(kept(&clone, "labels"), &labels).unwrap();
        }
        let answers = QUESTIONS.map(|question| {
            let said = said(asked(&clone, question)).ok();
            said.json()
        });
        self.right.push((labels, answers.to_vec()));
        self.begin();
    }

    /// Back to the start.
    pub(crate) fn begin(&self) {
        remove(&self.folder());
        copy(&self.start, &self.folder());
    }

    /// Whether an answer in JSON is one of those that are right.
    pub(crate) fn is_right(&self, answer: &Value) -> bool {
        self.right.iter().any(|(_, all)| all.contains(answer))
    }

    /// Runs a command from the start, met by a fault.
    pub(crate) fn run(&self, mut command: Command, fault: &Fault, below: &Path) -> (Came, Said) {
        self.begin();
        fault.meets(&mut command, below);
        let (signal, said) = ended(command);
        let came = match (signal, said.code) {
            (Some(9), _) => Came::Killed,
            (None, Some(0)) => Came::Through,
            (None, Some(2)) => Came::Refused,
            _ => panic!("{fault:?}: {signal:?} {said:#?}"),
        };
        assert!(
            came != Came::Killed || fault.kind.starts_with("kill"),
            "{fault:?}: {said:#?}"
        );
        assert!(!said.err.contains("panicked"), "{fault:?}: {said:#?}");
        (came, said)
    }

    /// Asks without a fault: every answer is right, or what it says repairs it, and nothing is left over.
    #[track_caller]
    pub(crate) fn check(&self, fault: &Fault) -> After {
        let labels = labels(&self.repo);
        let right = self.right.iter().find(|(those, _)| *those == labels);
        let Some((_, right)) = right else {
            let labels = String::from_utf8_lossy(&labels);
            panic!("{fault:?}: labels that nobody gave, or some that are lost:\n{labels}");
        };
        let mut after = After::Right;
        for (question, right) in QUESTIONS.iter().zip(right) {
            let mut said = said(asked(&self.repo, question));
            if said.code == Some(2) {
                let repair = "git risk train --fresh";
                said.notes(&[repair]);
                crate::harness::risk(&self.repo, &["train", "--fresh"]).ok();
                said = crate::harness::said(asked(&self.repo, question));
                after = After::Repaired;
            }
            let said = said.ok();
            assert_eq!(&said.json(), right, "{fault:?}: {}", said.err);
        }
        after
    }

    /// Nothing is left over once somebody has learned.
    #[track_caller]
    pub(crate) fn is_swept(&self, fault: &Fault) {
        crate::harness::risk(&self.repo, &["train", "--fresh"]).ok();
        let left = |prefix: &str| {
            names(&self.folder())
                .iter()
                .any(|name| name.starts_with(prefix))
        };
        if left(".labels-") {
            // Those of labels are for the next one who gives a label.
            let args = ["label", "HEAD~1", "clean", "--why", "it was looked at"];
            crate::harness::risk(&self.repo, &args).ok();
        }
        let names = names(&self.folder());
        let odd: Vec<_> = names
            .iter()
            .filter(|name| !FILES.contains(&name.as_str()))
            .collect();
        assert!(odd.is_empty(), "{fault:?}: {odd:?}");
    }
}

fn asked(repo: &TestRepo, question: &[&str]) -> Command {
    let mut command = command(repo, question);
    command.args(["--format", "json"]);
    command
}

fn labels(repo: &TestRepo) -> Vec<u8> {
    fs::read(kept(repo, "labels")).unwrap_or_default()
}

/// Runs a command to its end; which signal ended it, and what it said.
pub(crate) fn ended(mut command: Command) -> (Option<i32>, Said) {
    let output = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let said = Said {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
    };
    (output.status.signal(), said)
}

/// The names in a folder.
pub(crate) fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Copies a folder and all below it but links; what is copied may be gone before.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy(&entry.path(), &to);
        } else if kind.is_file()
            && let Err(error) = fs::copy(entry.path(), to)
        {
            assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        }
    }
}

/// Removes a folder and all below it, if it is there, also while somebody else writes to it.
pub(crate) fn remove(folder: &Path) {
    while folder.exists() {
        let _ = fs::remove_dir_all(folder);
    }
}
