//! `git risk hook`

pub(crate) mod install;
pub(crate) mod status;
pub(crate) mod uninstall;

use crate::args::Global;
use crate::error::Failure;
use clap::Subcommand;
use std::io::Write;

#[derive(Debug, Subcommand)]
pub(crate) enum HookCommand {
    /// Look at the commits of every push from this repository from now on
    ///
    /// Hooks that are there go on as before, and come first. Done twice it is done once. Where git has configured
    /// hooks (2.54 and later) no file is touched; see docs/hook.md for all ways.
    Install(install::InstallArgs),
    /// Take away what `install` has put in, and nothing else
    Uninstall(uninstall::UninstallArgs),
    /// Say whether pushes are looked at, by which git-risk, with which settings, and what to do next
    Status,
}

pub(crate) fn run(
    command: &HookCommand,
    global: &Global,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    match command {
        HookCommand::Install(args) => install::run(args, global, out),
        HookCommand::Uninstall(args) => uninstall::run(args, global, out),
        HookCommand::Status => status::run(global, out),
    }
}
