//! Commit objects.

use crate::error::Error;
use crate::ids;
use crate::objects::Objects;
use git2::{ObjectType, Oid};
use risk_change::{Author, Timestamp};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// What a commit object says.
#[derive(Debug)]
pub(crate) struct Commit {
    pub(crate) place: Place,
    pub(crate) author: Author,
    pub(crate) authored_at: Timestamp,
    pub(crate) message: String,
}

/// Where a commit stands, and what it holds.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) tree: Oid,
    pub(crate) parents: Vec<Oid>,
    pub(crate) committed_at: Timestamp,
}

/// Shares equal names and addresses, of which a history has few.
#[derive(Default)]
pub(crate) struct Names(FxHashMap<Vec<u8>, Arc<str>>);

impl Names {
    fn share(&mut self, bytes: &[u8], latin: bool) -> Arc<str> {
        if let Some(known) = self.0.get(bytes) {
            return Arc::clone(known);
        }
        let text: Arc<str> = Arc::from(decode(bytes, latin).as_ref());
        self.0.insert(bytes.to_vec(), Arc::clone(&text));
        text
    }
}

/// Reads one commit object.
pub(crate) fn read(objects: &Objects<'_>, oid: Oid, names: &mut Names) -> Result<Commit, Error> {
    ask(objects, oid, |data| parse(data, names))
}

/// Reads where a commit stands, and nothing else of it.
pub(crate) fn place(objects: &Objects<'_>, oid: Oid) -> Result<Place, Error> {
    ask(objects, oid, |data| Head::of(data).place())
}

fn ask<T>(
    objects: &Objects<'_>,
    oid: Oid,
    parse: impl FnOnce(&[u8]) -> Option<T>,
) -> Result<T, Error> {
    let object = objects
        .read(oid)
        .map_err(|source| Error::unreadable(oid, source))?;
    if object.kind() != ObjectType::Commit {
        return Err(Error::malformed(oid));
    }
    parse(object.data()).ok_or_else(|| Error::malformed(oid))
}

/// The lines before the message.
#[derive(Default)]
struct Head<'a> {
    tree: Option<&'a [u8]>,
    parents: Vec<&'a [u8]>,
    author: Option<&'a [u8]>,
    committer: Option<&'a [u8]>,
    is_latin: bool,
    message: &'a [u8],
}

impl<'a> Head<'a> {
    fn of(data: &'a [u8]) -> Self {
        let mut head = Self::default();
        let mut rest = data;
        loop {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = &rest[..end];
            rest = rest.get(end + 1..).unwrap_or(&[]);
            if line.is_empty() {
                break;
            }
            let Some(space) = memchr::memchr(b' ', line) else {
                continue;
            };
            let value = &line[space + 1..];
            match &line[..space] {
                b"tree" if head.tree.is_none() => head.tree = Some(value),
                b"parent" => head.parents.push(value),
                b"author" if head.author.is_none() => head.author = Some(value),
                b"committer" if head.committer.is_none() => head.committer = Some(value),
                b"encoding" => head.is_latin = is_latin(value),
                _ => {}
            }
        }
        head.message = rest;
        head
    }

    fn place(&self) -> Option<Place> {
        let parents = self.parents.iter().map(|digits| ids::from_hex(digits));
        Some(Place {
            tree: ids::from_hex(self.tree?)?,
            parents: parents.collect::<Option<_>>()?,
            committed_at: signature(self.committer.or(self.author).unwrap_or_default()).2,
        })
    }
}

pub(crate) fn parse(data: &[u8], names: &mut Names) -> Option<Commit> {
    let head = Head::of(data);
    let (name, email, authored_at) = signature(head.author.unwrap_or_default());
    Some(Commit {
        place: head.place()?,
        author: Author {
            name: names.share(name, head.is_latin),
            email: names.share(email, head.is_latin),
        },
        authored_at,
        message: decode(beginning(head.message), head.is_latin).into_owned(),
    })
}

/// Whether an encoding is one of those of western Europe.
fn is_latin(encoding: &[u8]) -> bool {
    let encoding = encoding.to_ascii_lowercase();
    [
        &b"iso-8859"[..],
        b"iso8859",
        b"latin",
        b"windows-1252",
        b"cp1252",
    ]
    .iter()
    .any(|prefix| encoding.starts_with(prefix))
}

/// Times from the year 0 to the year 9999, as ISO 8601 writes them. Others were never lived, and cannot be reckoned with.
const WRITTEN: RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;

/// Of a message so many bytes are read. What is behind them says nothing to people either, and would be kept for good.
const LONGEST_MESSAGE: usize = 1 << 20;

/// The part of a message that is read.
fn beginning(message: &[u8]) -> &[u8] {
    let is_inside = |&byte: &u8| byte & 0xc0 == 0x80;
    let mut end = LONGEST_MESSAGE.min(message.len());
    // A character is not cut in two.
    while message.get(end).is_some_and(is_inside) && end > LONGEST_MESSAGE - 4 {
        end -= 1;
    }
    &message[..end]
}

/// Splits `Name <mail> seconds zone`; what is missing is empty, a time that cannot be read is 1970.
///
/// Git reads such signatures the same way, so that old and odd commits do not stop the walk.
fn signature(value: &[u8]) -> (&[u8], &[u8], Timestamp) {
    let Some(close) = memchr::memrchr(b'>', value) else {
        return (value.trim_ascii(), &[], Timestamp(0));
    };
    let open = memchr::memchr(b'<', &value[..close]).unwrap_or(close);
    let email = value.get(open + 1..close).unwrap_or_default();
    let time = std::str::from_utf8(&value[close + 1..])
        .ok()
        .and_then(|text| text.split_ascii_whitespace().next())
        .and_then(|seconds| seconds.parse().ok())
        .filter(|seconds| WRITTEN.contains(seconds))
        .unwrap_or(0);
    (
        value[..open].trim_ascii(),
        email.trim_ascii(),
        Timestamp(time),
    )
}

/// Text of bytes: UTF-8 with replacements, or Latin-1 if the commit says so and it is not UTF-8 after all.
fn decode(bytes: &[u8], latin: bool) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if latin => Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_MESSAGE, Names, beginning, parse, signature};
    use risk_change::Timestamp;

    #[test]
    fn signatures_are_split_and_odd_ones_do_not_stop_us() {
        assert_eq!(
            signature(b"A B <a@b> 12 +0100"),
            (&b"A B"[..], &b"a@b"[..], Timestamp(12))
        );
        assert_eq!(signature(b"A <a@b> -5 +0000").2, Timestamp(-5));
        let year_9999 = 253_402_300_799;
        for (seconds, read) in [
            (year_9999, year_9999),
            (year_9999 + 1, 0),
            (i64::MAX, 0),
            (i64::MIN, 0),
        ] {
            let written = format!("A <a@b> {seconds} +0000");
            assert_eq!(signature(written.as_bytes()).2, Timestamp(read));
        }
        assert_eq!(signature(b"A <b <c@d>> 7 +0000").2, Timestamp(7));
        assert_eq!(
            signature(b"nobody"),
            (&b"nobody"[..], &b""[..], Timestamp(0))
        );
        assert_eq!(signature(b"A <> x"), (&b"A"[..], &b""[..], Timestamp(0)));
    }

    #[test]
    fn a_message_without_end_is_read_as_far_as_whole_characters_go() {
        assert_eq!(beginning(b"short"), b"short");
        let long = "a".repeat(LONGEST_MESSAGE - 1) + "é" + &"b".repeat(9);
        assert_eq!(beginning(long.as_bytes()).len(), LONGEST_MESSAGE - 1);
        // What is no text is cut where it is.
        let noise = vec![0x80; 2 * LONGEST_MESSAGE];
        assert_eq!(beginning(&noise).len(), LONGEST_MESSAGE - 4);
    }

    #[test]
    fn a_latin_message_is_read_as_latin() {
        let data = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor \xc9 <e> 1 +0000\n\
                     committer C <c> 2 +0000\nencoding ISO-8859-1\n\ncaf\xe9\n";
        let commit = parse(data, &mut Names::default()).expect("it is well formed");
        assert_eq!(commit.message, "café\n");
        assert_eq!(&*commit.author.name, "É");
        assert_eq!(
            (commit.authored_at, commit.place.committed_at),
            (Timestamp(1), Timestamp(2))
        );
    }
}
