use super::*;
use proptest::prelude::*;

fn learned(prior: (f64, f64), fixes: &[(f64, f64)]) -> FixLatency {
    let mut latency = FixLatency::with_prior(prior.0, prior.1).unwrap();
    for (arrived_at, days) in fixes {
        latency.learn_one(*arrived_at, arrived_at + days).unwrap();
    }
    latency
}

/// The survival from its definition, O(n²).
fn survival(prior: (f64, f64), fixes: &[(f64, f64)], now: f64, t: f64) -> f64 {
    let seen: Vec<(f64, f64, f64)> = fixes
        .iter()
        .map(|(at, x)| (*x, now - at, 0.5f64.powf((now - at) / 365.25)))
        .filter(|(x, age, _)| age >= x)
        .collect();
    let weight = |counts: &dyn Fn(f64, f64) -> bool| -> f64 {
        let counted = seen.iter().filter(|(x, age, _)| counts(*x, *age));
        counted.map(|(_, _, w)| w).sum()
    };
    let mut latencies: Vec<f64> = seen.iter().map(|(x, _, _)| *x).collect();
    latencies.sort_by(f64::total_cmp);
    latencies.dedup();
    let mut share = 1.0;
    for u in latencies.iter().filter(|u| **u > t) {
        let n = 1.0 + weight(&|x, age| x <= *u && age >= *u);
        share *= 1.0 - weight(&|x, _| x == *u) / n;
    }
    if latencies.first().is_none_or(|smallest| t < *smallest) {
        share = 0.0;
    }
    let c = weight(&|_, _| true);
    (c * (1.0 - share) + prior.1 / (1.0 + t / prior.0)) / (c + prior.1)
}

/// Days in quarters, so that latencies and ages tie now and then.
fn quarters(days: u32) -> impl Strategy<Value = f64> {
    (0..4 * days).prop_map(|quarters| f64::from(quarters) / 4.0)
}

fn any_fixes() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec(
        (quarters(2_000), prop_oneof![quarters(5), quarters(800)]),
        0..120,
    )
}

proptest! {
    #[test]
    fn the_curve_is_that_of_the_definition(
        fixes in any_fixes(), now in quarters(2_500), t in quarters(900), worth in 0.1..50.0f64,
    ) {
        let found = learned((90.0, worth), &fixes).curve(now).survival(t);
        let expected = survival((90.0, worth), &fixes, now, t);
        prop_assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }

    #[test]
    fn survival_never_rises_and_stays_in_range(fixes in any_fixes(), now in quarters(3_000)) {
        let curve = learned((180.0, 2.0), &fixes).curve(now);
        let mut before = 1.0;
        for age in (0..1_000).map(f64::from).chain([1e6, 1e300]) {
            let s = curve.survival(age);
            prop_assert!(0.0 <= s && s <= before, "{s} after {before}");
            before = s;
        }
    }

    #[test]
    fn silence_only_ever_lowers_the_probability(
        fixes in any_fixes(), base_rate in 0.0..=1.0f64, age in quarters(900), longer in quarters(900),
    ) {
        let curve = learned((180.0, 2.0), &fixes).curve(2_500.0);
        let p = curve.defective_if_unfixed(base_rate, age);
        prop_assert!((0.0..=1.0).contains(&p) && p <= base_rate + 1e-15);
        prop_assert!(curve.defective_if_unfixed(base_rate, age + longer) <= p);
        prop_assert!(curve.defective_if_unfixed(base_rate / 2.0, age) <= p);
    }

    #[test]
    fn the_order_of_learning_is_irrelevant_to_the_bit(
        (fixes, shuffled) in any_fixes().prop_flat_map(|fixes| (Just(fixes.clone()), Just(fixes).prop_shuffle())),
    ) {
        let (one, other) = (learned((90.0, 5.0), &fixes), learned((90.0, 5.0), &shuffled));
        prop_assert_eq!(one.curve(2_100.0), other.curve(2_100.0));
    }

    #[test]
    fn what_is_saved_comes_back_bit_for_bit(fixes in any_fixes(), arrived_at in -1e9..1e9f64) {
        let mut original = learned((90.0, 5.0), &fixes);
        let bytes = postcard::to_stdvec(&original).unwrap();
        let json = serde_json::to_string(&original).unwrap();
        let restored: [FixLatency; 2] =
            [postcard::from_bytes(&bytes).unwrap(), serde_json::from_str(&json).unwrap()];
        original.learn_one(arrived_at, arrived_at + 0.1).unwrap();
        for mut latency in restored {
            latency.learn_one(arrived_at, arrived_at + 0.1).unwrap();
            prop_assert_eq!(&latency, &original);
            let (one, other) = (latency.curve(2_000.0), original.curve(2_000.0));
            prop_assert_eq!(one.survival(77.0).to_bits(), other.survival(77.0).to_bits());
        }
    }
}

#[test]
fn before_the_first_fix_the_prior_speaks() {
    let curve = FixLatency::new().curve(1_000.0);
    let unknown = learned((180.0, 20.0), &[(0.0, 1.0)]).curve(f64::NAN);
    assert_eq!(unknown, curve);
    for (age, survival) in [(-5.0, 1.0), (0.0, 1.0), (180.0, 0.5), (540.0, 0.25)] {
        assert_eq!(curve.survival(age), survival);
    }
    // 0.2 · 1/2 / (0.2 · 1/2 + 0.8) = 1/9.
    assert!((curve.defective_if_unfixed(0.2, 180.0) - 1.0 / 9.0).abs() < 1e-15);
    assert_eq!(curve.defective_if_unfixed(0.2, 0.0), 0.2);
    assert_eq!(curve.defective_if_unfixed(1.0, 180.0), 1.0);
    assert_eq!(curve.defective_if_unfixed(1.0, f64::INFINITY), 0.0);
}

#[test]
fn three_fixes_agree_with_a_calculation_by_hand() {
    // Ages 100, 100 and 40 days with latencies 90, 10 and 30; all weights nearly 1 (ages are small).
    let now = 1_000.0;
    let fixes = [(900.0, 90.0), (900.0, 10.0), (960.0, 30.0)];
    let curve = learned((180.0, 1e-12), &fixes).curve(now);
    let (old, young) = ((-100.0 / 365.25f64).exp2(), (-40.0 / 365.25f64).exp2());
    // At 90 the young change says nothing: the other old one and the fix at once are left.
    let up_to_30 = 1.0 - old / (1.0 + 2.0 * old);
    let up_to_10 = up_to_30 * (1.0 - young / (1.0 + old + young));
    for (age, share) in [
        (90.0, 1.0),
        (89.0, up_to_30),
        (30.0, up_to_30),
        (29.0, up_to_10),
    ] {
        assert!((curve.survival(age) - (1.0 - share)).abs() < 1e-9, "{age}");
    }
    assert!((curve.survival(9.0) - 1.0).abs() < 1e-9);
}

#[test]
fn a_fix_is_not_known_before_it_was_made() {
    let without = learned((90.0, 5.0), &[(0.0, 10.0)]);
    let with = learned((90.0, 5.0), &[(0.0, 10.0), (5.0, 50.0)]);
    assert_eq!(with.curve(54.0), without.curve(54.0));
    assert_ne!(with.curve(55.0), without.curve(55.0));
    assert_eq!(with.n_fixes(), 2);
}

#[test]
fn a_single_old_change_is_not_taken_for_all_there_is() {
    // Nothing else is old enough to have shown the latency of the first change.
    let mut fixes = vec![(0.0, 900.0)];
    fixes.extend((0..400).map(|i| (980.0, f64::from(i % 10))));
    let curve = learned((180.0, 1.0), &fixes).curve(1_000.0);
    assert!(curve.survival(20.0) < 0.6, "{}", curve.survival(20.0));
}

/// Changes that arrive evenly over `days`, 30 % defective with latencies of an exponential distribution.
fn simulated(n: u32, days: f64, mean: f64) -> Vec<(f64, Option<f64>)> {
    let fraction = |i: u32, step: f64| (f64::from(i) * step).fract();
    (0..n)
        .map(|i| {
            let defective = fraction(i, 0.618_033_988_749_895) < 0.3;
            let quantile = fraction(i, 0.414_213_562_373_095);
            let latency = -mean * (1.0 - quantile).ln();
            (
                days * f64::from(i) / f64::from(n),
                defective.then_some(latency),
            )
        })
        .collect()
}

#[test]
fn truncation_is_undone_where_the_plain_distribution_is_far_off() {
    let (now, mean) = (1_000.0, 300.0);
    let changes = simulated(20_000, now, mean);
    let mut latency = FixLatency::with_prior(180.0, 1.0).unwrap();
    let mut seen = Vec::new();
    for (at, days) in &changes {
        if let Some(days) = days.filter(|days| at + days <= now) {
            latency.learn_one(*at, at + days).unwrap();
            seen.push(days);
        }
    }
    let curve = latency.curve(now);
    // What can be known is the distribution up to the largest age.
    let whole = 1.0 - (-now / mean).exp();
    for age in [50.0, 150.0, 300.0, 600.0] {
        let expected = 1.0 - (1.0 - (-age / mean).exp()) / whole;
        let plain = seen.iter().filter(|days| **days > age).count() as f64 / seen.len() as f64;
        assert!((curve.survival(age) - expected).abs() < 0.03, "{age}");
        assert!((plain - expected).abs() > 0.05, "{age}");
    }
    let n_fixed = seen.len() as u32;
    let base_rate = curve.base_rate(n_fixed, changes.iter().map(|(at, _)| now - at));
    assert!(
        (base_rate.unwrap() - 0.3 * whole).abs() < 0.01,
        "{base_rate:?}"
    );
    assert!(f64::from(n_fixed) / 20_000.0 < 0.23);
    // The soft label is the share of the silent changes that are defective.
    let (mut silent, mut defective) = (0.0, 0.0);
    for (at, days) in &changes {
        if (250.0..350.0).contains(&(now - at)) && !days.is_some_and(|days| at + days <= now) {
            silent += 1.0;
            defective += f64::from(days.is_some_and(|days| days <= now));
        }
    }
    let p = curve.defective_if_unfixed(base_rate.unwrap(), 300.0);
    assert!(
        (p - defective / silent).abs() < 0.02,
        "{p} {}",
        defective / silent
    );
}

#[test]
fn a_base_rate_is_a_probability_and_needs_changes() {
    let curve = FixLatency::new().curve(0.0);
    assert_eq!(curve.base_rate(0, []), None);
    assert_eq!(curve.base_rate(0, [0.0, 0.0]), None);
    assert_eq!(curve.base_rate(1, [180.0; 4]), Some(0.5));
    assert_eq!(curve.base_rate(9, [180.0; 4]), Some(1.0));
}

#[test]
fn what_is_out_of_range_is_refused() {
    let mut latency = FixLatency::new();
    for (arrived_at, fixed_at) in [
        (f64::NAN, 1.0),
        (f64::INFINITY, f64::INFINITY),
        (0.0, -0.5),
        (0.0, f64::NAN),
        (0.0, f64::INFINITY),
    ] {
        assert!(latency.learn_one(arrived_at, fixed_at).is_err());
    }
    assert_eq!(latency, FixLatency::default());
    for (median, worth) in [(0.0, 1.0), (-1.0, 1.0), (1.0, 0.0), (1.0, f64::NAN)] {
        assert!(FixLatency::with_prior(median, worth).is_err());
    }
}

#[test]
#[should_panic(expected = "a probability lies in 0 ..= 1")]
fn a_probability_beyond_one_panics() {
    let _ = FixLatency::new().curve(0.0).defective_if_unfixed(1.1, 1.0);
}
