//! Workflow commands of GitHub Actions.

use super::{Annotation, Annotations, Level, wording};
use crate::clean;
use std::fmt::Write;

/// Annotations of a kind that a step may have; more are dropped without a word.
const MOST_OF_A_KIND: usize = 10;

/// Workflow commands, one a line, the worst first; nothing if nothing is told.
///
/// Ten of a kind are kept by GitHub, so no more are written; where there are more, one notice says how many, and how
/// to see them.
///
/// - Source: GitHub's documentation, "Workflow commands for GitHub Actions"; escapes as in actions/toolkit.
pub fn github(annotations: &Annotations) -> String {
    let mut out = String::new();
    let kinds = [
        (Level::Failure, "error"),
        (Level::Warning, "warning"),
        (Level::Notice, "notice"),
    ];
    let n_kept = |level| annotations.n_at(level).min(MOST_OF_A_KIND);
    let is_more = kinds
        .iter()
        .any(|(level, _)| n_kept(*level) < annotations.n_at(*level));
    let mut n_more = annotations.told.len();
    for (level, kind) in kinds {
        // The notice about the others is one of its kind.
        let is_full = level == Level::Notice && is_more;
        let most = MOST_OF_A_KIND - usize::from(is_full);
        let of_kind = annotations.told.iter().filter(|it| it.level == level);
        for annotation in of_kind.take(most) {
            command(&mut out, kind, annotation, annotations);
            n_more -= 1;
        }
    }
    if n_more > 0 {
        let text = format!(
            "{n_more} more are not shown here, for GitHub keeps {MOST_OF_A_KIND} of a kind. They are in the other \
             formats of this run, and in: git risk annotate {}",
            clean(&annotations.range)
        );
        put(
            &mut out,
            format_args!("::notice title=git-risk::{}", data(&text)),
        );
    }
    out
}

fn command(out: &mut String, kind: &str, annotation: &Annotation, all: &Annotations) {
    let mut place = String::new();
    if let Some(anchor) = &annotation.anchor {
        let path = property(&harmless(&anchor.path.to_text()));
        place = format!("file={path},line={},endLine={},", anchor.first, anchor.last);
    }
    let title = property(&format!("git-risk: {}", wording::title(&annotation.score)));
    let message = data(&wording::message(annotation, all).join("\n"));
    put(
        out,
        format_args!("::{kind} {place}title={title}::{message}"),
    );
}

fn put(out: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("writing to a string cannot fail");
}

/// Escapes a message.
/// A path without what steers a terminal, for logs are read in them. Line ends are escaped: with them it stays the path.
fn harmless(path: &str) -> String {
    let kept = |c: char| matches!(c, '\r' | '\n');
    let parts = path.split_inclusive(kept).map(|part| {
        let line = part.trim_end_matches(kept);
        format!("{}{}", clean(line), &part[line.len()..])
    });
    parts.collect()
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
