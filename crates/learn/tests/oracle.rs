//! The models against independent implementations on a stored data set.
//!
//! `data/make_vectors.py` made `data/vectors.json`, and `data/make_trees.py` `data/trees.json`; the versions they ran
//! with are in the files.

use linfa::ParamGuard;
use risk_learn::{
    BayesLogisticParams, BoostedTreesParams, Calibration, Classifier, ExtraTrees, FixLatency,
    Label, RidgeLogisticParams, SoftRows, SoftScore, StaticLogistic,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    x: Vec<Vec<f64>>,
    y: Vec<u8>,
    weight: Vec<f64>,
    kalman: Kalman,
    batch: Batch,
    soft: Soft,
    calibration: Corrected,
    latency: Latencies,
}

#[derive(Deserialize)]
struct Soft {
    target: Vec<f64>,
    weight: Vec<f64>,
    intercept: f64,
    weights: Vec<f64>,
    p: Vec<f64>,
    means: Vec<f64>,
    /// Intercept and weights of the fit drawn towards `means`.
    drawn: Vec<f64>,
}

#[derive(Deserialize)]
struct Corrected {
    logit: Vec<f64>,
    shift: f64,
    slope: f64,
}

#[derive(Deserialize)]
struct Latencies {
    now: f64,
    arrived_at: Vec<f64>,
    fixed_at: Vec<f64>,
    at: Vec<f64>,
    share: Vec<f64>,
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

/// Rows as they are kept; the stored ones are `f32` already.
fn rows(v: &Vectors) -> Vec<f32> {
    v.x.iter().flatten().map(|x| *x as f32).collect()
}

#[test]
fn the_batch_model_agrees_with_scikit_learn_given_each_row_twice() {
    let v = vectors();
    let rows = rows(&v);
    let soft = SoftRows::new(6, &rows, &v.soft.target, &v.soft.weight).unwrap();
    let params = RidgeLogisticParams::new(6).penalty(3.0).check().unwrap();
    let model = params.fit(&soft, None).unwrap().model;
    close(model.intercept(), v.soft.intercept, 1e-6);
    for (found, expected) in model.weights().iter().zip(&v.soft.weights) {
        close(*found, *expected, 1e-6);
    }
    for (x, expected) in v.x.iter().zip(&v.soft.p) {
        close(model.predict_proba_one(x), *expected, 1e-6);
    }
}

#[test]
fn the_batch_model_is_drawn_towards_its_means_as_a_general_minimiser_says() {
    let v = vectors();
    let rows = rows(&v);
    let soft = SoftRows::new(6, &rows, &v.soft.target, &v.soft.weight).unwrap();
    let params = RidgeLogisticParams::new(6).weight_means(v.soft.means.clone());
    let model = params.check().unwrap().fit(&soft, None).unwrap().model;
    close(model.intercept(), v.soft.drawn[0], 1e-6);
    for (found, expected) in model.weights().iter().zip(&v.soft.drawn[1..]) {
        close(*found, *expected, 1e-6);
    }
}

#[test]
fn the_calibration_agrees_with_a_general_minimiser() {
    let v = vectors();
    let scores: Vec<SoftScore> = (0..v.x.len())
        .map(|i| SoftScore {
            logit: v.calibration.logit[i],
            target: v.soft.target[i],
            weight: v.soft.weight[i],
        })
        .collect();
    let calibration = Calibration::fit(&scores).unwrap();
    close(calibration.slope(), v.calibration.slope, 1e-6);
    close(calibration.shift(), v.calibration.shift, 1e-6);
}

#[test]
fn the_latencies_agree_with_the_reverse_time_product_limit_of_lifelines() {
    let v = vectors().latency;
    // A prior that is worth next to nothing leaves what was observed.
    let mut fixes = FixLatency::with_prior(180.0, 1e-12).unwrap();
    for (arrived_at, fixed_at) in v.arrived_at.iter().zip(&v.fixed_at) {
        fixes.learn_one(*arrived_at, *fixed_at).unwrap();
    }
    let curve = fixes.curve(v.now);
    assert!(v.at.len() > 300);
    for (age, share) in v.at.iter().zip(&v.share) {
        // Arrival and fix are rounded, so that their difference may be a little more than the latency.
        close(1.0 - curve.survival(age + 1e-6), *share, 1e-9);
    }
}

#[derive(Deserialize)]
struct Trees {
    boosted_logit: Vec<f64>,
    extra_p: Vec<f64>,
}

fn trees() -> Trees {
    serde_json::from_str(include_str!("data/trees.json")).expect("the stored file has this shape")
}

/// The rows rounded to one decimal, as the trees were grown on them, and their labels.
fn rounded(v: &Vectors) -> (Vec<f32>, Vec<f64>) {
    let values = v.x.iter().flatten();
    (
        values.map(|x| ((x * 10.0).round() / 10.0) as f32).collect(),
        v.y.iter().map(|y| f64::from(*y)).collect(),
    )
}

fn widened(row: &[f32]) -> Vec<f64> {
    row.iter().map(|x| f64::from(*x)).collect()
}

#[test]
fn boosted_trees_agree_with_lightgbm() {
    let v = vectors();
    let (rows, labels) = rounded(&v);
    let soft = SoftRows::new(6, &rows, &labels, &v.weight).unwrap();
    let params = BoostedTreesParams::new()
        .n_trees(20)
        .learning_rate(0.1)
        .n_leaves(6)
        .least_rows(15)
        .penalty(5.0)
        .column_share(1.0);
    let model = params.check().unwrap().fit(&soft).unwrap();
    for (row, expected) in rows.chunks(6).zip(trees().boosted_logit) {
        close(model.logit(&widened(row)), expected, 1e-5);
    }
}

#[test]
fn extra_trees_agree_with_scikit_learn_but_for_what_was_drawn() {
    let v = vectors();
    let (rows, labels) = rounded(&v);
    let soft = SoftRows::new(6, &rows, &labels, &v.weight).unwrap();
    let model = ExtraTrees::fit(&soft).unwrap();
    let differences = rows.chunks(6).zip(trees().extra_p).map(|(row, expected)| {
        let found = model.predict_proba_one(&widened(row));
        close(found, expected, 0.06);
        found - expected
    });
    let differences: Vec<f64> = differences.collect();
    let n = differences.len() as f64;
    close(differences.iter().sum::<f64>() / n, 0.0, 0.002);
    close(
        differences.iter().map(|d| d.abs()).sum::<f64>() / n,
        0.0,
        0.01,
    );
}
