//! What one commit did to its files, as bytes.
//!
//! A step is a row of numbers, seven bits a byte, the lowest first: the distance to the first parent (0 for a
//! root), then for each file its path, the path it was moved from (empty if it was not), whether it was there
//! before and after, and its hunks. A hunk says how many lines before it stayed, and gives the origins taken
//! out and put in, as runs of (distance of the origin from the commit, length).

use super::Lines;
use super::differences::{differing, divided};
use risk_change::{Hunk, Position, RepoPath};
use std::sync::Arc;

/// What a commit did to one file, before it is written down.
pub(super) struct Moved<'a> {
    pub(super) path: &'a RepoPath,
    /// Where the file was, if that is another path.
    pub(super) old_path: Option<&'a RepoPath>,
    pub(super) before: Option<&'a Lines>,
    pub(super) after: Option<&'a Lines>,
    /// Where the two are likely to differ; outside they are compared, too.
    pub(super) hunks: &'a [Hunk],
}

/// One file of a step.
pub(super) struct FileStep<'a> {
    pub(super) path: &'a [u8],
    pub(super) old_path: Option<&'a [u8]>,
    pub(super) was_there: bool,
    pub(super) is_there: bool,
    hunks: Vec<Exchange>,
}

/// Some lines stay, then some make way for others.
struct Exchange {
    kept: usize,
    out: Vec<(Position, usize)>,
    into: Vec<(Position, usize)>,
}

impl Moved<'_> {
    pub(super) fn write(&self, bytes: &mut Vec<u8>, position: Position) {
        let before: &[Position] = self.before.map_or(&[], |lines| lines);
        let after: &[Position] = self.after.map_or(&[], |lines| lines);
        put_bytes(bytes, self.path.as_bytes());
        put_bytes(bytes, self.old_path.map_or(&[], |path| path.as_bytes()));
        let hunks = divided(before, after, self.hunks).unwrap_or_else(|| differing(before, after));
        let there = u32::from(self.before.is_some()) | u32::from(self.after.is_some()) << 1;
        put(bytes, there | (hunks.len() as u32) << 2);
        let runs = |bytes: &mut Vec<u8>, lines: &[Position]| {
            let all = lines.chunk_by(|a, b| a == b);
            put(bytes, all.clone().count() as u32);
            for run in all {
                put(bytes, position.wrapping_sub(run[0]));
                put(bytes, run.len() as u32);
            }
        };
        let mut old_at = 0;
        for (old, new) in hunks {
            put(bytes, (old.start - old_at) as u32);
            old_at = old.end;
            runs(bytes, &before[old]);
            runs(bytes, &after[new]);
        }
    }
}

impl<'a> FileStep<'a> {
    pub(super) fn read(bytes: &mut &'a [u8], position: Position) -> Option<Self> {
        let path = take_bytes(bytes)?;
        let old_path = take_bytes(bytes)?;
        let head = take(bytes)?;
        let runs = |bytes: &mut &'a [u8]| {
            let n = take(bytes)? as usize;
            let mut runs = Vec::with_capacity(n.min(bytes.len()));
            for _ in 0..n {
                let origin = position.wrapping_sub(take(bytes)?);
                runs.push((origin, take(bytes)? as usize));
            }
            Some(runs)
        };
        let mut hunks = Vec::new();
        for _ in 0..head >> 2 {
            hunks.push(Exchange {
                kept: take(bytes)? as usize,
                out: runs(bytes)?,
                into: runs(bytes)?,
            });
        }
        Some(Self {
            path,
            old_path: (!old_path.is_empty()).then_some(old_path),
            was_there: head & 1 != 0,
            is_there: head & 2 != 0,
            hunks,
        })
    }

    pub(super) fn forth(&self, before: Option<&Lines>) -> Option<Lines> {
        exchange(
            before,
            self.hunks.iter().map(|it| (it.kept, &*it.out, &*it.into)),
        )
    }

    pub(super) fn back(&self, after: Option<&Lines>) -> Option<Lines> {
        exchange(
            after,
            self.hunks.iter().map(|it| (it.kept, &*it.into, &*it.out)),
        )
    }
}

type Runs<'a> = &'a [(Position, usize)];

/// Takes lines out and puts others in; `None` unless those to be taken out are there.
fn exchange<'a>(
    lines: Option<&Lines>,
    hunks: impl Iterator<Item = (usize, Runs<'a>, Runs<'a>)>,
) -> Option<Lines> {
    let mut rest: &[Position] = lines.map_or(&[], |lines| lines);
    let mut made = Vec::with_capacity(rest.len());
    for (kept, out, into) in hunks {
        let (stay, tail) = rest.split_at_checked(kept)?;
        made.extend_from_slice(stay);
        rest = tail;
        for &(origin, len) in out {
            let (gone, tail) = rest.split_at_checked(len)?;
            if gone.iter().any(|&line| line != origin) {
                return None;
            }
            rest = tail;
        }
        for &(origin, len) in into {
            made.resize(made.len() + len, origin);
        }
    }
    made.extend_from_slice(rest);
    Some(Arc::from(made))
}

pub(super) fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn put_bytes(bytes: &mut Vec<u8>, own: &[u8]) {
    put(bytes, own.len() as u32);
    bytes.extend_from_slice(own);
}

pub(super) fn take(bytes: &mut &[u8]) -> Option<u32> {
    let (mut number, mut shift) = (0_u32, 0);
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(number);
        }
        shift += 7;
    }
}

fn take_bytes<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let n = take(bytes)? as usize;
    let (own, rest) = bytes.split_at_checked(n)?;
    *bytes = rest;
    Some(own)
}
