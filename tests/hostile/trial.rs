//! What must hold for every repository, however it was made.

use crate::harness::{command, kept};
use crate::watched::{Ended, tell, watched};
use risk_testkit::{TestRepo, hermetic};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

const NOTHING: &str = "0000000000000000000000000000000000000000";

/// What a person or a pipeline asks, besides learning and scores. `RANGE` stands for the range of the trial.
const QUESTIONS: [&[&str]; 20] = [
    &["score"],
    &["score", "RANGE"],
    &["score", "--staged"],
    &["log"],
    &["log", "--format", "json"],
    &["status"],
    &["status", "--skipped"],
    &["hotspots"],
    &["explain"],
    &["why-fix"],
    &["release"],
    &["label"],
    &["config", "--explain"],
    &["report", "--out", "-"],
    &["annotate", "RANGE", "--all"],
    &["annotate", "RANGE", "--all", "--format", "github"],
    &["annotate", "RANGE", "--all", "--format", "gitlab"],
    &["annotate", "RANGE", "--all", "--format", "sarif"],
    &["annotate", "RANGE", "--all", "--format", "rdjson"],
    &["annotate", "RANGE", "--all", "--format", "markdown"],
];

/// Some of them.
const SOME: [&[&str]; 4] = [
    &["status", "--skipped"],
    &["release"],
    &["report", "--out", "-"],
    &["annotate", "RANGE", "--all", "--format", "markdown"],
];

/// A repository on trial.
pub(crate) struct Trial<'a> {
    case: &'a str,
    pub(crate) repo: &'a TestRepo,
    range: String,
    longest: Duration,
    most_mib: u64,
    /// The longest and the largest run of each command.
    figures: RefCell<BTreeMap<String, (Duration, u64)>>,
}

/// What was said on a trial.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl<'a> Trial<'a> {
    /// Nothing may take longer than a minute, or more than half a GiB.
    pub(crate) fn new(case: &'a str, repo: &'a TestRepo) -> Self {
        Self {
            case,
            repo,
            range: "HEAD~3..HEAD".to_owned(),
            longest: Duration::from_secs(60),
            most_mib: 512,
            figures: RefCell::default(),
        }
    }

    /// Asks for another range than the last three commits.
    pub(crate) fn range(mut self, range: &str) -> Self {
        range.clone_into(&mut self.range);
        self
    }

    /// Allows for more.
    pub(crate) fn within(mut self, seconds: u64, mib: u64) -> Self {
        self.longest = Duration::from_secs(seconds);
        self.most_mib = mib;
        self
    }

    /// Runs a command: it ends by itself, in the memory that it may take, and either answers or says what to do.
    #[track_caller]
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        let args: Vec<&str> = args
            .iter()
            .map(|&it| if it == "RANGE" { &self.range } else { it })
            .collect();
        let ended = watched(command(self.repo, &args), b"", self.longest);
        self.note(args[0], &ended);
        let said = self.sound(&args.join(" "), ended);
        match said.code {
            Some(0) => {}
            Some(2) => {
                assert!(
                    said.err.contains("hint: "),
                    "{}: {args:?}: {}",
                    self.case,
                    said.err
                );
                let is_empty = said.out.is_empty() || args[0] == "train";
                assert!(is_empty, "{}: {args:?}: {said:?}", self.case);
            }
            _ => panic!("{}: {args:?}: {said:?}", self.case),
        }
        said
    }

    /// It answered, without a word besides.
    #[track_caller]
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!(said.code, Some(0), "{}: {args:?}: {}", self.case, said.err);
        said.out
    }

    #[track_caller]
    fn json(&self, args: &[&str]) -> Value {
        let args = [args, &["--format", "json"]].concat();
        serde_json::from_str(&self.ok(&args)).expect("because JSON was asked for")
    }

    /// It learns, and scores the range: with one thread as with two, at once as bit by bit.
    #[track_caller]
    pub(crate) fn answers(&self) -> Value {
        let kept = |name: &str| fs::read(kept(self.repo, name)).unwrap_or_default();
        self.forget();
        self.ok(&["train", "--threads", "1"]);
        let scores = self.json(&["score", "RANGE", "--threads", "1"]);
        let (state, rows) = (kept("state"), kept("rows"));
        assert!(!state.is_empty(), "{}: nothing was kept", self.case);
        self.forget();
        self.ok(&["train", "--threads", "2"]);
        let again = self.json(&["score", "RANGE", "--threads", "2"]);
        assert_eq!(again, scores, "{}: with two threads", self.case);
        let are_equal = (kept("state"), kept("rows")) == (state.clone(), rows.clone());
        assert!(are_equal, "{}: with two threads", self.case);
        // From a commit before, and from the one before that.
        self.forget();
        for before in ["main~2", "main~1"] {
            self.run(&["train", before]);
        }
        self.ok(&["train"]);
        let again = self.json(&["score", "RANGE"]);
        assert_eq!(again, scores, "{}: bit by bit", self.case);
        let are_equal = (kept("state"), kept("rows")) == (state, rows);
        assert!(are_equal, "{}: bit by bit", self.case);
        scores
    }

    /// It says that it cannot tell, in these words, of whatever it is asked.
    #[track_caller]
    pub(crate) fn refuses(&self, words: &[&str]) {
        self.refuses_to_learn(words);
        self.refused(&["score", "RANGE", "--threads", "1"], words);
        if self.range.contains("..") {
            self.refused(&["annotate", "RANGE"], words);
        }
    }

    /// It says that it cannot learn up to the tip, in these words, and keeps nothing.
    #[track_caller]
    pub(crate) fn refuses_to_learn(&self, words: &[&str]) {
        self.forget();
        self.refused(&["train"], words);
        self.refused(&["score"], words);
        let state = kept(self.repo, "state");
        assert!(!state.exists(), "{}: something was kept", self.case);
    }

    #[track_caller]
    fn refused(&self, args: &[&str], words: &[&str]) {
        let case = self.case;
        let said = self.run(args);
        assert_eq!(said.code, Some(2), "{case}: {args:?}: {said:?}");
        for word in words {
            let is_there = said.err.contains(word);
            assert!(is_there, "{case}: {args:?}: no {word:?} in {}", said.err);
        }
    }

    /// Everything else that can be asked is answered without harm to whoever reads it, or refused.
    #[track_caller]
    pub(crate) fn everything(&self) {
        self.ask(&QUESTIONS);
    }

    /// As [`everything`](Self::everything), of some questions that take in most of what is known.
    #[track_caller]
    pub(crate) fn some(&self) {
        self.ask(&SOME);
    }

    #[track_caller]
    fn ask(&self, questions: &[&[&str]]) {
        for args in questions {
            let said = self.asked(args);
            // Where markup means something, that of strangers means nothing. The page has no such script itself.
            let means_something: &[&str] = match args {
                _ if args.contains(&"markdown") => &["<script", "](javascript:"],
                _ if args.contains(&"report") => &["<script>alert"],
                _ => &[],
            };
            for word in means_something {
                assert!(!said.out.contains(word), "{}: {args:?}: {word}", self.case);
            }
        }
    }

    #[track_caller]
    fn asked(&self, args: &[&str]) -> Said {
        let said = self.run(args);
        let is_json = ["json", "gitlab", "sarif", "rdjson"]
            .iter()
            .any(|kind| args.contains(kind));
        if is_json && said.code == Some(0) {
            let parsed: Result<Value, _> = serde_json::from_str(&said.out);
            assert!(parsed.is_ok(), "{}: {args:?}: {}", self.case, said.out);
        }
        said
    }

    /// A push goes on, whatever the hook finds: told to by hand, and by git itself if git can push this.
    #[track_caller]
    pub(crate) fn pushes(&self) {
        self.repo.git(&["config", "risk.hook.background", "false"]);
        let tip = self.tip();
        let line = format!("refs/heads/main {tip} refs/heads/main {NOTHING}\n");
        self.looks(&line);
        let (plain, _) = self.pushed(false);
        let (hooked, there) = self.pushed(true);
        assert_eq!(hooked, plain, "{}: a push with the hook", self.case);
        if plain {
            assert_eq!(there, tip, "{}: what arrived", self.case);
        }
    }

    /// The hook looks at what git tells it, and lets it pass.
    #[track_caller]
    pub(crate) fn looks(&self, lines: &str) -> Said {
        let args = ["hook", "run", "origin", "there"];
        let ended = watched(command(self.repo, &args), lines.as_bytes(), self.longest);
        self.note("hook", &ended);
        let said = self.sound("hook", ended);
        assert_eq!(said.code, Some(0), "{}: {said:?}", self.case);
        assert_eq!(said.out, "", "{}", self.case);
        said
    }

    /// Pushes to a new place: whether that went well, and what is there then.
    fn pushed(&self, with_hook: bool) -> (bool, String) {
        let remote = TestRepo::new();
        remote.git(&["config", "receive.denyCurrentBranch", "ignore"]);
        let hook = self.repo.path().join(".git/hooks/pre-push");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        let binary = env!("CARGO_BIN_EXE_git-risk");
        fs::write(
            &hook,
            format!("#!/bin/sh\nexec '{binary}' hook run \"$@\"\n"),
        )
        .unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        let mut push = self.git();
        let verify = if with_hook { "--verify" } else { "--no-verify" };
        push.args(["push", "-q", verify]);
        push.arg(remote.path()).arg("HEAD:refs/heads/main");
        let ended = watched(push, b"", self.longest);
        assert!(!ended.err.contains("panicked"), "{}: {ended:?}", self.case);
        let mut there = remote.git_command();
        there.args(["rev-parse", "-q", "--verify", "refs/heads/main"]);
        let there = there.output().unwrap();
        let there = String::from_utf8_lossy(&there.stdout).trim().to_owned();
        (ended.code == Some(0), there)
    }

    fn git(&self) -> Command {
        hermetic("git", self.repo.path())
    }

    /// What HEAD is, also where git cannot tell.
    fn tip(&self) -> String {
        let mut command = self.git();
        command.args(["rev-parse", "-q", "--verify", "HEAD"]);
        let output = command.output().unwrap();
        let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if id.is_empty() { "1".repeat(40) } else { id }
    }

    /// Removes what was learned.
    pub(crate) fn forget(&self) {
        let _ = fs::remove_dir_all(kept(self.repo, ""));
    }

    fn note(&self, name: &str, ended: &Ended) {
        let mut figures = self.figures.borrow_mut();
        let (took, peak) = figures.entry(name.to_owned()).or_default();
        *took = ended.took.max(*took);
        *peak = ended.peak_kib.max(*peak);
    }

    /// It ended by itself, without a fault of its own, in the memory that it may take, and what it said harms nobody.
    #[track_caller]
    fn sound(&self, what: &str, ended: Ended) -> Said {
        let case = self.case;
        assert_eq!(ended.signal, None, "{case}: {what}: {}", ended.err);
        for fault in ["panicked", "stack overflow", "defect in"] {
            assert!(!ended.err.contains(fault), "{case}: {what}: {}", ended.err);
        }
        let mib = ended.peak_kib >> 10;
        assert!(mib <= self.most_mib, "{case}: {what}: {mib} MiB");
        let out = String::from_utf8(ended.out).expect("because what is printed is UTF-8");
        for text in [&out, &ended.err] {
            harmless(case, what, text);
        }
        Said {
            code: ended.code,
            out,
            err: ended.err,
        }
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for (name, (took, peak_kib)) in self.figures.borrow().iter() {
            let (seconds, mib) = (took.as_secs_f64(), peak_kib >> 10);
            tell(&format!(
                "| {} | {name} | {seconds:.2} s | {mib} MiB |",
                self.case
            ));
        }
    }
}

/// Nothing in it acts on a terminal, or turns the direction of writing.
#[track_caller]
fn harmless(case: &str, what: &str, text: &str) {
    let is_harmful = |it: char| {
        (it.is_control() && it != '\n')
            || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if let Some((at, it)) = text.char_indices().find(|&(_, it)| is_harmful(it)) {
        let from = text[..at].char_indices().rev().nth(60).map_or(0, |it| it.0);
        panic!("{case}: {what}: {it:?} in {:?}", &text[from..at]);
    }
    for line in text.lines() {
        assert!(!line.starts_with("::error::"), "{case}: {what}: {line:?}");
    }
}
