//! Results for machines.

use crate::compare::Paired;
use crate::model::Model;
use crate::study::{Outcome, Study};
use risk_evaluate::Figures;
use risk_evaluate::metrics::Fading;
use risk_learn::Label;
use std::fmt::Display;

const PREDICTIONS: [&str; 10] = [
    "stream",
    "change",
    "time",
    "model",
    "probability",
    "flagged",
    "label",
    "label_time",
    "protocol",
    "score",
];

/// `predictions.csv`: a row for each change and model, in order of arrival.
///
/// Times are seconds since 1970. Empty are `probability` and `flagged` while a model could not say anything, `label` if the
/// data set does not tell, and `label_time` if the label did not become known before the end of the stream.
pub(super) fn predictions(study: &Study) -> String {
    let mut table = Table::of(&PREDICTIONS);
    for outcome in &study.outcomes {
        let stream = study.stream_of(outcome);
        let protocol = outcome.protocol.to_string();
        for place in outcome.scored.clone() {
            let change = &stream.changes[place];
            for model in Model::ALL {
                let said = outcome.predictions_of(model)[place];
                table.row([
                    stream.name.clone(),
                    change.change.clone(),
                    change.at.0.to_string(),
                    model.name().to_owned(),
                    cell(said.map(|said| said.probability)),
                    cell(said.map(|said| u8::from(said.flagged))),
                    match change.label {
                        Some(Label::Defective) => "defective",
                        Some(Label::Clean) => "clean",
                        None => "",
                    }
                    .to_owned(),
                    cell(outcome.label_times[place].map(|at| at.0)),
                    protocol.clone(),
                    cell(said.map(|said| said.score)),
                ]);
            }
        }
    }
    table.finish()
}

const SUMMARY: [&str; 36] = [
    "stream",
    "protocol",
    "model",
    "n_changes",
    "n_empty",
    "n_unverified",
    "n_scored",
    "n_defective",
    "base_rate",
    "auc",
    "auc_low",
    "auc_high",
    "pr_auc",
    "gmean",
    "recall0",
    "recall1",
    "recall_gap",
    "mcc",
    "brier",
    "ece",
    "recall_at_20",
    "popt",
    "ifa",
    "la_n",
    "la_auc_model",
    "la_auc",
    "la_difference_low",
    "la_difference_high",
    "la_p",
    "static_n",
    "static_auc_model",
    "static_auc",
    "static_difference_low",
    "static_difference_high",
    "static_p",
    "profile",
];

/// `summary.csv`: a row for each stream, protocol and model.
///
/// `la_…` and `static_…` compare with these models on the `…_n` changes that both scored.
pub(super) fn summary(study: &Study) -> String {
    let mut table = Table::of(&SUMMARY);
    for outcome in &study.outcomes {
        for model in Model::ALL {
            table.row(summary_row(study, outcome, model));
        }
    }
    table.finish()
}

fn summary_row(study: &Study, outcome: &Outcome, model: Model) -> Vec<String> {
    let stream = study.stream_of(outcome);
    let figures: Figures = outcome.figures(stream, model);
    let interval = figures.auc_interval;
    let mut row = vec![
        stream.name.clone(),
        outcome.protocol.to_string(),
        model.name().to_owned(),
        stream.changes.len().to_string(),
        stream.n_empty.to_string(),
        outcome.n_unverified.to_string(),
        figures.n.to_string(),
        figures.n_defective.to_string(),
        cell(figures.base_rate()),
        cell(figures.auc),
        cell(interval.map(|(low, _)| low)),
        cell(interval.map(|(_, high)| high)),
        cell(figures.average_precision),
    ];
    row.extend(fading_cells(figures.fading));
    row.extend([
        cell(figures.mcc),
        cell(figures.brier),
        cell(figures.ece),
        cell(figures.recall_at_20),
        cell(figures.popt),
        cell(figures.ifa),
    ]);
    for other in [Model::La, Model::Static] {
        let paired = (model != other)
            .then(|| outcome.paired(stream, model, other))
            .flatten();
        row.extend(paired_cells(paired));
    }
    row.push(study.options.profile.name().to_owned());
    row
}

/// `gmean`, `recall0`, `recall1`, `recall_gap`.
fn fading_cells(fading: Option<Fading>) -> [String; 4] {
    [
        cell(fading.map(|f| f.gmean)),
        cell(fading.map(|f| f.recall0)),
        cell(fading.map(|f| f.recall1)),
        cell(fading.map(|f| f.gap)),
    ]
}

fn paired_cells(paired: Option<Paired>) -> [String; 6] {
    [
        cell(paired.map(|p| p.n)),
        cell(paired.map(|p| p.auc)),
        cell(paired.map(|p| p.auc_other)),
        cell(paired.map(|p| p.interval.0)),
        cell(paired.map(|p| p.interval.1)),
        cell(paired.map(|p| p.p_value)),
    ]
}

const BLOCKS: [&str; 11] = [
    "stream",
    "protocol",
    "model",
    "first_change",
    "n_scored",
    "n_defective",
    "auc",
    "gmean",
    "recall0",
    "recall1",
    "recall_gap",
];

/// `blocks.csv`: a row for each stream, protocol, model and block of 1,000 changes.
pub(super) fn blocks(study: &Study) -> String {
    let mut table = Table::of(&BLOCKS);
    for outcome in &study.outcomes {
        let stream = study.stream_of(outcome);
        for model in Model::ALL {
            for block in outcome.blocks(stream, model) {
                let cells = [
                    stream.name.clone(),
                    outcome.protocol.to_string(),
                    model.name().to_owned(),
                    block.first.to_string(),
                    block.figures.n.to_string(),
                    block.figures.n_defective.to_string(),
                    cell(block.figures.auc),
                ];
                table.row(cells.into_iter().chain(fading_cells(block.figures.fading)));
            }
        }
    }
    table.finish()
}

/// A number as short as it can be read back exactly; nothing if there is none.
fn cell(value: Option<impl Display>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Comma-separated values in memory, where writing cannot fail.
struct Table(csv::Writer<Vec<u8>>);

impl Table {
    fn of(columns: &[&str]) -> Self {
        let mut table = Self(csv::Writer::from_writer(Vec::new()));
        table.row(columns.iter().map(ToString::to_string));
        table
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0
            .write_record(cells)
            .expect("all rows have the length of the first, and memory takes them");
    }

    fn finish(self) -> String {
        let bytes = self.0.into_inner().ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.expect("memory takes all that is written, and it was text")
    }
}
