//! A repository whose pushes are looked at: real hooks, real pushes to a real bare repository.
//!
//! A stand-in for git-risk on the `PATH` writes down with which arguments and input the hook called it.

use crate::harness::{Said, command, said};
use risk_testkit::{TestRepo, hermetic};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A repository with a remote, and a `PATH` with the stand-in.
pub(crate) struct Desk {
    pub(crate) repo: TestRepo,
    dir: TempDir,
}

/// All of a repository that installing could change, by path: mode, and bytes or where a link leads.
pub(crate) type Everything = BTreeMap<PathBuf, (u32, Vec<u8>)>;

const WRITABLE: &str = "because the temporary directory is writable";
const READABLE: &str = "because the test has made it";
const PLAIN: &str = "because temporary directories have plain names";
const TOLD: &str = "because docs/json.md says so";

impl Desk {
    pub(crate) fn new() -> Self {
        let repo = TestRepo::new();
        repo.write("a.txt", "a\n").commit("Add a");
        Self::with(repo)
    }

    pub(crate) fn with(repo: TestRepo) -> Self {
        let dir = TempDir::with_prefix("risk-hook-").expect(WRITABLE);
        fs::create_dir(dir.path().join("bin")).expect(WRITABLE);
        let desk = Self { repo, dir };
        let log = desk.log_file();
        let stand_in = format!(
            "#!/bin/sh\n[ \"$1 $2\" = 'hook run' ] || exit 99\nshift 2\necho \"{{$*}}\" >> {0}\ncat >> {0}\n\
             echo stand-in >&2\nexit ${{ANSWER:-0}}\n",
            log.display()
        );
        Self::script(&desk.path("bin/git-risk"), &stand_in);
        desk.repo.git(&[
            "init",
            "-q",
            "--bare",
            desk.path("remote").to_str().expect(PLAIN),
        ]);
        let remote = desk.path("remote");
        desk.repo
            .git(&["remote", "add", "origin", remote.to_str().expect(PLAIN)]);
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn log_file(&self) -> PathBuf {
        self.path("log")
    }

    pub(crate) fn hooks(&self) -> PathBuf {
        self.repo.path().join(".git/hooks")
    }

    /// Writes a file that may be run.
    pub(crate) fn script(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().expect("because a hook is in a folder")).expect(WRITABLE);
        fs::write(path, text).expect(WRITABLE);
        fs::set_permissions(path, fs::Permissions::from_mode(0o751)).expect(WRITABLE);
    }

    /// Writes the hook of somebody else.
    pub(crate) fn hook(&self, text: &str) -> PathBuf {
        let path = self.hooks().join("pre-push");
        Self::script(&path, text);
        path
    }

    pub(crate) fn search_path(&self) -> String {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let bin = self.path("bin");
        let path = path
            .to_str()
            .expect("because the tests are run with a plain PATH");
        format!("{}:{path}", bin.display())
    }

    /// Runs `git risk hook …`; as a file, whichever git there is.
    pub(crate) fn risk(&self, args: &[&str]) -> Said {
        self.risk_in(self.repo.path(), args)
    }

    pub(crate) fn risk_in(&self, dir: &Path, args: &[&str]) -> Said {
        let mut command = command(dir, &["hook"]);
        command.args(args).env("PATH", self.search_path());
        if args[0] == "install" {
            command.arg("--file");
        }
        said(command)
    }

    pub(crate) fn status(&self) -> Value {
        self.risk(&["status", "--format", "json"]).silent().json()
    }

    /// The one way in which a push is looked at, and the file of it from the root of the repository.
    #[track_caller]
    pub(crate) fn way(&self) -> (String, String) {
        let status = self.status();
        assert_eq!(status["installed"], true, "{status}");
        let traces = status["traces"].as_array().expect(TOLD);
        let [trace] = &traces[..] else {
            panic!("{status}");
        };
        let path = trace["path"].as_str().expect(TOLD);
        let root = self.repo.path().to_str().expect(PLAIN);
        let path = path.strip_prefix(root).unwrap_or(path);
        let way = trace["way"].as_str().expect(TOLD);
        (way.to_owned(), path.trim_start_matches('/').to_owned())
    }

    /// Pushes to a new branch; true if the remote has it then.
    pub(crate) fn push(&self, branch: &str, environment: &[(&str, &str)]) -> (bool, String) {
        self.push_from(self.repo.path(), branch, environment)
    }

    pub(crate) fn push_from(
        &self,
        dir: &Path,
        branch: &str,
        environment: &[(&str, &str)],
    ) -> (bool, String) {
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
        let is_there = there
            .output()
            .expect("because git is on the PATH")
            .status
            .success();
        assert_eq!(said.code == Some(0), is_there, "{said:#?}");
        (is_there, said.err + &said.out)
    }

    /// What git writes to a hook when `HEAD` is pushed to a new branch.
    pub(crate) fn refs(&self, branch: &str) -> String {
        let zero = "0".repeat(40);
        format!("HEAD {} refs/heads/{branch} {zero}\n", self.repo.head())
    }

    /// What the stand-in was called with since the last time.
    pub(crate) fn calls(&self) -> String {
        let calls = fs::read_to_string(self.log_file()).unwrap_or_default();
        let _ = fs::remove_file(self.log_file());
        calls
    }

    /// Pushes, which must pass and be looked at once, with the arguments and input that git gave.
    #[track_caller]
    pub(crate) fn is_looked_at(&self, branch: &str) -> String {
        self.calls();
        let (passed, told) = self.push(branch, &[]);
        assert!(passed, "{told}");
        let called = format!("{{origin {}}}\n", self.path("remote").display());
        assert_eq!(self.calls(), called + &self.refs(branch), "{told}");
        told
    }

    /// Every file, folder and link of the repository with its mode, but for objects and references.
    pub(crate) fn everything(&self) -> Everything {
        let mut found = BTreeMap::new();
        let mut open = vec![self.repo.path().to_path_buf()];
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(dir).expect(READABLE) {
                let path = entry.expect(READABLE).path();
                let metadata = path.symlink_metadata().expect(READABLE);
                let content = if metadata.is_symlink() {
                    fs::read_link(&path)
                        .expect(READABLE)
                        .into_os_string()
                        .into_encoded_bytes()
                } else if metadata.is_dir() {
                    if !path.ends_with("objects") && !path.ends_with("refs") {
                        open.push(path.clone());
                    }
                    Vec::new()
                } else {
                    fs::read(&path).expect(READABLE)
                };
                found.insert(path, (metadata.mode(), content));
            }
        }
        found
    }

    /// Uninstalls; nothing may be left of what was not there before.
    #[track_caller]
    pub(crate) fn leaves_no_trace(&self, before: &Everything) {
        self.risk(&["uninstall"]).silent().tells(&["removed from"]);
        // What pushing made is not ours.
        let is_ours = |path: &Path| !path.iter().any(|part| part == "logs" || part == "refs");
        let without_pushes = |mut all: Everything| {
            all.retain(|path, _| is_ours(path));
            all
        };
        assert_eq!(
            without_pushes(before.clone()),
            without_pushes(self.everything())
        );
        self.risk(&["uninstall"])
            .silent()
            .tells(&["nothing to remove"]);
        assert_eq!(self.status()["installed"], false);
    }
}

/// A hook of somebody else that says by which name and with what it was called, and fails if `$STOP` says so.
pub(crate) const FOREIGN: &str =
    "echo \"foreign $(basename \"$0\") $1\" >&2\ncat >&2\nexit ${STOP:-0}\n";

#[track_caller]
pub(crate) fn in_order(text: &str, words: &[&str]) {
    let mut rest = text;
    for word in words {
        let at = rest.find(word);
        let at = at.unwrap_or_else(|| panic!("{word:?} is not in its place in:\n{text}"));
        rest = &rest[at + word.len()..];
    }
}
