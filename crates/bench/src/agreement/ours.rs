//! Where a line comes from, one step at a time, by what was read.
//!
//! It says of one line what the fold of `risk-szz` does with all: written apart from it on purpose, so that
//! the two can be compared.

use risk_change::{Edit, FileChange, FileKind, FileStatus, OtherParent, Position, RepoPath};
use risk_history::History;

/// A line of a file as it stands at a commit; lines count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The commit.
    pub commit: Position,
    /// The file.
    pub path: RepoPath,
    /// The line.
    pub line: u32,
}

/// What a commit did with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It wrote it.
    Own,
    /// It took it from its n-th parent, counted from 0.
    Parent {
        /// Which parent.
        nth: usize,
        /// The file there.
        path: RepoPath,
        /// The line there.
        line: u32,
    },
    /// It has a version without lines before it.
    Unknown,
}

/// Goes back to the commit that last touched the file, along first parents: the commits between leave it alone.
pub fn last_touched(history: &History, at: &At) -> Option<(At, FileChange)> {
    let mut commit = at.commit;
    loop {
        let files = &history.changes[commit as usize].files;
        if let Ok(found) = files.binary_search_by(|file| file.path.cmp(&at.path)) {
            let file = &files[found];
            let at = At {
                commit,
                ..at.clone()
            };
            return (file.status != FileStatus::Deleted).then(|| (at, file.clone()));
        }
        commit = *history.parents[commit as usize].first()?;
    }
}

/// What a commit did with a line of one of its files.
pub fn step(file: &FileChange, line: u32) -> Step {
    if file.status == FileStatus::ModeChanged && file.kind != FileKind::Unread {
        return from(0, &file.path, line);
    }
    for (k, other) in file.other_parents.iter().enumerate() {
        // A first parent that has the very lines at another path comes before others that have them so.
        if let OtherParent::Same { path } = other
            && (*path == file.path || !is_moved(file))
        {
            return from(k + 1, path, line);
        }
    }
    let is_merge = !file.other_parents.is_empty();
    let source = file.source_path();
    match file.kind {
        FileKind::Binary if file.trace.is_some() => {}
        FileKind::Binary | FileKind::Unread => return Step::Unknown,
        FileKind::Submodule if is_merge || !file.edit.hunks.is_empty() => return Step::Own,
        FileKind::Submodule | FileKind::Text => {}
    }
    let (source, edit) = match &file.trace {
        Some(trace) => (Some(&trace.path), &trace.edit),
        None => (
            (file.status != FileStatus::Added).then_some(source),
            &file.edit,
        ),
    };
    if let Some(source) = source
        && let Some(line) = kept(edit, line)
    {
        return from(0, source, line);
    }
    for (k, other) in file.other_parents.iter().enumerate() {
        if let OtherParent::Differs { path, edit } = other
            && let Some(line) = kept(edit, line)
        {
            return from(k + 1, path, line);
        }
    }
    Step::Own
}

fn is_moved(file: &FileChange) -> bool {
    let (edit, old, new) = match &file.trace {
        Some(trace) => (&trace.edit, trace.old_lines, trace.new_lines),
        None if file.old_path.is_none() => return false,
        None => (&file.edit, file.old_lines, file.new_lines),
    };
    edit.hunks.is_empty() && old == new && new > 0
}

/// The files of the parents that lines of this one can come from, by parent.
pub fn sources(file: &FileChange) -> Vec<(usize, RepoPath)> {
    let traced = file.trace.as_ref().map(|trace| (0, trace.path.clone()));
    let first = traced
        .or_else(|| (file.status != FileStatus::Added).then(|| (0, file.source_path().clone())));
    let others = file.other_parents.iter().enumerate();
    let others = others.filter_map(|(k, other)| match other {
        OtherParent::Absent => None,
        OtherParent::Same { path }
        | OtherParent::Unlike { path }
        | OtherParent::Differs { path, .. } => Some((k + 1, path.clone())),
    });
    first.into_iter().chain(others).collect()
}

fn from(nth: usize, path: &RepoPath, line: u32) -> Step {
    Step::Parent {
        nth,
        path: path.clone(),
        line,
    }
}

/// Where a line of the new version was in the old one, if the edit left it alone.
fn kept(edit: &Edit, line: u32) -> Option<u32> {
    let before = edit.hunks.partition_point(|hunk| hunk.new_start <= line);
    let Some(hunk) = before.checked_sub(1).map(|at| edit.hunks[at]) else {
        return Some(line);
    };
    let end = hunk.new_start + hunk.new_len;
    (line >= end).then(|| line - end + hunk.old_start + hunk.old_len)
}

#[cfg(test)]
mod tests {
    use super::kept;
    use risk_change::{Edit, Hunk};

    #[test]
    fn lines_outside_of_hunks_are_shifted_and_those_inside_are_new() {
        let hunk = |old_start, old_len, new_start, new_len| Hunk {
            old_start,
            old_len,
            new_start,
            new_len,
        };
        let edit = Edit {
            // One line for two after the first, one line gone after the fourth.
            hunks: vec![hunk(1, 1, 1, 2), hunk(3, 1, 4, 0)],
            ..Edit::default()
        };
        let old: Vec<Option<u32>> = (0..6).map(|line| kept(&edit, line)).collect();
        assert_eq!(old, [Some(0), None, None, Some(2), Some(4), Some(5)]);
    }
}
