//! The coefficients that the default variant weighs candidates by.
//!
//! Written by `git-risk-lab weigh`; what they come of is told in `docs/design/links.md`.

use crate::weigh::{N_SIGNS, Weights};

/// The coefficients, in the order of [`Weights::SIGNS`].
pub(crate) static FITTED: Weights = Weights {
    none: 0.0,
    coefficients: [0.0; N_SIGNS],
};
