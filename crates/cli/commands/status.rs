//! `git risk status`

use crate::args::{Format, StatusArgs};
use crate::engine::{Engine, Setup};
use crate::error::Failure;
use crate::labels::note::NotUnderstood;
use crate::output::Output;
use crate::worth::Judged;
use crate::{TOOL, overview, worth};
use risk_change::Skipped;
use risk_history::Repository;
use risk_report::{LeftOut, Page};
use std::io::Write;

pub(crate) fn run(
    repository: Repository,
    args: &StatusArgs,
    setup: Setup,
    format: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    let engine = Engine::stored(repository, setup)?;
    let notes = engine.labels().not_understood();
    if args.skipped {
        let skipped = engine.replay.skipped().iter().map(entry);
        let listed: Vec<_> = skipped.chain(notes.iter().map(note)).collect();
        if listed.is_empty() {
            setup.tell.note("nothing was left out");
        }
        let text = match format {
            Format::Text => risk_report::text::left_out(&listed, out.page()),
            Format::Json => risk_report::json::left_out(TOOL, &listed),
        };
        return Ok(out.write_all(text.as_bytes())?);
    }
    let judged = worth::judge(&engine);
    let text = learned(&engine, &judged, format, out.page());
    Ok(out.write_all(text.as_bytes())?)
}

/// What was learned: the back-test, and risk over time.
pub(crate) fn learned(engine: &Engine, judged: &Judged, format: Format, page: Page) -> String {
    let timeline = overview::over_time(engine, judged);
    match format {
        Format::Text => {
            let picture = risk_report::text::over_time(&timeline, page);
            risk_report::text::worth(&judged.worth, page) + &picture
        }
        Format::Json => risk_report::json::status(TOOL, &judged.worth, &timeline),
    }
}

fn note(note: &NotUnderstood) -> LeftOut {
    LeftOut {
        commit: note.commit.to_hex(),
        path: None,
        why: note.why,
    }
}

fn entry(skip: &Skipped) -> LeftOut {
    LeftOut {
        commit: skip.change.to_hex(),
        path: skip.path.as_ref().map(|path| path.to_text().into_owned()),
        why: worth::reason(skip.why),
    }
}
