//! The metrics against scikit-learn and against their definitions in numpy, on stored scores with ties.
//!
//! `data/make_metrics.py` made `data/metrics.json`; the versions it ran with are in the file.

use risk_evaluate::{delong, metrics};
use risk_learn::Label;
use serde::Deserialize;

#[derive(Deserialize)]
struct Stored {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    tied: bool,
    p: Vec<f64>,
    y: Vec<u8>,
    size: Vec<f64>,
    effort: Vec<f64>,
    flag: Vec<u8>,
    auc: f64,
    auc_size: f64,
    average_precision: f64,
    mcc: f64,
    brier: f64,
    ece: f64,
    fading: [f64; 4],
    fading_9: [f64; 4],
    popt: f64,
    recall20: f64,
    ifa: f64,
    delong: StoredDeLong,
}

#[derive(Deserialize)]
struct StoredDeLong {
    auc_a: f64,
    auc_b: f64,
    variance: f64,
    z: f64,
    p_value: f64,
}

impl Case {
    fn labels(&self) -> Vec<Label> {
        let label = |y: &u8| {
            if *y == 1 {
                Label::Defective
            } else {
                Label::Clean
            }
        };
        self.y.iter().map(label).collect()
    }

    #[track_caller]
    fn close(&self, found: Option<f64>, expected: f64, tolerance: f64) {
        let found = found.unwrap_or(f64::NAN);
        let name = &self.name;
        assert!(
            (found - expected).abs() <= tolerance,
            "{found} for {expected}: {name}"
        );
    }
}

fn cases() -> Vec<Case> {
    let stored: Stored = serde_json::from_str(include_str!("data/metrics.json"))
        .expect("the stored file has this shape");
    stored.cases
}

#[test]
fn ranking_and_calibration_agree_with_scikit_learn() {
    for case in cases() {
        let labels = case.labels();
        let flags: Vec<bool> = case.flag.iter().map(|f| *f == 1).collect();
        case.close(metrics::auc(&case.p, &labels), case.auc, 1e-12);
        case.close(metrics::auc(&case.size, &labels), case.auc_size, 1e-12);
        let found = metrics::average_precision(&case.p, &labels);
        case.close(found, case.average_precision, 1e-12);
        case.close(metrics::mcc(&flags, &labels), case.mcc, 1e-12);
        case.close(metrics::brier(&case.p, &labels), case.brier, 1e-12);
        case.close(metrics::ece(&case.p, &labels, 10), case.ece, 1e-12);
    }
}

#[test]
fn fading_recalls_agree_with_their_weighted_sums_at_every_step() {
    for case in cases() {
        let labels = case.labels();
        let flags: Vec<bool> = case.flag.iter().map(|f| *f == 1).collect();
        for (factor, expected) in [(0.99, case.fading), (0.9, case.fading_9)] {
            let found = metrics::fading(&flags, &labels, factor);
            case.close(found.map(|f| f.recall0), expected[0], 1e-10);
            case.close(found.map(|f| f.recall1), expected[1], 1e-10);
            case.close(found.map(|f| f.gap), expected[2], 1e-10);
            case.close(found.map(|f| f.gmean), expected[3], 1e-10);
        }
    }
}

#[test]
fn effort_metrics_are_what_random_orders_of_tied_changes_give_on_average() {
    for case in cases() {
        let labels = case.labels();
        // The stored values of tied cases are means over random orders.
        let tolerance = if case.tied { 0.01 } else { 1e-12 };
        let popt = metrics::popt(&case.p, &labels, &case.effort);
        case.close(popt, case.popt, tolerance);
        let recall = metrics::recall_at_effort(&case.p, &labels, &case.effort, 0.2);
        case.close(recall, case.recall20, tolerance);
        let ifa = metrics::ifa(&case.p, &labels);
        case.close(ifa, case.ifa, if case.tied { 0.1 } else { 0.0 });
    }
}

#[test]
fn delongs_test_agrees_with_its_definition_over_all_pairs() {
    for case in cases() {
        let found = delong(&case.p, &case.size, &case.labels());
        case.close(found.map(|t| t.auc_a), case.delong.auc_a, 1e-12);
        case.close(found.map(|t| t.auc_b), case.delong.auc_b, 1e-12);
        case.close(found.map(|t| t.variance), case.delong.variance, 1e-12);
        case.close(found.map(|t| t.z), case.delong.z, 1e-9);
        case.close(found.map(|t| t.p_value), case.delong.p_value, 1e-9);
    }
}
