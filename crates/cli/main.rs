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
mod completion;
mod engine;
mod error;
mod flat;
mod manual;
mod output;
mod pager;
mod prior;
mod progress;
mod rows;
mod scoring;
mod settings;
mod shelf;
mod state;
mod tell;
mod terminal;
mod worth;

use args::{Cli, Command, Format};
use clap::Parser;
use engine::Setup;
use error::Failure;
use output::Output;
use risk_change::Timestamp;
use risk_history::Repository;
use std::process::ExitCode;
use tell::Tell;

/// Name and version, as written into answers for machines.
pub(crate) const TOOL: &str = concat!("git-risk ", env!("CARGO_PKG_VERSION"));

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let tell = Tell::new(&cli.global);
    let mut out = Output::new();
    let mut result = run(&cli, tell, &mut out, false);
    if result.as_ref().is_err_and(|failure| failure.damaged) && cli.command.learns() {
        // It may have been replaced while it was read; what is still damaged is made anew.
        result = run(&cli, tell, &mut out, false);
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
        let is_text = cli.global.format == Format::Text;
        (may_page && is_text).then(|| pager::chosen(&cli.global.repo))?
    });
    match result.and_then(|()| Ok(shown?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.broken_pipe => ExitCode::SUCCESS,
        Err(failure) => {
            tell.failure(&failure);
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli, tell: Tell, out: &mut Output, distrust: bool) -> Result<(), Failure> {
    // These are about the program itself and need no repository.
    match &cli.command {
        Command::Setup(args) => return commands::setup::run(args, out),
        Command::Completions(args) => return commands::completions::run(args, out),
        Command::Man(args) => return commands::man::run(args, out),
        Command::Complete(args) => return commands::complete::run(args, out),
        _ => {}
    }
    let repository = Repository::discover(&cli.global.repo)?;
    tell.detail(|| {
        format!(
            "{TOOL}; the git directory is {}",
            repository.common_dir().display()
        )
    });
    let threads = cli.global.threads.map_or_else(
        || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        std::num::NonZero::get,
    );
    let setup = Setup {
        threads,
        tell,
        distrust,
    };
    let format = cli.global.format;
    match &cli.command {
        Command::Score(args) => commands::score::run(repository, args, setup, format, out),
        Command::Explain(args) => commands::explain::run(repository, args, setup, format, out),
        Command::Train(args) => commands::train::run(repository, args, setup, format, out),
        Command::Status(args) => commands::status::run(repository, args, setup, format, out),
        Command::Setup(_) | Command::Completions(_) | Command::Man(_) | Command::Complete(_) => {
            Ok(())
        }
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
