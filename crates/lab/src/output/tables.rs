//! Results for machines.

use crate::compare::across as over_streams;
use crate::figures::Interval;
use crate::metric::Metric;
use crate::study::{Outcome, Study};
use risk_evaluate::{Figures, magnitude};
use std::fmt::Display;

/// `summary.csv`: a row for each stream, protocol and model.
///
/// Each metric comes with its 95 % interval by the bootstrap (`…_low`, `…_high`); `auc_delong_low` and
/// `auc_delong_high` are that of the AUC by its variance.
pub(super) fn summary(study: &Study) -> String {
    let mut columns = names(&[
        "stream",
        "protocol",
        "model",
        "n_changes",
        "n_empty",
        "n_unverified",
        "n_scored",
        "n_defective",
        "base_rate",
    ]);
    columns.extend(with_intervals());
    columns.extend(names(&["auc_delong_low", "auc_delong_high"]));
    let mut table = Table::of(columns);
    for outcome in &study.outcomes {
        let stream = study.stream_of(outcome);
        for (model, judgement) in study.options.models.iter().zip(&outcome.judgements) {
            let figures = &judgement.figures;
            let mut row = beginning(study, outcome);
            row.extend([
                model.name.clone(),
                stream.changes.len().to_string(),
                stream.n_empty.to_string(),
                outcome.n_unverified.to_string(),
                figures.n.to_string(),
                figures.n_defective.to_string(),
                cell(figures.base_rate()),
            ]);
            for (value, interval) in Metric::all_of(figures).iter().zip(&judgement.intervals) {
                row.push(cell(*value));
                row.extend(ends(*interval));
            }
            row.extend(ends(judgement.auc_interval));
            table.row(row);
        }
    }
    table.finish()
}

/// `comparisons.csv`: a row for each stream, protocol and compared pair, on the changes that both scored.
///
/// Each metric of the model and of the other (`other_…`), and of the difference the 95 % interval by the bootstrap; then
/// [`delong`](risk_evaluate::delong)'s test of the areas, with its p-value before and after Holm's correction for all of the protocol.
pub(super) fn comparisons(study: &Study) -> String {
    let mut columns = names(&[
        "stream",
        "protocol",
        "model",
        "other",
        "n_scored",
        "n_defective",
    ]);
    for metric in Metric::ALL {
        let name = metric.name();
        columns.extend([
            name.to_owned(),
            format!("other_{name}"),
            format!("{name}_difference_low"),
            format!("{name}_difference_high"),
        ]);
    }
    columns.extend(names(&[
        "delong_low",
        "delong_high",
        "delong_p",
        "delong_p_holm",
    ]));
    let mut table = Table::of(columns);
    for outcome in &study.outcomes {
        for comparison in &outcome.comparisons {
            let model = |place: usize| study.options.models[place].name.clone();
            let mut row = beginning(study, outcome);
            row.extend([
                model(comparison.pair.model),
                model(comparison.pair.other),
                comparison.figures.n.to_string(),
                comparison.figures.n_defective.to_string(),
            ]);
            for (metric, interval) in Metric::ALL.iter().zip(&comparison.intervals) {
                row.push(cell(metric.of(&comparison.figures)));
                row.push(cell(metric.of(&comparison.other)));
                row.extend(ends(*interval));
            }
            row.extend(ends(comparison.delong.map(|test| test.interval())));
            row.push(cell(comparison.delong.map(|test| test.p_value)));
            row.push(cell(comparison.p_corrected));
            table.row(row);
        }
    }
    table.finish()
}

/// `across.csv`: a row for each protocol, compared pair and metric, over the streams.
pub(super) fn across(study: &Study) -> String {
    let mut table = Table::of(names(&[
        "protocol",
        "model",
        "other",
        "metric",
        "n_streams",
        "n_better",
        "n_worse",
        "median_difference",
        "wilcoxon_statistic",
        "wilcoxon_p",
        "wilcoxon_p_holm",
        "cliffs_delta",
        "magnitude",
    ]));
    for protocol in &study.options.protocols {
        let all: Vec<_> = study
            .outcomes_of(*protocol)
            .flat_map(|outcome| &outcome.comparisons)
            .collect();
        for pair in &study.options.pairs {
            for it in over_streams(*pair, &all) {
                table.row([
                    protocol.to_string(),
                    study.options.models[pair.model].name.clone(),
                    study.options.models[pair.other].name.clone(),
                    it.metric.name().to_owned(),
                    it.n.to_string(),
                    it.n_better.to_string(),
                    it.n_worse.to_string(),
                    it.median.to_string(),
                    it.wilcoxon.statistic.to_string(),
                    it.wilcoxon.p_value.to_string(),
                    it.p_corrected.to_string(),
                    it.delta.to_string(),
                    magnitude(it.delta).to_owned(),
                ]);
            }
        }
    }
    table.finish()
}

/// `blocks.csv`: a row for each stream, protocol, model and block of 1,000 changes.
pub(super) fn blocks(study: &Study) -> String {
    let mut columns = names(&[
        "stream",
        "protocol",
        "model",
        "first_change",
        "n_scored",
        "n_defective",
    ]);
    columns.extend(Metric::ALL.map(|metric| metric.name().to_owned()));
    let mut table = Table::of(columns);
    for outcome in &study.outcomes {
        for (model, judgement) in study.options.models.iter().zip(&outcome.judgements) {
            for block in &judgement.blocks {
                let figures: &Figures = &block.figures;
                let mut row = beginning(study, outcome);
                row.extend([
                    model.name.clone(),
                    block.first.to_string(),
                    figures.n.to_string(),
                    figures.n_defective.to_string(),
                ]);
                row.extend(Metric::all_of(figures).map(cell));
                table.row(row);
            }
        }
    }
    table.finish()
}

/// `stream`, `protocol`.
fn beginning(study: &Study, outcome: &Outcome) -> Vec<String> {
    let stream = study.stream_of(outcome).name.clone();
    vec![stream, outcome.protocol.to_string()]
}

pub(super) fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// The metrics, each with the ends of its interval.
fn with_intervals() -> impl Iterator<Item = String> {
    Metric::ALL.into_iter().flat_map(|metric| {
        let name = metric.name();
        ["", "_low", "_high"].map(|after| format!("{name}{after}"))
    })
}

pub(super) fn ends(interval: Interval) -> [String; 2] {
    [
        cell(interval.map(|(low, _)| low)),
        cell(interval.map(|(_, high)| high)),
    ]
}

/// A number as short as it can be read back exactly; nothing if there is none.
pub(super) fn cell(value: Option<impl Display>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Comma-separated values in memory, where writing cannot fail.
pub(super) struct Table(csv::Writer<Vec<u8>>);

impl Table {
    pub(super) fn of(columns: Vec<String>) -> Self {
        let mut table = Self(csv::Writer::from_writer(Vec::new()));
        table.row(columns);
        table
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0
            .write_record(cells)
            .expect("all rows have the length of the first, and memory takes them");
    }

    pub(super) fn finish(self) -> String {
        let bytes = self.0.into_inner().ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.expect("memory takes all that is written, and it was text")
    }
}
