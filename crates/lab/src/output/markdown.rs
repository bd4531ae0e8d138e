//! Results for people, stream by stream.

use super::overview;
use crate::figures::Interval;
use crate::metric::Metric;
use crate::protocol::Protocol;
use crate::study::{Outcome, Study};
use std::fmt::Write;

/// `summary.md`: first all streams together, then every metric of each, with what it was measured on.
#[must_use]
pub fn summary(study: &Study) -> String {
    let mut text = format!("# {}\n\n{INTRODUCTION}", study.options.title);
    for protocol in &study.options.protocols {
        add(&mut text, &overview::of(study, *protocol));
    }
    for outcome in &study.outcomes {
        add(&mut text, &heading(study, outcome));
        add(&mut text, &figures(study, outcome));
        if study.options.draws > 0 {
            add(&mut text, &intervals(study, outcome));
        }
        add(&mut text, &blocks(study, outcome));
    }
    text
}

const INTRODUCTION: &str = "\
Changes are judged by the label of the data set. AUC is with its 95 % interval by DeLong, which takes changes for
independent; intervals *by blocks* are from a bootstrap over blocks of time, which does not. R0, R1, their gap and
G-mean fade by .99 and are averaged over the stream; a change is flagged above the recent mean of the model's scores.
ECE is over ten bins of equal mass. Recall@20 and Popt rank by score per line, effort is `la + ld`; IFA reads by score.
Per line, small changes come first whatever the model: compare with `random`.
`la` ranks by lines added and, as `random`, gives no probabilities. `static` and `batch` say nothing before their first
1,000 labels, so their figures are over fewer changes: models are compared on the same changes.
";

pub(super) fn add(text: &mut String, part: &str) {
    text.push('\n');
    text.push_str(part);
}

/// The protocol in words.
pub(super) fn how(protocol: Protocol) -> String {
    match protocol {
        Protocol::Prequential(waiting) => format!("waiting time {} days", waiting.days().0),
        Protocol::Split(part) => format!("first {part} learned, the rest judged"),
    }
}

fn heading(study: &Study, outcome: &Outcome) -> String {
    let stream = study.stream_of(outcome);
    let judged = &stream.changes[outcome.judged.clone()];
    let n_judged = judged.iter().filter(|it| it.label.is_some()).count();
    let n_defective = judged.iter().filter(|it| it.is_defective()).count();
    let mut text = format!(
        "## {}: {}\n\n{n_judged} changes judged, {n_defective} defective ({}). {} without a file left out, {} unverified \
         at the end.",
        stream.name,
        how(outcome.protocol),
        percent((n_judged > 0).then(|| n_defective as f64 / n_judged as f64)),
        stream.n_empty,
        outcome.n_unverified,
    );
    let (n_before, n_unknown) = (stream.n_fixed_before, stream.n_fixed_unknown());
    if n_before > 0 {
        let note = format!(" {n_before} fixes dated before their change count as made at once.");
        text.push_str(&note);
    }
    if n_unknown > 0 && matches!(outcome.protocol, Protocol::Prequential(_)) {
        text.push_str(
            " The data does not tell when changes were repaired: known when the waiting time is over.",
        );
    }
    text.push('\n');
    text
}

fn figures(study: &Study, outcome: &Outcome) -> String {
    let mut text = head(
        ["model", "changes"].into_iter(),
        Metric::ALL.map(Metric::title),
    );
    for (model, judgement) in study.options.models.iter().zip(&outcome.judgements) {
        let f = &judgement.figures;
        let mut cells = vec![model.name.clone(), f.n.to_string()];
        for metric in Metric::ALL {
            let value = show(metric, metric.of(f));
            cells.push(match judgement.auc_interval {
                Some((low, high)) if metric == Metric::Auc => {
                    format!("{value} ({low:.3}–{high:.3})")
                }
                _ => value,
            });
        }
        line(&mut text, &cells);
    }
    text
}

fn intervals(study: &Study, outcome: &Outcome) -> String {
    let mut text = String::from("95 % intervals by blocks:\n\n");
    text += &head(["model"].into_iter(), Metric::ALL.map(Metric::title));
    for (model, judgement) in study.options.models.iter().zip(&outcome.judgements) {
        let mut cells = vec![model.name.clone()];
        let intervals = Metric::ALL.iter().zip(&judgement.intervals);
        cells.extend(intervals.map(|(metric, interval)| between(*metric, *interval)));
        line(&mut text, &cells);
    }
    text
}

fn blocks(study: &Study, outcome: &Outcome) -> String {
    let models = study.options.models.iter().map(|model| model.name.as_str());
    let mut text = String::from("AUC over blocks of 1,000 changes:\n\n");
    text += &head(["from change", "defective"].into_iter(), models);
    // That of a model that speaks from the first change on, if there is one.
    let n_defective = |place: usize| {
        let of = outcome
            .judgements
            .iter()
            .map(|it| &it.blocks[place].figures);
        of.map(|figures| figures.n_defective).max().unwrap_or(0)
    };
    let first = outcome.judgements.first().map_or(&[][..], |it| &it.blocks);
    for (place, block) in first.iter().enumerate() {
        let mut cells = vec![block.first.to_string(), n_defective(place).to_string()];
        let of = outcome
            .judgements
            .iter()
            .map(|it| &it.blocks[place].figures);
        cells.extend(of.map(|figures| show(Metric::Auc, figures.auc)));
        line(&mut text, &cells);
    }
    text
}

/// The first two lines of a table.
pub(super) fn head<'a>(
    first: impl Iterator<Item = &'a str>,
    others: impl IntoIterator<Item = &'a str>,
) -> String {
    let names: Vec<String> = first.chain(others).map(str::to_owned).collect();
    let mut text = String::new();
    line(&mut text, &names);
    text += &"|---".repeat(names.len());
    text += "|\n";
    text
}

pub(super) fn line(text: &mut String, cells: &[String]) {
    writeln!(text, "| {} |", cells.join(" | ")).expect("a string takes all that is written");
}

/// A value as people read it: recalls in percent, all else as a number.
pub(super) fn show(metric: Metric, value: Option<f64>) -> String {
    match metric {
        Metric::Gmean | Metric::Recall0 | Metric::Recall1 | Metric::Gap | Metric::RecallAt20 => {
            percent(value)
        }
        Metric::Ifa => number(value, 1),
        _ => number(value, 3),
    }
}

fn between(metric: Metric, interval: Interval) -> String {
    interval.map_or_else(
        || "–".to_owned(),
        |(low, high)| format!("{}–{}", show(metric, Some(low)), show(metric, Some(high))),
    )
}

pub(super) fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
}

pub(super) fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{:.1} %", 100.0 * value))
}

pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 {
        "< .001".to_owned()
    } else {
        format!("{p:.3}")
    }
}
