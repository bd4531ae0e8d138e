//! What can be asked of links.

use super::{input, threads};
use clap::Args;
use risk_evaluate::Bootstrap;
use risk_lab::Error;
use risk_lab::extract::Input;
use risk_lab::links::{Dates, Options};
use risk_szz::Variant;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Which repositories.
#[derive(Debug, Args)]
pub(crate) struct Repositories {
    /// Repositories, bare ones too; a name before the path is what the results call it [default name: the folder]
    #[arg(
        long,
        required_unless_present = "repos_from",
        num_args = 1..,
        value_name = "[NAME=]PATH",
        value_parser = input
    )]
    repo: Vec<Input>,
    /// A file with more of them, one a line; # begins a note
    #[arg(long, value_name = "FILE")]
    repos_from: Option<PathBuf>,
    /// Threads; the results do not depend on it [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

impl Repositories {
    /// The repositories, those of the list last.
    pub(crate) fn inputs(&self) -> Result<Vec<Input>, Error> {
        let mut inputs = self.repo.clone();
        if let Some(file) = &self.repos_from {
            inputs.extend(Input::listed(file)?);
        }
        Ok(inputs)
    }

    /// How many threads there may be.
    pub(crate) fn threads(&self) -> usize {
        threads(self.threads)
    }
}

#[derive(Debug, Args)]
pub(crate) struct LinksArgs {
    #[command(flatten)]
    pub(crate) repositories: Repositories,
    /// A table with the column `fix`, with `repo` if there are several repositories, and if known when each fault was reported
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) fixes: PathBuf,
    /// Variants of SZZ: b, ag, ma, r, l, or w, which is the default of git-risk
    #[arg(long, num_args = 1.., value_delimiter = ',', value_name = "NAME", default_value = "w", value_parser = variant)]
    variant: Vec<Variant>,
    /// Column with the time of the report; `none` leaves it aside
    #[arg(long, value_name = "COLUMN", default_value = "issue_date")]
    pub(crate) issue_date: String,
    /// Ask each variant without the time of the report, and with it as NAME+date
    #[arg(long)]
    compare_dates: bool,
    /// How probable a candidate has to be for `w`
    #[arg(long, value_name = "P", default_value_t = risk_szz::Options::LEAST_WEIGHT)]
    least: f64,
    /// The file to write
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) out: PathBuf,
    /// A file for all candidates of `w`, with what they are weighed by
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) candidates: Option<PathBuf>,
}

impl LinksArgs {
    pub(crate) fn options(&self) -> Options {
        Options {
            variants: self.variant.clone(),
            least_weight: self.least,
            dates: match (self.issue_date.as_str(), self.compare_dates) {
                ("none", _) => Dates::Aside,
                (_, false) => Dates::Used,
                (_, true) => Dates::Both,
            },
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PairsArgs {
    #[command(flatten)]
    pub(crate) repositories: Repositories,
    /// The file to write
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) out: PathBuf,
    /// A file for all candidates of these fixes, with what `w` weighs them by
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) candidates: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct OracleArgs {
    /// A table of known pairs: `fix`, `inducing`, and if there are several repositories `repo`; `language` parts the figures
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) pairs: PathBuf,
    /// What `links` wrote of these fixes
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) links: PathBuf,
    /// A file for the figures
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) out: Option<PathBuf>,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// Draws of the bootstrap, 0 for no intervals
    #[arg(long, value_name = "N", default_value = "1000")]
    draws: usize,
}

impl OracleArgs {
    pub(crate) fn bootstrap(&self) -> Bootstrap {
        Bootstrap {
            draws: self.draws,
            seed: self.seed,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct WeighArgs {
    /// A table of known pairs: `repo`, `fix`, `inducing`
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) pairs: PathBuf,
    /// What `links --candidates` wrote of these fixes
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) candidates: PathBuf,
    /// For how many fixes one repository counts at most
    #[arg(long, value_name = "N", default_value = "50")]
    pub(crate) cap: f64,
    /// Strength of the ridge
    #[arg(long, value_name = "N", default_value = "5")]
    pub(crate) ridge: f64,
    /// The file of Rust to write
    #[arg(long, value_name = "FILE.rs")]
    pub(crate) out: PathBuf,
}

pub(super) fn variant(text: &str) -> Result<Variant, String> {
    Variant::of_name(text).ok_or_else(|| {
        let names = Variant::ALL.map(Variant::name);
        format!("there are {}", names.join(", "))
    })
}
