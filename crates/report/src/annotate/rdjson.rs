//! Reviewdog's diagnostic format, as one object.

use super::{Annotation, Annotations, HOME, Level, RULE, wording};
use crate::json::pretty;
use serde::Serialize;

#[derive(Serialize)]
struct Result<'a> {
    source: Source,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    code: Code,
}

#[derive(Serialize)]
struct Location<'a> {
    path: std::borrow::Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: usize,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
    url: &'static str,
}

/// A `DiagnosticResult`, the worst first; its list is empty if nothing is told.
///
/// The end of a range is exclusive, columns count from 1 in bytes: it ends behind the last byte of the last line.
///
/// - Source: reviewdog's `proto/rdf/reviewdog.proto`.
pub fn rdjson(annotations: &Annotations) -> String {
    let diagnostics = annotations
        .told
        .iter()
        .map(|it| diagnostic(it, annotations));
    pretty(&Result {
        source: Source {
            name: "git-risk",
            url: HOME,
        },
        diagnostics: diagnostics.collect(),
    })
}

fn diagnostic<'a>(annotation: &'a Annotation, all: &Annotations) -> Diagnostic<'a> {
    let range = annotation.anchor.as_ref().map(|anchor| Range {
        start: Position {
            line: anchor.first,
            column: 1,
        },
        end: Position {
            line: anchor.last,
            column: anchor.last_line.len() + 1,
        },
    });
    Diagnostic {
        message: wording::message(annotation, all).join("\n"),
        location: Location {
            path: annotation.path().to_text(),
            range,
        },
        severity: match annotation.level {
            Level::Failure => "ERROR",
            Level::Warning => "WARNING",
            Level::Notice => "INFO",
        },
        code: Code {
            value: RULE,
            url: HOME,
        },
    }
}
