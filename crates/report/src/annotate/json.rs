//! JSON for machines, documented in `docs/json.md`.

use super::{Annotation, Annotations, Level, wording};
use crate::json::{Model, SCHEMA_VERSION, Score, band, pretty};
use crate::{ScoredChange, advice};
use serde::Serialize;
use std::borrow::Cow;

#[derive(Serialize)]
struct Answer<'a> {
    schema_version: u32,
    tool: String,
    model: Model<'a>,
    range: Range<'a>,
    warn_above: String,
    fail_above: Option<String>,
    fails: bool,
    followed: Option<crate::Followed>,
    riskiest: Option<&'a str>,
    combined: Option<Combined<'a>>,
    annotations: Vec<Told<'a>>,
    changes: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Range<'a> {
    name: &'a str,
    base: &'a str,
    merge_base: Option<&'a str>,
    tip: &'a str,
    unscored: usize,
}

#[derive(Serialize)]
struct Combined<'a> {
    probability: f64,
    added: u64,
    deleted: u64,
    files: &'a [crate::FileShare],
    n_more_files: usize,
}

#[derive(Serialize)]
struct Told<'a> {
    level: &'static str,
    anchor: Option<Anchor<'a>>,
    fingerprint: &'a str,
    message: String,
    advice: Vec<String>,
    score: Score<'a>,
}

#[derive(Serialize)]
struct Anchor<'a> {
    path: Cow<'a, str>,
    line: u32,
    end_line: u32,
}

#[derive(Serialize)]
struct Row<'a> {
    commit: Option<&'a str>,
    subject: &'a str,
    author: &'a str,
    committed_at: i64,
    probability: f64,
    band: Option<&'static str>,
    lift: Option<f64>,
    percentile: Option<f64>,
    recorded: bool,
}

/// All that is known about the changes of a range and about the range.
pub fn json(all: &Annotations) -> String {
    pretty(&Answer {
        schema_version: SCHEMA_VERSION,
        tool: format!("git-risk {}", all.version),
        model: Model::of(&all.worth),
        range: Range {
            name: &all.range,
            base: &all.base,
            merge_base: all.fork.as_deref(),
            tip: &all.tip,
            unscored: all.n_unscored,
        },
        warn_above: all.warn_above.to_string(),
        fail_above: all.fail_above.map(|it| it.to_string()),
        fails: all.n_at(Level::Failure) > 0,
        followed: all.followed,
        riskiest: all.riskiest().and_then(|it| it.commit.as_deref()),
        combined: all.combined.as_ref().map(|it| Combined {
            probability: it.probability,
            added: it.added,
            deleted: it.deleted,
            files: &it.files,
            n_more_files: it.n_more_files,
        }),
        annotations: all.told.iter().map(|it| told(it, all)).collect(),
        changes: all.changes.iter().map(row).collect(),
    })
}

fn told<'a>(annotation: &'a Annotation, all: &Annotations) -> Told<'a> {
    Told {
        level: match annotation.level {
            Level::Failure => "failure",
            Level::Warning => "warning",
            Level::Notice => "notice",
        },
        anchor: annotation.anchor.as_ref().map(|anchor| Anchor {
            path: anchor.path.to_text(),
            line: anchor.first,
            end_line: anchor.last,
        }),
        fingerprint: &annotation.fingerprint,
        message: wording::message(annotation, all).join("\n"),
        advice: advice(&annotation.score),
        score: Score::of(&annotation.score),
    }
}

fn row(score: &ScoredChange) -> Row<'_> {
    Row {
        commit: score.commit.as_deref(),
        subject: &score.subject,
        author: &score.author,
        committed_at: score.committed_at,
        probability: score.probability,
        band: score.band.map(band),
        lift: score.lift,
        percentile: score.percentile,
        recorded: score.recorded,
    }
}
