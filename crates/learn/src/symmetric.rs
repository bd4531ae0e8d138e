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

    /// Replaces `A` by `A + Σ s sᵀ` over the four vectors `s` that lie one after the other in `vectors`.
    ///
    /// Four at a time, because the time goes into reading and writing the matrix.
    pub(crate) fn add_outer(&mut self, vectors: &[f64]) {
        assert_eq!(
            vectors.len(),
            4 * self.n,
            "there are four vectors with as many entries as the matrix rows"
        );
        let (s, rest) = vectors.split_at(self.n);
        let (t, rest) = rest.split_at(self.n);
        let (u, v) = rest.split_at(self.n);
        let mut below = self.upper.as_mut_slice();
        for i in 0..self.n {
            let row;
            (row, below) = below.split_at_mut(self.n - i);
            let (s, t, u, v) = (&s[i..], &t[i..], &u[i..], &v[i..]);
            for ((((a, s_j), t_j), u_j), v_j) in row.iter_mut().zip(s).zip(t).zip(u).zip(v) {
                *a += (s[0] * s_j + t[0] * t_j) + (u[0] * u_j + v[0] * v_j);
            }
        }
    }

    /// Adds `amounts` to the diagonal.
    pub(crate) fn add_diagonal(&mut self, amounts: &[f64]) {
        assert_eq!(
            amounts.len(),
            self.n,
            "the vector has as many entries as the matrix rows"
        );
        let mut at = 0;
        for (i, amount) in amounts.iter().enumerate() {
            self.upper[at] += amount;
            at += self.n - i;
        }
    }

    /// Replaces `A` by `scale · A`.
    pub(crate) fn scale(&mut self, scale: f64) {
        for a in &mut self.upper {
            *a *= scale;
        }
    }

    /// Replaces `A` by `A + B`.
    pub(crate) fn add(&mut self, other: &Self) {
        assert_eq!(other.n, self.n, "the matrices have as many rows");
        for (a, b) in self.upper.iter_mut().zip(&other.upper) {
            *a += b;
        }
    }

    /// The matrix with `corner` before it on the diagonal, and 0 beside and below that.
    pub(crate) fn behind(self, corner: f64) -> Self {
        let mut upper = vec![0.0; self.n + 1];
        upper[0] = corner;
        upper.extend(self.upper);
        Self {
            n: self.n + 1,
            upper,
        }
    }

    /// What is left of the matrix when its first row and column are eliminated: `A₂₂ − a₂₁ a₁₂ / a₁₁`, the
    /// information on the others if the first coefficient has to be found as well.
    pub(crate) fn without_first(self) -> Self {
        let (first, rest) = self.upper.split_at(self.n);
        let mut left = Self {
            n: self.n - 1,
            upper: rest.to_vec(),
        };
        left.downdate(&first[1..], 1.0 / first[0]);
        left
    }

    /// `A⁻¹`, or `None` if `A` is not positive definite (in floating point).
    pub(crate) fn inverse(&self) -> Option<Self> {
        let mut upper = Vec::with_capacity(self.upper.len());
        let mut unit = vec![0.0; self.n];
        let factor = self.clone().factor()?;
        for i in 0..self.n {
            unit[i] = 1.0;
            upper.extend_from_slice(&factor.solve_factored(&unit)?[i..]);
            unit[i] = 0.0;
        }
        Some(Self { n: self.n, upper })
    }

    /// Whether all entries are finite.
    pub(crate) fn is_finite(&self) -> bool {
        self.upper.iter().all(|a| a.is_finite()) && self.upper.len() == self.n * (self.n + 1) / 2
    }

    /// Rounds every entry.
    pub(crate) fn round_by(&mut self, round: impl Fn(f64) -> f64) {
        for a in &mut self.upper {
            *a = round(*a);
        }
    }

    /// The `x` with `A x = b`, or `None` if `A` is not positive definite (in floating point).
    ///
    /// By Cholesky's factors `A = Rᵀ R`, which take the place of `A`: `Rᵀ y = b`, then `R x = y`.
    pub(crate) fn solve(self, b: &[f64]) -> Option<Vec<f64>> {
        self.factor()?.solve_factored(b)
    }

    /// Cholesky's factor `R` of `A = Rᵀ R`.
    fn factor(mut self) -> Option<Self> {
        let n = self.n;
        let mut rest = self.upper.as_mut_slice();
        for k in 0..n {
            let (row, mut below) = rest.split_at_mut(n - k);
            let pivot = row[0].sqrt();
            // False for NaN, too: the root of a negative number.
            let is_positive = pivot > 0.0 && pivot.is_finite();
            if !is_positive {
                return None;
            }
            for r in row.iter_mut() {
                *r /= pivot;
            }
            for i in 1..row.len() {
                let later;
                (later, below) = below.split_at_mut(row.len() - i);
                for (a, r) in later.iter_mut().zip(&row[i..]) {
                    *a -= row[i] * r;
                }
            }
            rest = &mut rest[n - k..];
        }
        Some(self)
    }

    /// The `x` with `Rᵀ R x = b` where this is `R`; `None` if it is not finite.
    fn solve_factored(&self, b: &[f64]) -> Option<Vec<f64>> {
        assert_eq!(
            b.len(),
            self.n,
            "the vector has as many entries as the matrix rows"
        );
        let n = self.n;
        let mut x = b.to_vec();
        let mut rest = self.upper.as_slice();
        for k in 0..n {
            let (row, below) = rest.split_at(n - k);
            x[k] /= row[0];
            for i in 1..row.len() {
                x[k + i] -= row[i] * x[k];
            }
            rest = below;
        }
        let mut end = self.upper.len();
        for k in (0..n).rev() {
            let row = &self.upper[end - (n - k)..end];
            end -= row.len();
            x[k] = (x[k] - dot(&row[1..], &x[k + 1..])) / row[0];
        }
        x.iter().all(|x| x.is_finite()).then_some(x)
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
    fn four_outer_products_are_four_negative_downdates() {
        let n = 7;
        let vectors: Vec<f64> = (0..4 * n).map(|i| (i as f64 * 0.7).sin()).collect();
        let mut together = Symmetric::diagonal(&[1.0; 7]);
        let mut singly = together.clone();
        together.add_outer(&vectors);
        for s in vectors.chunks(n) {
            singly.downdate(s, -1.0);
        }
        together.add_diagonal(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        for i in 0..n {
            for j in 0..n {
                let added = if i == j { i as f64 } else { 0.0 };
                assert!((together.get(i, j) - singly.get(i, j) - added).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_product_with_the_solution_is_the_right_side() {
        for n in 1..20 {
            let mut matrix = Symmetric::diagonal(&vec![0.3; n]);
            let vectors: Vec<f64> = (0..4 * n).map(|i| (i as f64 * 1.3).sin()).collect();
            matrix.add_outer(&vectors);
            let b: Vec<f64> = (0..n).map(|i| (i as f64).cos()).collect();
            let x = matrix.clone().solve(&b).unwrap();
            for (found, expected) in matrix.times(&x).iter().zip(&b) {
                assert!((found - expected).abs() < 1e-10, "{found} for {expected}");
            }
        }
    }

    #[test]
    fn the_inverse_undoes_the_matrix() {
        for n in 1..12 {
            let mut matrix = Symmetric::diagonal(&vec![0.3; n]);
            let vectors: Vec<f64> = (0..4 * n).map(|i| (i as f64 * 1.3).sin()).collect();
            matrix.add_outer(&vectors);
            let inverse = matrix.inverse().unwrap();
            let x: Vec<f64> = (0..n).map(|i| (i as f64).cos()).collect();
            for (found, expected) in inverse.times(&matrix.times(&x)).iter().zip(&x) {
                assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
            }
        }
        assert_eq!(Symmetric::diagonal(&[1.0, 0.0]).inverse(), None);
    }

    #[test]
    fn eliminating_a_coefficient_is_taking_its_rows_out_of_the_inverse() {
        let mut matrix = Symmetric::diagonal(&[0.5; 4]);
        matrix.add_outer(
            &(0..16)
                .map(|i| (f64::from(i) * 0.9).sin())
                .collect::<Vec<_>>(),
        );
        let inverse = matrix.inverse().unwrap();
        let left = matrix.without_first().inverse().unwrap();
        for i in 0..3 {
            for j in 0..3 {
                assert!((left.get(i, j) - inverse.get(i + 1, j + 1)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_corner_stands_alone() {
        let mut matrix = Symmetric::diagonal(&[2.0, 3.0]);
        matrix.downdate(&[1.0, 1.0], 1.0);
        let mut doubled = matrix.clone();
        doubled.add(&matrix);
        matrix.scale(2.0);
        assert_eq!(doubled, matrix);
        let larger = matrix.clone().behind(7.0);
        assert_eq!((larger.get(0, 0), larger.get(0, 2)), (7.0, 0.0));
        assert_eq!(larger.get(1, 2), matrix.get(0, 1));
        assert_eq!(larger.without_first(), matrix);
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_no_solution() {
        for diagonal in [
            [1.0, 0.0],
            [1.0, -1.0],
            [f64::NAN, 1.0],
            [1.0, f64::INFINITY],
        ] {
            assert_eq!(Symmetric::diagonal(&diagonal).solve(&[1.0, 1.0]), None);
        }
        let mut saddle = Symmetric::diagonal(&[1.0, 1.0]);
        saddle.downdate(&[1.0, -1.0], 0.75); // eigenvalues 1 and −1/2
        assert_eq!(saddle.solve(&[1.0, 0.0]), None);
    }

    #[test]
    fn the_empty_matrix_has_an_empty_product() {
        assert!(Symmetric::diagonal(&[]).times(&[]).is_empty());
    }
}
