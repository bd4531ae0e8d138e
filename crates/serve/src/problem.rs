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

    pub(crate) fn body(&self) -> Vec<u8> {
        json!({ "error": { "message": self.message, "hint": self.hint } })
            .to_string()
            .into_bytes()
    }
}
