//! For people, in a terminal or in the log of a pipeline.

use super::{Annotation, Annotations, Level, wording};
use crate::json::band;
use crate::page::columns;
use crate::text::{BOLD, DIM, PLAIN, caveat, colour, percent, thousands, whole_percent};
use crate::{Page, advice, clean};
use anstyle::Style;
use std::fmt::Write;

/// What is told about the changes of a range; one line if nothing stands out.
///
/// No line of it is taken for a command by the runners of pipelines, whatever stands in subjects and paths.
pub fn text(all: &Annotations, page: Page) -> String {
    let mut out = String::new();
    let range = clean(&all.range);
    let threshold = &all.warn_above;
    if all.changes.is_empty() {
        let nothing = format!("nothing to score: {range} holds no changes of files");
        page.flow(&mut out, "", 2, PLAIN, &nothing);
        return out;
    }
    let heading = wording::heading(all);
    let heading = format!("{heading} in {range} ({threshold})");
    page.flow(&mut out, "", 2, BOLD, &heading);
    for annotation in &all.told {
        put(&mut out, format_args!(""));
        change(&mut out, annotation, page);
    }
    put(&mut out, format_args!(""));
    summary(&mut out, all, page);
    if let Some(followed) = &all.followed {
        put(&mut out, format_args!(""));
        let past = wording::past(followed, threshold);
        page.flow(&mut out, "  ", 2, PLAIN, &past);
    }
    caveat(&mut out, &all.worth, page);
    // A runner of GitHub looks for its old commands anywhere in a line.
    out.replace("##[", "## [")
}

fn change(out: &mut String, annotation: &Annotation, page: Page) {
    let score = &annotation.score;
    let (id, subject) = (wording::short(score), wording::subject(score));
    let lead = format!("  {BOLD}{id}{BOLD:#}  ");
    page.flow(out, &lead, 4, PLAIN, &subject);
    let style = colour(score.band);
    let band = |style: Style| {
        let told = |it| format!(", {style}{}{style:#}", band(it));
        score.band.map_or(String::new(), told)
    };
    let rank = score.percentile.map_or(String::new(), |at| {
        format!(
            ", riskier than {} of the previous 1,000 changes",
            whole_percent(at)
        )
    });
    let gate = match annotation.level {
        Level::Failure => "; the check fails at it",
        Level::Warning | Level::Notice => "",
    };
    let likely = percent(score.probability);
    let told = |style| {
        let band = band(style);
        format!("    {likely} likely to need a fix later{band}{rank}{gate}")
    };
    let styled = told(style);
    if page.has(columns(&styled)) {
        put(out, format_args!("{styled}"));
    } else {
        page.flow(out, "    ", 6, PLAIN, told(PLAIN).trim_start());
    }
    if let Some(anchor) = &annotation.anchor {
        let path = anchor.path.to_text();
        listed(out, "where", &[format!("{path}:{}", anchor.first)], page);
    }
    listed(out, "why", &wording::reasons(score), page);
    listed(out, "lower it", &advice(score), page);
}

fn listed(out: &mut String, title: &str, entries: &[String], page: Page) {
    for (entry, at) in entries.iter().zip(0..) {
        let title = if at == 0 { title } else { "" };
        let lead = format!("    {DIM}{title:<9}{DIM:#} ");
        page.flow(out, &lead, 14, PLAIN, &clean(entry));
    }
}

fn summary(out: &mut String, all: &Annotations, page: Page) {
    let mut row = |name: &str, probability: f64, what: String| {
        let lead = format!("  {name:<26} {:>6}  ", percent(probability));
        page.flow(out, &lead, 4, PLAIN, &what);
    };
    if let Some(score) = all.riskiest() {
        let what = format!("{}  {}", wording::short(score), wording::subject(score));
        row(wording::RISKIEST, score.probability, what);
    }
    if let Some(combined) = &all.combined {
        let (added, deleted) = (combined.added as usize, combined.deleted as usize);
        let what = format!("+{} -{}", thousands(added), thousands(deleted));
        row(wording::AS_ONE, combined.probability, what);
    }
}

fn put(out: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("writing to a string cannot fail");
}
