//! A symmetric matrix, stored once.

use serde::{Deserialize, Serialize};

/// A symmetric `n × n` matrix as its packed upper triangle, row by row.
///
/// Only one of `a[i][j]` and `a[j][i]` exists, so rounding cannot make the matrix asymmetric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Symmetric {
    n: usize,
    upper: Vec<f64>,
}

impl Symmetric {
    /// The matrix with `diagonal` on its diagonal and 0 elsewhere.
    pub(crate) fn diagonal(diagonal: &[f64]) -> Self {
        let n = diagonal.len();
        let mut upper = Vec::with_capacity(n * (n + 1) / 2);
        for (i, &d) in diagonal.iter().enumerate() {
            upper.push(d);
            upper.resize(upper.len() + n - 1 - i, 0.0);
        }
        Self { n, upper }
    }

    /// The product `A x`.
    pub(crate) fn times(&self, x: &[f64]) -> Vec<f64> {
        assert_eq!(
            x.len(),
            self.n,
            "the vector has as many entries as the matrix rows"
        );
        let mut product = vec![0.0; self.n];
        let mut rest = self.upper.as_slice();
        for i in 0..self.n {
            let (row, below) = rest.split_at(self.n - i);
            rest = below;
            product[i] += dot(row, &x[i..]);
            let x_i = x[i];
            for (p, a) in product[i + 1..].iter_mut().zip(&row[1..]) {
                *p += a * x_i;
            }
        }
        product
    }

    /// Replaces `A` by `A - scale · s sᵀ`.
    pub(crate) fn downdate(&mut self, s: &[f64], scale: f64) {
        assert_eq!(
            s.len(),
            self.n,
            "the vector has as many entries as the matrix rows"
        );
        let mut rest = self.upper.as_mut_slice();
        for i in 0..self.n {
            let (row, below) = rest.split_at_mut(self.n - i);
            rest = below;
            let factor = scale * s[i];
            for (a, s_j) in row.iter_mut().zip(&s[i..]) {
                *a -= factor * s_j;
            }
        }
    }

    /// Entry `a[i][j]`.
    pub(crate) fn get(&self, i: usize, j: usize) -> f64 {
        let (i, j) = (i.min(j), i.max(j));
        self.upper[i * self.n - i * (i + 1) / 2 + j]
    }

    /// Number of rows.
    pub(crate) fn n(&self) -> usize {
        self.n
    }
}

/// Scalar product with four running sums: fixed order on every machine, and short dependency chains.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let tail: f64 = a4
        .remainder()
        .iter()
        .zip(b4.remainder())
        .map(|(x, y)| x * y)
        .sum();
    for (x, y) in a4.zip(b4) {
        for k in 0..4 {
            sums[k] += x[k] * y[k];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_downdates_agree_with_the_full_matrix() {
        let n = 7;
        let mut packed = Symmetric::diagonal(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        let mut full = vec![vec![0.0; n]; n];
        for (i, row) in full.iter_mut().enumerate() {
            row[i] = (i + 1) as f64;
        }
        for step in 0..5 {
            let s: Vec<f64> = (0..n).map(|i| ((i * 3 + step) as f64).sin()).collect();
            packed.downdate(&s, 0.05);
            for i in 0..n {
                for j in 0..n {
                    full[i][j] -= 0.05 * s[i] * s[j];
                }
            }
        }
        let x: Vec<f64> = (0..n).map(|i| (i as f64).cos()).collect();
        for (i, (p, row)) in packed.times(&x).iter().zip(&full).enumerate() {
            let expected: f64 = row.iter().zip(&x).map(|(a, b)| a * b).sum();
            assert!((p - expected).abs() < 1e-12);
            for (j, a) in row.iter().enumerate() {
                assert!((packed.get(i, j) - a).abs() < 1e-12);
                assert_eq!(packed.get(i, j), packed.get(j, i));
            }
        }
    }

    #[test]
    fn the_empty_matrix_has_an_empty_product() {
        assert!(Symmetric::diagonal(&[]).times(&[]).is_empty());
    }
}
