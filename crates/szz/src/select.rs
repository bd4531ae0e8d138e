//! Which candidates of a fixing change are held to have induced it.

use crate::{Candidate, Variant};
use risk_change::{Position, Timestamp};

/// The candidates that a variant selects, in ascending order of position.
///
/// All of them for [`Variant::B`] and [`Variant::Ag`]; for [`Variant::R`] the one committed last, and the
/// later position among equals. `committed_at` tells when a position was committed. None from none.
pub fn select(
    variant: Variant,
    candidates: Vec<Candidate>,
    committed_at: impl Fn(Position) -> Timestamp,
) -> Vec<Candidate> {
    match variant {
        Variant::B | Variant::Ag => candidates,
        Variant::R => candidates
            .into_iter()
            .max_by_key(|candidate| (committed_at(candidate.position), candidate.position))
            .into_iter()
            .collect(),
    }
}
