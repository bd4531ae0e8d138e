//! From a stream to the events of a run.

use crate::error::{Error, Result};
use crate::stream::Stream;
use risk_change::Timestamp;
use risk_evaluate::{Event, Journal, Prequential, Row, Step, Timeline, Waiting, prequential};
use risk_learn::KAMEI;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;

/// When labels are learned, and which changes are judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Protocol {
    /// Each change is scored when it arrives and learned when its label can be known; all are judged.
    ///
    /// It becomes defective at its first fix, clean when the waiting time is over; a later fix flips it. At equal
    /// times arrivals come first. Where the data set does not tell when a defective change was repaired, this counts
    /// as known when the waiting time is over: as late as it would be learned that it is clean. What falls due
    /// after the last arrival is never learned.
    ///
    /// - Source: Cabral et al., ICSE 2019.
    Prequential(Waiting),
    /// The first part of the stream is learned with all its labels, then the rest is scored and judged.
    ///
    /// The labels of the first part are those that were known when the data was gathered, later ones included, as in
    /// the papers that split so: a kinder protocol than any user meets. Scales and thresholds, which need no
    /// labels, go on through the rest.
    ///
    /// - Units and range: part of the changes, in `(0, 1)`; .8 in the literature.
    /// - Source: Zeng et al., ISSTA 2021.
    Split(f64),
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prequential(waiting) => write!(f, "waiting-{}", waiting.days().0),
            Self::Split(part) => write!(f, "split-{part}"),
        }
    }
}

/// A stream that went through the one loop, with what was written down on the way.
#[derive(Debug)]
pub struct Run {
    state: Prequential,
    first_judged: usize,
    n_unverified: usize,
}

impl Run {
    /// Takes the changes of a stream in the order of a protocol.
    ///
    /// # Errors
    ///
    /// [`Error::Split`] for a part that leaves nothing on one side.
    pub fn of(stream: &Stream, protocol: Protocol) -> Result<Self> {
        let (events, first_judged) = match protocol {
            Protocol::Prequential(waiting) => (delayed(stream, waiting)?, 0),
            Protocol::Split(part) => split(stream, part)?,
        };
        let mut state = Prequential::new(&KAMEI)?;
        let steps = events.into_iter().map(|event| {
            let step = Step::of(event, || row(stream, event.index()));
            Ok::<_, risk_evaluate::Error>(step)
        });
        prequential(steps, &mut state)?;
        let unverified = state.journal().states()[..].iter();
        Ok(Self {
            first_judged,
            n_unverified: unverified.filter(|known| known.label().is_none()).count(),
            state,
        })
    }

    /// What was written down.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        self.state.journal()
    }

    /// Number of columns of a prepared row.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        self.state.journal().n_prepared()
    }

    /// Number of the first change that is judged.
    #[must_use]
    pub fn first_judged(&self) -> usize {
        self.first_judged
    }

    /// Changes without a known label at the end.
    #[must_use]
    pub fn n_unverified(&self) -> usize {
        self.n_unverified
    }
}

fn row(stream: &Stream, index: u32) -> Row {
    let change = &stream.changes[index as usize];
    Row {
        raw: change.features.to_vec(),
        size: change.feature("la"),
        effort: change.effort(),
    }
}

/// The events of a timeline with the fixes at their times.
fn delayed(stream: &Stream, waiting: Waiting) -> Result<Vec<Event>> {
    let mut timeline = Timeline::new(waiting);
    let mut fixes: BinaryHeap<Reverse<(Timestamp, u32)>> = BinaryHeap::new();
    let mut events = Vec::with_capacity(2 * stream.changes.len());
    for (index, change) in (0..).zip(&stream.changes) {
        while let Some(Reverse((fixed_at, inducing))) = fixes.peek().copied()
            && fixed_at < change.at
        {
            fixes.pop();
            events.extend(timeline.advance(fixed_at));
            events.extend(timeline.reveal(inducing, fixed_at)?);
        }
        events.extend(timeline.arrive(index, change.at)?);
        if change.defective {
            let due = change.at.plus(waiting.days());
            fixes.push(Reverse((change.fixed_at.unwrap_or(due), index)));
        }
    }
    Ok(events)
}

/// All arrivals of the first part, all its labels, and the arrivals of the rest; and the number of the first of these.
fn split(stream: &Stream, part: f64) -> Result<(Vec<Event>, usize)> {
    let n = stream.changes.len();
    let n_first = (n as f64 * part) as usize;
    if !(part > 0.0 && part < 1.0) || n_first == 0 || n_first == n {
        return Err(Error::Split { split: part });
    }
    let arrivals = (0..).zip(&stream.changes);
    let arrivals = arrivals.map(|(index, change)| Event::Arrival {
        index,
        at: change.at,
    });
    let end = stream.changes[n_first - 1].at;
    let labels = (0..).zip(&stream.changes[..n_first]);
    let labels = labels.map(|(index, change)| Event::Verification {
        index,
        label: change.label(),
        at: end,
    });
    let events = arrivals.clone().take(n_first).chain(labels);
    Ok((events.chain(arrivals.skip(n_first)).collect(), n_first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{Empty, Labelled};
    use risk_change::Days;

    const DAY: i64 = 86_400;

    fn stream(changes: &[(i64, bool, Option<i64>)]) -> Stream {
        let changes = changes.iter().map(|(at, defective, fixed_at)| Labelled {
            change: String::new(),
            at: Timestamp(at * DAY),
            features: [1.0; 14],
            defective: *defective,
            fixed_at: fixed_at.map(|at| Timestamp(at * DAY)),
        });
        Stream::new("s".to_owned(), changes.collect(), Empty::Kept)
    }

    fn told(events: &[Event]) -> Vec<(u32, i64, &'static str)> {
        let tell = |event: &Event| match event {
            Event::Arrival { index, at } => (*index, at.0 / DAY, "arrives"),
            Event::Verification { index, label, at } if label.is_defective() => {
                (*index, at.0 / DAY, "defective")
            }
            Event::Verification { index, at, .. } => (*index, at.0 / DAY, "clean"),
        };
        events.iter().map(tell).collect()
    }

    #[test]
    fn a_fix_is_learned_before_the_next_later_arrival_and_flips_what_was_clean() {
        let waiting = Waiting::new(Days(10.0)).unwrap();
        let stream = stream(&[
            (0, true, Some(15)),
            (1, true, Some(3)),
            (3, false, None),
            (4, false, None),
            (30, true, Some(31)),
        ]);
        assert_eq!(
            told(&delayed(&stream, waiting).unwrap()),
            [
                (0, 0, "arrives"),
                (1, 1, "arrives"),
                (2, 3, "arrives"), // at the time of the fix of 1, before it
                (1, 3, "defective"),
                (3, 4, "arrives"),
                (0, 10, "clean"),
                (2, 13, "clean"),
                (3, 14, "clean"),
                (0, 15, "defective"),
                (4, 30, "arrives"), // its own fix comes after the end
            ]
        );
        let run = Run::of(&stream, Protocol::Prequential(waiting)).unwrap();
        assert_eq!((run.first_judged(), run.n_unverified()), (0, 1));
    }

    #[test]
    fn without_times_of_fixes_the_label_is_known_when_the_waiting_time_is_over() {
        let waiting = Waiting::new(Days(10.0)).unwrap();
        let stream = stream(&[
            (0, true, None),
            (0, false, None),
            (10, false, None),
            (11, false, None),
        ]);
        assert_eq!(
            told(&delayed(&stream, waiting).unwrap()),
            [
                (0, 0, "arrives"),
                (1, 0, "arrives"),
                (2, 10, "arrives"),
                (0, 10, "defective"),
                (1, 10, "clean"),
                (3, 11, "arrives"),
            ]
        );
    }

    #[test]
    fn a_split_learns_the_first_part_and_nothing_of_the_rest() {
        let stream = stream(&[(0, true, None), (1, false, None), (2, true, None)]);
        let (events, first) = split(&stream, 0.7).unwrap();
        assert_eq!(first, 2);
        assert_eq!(
            told(&events),
            [
                (0, 0, "arrives"),
                (1, 1, "arrives"),
                (0, 1, "defective"),
                (1, 1, "clean"),
                (2, 2, "arrives"),
            ]
        );
        for part in [0.0, 0.1, 1.0, f64::NAN] {
            assert!(matches!(split(&stream, part), Err(Error::Split { .. })));
        }
    }
}
