use super::*;
use crate::checks::stream;
use crate::derived::KAMEI;
use proptest::prelude::*;

/// Rows with soft labels and weights that a fit can borrow.
#[derive(Clone, Debug)]
struct Owned {
    n_features: usize,
    rows: Vec<f32>,
    targets: Vec<f64>,
    weights: Vec<f64>,
}

impl Owned {
    fn soft(&self) -> SoftRows<'_> {
        SoftRows::new(self.n_features, &self.rows, &self.targets, &self.weights).unwrap()
    }

    fn row(&self, i: usize) -> Vec<f64> {
        self.rows[i * self.n_features..(i + 1) * self.n_features]
            .iter()
            .map(|x| f64::from(*x))
            .collect()
    }

    /// The rows in another order.
    fn in_order(&self, order: &[usize]) -> Self {
        let mut other = Self {
            n_features: self.n_features,
            rows: Vec::new(),
            targets: Vec::new(),
            weights: Vec::new(),
        };
        for i in order {
            other
                .rows
                .extend(&self.rows[i * self.n_features..(i + 1) * self.n_features]);
            other.targets.push(self.targets[*i]);
            other.weights.push(self.weights[*i]);
        }
        other
    }
}

/// A stream whose labels soften and whose weights fall with age.
fn softened(n: usize, n_features: usize) -> Owned {
    let mut owned = Owned {
        n_features,
        rows: Vec::new(),
        targets: Vec::new(),
        weights: Vec::new(),
    };
    for (i, (x, y)) in stream(n, n_features).into_iter().enumerate() {
        owned.rows.extend(x.iter().map(|x| *x as f32));
        let silence = 0.3 * i as f64 / n as f64;
        owned
            .targets
            .push(if y.is_defective() { 1.0 } else { silence });
        owned.weights.push(0.5f64.powf(1.0 - i as f64 / n as f64));
    }
    owned
}

fn params(n_features: usize, penalty: f64) -> RidgeLogisticValidParams {
    RidgeLogisticParams::new(n_features)
        .penalty(penalty)
        .check()
        .unwrap()
}

/// The gradient of the objective, from its definition.
fn gradient(data: &Owned, model: &RidgeLogistic, penalty: f64) -> Vec<f64> {
    let mut gradient: Vec<f64> = std::iter::once(0.0)
        .chain(model.weights().iter().map(|w| penalty * w))
        .collect();
    for i in 0..data.targets.len() {
        let x = data.row(i);
        let residual = data.weights[i] * (model.predict_proba_one(&x) - data.targets[i]);
        gradient[0] += residual;
        for (g, x) in gradient[1..].iter_mut().zip(&x) {
            *g += residual * x;
        }
    }
    gradient
}

#[track_caller]
fn nearly_equal(a: &RidgeLogistic, b: &RidgeLogistic, tolerance: f64) {
    assert!((a.intercept() - b.intercept()).abs() < tolerance);
    for (v, w) in a.weights().iter().zip(b.weights()) {
        assert!((v - w).abs() < tolerance, "{v} {w}");
    }
}

fn any_data() -> impl Strategy<Value = Owned> {
    (1usize..5, 2usize..60).prop_flat_map(|(n_features, n)| {
        (
            prop::collection::vec(-4.0f32..4.0, n * n_features),
            prop::collection::vec(0.0..=1.0f64, n),
            prop::collection::vec(0.01..2.0f64, n),
        )
            .prop_map(move |(rows, targets, weights)| Owned {
                n_features,
                rows,
                targets,
                weights,
            })
    })
}

proptest! {
    #[test]
    fn the_gradient_is_zero_at_the_optimum(data in any_data(), penalty in 0.01..50.0f64) {
        let fit = params(data.n_features, penalty).fit(&data.soft(), None).unwrap();
        let total: f64 = data.weights.iter().sum();
        for g in gradient(&data, &fit.model, penalty) {
            prop_assert!(g.abs() <= 2e-8 * total, "{g}");
        }
    }

    #[test]
    fn rows_of_any_numbers_are_fitted(
        rows in prop::collection::vec(prop::num::f32::ANY, 60),
        targets in prop::collection::vec(0.01..=0.99f64, 20),
        penalty in 1e-3..100.0f64,
    ) {
        let soft = SoftRows::new(3, &rows, &targets, &[1.0; 20]).unwrap();
        let model = params(3, penalty).fit(&soft, None).unwrap().model;
        let row: Vec<f64> = rows[..3].iter().map(|x| f64::from(*x)).collect();
        prop_assert!((0.0..=1.0).contains(&model.predict_proba_one(&row)));
    }

    #[test]
    fn the_order_of_rows_is_irrelevant(
        (data, order) in any_data().prop_flat_map(|data| {
            let order: Vec<usize> = (0..data.targets.len()).collect();
            (Just(data), Just(order).prop_shuffle())
        }),
    ) {
        let params = params(data.n_features, 1.0);
        let one = params.fit(&data.soft(), None).unwrap().model;
        let other = params.fit(&data.in_order(&order).soft(), None).unwrap().model;
        nearly_equal(&one, &other, 1e-5);
    }

    #[test]
    fn a_soft_label_is_its_row_twice(data in any_data()) {
        let n = data.targets.len();
        let twice: Vec<usize> = (0..n).chain(0..n).collect();
        let mut hard = data.in_order(&twice);
        for i in 0..n {
            (hard.targets[i], hard.targets[n + i]) = (1.0, 0.0);
            hard.weights[i] *= data.targets[i];
            hard.weights[n + i] *= 1.0 - data.targets[i];
        }
        let params = params(data.n_features, 1.0);
        let one = params.fit(&data.soft(), None).unwrap().model;
        nearly_equal(&one, &params.fit(&hard.soft(), None).unwrap().model, 1e-5);
    }
}

#[test]
fn without_columns_the_probability_is_the_weighted_mean_of_the_labels() {
    let params = params(0, 1.0);
    let rows = SoftRows::new(0, &[], &[0.25, 1.0, 0.0], &[2.0, 1.0, 1.0]).unwrap();
    let fit = params.fit(&rows, None).unwrap();
    assert!((fit.model.predict_proba_one(&[]) - 1.5 / 4.0).abs() < 1e-12);
}

#[test]
fn the_informed_fit_knows_that_size_matters_before_it_has_seen_it() {
    let preparation = Preparation::new(&KAMEI).unwrap();
    let n = preparation.n_columns();
    let params = RidgeLogisticParams::informed(&preparation).check().unwrap();
    let rows = vec![0.0; 4 * n];
    let soft = SoftRows::new(n, &rows, &[1.0, 0.0, 0.0, 0.0], &[1.0; 4]).unwrap();
    let model = params.fit(&soft, None).unwrap().model;
    for (name, weight) in preparation.names().iter().zip(model.weights()) {
        let expected = if name.ends_with(" log(la)") { 0.4 } else { 0.0 };
        assert_eq!(*weight, expected, "{name}");
    }
    assert_eq!(model.weights().iter().sum::<f64>(), 0.8);
    assert!((model.intercept() + 3f64.ln()).abs() < 1e-12);
}

#[test]
fn a_stronger_penalty_makes_smaller_weights() {
    let data = softened(400, 3);
    let norm = |penalty| -> f64 {
        let fit = params(3, penalty).fit(&data.soft(), None).unwrap();
        fit.model.weights().iter().map(|w| w * w).sum()
    };
    assert!(norm(0.1) > norm(10.0) && norm(10.0) > norm(1_000.0));
    assert!(norm(1e9) < 1e-9);
}

#[test]
fn a_warm_start_finds_the_same_optimum_in_fewer_steps() {
    let data = softened(2_000, 6);
    let earlier = data.in_order(&(0..1_900).collect::<Vec<_>>());
    let params = params(6, 5.0);
    let last = params.fit(&earlier.soft(), None).unwrap().model;
    let cold = params.fit(&data.soft(), None).unwrap();
    let warm = params.fit(&data.soft(), Some(&last)).unwrap();
    nearly_equal(&cold.model, &warm.model, 1e-6);
    assert!(
        warm.n_steps < cold.n_steps,
        "{} {}",
        warm.n_steps,
        cold.n_steps
    );
    let again = params.fit(&data.soft(), Some(&cold.model)).unwrap();
    assert_eq!((again.n_steps, again.model), (0, cold.model));
}

#[test]
fn a_start_far_away_is_no_harm() {
    let data = softened(500, 4);
    let params = params(4, 1.0);
    let cold = params.fit(&data.soft(), None).unwrap().model;
    for far in [40.0, -40.0] {
        let last = RidgeLogistic {
            intercept: far,
            weights: vec![far, -far, far, 0.0],
        };
        let fit = params.fit(&data.soft(), Some(&last)).unwrap();
        nearly_equal(&fit.model, &cold, 1e-6);
    }
}

#[test]
fn columns_that_say_the_same_share_their_weight() {
    let mut data = softened(400, 3);
    for row in data.rows.chunks_mut(3) {
        row[1] = row[0];
    }
    let model = params(3, 1.0).fit(&data.soft(), None).unwrap().model;
    assert!((model.weights()[0] - model.weights()[1]).abs() < 1e-8);
    assert!(model.weights()[0] > 0.05);
}

#[test]
fn labels_that_a_column_separates_have_an_optimum_by_the_penalty() {
    let rows: Vec<f32> = (0..100).map(|i| if i < 50 { -1.0 } else { 1.0 }).collect();
    let targets: Vec<f64> = rows.iter().map(|x| f64::from(*x > 0.0)).collect();
    let weights = vec![1.0; 100];
    let soft = SoftRows::new(1, &rows, &targets, &weights).unwrap();
    let model = params(1, 0.1).fit(&soft, None).unwrap().model;
    // 100 (1 − σ(w)) = λ w, by symmetry of the two halves.
    let w = model.weights()[0];
    assert!((100.0 * (1.0 - logistic(w)) - 0.1 * w).abs() < 1e-5);
    assert!(model.intercept().abs() < 1e-8);
}

#[test]
fn what_is_not_known_is_average_and_extremes_are_bounded() {
    let mut data = softened(300, 3);
    let mut zeroed = data.clone();
    for i in (0..300).step_by(7) {
        data.rows[3 * i + 2] = f32::NAN;
        zeroed.rows[3 * i + 2] = 0.0;
    }
    let params = params(3, 1.0);
    let fit = params.fit(&data.soft(), None).unwrap();
    assert_eq!(fit, params.fit(&zeroed.soft(), None).unwrap());
    let average = fit.model.predict_proba_one(&[f64::NAN; 3]);
    assert_eq!(average, fit.model.predict_proba_one(&[0.0; 3]));
    data.rows[5] = f32::INFINITY;
    data.rows[8] = -3e38;
    let bounded = params.fit(&data.soft(), None).unwrap().model;
    for x in [[f64::INFINITY; 3], [f64::MAX; 3], [1.0; 3]] {
        assert!((0.0..=1.0).contains(&bounded.predict_proba_one(&x)));
    }
}

#[test]
fn contributions_add_up_to_the_prediction_to_the_last_bit() {
    let data = softened(300, 9);
    let model = params(9, 1.0).fit(&data.soft(), None).unwrap().model;
    for (x, _) in stream(100, 9) {
        let contributions = model.contributions(&x);
        assert_eq!(contributions.logit().to_bits(), model.logit(&x).to_bits());
        assert_eq!(contributions.per_feature[2], model.weights()[2] * x[2]);
    }
}

#[test]
fn a_saved_model_comes_back_bit_for_bit_and_the_same_rows_give_the_same_bits() {
    let data = softened(300, 5);
    let params = params(5, 1.0);
    let fit = params.fit(&data.soft(), None).unwrap();
    assert_eq!(fit, params.fit(&data.soft(), None).unwrap());
    let bytes = postcard::to_stdvec(&fit.model).unwrap();
    let from_bytes: RidgeLogistic = postcard::from_bytes(&bytes).unwrap();
    let json = serde_json::to_string(&fit.model).unwrap();
    let from_json: RidgeLogistic = serde_json::from_str(&json).unwrap();
    let bits = |model: &RidgeLogistic| -> Vec<u64> {
        std::iter::once(model.intercept())
            .chain(model.weights().iter().copied())
            .map(f64::to_bits)
            .collect()
    };
    assert_eq!(bits(&from_bytes), bits(&fit.model));
    assert_eq!(bits(&from_json), bits(&fit.model));
}

#[test]
fn no_rows_and_one_class_are_refused() {
    let params = params(1, 1.0);
    let fit = |targets: &[f64], weights: &[f64]| {
        let rows = vec![0.5; targets.len()];
        params.fit(&SoftRows::new(1, &rows, targets, weights).unwrap(), None)
    };
    assert!(matches!(fit(&[], &[]), Err(Error::NoRows)));
    assert!(matches!(fit(&[1.0, 0.0], &[0.0, 0.0]), Err(Error::NoRows)));
    let clean = fit(&[0.0, 0.0], &[1.0, 2.0]).unwrap_err();
    assert!(matches!(
        clean,
        Error::OneClass {
            defective: 0.0,
            clean: 3.0
        }
    ));
    assert!(matches!(fit(&[1.0], &[1.0]), Err(Error::OneClass { .. })));
    // The other class is there but counts for nothing.
    assert!(matches!(
        fit(&[1.0, 0.0], &[1.0, 0.0]),
        Err(Error::OneClass { .. })
    ));
    assert!(fit(&[1e-6, 0.0], &[1.0, 1.0]).is_ok());
}

#[test]
fn a_fit_that_does_not_converge_says_so() {
    let data = softened(300, 3);
    let hasty = RidgeLogisticParams::new(3).max_steps(1).check().unwrap();
    let error = hasty.fit(&data.soft(), None).unwrap_err();
    let Error::NotConverged { n_steps, gradient } = error else {
        panic!("{error}");
    };
    assert!(n_steps == 1 && gradient > 1e-8);
}

#[test]
fn rows_and_parameters_that_do_not_fit_are_refused() {
    let data = softened(50, 3);
    let other = params(2, 1.0).fit(&data.soft(), None).unwrap_err();
    assert!(matches!(
        other,
        Error::RowLength {
            expected: 2,
            found: 3
        }
    ));
    let narrow = RidgeLogistic {
        intercept: 0.0,
        weights: vec![0.0],
    };
    let error = params(3, 1.0).fit(&data.soft(), Some(&narrow)).unwrap_err();
    assert!(matches!(
        error,
        Error::RowLength {
            expected: 3,
            found: 1
        }
    ));
    for penalty in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            RidgeLogisticParams::new(2)
                .penalty(penalty)
                .check()
                .is_err()
        );
    }
    let params = RidgeLogisticParams::new(0).weight_means(vec![0.0, f64::NAN]);
    assert!(params.check().is_err());
}

#[test]
#[should_panic(expected = "the number of columns the model was made for")]
fn a_row_of_another_length_panics() {
    let data = softened(50, 3);
    let model = params(3, 1.0).fit(&data.soft(), None).unwrap().model;
    let _ = model.logit(&[1.0]);
}

#[test]
fn batch_models_can_be_sent_to_other_threads() {
    fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<RidgeLogistic>();
    is_send_and_sync::<SoftRows<'_>>();
    is_send_and_sync::<crate::FixLatency>();
    is_send_and_sync::<crate::Calibration>();
}
