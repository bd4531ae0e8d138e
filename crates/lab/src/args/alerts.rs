//! What can be asked of an alert study.

use super::{ProfileArg, input, threads, waiting};
use clap::Args;
use risk_evaluate::{Maturity, Threshold, Waiting};
use risk_lab::alerts::{Options, Part};
use risk_lab::extract::Input;
use risk_lab::{self as study, Empty, Error, Location, Start};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct AlertsArgs {
    /// Data files, one a project, all of the same profile; packed by gzip or not
    #[arg(long, num_args = 1.., value_name = "FILE", requires = "profile", required_unless_present = "repo")]
    data: Vec<PathBuf>,
    /// Format and definitions of the data
    #[arg(long, value_enum)]
    profile: Option<ProfileArg>,
    /// Repositories, bare ones too, which are read as `extract` does [default name: the folder]
    #[arg(long, num_args = 1.., value_name = "[NAME=]PATH", value_parser = input)]
    repo: Vec<Input>,
    /// What git-risk knows at the start: `size`, `other-streams` (each stream's is learned from the others), or a file
    /// that `prior` wrote [default: size]
    #[arg(long, value_name = "PRIOR")]
    prior: Option<String>,
    /// From where on is warned; the first is looked at closely [default: "p90 x2.5", the tool's own, and some beside it]
    #[arg(long, num_args = 1.., value_name = "THRESHOLD")]
    threshold: Vec<Threshold>,
    /// A folder for the results: a new or empty one, or one with results of an earlier alert study, which are replaced
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Days of silence after which a change counts as clean
    #[arg(long, value_name = "DAYS", default_value = "90", value_parser = waiting)]
    waiting: Waiting,
    /// Changes after which what a percentile means is computed anew
    #[arg(long, value_name = "N", default_value = "1")]
    every: NonZeroU32,
    /// Which part of the changes that could be judged is judged
    #[arg(long, value_name = "FROM..TO", default_value = "0..1", value_parser = part)]
    judge: Part,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// Draws of the bootstrap, 0 for no intervals
    #[arg(long, value_name = "N", default_value_t = study::Options::DRAWS)]
    draws: usize,
    /// Threads; the results do not depend on it [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// The thresholds that stand beside that of warnings.
const BESIDE: [&str; 5] = ["p90", "x2.5", "p90 x2", "p90 x3", "p95 x2.5"];

impl AlertsArgs {
    /// The streams and what is asked of them.
    pub(crate) fn asked(&self) -> Result<(Vec<study::Input>, Options), Error> {
        let maturity = Maturity::default().days();
        let profile = self
            .profile
            .map_or(study::Profile::Extracted, ProfileArg::profile);
        let files = self
            .data
            .iter()
            .map(|path| study::Input::data(path.clone(), profile, Empty::LeftOut, maturity));
        let repositories = self.repo.iter().map(|input| study::Input {
            name: input.name.clone(),
            location: Location::Repository {
                path: input.path.clone(),
            },
            empty: Empty::LeftOut,
            maturity,
            first: None,
        });
        let options = Options {
            command: self.command(profile),
            thresholds: self.thresholds(),
            waiting: self.waiting,
            start: Start::asked(self.prior.as_deref(), Path::to_owned)?,
            every: self.every,
            part: self.judge,
            seed: self.seed,
            draws: self.draws,
        };
        Ok((files.chain(repositories).collect(), options))
    }

    /// How many threads there may be.
    pub(crate) fn threads(&self) -> usize {
        threads(self.threads)
    }

    fn thresholds(&self) -> Vec<Threshold> {
        if self.threshold.is_empty() {
            let beside = BESIDE.map(|text| {
                let threshold = text.parse();
                threshold.expect("because these are written as thresholds are")
            });
            return [Threshold::of_warnings()]
                .into_iter()
                .chain(beside)
                .collect();
        }
        let mut thresholds: Vec<Threshold> = Vec::new();
        for threshold in &self.threshold {
            if !thresholds.contains(threshold) {
                thresholds.push(*threshold);
            }
        }
        thresholds
    }

    /// The command that asks for this study, without folders.
    fn command(&self, profile: study::Profile) -> String {
        let mut words = vec!["git-risk-lab alerts".to_owned()];
        if !self.data.is_empty() {
            words.push("--data".to_owned());
            let names = self.data.iter().map(|path| profile.stream_name(path));
            words.extend(names);
            words.push(format!("--profile {}", profile.name()));
        }
        if !self.repo.is_empty() {
            words.push("--repo".to_owned());
            words.extend(self.repo.iter().map(|input| input.name.clone()));
        }
        if let Some(prior) = &self.prior {
            let name = Path::new(prior).file_name().unwrap_or_default();
            words.push(format!("--prior {}", name.to_string_lossy()));
        }
        words.push("--threshold".to_owned());
        words.extend(self.thresholds().iter().map(|it| format!("\"{it}\"")));
        words.push(format!(
            "--waiting {} --every {} --judge {} --seed {} --draws {}",
            self.waiting.days().0,
            self.every,
            self.judge,
            self.seed,
            self.draws
        ));
        words.join(" ")
    }
}

fn part(text: &str) -> Result<Part, String> {
    let ends = text.split_once("..");
    let ends = ends.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    let (from, to) = ends.ok_or("give a part of the changes, such as 0..0.8")?;
    Part::new(from, to).map_err(|error| error.to_string())
}
