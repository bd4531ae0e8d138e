//! `git-risk-serve`: the report page of git-risk on loopback, for one repository or several.
//!
//! One task a repository looks now and then whether something came ([`refresh`], [`fingerprint`]) and has git-risk make
//! the report anew ([`child`]). What came out is kept packed in memory ([`encoded`], [`repository`]), so that a request
//! costs next to nothing. A request passes the door ([`door`], [`token`]), is read as one of few routes ([`routes`]) and
//! answered ([`answers`], [`questions`]); [`connections`] bounds what a client may cost. This program listens and never
//! connects to anything; it writes nothing, and reads repositories only to see whether they changed.

mod answers;
mod child;
mod connections;
mod door;
mod encoded;
mod failure;
mod fingerprint;
mod harmless;
mod listening;
mod log;
mod page;
mod problem;
mod questions;
mod refresh;
mod repository;
mod routes;
// One definition for both binaries; `git risk serve` hands its options on to this one.
#[path = "../../cli/serve_args.rs"]
mod serve_args;
mod steady;
mod token;

use answers::Server;
use clap::Parser;
use failure::Failure;
use log::Log;
use serve_args::ServeArgs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Name and version, as the page shows them.
const TOOL: &str = concat!("git-risk ", env!("CARGO_PKG_VERSION"));

/// Reports that are made at once. Each may use all cores and much memory.
const REPORTS_AT_ONCE: usize = 2;

/// Threads for what blocks: looking at repositories, and packing.
const BLOCKING_THREADS: usize = 4;

/// Shows the risk of repositories in a browser, refreshed as commits arrive.
///
/// Learns from each repository, as git risk does, and serves the report page and its data at localhost:7474. It can be
/// reached from this machine alone, unless --listen says otherwise.
#[derive(Debug, Parser)]
#[command(name = "git-risk-serve", bin_name = "git risk serve", version)]
#[command(max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    serve: ServeArgs,
    /// Threads that a git-risk reads with [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Settings from this file in place of the .git-risk.toml that is committed
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Issues that a tracker has exported (CSV or JSON), to tell fixes by
    #[arg(long, value_name = "FILE")]
    issues: Option<PathBuf>,
    /// Say nothing but the address and what fails
    #[arg(long, short)]
    quiet: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let log = Log::new(cli.quiet);
    match run(&cli, log) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            log::failure(&failure);
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli, log: Log) -> Result<(), Failure> {
    let listening = listening::Listening::new(&cli.serve)?;
    let token = token::Token::chosen(&cli.serve, listening.is_loopback())?;
    let repositories = repository::open_all(&cli.serve.repos)?;
    let program = Arc::new(child::Program::found(cli)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()?;
    let done = runtime.block_on(async {
        let listeners = listening.bind().await?;
        let door = door::Door::new(&cli.serve, &listening, &listeners, token);
        let at_once = Arc::new(Semaphore::new(REPORTS_AT_ONCE));
        for repository in &repositories {
            let refresh = refresh::Refresh {
                repository: Arc::clone(repository),
                program: Arc::clone(&program),
                at_once: Arc::clone(&at_once),
                every: Duration::from_secs(cli.serve.every.into()),
                log,
            };
            tokio::spawn(refresh.forever());
        }
        let server = Arc::new(Server::new(repositories, door, program));
        connections::serve(listeners, server, log).await
    });
    // Whatever git-risk still runs is ended with the tasks that wait for it.
    runtime.shutdown_timeout(Duration::from_secs(1));
    done
}
