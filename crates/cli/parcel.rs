//! A parcel: files of what was learned in one file, to be handed on to another clone.
//!
//! | bytes | what |
//! |---|---|
//! | 16 | `git-risk export` and a line feed |
//! | 4 | version of this format, little-endian |
//! | 4 | length of the header |
//! | | the header ([`Header`]), in postcard |
//! | 4 | CRC-32 of all bytes so far |
//!
//! Then each file of the header, in chunks of at most 1 MiB: length, packed length and CRC-32 of the chunk (4 bytes
//! each), then the chunk, packed with deflate. Nothing follows the last chunk. Lengths are known before anything is
//! allocated or written for them, and never more than two chunks are in memory.

use libdeflater::{CompressionLvl, Compressor, Decompressor};
use risk_change::ChangeId;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;

const MAGIC: &[u8; 16] = b"git-risk export\n";

/// Version of the format.
pub(crate) const FORMAT: u32 = 1;

const CHUNK: usize = 1 << 20;

/// A chunk that does not get smaller gets longer by a few bytes.
const LONGEST_PACKED: usize = CHUNK + CHUNK / 8;

/// Longer than any header that is written.
const LONGEST_HEADER: usize = 1 << 16;

/// Of the levels that cost about as much as reading the files, the one that packs best.
const LEVEL: i32 = 6;

/// What a parcel holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// Name and version of the program that learned.
    pub(crate) tool: String,
    /// Version of the format of the state.
    pub(crate) state_format: u32,
    /// The commit that the state stands at.
    pub(crate) tip: ChangeId,
    /// The files, in order.
    pub(crate) files: Vec<Packed>,
}

/// A file in a parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Packed {
    pub(crate) name: String,
    pub(crate) length: u64,
    /// CRC-32 of all of it.
    pub(crate) sum: u32,
}

/// Why a parcel cannot be read.
#[derive(Debug)]
pub(crate) enum Refused {
    /// It is something else.
    Foreign,
    /// It has a newer format.
    Newer(u32),
    /// It is not what was written.
    Damaged(&'static str),
    /// It could not be read.
    Unread(io::Error),
    /// What was in it could not be written.
    Unwritten(io::Error),
}

fn ends_early(error: io::Error) -> Refused {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Refused::Damaged("it ends too early"),
        _ => Refused::Unread(error),
    }
}

/// The first bytes of an open file, whatever happens to its name.
pub(crate) struct Span {
    file: File,
    at: u64,
    length: u64,
}

impl Span {
    pub(crate) fn new(file: File, length: u64) -> Self {
        Self {
            file,
            at: 0,
            length,
        }
    }

    /// Its place in a header. It is read to its end for this.
    pub(crate) fn pack(&self, name: &str) -> io::Result<Packed> {
        let mut hasher = crc32fast::Hasher::new();
        let mut buffer = vec![0; CHUNK];
        let mut at = 0;
        while at < self.length {
            let n = (self.length - at).min(CHUNK as u64) as usize;
            self.file.read_exact_at(&mut buffer[..n], at)?;
            hasher.update(&buffer[..n]);
            at += n as u64;
        }
        Ok(Packed {
            name: name.to_owned(),
            length: self.length,
            sum: hasher.finalize(),
        })
    }
}

impl Read for Span {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = buffer.len().min((self.length - self.at) as usize);
        let n = self.file.read_at(&mut buffer[..n], self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

/// Writes a parcel; `files` are those of the header.
pub(crate) fn write(
    out: &mut dyn Write,
    header: &Header,
    files: impl IntoIterator<Item = Span>,
) -> io::Result<()> {
    let body = postcard::to_stdvec(header).expect("plain data always serialises into memory");
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&body);
    let sum = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    out.write_all(&bytes)?;
    let level = CompressionLvl::new(LEVEL).expect("there is such a level");
    let mut compressor = Compressor::new(level);
    let (mut chunk, mut packed) = (vec![0; CHUNK], vec![0; LONGEST_PACKED]);
    for (file, head) in files.into_iter().zip(&header.files) {
        let mut file = file;
        let mut left = head.length;
        let mut all = crc32fast::Hasher::new();
        while left > 0 {
            let n = left.min(CHUNK as u64) as usize;
            let chunk = &mut chunk[..n];
            file.read_exact(chunk)?;
            all.update(chunk);
            let n_packed = compressor
                .deflate_compress(chunk, &mut packed)
                .map_err(|_| io::Error::other("a chunk could not be packed"))?;
            for number in [n as u32, n_packed as u32, crc32fast::hash(chunk)] {
                out.write_all(&number.to_le_bytes())?;
            }
            out.write_all(&packed[..n_packed])?;
            left -= n as u64;
        }
        if all.finalize() != head.sum {
            return Err(io::Error::other("a file changed while it was read"));
        }
    }
    out.flush()
}

/// A parcel that is being read.
pub(crate) struct Parcel<R> {
    input: R,
    pub(crate) header: Header,
    chunk: Vec<u8>,
    packed: Vec<u8>,
}

impl<R: Read> Parcel<R> {
    /// Reads the header.
    pub(crate) fn open(mut input: R) -> Result<Self, Refused> {
        let mut bytes = Vec::new();
        let mut start = [0; MAGIC.len() + 8];
        let n = read_up_to(&mut input, &mut start).map_err(Refused::Unread)?;
        if !start[..n].starts_with(MAGIC) {
            // Nothing but its beginning is there, or it is something else.
            let is_cut = n > 0 && n < MAGIC.len() && MAGIC.starts_with(&start[..n]);
            return Err(if is_cut {
                Refused::Damaged("it ends too early")
            } else {
                Refused::Foreign
            });
        }
        if n < start.len() {
            return Err(Refused::Damaged("it ends too early"));
        }
        let format = word(&start[16..20]);
        if format > FORMAT {
            return Err(Refused::Newer(format));
        }
        let length = word(&start[20..24]) as usize;
        if format != FORMAT || length > LONGEST_HEADER {
            return Err(Refused::Damaged("its header is not one"));
        }
        bytes.extend_from_slice(&start);
        bytes.resize(start.len() + length, 0);
        input
            .read_exact(&mut bytes[start.len()..])
            .map_err(ends_early)?;
        let mut sum = [0; 4];
        input.read_exact(&mut sum).map_err(ends_early)?;
        if crc32fast::hash(&bytes) != word(&sum) {
            return Err(Refused::Damaged(
                "its header does not have the checksum it should have",
            ));
        }
        let header = postcard::from_bytes(&bytes[start.len()..])
            .map_err(|_| Refused::Damaged("its header cannot be decoded"))?;
        Ok(Self {
            input,
            header,
            chunk: vec![0; CHUNK],
            packed: vec![0; LONGEST_PACKED],
        })
    }

    /// Unpacks the next file, which is that of `head`.
    pub(crate) fn unpack(&mut self, head: &Packed, out: &mut dyn Write) -> Result<(), Refused> {
        let mut decompressor = Decompressor::new();
        let mut left = head.length;
        let mut all = crc32fast::Hasher::new();
        while left > 0 {
            let mut numbers = [0; 12];
            self.input.read_exact(&mut numbers).map_err(ends_early)?;
            let [n, n_packed, sum] = [0, 4, 8].map(|at| word(&numbers[at..at + 4]));
            let (n, n_packed) = (n as usize, n_packed as usize);
            // Each chunk is as long as it can be, so that its length is known.
            if n as u64 != left.min(CHUNK as u64) || n_packed > LONGEST_PACKED {
                return Err(Refused::Damaged("a chunk has a length it cannot have"));
            }
            let (chunk, packed) = (&mut self.chunk[..n], &mut self.packed[..n_packed]);
            self.input.read_exact(packed).map_err(ends_early)?;
            let unpacked = decompressor.deflate_decompress(packed, chunk);
            if unpacked.ok() != Some(n) || crc32fast::hash(chunk) != sum {
                return Err(Refused::Damaged(
                    "a chunk does not have the checksum it should have",
                ));
            }
            all.update(chunk);
            out.write_all(chunk).map_err(Refused::Unwritten)?;
            left -= n as u64;
        }
        if all.finalize() == head.sum {
            Ok(())
        } else {
            Err(Refused::Damaged(
                "a file does not have the checksum it should have",
            ))
        }
    }

    /// Makes certain that nothing follows the last file.
    pub(crate) fn finish(mut self) -> Result<(), Refused> {
        match read_up_to(&mut self.input, &mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(Refused::Damaged("something follows its end")),
            Err(error) => Err(Refused::Unread(error)),
        }
    }
}

/// Fills as much of a buffer as there is.
fn read_up_to(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < buffer.len() {
        match input.read(&mut buffer[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(n)
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes were taken"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(contents: &[&[u8]]) -> Vec<u8> {
        let spans: Vec<Span> = contents
            .iter()
            .map(|content| {
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(content).unwrap();
                // What lies beyond does not belong to it.
                file.write_all(b"beyond").unwrap();
                Span::new(file, content.len() as u64)
            })
            .collect();
        let packed = |span: &Span| span.pack("state").unwrap();
        let header = Header {
            tool: "git-risk 0.0.0".to_owned(),
            state_format: 4,
            tip: ChangeId::from_bytes(&[7; 20]).unwrap(),
            files: spans.iter().map(packed).collect(),
        };
        let mut bytes = Vec::new();
        write(&mut bytes, &header, spans).unwrap();
        bytes
    }

    fn unpacked(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Refused> {
        let mut parcel = Parcel::open(bytes)?;
        let mut contents = Vec::new();
        for head in parcel.header.files.clone() {
            let mut content = Vec::new();
            parcel.unpack(&head, &mut content)?;
            contents.push(content);
        }
        parcel.finish()?;
        Ok(contents)
    }

    #[test]
    fn files_come_out_as_they_were_put_in() {
        let large: Vec<u8> = (0..CHUNK as u32 * 2 + 5)
            .map(|it| it.wrapping_mul(it) as u8)
            .collect();
        let noise: Vec<u8> = (0..70_000_u32)
            .map(|it| (it.wrapping_mul(2_654_435_761) >> 11) as u8)
            .collect();
        let contents = [large.as_slice(), b"", b"x", &noise];
        let bytes = parcel(&contents);
        assert_eq!(unpacked(&bytes).unwrap(), contents);
    }

    #[test]
    fn every_flipped_byte_is_refused_or_changes_nothing() {
        let contents: [&[u8]; 2] = [b"one two one two one two", &[3; 5_000]];
        let whole = parcel(&contents);
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                if let Ok(read) = unpacked(&flipped) {
                    assert_eq!(read, contents, "bit {bit} of byte {at}");
                }
            }
        }
        for length in 0..whole.len() {
            assert!(unpacked(&whole[..length]).is_err(), "{length} bytes");
        }
        let longer = [whole.as_slice(), b"\n"].concat();
        assert!(matches!(unpacked(&longer), Err(Refused::Damaged(_))));
    }

    #[test]
    fn lengths_that_lie_cost_nothing() {
        let whole = parcel(&[b"content"]);
        let mut header = Parcel::open(whole.as_slice()).unwrap().header;
        header.files[0].length = u64::MAX;
        let mut bytes = Vec::new();
        let empty = Span::new(tempfile::tempfile().unwrap(), 0);
        assert!(write(&mut bytes, &header, [empty]).is_err());
        // The header says that there is more than any disk can hold; a chunk of it is asked for first.
        assert!(matches!(unpacked(&bytes), Err(Refused::Damaged(_))));
        for (place, number) in [(20, u32::MAX), (20, 70_000), (16, 0)] {
            let mut bytes = whole.clone();
            bytes[place..place + 4].copy_from_slice(&number.to_le_bytes());
            assert!(matches!(unpacked(&bytes), Err(Refused::Damaged(_))));
        }
        let mut bytes = whole.clone();
        bytes[16] = 2;
        assert!(matches!(unpacked(&bytes), Err(Refused::Newer(2))));
        assert!(matches!(unpacked(b"something else"), Err(Refused::Foreign)));
        assert!(matches!(unpacked(b""), Err(Refused::Foreign)));
    }
}
