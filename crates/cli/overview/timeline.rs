//! Risk over time.

use super::Known;
use super::calendar::Unit;
use risk_change::{Position, Timestamp};
use risk_report::{Timeline, TimelineStep};
use std::collections::BTreeMap;

/// Steps that can be told apart on a page; of a longer history the last ones are shown.
const MOST: usize = 400;

pub(super) fn timeline(known: &Known<'_>) -> Timeline {
    let records = known.journal.records();
    let span = match (records.first(), records.last()) {
        (Some(first), Some(last)) => last.at - first.at,
        _ => risk_change::Days(0.0),
    };
    let unit = Unit::for_span(span);
    let mut steps: BTreeMap<Timestamp, TimelineStep> = BTreeMap::new();
    for position in 0..known.engine.replay.next() {
        let Some(number) = known.engine.replay.number_of(position) else {
            continue;
        };
        let Some(start) = unit.start(records[number as usize].at) else {
            continue;
        };
        let step = steps.entry(start).or_insert(TimelineStep {
            from: start.0,
            ..TimelineStep::default()
        });
        add(step, known, position, number);
    }
    Timeline {
        unit: unit.name(),
        steps: without_gaps(unit, &steps),
    }
}

fn add(step: &mut TimelineStep, known: &Known<'_>, position: Position, number: u32) {
    let record = &known.journal.records()[number as usize];
    step.changes += 1;
    step.expected += record.probability;
    step.defective += usize::from(known.is_defective(number));
    step.unseen += known.unseen(number);
    step.flagged += usize::from(record.flagged());
    step.fixes += usize::from(known.engine.replay.is_fix(position));
}

/// The steps with those in which nothing happened, the last ones if there are many.
fn without_gaps(unit: Unit, steps: &BTreeMap<Timestamp, TimelineStep>) -> Vec<TimelineStep> {
    let mut all = Vec::new();
    let (Some((&first, _)), Some((&last, _))) = (steps.first_key_value(), steps.last_key_value())
    else {
        return all;
    };
    let mut at = Some(first);
    while let Some(start) = at.filter(|&start| start <= last) {
        let empty = TimelineStep {
            from: start.0,
            ..TimelineStep::default()
        };
        all.push(steps.get(&start).copied().unwrap_or(empty));
        at = unit.next(start);
    }
    all.split_off(all.len().saturating_sub(MOST))
}
