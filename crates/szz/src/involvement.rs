//! What earlier changes have to do with the lines that a fixing change touches.

use crate::filters::{is_source, traced_lines};
use crate::{Origins, UNKNOWN, Variant};
use risk_change::{Change, FileChange, FileKind, Hunk, LineClass, Position, RepoPath};
use risk_source::{Exclusion, is_test};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Lines on either side of a hunk that count as near it.
const NEAR: u32 = 3;

/// What one earlier change has to do with a fixing change: counts of lines that it wrote.
///
/// Only code files that were there before are looked at, tests apart. *Deleted* lines are code, and more than white
/// space of them changes.
///
/// - Known at: the arrival of the fix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Involvement {
    /// The change.
    pub position: Position,
    /// Lines that the fix deletes.
    pub deleted: u32,
    /// Those of them that nothing takes the place of: their hunk only deletes.
    pub removed: u32,
    /// Lines that the fix deletes in tests.
    pub deleted_tests: u32,
    /// Blank lines and comments that the fix deletes.
    pub cosmetic: u32,
    /// Lines that the fix only re-spaces.
    pub respaced: u32,
    /// Lines right before lines that the fix puts in without deleting any.
    pub before: u32,
    /// Lines right after such.
    pub after: u32,
    /// Lines at most three away from such.
    pub near_added: u32,
    /// Lines at most three away from hunks that delete lines of code.
    pub near_replaced: u32,
    /// Hunks in which it wrote deleted lines.
    pub hunks: u32,
    /// Lines that it wrote anywhere in the files.
    pub in_files: u32,
    /// Files that hold such lines.
    pub files: u32,
}

/// What all earlier changes have to do with a fixing change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Involved {
    /// The changes that wrote lines which the fix deletes, or that stand near what it touches, by position.
    pub found: Vec<Involvement>,
    /// For each of them the first file it was found in.
    pub paths: Vec<RepoPath>,
    /// Files with lines of unknown origin, ascending.
    pub unknown: Vec<RepoPath>,
    /// Code files looked at, tests apart.
    pub n_files: u32,
    /// Lines deleted in them, of whatever kind.
    pub n_deleted: u64,
    /// Deleted lines of code.
    pub n_traced: u64,
    /// Hunks that delete lines of code.
    pub n_hunks: u32,
    /// Hunks that only put lines in.
    pub n_insertions: u32,
    /// Lines of the files before the fix.
    pub n_lines: u64,
}

impl Involved {
    /// Looks at what a change does to the files of its first parent.
    ///
    /// `parent` must be alive in `origins`: if it is not, all origins are unknown. Files that `exclusion` names do not
    /// count. A root or a merge involves nobody.
    pub fn of(
        origins: &Origins,
        parent: Option<Position>,
        change: &Change,
        exclusion: &Exclusion,
    ) -> Self {
        let mut looking = Looking::default();
        let Some(parent) = parent.filter(|_| !change.is_merge()) else {
            return looking.all;
        };
        for file in &change.files {
            if is_source(file) && !exclusion.excludes(&file.path) {
                let path = file.source_path();
                let lines = origins.lines(parent, path).unwrap_or(&[]);
                if is_test(path) {
                    looking.test(file, lines);
                } else {
                    looking.product(file, lines);
                }
            }
        }
        looking.done()
    }
}

/// The looking, file by file.
#[derive(Default)]
struct Looking<'c> {
    all: Involved,
    by_position: BTreeMap<Position, (Involvement, &'c RepoPath)>,
    /// How many lines each change has, by file.
    authors_of: Vec<FxHashMap<Position, u32>>,
}

impl<'c> Looking<'c> {
    fn of(&mut self, position: Position, path: &'c RepoPath) -> &mut Involvement {
        let new = Involvement {
            position,
            ..Involvement::default()
        };
        &mut self.by_position.entry(position).or_insert((new, path)).0
    }

    fn test(&mut self, file: &'c FileChange, lines: &[Position]) {
        for line in traced_lines(Variant::Ag, file) {
            if let Some(position) = known(lines, line) {
                self.of(position, file.source_path()).deleted_tests += 1;
            }
        }
    }

    fn product(&mut self, file: &'c FileChange, lines: &[Position]) {
        let path = file.source_path();
        self.all.n_files += 1;
        self.all.n_deleted += file.edit.removed();
        self.all.n_lines += lines.len() as u64;
        let mut is_unknown = file.kind == FileKind::Unread;
        let mut traced = traced_lines(Variant::Ag, file).peekable();
        let mut deleted = file.edit.deleted_lines().peekable();
        // Lines put in that are blank or comments alone say nothing about what stands around them.
        let shape = &file.edit.shape;
        let adds_code = file.edit.added() > u64::from(shape.added_comments + shape.added_blanks);
        for hunk in &file.edit.hunks {
            let end = hunk.old_start + hunk.old_len;
            let mut in_hunk: Vec<Position> = Vec::new();
            let mut deletes_code = false;
            while let Some((line, class)) = deleted.next_if(|&(line, _)| line < end) {
                let is_traced = traced.next_if(|&it| it == line).is_some();
                deletes_code |= is_traced;
                self.all.n_traced += u64::from(is_traced);
                let Some(position) = known(lines, line) else {
                    is_unknown |= is_traced;
                    continue;
                };
                let it = self.of(position, path);
                if is_traced {
                    it.deleted += 1;
                    it.removed += u32::from(hunk.new_len == 0);
                    in_hunk.push(position);
                } else if class == LineClass::Code {
                    it.respaced += 1;
                } else {
                    it.cosmetic += 1;
                }
            }
            in_hunk.sort_unstable();
            in_hunk.dedup();
            for position in in_hunk {
                self.of(position, path).hunks += 1;
            }
            if deletes_code {
                self.all.n_hunks += 1;
                for position in near(lines, hunk) {
                    self.of(position, path).near_replaced += 1;
                }
            } else if hunk.old_len == 0 && adds_code {
                self.all.n_insertions += 1;
                self.insertion(path, lines, hunk);
            }
        }
        let mut authors: FxHashMap<Position, u32> = FxHashMap::default();
        for &position in lines {
            *authors.entry(position).or_insert(0) += 1;
        }
        self.authors_of.push(authors);
        if is_unknown {
            self.all.unknown.push(path.clone());
        }
    }

    fn insertion(&mut self, path: &'c RepoPath, lines: &[Position], hunk: &Hunk) {
        let before = hunk.old_start.checked_sub(1);
        if let Some(position) = before.and_then(|line| known(lines, line)) {
            self.of(position, path).before += 1;
        }
        if let Some(position) = known(lines, hunk.old_start) {
            self.of(position, path).after += 1;
        }
        for position in near(lines, hunk) {
            self.of(position, path).near_added += 1;
        }
    }

    fn done(mut self) -> Involved {
        for (position, (mut it, path)) in self.by_position {
            for lines in self.authors_of.iter().filter_map(|of| of.get(&position)) {
                it.in_files += lines;
                it.files += 1;
            }
            self.all.found.push(it);
            self.all.paths.push(path.clone());
        }
        self.all.unknown.sort_unstable();
        self.all
    }
}

fn known(lines: &[Position], line: u32) -> Option<Position> {
    let position = lines.get(line as usize).copied();
    position.filter(|&position| position != UNKNOWN)
}

/// Who wrote the lines around a hunk, once a line.
fn near<'l>(lines: &'l [Position], hunk: &Hunk) -> impl Iterator<Item = Position> + 'l {
    let end = hunk.old_start + hunk.old_len;
    let before = hunk.old_start.saturating_sub(NEAR)..hunk.old_start;
    before
        .chain(end..end + NEAR)
        .filter_map(|line| known(lines, line))
}

#[cfg(test)]
mod tests;
