use super::*;
use Label::{Clean, Defective};
use proptest::prelude::*;

#[test]
fn a_tie_counts_half_in_the_auc() {
    assert_eq!(auc(&[0.5, 0.5], &[Defective, Clean]), Some(0.5));
    assert_eq!(auc(&[0.0, -0.0], &[Defective, Clean]), Some(0.5));
    assert_eq!(
        auc(&[0.9, 0.5, 0.5], &[Defective, Defective, Clean]),
        Some(0.75)
    );
    assert_eq!(auc(&[0.1, 0.9], &[Defective, Clean]), Some(0.0));
}

#[test]
fn what_is_not_defined_is_none() {
    let (clean, defective) = ([Clean; 3], [Defective; 3]);
    let scores = [0.1, 0.2, 0.3];
    for labels in [clean, defective] {
        assert_eq!(auc(&scores, &labels), None);
        assert_eq!(mcc(&[true, false, true], &labels), None);
        assert_eq!(fading(&[true; 3], &labels, 0.99), None);
        assert_eq!(popt(&scores, &labels, &[1.0; 3]), None);
    }
    assert_eq!(average_precision(&scores, &clean), None);
    assert_eq!(ifa(&scores, &clean), None);
    assert_eq!(recall_at_effort(&scores, &clean, &[1.0; 3], 0.2), None);
    let labels = [Clean, Defective, Clean];
    assert_eq!(recall_at_effort(&scores, &labels, &[0.0; 3], 0.2), None);
    assert_eq!(popt(&scores, &labels, &[0.0; 3]), None);
    assert_eq!(mcc(&[true; 3], &labels), None);
    assert_eq!(
        (brier(&[], &[]), ece(&[], &[], 10), auc(&[], &[])),
        (None, None, None)
    );
    assert_eq!(ece(&scores, &labels, 4), None);
    assert_eq!(ece(&scores, &labels, 0), None);
    let unknown = [0.1, f64::NAN, 0.3];
    assert_eq!(auc(&unknown, &labels), None);
    assert_eq!(average_precision(&unknown, &labels), None);
    assert_eq!(ifa(&unknown, &labels), None);
    assert_eq!(mid_rank(0.5, []), None);
}

#[test]
fn small_cases_agree_with_a_calculation_by_hand() {
    let labels = [Defective, Clean, Defective, Clean];
    assert_eq!(
        mcc(&[true, true, true, false], &labels),
        Some(2.0 / 12f64.sqrt())
    );
    assert_eq!(brier(&[0.5, 0.5, 1.0, 0.0], &labels), Some(0.125));
    assert_eq!(ece(&[0.5, 0.5, 1.0, 0.0], &labels, 1), Some(0.0));
    assert_eq!(ifa(&[0.1, 0.9, 0.1, 0.8], &labels), Some(2.0));
    // Two clean and two defective in one group: 2 / 3 clean ones before the first defective one.
    assert_eq!(ifa(&[0.5; 4], &labels), Some(2.0 / 3.0));
    // Half of the 20 % lies in the first change of effort 4, which holds one of two defects.
    let efforts = [4.0, 2.0, 2.0, 2.0];
    assert_eq!(
        recall_at_effort(&[0.9, 0.1, 0.2, 0.8], &labels, &efforts, 0.2),
        Some(0.25)
    );
    assert_eq!(
        effort_curve(&[0.9, 0.1, 0.2, 0.9], &labels, &efforts),
        Some(vec![(0.6, 0.5), (0.8, 1.0), (1.0, 1.0)])
    );
    assert_eq!(effort_curve(&[0.9], &[Clean], &[1.0]), None);
    assert_eq!(mid_rank(2.0, [1.0, 2.0, 2.0, 3.0]), Some(0.5));
    assert_eq!(mid_ranks(&[2.0, 1.0, 2.0]), Some(vec![2.5, 1.0, 2.5]));
}

#[test]
fn the_best_ranking_has_popt_one_and_the_worst_zero() {
    let labels = [Defective, Clean, Defective, Clean];
    let efforts = [10.0, 20.0, 5.0, 3.0];
    assert_eq!(popt(&[3.0, 1.0, 4.0, 2.0], &labels, &efforts), Some(1.0));
    let worst = popt(&[2.0, 4.0, 1.0, 3.0], &labels, &efforts).unwrap();
    assert!(worst.abs() < 1e-12);
}

fn scored() -> impl Strategy<Value = Vec<(f64, bool, f64)>> {
    prop::collection::vec(
        ((0..6u8).prop_map(f64::from), any::<bool>(), 1.0..50.0f64),
        1..60,
    )
}

proptest! {
    #[test]
    fn the_auc_is_the_part_of_pairs_in_the_right_order(changes in scored()) {
        let scores: Vec<f64> = changes.iter().map(|c| c.0).collect();
        let labels: Vec<Label> = changes.iter().map(|c| if c.1 { Defective } else { Clean }).collect();
        let (mut pairs, mut right) = (0.0, 0.0);
        for a in changes.iter().filter(|c| c.1) {
            for b in changes.iter().filter(|c| !c.1) {
                pairs += 1.0;
                right += if a.0 > b.0 { 1.0 } else if a.0 == b.0 { 0.5 } else { 0.0 };
            }
        }
        match auc(&scores, &labels) {
            None => prop_assert_eq!(pairs, 0.0),
            Some(found) => prop_assert!((found - right / pairs).abs() < 1e-12),
        }
    }

    #[test]
    fn no_metric_depends_on_the_order_of_the_changes(changes in scored(), turn in 0..60usize) {
        let mut turned = changes.clone();
        turned.rotate_left(turn % changes.len());
        let all = |changes: &[(f64, bool, f64)]| {
            let scores: Vec<f64> = changes.iter().map(|c| c.0 / 6.0).collect();
            let efforts: Vec<f64> = changes.iter().map(|c| c.2).collect();
            let labels: Vec<Label> = changes.iter().map(|c| if c.1 { Defective } else { Clean }).collect();
            [
                auc(&scores, &labels),
                average_precision(&scores, &labels),
                brier(&scores, &labels),
                ece(&scores, &labels, 5),
                recall_at_effort(&scores, &labels, &efforts, 0.2),
                popt(&scores, &labels, &efforts),
                ifa(&scores, &labels),
            ]
        };
        for (a, b) in all(&changes).into_iter().zip(all(&turned)) {
            prop_assert_eq!(a.is_some(), b.is_some());
            prop_assert!((a.unwrap_or(0.0) - b.unwrap_or(0.0)).abs() < 1e-9);
            prop_assert!(a.is_none_or(|m| m >= -1e-12 && m.is_finite()));
        }
    }
}
