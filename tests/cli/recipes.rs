//! What is ready to copy for CI, run as a platform would run it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::harness::{Said, json, kept, lived, risk, said};
use risk_testkit::{TestRepo, hermetic};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What the scripts leave behind: files of the runner, and the answers of `gh`.
struct Runner {
    dir: tempfile::TempDir,
}

impl Runner {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("bin")).unwrap();
        let runner = Self { dir };
        runner.gh("exit 99");
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Puts a program `gh` on the path that notes how it is called and then does this.
    fn gh(&self, answer: &str) {
        let path = self.path("bin/gh");
        let log = self.path("gh.log");
        let script = format!(
            "#!/bin/sh\nprintf '%s ' \"$@\" >>'{0}'\necho >>'{0}'\n{answer}\n",
            log.display()
        );
        fs::write(&path, script).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(path, mode).unwrap();
    }

    /// Runs a script of the action in a checkout.
    fn step(&self, checkout: &TestRepo, script: &str, env: &[(&str, &str)]) -> Said {
        let mut command = hermetic("sh", checkout.path());
        command.arg(format!("{ROOT}/ci/action/{script}"));
        let path = command.get_envs().find(|(name, _)| *name == "PATH");
        let path = path.unwrap().1.unwrap().to_str().unwrap().to_owned();
        command
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("GITHUB_ACTION_PATH", ROOT)
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary.md"))
            .env("GITHUB_REPOSITORY", "some/where")
            .env("RISK_FOLDER", self.path("risk"))
            .env("GIT_RISK", env!("CARGO_BIN_EXE_git-risk"))
            .env("AUTHOR", "github-actions[bot]");
        command.envs(env.iter().copied());
        said(command)
    }

    /// What the steps have handed on.
    fn outputs(&self) -> BTreeMap<String, String> {
        let text = self.read("output");
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// Plans and annotates; the environment of both.
    fn annotate(
        &self,
        checkout: &TestRepo,
        env: &[(&str, &str)],
    ) -> (Said, BTreeMap<String, String>) {
        self.step(checkout, "plan.sh", env).ok();
        let outputs = self.outputs();
        let mut env = env.to_vec();
        env.extend([
            ("BASE", outputs["base"].as_str()),
            ("HEAD_ID", &outputs["head"]),
            ("LEARN", &outputs["learn"]),
        ]);
        let said = self.step(checkout, "annotate.sh", &env).ok();
        (said, self.outputs())
    }
}

/// A pull request of two commits, as actions/checkout leaves it, and the ids of its base and its head.
fn pull_request(seed: u64, depth: Option<u32>) -> (TestRepo, TestRepo, String, String) {
    let repo = lived(seed, 260);
    let base = repo.id("HEAD");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    for step in 0..2 {
        let lines = (0..40).map(|line| format!("if at_{step}({line}) {{\n"));
        let lines = lines.collect::<Vec<_>>().concat();
        repo.write(format!("src/new{step}.rs"), &lines)
            .write(format!("src/f{step}.rs"), &lines)
            .commit(format!("Rewrite part {step}"));
    }
    let head = repo.id("HEAD");
    repo.git(&["checkout", "-q", "-b", "merged", "main"]);
    repo.merge(&["topic"], "Merge topic into main");
    repo.git(&["update-ref", "refs/pull/7/merge", "merged"]);
    repo.git(&["branch", "-q", "-D", "topic"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["branch", "-q", "-D", "merged"]);
    let checkout = TestRepo::new();
    let from = format!("file://{}", repo.path().display());
    checkout.git(&["remote", "add", "origin", &from]);
    let merge = "+refs/pull/7/merge:refs/remotes/pull/7/merge";
    let depth = depth.map(|depth| format!("--depth={depth}"));
    let mut args = vec!["fetch", "-q", "--no-tags"];
    match &depth {
        Some(depth) => args.extend([depth.as_str(), "origin", merge]),
        None => args.extend(["origin", "+refs/heads/*:refs/remotes/origin/*", merge]),
    }
    checkout.git(&args);
    checkout.git(&["checkout", "-q", "--detach", "refs/remotes/pull/7/merge"]);
    (repo, checkout, base, head)
}

fn event<'a>(base: &'a str, head: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("EVENT", "pull_request"),
        ("PR_BASE", base),
        ("PR_HEAD", head),
        ("BASE_REF", "main"),
        ("DEFAULT_BRANCH", "main"),
        ("NUMBER", "7"),
    ]
}

#[test]
fn a_pull_request_gets_annotations_a_summary_and_one_comment() {
    let (_repo, checkout, base, head) = pull_request(120, None);
    let runner = Runner::new();
    let mut env = event(&base, &head);
    env.push(("WARN_ABOVE", "1%"));
    let (said, outputs) = runner.annotate(&checkout, &env);
    assert_eq!((&outputs["base"], &outputs["head"]), (&base, &head));
    assert_eq!(outputs["exit-code"], "0");
    assert_eq!(outputs["told"], "true");
    assert_eq!(said.out.matches("::warning ").count(), 2, "{}", said.out);
    let comment = runner.read("risk/out/comment.md");
    assert!(comment.starts_with("<!-- git-risk -->\n"));
    assert!(comment.contains("Rewrite part 0"));
    assert!(runner.read("summary.md").contains("Rewrite part 1"));
    let file = |name: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(&outputs[name]).unwrap()).unwrap()
    };
    assert_eq!(
        file("sarif")["runs"][0]["results"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(file("json")["changes"].as_array().unwrap().len(), 2);

    env.extend([("COMMENT", outputs["comment"].as_str()), ("EXIT_CODE", "0")]);
    let calls = |answer: &str| {
        let _ = fs::remove_file(runner.path("gh.log"));
        runner.gh(answer);
        let said = runner.step(&checkout, "comment.sh", &env).ok();
        (runner.read("gh.log"), said.out)
    };
    let body = format!("-F body=@{}", outputs["comment"]);
    // None yet; an old one; and one that may not be written.
    let (log, said) = calls("exit 0");
    assert!(
        log.contains("--method POST repos/some/where/issues/7/comments") && log.contains(&body)
    );
    assert!(
        log.lines().next().unwrap().contains("github-actions[bot]") || log.contains("$ENV.AUTHOR")
    );
    assert_eq!(said, "");
    let (log, _) = calls("case $* in *PATCH*) ;; *) echo 41; echo 42 ;; esac");
    assert!(
        log.contains("--method PATCH repos/some/where/issues/comments/41") && log.contains(&body)
    );
    assert!(!log.contains("POST") && !log.contains("DELETE"));
    let (_, said) = calls("case $* in *POST*) exit 1 ;; esac");
    assert!(said.starts_with("::notice") && said.contains("pull-requests: write"));
    let (_, said) = calls("exit 1");
    assert!(said.starts_with("::notice") && said.contains("summary of this run"));

    // Nothing to tell any more: it goes, and none is written where none is.
    fs::write(&outputs["comment"], "").unwrap();
    let (log, _) = calls("case $* in *DELETE*) ;; *) echo 41 ;; esac");
    assert!(log.contains("--method DELETE repos/some/where/issues/comments/41"));
    let (log, _) = calls("exit 0");
    assert_eq!(log.lines().count(), 1, "{log}");
    // What could not be told leaves the comment.
    env.push(("EXIT_CODE", "2"));
    let _ = fs::remove_file(runner.path("gh.log"));
    runner.step(&checkout, "comment.sh", &env).silent();
    assert_eq!(runner.read("gh.log"), "");
}

#[test]
fn a_gate_fails_the_job_after_everything_was_shown() {
    let (_repo, checkout, base, head) = pull_request(121, None);
    let runner = Runner::new();
    let mut env = event(&base, &head);
    env.extend([("WARN_ABOVE", "1%"), ("FAIL_ABOVE", "1%")]);
    let (said, outputs) = runner.annotate(&checkout, &env);
    assert_eq!(outputs["exit-code"], "1");
    assert_eq!(said.out.matches("::error ").count(), 2, "{}", said.out);
    assert!(!runner.read("risk/out/comment.md").is_empty());
    for (code, strict, expected) in [
        ("0", "true", 0),
        ("1", "false", 1),
        ("2", "false", 0),
        ("2", "true", 2),
    ] {
        let env = [("EXIT_CODE", code), ("STRICT", strict)];
        assert_eq!(runner.step(&checkout, "gate.sh", &env).code, Some(expected));
    }
}

#[test]
fn what_the_main_branch_has_learned_is_used_by_a_pull_request() {
    let (repo, checkout, base, head) = pull_request(122, None);
    let runner = Runner::new();
    // A push to the main branch.
    let main = repo.full_clone();
    let before = main.id("HEAD~3");
    let push = [
        ("EVENT", "push"),
        ("BEFORE", before.as_str()),
        ("REF_NAME", "main"),
        ("DEFAULT_BRANCH", "main"),
        ("WARN_ABOVE", "1%"),
    ];
    let (said, outputs) = runner.annotate(&main, &push);
    assert_eq!(outputs["learn"], "true");
    assert_eq!(outputs["base"], before);
    assert!(said.out.contains("::warning "), "{}", said.out);
    assert!(outputs["state-key"].ends_with(&base));
    let state = runner.path("risk/learned/state");
    assert!(state.exists());
    // The cache brings it to a pull request.
    fs::remove_file(runner.path("output")).unwrap();
    let mut env = event(&base, &head);
    env.push(("WARN_ABOVE", "1%"));
    let (said, outputs) = runner.annotate(&checkout, &env);
    assert_eq!(outputs["learn"], "false");
    assert!(outputs["state-key"].ends_with(&base));
    assert!(said.err.contains("taken over"), "{}", said.err);
    assert_eq!(json(&checkout, &["state"])["tip"], base);
    // The same as without it.
    let alone = Runner::new();
    fs::remove_dir_all(kept(&checkout, "")).unwrap();
    let (other, _) = alone.annotate(&checkout, &env);
    assert_eq!(said.out, other.out);
    assert!(!alone.path("risk/learned/state").exists());
    // A damaged one is told and does no harm.
    fs::remove_dir_all(kept(&checkout, "")).unwrap();
    fs::write(&state, "damaged").unwrap();
    let (other, _) = runner.annotate(&checkout, &env);
    other.notes(&["not an export", "learning anew"]);
    assert_eq!(said.out, other.out);
}

#[test]
fn a_shallow_checkout_is_told_with_the_depth_it_takes() {
    let (repo, checkout, base, head) = pull_request(123, Some(1));
    let runner = Runner::new();
    let env = event(&base, &head);
    let (said, outputs) = runner.annotate(&checkout, &env);
    assert_eq!(outputs["exit-code"], "2");
    assert_eq!(outputs["told"], "false");
    // One line, as workflow commands are.
    let told: Vec<&str> = said.out.lines().collect();
    assert_eq!(told.len(), 1, "{}", said.out);
    assert!(told[0].starts_with("::warning title=git-risk could not tell::git-risk: "));
    assert!(told[0].contains("%0A"));
    let _ = repo;
    // Deep enough, with what the main branch has learned.
    let (repo, checkout, base, head) = pull_request(124, Some(4));
    let main = repo.full_clone();
    let state = runner.path("risk/learned/state");
    fs::create_dir_all(state.parent().unwrap()).unwrap();
    risk(&main, &["train"]).silent();
    risk(&main, &["state", "export", state.to_str().unwrap()]).silent();
    fs::remove_file(runner.path("output")).unwrap();
    let mut env = event(&base, &head);
    env.push(("WARN_ABOVE", "1%"));
    let (said, outputs) = runner.annotate(&checkout, &env);
    assert_eq!(outputs["exit-code"], "0", "{}", said.err);
    assert_eq!(said.out.matches("::warning ").count(), 2, "{}", said.out);
}

#[test]
fn names_are_data_and_never_commands() {
    let (_repo, checkout, base, head) = pull_request(125, None);
    let runner = Runner::new();
    for name in [
        "main$(touch owned)",
        "main`touch owned`",
        "main;touch owned",
        "--upload-pack=touch owned",
        "main\nlearn=true",
        "../../heads/x",
    ] {
        let _ = fs::remove_file(runner.path("output"));
        let mut env = event(&base, &head);
        env.extend([("BASE_REF", name), ("REF_NAME", name), ("BEFORE", name)]);
        runner.step(&checkout, "plan.sh", &env).ok();
        let outputs = runner.outputs();
        assert_eq!(outputs["base"], base);
        assert_eq!(outputs["learn"], "false");
        assert_eq!(runner.read("output").lines().count(), 6);
        env.push(("EVENT", "push"));
        runner.step(&checkout, "plan.sh", &env).ok();
        env.extend([("NUMBER", name), ("COMMENT", name)]);
        runner.step(&checkout, "comment.sh", &env).silent();
    }
    assert!(!checkout.path().join("owned").exists());
    assert!(!runner.path("gh.log").exists());
}

#[test]
fn a_new_branch_has_nothing_to_be_compared_with() {
    let repo = lived(126, 60);
    let runner = Runner::new();
    let none = "0".repeat(40);
    let push = [
        ("EVENT", "push"),
        ("BEFORE", none.as_str()),
        ("REF_NAME", "topic"),
        ("DEFAULT_BRANCH", "main"),
    ];
    let (said, outputs) = runner.annotate(&repo, &push);
    assert_eq!(said.out, "");
    assert_eq!(outputs["base"], "");
    assert_eq!(outputs["exit-code"], "0");
    assert!(!runner.path("risk/learned").exists());
}

#[test]
fn any_ci_keeps_what_was_learned_in_a_file() {
    let repo = lived(127, 120);
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("kept/state");
    let run = |repo: &TestRepo, env: &[(&str, &str)], args: &[&str]| {
        let mut command = hermetic("sh", repo.path());
        command.arg(format!("{ROOT}/ci/any.sh")).args(args);
        command.env("GIT_RISK", env!("CARGO_BIN_EXE_git-risk"));
        command.env("RISK_STATE", &state);
        command.envs(env.iter().copied());
        said(command)
    };
    run(&repo, &[("RISK_LEARN", "1")], &[]).ok();
    assert!(state.exists());
    let clone = repo.full_clone();
    clone.write("src/f1.rs", "fn f() {}\n").commit("Fix f1");
    let env = [("RISK_BASE", "origin/main"), ("RISK_FAIL_ABOVE", "0%")];
    let said = run(&clone, &env, &["--format", "text"]);
    assert_eq!(said.code, Some(1), "{said:#?}");
    said.notes(&["taken over"]).tells(&["Fix f1"]);
    // What lies there already is not replaced.
    let said = run(&clone, &env[..1], &["--format", "text"]).ok();
    assert!(!said.err.contains("taken over"));
    let said = run(&clone, &[("RISK_BASE", "nowhere")], &[]);
    assert_eq!(said.code, Some(2));
}

#[test]
fn the_action_expands_nothing_in_its_scripts_and_pins_what_it_uses() {
    let action = fs::read_to_string(Path::new(ROOT).join("action.yml")).unwrap();
    let mut scripts = 0;
    for line in action.lines().map(str::trim) {
        let line = line.trim_start_matches("- ");
        if let Some(run) = line.strip_prefix("run: ") {
            // What GitHub would put there would be read by the shell.
            assert!(!run.contains("${{"), "{run}");
            let script = run.strip_prefix("sh \"$GITHUB_ACTION_PATH/").unwrap();
            let script = script.strip_suffix('"').unwrap();
            assert!(Path::new(ROOT).join(script).is_file(), "{script}");
            scripts += 1;
        }
        if let Some(uses) = line.strip_prefix("uses: ") {
            let id = uses.split('@').nth(1).unwrap().split(' ').next().unwrap();
            let is_hex = id.len() == 40 && id.bytes().all(|it| it.is_ascii_hexdigit());
            assert!(is_hex, "{uses} is no commit");
        }
    }
    assert_eq!(scripts, 5);
}
