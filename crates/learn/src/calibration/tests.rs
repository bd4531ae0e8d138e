use super::*;
use crate::checks::stream;
use proptest::prelude::*;

/// Scores of a model that is `a` times too sure and `b` too high.
fn distorted(n: usize, a: f64, b: f64) -> Vec<SoftScore> {
    stream(n, 1)
        .into_iter()
        .map(|(x, _)| SoftScore {
            logit: a * x[0] + b,
            target: logistic(x[0]),
            weight: 1.0,
        })
        .collect()
}

fn any_scores() -> impl Strategy<Value = Vec<SoftScore>> {
    let score = (-8.0..8.0f64, 0.0..=1.0f64, 0.0..3.0f64);
    prop::collection::vec(score, 0..400).prop_map(|scores| {
        scores
            .into_iter()
            .map(|(logit, target, weight)| SoftScore {
                logit,
                target,
                weight,
            })
            .collect()
    })
}

/// The slope and the shift of the objective, from its definition.
fn gradient(scores: &[SoftScore], fitted: &Calibration) -> (f64, f64) {
    let prior = (10.0 * (fitted.slope() - 1.0), 10.0 * fitted.shift());
    scores.iter().fold(prior, |(a, b), s| {
        let residual = s.weight * (fitted.probability(s.logit) - s.target);
        (a + residual * s.logit, b + residual)
    })
}

proptest! {
    #[test]
    fn a_higher_score_stays_higher(
        scores in any_scores(), low in -9.0..9.0f64, more in 1e-6..5.0f64,
    ) {
        let fitted = Calibration::fit(&scores).unwrap();
        prop_assert!(fitted.logit(low + more) > fitted.logit(low));
        prop_assert!(fitted.probability(low + more) >= fitted.probability(low));
    }

    #[test]
    fn the_gradient_is_zero_at_the_optimum_or_points_out_of_bounds(scores in any_scores()) {
        let fitted = Calibration::fit(&scores).unwrap();
        prop_assume!(fitted != Calibration::identity());
        let total: f64 = scores.iter().map(|s| s.weight).sum();
        let (slope, shift) = gradient(&scores, &fitted);
        prop_assert!(shift.abs() <= 2e-8 * total, "{shift}");
        if fitted.slope() == SMALLEST_SLOPE {
            prop_assert!(slope >= -2e-8 * total, "{slope}");
        } else {
            prop_assert!(slope.abs() <= 2e-8 * total, "{slope}");
        }
    }

    #[test]
    fn the_order_of_scores_given_is_irrelevant(scores in any_scores()) {
        let backwards: Vec<SoftScore> = scores.iter().rev().copied().collect();
        let (one, other) = (Calibration::fit(&scores).unwrap(), Calibration::fit(&backwards).unwrap());
        prop_assert!((one.slope() - other.slope()).abs() < 1e-6);
        prop_assert!((one.shift() - other.shift()).abs() < 1e-6);
    }
}

#[test]
fn a_distortion_is_undone() {
    let fitted = Calibration::fit(&distorted(20_000, 2.0, 1.0)).unwrap();
    assert!((fitted.slope() - 0.5).abs() < 0.01, "{}", fitted.slope());
    assert!((fitted.shift() + 0.5).abs() < 0.01, "{}", fitted.shift());
    // What was right is left alone.
    let fitted = Calibration::fit(&distorted(20_000, 1.0, 0.0)).unwrap();
    assert!((fitted.slope() - 1.0).abs() < 1e-9 && fitted.shift().abs() < 1e-9);
}

#[test]
fn scores_that_are_upside_down_are_flattened_and_not_turned_round() {
    let fitted = Calibration::fit(&distorted(5_000, -1.0, 0.0)).unwrap();
    assert_eq!(fitted.slope(), SMALLEST_SLOPE);
    // The mean probability is that of the labels, as far as the prior on the shift lets it.
    let scores = distorted(5_000, -1.0, 0.0);
    let mean = |f: &dyn Fn(&SoftScore) -> f64| scores.iter().map(f).sum::<f64>() / 5_000.0;
    let difference = mean(&|s| fitted.probability(s.logit)) - mean(&|s| s.target);
    assert!(difference.abs() < 0.001, "{difference}");
}

#[test]
fn too_few_labels_change_nothing() {
    let few = distorted(30, 3.0, 1.0);
    assert_eq!(Calibration::fit(&few).unwrap(), Calibration::identity());
    assert_eq!(Calibration::fit(&[]).unwrap(), Calibration::default());
    // A thousand scores, but only nineteen and a half defects.
    let mut rare = distorted(1_000, 3.0, 1.0);
    for (i, score) in rare.iter_mut().enumerate() {
        score.target = if i < 39 { 0.5 } else { 0.0 };
    }
    assert_eq!(Calibration::fit(&rare).unwrap(), Calibration::identity());
    rare[39].target = 0.6;
    assert_ne!(Calibration::fit(&rare).unwrap(), Calibration::identity());
}

#[test]
fn the_identity_changes_no_bit() {
    let identity = Calibration::identity();
    for logit in [0.1, -3.7, 1e-300, 12.0, f64::MIN_POSITIVE] {
        assert_eq!(identity.logit(logit).to_bits(), logit.to_bits());
    }
    let raw = Contributions {
        intercept: -1.2,
        per_feature: vec![0.3, -0.07, 1e-9],
    };
    assert_eq!(identity.contributions(&raw), raw);
}

#[test]
fn corrected_contributions_add_up_to_the_corrected_score() {
    let fitted = Calibration::fit(&distorted(2_000, 2.0, 1.0)).unwrap();
    let raw = Contributions {
        intercept: -1.2,
        per_feature: vec![0.3, -0.07, 2.5],
    };
    let corrected = fitted.contributions(&raw);
    assert!((corrected.logit() - fitted.logit(raw.logit())).abs() < 1e-14);
    assert_eq!(corrected.per_feature[0], fitted.slope() * 0.3);
}

#[test]
fn extreme_scores_do_no_harm() {
    let mut scores = distorted(500, 1.0, 0.0);
    for (i, logit) in [f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300]
        .into_iter()
        .enumerate()
    {
        scores[i].logit = logit;
        scores[i].target = 0.5;
    }
    let fitted = Calibration::fit(&scores).unwrap();
    assert!(fitted.slope() >= SMALLEST_SLOPE && fitted.shift().is_finite());
}

#[test]
fn scores_outside_their_range_are_refused() {
    let right = SoftScore {
        logit: 0.0,
        target: 0.5,
        weight: 1.0,
    };
    for wrong in [
        SoftScore {
            logit: f64::NAN,
            ..right
        },
        SoftScore {
            target: 1.5,
            ..right
        },
        SoftScore {
            target: f64::NAN,
            ..right
        },
        SoftScore {
            weight: -1.0,
            ..right
        },
        SoftScore {
            weight: f64::INFINITY,
            ..right
        },
    ] {
        assert!(Calibration::fit(&[right, wrong]).is_err(), "{wrong:?}");
    }
}

#[test]
fn a_saved_correction_comes_back_bit_for_bit() {
    let fitted = Calibration::fit(&distorted(2_000, 1.7, 0.3)).unwrap();
    let bytes = postcard::to_stdvec(&fitted).unwrap();
    let json = serde_json::to_string(&fitted).unwrap();
    for restored in [
        postcard::from_bytes::<Calibration>(&bytes).unwrap(),
        serde_json::from_str::<Calibration>(&json).unwrap(),
    ] {
        assert_eq!(restored.slope().to_bits(), fitted.slope().to_bits());
        assert_eq!(restored.shift().to_bits(), fitted.shift().to_bits());
    }
}
