//! Runs git-risk, which does the work. A process of its own: whatever a repository makes it do, in time, memory or a
//! crash, the server goes on.

use crate::Cli;
use crate::failure::Failure;
use std::env::consts::EXE_SUFFIX;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// The longest answer that is read, in bytes.
const MAX_ANSWER: u64 = 256 << 20;

/// What is kept of standard error, in bytes.
const MAX_TOLD: usize = 16 << 10;

/// The git-risk that does the work, and the options that it always gets.
#[derive(Debug)]
pub(crate) struct Program {
    path: PathBuf,
    options: Vec<OsString>,
    /// Files that it reads beside the repository.
    pub(crate) watched: Vec<PathBuf>,
    /// A report that takes longer is given up.
    pub(crate) time_limit: Duration,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChildError {
    /// It was not there, or could not be run.
    #[error("git-risk could not be run: {0}")]
    Unstarted(#[source] io::Error),
    /// It was ended.
    #[error("git-risk took longer than {} seconds and was ended", limit.as_secs())]
    Late { limit: Duration },
    /// More came than is read.
    #[error("the answer of git-risk is longer than {MAX_ANSWER} bytes")]
    TooLong,
    /// It could not tell, and said why.
    #[error("{message}")]
    Refused { message: String },
    /// It ended otherwise.
    #[error("git-risk ended with {0} and said nothing")]
    Broken(std::process::ExitStatus),
    /// What it wrote is not what was asked for.
    #[error("git-risk did not answer as this version of git-risk-serve expects: {0}")]
    Garbled(#[source] serde_json::Error),
}

impl Program {
    /// The one that was named, else the one beside this program, else that on the `PATH`.
    pub(crate) fn found(cli: &Cli) -> Result<Self, Failure> {
        let name = format!("git-risk{EXE_SUFFIX}");
        let named = cli.serve.git_risk.clone();
        let beside = || Some(std::env::current_exe().ok()?.with_file_name(&name));
        let on_path = || {
            let path = std::env::var_os("PATH")?;
            let mut places = std::env::split_paths(&path).map(|folder| folder.join(&name));
            places.find(|place| place.is_file())
        };
        let path = match named {
            Some(path) => Some(path).filter(|path| path.is_file()),
            None => beside().filter(|path| path.is_file()).or_else(on_path),
        };
        let path = path.and_then(|path| std::path::absolute(path).ok());
        let path = path.ok_or_else(|| {
            Failure::new(
                "there is no git-risk to make the reports",
                "install it beside this program, or name it with --git-risk PATH",
            )
        })?;
        let mut options = vec![OsString::from("--quiet")];
        let mut watched = Vec::new();
        if let Some(threads) = cli.threads {
            options.extend(["--threads".into(), threads.to_string().into()]);
        }
        for (option, file) in [("--config", &cli.config), ("--issues", &cli.issues)] {
            if let Some(file) = file {
                let file = std::path::absolute(file)?;
                options.extend([option.into(), file.clone().into()]);
                watched.push(file);
            }
        }
        Ok(Self {
            path,
            options,
            watched,
            time_limit: Duration::from_secs(cli.serve.time_limit.into()),
        })
    }

    /// What git-risk answers in JSON about a repository. Whoever stops waiting for this ends it.
    pub(crate) async fn answer(
        &self,
        repository: &Path,
        words: &[&str],
        limit: Duration,
    ) -> Result<Vec<u8>, ChildError> {
        let mut command = Command::new(&self.path);
        command
            .args(words)
            .args(["--format", "json", "--repo"])
            .arg(repository)
            .args(&self.options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // The token is none of its business, and the repository is the one that is named.
        for variable in [
            "GIT_RISK_TOKEN",
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
        ] {
            command.env_remove(variable);
        }
        let late = ChildError::Late { limit };
        tokio::time::timeout(limit, run(command))
            .await
            .unwrap_or(Err(late))
    }
}

async fn run(mut command: Command) -> Result<Vec<u8>, ChildError> {
    let mut child = command.spawn().map_err(ChildError::Unstarted)?;
    let stdout = child.stdout.take().expect("because it is piped");
    let stderr = child.stderr.take().expect("because it is piped");
    // Both are read at once: it waits when either is full.
    let (answer, told) = tokio::join!(answer(stdout), told(stderr));
    let answer = answer?;
    let status = child.wait().await.map_err(ChildError::Unstarted)?;
    if status.success() {
        return Ok(answer);
    }
    Err(match message(&told) {
        Some(message) => ChildError::Refused { message },
        None => ChildError::Broken(status),
    })
}

async fn answer(from: impl AsyncRead + Unpin) -> Result<Vec<u8>, ChildError> {
    let mut answer = Vec::new();
    let read = from.take(MAX_ANSWER + 1).read_to_end(&mut answer).await;
    read.map_err(ChildError::Unstarted)?;
    if answer.len() as u64 > MAX_ANSWER {
        return Err(ChildError::TooLong);
    }
    Ok(answer)
}

/// The end of what was told. All of it is read, for nobody else does.
async fn told(mut from: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut told = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(n @ 1..) = from.read(&mut piece).await {
        told.extend_from_slice(&piece[..n]);
        if told.len() > 2 * MAX_TOLD {
            told.drain(..told.len() - MAX_TOLD);
        }
    }
    told
}

/// The failure that was told last: git-risk begins it with its name and lets hints follow.
fn message(told: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(told);
    let mut last = text.lines().rev().filter(|line| !line.trim().is_empty());
    let named = last.find_map(|line| line.strip_prefix("git-risk: "));
    let any = || text.lines().rfind(|line| !line.trim().is_empty());
    named.or_else(any).map(|line| line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_failure_is_found_in_what_was_told() {
        for (told, expected) in [
            ("", None),
            ("\n \n", None),
            (
                "git-risk: a note\ngit-risk: it failed\n  hint: do this\n",
                Some("it failed"),
            ),
            ("thread panicked\n", Some("thread panicked")),
        ] {
            assert_eq!(message(told.as_bytes()).as_deref(), expected);
        }
    }
}
