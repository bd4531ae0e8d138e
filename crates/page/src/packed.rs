//! The data of a page: JSON, compressed so that the newest 50,000 changes make a small file, in letters that need no
//! escaping.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, GzBuilder};
use std::io::Write;

/// Compresses text by gzip and writes the result in base 64.
pub(crate) fn pack(text: &str) -> String {
    // Without a time and a name, so that the same text gives the same bytes.
    let mut packed = GzBuilder::new().write(Vec::new(), Compression::best());
    packed
        .write_all(text.as_bytes())
        .expect("because writing to memory does not fail");
    let packed = packed
        .finish()
        .expect("because writing to memory does not fail");
    STANDARD.encode(packed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    #[test]
    fn what_was_packed_comes_out_again() {
        let text = "{\"subject\":\"</script> \u{202e}\"}".repeat(100);
        let packed = pack(&text);
        assert!(packed.len() < 400, "{} bytes", packed.len());
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        assert!(packed.chars().all(is_plain));
        let bytes = STANDARD.decode(packed).unwrap();
        let mut unpacked = String::new();
        GzDecoder::new(&bytes[..])
            .read_to_string(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, text);
    }
}
