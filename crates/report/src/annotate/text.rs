//! For people, in a terminal or in the log of a pipeline.

use super::{Annotation, Annotations, Level, wording};
use crate::json::band;
use crate::page::columns;
use crate::text::{BOLD, DIM, PLAIN, caveat, colour, percent, thousands, whole_percent};
use crate::{Page, advice, clean};
use std::fmt::Write;

/// Columns that a subject is worth being cut to.
const LEAST: usize = 24;

/// What is told about the changes of a range; one line if nothing stands out.
///
/// No line of it is taken for a command by the runners of pipelines, whatever stands in subjects and paths.
pub fn text(all: &Annotations, page: Page) -> String {
    let mut out = String::new();
    let range = clean(&all.range);
    let threshold = &all.warn_above;
    if all.changes.is_empty() {
        put(
            &mut out,
            format_args!("nothing to score: {range} holds no changes of files"),
        );
        return out;
    }
    let gate = all.fail_above.filter(|_| all.n_at(Level::Failure) > 0);
    let gate = gate.map_or(String::new(), |gate| format!(", or {gate} to fail at"));
    let heading = format!("{} in {range} ({threshold}{gate})", wording::heading(all));
    page.flow(&mut out, "", 2, BOLD, &heading);
    for annotation in &all.told {
        put(&mut out, format_args!(""));
        change(&mut out, annotation, page);
    }
    put(&mut out, format_args!(""));
    summary(&mut out, all, page);
    if let Some(followed) = &all.followed {
        put(&mut out, format_args!(""));
        page.flow(
            &mut out,
            "  ",
            2,
            PLAIN,
            &wording::past(followed, threshold),
        );
    }
    caveat(&mut out, &all.worth, page);
    // A runner of GitHub looks for its old commands anywhere in a line.
    out.replace("##[", "## [")
}

fn change(out: &mut String, annotation: &Annotation, page: Page) {
    let score = &annotation.score;
    let id = format!("  {BOLD}{}{BOLD:#}  ", wording::short(score));
    let subject = wording::subject(score);
    let subject = page.cut(&subject, page.room(columns(&id)));
    put(out, format_args!("{id}{subject}"));
    let likely = format!(
        "    {} likely to need a fix later",
        percent(score.probability)
    );
    let style = colour(score.band);
    let band = score.band.map_or(String::new(), |it| {
        let band = band(it);
        let gap = if page.has(columns(&likely) + 2 + band.len()) {
            ", "
        } else {
            "\n    "
        };
        format!("{gap}{style}{band}{style:#}")
    });
    put(out, format_args!("{likely}{band}"));
    let mut also = |text: &str| page.flow(out, "    ", 6, PLAIN, text);
    if let Some(at) = score.percentile {
        let rank = whole_percent(at);
        also(&format!(
            "riskier than {rank} of the previous 1,000 changes"
        ));
    }
    if annotation.level == Level::Failure {
        also("reaches the threshold that was set to fail at");
    }
    let place = annotation.anchor.as_ref();
    let place = place.map(|anchor| format!("{}:{}", anchor.path.to_text(), anchor.first));
    listed(out, "where", place, page);
    listed(out, "why", wording::reasons(score), page);
    listed(out, "lower it", advice(score), page);
}

fn listed(out: &mut String, title: &str, all: impl IntoIterator<Item = String>, page: Page) {
    for (entry, at) in all.into_iter().zip(0..) {
        let title = if at == 0 { title } else { "" };
        let lead = format!("    {DIM}{title:<9}{DIM:#} ");
        page.flow(out, &lead, 14, PLAIN, &clean(&entry));
    }
}

fn summary(out: &mut String, all: &Annotations, page: Page) {
    let mut row = |name: &str, probability: f64, what: &str| {
        let likely = percent(probability);
        let lead = format!("  {name:<26} {likely:>6}  ");
        if page.has(columns(&lead) + LEAST) {
            let what = page.cut(what, page.room(columns(&lead)));
            put(out, format_args!("{lead}{what}"));
        } else {
            page.flow(out, "  ", 4, PLAIN, &format!("{name} {likely} {what}"));
        }
    };
    if let Some(score) = all.riskiest() {
        let what = format!("{}  {}", wording::short(score), wording::subject(score));
        row(wording::RISKIEST, score.probability, &what);
    }
    if let Some(combined) = &all.combined {
        let (added, deleted) = (combined.added as usize, combined.deleted as usize);
        let what = format!("+{} -{}", thousands(added), thousands(deleted));
        row(wording::AS_ONE, combined.probability, &what);
    }
}

fn put(out: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("writing to a string cannot fail");
}
