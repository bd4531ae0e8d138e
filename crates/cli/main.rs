//! `git-risk`: how likely is each commit to need a fix later, and why.
//!
//! Options are parsed ([`args`]), the repository is opened, one command runs ([`commands`]) and writes its
//! answer; failures are told with what can be done about them ([`error`]). What was learned is kept below the
//! git directory ([`state`], [`cache`]) and brought up to date by [`engine`]. Libraries compute; only this
//! binary talks, and only it looks at the clock and the environment.

mod answer;
mod args;
mod cache;
mod commands;
mod engine;
mod error;
mod flat;
mod labels;
mod prior;
mod progress;
mod rows;
mod scoring;
mod settings;
mod shelf;
mod state;
mod steering;
mod worth;

use args::{Cli, Command, Global};
use clap::Parser;
use engine::Setup;
use error::Failure;
use risk_change::Timestamp;
use risk_history::Repository;
use settings::Given;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;

/// Name and version, as written into answers for machines.
pub(crate) const TOOL: &str = concat!("git-risk ", env!("CARGO_PKG_VERSION"));

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let call: Vec<_> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&call) {
        Ok(cli) => cli,
        Err(error) => match commands::hook::misused(&error, &call) {
            Some(code) => return code,
            None => error.exit(),
        },
    };
    if let Command::Hook(args) = &cli.command {
        return commands::hook::run(&cli.global, args);
    }
    let mut out = anstream::AutoStream::auto(std::io::stdout()).lock();
    let mut result = run(&cli, &mut out, false);
    if result.as_ref().is_err_and(|failure| failure.damaged) && cli.command.learns() {
        // It may have been replaced while it was read; what is still damaged is made anew.
        result = run(&cli, &mut out, false);
        if let Err(failure) = &result
            && failure.damaged
        {
            if !cli.global.quiet {
                anstream::eprintln!("git-risk: {}; learning anew", failure.message);
            }
            result = run(&cli, &mut out, true);
        }
    }
    ended(result.and_then(|()| Ok(out.flush()?)))
}

/// Tells of a failure, and what the process ends with.
pub(crate) fn ended(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.broken_pipe => ExitCode::SUCCESS,
        Err(failure) => {
            anstream::eprintln!("git-risk: {}", failure.message);
            for hint in &failure.hints {
                anstream::eprintln!("  hint: {hint}");
            }
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli, out: &mut dyn Write, distrust: bool) -> Result<(), Failure> {
    let repository = open(&cli.global.repo)?;
    let setup = Setup {
        threads: threads(&cli.global),
        quiet: cli.global.quiet,
        distrust,
        given: given(cli.global.config.as_deref())?,
    };
    let format = cli.global.format;
    match &cli.command {
        Command::Score(args) => commands::score::run(repository, args, setup, format, out),
        Command::Explain(args) => commands::explain::run(repository, args, setup, format, out),
        Command::Train(args) => commands::train::run(repository, args, setup, format, out),
        Command::Label(args) => commands::label::run(&repository, args, setup, format, out),
        Command::Status(args) => commands::status::run(repository, args, setup, format, out),
        Command::Config(args) => commands::config::run(&repository, args, setup, format, out),
        Command::Hook(_) => unreachable!("it ends by itself, however it fails"),
    }
}

/// Opens the repository at a path, or the one that git's environment names if none was asked for: git sets it where
/// the repository is not the one around the working directory, and for hooks.
pub(crate) fn open(path: &Path) -> Result<Repository, Failure> {
    let git_dir = std::env::var_os("GIT_DIR").filter(|_| path == Path::new("."));
    let Some(git_dir) = git_dir else {
        return Ok(Repository::discover(path)?);
    };
    let work_tree = std::env::var_os("GIT_WORK_TREE");
    let repository = Repository::open(git_dir.as_ref(), work_tree.as_ref().map(Path::new))?;
    Ok(repository)
}

/// The threads to read with.
pub(crate) fn threads(global: &Global) -> usize {
    let all = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    global.threads.map_or_else(all, std::num::NonZero::get)
}

/// What was given with the call, read once.
pub(crate) fn given(config: Option<&Path>) -> Result<&'static Given, Failure> {
    static READ: OnceLock<Given> = OnceLock::new();
    if let Some(given) = READ.get() {
        return Ok(given);
    }
    let given = Given::new(config)?;
    Ok(READ.get_or_init(|| given))
}

/// The present moment.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary is the one place that looks at the clock"
)]
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(since.map_or(0, |since| since.as_secs() as i64))
}
