//! When a label can be known.

use crate::error::{Error, Result};
use risk_change::{Days, Timestamp};
use risk_learn::Label;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// The waiting time: days of silence after which a change counts as clean.
///
/// 90 days by default, as in the published ORB code. Of 30, 90 and 365 days it measured best; 30 is equal
/// on fast, young projects.
///
/// - Units and range: days, finite and not negative.
/// - Source: Cabral et al., ICSE 2019, section IV.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "Days", into = "Days")]
pub struct Waiting(Days);

impl Waiting {
    /// A waiting time of `days`.
    ///
    /// # Errors
    ///
    /// [`Error::Waiting`] if the days are negative or not finite.
    pub fn new(days: Days) -> Result<Self> {
        not_negative(days).map(Self)
    }

    /// The span.
    #[must_use]
    pub fn days(self) -> Days {
        self.0
    }
}

impl Default for Waiting {
    fn default() -> Self {
        Self(Days(90.0))
    }
}

impl TryFrom<Days> for Waiting {
    type Error = Error;

    fn try_from(days: Days) -> Result<Self> {
        Self::new(days)
    }
}

impl From<Waiting> for Days {
    fn from(waiting: Waiting) -> Self {
        waiting.0
    }
}

/// The span itself if it is finite and not negative.
pub(crate) fn not_negative(days: Days) -> Result<Days> {
    if days.0.is_finite() && days.0 >= 0.0 {
        Ok(days)
    } else {
        Err(Error::Waiting { days: days.0 })
    }
}

/// What happens to a change: it is made, and later its label becomes known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The change arrives and is scored.
    Arrival {
        /// Number of the change, 0, 1, 2, … in order of arrival.
        index: u32,
        /// Time of the clock at its arrival.
        at: Timestamp,
    },
    /// The label of the change becomes known and is learned.
    Verification {
        /// Number of the change.
        index: u32,
        /// What it turned out to be.
        label: Label,
        /// When: the end of the waiting time, or the arrival of the fix.
        at: Timestamp,
    },
}

impl Event {
    /// Number of the change.
    #[must_use]
    pub fn index(self) -> u32 {
        match self {
            Self::Arrival { index, .. } | Self::Verification { index, .. } => index,
        }
    }

    /// When it happens.
    #[must_use]
    pub fn at(self) -> Timestamp {
        match self {
            Self::Arrival { at, .. } | Self::Verification { at, .. } => at,
        }
    }
}

/// What is known about the label of a change that has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LabelState {
    /// Nothing: no fix so far, and the waiting time is not over.
    #[default]
    Unverified,
    /// The waiting time ended without a fix.
    Clean {
        /// End of the waiting time.
        at: Timestamp,
    },
    /// A fix arrived.
    Defective {
        /// Arrival of the first fix.
        at: Timestamp,
        /// Whether the change had been verified as clean before, since the fix came after the waiting time.
        after_clean: bool,
    },
}

impl LabelState {
    /// The label, if there is one.
    #[must_use]
    pub fn label(self) -> Option<Label> {
        match self {
            Self::Unverified => None,
            Self::Clean { .. } => Some(Label::Clean),
            Self::Defective { .. } => Some(Label::Defective),
        }
    }

    /// When the label became known, if it is.
    #[must_use]
    pub fn at(self) -> Option<Timestamp> {
        match self {
            Self::Unverified => None,
            Self::Clean { at } | Self::Defective { at, .. } => Some(at),
        }
    }

    /// The state after a verification, or `None` if that cannot follow on this state.
    pub(crate) fn verified(self, label: Label, at: Timestamp) -> Option<Self> {
        match (self, label) {
            (Self::Unverified, Label::Clean) => Some(Self::Clean { at }),
            (Self::Unverified, Label::Defective) => Some(Self::Defective {
                at,
                after_clean: false,
            }),
            (Self::Clean { .. }, Label::Defective) => Some(Self::Defective {
                at,
                after_clean: true,
            }),
            (Self::Clean { .. }, Label::Clean) | (Self::Defective { .. }, _) => None,
        }
    }
}

/// Decides when labels become known, and makes no other decision.
///
/// A change is verified as [`Label::Clean`] when the waiting time is over, and as [`Label::Defective`] when
/// the first change that repairs it arrives; the second may follow the first (a flip). A change still
/// unverified at the end is never revealed, it is [counted](Self::n_unverified).
///
/// Author dates run backwards now and then; the clock does not. It stands at the latest arrival so far,
/// and an event bears the time of the clock.
///
/// At equal times arrivals come first: a label that falls due at the very second of an arrival is revealed
/// before the next arrival, so that a change is scored before anything of the same moment is learned.
///
/// A timeline is a value. It can be saved with what else is known, or be rebuilt from its events
/// ([`from_events`](Self::from_events)).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    waiting: Waiting,
    clock: Option<Timestamp>,
    states: Vec<LabelState>,
    /// Arrivals whose waiting time has not ended, and that are not defective, oldest first.
    pending: VecDeque<(u32, Timestamp)>,
}

impl Timeline {
    /// A timeline on which nothing has happened.
    #[must_use]
    pub fn new(waiting: Waiting) -> Self {
        Self {
            waiting,
            clock: None,
            states: Vec::new(),
            pending: VecDeque::new(),
        }
    }

    /// The timeline that gave out these events.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfOrder`], [`Error::NotArrived`] or [`Error::VerifiedTwice`] if no timeline gives out
    /// such events.
    pub fn from_events(waiting: Waiting, events: impl IntoIterator<Item = Event>) -> Result<Self> {
        let mut timeline = Self::new(waiting);
        for event in events {
            match event {
                Event::Arrival { index, at } => timeline.enter(index, at)?,
                Event::Verification { index, label, at } => {
                    let state = timeline.arrived(index)?;
                    let state = state.verified(label, at);
                    timeline.states[index as usize] =
                        state.ok_or(Error::VerifiedTwice { index })?;
                }
            }
        }
        let states = &timeline.states;
        timeline
            .pending
            .retain(|(index, _)| states[*index as usize] == LabelState::Unverified);
        Ok(timeline)
    }

    /// A change arrives: the labels that fell due before it, then its arrival.
    ///
    /// `index` is 0 for the first change, then 1, and so on. `at` may lie before an earlier arrival; the
    /// change then arrives at the time of the clock.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfOrder`] if `index` is not the next number; nothing has happened then.
    pub fn arrive(&mut self, index: u32, at: Timestamp) -> Result<Vec<Event>> {
        self.check_next(index)?;
        let at = self.clock.map_or(at, |clock| clock.max(at));
        let mut events = self.advance(at);
        self.enter(index, at)?;
        events.push(Event::Arrival { index, at });
        Ok(events)
    }

    /// Time passes without an arrival: the labels that fell due before `at`. The clock then stands at `at`.
    ///
    /// For fixes that are no arrivals, as in a data set that tells when a change was repaired but not by which
    /// other one: advance to the fix, then [`reveal`](Self::reveal). A time before the clock changes nothing. Of such
    /// moments [`from_events`](Self::from_events) knows nothing: its clock stands at the latest arrival.
    pub fn advance(&mut self, at: Timestamp) -> Vec<Event> {
        let at = self.clock.map_or(at, |clock| clock.max(at));
        let mut events = Vec::new();
        while let Some((index, due)) = self.pending.front().copied()
            && due < at
        {
            self.pending.pop_front();
            self.states[index as usize] = LabelState::Clean { at: due };
            events.push(Event::Verification {
                index,
                label: Label::Clean,
                at: due,
            });
        }
        self.clock = Some(at);
        events
    }

    /// A fix has arrived: the change `inducing` that it repairs is defective.
    ///
    /// Call [`arrive`](Self::arrive) for the fixing change first, so that it is scored before it is learned
    /// from. `None` if the change is known to be defective already. The event bears the time of the clock.
    ///
    /// # Errors
    ///
    /// [`Error::NotArrived`] if `inducing` has not arrived, and [`Error::AheadOfClock`] if `at` is later than
    /// the last arrival; nothing has happened then.
    pub fn reveal(&mut self, inducing: u32, at: Timestamp) -> Result<Option<Event>> {
        let state = self.arrived(inducing)?;
        let clock = self.clock.unwrap_or(at);
        if at > clock {
            return Err(Error::AheadOfClock { at, clock });
        }
        let Some(defective) = state.verified(Label::Defective, clock) else {
            return Ok(None);
        };
        self.states[inducing as usize] = defective;
        if let Ok(place) = self
            .pending
            .binary_search_by_key(&inducing, |(index, _)| *index)
        {
            self.pending.remove(place);
        }
        Ok(Some(Event::Verification {
            index: inducing,
            label: Label::Defective,
            at: clock,
        }))
    }

    /// What is known about a change; `None` if it has not arrived.
    #[must_use]
    pub fn state_of(&self, index: u32) -> Option<LabelState> {
        self.states.get(index as usize).copied()
    }

    /// The waiting time.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        self.waiting
    }

    /// Time of the latest arrival, or to which it was advanced since; `None` before the first.
    #[must_use]
    pub fn clock(&self) -> Option<Timestamp> {
        self.clock
    }

    /// Number of changes that have arrived.
    #[must_use]
    pub fn n_arrived(&self) -> u32 {
        self.states.len() as u32
    }

    /// Number of changes of which nothing is known yet.
    #[must_use]
    pub fn n_unverified(&self) -> usize {
        let unverified = |state: &&LabelState| **state == LabelState::Unverified;
        self.states.iter().filter(unverified).count()
    }

    fn check_next(&self, index: u32) -> Result<()> {
        let expected = self.n_arrived();
        if index == expected {
            Ok(())
        } else {
            Err(Error::OutOfOrder {
                expected,
                found: index,
            })
        }
    }

    fn arrived(&self, index: u32) -> Result<LabelState> {
        self.state_of(index).ok_or(Error::NotArrived {
            index,
            n_arrived: self.n_arrived(),
        })
    }

    fn enter(&mut self, index: u32, at: Timestamp) -> Result<()> {
        self.check_next(index)?;
        self.clock = Some(at);
        self.states.push(LabelState::Unverified);
        self.pending.push_back((index, at.plus(self.waiting.0)));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
