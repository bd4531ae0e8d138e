//! Histories of authors: what each did, when and where.

use crate::log::{Known, Log};

/// Seconds of a year of 365.25 days.
const YEAR: i64 = 31_557_600;

/// Ages of this many years and more, which only broken clocks give, are taken together.
const MAX_YEARS: usize = 127;

/// Number of changes in a span.
const SPAN: usize = 64;

/// The absorbed changes of one author.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuthorHistory {
    /// In ascending order.
    changes: Vec<u32>,
    /// The earliest and the latest time of each [`SPAN`] changes (fewer in the last span).
    spans: Vec<(i64, i64)>,
    /// The changes by the set of subsystems they touch, in ascending order of the set.
    by_reach: Vec<(Box<[u32]>, Vec<u32>)>,
}

impl AuthorHistory {
    /// Notes the newest change of the log; `subsystems` are those it touches, ascending and distinct.
    pub(crate) fn push(&mut self, log: &Log, change: u32, subsystems: &[u32]) {
        let time = log.times[change as usize];
        if self.changes.len().is_multiple_of(SPAN) {
            self.spans.push((time, time));
        } else if let Some((earliest, latest)) = self.spans.last_mut() {
            *earliest = time.min(*earliest);
            *latest = time.max(*latest);
        }
        self.changes.push(change);
        if subsystems.is_empty() {
            return;
        }
        let place = self
            .by_reach
            .binary_search_by(|(reach, _)| (**reach).cmp(subsystems));
        match place {
            Ok(at) => self.by_reach[at].1.push(change),
            Err(at) => self.by_reach.insert(at, (subsystems.into(), vec![change])),
        }
    }

    /// Known changes.
    pub(crate) fn count(&self, known: &Known<'_>) -> usize {
        known.count(&self.changes)
    }

    /// Known changes that touch any of the `subsystems` (ascending).
    ///
    /// A change has one reach, so that sums over reaches count none twice.
    pub(crate) fn count_in(&self, subsystems: &[u32], known: &Known<'_>) -> usize {
        self.by_reach
            .iter()
            .filter(|(reach, _)| meet(reach, subsystems))
            .map(|(_, changes)| known.count(changes))
            .sum()
    }

    /// `Σ 1 / (n + 1)` over known changes, n being the age in whole years.
    pub(crate) fn recency(&self, known: &Known<'_>) -> f64 {
        let years = |time: i64| {
            let age = known.now.saturating_sub(time).max(0) / YEAR;
            (age as usize).min(MAX_YEARS)
        };
        let of_change = |change: u32| years(known.log.times[change as usize]);
        let mut n_by_years = [0_u32; MAX_YEARS + 1];
        let whole_spans = known.sure(&self.changes, |&change| change) / SPAN;
        let (whole, rest) = self.changes.split_at(whole_spans * SPAN);
        for (changes, &(earliest, latest)) in whole.chunks_exact(SPAN).zip(&self.spans) {
            if years(earliest) == years(latest) {
                n_by_years[years(latest)] += SPAN as u32;
            } else {
                for &change in changes {
                    n_by_years[of_change(change)] += 1;
                }
            }
        }
        for &change in rest.iter().filter(|&&change| known.has(change)) {
            n_by_years[of_change(change)] += 1;
        }
        n_by_years
            .iter()
            .enumerate()
            .map(|(years, &n_changes)| f64::from(n_changes) / (years + 1) as f64)
            .fold(0.0, |sum, part| sum + part)
    }
}

/// Whether two ascending lists have a number in common.
fn meet(left: &[u32], right: &[u32]) -> bool {
    let (mut left, mut right) = (left, right);
    while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
        match a.cmp(b) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => left = left_rest,
            std::cmp::Ordering::Greater => right = right_rest,
        }
    }
    false
}
