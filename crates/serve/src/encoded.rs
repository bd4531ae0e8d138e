//! A body that is sent as it is, packed once and not at each request.

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Bytes;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;

/// What is sent, plain and packed, with the tags that tell one version from another.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) content: &'static str,
    pub(crate) plain: Bytes,
    pub(crate) gzip: Bytes,
    /// First digits of the checksum.
    digest: String,
}

impl Encoded {
    pub(crate) fn new(content: &'static str, plain: Vec<u8>) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
        let packed = encoder.write_all(&plain).and_then(|()| encoder.finish());
        let mut digest = String::new();
        for byte in Sha256::digest(&plain).iter().take(12) {
            write!(digest, "{byte:02x}").expect("writing to a string cannot fail");
        }
        Self {
            content,
            plain: plain.into(),
            gzip: packed
                .expect("because writing to memory cannot fail")
                .into(),
            digest,
        }
    }

    pub(crate) fn json(plain: Vec<u8>) -> Self {
        Self::new("application/json", plain)
    }

    pub(crate) fn html(plain: String) -> Self {
        Self::new("text/html; charset=utf-8", plain.into_bytes())
    }

    /// The tag of the plain or of the packed form: they are different bytes, so they have different tags.
    pub(crate) fn tag(&self, packed: bool) -> String {
        let suffix = if packed { "-gzip" } else { "" };
        format!("\"{}{suffix}\"", self.digest)
    }

    /// Whether a browser shows it.
    pub(crate) fn is_page(&self) -> bool {
        self.content.starts_with("text/html")
    }

    /// Bytes that are held.
    pub(crate) fn size(&self) -> usize {
        self.plain.len() + self.gzip.len()
    }

    /// Whether the header `If-None-Match` names what is here.
    pub(crate) fn is_known_by(&self, if_none_match: &str) -> bool {
        if_none_match.split(',').map(str::trim).any(|tag| {
            let tag = tag.strip_prefix("W/").unwrap_or(tag);
            tag == "*" || tag == self.tag(false) || tag == self.tag(true)
        })
    }
}

/// Whether the header `Accept-Encoding` allows gzip.
pub(crate) fn takes_gzip(accept_encoding: &str) -> bool {
    let weight = |wanted: &str| {
        accept_encoding.split(',').find_map(|part| {
            let (name, rest) = part.split_once(';').unwrap_or((part, ""));
            if !name.trim().eq_ignore_ascii_case(wanted) {
                return None;
            }
            let q = rest.trim().strip_prefix("q=");
            Some(q.map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0)))
        })
    };
    weight("gzip").or_else(|| weight("*")).unwrap_or(0.0) > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (header, expected) in [
            ("", false),
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip;q=0.000, *", false),
            ("*", true),
            ("identity", false),
            ("x-gzip-not", false),
            ("gzip;q=nonsense", false),
        ] {
            assert_eq!(takes_gzip(header), expected, "{header:?}");
        }
    }

    #[test]
    fn a_version_is_known_by_its_tags() {
        let body = Encoded::json(b"{}".to_vec());
        let (plain, packed) = (body.tag(false), body.tag(true));
        assert_ne!(plain, packed);
        for known in [
            &plain,
            &packed,
            &format!("W/{plain}"),
            &format!("\"x\", {plain}"),
            "*",
        ] {
            assert!(body.is_known_by(known), "{known}");
        }
        for other in ["", "\"x\"", plain.trim_matches('"')] {
            assert!(!body.is_known_by(other), "{other}");
        }
        assert_ne!(plain, Encoded::json(b"[]".to_vec()).tag(false));
    }
}
