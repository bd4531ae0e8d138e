//! What was asked of which data.

use crate::protocol::Protocol;
use crate::stream::Empty;
use crate::study::Study;
use serde::Serialize;

/// Version of the form of all results; it grows when a reader of them would have to change.
const FORMAT: u32 = 2;

#[derive(Serialize)]
struct Manifest<'a> {
    format: u32,
    tool: &'static str,
    command: String,
    profile: &'static str,
    protocols: Vec<ProtocolAsked>,
    empty_changes: &'static str,
    maturity_days: f64,
    seed: u64,
    models: Vec<&'static str>,
    judged_by: &'static str,
    streams: Vec<StreamRead<'a>>,
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
struct StreamRead<'a> {
    stream: &'a str,
    file: &'a str,
    sha256: &'a str,
    n_changes: usize,
    n_defective: usize,
    n_empty_left_out: usize,
    n_fixed_before_change: usize,
    n_fix_time_unknown: usize,
    n_label_unknown: usize,
    features: &'a [String],
}

/// `study.json`. Folders are not part of it: the same data gives the same study wherever it lies.
pub(super) fn manifest(study: &Study) -> String {
    let options = &study.options;
    let protocols = options.protocols.iter().map(|protocol| match protocol {
        Protocol::Prequential(waiting) => ProtocolAsked {
            name: protocol.to_string(),
            kind: "prequential",
            waiting_days: Some(waiting.days().0),
            train_part: None,
        },
        Protocol::Split(part) => ProtocolAsked {
            name: protocol.to_string(),
            kind: "split",
            waiting_days: None,
            train_part: Some(*part),
        },
    });
    let streams = study.streams.iter().map(|(source, stream)| StreamRead {
        stream: &stream.name,
        file: &source.file,
        sha256: &source.sha256,
        n_changes: stream.changes.len(),
        n_defective: stream.n_defective(),
        n_empty_left_out: stream.n_empty,
        n_fixed_before_change: stream.n_fixed_before,
        n_fix_time_unknown: stream.n_fixed_unknown(),
        n_label_unknown: stream.n_label_unknown(),
        features: &stream.names,
    });
    let manifest = Manifest {
        format: FORMAT,
        tool: crate::TOOL,
        command: command(study),
        profile: options.profile.name(),
        protocols: protocols.collect(),
        empty_changes: match options.empty {
            Empty::LeftOut => "left out",
            Empty::Kept => "kept",
        },
        maturity_days: options.maturity.0,
        seed: options.seed,
        models: crate::Model::ALL.iter().map(|model| model.name()).collect(),
        judged_by: "the label of the data set",
        streams: streams.collect(),
    };
    let text = serde_json::to_string_pretty(&manifest);
    text.expect("the manifest is plain text and finite numbers") + "\n"
}

/// The command that asks for this study, without folders.
fn command(study: &Study) -> String {
    let options = &study.options;
    let mut words = vec!["git-risk-lab study --data".to_owned()];
    words.extend(study.streams.iter().map(|(source, _)| source.file.clone()));
    words.push(format!("--profile {}", options.profile.name()));
    let waiting: Vec<String> = options
        .protocols
        .iter()
        .filter_map(|protocol| match protocol {
            Protocol::Prequential(waiting) => Some(waiting.days().0.to_string()),
            Protocol::Split(_) => None,
        })
        .collect();
    if !waiting.is_empty() {
        words.push(format!("--waiting {}", waiting.join(",")));
    }
    for protocol in &options.protocols {
        if let Protocol::Split(part) = protocol {
            words.push(format!("--split {part}"));
        }
    }
    if options.empty == Empty::Kept {
        words.push("--all-commits".to_owned());
    }
    words.push(format!(
        "--maturity {} --seed {}",
        options.maturity.0, options.seed
    ));
    words.join(" ")
}
