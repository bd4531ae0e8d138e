//! A study: streams, protocols, models, and what came of them.

use crate::compare::{Beside, Comparison, correct};
use crate::error::{Error, Result};
use crate::extract::{self, Format, Rows, folder::Work};
use crate::figures::Judgement;
use crate::model::Prediction;
use crate::options::{Input, Location, Options};
use crate::protocol::{Protocol, Run};
use crate::reader::Profile;
use crate::sha256;
use crate::stream::{Labelled, Stream};
use rayon::prelude::*;
use risk_change::{Days, Timestamp};
use risk_evaluate::{Bootstrap, LabelState};
use risk_learn::{Label, PriorFile};
use std::ops::Range;
use std::path::Path;

/// What a stream was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name of the file, without its folder; of a repository, the name of its stream.
    pub file: String,
    /// Its format, or `repository`.
    pub profile: &'static str,
    /// SHA-256 of its bytes, in hexadecimal digits; of a repository, that of its extracted rows.
    pub sha256: String,
    /// The commit that the rows of a repository go up to.
    pub tip: Option<String>,
}

/// A stream of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// What was asked for.
    pub input: Input,
    /// What it was made of.
    pub source: Source,
    /// The changes.
    pub stream: Stream,
}

/// One stream under one protocol.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Place of the stream in the study.
    pub stream: usize,
    /// The protocol.
    pub protocol: Protocol,
    /// Changes whose predictions are results: all, or those after the split.
    pub scored: Range<usize>,
    /// Those among them that were old enough at the end to be judged.
    pub judged: Range<usize>,
    /// Changes of which no label was known at the end.
    pub n_unverified: usize,
    /// What each model said of each change of the stream, in the order of [`Options::models`].
    pub predictions: Vec<Vec<Option<Prediction>>>,
    /// When the label of the data set became known to the models, if it did.
    pub label_times: Vec<Option<Timestamp>>,
    /// What each model is worth.
    pub judgements: Vec<Judgement>,
    /// What models are worth beside each other, in the order of [`Options::pairs`].
    pub comparisons: Vec<Comparison>,
}

/// All streams under all protocols.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// What was asked.
    pub options: Options,
    /// The data, stream by stream.
    pub streams: Vec<Read>,
    /// What came of it, stream by stream and in each by protocol.
    pub outcomes: Vec<Outcome>,
}

impl Study {
    /// Reads the streams and runs every protocol on each.
    ///
    /// Streams run beside each other on `work.threads`; what comes out does not depend on how many there are.
    ///
    /// # Errors
    ///
    /// What [`Profile::read`], [`Rows::of`] and [`Run::of`] refuse, [`Error::Read`], and [`Error::SameName`] for two
    /// streams of one name.
    pub fn of(inputs: Vec<Input>, options: Options, work: &Work<'_>) -> Result<Self> {
        let streams = Read::all(inputs, work)?;
        let priors = options.start.priors(&streams)?;
        let tasks: Vec<(usize, Protocol)> = (0..streams.len())
            .flat_map(|stream| options.protocols.iter().map(move |it| (stream, *it)))
            .collect();
        let run = || {
            let outcomes = tasks.par_iter().map(|(stream, protocol)| {
                let prior = priors[*stream].as_ref();
                Outcome::of((*stream, &streams[*stream]), *protocol, prior, &options)
            });
            outcomes.collect::<Result<Vec<Outcome>>>()
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(work.threads);
        let mut outcomes = match pool.build() {
            Ok(pool) => pool.install(run),
            // The machine gives no more threads; those there are do.
            Err(_) => run(),
        }?;
        for protocol in &options.protocols {
            let same = outcomes.iter_mut().filter(|it| it.protocol == *protocol);
            correct(same.flat_map(|outcome| &mut outcome.comparisons));
        }
        Ok(Self {
            options,
            streams,
            outcomes,
        })
    }

    /// The stream of an outcome.
    ///
    /// # Panics
    ///
    /// If it is not an outcome of this study.
    #[must_use]
    pub fn stream_of(&self, outcome: &Outcome) -> &Stream {
        &self.streams[outcome.stream].stream
    }

    /// The outcomes of a protocol, in the order of the streams.
    pub fn outcomes_of(&self, protocol: Protocol) -> impl Iterator<Item = &Outcome> {
        let outcomes = self.outcomes.iter();
        outcomes.filter(move |outcome| outcome.protocol == protocol)
    }
}

impl Read {
    /// Reads streams one after the other.
    pub(crate) fn all(inputs: Vec<Input>, work: &Work<'_>) -> Result<Vec<Self>> {
        let mut streams: Vec<Self> = Vec::new();
        for input in inputs {
            if streams.iter().any(|other| other.input.name == input.name) {
                return Err(Error::SameName { name: input.name });
            }
            streams.push(Self::of(input, work)?);
        }
        Ok(streams)
    }

    fn of(input: Input, work: &Work<'_>) -> Result<Self> {
        let (mut stream, source) = match &input.location {
            Location::Data { path, profile } => {
                let bytes = std::fs::read(path).map_err(|source| Error::Read {
                    path: path.clone(),
                    source,
                })?;
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                let source = Source {
                    file: file.into_owned(),
                    profile: profile.name(),
                    sha256: sha256::of(&bytes),
                    tip: None,
                };
                (profile.read(path, &bytes, input.empty)?, source)
            }
            Location::Repository { path } => {
                let progress = (work.progress)(&input.name);
                let options = extract::Options::default();
                let rows = Rows::of(path, &options, work.threads, &*progress)?;
                // Through the form of a file, so that a study of a repository is that of its extracted rows.
                let bytes = Format::Csv.bytes(Path::new(&input.name), &rows.columns())?;
                let source = Source {
                    file: input.name.clone(),
                    profile: "repository",
                    sha256: sha256::of(&bytes),
                    tip: Some(rows.tip().to_hex()),
                };
                (Profile::Extracted.read(path, &bytes, input.empty)?, source)
            }
        };
        if let Some(first) = input.first {
            stream = stream.cut(first);
        }
        stream.name.clone_from(&input.name);
        Ok(Self {
            input,
            source,
            stream,
        })
    }
}

impl Outcome {
    fn of(
        (place, read): (usize, &Read),
        protocol: Protocol,
        prior: Option<&PriorFile>,
        options: &Options,
    ) -> Result<Self> {
        let stream = &read.stream;
        let run = Run::of(stream, protocol, prior)?;
        let (n, first) = (stream.changes.len(), run.first_judged());
        let last = stream.changes[n - 1].at;
        let horizon = last.plus(Days(-read.input.maturity.0));
        let n_mature = stream
            .changes
            .partition_point(|change| change.at <= horizon);
        let judged = first..n_mature.max(first);
        let predictions = options
            .models
            .iter()
            .map(|model| model.predictions(&run, options.seed))
            .collect::<Result<Vec<_>>>()?;
        let bootstrap = Bootstrap {
            draws: options.draws,
            seed: options.seed,
        };
        let judgements = options.models.iter().zip(&predictions);
        let judgements = judgements
            .map(|(model, said)| Judgement::of(model, stream, said, judged.clone(), &bootstrap))
            .collect();
        let comparisons = options.pairs.iter().map(|pair| {
            let places = [pair.model, pair.other];
            let beside = Beside {
                pair: *pair,
                models: places.map(|place| &options.models[place]),
                predictions: places.map(|place| predictions[place].as_slice()),
            };
            Comparison::of(&beside, stream, &judged, &bootstrap)
        });
        let known = stream.changes.iter().zip(run.journal().states());
        Ok(Self {
            stream: place,
            protocol,
            scored: first..n,
            n_unverified: run.n_unverified(),
            judgements,
            comparisons: comparisons.collect(),
            judged,
            predictions,
            label_times: known
                .map(|(change, state)| label_time(change, *state))
                .collect(),
        })
    }
}

/// When the label of the data set became known, which a verification as clean before a fix is not.
fn label_time(change: &Labelled, state: LabelState) -> Option<Timestamp> {
    match state {
        LabelState::Clean { at } if change.label == Some(Label::Clean) => Some(at),
        LabelState::Defective { at, .. } if change.is_defective() => Some(at),
        _ => None,
    }
}
