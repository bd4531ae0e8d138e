//! What can be typed. The comments are the help.

mod alerts;
mod fixes;
mod links;

pub(crate) use alerts::AlertsArgs;
pub(crate) use fixes::FixesArgs;
pub(crate) use links::{LinksArgs, OracleArgs, PairsArgs, Repositories, WeighArgs};

use clap::{Args, Parser, Subcommand, ValueEnum};
use risk_change::Days;
use risk_evaluate::{Maturity, Waiting};
use risk_issues::KindNames;
use risk_lab::extract::{self, Format, Input};
use risk_lab::{self as study, Empty, Error, Model, Profile, Protocol, Start, plan};
use risk_szz::Variant;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Studies over data sets and repositories: the models of git-risk beside their baselines, every prediction kept.
#[derive(Debug, Parser)]
#[command(name = "git-risk-lab", bin_name = "git risk-lab", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  git risk-lab study experiments/dynamic-against-static/study.toml
  git risk-lab study --data tomcat.csv --profile orb --out results
  git risk-lab study --data qt.csv go.csv --profile issta21 --split 0.8 --out results
  git risk-lab study --data npm.csv --profile orb --waiting 30,90,365 --out results
  git risk-lab alerts --data rows/*/part.parquet --profile extracted --prior other-streams --out results
  git risk-lab fixes --data data/fix-messages/messages.csv --out results
  git risk-lab extract --repo . --out rows.parquet
  git risk-lab extract --repo ~/src/curl tls=~/src/openssl --out rows

Exit codes: 0 it ran, 2 it could not, or not for every repository (wrong usage, or something failed).";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run all models over data sets and write predictions, metrics and plots into one folder
    Study(StudyArgs),
    /// How often warnings would have been given, and how many of those changes were followed by a fix
    Alerts(AlertsArgs),
    /// How far the rules that tell fixes can be trusted, on changes that were read and labelled
    Fixes(FixesArgs),
    /// Learn from several repositories what git-risk should know of another one before its first change
    Prior(PriorArgs),
    /// Write what git-risk computes of every change of repositories, and what became of each, as rows
    Extract(ExtractArgs),
    /// Link given fixes to the changes that induced them, by variants of SZZ
    Links(LinksArgs),
    /// Write the fixes of repositories whose message names the change they repair, with that change
    Pairs(PairsArgs),
    /// Compare links with known pairs: precision, recall and F1, with intervals
    Oracle(OracleArgs),
    /// Learn from known pairs what the default variant of SZZ weighs candidates by
    Weigh(WeighArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ExtractArgs {
    #[command(flatten)]
    pub(crate) repositories: Repositories,
    /// A file for one repository (.parquet or .csv), or a folder with a partition for each, which goes on where it was left
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) out: PathBuf,
    /// Form of the partitions of a folder
    #[arg(long, value_enum, default_value = "parquet")]
    format: FormatArg,
    /// Up to which revision [default: the main branch of the remote or of the repository, else HEAD]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Days of silence after which a change counts as clean
    #[arg(long, value_name = "DAYS", default_value = "90", value_parser = waiting)]
    waiting: Waiting,
    /// Issues that the tracker of the one repository has exported (CSV or JSON), to tell fixes by
    #[arg(long, value_name = "FILE")]
    issues: Option<PathBuf>,
    /// Variant of SZZ that links fixes: b, ag, ma, r, l, or w, which is the default of git-risk
    #[arg(long, value_name = "NAME", default_value = "w", value_parser = links::variant)]
    variant: Variant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// Comma-separated values
    Csv,
    /// Apache Parquet
    Parquet,
}

impl ExtractArgs {
    /// What is asked of the rows of so many repositories.
    pub(crate) fn options(&self, n: usize) -> Result<extract::Options, Error> {
        let issues = self.issues.as_deref().map(|path| {
            if n != 1 {
                return Err(Error::OneTracker { n });
            }
            let export = risk_issues::read_file(path, &KindNames::default());
            let export = export.map_err(|source| Error::Issues {
                path: path.to_owned(),
                source: Box::new(source),
            })?;
            Ok(Arc::new(export.issues))
        });
        Ok(extract::Options {
            revision: self.rev.clone(),
            waiting: self.waiting,
            issues: issues.transpose()?,
            variant: self.variant,
        })
    }

    /// Form of the partitions.
    pub(crate) fn format(&self) -> Format {
        match self.format {
            FormatArg::Csv => Format::Csv,
            FormatArg::Parquet => Format::Parquet,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PriorArgs {
    /// Files that `extract` wrote, one a repository
    #[arg(long, num_args = 1.., value_name = "FILE", required_unless_present = "repo")]
    data: Vec<PathBuf>,
    /// Repositories, bare ones too; a name before the path is what the prior calls it [default name: the folder]
    #[arg(long, num_args = 1.., value_name = "[NAME=]PATH", value_parser = input)]
    repo: Vec<Input>,
    /// The file to write
    #[arg(long, value_name = "FILE.json")]
    pub(crate) out: PathBuf,
    /// Threads; the prior does not depend on it [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

impl PriorArgs {
    /// The repositories, and files of rows of repositories.
    pub(crate) fn inputs(&self) -> Vec<study::Input> {
        let of_file = |path: &PathBuf| {
            study::Input::data(path.clone(), Profile::Extracted, Empty::LeftOut, Days(0.0))
        };
        let of_repository = |input: &Input| study::Input {
            name: input.name.clone(),
            location: study::Location::Repository {
                path: input.path.clone(),
            },
            empty: Empty::LeftOut,
            maturity: Days(0.0),
            first: None,
        };
        let files = self.data.iter().map(of_file);
        files.chain(self.repo.iter().map(of_repository)).collect()
    }

    /// How many threads there may be.
    pub(crate) fn threads(&self) -> usize {
        threads(self.threads)
    }
}

#[derive(Debug, Args)]
pub(crate) struct StudyArgs {
    /// A study file, which says all that the options below say, and more
    #[arg(value_name = "STUDY.toml", conflicts_with_all = ASKED, required_unless_present = "data")]
    plan: Option<PathBuf>,
    /// Data files, one a project, all of the same profile; packed by gzip or not
    #[arg(long, num_args = 1.., value_name = "FILE", requires = "profile")]
    data: Vec<PathBuf>,
    /// Format and definitions of the data
    #[arg(long, value_enum)]
    profile: Option<ProfileArg>,
    /// What git-risk knows at the start: `size`, `other-streams` (each stream's is learned from the others), or a file
    /// that `prior` wrote [default: size]
    #[arg(long, value_name = "PRIOR")]
    prior: Option<String>,
    /// A folder for the results: a new or empty one, or one with results of an earlier study, which are replaced
    /// [default with a study file: `results` beside it]
    #[arg(long, value_name = "DIR", required_unless_present = "plan")]
    out: Option<PathBuf>,
    /// Days of silence after which a change counts as clean; several give several runs [default: 90, unless --split]
    #[arg(long, value_delimiter = ',', value_name = "DAYS", value_parser = waiting)]
    waiting: Vec<Waiting>,
    /// Learn this part of the changes with all labels, and judge the rest
    #[arg(long, value_name = "PART")]
    split: Option<f64>,
    /// Score and learn from changes without a file (merges) too, as some papers do
    #[arg(long)]
    all_commits: bool,
    /// Judge only changes that were this old at the end of the data [default: 0]
    #[arg(long, value_name = "DAYS", value_parser = maturity)]
    maturity: Option<Maturity>,
    /// Seed of the random baseline and of the bootstrap [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Draws of the bootstrap, 0 for no intervals from it [default: 1000]
    #[arg(long, value_name = "N")]
    draws: Option<usize>,
    /// Threads; the results do not depend on it [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// What a study file says itself.
const ASKED: [&str; 9] = [
    "data",
    "prior",
    "profile",
    "waiting",
    "split",
    "all_commits",
    "maturity",
    "seed",
    "draws",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ProfileArg {
    /// Commit Guru's features with days to the first fix (Cabral et al., ICSE 2019)
    Orb,
    /// Zeng et al., ISSTA 2021
    Issta21,
    /// Kamei et al., TSE 2013, normalised
    Kamei,
    /// Rows that `extract` wrote
    Extracted,
}

impl ProfileArg {
    fn profile(self) -> Profile {
        match self {
            Self::Orb => Profile::Orb,
            Self::Issta21 => Profile::Issta21,
            Self::Kamei => Profile::Kamei,
            Self::Extracted => Profile::Extracted,
        }
    }
}

impl StudyArgs {
    /// The streams and what is asked of them.
    pub(crate) fn asked(&self) -> Result<(Vec<study::Input>, study::Options), Error> {
        if let Some(plan) = &self.plan {
            return plan::read(plan);
        }
        let profile = self.profile.map_or(Profile::Orb, ProfileArg::profile);
        let empty = if self.all_commits {
            Empty::Kept
        } else {
            Empty::LeftOut
        };
        let maturity = self.maturity.map_or(Days(0.0), Maturity::days);
        let inputs: Vec<study::Input> = self
            .data
            .iter()
            .map(|path| study::Input::data(path.clone(), profile, empty, maturity))
            .collect();
        let models = Model::usual();
        let options = study::Options {
            title: "Study".to_owned(),
            command: self.command(),
            plan: None,
            start: Start::asked(self.prior.as_deref(), Path::to_owned)?,
            protocols: self.protocols(),
            pairs: study::Options::usual_pairs(&models),
            models,
            seed: self.seed.unwrap_or(1),
            draws: self.draws.unwrap_or(study::Options::DRAWS),
            predictions: Format::Csv,
        };
        Ok((inputs, options))
    }

    /// The folder for the results.
    pub(crate) fn out(&self) -> PathBuf {
        let beside = |plan: &PathBuf| plan.with_file_name("results");
        let beside = self.plan.as_ref().map(beside);
        self.out.clone().or(beside).unwrap_or_default()
    }

    /// How many threads there may be.
    pub(crate) fn threads(&self) -> usize {
        threads(self.threads)
    }

    fn protocols(&self) -> Vec<Protocol> {
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
        prequential.chain(self.split.map(Protocol::Split)).collect()
    }

    /// The command that asks for this study, without folders.
    fn command(&self) -> String {
        let mut words = vec!["git-risk-lab study --data".to_owned()];
        let names = self.data.iter().map(|path| path.file_name());
        words.extend(names.map(|name| name.unwrap_or_default().to_string_lossy().into_owned()));
        let profile = self.profile.map_or(Profile::Orb, ProfileArg::profile);
        words.push(format!("--profile {}", profile.name()));
        let protocols = self.protocols();
        let waiting = protocols.iter().filter_map(|protocol| match protocol {
            Protocol::Prequential(waiting) => Some(waiting.days().0.to_string()),
            Protocol::Split(_) => None,
        });
        let waiting: Vec<String> = waiting.collect();
        if !waiting.is_empty() {
            words.push(format!("--waiting {}", waiting.join(",")));
        }
        if let Some(part) = self.split {
            words.push(format!("--split {part}"));
        }
        if self.all_commits {
            words.push("--all-commits".to_owned());
        }
        if let Some(prior) = &self.prior {
            let name = Path::new(prior).file_name().unwrap_or_default();
            words.push(format!("--prior {}", name.to_string_lossy()));
        }
        words.push(format!(
            "--maturity {} --seed {} --draws {}",
            self.maturity.map_or(0.0, |maturity| maturity.days().0),
            self.seed.unwrap_or(1),
            self.draws.unwrap_or(study::Options::DRAWS),
        ));
        words.join(" ")
    }
}

fn threads(asked: Option<NonZeroUsize>) -> usize {
    let all = || std::thread::available_parallelism().ok();
    asked.or_else(all).map_or(1, NonZeroUsize::get)
}

fn input(text: &str) -> Result<Input, String> {
    Input::parse(text).map_err(|error| error.to_string())
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
