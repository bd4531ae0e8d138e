//! The lines of one file from one version to the next.

use super::{Lines, UNKNOWN, Whitespace};
use risk_change::{Edit, Hunk, Position};
use std::sync::Arc;

/// `n` lines of unknown origin.
pub(super) fn unknown(n: u32) -> Lines {
    Arc::from(vec![UNKNOWN; n as usize])
}

/// Gives each line that an edit left alone, and that is still `own`, the origin it had before.
///
/// `new` are the lines of the new version, `own` the position of the change itself. Called once a parent,
/// in their order, so that the first parent that has a line decides. `false` if the edit does not fit the
/// two versions, which then are left half done.
pub(super) fn carry(
    new: &mut [Position],
    own: Position,
    old: &[Position],
    edit: &Edit,
    whitespace: Whitespace,
) -> bool {
    let (mut old_at, mut new_at) = (0, 0);
    for hunk in &edit.hunks {
        let (old_start, new_start) = (hunk.old_start as usize, hunk.new_start as usize);
        let kept = old.get(old_at..old_start);
        let Some((kept, room)) = kept.zip(new.get_mut(new_at..new_start)) else {
            return false;
        };
        if !give(room, own, kept) {
            return false;
        }
        old_at = old_start + hunk.old_len as usize;
        new_at = new_start + hunk.new_len as usize;
    }
    let Some((kept, room)) = old.get(old_at..).zip(new.get_mut(new_at..)) else {
        return false;
    };
    if !give(room, own, kept) {
        return false;
    }
    if whitespace == Whitespace::Ignored {
        for &(old_line, new_line) in &edit.respaced {
            let origin = old.get(old_line as usize);
            let Some((line, &origin)) = new.get_mut(new_line as usize).zip(origin) else {
                return false;
            };
            if *line == own {
                *line = origin;
            }
        }
    }
    true
}

fn give(room: &mut [Position], own: Position, kept: &[Position]) -> bool {
    if room.len() != kept.len() {
        return false;
    }
    for (line, &origin) in room.iter_mut().zip(kept) {
        if *line == own {
            *line = origin;
        }
    }
    true
}

/// As [`carry`], and also gives each new line the origin of its old line in the same hunk.
///
/// Re-spaced pairs first; between two of them (or the ends of the hunk) lines are paired in order, and new
/// lines that are left over keep what `new` holds: the position of the ignored change. `false` as above.
pub(super) fn pass_through(new: &mut [Position], old: &[Position], edit: &Edit) -> bool {
    let Some(&own) = new.first() else {
        return true; // The file became empty.
    };
    if !carry(new, own, old, edit, Whitespace::Ignored) {
        return false;
    }
    let mut pairs = edit.respaced.iter().copied().peekable();
    for &Hunk {
        old_start,
        old_len,
        new_start,
        new_len,
    } in &edit.hunks
    {
        let ends = (old_start + old_len, new_start + new_len);
        let mut at = (old_start, new_start);
        while at != ends {
            let pair = pairs.next_if(|&(old_line, _)| old_line < ends.0);
            let until = pair.unwrap_or(ends);
            for (old_line, new_line) in (at.0..until.0).zip(at.1..until.1) {
                new[new_line as usize] = old[old_line as usize];
            }
            at = pair.map_or(ends, |(old_line, new_line)| (old_line + 1, new_line + 1));
        }
    }
    true
}
