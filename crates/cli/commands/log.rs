//! `git risk log`

use crate::TOOL;
use crate::answer;
use crate::args::{Format, LogArgs};
use crate::engine::{self, Engine, Setup};
use crate::error::Failure;
use crate::output::Output;
use crate::worth::{self, Judged};
use risk_change::{ChangeId, Position};
use risk_evaluate::{Standpoint, Threshold};
use risk_history::{Repository, Revisions};
use std::io::Write;

pub(crate) fn run(
    repository: Repository,
    args: &LogArgs,
    setup: Setup,
    format: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    let revisions = repository.revisions(args.revision.as_deref().unwrap_or("HEAD"))?;
    let settled = engine::settled(&repository, setup.tell)?;
    let mut engine = Engine::up_to(repository, &settled, false, setup)?;
    let judged = worth::judge(&engine);
    let (Revisions::One(tip) | Revisions::Range { tip, .. }) = &revisions;
    let kept_below = engine.look_ahead(tip)?;
    let positions = match &revisions {
        Revisions::Range { base, tip } => of_range(&engine, base, tip)?,
        Revisions::One(tip) => leading_to(&engine, tip),
    };
    let ids: Vec<ChangeId> = positions
        .into_iter()
        .filter(|&position| is_listed(&engine, &judged, position, args.above.as_ref()))
        .take(args.max_count)
        .filter_map(|position| engine.replay.id_at(position))
        .collect();
    let scores = answer::commits(&engine, &judged, &ids, format, kept_below)?;
    if scores.is_empty() {
        setup
            .tell
            .note("no change to list: none of these commits has a score, or none reaches --above");
    }
    let text = match format {
        Format::Text => risk_report::text::log(&scores, &judged.worth, out.page()),
        Format::Json => risk_report::json::scores(TOOL, &judged.worth, &scores),
    };
    Ok(out.write_all(text.as_bytes())?)
}

/// Positions of the commits of a range, the newest first.
fn of_range(engine: &Engine, base: &ChangeId, tip: &ChangeId) -> Result<Vec<Position>, Failure> {
    let ids = engine.list(base, tip)?;
    let mut positions: Vec<Position> = ids
        .iter()
        .filter_map(|id| engine.replay.position_of(id))
        .collect();
    positions.sort_unstable_by_key(|&position| std::cmp::Reverse(position));
    Ok(positions)
}

/// Positions of the commits that lead to one that was followed, the newest first, and that one.
fn leading_to(engine: &Engine, tip: &ChangeId) -> Vec<Position> {
    let last = engine.replay.position_of(tip).expect("it was followed");
    let history = engine.replay.history_of(&[last]);
    let before = (0..last).rev().filter(|&at| history.contains(at));
    std::iter::once(last).chain(before).collect()
}

/// Whether a commit has a score, and one that reaches a threshold; nothing of it is read.
fn is_listed(
    engine: &Engine,
    judged: &Judged,
    position: Position,
    above: Option<&Threshold>,
) -> bool {
    let Some(number) = engine.replay.number_of(position) else {
        return false;
    };
    let record = &engine.learning.journal().records()[number as usize];
    above.is_none_or(|threshold| threshold.is_reached(&Standpoint::of(record, &judged.lift)))
}
