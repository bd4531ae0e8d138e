//! Results for people.

use crate::compare::Paired;
use crate::model::Model;
use crate::protocol::Protocol;
use crate::study::{Outcome, Study};
use risk_evaluate::Figures;
use std::fmt::Write;

/// `summary.md`: every metric, with what it was measured on.
#[must_use]
pub fn summary(study: &Study) -> String {
    let mut text = String::from(INTRODUCTION);
    for outcome in &study.outcomes {
        add(&mut text, &heading(study, outcome));
        add(&mut text, &figures(study, outcome));
        add(&mut text, &comparisons(study, outcome));
        add(&mut text, &blocks(study, outcome));
    }
    text
}

const INTRODUCTION: &str = "\
# Study

Changes are judged by the label of the data set. AUC is with its 95 % interval by DeLong. R0, R1, their gap and
G-mean fade by .99 and are averaged over the stream; a change is flagged above the recent mean of the model's scores.
ECE is over ten bins of equal mass. Recall@20 and Popt rank by score per line, effort is `la + ld`; IFA reads by score.
Per line, small changes come first whatever the model: compare with `random`.
`la` ranks by lines added and, as `random`, gives no probabilities. `static` and `batch` say nothing before their first
1,000 labels, so their figures are over fewer changes: compare them by the second table, on the same changes.
";

fn add(text: &mut String, part: &str) {
    text.push('\n');
    text.push_str(part);
}

fn heading(study: &Study, outcome: &Outcome) -> String {
    let stream = study.stream_of(outcome);
    let how = match outcome.protocol {
        Protocol::Prequential(waiting) => format!("waiting time {} days", waiting.days().0),
        Protocol::Split(part) => format!("first {part} learned, the rest judged"),
    };
    let n_judged = outcome.judged.len();
    let judged = &stream.changes[outcome.judged.clone()];
    let n_defective = judged.iter().filter(|change| change.is_defective()).count();
    let mut text = format!(
        "## {}: {how}\n\n{n_judged} changes judged, {n_defective} defective ({}). {} without a file left out, {} \
         unverified at the end.",
        stream.name,
        percent((n_judged > 0).then(|| n_defective as f64 / n_judged as f64)),
        stream.n_empty,
        outcome.n_unverified,
    );
    let (n_before, n_unknown) = (stream.n_fixed_before, stream.n_fixed_unknown());
    if n_before > 0 {
        add_note(
            &mut text,
            &format!("{n_before} fixes dated before their change count as made at once."),
        );
    }
    if n_unknown > 0 && matches!(outcome.protocol, Protocol::Prequential(_)) {
        let note = "The data does not tell when changes were repaired: known when the waiting time is over.";
        add_note(&mut text, note);
    }
    if let Some(paired) = outcome.paired(stream, Model::Online, Model::La) {
        add_note(&mut text, &verdict(&paired));
    }
    text.push('\n');
    text
}

fn add_note(text: &mut String, note: &str) {
    text.push(' ');
    text.push_str(note);
}

/// Whether the model is worth more than the size of the change.
fn verdict(paired: &Paired) -> String {
    let difference = paired.auc - paired.auc_other;
    let better = difference > 0.0 && paired.p_value < 0.05;
    format!(
        "`online` {} ranking by lines added (AUC {difference:+.3}, p {}).",
        if better { "beats" } else { "does not beat" },
        p_value(paired.p_value)
    )
}

fn figures(study: &Study, outcome: &Outcome) -> String {
    let stream = study.stream_of(outcome);
    let mut text = String::from(
        "| model | changes | AUC | PR-AUC | G-mean | R0 | R1 | gap | MCC | Brier | ECE | Recall@20 | Popt | IFA |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for model in Model::ALL {
        let f: Figures = outcome.figures(stream, model);
        let auc = match (f.auc, f.auc_interval) {
            (Some(auc), Some((low, high))) => format!("{auc:.3} ({low:.3}–{high:.3})"),
            (auc, _) => number(auc, 3),
        };
        line(
            &mut text,
            &[
                model.name().to_owned(),
                f.n.to_string(),
                auc,
                number(f.average_precision, 3),
                percent(f.fading.map(|f| f.gmean)),
                percent(f.fading.map(|f| f.recall0)),
                percent(f.fading.map(|f| f.recall1)),
                percent(f.fading.map(|f| f.gap)),
                number(f.mcc, 3),
                number(f.brier, 3),
                number(f.ece, 3),
                percent(f.recall_at_20),
                number(f.popt, 3),
                number(f.ifa, 1),
            ],
        );
    }
    text
}

fn comparisons(study: &Study, outcome: &Outcome) -> String {
    let stream = study.stream_of(outcome);
    let mut text = String::from(
        "| model | beside | same changes | AUC | AUC of the other | difference (95 %) | p |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for other in [Model::La, Model::Static] {
        for model in Model::ALL.into_iter().filter(|model| *model != other) {
            let Some(paired) = outcome.paired(stream, model, other) else {
                continue;
            };
            let (low, high) = paired.interval;
            line(
                &mut text,
                &[
                    model.name().to_owned(),
                    other.name().to_owned(),
                    paired.n.to_string(),
                    number(Some(paired.auc), 3),
                    number(Some(paired.auc_other), 3),
                    format!(
                        "{:+.3} ({low:+.3} to {high:+.3})",
                        paired.auc - paired.auc_other
                    ),
                    p_value(paired.p_value),
                ],
            );
        }
    }
    text
}

fn blocks(study: &Study, outcome: &Outcome) -> String {
    let stream = study.stream_of(outcome);
    let all: Vec<_> = Model::ALL
        .iter()
        .map(|model| outcome.blocks(stream, *model))
        .collect();
    let mut text = String::from("AUC over blocks of 1,000 changes:\n\n| from change | defective |");
    for model in Model::ALL {
        write!(text, " {} |", model.name()).expect("a string takes all that is written");
    }
    text.push_str("\n|---|---|---|---|---|---|---|---|\n");
    let la = &all[Model::La as usize];
    for (place, block) in la.iter().enumerate() {
        let mut cells = vec![
            block.first.to_string(),
            block.figures.n_defective.to_string(),
        ];
        cells.extend(
            all.iter()
                .map(|blocks| number(blocks[place].figures.auc, 3)),
        );
        line(&mut text, &cells);
    }
    text
}

fn line(text: &mut String, cells: &[String]) {
    writeln!(text, "| {} |", cells.join(" | ")).expect("a string takes all that is written");
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{:.1} %", 100.0 * value))
}

fn p_value(p: f64) -> String {
    if p < 0.001 {
        "< .001".to_owned()
    } else {
        format!("{p:.3}")
    }
}
