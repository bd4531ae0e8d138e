//! Pushes of all kinds out of random repositories, met by random faults: none is stopped, and no warning is wrong.

use crate::harness::{command, kept, lived, risk};
use crate::scene::{copy, remove};
use crate::shim::{Fault, KINDS, points};
use risk_testkit::{Dice, TestRepo, random_history};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Pushes of a run of all tests.
const SAMPLE: usize = 150;

/// Pushes out of one repository.
const EACH: usize = 50;

/// No push takes longer, on a machine however busy.
const LONGEST: Duration = Duration::from_secs(60);

/// What is not in any repository.
const UNKNOWN: &str = "1234567812345678123456781234567812345678";
const NOTHING: &str = "0000000000000000000000000000000000000000";

/// How what was learned stands when a push begins.
const STATES: [&str; 6] = ["whole", "whole", "behind", "none", "damaged", "newer"];

/// What came of the pushes.
#[derive(Default)]
struct Figures {
    outcomes: BTreeMap<String, usize>,
    by_kind: BTreeMap<&'static str, usize>,
    took: Vec<Duration>,
    n_by_git: usize,
    n_warned: usize,
    n_compared: usize,
}

/// Where somebody pushes from.
struct Place {
    repo: TestRepo,
    remote: TestRepo,
    /// What the folder holds, by the name of the state.
    states: BTreeMap<&'static str, PathBuf>,
    /// Names that can be pushed, with what they lead to.
    refs: Vec<(String, String)>,
    commits: Vec<String>,
    learns: bool,
    /// How many calls of a push a kind of fault could meet.
    n_points: BTreeMap<&'static str, usize>,
    /// The risks that a score gives to what leads to a tip, by the beginning of their ids.
    scored: BTreeMap<(String, &'static str), BTreeMap<String, String>>,
    dice: Dice,
}

impl Place {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let history = if dice.coin() {
            lived(seed, 100)
        } else {
            random_history(seed, 60)
        };
        let remote = history.bare_clone();
        let repo = remote.full_clone();
        let learns = dice.percent(10);
        let budget = if dice.coin() { "1s" } else { "1min" };
        for (name, value) in [
            ("risk.warnAbove", "p50"),
            ("risk.hook.budget", budget),
            (
                "risk.hook.background",
                if learns { "true" } else { "false" },
            ),
        ] {
            repo.git(&["config", name, value]);
        }
        risk(&repo, &["hook", "install", "--file"]).ok();
        grow(&repo, &mut dice);
        let mut place = Self {
            states: states(&repo),
            refs: Vec::new(),
            commits: lines(&repo.git(&["rev-list", "--all"])),
            learns,
            n_points: BTreeMap::new(),
            scored: BTreeMap::new(),
            repo,
            remote,
            dice,
        };
        for line in lines(&place.repo.git(&[
            "for-each-ref",
            "--format=%(refname) %(objectname)",
            "refs/heads",
            "refs/tags",
        ])) {
            let (name, id) = line.split_once(' ').unwrap();
            place.refs.push((name.to_owned(), id.to_owned()));
        }
        place.begin("whole");
        let usual = format!(
            "refs/heads/topic {} refs/heads/topic {NOTHING}\n",
            place.repo.id("topic")
        );
        for kind in KINDS {
            let mut command = place.hook();
            let file = crate::shim::tempfile_at("push");
            fs::write(&file, &usual).unwrap();
            command.stdin(fs::File::open(&file).unwrap());
            let n = points(kind, place.repo.path(), command).len();
            place.n_points.insert(kind, n);
        }
        place
    }

    fn folder(&self) -> PathBuf {
        self.repo.path().join(".git/risk")
    }

    fn begin(&self, state: &str) {
        remove(&self.folder());
        copy(&self.states[state], &self.folder());
    }

    /// As git would call it. A process that learns in the background holds what stands for standard output.
    fn hook(&self) -> Command {
        let command = command(&self.repo, &[]);
        let binary = command.get_program();
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", "exec \"$0\" hook run origin there 9>&1 >/dev/null"])
            .arg(binary);
        shell.current_dir(self.repo.path()).env_clear();
        for (name, value) in command.get_envs() {
            shell.env(name, value.unwrap());
        }
        shell
    }

    /// What git tells the hook of a random push.
    fn told(&mut self) -> String {
        let dice = &mut self.dice;
        let mut text = String::new();
        for _ in 0..[0, 1, 1, 1, 1, 1, 2, 2, 3, 5][dice.below(10)] {
            let (name, id) = dice.pick(&self.refs).clone();
            let commit = dice.pick(&self.commits).clone();
            let there = [NOTHING, NOTHING, &commit, &commit, UNKNOWN][dice.below(5)];
            let line = match dice.below(12) {
                0 => format!("(delete) {NOTHING} {name} {commit}\n"),
                1 => format!("HEAD~1 {commit} refs/heads/other {there}\n"),
                2 => format!("{name} {id} {name} {id}\n"),
                _ => format!("{name} {id} {name} {there}\n"),
            };
            text.push_str(&line);
        }
        text
    }

    fn fault(&mut self) -> Fault {
        let kind = *self.dice.pick(&KINDS);
        let at = 1 + self.dice.below(self.n_points[kind] + 1);
        let mut fault = Fault::new(kind, at);
        if self.dice.percent(20) {
            fault.times = [1, 0, 3][self.dice.below(3)];
        }
        if self.dice.percent(1) {
            fault = Fault {
                kind: "stall",
                at: 1 + self.dice.below(100),
                times: 1,
            };
        }
        // Interrupted for ever is no fault but the end of the world.
        if fault.kind == "interrupted" {
            fault.times = 1;
        }
        fault
    }

    /// One push that is told to the hook as git would tell it.
    fn push(&mut self, figures: &Mutex<Figures>) {
        let state = *self.dice.pick(&STATES);
        let told = self.told();
        let fault = self.fault();
        self.begin(state);
        let mut command = self.hook();
        fault.meets(&mut command, self.repo.path());
        let begun = Instant::now();
        let (code, signal, err) = answered(command, &told);
        let took = begun.elapsed();
        let what =
            || format!("{state}, {fault:?}, after {took:?}:\n{told}{code:?} {signal:?} {err}");
        let outcome = if signal == Some(9) && fault.kind.starts_with("kill") {
            "killed, which the script of the hook lets through".to_owned()
        } else {
            assert_eq!(code, Some(0), "{}", what());
            sort_of(&err)
        };
        assert!(
            !err.contains("panicked") && !err.contains("defect"),
            "{}",
            what()
        );
        assert!(took < LONGEST, "{}", what());
        let mut n_compared = 0;
        let risks = risks_of(&err);
        if !risks.is_empty() {
            assert!(["whole", "behind"].contains(&state), "{}", what());
            self.begin(state);
            let (_, _, right) = answered(self.hook(), &told);
            let right = risks_of(&right);
            for (id, risk) in &risks {
                // Without a fault the push might take longer than its budget, on a busy machine.
                if right.is_empty() {
                    continue;
                }
                assert!(
                    right.contains(&(id.clone(), risk.clone())),
                    "{}\n{right:?}",
                    what()
                );
                n_compared += 1;
                self.is_scored(id, risk, state, &told, &what());
            }
        }
        let mut figures = figures.lock().unwrap_or_else(PoisonError::into_inner);
        *figures.outcomes.entry(outcome).or_default() += 1;
        *figures.by_kind.entry(fault.kind).or_default() += 1;
        figures.took.push(took);
        figures.n_warned += usize::from(!risks.is_empty());
        figures.n_compared += n_compared;
    }

    /// The risk that was told is the one that a score of what is pushed gives.
    fn is_scored(&mut self, id: &str, risk: &str, state: &'static str, told: &str, what: &str) {
        let mut all = Vec::new();
        for line in told.lines() {
            let tip = line.split(' ').nth(1).unwrap();
            let key = (tip.to_owned(), state);
            if !self.scored.contains_key(&key) {
                let scored = scored(&self.repo, tip);
                self.scored.insert(key.clone(), scored);
            }
            all.extend(self.scored[&key].get(id).cloned());
        }
        assert!(
            all.contains(&risk.to_owned()),
            "{id}, {risk}: {all:?} {what}"
        );
    }

    /// Whatever was learned on the way, by whoever came how far: what is asked now is answered as anywhere.
    fn has_learned(&self) {
        let range = format!("{}..main", back(&self.repo, 3));
        let question = ["score", &range, "--format", "json"];
        let mut said = risk(&self.repo, &question);
        if said.code == Some(2) {
            said.notes(&["git risk train --fresh"]);
            risk(&self.repo, &["train", "--fresh"]).ok();
            said = risk(&self.repo, &question);
        }
        // The same references, so that the same commits have landed.
        let copied = self.repo.path().parent().unwrap().join("copied");
        copy(self.repo.path(), &copied);
        remove(&copied.join(".git/risk"));
        let fresh = crate::harness::json(&copied, &question[..2]);
        assert_eq!(said.ok().json()["scores"], fresh["scores"]);
    }

    /// One push by git, with the script that `hook install` writes, in which git-risk is met by a fault.
    fn push_by_git(&mut self, n: usize, figures: &Mutex<Figures>) {
        let state = *self.dice.pick(&STATES);
        let fault = self.fault();
        self.begin(state);
        let bin = self.repo.path().parent().unwrap().join("bin");
        fs::create_dir_all(&bin).unwrap();
        let program = bin.join("git-risk");
        let mut script = String::from("#!/bin/sh\n");
        for (name, value) in fault.environment(self.repo.path()) {
            writeln!(script, "export {name}='{value}'").unwrap();
        }
        let binary = env!("CARGO_BIN_EXE_git-risk");
        writeln!(script, "exec '{binary}' \"$@\" 9>&2").unwrap();
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let mut specs = BTreeMap::new();
        for k in 0..=self.dice.below(3) {
            let (name, id) = self.dice.pick(&self.refs).clone();
            let to = match name.strip_prefix("refs/tags/") {
                Some(tag) => format!("refs/tags/{tag}-{n}-{k}"),
                // At times over what another push has left there, whatever it is.
                None if self.dice.coin() => format!("refs/heads/again-{k}"),
                None => format!("refs/heads/new-{n}-{k}"),
            };
            specs.insert(to, id);
        }
        let mut command = self.repo.git_command();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        command.env("PATH", path).args(["push", "-q", "origin"]);
        for (to, id) in &specs {
            command.arg(format!("+{id}:{to}"));
        }
        let begun = Instant::now();
        let (code, signal, err) = answered(command, "");
        let took = begun.elapsed();
        let what =
            format!("{state}, {fault:?}, {specs:?}, after {took:?}: {code:?} {signal:?} {err}");
        assert_eq!(code, Some(0), "{what}");
        assert!(
            !err.contains("panicked") && !err.contains("defect"),
            "{what}"
        );
        assert!(took < LONGEST, "{what}");
        for (to, id) in &specs {
            assert_eq!(&self.remote.id(to), id, "{what}");
        }
        let mut figures = figures.lock().unwrap_or_else(PoisonError::into_inner);
        *figures.by_kind.entry(fault.kind).or_default() += 1;
        figures.took.push(took);
        figures.n_by_git += 1;
        *figures
            .outcomes
            .entry(format!("by git: {}", sort_of(&err)))
            .or_default() += 1;
        // What was pushed is tracked now; the next pushes begin as this one did.
        drop(figures);
        for name in
            lines(
                &self
                    .repo
                    .git(&["for-each-ref", "--format=%(refname)", "refs/remotes/origin"]),
            )
        {
            if name.contains("/again-") || name.contains("/new-") {
                self.repo.git(&["update-ref", "-d", &name]);
            }
        }
    }
}

/// What `git risk score` says of all that leads to a commit.
fn scored(repo: &TestRepo, tip: &str) -> BTreeMap<String, String> {
    let range = format!("{}..{tip}", back(repo, 9));
    let mut scored = BTreeMap::new();
    let mut command = command(repo, &["score", &range, "--format", "json"]);
    command.stderr(Stdio::null());
    // What is no commit has none.
    let said = crate::harness::said(command);
    if said.code != Some(0) {
        return scored;
    }
    let answer = said.json();
    for one in answer["scores"].as_array().unwrap() {
        let p = one["probability"].as_f64().unwrap();
        let risk = match p {
            p if p < 0.001 => "<0.1 %".to_owned(),
            p if p < 0.0995 => format!("{:.1} %", p * 100.0),
            p if p > 0.995 => ">99 %".to_owned(),
            p => format!("{:.0} %", p * 100.0),
        };
        let commit = one["commit"].as_str().unwrap();
        scored.insert(commit[..10].to_owned(), risk);
    }
    scored
}

/// Branches and tags of many kinds beside `main`.
fn grow(repo: &TestRepo, dice: &mut Dice) {
    let add = |name: &str, n: usize| {
        let mut text = String::new();
        for at in 0..n {
            writeln!(text, "    if {name}_{at} {{ return {at}; }}").unwrap();
        }
        repo.write(format!("grown/{name}.rs"), &text)
            .commit(format!("Add {name}"));
    };
    repo.git(&["reset", "-q", "--hard"]);
    repo.git(&["clean", "-q", "-d", "-f", "-x"]);
    repo.branch("topic");
    for step in 0..=dice.below(6) {
        add(&format!("topic{step}"), 1 + dice.below(40));
    }
    repo.annotated_tag("noted", "HEAD");
    repo.git(&["checkout", "-q", "-b", "early", &back(repo, 3)]);
    add("early", 1 + dice.below(60));
    repo.tag("light");
    repo.git(&["checkout", "-q", "-b", "both", "topic"]);
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge early", "early"]);
    add("after", 1 + dice.below(30));
    repo.git(&["checkout", "-q", "--orphan", "alone"]);
    add("alone", 1 + dice.below(30));
    let blob = repo.git(&["hash-object", "-w", ".git/HEAD"]);
    repo.git(&["tag", "blob", &blob]);
    repo.git(&["checkout", "-q", "main"]);
    if dice.coin() {
        // What was learned falls behind.
        add("landed", 1 + dice.below(10));
    }
}

/// The commit so many before the tip of `main`, or the first one of a shorter history.
fn back(repo: &TestRepo, n: usize) -> String {
    let mut chain = lines(&repo.git(&["rev-list", "--first-parent", "main"]));
    chain.swap_remove(n.min(chain.len() - 1))
}

/// What the folder may hold.
fn states(repo: &TestRepo) -> BTreeMap<&'static str, PathBuf> {
    let folder = repo.path().join(".git/risk");
    let mut states = BTreeMap::new();
    let mut keep = |name: &'static str| {
        let to = repo.path().parent().unwrap().join(format!("state-{name}"));
        copy(&folder, &to);
        states.insert(name, to);
    };
    fs::create_dir_all(&folder).unwrap();
    keep("none");
    risk(repo, &["train", &back(repo, 3)]).ok();
    keep("behind");
    risk(repo, &["train"]).ok();
    keep("whole");
    let state = fs::read(kept(repo, "state")).unwrap();
    let mut damaged = state.clone();
    let middle = damaged.len() / 2;
    damaged[..middle]
        .iter_mut()
        .skip(700)
        .step_by(911)
        .for_each(|byte| *byte ^= 4);
    fs::write(kept(repo, "state"), damaged).unwrap();
    keep("damaged");
    let mut newer = state;
    newer[8] += 1;
    fs::write(kept(repo, "state"), newer).unwrap();
    fs::write(kept(repo, "shown"), "git-risk shown 2\nnobody knows\n").unwrap();
    keep("newer");
    states
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Runs a command that is told this: with what it ended, and what it said to a person.
fn answered(mut command: Command, told: &str) -> (Option<i32>, Option<i32>, String) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever does not want to know need not read it.
    let _ = child.stdin.take().unwrap().write_all(told.as_bytes());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), output.status.signal(), err)
}

/// What a person was told, without what differs from push to push.
fn sort_of(err: &str) -> String {
    if err.is_empty() {
        return "said nothing".to_owned();
    }
    if !risks_of(err).is_empty() {
        return "warned".to_owned();
    }
    let line = err
        .lines()
        .find(|line| line.starts_with("git-risk: "))
        .unwrap_or(err);
    for (what, sort) in [
        ("it takes longer than", "no time left"),
        ("nothing has been learned", "nothing was learned yet"),
        ("is damaged", "what was learned is damaged"),
        ("newer version", "learned by a newer version"),
        ("could not be read", "a file could not be read"),
        ("background", "learning in the background"),
        ("listing what is outgoing", "git could not be read"),
        ("did not run", "git-risk did not run"),
    ] {
        if line.contains(what) {
            return format!("not checked: {sort}");
        }
    }
    format!(
        "other: {}",
        line.split([':', '(']).nth(2).unwrap_or(line).trim()
    )
}

/// The commits that a warning names, with the risk of each.
fn risks_of(err: &str) -> BTreeSet<(String, String)> {
    let all: Vec<&str> = err.lines().collect();
    let pairs = all.windows(2).filter_map(|pair| {
        let (risk, _) = pair[1].trim().split_once(" likely to need a fix")?;
        Some((pair[0].split(' ').next()?.to_owned(), risk.to_owned()))
    });
    pairs.collect()
}

#[test]
fn no_push_is_lost_blocked_or_told_what_is_wrong() {
    let asked = std::env::var("GIT_RISK_PUSHES").ok();
    let n: usize = asked.map_or(SAMPLE, |text| text.parse().unwrap());
    let seed: u64 = std::env::var("GIT_RISK_SEED").map_or(1_000, |text| text.parse().unwrap());
    let figures = Mutex::new(Figures::default());
    let next = AtomicUsize::new(0);
    let wrong = AtomicUsize::new(0);
    let n_places = n.div_ceil(EACH);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= n_places {
                        break;
                    }
                    let mut place = Place::new(seed + at as u64);
                    // All that is wrong is found in one run.
                    let mut once = |push: usize| {
                        if push == EACH && place.learns {
                            place.has_learned();
                        } else if push % 10 == 9 {
                            place.push_by_git(push, &figures);
                        } else if push < EACH {
                            place.push(&figures);
                        }
                    };
                    for push in (0..EACH.min(n - at * EACH)).chain([EACH]) {
                        if catch_unwind(AssertUnwindSafe(|| once(push))).is_err() {
                            wrong.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    let mut figures = figures.into_inner().unwrap_or_else(PoisonError::into_inner);
    figures.took.sort_unstable();
    let took = &figures.took;
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    eprintln!(
        "seed {seed}: {n} pushes, {} of them by git, out of {n_places} repositories in {:?}\n\
         took: median {:?}, 99 % {:?}, most {:?}\n\
         {} warned, {} risks compared with a score\n{:#?}\n{:#?}",
        figures.n_by_git,
        begun.elapsed(),
        at(0.5),
        at(0.99),
        at(1.0),
        figures.n_warned,
        figures.n_compared,
        figures.outcomes,
        figures.by_kind
    );
    assert_eq!(
        wrong.into_inner(),
        0,
        "pushes went wrong, as was told above"
    );
    assert_eq!(took.len(), n);
}
