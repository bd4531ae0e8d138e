//! `git risk serve`: becomes `git-risk-serve`, which is a program of its own so that a hook need not link a server.

use crate::args::Global;
use crate::error::Failure;
use crate::serve_args::ServeArgs;
use std::env::consts::EXE_SUFFIX;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Comes back only if it cannot be run.
pub(crate) fn run(global: &Global, args: &ServeArgs) -> Failure {
    let name = format!("git-risk-serve{EXE_SUFFIX}");
    let own = std::env::current_exe().ok();
    // Those that are installed together belong together.
    let beside = own.as_ref().map(|own| own.with_file_name(&name));
    let beside = beside.filter(|path| path.is_file());
    let mut command = Command::new(beside.unwrap_or_else(|| PathBuf::from(&name)));
    let args = ServeArgs {
        git_risk: args.git_risk.clone().or(own),
        ..args.clone()
    };
    command.args(words(global, &args, std::env::var_os("GIT_DIR")));
    let error = become_it(&mut command);
    let failure = Failure::new(format_args!("git-risk-serve could not be run: {error}"));
    if error.kind() == io::ErrorKind::NotFound {
        failure.hint("it is installed on its own, in the sources of git-risk: cargo install --path crates/serve")
    } else {
        failure.hint("check that you may run it, and that it is for this machine")
    }
}

#[cfg(unix)]
fn become_it(command: &mut Command) -> io::Error {
    use std::os::unix::process::CommandExt;
    command.exec()
}

#[cfg(not(unix))]
#[expect(
    clippy::exit,
    reason = "nothing is left to be done when the server has ended"
)]
fn become_it(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(2)),
        Err(error) => error,
    }
}

/// What was asked for, as it is written for the other program. `git_dir` is where git's environment says that the
/// repository is.
fn words(global: &Global, args: &ServeArgs, git_dir: Option<OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    let mut option = |name: &str, value: OsString| {
        let mut word = OsString::from(format!("--{name}="));
        word.push(value);
        words.push(word);
    };
    option("port", args.port.to_string().into());
    option("every", args.every.to_string().into());
    option("time-limit", args.time_limit.to_string().into());
    for address in &args.listen {
        option("listen", address.to_string().into());
    }
    for name in &args.host {
        option("host", name.into());
    }
    if let Some(token) = &args.token {
        option("token", token.into());
    }
    if let Some(threads) = global.threads {
        option("threads", threads.to_string().into());
    }
    let files = [
        ("token-file", &args.token_file),
        ("git-risk", &args.git_risk),
        ("config", &global.config),
        ("issues", &global.issues),
    ];
    for (name, file) in files {
        if let Some(file) = file {
            option(name, file.into());
        }
    }
    if args.no_token {
        words.push("--no-token".into());
    }
    if global.quiet {
        words.push("--quiet".into());
    }
    let asked = (global.repo != Path::new(".")).then(|| global.repo.clone());
    let around = || asked.or(git_dir.map(PathBuf::from));
    words.push("--".into());
    if args.repos.is_empty() {
        words.extend(around().map(OsString::from));
    } else {
        words.extend(args.repos.iter().map(OsString::from));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use clap::Parser;

    fn parsed(words: &[OsString]) -> (Global, ServeArgs) {
        let called = ["git-risk", "serve"].map(OsString::from);
        let cli = Cli::try_parse_from(called.iter().chain(words)).unwrap();
        let Command::Serve(args) = cli.command else {
            panic!("it is another command");
        };
        (cli.global, args)
    }

    fn handed_on(words: &[&str], git_dir: Option<&str>) -> Vec<OsString> {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        let (global, args) = parsed(&words);
        let handed = super::words(&global, &args, git_dir.map(OsString::from));
        let (_, again) = parsed(&handed);
        let repos = again.repos.clone();
        assert_eq!(
            again,
            ServeArgs { repos, ..args },
            "what was asked for is handed on"
        );
        handed
    }

    #[test]
    fn all_that_was_asked_for_is_handed_on() {
        let handed = handed_on(
            &[
                "a",
                "-q",
                "--port=0",
                "--listen",
                "::1",
                "--listen",
                "127.0.0.1",
                "--host",
                "x",
                "--token-file=-t",
                "--every",
                "3",
                "--time-limit",
                "4",
                "--git-risk",
                "g",
                "--threads",
                "2",
                "--config",
                "c",
                "--issues",
                "i",
                "--",
                "-b",
            ],
            Some("elsewhere"),
        );
        for word in [
            "--port=0",
            "--listen=::1",
            "--listen=127.0.0.1",
            "--host=x",
            "--token-file=-t",
            "--every=3",
            "--time-limit=4",
            "--git-risk=g",
            "--threads=2",
            "--config=c",
            "--issues=i",
            "--quiet",
        ] {
            assert!(handed.iter().any(|handed| handed == word), "{word}");
        }
        assert!(handed.ends_with(&["--".into(), "a".into(), "-b".into()]));
        handed_on(&["--token", "secret", "--git-risk", "g"], None);
        handed_on(&["--no-token"], None);
    }

    #[test]
    fn without_names_it_is_the_repository_that_git_means() {
        assert!(handed_on(&[], None).ends_with(&["--".into()]));
        assert!(handed_on(&[], Some("d")).ends_with(&["--".into(), "d".into()]));
        let asked = handed_on(&["--repo", "r"], Some("d"));
        assert!(asked.ends_with(&["--".into(), "r".into()]));
    }
}
