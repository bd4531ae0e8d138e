//! Laws that every [`Classifier`] keeps, as functions to run for each of them.

use crate::classifier::{Classifier, Label};
use crate::soft_rows::SoftRows;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What the laws need of a classifier besides its two verbs.
pub(crate) trait Lawful:
    Classifier + Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned
{
}
impl<C: Classifier + Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned> Lawful
    for C
{
}

/// A stream of `n` labelled rows of `n_features` columns; about a quarter is defective.
pub(crate) fn stream(n: usize, n_features: usize) -> Vec<(Vec<f64>, Label)> {
    // A linear congruential generator: the same stream on every machine, without a dependency.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut uniform = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..n)
        .map(|_| {
            let x: Vec<f64> = (0..n_features).map(|_| 4.0 * uniform() - 2.0).collect();
            let risky = 0.25 + 0.2 * x.first().copied().unwrap_or(0.0) > uniform();
            (
                x,
                if risky {
                    Label::Defective
                } else {
                    Label::Clean
                },
            )
        })
        .collect()
}

/// Runs all laws that hold for every classifier; `fresh` has `n_features` columns and has seen nothing.
pub(crate) fn laws<C: Lawful>(fresh: &C, n_features: usize) {
    let mut learned = fresh.clone();
    for (x, y) in stream(1_300, n_features) {
        learned.learn_one(&x, y, 1.0);
    }
    for model in [fresh, &learned] {
        probabilities_are_finite_and_in_range(model, n_features);
        not_known_is_average(model, n_features);
        a_saved_model_comes_back_bit_for_bit(model, n_features);
        a_weight_that_is_not_positive_teaches_nothing(model, n_features);
    }
    learning_finds_the_signal(&learned, n_features);
    same_data_same_bits(fresh, n_features);
    extreme_rows_do_no_lasting_harm(fresh, n_features);
}

fn extremes(n_features: usize) -> Vec<Vec<f64>> {
    let values = [
        0.0,
        -0.0,
        4.0,
        -4.0,
        1e6,
        1e300,
        -1e300,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    let constant = values.iter().map(|v| vec![*v; n_features]);
    let alternating = values.iter().map(|v| {
        (0..n_features)
            .map(|i| if i % 2 == 0 { *v } else { -*v })
            .collect()
    });
    constant.chain(alternating).collect()
}

fn in_range(p: f64) -> bool {
    p.is_finite() && (0.0..=1.0).contains(&p)
}

fn probabilities_are_finite_and_in_range<C: Lawful>(model: &C, n_features: usize) {
    let rows = stream(50, n_features).into_iter().map(|(x, _)| x);
    for x in rows.chain(extremes(n_features)) {
        let p = model.predict_proba_one(&x);
        assert!(in_range(p), "{p} for {x:?}");
    }
}

fn not_known_is_average<C: Lawful>(model: &C, n_features: usize) {
    let not_known = model.predict_proba_one(&vec![f64::NAN; n_features]);
    assert_eq!(not_known, model.predict_proba_one(&vec![0.0; n_features]));
}

fn a_saved_model_comes_back_bit_for_bit<C: Lawful>(model: &C, n_features: usize) {
    let json = serde_json::to_string(model).unwrap();
    let from_json: C = serde_json::from_str(&json).unwrap();
    let from_bytes: C = postcard::from_bytes(&postcard::to_stdvec(model).unwrap()).unwrap();
    for mut restored in [from_json, from_bytes] {
        assert_eq!(&restored, model);
        let mut original = model.clone();
        for (x, y) in stream(30, n_features) {
            assert_eq!(
                restored.predict_proba_one(&x).to_bits(),
                original.predict_proba_one(&x).to_bits()
            );
            restored.learn_one(&x, y, 1.0);
            original.learn_one(&x, y, 1.0);
        }
    }
}

fn a_weight_that_is_not_positive_teaches_nothing<C: Lawful>(model: &C, n_features: usize) {
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let mut other = model.clone();
        other.learn_one(&vec![1.0; n_features], Label::Defective, weight);
        assert_eq!(&other, model);
    }
}

fn learning_finds_the_signal<C: Lawful>(learned: &C, n_features: usize) {
    let (mut low, mut high) = (vec![0.0; n_features], vec![0.0; n_features]);
    (low[0], high[0]) = (-1.5, 1.5);
    assert!(learned.predict_proba_one(&high) > learned.predict_proba_one(&low) + 0.2);
}

fn same_data_same_bits<C: Lawful>(fresh: &C, n_features: usize) {
    let run = || {
        let mut model = fresh.clone();
        let ps: Vec<u64> = stream(1_100, n_features)
            .into_iter()
            .map(|(x, y)| {
                let p = model.predict_proba_one(&x).to_bits();
                model.learn_one(&x, y, 1.0);
                p
            })
            .collect();
        (model, ps)
    };
    assert_eq!(run(), run());
}

fn extreme_rows_do_no_lasting_harm<C: Lawful>(fresh: &C, n_features: usize) {
    let mut model = fresh.clone();
    for (i, (x, y)) in stream(200, n_features).into_iter().enumerate() {
        model.learn_one(&x, y, 1.0);
        let extreme = extremes(n_features);
        model.learn_one(&extreme[i % extreme.len()], y, 1.0);
        assert!(in_range(model.predict_proba_one(&x)));
    }
}

/// For models whose result does not depend on the order of the columns (up to rounding).
pub(crate) fn the_order_of_columns_is_irrelevant<C: Lawful>(fresh: &C, n_features: usize) {
    let reversed = |x: &[f64]| x.iter().rev().copied().collect::<Vec<f64>>();
    let (mut forward, mut backward) = (fresh.clone(), fresh.clone());
    for (x, y) in stream(1_100, n_features) {
        forward.learn_one(&x, y, 1.0);
        backward.learn_one(&reversed(&x), y, 1.0);
    }
    for (x, _) in stream(50, n_features) {
        let (p, q) = (
            forward.predict_proba_one(&x),
            backward.predict_proba_one(&reversed(&x)),
        );
        assert!((p - q).abs() < 1e-4, "{p} {q}");
    }
}

/// Runs all laws that hold for every model fitted to rows at once.
pub(crate) fn batch_laws<M, E>(
    n_features: usize,
    fit: impl Fn(&SoftRows<'_>) -> Result<M, E>,
    predict: impl Fn(&M, &[f64]) -> f64,
) where
    M: PartialEq + std::fmt::Debug + Serialize + DeserializeOwned,
    E: std::fmt::Debug,
{
    const N_ROWS: usize = 400;
    let stream = stream(N_ROWS, n_features);
    let values: Vec<f32> = stream
        .iter()
        .flat_map(|(x, _)| x)
        .map(|x| *x as f32)
        .collect();
    let targets: Vec<f64> = stream.iter().map(|(_, y)| y.outcome()).collect();
    let fitted = |values: &[f32], targets: &[f64], weights: &[f64]| {
        fit(&SoftRows::new(n_features, values, targets, weights).unwrap())
    };
    let model = fitted(&values, &targets, &[1.0; N_ROWS]).unwrap();
    for x in stream
        .iter()
        .map(|(x, _)| x.clone())
        .chain(extremes(n_features))
    {
        let p = predict(&model, &x);
        assert!(in_range(p), "{p} for {x:?}");
    }
    let (mut low, mut high) = (vec![0.0; n_features], vec![0.0; n_features]);
    (low[0], high[0]) = (-1.5, 1.5);
    assert!(predict(&model, &high) > predict(&model, &low) + 0.2);
    assert_eq!(
        model,
        fitted(&values, &targets, &[1.0; N_ROWS]).unwrap(),
        "same data, same bits"
    );
    let json = serde_json::to_string(&model).unwrap();
    assert_eq!(serde_json::from_str::<M>(&json).unwrap(), model);
    let bytes = postcard::to_stdvec(&model).unwrap();
    assert_eq!(postcard::from_bytes::<M>(&bytes).unwrap(), model);
    // A row of no weight is as good as none, and one class or no rows are refused.
    let unknown = [
        &values[..],
        &extremes(n_features)[4]
            .iter()
            .map(|x| *x as f32)
            .collect::<Vec<_>>(),
    ]
    .concat();
    let weights = [vec![1.0; N_ROWS], vec![0.0]].concat();
    let same = fitted(&unknown, &[&targets[..], &[1.0]].concat(), &weights).unwrap();
    assert_eq!(same, model);
    assert!(fitted(&values, &[0.0; N_ROWS], &[1.0; N_ROWS]).is_err());
    assert!(fitted(&values, &[1.0; N_ROWS], &[1.0; N_ROWS]).is_err());
    assert!(fitted(&values, &targets, &[0.0; N_ROWS]).is_err());
    // Extreme rows in a fit do no harm to what is said.
    let mut harmed = values.clone();
    for (i, x) in extremes(n_features).into_iter().flatten().enumerate() {
        harmed[i * 5 % values.len()] = x as f32;
    }
    let model = fitted(&harmed, &targets, &[1.0; N_ROWS]).unwrap();
    assert!(stream.iter().all(|(x, _)| in_range(predict(&model, x))));
}
