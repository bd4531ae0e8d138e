//! One entry of a pack: its header, and the deflated bytes behind it.

use super::{LARGEST, Miss, Packs, Place};
use git2::{ObjectType, Oid};
use libdeflater::Decompressor;
use std::os::unix::fs::FileExt;

/// A header is at most this long: kind and length in ten bytes, and the base of a delta in 32.
const HEADER: usize = 42;
/// What is read at once if more is not known to be needed: most objects are small deltas.
pub(super) const READ: usize = 4 << 10;
/// A window beyond this is given back after use.
const SHRINK: usize = 4 << 20;

/// Where the content of an object comes from, by its header.
pub(super) enum Form {
    Whole(ObjectType),
    OnPlace(u64),
    OnObject(Oid),
}

pub(super) struct Header {
    pub(super) form: Form,
    /// Bytes of the object, or of the delta.
    pub(super) len: usize,
    /// Where the deflated bytes begin.
    data_at: Place,
    /// How many those are at most.
    data_len: usize,
}

/// Reads entries, one worker's.
pub(super) struct Entries {
    /// Whether packed bytes are compared with the checksum that the index has of them. Inflating checks what was
    /// deflated; this checks the rest: what kind of object it is, on what it is a delta, and where it begins.
    /// It needs a table of the whole index, which does not pay for a few objects.
    pub(super) checks: bool,
    inflate: Decompressor,
    /// A piece of a pack at the beginning of the buffer: its length, and where it is from.
    window: Vec<u8>,
    window_len: usize,
    window_at: Place,
}

impl Entries {
    pub(super) fn new(checks: bool) -> Self {
        Self {
            checks,
            inflate: Decompressor::new(),
            window: Vec::new(),
            window_len: 0,
            window_at: (usize::MAX, 0),
        }
    }

    /// Some bytes of a pack: `wanted` of them, fewer where it ends.
    fn bytes(&mut self, packs: &Packs, (number, offset): Place, wanted: usize) -> Option<&[u8]> {
        let (file, end) = packs.each[number].file()?;
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

    pub(super) fn header(&mut self, packs: &Packs, place: Place) -> Result<Header, Miss> {
        let extent = if self.checks {
            let extents = packs.each[place.0].extents();
            let extent = extents.and_then(|extents| extents.at(place.1));
            Some(extent.ok_or(Miss::Elsewhere)?)
        } else {
            None
        };
        // What is not going to be inflated is not read for its checksum either.
        let extent = extent.filter(|extent| extent.len <= LARGEST + LARGEST / 8);
        let wanted = extent.as_ref().map_or(HEADER, |extent| extent.len);
        let bytes = self.bytes(packs, place, wanted).ok_or(Miss::Elsewhere)?;
        if let Some(extent) = &extent
            && (bytes.len() != extent.len || crc32fast::hash(bytes) != extent.sum)
        {
            return Err(Miss::Damaged);
        }
        let (form, len, used) = parse(bytes, place.1, packs.width).ok_or(Miss::Elsewhere)?;
        // Deflating can lengthen, by 5 bytes a block of 16 KiB at most with git's settings, and there are 6 around.
        let data_len = extent.map_or(len + len / 1_024 + 64, |extent| extent.len - used);
        Ok(Header {
            form,
            len,
            data_at: (place.0, place.1 + used as u64),
            data_len,
        })
    }

    /// Inflates what follows a header; the checksum of the deflated stream is checked.
    pub(super) fn inflate(
        &mut self,
        packs: &Packs,
        header: &Header,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        self.bytes(packs, header.data_at, header.data_len)?;
        let from = (header.data_at.1 - self.window_at.1) as usize;
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

/// The form of an object that begins at `offset`, its length, and how many bytes say so; ids take `width` bytes.
fn parse(bytes: &[u8], offset: u64, width: usize) -> Option<(Form, usize, usize)> {
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
            Form::OnPlace(offset.checked_sub(back).filter(|_| back > 0)?)
        }
        7 => {
            let id: Vec<u8> = rest.by_ref().take(width).copied().collect();
            Form::OnObject(Oid::from_bytes(&id).ok()?)
        }
        _ => return None,
    };
    let used = bytes.len() - rest.len();
    let len = usize::try_from(len).ok()?;
    Some((form, len, used))
}
