//! Fixes by week.

use risk_change::Timestamp;

const WEEK: i64 = 7 * 86_400;

/// A week and its fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its first moment.
    pub from: Timestamp,
    /// Fixes that landed in it and link to changes of the release.
    pub linked: usize,
    /// All fixes that landed in it.
    pub landed: usize,
}

/// Fixes week by week since the first change of a release, and how the present weeks compare with the most that there were.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    /// The weeks, oldest first. The last one ends at the moment that is looked at, so that it is a whole one.
    pub weeks: Vec<Week>,
    /// The largest number of linked fixes in a week.
    pub peak: usize,
    /// Mean number of linked fixes in the last two weeks.
    pub present: f64,
}

/// Weeks at most, two centuries: dates can be written so that there are more between them than memory holds.
const LONGEST: i64 = 200 * 52;

/// Weeks that the present is the mean of: one alone hangs on when people were away.
const PRESENT: usize = 2;

impl Pace {
    /// The present number as a share of the peak; `None` without linked fixes.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.peak > 0).then(|| self.present / self.peak as f64)
    }
}

/// Sorts moments of fixes into the weeks from `first` to `end`, the last [`LONGEST`] of them.
pub(super) fn pace(
    first: Timestamp,
    end: Timestamp,
    linked: &[Timestamp],
    landed: &[Timestamp],
) -> Pace {
    let span = end.0.saturating_sub(first.0).max(0);
    let n_weeks = (span / WEEK + 1).min(LONGEST);
    let start = end.0.saturating_sub(n_weeks * WEEK);
    let week = |at: i64| Week {
        from: Timestamp(start + at * WEEK),
        linked: 0,
        landed: 0,
    };
    let mut weeks: Vec<Week> = (0..n_weeks).map(week).collect();
    // A week does not hold its first moment, so that the last one holds the end.
    let place = |at: &Timestamp| (at.0 > start && at.0 <= end.0).then(|| (at.0 - 1 - start) / WEEK);
    for at in linked.iter().filter_map(place) {
        weeks[at as usize].linked += 1;
    }
    for at in landed.iter().filter_map(place) {
        weeks[at as usize].landed += 1;
    }
    let last = &weeks[weeks.len().saturating_sub(PRESENT)..];
    let present = last.iter().map(|it| it.linked).sum::<usize>() as f64 / last.len() as f64;
    Pace {
        peak: weeks.iter().map(|it| it.linked).max().unwrap_or(0),
        present,
        weeks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_of_all_of_time_are_not_written_out() {
        let (first, last) = (Timestamp(i64::MIN / 2), Timestamp(i64::MAX));
        for (first, end) in [(first, last), (first, first), (last, last), (last, first)] {
            let pace = pace(first, end, &[end], &[first]);
            assert!(pace.weeks.len() <= LONGEST as usize);
            assert_eq!(pace.peak, 1);
        }
    }

    #[test]
    fn weeks_end_now_and_the_present_is_the_mean_of_two() {
        let day = |n: i64| Timestamp(n * 86_400);
        // Twenty days: three weeks, from day -1 on.
        let linked = [day(1), day(2), day(3), day(9), day(20)];
        let pace = pace(day(0), day(20), &linked, &[day(7), day(-5), day(21)]);
        let counts = pace
            .weeks
            .iter()
            .map(|it| (it.from.0 / 86_400, it.linked, it.landed));
        assert_eq!(
            counts.collect::<Vec<_>>(),
            [(-1, 3, 0), (6, 1, 1), (13, 1, 0)]
        );
        assert_eq!((pace.peak, pace.present), (3, 1.0));
        assert_eq!(pace.share(), Some(1.0 / 3.0));
    }

    #[test]
    fn without_fixes_there_is_no_share() {
        let none = pace(Timestamp(5), Timestamp(5), &[], &[]);
        assert_eq!((none.weeks.len(), none.share()), (1, None));
    }
}
