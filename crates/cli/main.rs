//! `git-risk`: how likely is each commit to need a fix later, and why.
//!
//! Options are parsed ([`args`]), the repository is opened, one command runs ([`commands`]) and writes its
//! answer; failures are told with what can be done about them ([`error`]). What was learned is kept below the
//! git directory ([`state`], [`cache`]) and brought up to date by [`engine`]. Libraries compute; only this
//! binary talks, and only it looks at the clock and the environment.

mod access;
mod anchors;
mod answer;
mod args;
mod cache;
mod commands;
mod completion;
mod engine;
mod error;
mod flat;
mod formats;
#[cfg(fuzzing)]
pub mod fuzzed;
mod handing;
mod hooks;
mod issues;
mod labels;
mod manual;
mod outfile;
mod output;
mod overview;
mod pager;
mod parcel;
mod prior;
mod progress;
mod readiness;
mod releases;
mod rows;
mod scoring;
mod serve_args;
mod settings;
mod shelf;
mod state;
mod steering;
mod tell;
mod terminal;
mod worth;

use args::{Cli, Command, Global};
use clap::Parser;
use engine::Setup;
use error::{Failure, StateError};
use output::Output;
use risk_change::Timestamp;
use risk_history::Repository;
use settings::Given;
use std::io::ErrorKind;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;
use tell::Tell;

/// Name and version, as written into answers for machines.
pub(crate) const TOOL: &str = concat!("git-risk ", env!("CARGO_PKG_VERSION"));

// A fuzzer watches the allocator of the system.
#[cfg(not(fuzzing))]
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
    let tell = Tell::new(&cli.global);
    let mut out = Output::new();
    let mut result = on_trial(&cli, tell, &mut out);
    if result.as_ref().is_err_and(|failure| failure.damaged) && cli.command.learns() {
        // It may have been replaced while it was read; what is still damaged is made anew.
        result = on_trial(&cli, tell, &mut out);
        if let Err(failure) = &result
            && failure.damaged
        {
            tell.note(&format!("{}; learning anew", failure.message));
            result = run(&cli, tell, &mut out, true);
        }
    }
    // A failure is told below what was answered, so no pager may hide it.
    let may_page = result.is_ok() && cli.command.is_read() && !cli.global.no_pager;
    let shown = out.finish(|| {
        let is_text = cli.global.format.kind == formats::Kind::Text;
        (may_page && is_text).then(|| pager::chosen(&cli.global.repo))?
    });
    ended(match (result, shown) {
        (Ok(()), shown) => shown.map_err(Failure::from),
        // A gate says that all was told; whoever had enough of it is told of the gate all the same.
        (Err(failure), Err(error)) if failure.gate && error.kind() != ErrorKind::BrokenPipe => {
            Err(error.into())
        }
        (failed, _) => failed,
    })
}

/// Tells of a failure, and what the process ends with.
pub(crate) fn ended(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.broken_pipe => ExitCode::SUCCESS,
        Err(failure) => {
            tell::failure(&failure);
            ExitCode::from(if failure.gate { 1 } else { 2 })
        }
    }
}

/// Runs a command with what was learned before, whoever made it.
///
/// Checksums tell damage, and what can be compared is compared when it is taken up. A state that somebody has made with
/// right checksums can still hold numbers that nothing agrees with; then it counts as damaged. What panics without it as
/// well is a fault of ours.
fn on_trial(cli: &Cli, tell: Tell, out: &mut Output) -> Result<(), Failure> {
    let command = AssertUnwindSafe(|| run(cli, tell, out, false));
    std::panic::catch_unwind(command).unwrap_or_else(|_| Err(StateError::panicked().into()))
}

fn run(cli: &Cli, tell: Tell, out: &mut Output, distrust: bool) -> Result<(), Failure> {
    // These are about the program itself, or have another one do the work, and open no repository.
    match &cli.command {
        Command::Setup(args) => return commands::setup::run(args, out),
        Command::Completions(args) => return commands::completions::run(args, out),
        Command::Man(args) => return commands::man::run(args, out),
        Command::Complete(args) => return commands::complete::run(args, out),
        Command::Serve(args) => return Err(commands::serve::run(&cli.global, args)),
        _ => {}
    }
    let repository = open(&cli.global.repo)?;
    tell.detail(|| {
        format!(
            "{TOOL}; the git directory is {}",
            repository.common_dir().display()
        )
    });
    let setup = Setup {
        threads: threads(&cli.global),
        tell,
        distrust,
        given: given(cli.global.config.as_deref(), cli.global.issues.as_deref())?,
    };
    let format = cli.global.format.plain();
    match &cli.command {
        Command::Score(args) => commands::score::run(repository, args, setup, format, out),
        Command::Annotate(args) => commands::annotate::run(repository, args, setup, out),
        Command::Explain(args) => commands::explain::run(repository, args, setup, format, out),
        Command::WhyFix(args) => commands::why_fix::run(repository, args, setup, format, out),
        Command::Train(args) => commands::train::run(repository, args, setup, format, out),
        Command::Label(args) => commands::label::run(&repository, args, setup, format, out),
        Command::Release(args) => commands::release::run(repository, args, setup, out),
        Command::Status(args) => commands::status::run(repository, args, setup, format, out),
        Command::Log(args) => commands::log::run(repository, args, setup, format, out),
        Command::Hotspots(args) => commands::hotspots::run(repository, args, setup, format, out),
        Command::Report(args) => commands::report::run(repository, args, setup, format, out),
        Command::State(args) => commands::state::run(repository, args, setup, format, out),
        Command::Config(args) => commands::config::run(&repository, args, setup, format, out),
        Command::Hook(_) => unreachable!("it ends by itself, however it fails"),
        Command::Setup(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::Complete(_)
        | Command::Serve(_) => Ok(()),
    }
}

/// Opens the repository at a path, or the one that git's environment names if none was asked for: git sets it where
/// the repository is not the one around the working directory, and for hooks.
pub(crate) fn open(path: &Path) -> Result<Repository, Failure> {
    let git_dir = std::env::var_os("GIT_DIR").filter(|_| path == Path::new("."));
    let repository = match git_dir {
        None => Repository::discover(path)?,
        Some(git_dir) => {
            let work_tree = std::env::var_os("GIT_WORK_TREE");
            Repository::open(git_dir.as_ref(), work_tree.as_ref().map(Path::new))?
        }
    };
    access::admit(&repository)?;
    Ok(repository)
}

/// The threads to read with.
pub(crate) fn threads(global: &Global) -> usize {
    let all = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    global.threads.map_or_else(all, std::num::NonZero::get)
}

/// What was given with the call, read once.
pub(crate) fn given(
    config: Option<&Path>,
    issues: Option<&Path>,
) -> Result<&'static Given, Failure> {
    static READ: OnceLock<Given> = OnceLock::new();
    if let Some(given) = READ.get() {
        return Ok(given);
    }
    let given = Given::new(config, issues)?;
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
