use super::*;
use proptest::prelude::*;

/// The percentile from its definition.
fn slow(window: &[f64], x: f64) -> f64 {
    let known: Vec<f64> = window.iter().copied().filter(|v| v.is_finite()).collect();
    if x.is_nan() || known.is_empty() {
        return 0.0;
    }
    let below = known.iter().filter(|v| **v < x).count() as f64;
    let ties = known.iter().filter(|v| **v == x).count() as f64;
    ((below + ties / 2.0) / known.len() as f64 - 0.5) * 12f64.sqrt()
}

/// Few distinct values, so that ties and both zeros occur.
fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        5 => (-4..4i32).prop_map(f64::from),
        1 => Just(-0.0),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        2 => -4.0..4.0f64,
    ]
}

proptest! {
    #[test]
    fn the_sorted_window_agrees_with_the_definition(values in prop::collection::vec(value(), 0..60)) {
        let mut ranks = Ranks::new(1);
        for (i, x) in values.iter().enumerate() {
            let found = ranks.transform(&[*x]).unwrap()[0];
            prop_assert!((found - slow(&values[..i], *x)).abs() < 1e-12);
            ranks.absorb(&[*x]).unwrap();
        }
    }

    #[test]
    fn a_saved_window_goes_on_as_if_it_had_not_been_saved(
        values in prop::collection::vec(value(), 1..40),
        at in 0..40usize,
    ) {
        let mut ranks = Ranks::new(1);
        let mut other = ranks.clone();
        for (i, x) in values.iter().enumerate() {
            if i == at {
                other = serde_json::from_str(&serde_json::to_string(&ranks).unwrap()).unwrap();
                other = postcard::from_bytes(&postcard::to_stdvec(&other).unwrap()).unwrap();
            }
            prop_assert_eq!(ranks.transform(&[*x]).unwrap(), other.transform(&[*x]).unwrap());
            ranks.absorb(&[*x]).unwrap();
            other.absorb(&[*x]).unwrap();
        }
    }
}

#[test]
fn only_the_last_thousand_changes_count() {
    let mut ranks = Ranks::new(1);
    let values: Vec<f64> = (0..2_500).map(|i| f64::from((i * 7919) % 101)).collect();
    for (i, x) in values.iter().enumerate() {
        let window = &values[i.saturating_sub(WINDOW)..i];
        assert!((ranks.transform(&[*x]).unwrap()[0] - slow(window, *x)).abs() < 1e-12);
        ranks.absorb(&[*x]).unwrap();
    }
}

#[test]
fn a_first_row_is_average_and_extremes_have_the_bounds() {
    let mut ranks = Ranks::new(2);
    assert_eq!(ranks.transform(&[1.0, f64::NAN]).unwrap(), [0.0, 0.0]);
    ranks.absorb(&[1.0, f64::NAN]).unwrap();
    let bound = 3f64.sqrt();
    let found = ranks.transform(&[2.0, 5.0]).unwrap();
    assert!((found[0] - bound).abs() < 1e-12 && found[1] == 0.0);
    let found = ranks.transform(&[0.0, 5.0]).unwrap();
    assert!((found[0] + bound).abs() < 1e-12);
}

#[test]
fn what_is_not_known_takes_a_place_in_the_window_but_is_not_compared_with() {
    let mut ranks = Ranks::new(1);
    ranks.absorb(&[5.0]).unwrap();
    for _ in 0..WINDOW {
        ranks.absorb(&[f64::NAN]).unwrap();
    }
    assert_eq!(ranks.transform(&[9.0]).unwrap(), [0.0]);
}

#[test]
fn rows_of_another_length_are_refused() {
    assert!(Ranks::new(2).transform(&[1.0]).is_err());
    assert!(Ranks::new(2).absorb(&[1.0]).is_err());
    assert!(serde_json::from_str::<Ranks>(r#"{"n_columns":2,"rows":[[1.0]]}"#).is_err());
}
