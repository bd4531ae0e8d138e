//! Whether one model is better than another over several projects.

use crate::metrics::mid_ranks;

/// Pairs up to which the p-value is counted out where no two differences are alike.
const EXACT: usize = 50;

/// Pairs up to which it is counted out where differences are alike or 0.
const EXACT_WITH_TIES: usize = 13;

/// Result of [`wilcoxon`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wilcoxon {
    /// Pairs that differ.
    pub n: usize,
    /// The smaller one of the sums of ranks of positive and of negative differences.
    pub statistic: f64,
    /// Two-sided p-value of differences that lie evenly around 0.
    pub p_value: f64,
}

/// Wilcoxon's signed-rank test of pairs, one a project.
///
/// The differences `aᵢ − bᵢ` that are not 0 are ranked by size, with mid-ranks; `R⁺` sums the ranks of the positive
/// ones. The p-value is twice the smaller part of all `2ⁿ` choices of signs that give a sum at most, or at least,
/// as large as `R⁺`, counted out: for up to 50 pairs, or up to 13 where differences are alike or 0. Beyond, it is that
/// of the normal distribution with mean `n (n + 1) / 4` and variance
/// `(n (n + 1) (2n + 1) − ½ Σ (t³ − t)) / 24`, `t` the sizes of groups of like differences, without correction for
/// continuity.
///
/// With few projects no p-value can be small: the least one is `2^(1 − n)`, .031 for six.
///
/// - Units and range: `None` without pairs or with a NaN; `p = 1` if no pair differs.
/// - Source: Wilcoxon, Biometrics Bulletin 1945; zeros dropped and bounds as in scipy's `wilcoxon`.
///
/// # Panics
///
/// If there are not as many `b` as `a`.
#[must_use]
pub fn wilcoxon(a: &[f64], b: &[f64]) -> Option<Wilcoxon> {
    assert_eq!(a.len(), b.len(), "the values come in pairs");
    let all = a.iter().zip(b).map(|(a, b)| a - b);
    let differences: Vec<f64> = all.filter(|d| *d != 0.0).collect();
    let sizes: Vec<f64> = differences.iter().map(|d| d.abs()).collect();
    let ranks = mid_ranks(&sizes)?;
    if a.is_empty() {
        return None;
    }
    let n = differences.len();
    let signed = ranks.iter().zip(&differences);
    let positive: f64 = signed
        .filter(|(_, d)| **d > 0.0)
        .map(|(rank, _)| rank)
        .sum();
    let total = (n * (n + 1)) as f64 / 2.0;
    let ties = tie_sizes(&ranks);
    let distinct = n == a.len() && ties.iter().all(|t| *t == 1.0);
    let counted = a.len() <= if distinct { EXACT } else { EXACT_WITH_TIES };
    let p_value = if n == 0 {
        1.0
    } else if counted {
        counted_out(&ranks, positive)
    } else {
        approximate(n as f64, &ties, positive)
    };
    Some(Wilcoxon {
        n,
        statistic: positive.min(total - positive),
        p_value,
    })
}

/// Sizes of the groups of equal ranks.
fn tie_sizes(ranks: &[f64]) -> Vec<f64> {
    let mut sorted = ranks.to_vec();
    sorted.sort_by(f64::total_cmp);
    let groups = sorted.chunk_by(|a, b| a == b);
    groups.map(|group| group.len() as f64).collect()
}

/// The p-value over all choices of signs.
fn counted_out(ranks: &[f64], positive: f64) -> f64 {
    // Twice a mid-rank is whole; 2⁵⁰ choices are counted exactly.
    let doubled = ranks.iter().map(|rank| (2.0 * rank) as usize);
    let mut choices = vec![0.0; doubled.clone().sum::<usize>() + 1];
    choices[0] = 1.0;
    for rank in doubled {
        for sum in (rank..choices.len()).rev() {
            choices[sum] += choices[sum - rank];
        }
    }
    let at = (2.0 * positive) as usize;
    let below: f64 = choices[..=at].iter().sum();
    let above: f64 = choices[at..].iter().sum();
    (2.0 * below.min(above) / 2.0_f64.powi(ranks.len() as i32)).min(1.0)
}

/// The p-value of the normal distribution.
fn approximate(n: f64, ties: &[f64], positive: f64) -> f64 {
    let surplus: f64 = ties.iter().map(|t| t.powi(3) - t).sum();
    let variance = (n * (n + 1.0) * (2.0 * n + 1.0) - surplus / 2.0) / 24.0;
    let z = (positive - n * (n + 1.0) / 4.0) / variance.sqrt();
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cases_agree_with_a_calculation_by_hand() {
        // Six projects, all better: 2 of 2⁶ choices of signs are as extreme.
        let better = wilcoxon(&[0.8, 0.75, 0.9, 0.7, 0.66, 0.82], &[0.7; 6]);
        assert_eq!(better.map(|test| test.n), Some(5));
        let better = wilcoxon(&[0.8, 0.75, 0.9, 0.71, 0.66, 0.82], &[0.6; 6]).unwrap();
        assert_eq!((better.n, better.statistic), (6, 0.0));
        assert_eq!(better.p_value, 0.031_25);
        // Differences 1, 1, −2: ranks 1.5, 1.5, 3; sums 0, 1.5, 1.5, 3, 3, 4.5, 4.5, 6 of which R⁺ = 3.
        let tied = wilcoxon(&[2.0, 2.0, 1.0], &[1.0, 1.0, 3.0]).unwrap();
        assert_eq!((tied.statistic, tied.p_value), (3.0, 1.0));
    }

    #[test]
    fn what_does_not_differ_has_p_one_and_what_is_not_there_none() {
        let same = wilcoxon(&[0.5, 0.6], &[0.5, 0.6]).unwrap();
        assert_eq!((same.n, same.statistic, same.p_value), (0, 0.0, 1.0));
        assert_eq!(wilcoxon(&[], &[]), None);
        assert_eq!(wilcoxon(&[f64::NAN], &[0.5]), None);
    }
}
