//! Alerts: how often warnings would have been given, and what became of the changes that they were about.
//!
//! A [`Threshold`] is asked of each change as the hook would have asked it when the change landed: by its percentile
//! among the previous 1,000 changes, and by the lift of that percentile in the back-test as it stood then
//! ([`lifts_at_arrival`]). Beside each threshold stand two ways to do without a model ([`Warner`]). What became of a
//! change is what is known at the end of the stream, if it is mature by then.

mod figures;
mod landings;
mod warner;

pub use figures::{Block, Figures, Intervals};
pub use landings::Landings;
pub use warner::Warner;

use crate::error::{Error, Result};
use crate::extract::folder::Work;
use crate::options::Input;
use crate::prior::Start;
use crate::protocol::{Protocol, Run};
use crate::study::Read;
use rayon::prelude::*;
use risk_change::Timestamp;
use risk_evaluate::{
    Bootstrap, Journal, LabelState, Maturity, Threshold, Waiting, lifts_at_arrival,
    percentiles_by_size,
};
use risk_learn::{Label, PriorFile};
use std::num::NonZeroU32;

/// What is asked of an alert study, beside its streams.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The command that asks for the study, without folders.
    pub command: String,
    /// From where on a warning is given; the first is the one that is looked at closely.
    pub thresholds: Vec<Threshold>,
    /// Days of silence after which a change counts as clean.
    pub waiting: Waiting,
    /// Where git-risk begins.
    pub start: Start,
    /// Arrivals after which the lift table is made anew.
    pub every: NonZeroU32,
    /// Which part of the changes that could be judged is judged.
    pub part: Part,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Draws of the bootstrap; 0 leaves intervals out.
    pub draws: usize,
}

/// A part of a stream, as `0..0.8`.
///
/// - Units and range: parts of the changes, `0 ≤ from < to ≤ 1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    from: f64,
    to: f64,
}

impl Part {
    /// All of it.
    pub const ALL: Self = Self { from: 0.0, to: 1.0 };

    /// The part between two.
    ///
    /// # Errors
    ///
    /// [`Error::Part`] if nothing can lie between them.
    pub fn new(from: f64, to: f64) -> Result<Self> {
        if 0.0 <= from && from < to && to <= 1.0 {
            Ok(Self { from, to })
        } else {
            Err(Error::Part { from, to })
        }
    }

    /// This part of the places of a list; parts that touch share none.
    fn of<T>(self, list: &[T]) -> &[T] {
        let place = |part: f64| (part * list.len() as f64).round() as usize;
        &list[place(self.from)..place(self.to)]
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

/// All streams of an alert study.
#[derive(Clone, Debug, PartialEq)]
pub struct Alerts {
    /// What was asked.
    pub options: Options,
    /// The data, stream by stream.
    pub streams: Vec<Read>,
    /// What came of it, in the same order.
    pub outcomes: Vec<Outcome>,
}

/// What came of one stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Where each change stood when it landed, and what became of it.
    pub changes: Vec<Standing>,
    /// Number of the first change that a lift was known for, before which no threshold with `x` can be reached;
    /// `None` if there is none.
    pub first: Option<usize>,
    /// Changes that are judged: mature ones with a label from the first one on, as far as asked for.
    pub judged: Vec<usize>,
    /// Median days from landing to the first fix, of the judged changes that were fixed.
    pub median_days: Option<f64>,
    /// What each warner is worth: for each threshold all [`Warner::ALL`], in this order.
    pub told: Vec<Told>,
}

/// A change when it landed, and at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// When it landed.
    pub at: Timestamp,
    /// The probability that was told.
    pub probability: f64,
    /// Its percentile, in `0 ..= 1`.
    pub percentile: Option<f64>,
    /// The lift of that percentile as it was known then.
    pub lift: Option<f64>,
    /// The percentile of its lines added.
    pub size_percentile: Option<f64>,
    /// The lift of that percentile, likewise.
    pub size_lift: Option<f64>,
    /// Its label at the end, if it has one and is mature.
    pub label: Option<Label>,
    /// Days to its first fix, if there is one.
    pub days_to_fix: Option<f64>,
}

/// What one warner is worth on one stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The threshold.
    pub threshold: Threshold,
    /// Who warned.
    pub warner: Warner,
    /// How often, and what became of it.
    pub figures: Figures,
    /// Their intervals.
    pub intervals: Intervals,
    /// The same over blocks of 1,000 changes.
    pub blocks: Vec<Block>,
    /// Warnings by what landed together; `None` for [`Warner::AsMany`], which warns in parts.
    pub landings: Option<Landings>,
}

impl Alerts {
    /// Reads the streams and asks the thresholds on each.
    ///
    /// Streams run beside each other on `work.threads`; what comes out does not depend on how many there are.
    ///
    /// # Errors
    ///
    /// As for [`Study::of`](crate::Study::of).
    pub fn of(inputs: Vec<Input>, options: Options, work: &Work<'_>) -> Result<Self> {
        let streams = Read::all(inputs, work)?;
        let priors = options.start.priors(&streams)?;
        let run = || {
            let outcomes = streams.par_iter().zip(&priors);
            outcomes
                .map(|(read, prior)| Outcome::of(read, prior.as_ref(), &options))
                .collect::<Result<Vec<Outcome>>>()
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(work.threads);
        let outcomes = match pool.build() {
            Ok(pool) => pool.install(run),
            // The machine gives no more threads; those there are do.
            Err(_) => run(),
        }?;
        Ok(Self {
            options,
            streams,
            outcomes,
        })
    }

    /// The streams with what came of them.
    pub fn each(&self) -> impl Iterator<Item = (&Read, &Outcome)> {
        self.streams.iter().zip(&self.outcomes)
    }
}

impl Outcome {
    fn of(read: &Read, prior: Option<&PriorFile>, options: &Options) -> Result<Self> {
        let protocol = Protocol::Prequential(options.waiting);
        let run = Run::of(&read.stream, protocol, prior)?;
        let changes = standings(run.journal(), options.every);
        let first = changes.iter().position(|change| change.lift.is_some());
        let could: Vec<usize> = (first.unwrap_or(changes.len())..changes.len())
            .filter(|place| changes[*place].label.is_some())
            .collect();
        let judged = options.part.of(&could).to_vec();
        let bootstrap = Bootstrap {
            draws: options.draws,
            seed: options.seed,
        };
        let told = options
            .thresholds
            .iter()
            .flat_map(|threshold| figures::told(*threshold, &changes, &judged, &bootstrap));
        Ok(Self {
            told: told.collect(),
            median_days: figures::median_days(judged.iter().map(|place| &changes[*place])),
            first,
            judged,
            changes,
        })
    }

    /// What a warner is worth at a threshold, counted as in [`Options::thresholds`].
    ///
    /// # Panics
    ///
    /// If there are not so many.
    #[must_use]
    pub fn of_warner(&self, threshold: usize, warner: Warner) -> &Told {
        let all = &self.told[threshold * Warner::ALL.len()..];
        let mut of = all.iter();
        of.find(|told| told.warner == warner)
            .expect("each threshold has all warners")
    }
}

/// Where each change of a journal stood when it landed, and what is known of it at the end.
fn standings(journal: &Journal, every: NonZeroU32) -> Vec<Standing> {
    let maturity = Maturity::default();
    let records = journal.records();
    let percentiles: Vec<Option<f64>> = records.iter().map(|it| it.percentile).collect();
    let lifts = lifts_at_arrival(journal, &percentiles, maturity, every);
    let by_size = percentiles_by_size(records);
    let size_lifts = lifts_at_arrival(journal, &by_size, maturity, every);
    let mut labels = vec![None; records.len()];
    for (index, _, label) in maturity.mature(journal) {
        labels[index as usize] = Some(label);
    }
    let of = |place: usize| Standing {
        at: records[place].at,
        probability: records[place].probability,
        percentile: percentiles[place],
        lift: lifts[place],
        size_percentile: by_size[place],
        size_lift: size_lifts[place],
        label: labels[place],
        days_to_fix: match journal.states()[place] {
            LabelState::Defective { at, .. } => Some((at - records[place].at).0),
            LabelState::Unverified | LabelState::Clean { .. } => None,
        },
    };
    (0..records.len()).map(of).collect()
}
