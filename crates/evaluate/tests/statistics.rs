//! Tests over projects against scipy and statsmodels, and the bootstrap against its definition in numpy.
//!
//! `data/make_statistics.py` made `data/statistics.json`; the versions it ran with are in the file.

use risk_evaluate::{Bootstrap, cliffs_delta, holm, metrics, wilcoxon};
use risk_learn::Label;
use serde::Deserialize;

#[derive(Deserialize)]
struct Stored {
    pairs: Vec<Pairs>,
    holm: Corrected,
    bootstrap: Drawn,
}

#[derive(Deserialize)]
struct Pairs {
    name: String,
    a: Vec<f64>,
    b: Vec<f64>,
    statistic: f64,
    p_value: f64,
    cliffs_delta: f64,
}

#[derive(Deserialize)]
struct Corrected {
    p: Vec<f64>,
    corrected: Vec<f64>,
}

#[derive(Deserialize)]
struct Drawn {
    p: Vec<f64>,
    y: Vec<u8>,
    draws: usize,
    seed: u64,
    intervals: [(f64, f64); 3],
}

fn stored() -> Stored {
    serde_json::from_str(include_str!("data/statistics.json"))
        .expect("the stored file has this shape")
}

#[track_caller]
fn close(found: f64, expected: f64, what: &str) {
    assert!(
        (found - expected).abs() < 1e-12,
        "{found} for {expected}: {what}"
    );
}

#[test]
fn the_signed_rank_test_agrees_with_scipy() {
    for pairs in stored().pairs {
        let test = wilcoxon(&pairs.a, &pairs.b).unwrap();
        close(test.statistic, pairs.statistic, &pairs.name);
        close(test.p_value, pairs.p_value, &pairs.name);
        let turned = wilcoxon(&pairs.b, &pairs.a).unwrap();
        close(turned.p_value, pairs.p_value, &pairs.name);
    }
}

#[test]
fn cliffs_delta_agrees_with_the_statistic_of_mann_and_whitney() {
    for pairs in stored().pairs {
        let delta = cliffs_delta(&pairs.a, &pairs.b).unwrap();
        close(delta, pairs.cliffs_delta, &pairs.name);
    }
}

#[test]
fn holms_correction_agrees_with_statsmodels() {
    let Corrected { p, corrected } = stored().holm;
    for (found, expected) in holm(&p).into_iter().zip(corrected) {
        close(found, expected, "holm");
    }
}

#[test]
fn the_bootstrap_agrees_with_its_definition_draw_by_draw() {
    let stored = stored().bootstrap;
    let bootstrap = Bootstrap {
        draws: stored.draws,
        seed: stored.seed,
    };
    let found = bootstrap.intervals(stored.p.len(), |places| {
        let p: Vec<f64> = places.iter().map(|i| stored.p[*i]).collect();
        let of = |i: &usize| {
            if stored.y[*i] == 1 {
                Label::Defective
            } else {
                Label::Clean
            }
        };
        let labels: Vec<Label> = places.iter().map(of).collect();
        [
            metrics::auc(&p, &labels),
            metrics::average_precision(&p, &labels),
            metrics::brier(&p, &labels),
        ]
    });
    for (found, expected) in found.into_iter().zip(stored.intervals) {
        let (low, high) = found.unwrap();
        close(low, expected.0, "2.5 %");
        close(high, expected.1, "97.5 %");
    }
}
