//! Ids of objects of either kind: SHA-1 with 20 bytes, SHA-256 with 32.

use git2::{ObjectFormat, Oid};

/// Bytes of an id.
pub(crate) fn width(format: ObjectFormat) -> usize {
    match format {
        ObjectFormat::Sha1 => 20,
        ObjectFormat::Sha256 => 32,
    }
}

/// The id that these digits write out whole: 40 of them or 64. The git library would take fewer for an id that ends
/// in zeros.
pub(crate) fn from_hex(digits: &[u8]) -> Option<Oid> {
    let mut bytes = [0; 32];
    let bytes = bytes.get_mut(..digits.len() / 2)?;
    let value = |digit: u8| Some(char::from(digit).to_digit(16)? as u8);
    let (pairs, rest) = digits.as_chunks();
    if !rest.is_empty() {
        return None;
    }
    for (byte, &[high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = value(high)? << 4 | value(low)?;
    }
    Oid::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::from_hex;

    #[test]
    fn whole_ids_of_both_kinds_are_read_and_nothing_else() {
        for n_digits in [40, 64] {
            let digits = &"0123456789abcdefABCDEF".repeat(3)[..n_digits];
            let id = from_hex(digits.as_bytes()).expect("it is whole");
            assert_eq!(id.to_string(), digits.to_ascii_lowercase());
            let odd = digits.replacen('0', "g", 1);
            assert_eq!(from_hex(odd.as_bytes()), None);
        }
        for n_digits in [0, 1, 4, 39, 41, 42, 63, 65, 66, 80] {
            assert_eq!(
                from_hex("a".repeat(n_digits).as_bytes()),
                None,
                "{n_digits}"
            );
        }
    }
}
