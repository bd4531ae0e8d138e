//! Newton's method for logistic regression with soft labels and a Gaussian prior.

use crate::classifier::logistic;
use crate::conjugate::solve_by_products;
use crate::error::{Error, Result};
use crate::symmetric::{Symmetric, dot};

/// Largest entry of the gradient at the end, for each unit of weight.
const TOLERANCE: f64 = 1e-8;

/// Halvings of a step before it is given up.
const MAX_HALVINGS: u32 = 60;

/// Coefficients above which steps are found by conjugate gradients, which never make the Hessian.
///
/// With `d` coefficients the Hessian costs `d/2` times what the gradient costs, conjugate gradients some forty times.
const WIDE: usize = 200;

/// Rows whose outer products are added at a time.
const BLOCK: usize = 4;

/// What is minimised over the coefficients `β`:
///
/// `L(β) = Σᵢ ωᵢ (ln(1 + e^ηᵢ) − yᵢ ηᵢ) + ½ (β − m)ᵀ K (β − m)` with `ηᵢ = oᵢ + β·xᵢ`.
///
/// `yᵢ ∈ [0, 1]` is a soft label: the term of a row is that of the same row twice, once defective with
/// weight `ωᵢ yᵢ` and once clean with weight `ωᵢ (1 − yᵢ)`.
pub(crate) struct Problem<'a, Row> {
    /// Writes row `i`, as long as there are coefficients, into its second argument.
    pub(crate) row: Row,
    /// `oᵢ`, the log-odds of each row without its coefficients; empty for 0.
    pub(crate) offsets: &'a [f64],
    /// `yᵢ`.
    pub(crate) targets: &'a [f64],
    /// `ωᵢ`, finite and not negative.
    pub(crate) weights: &'a [f64],
    /// `mⱼ`.
    pub(crate) centre: &'a [f64],
    /// `K`, positive semidefinite; a row and column of zeros leaves a coefficient free.
    pub(crate) precision: &'a Symmetric,
}

/// Where the minimum is.
#[derive(Debug)]
pub(crate) struct Minimum {
    pub(crate) coefficients: Vec<f64>,
    /// Newton steps made.
    pub(crate) n_steps: u32,
    /// Largest absolute entry of the gradient, divided by the sum of the weights.
    pub(crate) gradient: f64,
}

impl<Row: Fn(usize, &mut [f64])> Problem<'_, Row> {
    /// The minimum, sought from `start` on.
    ///
    /// Each step solves `H δ = −g` with gradient `g` and Hessian `H = Σ ωᵢ pᵢ (1 − pᵢ) xᵢ xᵢᵀ + K`, and is
    /// halved until the objective falls by a part of what the gradient promises (Armijo). The objective is
    /// convex, so this reaches the minimum from anywhere.
    ///
    /// # Errors
    ///
    /// [`Error::NotConverged`] if the gradient is still too large after `max_steps`, or no step leads down.
    pub(crate) fn minimise(&self, start: &[f64], max_steps: u32) -> Result<Minimum> {
        let total: f64 = self.weights.iter().sum();
        let mut coefficients = start.to_vec();
        let mut logits = self.products(&coefficients);
        for (i, offset) in self.offsets.iter().enumerate() {
            logits[i] += offset;
        }
        let mut n_steps = 0;
        loop {
            let slope = self.gradient(&coefficients, &logits);
            let gradient = slope.iter().fold(0.0, |max: f64, g| max.max(g.abs())) / total;
            if gradient <= TOLERANCE {
                return Ok(Minimum {
                    coefficients,
                    n_steps,
                    gradient,
                });
            }
            let moved =
                n_steps < max_steps && self.step(&mut coefficients, &mut logits, &slope).is_some();
            if !moved {
                return Err(Error::NotConverged { n_steps, gradient });
            }
            n_steps += 1;
        }
    }

    /// Makes one step down; `None` if there is none.
    fn step(&self, coefficients: &mut [f64], logits: &mut [f64], slope: &[f64]) -> Option<()> {
        let towards = if slope.len() <= WIDE {
            self.hessian(logits).solve(slope)?
        } else {
            let curvatures = self.curvatures(logits);
            solve_by_products(|v| self.hessian_times(&curvatures, v), slope)?
        };
        let direction: Vec<f64> = towards.iter().map(|d| -d).collect();
        let promised = dot(slope, &direction);
        let along = self.products(&direction);
        let here = self.objective(coefficients, logits);
        // Close to the minimum the objective differs by less than it is rounded.
        let rounding = 1e-12 * here.abs();
        let mut length = 1.0;
        for _ in 0..MAX_HALVINGS {
            let there = moved(coefficients, &direction, length);
            let logits_there = moved(logits, &along, length);
            let below = self.objective(&there, &logits_there) - here;
            if below <= 1e-4 * length * promised + rounding {
                coefficients.copy_from_slice(&there);
                logits.copy_from_slice(&logits_there);
                return Some(());
            }
            length /= 2.0;
        }
        None
    }

    /// `L(β)`; the logits are those of the coefficients.
    fn objective(&self, coefficients: &[f64], logits: &[f64]) -> f64 {
        let loss: f64 = logits
            .iter()
            .zip(self.targets)
            .zip(self.weights)
            .map(|((logit, y), weight)| weight * (softplus(*logit) - y * logit))
            .sum();
        let away = moved(coefficients, self.centre, -1.0);
        loss + 0.5 * dot(&away, &self.precision.times(&away))
    }

    /// `g = Σ ωᵢ (pᵢ − yᵢ) xᵢ + K (β − m)`.
    fn gradient(&self, coefficients: &[f64], logits: &[f64]) -> Vec<f64> {
        let away = moved(coefficients, self.centre, -1.0);
        let mut gradient = self.precision.times(&away);
        let mut row = vec![0.0; gradient.len()];
        for (i, logit) in logits.iter().enumerate() {
            (self.row)(i, &mut row);
            let residual = self.weights[i] * (logistic(*logit) - self.targets[i]);
            for (g, x) in gradient.iter_mut().zip(&row) {
                *g += residual * x;
            }
        }
        gradient
    }

    /// `H = Σ ωᵢ pᵢ (1 − pᵢ) xᵢ xᵢᵀ + K`.
    pub(crate) fn hessian(&self, logits: &[f64]) -> Symmetric {
        let n = self.precision.n();
        let mut hessian = self.precision.clone();
        let mut block = vec![0.0; BLOCK * n];
        for first in (0..logits.len()).step_by(BLOCK) {
            for (i, row) in (first..).zip(block.chunks_exact_mut(n)) {
                let Some(logit) = logits.get(i) else {
                    // The last block is filled up with rows that add nothing.
                    row.fill(0.0);
                    continue;
                };
                (self.row)(i, row);
                let p = logistic(*logit);
                let root = (self.weights[i] * p * (1.0 - p)).sqrt();
                for x in row {
                    *x *= root;
                }
            }
            hessian.add_outer(&block);
        }
        hessian
    }

    /// `ωᵢ pᵢ (1 − pᵢ)` for each row.
    fn curvatures(&self, logits: &[f64]) -> Vec<f64> {
        let rows = logits.iter().zip(self.weights);
        rows.map(|(logit, weight)| {
            let p = logistic(*logit);
            weight * p * (1.0 - p)
        })
        .collect()
    }

    /// `H v`, without `H`.
    fn hessian_times(&self, curvatures: &[f64], v: &[f64]) -> Vec<f64> {
        let mut product = self.precision.times(v);
        let mut row = vec![0.0; v.len()];
        for (i, curvature) in curvatures.iter().enumerate() {
            (self.row)(i, &mut row);
            let along = curvature * dot(&row, v);
            for (p, x) in product.iter_mut().zip(&row) {
                *p += along * x;
            }
        }
        product
    }

    /// `β·xᵢ` for each row.
    pub(crate) fn products(&self, coefficients: &[f64]) -> Vec<f64> {
        let mut row = vec![0.0; coefficients.len()];
        (0..self.targets.len())
            .map(|i| {
                (self.row)(i, &mut row);
                dot(coefficients, &row)
            })
            .collect()
    }
}

/// `from + length · direction`.
fn moved(from: &[f64], direction: &[f64], length: f64) -> Vec<f64> {
    from.iter()
        .zip(direction)
        .map(|(x, d)| x + length * d)
        .collect()
}

/// `ln(1 + eᵗ)`, written so that no intermediate result overflows.
fn softplus(t: f64) -> f64 {
    t.max(0.0) + (-t.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [[f64; 2]; 9] = [
        [1.0, 0.3],
        [1.0, -1.2],
        [1.0, 2.0],
        [1.0, 0.0],
        [1.0, 0.7],
        [1.0, -0.4],
        [1.0, 1.1],
        [1.0, -2.3],
        [1.0, 0.9],
    ];

    /// Runs a check on the first `n` rows, for numbers that fill their last block and that do not.
    fn each_size(check: impl Fn(&Problem<'_, &dyn Fn(usize, &mut [f64])>, usize)) {
        let offsets: Vec<f64> = (0..9).map(|i| f64::from(i) / 10.0).collect();
        let targets = [1.0, 0.0, 0.3, 0.9, 0.5, 0.1, 1.0, 0.0, 0.2];
        let weights = [1.0, 0.5, 2.0, 0.0, 1.0, 0.3, 0.8, 1.5, 1.0];
        for n in 1..=9 {
            let problem = Problem {
                row: &(|i: usize, row: &mut [f64]| row.copy_from_slice(&X[i]))
                    as &dyn Fn(usize, &mut [f64]),
                offsets: &offsets[..n],
                targets: &targets[..n],
                weights: &weights[..n],
                centre: &[0.2, -0.1],
                precision: &Symmetric::diagonal(&[0.5, 3.0]),
            };
            check(&problem, n);
        }
    }

    fn logits(beta: &[f64], n: usize) -> Vec<f64> {
        (0..n).map(|i| i as f64 / 10.0 + dot(beta, &X[i])).collect()
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_objective() {
        each_size(|problem, n| {
            let objective = |beta: &[f64]| problem.objective(beta, &logits(beta, n));
            let gradient = problem.gradient(&[0.4, -0.7], &logits(&[0.4, -0.7], n));
            let h = 1e-6;
            let slopes = [
                (objective(&[0.4 + h, -0.7]) - objective(&[0.4 - h, -0.7])) / (2.0 * h),
                (objective(&[0.4, -0.7 + h]) - objective(&[0.4, -0.7 - h])) / (2.0 * h),
            ];
            for (found, expected) in gradient.iter().zip(slopes) {
                assert!((found - expected).abs() < 1e-7, "{found} {expected}");
            }
        });
    }

    #[test]
    fn the_hessian_is_the_slope_of_the_gradient() {
        each_size(|problem, n| {
            let gradient = |beta: &[f64]| problem.gradient(beta, &logits(beta, n));
            let hessian = problem.hessian(&logits(&[0.4, -0.7], n));
            let h = 1e-6;
            for (j, (up, down)) in [
                ([0.4 + h, -0.7], [0.4 - h, -0.7]),
                ([0.4, -0.7 + h], [0.4, -0.7 - h]),
            ]
            .iter()
            .enumerate()
            {
                for (i, (up, down)) in gradient(up).iter().zip(gradient(down)).enumerate() {
                    let slope = (up - down) / (2.0 * h);
                    assert!((hessian.get(i, j) - slope).abs() < 1e-7, "{n} rows");
                }
            }
        });
    }

    #[test]
    fn the_product_with_the_hessian_is_that_of_the_matrix() {
        each_size(|problem, n| {
            let logits = logits(&[0.4, -0.7], n);
            let v = [0.3, -1.1];
            let expected = problem.hessian(&logits).times(&v);
            let found = problem.hessian_times(&problem.curvatures(&logits), &v);
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-12, "{n} rows");
            }
        });
    }

    #[test]
    fn a_wide_problem_has_the_minimum_of_the_narrow_one_inside_it() {
        let targets = [1.0, 0.0, 0.3, 0.9, 0.5, 0.1, 1.0, 0.0, 0.2];
        let minimum = |n_columns: usize| {
            let problem = Problem {
                row: |i: usize, row: &mut [f64]| {
                    row.fill(0.0);
                    row[..2].copy_from_slice(&X[i]);
                },
                offsets: &[],
                targets: &targets,
                weights: &[1.0; 9],
                centre: &vec![0.0; n_columns],
                precision: &Symmetric::diagonal(&vec![1.0; n_columns]),
            };
            problem.minimise(&vec![0.5; n_columns], 50).unwrap()
        };
        let (narrow, wide) = (minimum(2), minimum(WIDE + 1));
        for (a, b) in narrow.coefficients.iter().zip(&wide.coefficients) {
            assert!((a - b).abs() < 1e-7, "{a} {b}");
        }
        assert!(wide.coefficients[2..].iter().all(|b| b.abs() < 1e-7));
    }

    #[test]
    fn offsets_shift_the_intercept() {
        let targets = [0.2, 0.9, 0.4];
        let fit = |offsets: &[f64]| {
            let problem = Problem {
                row: |_: usize, row: &mut [f64]| row.fill(1.0),
                offsets,
                targets: &targets,
                weights: &[1.0; 3],
                centre: &[0.0],
                precision: &Symmetric::diagonal(&[0.0]),
            };
            problem.minimise(&[0.0], 50).unwrap().coefficients[0]
        };
        // Log-odds of 1/2: the mean of the labels.
        assert!(fit(&[]).abs() < 1e-8);
        assert!((fit(&[2.0; 3]) + 2.0).abs() < 1e-8);
    }

    #[test]
    fn softplus_is_finite_and_exact_at_both_ends() {
        assert_eq!(softplus(1e300), 1e300);
        assert_eq!(softplus(-1e300), 0.0);
        assert!((softplus(0.0) - 2f64.ln()).abs() < 1e-16);
        assert!((softplus(-40.0) - (-40f64).exp()).abs() < 1e-30);
    }
}
