//! What can go wrong.

use thiserror::Error;

/// Why there is no page.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not an overview as JSON.
    #[error("not a report as git-risk writes it")]
    Json(#[source] serde_json::Error),
}
