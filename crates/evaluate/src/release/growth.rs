//! How the fixes that follow a release grow with its new lines.

/// With fewer releases nothing is fitted.
pub const LEAST_POINTS: usize = 6;

/// The form of a relation between new lines `x` and a number of fixes `y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// `y = a`: lines say nothing. What the others are held against.
    Constant,
    /// `y = a + b x`, with neither below 0.
    Linear,
    /// `y = a x^b`; a release without lines counts as one with a single line.
    Power,
    /// `y = a exp(b x)`.
    Exponential,
}

impl Shape {
    /// All of them, the simplest first.
    pub const ALL: [Self; 4] = [Self::Constant, Self::Linear, Self::Power, Self::Exponential];

    /// Its name, in small letters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Linear => "linear",
            Self::Power => "power",
            Self::Exponential => "exponential",
        }
    }
}

/// A relation that was fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relation {
    /// Its form.
    pub shape: Shape,
    /// The factor or term `a`.
    pub a: f64,
    /// What goes with the lines; 0 for a constant.
    pub b: f64,
    /// Part of the variance of `ln(1 + y)` that it explains, where it was fitted; below 0 if it is worse than their mean.
    pub r2: Option<f64>,
    /// Typical error on releases that it was not fitted to: the root of the mean squared difference of `ln(1 + y)`, each
    /// release left out once.
    pub error: f64,
}

/// The relations of new lines to fixes over the releases of a repository.
///
/// Each shape is fitted by maximum likelihood of the Poisson distribution, which for numbers with another variance is the
/// quasi-likelihood fit: zeros need no special care, nothing has to be transformed back, and all shapes are fitted to
/// the same thing. In all of them the fitted numbers sum to the observed ones, so that one coefficient follows from the
/// other and the fit is the root of a falling function of `b`.
///
/// The shapes are compared by what they say of releases that were left out, on the scale of `ln(1 + y)`, where a factor
/// of two counts as much for a small release as for a large one. Numbers of coefficients are no issue then: the constant
/// is one of those that can win.
///
/// - Source: Wedderburn, *Quasi-likelihood functions, generalized linear models, and the Gauss–Newton method*, Biometrika
///   1974; leaving out one: Stone, JRSS B 1974. An exponential relation is what Rotella told of (RELENG 2015).
///   **Deviation**: which one holds is asked anew for each repository.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// Releases that it is fitted to.
    pub n: usize,
    /// One for each shape, in the order of [`Shape::ALL`].
    pub relations: Vec<Relation>,
}

impl Growth {
    /// Fits all shapes to pairs of new lines and fixes; `None` with fewer than [`LEAST_POINTS`], or without any fix.
    #[must_use]
    pub fn fit(points: &[(f64, f64)]) -> Option<Self> {
        let has_fixes = points.iter().any(|(_, y)| *y > 0.0);
        if points.len() < LEAST_POINTS || !has_fixes {
            return None;
        }
        let relations = Shape::ALL.map(|shape| {
            let (a, b) = coefficients(shape, points);
            Relation {
                shape,
                a,
                b,
                r2: explained(shape, (a, b), points),
                error: left_out(shape, points),
            }
        });
        Some(Self {
            n: points.len(),
            relations: relations.to_vec(),
        })
    }

    /// The relation with the smallest error on releases that were left out; of equal ones the simplest.
    ///
    /// # Panics
    ///
    /// If there is none, which [`fit`](Self::fit) never returns.
    #[must_use]
    pub fn best(&self) -> &Relation {
        let errors = self.relations.iter().map(|it| it.error);
        let least = errors.fold(f64::INFINITY, f64::min);
        // Those of equal relations differ by rounding.
        let mut best = self.relations.iter().filter(|it| it.error <= least + 1e-9);
        best.next().expect("because all shapes were fitted")
    }

    /// The relation of a shape.
    #[must_use]
    pub fn of(&self, shape: Shape) -> Option<&Relation> {
        self.relations.iter().find(|it| it.shape == shape)
    }
}

impl Relation {
    /// The number of fixes to be expected for so many new lines.
    #[must_use]
    pub fn fixes(&self, lines: f64) -> f64 {
        predict(self.shape, (self.a, self.b), lines)
    }
}

fn predict(shape: Shape, (a, b): (f64, f64), x: f64) -> f64 {
    // Far beyond what it was fitted to an exponential says anything; it is kept finite.
    const MOST: f64 = 30.0;
    match shape {
        Shape::Constant => a,
        Shape::Linear => a + b * x,
        Shape::Power => a * (b * logarithm(x)).min(MOST).exp(),
        Shape::Exponential => a * (b * x).min(MOST).exp(),
    }
}

fn logarithm(x: f64) -> f64 {
    x.max(1.0).ln()
}

/// The coefficients `a` and `b`.
fn coefficients(shape: Shape, points: &[(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    let total: f64 = points.iter().map(|(_, y)| y).sum();
    let mean = points.iter().map(|(x, _)| x).sum::<f64>() / n;
    match shape {
        Shape::Constant => (total / n, 0.0),
        Shape::Linear if mean == 0.0 => (total / n, 0.0),
        Shape::Linear => {
            // With `x` in means, `a + b` is the mean of `y`.
            let level = total / n;
            let slope = |b: f64| -> f64 {
                let terms = points.iter().filter(|(_, y)| *y > 0.0).map(|(x, y)| {
                    let off = x / mean - 1.0;
                    y * off / (level + b * off)
                });
                terms.sum()
            };
            let b = root(slope, 0.0, level);
            (level - b, b / mean)
        }
        Shape::Power => of_log_link(points, logarithm),
        Shape::Exponential => of_log_link(points, |x| x),
    }
}

/// The coefficients of `y = a exp(b z)`, where `z` is made of the lines.
fn of_log_link(points: &[(f64, f64)], z: impl Fn(f64) -> f64) -> (f64, f64) {
    let total: f64 = points.iter().map(|(_, y)| y).sum();
    let zs: Vec<f64> = points.iter().map(|(x, _)| z(*x)).collect();
    let (least, most) = zs.iter().fold((f64::MAX, f64::MIN), |(least, most), z| {
        (least.min(*z), most.max(*z))
    });
    let range = most - least;
    if range <= 0.0 {
        return (total / points.len() as f64, 0.0);
    }
    // In units of the range, from its lower end.
    let scaled: Vec<f64> = zs.iter().map(|z| (z - least) / range).collect();
    let weighted: f64 = points.iter().zip(&scaled).map(|((_, y), s)| y * s).sum();
    let slope = |b: f64| -> f64 {
        let (mut sum, mut moment) = (0.0, 0.0);
        for s in &scaled {
            let e = (b * (s - 1.0)).exp();
            sum += e;
            moment += s * e;
        }
        weighted - total * moment / sum
    };
    // Where only the largest release had a fix, no finite coefficient is the best.
    let b = root(slope, -50.0, 50.0);
    let sum: f64 = scaled.iter().map(|s| (b * s).exp()).sum();
    let at_least = total / sum;
    (at_least * (-b * least / range).exp(), b / range)
}

/// Where a falling function is 0 between two ends, or the end that is nearest to it.
fn root(falling: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    if falling(low) <= 0.0 {
        return low;
    }
    if falling(high) >= 0.0 {
        return high;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if falling(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Part of the variance of `ln(1 + y)` that is explained; `None` if there is no variance.
fn explained(shape: Shape, fitted: (f64, f64), points: &[(f64, f64)]) -> Option<f64> {
    let mean = points.iter().map(|(_, y)| y.ln_1p()).sum::<f64>() / points.len() as f64;
    let (mut left, mut all) = (0.0, 0.0);
    for (x, y) in points {
        left += (y.ln_1p() - predict(shape, fitted, *x).ln_1p()).powi(2);
        all += (y.ln_1p() - mean).powi(2);
    }
    // Equal numbers differ from their mean by rounding.
    (all > 1e-12).then(|| 1.0 - left / all)
}

/// The error on each point by a fit to all others.
fn left_out(shape: Shape, points: &[(f64, f64)]) -> f64 {
    let mut squares = 0.0;
    let mut others = points.to_vec();
    for at in 0..points.len() {
        let (x, y) = others.remove(at);
        let said = predict(shape, coefficients(shape, &others), x);
        squares += (said.ln_1p() - y.ln_1p()).powi(2);
        others.insert(at, (x, y));
    }
    (squares / points.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTS: [(f64, f64); 8] = [
        (120.0, 3.0),
        (450.0, 4.0),
        (800.0, 9.0),
        (1_500.0, 8.0),
        (2_600.0, 17.0),
        (3_900.0, 14.0),
        (5_200.0, 31.0),
        (9_800.0, 42.0),
    ];

    fn close(found: f64, expected: f64) -> bool {
        (found - expected).abs() <= 1e-6 * expected.abs()
    }

    #[test]
    fn the_fits_are_those_of_statsmodels() {
        let growth = Growth::fit(&POINTS).unwrap();
        for (shape, a, b, r2, error) in ORACLE {
            let found = growth.of(shape).unwrap();
            assert!(
                close(found.a, a) && close(found.b, b),
                "{shape:?} {found:?}"
            );
            assert!(close(found.r2.unwrap(), r2), "{shape:?} {found:?}");
            assert!(close(found.error, error), "{shape:?} {found:?}");
        }
    }

    /// Shape, a, b, R² and error.
    ///
    /// With statsmodels 0.15: `GLM(y, add_constant(z), Poisson(link)).fit(tol=1e-15)`, the link `Identity` with `z = x` and
    /// `Log` with `z = ln x` and `z = x`; then numpy on `log1p` of `predict`, and of that of fits without each point.
    const ORACLE: [(Shape, f64, f64, f64, f64); 3] = [
        (
            Shape::Linear,
            3.015_226_038_05,
            0.004_262_543_770_85,
            0.931_957_950_213,
            0.257_743_320_42,
        ),
        (
            Shape::Power,
            0.067_322_686_328_3,
            0.695_775_986_429,
            0.909_546_988_065,
            0.293_021_946_995,
        ),
        (
            Shape::Exponential,
            7.085_020_782_95,
            0.000_196_296_941_54,
            0.753_693_407_725,
            0.634_326_202_116,
        ),
    ];

    #[test]
    fn exact_relations_are_found_and_win() {
        let xs = [100.0, 300.0, 700.0, 1_000.0, 1_800.0, 2_500.0, 4_000.0];
        let made = |y: &dyn Fn(f64) -> f64| -> Growth {
            let points: Vec<_> = xs.iter().map(|&x| (x, y(x))).collect();
            Growth::fit(&points).unwrap()
        };
        for (shape, a, b, y) in [
            (
                Shape::Linear,
                2.0,
                0.01,
                &(|x: f64| 2.0 + 0.01 * x) as &dyn Fn(f64) -> f64,
            ),
            (Shape::Power, 0.5, 0.6, &|x: f64| 0.5 * x.powf(0.6)),
            (Shape::Exponential, 3.0, 0.001, &|x: f64| {
                3.0 * (0.001 * x).exp()
            }),
        ] {
            let growth = made(y);
            let best = growth.best();
            assert_eq!(best.shape, shape);
            assert!(close(best.a, a) && close(best.b, b), "{best:?}");
            assert!(best.error < 1e-6, "{best:?}");
            assert!(close(best.fixes(500.0), y(500.0)));
        }
    }

    #[test]
    fn lines_that_say_nothing_lose_against_a_constant() {
        let ys = [9.0, 4.0, 7.0, 6.0, 8.0, 5.0, 7.0];
        let xs = [10.0, 3_000.0, 200.0, 1_500.0, 900.0, 1_200.0, 2_000.0];
        let points: Vec<_> = xs.into_iter().zip(ys).collect();
        let growth = Growth::fit(&points).unwrap();
        // They fall, and a line may not.
        assert_eq!(growth.of(Shape::Linear).unwrap().b, 0.0);
        assert!(growth.of(Shape::Power).unwrap().b < 0.0);
        let flat: Vec<_> = xs.into_iter().map(|x| (x, 5.0)).collect();
        let flat = Growth::fit(&flat).unwrap();
        assert_eq!(flat.best().shape, Shape::Constant);
        assert_eq!(flat.best().r2, None);
    }

    #[test]
    fn what_cannot_be_fitted_is_not() {
        assert_eq!(Growth::fit(&POINTS[..LEAST_POINTS - 1]), None);
        assert_eq!(Growth::fit(&[(5.0, 0.0); 9]), None);
        // Without a difference in lines every shape is the constant.
        let growth = Growth::fit(&[(5.0, 2.0); 9]).unwrap();
        for relation in &growth.relations {
            assert!(close(relation.fixes(5.0), 2.0), "{relation:?}");
        }
    }
}
