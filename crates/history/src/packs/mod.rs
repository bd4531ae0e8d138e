//! Packed objects, read for those who read all of them.
//!
//! The git library unpacks one object at a time as if it were the only one: it sets up the inflater, takes and
//! gives back memory, and forgets the object, though the next one is most often a delta on it. Here what was
//! unpacked lately is kept, buffers are used again, and an index is read once for all workers. Everything that
//! is out of the ordinary is left to the library, which then says what is wrong: what is found here is right or
//! is not found.

mod delta;
mod extents;
mod index;
mod recent;

use delta::Delta;
use extents::Extents;
use git2::{ObjectType, Oid};
use index::Index;
use libdeflater::Decompressor;
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

/// The packs of a repository and of those it borrows from; shared by all workers.
#[derive(Default)]
pub(crate) struct Packs(Vec<Pack>);

struct Pack {
    path: PathBuf,
    index: OnceLock<Option<Index>>,
    file: OnceLock<Option<(File, u64)>>,
    extents: OnceLock<Option<Extents>>,
}

impl Packs {
    /// Lists the packs in some object directories. Nothing is opened before it is needed.
    pub(crate) fn list(directories: &[PathBuf]) -> Self {
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
            index: OnceLock::new(),
            file: OnceLock::new(),
            extents: OnceLock::new(),
        });
        Self(packs.collect())
    }

    fn find(&self, oid: Oid, first: usize) -> Option<Place> {
        let n = self.0.len();
        (0..n).map(|step| (first + step) % n).find_map(|number| {
            let offset = self.0[number].index()?.offset(oid)?;
            Some((number, offset))
        })
    }
}

impl Pack {
    fn index(&self) -> Option<&Index> {
        self.index
            .get_or_init(|| Index::open(&self.path.with_extension("idx")))
            .as_ref()
    }

    fn file(&self) -> Option<&(File, u64)> {
        self.file.get_or_init(|| open(&self.path)).as_ref()
    }

    fn extents(&self) -> Option<&Extents> {
        self.extents
            .get_or_init(|| Extents::of(self.index()?, self.file()?.1))
            .as_ref()
    }
}

/// Opens a pack of the version that is read here, with the length of its objects together.
fn open(path: &Path) -> Option<(File, u64)> {
    let file = File::open(path).ok()?;
    let mut head = [0; 8];
    file.read_exact_at(&mut head, 0).ok()?;
    let length = file.metadata().ok()?.len().checked_sub(TRAILER)?;
    (head == *b"PACK\0\0\0\x02").then_some((file, length))
}

/// The checksum at the end of a pack.
const TRAILER: u64 = 20;
/// A header is at most this long: kind and length, and the base of a delta.
const HEADER: usize = 40;
/// What is read at once if more is not known to be needed: most objects are small deltas.
const READ: usize = 4 << 10;
/// Objects beyond this are not read: a history may hold files of any size, and memory is bounded. Deltas and bases
/// beyond it are left to the library.
pub(crate) const LARGEST: usize = 32 << 20;
/// Deltas on deltas beyond this are a damage; git makes at most 4,095.
const DEEPEST: usize = 1 << 13;

/// Buffers for deltas that are kept, as many as git's chains have by default.
const LONG: usize = 50;
/// A window beyond this is given back after use.
const SHRINK: usize = 4 << 20;

/// Where the content of an object comes from, by its header.
enum Form {
    Whole(ObjectType),
    OnPlace(u64),
    OnObject(Oid),
}

struct Header {
    form: Form,
    /// Bytes of the object, or of the delta.
    len: usize,
    /// Where the deflated bytes begin.
    data_at: u64,
    /// How many those are at most.
    data_len: usize,
}

/// Unpacks objects, one worker's.
pub(crate) struct Unpacker {
    /// Whether packed bytes are compared with the checksum that the index has of them. Inflating checks what was
    /// deflated; this checks the rest: what kind of object it is, on what it is a delta, and where it begins.
    /// It needs a table of the whole index, which does not pay for a few objects.
    pub(crate) checks: bool,
    /// Whether an object on the way to the last one asked for did not have its checksum.
    pub(crate) damaged: bool,
    /// Whether the last object asked for is larger than [`LARGEST`].
    pub(crate) too_large: bool,
    recent: Recent,
    inflate: Decompressor,
    /// A piece of a pack at the beginning of the buffer: its length, and where it is from.
    window: Vec<u8>,
    window_len: usize,
    window_at: Place,
    /// The pack where the last object was found.
    last: usize,
    /// Buffers for the deltas of a chain.
    deltas: Vec<Vec<u8>>,
}

impl Unpacker {
    pub(crate) fn new(checks: bool) -> Self {
        Self {
            checks,
            damaged: false,
            too_large: false,
            recent: Recent::default(),
            inflate: Decompressor::new(),
            window: Vec::new(),
            window_len: 0,
            window_at: (usize::MAX, 0),
            last: 0,
            deltas: Vec::new(),
        }
    }

    /// An object, if it lies in a pack and nothing is odd about it.
    pub(crate) fn read(&mut self, packs: &Packs, oid: Oid) -> Option<Packed> {
        (self.damaged, self.too_large) = (false, false);
        let place = packs.find(oid, self.last)?;
        self.last = place.0;
        self.unpack(packs, place)
    }

    /// Length and kind of an object, without making it.
    pub(crate) fn measure(&mut self, packs: &Packs, oid: Oid) -> Option<(usize, ObjectType)> {
        (self.damaged, self.too_large) = (false, false);
        let place = packs.find(oid, self.last)?;
        self.last = place.0;
        if let Some(known) = self.recent.get(place) {
            return Some((known.data.len(), known.kind));
        }
        let mut header = self.header(packs, place)?;
        let mut len = header.len;
        if !matches!(header.form, Form::Whole(_)) {
            if len > LARGEST {
                return None;
            }
            let mut delta = Vec::new();
            self.inflate(packs, place.0, &header, &mut delta)?;
            len = Delta::parse(&delta)?.result_len;
        }
        let mut at = place;
        for _ in 0..DEEPEST {
            at = match header.form {
                Form::Whole(kind) => return Some((len, kind)),
                Form::OnPlace(offset) => (at.0, offset),
                Form::OnObject(base) => packs.find(base, at.0)?,
            };
            if let Some(known) = self.recent.get(at) {
                return Some((len, known.kind));
            }
            header = self.header(packs, at)?;
        }
        None
    }

    fn unpack(&mut self, packs: &Packs, place: Place) -> Option<Packed> {
        // Down the chain to an object that is whole or known, gathering deltas …
        let mut chain: Vec<Place> = Vec::new();
        let mut at = place;
        let mut object = loop {
            if let Some(known) = self.recent.get(at) {
                break known;
            }
            let header = self.header(packs, at)?;
            if header.len > LARGEST {
                self.too_large = chain.is_empty() && matches!(header.form, Form::Whole(_));
                return None;
            }
            let below = match header.form {
                Form::Whole(kind) => {
                    let mut recent = std::mem::take(&mut self.recent);
                    let data =
                        recent.make(header.len, |out| self.inflate(packs, at.0, &header, out));
                    self.recent = recent;
                    let object = Packed { kind, data: data? };
                    self.recent.keep(at, object.clone());
                    break object;
                }
                Form::OnPlace(offset) => (at.0, offset),
                Form::OnObject(base) => packs.find(base, at.0)?,
            };
            if chain.len() == DEEPEST {
                return None;
            }
            let mut delta = self
                .deltas
                .get_mut(chain.len())
                .map(std::mem::take)
                .unwrap_or_default();
            let inflated = self.inflate(packs, at.0, &header, &mut delta);
            match self.deltas.get_mut(chain.len()) {
                Some(slot) => *slot = delta,
                None => self.deltas.push(delta),
            }
            inflated?;
            chain.push(at);
            at = below;
        };
        // … and up again, applying them.
        for (number, &at) in chain.iter().enumerate().rev() {
            let delta = Delta::parse(&self.deltas[number])?;
            if delta.result_len > LARGEST {
                self.too_large = number == 0;
                return None;
            }
            object.data = self
                .recent
                .make(delta.result_len, |out| delta.apply(&object.data, out))?;
            self.recent.keep(at, object.clone());
        }
        // A long chain or a large delta is rare: its buffers are not kept.
        self.deltas.truncate(LONG);
        for delta in self.deltas.iter_mut().take(chain.len()) {
            if delta.capacity() > READ {
                *delta = Vec::new();
            }
        }
        Some(object)
    }

    /// Some bytes of a pack: `wanted` of them, fewer where it ends.
    fn bytes(&mut self, packs: &Packs, (number, offset): Place, wanted: usize) -> Option<&[u8]> {
        let (file, end) = packs.0[number].file()?;
        let wanted = wanted.min(usize::try_from(end.checked_sub(offset)?).ok()?);
        let (at_number, at_offset) = self.window_at;
        let inside = at_number == number
            && offset >= at_offset
            && offset + wanted as u64 <= at_offset + self.window_len as u64;
        if !inside {
            let n = wanted.max(READ).min((end - offset) as usize);
            self.window_at = (usize::MAX, 0);
            if self.window.len() < n {
                self.window.resize(n, 0);
            }
            file.read_exact_at(&mut self.window[..n], offset).ok()?;
            (self.window_at, self.window_len) = ((number, offset), n);
        }
        let from = (offset - self.window_at.1) as usize;
        Some(&self.window[from..from + wanted])
    }

    fn header(&mut self, packs: &Packs, place: Place) -> Option<Header> {
        let extent = if self.checks {
            Some(packs.0[place.0].extents()?.at(place.1)?)
        } else {
            None
        };
        // What is not going to be inflated is not read for its checksum either.
        let extent = extent.filter(|extent| extent.len <= LARGEST + LARGEST / 8);
        let wanted = extent.as_ref().map_or(HEADER, |extent| extent.len);
        let bytes = self.bytes(packs, place, wanted)?;
        if let Some(extent) = &extent
            && (bytes.len() != extent.len || crc32fast::hash(bytes) != extent.sum)
        {
            self.damaged = true;
            return None;
        }
        let mut rest = bytes.iter();
        let mut next = || rest.next().copied();
        let mut byte = next()?;
        let kind = byte >> 4 & 7;
        let mut len = u64::from(byte & 0xf);
        let mut shift = 4;
        while byte & 0x80 != 0 {
            byte = next()?;
            len |= u64::from(byte & 0x7f)
                .checked_shl(shift)
                .filter(|_| shift < 56)?;
            shift += 7;
        }
        let form = match kind {
            1 => Form::Whole(ObjectType::Commit),
            2 => Form::Whole(ObjectType::Tree),
            3 => Form::Whole(ObjectType::Blob),
            4 => Form::Whole(ObjectType::Tag),
            6 => {
                // Seven bits at a time, the highest first; each further byte counts one more.
                let mut byte = next()?;
                let mut back = u64::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = next()?;
                    back = (back + 1).checked_mul(128)? + u64::from(byte & 0x7f);
                }
                Form::OnPlace(place.1.checked_sub(back).filter(|_| back > 0)?)
            }
            7 => {
                let id: Vec<u8> = rest.by_ref().take(20).copied().collect();
                Form::OnObject(Oid::from_bytes(&id).ok()?)
            }
            _ => return None,
        };
        let used = bytes.len() - rest.len();
        let len = usize::try_from(len).ok()?;
        // Deflating can lengthen, by 5 bytes a block of 16 KiB at most with git's settings, and there are 6 around.
        let data_len = extent.map_or(len + len / 1_024 + 64, |extent| extent.len - used);
        Some(Header {
            form,
            len,
            data_at: place.1 + used as u64,
            data_len,
        })
    }

    /// Inflates what follows a header; the checksum of the deflated stream is checked.
    fn inflate(
        &mut self,
        packs: &Packs,
        number: usize,
        header: &Header,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        self.bytes(packs, (number, header.data_at), header.data_len)?;
        let from = (header.data_at - self.window_at.1) as usize;
        // What a buffer held before need not be zeroed: all of it is written, or the object is not found.
        out.try_reserve_exact(header.len.saturating_sub(out.len()))
            .ok()?;
        out.resize(header.len, 0);
        let n = self
            .inflate
            .zlib_decompress(&self.window[from..self.window_len], out)
            .ok()?;
        if self.window.len() > SHRINK {
            self.window = Vec::new();
            self.window_at = (usize::MAX, 0);
        }
        (n == header.len).then_some(())
    }
}
