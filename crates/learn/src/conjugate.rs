//! Linear equations of which only products are at hand.

use crate::symmetric::dot;

/// Length of the residual at the end, beside that of the right-hand side.
const TOLERANCE: f64 = 1e-3;

/// The `x` with `A x = b`, nearly, for a positive definite `A` that is known by its products.
///
/// Conjugate gradients from 0 on, until `‖b − A x‖ ≤ 10⁻³ ‖b‖`, or after as many products as there are unknowns; a
/// Newton step needs no more. `None` if `A` turns out not to be positive definite (in floating point). Every `x` on
/// the way has `b·x > 0`, so a step made of it leads down.
///
/// - **Source**: Nocedal and Wright, *Numerical Optimization*, 2006, algorithms 5.2 and 7.1.
pub(crate) fn solve_by_products(
    product: impl Fn(&[f64]) -> Vec<f64>,
    b: &[f64],
) -> Option<Vec<f64>> {
    let mut x = vec![0.0; b.len()];
    let mut residual = b.to_vec();
    let mut direction = b.to_vec();
    let mut square = dot(b, b);
    let enough = TOLERANCE.powi(2) * square;
    for _ in 0..b.len() {
        if square <= enough {
            break;
        }
        let along = product(&direction);
        let curvature = dot(&direction, &along);
        // False for NaN, too.
        let is_positive = curvature > 0.0 && curvature.is_finite();
        if !is_positive {
            return None;
        }
        let length = square / curvature;
        for (x, d) in x.iter_mut().zip(&direction) {
            *x += length * d;
        }
        for (r, a) in residual.iter_mut().zip(&along) {
            *r -= length * a;
        }
        let next = dot(&residual, &residual);
        for (d, r) in direction.iter_mut().zip(&residual) {
            *d = r + next / square * *d;
        }
        square = next;
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symmetric::Symmetric;

    #[test]
    fn the_solution_is_that_of_cholesky() {
        let mut matrix = Symmetric::diagonal(&[3.0, 2.0, 5.0, 1.0]);
        matrix.add_outer(&[
            1.0, 0.5, 0.0, -1.0, 0.3, 0.3, 2.0, 0.0, 0.0, 1.0, 1.0, 1.0, -1.0, 0.0, 0.2, 0.4,
        ]);
        let b = [1.0, -2.0, 0.5, 4.0];
        let found = solve_by_products(|v| matrix.times(v), &b).unwrap();
        let expected = matrix.clone().solve(&b).unwrap();
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-2, "{found} {expected}");
        }
        assert_eq!(
            solve_by_products(|v| matrix.times(v), &[0.0; 4]),
            Some(vec![0.0; 4])
        );
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_no_solution() {
        let matrix = Symmetric::diagonal(&[1.0, -2.0]);
        assert_eq!(solve_by_products(|v| matrix.times(v), &[1.0, 1.0]), None);
    }
}
