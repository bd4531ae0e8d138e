//! A study: streams, protocols, models, and what came of them.

use crate::compare::{Paired, paired};
use crate::error::{Error, Result};
use crate::figures::{Block, Judged, blocks};
use crate::model::{Model, Prediction};
use crate::protocol::{Protocol, Run};
use crate::reader::Profile;
use crate::sha256;
use crate::stream::{Empty, Labelled, Stream};
use risk_change::{Days, Timestamp};
use risk_evaluate::{Figures, LabelState};
use risk_learn::Label;
use std::ops::Range;
use std::path::PathBuf;

/// What is asked of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Format of the data files.
    pub profile: Profile,
    /// What becomes of changes without a file.
    pub empty: Empty,
    /// The protocols, each run on every stream.
    pub protocols: Vec<Protocol>,
    /// How old a change must be at the end of its stream to be judged; days from 0 on.
    pub maturity: Days,
    /// Seed of the random baseline.
    pub seed: u64,
}

/// A data file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name of the file, without its folder.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
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
    /// What each of [`Model::ALL`] said of each change of the stream.
    pub predictions: Vec<Vec<Option<Prediction>>>,
    /// When the label of the data set became known to the models, if it did.
    pub label_times: Vec<Option<Timestamp>>,
}

/// All streams under all protocols.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// What was asked.
    pub options: Options,
    /// The data, file by file.
    pub streams: Vec<(Source, Stream)>,
    /// What came of it, stream by stream and in each by protocol.
    pub outcomes: Vec<Outcome>,
}

impl Study {
    /// Reads the files and runs every protocol on each.
    ///
    /// # Errors
    ///
    /// What [`Profile::read`] and [`Run::of`] refuse, [`Error::Read`], and [`Error::SameName`] for two files of
    /// one name.
    pub fn of(files: &[PathBuf], options: Options) -> Result<Self> {
        let mut streams: Vec<(Source, Stream)> = Vec::new();
        for path in files {
            let bytes = std::fs::read(path).map_err(|source| Error::Read {
                path: path.clone(),
                source,
            })?;
            let stream = options.profile.read(path, &bytes, options.empty)?;
            if streams.iter().any(|(_, other)| other.name == stream.name) {
                return Err(Error::SameName { name: stream.name });
            }
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let source = Source {
                file: file.into_owned(),
                sha256: sha256::of(&bytes),
            };
            streams.push((source, stream));
        }
        let mut outcomes = Vec::new();
        for (place, (_, stream)) in streams.iter().enumerate() {
            for protocol in &options.protocols {
                outcomes.push(Outcome::of(place, stream, *protocol, &options)?);
            }
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
        &self.streams[outcome.stream].1
    }
}

impl Outcome {
    fn of(place: usize, stream: &Stream, protocol: Protocol, options: &Options) -> Result<Self> {
        let run = Run::of(stream, protocol)?;
        let (n, first) = (stream.changes.len(), run.first_judged());
        let last = stream.changes[n - 1].at;
        let horizon = last.plus(Days(-options.maturity.0));
        let n_mature = stream
            .changes
            .partition_point(|change| change.at <= horizon);
        let known = stream.changes.iter().zip(run.journal().states());
        let mut predictions = Vec::with_capacity(Model::ALL.len());
        for model in Model::ALL {
            predictions.push(model.predictions(&run, options.seed)?);
        }
        Ok(Self {
            stream: place,
            protocol,
            scored: first..n,
            judged: first..n_mature.max(first),
            n_unverified: run.n_unverified(),
            predictions,
            label_times: known
                .map(|(change, state)| label_time(change, *state))
                .collect(),
        })
    }

    /// What one model said.
    #[must_use]
    pub fn predictions_of(&self, model: Model) -> &[Option<Prediction>] {
        &self.predictions[model as usize]
    }

    /// Figures of one model over the judged changes.
    #[must_use]
    pub fn figures(&self, stream: &Stream, model: Model) -> Figures {
        let predictions = self.predictions_of(model);
        Judged::of(stream, predictions, self.judged.clone()).figures(model)
    }

    /// One model beside another on the judged changes that both scored.
    #[must_use]
    pub fn paired(&self, stream: &Stream, model: Model, other: Model) -> Option<Paired> {
        let (model, other) = (self.predictions_of(model), self.predictions_of(other));
        paired(stream, model, other, self.judged.clone())
    }

    /// One model over blocks of 1,000 changes.
    #[must_use]
    pub fn blocks(&self, stream: &Stream, model: Model) -> Vec<Block> {
        blocks(
            model,
            stream,
            self.predictions_of(model),
            self.judged.clone(),
        )
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
