//! Changes made by hand, for tests.

use risk_change::{
    Author, Change, ChangeId, Edit, FileChange, FileKind, FileStatus, Hunk, LineClass, RepoPath,
    Shape, Timestamp,
};
use std::sync::Arc;

pub(crate) const DAY: i64 = 86_400;

pub(crate) fn author(name: &str) -> Author {
    Author {
        name: name.into(),
        email: format!("{name}@example.org").into(),
    }
}

pub(crate) fn change(files: &[FileChange]) -> Change {
    Change {
        id: ChangeId::from_bytes(&[0; 20]).unwrap(),
        parents: Vec::new(),
        author: author("ann"),
        authored_at: Timestamp(0),
        committed_at: Timestamp(0),
        message: String::new(),
        files: files.to_vec(),
    }
}

pub(crate) fn at(day: i64, files: &[FileChange]) -> Change {
    Change {
        committed_at: Timestamp(day * DAY),
        ..change(files)
    }
}

/// A modified text file with one hunk of `added` and `deleted` lines.
pub(crate) fn file(path: &str, added: u32, deleted: u32) -> FileChange {
    shaped(path, added, deleted, Shape::default())
}

pub(crate) fn shaped(path: &str, added: u32, deleted: u32, shape: Shape) -> FileChange {
    let hunk = Hunk {
        old_start: 0,
        old_len: deleted,
        new_start: 0,
        new_len: added,
    };
    FileChange {
        path: RepoPath::from(path),
        old_path: None,
        status: FileStatus::Modified,
        kind: FileKind::Text,
        old_lines: 0,
        new_lines: 0,
        edit: Arc::new(Edit {
            hunks: if added + deleted == 0 {
                Vec::new()
            } else {
                vec![hunk]
            },
            deleted: vec![LineClass::Code; deleted as usize],
            respaced: Vec::new(),
            shape,
        }),
        other_parents: Vec::new(),
        trace: None,
    }
}

pub(crate) fn added(path: &str, lines: u32) -> FileChange {
    FileChange {
        status: FileStatus::Added,
        ..file(path, lines, 0)
    }
}

pub(crate) fn renamed(from: &str, to: &str) -> FileChange {
    FileChange {
        status: FileStatus::Renamed,
        old_path: Some(RepoPath::from(from)),
        ..file(to, 0, 0)
    }
}
