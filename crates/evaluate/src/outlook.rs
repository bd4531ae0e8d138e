//! What is still to come: the defects that no fix has shown so far.

use crate::journal::Journal;
use crate::refit::{days, latency};
use crate::timeline::LabelState;
use risk_change::Timestamp;
use risk_learn::{Label, LatencyCurve};

/// How likely each change of a journal is to be defective by what is known at one moment: by what was told at its arrival,
/// and by how long it has been silent since.
///
/// ```
/// use risk_evaluate::{Journal, Outlook};
///
/// // Nothing has arrived, so there is no moment to stand at.
/// assert!(Outlook::of(&Journal::new(0, 0)).is_none());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    now: Timestamp,
    curve: LatencyCurve,
}

impl Outlook {
    /// At the latest arrival: what would have become known later is not in the data. `None` without an arrival.
    #[must_use]
    pub fn of(journal: &Journal) -> Option<Self> {
        let now = journal.records().last()?.at;
        Some(Self {
            now,
            curve: latency(journal).curve(days(now)),
        })
    }

    /// The moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// How long defects stay unseen, as it is known at the moment.
    #[must_use]
    pub fn latency(&self) -> &LatencyCurve {
        &self.curve
    }

    /// `P(defective, and no fix has shown it yet)` of a change: 0 after a fix, else
    /// [`defective_if_unfixed`](LatencyCurve::defective_if_unfixed) of the probability that was told at its arrival.
    ///
    /// The sum over changes is the number of defects to be expected that are in them and still unseen. The waiting
    /// time plays no part: silence of 91 days says hardly more than silence of 89.
    ///
    /// - Units and range: probability; at most what was told.
    /// - Known at: the moment of the outlook.
    #[must_use]
    pub fn unseen(&self, told: f64, arrived_at: Timestamp, state: LabelState) -> f64 {
        match state.label() {
            Some(Label::Defective) => 0.0,
            Some(Label::Clean) | None => {
                let age = days(self.now) - days(arrived_at);
                self.curve.defective_if_unfixed(told, age)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, Ranking, Record};

    #[test]
    fn a_fix_leaves_nothing_unseen_and_silence_leaves_less_the_longer_it_lasts() {
        let day = |n: i64| Timestamp(n * 86_400);
        let at = [0, 100, 300, 400].map(day);
        let records = at.iter().map(|&at| Record {
            at,
            score: 0.4,
            probability: 0.4,
            static_probability: None,
            size: 1.0,
            effort: 1.0,
            ranking: Ranking::Model,
            threshold: None,
            percentile: None,
        });
        let arrivals = (0..4).map(|index| Event::Arrival {
            index,
            at: at[index as usize],
        });
        let fixed = Event::Verification {
            index: 1,
            label: Label::Defective,
            at: day(400),
        };
        let journal = Journal::from_parts(
            0,
            0,
            records.collect(),
            Vec::new(),
            Vec::new(),
            arrivals.chain([fixed]).collect(),
        )
        .unwrap();
        let outlook = Outlook::of(&journal).unwrap();
        assert_eq!(outlook.now(), day(400));
        let unseen: Vec<f64> = (0..4)
            .map(|index| {
                let record = &journal.records()[index];
                let state = journal.states()[index];
                outlook.unseen(record.probability, record.at, state)
            })
            .collect();
        assert_eq!(unseen[1], 0.0);
        // By Bayes' rule, with S of the one latency of 300 days and the prior of 20 fixes at a median of 180 days:
        // S(400) = 20/(c + 20) / (1 + 400/180) with c = 2^(−300/365.25), as the only latency has passed.
        let c = (-300.0_f64 / 365.25).exp2();
        let survival = 20.0 / (c + 20.0) / (1.0 + 400.0 / 180.0);
        let expected = 0.4 * survival / (0.4 * survival + 0.6);
        assert!((unseen[0] - expected).abs() < 1e-12, "{unseen:?}");
        assert!(unseen[0] < unseen[2] && unseen[2] < unseen[3] && unseen[3] <= 0.4);
    }
}
