//! Tree objects: a cache of them, their differences, and look-ups of single paths.

use crate::error::Error;
use crate::objects::Objects;
use crate::text::shared_prefix;
use git2::{ObjectType, Oid};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;
use std::rc::Rc;

/// Canonical file mode, as git compares it.
pub(crate) type Mode = u32;

const TREE: Mode = 0o040_000;
pub(crate) const GITLINK: Mode = 0o160_000;

/// One side of a difference: what is at the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) mode: Mode,
    pub(crate) oid: Oid,
}

impl Entry {
    /// Whether it is a regular file: neither a link nor a commit of another repository.
    pub(crate) fn is_regular(self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

/// A path at which two trees differ.
#[derive(Clone, Debug)]
pub(crate) struct Delta {
    pub(crate) path: Vec<u8>,
    pub(crate) old: Option<Entry>,
    pub(crate) new: Option<Entry>,
}

/// Reads trees, keeping the recent ones.
///
/// Two generations of at most [`GENERATION`] bytes each: when the young one is full it becomes the old
/// one, and what is not asked for again is dropped.
pub(crate) struct Trees<'repo> {
    objects: &'repo Objects<'repo>,
    young: FxHashMap<Oid, Rc<Vec<u8>>>,
    old: FxHashMap<Oid, Rc<Vec<u8>>>,
    young_bytes: usize,
}

const GENERATION: usize = 6 << 20;

/// Trees in trees beyond this are not followed, as in git (`core.maxTreeDepth`): nobody can check them out.
const DEEPEST: usize = 2_048;

/// A difference may take so many bytes, its paths and what is known of them. A few small trees that hold each other many
/// times can stand for more files than there are disks.
const WIDEST: usize = 256 << 20;

impl<'repo> Trees<'repo> {
    pub(crate) fn new(objects: &'repo Objects<'repo>) -> Self {
        Self {
            objects,
            young: FxHashMap::default(),
            old: FxHashMap::default(),
            young_bytes: 0,
        }
    }

    fn read(&mut self, oid: Oid) -> Result<Rc<Vec<u8>>, Error> {
        if let Some(known) = self.young.get(&oid) {
            return Ok(Rc::clone(known));
        }
        let data = if let Some(known) = self.old.remove(&oid) {
            known
        } else {
            let object = self
                .objects
                .read(oid)
                .map_err(|source| Error::unreadable(oid, source))?;
            if object.kind() != ObjectType::Tree {
                return Err(Error::malformed(oid));
            }
            object.share()
        };
        if self.young_bytes + data.len() > GENERATION {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += data.len();
        self.young.insert(oid, Rc::clone(&data));
        Ok(data)
    }

    /// The paths at which two trees differ, in git's order; a missing tree is an empty one.
    ///
    /// Trees that are looked at are on a list and not on the stack, which few of them would fill.
    pub(crate) fn diff(&mut self, old: Option<Oid>, new: Option<Oid>) -> Result<Vec<Delta>, Error> {
        let mut deltas = Vec::new();
        let mut path = Vec::new();
        let mut n_bytes = 0;
        // What is left of each tree on the way, and how much of the path leads to it.
        let mut open = Vec::new();
        if old != new {
            open.push((self.differing(old, new)?.into_iter(), 0));
        }
        while let Some((rest, length)) = open.last_mut() {
            path.truncate(*length);
            let Some(Differing { name, old, new }) = rest.next() else {
                open.pop();
                continue;
            };
            path.extend_from_slice(&name);
            n_bytes += size_of::<Delta>() + path.len();
            let entry = old.or(new).expect("one side of a difference exists");
            if n_bytes > WIDEST {
                let what = "stands for more files than are read";
                return Err(Error::sprawling(entry.oid, what));
            }
            // A name that is a tree on one side is one on the other, for trees sort apart.
            if entry.mode != TREE {
                let path = path.clone();
                deltas.push(Delta { path, old, new });
                continue;
            }
            if open.len() > DEEPEST {
                return Err(Error::sprawling(entry.oid, "lies deeper than is read"));
            }
            path.push(b'/');
            let below = self.differing(old.map(|it| it.oid), new.map(|it| it.oid))?;
            n_bytes += size_of_val(below.as_slice());
            open.push((below.into_iter(), path.len()));
        }
        Ok(deltas)
    }

    /// The names at which two trees differ, without what is below them.
    fn differing(&mut self, old: Option<Oid>, new: Option<Oid>) -> Result<Vec<Differing>, Error> {
        let old_data = old.map(|oid| self.read(oid)).transpose()?;
        let new_data = new.map(|oid| self.read(oid)).transpose()?;
        let tree = old.or(new).expect("one side of a difference exists");
        let mut olds = Entries {
            rest: old_data.as_deref().map_or(&[][..], Vec::as_slice),
            tree: old.unwrap_or(tree),
        };
        let mut news = Entries {
            rest: new_data.as_deref().map_or(&[][..], Vec::as_slice),
            tree: new.unwrap_or(tree),
        };
        let mut found = Vec::new();
        skip_shared(&mut olds, &mut news);
        let (mut left, mut right) = (olds.next()?, news.next()?);
        loop {
            let order = match (&left, &right) {
                (None, None) => return Ok(found),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a.compare(b),
            };
            let (gone, come) = match order {
                Ordering::Less => (left.take(), None),
                Ordering::Greater => (None, right.take()),
                Ordering::Equal => (left.take(), right.take()),
            };
            if gone.is_some() && come.is_some() {
                skip_shared(&mut olds, &mut news);
            }
            if gone.is_some() {
                left = olds.next()?;
            }
            if come.is_some() {
                right = news.next()?;
            }
            let same =
                matches!((&gone, &come), (Some(a), Some(b)) if a.raw == b.raw && a.mode == b.mode);
            if let (false, Some(named)) = (same, gone.as_ref().or(come.as_ref())) {
                found.push(Differing {
                    name: named.name.to_vec(),
                    old: gone.as_ref().map(Named::entry),
                    new: come.as_ref().map(Named::entry),
                });
            }
        }
    }

    /// What a tree has at a path, if anything but a directory.
    pub(crate) fn find(&mut self, tree: Oid, path: &[u8]) -> Result<Option<Entry>, Error> {
        let (mut at, mut rest) = (tree, path);
        loop {
            let data = self.read(at)?;
            let (name, below) = match memchr::memchr(b'/', rest) {
                Some(slash) => (&rest[..slash], Some(&rest[slash + 1..])),
                None => (rest, None),
            };
            let found = look_up(&data, at, name)?;
            match (found, below) {
                (Some(entry), Some(below)) if entry.mode == TREE => (at, rest) = (entry.oid, below),
                (Some(entry), None) if entry.mode != TREE => return Ok(Some(entry)),
                _ => return Ok(None),
            }
        }
    }
}

/// A name at which two trees differ.
struct Differing {
    name: Vec<u8>,
    old: Option<Entry>,
    new: Option<Entry>,
}

/// Checks a tree that the library is going to walk, and those below it that are loose too.
///
/// A tree that is not loose is taken to hold no loose ones: it was packed together with what it holds.
pub(crate) fn check(objects: &Objects<'_>, tree: Oid) -> Result<(), Error> {
    let mut open = vec![tree];
    let mut seen = FxHashSet::default();
    while let Some(tree) = open.pop() {
        if !objects.is_loose(tree) || !seen.insert(tree) {
            continue;
        }
        let object = objects
            .read(tree)
            .map_err(|source| Error::unreadable(tree, source))?;
        let mut entries = Entries {
            rest: object.data(),
            tree,
        };
        while let Some(named) = entries.next()? {
            if named.mode == TREE {
                open.push(named.entry().oid);
            }
        }
    }
    Ok(())
}

/// An entry as it stands in the tree; its id is made only for those that differ.
struct Named<'a> {
    name: &'a [u8],
    raw: &'a [u8],
    mode: Mode,
}

impl Named<'_> {
    fn entry(&self) -> Entry {
        Entry {
            mode: self.mode,
            oid: Oid::from_bytes(self.raw).expect("an entry holds a whole id"),
        }
    }

    /// Git's order of tree entries: by bytes, a tree as if its name ended in a slash.
    fn compare(&self, other: &Self) -> Ordering {
        let shared = self.name.len().min(other.name.len());
        self.name[..shared]
            .cmp(&other.name[..shared])
            .then_with(|| self.byte_at(shared).cmp(&other.byte_at(shared)))
    }

    fn byte_at(&self, index: usize) -> u8 {
        match self.name.get(index) {
            Some(&byte) => byte,
            None if self.mode == TREE => b'/',
            None => 0,
        }
    }
}

struct Entries<'a> {
    rest: &'a [u8],
    tree: Oid,
}

impl<'a> Entries<'a> {
    fn next(&mut self) -> Result<Option<Named<'a>>, Error> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let id_len = self.tree.as_bytes().len();
        let (named, used) = (|| {
            let space = self.rest.iter().take(8).position(|&byte| byte == b' ')?;
            let nul = space + 1 + memchr::memchr(0, &self.rest[space + 1..])?;
            let raw = self.rest.get(nul + 1..nul + 1 + id_len)?;
            let mut mode = 0;
            for &digit in &self.rest[..space] {
                if !(b'0'..=b'7').contains(&digit) {
                    return None;
                }
                mode = mode << 3 | Mode::from(digit - b'0');
            }
            let name = &self.rest[space + 1..nul];
            Some((
                Named {
                    name,
                    raw,
                    mode: canonical(mode),
                },
                nul + 1 + id_len,
            ))
        })()
        .ok_or_else(|| Error::malformed(self.tree))?;
        self.rest = &self.rest[used..];
        Ok(Some(named))
    }
}

/// The entry of a name in one tree.
fn look_up(data: &[u8], tree: Oid, name: &[u8]) -> Result<Option<Entry>, Error> {
    let id_len = tree.as_bytes().len();
    let mut rest = data;
    while let Some(nul) = memchr::memchr(0, rest) {
        // The name is all but the mode before it; only one that ends like it needs a closer look.
        if rest[..nul].ends_with(name) {
            let entry = Entries { rest, tree }.next()?;
            if let Some(named) = entry.filter(|named| named.name == name) {
                return Ok(Some(named.entry()));
            }
        }
        rest = rest
            .get(nul + 1 + id_len..)
            .ok_or_else(|| Error::malformed(tree))?;
    }
    Ok(None)
}

/// Moves both over the entries that they begin with alike. Neighbouring versions of a tree differ in an entry
/// or two, so this is where most of their bytes go, at the speed of comparing memory.
fn skip_shared(olds: &mut Entries<'_>, news: &mut Entries<'_>) {
    let shared = shared_prefix(olds.rest, news.rest);
    let id_len = olds.tree.as_bytes().len();
    let mut at = 0;
    // A malformed entry ends the skipping here; reading it tells what is wrong with it.
    while let Some(nul) = olds.rest.get(at..).and_then(|rest| memchr::memchr(0, rest)) {
        let end = at + nul + 1 + id_len;
        if end > shared {
            break;
        }
        at = end;
    }
    olds.rest = &olds.rest[at..];
    news.rest = &news.rest[at..];
}

/// The mode as git compares it: of a regular file only the owner's execute bit counts.
fn canonical(mode: Mode) -> Mode {
    match mode & 0o170_000 {
        0o100_000 => 0o100_644 | if mode & 0o100 == 0 { 0 } else { 0o111 },
        0o120_000 => 0o120_000,
        0o040_000 => TREE,
        _ => GITLINK,
    }
}
