//! Results for machines.

use crate::alerts::{Alerts, Figures, Told};
use crate::output::tables::{Table, cell, ends, names};
use crate::study::Read;
use risk_learn::Label;

/// `alerts.csv`: a row for each stream, threshold and warner.
///
/// `n_silent` changes came before a lift could be told at all; `n_judged` of those after it are mature and labelled.
/// `rate`, `precision`, `lift`, `recall` and `over_size` (precision over that of as many changes chosen by size) come
/// with their 95 % intervals by blocks.
pub(super) fn alerts(alerts: &Alerts) -> String {
    let mut columns = beginning();
    columns.extend(names(&[
        "n_changes",
        "n_silent",
        "n_judged",
        "n_defective",
        "n_warned",
        "n_warned_defective",
        "base_rate",
    ]));
    for name in ["rate", "precision", "lift", "recall", "over_size"] {
        columns.extend(["", "_low", "_high"].map(|after| format!("{name}{after}")));
    }
    columns.extend(names(&["median_days_to_fix", "median_days_to_fix_of_all"]));
    let mut table = Table::of(columns);
    for (read, outcome) in alerts.each() {
        for told in &outcome.told {
            let (figures, intervals) = (&told.figures, &told.intervals);
            let n_changes = outcome.changes.len();
            let mut row = start(read, told);
            row.extend([
                n_changes.to_string(),
                outcome.first.unwrap_or(n_changes).to_string(),
            ]);
            row.extend(counts(figures));
            row.push(cell(figures.base_rate()));
            for (value, interval) in [
                (figures.rate(), intervals.rate),
                (figures.precision(), intervals.precision),
                (figures.lift(), intervals.lift),
                (figures.recall(), intervals.recall),
                (figures.over_size(), intervals.over_size),
            ] {
                row.push(cell(value));
                row.extend(ends(interval));
            }
            row.push(cell(figures.median_days));
            row.push(cell(outcome.median_days));
            table.row(row);
        }
    }
    table.finish()
}

/// `blocks.csv`: a row for each stream, threshold, warner and block of 1,000 changes.
pub(super) fn blocks(alerts: &Alerts) -> String {
    let mut columns = beginning();
    columns.extend(names(&[
        "first_change",
        "from_time",
        "n_judged",
        "n_defective",
        "n_warned",
        "n_warned_defective",
    ]));
    let mut table = Table::of(columns);
    for (read, outcome) in alerts.each() {
        for told in &outcome.told {
            for block in &told.blocks {
                let mut row = start(read, told);
                row.extend([block.first.to_string(), block.from.0.to_string()]);
                row.extend(counts(&block.figures));
                table.row(row);
            }
        }
    }
    table.finish()
}

/// `landings.csv`: a row for each stream, threshold and warner that warns in whole.
pub(super) fn landings(alerts: &Alerts) -> String {
    let mut columns = beginning();
    columns.extend(names(&[
        "n_landings",
        "n_of_several_changes",
        "n_defective",
        "n_warned",
        "n_warned_defective",
    ]));
    let mut table = Table::of(columns);
    for (read, outcome) in alerts.each() {
        for told in &outcome.told {
            let Some(landings) = told.landings else {
                continue;
            };
            let mut row = start(read, told);
            let counts = [
                landings.n,
                landings.n_several,
                landings.n_defective,
                landings.n_warned,
                landings.n_warned_defective,
            ];
            row.extend(counts.map(|n| n.to_string()));
            table.row(row);
        }
    }
    table.finish()
}

/// `changes.csv`: a row for each change of each stream, in order of arrival.
///
/// `label` is empty for changes that are not mature; `judged` is 1 for those that all figures are about.
pub(super) fn changes(alerts: &Alerts) -> String {
    let mut table = Table::of(names(&[
        "stream",
        "change",
        "time",
        "probability",
        "percentile",
        "lift",
        "size_percentile",
        "size_lift",
        "label",
        "days_to_fix",
        "judged",
    ]));
    for (read, outcome) in alerts.each() {
        let mut judged = outcome.judged.iter().peekable();
        let pairs = read.stream.changes.iter().zip(&outcome.changes);
        for (place, (change, standing)) in pairs.enumerate() {
            let is_judged = judged.next_if_eq(&&place).is_some();
            table.row([
                read.input.name.clone(),
                change.change.clone(),
                standing.at.0.to_string(),
                standing.probability.to_string(),
                cell(standing.percentile),
                cell(standing.lift),
                cell(standing.size_percentile),
                cell(standing.size_lift),
                match standing.label {
                    Some(Label::Defective) => "defective".to_owned(),
                    Some(Label::Clean) => "clean".to_owned(),
                    None => String::new(),
                },
                cell(standing.days_to_fix),
                u8::from(is_judged).to_string(),
            ]);
        }
    }
    table.finish()
}

fn beginning() -> Vec<String> {
    names(&["stream", "threshold", "warner"])
}

fn start(read: &Read, told: &Told) -> Vec<String> {
    vec![
        read.input.name.clone(),
        told.threshold.to_string(),
        told.warner.name().to_owned(),
    ]
}

/// Changes, defective ones, warnings, and those followed by a fix.
fn counts(figures: &Figures) -> [String; 4] {
    [
        figures.n.to_string(),
        figures.n_defective.to_string(),
        figures.n_warned.to_string(),
        figures.n_warned_defective.to_string(),
    ]
}
