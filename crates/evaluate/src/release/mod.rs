//! Release readiness: what is to be expected of the changes of a release, what of it was found, and what is left.
//!
//! A [`Ledger`] looks at a journal and the fixes that link to its changes as they were known at a [`Moment`]. It says how
//! many defects are to be expected ([`Outlook`]), how many surface within a time ([`After`]), how many fixes landed week
//! by week ([`Week`]), and how far the model has been off before ([`ModelError`]). [`criteria`] judge these, and
//! [`Growth`] relates the new lines of releases to the fixes that followed.
//!
//! - **Known at**: the moment that is asked for, never later: probabilities are those told at arrivals, fixes those that
//!   had landed, latencies those seen by then.
//! - **Source**: the criteria are those that Pete Rotella told of Cisco (*Implementing quality metrics and goals at the
//!   corporate level*, RELENG 2015): 80 % of the expected defects found, and a weekly number down at 43 % of its peak.
//!   **Deviation**: there the expected number comes from curves fitted to the defects reported, here from the
//!   probabilities of the changes; and what is counted are fixes that link to changes of the release.

mod counts;
pub mod criteria;
mod growth;
mod ledger;
mod weeks;

pub use counts::{Expected, expected};
pub use growth::{Growth, LEAST_POINTS, Relation, Shape};
pub use ledger::{After, Ledger, ModelError, Moment, Outlook, Repair};
pub use weeks::{Pace, Week};

#[cfg(test)]
mod tests;
