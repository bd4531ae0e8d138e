//! One fold over history that makes events: features at arrival, SZZ when a fix arrives.
//!
//! A [`Replay`] takes stretches of [`History`](risk_history::History) in landing order and hands out
//! [`Step`](risk_evaluate::Step)s: each change with its row of features as it arrives, each label when it can
//! be known. Everything that needs the past is in here, and nothing else: features (`risk-features`), line
//! origins and links (`risk-szz`), and the timeline (`risk-evaluate`).
//!
//! It can stop at any change on the first-parent chain and go on later: the steps are the same as in one go.
//! Learners do not appear here; whoever takes the steps learns.

mod bots;
mod error;
mod overrides;
mod people;
mod replay;
mod saved;
mod traced;

pub use bots::Bots;
pub use error::Error;
pub use overrides::Override;
pub use people::SavedPeople;
pub use replay::{Options, Replay, Standing, row};
pub use saved::{Record, Saved};
pub use traced::Traced;
