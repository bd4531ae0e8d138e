//! What was asked of which data.

use crate::TOOL;
use crate::alerts::Alerts;
use crate::output::manifest::{FORMAT, StreamRead, stream_read};
use serde::Serialize;

#[derive(Serialize)]
struct Manifest<'a> {
    format: u32,
    tool: &'static str,
    command: &'a str,
    thresholds: Vec<String>,
    waiting_days: f64,
    /// What git-risk knows of a stream before its first change.
    prior: String,
    /// Arrivals after which the lift table is made anew.
    lift_table_every: u32,
    judged_part: String,
    seed: u64,
    bootstrap_draws: usize,
    streams: Vec<StreamRead<'a>>,
    files: &'a [String],
}

/// `alerts.json`. Folders are not part of it.
pub(super) fn manifest(alerts: &Alerts, files: &[String]) -> String {
    let options = &alerts.options;
    let manifest = Manifest {
        format: FORMAT,
        tool: TOOL,
        command: &options.command,
        thresholds: options.thresholds.iter().map(ToString::to_string).collect(),
        waiting_days: options.waiting.days().0,
        prior: options.start.name(),
        lift_table_every: options.every.get(),
        judged_part: options.part.to_string(),
        seed: options.seed,
        bootstrap_draws: options.draws,
        streams: alerts.streams.iter().map(stream_read).collect(),
        files,
    };
    let text = serde_json::to_string_pretty(&manifest);
    text.expect("the manifest is plain text and finite numbers") + "\n"
}
