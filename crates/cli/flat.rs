//! Records and events as numbers of eight bytes, a fixed number of them for each.

use risk_change::Timestamp;
use risk_evaluate::{Event, Ranking, Record};
use risk_learn::Label;

const RECORD: usize = 9;
const EVENT: usize = 2;

/// Bits that say which optional fields of a record are there.
const STATIC: u64 = 1;
const THRESHOLD: u64 = 2;
const PERCENTILE: u64 = 4;
/// The bit that says that a change was ranked by its size.
const BY_SIZE: u64 = 8;

/// What happened, beside the number of the change.
const ARRIVED: u64 = 0;
const CLEAN: u64 = 1;
const DEFECTIVE: u64 = 2;

pub(crate) fn of_record(record: &Record) -> [u64; RECORD] {
    let Record {
        at,
        score,
        probability,
        static_probability,
        size,
        effort,
        ranking,
        threshold,
        percentile,
    } = *record;
    let bits = |value: Option<f64>| value.unwrap_or_default().to_bits();
    let flag = |value: Option<f64>, flag| if value.is_some() { flag } else { 0 };
    [
        at.0 as u64,
        score.to_bits(),
        probability.to_bits(),
        bits(static_probability),
        size.to_bits(),
        effort.to_bits(),
        bits(threshold),
        bits(percentile),
        flag(static_probability, STATIC)
            | flag(threshold, THRESHOLD)
            | flag(percentile, PERCENTILE)
            | match ranking {
                Ranking::Model => 0,
                Ranking::Size => BY_SIZE,
            },
    ]
}

pub(crate) fn records(words: &[u64]) -> Vec<Record> {
    let (all, _) = words.as_chunks::<RECORD>();
    all.iter()
        .map(
            |&[
                at,
                score,
                probability,
                fixed,
                size,
                effort,
                threshold,
                percentile,
                flags,
            ]| {
                let optional = |bits, flag| (flags & flag != 0).then(|| f64::from_bits(bits));
                Record {
                    at: Timestamp(at as i64),
                    score: f64::from_bits(score),
                    probability: f64::from_bits(probability),
                    static_probability: optional(fixed, STATIC),
                    size: f64::from_bits(size),
                    effort: f64::from_bits(effort),
                    ranking: match flags & BY_SIZE {
                        0 => Ranking::Model,
                        _ => Ranking::Size,
                    },
                    threshold: optional(threshold, THRESHOLD),
                    percentile: optional(percentile, PERCENTILE),
                }
            },
        )
        .collect()
}

pub(crate) fn of_event(event: &Event) -> [u64; EVENT] {
    let kind = match event {
        Event::Arrival { .. } => ARRIVED,
        Event::Verification {
            label: Label::Clean,
            ..
        } => CLEAN,
        Event::Verification {
            label: Label::Defective,
            ..
        } => DEFECTIVE,
    };
    [u64::from(event.index()) | kind << 32, event.at().0 as u64]
}

/// `None` if a number stands for nothing.
pub(crate) fn events(words: &[u64]) -> Option<Vec<Event>> {
    let (all, _) = words.as_chunks::<EVENT>();
    let event = |&[what, at]: &[u64; EVENT]| {
        let (index, at) = (what as u32, Timestamp(at as i64));
        let verified = |label| Event::Verification { index, label, at };
        match what >> 32 {
            ARRIVED => Some(Event::Arrival { index, at }),
            CLEAN => Some(verified(Label::Clean)),
            DEFECTIVE => Some(verified(Label::Defective)),
            _ => None,
        }
    };
    all.iter().map(event).collect()
}
