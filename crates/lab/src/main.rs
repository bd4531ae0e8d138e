//! `git-risk-lab`: studies over published data sets.
//!
//! Options are parsed ([`args`]), the folder for the results is made, the study runs and is written there, and its
//! summary is printed. All that computes is in the library of this crate.

mod args;

use args::{Cli, Command, StudyArgs};
use clap::Parser;
use risk_lab::{Error, Study, output};
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Command::Study(args) = Cli::parse().command;
    let summary = match study(&args) {
        Ok(summary) => summary,
        Err(error) => {
            let hint = error.hint();
            let hint = hint.map_or_else(String::new, |hint| format!("\n  hint: {hint}"));
            // Where even that cannot be told, the exit code tells it.
            let _ = writeln!(std::io::stderr(), "git-risk-lab: {error}{hint}");
            return ExitCode::from(2);
        }
    };
    match std::io::stdout().write_all(summary.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::from(2),
        _ => ExitCode::SUCCESS,
    }
}

fn study(args: &StudyArgs) -> Result<String, Error> {
    output::prepare(&args.out)?;
    let study = Study::of(&args.data, args.options())?;
    output::write(&study, &args.out)?;
    Ok(output::summary(&study))
}
