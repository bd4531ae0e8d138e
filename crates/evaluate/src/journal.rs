//! What is written down about each change, and never changed again.

use crate::error::{Error, Result};
use crate::ranking::Ranking;
use crate::rows::{EarlierRows, Rows};
use crate::timeline::{Event, LabelState};
use risk_change::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// The prediction for one change, as it was made at its arrival.
///
/// All fields are of fixed size and none is ever changed, so records can be kept in an append-only file.
/// The label is not part of it: it follows from the events ([`Journal::state_of`]).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Time of the clock at the arrival.
    pub at: Timestamp,
    /// `P(Defective)` by the online and the batch model together, before any correction: by it changes are ranked
    /// and flagged. Corrections change from fit to fit, and would disturb the order.
    pub score: f64,
    /// `P(Defective)` as it was told: corrected, or where changes are ranked by size, that of a model of size alone.
    pub probability: f64,
    /// `P(Defective)` by the static model; `None` before it was fitted.
    pub static_probability: Option<f64>,
    /// Lines added, the baseline's score.
    pub size: f64,
    /// Lines added and deleted, what a review would cost.
    pub effort: f64,
    /// What the change was ranked by.
    pub ranking: Ranking,
    /// The [rank value](Self::rank_value) above which a change was flagged; `None` for the first change.
    pub threshold: Option<f64>,
    /// Mid-rank of the rank value among the previous 1,000, in `0 ..= 1`; `None` with fewer than 100.
    pub percentile: Option<f64>,
}

impl Record {
    /// What the change is compared with others by: its score, or `ln(1 + la)` where changes are ranked by size.
    #[must_use]
    pub fn rank_value(&self) -> f64 {
        rank_value(self.ranking, self.score, self.size)
    }

    /// Whether the change was flagged: its rank value exceeded the threshold of its time.
    #[must_use]
    pub fn flagged(&self) -> bool {
        self.threshold
            .is_some_and(|threshold| self.rank_value() > threshold)
    }
}

/// The value that a ranking compares.
pub(crate) fn rank_value(ranking: Ranking, score: f64, size: f64) -> f64 {
    match ranking {
        Ranking::Model => score,
        // The logarithm keeps one enormous import from lifting the mean for a thousand changes.
        Ranking::Size => size.max(0.0).ln_1p(),
    }
}

/// All that happened, in four append-only sequences.
///
/// The events in order; and for each arrival its [`Record`], its raw row and its prepared row. Rows lie one
/// after the other in flat vectors; earlier ones may lie elsewhere ([`EarlierRows`],
/// [`Prequential::hand_over`](crate::Prequential::hand_over)). Labels follow from the events.
///
/// - **Shape**: `n` records, `n · n_raw` raw and `n · n_prepared` prepared values.
/// - **Known at**: records and rows at arrival, states at verification.
///
/// Two journals are equal if they hold the same entries; *not known* (NaN) equals *not known*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Journal {
    records: Vec<Record>,
    rows: Rows,
    events: Vec<Event>,
    states: Vec<LabelState>,
}

impl Journal {
    /// A journal without entries, of rows with `n_raw` raw and `n_prepared` prepared columns.
    #[must_use]
    pub fn new(n_raw: usize, n_prepared: usize) -> Self {
        Self {
            records: Vec::new(),
            rows: Rows::new(n_raw, n_prepared),
            events: Vec::new(),
            states: Vec::new(),
        }
    }

    /// A journal of the four sequences as they were saved.
    ///
    /// # Errors
    ///
    /// [`Error::Parts`] if their lengths do not fit together, and what is wrong with the events:
    /// [`Error::OutOfOrder`], [`Error::NotArrived`], [`Error::VerifiedTwice`].
    pub fn from_parts(
        n_raw: usize,
        n_prepared: usize,
        records: Vec<Record>,
        raw: Vec<f64>,
        prepared: Vec<f32>,
        events: Vec<Event>,
    ) -> Result<Self> {
        for (what, expected, found) in [
            ("raw values", records.len() * n_raw, raw.len()),
            (
                "prepared values",
                records.len() * n_prepared,
                prepared.len(),
            ),
        ] {
            check_parts(what, expected, found)?;
        }
        let mut rows = Rows::new(n_raw, n_prepared);
        (rows.raw, rows.prepared) = (raw, prepared);
        Self::of(records, rows, events)
    }

    /// A journal whose rows up to now are asked for from where they were kept.
    ///
    /// # Errors
    ///
    /// As [`from_parts`](Self::from_parts).
    pub fn resume(
        n_raw: usize,
        n_prepared: usize,
        records: Vec<Record>,
        events: Vec<Event>,
        earlier: Arc<dyn EarlierRows>,
    ) -> Result<Self> {
        let rows = Rows::new(n_raw, n_prepared).after(records.len() as u32, earlier);
        Self::of(records, rows, events)
    }

    fn of(records: Vec<Record>, rows: Rows, events: Vec<Event>) -> Result<Self> {
        let mut states = Vec::with_capacity(records.len());
        for event in &events {
            note(&mut states, *event)?;
        }
        check_parts("records", states.len(), records.len())?;
        Ok(Self {
            records,
            rows,
            events,
            states,
        })
    }

    /// The records, by number of the change.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// What is known about each change, by its number.
    #[must_use]
    pub fn states(&self) -> &[LabelState] {
        &self.states
    }

    /// What is known about a change; `None` if it has not arrived.
    #[must_use]
    pub fn state_of(&self, index: u32) -> Option<LabelState> {
        self.states.get(index as usize).copied()
    }

    /// The events, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Number of changes that have arrived.
    #[must_use]
    pub fn n_arrived(&self) -> u32 {
        self.records.len() as u32
    }

    /// The raw rows of consecutive changes, one after the other.
    ///
    /// # Errors
    ///
    /// [`Error::NotArrived`] if one of them has not arrived, [`Error::RowsLost`] if an earlier row is not what
    /// was written.
    pub fn raw_rows(&self, range: Range<u32>) -> Result<Cow<'_, [f64]>> {
        self.check_arrived(range.end)?;
        self.rows.raw(range.start.min(range.end)..range.end)
    }

    /// The prepared row of a change, as the model saw it.
    ///
    /// # Errors
    ///
    /// As [`raw_rows`](Self::raw_rows).
    pub fn prepared_row(&self, index: u32) -> Result<Cow<'_, [f32]>> {
        self.check_arrived(index.saturating_add(1))?;
        self.rows.prepared(index..index + 1)
    }

    /// The prepared rows of consecutive changes, one after the other.
    ///
    /// # Errors
    ///
    /// As [`raw_rows`](Self::raw_rows).
    pub fn prepared_rows(&self, range: Range<u32>) -> Result<Cow<'_, [f32]>> {
        self.check_arrived(range.end)?;
        self.rows.prepared(range.start.min(range.end)..range.end)
    }

    fn check_arrived(&self, end: u32) -> Result<()> {
        let n_arrived = self.n_arrived();
        if end > n_arrived {
            let index = end - 1;
            return Err(Error::NotArrived { index, n_arrived });
        }
        Ok(())
    }

    /// Number of changes whose rows lie elsewhere.
    #[must_use]
    pub fn n_earlier(&self) -> u32 {
        self.rows.n_earlier()
    }

    /// The raw values in memory, row after row: those of changes from [`n_earlier`](Self::n_earlier) on.
    #[must_use]
    pub fn raw_values(&self) -> &[f64] {
        &self.rows.raw
    }

    /// The prepared values in memory, row after row.
    #[must_use]
    pub fn prepared_values(&self) -> &[f32] {
        &self.rows.prepared
    }

    /// Number of raw columns.
    #[must_use]
    pub fn n_raw(&self) -> usize {
        self.rows.n_raw
    }

    /// Number of prepared columns.
    #[must_use]
    pub fn n_prepared(&self) -> usize {
        self.rows.n_prepared
    }

    /// Forgets the rows of the first `n` changes, which `earlier` has from now on.
    pub(crate) fn hand_over(&mut self, n: u32, earlier: Arc<dyn EarlierRows>) -> Result<()> {
        self.check_arrived(n)?;
        if n < self.n_earlier() {
            check_parts("rows elsewhere", self.n_earlier() as usize, n as usize)?;
        }
        self.rows.hand_over(n, earlier);
        Ok(())
    }

    /// Writes down an arrival with rows of the right lengths.
    pub(crate) fn arrive(
        &mut self,
        index: u32,
        record: Record,
        raw: &[f64],
        z: &[f32],
    ) -> Result<()> {
        let event = Event::Arrival {
            index,
            at: record.at,
        };
        note(&mut self.states, event)?;
        self.events.push(event);
        self.records.push(record);
        self.rows.push(raw, z);
        Ok(())
    }

    /// Writes down a verification.
    pub(crate) fn verify(
        &mut self,
        index: u32,
        label: risk_learn::Label,
        at: Timestamp,
    ) -> Result<()> {
        let event = Event::Verification { index, label, at };
        note(&mut self.states, event)?;
        self.events.push(event);
        Ok(())
    }
}

/// Applies an event to the states.
fn note(states: &mut Vec<LabelState>, event: Event) -> Result<()> {
    let n_arrived = states.len() as u32;
    match event {
        Event::Arrival { index, .. } if index == n_arrived => states.push(LabelState::Unverified),
        Event::Arrival { index, .. } => {
            return Err(Error::OutOfOrder {
                expected: n_arrived,
                found: index,
            });
        }
        Event::Verification { index, label, at } => {
            let state = states
                .get_mut(index as usize)
                .ok_or(Error::NotArrived { index, n_arrived })?;
            *state = state
                .verified(label, at)
                .ok_or(Error::VerifiedTwice { index })?;
        }
    }
    Ok(())
}

fn check_parts(what: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found {
        Ok(())
    } else {
        Err(Error::Parts {
            what,
            expected,
            found,
        })
    }
}
