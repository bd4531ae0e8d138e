//! How the lines of recent commits came from those of their first parents, to have earlier commits back.
//!
//! A branch may leave history at any commit of the recent past. Instead of the lines of all of these commits,
//! each commit keeps what it did to the lines of its first parent, with what was there before. From the lines
//! of one commit those of others follow: back along its first parents, and from there forth.
//!
//! A step is a row of numbers, seven bits a byte, the lowest first: the distance to the first parent (0 for a
//! root), then for each file its path, the path it was moved from (empty if it was not), whether it was there
//! before and after, and its hunks. A hunk says how many lines before it stayed, and gives the origins taken
//! out and put in, as runs of (distance of the origin from the commit, length).

use super::{Files, Lines};
use risk_change::{Hunk, Position, RepoPath};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::sync::Arc;

/// The steps of consecutive commits, as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Trail {
    /// The first commit with a step.
    pub first: Position,
    /// Where each step ends in `bytes`.
    pub ends: Vec<u32>,
    /// The steps, one after the other.
    pub bytes: Vec<u8>,
}

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

/// How one commit is reached from another.
pub(super) struct Way {
    turn: Option<Position>,
    forth: Vec<Position>,
}

/// One file of a step.
struct FileStep<'a> {
    path: &'a [u8],
    old_path: Option<&'a [u8]>,
    was_there: bool,
    is_there: bool,
    hunks: Vec<Exchange>,
}

/// Some lines stay, then some make way for others.
struct Exchange {
    kept: usize,
    out: Vec<(Position, usize)>,
    into: Vec<(Position, usize)>,
}

impl Trail {
    /// One past the last commit with a step.
    pub(super) fn end(&self) -> Position {
        self.first + self.ends.len() as Position
    }

    /// Writes down the step of the next commit.
    pub(super) fn push(
        &mut self,
        position: Position,
        parent: Option<Position>,
        files: &[Moved<'_>],
    ) {
        if self.ends.is_empty() || self.end() != position {
            *self = Self {
                first: position,
                ..Self::default()
            };
        }
        put(
            &mut self.bytes,
            parent.map_or(0, |parent| position - parent),
        );
        for file in files {
            let is_same = file.old_path.is_none() && file.before == file.after;
            if !is_same {
                file.write(&mut self.bytes, position);
            }
        }
        self.ends.push(self.bytes.len() as u32);
    }

    /// Forgets the steps of commits before `from`.
    pub(super) fn forget_before(&mut self, from: Position) {
        let n = (from.saturating_sub(self.first) as usize).min(self.ends.len());
        let Some(&start) = n.checked_sub(1).and_then(|last| self.ends.get(last)) else {
            return;
        };
        self.ends.drain(..n);
        self.ends.iter_mut().for_each(|end| *end -= start);
        self.bytes.drain(..start as usize);
        self.first += n as Position;
    }

    /// Whether the columns fit together and name nothing from `n` on.
    pub(crate) fn fits(&self, n: usize) -> bool {
        let last = self.ends.last().map_or(0, |&end| end as usize);
        self.ends.is_sorted() && last == self.bytes.len() && self.end() as usize <= n
    }

    fn step(&self, position: Position) -> Option<&[u8]> {
        let index = position.checked_sub(self.first)? as usize;
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |i| self.ends[i] as usize);
        self.bytes.get(start..end)
    }

    /// The first parent of a commit with a step; none for a root.
    fn parent(&self, position: Position) -> Option<Option<Position>> {
        match take(&mut self.step(position)?)? {
            0 => Some(None),
            distance => position.checked_sub(distance).map(Some),
        }
    }

    /// The way from `tip` to `commit`: to which of its first parents, and from there over which commits; with
    /// no such parent, from a root on.
    ///
    /// `None` if it leads to what was forgotten.
    pub(super) fn way(&self, tip: Position, commit: Position) -> Option<Way> {
        let (mut back, mut at, mut forth) = (Some(tip), Some(commit), Vec::new());
        // The later of two commits is never an ancestor of the earlier one.
        while let Some(here) = at
            && back != at
        {
            if back > at {
                back = self.parent(back?)?;
            } else {
                forth.push(here);
                at = self.parent(here)?;
            }
        }
        forth.reverse();
        Some(Way { turn: at, forth })
    }

    /// The lines of some paths at `commits`, from those of `tip`; `None` if a step does not fit.
    ///
    /// The commits must be reached by a [`way`](Self::way).
    pub(super) fn bring_back(
        &self,
        tip: Position,
        files: &Files,
        commits: &[Position],
        paths: &FxHashSet<RepoPath>,
    ) -> Option<Vec<(Position, Files)>> {
        let mut ways = Vec::with_capacity(commits.len());
        for &commit in commits {
            ways.push((self.way(tip, commit)?, commit));
        }
        // The latest turns first; what begins at a root comes last.
        ways.sort_by_key(|(way, _)| std::cmp::Reverse(way.turn));
        let firsts = ways
            .iter()
            .map(|(way, _)| way.turn.or(way.forth.first().copied()));
        let paths = self.with_moves(firsts.flatten().min()?, paths)?;
        let nothing = Files::new_with_hasher_and_degree_and_ptr_kind(FxBuildHasher, 32);
        let mut lines = nothing.clone();
        for path in &paths {
            if let Some(known) = files.get(path) {
                lines.insert_mut(path.clone(), known.clone());
            }
        }
        let mut at = tip;
        let mut found = Vec::with_capacity(ways.len());
        // Branches that left at commits of one branch share the way there.
        let mut known: FxHashMap<Position, Files> = FxHashMap::default();
        for (way, commit) in ways {
            let mut there = nothing.clone();
            if let Some(turn) = way.turn {
                while at != turn {
                    self.undo(at, &mut lines, &paths)?;
                    at = self.parent(at)??;
                }
                there = lines.clone();
            }
            for step in way.forth {
                if let Some(files) = known.get(&step) {
                    there = files.clone();
                } else {
                    self.redo(step, &mut there, &paths)?;
                    known.insert(step, there.clone());
                }
            }
            found.push((commit, there));
        }
        Some(found)
    }

    /// The paths, and those that their files were moved to later.
    fn with_moves(
        &self,
        after: Position,
        paths: &FxHashSet<RepoPath>,
    ) -> Option<FxHashSet<RepoPath>> {
        let mut paths = paths.clone();
        for position in self.first.max(after)..self.end() {
            for file in self.files(position)? {
                if let Some(old) = file.old_path
                    && (paths.contains(&RepoPath::new(old))
                        || paths.contains(&RepoPath::new(file.path)))
                {
                    paths.insert(RepoPath::new(file.path));
                    paths.insert(RepoPath::new(old));
                }
            }
        }
        Some(paths)
    }

    fn undo(
        &self,
        position: Position,
        lines: &mut Files,
        paths: &FxHashSet<RepoPath>,
    ) -> Option<()> {
        let mut before = Vec::new();
        for file in self.files(position)? {
            let path = RepoPath::new(file.path);
            let old_path = file.old_path.map_or_else(|| path.clone(), RepoPath::new);
            if paths.contains(&path) || paths.contains(&old_path) {
                let after = lines.get(&path);
                let old = file.was_there.then(|| file.back(after)).transpose_lines()?;
                before.push((path, old_path, old));
            }
        }
        for (path, _, _) in &before {
            lines.remove_mut(path);
        }
        for (_, old_path, old) in before {
            if let Some(old) = old {
                lines.insert_mut(old_path, old);
            }
        }
        Some(())
    }

    fn redo(
        &self,
        position: Position,
        lines: &mut Files,
        paths: &FxHashSet<RepoPath>,
    ) -> Option<()> {
        let mut after = Vec::new();
        for file in self.files(position)? {
            let path = RepoPath::new(file.path);
            let old_path = file.old_path.map_or_else(|| path.clone(), RepoPath::new);
            if paths.contains(&path) || paths.contains(&old_path) {
                let before = lines.get(&old_path);
                let new = file
                    .is_there
                    .then(|| file.forth(before))
                    .transpose_lines()?;
                after.push((path, old_path, new));
            }
        }
        for (_, old_path, _) in &after {
            lines.remove_mut(old_path);
        }
        for (path, _, new) in after {
            if let Some(new) = new {
                lines.insert_mut(path, new);
            }
        }
        Some(())
    }

    /// The files of a step.
    fn files(&self, position: Position) -> Option<Vec<FileStep<'_>>> {
        let mut bytes = self.step(position)?;
        take(&mut bytes)?;
        let mut files = Vec::new();
        while !bytes.is_empty() {
            files.push(FileStep::read(&mut bytes, position)?);
        }
        Some(files)
    }
}

/// Lines that may be wanted, and then must be there.
trait Wanted {
    fn transpose_lines(self) -> Option<Option<Lines>>;
}

impl Wanted for Option<Option<Lines>> {
    fn transpose_lines(self) -> Option<Option<Lines>> {
        match self {
            None => Some(None),
            Some(lines) => lines.map(Some),
        }
    }
}

impl Moved<'_> {
    fn write(&self, bytes: &mut Vec<u8>, position: Position) {
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

type Range = std::ops::Range<usize>;

/// The ranges of an edit, if all lines outside are the same.
fn divided(before: &[Position], after: &[Position], hunks: &[Hunk]) -> Option<Vec<(Range, Range)>> {
    let (mut old_at, mut new_at) = (0, 0);
    let mut ranges = Vec::with_capacity(hunks.len());
    for hunk in hunks {
        let (old, new) = (hunk.old_start as usize, hunk.new_start as usize);
        if before.get(old_at..old)? != after.get(new_at..new)? {
            return None;
        }
        (old_at, new_at) = (old + hunk.old_len as usize, new + hunk.new_len as usize);
        before.get(old..old_at)?;
        after.get(new..new_at)?;
        ranges.push((old..old_at, new..new_at));
    }
    (before[old_at..] == after[new_at..]).then_some(ranges)
}

/// Ranges outside of which all lines are the same. Not the shortest, but short where little differs.
fn differing(before: &[Position], after: &[Position]) -> Vec<(Range, Range)> {
    let (mut old, mut new) = (0, 0);
    let mut ranges = Vec::new();
    let mut places: Option<FxHashMap<Position, Vec<usize>>> = None;
    loop {
        let pairs = before[old..].iter().zip(&after[new..]);
        let same = pairs.take_while(|(a, b)| a == b).count();
        (old, new) = (old + same, new + same);
        let (rest, left) = (&before[old..], &after[new..]);
        if rest.is_empty() && left.is_empty() {
            return ranges;
        }
        let (skip_old, skip_new) = near(rest, left)
            .or_else(|| {
                let places = places.get_or_insert_with(|| places_of(before));
                far(before, old, left, places)
            })
            .unwrap_or((rest.len(), left.len()));
        ranges.push((old..old + skip_old, new..new + skip_new));
        (old, new) = (old + skip_old, new + skip_new);
    }
}

/// Lines looked at for the end of a difference before places are looked up.
const NEAR: usize = 96;

/// Lines that must be the same for a difference to have ended.
const SURE: usize = 3;

/// How many lines of each side make up the difference that they begin with, if it is small.
fn near(rest: &[Position], left: &[Position]) -> Option<(usize, usize)> {
    (1..=NEAR).find_map(|sum| {
        let olds = sum.saturating_sub(left.len())..=sum.min(rest.len());
        let mut pairs = olds.map(|old| (old, sum - old));
        pairs.find(|&(old, new)| goes_on(&rest[old..], &left[new..]))
    })
}

/// The same for a large difference: the first lines of the new side that follow in the old one.
fn far(
    before: &[Position],
    old: usize,
    left: &[Position],
    places: &FxHashMap<Position, Vec<usize>>,
) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    for (new, line) in left.iter().enumerate() {
        if best.is_some_and(|(a, b)| new >= a + b) {
            break;
        }
        let Some(places) = places.get(line) else {
            continue;
        };
        let from = places.partition_point(|&place| place < old);
        let candidates = places[from..].iter().take(8);
        let mut fitting = candidates.filter(|&&place| goes_on(&before[place..], &left[new..]));
        if let Some(&place) = fitting.next() {
            let found = (place - old, new);
            if best.is_none_or(|(a, b)| found.0 + found.1 < a + b) {
                best = Some(found);
            }
        }
    }
    best
}

fn places_of(lines: &[Position]) -> FxHashMap<Position, Vec<usize>> {
    let mut places: FxHashMap<Position, Vec<usize>> = FxHashMap::default();
    for (place, &line) in lines.iter().enumerate() {
        places.entry(line).or_default().push(place);
    }
    places
}

fn goes_on(rest: &[Position], left: &[Position]) -> bool {
    let n = SURE.min(rest.len()).min(left.len());
    if n == 0 {
        return rest.len() == left.len();
    }
    rest[..n] == left[..n]
}

impl<'a> FileStep<'a> {
    fn read(bytes: &mut &'a [u8], position: Position) -> Option<Self> {
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

    fn forth(&self, before: Option<&Lines>) -> Option<Lines> {
        exchange(
            before,
            self.hunks.iter().map(|it| (it.kept, &*it.out, &*it.into)),
        )
    }

    fn back(&self, after: Option<&Lines>) -> Option<Lines> {
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

fn put(bytes: &mut Vec<u8>, mut number: u32) {
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

fn take(bytes: &mut &[u8]) -> Option<u32> {
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
