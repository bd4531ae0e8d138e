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
mod handing;
mod parcel;
mod prior;
mod progress;
mod rows;
mod scoring;
mod settings;
mod shelf;
mod state;
mod worth;

use args::{Cli, Command};
use clap::Parser;
use engine::Setup;
use error::Failure;
use risk_change::Timestamp;
use risk_history::Repository;
use std::io::Write;
use std::process::ExitCode;

/// Name and version, as written into answers for machines.
pub(crate) const TOOL: &str = concat!("git-risk ", env!("CARGO_PKG_VERSION"));

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
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
    let result = result.and_then(|()| Ok(out.flush()?));
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
    let repository = Repository::discover(&cli.global.repo)?;
    let threads = cli.global.threads.map_or_else(
        || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        std::num::NonZero::get,
    );
    let setup = Setup {
        threads,
        quiet: cli.global.quiet,
        distrust,
    };
    let format = cli.global.format;
    match &cli.command {
        Command::Score(args) => commands::score::run(repository, args, setup, format, out),
        Command::Explain(args) => commands::explain::run(repository, args, setup, format, out),
        Command::Train(args) => commands::train::run(repository, args, setup, format, out),
        Command::Status(args) => commands::status::run(repository, args, setup, format, out),
        Command::State(args) => commands::state::run(repository, args, setup, format, out),
    }
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
