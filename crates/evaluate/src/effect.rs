//! How large a difference is, whatever its p-value.

/// Cliff's delta: how often a value of one group is larger than one of another, less how often it is smaller.
///
/// `δ = (#(aᵢ > bⱼ) − #(aᵢ < bⱼ)) / (n m)` over all pairs.
///
/// - Units and range: `−1 ..= 1`, 0 for groups that overlap evenly; `None` for an empty group or with a NaN.
/// - Source: Cliff, Psychological Bulletin 1993.
#[must_use]
pub fn cliffs_delta(a: &[f64], b: &[f64]) -> Option<f64> {
    let n_pairs = a.len() * b.len();
    if n_pairs == 0 || a.iter().chain(b).any(|value| value.is_nan()) {
        return None;
    }
    let of_one = |x: &f64| {
        let larger = b.iter().filter(|y| x > y).count() as f64;
        let smaller = b.iter().filter(|y| x < y).count() as f64;
        larger - smaller
    };
    Some(a.iter().map(of_one).sum::<f64>() / n_pairs as f64)
}

/// The conventional word for the size of [`cliffs_delta`].
///
/// - Units and range: `negligible` below .147, `small` below .33, `medium` below .474, and `large`, whatever the sign.
/// - Source: Romano et al., Annual meeting of the Florida Association of Institutional Research 2006.
#[must_use]
pub fn magnitude(delta: f64) -> &'static str {
    match delta.abs() {
        size if size < 0.147 => "negligible",
        size if size < 0.33 => "small",
        size if size < 0.474 => "medium",
        _ => "large",
    }
}

/// Holm's correction of the p-values of one table, in their order.
///
/// With the `m` values in ascending order, the `i`-th (from 1 on) becomes `max over j ≤ i of min(1, (m − j + 1) pⱼ)`.
/// Those below .05 then include a false one with a chance of at most 5 %, however they depend on each other.
///
/// - Units and range: `0 ..= 1`, none smaller than before.
/// - Source: Holm, Scandinavian Journal of Statistics 1979.
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut corrected = vec![0.0; p_values.len()];
    let mut largest: f64 = 0.0;
    for (i, place) in order.into_iter().enumerate() {
        let factor = (p_values.len() - i) as f64;
        largest = largest.max(factor * p_values[place]).min(1.0);
        corrected[place] = largest;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cases_agree_with_a_calculation_by_hand() {
        assert_eq!(cliffs_delta(&[3.0, 2.0], &[1.0, 2.0]), Some(0.75));
        assert_eq!(cliffs_delta(&[1.0], &[2.0, 3.0]), Some(-1.0));
        assert_eq!(cliffs_delta(&[], &[1.0]), None);
        assert_eq!(cliffs_delta(&[f64::NAN], &[1.0]), None);
        assert_eq!(holm(&[0.04, 0.01, 0.03]), [0.06, 0.03, 0.06]);
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
        assert_eq!(holm(&[]), [0.0; 0]);
    }

    #[test]
    fn words_change_at_the_published_bounds() {
        for (delta, word) in [
            (0.0, "negligible"),
            (0.1469, "negligible"),
            (-0.147, "small"),
            (0.33, "medium"),
            (-0.474, "large"),
            (1.0, "large"),
        ] {
            assert_eq!(magnitude(delta), word, "{delta}");
        }
    }
}
