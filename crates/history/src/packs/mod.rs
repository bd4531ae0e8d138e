//! Packed objects, read for those who read all of them.
//!
//! The git library unpacks one object at a time as if it were the only one: it sets up the inflater, takes and
//! gives back memory, and forgets the object, though the next one is most often a delta on it. Here what was
//! unpacked lately is kept, buffers are used again, and an index is read once for all workers. Everything that
//! is out of the ordinary is left to the library, which then says what is wrong: what is found here is right or
//! is not found.

mod delta;
mod entries;
mod extents;
mod index;
mod recent;

use delta::Delta;
use entries::{Entries, Form, READ};
use extents::Extents;
use git2::{ObjectType, Oid};
use index::Index;
use recent::{Place, Recent};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::OnceLock;

/// An unpacked object.
#[derive(Clone)]
pub(crate) struct Packed {
    pub(crate) kind: ObjectType,
    pub(crate) data: Rc<Vec<u8>>,
}

/// Why an object is not given.
pub(crate) enum Miss {
    /// It is in no pack, or something is out of the ordinary: the library has to be asked.
    Elsewhere,
    /// What is packed, of it or of an object that it is told by, has not its checksum.
    Damaged,
    /// It is larger than what is [read](largest) of its kind.
    TooLarge,
}

/// The packs of a repository and of those it borrows from; shared by all workers.
pub(crate) struct Packs {
    each: Vec<Pack>,
    /// Bytes of an id: 20, or 32 with SHA-256. Neither packs nor their indexes say so themselves.
    width: usize,
}

struct Pack {
    path: PathBuf,
    width: usize,
    index: OnceLock<Option<Index>>,
    file: OnceLock<Option<(File, u64)>>,
    extents: OnceLock<Option<Extents>>,
}

impl Packs {
    /// Lists the packs in some object directories, of ids that are `width` bytes long. Nothing is opened before it
    /// is needed.
    pub(crate) fn list(directories: &[PathBuf], width: usize) -> Self {
        let mut paths: Vec<PathBuf> = directories
            .iter()
            .filter_map(|directory| fs::read_dir(directory.join("pack")).ok())
            .flat_map(|files| files.flatten().map(|file| file.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "idx"))
            .map(|path| path.with_extension("pack"))
            .collect();
        paths.sort();
        let packs = paths.into_iter().map(|path| Pack {
            path,
            width,
            index: OnceLock::new(),
            file: OnceLock::new(),
            extents: OnceLock::new(),
        });
        Self {
            each: packs.collect(),
            width,
        }
    }

    /// Whether one of the packs, as they are now, has an object.
    pub(crate) fn have(&self, oid: Oid) -> bool {
        let mut there = self.each.iter().filter(|pack| pack.path.exists());
        there.any(|pack| pack.index().is_some_and(|it| it.offset(oid).is_some()))
    }

    fn find(&self, oid: Oid, first: usize) -> Option<Place> {
        let n = self.each.len();
        (0..n).map(|step| (first + step) % n).find_map(|number| {
            let offset = self.each[number].index()?.offset(oid)?;
            Some((number, offset))
        })
    }
}

impl Pack {
    fn index(&self) -> Option<&Index> {
        self.index
            .get_or_init(|| Index::open(&self.path.with_extension("idx"), self.width))
            .as_ref()
    }

    fn file(&self) -> Option<&(File, u64)> {
        self.file
            .get_or_init(|| open(&self.path, self.width))
            .as_ref()
    }

    fn extents(&self) -> Option<&Extents> {
        self.extents
            .get_or_init(|| Extents::of(self.index()?, self.file()?.1))
            .as_ref()
    }
}

/// Opens a pack of the version that is read here, with the length of its objects together: a checksum, as long as
/// an id, ends the file.
fn open(path: &Path, width: usize) -> Option<(File, u64)> {
    let file = File::open(path).ok()?;
    let mut head = [0; 8];
    file.read_exact_at(&mut head, 0).ok()?;
    let length = file.metadata().ok()?.len().checked_sub(width as u64)?;
    (head == *b"PACK\0\0\0\x02").then_some((file, length))
}

/// Files beyond this are not read: a history may hold some of any size, and memory is bounded. Deltas beyond it are left
/// to the library.
pub(crate) const LARGEST: usize = 32 << 20;
/// Commits and trees beyond this are not read. They may be larger than files, for nothing is known without them: a folder
/// of a million files takes 40 MiB.
const LARGEST_OF_HISTORY: usize = 128 << 20;

/// The most bytes that an object of a kind may have to be read.
pub(crate) fn largest(kind: ObjectType) -> usize {
    if kind == ObjectType::Blob {
        LARGEST
    } else {
        LARGEST_OF_HISTORY
    }
}

/// Git makes no deltas of larger files, nor on them (`core.bigFileThreshold`). The library takes as much memory as a pack
/// says that one is long.
const BIGGEST: usize = 512 << 20;
/// Deltas on deltas beyond this are a damage; git makes at most 4,095.
const DEEPEST: usize = 1 << 13;
/// Buffers for deltas that are kept, as many as git's chains have by default.
const LONG: usize = 50;

/// Unpacks objects, one worker's.
pub(crate) struct Unpacker {
    entries: Entries,
    recent: Recent,
    /// The pack where the last object was found.
    last: usize,
    /// Buffers for the deltas of a chain.
    deltas: Vec<Vec<u8>>,
}

impl Unpacker {
    /// `checks` says whether packed bytes are compared with the checksums of the index.
    pub(crate) fn new(checks: bool) -> Self {
        Self {
            entries: Entries::new(checks),
            recent: Recent::default(),
            last: 0,
            deltas: Vec::new(),
        }
    }

    /// From here on packed bytes are compared with the checksums of the index.
    pub(crate) fn check_from_now_on(&mut self) {
        self.entries.checks = true;
    }

    /// An object, if it lies in a pack and nothing is odd about it.
    pub(crate) fn read(&mut self, packs: &Packs, oid: Oid) -> Result<Packed, Miss> {
        let place = self.find(packs, oid)?;
        self.unpack(packs, place)
    }

    /// Length and kind of an object, without making it.
    pub(crate) fn measure(&mut self, packs: &Packs, oid: Oid) -> Result<(usize, ObjectType), Miss> {
        let mut at = self.find(packs, oid)?;
        if let Some(known) = self.recent.get(at) {
            return Ok((known.data.len(), known.kind));
        }
        let mut header = self.entries.header(packs, at)?;
        let mut len = header.len;
        if !matches!(header.form, Form::Whole(_)) {
            if len > LARGEST {
                return Err(Miss::Elsewhere);
            }
            let mut delta = Vec::new();
            let inflated = self.entries.inflate(packs, &header, &mut delta);
            len = inflated
                .and_then(|()| Some(Delta::parse(&delta)?.result_len))
                .ok_or(Miss::Elsewhere)?;
        }
        for _ in 0..DEEPEST {
            at = match header.form {
                Form::Whole(kind) => return Ok((len, kind)),
                form => below(packs, at, &form)?,
            };
            if let Some(known) = self.recent.get(at) {
                return Ok((len, known.kind));
            }
            header = self.entries.header(packs, at)?;
        }
        Err(Miss::Elsewhere)
    }

    /// Whether the library must not be asked for an object: where it is said to begin there is none, or the deltas that
    /// it is told by lead to no whole one, in a ring or as there are too many, or one of these is said to be longer than
    /// any can be. The library reads beyond the end of the pack for the first, follows the second for ever, and takes
    /// memory for the third.
    pub(crate) fn is_unsound(&mut self, packs: &Packs, oid: Oid) -> bool {
        let Ok(mut at) = self.find(packs, oid) else {
            return false;
        };
        // The library compares no checksums.
        let checks = std::mem::replace(&mut self.entries.checks, false);
        let mut is_unsound = true;
        for _ in 0..DEEPEST {
            let Ok(header) = self.entries.header(packs, at) else {
                // A pack that is gone was packed anew.
                is_unsound = packs.each[at.0].file().is_some();
                break;
            };
            if header.len > BIGGEST {
                break;
            }
            let Ok(base) = below(packs, at, &header.form) else {
                is_unsound = false;
                break;
            };
            at = base;
        }
        self.entries.checks = checks;
        is_unsound
    }

    fn find(&mut self, packs: &Packs, oid: Oid) -> Result<Place, Miss> {
        let place = packs.find(oid, self.last).ok_or(Miss::Elsewhere)?;
        self.last = place.0;
        Ok(place)
    }

    fn unpack(&mut self, packs: &Packs, place: Place) -> Result<Packed, Miss> {
        // Down the chain to an object that is whole or known, gathering deltas …
        let mut chain: Vec<Place> = Vec::new();
        let mut at = place;
        let mut object = loop {
            if let Some(known) = self.recent.get(at) {
                break known;
            }
            let header = self.entries.header(packs, at)?;
            let Form::Whole(kind) = header.form else {
                let n = chain.len();
                if header.len > LARGEST || n == DEEPEST {
                    return Err(Miss::Elsewhere);
                }
                if self.deltas.len() == n {
                    self.deltas.push(Vec::new());
                }
                let below = below(packs, at, &header.form)?;
                self.entries
                    .inflate(packs, &header, &mut self.deltas[n])
                    .ok_or(Miss::Elsewhere)?;
                chain.push(at);
                at = below;
                continue;
            };
            if header.len > largest(kind) {
                let is_asked_for = chain.is_empty();
                return Err(if is_asked_for {
                    Miss::TooLarge
                } else {
                    Miss::Elsewhere
                });
            }
            let inflate = |out: &mut Vec<u8>| self.entries.inflate(packs, &header, out);
            let data = self
                .recent
                .make(header.len, inflate)
                .ok_or(Miss::Elsewhere)?;
            let object = Packed { kind, data };
            self.recent.keep(at, object.clone());
            break object;
        };
        // … and up again, applying them.
        for (number, &at) in chain.iter().enumerate().rev() {
            let delta = Delta::parse(&self.deltas[number]).ok_or(Miss::Elsewhere)?;
            if delta.result_len > largest(object.kind) {
                return Err(if number == 0 {
                    Miss::TooLarge
                } else {
                    Miss::Elsewhere
                });
            }
            object.data = self
                .recent
                .make(delta.result_len, |out| delta.apply(&object.data, out))
                .ok_or(Miss::Elsewhere)?;
            self.recent.keep(at, object.clone());
        }
        // A long chain or a large delta is rare: its buffers are not kept.
        self.deltas.truncate(LONG);
        for delta in self.deltas.iter_mut().take(chain.len()) {
            if delta.capacity() > READ {
                *delta = Vec::new();
            }
        }
        Ok(object)
    }
}

/// Where the object is that the one at a place is told by.
fn below(packs: &Packs, at: Place, form: &Form) -> Result<Place, Miss> {
    match *form {
        Form::Whole(_) => None,
        Form::OnPlace(offset) => Some((at.0, offset)),
        Form::OnObject(base) => packs.find(base, at.0),
    }
    .ok_or(Miss::Elsewhere)
}
