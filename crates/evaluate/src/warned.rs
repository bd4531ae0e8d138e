//! What became of the changes that a threshold would have warned of.

use crate::evaluation::Maturity;
use crate::journal::{Journal, Record};
use crate::lift::Lift;
use crate::threshold::{Standpoint, Threshold};

/// The last changes that stood at or above a threshold, and how many of them a fix followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Warned {
    /// Changes that reached the threshold.
    pub n: usize,
    /// Those followed by a fix.
    pub n_fixed: usize,
}

impl Warned {
    /// Changes that "the last N warnings" looks back on.
    pub const LAST: usize = 200;

    /// What became of the last changes, at most [`LAST`](Self::LAST), that reached a threshold when they arrived.
    ///
    /// Of the changes that are mature and have a label, each with the probability and the percentile that it got when
    /// it arrived. What lift a percentile has is read from `lift`, which is known only at the end of the journal: a
    /// warning of today is compared with changes that today's threshold would have warned of.
    ///
    /// - Units and range: counts, `0 ..= 200`.
    /// - Known at: the end of the journal.
    #[must_use]
    pub fn of(journal: &Journal, maturity: Maturity, lift: &Lift, threshold: &Threshold) -> Self {
        let mature: Vec<_> = maturity.mature(journal).collect();
        let reached = mature
            .into_iter()
            .rev()
            .filter(|(_, record, _)| threshold.is_reached(&Standpoint::of(record, lift)));
        reached
            .take(Self::LAST)
            .fold(Self::default(), |sum, (_, _, label)| Self {
                n: sum.n + 1,
                n_fixed: sum.n_fixed + usize::from(label.is_defective()),
            })
    }
}

impl Standpoint {
    /// Where a change stands by what was written down at its arrival.
    #[must_use]
    pub fn of(record: &Record, lift: &Lift) -> Self {
        Self {
            probability: record.probability,
            percentile: record.percentile.map(|at| at * 100.0),
            lift: record.percentile.and_then(|at| lift.lift(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, Ranking};
    use risk_change::{Days, Timestamp};
    use risk_learn::Label;

    /// A journal of one change a day, told by percentile and fate: defective, clean, or not known yet.
    fn journal(changes: &[(f64, Option<bool>)]) -> Journal {
        let day = |n: usize| Timestamp(n as i64 * 86_400);
        let records = changes
            .iter()
            .enumerate()
            .map(|(n, (percentile, _))| Record {
                at: day(n),
                score: 0.1,
                probability: 0.1,
                static_probability: None,
                size: 1.0,
                effort: 2.0,
                ranking: Ranking::Model,
                threshold: None,
                percentile: Some(*percentile),
            });
        let arrivals = (0..changes.len()).map(|n| Event::Arrival {
            index: n as u32,
            at: day(n),
        });
        let label = |is: bool| if is { Label::Defective } else { Label::Clean };
        let fates = changes.iter().enumerate().filter_map(|(n, (_, fate))| {
            Some(Event::Verification {
                index: n as u32,
                label: label((*fate)?),
                at: day(changes.len()),
            })
        });
        let (records, events) = (records.collect(), arrivals.chain(fates).collect());
        Journal::from_parts(0, 0, records, Vec::new(), Vec::new(), events).unwrap()
    }

    fn warned(changes: &[(f64, Option<bool>)], days: f64) -> (usize, usize) {
        let journal = journal(changes);
        let maturity = Maturity::new(Days(days)).unwrap();
        let lift = Lift::of(&journal, maturity);
        let warned = Warned::of(&journal, maturity, &lift, &"p90".parse().unwrap());
        (warned.n, warned.n_fixed)
    }

    #[test]
    fn mature_changes_with_a_label_that_reached_the_threshold_are_counted() {
        let changes = [
            (0.95, Some(true)),
            (0.90, Some(false)),
            (0.89, Some(true)),
            (0.99, None),
            (0.97, Some(true)),
        ];
        assert_eq!(warned(&changes, 0.0), (3, 2));
        // The last one is too young.
        assert_eq!(warned(&changes, 1.0), (2, 1));
        assert_eq!(warned(&[], 0.0), (0, 0));
    }

    #[test]
    fn the_last_ones_are_counted() {
        let mut changes = vec![(0.95, Some(true)); 50];
        changes.extend([(0.95, Some(false)); Warned::LAST - 10]);
        assert_eq!(warned(&changes, 0.0), (Warned::LAST, 10));
    }
}
