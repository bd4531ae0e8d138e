//! Why the server cannot start, and what can be done about it.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

/// A failure with what the user can do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }

    pub(crate) fn unbound(address: SocketAddr, error: &io::Error) -> Self {
        let hint = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "another program listens there; choose another port with --port N, or any with --port 0"
            }
            io::ErrorKind::PermissionDenied => {
                "ports below 1024 are not for everybody; choose one with --port N"
            }
            _ => "--listen takes an address of this machine",
        };
        Self::new(format!("cannot listen at {address}: {error}"), hint)
    }

    pub(crate) fn unopened(path: &Path, error: &risk_history::Error) -> Self {
        let hint = match error {
            risk_history::Error::NotARepository { .. } => {
                "name repositories, or folders in them, as in: git risk serve ../one ../two"
                    .to_owned()
            }
            risk_history::Error::NotOwned { path } => format!(
                "if you trust it: git config --global --add safe.directory {}",
                path.display()
            ),
            _ => format!("git risk status --repo {} tells more", path.display()),
        };
        Self::new(error.to_string(), hint)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(
            format!("the server cannot run: {error}"),
            "check how many files and threads a process may have: ulimit -a",
        )
    }
}
