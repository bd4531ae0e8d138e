//! The timeline with verification latency, the prequential loop, and its metrics.
//!
//! A [`Timeline`] turns arrivals and fixes into [`Event`]s: what could be known, and when. A
//! [`Prequential`] takes one [`Step`] after the other, predicts at each arrival, learns at each
//! verification, and keeps every prediction as a [`Record`] in its [`Journal`]. From the records come an
//! [`Evaluation`] (how good the predictions were) and a [`Lift`] (what a percentile means in this
//! project). Several models are compared within a stream by [`delong`] and a [`Bootstrap`] over blocks of time, over
//! several streams by [`wilcoxon`] and [`cliffs_delta`]. Training *is* this loop with the numbers thrown away; there is no second one.
//!
//! Nothing here knows git, a clock or a file.
//!
//! # Example
//!
//! ```
//! use risk_change::Timestamp;
//! use risk_evaluate::{LabelState, Prequential, Row, Step, Timeline, Waiting};
//!
//! let names = ["ns", "nd", "nf", "entropy", "la", "ld", "lt", "fix", "ndev", "age", "nuc", "exp", "rexp", "sexp"];
//! let mut timeline = Timeline::new(Waiting::default());
//! let mut run = Prequential::new(&names)?;
//!
//! let day = |n: i64| Timestamp(n * 86_400);
//! for (index, at) in [(0, day(0)), (1, day(5))] {
//!     for event in timeline.arrive(index, at)? {
//!         run.step(&Step::of(event, || Row { raw: vec![1.0; 14], size: 1.0, effort: 2.0 }))?;
//!     }
//! }
//! // Change 1 turns out to repair change 0.
//! let event = timeline.reveal(0, day(5))?.expect("the first fix of change 0");
//! run.step(&Step::of(event, || unreachable!("a verification needs no row")))?;
//!
//! assert_eq!(run.journal().state_of(1), Some(LabelState::Unverified));
//! assert_eq!(run.live().model().n_learned(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bands;
mod bootstrap;
#[expect(clippy::doc_markdown, reason = "DeLong is a name")]
mod delong;
mod dice;
mod drift;
mod effect;
mod error;
mod evaluation;
mod figures;
mod journal;
mod lift;
pub mod metrics;
mod outlook;
mod prequential;
mod ranking;
mod refit;
pub mod release;
mod rewind;
mod rows;
mod scorer;
mod size;
mod threshold;
mod timeline;
mod warned;
mod wilcoxon;

pub use bands::{Band, Bands};
pub use bootstrap::Bootstrap;
pub use delong::{DeLong, auc_interval, delong};
pub use dice::Dice;
pub use drift::Drift;
pub use effect::{cliffs_delta, holm, magnitude};
pub use error::{Error, Result};
pub use evaluation::{Block, Evaluation, Flagged, Maturity, OnStatic, evaluate};
pub use figures::{Columns, FADING, Figures, N_BINS};
pub use journal::{Journal, Record};
pub use lift::{Lift, LiftBin, lifts_at_arrival};
pub use outlook::Outlook;
pub use prequential::{Live, Prequential, Row, Scored, Step, prequential};
pub use ranking::Ranking;
pub use refit::{Refit, Refits};
pub use rewind::{Checkpoint, ModelAt, ScoredAt};
pub use rows::EarlierRows;
pub use scorer::Online;
pub use size::{by_size, percentiles_by_size};
pub use threshold::{Standpoint, Threshold, ThresholdError};
pub use timeline::{Event, LabelState, Timeline, Waiting};
pub use warned::Warned;
pub use wilcoxon::{Wilcoxon, wilcoxon};
