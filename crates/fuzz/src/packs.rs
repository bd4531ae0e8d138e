//! Packs and their indexes.

use crate::kept::folder;
use std::fs;

/// How many bytes of the input tell of an object, beside its content.
const HEAD: usize = 6;

/// Objects of a pack, whose form is right but for what the input says otherwise.
///
/// The first byte says how many bytes of the index, and then of the pack, are overwritten: each by two bytes of place
/// and one of content. Then come objects: kind, length of the content, a number that is added to the length that is
/// told, which earlier object it is a delta on, a byte of the id, and what else is wrong; then the content.
pub(crate) fn packs(input: &[u8]) {
    let folder = folder();
    let Some((&n_wrong, mut rest)) = input.split_first() else {
        return;
    };
    let mut wrong = Vec::new();
    for _ in 0..n_wrong % 8 {
        let Some((one, after)) = rest.split_first_chunk::<3>() else {
            break;
        };
        wrong.push(*one);
        rest = after;
    }
    let mut pack = b"PACK\0\0\0\x02\0\0\0\0".to_vec();
    let mut entries: Vec<([u8; 20], u64, u32)> = Vec::new();
    while let Some((head, after)) = rest.split_first_chunk::<HEAD>() {
        let [kind, length, more, base, name, odd] = *head;
        let (content, after) = after.split_at(after.len().min(usize::from(length)));
        rest = after;
        let offset = pack.len() as u64;
        let mut id = [name; 20];
        id[19] = entries.len() as u8;
        put_object(&mut pack, &entries, kind, (content, more, base, odd));
        let sum = libdeflater::crc32(&pack[offset as usize..]);
        entries.push((id, offset, sum));
        if entries.len() == 64 {
            break;
        }
    }
    pack[8..12].copy_from_slice(&(entries.len() as u32).to_be_bytes());
    pack.extend_from_slice(&[0; 20]);
    let mut index = index_of(&mut entries);
    for [low, high, byte] in wrong {
        let at = usize::from(low) | usize::from(high) << 8;
        let file = if at & 1 == 0 { &mut index } else { &mut pack };
        let n = file.len();
        file[(at >> 1) % n] = byte;
    }
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder.path().join(name), bytes).expect("a new folder can be written to");
    };
    for made in ["objects/pack", "refs"] {
        fs::create_dir_all(folder.path().join(made)).expect("a new folder can be written to");
    }
    write("HEAD", b"ref: refs/heads/main\n");
    write(
        "config",
        b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
    );
    write("objects/pack/pack-1.pack", &pack);
    write("objects/pack/pack-1.idx", &index);
    let ids: Vec<[u8; 20]> = entries.iter().map(|entry| entry.0).collect();
    risk_history::fuzzed::objects(folder.path(), &ids);
}

type Told<'a> = (&'a [u8], u8, u8, u8);

fn put_object(
    pack: &mut Vec<u8>,
    earlier: &[([u8; 20], u64, u32)],
    kind: u8,
    (content, more, base, odd): Told<'_>,
) {
    let kind = [1, 2, 3, 4, 6, 7, 6, 0][usize::from(kind % 8)];
    // Lengths that lie: by a little, or by as much as a number can.
    let length = match more {
        0..=200 => content.len() as u64,
        201..=230 => content.len() as u64 + u64::from(more - 200),
        231..=254 => 1 << ((more - 231) * 2 + 10),
        255 => u64::MAX >> 8,
    };
    let mut left = length >> 4;
    let more_follows = |left: u64| if left > 0 { 0x80 } else { 0 };
    pack.push(more_follows(left) | kind << 4 | (length & 15) as u8);
    while left > 0 {
        let byte = (left & 0x7f) as u8;
        left >>= 7;
        pack.push(more_follows(left) | byte);
    }
    let below = earlier.get(usize::from(base) % earlier.len().max(1));
    match (kind, below) {
        (6, Some(below)) => put_distance(pack, pack.len() as u64 - below.1 + u64::from(odd & 1)),
        (6, None) => put_distance(pack, u64::from(base)),
        // Now and then on itself, or on one that comes later.
        (7, Some(below)) if odd & 2 == 0 => pack.extend_from_slice(&below.0),
        (7, _) => pack.extend_from_slice(&[base; 20]),
        _ => {}
    }
    let mut deflate = libdeflater::Compressor::new(libdeflater::CompressionLvl::fastest());
    let mut packed = vec![0; deflate.zlib_compress_bound(content.len())];
    let n = deflate
        .zlib_compress(content, &mut packed)
        .expect("there is room for it");
    packed.truncate(if odd & 4 == 0 { n } else { n / 2 });
    pack.extend_from_slice(&packed);
}

/// Seven bits at a time, the highest first; each further byte counts one more.
fn put_distance(pack: &mut Vec<u8>, mut distance: u64) {
    let mut bytes = vec![(distance & 0x7f) as u8];
    distance >>= 7;
    while distance > 0 {
        distance -= 1;
        bytes.push(0x80 | (distance & 0x7f) as u8);
        distance >>= 7;
    }
    bytes.reverse();
    pack.extend_from_slice(&bytes);
}

/// An index of version 2.
fn index_of(entries: &mut [([u8; 20], u64, u32)]) -> Vec<u8> {
    entries.sort_unstable();
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    for first in 0..=u8::MAX {
        let n = entries.iter().filter(|entry| entry.0[0] <= first).count();
        index.extend_from_slice(&(n as u32).to_be_bytes());
    }
    for entry in entries.iter() {
        index.extend_from_slice(&entry.0);
    }
    for entry in entries.iter() {
        index.extend_from_slice(&entry.2.to_be_bytes());
    }
    for entry in entries.iter() {
        index.extend_from_slice(&(entry.1 as u32).to_be_bytes());
    }
    index.extend_from_slice(&[0; 40]);
    index
}
