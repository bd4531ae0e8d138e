//! Which lines of a fixing change are traced.

use crate::Variant;
use risk_change::{FileChange, FileKind, FileStatus, LineClass};
use risk_source::{Language, is_docs, is_test};

/// Whether a variant traces the deleted lines of a file.
///
/// Source code that was there before: its language (by the old path) is known and
/// [is code](Language::is_code), and it is no documentation. All variants but [`Variant::B`] leave test code
/// out, for a test that is adapted says nothing about where the fault came from.
pub fn is_traced(variant: Variant, file: &FileChange) -> bool {
    is_source(file) && (variant == Variant::B || !is_test(file.source_path()))
}

/// Whether a file is source code that was there before, tests included.
pub(crate) fn is_source(file: &FileChange) -> bool {
    let path = file.source_path();
    matches!(file.kind, FileKind::Text | FileKind::Unread)
        && !matches!(file.status, FileStatus::Added | FileStatus::ModeChanged)
        && Language::of(path).is_some_and(Language::is_code)
        && !is_docs(path)
}

/// The deleted lines that a variant traces, as ascending line numbers of the old version.
///
/// All for [`Variant::B`]; else those that are code and not only re-spaced.
pub(crate) fn traced_lines(variant: Variant, file: &FileChange) -> impl Iterator<Item = u32> + '_ {
    let mut respaced = file.edit.respaced.iter().map(|&(old, _)| old).peekable();
    file.edit.deleted_lines().filter_map(move |(line, class)| {
        while respaced.peek().is_some_and(|&old| old < line) {
            respaced.next();
        }
        let is_kept = variant == Variant::B
            || class == LineClass::Code && respaced.peek().is_none_or(|&old| old != line);
        is_kept.then_some(line)
    })
}
