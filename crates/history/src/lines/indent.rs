//! The indent heuristic: where a group of added or deleted lines reads best.
//!
//! A group that can stand at several places splits the text twice, at its start and at its end. Each split
//! gets a score for the indentation and the blank lines around it, and the place with the lowest sum wins,
//! the lowest one among equals. Source: M. Haggerty's heuristic, `measure_split`, `score_add_split` and
//! `score_cmp` in git's `xdiff/xdiffi.c`; the weights were fitted there to places that people chose.

/// Indentation is not measured any further.
const MAX_INDENT: u32 = 200;
/// Blank lines around a split are not counted any further.
const MAX_BLANKS: i32 = 20;
/// Places above the lowest that are tried.
const MAX_SLIDE: usize = 100;

const START_OF_TEXT: i32 = 1;
const END_OF_TEXT: i32 = 21;
const BLANK_AROUND: i32 = -30;
const BLANK_BELOW: i32 = 6;
/// Penalties without and with blank lines around the split: for a line that is indented more than the one
/// above it,
const DEEPER: [i32; 2] = [-4, 10];
/// less than the lines above and below it,
const OUTDENTED: [i32; 2] = [24, 17];
/// and less than the line above it alone.
const SHALLOWER: [i32; 2] = [23, 17];
/// What one of two places being indented less overall is worth.
const INDENT: i32 = 60;

/// Columns that a line is indented, with tabs to every eighth; nothing if it is blank.
pub(super) fn columns(line: &[u8]) -> Option<u32> {
    let mut columns = 0;
    for byte in line {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 8 - columns % 8,
            b'\r' | b'\n' => {}
            _ => return Some(columns),
        }
        if columns >= MAX_INDENT {
            return Some(MAX_INDENT);
        }
    }
    None
}

/// The best of the ends from `highest` to `lowest` for a group of `len` lines in a text of `n_lines`.
pub(super) fn best_end(
    n_lines: usize,
    highest: usize,
    lowest: usize,
    len: usize,
    indent: impl Fn(usize) -> Option<u32>,
) -> usize {
    let first = highest
        .max(lowest.saturating_sub(len + 1))
        .max(lowest.saturating_sub(MAX_SLIDE));
    let mut best: Option<(usize, Score)> = None;
    for end in first..=lowest {
        let mut score = Score::default();
        for split in [end, end - len] {
            score.add(&Split::measure(n_lines, split, &indent));
        }
        if best
            .as_ref()
            .is_none_or(|(_, best)| score.is_as_good_as(best))
        {
            best = Some((end, score));
        }
    }
    best.map_or(lowest, |(end, _)| end)
}

/// What is around a place between two lines.
struct Split {
    is_at_end: bool,
    /// Of the line below; nothing if it is blank.
    indent: Option<i32>,
    above: Neighbour,
    /// Beyond the line below.
    below: Neighbour,
}

/// The nearest line that is not blank.
struct Neighbour {
    n_blank: i32,
    /// Nothing if there is no such line; 0 beyond too many blank ones.
    indent: Option<i32>,
}

impl Neighbour {
    fn find(lines: impl Iterator<Item = Option<u32>>) -> Self {
        let mut n_blank = 0;
        for indent in lines {
            if let Some(indent) = indent {
                let indent = Some(indent as i32);
                return Self { n_blank, indent };
            }
            n_blank += 1;
            if n_blank == MAX_BLANKS {
                let indent = Some(0);
                return Self { n_blank, indent };
            }
        }
        let indent = None;
        Self { n_blank, indent }
    }
}

impl Split {
    fn measure(n_lines: usize, at: usize, indent: impl Fn(usize) -> Option<u32>) -> Self {
        let is_at_end = at >= n_lines;
        Self {
            is_at_end,
            indent: if is_at_end {
                None
            } else {
                indent(at).map(|it| it as i32)
            },
            above: Neighbour::find((0..at).rev().map(&indent)),
            below: Neighbour::find((at + 1..n_lines).map(&indent)),
        }
    }
}

/// The sum over the splits of one place; less is better.
#[derive(Default)]
struct Score {
    indent: i32,
    penalty: i32,
}

impl Score {
    fn add(&mut self, split: &Split) {
        if split.above.indent.is_none() && split.above.n_blank == 0 {
            self.penalty += START_OF_TEXT;
        }
        if split.is_at_end {
            self.penalty += END_OF_TEXT;
        }
        let n_below = if split.indent.is_none() {
            1 + split.below.n_blank
        } else {
            0
        };
        let n_around = split.above.n_blank + n_below;
        self.penalty += BLANK_AROUND * n_around + BLANK_BELOW * n_below;
        let indent = split.indent.or(split.below.indent);
        self.indent += indent.unwrap_or(-1);
        let (Some(indent), Some(above)) = (indent, split.above.indent) else {
            return;
        };
        let blanks = usize::from(n_around != 0);
        if indent > above {
            self.penalty += DEEPER[blanks];
        } else if indent < above {
            let opens = split.below.indent.is_some_and(|below| below > indent);
            self.penalty += if opens { OUTDENTED } else { SHALLOWER }[blanks];
        }
    }

    fn is_as_good_as(&self, other: &Self) -> bool {
        let deeper = self.indent.cmp(&other.indent) as i32;
        INDENT * deeper + self.penalty - other.penalty <= 0
    }
}

#[cfg(test)]
mod tests {
    use super::{best_end, columns};

    #[test]
    fn indentation_is_counted_in_columns() {
        let lines = ["x", "  x", "\tx", "   \tx", "\t x\n", " \r\n", "", "\u{b}x"];
        let expected = [
            Some(0),
            Some(2),
            Some(8),
            Some(8),
            Some(9),
            None,
            None,
            Some(0),
        ];
        assert_eq!(lines.map(|line| columns(line.as_bytes())), expected);
        assert_eq!(columns(&[b' '; 300]), Some(200));
    }

    #[test]
    fn a_group_begins_where_the_text_is_indented_least() {
        // A function was put in before or after another one:
        // `f {`, `x`, `}`, blank, `g {`, `x`, `}`, blank, `end`.
        let indents = [
            Some(0),
            Some(4),
            Some(0),
            None,
            Some(0),
            Some(4),
            Some(0),
            None,
            Some(0),
        ];
        // The four lines could end after any of 4 to 8; whole functions with their blank line are best.
        assert_eq!(best_end(9, 6, 8, 4, |line| indents[line]), 8);
        assert_eq!(best_end(9, 5, 7, 4, |line| indents[line]), 7);
    }
}
