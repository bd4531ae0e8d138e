//! What a model can know of a project from others.

use crate::TOOL;
use crate::error::{Error, Result};
use crate::extract::folder::Work;
use crate::options::Input;
use crate::study::Read;
use risk_change::Days;
use risk_evaluate::Maturity;
use risk_learn::{PooledPrior, Preparation, PriorFile, Project, SoftRows};
use std::path::{Path, PathBuf};

/// Where git-risk begins on a stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Start {
    /// With what is known of changes everywhere ([`risk_learn::Prior::size`]).
    #[default]
    Size,
    /// With what the other streams of the study teach: each is left out of its own.
    OtherStreams,
    /// With what is in a file.
    File(Box<PriorFile>),
}

impl Start {
    /// What was asked for: `size`, which is meant if nothing is said, `other-streams`, or a file, which lies where
    /// `at` says.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] and [`Error::NoPrior`] for the file.
    pub fn asked(prior: Option<&str>, at: impl FnOnce(&Path) -> PathBuf) -> Result<Self> {
        Ok(match prior {
            None | Some("size") => Self::Size,
            Some("other-streams") => Self::OtherStreams,
            Some(path) => Self::File(Box::new(read(&at(Path::new(path)))?)),
        })
    }

    /// Its name in results.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Size => "size".to_owned(),
            Self::OtherStreams => "other-streams".to_owned(),
            Self::File(file) => {
                let names: Vec<&str> = file.projects.iter().map(|it| it.name.as_str()).collect();
                format!("learned from {}", names.join(", "))
            }
        }
    }

    /// The prior that this is on each stream; `None` is that of size.
    ///
    /// # Errors
    ///
    /// What [`pool`] refuses.
    pub(crate) fn priors(&self, streams: &[Read]) -> Result<Vec<Option<PriorFile>>> {
        let each = 0..streams.len();
        match self {
            Self::Size => Ok(vec![None; streams.len()]),
            Self::File(file) => Ok(vec![Some((**file).clone()); streams.len()]),
            Self::OtherStreams => each
                .map(|own| {
                    let others = streams.iter().enumerate();
                    let others: Vec<&Read> = others
                        .filter_map(|(place, read)| (place != own).then_some(read))
                        .collect();
                    pool(&others).map(Some)
                })
                .collect(),
        }
    }
}

/// Changes at the start of a stream that teach nothing: scales and histories of files have only begun.
const LEFT_OUT: usize = 200;

/// Learns a prior from several streams, each counting the same.
///
/// Rows are prepared as they arrive, standardised alone ([`Preparation::standardised`]). Labels are those of the end;
/// the first 200 changes and those of the last year are left out.
///
/// # Errors
///
/// [`Error::Learn`] for fewer than two streams, streams of different features, or one without labels.
pub(crate) fn pool(streams: &[&Read]) -> Result<PriorFile> {
    let mut columns: Option<Vec<String>> = None;
    let mut all = Vec::new();
    for read in streams {
        let stream = &read.stream;
        let names: Vec<&str> = stream.names.iter().map(String::as_str).collect();
        let mut preparation = Preparation::standardised(&names)?;
        match &columns {
            None => columns = Some(preparation.names()),
            Some(expected) if *expected == preparation.names() => {}
            Some(expected) => {
                return Err(risk_learn::Error::Names {
                    expected: expected.clone(),
                    found: preparation.names(),
                }
                .into());
            }
        }
        let year = Days(-Maturity::default().days().0);
        let horizon = stream.changes.last().map(|last| last.at.plus(year));
        let mut rows = Vec::new();
        let mut targets = Vec::new();
        for (place, change) in stream.changes.iter().enumerate() {
            let z = preparation.transform(&change.features)?;
            preparation.absorb(&change.features)?;
            let is_mature = horizon.is_some_and(|horizon| change.at <= horizon);
            if let (true, true, Some(label)) = (place >= LEFT_OUT, is_mature, change.label) {
                rows.extend(z);
                targets.push(label.outcome());
            }
        }
        let weights = vec![1.0 / targets.len().max(1) as f64; targets.len()];
        all.push((rows, targets, weights));
    }
    let columns = columns.unwrap_or_default();
    let soft = all
        .iter()
        .map(|(rows, targets, weights)| SoftRows::new(columns.len(), rows, targets, weights))
        .collect::<risk_learn::Result<Vec<_>>>()?;
    let projects = streams
        .iter()
        .zip(&all)
        .map(|(read, (_, targets, _))| Project {
            name: read.input.name.clone(),
            version: match &read.source.tip {
                Some(tip) => tip.clone(),
                None => read.source.sha256.clone(),
            },
            n_changes: targets.len(),
            n_defective: targets.iter().sum::<f64>() as usize,
        });
    Ok(PriorFile {
        format: PriorFile::FORMAT,
        made_by: TOOL.to_owned(),
        projects: projects.collect(),
        worth: PriorFile::WORTH,
        pooled: PooledPrior::fit(&columns, &soft)?.rounded(),
    })
}

/// Reads streams and learns a prior from them.
///
/// # Errors
///
/// What reading refuses, and [`Error::Learn`] as for [`Start::OtherStreams`].
pub fn learn(inputs: Vec<Input>, work: &Work<'_>) -> Result<PriorFile> {
    let streams = Read::all(inputs, work)?;
    pool(&streams.iter().collect::<Vec<_>>())
}

/// Reads a prior from a file.
///
/// # Errors
///
/// [`Error::Read`] and [`Error::NoPrior`].
pub fn read(path: &Path) -> Result<PriorFile> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_str(&text).map_err(|source| Error::NoPrior {
        path: path.to_owned(),
        source,
    })
}

/// Writes a prior into a file; the same prior gives the same bytes.
///
/// # Errors
///
/// [`Error::Write`].
pub fn write(prior: &PriorFile, path: &Path) -> Result<()> {
    // A line for each name, so that two versions can be compared.
    let lines = |text: String| text.replace("\",\"", "\",\n\"") + "\n";
    let text = serde_json::to_string(prior).map(lines);
    let written = text
        .map_err(std::io::Error::from)
        .and_then(|text| std::fs::write(path, text));
    written.map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}
