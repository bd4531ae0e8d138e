use super::*;
use proptest::prelude::*;

/// `n` changes at even percentiles; the defect rate is `rate` of the percentile.
fn pairs(n: usize, rate: impl Fn(f64) -> f64) -> Vec<(f64, bool)> {
    let mut owed = 0.0;
    (0..n)
        .map(|i| {
            let percentile = i as f64 / n as f64;
            owed += rate(percentile);
            let defective = owed >= 1.0;
            owed -= f64::from(u8::from(defective));
            (percentile, defective)
        })
        .collect()
}

#[test]
fn lifts_follow_the_defect_rate() {
    let lift = Lift::of_pairs(pairs(4_000, |p| 0.4 * p));
    assert_eq!(lift.bins().len(), 20);
    assert!((lift.base_rate().unwrap() - 0.2).abs() < 1e-3);
    assert!((lift.lift(0.5).unwrap() - 1.0).abs() < 0.1);
    assert!((lift.lift(1.0).unwrap() - 1.95).abs() < 0.05);
    assert_eq!(lift.band(0.1, &Bands::default()), Some(Band::Low));
    assert_eq!(lift.band(0.5, &Bands::default()), Some(Band::Typical));
    assert_eq!(lift.band(0.99, &Bands::default()), Some(Band::Elevated));
    assert_eq!(lift.band(f64::NAN, &Bands::default()), None);
}

#[test]
fn a_falling_rate_is_pooled_to_one_bin() {
    let lift = Lift::of_pairs(pairs(1_000, |p| 0.4 * (1.0 - p)));
    assert_eq!(lift.bins().len(), 1);
    assert_eq!(lift.bins()[0].n, 1_000);
    assert_eq!(
        lift.band(0.0, &Bands::default()),
        lift.band(1.0, &Bands::default())
    );
    assert_eq!(lift.lift(0.3), Some(1.0));
}

#[test]
fn too_few_labels_give_counts_and_no_band() {
    let few = Lift::of_pairs(pairs(199, |_| 0.5));
    assert_eq!(
        (few.n, few.n_defective, few.band(0.9, &Bands::default())),
        (199, 99, None)
    );
    let few = Lift::of_pairs(pairs(5_000, |_| 0.003));
    assert!(few.n_defective < 20 && few.bins().is_empty());
    assert_eq!(Lift::of_pairs(Vec::new()).base_rate(), None);
}

proptest! {
    #[test]
    fn the_band_never_falls_with_the_percentile(
        changes in prop::collection::vec(((0..40u8), any::<bool>()), 200..500),
        a in 0.0..1.0f64,
        b in 0.0..1.0f64,
    ) {
        let pairs: Vec<(f64, bool)> = changes.iter().map(|c| (f64::from(c.0) / 40.0, c.1)).collect();
        let lift = Lift::of_pairs(pairs.clone());
        prop_assert!(lift.band(a.min(b), &Bands::default()) <= lift.band(a.max(b), &Bands::default()));
        let n: usize = lift.bins().iter().map(|bin| bin.n).sum();
        prop_assert_eq!(n, if lift.bins().is_empty() { 0 } else { pairs.len() });
        // The lifts average to 1, and bins do not part equal percentiles.
        let mean: f64 = lift.bins().iter().map(|bin| bin.lift * bin.n as f64).sum::<f64>() / n.max(1) as f64;
        prop_assert!(n == 0 || (mean - 1.0).abs() < 1e-9);
        prop_assert!(lift.bins().is_sorted_by(|a, b| a.upper < b.upper && a.lift < b.lift));
    }
}
