//! What a change is recognised by in another run.

/// A fingerprint of a change that survives a rebase: of its author, author date and first line of the message, none
/// of which a rebase alters.
///
/// `nth` tells changes apart that are equal in these: 0 for the first in the range, then 1. 32 hexadecimal digits:
/// FNV-1a with 128 bits, of the parts in this order, each followed by a zero byte. Not safe against somebody who
/// looks for collisions, who could only hide a warning about a change of their own that way.
///
/// - Source: Fowler, Noll, Vo, Eastlake: The FNV Non-Cryptographic Hash Algorithm, RFC 9923.
///
/// ```
/// use risk_report::annotate::fingerprint;
///
/// let own = fingerprint("Ann", 1_577_836_800, "Add a parser", 0);
/// assert_eq!(own, fingerprint("Ann", 1_577_836_800, "Add a parser", 0));
/// assert_ne!(own, fingerprint("Ann", 1_577_836_800, "Add a parser", 1));
/// ```
pub fn fingerprint(author: &str, authored_at: i64, subject: &str, nth: usize) -> String {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let (authored_at, nth) = (authored_at.to_string(), nth.to_string());
    for part in [author, &authored_at, subject, &nth] {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
        }
    }
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn parts_are_told_apart_and_the_hash_stays() {
        assert_ne!(fingerprint("a", 1, "b", 0), fingerprint("a1", 1, "b", 0));
        assert_ne!(fingerprint("a", 11, "b", 0), fingerprint("a", 1, "1b", 0));
        // Alerts of earlier versions are recognised by it: it must not change.
        assert_eq!(
            fingerprint("Ann", 0, "x", 0),
            "e12235190f866142603862e3268150f8"
        );
    }
}
