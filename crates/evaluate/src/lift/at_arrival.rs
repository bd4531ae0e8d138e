//! What a percentile meant at earlier moments.

use super::{Lift, Tie};
use crate::evaluation::Maturity;
use crate::journal::Journal;
use crate::timeline::Event;
use risk_change::Timestamp;
use risk_learn::Label;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// The lift of each change as it could be told at its arrival; `None` where too few labels were known.
///
/// The table is [`Lift::of`] the journal as it stood just before the arrival: of the labels that were known then, those
/// of the changes that were mature then. It is made anew before every `every`th arrival and holds until the next one;
/// with 1 the lift is what `git risk` tells of the change if it has learned all that landed before.
///
/// `percentiles` has the percentile of each change at its arrival, in `0 ..= 1`: those of the
/// [records](crate::Record::percentile), or those of another ranking
/// ([`percentiles_by_size`](crate::percentiles_by_size)).
///
/// - Known at: arrival.
///
/// # Panics
///
/// If there is not one percentile for each change.
#[must_use]
pub fn lifts_at_arrival(
    journal: &Journal,
    percentiles: &[Option<f64>],
    maturity: Maturity,
    every: NonZeroU32,
) -> Vec<Option<f64>> {
    assert_eq!(
        percentiles.len(),
        journal.records().len(),
        "there is one percentile for each change"
    );
    let mut known = Known::new(maturity);
    let mut lifts = Vec::with_capacity(percentiles.len());
    let mut table = known.table();
    for event in journal.events() {
        if let Event::Arrival { index, .. } = *event {
            if index.is_multiple_of(every.get()) {
                table = known.table();
            }
            let percentile = percentiles[index as usize];
            lifts.push(percentile.and_then(|at| table.lift(at)));
        }
        known.absorb(*event, percentiles);
    }
    lifts
}

/// The mature labels by percentile, kept up to date event by event.
struct Known {
    maturity: Maturity,
    /// Arrival and label so far of each change.
    changes: Vec<(Timestamp, Option<Label>)>,
    /// How many of them, from the first on, are mature.
    n_mature: usize,
    /// Labels, and those of defective changes among them.
    counts: BTreeMap<Percentile, (usize, usize)>,
}

/// A percentile in the order of [`f64::total_cmp`].
#[derive(Clone, Copy)]
struct Percentile(f64);

impl Known {
    fn new(maturity: Maturity) -> Self {
        Self {
            maturity,
            changes: Vec::new(),
            n_mature: 0,
            counts: BTreeMap::new(),
        }
    }

    fn absorb(&mut self, event: Event, percentiles: &[Option<f64>]) {
        match event {
            Event::Arrival { at, .. } => {
                self.changes.push((at, None));
                let horizon = self.maturity.horizon_at(at);
                while let Some((arrived, label)) = self.changes.get(self.n_mature).copied()
                    && arrived <= horizon
                {
                    self.count(percentiles[self.n_mature], None, label);
                    self.n_mature += 1;
                }
            }
            Event::Verification { index, label, .. } => {
                let place = index as usize;
                let before = self.changes[place].1.replace(label);
                if place < self.n_mature {
                    self.count(percentiles[place], before, Some(label));
                }
            }
        }
    }

    /// Takes the label of a mature change for what it is now.
    fn count(&mut self, percentile: Option<f64>, before: Option<Label>, now: Option<Label>) {
        let (Some(percentile), Some(now)) = (percentile, now) else {
            return;
        };
        let (n, n_defective) = self.counts.entry(Percentile(percentile)).or_default();
        *n += usize::from(before.is_none());
        // A label turns from clean to defective and never back.
        *n_defective += usize::from(now.is_defective());
    }

    fn table(&self) -> Lift {
        let ties = self
            .counts
            .iter()
            .map(|(Percentile(percentile), (n, n_defective))| Tie {
                percentile: *percentile,
                n: *n,
                n_defective: *n_defective,
            });
        Lift::of_ties(&ties.collect::<Vec<_>>())
    }
}

impl Ord for Percentile {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Percentile {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Percentile {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Percentile {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dice;
    use crate::journal::Record;
    use crate::ranking::Ranking;
    use crate::timeline::{Timeline, Waiting};

    const DAY: i64 = 86_400;

    /// Three changes a day, riskier with their percentile; fixes come after days or years.
    fn journal(n: u32) -> Journal {
        let mut dice = Dice::new(7);
        let mut timeline = Timeline::new(Waiting::default());
        let mut events = Vec::new();
        let mut records = Vec::new();
        let mut fixes: Vec<(u32, i64)> = Vec::new();
        for index in 0..n {
            let at = Timestamp(i64::from(index) * DAY / 3);
            let due = fixes.extract_if(.., |(_, fixed)| *fixed < at.0);
            for (inducing, fixed) in due.collect::<Vec<_>>() {
                events.extend(timeline.advance(Timestamp(fixed)));
                events.extend(timeline.reveal(inducing, Timestamp(fixed)).unwrap());
            }
            events.extend(timeline.arrive(index, at).unwrap());
            let percentile = (dice.roll() * 40.0).floor() / 40.0;
            if dice.roll() < 0.5 * percentile {
                fixes.push((index, at.0 + (dice.roll() * 900.0 * DAY as f64) as i64));
                fixes.sort_by_key(|(index, fixed)| (*fixed, *index));
            }
            records.push(Record {
                at,
                score: 0.5,
                probability: 0.5,
                static_probability: None,
                size: 1.0,
                effort: 1.0,
                ranking: Ranking::Model,
                threshold: None,
                percentile: (index >= 100).then_some(percentile),
            });
        }
        Journal::from_parts(0, 0, records, Vec::new(), Vec::new(), events).unwrap()
    }

    /// The journal as it stood just before a change arrived.
    fn before(journal: &Journal, arrival: u32) -> Journal {
        let is_arrival =
            |event: &Event| matches!(event, Event::Arrival { index, .. } if *index == arrival);
        let end = journal.events().iter().position(is_arrival);
        let events = journal.events()[..end.unwrap_or(journal.events().len())].to_vec();
        let records = journal.records()[..arrival as usize].to_vec();
        Journal::from_parts(0, 0, records, Vec::new(), Vec::new(), events).unwrap()
    }

    fn percentiles(journal: &Journal) -> Vec<Option<f64>> {
        journal.records().iter().map(|it| it.percentile).collect()
    }

    fn every(n: u32) -> NonZeroU32 {
        NonZeroU32::new(n).unwrap()
    }

    #[test]
    fn lifts_are_those_of_the_journal_as_it_stood_then() {
        let journal = journal(4_000);
        let percentiles = percentiles(&journal);
        let maturity = Maturity::default();
        let lifts = lifts_at_arrival(&journal, &percentiles, maturity, every(1));
        let each_hundredth = lifts_at_arrival(&journal, &percentiles, maturity, every(100));
        assert_eq!(lifts.len(), 4_000);
        let mut n_told = 0;
        for index in (0..4_000).step_by(37) {
            let then = Lift::of(&before(&journal, index), maturity);
            let percentile = percentiles[index as usize];
            let told = percentile.and_then(|at| then.lift(at));
            assert_eq!(lifts[index as usize], told, "change {index}");
            n_told += u32::from(told.is_some());
            let stale = Lift::of(&before(&journal, index / 100 * 100), maturity);
            let told = percentile.and_then(|at| stale.lift(at));
            assert_eq!(each_hundredth[index as usize], told, "change {index}");
        }
        assert!(n_told > 50, "{n_told}");
        // What is known later makes a difference, so the comparison says something.
        let end = Lift::of(&journal, maturity);
        let with_hindsight = percentiles[2_000].and_then(|at| end.lift(at));
        assert_ne!(lifts[2_000], with_hindsight);
    }

    #[test]
    fn at_the_end_the_table_is_that_of_the_product() {
        let journal = journal(3_000);
        let percentiles = percentiles(&journal);
        for maturity in [
            Maturity::default(),
            Maturity::new(risk_change::Days(0.0)).unwrap(),
        ] {
            let mut known = Known::new(maturity);
            for event in journal.events() {
                known.absorb(*event, &percentiles);
            }
            let table = known.table();
            assert!(table.bins().len() > 5);
            assert_eq!(table, Lift::of(&journal, maturity));
        }
    }
}
