//! One file a command.

pub(crate) mod annotate;
pub(crate) mod complete;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod explain;
pub(crate) mod hook;
pub(crate) mod hotspots;
pub(crate) mod label;
pub(crate) mod log;
pub(crate) mod man;
pub(crate) mod release;
pub(crate) mod report;
pub(crate) mod score;
pub(crate) mod serve;
pub(crate) mod setup;
pub(crate) mod state;
pub(crate) mod status;
pub(crate) mod train;
pub(crate) mod why_fix;
