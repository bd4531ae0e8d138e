//! Labels that people gave, in place of those that are found.

use risk_change::{ChangeId, Timestamp};
use risk_evaluate::{LabelState, Timeline};
use std::collections::{BTreeMap, BTreeSet};

/// What a person says about a change.
///
/// It acts where the change is part of the history that is followed, and waits where it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Override {
    /// It is clean: fixes that are linked to it make nothing known, at no time, so that it is verified as clean when
    /// the waiting time is over. The links are found all the same.
    Clean,
    /// It is defective: known when the first fix of it arrives, or from `known_at` on if that is earlier.
    ///
    /// That is the end of the first commit of the history that lands at that time or later, and that is not before the
    /// change itself. So a fold that stops and goes on learns it at the same place as one that does not stop.
    Defective {
        /// From when on it is known.
        known_at: Timestamp,
    },
}

/// The labels that people gave, as far as a fold has met the changes.
///
/// Nothing of it is saved: it follows from the labels and from what is known of the changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    given: BTreeMap<ChangeId, Override>,
    /// Numbers of the changes that are called clean.
    clean: BTreeSet<u32>,
    /// Numbers of those called defective, which is not known yet, by when it is.
    waiting: BTreeSet<(Timestamp, u32)>,
}

impl Overrides {
    pub(crate) fn new(given: BTreeMap<ChangeId, Override>) -> Self {
        Self {
            given,
            clean: BTreeSet::new(),
            waiting: BTreeSet::new(),
        }
    }

    /// The labels where a saved fold stands; `number_of` knows the numbers of its changes.
    pub(crate) fn resumed(
        given: BTreeMap<ChangeId, Override>,
        timeline: &Timeline,
        number_of: impl Fn(&ChangeId) -> Option<u32>,
    ) -> Self {
        let met: Vec<(ChangeId, u32)> = given
            .keys()
            .filter_map(|id| Some((*id, number_of(id)?)))
            .collect();
        let mut overrides = Self::new(given);
        for (id, number) in met {
            overrides.meet(&id, number);
        }
        let is_known = |number| {
            matches!(
                timeline.state_of(number),
                Some(LabelState::Defective { .. })
            )
        };
        overrides.waiting.retain(|&(_, number)| !is_known(number));
        overrides
    }

    /// A change arrives.
    pub(crate) fn meet(&mut self, id: &ChangeId, number: u32) {
        match self.given.get(id) {
            None => {}
            Some(Override::Clean) => {
                self.clean.insert(number);
            }
            Some(&Override::Defective { known_at }) => {
                self.waiting.insert((known_at, number));
            }
        }
    }

    /// Whether a change that has arrived is called clean.
    pub(crate) fn is_clean(&self, number: u32) -> bool {
        self.clean.contains(&number)
    }

    /// The next change that is known to be defective now, the one known longest first.
    pub(crate) fn due(&mut self, now: Timestamp) -> Option<u32> {
        let first = self.waiting.first()?;
        if first.0 > now {
            return None;
        }
        self.waiting.pop_first().map(|(_, number)| number)
    }
}
