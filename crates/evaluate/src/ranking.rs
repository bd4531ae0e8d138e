//! What changes are ranked by: the model, or their size where the model does not win.

use crate::journal::Journal;
use crate::metrics;
use risk_learn::Label;
use serde::{Deserialize, Serialize};

/// What changes are ranked by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ranking {
    /// The score of the model.
    #[default]
    Model,
    /// The lines they add, because the model has not done better here.
    Size,
}

/// Labels that a comparison looks back on.
const WINDOW: usize = 2_000;

/// Labels, and defective ones among them, that a comparison needs.
const LEAST: (usize, usize) = (200, 20);

/// By how much size must be ahead before the model is dropped, and the model before it is taken up again.
///
/// Without a margin two rankings that are equally good would take turns.
const MARGIN: f64 = 0.005;

impl Ranking {
    /// What has ranked better so far: over the latest 2,000 changes whose label is known by now, the area under the
    /// ROC curve of the scores that the model gave at their arrival, against that of lines added.
    ///
    /// It stays with the present one while the other is ahead by less than .005, and with fewer than 200 labels or
    /// 20 defective changes.
    pub(crate) fn by_backtest(journal: &Journal, present: Self) -> Self {
        let pairs = journal.records().iter().zip(journal.states());
        let known = pairs.rev().filter_map(|(record, state)| Some((record, state.label()?)));
        let (mut scores, mut sizes, mut labels) = (Vec::new(), Vec::new(), Vec::new());
        for (record, label) in known.take(WINDOW) {
            scores.push(record.score);
            sizes.push(record.size);
            labels.push(label);
        }
        let n_defective = labels.iter().filter(|label| **label == Label::Defective).count();
        if labels.len() < LEAST.0 || n_defective < LEAST.1 {
            return present;
        }
        let aucs = metrics::auc(&scores, &labels).zip(metrics::auc(&sizes, &labels));
        match (present, aucs) {
            (Self::Model, Some((auc, auc_la))) if auc_la > auc + MARGIN => Self::Size,
            (Self::Size, Some((auc, auc_la))) if auc > auc_la + MARGIN => Self::Model,
            (present, _) => present,
        }
    }
}
