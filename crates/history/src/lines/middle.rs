//! The lines between those that both versions begin and end with.

use super::discard::many_partners;
use crate::text::{Token, Version, shared_prefix, shared_suffix};
use std::ops::Range;

/// Where two versions differ, and what is left out of the comparison.
pub(super) struct Differing {
    /// All lines before the ranges are equal, and all lines after them.
    pub(super) ranges: [Range<usize>; 2],
    /// Lines of the shared end that git does not look at for blame.
    pub(super) end: usize,
}

impl Differing {
    pub(super) fn between(old: &Version<'_>, new: &Version<'_>) -> Self {
        let equal = shared_suffix(&old.tokens, &new.tokens);
        let end = unseen_end(old, new, equal);
        let short = [old, new].map(|version| &version.tokens[..version.tokens.len() - end]);
        let start = shared_prefix(short[0], short[1]);
        let shorter = short[0].len().min(short[1].len());
        let equal = (equal - end).min(shorter - start);
        let ranges = short.map(|tokens| start..tokens.len() - equal);
        Self { ranges, end }
    }
}

/// Lines at the end that git does not compare for blame: those after the first line end within the blocks
/// of 1,024 bytes that both versions end with; `equal` lines at the end are equal.
///
/// Source: `trim_common_tail` in git's `xdiff-interface.c`.
fn unseen_end(old: &Version<'_>, new: &Version<'_>, equal: usize) -> usize {
    const BLOCK: usize = 1_024;
    let n_old = old.tokens.len();
    let before = |version: &Version<'_>| version.starts[version.tokens.len() - equal] as usize;
    let in_lines = old.data.len() - before(old);
    // The lines before these differ, but may end alike.
    let alike = shared_suffix(&old.data[..before(old)], &new.data[..before(new)]);
    let shared = (in_lines + alike) / BLOCK * BLOCK;
    let from = old.data.len() - shared;
    let Some(end) = memchr::memchr(b'\n', &old.data[from..]) else {
        return 0;
    };
    let starts = &old.starts[..n_old];
    n_old - starts.partition_point(|&start| (start as usize) <= from + end)
}

/// Tokens for which memory is kept from path to path.
const KEPT_TOKENS: usize = 1 << 16;

/// The lines where two versions differ, each known by its number among the distinct ones.
#[derive(Default)]
pub(super) struct Middle {
    /// The lines of the old and of the new version.
    pub(super) lines: [Vec<u32>; 2],
    pub(super) distinct: Vec<Distinct>,
    /// For each token its number plus 1, and 0 for a token that is not in the middle.
    numbers: Vec<u32>,
}

/// How often a line of the middle occurs, and where.
pub(super) struct Distinct {
    pub(super) token: Token,
    /// In the middle of the old and of the new version.
    pub(super) inside: [u32; 2],
    /// In the lines around the middle, which both versions share.
    pub(super) around: u32,
    /// Of those, in the shared end that is left out for blame.
    pub(super) in_end: u32,
}

impl Middle {
    /// Forgets all tokens.
    pub(super) fn clear(&mut self) {
        self.forget_distinct();
        self.numbers.truncate(KEPT_TOKENS);
        self.numbers.shrink_to(KEPT_TOKENS);
    }

    fn forget_distinct(&mut self) {
        for distinct in self.distinct.drain(..) {
            self.numbers[distinct.token as usize] = 0;
        }
    }

    /// Takes up a middle, and says whether any line of it is in both versions.
    pub(super) fn take(&mut self, tokens: [&[Token]; 2], n_tokens: usize) -> bool {
        self.forget_distinct();
        if self.numbers.len() < n_tokens {
            self.numbers.resize(n_tokens, 0);
        }
        let mut have_partners = false;
        for side in [0, 1] {
            self.lines[side].clear();
            for &token in tokens[side] {
                let number = &mut self.numbers[token as usize];
                if *number == 0 {
                    self.distinct.push(Distinct {
                        token,
                        inside: [0; 2],
                        around: 0,
                        in_end: 0,
                    });
                    *number = self.distinct.len() as u32;
                }
                let line = *number - 1;
                let inside = &mut self.distinct[line as usize].inside;
                inside[side] += 1;
                have_partners |= inside[0] > 0 && side == 1;
                self.lines[side].push(line);
            }
        }
        have_partners
    }

    /// Whether it matters how many lines of the middle are in the shared end; `around` must be known.
    ///
    /// It does not for a line that has few partners even with those in the end and one without, nor for a
    /// line that has many without. `n_lines` are those of the versions without the end.
    pub(super) fn needs_end(&self, n_lines: [usize; 2]) -> bool {
        let many = n_lines.map(many_partners);
        self.distinct.iter().any(|it| {
            [0, 1].into_iter().any(|side| {
                let least = it.inside[1 - side];
                let is_few = least > 0 && least + it.around < many[side];
                let is_many = least >= many[side];
                it.inside[side] > 0 && it.around > 0 && !is_few && !is_many
            })
        })
    }

    /// Counts the lines of the middle in the last `end` lines, where both versions are equal.
    ///
    /// `tokens` are those of a version in which the middle is at `range`. What is shorter is looked through:
    /// the end, or the rest of the lines around the middle.
    pub(super) fn count_end(&mut self, tokens: &[Token], range: &Range<usize>, end: usize) {
        let (rest, in_end) = tokens.split_at(tokens.len() - end);
        if in_end.len() <= range.start + rest.len() - range.end {
            self.count_in(in_end);
        } else {
            self.count_in(&rest[..range.start]);
            self.count_in(&rest[range.end..]);
            for distinct in &mut self.distinct {
                distinct.in_end = distinct.around - distinct.in_end;
            }
        }
    }

    fn count_in(&mut self, tokens: &[Token]) {
        for &token in tokens {
            let number = self.numbers[token as usize];
            if number > 0 {
                self.distinct[number as usize - 1].in_end += 1;
            }
        }
    }
}
