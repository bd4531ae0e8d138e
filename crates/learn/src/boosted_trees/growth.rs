//! One tree of boosted trees.

use super::bins::Bins;
use crate::tree::{Node, Tree};
use std::ops::Range;

/// How trees grow.
pub(super) struct Growth {
    pub(super) n_leaves: usize,
    pub(super) least_rows: usize,
    pub(super) penalty: f64,
    pub(super) learning_rate: f64,
}

/// What is summed over rows.
#[derive(Clone, Copy, Default)]
struct Sums {
    gradient: f64,
    curvature: f64,
    n_rows: usize,
}

/// A leaf while the tree grows.
struct Open {
    node: usize,
    /// Its rows in the order.
    rows: Range<usize>,
    /// The sums of each bin of each column that may be split by.
    histogram: Vec<Vec<Sums>>,
    sums: Sums,
    best: Option<Best>,
}

#[derive(Clone, Copy)]
struct Best {
    gain: f64,
    /// Place among the columns that may be split by.
    place: usize,
    bin: usize,
}

impl Growth {
    /// Grows a tree on the rows in `order`, of which `slopes` has gradient and curvature, and adds what it says of
    /// them to their log-odds.
    pub(super) fn grow(
        &self,
        bins: &Bins,
        columns: &[usize],
        slopes: &[[f64; 2]],
        mut order: Vec<u32>,
        logits: &mut [f64],
    ) -> Tree {
        let mut nodes = vec![Node::Leaf { value: 0.0 }];
        let root = histogram(bins, columns, slopes, &order);
        let mut open = vec![self.open(0, 0..order.len(), root)];
        while open.len() < self.n_leaves {
            let Some((chosen, best)) = most_gaining(&open) else {
                break;
            };
            let parent = open.swap_remove(chosen);
            let column = columns[best.place];
            let of_rows = bins.column(column);
            let rows = &mut order[parent.rows.clone()];
            let (below, above): (Vec<u32>, Vec<u32>) = rows
                .iter()
                .partition(|i| usize::from(of_rows[**i as usize]) <= best.bin);
            rows[..below.len()].copy_from_slice(&below);
            rows[below.len()..].copy_from_slice(&above);
            // Only the smaller side is summed; the other one is what remains.
            let smaller = if below.len() <= above.len() {
                &below
            } else {
                &above
            };
            let summed = histogram(bins, columns, slopes, smaller);
            let rest = remainder(parent.histogram, &summed);
            let (histogram_below, histogram_above) = if below.len() <= above.len() {
                (summed, rest)
            } else {
                (rest, summed)
            };
            nodes[parent.node] = Node::Split {
                column: column as u32,
                cut: bins.cut(column, best.bin),
                below: nodes.len() as u32,
            };
            let middle = parent.rows.start + below.len();
            for (rows, histogram) in [
                (parent.rows.start..middle, histogram_below),
                (middle..parent.rows.end, histogram_above),
            ] {
                open.push(self.open(nodes.len(), rows, histogram));
                nodes.push(Node::Leaf { value: 0.0 });
            }
        }
        for leaf in open {
            let value =
                -self.learning_rate * leaf.sums.gradient / (leaf.sums.curvature + self.penalty);
            nodes[leaf.node] = Node::Leaf { value };
            for i in &order[leaf.rows] {
                logits[*i as usize] += value;
            }
        }
        Tree::new(nodes)
    }

    fn open(&self, node: usize, rows: Range<usize>, histogram: Vec<Vec<Sums>>) -> Open {
        let sums = histogram
            .first()
            .map_or_else(Sums::default, |bins| total(bins));
        let mut best: Option<Best> = None;
        for (place, bins) in histogram.iter().enumerate() {
            let mut below = Sums::default();
            for (bin, in_bin) in bins[..bins.len() - 1].iter().enumerate() {
                below = below.plus(in_bin);
                let above = sums.minus(&below);
                if below.n_rows.min(above.n_rows) < self.least_rows.max(1) {
                    continue;
                }
                let gain = self.worth(&below) + self.worth(&above) - self.worth(&sums);
                if gain > best.map_or(0.0, |best| best.gain) {
                    best = Some(Best { gain, place, bin });
                }
            }
        }
        Open {
            node,
            rows,
            histogram,
            sums,
            best,
        }
    }

    /// `G² / (H + λ)`.
    fn worth(&self, sums: &Sums) -> f64 {
        sums.gradient.powi(2) / (sums.curvature + self.penalty)
    }
}

/// The open leaf whose best split gains most; of equal ones that of the smallest node.
fn most_gaining(open: &[Open]) -> Option<(usize, Best)> {
    open.iter()
        .enumerate()
        .filter_map(|(place, leaf)| Some((place, leaf.node, leaf.best?)))
        .max_by(|a, b| a.2.gain.total_cmp(&b.2.gain).then(b.1.cmp(&a.1)))
        .map(|(place, _, best)| (place, best))
}

/// Sums of the rows by bin of each column.
fn histogram(bins: &Bins, columns: &[usize], slopes: &[[f64; 2]], rows: &[u32]) -> Vec<Vec<Sums>> {
    columns
        .iter()
        .map(|column| {
            let of_rows = bins.column(*column);
            let mut sums = vec![Sums::default(); bins.n_bins(*column)];
            for i in rows {
                let [gradient, curvature] = slopes[*i as usize];
                let sum = &mut sums[usize::from(of_rows[*i as usize])];
                sum.gradient += gradient;
                sum.curvature += curvature;
                sum.n_rows += 1;
            }
            sums
        })
        .collect()
}

/// What a part of the rows leaves of a histogram.
fn remainder(mut whole: Vec<Vec<Sums>>, part: &[Vec<Sums>]) -> Vec<Vec<Sums>> {
    for (whole, part) in whole.iter_mut().flatten().zip(part.iter().flatten()) {
        *whole = whole.minus(part);
    }
    whole
}

fn total(bins: &[Sums]) -> Sums {
    bins.iter().fold(Sums::default(), |sum, bin| sum.plus(bin))
}

impl Sums {
    fn plus(&self, other: &Self) -> Self {
        Self {
            gradient: self.gradient + other.gradient,
            curvature: self.curvature + other.curvature,
            n_rows: self.n_rows + other.n_rows,
        }
    }

    fn minus(&self, part: &Self) -> Self {
        Self {
            gradient: self.gradient - part.gradient,
            // Not below 0 by rounding, so that with the penalty it divides.
            curvature: (self.curvature - part.curvature).max(0.0),
            n_rows: self.n_rows - part.n_rows,
        }
    }
}
