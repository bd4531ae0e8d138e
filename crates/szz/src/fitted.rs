//! The coefficients that the default variant weighs candidates by.
//!
//! Written by `git-risk-lab weigh`; what they come of is told in `docs/design/links.md`.

use crate::weigh::Weights;

/// The coefficients, in the order of [`Weights::SIGNS`].
pub(crate) static FITTED: Weights = Weights {
    none: -1.1422,
    coefficients: [
        1.0249,  // deletes
        0.2818,  // log_deleted
        0.7564,  // share_deleted
        0.1056,  // share_hunks
        -0.0811, // removed
        0.6304,  // log_deleted_tests
        0.5453,  // cosmetic
        0.4669,  // respaced
        0.1150,  // before
        0.2400,  // after
        0.2090,  // log_near_added
        0.0725,  // log_near_replaced
        -0.4622, // log_age
        -0.1890, // log_age_adds
        -0.0468, // log_size
        -0.1150, // log_files
        -0.5122, // root
        0.0360,  // is_fix
        -0.1233, // same_author
        -0.1886, // only_adds
        -0.6719, // log_rank
        -0.0492, // latest
        -0.0211, // largest
        -1.1441, // share_lines
        0.6989,  // share_files
        0.9373,  // adds
        -0.0512, // log_candidates
        -0.1717, // log_fix
    ],
};
