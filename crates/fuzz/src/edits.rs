//! Differences of two versions.

use crate::parts;
use risk_change::{Edit, FileKind, LineClass, RepoPath};
use risk_history::fuzzed::{self, Nothing};
use std::cell::LazyCell;
use tempfile::TempDir;

/// A path and two versions of a file: what was compared must lead from one to the other.
pub(crate) fn lines(input: &[u8]) {
    thread_local! {
        static NOTHING: LazyCell<(TempDir, Nothing)> = LazyCell::new(|| {
            let folder = crate::kept::folder();
            let nothing = Nothing::new(folder.path());
            (folder, nothing)
        });
    }
    let [path, old, new] = parts(input);
    let path = RepoPath::new(path);
    let compared = NOTHING.with(|it| it.1.compare(&path, old, new));
    if compared.kind != FileKind::Text {
        return;
    }
    let (before, after) = (fuzzed::lines(old, new), fuzzed::lines(new, old));
    assert_eq!(before.concat(), old, "lines are not the text");
    assert_eq!(after.concat(), new, "lines are not the text");
    assert_eq!(compared.n_lines, [before.len() as u32, after.len() as u32]);
    leads(&compared.edit, &before, &after);
    leads(&compared.blamed, &before, &after);
    let edit = &compared.edit;
    assert_eq!(edit.deleted.len() as u64, edit.removed());
    let shape = edit.shape;
    let n_told = [
        shape.added_comments,
        shape.added_blanks,
        shape.added_conditionals,
    ];
    assert!(n_told.iter().all(|&n| u64::from(n) <= edit.added()));
    let code = edit
        .deleted
        .iter()
        .filter(|class| **class == LineClass::Code);
    assert!(shape.deleted_conditionals as usize <= code.count());
    // Backwards other lines may be found, but again an edit that leads there.
    let back = NOTHING.with(|it| it.1.compare(&path, new, old));
    leads(&back.edit, &after, &before);
}

/// Hunks are in order and apart, replace lines that are there, and make the new lines of the old ones.
fn leads(edit: &Edit, before: &[&[u8]], after: &[&[u8]]) {
    let mut made: Vec<&[u8]> = Vec::new();
    let mut at = 0;
    for (number, hunk) in edit.hunks.iter().enumerate() {
        let [old, new] = [
            (hunk.old_start, hunk.old_len),
            (hunk.new_start, hunk.new_len),
        ]
        .map(|(start, len)| start as usize..start as usize + len as usize);
        assert!(hunk.old_len + hunk.new_len > 0, "an empty hunk");
        assert!(
            old.start > at || number == 0,
            "hunks touch, or are out of order"
        );
        made.extend_from_slice(&before[at..old.start]);
        assert_eq!(made.len(), new.start, "a hunk is not where it says");
        made.extend_from_slice(&after[new]);
        at = old.end;
    }
    made.extend_from_slice(&before[at..]);
    assert!(made == after, "the edit does not lead to the new version");
    let mut last = None;
    for &(old, new) in &edit.respaced {
        let inside = |hunk: &&risk_change::Hunk| {
            let [old, new] = [
                (old, hunk.old_start, hunk.old_len),
                (new, hunk.new_start, hunk.new_len),
            ]
            .map(|(at, start, len)| (start..start + len).contains(&at));
            old && new
        };
        assert!(
            edit.hunks.iter().any(|hunk| inside(&hunk)),
            "respaced outside of hunks"
        );
        let pair = (old, new);
        assert!(
            last.is_none_or(|(a, b)| a < old && b < new),
            "respaced out of order"
        );
        let texts = [before[old as usize], after[new as usize]];
        assert!(risk_source::equal_ignoring_space(texts[0], texts[1]));
        last = Some(pair);
    }
}

/// Two files that may be one.
pub(crate) fn similarity(input: &[u8]) {
    let [one, other] = parts(input);
    let [there, back] = fuzzed::similarity(one, other);
    assert_eq!(there, back);
    assert!((0.0..=1.0).contains(&there));
    if one == other && !one.is_empty() {
        // In text the CR of a line end does not count.
        let counted = one.windows(2).filter(|pair| *pair == b"\r\n").count();
        assert!(there > 0.999 || counted > 0);
    }
}
