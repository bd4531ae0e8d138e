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
