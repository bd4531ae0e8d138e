//! `git risk hook install`, `uninstall` and `status`, with real pushes to a real bare repository.
//!
//! A stand-in for git-risk on the `PATH` writes down with which arguments and input the hook called it.

use crate::harness::{Said, command, lived, said};
use risk_testkit::{TestRepo, hermetic};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A repository with a remote, and a `PATH` with the stand-in.
struct Desk {
    repo: TestRepo,
    dir: TempDir,
}

/// The oldest git that has configured hooks.
const CONFIGURED_HOOKS: (u32, u32) = (2, 54);

impl Desk {
    fn new() -> Self {
        let repo = TestRepo::new();
        repo.write("a.txt", "a\n").commit("Add a");
        Self::with(repo)
    }

    fn with(repo: TestRepo) -> Self {
        let dir = TempDir::with_prefix("risk-hook-").unwrap();
        fs::create_dir(dir.path().join("bin")).unwrap();
        let desk = Self { repo, dir };
        let log = desk.log_file();
        let stand_in = format!(
            "#!/bin/sh\n[ \"$1 $2\" = 'hook run' ] || exit 99\nshift 2\necho \"{{$*}}\" >> {0}\ncat >> {0}\n\
             echo stand-in >&2\nexit ${{ANSWER:-0}}\n",
            log.display()
        );
        desk.script(&desk.path("bin/git-risk"), &stand_in);
        desk.repo.git(&[
            "init",
            "-q",
            "--bare",
            desk.path("remote").to_str().unwrap(),
        ]);
        let remote = desk.path("remote");
        desk.repo
            .git(&["remote", "add", "origin", remote.to_str().unwrap()]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn log_file(&self) -> PathBuf {
        self.path("log")
    }

    fn hooks(&self) -> PathBuf {
        self.repo.path().join(".git/hooks")
    }

    /// Writes a file that may be run.
    fn script(&self, path: &Path, text: &str) {
        assert!(path.is_absolute(), "{}", self.dir.path().display());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o751)).unwrap();
    }

    /// Writes the hook of somebody else.
    fn hook(&self, text: &str) -> PathBuf {
        let path = self.hooks().join("pre-push");
        self.script(&path, text);
        path
    }

    fn search_path(&self) -> String {
        format!(
            "{}:{}",
            self.path("bin").display(),
            std::env::var("PATH").unwrap()
        )
    }

    /// Runs `git risk hook …`; as a file, whichever git there is.
    fn risk(&self, args: &[&str]) -> Said {
        self.risk_in(self.repo.path(), args)
    }

    fn risk_in(&self, dir: &Path, args: &[&str]) -> Said {
        let mut command = command(dir, &["hook"]);
        command.args(args).env("PATH", self.search_path());
        if args[0] == "install" {
            command.arg("--file");
        }
        said(command)
    }

    fn status(&self) -> Value {
        self.risk(&["status", "--format", "json"]).silent().json()
    }

    /// The one way in which a push is looked at, and the file of it from the root of the repository.
    #[track_caller]
    fn way(&self) -> (String, String) {
        let status = self.status();
        assert_eq!(status["installed"], true, "{status}");
        let traces = status["traces"].as_array().unwrap();
        let [trace] = &traces[..] else {
            panic!("{status}");
        };
        let path = trace["path"].as_str().unwrap();
        let root = self.repo.path().to_str().unwrap();
        let path = path.strip_prefix(root).unwrap_or(path);
        let way = trace["way"].as_str().unwrap();
        (way.to_owned(), path.trim_start_matches('/').to_owned())
    }

    /// Pushes to a new branch; true if the remote has it then.
    fn push(&self, branch: &str, environment: &[(&str, &str)]) -> (bool, String) {
        self.push_from(self.repo.path(), branch, environment)
    }

    fn push_from(&self, dir: &Path, branch: &str, environment: &[(&str, &str)]) -> (bool, String) {
        let mut git = hermetic("git", dir);
        git.args(["push", "origin", &format!("HEAD:refs/heads/{branch}")]);
        git.env("PATH", self.search_path())
            .envs(environment.iter().copied());
        let said = said(git);
        let mut there = hermetic("git", self.path("remote"));
        there.args([
            "rev-parse",
            "-q",
            "--verify",
            &format!("refs/heads/{branch}"),
        ]);
        let is_there = there.output().unwrap().status.success();
        assert_eq!(said.code == Some(0), is_there, "{said:#?}");
        (is_there, said.err + &said.out)
    }

    /// What git writes to a hook when `HEAD` is pushed to a new branch.
    fn refs(&self, branch: &str) -> String {
        let zero = "0".repeat(40);
        format!("HEAD {} refs/heads/{branch} {zero}\n", self.repo.head())
    }

    /// What the stand-in was called with since the last time.
    fn calls(&self) -> String {
        let calls = fs::read_to_string(self.log_file()).unwrap_or_default();
        let _ = fs::remove_file(self.log_file());
        calls
    }

    /// Pushes, which must pass and be looked at once, with the arguments and input that git gave.
    #[track_caller]
    fn is_looked_at(&self, branch: &str) -> String {
        self.calls();
        let (passed, told) = self.push(branch, &[]);
        assert!(passed, "{told}");
        let called = format!("{{origin {}}}\n", self.path("remote").display());
        assert_eq!(self.calls(), called + &self.refs(branch), "{told}");
        told
    }

    /// Every file, folder and link of the repository with its mode, but for objects and references.
    fn everything(&self) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
        let mut found = BTreeMap::new();
        let mut open = vec![self.repo.path().to_path_buf()];
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                let metadata = path.symlink_metadata().unwrap();
                let content = if metadata.is_symlink() {
                    fs::read_link(&path)
                        .unwrap()
                        .into_os_string()
                        .into_encoded_bytes()
                } else if metadata.is_dir() {
                    if !path.ends_with("objects") && !path.ends_with("refs") {
                        open.push(path.clone());
                    }
                    Vec::new()
                } else {
                    fs::read(&path).unwrap()
                };
                found.insert(path, (metadata.mode(), content));
            }
        }
        found
    }

    /// Uninstalls; nothing may be left of what was not there before.
    #[track_caller]
    fn leaves_no_trace(&self, before: &BTreeMap<PathBuf, (u32, Vec<u8>)>) {
        self.risk(&["uninstall"]).silent().tells(&["removed from"]);
        // What pushing made is not ours.
        let made = |(path, _): &(&PathBuf, &(u32, Vec<u8>))| {
            !path
                .components()
                .any(|part| part.as_os_str() == "logs" || part.as_os_str() == "refs")
        };
        let now = self.everything();
        let (before, now): (Vec<_>, Vec<_>) = (
            before.iter().filter(made).collect(),
            now.iter().filter(made).collect(),
        );
        assert_eq!(before, now);
        self.risk(&["uninstall"])
            .silent()
            .tells(&["nothing to remove"]);
        assert_eq!(self.status()["installed"], false);
    }
}

/// A hook of somebody else that says by which name and with what it was called, and fails if `$STOP` says so.
const FOREIGN: &str = "echo \"foreign $(basename \"$0\") $1\" >&2\ncat >&2\nexit ${STOP:-0}\n";

#[track_caller]
fn in_order(text: &str, words: &[&str]) {
    let mut rest = text;
    for word in words {
        let at = rest.find(word);
        let at = at.unwrap_or_else(|| panic!("{word:?} is not in its place in:\n{text}"));
        rest = &rest[at + word.len()..];
    }
}

#[test]
fn a_push_is_looked_at_from_the_installation_on() {
    let desk = Desk::new();
    let before = desk.everything();
    let (passed, _) = desk.push("before", &[]);
    assert!(passed);
    assert_eq!(desk.calls(), "");
    assert_eq!(desk.status()["installed"], false);
    assert_eq!(desk.status()["next"], "git risk hook install");

    let said = desk.risk(&["install"]).silent();
    said.tells(&[
        "installed: ",
        "/.git/hooks/pre-push",
        "next: git risk train",
    ]);
    assert_eq!(
        desk.way(),
        ("file".to_owned(), ".git/hooks/pre-push".to_owned())
    );
    desk.is_looked_at("one");

    let installed = desk.everything();
    desk.risk(&["install"])
        .silent()
        .tells(&["already installed: "]);
    assert_eq!(desk.everything(), installed);

    for (answer, passes) in [("0", true), ("1", false), ("2", false)] {
        let branch = format!("answer-{answer}");
        let (passed, told) = desk.push(&branch, &[("ANSWER", answer)]);
        assert_eq!(passed, passes, "{told}");
    }
    // No answer of git-risk: it is broken.
    let (passed, told) = desk.push("broken", &[("ANSWER", "101")]);
    assert!(passed);
    in_order(&told, &["git-risk: failed (code 101)"]);
    let (passed, told) = desk.push("skipped", &[("ANSWER", "1"), ("GIT_RISK_CHAINED", "x")]);
    assert!(!passed, "{told}");
    desk.leaves_no_trace(&before);
}

#[test]
fn the_shell_script_of_somebody_else_comes_first_and_is_given_back() {
    for first_line in ["#!/bin/sh", "#!/bin/sh -eu", "#!/usr/bin/env sh"] {
        let desk = Desk::new();
        let hook = desk.hook(&format!("{first_line}\n{FOREIGN}"));
        let before = desk.everything();
        desk.risk(&["install"]).silent().tells(&["a marked block"]);
        assert_eq!(
            desk.way(),
            ("block".to_owned(), ".git/hooks/pre-push".to_owned())
        );
        let told = desk.is_looked_at("one");
        in_order(
            &told,
            &["foreign pre-push origin", &desk.refs("one"), "stand-in"],
        );
        let (passed, told) = desk.push("two", &[("STOP", "3")]);
        assert!(!passed && !told.contains("stand-in"), "{told}");
        let (passed, told) = desk.push("three", &[("ANSWER", "1")]);
        assert!(!passed, "{told}");
        desk.risk(&["install"])
            .silent()
            .tells(&["already installed"]);
        desk.leaves_no_trace(&before);
        assert!(hook.is_file());
    }
}

#[test]
fn a_hook_that_does_not_read_its_input_is_no_obstacle() {
    let desk = Desk::new();
    desk.hook("#!/bin/sh\nexit 0\n");
    desk.risk(&["install"]).silent();
    let told = desk.is_looked_at("one");
    assert!(!told.contains("rror"), "{told}");
}

#[test]
fn a_hook_in_another_language_makes_room_and_comes_first() {
    let desk = Desk::new();
    // No shell is named, so it may be anything.
    desk.hook(FOREIGN);
    let before = desk.everything();
    desk.risk(&["install"]).silent();
    assert_eq!(
        desk.way(),
        ("beside".to_owned(), ".git/hooks/pre-push".to_owned())
    );
    let told = desk.is_looked_at("one");
    in_order(&told, &["foreign", &desk.refs("one"), "stand-in"]);
    let (passed, told) = desk.push("two", &[("STOP", "3")]);
    assert!(!passed && !told.contains("stand-in"), "{told}");
    desk.risk(&["install"])
        .silent()
        .tells(&["already installed"]);
    desk.leaves_no_trace(&before);
}

#[test]
fn a_link_stays_a_link_and_keeps_the_name_by_which_it_is_called() {
    let desk = Desk::new();
    desk.script(
        &desk.repo.path().join("tools/dispatch"),
        &format!("#!/bin/sh\n{FOREIGN}"),
    );
    fs::create_dir(desk.hooks()).unwrap();
    symlink("../../tools/dispatch", desk.hooks().join("pre-push")).unwrap();
    let before = desk.everything();
    desk.risk(&["install"]).silent();
    assert_eq!(desk.way().0, "beside");
    let told = desk.is_looked_at("one");
    in_order(
        &told,
        &["foreign pre-push origin", &desk.refs("one"), "stand-in"],
    );
    desk.leaves_no_trace(&before);
}

#[test]
fn a_hook_that_git_ignores_stays_ignored() {
    let desk = Desk::new();
    let hook = desk.hook("#!/bin/sh\nexit 1\n");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o640)).unwrap();
    let before = desk.everything();
    desk.risk(&["install"]).silent();
    desk.is_looked_at("one");
    desk.leaves_no_trace(&before);
    let told = desk.push("two", &[]).1;
    assert!(told.contains("ignored"), "{told}");
}

#[test]
fn a_hook_is_never_overwritten_by_one_that_makes_room() {
    let desk = Desk::new();
    desk.hook("not a script");
    fs::write(desk.hooks().join("pre-push.before-git-risk"), "somebody's").unwrap();
    let before = desk.everything();
    desk.risk(&["install"])
        .refused(&["is in the way", "nothing was changed"]);
    assert_eq!(desk.everything(), before);
}

#[test]
fn lines_added_to_our_file_are_kept_and_run() {
    let desk = Desk::new();
    desk.risk(&["install"]).silent();
    let hook = desk.hooks().join("pre-push");
    let text = fs::read_to_string(&hook).unwrap() + "echo mine >&2\n";
    fs::write(&hook, text).unwrap();
    let told = desk.is_looked_at("one");
    in_order(&told, &["mine", "stand-in"]);
    desk.risk(&["uninstall"])
        .silent()
        .tells(&["lines that others added to", "were kept"]);
    assert_eq!(
        fs::read_to_string(&hook).unwrap(),
        "#!/bin/sh\necho mine >&2\n"
    );
}

#[test]
fn what_was_changed_since_is_explained_and_left_alone() {
    let desk = Desk::new();
    let hook = desk.hook("no shell\n");
    desk.risk(&["install"]).silent();
    let ours = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, ours.clone() + "echo mine\n").unwrap();
    let changed = desk.everything();
    desk.risk(&["uninstall"]).refused(&[
        "holds lines that git-risk did not write",
        "pre-push.before-git-risk",
        "nothing was changed",
    ]);
    assert_eq!(desk.everything(), changed);

    let (torn, _) = ours.rsplit_once("# <<<").unwrap();
    fs::write(&hook, torn).unwrap();
    assert_eq!(desk.status()["installed"], false);
    for command in ["install", "uninstall"] {
        desk.risk(&[command])
            .refused(&["the end of the marked block is missing"]);
    }
    assert_eq!(fs::read_to_string(&hook).unwrap(), torn);

    // Somebody has put another hook in the place.
    fs::write(&hook, "something else\n").unwrap();
    let replaced = desk.everything();
    desk.risk(&["uninstall"]).silent().tells(&[
        "nothing to remove",
        "pre-push.before-git-risk is the hook that was there before git-risk",
    ]);
    assert_eq!(desk.everything(), replaced);
    let left_over = desk.status()["left_over"].as_str().unwrap().to_owned();
    assert!(left_over.ends_with("pre-push.before-git-risk"));
}

#[test]
fn a_block_is_taken_out_of_a_script_that_changed_around_it() {
    let desk = Desk::new();
    let hook = desk.hook("#!/bin/sh\necho old >&2\n");
    desk.risk(&["install"]).silent();
    let text = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, text.replace("echo old", "echo new")).unwrap();
    in_order(&desk.is_looked_at("one"), &["new", "stand-in"]);
    desk.risk(&["uninstall"]).silent();
    assert_eq!(
        fs::read_to_string(&hook).unwrap(),
        "#!/bin/sh\necho new >&2\n"
    );
}

#[test]
fn what_an_earlier_version_wrote_is_brought_up_to_date() {
    let desk = Desk::new();
    let before = desk.everything();
    desk.risk(&["install"]).silent();
    let hook = desk.hooks().join("pre-push");
    let text = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, text.replace("code $git_risk_code", "$git_risk_code")).unwrap();
    desk.risk(&["install"])
        .silent()
        .tells(&["brought up to date"]);
    assert_eq!(fs::read_to_string(&hook).unwrap(), text);
    desk.leaves_no_trace(&before);
}

#[test]
fn without_git_risk_a_push_passes_with_one_line() {
    let desk = Desk::new();
    desk.risk(&["install"]).silent();
    fs::remove_file(desk.path("bin/git-risk")).unwrap();
    // Where it was at the installation is known, and it is still there.
    let called = desk.status()["calls"].clone();
    assert_eq!(called["path"], env!("CARGO_BIN_EXE_git-risk"));
    assert_eq!(called["on_path"], false);
    assert_eq!(called["version"], env!("CARGO_PKG_VERSION"));
    let hook = desk.hooks().join("pre-push");
    let text = fs::read_to_string(&hook).unwrap();
    fs::write(
        &hook,
        text.replace(env!("CARGO_BIN_EXE_git-risk"), "/nowhere/git-risk"),
    )
    .unwrap();
    assert!(desk.status()["calls"].is_null());
    desk.risk(&["status"])
        .silent()
        .tells(&["no git-risk: put it on the PATH"]);
    let (passed, told) = desk.push("one", &[]);
    assert!(passed);
    in_order(
        &told,
        &["git-risk: not found on the PATH, so the push was not looked at"],
    );
}

#[test]
fn a_folder_of_hooks_in_the_working_tree_is_respected() {
    let desk = Desk::new();
    desk.repo.git(&["config", "core.hooksPath", ".githooks"]);
    let hook = desk.repo.path().join(".githooks/pre-push");
    desk.script(&hook, &format!("#!/bin/sh\n{FOREIGN}"));
    let before = desk.everything();
    desk.risk(&["install"])
        .silent()
        .tells(&["/.githooks/pre-push", "commit it"]);
    let text = fs::read_to_string(&hook).unwrap();
    assert!(!text.contains(env!("CARGO_BIN_EXE_git-risk")), "{text}");
    in_order(&desk.is_looked_at("one"), &["foreign", "stand-in"]);
    assert!(!desk.hooks().exists());
    // From a folder below, git finds the same.
    let below = desk.repo.path().join("below");
    fs::create_dir(&below).unwrap();
    desk.risk_in(&below, &["install"])
        .silent()
        .tells(&["already installed"]);
    fs::remove_dir(&below).unwrap();
    desk.leaves_no_trace(&before);
}

#[test]
fn a_folder_of_hooks_that_others_share_is_refused_unless_asked_for() {
    let desk = Desk::new();
    let shared = desk.path("shared");
    fs::create_dir(&shared).unwrap();
    desk.repo
        .git(&["config", "core.hooksPath", shared.to_str().unwrap()]);
    desk.risk(&["install"]).refused(&[
        "is neither in this repository nor in its working tree",
        "git risk hook install --shared",
        "git config --local core.hooksPath",
    ]);
    assert_eq!(fs::read_dir(&shared).unwrap().count(), 0);
    desk.repo.git(&["config", "core.hooksPath", "/dev/null"]);
    desk.risk(&["install", "--shared"])
        .refused(&["git looks for hooks in /dev/null", "switched off"]);
    desk.repo
        .git(&["config", "core.hooksPath", shared.to_str().unwrap()]);
    assert_eq!(desk.status()["git"]["shared"], true);
    desk.risk(&["install", "--shared"]).silent();
    desk.is_looked_at("one");
    desk.risk(&["uninstall"])
        .refused(&["is shared with other repositories", "uninstall --shared"]);
    desk.is_looked_at("two");
    desk.risk(&["uninstall", "--shared"]).silent();
    assert_eq!(fs::read_dir(&shared).unwrap().count(), 0);
}

#[test]
fn a_hook_that_git_no_longer_runs_is_told_and_moves() {
    let desk = Desk::new();
    desk.risk(&["install"]).silent();
    desk.repo.git(&["config", "core.hooksPath", ".githooks"]);
    let status = desk.status();
    assert_eq!(status["installed"], false);
    let idle = status["traces"][0]["idle"].as_str().unwrap();
    assert!(idle.contains("git looks for hooks in") && idle.contains(".githooks"));
    desk.risk(&["status"])
        .silent()
        .tells(&["are not looked at", "not run: git looks"]);
    desk.risk(&["install"])
        .silent()
        .tells(&["removed from", "installed:"]);
    assert_eq!(
        desk.way(),
        ("file".to_owned(), ".githooks/pre-push".to_owned())
    );
    assert!(!desk.hooks().exists());
    desk.is_looked_at("one");
    fs::set_permissions(
        desk.repo.path().join(".githooks/pre-push"),
        fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    let idle = desk.status()["traces"][0]["idle"].clone();
    assert_eq!(idle, "it is not executable, so git ignores it");
    desk.risk(&["install"]).silent();
    desk.is_looked_at("two");
}

#[test]
fn worktrees_and_bare_repositories_have_it_too() {
    let desk = Desk::new();
    let before = desk.everything();
    let tree = desk.path("tree");
    desk.repo
        .git(&["worktree", "add", "-q", "--detach", tree.to_str().unwrap()]);
    desk.risk_in(&tree, &["install"]).silent();
    assert_eq!(
        desk.way(),
        ("file".to_owned(), ".git/hooks/pre-push".to_owned())
    );
    desk.is_looked_at("one");
    let (passed, told) = desk.push_from(&tree, "two", &[]);
    assert!(passed, "{told}");
    assert!(desk.calls().ends_with(&desk.refs("two")));
    desk.risk_in(&tree, &["uninstall"]).silent();
    desk.repo
        .git(&["worktree", "remove", tree.to_str().unwrap()]);
    assert_eq!(desk.hooks().exists(), before.contains_key(&desk.hooks()));

    let bare = desk.path("bare.git");
    desk.repo
        .git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let mut set = hermetic("git", &bare);
    set.args(["remote", "set-url", "origin"])
        .arg(desk.path("remote"));
    assert!(set.status().unwrap().success());
    desk.risk_in(&bare, &["install"]).silent();
    let (passed, told) = desk.push_from(&bare, "three", &[]);
    assert!(passed, "{told}");
    assert!(desk.calls().ends_with(&desk.refs("three")));
    desk.risk_in(&bare, &["uninstall"]).silent();
}

#[test]
fn with_husky_the_file_that_people_write_takes_it() {
    for existing in [
        Some("echo team $0 >&2\ncat >&2\n[ -z \"${STOP-}\" ] || exit 5\n"),
        None,
    ] {
        let desk = Desk::new();
        // As husky 9 makes it: the stubs are written anew whenever it is set up.
        let stub = desk.repo.path().join(".husky/_/pre-push");
        desk.script(&stub, "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"");
        let h = "s=$(dirname \"$(dirname \"$0\")\")/$(basename \"$0\")\n[ ! -f \"$s\" ] && exit 0\nsh -e \"$s\" \"$@\"\n";
        fs::write(desk.repo.path().join(".husky/_/h"), h).unwrap();
        desk.repo.git(&["config", "core.hooksPath", ".husky/_"]);
        let script = desk.repo.path().join(".husky/pre-push");
        if let Some(text) = existing {
            fs::write(&script, text).unwrap();
        }
        let before = desk.everything();
        desk.risk(&["install"])
            .silent()
            .tells(&["/.husky/pre-push", "commit it"]);
        let way = if existing.is_some() { "block" } else { "file" };
        assert_eq!(desk.way(), (way.to_owned(), ".husky/pre-push".to_owned()));
        assert_eq!(desk.status()["git"]["manager"], "husky");
        let told = desk.is_looked_at("one");
        if existing.is_some() {
            in_order(&told, &["team", &desk.refs("one"), "stand-in"]);
            let (passed, told) = desk.push("two", &[("STOP", "1")]);
            assert!(!passed && !told.contains("stand-in"), "{told}");
        }
        let (passed, told) = desk.push("three", &[("ANSWER", "1")]);
        assert!(!passed, "{told}");
        desk.risk(&["install"])
            .silent()
            .tells(&["already installed"]);
        desk.leaves_no_trace(&before);
    }
}

#[test]
fn with_lefthook_its_local_configuration_takes_it() {
    let desk = Desk::new();
    desk.hook("#!/bin/sh\ncall_lefthook()\n{\n  :\n}\ncall_lefthook run \"pre-push\" \"$@\"\n");
    let before = desk.everything();
    let local = desk.repo.path().join("lefthook-local.yml");
    fs::write(&local, "pre-push:\n  jobs: []\n").unwrap();
    desk.risk(&["install"]).refused(&[
        "lefthook-local.yml is yours",
        "add this command to its hook pre-push:",
        "run: git-risk hook run '{1}' '{2}'",
    ]);
    fs::write(
        &local,
        "pre-push:\n  jobs:\n    - run: git-risk hook run {1} {2}\n",
    )
    .unwrap();
    assert_eq!(
        desk.way(),
        ("by_hand".to_owned(), "lefthook-local.yml".to_owned())
    );
    desk.risk(&["install"])
        .silent()
        .tells(&["already installed"]);
    desk.risk(&["uninstall"])
        .silent()
        .tells(&["it was left alone"]);
    fs::remove_file(&local).unwrap();

    desk.risk(&["install"])
        .silent()
        .tells(&["lefthook-local.yml", ".gitignore"]);
    assert_eq!(
        desk.way(),
        ("lefthook".to_owned(), "lefthook-local.yml".to_owned())
    );
    let text = fs::read_to_string(&local).unwrap();
    in_order(
        &text,
        &[
            "pre-push:",
            "git-risk:",
            "use_stdin: true",
            "git_risk '{1}' '{2}'",
        ],
    );
    fs::write(&local, text.clone() + "    mine:\n      run: echo mine\n").unwrap();
    desk.risk(&["uninstall"])
        .refused(&["what follows the marked block belongs to it"]);
    fs::write(&local, text).unwrap();
    desk.leaves_no_trace(&before);
}

#[test]
fn with_the_pre_commit_framework_its_chain_takes_it() {
    let desk = Desk::new();
    // What the stub of pre-commit does: the legacy hook first, then its own.
    let stub = "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n\
         refs=$(cat; echo .)\nlegacy=$(dirname \"$0\")/pre-push.legacy\ncode=0\n\
         if [ -x \"$legacy\" ]; then printf %s \"${refs%.}\" | \"$legacy\" \"$@\" || code=$?; fi\n\
         echo framework >&2\nexit $code\n";
    desk.hook(stub);
    let before = desk.everything();
    desk.risk(&["install"]).silent();
    assert_eq!(
        desk.way(),
        ("file".to_owned(), ".git/hooks/pre-push.legacy".to_owned())
    );
    in_order(&desk.is_looked_at("one"), &["stand-in", "framework"]);
    let (passed, _) = desk.push("two", &[("ANSWER", "1")]);
    assert!(!passed);
    desk.leaves_no_trace(&before);

    // Ours first, and the framework moves it aside.
    fs::remove_file(desk.hooks().join("pre-push")).unwrap();
    desk.hook(&format!("#!/bin/sh\n{FOREIGN}"));
    desk.risk(&["install"]).silent();
    fs::rename(
        desk.hooks().join("pre-push"),
        desk.hooks().join("pre-push.legacy"),
    )
    .unwrap();
    desk.hook(stub);
    assert_eq!(
        desk.way(),
        ("block".to_owned(), ".git/hooks/pre-push.legacy".to_owned())
    );
    let told = desk.is_looked_at("three");
    in_order(
        &told,
        &["foreign pre-push.legacy origin", "stand-in", "framework"],
    );
    desk.risk(&["uninstall"]).silent();
    let legacy = fs::read_to_string(desk.hooks().join("pre-push.legacy")).unwrap();
    assert_eq!(legacy, format!("#!/bin/sh\n{FOREIGN}"));

    desk.repo.write(
        ".pre-commit-config.yaml",
        "repos:\n- hooks:\n  - id: git-risk\n",
    );
    assert_eq!(
        desk.way(),
        ("by_hand".to_owned(), ".pre-commit-config.yaml".to_owned())
    );
    desk.risk(&["status"])
        .silent()
        .tells(&["the git-risk that pre-commit has built"]);
}

#[test]
fn where_git_has_configured_hooks_no_file_is_touched() {
    let desk = Desk::new();
    let version = desk.repo.git(&["version"]);
    let mut numbers = version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|number| number.parse::<u32>().ok());
    let version = (numbers.next().unwrap(), numbers.next().unwrap());
    let install = |args: &[&str]| {
        let mut command = command(&desk.repo, &["hook", "install"]);
        command.args(args).env("PATH", desk.search_path());
        said(command)
    };
    desk.hook(&format!("#!/bin/sh\n{FOREIGN}"));
    let before = desk.everything();
    install(&[]).silent();
    if version < CONFIGURED_HOOKS {
        // This git would not run it.
        assert_eq!(desk.way().0, "block");
        desk.leaves_no_trace(&before);
        desk.repo
            .git(&["config", "hook.git-risk.event", "pre-push"]);
        desk.repo.git(&[
            "config",
            "hook.git-risk.command",
            "git_risk() {\n:\n}\ngit_risk",
        ]);
        let idle = desk.status()["traces"][0]["idle"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(
            idle.contains("does not run hooks of its configuration yet"),
            "{idle}"
        );
        desk.leaves_no_trace(&before);
        return;
    }
    assert_eq!(
        desk.way(),
        ("configured".to_owned(), ".git/config".to_owned())
    );
    let hook = desk.hooks().join("pre-push");
    assert_eq!(
        fs::read_to_string(&hook).unwrap(),
        format!("#!/bin/sh\n{FOREIGN}")
    );
    in_order(
        &desk.is_looked_at("one"),
        &["stand-in", "foreign pre-push origin", &desk.refs("one")],
    );
    for (which, value) in [("ANSWER", "1"), ("STOP", "1")] {
        let (passed, told) = desk.push(which, &[(which, value)]);
        assert!(!passed, "{told}");
    }
    desk.calls();
    let (passed, told) = desk.push("broken", &[("ANSWER", "101")]);
    assert!(passed, "{told}");
    desk.calls();
    install(&[]).silent().tells(&["already installed"]);
    desk.repo.git(&["config", "hook.git-risk.enabled", "false"]);
    assert_eq!(desk.status()["installed"], false);
    desk.repo
        .git(&["config", "--unset", "hook.git-risk.enabled"]);
    // What the user put there is the user's.
    desk.repo
        .git(&["config", "hook.git-risk.command", "git-risk hook run"]);
    assert_eq!(desk.way().0, "by_hand");
    let by_hand = desk.everything();
    install(&[]).silent().tells(&["already installed"]);
    desk.risk(&["uninstall"])
        .silent()
        .tells(&["it was left alone"]);
    assert_eq!(desk.everything(), by_hand);
    desk.repo
        .git(&["config", "--remove-section", "hook.git-risk"]);
    install(&[]).silent();
    // As a file, for programs that bring an older git.
    install(&["--file"])
        .silent()
        .tells(&["removed from", "installed:"]);
    assert_eq!(desk.way().0, "block");
    in_order(&desk.is_looked_at("two"), &["foreign", "stand-in"]);
    desk.leaves_no_trace(&before);
    install(&[]).silent();
    desk.leaves_no_trace(&before);
}

#[test]
fn the_status_tells_settings_and_how_far_the_state_is_behind() {
    let desk = Desk::with(lived(31, 60));
    let status = desk.status();
    assert_eq!(status["schema_version"], 1);
    assert_eq!(status["settings"]["warn_above"], "p90 x2.5");
    assert!(status["settings"]["fail_above"].is_null());
    assert_eq!(status["settings"]["budget_seconds"], 1.0);
    assert_eq!(status["settings"]["strict"], false);
    assert!(status["state"]["tip"].is_null() && status["state"]["behind"].is_null());
    assert_eq!(status["state"]["problem"], "nothing has been learned yet");
    assert_eq!(
        desk.risk(&["install", "--format", "json"]).silent().json()["installed"],
        true
    );
    assert_eq!(desk.status()["next"], "git risk train");

    said(command(&desk.repo, &["train"])).silent();
    let status = desk.status();
    assert_eq!(status["state"]["tip"], desk.repo.head());
    assert_eq!(status["state"]["behind"], 0);
    assert!(status["next"].is_null(), "{status}");
    for n in 0..3 {
        desk.repo
            .write("more.txt", &format!("{n}\n"))
            .commit("More");
    }
    let status = desk.status();
    assert_eq!(status["state"]["behind"], 3);
    assert_eq!(status["next"], "git risk train");
    desk.risk(&["status"]).silent().tells(&[
        "pushes from this repository are looked at",
        "a hook file of its own",
        "warns at  p90 x2.5",
        "stops at  nothing",
        "3 commits behind",
        "next: git risk train",
    ]);
    desk.repo.git(&["reset", "-q", "--hard", "HEAD~5"]);
    desk.repo.write("other.txt", "x\n").commit("Other");
    desk.repo
        .git(&["reflog", "expire", "--expire=now", "--all"]);
    desk.repo.git(&["update-ref", "-d", "ORIG_HEAD"]);
    let state = desk.status()["state"].clone();
    assert_eq!(
        state["problem"], "history was rewritten since it was learned",
        "{state}"
    );
}

#[test]
fn the_repository_that_git_names_is_meant_unless_another_was_named() {
    let (desk, other) = (Desk::new(), Desk::new());
    let before = other.everything();
    let install = |args: &[&str]| {
        let mut command = command(&other.repo, &["hook", "install", "--file"]);
        command.args(args).env("PATH", desk.search_path());
        command.env("GIT_DIR", desk.repo.path().join(".git"));
        said(command).silent();
    };
    install(&[]);
    assert_eq!(other.everything(), before);
    desk.is_looked_at("one");
    install(&["--repo", other.repo.path().to_str().unwrap()]);
    other.is_looked_at("one");
}

#[test]
fn outside_a_repository_git_is_quoted() {
    let dir = TempDir::new().unwrap();
    said(command(&dir, &["hook", "status"])).refused(&["not a git repository"]);
    said(command(&dir, &["hook", "install"])).refused(&["go into a repository"]);
}
