//! `git risk hook acknowledge`

use super::background::Place;
use super::shown::{Fate, Mark, Shown};
use crate::args::Global;
use crate::error::Failure;
use clap::Args;
use risk_change::ChangeId;
use risk_history::{Repository, Revisions};
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct AcknowledgeArgs {
    /// Revisions, or ranges A..B [default: the commits that stopped the last push]
    #[arg(value_name = "REV|RANGE")]
    revisions: Vec<String>,
}

pub(super) fn run(
    args: &AcknowledgeArgs,
    global: &Global,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let repository = crate::open(&global.repo)?;
    let folder = Place::of(&repository, None, None).folder();
    let mut marks: Vec<Mark> = Shown::read(&folder)
        .stopped()
        .filter(|_| args.revisions.is_empty())
        .cloned()
        .collect();
    for id in named(&repository, &args.revisions)? {
        marks.push(Mark {
            fingerprint: risk_history::fingerprint(&repository.change(&id)?),
            commit: id,
            fate: Fate::Acknowledged,
        });
    }
    if marks.is_empty() {
        return Err(Failure::new("no push was stopped")
            .hint("name what is to be let through: git risk hook acknowledge REV"));
    }
    for mark in &mut marks {
        mark.fate = Fate::Acknowledged;
    }
    Shown::remember(&folder, &marks).map_err(|error| {
        Failure::new(format_args!("it could not be remembered: {error}"))
            .hint("check the permissions of the folder risk in the git directory")
    })?;
    for mark in &marks {
        // A commit that was gone when it was acknowledged has no subject any more.
        let subject = repository.header(&mark.commit).map(|(_, _, message)| {
            let subject = message.lines().next().unwrap_or_default();
            risk_report::clean(subject).into_owned()
        });
        let subject = subject.unwrap_or_default();
        writeln!(out, "acknowledged {}  {subject}", mark.commit.short())?;
    }
    Ok(())
}

fn named(repository: &Repository, texts: &[String]) -> Result<Vec<ChangeId>, Failure> {
    let mut ids = Vec::new();
    for text in texts {
        match repository.revisions(text)? {
            Revisions::One(id) => ids.push(id),
            Revisions::Range { base, tip } => ids.extend(repository.list(&base, &tip)?),
        }
    }
    Ok(ids)
}
