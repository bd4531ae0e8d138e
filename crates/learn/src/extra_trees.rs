//! Many deep trees that are split almost anywhere.

use crate::classifier::logistic;
use crate::error::{Error, Result};
use crate::scatter::Sequence;
use crate::soft_rows::{SoftRows, class_weights};
use crate::tree::{Node, Tree};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Number of trees.
const N_TREES: u64 = 200;

/// Rows that a leaf has at least.
const LEAST_ROWS: usize = 10;

/// Part of the columns that compete for a split.
const COLUMN_SHARE: f64 = 0.5;

/// Smallest probability that the log-odds are made of, and the distance of the largest one from 1.
const SMALLEST: f64 = 1e-4;

/// Extremely randomised trees, with soft labels and weights.
///
/// A tree begins with all rows and splits its leaves as long as both parts have ten rows. Half of the columns that are
/// not constant in the leaf compete, each cut at one place between its least and its greatest value there, spread
/// evenly; the cut that leaves the least `Σ W p (1 − p)` over both parts is made, with the weight `W` and the weighted
/// mean label `p` of a part. A leaf says its `p`, and 200 trees their mean. Columns and places follow a fixed sequence
/// for each tree, so that nothing is drawn.
///
/// Use it beside [`BoostedTrees`](crate::BoostedTrees): cuts that care little about the labels make smooth and cautious
/// scores, which lose less when the last part of a project differs from the first.
///
/// - **Shape**: rows of one fixed number of columns.
/// - **Units and range**: probability; log-odds of at most ±9.2. Columns count as at most ±10⁶, NaN as 0.
/// - **Known at**: prediction at arrival; a fit uses what is known of all labels at the time of the fit.
/// - **Source**: Geurts, Ernst and Wehenkel, *Machine Learning* 63, 2006; as in scikit-learn's
///   `ExtraTreesClassifier(200, min_samples_leaf=10, max_features=0.5)`. **Deviation**: a fixed sequence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExtraTrees {
    n_features: usize,
    trees: Vec<Tree>,
}

impl ExtraTrees {
    /// The trees for these rows; the same to the bit for the same rows in the same order.
    ///
    /// # Errors
    ///
    /// [`Error::NoRows`] if no row has a positive weight, [`Error::OneClass`] if labels are all clean or all
    /// defective.
    pub fn fit(rows: &SoftRows<'_>) -> Result<Self> {
        let labels = rows.targets().iter().zip(rows.weights());
        let (defective, clean) = class_weights(labels.map(|(y, weight)| (*y, *weight)));
        if rows.counted().next().is_none() {
            return Err(Error::NoRows);
        }
        if defective == 0.0 || clean == 0.0 {
            return Err(Error::OneClass { defective, clean });
        }
        let table = Table {
            columns: (0..rows.n_features())
                .map(|column| (0..rows.n_rows()).map(|i| rows.at(i, column)).collect())
                .collect(),
            sums: (0..rows.n_rows())
                .map(|i| Sums {
                    weight: rows.weights()[i],
                    defective: rows.weights()[i] * rows.targets()[i],
                    n_rows: 1,
                })
                .collect(),
        };
        let order: Vec<u32> = rows.counted().map(|i| i as u32).collect();
        Ok(Self {
            n_features: rows.n_features(),
            trees: (0..N_TREES)
                .map(|number| table.grow(order.clone(), Sequence::new(number)))
                .collect(),
        })
    }

    /// Number of columns of a row.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// The log-odds of a row.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    #[must_use]
    pub fn logit(&self, x: &[f64]) -> f64 {
        assert_eq!(
            x.len(),
            self.n_features,
            "a row has the number of columns the model was made for"
        );
        let sum: f64 = self.trees.iter().map(|tree| tree.value(x)).sum();
        let p = (sum / self.trees.len() as f64).clamp(SMALLEST, 1.0 - SMALLEST);
        (p / (1.0 - p)).ln()
    }

    /// `P(Defective)` of a row.
    ///
    /// # Panics
    ///
    /// On a row of another length.
    #[must_use]
    pub fn predict_proba_one(&self, x: &[f64]) -> f64 {
        logistic(self.logit(x))
    }
}

/// The rows, column by column.
struct Table {
    columns: Vec<Vec<f64>>,
    /// What each row adds to the sums of a leaf.
    sums: Vec<Sums>,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    weight: f64,
    /// Weight times label.
    defective: f64,
    n_rows: usize,
}

struct Cut {
    column: usize,
    at: f64,
    purity: f64,
}

impl Table {
    fn grow(&self, mut order: Vec<u32>, mut sequence: Sequence) -> Tree {
        let mut nodes = vec![Node::Leaf { value: 0.0 }];
        let mut open = vec![(0, 0..order.len())];
        while let Some((node, rows)) = open.pop() {
            let Some(cut) = self.cut(&order[rows.clone()], &mut sequence) else {
                let sums = self.total(&order[rows]);
                nodes[node] = Node::Leaf {
                    value: sums.defective / sums.weight,
                };
                continue;
            };
            let column = &self.columns[cut.column];
            let leaf = &mut order[rows.clone()];
            let (below, above): (Vec<u32>, Vec<u32>) =
                leaf.iter().partition(|i| column[**i as usize] <= cut.at);
            leaf[..below.len()].copy_from_slice(&below);
            leaf[below.len()..].copy_from_slice(&above);
            let middle = rows.start + below.len();
            nodes[node] = Node::Split {
                column: cut.column as u32,
                cut: cut.at,
                below: nodes.len() as u32,
            };
            let parts: [Range<usize>; 2] = [rows.start..middle, middle..rows.end];
            for part in parts {
                open.push((nodes.len(), part));
                nodes.push(Node::Leaf { value: 0.0 });
            }
        }
        Tree::new(nodes)
    }

    /// The best of the cuts that compete, or `None` if none leaves enough rows on both sides.
    fn cut(&self, rows: &[u32], sequence: &mut Sequence) -> Option<Cut> {
        if rows.len() < 2 * LEAST_ROWS {
            return None;
        }
        let total = self.total(rows);
        let mut left: Vec<usize> = (0..self.columns.len()).collect();
        let mut n_wanted = ((COLUMN_SHARE * left.len() as f64) as usize).max(1);
        let mut best: Option<Cut> = None;
        while n_wanted > 0 && !left.is_empty() {
            let column = left.swap_remove(sequence.below(left.len()));
            let values = &self.columns[column];
            let (least, greatest) = rows.iter().fold((f64::MAX, f64::MIN), |(least, most), i| {
                let x = values[*i as usize];
                (least.min(x), most.max(x))
            });
            if least == greatest {
                continue; // A constant column does not compete.
            }
            n_wanted -= 1;
            let at = least + sequence.part() * (greatest - least);
            let mut below = Sums::default();
            for i in rows {
                if values[*i as usize] <= at {
                    below.add(&self.sums[*i as usize]);
                }
            }
            let above = total.minus(&below);
            if below.n_rows.min(above.n_rows) < LEAST_ROWS {
                continue;
            }
            let purity = below.purity() + above.purity();
            if best.as_ref().is_none_or(|best| purity > best.purity) {
                best = Some(Cut { column, at, purity });
            }
        }
        best
    }

    fn total(&self, rows: &[u32]) -> Sums {
        let mut total = Sums::default();
        for i in rows {
            total.add(&self.sums[*i as usize]);
        }
        total
    }
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.weight += other.weight;
        self.defective += other.defective;
        self.n_rows += other.n_rows;
    }

    fn minus(&self, part: &Self) -> Self {
        Self {
            weight: self.weight - part.weight,
            defective: self.defective - part.defective,
            n_rows: self.n_rows - part.n_rows,
        }
    }

    /// `W p²`: what is larger by as much as `W p (1 − p)` is smaller, summed over parts of one whole.
    fn purity(&self) -> f64 {
        self.defective.powi(2) / self.weight
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{batch_laws, stream};

    #[test]
    fn trees_keep_the_laws_of_batch_models() {
        batch_laws(3, ExtraTrees::fit, ExtraTrees::predict_proba_one);
    }

    #[test]
    fn few_rows_are_one_leaf_of_their_weighted_mean() {
        let values = [0.0, 1.0, 2.0];
        let rows = SoftRows::new(1, &values, &[1.0, 0.5, 0.0], &[1.0, 2.0, 1.0]).unwrap();
        let model = ExtraTrees::fit(&rows).unwrap();
        assert!((model.predict_proba_one(&[7.0]) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn trees_see_what_only_two_columns_together_tell() {
        let rows: Vec<(Vec<f64>, _)> = stream(600, 2);
        let values: Vec<f32> = rows
            .iter()
            .flat_map(|(x, _)| x)
            .map(|x| *x as f32)
            .collect();
        let targets: Vec<f64> = rows
            .iter()
            .map(|(x, _)| f64::from(u8::from(x[0] > 0.0 && x[1] > 0.0)))
            .collect();
        let rows = SoftRows::new(2, &values, &targets, &[1.0; 600]).unwrap();
        let model = ExtraTrees::fit(&rows).unwrap();
        assert!(model.predict_proba_one(&[1.5, 1.5]) > 0.6);
        for x in [[1.5, -1.5], [-1.5, 1.5], [-1.5, -1.5]] {
            assert!(model.predict_proba_one(&x) < 0.3, "{x:?}");
        }
    }
}
