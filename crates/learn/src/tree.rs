//! A tree that was grown, whatever way.

use crate::classifier::bounded;
use serde::{Deserialize, Serialize};

/// A tree as its nodes, the root first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tree(Vec<Node>);

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Node {
    /// What the tree says of the rows that come here.
    Leaf { value: f64 },
    /// Rows with at most `cut` in the column go to node `below`, the others to the node after it.
    Split { column: u32, cut: f64, below: u32 },
}

impl Tree {
    /// The tree of these nodes; every node that a split leads to is there.
    pub(crate) fn new(nodes: Vec<Node>) -> Self {
        Self(nodes)
    }

    /// What the tree says of a row.
    pub(crate) fn value(&self, x: &[f64]) -> f64 {
        let mut node = self.0[0];
        loop {
            match node {
                Node::Leaf { value } => return value,
                Node::Split { column, cut, below } => {
                    let above = u32::from(bounded(x[column as usize]) > cut);
                    node = self.0[(below + above) as usize];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_below_up_to_the_cut_and_what_is_not_known_counts_as_0() {
        let leaf = |value| Node::Leaf { value };
        let tree = Tree::new(vec![
            Node::Split {
                column: 1,
                cut: -0.5,
                below: 1,
            },
            leaf(1.0),
            leaf(2.0),
        ]);
        for (x, expected) in [
            (-0.5, 1.0),
            (-0.4, 2.0),
            (f64::NAN, 2.0),
            (f64::NEG_INFINITY, 1.0),
        ] {
            assert_eq!(tree.value(&[9.0, x]), expected);
        }
    }
}
