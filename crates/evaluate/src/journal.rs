//! What is written down about each change, and never changed again.

use crate::error::{Error, Result};
use crate::timeline::{Event, LabelState};
use risk_change::Timestamp;
use serde::{Deserialize, Serialize};

/// The prediction for one change, as it was made at its arrival.
///
/// All fields are of fixed size and none is ever changed, so records can be kept in an append-only file.
/// The label is not part of it: it follows from the events ([`Journal::state_of`]).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Time of the clock at the arrival.
    pub at: Timestamp,
    /// `P(Defective)` by the online model.
    pub probability: f64,
    /// `P(Defective)` by the static model; `None` before it was fitted.
    pub static_probability: Option<f64>,
    /// Lines added, the baseline's score.
    pub size: f64,
    /// Lines added and deleted, what a review would cost.
    pub effort: f64,
    /// The probability above which a change was flagged; `None` for the first change.
    pub threshold: Option<f64>,
    /// Mid-rank of the probability among the previous 1,000, in `0 ..= 1`; `None` with fewer than 100.
    pub percentile: Option<f64>,
}

impl Record {
    /// Whether the change was flagged: its probability exceeded the threshold of its time.
    #[must_use]
    pub fn flagged(&self) -> bool {
        self.threshold
            .is_some_and(|threshold| self.probability > threshold)
    }
}

/// All that happened, in four append-only sequences.
///
/// The events in order; and for each arrival its [`Record`], its raw row and its prepared row. Rows lie one
/// after the other in flat vectors. Labels follow from the events.
///
/// - **Shape**: `n` records, `n · n_raw` raw and `n · n_prepared` prepared values.
/// - **Known at**: records and rows at arrival, states at verification.
///
/// Two journals are equal if they hold the same entries; *not known* (NaN) equals *not known*.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Journal {
    n_raw: usize,
    n_prepared: usize,
    records: Vec<Record>,
    #[serde(with = "not_known")]
    raw: Vec<f64>,
    prepared: Vec<f32>,
    events: Vec<Event>,
    states: Vec<LabelState>,
}

impl PartialEq for Journal {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
        (self.n_raw, self.n_prepared) == (other.n_raw, other.n_prepared)
            && self.events == other.events
            && self.records == other.records
            && self.prepared == other.prepared
            && self.raw.len() == other.raw.len()
            && self.raw.iter().zip(&other.raw).all(same)
    }
}

impl Journal {
    /// A journal without entries, of rows with `n_raw` raw and `n_prepared` prepared columns.
    #[must_use]
    pub fn new(n_raw: usize, n_prepared: usize) -> Self {
        Self {
            n_raw,
            n_prepared,
            records: Vec::new(),
            raw: Vec::new(),
            prepared: Vec::new(),
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
        let mut states = Vec::with_capacity(records.len());
        for event in &events {
            note(&mut states, *event)?;
        }
        check_parts("records", states.len(), records.len())?;
        Ok(Self {
            n_raw,
            n_prepared,
            records,
            raw,
            prepared,
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

    /// The raw row of a change; `None` if it has not arrived.
    #[must_use]
    pub fn raw_row(&self, index: u32) -> Option<&[f64]> {
        row(&self.raw, self.n_raw, index, self.n_arrived())
    }

    /// The prepared row of a change, as the model saw it; `None` if it has not arrived.
    #[must_use]
    pub fn prepared_row(&self, index: u32) -> Option<&[f32]> {
        row(&self.prepared, self.n_prepared, index, self.n_arrived())
    }

    /// All raw values, row after row.
    #[must_use]
    pub fn raw_values(&self) -> &[f64] {
        &self.raw
    }

    /// All prepared values, row after row.
    #[must_use]
    pub fn prepared_values(&self) -> &[f32] {
        &self.prepared
    }

    /// Number of raw columns.
    #[must_use]
    pub fn n_raw(&self) -> usize {
        self.n_raw
    }

    /// Number of prepared columns.
    #[must_use]
    pub fn n_prepared(&self) -> usize {
        self.n_prepared
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
        let known = |x: &f64| if x.is_finite() { *x } else { f64::NAN };
        self.raw.extend(raw.iter().map(known));
        self.prepared.extend_from_slice(z);
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

/// Row `index` of a flat vector; rows without columns are there too.
fn row<T>(values: &[T], width: usize, index: u32, n: u32) -> Option<&[T]> {
    let start = index as usize * width;
    (index < n).then(|| &values[start..start + width])
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

/// Raw values may be NaN, *not known*, which JSON cannot say: they are saved as options.
mod not_known {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(raw: &[f64], to: S) -> Result<S::Ok, S::Error> {
        let wire = raw.iter().map(|x| x.is_finite().then_some(*x));
        wire.collect::<Vec<Option<f64>>>().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        let wire = Vec::<Option<f64>>::deserialize(from)?;
        Ok(wire.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect())
    }
}
