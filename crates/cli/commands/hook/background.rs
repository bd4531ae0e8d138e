//! Learning while nobody waits: a process of its own, which the push does not wait for.
//!
//! `risk/background.log` is there from its start to its end, and stays, with what it said, if it failed. Once that
//! was told, it is `risk/background.failed`, and no other is started for a day, unless somebody has learned since.

use crate::now;
use crate::state::Folder;
use risk_history::Repository;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;

const LOG: &str = "background.log";
const FAILED: &str = "background.failed";

/// How long after a failure no other run is started, in seconds.
const PAUSE: i64 = 86_400;

/// How long a run may take to say that it is there, in seconds.
const STARTING: i64 = 20;

/// Bytes that are read of what a run has said.
const LONGEST: u64 = 4_096;

/// Where a repository is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    git_dir: PathBuf,
    common_dir: PathBuf,
    /// The file of settings that was named with the call, by its full path.
    config: Option<PathBuf>,
    /// The export of issues that was named with the call.
    issues: Option<PathBuf>,
}

/// How learning in the background stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Learning {
    Started,
    /// Another run was under way.
    Running,
    /// It is not wanted.
    Off,
    /// The last run failed, and this was not told before.
    Failed(String),
    /// The last run failed, and this was told.
    FailedBefore,
    /// It could not be started.
    NotStarted(String),
}

impl Place {
    pub(super) fn of(
        repository: &Repository,
        config: Option<&Path>,
        issues: Option<&Path>,
    ) -> Self {
        Self {
            git_dir: absolute(&repository.git_dir()),
            common_dir: absolute(repository.common_dir()),
            config: config.map(absolute),
            issues: issues.map(absolute),
        }
    }

    /// The folder of all that git-risk writes.
    pub(super) fn folder(&self) -> PathBuf {
        self.state().file("")
    }

    fn state(&self) -> Folder {
        Folder::of(&self.common_dir)
    }

    /// Why the last run failed, if that was not told before; it is not told again.
    pub(super) fn failure(&self) -> Option<String> {
        let folder = self.state();
        let log = folder.file(LOG);
        let age = age(&log)?;
        if folder.is_locked() {
            return None;
        }
        let mut said = Vec::new();
        let file = File::open(&log).ok()?;
        file.take(LONGEST).read_to_end(&mut said).ok()?;
        let said = String::from_utf8_lossy(&said);
        let first = said.lines().next().map(|line| {
            let line = line.strip_prefix("git-risk: ").unwrap_or(line);
            risk_report::clean(line).into_owned()
        });
        if first.is_none() && age < STARTING {
            return None;
        }
        // If it cannot be renamed it is told again, which is better than never.
        let _ = fs::rename(&log, folder.file(FAILED));
        Some(first.unwrap_or_else(|| "it ended early, without a word".to_owned()))
    }

    /// Starts to learn, unless somebody does already, or it was of no use lately.
    pub(super) fn learn(&self, anew: bool) -> Learning {
        let folder = self.state();
        if folder.is_locked() || age(&folder.file(LOG)).is_some_and(|age| age < STARTING) {
            return Learning::Running;
        }
        let failed = age(&folder.file(FAILED)).filter(|&age| age < PAUSE);
        let learned = age(&folder.file("state"));
        if failed.is_some_and(|failed| learned.is_none_or(|learned| learned >= failed)) {
            return Learning::FailedBefore;
        }
        match self.start(&folder, anew) {
            Ok(()) => Learning::Started,
            Err(error) => Learning::NotStarted(error.to_string()),
        }
    }

    fn start(&self, folder: &Folder, anew: bool) -> io::Result<()> {
        let log = folder.file(LOG);
        fs::create_dir_all(self.folder())?;
        let log = File::options().create(true).append(true).open(log)?;
        log.set_len(0)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["train", "--quiet"]);
        if anew {
            command.arg("--fresh");
        }
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        if let Some(issues) = &self.issues {
            command.arg("--issues").arg(issues);
        }
        command
            .current_dir(&self.common_dir)
            .env("GIT_DIR", &self.git_dir)
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        apart(&mut command);
        // Nobody waits for it: it outlives us.
        command.spawn().map(drop)
    }
}

/// Puts a process out of reach of what is sent to ours, as when a push is interrupted.
#[cfg(unix)]
fn apart(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

/// Puts a process out of reach of what is sent to ours, as when a push is interrupted.
#[cfg(windows)]
fn apart(command: &mut Command) {
    // CREATE_NO_WINDOW and CREATE_NEW_PROCESS_GROUP
    std::os::windows::process::CommandExt::creation_flags(command, 0x0800_0000 | 0x0000_0200);
}

/// Takes away what a run has left: what was to be learned was, or is by somebody else.
pub(crate) fn ended(folder: &Folder) {
    for name in [LOG, FAILED] {
        // What is not there need not go.
        let _ = fs::remove_file(folder.file(name));
    }
}

/// A path that holds from any folder. Where one stands is known, or the path itself would not have led anywhere.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// How long ago a file was written, in seconds; `None` if there is none.
///
/// A file from the future was written before the clock was set back. Nobody knows how old it is, and it must not hold
/// anybody up until that time has come: it counts as old. Clocks of file servers are a little ahead at times.
fn age(path: &Path) -> Option<i64> {
    let modified = fs::metadata(path).ok()?.modified().ok()?;
    let written = match modified.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs() as i64,
        Err(before) => -(before.duration().as_secs() as i64),
    };
    let age = now().0.saturating_sub(written);
    Some(if age < -STARTING { i64::MAX } else { age })
}
