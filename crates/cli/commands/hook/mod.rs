//! `git risk hook`: looks at what a push sends.

mod acknowledge;
mod background;
mod look;
mod push;
mod run;
mod shown;

pub(crate) use background::ended as background_ended;

use crate::args::Global;
use clap::{Args, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(crate) struct HookArgs {
    #[command(subcommand)]
    command: HookCommand,
}

#[derive(Debug, Subcommand)]
enum HookCommand {
    /// Look at what a push sends; git calls this, with the push on standard input
    ///
    /// It says nothing unless a commit stands out, and never stops a push unless that was asked for. What takes
    /// longer than the budget, or fails, lets the push go on, with one line that says so.
    Run(run::RunArgs),
    /// Let commits through that stopped a push, or are not to be told
    Acknowledge(acknowledge::AcknowledgeArgs),
}

/// What a call that cannot be understood ends with, if it is the one of the hook, which stops no push by itself.
pub(crate) fn misused(error: &clap::Error, call: &[OsString]) -> Option<ExitCode> {
    run::misused(error, call)
}

pub(crate) fn run(global: &Global, args: &HookArgs) -> ExitCode {
    match &args.command {
        HookCommand::Run(args) => run::run(global, args),
        HookCommand::Acknowledge(args) => crate::ended(acknowledge::run(global, args)),
    }
}
