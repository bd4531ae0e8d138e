//! What is measured of our own: parts of the work, each as a process of its own.

use clap::ValueEnum;
use risk_history::{Cached, Identities, Repository, Silent};
use risk_replay::{Options, Replay};
use std::error::Error;
use std::path::Path;

/// A part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Own {
    /// Reading alone: the changes with their counts, renames and hunks.
    Read,
    /// Reading, then features, line origins, links and the timeline: all that a learner is given.
    Fold,
}

/// Does a part of the work for the history of `HEAD`; gives the numbers of commits and of steps.
///
/// # Errors
///
/// If the history cannot be read.
pub fn run(own: Own, path: &Path, threads: usize) -> Result<(usize, usize), Box<dyn Error>> {
    let repository = Repository::discover(path)?;
    let tip = repository.resolve("HEAD")?;
    let walk = repository.walk(&tip, &|_| None, 0, &Silent)?;
    let mut pieces = repository.pieces(&walk, threads, &Silent)?;
    let mailmap = repository.file_at(&tip, ".mailmap")?.unwrap_or_default();
    let mut people = Identities::new(&mailmap);
    let mut replay = Replay::new(Options::default());
    let mut n_steps = 0;
    replay.begin(&walk)?;
    let Some(first) = pieces.read_next(&mut Cached::default())? else {
        return Ok((0, 0));
    };
    let mut take = |_| {
        n_steps += 1;
        Ok(())
    };
    pieces.give_out(first, &mut Cached::default(), |history| {
        if own == Own::Fold {
            replay.follow(history, &mut people, &Silent, &mut take)?;
        }
        Ok::<_, Box<dyn Error>>(())
    })?;
    Ok((walk.len(), n_steps))
}
