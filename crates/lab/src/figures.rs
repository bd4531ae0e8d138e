//! How good the predictions of one model were.

use crate::metric::Metric;
use crate::model::{Model, Prediction};
use crate::stream::Stream;
use risk_evaluate::{Bootstrap, Columns, Figures, auc_interval};
use risk_learn::Label;
use std::ops::Range;

/// Changes in a block.
const BLOCK: usize = 1_000;

/// A 95 % interval, if there is one.
pub type Interval = Option<(f64, f64)>;

/// The changes of which a model said something and the data set has a label, by column.
///
/// They are judged by that label, which may be known later than any model could learn it.
#[derive(Default)]
pub(crate) struct Judged {
    /// By which a model ranks.
    pub(crate) scores: Vec<f64>,
    /// What it tells.
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
        Self::where_also(stream, predictions, predictions, range)
    }

    /// What one model said of the changes of which another said something too.
    pub(crate) fn where_also(
        stream: &Stream,
        predictions: &[Option<Prediction>],
        others: &[Option<Prediction>],
        range: Range<usize>,
    ) -> Self {
        let mut judged = Self::default();
        for place in range {
            let change = &stream.changes[place];
            if let (Some(said), Some(_), Some(label)) =
                (predictions[place], others[place], change.label)
            {
                judged.scores.push(said.score);
                judged.probabilities.push(said.probability);
                judged.flags.push(said.flagged);
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
    pub(crate) fn figures(&self, model: &Model) -> Figures {
        if model.gives_probabilities() {
            Figures::of(self.columns(), &self.probabilities)
        } else {
            Figures::of_ranking(self.columns())
        }
    }

    /// The changes at some places, in their order.
    pub(crate) fn at(&self, places: &[usize]) -> Self {
        Self {
            scores: places.iter().map(|i| self.scores[*i]).collect(),
            probabilities: places.iter().map(|i| self.probabilities[*i]).collect(),
            flags: places.iter().map(|i| self.flags[*i]).collect(),
            labels: places.iter().map(|i| self.labels[*i]).collect(),
            efforts: places.iter().map(|i| self.efforts[*i]).collect(),
        }
    }
}

/// What one model is worth on one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Every metric over the changes that it scored.
    pub figures: Figures,
    /// The interval of the AUC by its variance.
    pub auc_interval: Interval,
    /// Intervals of all metrics by the bootstrap, in the order of [`Metric::ALL`].
    pub intervals: [Interval; Metric::N],
    /// The same metrics block by block.
    pub blocks: Vec<Block>,
}

impl Judgement {
    pub(crate) fn of(
        model: &Model,
        stream: &Stream,
        predictions: &[Option<Prediction>],
        range: Range<usize>,
        bootstrap: &Bootstrap,
    ) -> Self {
        let judged = Judged::of(stream, predictions, range.clone());
        Self {
            figures: judged.figures(model),
            auc_interval: auc_interval(&judged.scores, &judged.labels),
            intervals: bootstrap.intervals(judged.labels.len(), |places| {
                Metric::all_of(&judged.at(places).figures(model))
            }),
            blocks: blocks(model, stream, predictions, range),
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
fn blocks(
    model: &Model,
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
