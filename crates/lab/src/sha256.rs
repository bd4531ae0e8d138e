//! Checksums of data and results.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// SHA-256 of some bytes, in 64 hexadecimal digits.
pub(crate) fn of(bytes: &[u8]) -> String {
    let sum = Sha256::digest(bytes);
    sum.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all that is written");
        text
    })
}
