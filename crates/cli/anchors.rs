//! Lines at the end of a range that stand for a change of it.

use risk_change::{Change, Hunk, RepoPath};
use risk_history::{Range, Stretch, Survivors};
use risk_report::{FileShare, HunkShare, ScoredChange, worth_a_look};
use std::cmp::Reverse;

/// Lines of an anchor at most: it points at a place. Platforms show their message below the last line.
const LINES: u32 = 10;

/// Finds lines for the changes of a range, among those that the combined change adds or edits.
pub(crate) struct Anchors<'a> {
    range: &'a Range,
    survivors: Vec<Survivors>,
}

/// Lines of a file of the combined change, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lines {
    file: usize,
    at: u32,
    len: u32,
}

impl<'a> Anchors<'a> {
    pub(crate) fn new(range: &'a Range) -> Self {
        Self {
            range,
            survivors: range.survivors(),
        }
    }

    /// Lines for the change with a number in the range, as path, first and last line counted from 1.
    ///
    /// Those of its riskiest hunk that are left, or else of the next one. If no line that it wrote is left, the line of the
    /// combined change that is nearest to what it took away or wrote, first in its riskiest file. `None` if
    /// none of its files has a line in the combined change.
    pub(crate) fn of(&self, index: usize, score: &ScoredChange) -> Option<(RepoPath, u32, u32)> {
        let change = &self.range.history.changes[index];
        let survivors = &self.survivors[index];
        let mut files: Vec<(&RepoPath, &[HunkShare])> = Vec::new();
        for share in worth_a_look(score) {
            files.extend(shared(change, share).map(|path| (path, &share.hunks[..])));
        }
        for file in &change.files {
            if !files.iter().any(|(path, _)| **path == file.path) {
                files.push((&file.path, &[]));
            }
        }
        let hunks = || {
            files
                .iter()
                .flat_map(|(path, hunks)| hunks.iter().map(move |it| (*path, it)))
        };
        let found = hunks()
            .find_map(|(path, hunk)| {
                let first = hunk.line - 1;
                self.longest(&survivors.written, path, (first, first + hunk.added))
            })
            .or_else(|| {
                let mut paths = files.iter().map(|(path, _)| *path);
                paths.find_map(|path| self.longest(&survivors.written, path, (0, u32::MAX)))
            })
            .or_else(|| {
                hunks().find_map(|(path, hunk)| self.nearest(&survivors.seen, path, hunk.line - 1))
            })
            .or_else(|| {
                let mut paths = files.iter().map(|(path, _)| *path);
                paths.find_map(|path| self.nearest(&survivors.seen, path, 0))
            })?;
        let path = self.range.combined.files[found.file].path.clone();
        Some((path, found.at + 1, found.at + found.len.min(LINES)))
    }

    /// The hunks of a file at the end that put lines in.
    fn added(&self, file: usize) -> impl DoubleEndedIterator<Item = &Hunk> {
        let hunks = &self.range.combined.files[file].edit.hunks;
        hunks.iter().filter(|hunk| hunk.new_len > 0)
    }

    /// Of some lines of a file, given as a half-open range, the longest run that is left and in the combined change;
    /// the first of several.
    fn longest(&self, left: &[Stretch], path: &RepoPath, lines: (u32, u32)) -> Option<Lines> {
        let mut runs = Vec::new();
        for stretch in left.iter().filter(|it| it.path == *path) {
            let start = lines.0.max(stretch.line);
            let end = lines.1.min(stretch.line + stretch.len);
            if start >= end {
                continue;
            }
            let (start, end) = (
                start - stretch.line + stretch.at,
                end - stretch.line + stretch.at,
            );
            for hunk in self.added(stretch.file) {
                let at = start.max(hunk.new_start);
                let until = end.min(hunk.new_start + hunk.new_len);
                if at < until {
                    let (file, len) = (stretch.file, until - at);
                    runs.push(Lines { file, at, len });
                }
            }
        }
        runs.into_iter()
            .min_by_key(|it| (Reverse(it.len), it.file, it.at))
    }

    /// The line of the combined change that is nearest to a line of a file after the change.
    fn nearest(&self, seen: &[Stretch], path: &RepoPath, line: u32) -> Option<Lines> {
        let distance = |it: &Stretch| {
            let last = it.line + it.len - 1;
            it.line.saturating_sub(line) + line.saturating_sub(last)
        };
        let own = seen.iter().filter(|it| it.path == *path);
        let stretch = own.min_by_key(|it| (distance(it), it.file, it.at))?;
        let at =
            stretch.at + line.clamp(stretch.line, stretch.line + stretch.len - 1) - stretch.line;
        let file = stretch.file;
        let lines = self.added(file).map(|hunk| {
            let nearest = at.clamp(hunk.new_start, hunk.new_start + hunk.new_len - 1);
            (nearest.abs_diff(at), nearest)
        });
        let (_, at) = lines.min()?;
        Some(Lines { file, at, len: 1 })
    }
}

/// The file of a change that a share tells of. Shares name files by text: of those whose names are no text, several may
/// look alike, and are told apart by their lines.
fn shared<'a>(change: &'a Change, share: &FileShare) -> Option<&'a RepoPath> {
    let alike = |file: &&risk_change::FileChange| {
        file.path.to_text() == share.path
            && file.edit.added() == share.added
            && file.edit.removed() == share.deleted
    };
    change.files.iter().find(alike).map(|file| &file.path)
}

/// The file of a change that carries most of its risk.
pub(crate) fn heaviest(change: &Change, score: &ScoredChange) -> Option<RepoPath> {
    let shared = worth_a_look(score).find_map(|share| shared(change, share));
    shared
        .or_else(|| Some(&change.files.first()?.path))
        .cloned()
}
