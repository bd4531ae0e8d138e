//! What the timeline and the loop refuse.

use risk_change::Timestamp;
use thiserror::Error;

/// The result of an operation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an event, a row or a saved part was refused.
#[derive(Debug, Error)]
pub enum Error {
    /// Changes must be numbered 0, 1, 2, … in the order of their arrival.
    #[error("take change {found} as next arrival, number {expected}")]
    OutOfOrder {
        /// Number of the next arrival.
        expected: u32,
        /// Number given.
        found: u32,
    },
    /// A verification came before the arrival of its change.
    #[error("verify change {index} of {n_arrived} arrived ones")]
    NotArrived {
        /// The change.
        index: u32,
        /// Changes that have arrived: 0 to this number, exclusive.
        n_arrived: u32,
    },
    /// A label was revealed at a time to which the clock has not come.
    #[error("reveal a label at {} while the clock stands at {}", at.0, clock.0)]
    AheadOfClock {
        /// Time of the revelation.
        at: Timestamp,
        /// Time of the last arrival.
        clock: Timestamp,
    },
    /// A waiting time, or another span, that is not a finite number of days from 0 on.
    #[error("wait {days} days: a waiting time is finite and not negative")]
    Waiting {
        /// The days given.
        days: f64,
    },
    /// Lifts that do not rise from band to band.
    #[error(
        "begin bands at the lifts {typical}, {elevated} and {high}: each must be higher than the one before, the first not negative"
    )]
    Bands {
        /// Where typical begins.
        typical: f64,
        /// Where elevated begins.
        elevated: f64,
        /// Where high begins.
        high: f64,
    },
    /// A verification that contradicts the state of its change, such as a second one of the same label.
    #[error("verify change {index} a second time without a new label")]
    VerifiedTwice {
        /// The change.
        index: u32,
    },
    /// Saved parts that do not belong together.
    #[error("put together {what}: {expected} are expected, {found} are there")]
    Parts {
        /// Which part.
        what: &'static str,
        /// Number expected.
        expected: usize,
        /// Number found.
        found: usize,
    },
    /// A row of an earlier run is not what was written.
    #[error("the rows of earlier changes are damaged")]
    RowsLost,
    /// A row or its names do not fit the model.
    #[error("prepare the row")]
    Learn(#[from] risk_learn::Error),
}
