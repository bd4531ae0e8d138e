//! Groups of changed lines, moved to where a reader expects them.
//!
//! A group of changed lines can move down by a line if its first line equals the one after it, and up if its
//! last line equals the one before it; the versions stay the same. Git joins groups that meet on the way,
//! prefers places where the other version has changes too, and else takes the place that
//! [`super::indent`] likes best. Source: `xdl_change_compact` in git's `xdiff/xdiffi.c`.

use super::indent::best_end;
use super::marks::Marks;
use crate::text::Token;

/// The lines of a version.
pub(super) struct Text<'a, F> {
    pub(super) tokens: &'a [Token],
    /// Columns that a line is indented; nothing if it is blank.
    pub(super) indent: F,
}

/// The changed lines from `start` up to `end`, with an unchanged line on both sides.
///
/// Between any two unchanged lines there is a group, mostly an empty one. So the groups of two versions
/// correspond: as many unchanged lines are before the n-th of either.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
}

impl Group {
    fn from(start: usize, marks: &Marks) -> Self {
        Self {
            start,
            end: marks.run_end(start),
        }
    }

    fn is_empty(self) -> bool {
        self.start == self.end
    }

    fn len(self) -> usize {
        self.end - self.start
    }

    fn next(self, marks: &Marks) -> Self {
        Self::from(self.end + 1, marks)
    }

    fn previous(self, marks: &Marks) -> Self {
        let end = self.start - 1;
        let mut start = end;
        while start > 0 && marks.is_changed(start - 1) {
            start -= 1;
        }
        Self { start, end }
    }

    /// Moves down by a line, taking in a group that it meets.
    fn slide_down(&mut self, tokens: &[Token], marks: &mut Marks) -> bool {
        if self.end == tokens.len() || tokens[self.start] != tokens[self.end] {
            return false;
        }
        marks.unset(self.start);
        marks.set(self.end);
        self.start += 1;
        self.end = marks.run_end(self.end + 1);
        true
    }

    /// Moves up by a line, taking in a group that it meets.
    fn slide_up(&mut self, tokens: &[Token], marks: &mut Marks) -> bool {
        if self.start == 0 || tokens[self.start - 1] != tokens[self.end - 1] {
            return false;
        }
        self.start -= 1;
        self.end -= 1;
        marks.set(self.start);
        marks.unset(self.end);
        while self.start > 0 && marks.is_changed(self.start - 1) {
            self.start -= 1;
        }
        true
    }
}

/// Moves the groups of one version to their places, in view of those of the other.
pub(super) fn settle<F: Fn(Token) -> Option<u32>>(
    text: &Text<'_, F>,
    marks: &mut Marks,
    other_marks: &Marks,
) {
    let first = marks.first().min(other_marks.first());
    let mut group = Group::from(first, marks);
    let mut other = Group::from(first, other_marks);
    loop {
        if !group.is_empty() {
            settle_group(text, marks, other_marks, &mut group, &mut other);
        }
        let Some(next) = marks.next(group.end) else {
            return;
        };
        // The unchanged lines in between correspond to those of the other version.
        let mut steps = next - group.end;
        group = Group::from(next, marks);
        while steps > 0 {
            let from = other.end + 1;
            let clean = other_marks
                .next(from)
                .map_or(steps - 1, |at| (at - from).min(steps - 1));
            other = Group::from(from + clean, other_marks);
            steps -= clean + 1;
        }
    }
}

fn settle_group<F: Fn(Token) -> Option<u32>>(
    text: &Text<'_, F>,
    marks: &mut Marks,
    other_marks: &Marks,
    group: &mut Group,
    other: &mut Group,
) {
    let tokens = text.tokens;
    let (highest, meets_other) = loop {
        let len = group.len();
        while group.slide_up(tokens, marks) {
            *other = other.previous(other_marks);
        }
        let highest = group.end;
        let mut meets_other = !other.is_empty();
        while group.slide_down(tokens, marks) {
            *other = other.next(other_marks);
            meets_other |= !other.is_empty();
        }
        // A group that has grown may move further.
        if group.len() == len {
            break (highest, meets_other);
        }
    };
    if group.end == highest {
        return;
    }
    let end = if meets_other {
        highest
    } else {
        let indent = |line: usize| (text.indent)(tokens[line]);
        best_end(tokens.len(), highest, group.end, group.len(), indent)
    };
    // With changes of the other version in reach, the lowest place that has some.
    while group.end > end && (other.is_empty() || !meets_other) {
        if !group.slide_up(tokens, marks) {
            debug_assert!(false, "a group that slid down slides up again");
            return;
        }
        *other = other.previous(other_marks);
    }
}
