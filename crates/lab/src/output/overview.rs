//! All streams of a protocol together, for people.

use super::markdown::{add, head, how, line, number, p_value, percent, show};
use crate::compare::{Across, Comparison, Pair, across};
use crate::figures::{Judged, Judgement};
use crate::metric::Metric;
use crate::protocol::Protocol;
use crate::study::{Outcome, Study};
use risk_evaluate::{magnitude, metrics};

/// P-value below which a difference counts as one.
const SIGNIFICANT: f64 = 0.05;

/// Parts of the changes that are looked at, riskiest first.
const RISKIEST: [f64; 4] = [0.05, 0.1, 0.2, 0.5];

/// What the models are worth on average, and beside each other.
pub(super) fn of(study: &Study, protocol: Protocol) -> String {
    let n_streams = study.streams.len();
    let streams = if n_streams == 1 { "stream" } else { "streams" };
    let mut text = format!("## {n_streams} {streams}, {}\n", how(protocol));
    for pair in &study.options.pairs {
        add(&mut text, &verdict(study, protocol, *pair));
    }
    if !study.options.pairs.is_empty() {
        add(&mut text, &within(study, protocol));
    }
    if n_streams > 1 {
        if !study.options.pairs.is_empty() {
            add(&mut text, &over(study, protocol));
        }
        add(&mut text, &means(study, protocol));
    }
    add(&mut text, &riskiest(study, protocol));
    text
}

fn name(study: &Study, place: usize) -> &str {
    &study.options.models[place].name
}

fn compared(study: &Study, protocol: Protocol) -> Vec<&Comparison> {
    let outcomes = study.outcomes_of(protocol);
    outcomes.flat_map(|outcome| &outcome.comparisons).collect()
}

/// On how many streams a model has the higher AUC, and on how many it is more than chance.
fn verdict(study: &Study, protocol: Protocol, pair: Pair) -> String {
    let all = compared(study, protocol);
    let tested = all.iter().filter(|it| it.pair == pair);
    let tested: Vec<(f64, f64)> = tested
        .filter_map(|it| Some((it.difference(Metric::Auc)?, it.p_corrected?)))
        .collect();
    let (model, other) = (name(study, pair.model), name(study, pair.other));
    if tested.is_empty() {
        return format!(
            "- `{model}` and `{other}` scored no changes together that could be compared."
        );
    }
    let n_where = |sign: f64, below: f64| {
        let is = |(difference, p): &&(f64, f64)| difference * sign > 0.0 && *p < below;
        tested.iter().filter(is).count()
    };
    let mut text = format!(
        "- `{model}` beside `{other}`: AUC higher on {} of {} (p < .05 after Holm's correction on {}), lower on {} ({}).",
        n_where(1.0, f64::INFINITY),
        tested.len(),
        n_where(1.0, SIGNIFICANT),
        n_where(-1.0, f64::INFINITY),
        n_where(-1.0, SIGNIFICANT),
    );
    let over = across(pair, &all);
    if let Some(auc) = over.iter().find(|it| it.metric == Metric::Auc) {
        let over_streams = format!(
            " Median difference {:+.3}; over streams p {} (Wilcoxon), Cliff's delta {:+.2} ({}).",
            auc.median,
            p_value(auc.wilcoxon.p_value),
            auc.delta,
            magnitude(auc.delta),
        );
        text.push_str(&over_streams);
    }
    text
}

/// [`delong`](risk_evaluate::delong)'s tests, stream by stream.
fn within(study: &Study, protocol: Protocol) -> String {
    let mut text = String::from("\nAUC on the changes that both scored:\n\n");
    let columns = [
        "model",
        "beside",
        "stream",
        "changes",
        "AUC",
        "of the other",
        "difference (95 % DeLong)",
        "95 % by blocks",
        "p",
        "p (Holm)",
    ];
    text += &head(columns.into_iter(), []);
    for (place, pair) in study.options.pairs.iter().enumerate() {
        for outcome in study.outcomes_of(protocol) {
            let it = &outcome.comparisons[place];
            let Some(test) = it.delong else {
                continue;
            };
            let (low, high) = test.interval();
            let blocks = it.intervals[0].map(|(low, high)| format!("{low:+.3} to {high:+.3}"));
            line(
                &mut text,
                &[
                    name(study, pair.model).to_owned(),
                    name(study, pair.other).to_owned(),
                    study.stream_of(outcome).name.clone(),
                    it.figures.n.to_string(),
                    number(Some(test.auc_a), 3),
                    number(Some(test.auc_b), 3),
                    format!("{:+.3} ({low:+.3} to {high:+.3})", test.auc_a - test.auc_b),
                    blocks.unwrap_or_else(|| "–".to_owned()),
                    p_value(test.p_value),
                    it.p_corrected.map_or_else(|| "–".to_owned(), p_value),
                ],
            );
        }
    }
    text
}

/// Wilcoxon's test and Cliff's delta, metric by metric.
fn over(study: &Study, protocol: Protocol) -> String {
    let n = study.streams.len() as i32;
    let mut text = format!(
        "Over streams, one value each; with {n} of them no p can be below {}. Holm's correction is for the metrics of two \
         models.\n\n",
        number(Some(2.0_f64.powi(1 - n)), 3)
    );
    let columns = [
        "model",
        "beside",
        "metric",
        "streams",
        "better",
        "worse",
        "median difference",
        "p (Wilcoxon)",
        "p (Holm)",
        "Cliff's delta",
    ];
    text += &head(columns.into_iter(), []);
    let all = compared(study, protocol);
    for pair in &study.options.pairs {
        for it in across(*pair, &all) {
            line(&mut text, &row(study, &it));
        }
    }
    text
}

fn row(study: &Study, it: &Across) -> [String; 10] {
    [
        name(study, it.pair.model).to_owned(),
        name(study, it.pair.other).to_owned(),
        it.metric.title().to_owned(),
        it.n.to_string(),
        it.n_better.to_string(),
        it.n_worse.to_string(),
        format!("{:+.3}", it.median),
        p_value(it.wilcoxon.p_value),
        p_value(it.p_corrected),
        format!("{:+.2} ({})", it.delta, magnitude(it.delta)),
    ]
}

/// Means over the streams on which a model has a metric.
fn means(study: &Study, protocol: Protocol) -> String {
    let mut text = String::from(
        "Means over streams, each model on the changes that it scored. *AUC in blocks* is the mean over blocks of 1,000 \
         changes: unlike the AUC it does not count how the level of the scores moves between them.\n\n",
    );
    let first = ["model", "streams", "AUC in blocks"];
    text += &head(first.into_iter(), Metric::ALL.map(Metric::title));
    for (place, model) in study.options.models.iter().enumerate() {
        let of = study.outcomes_of(protocol);
        let judgements: Vec<_> = of.map(|outcome| &outcome.judgements[place]).collect();
        let has_auc = |it: &&&Judgement| it.figures.auc.is_some();
        let n = judgements.iter().filter(has_auc).count();
        let in_blocks = judgements.iter().filter_map(|it| auc_in_blocks(it));
        let in_blocks = mean(&in_blocks.collect::<Vec<_>>());
        let mut cells = vec![model.name.clone(), n.to_string(), number(in_blocks, 3)];
        for metric in Metric::ALL {
            let values = judgements.iter().filter_map(|it| metric.of(&it.figures));
            cells.push(show(metric, mean(&values.collect::<Vec<_>>())));
        }
        line(&mut text, &cells);
    }
    text
}

/// The mean of the AUC over the blocks that have one, each by its number of changes.
fn auc_in_blocks(judgement: &Judgement) -> Option<f64> {
    let blocks = judgement.blocks.iter().map(|block| &block.figures);
    let (mut sum, mut n) = (0.0, 0.0);
    for figures in blocks {
        if let Some(auc) = figures.auc {
            sum += figures.n as f64 * auc;
            n += figures.n as f64;
        }
    }
    (n > 0.0).then(|| sum / n)
}

/// Which part of the defective changes is among the riskiest ones.
fn riskiest(study: &Study, protocol: Protocol) -> String {
    let parts = RISKIEST.map(|part| format!("riskiest {:.0} %", 100.0 * part));
    let mut text = String::from(
        "Part of the defective changes among the riskiest ones, mean over streams:\n\n",
    );
    text += &head(["model"].into_iter(), parts.iter().map(String::as_str));
    for (place, model) in study.options.models.iter().enumerate() {
        let mut cells = vec![model.name.clone()];
        for part in RISKIEST {
            let of = study.outcomes_of(protocol);
            let found = of.filter_map(|outcome| found_among(study, outcome, place, part));
            cells.push(percent(mean(&found.collect::<Vec<_>>())));
        }
        line(&mut text, &cells);
    }
    text
}

/// As recall by effort, where every change costs the same.
fn found_among(study: &Study, outcome: &Outcome, place: usize, part: f64) -> Option<f64> {
    let predictions = &outcome.predictions[place];
    let judged = Judged::of(
        study.stream_of(outcome),
        predictions,
        outcome.judged.clone(),
    );
    let alike = vec![1.0; judged.labels.len()];
    metrics::recall_at_effort(&judged.scores, &judged.labels, &alike, part)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
