//! What changes are ranked by: the model, or their size where the model does not win.

use crate::delong::delong;
use crate::journal::{Journal, Record, rank_value};
use crate::metrics::mid_rank;
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
const WINDOW: usize = 1_000;

/// Labels, and defective ones among them, that a comparison needs.
const LEAST: (usize, usize) = (200, 20);

/// Changes that a percentile looks back on.
const PERCENTILE_WINDOW: usize = 1_000;

/// Changes that a percentile needs.
const PERCENTILE_LEAST: usize = 100;

/// Mid-rank of a rank value among those of the latest 1,000 changes before; `None` with fewer than 100.
pub(crate) fn percentile(ranking: Ranking, value: f64, before: &[Record]) -> Option<f64> {
    let recent = &before[before.len().saturating_sub(PERCENTILE_WINDOW)..];
    if recent.len() < PERCENTILE_LEAST {
        return None;
    }
    let values = recent.iter();
    mid_rank(
        value,
        values.map(|record| rank_value(ranking, record.score, record.size)),
    )
}

impl Ranking {
    /// What has ranked better so far: over the latest 1,000 changes whose label is known by now, the area under the
    /// ROC curve of the scores that the model gave at their arrival, against that of lines added.
    ///
    /// It stays with the present one unless the other is ahead beyond chance (`DeLong`, p < .05): two rankings that are
    /// equally good would take turns else. It also stays with fewer than 200 labels or 20 defective changes.
    pub(crate) fn by_backtest(journal: &Journal, present: Self) -> Self {
        let pairs = journal.records().iter().zip(journal.states());
        let known = pairs
            .rev()
            .filter_map(|(record, state)| Some((record, state.label()?)));
        let (mut scores, mut sizes, mut labels) = (Vec::new(), Vec::new(), Vec::new());
        for (record, label) in known.take(WINDOW) {
            scores.push(record.score);
            sizes.push(record.size);
            labels.push(label);
        }
        let n_defective = labels.iter().filter(|y| y.is_defective()).count();
        if labels.len() < LEAST.0 || n_defective < LEAST.1 {
            return present;
        }
        match delong(&scores, &sizes, &labels) {
            Some(test) if test.p_value < 0.05 && test.auc_a < test.auc_b => Self::Size,
            Some(test) if test.p_value < 0.05 && test.auc_a > test.auc_b => Self::Model,
            _ => present,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Event;
    use risk_change::Timestamp;
    use risk_learn::Label;

    /// Changes of which each fifth is defective, all labels known: the score of the model is right for `share` in ten
    /// of the pairs of five, the size for `la` in ten.
    fn journal(n: u32, score: u32, la: u32) -> Journal {
        let (mut records, mut events) = (Vec::new(), Vec::new());
        let mut later = Vec::new();
        for index in 0..n {
            let at = Timestamp(i64::from(index));
            let defective = index % 5 == 0;
            let says = |share: u32| {
                let right = index / 5 % 10 < share;
                f64::from(u8::from(defective == right)) + f64::from(index % 7) / 100.0
            };
            records.push(Record {
                at,
                score: says(score) / 2.0,
                probability: 0.2,
                static_probability: None,
                size: says(la),
                effort: 1.0,
                ranking: Ranking::Model,
                threshold: None,
                percentile: None,
            });
            events.push(Event::Arrival { index, at });
            let label = if defective {
                Label::Defective
            } else {
                Label::Clean
            };
            later.push(Event::Verification {
                index,
                label,
                at: Timestamp(i64::from(n)),
            });
        }
        events.extend(later);
        Journal::from_parts(0, 0, records, Vec::new(), Vec::new(), events).unwrap()
    }

    #[test]
    fn the_better_ranking_is_taken_and_equal_ones_take_no_turns() {
        for present in [Ranking::Model, Ranking::Size] {
            let chosen = |n, score, la| Ranking::by_backtest(&journal(n, score, la), present);
            assert_eq!(chosen(800, 9, 6), Ranking::Model);
            assert_eq!(chosen(800, 6, 9), Ranking::Size);
            assert_eq!(chosen(800, 8, 8), present);
            // Too few labels to tell.
            assert_eq!(chosen(150, 9, 6), present);
            assert_eq!(chosen(150, 6, 9), present);
        }
    }
}
