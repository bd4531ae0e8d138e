//! `git risk complete`, which shells ask: what can come next on the command line.

use crate::args::{Cli, CompleteArgs};
use crate::completion::candidates;
use crate::error::Failure;
use clap::CommandFactory;
use risk_history::Repository;
use std::io::Write;
use std::path::Path;

pub(crate) fn run(args: &CompleteArgs, out: &mut dyn Write) -> Result<(), Failure> {
    // Outside of a repository there are no names; whoever presses a key wants no failure told.
    let names = |repo: &str| {
        let repository = Repository::discover(Path::new(repo));
        repository.map_or_else(|_| Vec::new(), |repository| repository.names())
    };
    for candidate in candidates(&mut Cli::command(), &args.words, &names) {
        writeln!(out, "{candidate}")?;
    }
    Ok(())
}
