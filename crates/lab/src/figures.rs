//! How good the predictions of one model were.

use crate::model::{Model, Prediction};
use crate::stream::Stream;
use risk_evaluate::delong;
use risk_evaluate::metrics::{self, Fading};
use risk_learn::Label;
use std::ops::Range;

/// Changes in a block.
const BLOCK: usize = 1_000;

/// Fading factor of the recalls.
pub(crate) const FADING: f64 = 0.99;

/// Bins of the calibration error and of the reliability plot.
pub(crate) const N_BINS: usize = 10;

/// Part of the effort.
const BUDGET: f64 = 0.2;

/// Standard deviations on either side of a 95 % interval: the normal distribution's 97.5 % point.
pub(crate) const Z95: f64 = 1.959_963_984_540_054;

/// The changes of which a model said something and the data set has a label, by column.
pub(crate) struct Judged {
    pub(crate) scores: Vec<f64>,
    pub(crate) flags: Vec<bool>,
    pub(crate) labels: Vec<Label>,
    efforts: Vec<f64>,
}

impl Judged {
    pub(crate) fn of(
        stream: &Stream,
        predictions: &[Option<Prediction>],
        range: Range<usize>,
    ) -> Self {
        let mut judged = Self {
            scores: Vec::new(),
            flags: Vec::new(),
            labels: Vec::new(),
            efforts: Vec::new(),
        };
        let changes = &stream.changes[range.clone()];
        for (change, prediction) in changes.iter().zip(&predictions[range]) {
            if let (Some(prediction), Some(label)) = (prediction, change.label) {
                judged.scores.push(prediction.probability);
                judged.flags.push(prediction.flagged);
                judged.labels.push(label);
                judged.efforts.push(stream.effort(change));
            }
        }
        judged
    }
}

/// Quality of the predictions of one model over the changes it scored; `None` where a metric is not defined.
///
/// Changes are judged by the label of the data set, which may be known later than any model could learn it. Those
/// without one are left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Changes judged: those the model could say something about.
    pub n: usize,
    /// Defective ones among them.
    pub n_defective: usize,
    /// Area under the ROC curve.
    pub auc: Option<f64>,
    /// Its 95 % interval by the variance of [`delong`], `AUC ± 1.96 σ` within `0 ..= 1`; changes count as independent.
    pub auc_interval: Option<(f64, f64)>,
    /// Average precision, the area under the precision-recall curve.
    pub average_precision: Option<f64>,
    /// Recalls, their gap and G-mean with fading factor .99, averaged over the stream.
    pub fading: Option<Fading>,
    /// Matthews correlation of the flags.
    pub mcc: Option<f64>,
    /// Brier score; `None` for scores that are no probabilities.
    pub brier: Option<f64>,
    /// Calibration error over ten bins of equal mass; likewise.
    pub ece: Option<f64>,
    /// Recall with 20 % of the effort, ranked by score per line.
    pub recall_at_20: Option<f64>,
    /// Popt of the same ranking.
    pub popt: Option<f64>,
    /// Initial false alarms when read by score.
    pub ifa: Option<f64>,
}

impl Figures {
    /// The figures of a model over a range of changes.
    ///
    /// # Panics
    ///
    /// If there are fewer changes or predictions than the range wants.
    #[must_use]
    pub fn of(
        model: Model,
        stream: &Stream,
        predictions: &[Option<Prediction>],
        range: Range<usize>,
    ) -> Self {
        let judged = Judged::of(stream, predictions, range);
        let Judged {
            scores,
            flags,
            labels,
            efforts,
        } = &judged;
        let density: Vec<f64> = scores
            .iter()
            .zip(efforts)
            .map(|(score, effort)| score / effort.max(1.0))
            .collect();
        let for_probabilities =
            |metric: Option<f64>| metric.filter(|_| model.gives_probabilities());
        Self {
            n: labels.len(),
            n_defective: labels.iter().filter(|y| y.is_defective()).count(),
            auc: metrics::auc(scores, labels),
            auc_interval: interval(scores, labels),
            average_precision: metrics::average_precision(scores, labels),
            fading: metrics::fading(flags, labels, FADING),
            mcc: metrics::mcc(flags, labels),
            brier: for_probabilities(metrics::brier(scores, labels)),
            ece: for_probabilities(metrics::ece(scores, labels, N_BINS)),
            recall_at_20: metrics::recall_at_effort(&density, labels, efforts, BUDGET),
            popt: metrics::popt(&density, labels, efforts),
            ifa: metrics::ifa(scores, labels),
        }
    }
}

/// The interval of an AUC: the difference from a score that says nothing (AUC ½, variance 0) has its variance.
fn interval(scores: &[f64], labels: &[Label]) -> Option<(f64, f64)> {
    let test = delong(scores, &vec![0.0; scores.len()], labels)?;
    let half = Z95 * test.variance.sqrt();
    Some(((test.auc_a - half).max(0.0), (test.auc_a + half).min(1.0)))
}

/// AUC and G-mean of one model over consecutive changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Number of its first change, a multiple of 1,000.
    pub first: usize,
    /// Changes judged.
    pub n: usize,
    /// Defective ones among them.
    pub n_defective: usize,
    /// Area under the ROC curve.
    pub auc: Option<f64>,
    /// Fading recalls, begun anew with the block.
    pub fading: Option<Fading>,
}

/// The blocks of 1,000 consecutive changes of a range.
///
/// # Panics
///
/// If there are fewer changes or predictions than the range wants.
#[must_use]
pub fn blocks(
    stream: &Stream,
    predictions: &[Option<Prediction>],
    range: Range<usize>,
) -> Vec<Block> {
    (range.start / BLOCK..range.end.div_ceil(BLOCK))
        .map(|block| {
            let first = block * BLOCK;
            let within = first.max(range.start)..(first + BLOCK).min(range.end);
            let judged = Judged::of(stream, predictions, within);
            Block {
                first,
                n: judged.labels.len(),
                n_defective: judged.labels.iter().filter(|y| y.is_defective()).count(),
                auc: metrics::auc(&judged.scores, &judged.labels),
                fading: metrics::fading(&judged.flags, &judged.labels, FADING),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_agrees_with_a_calculation_by_hand() {
        // Defective .9 .4 .6, clean .5 .3 .1 .6. V10 = 1, .5, 3.5/4; V01 = 2/3, 1, 1, 1/2.
        let scores = [0.9, 0.4, 0.6, 0.5, 0.3, 0.1, 0.6];
        let labels: Vec<Label> = (0..7)
            .map(|i| {
                if i < 3 {
                    Label::Defective
                } else {
                    Label::Clean
                }
            })
            .collect();
        let auc = 19.0 / 24.0;
        let variance_of = |v: &[f64]| {
            v.iter().map(|v| (v - auc).powi(2)).sum::<f64>()
                / (v.len() as f64 - 1.0)
                / v.len() as f64
        };
        let variance = variance_of(&[1.0, 0.5, 0.875]) + variance_of(&[2.0 / 3.0, 1.0, 1.0, 0.5]);
        let (low, high) = interval(&scores, &labels).unwrap();
        assert!((low - (auc - Z95 * variance.sqrt())).abs() < 1e-12, "{low}");
        assert_eq!(high, 1.0);
    }
}
