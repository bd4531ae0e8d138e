//! A file of parts of which only what is asked for is read, and nothing that is not what was written.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `gitrisk` and a line feed |
//! | 4 | version of the format, little-endian |
//! | 4 | number of parts |
//! | 8 each | length of each part |
//! | 4 each | CRC-32 of each block of 4,096 bytes of what follows |
//! | 4 | CRC-32 of the header so far |
//!
//! The parts follow, each filled up with zeros to whole blocks. So any bytes of a part can be read and
//! checked without the others.

use crate::error::StateError;
use crate::parcel::Span;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const MAGIC: &[u8; 8] = b"gitrisk\n";
const BLOCK: usize = 4096;

/// A file of parts, open for reading.
pub(crate) struct Shelf {
    file: Mutex<File>,
    path: PathBuf,
    /// Where each part begins after the header, and its length.
    parts: Vec<(u64, u64)>,
    sums: Vec<u32>,
    /// Length of the header.
    body: u64,
    /// Checksum of the header, and so of everything.
    sum: u32,
}

/// Why a file cannot be read as parts.
pub(crate) enum Broken {
    Newer(u32),
    Other,
    Damaged(&'static str),
    Unread(std::io::Error),
}

impl Broken {
    /// What is wrong with the file at `path`; `known` is the newest version that can be read.
    pub(crate) fn at(self, path: &Path, known: u32) -> StateError {
        let path = path.to_path_buf();
        match self {
            Self::Newer(found) => StateError::Newer { path, found, known },
            Self::Other => StateError::Other,
            Self::Damaged(what) => StateError::Damaged { path, what },
            Self::Unread(source) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
                StateError::Damaged {
                    path,
                    what: "it ends too early",
                }
            }
            Self::Unread(source) => StateError::File {
                path,
                doing: "read",
                source,
            },
        }
    }
}

impl Shelf {
    /// Reads the header of a file of `n_parts` parts in version `format`.
    pub(crate) fn open(path: &Path, format: u32, n_parts: usize) -> Result<Self, Broken> {
        let mut file = File::open(path).map_err(Broken::Unread)?;
        let whole = file.metadata().map_err(Broken::Unread)?.len();
        let fixed = 16 + 8 * n_parts;
        let mut header = vec![0; fixed];
        file.read_exact(&mut header[..16]).map_err(Broken::Unread)?;
        if &header[..8] != MAGIC {
            return Err(Broken::Damaged("it does not begin like one"));
        }
        match word(&header[8..12]) {
            own if own == format => {}
            newer if newer > format => return Err(Broken::Newer(newer)),
            _ => return Err(Broken::Other),
        }
        if word(&header[12..16]) as usize != n_parts {
            return Err(Broken::Damaged("it has another number of parts"));
        }
        file.read_exact(&mut header[16..]).map_err(Broken::Unread)?;
        let mut parts = Vec::with_capacity(n_parts);
        let mut end = 0_u64;
        for len in header[16..].chunks_exact(8) {
            let len = u64::from_le_bytes(len.try_into().expect("eight bytes were taken"));
            // No part is longer than the file, so that sums of lengths cannot overflow.
            if len > whole {
                return Err(Broken::Damaged("a part is too long"));
            }
            parts.push((end, len));
            end += len.next_multiple_of(BLOCK as u64);
        }
        let n_blocks = end / BLOCK as u64;
        let body = fixed as u64 + 4 * n_blocks + 4;
        if body + end != whole {
            return Err(Broken::Damaged(
                "it does not have the length it should have",
            ));
        }
        let rest = usize::try_from(body).map_err(|_| Broken::Damaged("a part is too long"))?;
        header.resize(rest, 0);
        file.read_exact(&mut header[fixed..])
            .map_err(Broken::Unread)?;
        let (covered, sum) = header.split_at(rest - 4);
        let sum = word(sum);
        if crc32fast::hash(covered) != sum {
            return Err(Broken::Damaged(
                "its header does not have the checksum it should have",
            ));
        }
        Ok(Self {
            sums: covered[fixed..].chunks_exact(4).map(word).collect(),
            file: Mutex::new(file),
            path: path.to_path_buf(),
            parts,
            body,
            sum,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The whole file.
    pub(crate) fn span(&self) -> std::io::Result<Span> {
        let end = self.parts.last().map_or(0, |&(start, len)| {
            start + len.next_multiple_of(BLOCK as u64)
        });
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Span::new(file.try_clone()?, self.body + end))
    }

    /// Whether another header is that of the same content.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.sum == other.sum && self.parts == other.parts && self.sums == other.sums
    }

    /// A whole part as plain numbers.
    pub(crate) fn numbers<T: Stored>(&self, part: usize) -> Result<Vec<T>, Broken> {
        let (start, len) = self.parts[part];
        let size = size_of::<T>();
        let n_bytes = usize::try_from(len).map_err(|_| Broken::Damaged("a part is too long"))?;
        if !n_bytes.is_multiple_of(size) {
            return Err(Broken::Damaged("a part has a length it cannot have"));
        }
        // Lengths were checked against the file, so nothing is allocated for what is not there.
        let padded = n_bytes.next_multiple_of(BLOCK);
        let mut values = vec![T::zeroed(); padded.div_ceil(size)];
        let bytes = bytemuck::cast_slice_mut(&mut values);
        self.read_blocks(start, &mut bytes[..padded])?;
        values.truncate(n_bytes / size);
        if cfg!(target_endian = "big") {
            values.iter_mut().for_each(T::swap);
        }
        Ok(values)
    }

    /// A whole part as what was encoded.
    pub(crate) fn value<T: DeserializeOwned>(&self, part: usize) -> Result<T, Broken> {
        decode(&self.numbers::<u8>(part)?)
    }

    /// Reads whole blocks from a place after the header on, and compares their checksums.
    fn read_blocks(&self, start: u64, bytes: &mut [u8]) -> Result<(), Broken> {
        {
            // Parts are read by several threads, and the place in the file is one.
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(self.body + start))
                .map_err(Broken::Unread)?;
            file.read_exact(bytes).map_err(Broken::Unread)?;
        }
        let first = (start / BLOCK as u64) as usize;
        let sums = &self.sums[first..];
        for (block, &sum) in bytes.chunks(BLOCK).zip(sums) {
            if crc32fast::hash(block) != sum {
                return Err(Broken::Damaged(
                    "a part does not have the checksum it should have",
                ));
            }
        }
        Ok(())
    }
}

/// Writes parts to a new file.
pub(crate) fn write(
    mut out: impl Write,
    format: u32,
    parts: &[Cow<'_, [u8]>],
) -> std::io::Result<()> {
    let mut header = Vec::new();
    header.extend_from_slice(MAGIC);
    header.extend_from_slice(&format.to_le_bytes());
    header.extend_from_slice(&(parts.len() as u32).to_le_bytes());
    for part in parts {
        header.extend_from_slice(&(part.len() as u64).to_le_bytes());
    }
    for block in parts.iter().flat_map(|part| part.chunks(BLOCK)) {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(block);
        hasher.update(&ZEROS[block.len()..]);
        header.extend_from_slice(&hasher.finalize().to_le_bytes());
    }
    let sum = crc32fast::hash(&header);
    header.extend_from_slice(&sum.to_le_bytes());
    out.write_all(&header)?;
    for part in parts {
        out.write_all(part)?;
        out.write_all(&ZEROS[..part.len().next_multiple_of(BLOCK) - part.len()])?;
    }
    Ok(())
}

const ZEROS: [u8; BLOCK] = [0; BLOCK];

pub(crate) fn encode(value: &impl Serialize) -> Cow<'static, [u8]> {
    Cow::Owned(postcard::to_stdvec(value).expect("plain data always serialises into memory"))
}

pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Broken> {
    postcard::from_bytes(bytes).map_err(|_| Broken::Damaged("a part cannot be decoded"))
}

/// The bytes of numbers, as they are kept.
pub(crate) fn little_endian<T: Stored>(values: &[T]) -> Cow<'_, [u8]> {
    if cfg!(target_endian = "little") {
        return Cow::Borrowed(bytemuck::cast_slice(values));
    }
    let mut swapped = values.to_vec();
    swapped.iter_mut().for_each(T::swap);
    Cow::Owned(bytemuck::cast_slice(&swapped).to_vec())
}

/// Numbers that are kept as plain arrays.
pub(crate) trait Stored: bytemuck::Pod {
    fn swap(&mut self);
}

macro_rules! stored {
    ($($number:ty),*) => {
        $(impl Stored for $number {
            fn swap(&mut self) {
                *self = Self::from_le_bytes(self.to_ne_bytes());
            }
        })*
    };
}
stored!(u8, u32, i64, u64, f32, f64);

pub(crate) fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes were taken"))
}
