use super::{Ledger, Moment, Repair};
use crate::journal::{Journal, Record};
use crate::ranking::Ranking;
use crate::timeline::Event;
use risk_change::Timestamp;
use risk_learn::Label;
use std::collections::BTreeSet;

/// A journal with one change a day, of these probabilities and with ten lines each, and the fixes that change `fix` makes
/// of change `inducing`.
fn lived(probabilities: &[f64], fixes: &[(u32, u32)]) -> (Journal, Vec<Repair>) {
    let day = |n: u32| Timestamp(i64::from(n) * 86_400);
    let (mut records, mut events) = (Vec::new(), Vec::new());
    let mut known = BTreeSet::new();
    for (index, &probability) in (0..).zip(probabilities) {
        let at = day(index);
        records.push(Record {
            at,
            score: probability,
            probability,
            static_probability: None,
            size: 10.0,
            effort: 12.0,
            ranking: Ranking::Model,
            threshold: None,
            percentile: None,
        });
        events.push(Event::Arrival { index, at });
        for &(_, index) in fixes.iter().filter(|it| it.0 == index) {
            if known.insert(index) {
                let label = Label::Defective;
                events.push(Event::Verification { index, label, at });
            }
        }
    }
    let journal = Journal::from_parts(0, 0, records, Vec::new(), Vec::new(), events).unwrap();
    let repair = |&(fix, inducing): &(u32, u32)| Repair {
        fix,
        at: day(fix),
        inducing,
    };
    (journal, fixes.iter().map(repair).collect())
}

/// The moment after change `number`, where each commit is a change.
fn after(number: u32) -> Moment {
    Moment {
        end: number + 1,
        n_arrived: number + 1,
        at: Timestamp(i64::from(number) * 86_400),
    }
}

#[test]
fn nothing_is_known_before_its_time() {
    let (journal, repairs) = lived(&[0.2; 20], &[(5, 2), (9, 2), (9, 3), (15, 4)]);
    let whole = Ledger::new(&journal, repairs.clone());
    for n in [4_u32, 5, 8, 9, 14, 15, 19] {
        // The same from a history that ends there.
        let made: Vec<_> = repairs.iter().filter(|it| it.fix <= n).copied().collect();
        let fixes: Vec<_> = made.iter().map(|it| (it.fix, it.inducing)).collect();
        let (short, _) = lived(&vec![0.2; n as usize + 1], &fixes);
        let alone = Ledger::new(&short, made);
        let (moment, changes) = (after(n), [1, 2, 3, 4]);
        let curve = whole.latency(&moment);
        assert_eq!(curve, alone.latency(&moment), "{n}");
        assert_eq!(
            whole.outlook(&changes, &moment, &curve, None),
            alone.outlook(&changes, &moment, &curve, None),
            "{n}"
        );
        let landed = [Timestamp(86_400)];
        assert_eq!(
            whole.pace(&changes, &moment, &landed),
            alone.pace(&changes, &moment, &landed)
        );
    }
}

#[test]
fn an_outlook_counts_changes_and_fixes() {
    let (journal, repairs) = lived(&[0.2; 20], &[(5, 2), (9, 2), (9, 3), (15, 4)]);
    let ledger = Ledger::new(&journal, repairs);
    let moment = after(12);
    let curve = ledger.latency(&moment);
    let outlook = ledger.outlook(&[2, 3, 4, 6], &moment, &curve, None);
    assert_eq!((outlook.n_changes, outlook.lines), (4, 40.0));
    // Fix 5 and fix 9, which mends two of them.
    assert_eq!((outlook.n_found, outlook.n_fixes), (2, 2));
    assert!((outlook.expected.mean - 0.8).abs() < 1e-12);
    let left = |age: f64| curve.defective_if_unfixed(0.2, age);
    assert_eq!(outlook.remaining, [0.0, 0.0, left(8.0), left(6.0)]);
    assert!((outlook.unseen.mean - left(8.0) - left(6.0)).abs() < 1e-12);
    let shown: f64 = [10.0, 9.0, 8.0, 6.0]
        .iter()
        .map(|age| 1.0 - curve.survival(*age))
        .sum();
    assert!((outlook.shown - shown / 4.0).abs() < 1e-12);
    // Neither of the two before had a fix.
    assert_eq!(outlook.by_rate, Some(0.0));
}

#[test]
fn what_surfaced_later_is_counted_within_its_window() {
    let fixes = [(5, 2), (9, 2), (9, 3), (15, 4), (19, 3)];
    let (journal, repairs) = lived(&[0.2; 20], &fixes);
    let ledger = Ledger::new(&journal, repairs);
    let (moment, now, changes) = (after(6), after(19), [2, 3, 4]);
    let curve = ledger.latency(&moment);
    let outlook = ledger.outlook(&changes, &moment, &curve, None);
    let within = |days: f64| ledger.after(&changes, (&moment, &outlook, &curve), None, days, &now);
    let week = within(7.0);
    // Change 2 was found before; change 4 is found on day 15.
    assert_eq!((week.n_found, week.n_fixes, week.is_complete), (1, 1, true));
    let all = within(13.0);
    assert_eq!((all.n_found, all.n_fixes, all.is_complete), (2, 3, true));
    assert!(!within(14.0).is_complete);
    let chance = |age: f64| {
        let later = curve.survival(age + 7.0) / curve.survival(age);
        curve.defective_if_unfixed(0.2, age) * (1.0 - later)
    };
    assert!((week.expected.mean - chance(3.0) - chance(2.0)).abs() < 1e-12);
}

#[test]
fn a_model_that_tells_half_of_it_has_an_error_of_one() {
    // Old enough that nearly everything could have been found, and half of the changes were.
    let n = 400;
    let mut probabilities = vec![0.25; n];
    probabilities.extend(vec![0.0; 4_000]);
    let fixes: Vec<_> = (0..n as u32 / 2).map(|it| (2 * it + 1, 2 * it)).collect();
    let (journal, repairs) = lived(&probabilities, &fixes);
    let ledger = Ledger::new(&journal, repairs);
    let moment = after(probabilities.len() as u32 - 1);
    let curve = ledger.latency(&moment);
    let error = ledger.model_error(n as u32, 80, &moment, &curve).unwrap();
    assert_eq!(
        (error.n_stretches, error.length, error.observed),
        (5, 80, 200)
    );
    let ratio = error.observed as f64 / error.expected;
    assert!(ratio > 2.0, "{error:?}");
    // Each stretch is off by the same factor, less what chance would do.
    assert!((error.spread - (ratio - 1.0)).abs() < 0.1, "{error:?}");
    // Short stretches are made longer, long ones shorter, and too few changes tell nothing.
    let length = |first, n| {
        ledger
            .model_error(first, n, &moment, &curve)
            .map(|it| it.length)
    };
    assert_eq!(length(400, 3), Some(40));
    assert_eq!(length(400, 5_000), Some(100));
    assert_eq!(length(159, 10), None);
}
