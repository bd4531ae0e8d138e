//! What can be typed. The comments are the help.

use clap::{Args, Parser, Subcommand, ValueEnum};
use risk_change::Days;
use risk_evaluate::{Maturity, Waiting};
use risk_lab::{Empty, Options, Profile, Protocol};
use std::path::PathBuf;

/// Studies over published data sets: the models of git-risk beside their baselines, every prediction kept.
#[derive(Debug, Parser)]
#[command(name = "git-risk-lab", bin_name = "git risk-lab", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  git risk-lab study --data tomcat.csv --profile orb --out results
  git risk-lab study --data qt.csv go.csv --profile issta21 --split 0.8 --out results
  git risk-lab study --data npm.csv --profile orb --waiting 30,90,365 --out results

Exit codes: 0 it ran, 2 it could not (wrong usage, or something failed).";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run all models over data sets and write predictions, metrics and plots into one folder
    Study(StudyArgs),
}

#[derive(Debug, Args)]
pub(crate) struct StudyArgs {
    /// Data files, one a project, all of the same profile
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub(crate) data: Vec<PathBuf>,
    /// Format and definitions of the data
    #[arg(long, value_enum)]
    profile: ProfileArg,
    /// A new or empty folder for the results
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Days of silence after which a change counts as clean; several give several runs [default: 90, unless --split]
    #[arg(long, value_delimiter = ',', value_name = "DAYS", value_parser = waiting)]
    waiting: Vec<Waiting>,
    /// Learn this part of the changes with all labels, and judge the rest
    #[arg(long, value_name = "PART")]
    split: Option<f64>,
    /// Score and learn from changes without a file (merges) too, as some papers do
    #[arg(long)]
    all_commits: bool,
    /// Judge only changes that were this old at the end of the data
    #[arg(long, value_name = "DAYS", default_value = "0", value_parser = maturity)]
    maturity: Maturity,
    /// Seed of the random baseline
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ProfileArg {
    /// Commit Guru's features with days to the first fix (Cabral et al., ICSE 2019)
    Orb,
    /// Zeng et al., ISSTA 2021
    Issta21,
    /// Kamei et al., TSE 2013, normalised
    Kamei,
}

impl StudyArgs {
    /// What is asked of the study.
    pub(crate) fn options(&self) -> Options {
        let mut waiting: Vec<Waiting> = Vec::new();
        for asked in &self.waiting {
            if !waiting.contains(asked) {
                waiting.push(*asked);
            }
        }
        if waiting.is_empty() && self.split.is_none() {
            waiting.push(Waiting::default());
        }
        let prequential = waiting.into_iter().map(Protocol::Prequential);
        Options {
            profile: match self.profile {
                ProfileArg::Orb => Profile::Orb,
                ProfileArg::Issta21 => Profile::Issta21,
                ProfileArg::Kamei => Profile::Kamei,
            },
            empty: if self.all_commits {
                Empty::Kept
            } else {
                Empty::LeftOut
            },
            protocols: prequential.chain(self.split.map(Protocol::Split)).collect(),
            maturity: self.maturity.days(),
            seed: self.seed,
        }
    }
}

fn waiting(text: &str) -> Result<Waiting, String> {
    days(text).and_then(|days| Waiting::new(days).map_err(|error| error.to_string()))
}

fn maturity(text: &str) -> Result<Maturity, String> {
    days(text).and_then(|days| Maturity::new(days).map_err(|error| error.to_string()))
}

fn days(text: &str) -> Result<Days, String> {
    let days = text.parse().map(Days);
    days.map_err(|_| "give a number of days, such as 90".to_owned())
}
