//! Commit objects and the documented order.
//!
//! # Landing order
//!
//! The depth-first post-order of the commit graph from the tip that visits the first parent first:
//! parents come before children, and a branch comes right before the merge that brought it in. It is the
//! order in which changes *landed* on the branch, as its team lived it. For each commit on the
//! first-parent chain of the tip, the order up to it is exactly the order of its own history, so a walk
//! that stopped there can go on later and end with the same order as one in a single go.
//!
//! ```text
//!   A---B-------E---F     landing order: A B C D E F (the branch C-D lands with the merge E)
//!    \         /
//!     C-------D
//! ```

use crate::error::{Error, change_id};
use crate::objects::Objects;
use git2::{ObjectType, Oid};
use risk_change::{Author, ChangeId, Position, Timestamp};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::Arc;

/// From this many commits on, packed bytes are compared with the checksums of their index.
pub(crate) const MANY: usize = 100;

/// What a commit object says.
#[derive(Debug)]
pub(crate) struct Commit {
    pub(crate) oid: Oid,
    pub(crate) tree: Oid,
    pub(crate) parents: Vec<Oid>,
    pub(crate) author: Author,
    pub(crate) authored_at: Timestamp,
    pub(crate) committed_at: Timestamp,
    pub(crate) message: String,
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

/// Commits in landing order with the positions of their parents.
pub(crate) struct Walk {
    pub(crate) commits: Vec<Commit>,
    /// Positions of the parents; those of commits that were known before come from the caller.
    pub(crate) parents: Vec<Vec<Position>>,
}

/// Walks from `tip` to the roots, or to commits that `known` has a position for.
///
/// `advance` is told of each commit read.
pub(crate) fn walk(
    objects: &Objects<'_>,
    tip: Oid,
    known: &dyn Fn(&ChangeId) -> Option<Position>,
    next: Position,
    advance: &dyn Fn(usize),
) -> Result<Walk, Error> {
    enum Visit {
        Enter(Oid),
        Leave(Box<Commit>),
    }
    let mut names = Names::default();
    // A position for what has been left, `None` for what was entered: the latter is never met again
    // before it is left, because a commit cannot be its own ancestor.
    let mut placed: FxHashMap<Oid, Option<Position>> = FxHashMap::default();
    let mut out = Walk {
        commits: Vec::new(),
        parents: Vec::new(),
    };
    let mut stack = vec![Visit::Enter(tip)];
    let mut n_read = 0;
    while let Some(visit) = stack.pop() {
        match visit {
            Visit::Enter(oid) => {
                if placed.contains_key(&oid) {
                    continue;
                }
                if let Some(position) = known(&change_id(oid)) {
                    placed.insert(oid, Some(position));
                    continue;
                }
                placed.insert(oid, None);
                let commit = read(objects, oid, &mut names)?;
                n_read += 1;
                if n_read == MANY {
                    objects.check_from_now_on();
                }
                if n_read % 512 == 0 {
                    advance(512);
                }
                let parents: Vec<Oid> = commit.parents.clone();
                stack.push(Visit::Leave(Box::new(commit)));
                stack.extend(parents.iter().rev().map(|&parent| Visit::Enter(parent)));
            }
            Visit::Leave(commit) => {
                let position = next + out.commits.len() as Position;
                let mut parents = Vec::with_capacity(commit.parents.len());
                for parent in &commit.parents {
                    parents.push(
                        placed
                            .get(parent)
                            .copied()
                            .flatten()
                            .ok_or_else(|| Error::malformed(commit.oid))?,
                    );
                }
                placed.insert(commit.oid, Some(position));
                out.parents.push(parents);
                out.commits.push(*commit);
            }
        }
    }
    advance(n_read % 512);
    Ok(out)
}

/// Reads one commit object.
pub(crate) fn read(objects: &Objects<'_>, oid: Oid, names: &mut Names) -> Result<Commit, Error> {
    let object = objects
        .read(oid)
        .map_err(|source| Error::unreadable(oid, source))?;
    if object.kind() != ObjectType::Commit {
        return Err(Error::malformed(oid));
    }
    parse(oid, object.data(), names).ok_or_else(|| Error::malformed(oid))
}

fn parse(oid: Oid, data: &[u8], names: &mut Names) -> Option<Commit> {
    let (mut tree, mut parents, mut author, mut committer, mut latin) =
        (None, Vec::new(), None, None, false);
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
            b"tree" if tree.is_none() => tree = Some(hex(value)?),
            b"parent" => parents.push(hex(value)?),
            b"author" if author.is_none() => author = Some(value),
            b"committer" if committer.is_none() => committer = Some(value),
            b"encoding" => {
                let name = value.to_ascii_lowercase();
                latin = [
                    &b"iso-8859"[..],
                    b"iso8859",
                    b"latin",
                    b"windows-1252",
                    b"cp1252",
                ]
                .iter()
                .any(|prefix| name.starts_with(prefix));
            }
            _ => {}
        }
    }
    let (name, email, authored_at) = signature(author.unwrap_or_default());
    let committed_at = committer.map_or(authored_at, |value| signature(value).2);
    Some(Commit {
        oid,
        tree: tree?,
        parents,
        author: Author {
            name: names.share(name, latin),
            email: names.share(email, latin),
        },
        authored_at,
        committed_at,
        message: decode(rest, latin).into_owned(),
    })
}

fn hex(digits: &[u8]) -> Option<Oid> {
    std::str::from_utf8(digits)
        .ok()
        .and_then(|text| Oid::from_str(text).ok())
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
    use super::{Names, parse, signature};
    use git2::Oid;
    use risk_change::Timestamp;

    #[test]
    fn signatures_are_split_and_odd_ones_do_not_stop_us() {
        assert_eq!(
            signature(b"A B <a@b> 12 +0100"),
            (&b"A B"[..], &b"a@b"[..], Timestamp(12))
        );
        assert_eq!(signature(b"A <a@b> -5 +0000").2, Timestamp(-5));
        assert_eq!(signature(b"A <b <c@d>> 7 +0000").2, Timestamp(7));
        assert_eq!(
            signature(b"nobody"),
            (&b"nobody"[..], &b""[..], Timestamp(0))
        );
        assert_eq!(signature(b"A <> x"), (&b"A"[..], &b""[..], Timestamp(0)));
    }

    #[test]
    fn a_latin_message_is_read_as_latin() {
        let data = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor \xc9 <e> 1 +0000\n\
                     committer C <c> 2 +0000\nencoding ISO-8859-1\n\ncaf\xe9\n";
        let commit = parse(Oid::ZERO_SHA1, data, &mut Names::default()).expect("it is well formed");
        assert_eq!(commit.message, "café\n");
        assert_eq!(&*commit.author.name, "É");
        assert_eq!(
            (commit.authored_at, commit.committed_at),
            (Timestamp(1), Timestamp(2))
        );
    }
}
