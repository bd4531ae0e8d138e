//! From a stream to the events of a run.

use crate::error::{Error, Result};
use crate::stream::{Labelled, Stream};
use risk_change::{Position, Timestamp};
use risk_evaluate::{Event, Journal, Prequential, Row, Step, Timeline, Waiting, prequential};
use risk_learn::Preparation;
use risk_learn::PriorFile;
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
    /// after the last arrival is never learned. Where the data set has places in landing order, these decide what was
    /// there before what, so that the events are those of the fold that it comes from, to the last one.
    ///
    /// - Source: Cabral et al., ICSE 2019.
    Prequential(Waiting),
    /// The first part of the stream is learned with all its labels, then the rest is scored and judged.
    ///
    /// The labels of the first part are those that were known when the data was gathered, later ones included, as in
    /// the papers that split so: a kinder protocol than any user meets. Scales and thresholds, which need no
    /// labels, go on through the rest. All labels come at one moment, so git-risk cannot learn how long fixes take, and
    /// its online model stands alone.
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
    names: Vec<String>,
    first_judged: usize,
    n_unverified: usize,
}

impl Run {
    /// Takes the changes of a stream in the order of a protocol, beginning with a prior or, without one, with what is
    /// known of changes everywhere.
    ///
    /// # Errors
    ///
    /// [`Error::Split`] for a part that leaves nothing on one side, [`Error::Learn`] for a prior of other columns.
    pub fn of(stream: &Stream, protocol: Protocol, prior: Option<&PriorFile>) -> Result<Self> {
        let (events, first_judged) = match protocol {
            Protocol::Prequential(waiting) => (delayed(stream, waiting)?, 0),
            Protocol::Split(part) => split(stream, part)?,
        };
        let names: Vec<&str> = stream.names.iter().map(String::as_str).collect();
        let start = match prior {
            None => Prequential::new(&names)?,
            Some(file) => Prequential::start(Preparation::standardised(&names)?, &file.prior()?)?,
        };
        let mut state = match protocol {
            Protocol::Prequential(_) => start,
            Protocol::Split(_) => start.without_refits(),
        };
        let steps = events.into_iter().map(|event| {
            let step = Step::of(event, || row(stream, event.index()));
            Ok::<_, risk_evaluate::Error>(step)
        });
        prequential(steps, &mut state)?;
        let unverified = state.journal().states()[..].iter();
        Ok(Self {
            names: stream.names.clone(),
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

    /// How raw rows are prepared; its scales are those at the end.
    #[must_use]
    pub fn preparation(&self) -> &Preparation {
        self.state.live().preparation()
    }

    /// Names of the raw features, in the order of a row.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
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
        raw: change.features.clone(),
        size: stream.size(change),
        effort: stream.effort(change),
    }
}

/// The first fix of a change, on the way; the earliest is the least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fix {
    at: Timestamp,
    position: Option<Position>,
    inducing: u32,
}

impl Fix {
    /// Whether it was there before another change arrived: by their places in landing order, or else by their times.
    fn is_before(self, change: &Labelled) -> bool {
        match (self.position, change.landing) {
            (Some(fix), Some(landing)) => fix < landing.position,
            _ => self.at < change.at,
        }
    }
}

/// The events of a timeline with the fixes at their times.
fn delayed(stream: &Stream, waiting: Waiting) -> Result<Vec<Event>> {
    let mut timeline = Timeline::new(waiting);
    let mut fixes: BinaryHeap<Reverse<Fix>> = BinaryHeap::new();
    let mut events = Vec::with_capacity(2 * stream.changes.len());
    let reveal = |timeline: &mut Timeline, fix: Fix| {
        let mut events = timeline.advance(fix.at);
        events.extend(timeline.reveal(fix.inducing, fix.at)?);
        Ok::<_, Error>(events)
    };
    for (index, change) in (0..).zip(&stream.changes) {
        while let Some(Reverse(fix)) = fixes.peek().copied()
            && fix.is_before(change)
        {
            fixes.pop();
            events.extend(reveal(&mut timeline, fix)?);
        }
        events.extend(timeline.arrive(index, change.at)?);
        if change.is_defective() {
            let due = change.at.plus(waiting.days());
            fixes.push(Reverse(Fix {
                at: change.fixed_at.unwrap_or(due),
                position: change.landing.and_then(|landing| landing.fix),
                inducing: index,
            }));
        }
    }
    // What has a place in landing order is part of the history that was read, even after the last change of it.
    while let Some(Reverse(fix)) = fixes.pop() {
        if fix.position.is_some() {
            events.extend(reveal(&mut timeline, fix)?);
        }
    }
    Ok(events)
}

/// All arrivals of the first part, all its labels that are known, and the arrivals of the rest; and the number of the
/// first of these.
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
    let labels = labels.filter_map(|(index, change)| {
        change.label.map(|label| Event::Verification {
            index,
            label,
            at: end,
        })
    });
    let events = arrivals.clone().take(n_first).chain(labels);
    Ok((events.chain(arrivals.skip(n_first)).collect(), n_first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{Empty, Landing};
    use risk_change::Days;
    use risk_learn::{KAMEI, Label};

    const DAY: i64 = 86_400;

    fn stream(changes: &[(i64, bool, Option<i64>)]) -> Stream {
        let changes = changes.iter().map(|(at, defective, fixed_at)| Labelled {
            change: String::new(),
            at: Timestamp(at * DAY),
            features: vec![1.0; 14],
            label: Some(if *defective {
                Label::Defective
            } else {
                Label::Clean
            }),
            fixed_at: fixed_at.map(|at| Timestamp(at * DAY)),
            landing: None,
        });
        let names = KAMEI.iter().map(ToString::to_string).collect();
        Stream::new("s".to_owned(), names, changes.collect(), Empty::Kept).unwrap()
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
        let run = Run::of(&stream, Protocol::Prequential(waiting), None).unwrap();
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
    fn places_in_landing_order_decide_where_times_are_equal_and_at_the_end() {
        let waiting = Waiting::new(Days(10.0)).unwrap();
        let mut stream = stream(&[
            (0, true, Some(5)),
            (5, false, None), // the fix of 0, at position 2
            (5, true, Some(6)),
            (6, false, None),
        ]);
        // Merges stand at 1 and 4; the last fix at 6 is not scored.
        for (change, (position, fix)) in
            stream
                .changes
                .iter_mut()
                .zip([(0, Some(2)), (2, None), (3, Some(6)), (5, None)])
        {
            change.landing = Some(Landing { position, fix });
        }
        // It is not known yet what became of the last change.
        stream.changes[3].label = None;
        assert_eq!(
            told(&delayed(&stream, waiting).unwrap()),
            [
                (0, 0, "arrives"),
                (1, 5, "arrives"),
                (0, 5, "defective"),
                (2, 5, "arrives"),
                (3, 6, "arrives"),
                (2, 6, "defective"),
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
