use super::*;
use crate::checks::{self, stream};
use crate::derived::KAMEI;
use crate::static_logistic::StaticLogistic;
use linfa::Dataset;
use linfa::traits::{Fit, FitWith, Predict};
use ndarray::{Array1, Array2};

fn fresh(n_features: usize) -> BayesLogistic {
    BayesLogisticParams::new(n_features)
        .check()
        .unwrap()
        .start()
}

#[test]
fn the_online_model_keeps_the_laws() {
    checks::laws(&fresh(5), 5);
    checks::the_order_of_columns_is_irrelevant(&fresh(5), 5);
}

#[test]
fn the_static_model_keeps_the_laws() {
    checks::laws(&StaticLogistic::new(5), 5);
    checks::the_order_of_columns_is_irrelevant(&StaticLogistic::new(5), 5);
}

#[test]
fn models_can_be_sent_to_other_threads() {
    fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<BayesLogistic>();
    is_send_and_sync::<StaticLogistic>();
}

#[test]
fn the_first_step_is_that_of_a_calculation_by_hand() {
    // One column, x = 2, defective: p = 1/2, v = 1 + 4/30, h = 1/4, 1 + h v = 77/60.
    let params = BayesLogisticParams::new(1).intercept_variance(1.0);
    let mut model = params.check().unwrap().start();
    model.learn_one(&[2.0], Label::Defective, 1.0);
    let shrink = 60.0 / 77.0;
    assert!((model.intercept() - 0.5 * shrink).abs() < 1e-15);
    assert!((model.weights()[0] - 0.5 * shrink / 15.0).abs() < 1e-15);
    assert!((model.covariance(0, 0) - (1.0 - 0.25 * shrink)).abs() < 1e-15);
    assert!((model.covariance(1, 1) - (1.0 / 30.0 - 0.25 * shrink / 225.0)).abs() < 1e-15);
    assert!((model.covariance(0, 1) + 0.25 * shrink / 15.0).abs() < 1e-15);
}

#[test]
fn contributions_add_up_to_the_prediction_to_the_last_bit() {
    let mut model = fresh(9);
    for (x, y) in stream(500, 9) {
        let contributions = model.contributions(&x);
        assert_eq!(
            contributions.probability().to_bits(),
            model.predict_proba_one(&x).to_bits()
        );
        model.learn_one(&x, y, 1.0);
    }
}

#[test]
fn weight_two_is_nearly_learning_twice() {
    // Not promised to the bit: the second of two labels is linearised at a later mean.
    let (mut once, mut twice) = (fresh(4), fresh(4));
    for (x, y) in stream(400, 4) {
        once.learn_one(&x, y, 2.0);
        twice.learn_one(&x, y, 1.0);
        twice.learn_one(&x, y, 1.0);
    }
    for (x, _) in stream(50, 4) {
        assert!((once.predict_proba_one(&x) - twice.predict_proba_one(&x)).abs() < 0.02);
    }
}

#[test]
fn the_covariance_stays_safe_over_many_updates() {
    let n = 8;
    let mut model = fresh(n);
    for (mut x, y) in stream(120_000, n) {
        // Two columns that say the same, as ranks and standardised values nearly do.
        x[1] = x[0];
        model.learn_one(&x, y, 1.0);
    }
    for i in 0..=n {
        assert!(model.covariance(i, i) > 0.0);
        for j in 0..i {
            let bound = (model.covariance(i, i) * model.covariance(j, j)).sqrt();
            assert!(model.covariance(i, j).abs() <= bound * (1.0 + 1e-9));
        }
    }
    assert!(model.logit_variance(&[1.0; 8]) > 0.0);
    assert_eq!(model.n_learned(), 120_000);
    assert!((model.weights()[0] - model.weights()[1]).abs() < 1e-9);
}

#[test]
fn fitting_a_data_set_is_learning_its_rows_in_order() {
    let rows = stream(60, 3);
    let records =
        Array2::from_shape_vec((60, 3), rows.iter().flat_map(|(x, _)| x.clone()).collect());
    let targets: Array1<Label> = rows.iter().map(|(_, y)| *y).collect();
    let weights: Array1<f32> = (0..60)
        .map(|i| if i % 3 == 0 { 2.0 } else { 0.5 })
        .collect();
    let dataset = Dataset::new(records.unwrap(), targets).with_weights(weights.clone());

    let mut expected = fresh(3);
    for ((x, y), w) in rows.iter().zip(&weights) {
        expected.learn_one(x, *y, f64::from(*w));
    }
    let params = BayesLogisticParams::new(3);
    let fitted = params.fit(&dataset).unwrap();
    assert_eq!(fitted, expected);
    let again = params.fit_with(Some(fitted), &dataset).unwrap();
    assert_eq!(again.n_learned(), 120);
    assert_eq!(params.fit_with(None, &dataset).unwrap(), expected);

    let probabilities = expected.predict(dataset.records());
    assert_eq!(probabilities[7], expected.predict_proba_one(&rows[7].0));
}

#[test]
fn parameters_and_data_sets_that_do_not_fit_are_refused() {
    for variance in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            BayesLogisticParams::new(2)
                .prior_variance(variance)
                .check()
                .is_err()
        );
        let error = BayesLogisticParams::new(2)
            .intercept_variance(variance)
            .check();
        assert!(
            error
                .unwrap_err()
                .to_string()
                .contains("intercept variance")
        );
    }
    let dataset = Dataset::new(Array2::zeros((2, 3)), Array1::from_elem(2, Label::Clean));
    let error = BayesLogisticParams::new(2).fit(&dataset).unwrap_err();
    assert_eq!(
        error.to_string(),
        "use a row of 3 columns where 2 are expected"
    );
    let dataset = Dataset::new(Array2::zeros((2, 2)), Array1::from_elem(1, Label::Clean));
    assert!(BayesLogisticParams::new(2).fit(&dataset).is_err());
}

#[test]
fn the_informed_start_knows_the_base_rate_and_that_size_matters() {
    let mut preparation = Preparation::new(&KAMEI).unwrap();
    let model = BayesLogisticParams::informed(&preparation)
        .check()
        .unwrap()
        .start();
    let score = |preparation: &Preparation, la: f64| {
        let mut raw = [1.0; 14];
        raw[4] = la;
        let z = preparation.transform(&raw).unwrap();
        model.predict_proba_one(&z.into_iter().map(f64::from).collect::<Vec<f64>>())
    };
    let base_rate = score(&preparation, 50.0);
    assert!((base_rate - 0.2315).abs() < 1e-4, "{base_rate}");
    for la in 0..40 {
        let mut raw = [1.0; 14];
        raw[4] = f64::from(la);
        preparation.absorb(&raw).unwrap();
    }
    assert!(score(&preparation, 2.0) < base_rate && base_rate < score(&preparation, 35.0));
}

#[test]
#[should_panic(expected = "the number of columns the model was made for")]
fn a_row_of_another_length_panics() {
    fresh(2).predict_proba_one(&[1.0]);
}
