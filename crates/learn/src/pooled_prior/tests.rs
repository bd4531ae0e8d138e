use super::*;
use crate::bayes_logistic::{BayesLogistic, BayesLogisticParams};
use crate::checks::stream;
use crate::classifier::Classifier;
use linfa::ParamGuard;

struct Project {
    rows: Vec<f32>,
    targets: Vec<f64>,
    weights: Vec<f64>,
}

const D: usize = 3;

/// `n` rows of the stream after the first `skip`, with a share of the labels turned defective.
fn project(skip: usize, n: usize, more: usize) -> Project {
    let all = stream(skip + n, D);
    let labelled = || all[skip..].iter();
    Project {
        rows: labelled()
            .flat_map(|(x, _)| x.iter().map(|x| *x as f32))
            .collect(),
        targets: labelled()
            .enumerate()
            .map(|(i, (_, y))| if i % 10 < more { 1.0 } else { y.outcome() })
            .collect(),
        weights: vec![1.0; n],
    }
}

impl Project {
    fn soft(&self) -> SoftRows<'_> {
        SoftRows::new(D, &self.rows, &self.targets, &self.weights).unwrap()
    }
}

fn columns() -> Vec<String> {
    ["a", "b", "c"].map(str::to_owned).to_vec()
}

fn fit(projects: &[&Project]) -> PooledPrior {
    let rows: Vec<SoftRows<'_>> = projects.iter().map(|p| p.soft()).collect();
    PooledPrior::fit(&columns(), &rows).unwrap()
}

#[test]
fn projects_share_weights_and_have_base_rates_of_their_own() {
    let (few, many) = (project(0, 2_000, 0), project(2_000, 1_000, 5));
    let pooled = fit(&[&few, &many]);
    // The stream's probability rises with its first column alone, by 0.2 a unit around 0.25.
    assert!(pooled.weights()[0] > 0.5, "{:?}", pooled.weights());
    assert!(pooled.weights()[1..].iter().all(|w| w.abs() < 0.15));
    // Base rates of about 26 % and 62 %: log-odds of -1.1 and 0.5, further apart where the columns explain a part.
    let [few, many] = pooled.intercepts() else {
        panic!("one for each project");
    };
    assert!(*few < -1.0 && *many > 0.3, "{few} {many}");
}

#[test]
fn the_order_of_projects_makes_no_difference() {
    let (few, many) = (project(0, 500, 0), project(500, 700, 5));
    let (one, other) = (fit(&[&few, &many]), fit(&[&many, &few]));
    for (a, b) in one.weights().iter().zip(other.weights()) {
        assert!((a - b).abs() < 1e-7);
    }
}

#[test]
fn the_weights_are_those_of_a_model_with_a_column_for_each_project() {
    let (few, many) = (project(0, 500, 0), project(500, 700, 5));
    let pooled = fit(&[&few, &many]);
    // The slope of the objective is 0 in every weight: the labels are as probable as they were frequent.
    for column in 0..D {
        let mut slope = PENALTY * 1_200.0 * pooled.weights()[column];
        for (rows, intercept) in [(&few, 0), (&many, 1)] {
            let b = pooled.intercepts()[intercept];
            for (x, y) in rows.rows.chunks(D).zip(&rows.targets) {
                let eta = x
                    .iter()
                    .zip(pooled.weights())
                    .fold(b, |sum, (x, w)| sum + w * f64::from(*x));
                slope += (crate::classifier::logistic(eta) - y) * f64::from(x[column]);
            }
        }
        assert!(slope.abs() < 1e-3, "{slope}");
    }
}

#[test]
fn a_prior_worth_nothing_has_the_weights_and_the_plain_precision() {
    let pooled = fit(&[&project(0, 500, 0), &project(500, 700, 5)]);
    let prior = pooled.prior(0.0).unwrap();
    assert_eq!(prior.weight_means(), pooled.weights());
    assert_eq!(prior.precision, Symmetric::diagonal(&[PRECISION; D]));
    for refused in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(pooled.prior(refused).is_err());
    }
}

#[test]
fn a_prior_worth_more_moves_less_at_a_label() {
    let pooled = fit(&[&project(0, 500, 0), &project(500, 700, 5)]);
    let moved = |n: f64| {
        let params = BayesLogisticParams::prior(&pooled.prior(n).unwrap());
        let mut model: BayesLogistic = params.check().unwrap().start();
        let before = model.weights().to_vec();
        assert_eq!(before, pooled.weights());
        model.learn_one(&[2.0, -1.0, 1.0], crate::Label::Defective, 1.0);
        let after = model.weights().iter().zip(&before);
        after.map(|(a, b)| (a - b).abs()).sum::<f64>()
    };
    assert!(moved(0.0) > moved(500.0) && moved(500.0) > moved(5_000.0));
    assert!(moved(5_000.0) > 0.0);
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let one = project(0, 50, 0);
    let fitted = |rows: &[SoftRows<'_>]| PooledPrior::fit(&columns(), rows);
    assert!(matches!(
        fitted(&[one.soft()]),
        Err(Error::Parameter { .. })
    ));
    let narrow = SoftRows::new(1, &one.rows[..50], &one.targets, &one.weights).unwrap();
    assert!(matches!(
        fitted(&[one.soft(), narrow]),
        Err(Error::RowLength { .. })
    ));
    let nothing = SoftRows::new(D, &[], &[], &[]).unwrap();
    assert!(matches!(fitted(&[one.soft(), nothing]), Err(Error::NoRows)));
}

#[test]
fn a_rounded_prior_comes_back_from_its_file_bit_for_bit() {
    let pooled = fit(&[&project(0, 500, 0), &project(500, 700, 5)]).rounded();
    let json = serde_json::to_string(&pooled).unwrap();
    assert_eq!(serde_json::from_str::<PooledPrior>(&json).unwrap(), pooled);
    assert_eq!(pooled.clone().rounded(), pooled);
}
