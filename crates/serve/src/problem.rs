//! What is said to a client that gets no answer.

use hyper::StatusCode;
use serde_json::json;

/// Why there is no answer, and what would help.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    message: String,
    hint: String,
    /// Seconds after which it may be different.
    pub(crate) retry_after: Option<u32>,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            status,
            message: message.into(),
            hint: hint.into(),
            retry_after: None,
        }
    }

    /// It may be different after so many seconds.
    pub(crate) fn later(self, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    pub(crate) fn nothing_there() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "there is nothing at this address",
            "/openapi.json lists what there is",
        )
    }

    pub(crate) fn no_repository() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "there is no repository of this name",
            "/api/v1/repositories lists the names",
        )
    }

    /// The first report is still being made.
    pub(crate) fn not_yet() -> Self {
        let message = "git-risk still learns from this repository";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message, "ask again later").later(5)
    }

    /// There is no report, and `error` is why. This is no matter of waiting, though it is tried again.
    pub(crate) fn no_report(error: &str) -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            format!("no report could be made: {error}"),
            "it is tried again now and then; the log of the server tells more",
        )
        .later(30)
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        json!({ "error": { "message": self.message, "hint": self.hint } })
            .to_string()
            .into_bytes()
    }
}
