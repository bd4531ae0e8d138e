//! What the files of a change say to the rules, short enough to be kept beside its message.

use risk_change::{
    Author, Change, ChangeId, Edit, FileChange, FileKind, FileStatus, Hunk, LineClass, RepoPath,
    Shape, Timestamp,
};
use risk_szz::{Explanation, FixRules, NotFix};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What happened to a file, as far as it matters to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// It changed.
    Lines,
    /// Only comments, blank lines and white space without a meaning changed.
    Cosmetic,
    /// Only its mode changed.
    Mode,
}

/// A file of a change: its path, and what happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File(pub String, pub Mark);

impl File {
    /// A file of code.
    pub(super) fn any() -> Self {
        Self("a.c".to_owned(), Mark::Lines)
    }
}

/// What the files of a change say. Of documentation and tests it is not asked whether they change in comments alone:
/// nothing depends on it.
pub(super) fn of(rules: &FixRules, change: &Change) -> Vec<File> {
    let mut alone = change.clone();
    alone.parents.truncate(1);
    "fix".clone_into(&mut alone.message);
    let mark = |file: &FileChange| {
        if file.status == FileStatus::ModeChanged {
            return Mark::Mode;
        }
        alone.files = vec![file.clone()];
        match rules.explain(&alone) {
            Explanation::NotFix {
                reason: NotFix::OnlyCosmetic,
                ..
            } => Mark::Cosmetic,
            _ => Mark::Lines,
        }
    };
    let marks: Vec<Mark> = change.files.iter().map(mark).collect();
    let paths = change.files.iter().map(|file| file.path.to_text());
    paths
        .zip(marks)
        .map(|(path, mark)| File(path.into_owned(), mark))
        .collect()
}

/// A change that says the same to the rules.
pub(super) fn change(id: ChangeId, message: &str, files: &[File]) -> Change {
    Change {
        id,
        parents: vec![id],
        author: Author {
            name: "".into(),
            email: "".into(),
        },
        authored_at: Timestamp(0),
        committed_at: Timestamp(0),
        message: message.to_owned(),
        files: files.iter().map(file).collect(),
    }
}

/// One line in place of another: of code, or of comment.
fn file(File(path, mark): &File) -> FileChange {
    let is_cosmetic = *mark == Mark::Cosmetic;
    let edit = Edit {
        hunks: vec![Hunk {
            old_start: 1,
            old_len: 1,
            new_start: 1,
            new_len: 1,
        }],
        deleted: vec![if is_cosmetic {
            LineClass::Comment
        } else {
            LineClass::Code
        }],
        respaced: Vec::new(),
        shape: Shape {
            added_comments: u32::from(is_cosmetic),
            ..Shape::default()
        },
    };
    FileChange {
        path: RepoPath::from(path.as_str()),
        old_path: None,
        status: if *mark == Mark::Mode {
            FileStatus::ModeChanged
        } else {
            FileStatus::Modified
        },
        kind: FileKind::Text,
        old_lines: 1,
        new_lines: 1,
        edit: Arc::new(edit),
        other_parents: Vec::new(),
        trace: None,
    }
}
