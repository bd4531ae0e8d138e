//! How good the predictions of one model were.

use crate::model::{Model, Prediction};
use crate::stream::Stream;
use risk_evaluate::{Columns, Figures};
use risk_learn::Label;
use std::ops::Range;

/// Changes in a block.
const BLOCK: usize = 1_000;

/// The changes of which a model said something and the data set has a label, by column.
///
/// They are judged by that label, which may be known later than any model could learn it.
pub(crate) struct Judged {
    pub(crate) scores: Vec<f64>,
    pub(crate) probabilities: Vec<f64>,
    pub(crate) flags: Vec<bool>,
    pub(crate) labels: Vec<Label>,
    pub(crate) efforts: Vec<f64>,
}

impl Judged {
    pub(crate) fn of(
        stream: &Stream,
        predictions: &[Option<Prediction>],
        range: Range<usize>,
    ) -> Self {
        let mut judged = Self {
            scores: Vec::new(),
            probabilities: Vec::new(),
            flags: Vec::new(),
            labels: Vec::new(),
            efforts: Vec::new(),
        };
        let changes = &stream.changes[range.clone()];
        for (change, prediction) in changes.iter().zip(&predictions[range]) {
            if let (Some(prediction), Some(label)) = (prediction, change.label) {
                judged.scores.push(prediction.score);
                judged.probabilities.push(prediction.probability);
                judged.flags.push(prediction.flagged);
                judged.labels.push(label);
                judged.efforts.push(stream.effort(change));
            }
        }
        judged
    }

    pub(crate) fn columns(&self) -> Columns<'_> {
        Columns {
            scores: &self.scores,
            flags: &self.flags,
            labels: &self.labels,
            efforts: &self.efforts,
        }
    }

    /// The figures that make sense for a model.
    pub(crate) fn figures(&self, model: Model) -> Figures {
        if model.gives_probabilities() {
            Figures::of(self.columns(), &self.probabilities)
        } else {
            Figures::of_ranking(self.columns())
        }
    }
}

/// One model over consecutive changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Number of its first change, a multiple of 1,000.
    pub first: usize,
    /// The figures; fading recalls begin anew with the block.
    pub figures: Figures,
}

/// The blocks of 1,000 consecutive changes of a range.
///
/// # Panics
///
/// If there are fewer changes or predictions than the range wants.
#[must_use]
pub fn blocks(
    model: Model,
    stream: &Stream,
    predictions: &[Option<Prediction>],
    range: Range<usize>,
) -> Vec<Block> {
    (range.start / BLOCK..range.end.div_ceil(BLOCK))
        .map(|block| {
            let first = block * BLOCK;
            let within = first.max(range.start)..(first + BLOCK).min(range.end);
            Block {
                first,
                figures: Judged::of(stream, predictions, within).figures(model),
            }
        })
        .collect()
}
