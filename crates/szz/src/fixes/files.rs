//! Changes that are no fix by the files they touch, whatever they say.

use super::{Evidence, NotFix};
use risk_change::{Change, FileChange, FileKind, FileStatus, LineClass};
use risk_source::{Language, is_build, is_docs, is_test};

/// Why the files of a change exclude it, if they do.
///
/// A change of build files alone is excluded only if its evidence is weak: a revert of such a change, or one
/// that names what it repairs, stands.
pub(super) fn excluded(change: &Change, strongest: Evidence) -> Option<NotFix> {
    if change.is_empty() {
        return Some(NotFix::Empty);
    }
    let is_weak = strongest >= Evidence::Conventional;
    let all = |is: &dyn Fn(&FileChange) -> bool| change.files.iter().all(is);
    let docs = |file: &FileChange| is_docs(&file.path);
    let test = |file: &FileChange| is_test(&file.path);
    let build = |file: &FileChange| is_build(&file.path);
    if all(&docs) {
        return Some(NotFix::OnlyDocs);
    }
    if all(&test) {
        return Some(NotFix::OnlyTests);
    }
    if is_weak && all(&build) {
        return Some(NotFix::OnlyBuild);
    }
    if all(&|file| docs(file) || test(file) || is_weak && build(file)) {
        return Some(NotFix::OnlySupport);
    }
    // At least one file is left here.
    all(&|file| docs(file) || test(file) || is_cosmetic(file)).then_some(NotFix::OnlyCosmetic)
}

/// Whether lines of a file change, but no code.
///
/// A line that was only re-spaced counts as code where white space has a meaning: such a change can be a fix.
fn is_cosmetic(file: &FileChange) -> bool {
    let edit = &file.edit;
    if file.kind != FileKind::Text
        || edit.hunks.is_empty()
        || !matches!(file.status, FileStatus::Modified | FileStatus::Renamed)
    {
        return false;
    }
    let has_meaning = matches!(
        Language::of(&file.path),
        Some(
            Language::Python
                | Language::Haskell
                | Language::Elm
                | Language::FSharp
                | Language::Nim
                | Language::Make
                | Language::Yaml
        )
    );
    let shape = &edit.shape;
    let added_code = edit.added()
        - edit
            .added()
            .min(u64::from(shape.added_comments) + u64::from(shape.added_blanks));
    let mut respaced = edit.respaced.iter().map(|&(old, _)| old).peekable();
    let mut respaced_code = 0;
    for (line, class) in edit.deleted_lines() {
        let is_respaced = respaced.next_if(|&old| old == line).is_some();
        if class == LineClass::Code {
            if !is_respaced || has_meaning {
                return false;
            }
            respaced_code += 1;
        }
    }
    added_code == respaced_code
}
