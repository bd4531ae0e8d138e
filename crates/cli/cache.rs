//! Changes that were read once, kept so that they need not be read again.
//!
//! `risk/changes` is appended to as history goes on, and written anew after a fold from the start: a line with
//! the version, then records of length (4 bytes, little-endian),
//! CRC-32 (4) and the change in postcard with what was left out of it. A change never alters, so a record is
//! good for ever; a torn or damaged record ends the file. When history is folded anew, because it was
//! rewritten or because a branch left it before the tip, only what is not here is read from git.

use crate::error::StateError;
use risk_change::{Change, ChangeId, Skipped};
use risk_history::{Cached, History};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

/// How lines are compared and classed is that of one version, so the cache of another is not used.
const MAGIC: &[u8] = concat!("gitrisk changes 2 of ", env!("CARGO_PKG_VERSION"), "\n").as_bytes();

/// Appends the changes of a stretch after the first `valid` bytes; returns how long the file is then.
///
/// Bytes after `valid` were written by a process that died before it wrote its state: they are cut off.
pub(crate) fn append(path: &Path, valid: u64, history: &History) -> Result<u64, StateError> {
    let failed = |source| StateError::File {
        path: path.to_path_buf(),
        doing: "written",
        source,
    };
    let mut file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(failed)?;
    let len = file.metadata().map_err(failed)?.len();
    let keep = if valid > len || valid < MAGIC.len() as u64 {
        0
    } else {
        valid
    };
    file.set_len(keep).map_err(failed)?;
    file.seek(SeekFrom::End(0)).map_err(failed)?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let mut len = keep;
    if keep == 0 {
        out.write_all(MAGIC).map_err(failed)?;
        len = MAGIC.len() as u64;
    }
    let mut skipped: BTreeMap<ChangeId, Vec<&Skipped>> = BTreeMap::new();
    for skip in &history.skipped {
        skipped.entry(skip.change).or_default().push(skip);
    }
    for change in &history.changes {
        let skips = skipped.get(&change.id).map_or(&[][..], Vec::as_slice);
        let body = postcard::to_stdvec(&(change, skips))
            .expect("plain data always serialises into memory");
        out.write_all(&(body.len() as u32).to_le_bytes())
            .map_err(failed)?;
        out.write_all(&crc32fast::hash(&body).to_le_bytes())
            .map_err(failed)?;
        out.write_all(&body).map_err(failed)?;
        len += 8 + body.len() as u64;
    }
    let file = out
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    Ok(len)
}

/// The changes in the first `valid` bytes, up to the first record that is not whole. A missing file has none.
pub(crate) fn load(path: &Path, valid: u64) -> Cached {
    let mut cached = Cached::default();
    let Ok(bytes) = std::fs::read(path) else {
        return cached;
    };
    let bytes = &bytes[..bytes
        .len()
        .min(usize::try_from(valid).unwrap_or(usize::MAX))];
    let Some(mut rest) = bytes.strip_prefix(MAGIC) else {
        return cached;
    };
    let word = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().expect("four bytes were taken"));
    while let Some((head, tail)) = rest.split_at_checked(8) {
        let Some((body, tail)) = tail.split_at_checked(word(&head[..4]) as usize) else {
            break;
        };
        if crc32fast::hash(body) != word(&head[4..]) {
            break;
        }
        let Ok((change, skipped)) = postcard::from_bytes::<(Change, Vec<Skipped>)>(body) else {
            break;
        };
        cached.insert(change.id, (change, skipped));
        rest = tail;
    }
    cached
}
