//! Which lines of a version are changed.

use risk_change::Hunk;
use std::ops::Range;

/// One flag a line. Between two comparisons all flags are down, so that none needs to look at all lines.
#[derive(Default)]
pub(super) struct Marks {
    /// 1 for a changed line; bytes, so that the next change is found by `memchr`. One more than lines.
    flags: Vec<u8>,
    /// All changed lines are in here.
    span: Range<usize>,
}

/// Flags kept when a comparison is over, in bytes.
const KEPT: usize = 1 << 20;

impl Marks {
    /// Begins a version of `n_lines`; its changes start at `first`.
    pub(super) fn begin(&mut self, n_lines: usize, first: usize) {
        debug_assert!(!self.flags.contains(&1));
        if self.flags.len() <= n_lines {
            self.flags.resize(n_lines + 1, 0);
        }
        self.span = first..first;
    }

    /// Takes all marks back.
    pub(super) fn clear(&mut self) {
        if self.flags.len() > KEPT {
            self.flags = Vec::new();
        } else {
            self.flags[self.span.clone()].fill(0);
        }
    }

    /// The flags of a range, which may be changed from here on.
    pub(super) fn range(&mut self, range: &Range<usize>) -> &mut [u8] {
        self.span.start = self.span.start.min(range.start);
        self.span.end = self.span.end.max(range.end);
        &mut self.flags[range.clone()]
    }

    pub(super) fn set(&mut self, line: usize) {
        self.range(&(line..line + 1))[0] = 1;
    }

    pub(super) fn unset(&mut self, line: usize) {
        self.flags[line] = 0;
    }

    pub(super) fn is_changed(&self, line: usize) -> bool {
        self.flags[line] != 0
    }

    /// No line before this one is changed.
    pub(super) fn first(&self) -> usize {
        self.span.start
    }

    /// The next changed line, at or after `line`.
    pub(super) fn next(&self, line: usize) -> Option<usize> {
        let rest = self.flags.get(line..self.span.end)?;
        memchr::memchr(1, rest).map(|offset| line + offset)
    }

    /// The first line from `line` on that is not changed.
    pub(super) fn run_end(&self, line: usize) -> usize {
        let n_changed = self.flags[line..].iter().take_while(|&&flag| flag != 0);
        line + n_changed.count()
    }
}

/// The changed lines of two versions as hunks: between them, the unchanged lines are partners in order.
pub(super) fn hunks(old: &Marks, new: &Marks) -> Vec<Hunk> {
    let mut hunks = Vec::new();
    let (mut old_at, mut new_at) = {
        let first = old.first().min(new.first());
        (first, first)
    };
    loop {
        let gaps = [
            old.next(old_at).map(|at| at - old_at),
            new.next(new_at).map(|at| at - new_at),
        ];
        let Some(gap) = gaps.into_iter().flatten().min() else {
            return hunks;
        };
        let (old_start, new_start) = (old_at + gap, new_at + gap);
        (old_at, new_at) = (old.run_end(old_start), new.run_end(new_start));
        hunks.push(Hunk {
            old_start: old_start as u32,
            old_len: (old_at - old_start) as u32,
            new_start: new_start as u32,
            new_len: (new_at - new_start) as u32,
        });
    }
}
