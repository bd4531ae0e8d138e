//! What was asked of which data.

use crate::TOOL;
use crate::model::Kind;
use crate::protocol::Protocol;
use crate::stream::Empty;
use crate::study::{Read, Study};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Version of the form of all results; it grows when a reader of them would have to change.
pub(super) const FORMAT: u32 = 3;

#[derive(Serialize)]
struct Manifest<'a> {
    format: u32,
    tool: &'static str,
    title: &'a str,
    command: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    study_file: Option<StudyFile<'a>>,
    protocols: Vec<ProtocolAsked>,
    /// What git-risk knows of a stream before its first change.
    prior: String,
    models: Vec<ModelAsked<'a>>,
    compared: Vec<[&'a str; 2]>,
    seed: u64,
    bootstrap_draws: usize,
    judged_by: &'static str,
    streams: Vec<StreamRead<'a>>,
    files: &'a [String],
}

#[derive(Serialize)]
struct StudyFile<'a> {
    file: &'a str,
    sha256: &'a str,
}

#[derive(Serialize)]
struct ProtocolAsked {
    name: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_days: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    train_part: Option<f64>,
}

#[derive(Serialize)]
struct ModelAsked<'a> {
    name: &'a str,
    learns: Kind,
}

#[derive(Serialize)]
pub(super) struct StreamRead<'a> {
    stream: &'a str,
    file: &'a str,
    profile: &'a str,
    sha256: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tip: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_changes: Option<usize>,
    empty_changes: &'static str,
    maturity_days: f64,
    n_changes: usize,
    n_defective: usize,
    n_empty_left_out: usize,
    n_fixed_before_change: usize,
    n_fix_time_unknown: usize,
    n_label_unknown: usize,
    features: &'a [String],
}

/// `study.json`. Folders are not part of it: the same data gives the same study wherever it lies.
pub(super) fn manifest(study: &Study, files: &[String]) -> String {
    let options = &study.options;
    let name = |place: usize| options.models[place].name.as_str();
    let manifest = Manifest {
        format: FORMAT,
        tool: TOOL,
        title: &options.title,
        command: &options.command,
        study_file: options
            .plan
            .as_ref()
            .map(|(file, sha256)| StudyFile { file, sha256 }),
        protocols: options.protocols.iter().map(protocol_asked).collect(),
        prior: options.start.name(),
        models: options
            .models
            .iter()
            .map(|model| ModelAsked {
                name: &model.name,
                learns: model.kind,
            })
            .collect(),
        compared: options
            .pairs
            .iter()
            .map(|pair| [name(pair.model), name(pair.other)])
            .collect(),
        seed: options.seed,
        bootstrap_draws: options.draws,
        judged_by: "the label of the data set",
        streams: study.streams.iter().map(stream_read).collect(),
        files,
    };
    let text = serde_json::to_string_pretty(&manifest);
    text.expect("the manifest is plain text and finite numbers") + "\n"
}

fn protocol_asked(protocol: &Protocol) -> ProtocolAsked {
    let (kind, waiting_days, train_part) = match protocol {
        Protocol::Prequential(waiting) => ("prequential", Some(waiting.days().0), None),
        Protocol::Split(part) => ("split", None, Some(*part)),
    };
    ProtocolAsked {
        name: protocol.to_string(),
        kind,
        waiting_days,
        train_part,
    }
}

/// What is told of a stream.
pub(super) fn stream_read(read: &Read) -> StreamRead<'_> {
    let Read {
        input,
        source,
        stream,
    } = read;
    StreamRead {
        stream: &stream.name,
        file: &source.file,
        profile: source.profile,
        sha256: &source.sha256,
        tip: source.tip.as_deref(),
        first_changes: input.first,
        empty_changes: match input.empty {
            Empty::LeftOut => "left out",
            Empty::Kept => "kept",
        },
        maturity_days: input.maturity.0,
        n_changes: stream.changes.len(),
        n_defective: stream.n_defective(),
        n_empty_left_out: stream.n_empty,
        n_fixed_before_change: stream.n_fixed_before,
        n_fix_time_unknown: stream.n_fixed_unknown(),
        n_label_unknown: stream.n_label_unknown(),
        features: &stream.names,
    }
}

/// The files that the `study.json` of an earlier study names as its results; none if it is no such file.
pub(super) fn files(bytes: &[u8]) -> BTreeSet<String> {
    #[derive(Deserialize)]
    struct Named {
        files: BTreeSet<String>,
    }
    serde_json::from_slice(bytes).map_or_else(|_| BTreeSet::new(), |named: Named| named.files)
}
