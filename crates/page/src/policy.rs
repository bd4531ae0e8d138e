//! What a browser may do with a page: run what this crate wrote, and nothing else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fmt;

/// Whom a page may ask for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nobody: it has all that it needs.
    Nothing,
    /// The server that it came from.
    OwnServer,
}

/// A content security policy, written as the value of the header or of the element `meta`.
///
/// `'unsafe-inline'` is nowhere, so markup that got into the page could neither run nor style anything, and no
/// attribute could hold a script.
pub(crate) struct Policy<'a> {
    /// The scripts that may run, each as it stands between its tags.
    pub scripts: &'a [&'a str],
    /// The styles, likewise.
    pub style: &'a str,
    pub reach: Reach,
}

impl fmt::Display for Policy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "default-src 'none'; script-src")?;
        for script in self.scripts {
            write!(f, " {}", source(script))?;
        }
        let connect = match self.reach {
            Reach::Nothing => "'none'",
            Reach::OwnServer => "'self'",
        };
        // The one picture is the icon, which is written into the page.
        write!(
            f,
            "; style-src {}; img-src data:; connect-src {connect}; base-uri 'none'; form-action 'none'",
            source(self.style)
        )
    }
}

/// A source of scripts or styles, known by its content.
fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_known_by_its_checksum() {
        // As in the example of the standard, "Content Security Policy Level 3", section 8.3.
        assert_eq!(
            source("alert('Hello, world.');"),
            "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
        );
    }

    #[test]
    fn a_file_may_ask_nobody() {
        let policy = |reach| {
            Policy {
                scripts: &["a", "b"],
                style: "c",
                reach,
            }
            .to_string()
        };
        assert!(policy(Reach::Nothing).contains("connect-src 'none'"));
        assert!(policy(Reach::OwnServer).contains("connect-src 'self'"));
        assert!(!policy(Reach::OwnServer).contains("unsafe"));
    }
}
