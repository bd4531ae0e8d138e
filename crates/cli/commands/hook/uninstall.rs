//! `git risk hook uninstall`

use super::status;
use crate::args::{Format, Global};
use crate::error::Failure;
use crate::hooks::removal;
use crate::hooks::survey::{Survey, Way};
use clap::Args;
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct UninstallArgs {
    /// Also from a folder of hooks that this repository shares with others
    #[arg(long)]
    pub(crate) shared: bool,
}

pub(crate) fn run(
    args: &UninstallArgs,
    global: &Global,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let survey = Survey::of(&global.repo)?;
    let mut of_others = survey
        .found
        .iter()
        .filter(|found| survey.is_of_others_too(found));
    if let Some(found) = of_others.next()
        && !args.shared
    {
        return Err(Failure::new(format_args!(
            "{} is shared with other repositories, and would go for all of them",
            found.path.display()
        ))
        .hint("if that is meant: git risk hook uninstall --shared"));
    }
    let mut told = Vec::new();
    for found in &survey.found {
        let note = removal::take_away(&survey.git, found)?;
        told.push(if found.way == Way::ByHand {
            format!(
                "{} runs git-risk too, but was not written by it: it was left alone",
                found.path.display()
            )
        } else {
            format!("removed from {}", found.path.display())
        });
        told.extend(note);
    }
    if told.is_empty() {
        told.push("nothing to remove: git-risk is not installed here".to_owned());
    }
    if let Some(before) = survey.left_over() {
        told.push(format!(
            "{} is the hook that was there before git-risk; something else has taken its place, so it was left alone",
            before.display()
        ));
    }
    if global.format.plain() == Format::Json {
        return status::run(global, out);
    }
    for line in told {
        writeln!(out, "{}", risk_report::clean(&line))?;
    }
    Ok(())
}
