//! For people, in a terminal or in the log of a pipeline.

use super::{Annotation, Annotations, Level, wording};
use crate::json::band;
use crate::text::{BOLD, DIM, caveat, colour, percent, thousands, whole_percent};
use crate::{advice, clean};
use std::fmt::Write;

/// What is told about the changes of a range; one line if nothing stands out.
///
/// No line of it is taken for a command by the runners of pipelines, whatever stands in subjects and paths.
pub fn text(all: &Annotations) -> String {
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
    let heading = wording::heading(all);
    put(
        &mut out,
        format_args!("{BOLD}{heading}{BOLD:#} in {range} ({threshold})"),
    );
    for annotation in &all.told {
        put(&mut out, format_args!(""));
        change(&mut out, annotation);
    }
    put(&mut out, format_args!(""));
    summary(&mut out, all);
    if let Some(followed) = &all.followed {
        put(
            &mut out,
            format_args!("\n  {}", wording::past(followed, threshold)),
        );
    }
    caveat(&mut out, &all.worth);
    // A runner of GitHub looks for its old commands anywhere in a line.
    out.replace("##[", "## [")
}

fn change(out: &mut String, annotation: &Annotation) {
    let score = &annotation.score;
    let (id, subject) = (wording::short(score), wording::subject(score));
    put(out, format_args!("  {BOLD}{id}{BOLD:#}  {subject}"));
    let style = colour(score.band);
    let band = score.band.map_or(String::new(), |it| {
        format!(", {style}{}{style:#}", band(it))
    });
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
    put(
        out,
        format_args!("    {likely} likely to need a fix later{band}{rank}{gate}"),
    );
    if let Some(anchor) = &annotation.anchor {
        let path = anchor.path.to_text();
        listed(out, "where", &[format!("{path}:{}", anchor.first)]);
    }
    listed(out, "why", &wording::reasons(score));
    listed(out, "lower it", &advice(score));
}

fn listed(out: &mut String, title: &str, entries: &[String]) {
    for (entry, at) in entries.iter().zip(0..) {
        let title = if at == 0 { title } else { "" };
        put(
            out,
            format_args!("    {DIM}{title:<9}{DIM:#} {}", clean(entry)),
        );
    }
}

fn summary(out: &mut String, all: &Annotations) {
    let mut row = |name: &str, probability: f64, what: String| {
        put(
            out,
            format_args!("  {name:<26} {:>6}  {what}", percent(probability)),
        );
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
