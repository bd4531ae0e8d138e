//! What can go wrong in the fold.

use risk_change::Position;

/// Why history could not be followed, or a saved state not be taken up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stretch does not go on where the fold stands.
    #[error("the stretch of history begins at position {found}, the fold stands at {expected}")]
    NotNext {
        /// Where the fold stands.
        expected: Position,
        /// Where the stretch begins.
        found: Position,
    },
    /// The timeline or whoever takes the steps refused one.
    #[error(transparent)]
    Evaluate(#[from] risk_evaluate::Error),
    /// The saved line origins or fixes do not fit together.
    #[error(transparent)]
    Szz(#[from] risk_szz::Error),
    /// The saved features do not fit together.
    #[error(transparent)]
    Features(#[from] risk_features::RestoreError),
    /// The saved parts do not belong to each other.
    #[error("the saved {what} does not fit the rest")]
    Inconsistent {
        /// The part.
        what: &'static str,
    },
}
