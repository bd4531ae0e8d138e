//! The changes that wrote the lines a fixing change deletes.

use crate::filters::{is_traced, traced_lines};
use crate::{Origins, UNKNOWN, Variant};
use risk_change::{Change, FileChange, FileKind, Position, RepoPath};
use risk_source::Exclusion;
use std::collections::BTreeMap;

/// A change that wrote lines which a fixing change deletes, before selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The change.
    pub position: Position,
    /// How many of the traced lines it wrote; at least 1.
    pub lines: u32,
}

/// What tracing the lines of a fixing change gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The candidates in ascending order of position; merges are among them if they wrote lines.
    pub found: Vec<Candidate>,
    /// For each candidate the first file it was found in, in the same order.
    pub files: Vec<RepoPath>,
    /// Files with lines of unknown origin, ascending.
    pub unknown: Vec<RepoPath>,
    /// Traced files: code files that were there before.
    pub n_files: u32,
    /// Lines deleted in traced files, of whatever kind.
    pub n_deleted: u64,
    /// Deleted lines that the variant traces.
    pub n_traced: u64,
}

/// Traces the lines that a change deletes to the changes that wrote them.
///
/// `parent` is the first parent of the change, whose line origins must be alive: if they are not, all
/// origins are unknown. Files that `exclusion` names do not count. A root or a merge has no candidates.
pub fn candidates(
    variant: Variant,
    origins: &Origins,
    parent: Option<Position>,
    change: &Change,
    exclusion: &Exclusion,
) -> Candidates {
    let mut result = Candidates::default();
    let Some(parent) = parent.filter(|_| !change.is_merge()) else {
        return result;
    };
    let mut lines_of: BTreeMap<Position, (u32, &RepoPath)> = BTreeMap::new();
    let counts = |file: &&FileChange| is_traced(variant, file) && !exclusion.excludes(&file.path);
    for file in change.files.iter().filter(counts) {
        result.n_files += 1;
        result.n_deleted += file.edit.removed();
        let path = file.source_path();
        let lines = origins.lines(parent, path).unwrap_or(&[]);
        let mut is_unknown = file.kind == FileKind::Unread;
        for line in traced_lines(variant, file) {
            result.n_traced += 1;
            match lines.get(line as usize) {
                None | Some(&UNKNOWN) => is_unknown = true,
                Some(&position) => lines_of.entry(position).or_insert((0, path)).0 += 1,
            }
        }
        if is_unknown {
            result.unknown.push(path.clone());
        }
    }
    for (position, (lines, path)) in lines_of {
        result.found.push(Candidate { position, lines });
        result.files.push(path.clone());
    }
    result.unknown.sort_unstable();
    result
}
