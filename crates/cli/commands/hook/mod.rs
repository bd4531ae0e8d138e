//! `git risk hook`: looks at what a push sends; sees to it that git asks for that.

mod acknowledge;
mod background;
mod install;
mod look;
pub(crate) mod push;
mod run;
pub(crate) mod shown;
mod status;
mod uninstall;

pub(crate) use background::ended as background_ended;

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;
use clap::{Args, Subcommand};
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(crate) struct HookArgs {
    #[command(subcommand)]
    command: HookCommand,
}

#[derive(Debug, Subcommand)]
enum HookCommand {
    /// Look at the commits of every push from this repository from now on
    ///
    /// Hooks that are there go on as before. Done twice it is done once. Where git has configured hooks (2.54 and
    /// later) no file is touched; docs/hook.md has all ways.
    Install(install::InstallArgs),
    /// Take away what install has put in, and nothing else
    Uninstall(uninstall::UninstallArgs),
    /// Say whether pushes are looked at, by which git-risk, with which settings, and what to do next
    Status,
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
        HookCommand::Install(args) => answer(|out| install::run(args, global, out)),
        HookCommand::Uninstall(args) => answer(|out| uninstall::run(args, global, out)),
        HookCommand::Status => answer(|out| status::run(global, out)),
        HookCommand::Run(args) => run::run(global, args),
        HookCommand::Acknowledge(args) => answer(|out| acknowledge::run(args, global, out)),
    }
}

/// Runs a command that answers on standard output.
fn answer(run: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> ExitCode {
    let mut out = Output::new();
    let result = run(&mut out);
    let shown = out.finish(|| None);
    crate::ended(result.and_then(|()| Ok(shown?)))
}
