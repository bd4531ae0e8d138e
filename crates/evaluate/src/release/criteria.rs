//! Whether a release meets a criterion.

use super::{Outlook, Pace};

/// Share of the defects to be expected that have to be found.
pub const FOUND: f64 = 0.8;

/// Share of its peak to which the weekly number of fixes has to fall.
pub const WEEKLY: f64 = 0.43;

/// With fewer defects, found and unseen, a share of them says nothing.
pub const LEAST_DEFECTS: f64 = 5.0;

/// With fewer defects found among the changes before, the model is close to a guess.
pub const LEAST_BEFORE: usize = 20;

/// With fewer fixes in its best week, a peak is chance.
pub const LEAST_PEAK: usize = 3;

/// With fewer weeks there is no course to speak of.
pub const LEAST_WEEKS: usize = 4;

/// What comes of a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is met.
    Met,
    /// It is not met.
    NotMet,
    /// There are too few labels for the model to tell.
    TooFewLabels,
    /// There are too few defects, found and unseen.
    TooFewDefects,
    /// There are too few fixes even in the best week.
    TooFewFixes,
    /// Too few weeks have passed.
    TooFewWeeks,
}

/// The share of defects found, with its interval.
///
/// `found / (found + unseen)`: of both parts only the second has to be estimated, so the share is never above 1, and it is 1
/// only when nothing can be left. The interval follows from that of what is unseen.
///
/// - Units and range: share, low and high end, in `0 ..= 1`; `None` if nothing was found and nothing is to be.
#[must_use]
pub fn share_found(outlook: &Outlook) -> Option<(f64, f64, f64)> {
    let found = outlook.n_found as f64;
    let share = |unseen: f64| (found + unseen > 0.0).then(|| found / (found + unseen));
    let mean = share(outlook.unseen.mean)?;
    let low = share(outlook.unseen.high).unwrap_or(mean);
    let high = share(outlook.unseen.low).unwrap_or(1.0);
    Some((mean, low, high))
}

/// Whether enough of the defects were found.
#[must_use]
pub fn is_found(outlook: &Outlook, threshold: f64) -> Outcome {
    let Some((share, ..)) = share_found(outlook) else {
        return Outcome::TooFewDefects;
    };
    if outlook.n_before < LEAST_BEFORE {
        Outcome::TooFewLabels
    } else if outlook.n_found as f64 + outlook.unseen.mean < LEAST_DEFECTS {
        Outcome::TooFewDefects
    } else {
        met(share >= threshold)
    }
}

/// Whether the weekly number of fixes has fallen far enough.
#[must_use]
pub fn is_calm(pace: &Pace, threshold: f64) -> Outcome {
    match pace.share() {
        _ if pace.weeks.len() < LEAST_WEEKS => Outcome::TooFewWeeks,
        Some(share) if pace.peak >= LEAST_PEAK => met(share <= threshold),
        _ => Outcome::TooFewFixes,
    }
}

fn met(is_met: bool) -> Outcome {
    if is_met {
        Outcome::Met
    } else {
        Outcome::NotMet
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Expected, Week};
    use super::*;
    use risk_change::Timestamp;

    fn outlook(n_found: usize, unseen: f64) -> Outlook {
        let number = |mean: f64| Expected {
            mean,
            low: (mean - 1.0).max(0.0),
            high: mean + 1.0,
        };
        Outlook {
            n_changes: 100,
            lines: 1_000.0,
            expected: number(10.0),
            by_chance: number(10.0),
            n_found,
            n_fixes: n_found,
            unseen: number(unseen),
            remaining: Vec::new(),
            n_before: LEAST_BEFORE,
            shown: 0.5,
            by_rate: None,
        }
    }

    #[test]
    fn the_share_found_has_the_interval_of_what_is_unseen() {
        assert_eq!(
            share_found(&outlook(8, 2.0)),
            Some((0.8, 8.0 / 11.0, 8.0 / 9.0))
        );
        assert_eq!(share_found(&outlook(0, 0.0)), None);
        for (n_found, unseen, outcome) in [
            (8, 2.0, Outcome::Met),
            (8, 2.1, Outcome::NotMet),
            (4, 0.5, Outcome::TooFewDefects),
            (0, 0.0, Outcome::TooFewDefects),
        ] {
            assert_eq!(is_found(&outlook(n_found, unseen), 0.8), outcome);
        }
        let young = Outlook {
            n_before: LEAST_BEFORE - 1,
            ..outlook(8, 2.0)
        };
        assert_eq!(is_found(&young, 0.8), Outcome::TooFewLabels);
    }

    #[test]
    fn a_pace_is_judged_by_enough_weeks_and_fixes() {
        let pace = |linked: &[usize]| {
            let week = |&linked: &usize| Week {
                from: Timestamp(0),
                linked,
                landed: 0,
            };
            let last = &linked[linked.len() - 2..];
            Pace {
                weeks: linked.iter().map(week).collect(),
                peak: linked.iter().copied().max().unwrap_or(0),
                present: last.iter().sum::<usize>() as f64 / 2.0,
            }
        };
        for (linked, outcome) in [
            (&[1, 7, 3, 3][..], Outcome::Met),
            (&[1, 7, 3, 4], Outcome::NotMet),
            (&[7, 3, 3], Outcome::TooFewWeeks),
            (&[2, 1, 0, 0], Outcome::TooFewFixes),
            (&[0, 0, 0, 0], Outcome::TooFewFixes),
        ] {
            assert_eq!(is_calm(&pace(linked), WEEKLY), outcome, "{linked:?}");
        }
    }
}
