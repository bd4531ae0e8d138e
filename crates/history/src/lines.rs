//! Line differences, to the line as git makes them.
//!
//! This reproduces `xdiff` as git 2.47 calls it for `git blame` and `git log --numstat`: Myers' algorithm
//! with git's shortcuts, and its indent heuristic. Numbers that hang on a difference, such as churn and who
//! wrote a line, are then those that people see in git.
//!
//! The steps, each a file: [`middle`] finds where two versions differ and how often the lines there occur;
//! lines with no partner or too many are left out ([`discard`]); the rest is searched for a short edit
//! ([`search`]); groups of changed lines are moved to where a reader expects them ([`slide`], [`indent`]).
//! All but the last look at the lines of the middle alone.
//!
//! Source: git's `xdiff/xprepare.c`, `xdiff/xdiffi.c` and `xdiff-interface.c`; E. W. Myers, "An O(ND)
//! Difference Algorithm and Its Variations", Algorithmica 1986. The reasons are in
//! `docs/design/line-differences.md`.

mod discard;
mod front;
mod indent;
mod marks;
mod middle;
mod search;
mod slide;
mod tally;

use crate::lexicon::Lexicon;
use crate::text::{Token, Version};
use discard::Kept;
use marks::Marks;
use middle::{Differing, Distinct, Middle};
use risk_change::Hunk;
use search::Search;
use slide::Text;
use std::ops::Range;
use std::rc::Rc;
use tally::Tally;

/// Compares versions of one path; it keeps its memory, and how often each line occurs in the last version.
#[derive(Default)]
pub(crate) struct Differ<'repo> {
    tally: Tally<'repo>,
    middle: Middle,
    kept: [Kept; 2],
    search: Search,
    marks: [Marks; 2],
    /// The same for the whole versions, where it must be known: the marks are those of the middle.
    whole_kept: [Kept; 2],
    whole_marks: [Vec<u8>; 2],
}

/// Diagonals of a search whose memory is kept for the next path.
const KEPT_DIAGONALS: usize = 1 << 16;

impl<'repo> Differ<'repo> {
    /// Begins another path: tokens mean other lines from here on.
    pub(crate) fn begin_path(&mut self) {
        self.tally.clear();
        self.middle.clear();
        self.search.shrink(KEPT_DIAGONALS);
    }

    /// The hunks as `git blame` sees them and, where those have other counts, as `git log --numstat` does.
    ///
    /// Git leaves out the end that both versions share when it compares without context, as for blame, and
    /// does not for counts. That moves hunks that could stand at several places. It may change the counts
    /// too, for what is rare and what is frequent is judged by all lines.
    pub(crate) fn hunks(
        &mut self,
        lexicon: &Lexicon,
        old: &Rc<Version<'repo>>,
        new: &Rc<Version<'repo>>,
    ) -> (Vec<Hunk>, Option<Vec<Hunk>>) {
        let Differing { ranges, end } = Differing::between(old, new);
        let whole = [&old.tokens[..], &new.tokens[..]];
        let short = whole.map(|tokens| &tokens[..tokens.len() - end]);
        for side in [0, 1] {
            self.marks[side].begin(whole[side].len(), ranges[side].start);
        }
        // With one side empty or nothing in common there is nothing to search.
        let is_simple = ranges.iter().any(Range::is_empty) || {
            let inside = [0, 1].map(|side| &short[side][ranges[side].clone()]);
            !self.middle.take(inside, lexicon.n_tokens())
        };
        let counted_otherwise = if is_simple {
            for side in [0, 1] {
                self.marks[side].range(&ranges[side]).fill(1);
            }
            false
        } else {
            self.count(lexicon, [old, new], &ranges, end);
            self.find([old, new].map(|it| it.tokens.len()), &ranges, end)
        };
        let blamed = self.settled(lexicon, short);
        let counted = counted_otherwise.then(|| {
            for side in [0, 1] {
                self.marks[side].begin(whole[side].len(), ranges[side].start);
                let marks = self.marks[side].range(&ranges[side]);
                marks.copy_from_slice(&self.whole_marks[side]);
            }
            self.settled(lexicon, whole)
        });
        (blamed, counted)
    }

    /// The hunks of what is marked, after groups were moved to where a reader expects them.
    fn settled(&mut self, lexicon: &Lexicon, tokens: [&[Token]; 2]) -> Vec<Hunk> {
        let indent = |token| indent::columns(lexicon.line(token));
        let text = |side: usize| Text {
            tokens: tokens[side],
            indent,
        };
        let [in_old, in_new] = &mut self.marks;
        slide::settle(&text(0), in_old, in_new);
        slide::settle(&text(1), in_new, in_old);
        let hunks = marks::hunks(in_old, in_new);
        in_old.clear();
        in_new.clear();
        hunks
    }

    /// Finds out how often the lines of the middle occur around it, and in the shared end.
    fn count(
        &mut self,
        lexicon: &Lexicon,
        versions: [&Rc<Version<'repo>>; 2],
        ranges: &[Range<usize>; 2],
        end: usize,
    ) {
        let counted = self.tally.count(versions, lexicon.n_tokens());
        for distinct in &mut self.middle.distinct {
            distinct.around = self.tally.of(distinct.token) - distinct.inside[counted];
        }
        let n_short = versions.map(|version| version.tokens.len() - end);
        if end > 0 && self.middle.needs_end(n_short) {
            self.middle.count_end(&versions[0].tokens, &ranges[0], end);
        }
    }

    /// Marks what changed, and says whether in the whole versions, with the shared `end`, there are other
    /// counts; their marks are then in `whole_marks`.
    fn find(&mut self, n_lines: [usize; 2], ranges: &[Range<usize>; 2], end: usize) -> bool {
        let [in_old, in_new] = &mut self.marks;
        let (in_old, in_new) = (in_old.range(&ranges[0]), in_new.range(&ranges[1]));
        for (side, flags) in [&mut *in_old, &mut *in_new].into_iter().enumerate() {
            let kept = &mut self.kept[side];
            let around = |it: &Distinct| it.around - it.in_end;
            kept.judge(&self.middle, side, n_lines[side] - end, around);
            kept.choose(&self.middle, side);
            kept.mark_others(flags);
        }
        self.search.run(&self.kept, in_old, in_new);
        if end == 0 {
            return false;
        }
        // Mostly lines are judged alike in the whole versions, and the same lines give the same edit.
        let (kept, whole) = (&self.kept, &mut self.whole_kept);
        for side in [0, 1] {
            whole[side].judge(&self.middle, side, n_lines[side], |it| it.around);
        }
        if [0, 1]
            .iter()
            .all(|&side| whole[side].is_judged_as(&kept[side]))
        {
            return false;
        }
        for side in [0, 1] {
            whole[side].choose(&self.middle, side);
        }
        if [0, 1]
            .iter()
            .all(|&side| whole[side].places == kept[side].places)
        {
            return false;
        }
        for side in [0, 1] {
            self.whole_marks[side].resize(ranges[side].len(), 0);
            self.whole_kept[side].mark_others(&mut self.whole_marks[side]);
        }
        let [whole_old, whole_new] = &mut self.whole_marks;
        self.search.run(&self.whole_kept, whole_old, whole_new);
        let count = |flags: &[u8]| flags.iter().filter(|&&flag| flag != 0).count();
        count(whole_new) != count(in_new)
    }
}

/// The square root of `n`, rounded up to a power of two: `2^⌈b/2⌉` for a number of `b` binary digits, at
/// most twice too large. Source: `xdl_bogosqrt` in git's `xdiff/xutils.c`.
fn rough_root(n: usize) -> usize {
    let digits = usize::BITS - n.leading_zeros();
    1 << digits.div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::{Differ, rough_root};
    use crate::lexicon::Lexicon;
    use std::rc::Rc;

    /// The hunks of two texts with a letter a line: start and length in the old one, and in the new.
    fn hunks(old: &str, new: &str) -> Vec<[u32; 4]> {
        let (mut lexicon, mut differ) = (Lexicon::new(), Differ::default());
        let mut version = |letters: &str| {
            let text: String = letters.chars().flat_map(|letter| [letter, '\n']).collect();
            Rc::new(lexicon.version(text.into_bytes(), None))
        };
        let (old, new) = (version(old), version(new));
        let (hunks, _) = differ.hunks(&lexicon, &old, &new);
        hunks
            .iter()
            .map(|it| [it.old_start, it.old_len, it.new_start, it.new_len])
            .collect()
    }

    #[test]
    fn hunks_are_what_differs() {
        for (old, new, expected) in [
            ("", "", vec![]),
            ("abc", "abc", vec![]),
            ("", "ab", vec![[0, 0, 0, 2]]),
            ("ab", "", vec![[0, 2, 0, 0]]),
            ("abc", "axc", vec![[1, 1, 1, 1]]),
            ("abcd", "bcde", vec![[0, 1, 0, 0], [4, 0, 3, 1]]),
            // What could stand at several places stands at the lowest.
            ("aab", "aaab", vec![[2, 0, 2, 1]]),
            // A group that meets another joins it.
            ("xabab", "x", vec![[1, 4, 1, 0]]),
        ] {
            assert_eq!(hunks(old, new), expected, "{old} to {new}");
        }
    }

    #[test]
    fn roots_are_powers_of_two() {
        let roots = [0, 1, 3, 4, 15, 16, 255, 256, 1_000].map(rough_root);
        assert_eq!(roots, [1, 2, 2, 4, 4, 8, 16, 32, 32]);
    }
}
