//! A terminal for tests, and programs beside the binary.

use crate::harness::command;
use nix::pty::{Winsize, openpty};
use risk_testkit::{TestRepo, hermetic};
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// A terminal.
pub(crate) struct Terminal {
    pub(crate) columns: u16,
    pub(crate) rows: u16,
}

/// High enough for every answer here.
const HIGH: u16 = 5_000;

impl Terminal {
    /// Runs a command with all three streams on the terminal; what appears on it, and the exit code.
    pub(crate) fn run(&self, mut command: Command) -> (String, Option<i32>) {
        let size = Winsize {
            ws_row: self.rows,
            ws_col: self.columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let ends = openpty(&size, None).expect("because the system has terminals");
        let side = || Stdio::from(ends.slave.try_clone().expect("because it is open"));
        let child = command.stdin(side()).stdout(side()).stderr(side()).spawn();
        let mut child = child.expect("because the program exists");
        // The end of the output is the moment when nobody holds the other side any more.
        drop(command);
        drop(ends.slave);
        let mut shown = Vec::new();
        let mut piece = [0; 4096];
        let mut terminal = File::from(ends.master);
        while let Ok(n @ 1..) = terminal.read(&mut piece) {
            shown.extend_from_slice(&piece[..n]);
        }
        let shown = String::from_utf8(shown).expect("because what is printed is UTF-8");
        let code = child.wait().expect("because it was started").code();
        (shown.replace("\r\n", "\n"), code)
    }

    /// Runs the binary in a repository, with variables in its environment; it succeeds.
    #[track_caller]
    pub(crate) fn risk(
        &self,
        repo: &TestRepo,
        args: &[&str],
        variables: &[(&str, &str)],
    ) -> String {
        let mut command = command(repo, args);
        command.env("TERM", "xterm").envs(variables.iter().copied());
        let (shown, code) = self.run(command);
        assert_eq!(code, Some(0), "{shown}");
        shown
    }
}

pub(crate) fn columns(columns: u16) -> Terminal {
    Terminal {
        columns,
        rows: HIGH,
    }
}

/// A program for tests, below the git directory.
pub(crate) fn program(repo: &TestRepo, name: &str, script: &str) -> String {
    let path = repo.path().join(".git").join(name);
    fs::write(&path, script).expect("because the folder is there");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
        .expect("because it was just written");
    path.to_str()
        .expect("because temporary paths are ASCII")
        .to_owned()
}

/// The same environment for a program that finds the binary as `git risk`.
pub(crate) fn with_git_risk(program: &str, dir: impl AsRef<Path>) -> Command {
    let mut command = hermetic(program, dir);
    let own = Path::new(env!("CARGO_BIN_EXE_git-risk"))
        .parent()
        .expect("because it is in a folder");
    let path = std::env::var_os("PATH").expect("because tests find git by it");
    let paths = std::iter::once(own.to_owned()).chain(std::env::split_paths(&path));
    command.env(
        "PATH",
        std::env::join_paths(paths).expect("because they were joined before"),
    );
    command
}

pub(crate) fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
