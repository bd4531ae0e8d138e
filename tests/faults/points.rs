//! Every command that writes, met by every fault at every call.

use crate::harness::{command, lived, risk};
use crate::scene::{After, Came, Scene, names};
use crate::shim::{Fault, KINDS, points};
use risk_testkit::{Dice, TestRepo};
use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

/// Points of a kind that a sample has of each command.
const SAMPLE: usize = 2;

/// How many points of a kind are taken of each command.
fn asked() -> usize {
    match std::env::var("GIT_RISK_FAULTS") {
        Ok(text) if text == "all" => usize::MAX,
        Ok(text) => text.parse().unwrap(),
        Err(_) => SAMPLE,
    }
}

/// What is done again and again.
struct Act<'a> {
    name: &'static str,
    scene: &'a Scene,
    command: &'a dyn Fn() -> Command,
    /// Where calls are met.
    below: PathBuf,
    kinds: &'a [&'static str],
}

impl Act<'_> {
    /// Meets it at every point, or at a sample of them.
    fn meet(&self) {
        let mut dice = Dice(self.name.len() as u64);
        let mut wrong = Vec::new();
        for &kind in self.kinds {
            self.scene.begin();
            let what = points(kind, &self.below, (self.command)());
            let n = what.len();
            let some: Vec<usize> = if n <= asked() {
                (1..=n).collect()
            } else {
                (0..asked()).map(|_| 1 + dice.below(n)).collect()
            };
            let mut outcomes: BTreeMap<(Came, After), usize> = BTreeMap::new();
            for at in &some {
                let fault = Fault::new(kind, *at);
                // All that is wrong is found in one run.
                match catch_unwind(AssertUnwindSafe(|| self.once(&fault))) {
                    Ok(outcome) => *outcomes.entry(outcome).or_default() += 1,
                    Err(_) => wrong.push(format!("{fault:?} ({})", what[at - 1])),
                }
            }
            eprintln!(
                "| {} | {kind} | {} of {n} | {outcomes:?} |",
                self.name,
                some.len()
            );
        }
        assert!(wrong.is_empty(), "{}: {wrong:#?}", self.name);
    }

    fn once(&self, fault: &Fault) -> (Came, After) {
        let what = format!("{}: {fault:?}", self.name);
        let (came, said) = self.scene.run((self.command)(), fault, &self.below);
        match came {
            Came::Through if said.out.starts_with('{') && said.out.contains("\"scores\"") => {
                assert!(self.scene.is_right(&said.json()), "{what}: {said:#?}");
            }
            Came::Refused => assert!(said.err.contains("hint: "), "{what}: {said:#?}"),
            Came::Through | Came::Killed => {}
        }
        if ["interrupted", "short"].contains(&fault.kind) {
            assert_eq!(came, Came::Through, "{what}: {said:#?}");
        }
        let after = self.scene.check(fault);
        // Whoever is not killed, and may remove, has cleaned up.
        if fault.kind.starts_with("kill") || ["io", "read-only", "denied"].contains(&fault.kind) {
            self.scene.is_swept(fault);
        }
        (came, after)
    }
}

/// A history of which all was learned, or all but the last commits.
fn learned(seed: u64, but: usize) -> TestRepo {
    let repo = lived(seed, 48);
    risk(&repo, &["train", &format!("HEAD~{but}")]).ok();
    repo
}

#[test]
fn learning_at_first() {
    let scene = Scene::new(lived(300, 48));
    Act {
        name: "train, for the first time",
        scene: &scene,
        command: &|| command(&scene.repo, &["train"]),
        below: scene.folder(),
        kinds: &KINDS,
    }
    .meet();
}

#[test]
fn learning_anew() {
    let scene = Scene::new(learned(301, 0));
    Act {
        name: "train --fresh",
        scene: &scene,
        command: &|| command(&scene.repo, &["train", "--fresh"]),
        below: scene.folder(),
        kinds: &KINDS,
    }
    .meet();
}

#[test]
fn catching_up() {
    let scene = Scene::new(learned(302, 9));
    Act {
        name: "score, and catch up",
        scene: &scene,
        command: &|| command(&scene.repo, &["score", "HEAD", "--format", "json"]),
        below: scene.folder(),
        kinds: &KINDS,
    }
    .meet();
}

#[test]
fn following_another_history() {
    let repo = learned(303, 0);
    repo.git(&["reset", "-q", "--hard", "HEAD~9"]);
    for step in 0..9 {
        repo.write("src/f1.rs", &format!("fn other_{step}() {{}}\n"))
            .commit(format!("Fix other {step}"));
    }
    let scene = Scene::new(repo);
    Act {
        name: "score, after history was rewritten",
        scene: &scene,
        command: &|| command(&scene.repo, &["score", "HEAD~8..HEAD", "--format", "json"]),
        below: scene.folder(),
        kinds: &KINDS,
    }
    .meet();
}

/// The objects and references of a repository are read in other ways than ours.
#[test]
fn reading_the_repository() {
    let scene = Scene::new(lived(308, 48));
    for (name, args) in [
        (
            "train, reading git",
            &["train", "--threads", "1"] as &[&str],
        ),
        (
            "score, reading git",
            &["score", "HEAD", "--threads", "1", "--format", "json"],
        ),
    ] {
        Act {
            name,
            scene: &scene,
            command: &|| command(&scene.repo, args),
            below: scene.repo.path().to_path_buf(),
            kinds: &["io-read", "io-read-on", "denied", "interrupted", "short"],
        }
        .meet();
    }
}

/// The C library that reads git did not survive all of these once: it ended the process.
#[test]
fn nothing_that_cannot_be_read_while_a_repository_is_opened_ends_the_process() {
    let scene = Scene::new(lived(309, 30));
    for at in 1..=120 {
        for times in [0, 2, 3] {
            let kind = "io-read";
            let fault = Fault { kind, at, times };
            let status = command(&scene.repo, &["status"]);
            scene.run(status, &fault, scene.repo.path());
        }
    }
}

#[test]
fn asking() {
    let scene = Scene::new(learned(304, 0));
    Act {
        name: "score, of what is kept",
        scene: &scene,
        command: &|| command(&scene.repo, &["score", "HEAD~8..HEAD", "--format", "json"]),
        below: scene.folder(),
        kinds: &KINDS,
    }
    .meet();
}

/// A history of which one change was labelled by hand.
fn labelled(seed: u64) -> TestRepo {
    let repo = learned(seed, 0);
    risk(
        &repo,
        &["label", "HEAD~12", "defective", "--why", "it was seen"],
    )
    .ok();
    repo
}

#[test]
fn labelling() {
    for (name, args) in [
        (
            "label",
            &["label", "HEAD~20", "defective", "--why", "seen, too"] as &[&str],
        ),
        (
            "label, another one",
            &["label", "HEAD~12", "clean", "--why", "it was not"],
        ),
        ("label --remove", &["label", "--remove", "HEAD~12"]),
    ] {
        let mut scene = Scene::new(labelled(305));
        // The moment at which a label is given is part of it.
        let command = || {
            let mut command = command(&scene.repo, args);
            command.env("RISK_FAULT_CLOCK", "still");
            command
        };
        let mut settled = command();
        settled.env("LD_PRELOAD", crate::shim::library());
        crate::harness::said(settled).ok();
        scene.also_right();
        let command = || {
            let mut command = crate::harness::command(&scene.repo, args);
            command.env("RISK_FAULT_CLOCK", "still");
            command
        };
        Act {
            name,
            scene: &scene,
            command: &command,
            below: scene.folder(),
            kinds: &KINDS,
        }
        .meet();
    }
}

#[test]
fn handing_on() {
    let scene = Scene::new(learned(306, 9));
    let out = scene.repo.path().parent().unwrap().join("out");
    fs::create_dir_all(&out).unwrap();
    let file = out.join("learned");
    let name = file.to_str().unwrap();
    let act = |name, args: &[&str], below| {
        Act {
            name,
            scene: &scene,
            command: &|| command(&scene.repo, args),
            below,
            kinds: &KINDS,
        }
        .meet();
    };
    act("state export", &["state", "export", name], out.clone());
    // What was left of those that were killed is removed when it is old enough that nobody can be writing it.
    let is_left = |left: &String| left != "learned";
    for left in names(&out).into_iter().filter(is_left) {
        assert!(left.starts_with(".learned.git-risk-"), "{left}");
        let left = fs::File::options()
            .append(true)
            .open(out.join(left))
            .unwrap();
        left.set_modified(UNIX_EPOCH + Duration::from_secs(1_000))
            .unwrap();
    }
    let whole = scene.repo.full_clone();
    risk(&whole, &["train"]).ok();
    risk(&whole, &["state", "export", "--with-changes", name]).ok();
    assert_eq!(names(&out).len(), 1, "{:?}", names(&out));
    act("state import", &["state", "import", name], scene.folder());
}

#[test]
fn reporting() {
    let scene = Scene::new(learned(307, 9));
    let out = scene.folder().join("../out");
    fs::create_dir_all(&out).unwrap();
    let file = out.canonicalize().unwrap().join("risk.html");
    let name = file.to_str().unwrap();
    risk(&scene.repo, &["report", "--out", name]).ok();
    // Whatever happened to the one before, the page is whole: the old one, or the new one.
    let is_whole = || {
        let page = fs::read_to_string(&file).unwrap();
        assert!(page.starts_with("<!") && page.trim_end().ends_with("</html>"));
    };
    let again = || {
        is_whole();
        command(&scene.repo, &["report", "--out", name])
    };
    Act {
        name: "report --out",
        scene: &scene,
        command: &again,
        below: scene.repo.path().join(".git"),
        kinds: &KINDS,
    }
    .meet();
    is_whole();
}
