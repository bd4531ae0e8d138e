//! What whoever asks has to know, if anything.

use crate::failure::Failure;
use crate::log;
use crate::serve_args::ServeArgs;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::Path;

/// The shortest token. A guess a millisecond finds one of so many letters in more time than there is.
const MIN_CHARS: usize = 16;

/// A token, of which only checksums are kept.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    digest: [u8; 32],
    cookie: String,
}

impl Token {
    /// The token that holds with these arguments; `None` if none is asked for.
    pub(crate) fn chosen(args: &ServeArgs, is_loopback: bool) -> Result<Option<Self>, Failure> {
        if args.no_token {
            return Ok(None);
        }
        let text = match (&args.token, &args.token_file) {
            (Some(token), _) => Some(token.clone()),
            (None, Some(file)) => {
                let text = std::fs::read_to_string(file).map_err(|error| {
                    Failure::new(
                        format!("the token cannot be read from {}: {error}", file.display()),
                        "write one: head -c 24 /dev/urandom | base64 > FILE && chmod 600 FILE",
                    )
                })?;
                warn_of_readers(file);
                Some(text.lines().next().unwrap_or_default().trim().to_owned())
            }
            (None, None) => {
                std::env::var_os("GIT_RISK_TOKEN").map(|token| token.to_string_lossy().into_owned())
            }
        };
        let Some(text) = text else {
            if is_loopback {
                return Ok(None);
            }
            return Err(Failure::new(
                "--listen lets others than this machine ask, and no token says who may",
                "give one with --token-file FILE or GIT_RISK_TOKEN, or say that all may with --no-token",
            ));
        };
        let is_sendable = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.len() < MIN_CHARS || !is_sendable {
            return Err(Failure::new(
                format!(
                    "a token has at least {MIN_CHARS} characters, all of them ASCII and none a space"
                ),
                "make one: head -c 24 /dev/urandom | base64",
            ));
        }
        Ok(Some(Self::new(&text)))
    }

    pub(crate) fn new(text: &str) -> Self {
        let mut cookie = String::new();
        // Whoever sees the cookie does not know the token.
        for byte in Sha256::digest(format!("git-risk-serve cookie\n{text}")) {
            write!(cookie, "{byte:02x}").expect("writing to a string cannot fail");
        }
        Self {
            digest: Sha256::digest(text).into(),
            cookie,
        }
    }

    /// Whether this is the token. How long it takes says nothing about it: checksums are compared, and all of them.
    pub(crate) fn is(&self, given: &[u8]) -> bool {
        let given: [u8; 32] = Sha256::digest(given).into();
        equal(&self.digest, &given)
    }

    /// Whether this is the value of the cookie.
    pub(crate) fn is_cookie(&self, given: &[u8]) -> bool {
        let known: [u8; 32] = Sha256::digest(&self.cookie).into();
        let given: [u8; 32] = Sha256::digest(given).into();
        equal(&known, &given)
    }

    /// The value of the cookie of those who know the token.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }
}

/// Tells if others on the machine can read the token.
fn warn_of_readers(file: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(file).map_or(0, |metadata| metadata.permissions().mode());
        if mode & 0o077 != 0 {
            let file = file.display();
            log::trouble(&format!(
                "others on this machine may read the token: chmod 600 {file}"
            ));
        }
    }
    #[cfg(not(unix))]
    let _ = file;
}

fn equal(left: &[u8; 32], right: &[u8; 32]) -> bool {
    let differing = left
        .iter()
        .zip(right)
        .fold(0, |differing, (left, right)| differing | (left ^ right));
    std::hint::black_box(differing) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_is_the_token() {
        let token = Token::new("0123456789abcdef");
        assert!(token.is(b"0123456789abcdef"));
        for wrong in ["", "0123456789abcdeg", "0123456789abcdef0", token.cookie()] {
            assert!(!token.is(wrong.as_bytes()), "{wrong}");
        }
        assert!(token.is_cookie(token.cookie().as_bytes()));
        assert!(!token.is_cookie(b"0123456789abcdef"));
    }
}
