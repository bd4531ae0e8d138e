//! Object names.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Name of a commit: a SHA-1 (20 bytes) or a SHA-256 (32 bytes) object id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Told")]
pub struct ChangeId {
    bytes: [u8; 32],
    len: u8,
}

/// What may be an id.
#[derive(Deserialize)]
struct Told {
    bytes: [u8; 32],
    len: u8,
}

impl TryFrom<Told> for ChangeId {
    type Error = &'static str;

    fn try_from(told: Told) -> Result<Self, Self::Error> {
        let raw = told.bytes.get(..usize::from(told.len));
        let id = raw.and_then(Self::from_bytes);
        id.filter(|id| id.bytes == told.bytes)
            .ok_or("an id has 20 or 32 bytes")
    }
}

impl ChangeId {
    /// Makes an id from raw bytes; `None` unless there are 20 or 32 of them.
    pub fn from_bytes(raw: &[u8]) -> Option<Self> {
        if raw.len() != 20 && raw.len() != 32 {
            return None;
        }
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Self {
            bytes,
            len: raw.len() as u8,
        })
    }

    /// Makes an id from its full hexadecimal form; `None` if it is not one.
    pub fn from_hex(hex: &str) -> Option<Self> {
        if !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) || !hex.len().is_multiple_of(2) {
            return None;
        }
        let raw: Option<Vec<u8>> = (0..hex.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).ok())
            .collect();
        Self::from_bytes(&raw?)
    }

    /// The id of the same kind with all bits zero: git's name for "no object".
    #[must_use]
    pub fn zeroed(&self) -> Self {
        Self {
            bytes: [0; 32],
            len: self.len,
        }
    }

    /// Whether all bits are zero.
    pub fn is_zero(&self) -> bool {
        self.as_bytes().iter().all(|&byte| byte == 0)
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// The full hexadecimal form.
    pub fn to_hex(&self) -> String {
        hex(self.as_bytes())
    }

    /// The first ten hexadecimal digits, for people.
    pub fn short(&self) -> String {
        hex(&self.as_bytes()[..5])
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).expect("half a byte is a digit");
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChangeId({})", self.short())
    }
}

#[cfg(test)]
mod tests {
    use super::ChangeId;

    #[test]
    fn hexadecimal_round_trips_and_bad_lengths_are_refused() {
        let hex = "00112233445566778899aabbccddeeff00112233";
        let id = ChangeId::from_hex(hex).expect("40 digits are an id");
        assert_eq!(id.to_hex(), hex);
        assert_eq!(id.short(), "0011223344");
        assert_eq!(ChangeId::from_hex(&hex[..39]), None);
        assert_eq!(ChangeId::from_hex(&hex[..38]), None);
        assert_eq!(ChangeId::from_hex(&"é".repeat(20)), None);
        assert_eq!(ChangeId::from_hex(&"+1".repeat(20)), None);
        assert!(ChangeId::from_hex(&"ab".repeat(32)).is_some());
    }
}
