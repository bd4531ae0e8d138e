//! GitLab's Code Quality report.

use super::{Annotation, Annotations, Level, RULE, wording};
use crate::json::pretty;
use risk_evaluate::Band;
use serde::Serialize;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// A Code Quality report: a list of issues, the worst first; `[]` if nothing is told.
///
/// What made the run fail is critical; else the severity is that of the band. An issue needs a place: one without lines in
/// the difference is put at the first line of the file that carries most of it.
///
/// - Source: GitLab's documentation, "Code Quality", section on the report format.
pub fn gitlab(annotations: &Annotations) -> String {
    let issues = annotations.told.iter().map(|it| issue(it, annotations));
    pretty(&issues.collect::<Vec<_>>())
}

fn issue(annotation: &Annotation, all: &Annotations) -> Issue {
    let anchor = annotation.anchor.as_ref();
    let (begin, end) = anchor.map_or((1, 1), |anchor| (anchor.first, anchor.last));
    Issue {
        description: wording::message(annotation, all).join(" "),
        check_name: RULE,
        fingerprint: annotation.fingerprint.clone(),
        severity: severity(annotation),
        location: Location {
            path: annotation.path().to_text().into_owned(),
            lines: Lines { begin, end },
        },
    }
}

/// A high band is major, an elevated one minor, and the rest is information. Nothing is a blocker: it is a probability.
fn severity(annotation: &Annotation) -> &'static str {
    match (annotation.level, annotation.score.band) {
        (Level::Failure, _) => "critical",
        (_, Some(Band::High)) => "major",
        (_, Some(Band::Elevated)) => "minor",
        (_, Some(Band::Typical | Band::Low) | None) => "info",
    }
}
