//! How many of several events happen.

/// A number of events to be expected, with a 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Expected {
    /// The mean, `Σ pᵢ`.
    pub mean: f64,
    /// Lower end of the interval: a whole number of events.
    pub low: f64,
    /// Upper end of it.
    pub high: f64,
}

/// Largest number of steps that one exact distribution may take.
const MOST_STEPS: f64 = 4e6;

/// The multipliers that are looked at lie at `z` = −3.5, −3.25 … 3.5.
const NODES: i32 = 14;

/// The number of events that happen among some with the probabilities `pᵢ`, if all probabilities may be off by one factor.
///
/// Without that factor the number has the Poisson-binomial distribution, with the mean `Σ pᵢ` and the variance
/// `Σ pᵢ (1 − pᵢ)`. Its interval is narrow, since it takes each probability for true. `spread` is the relative error of
/// their sum, as a standard deviation: then the number is a mixture of such distributions with the probabilities
/// `min(θ pᵢ, 1)`, where `θ` is log-normal with the mean 1 and the standard deviation `spread`. The interval is from the
/// 2.5 % to the 97.5 % quantile: the smallest numbers whose distribution function reaches these.
///
/// - Units and range: events; 0 for none. `spread` is not negative.
/// - Source: the distribution is built up event by event, as in Hong, *On computing the distribution function for the
///   Poisson binomial distribution*, CSDA 2013, section 2.5. **Deviation**: the factor; where the exact distribution would
///   take more than some millions of steps, which means hundreds of events, the normal distribution stands for it.
///
/// # Panics
///
/// If a probability is not in `0 ..= 1`.
#[must_use]
pub fn expected(probabilities: &[f64], spread: f64) -> Expected {
    assert!(
        probabilities.iter().all(|p| (0.0..=1.0).contains(p)),
        "a probability lies in 0 ..= 1"
    );
    let mean: f64 = probabilities.iter().sum();
    if mean == 0.0 {
        return Expected::default();
    }
    let nodes = nodes(spread);
    let largest = nodes.iter().map(|node| node.0).fold(1.0, f64::max) * mean;
    let most = (largest + 10.0 * largest.sqrt() + 20.0).min(probabilities.len() as f64);
    let is_exact = probabilities.len() as f64 * most <= MOST_STEPS;
    let mut cumulated = vec![0.0; most as usize + 1];
    for (factor, weight) in nodes {
        let own: Vec<f64> = probabilities
            .iter()
            .map(|p| (p * factor).min(1.0))
            .collect();
        if is_exact {
            let mut sum = 0.0;
            for (total, p) in cumulated.iter_mut().zip(distribution(&own, most as usize)) {
                sum += p;
                *total += weight * sum;
            }
        } else {
            let mean: f64 = own.iter().sum();
            let deviation = own.iter().map(|p| p * (1.0 - p)).sum::<f64>().sqrt();
            for (k, total) in cumulated.iter_mut().enumerate() {
                *total += weight * normal((k as f64 + 0.5 - mean) / deviation.max(1e-9));
            }
        }
    }
    let quantile = |part: f64| cumulated.partition_point(|sum| *sum < part) as f64;
    Expected {
        mean,
        low: quantile(0.025),
        high: quantile(0.975).min(most),
    }
}

/// Factors with their weights, which sum to 1.
fn nodes(spread: f64) -> Vec<(f64, f64)> {
    if spread <= 0.0 {
        return vec![(1.0, 1.0)];
    }
    let variance = (spread * spread).ln_1p();
    let node = |at: i32| {
        let z = f64::from(at) * 0.25;
        let factor = (variance.sqrt() * z - variance / 2.0).exp();
        (factor, (-z * z / 2.0).exp())
    };
    let nodes: Vec<(f64, f64)> = (-NODES..=NODES).map(node).collect();
    let total: f64 = nodes.iter().map(|node| node.1).sum();
    nodes.iter().map(|it| (it.0, it.1 / total)).collect()
}

/// Probabilities of 0, 1, … `most` events.
fn distribution(probabilities: &[f64], most: usize) -> Vec<f64> {
    let mut found = vec![0.0; most + 1];
    found[0] = 1.0;
    for (n, p) in probabilities.iter().enumerate() {
        for k in (1..=(n + 1).min(most)).rev() {
            found[k] = found[k] * (1.0 - p) + found[k - 1] * p;
        }
        found[0] *= 1.0 - p;
    }
    found
}

/// Distribution function of the normal distribution.
fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probability of each number of events, by all ways in which they can happen.
    fn enumerated(probabilities: &[f64]) -> Vec<f64> {
        let n = probabilities.len();
        let mut found = vec![0.0; n + 1];
        for ways in 0..1_u32 << n {
            let chance = probabilities.iter().enumerate().map(|(at, p)| {
                let happens = ways >> at & 1 == 1;
                if happens { *p } else { 1.0 - p }
            });
            found[ways.count_ones() as usize] += chance.product::<f64>();
        }
        found
    }

    #[test]
    fn the_distribution_is_that_of_all_ways() {
        let probabilities = [0.1, 0.9, 0.33, 0.5, 0.02, 0.77, 1.0, 0.0];
        let expected = enumerated(&probabilities);
        let found = distribution(&probabilities, probabilities.len());
        for (a, b) in found.iter().zip(&expected) {
            assert!((a - b).abs() < 1e-14, "{found:?} {expected:?}");
        }
    }

    #[test]
    fn equal_probabilities_are_the_binomial_distribution() {
        // scipy.stats.binom.ppf([.025, .975], n, p), scipy 1.17.
        for (n, p, low, high) in [
            (10, 0.5, 2.0, 8.0),
            (100, 0.07, 2.0, 12.0),
            (1_000, 0.2, 176.0, 225.0),
            (3, 0.01, 0.0, 1.0),
        ] {
            let found = expected(&vec![p; n], 0.0);
            assert_eq!((found.low, found.high), (low, high), "{n} {p}");
            assert!((found.mean - n as f64 * p).abs() < 1e-9);
        }
        // So many that the normal distribution stands for it: scipy has 2907 and 3093.
        let found = expected(&vec![0.25; 12_000], 0.0);
        assert!((found.low - 2_907.0).abs() <= 1.0, "{found:?}");
        assert!((found.high - 3_093.0).abs() <= 1.0, "{found:?}");
        assert_eq!(expected(&[], 0.3), Expected::default());
    }

    #[test]
    fn an_error_of_the_model_widens_the_interval_around_the_same_mean() {
        let probabilities = vec![0.1; 1_000];
        let chance = expected(&probabilities, 0.0);
        let wide = expected(&probabilities, 0.3);
        assert_eq!(chance.mean, wide.mean);
        // A log-normal factor alone has its quantiles at exp(±1.96 σ − σ²/2): 54 and 171 of 100.
        assert!((50.0..=56.0).contains(&wide.low), "{wide:?}");
        assert!((169.0..=178.0).contains(&wide.high), "{wide:?}");
        assert!(chance.low > 80.0 && chance.high < 120.0);
    }
}
