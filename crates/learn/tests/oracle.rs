//! The models against independent implementations on a stored data set.
//!
//! `data/make_vectors.py` made `data/vectors.json`; the versions it ran with are in the file.

use linfa::ParamGuard;
use risk_learn::{BayesLogisticParams, Classifier, Label, StaticLogistic};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    x: Vec<Vec<f64>>,
    y: Vec<u8>,
    weight: Vec<f64>,
    kalman: Kalman,
    batch: Batch,
}

#[derive(Deserialize)]
struct Kalman {
    mean: Vec<f64>,
    covariance: Vec<Vec<f64>>,
    p_before: Vec<f64>,
}

#[derive(Deserialize)]
struct Batch {
    intercept: f64,
    weights: Vec<f64>,
    p: Vec<f64>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("data/vectors.json")).expect("the stored file has this shape")
}

fn label(y: u8) -> Label {
    if y == 1 {
        Label::Defective
    } else {
        Label::Clean
    }
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} for {expected}"
    );
}

#[test]
fn the_online_model_agrees_with_the_information_form_in_numpy() {
    let v = vectors();
    let params = BayesLogisticParams::new(6).check().unwrap();
    let mut model = params.start();
    for (i, x) in v.x.iter().enumerate() {
        close(model.predict_proba_one(x), v.kalman.p_before[i], 1e-10);
        model.learn_one(x, label(v.y[i]), v.weight[i]);
    }
    close(model.intercept(), v.kalman.mean[0], 1e-10);
    for (found, expected) in model.weights().iter().zip(&v.kalman.mean[1..]) {
        close(*found, *expected, 1e-10);
    }
    for (i, row) in v.kalman.covariance.iter().enumerate() {
        for (j, expected) in row.iter().enumerate() {
            close(model.covariance(i, j), *expected, 1e-12);
        }
    }
}

#[test]
fn the_static_model_agrees_with_scikit_learn() {
    let v = vectors();
    let mut model = StaticLogistic::new(6);
    for (x, y) in v.x.iter().zip(&v.y) {
        assert!(!model.is_fitted());
        model.learn_one(x, label(*y), 1.0);
    }
    let (intercept, weights) = model.coefficients().unwrap();
    close(intercept, v.batch.intercept, 1e-4);
    for (found, expected) in weights.iter().zip(&v.batch.weights) {
        close(*found, *expected, 1e-4);
    }
    for (x, expected) in v.x.iter().zip(&v.batch.p) {
        close(model.predict_proba_one(x), *expected, 1e-4);
    }
}
