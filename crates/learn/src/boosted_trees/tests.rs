use super::*;
use crate::checks::{batch_laws, stream};

fn fit(params: BoostedTreesParams, values: &[f32], targets: &[f64]) -> BoostedTrees {
    let weights = vec![1.0; targets.len()];
    let n_features = values.len() / targets.len();
    let rows = SoftRows::new(n_features, values, targets, &weights).unwrap();
    params.check().unwrap().fit(&rows).unwrap()
}

#[test]
fn trees_keep_the_laws_of_batch_models() {
    let params = BoostedTreesParams::new()
        .n_trees(60)
        .learning_rate(0.1)
        .column_share(0.6)
        .check()
        .unwrap();
    batch_laws(4, |rows| params.fit(rows), BoostedTrees::predict_proba_one);
}

#[test]
fn one_split_agrees_with_a_calculation_by_hand() {
    // Ten rows, three of them defective; the split at 6.5 has one on its left and two on its right.
    let values: Vec<f32> = (0..10).map(|i| i as f32).collect();
    let targets = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0];
    let params = BoostedTreesParams::new()
        .n_trees(1)
        .n_leaves(2)
        .least_rows(3)
        .learning_rate(0.5)
        .penalty(1.0)
        .column_share(1.0);
    let model = fit(params, &values, &targets);
    let intercept = (3.0_f64 / 7.0).ln();
    // p = .3 everywhere, so a leaf of n rows with d defective ones has G = .3 n − d and H = .21 n.
    let leaf = |n: f64, d: f64| intercept - 0.5 * (0.3 * n - d) / (0.21 * n + 1.0);
    for (x, expected) in [
        (0.0, leaf(7.0, 1.0)),
        (6.5, leaf(7.0, 1.0)),
        (6.6, leaf(3.0, 2.0)),
        (f64::NAN, leaf(7.0, 1.0)),
        (f64::INFINITY, leaf(3.0, 2.0)),
    ] {
        assert!((model.logit(&[x]) - expected).abs() < 1e-12, "{x}");
    }
}

#[test]
fn trees_see_what_only_two_columns_together_tell() {
    let values: Vec<f32> = stream(800, 2)
        .into_iter()
        .flat_map(|(x, _)| x)
        .map(|x| x as f32)
        .collect();
    let targets: Vec<f64> = values
        .chunks(2)
        .map(|x| f64::from(u8::from(x[0] > 0.0 && x[1] > 0.0)))
        .collect();
    let params = BoostedTreesParams::new().column_share(1.0);
    let model = fit(params, &values, &targets);
    let both = model.logit(&[0.6, 0.6]);
    for x in [[-0.6, -0.6], [0.6, -0.6], [-0.6, 0.6]] {
        assert!(both > 1.0 && model.logit(&x) < -1.0, "{x:?}");
    }
}

#[test]
fn every_tree_sees_its_part_of_the_columns_and_all_come_up_alike() {
    let params = BoostedTreesParams::new().check().unwrap();
    let mut seen = [0; 20];
    for number in 0..1_000 {
        let columns = params.columns(number, 20);
        assert_eq!(columns.len(), 6);
        assert!(columns.is_sorted_by(|a, b| a < b));
        for column in columns {
            seen[column] += 1;
        }
    }
    assert!(seen.iter().all(|n| (240..360).contains(n)), "{seen:?}");
    assert_eq!(params.columns(0, 1), [0]);
}

#[test]
fn parameters_outside_their_range_are_refused() {
    for params in [
        BoostedTreesParams::new().learning_rate(0.0),
        BoostedTreesParams::new().learning_rate(f64::NAN),
        BoostedTreesParams::new().column_share(1.5),
        BoostedTreesParams::new().penalty(0.0),
    ] {
        assert!(matches!(params.check(), Err(Error::Parameter { .. })));
    }
    let stump = fit(
        BoostedTreesParams::new().n_leaves(1),
        &[1.0, 2.0],
        &[0.0, 1.0],
    );
    assert_eq!(
        stump.logit(&[5.0]),
        0.0,
        "one leaf knows the base rate only"
    );
}
