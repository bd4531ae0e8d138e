//! Which lines of the changes of a range are still there at its end.

use crate::range::Range;
use risk_change::{FileChange, FileKind, FileStatus, Hunk, OtherParent, RepoPath};
use std::collections::BTreeMap;

/// Lines of a file after a change that are still there at the end of the range, one after the other.
///
/// Lines count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Where the file is after the change.
    pub path: RepoPath,
    /// Its first line there.
    pub line: u32,
    /// Where the file is at the end of the range: its place among the files of the combined change.
    pub file: usize,
    /// The first line there.
    pub at: u32,
    /// How many lines.
    pub len: u32,
}

/// What is left of one change of a range at its end, in the files that the combined change touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survivors {
    /// Lines that it wrote itself: those that `git blame` gives to it.
    pub written: Vec<Stretch>,
    /// Lines of the files that it touched, whoever wrote them; empty for merges.
    pub seen: Vec<Stretch>,
}

/// Lines of one version of a file with their places at the end of the range.
#[derive(Clone, Copy, Debug)]
struct Run {
    line: u32,
    file: usize,
    at: u32,
    len: u32,
}

impl Run {
    /// The lines from `line` to `until`, which in another version begin at `there`.
    fn part(&self, line: u32, until: u32, there: u32) -> Self {
        Self {
            line: there,
            at: self.at + (line - self.line),
            len: until - line,
            ..*self
        }
    }
}

/// Lines to follow in the versions of one commit.
type Open = BTreeMap<RepoPath, Vec<Run>>;

impl Range {
    /// What is left of each commit of the range, in landing order.
    ///
    /// The lines of each text file of the combined change are followed back from the tip by what each commit did:
    /// to the first parent where a commit left them alone, and of a merge to the parent that has them, as `git blame`
    /// does. Where a line leaves the range it is followed no further.
    pub fn survivors(&self) -> Vec<Survivors> {
        let n = self.history.changes.len();
        let mut found = vec![Survivors::default(); n];
        let mut open: Vec<Open> = vec![Open::new(); n];
        if let Some(tip) = open.last_mut() {
            for (file, end) in self.combined.files.iter().enumerate() {
                if end.status != FileStatus::Deleted && end.kind == FileKind::Text {
                    let (line, at, len) = (0, 0, end.new_lines);
                    let whole = Run {
                        line,
                        file,
                        at,
                        len,
                    };
                    tip.insert(end.path.clone(), vec![whole]);
                }
            }
        }
        for index in (0..n).rev() {
            let here = std::mem::take(&mut open[index]);
            let mut give = |parent: usize, path: &RepoPath, runs: Vec<Run>| {
                let parent = self.history.parents[index].get(parent);
                let inner = parent.and_then(|at| at.checked_sub(self.first));
                if let Some(inner) = inner.filter(|_| !runs.is_empty()) {
                    let open: &mut Open = &mut open[inner as usize];
                    open.entry(path.clone()).or_default().extend(runs);
                }
            };
            let change = &self.history.changes[index];
            for (path, runs) in here {
                let touched = change.files.binary_search_by(|file| file.path.cmp(&path));
                let Ok(file) = touched.map(|at| &change.files[at]) else {
                    give(0, &path, runs);
                    continue;
                };
                if !change.is_merge() {
                    found[index].seen.extend(stretches(&path, &runs));
                }
                let written = follow(file, runs, &mut give);
                found[index].written.extend(stretches(&path, &written));
            }
        }
        found
    }
}

/// Gives the lines of a file that a commit touched to its parents; returns those that it wrote.
fn follow(
    file: &FileChange,
    runs: Vec<Run>,
    give: &mut dyn FnMut(usize, &RepoPath, Vec<Run>),
) -> Vec<Run> {
    let others = || file.other_parents.iter().zip(1..);
    for (other, parent) in others() {
        if let OtherParent::Same { path } = other {
            give(parent, path, runs);
            return Vec::new();
        }
    }
    let (path, hunks) = match &file.trace {
        Some(trace) => (&trace.path, &trace.edit.hunks),
        // Nothing is known about the lines of what was not text.
        None if file.kind != FileKind::Text => return Vec::new(),
        None => (file.source_path(), &file.edit.hunks),
    };
    let (unchanged, mut rest) = part(&runs, hunks);
    give(0, path, unchanged);
    for (other, parent) in others() {
        if let OtherParent::Differs { path, edit } = other {
            let (unchanged, others) = part(&rest, &edit.hunks);
            give(parent, path, unchanged);
            rest = others;
        }
    }
    rest
}

/// Parts lines of a new version into those outside hunks, with their numbers in the old version, and those inside.
fn part(runs: &[Run], hunks: &[Hunk]) -> (Vec<Run>, Vec<Run>) {
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    for run in runs {
        let (mut line, end) = (run.line, run.line + run.len);
        let mut next = hunks.partition_point(|hunk| hunk.new_start + hunk.new_len <= line);
        while line < end {
            let before = next.checked_sub(1).map(|at| hunks[at]);
            let old = before.map_or(line, |hunk| {
                hunk.old_start + hunk.old_len + (line - hunk.new_start - hunk.new_len)
            });
            let until = hunks
                .get(next)
                .map_or(end, |hunk| hunk.new_start.clamp(line, end));
            if until > line {
                outside.push(run.part(line, until, old));
                line = until;
            }
            if let Some(hunk) = hunks.get(next).filter(|_| line < end) {
                let until = (hunk.new_start + hunk.new_len).min(end);
                if until > line {
                    inside.push(run.part(line, until, line));
                    line = until;
                }
            }
            next += 1;
        }
    }
    (outside, inside)
}

fn stretches<'a>(path: &'a RepoPath, runs: &'a [Run]) -> impl Iterator<Item = Stretch> + 'a {
    runs.iter().map(|run| Stretch {
        path: path.clone(),
        line: run.line,
        file: run.file,
        at: run.at,
        len: run.len,
    })
}

#[cfg(test)]
mod tests {
    use super::{Run, part};
    use risk_change::Hunk;

    #[test]
    fn lines_are_parted_at_hunks() {
        // Old a b c d e f g; new a X Y c e f Z: b became X Y, d went, g became Z.
        let hunks = [(1, 1, 1, 2), (3, 1, 4, 0), (6, 1, 6, 1)].map(|(old, gone, new, come)| Hunk {
            old_start: old,
            old_len: gone,
            new_start: new,
            new_len: come,
        });
        let run = |line, at, len| Run {
            line,
            file: 0,
            at,
            len,
        };
        let told = |runs: Vec<Run>| -> Vec<(u32, u32, u32)> {
            runs.iter().map(|run| (run.line, run.at, run.len)).collect()
        };
        let (outside, inside) = part(&[run(0, 10, 7)], &hunks);
        assert_eq!(told(outside), [(0, 10, 1), (2, 13, 1), (4, 14, 2)]);
        assert_eq!(told(inside), [(1, 11, 2), (6, 16, 1)]);
        let (outside, inside) = part(&[run(2, 5, 1), run(4, 9, 1)], &hunks);
        assert_eq!(
            (told(outside), told(inside)),
            (vec![(4, 9, 1)], vec![(2, 5, 1)])
        );
        let (outside, inside) = part(&[run(3, 0, 2)], &[]);
        assert_eq!((told(outside), told(inside).len()), (vec![(3, 0, 2)], 0));
    }
}
