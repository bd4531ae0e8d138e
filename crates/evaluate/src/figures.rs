//! How good the predictions of one model were: every metric, over columns.

use crate::metrics::{self, Fading};
use risk_learn::Label;
use serde::{Deserialize, Serialize};

/// Fading factor of the recalls.
pub const FADING: f64 = 0.99;

/// Bins of the calibration error.
pub const N_BINS: usize = 10;

/// Part of the effort of [`Figures::recall_at_20`].
const BUDGET: f64 = 0.2;

/// Changes that are judged, by column, in order of arrival.
///
/// - **Shape**: four columns of one length.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// What a model said; the higher, the riskier.
    pub scores: &'a [f64],
    /// Whether the change was flagged.
    pub flags: &'a [bool],
    /// What it turned out to be.
    pub labels: &'a [Label],
    /// Lines added and deleted.
    pub efforts: &'a [f64],
}

/// Quality of the predictions of one model; `None` where a metric is not defined.
///
/// A ranking per line of effort is by `score / max(effort, 1)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Changes judged.
    pub n: usize,
    /// Defective ones among them.
    pub n_defective: usize,
    /// Area under the ROC curve.
    pub auc: Option<f64>,
    /// Average precision, the area under the precision-recall curve.
    pub average_precision: Option<f64>,
    /// Recalls, their gap and G-mean of the flags with fading factor .99, averaged over the stream.
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
    /// The figures of scores with the probabilities that were told beside them; these may be the scores themselves.
    ///
    /// # Panics
    ///
    /// If the columns are not of one length.
    #[must_use]
    pub fn of(columns: Columns, probabilities: &[f64]) -> Self {
        let labels = columns.labels;
        Self {
            brier: metrics::brier(probabilities, labels),
            ece: metrics::ece(probabilities, labels, N_BINS),
            ..Self::of_ranking(columns)
        }
    }

    /// The figures of scores that only rank: without Brier score and calibration error.
    ///
    /// # Panics
    ///
    /// If the columns are not of one length.
    #[must_use]
    pub fn of_ranking(columns: Columns) -> Self {
        let Columns {
            scores,
            flags,
            labels,
            efforts,
        } = columns;
        let densities = columns.densities();
        Self {
            n: labels.len(),
            n_defective: labels.iter().filter(|y| y.is_defective()).count(),
            auc: metrics::auc(scores, labels),
            average_precision: metrics::average_precision(scores, labels),
            fading: metrics::fading(flags, labels, FADING),
            mcc: metrics::mcc(flags, labels),
            brier: None,
            ece: None,
            recall_at_20: metrics::recall_at_effort(&densities, labels, efforts, BUDGET),
            popt: metrics::popt(&densities, labels, efforts),
            ifa: metrics::ifa(scores, labels),
        }
    }

    /// Share of defective changes; `None` without changes.
    #[must_use]
    pub fn base_rate(&self) -> Option<f64> {
        (self.n > 0).then(|| self.n_defective as f64 / self.n as f64)
    }
}

impl Columns<'_> {
    /// Score per line: an effort below 1 counts as 1.
    ///
    /// # Panics
    ///
    /// If the columns are not of one length.
    #[must_use]
    pub fn densities(&self) -> Vec<f64> {
        assert_eq!(
            self.scores.len(),
            self.efforts.len(),
            "there is one effort for each score"
        );
        let pairs = self.scores.iter().zip(self.efforts);
        pairs
            .map(|(score, effort)| score / effort.max(1.0))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first three are defective.
    fn labels() -> Vec<Label> {
        let label = |i| {
            if i < 3 {
                Label::Defective
            } else {
                Label::Clean
            }
        };
        (0..7).map(label).collect()
    }

    #[test]
    fn a_ranking_has_no_calibration_and_all_else() {
        let scores = [0.9, 0.4, 0.6, 0.5, 0.3, 0.1, 0.6];
        let columns = Columns {
            scores: &scores,
            flags: &scores.map(|score| score > 0.45),
            labels: &labels(),
            efforts: &[9.0, 0.0, 3.0, 1.0, 2.0, 4.0, 6.0],
        };
        let (figures, ranking) = (Figures::of(columns, &scores), Figures::of_ranking(columns));
        assert!(figures.brier.is_some() && ranking.brier.is_none());
        assert_eq!((figures.ece, ranking.ece), (None, None));
        assert_eq!(
            Figures {
                brier: None,
                ..figures
            },
            ranking
        );
        assert_eq!(figures.base_rate(), Some(3.0 / 7.0));
        // An effort of 0 counts as 1 where it divides.
        assert_eq!(columns.densities()[..3], [0.9 / 9.0, 0.4, 0.6 / 3.0]);
        assert_eq!(Figures::default().base_rate(), None);
    }
}
