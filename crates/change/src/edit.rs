//! What changed inside a file.

use serde::{Deserialize, Serialize};

/// A run of lines that was replaced: `old_len` lines of the old version by `new_len` of the new.
///
/// Line numbers count from 0. One of the lengths may be 0, never both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunk {
    /// First replaced line of the old version, or the line before which lines were put in.
    pub old_start: u32,
    /// Lines taken out.
    pub old_len: u32,
    /// First line of the new version, or the line before which lines were taken out.
    pub new_start: u32,
    /// Lines put in.
    pub new_len: u32,
}

/// What a line of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LineClass {
    /// Anything that is neither blank nor only a comment.
    Code,
    /// Empty, or white space alone.
    Blank,
    /// Only a comment in the language of the file.
    Comment,
}

/// Counts over the added and deleted lines of one file: the shape of the edit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Added lines that hold only a comment.
    pub added_comments: u32,
    /// Added blank lines.
    pub added_blanks: u32,
    /// Added lines of code that open a branch or loop (`if`, `for`, `while`, `case`, `match`, `catch`, `&&`, `||`, `?`).
    pub added_conditionals: u32,
    /// Deleted lines of code that open a branch or loop.
    pub deleted_conditionals: u32,
    /// Sum of the indentation of the added lines of code, in columns, a tab being 4 columns.
    pub added_indent: u32,
}

/// The difference between two versions of a text file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The hunks in ascending order; they neither touch nor overlap.
    pub hunks: Vec<Hunk>,
    /// Class of each deleted line, in the order of the old version.
    pub deleted: Vec<LineClass>,
    /// Pairs (old line, new line) inside hunks that differ in white space alone, in ascending order of both.
    pub respaced: Vec<(u32, u32)>,
    /// Counts over added and deleted lines.
    pub shape: Shape,
}

impl Edit {
    /// Lines added.
    pub fn added(&self) -> u64 {
        self.hunks.iter().map(|hunk| u64::from(hunk.new_len)).sum()
    }

    /// Lines deleted.
    pub fn removed(&self) -> u64 {
        self.hunks.iter().map(|hunk| u64::from(hunk.old_len)).sum()
    }

    /// Whether its hunks lead from a version of so many lines to one of so many others, and all else is about their lines.
    pub fn leads(&self, old_lines: u32, new_lines: u32) -> bool {
        let Shape {
            added_comments,
            added_blanks,
            added_conditionals,
            deleted_conditionals,
            added_indent: _,
        } = self.shape;
        let classes = [added_comments, added_blanks, added_conditionals];
        let n_classed: u64 = classes.into_iter().map(u64::from).sum();
        self.traces(old_lines, new_lines)
            && self.deleted.len() as u64 == self.removed()
            && u64::from(deleted_conditionals) <= self.removed()
            && n_classed <= self.added()
    }

    /// As [`leads`](Self::leads), for an edit of `hunks` and `respaced` alone.
    pub fn traces(&self, old_lines: u32, new_lines: u32) -> bool {
        let is_in_order = self.ends().is_some_and(|(old, new)| {
            u64::from(old_lines).checked_sub(old) == u64::from(new_lines).checked_sub(new)
                && old <= u64::from(old_lines)
        });
        let mut hunks = self.hunks.iter().peekable();
        let mut last = None;
        is_in_order
            && self.respaced.iter().all(|&(old, new)| {
                while hunks
                    .next_if(|it| it.old_start + it.old_len <= old)
                    .is_some()
                {}
                let is_inside = hunks.peek().is_some_and(|it| {
                    let (olds, news) = (
                        it.old_start..it.old_start + it.old_len,
                        it.new_start..it.new_start + it.new_len,
                    );
                    olds.contains(&old) && news.contains(&new)
                });
                is_inside
                    && last
                        .replace((old, new))
                        .is_none_or(|(a, b)| a < old && b < new)
            })
    }

    /// Where its hunks end in both versions; `None` if they are out of order, or if what is between them is not as long in
    /// both.
    pub fn ends(&self) -> Option<(u64, u64)> {
        let (mut old_at, mut new_at) = (0, 0);
        for (number, hunk) in self.hunks.iter().enumerate() {
            let [old_start, old_len, new_start, new_len] =
                [hunk.old_start, hunk.old_len, hunk.new_start, hunk.new_len].map(u64::from);
            let between = old_start.checked_sub(old_at)?;
            if new_start.checked_sub(new_at)? != between
                || (between == 0 && number > 0)
                || old_len + new_len == 0
            {
                return None;
            }
            (old_at, new_at) = (old_start + old_len, new_start + new_len);
        }
        u32::try_from(old_at.max(new_at)).ok()?;
        Some((old_at, new_at))
    }

    /// Each deleted line (its number in the old version) with its class.
    pub fn deleted_lines(&self) -> impl Iterator<Item = (u32, LineClass)> + '_ {
        self.hunks
            .iter()
            .flat_map(|hunk| hunk.old_start..hunk.old_start + hunk.old_len)
            .zip(self.deleted.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::{Edit, Hunk, LineClass};

    /// Of five lines the second and third become one, and two are put in at the end.
    fn edit() -> Edit {
        let hunk = |[old_start, old_len, new_start, new_len]: [u32; 4]| Hunk {
            old_start,
            old_len,
            new_start,
            new_len,
        };
        Edit {
            hunks: vec![hunk([1, 2, 1, 1]), hunk([5, 0, 4, 2])],
            deleted: vec![LineClass::Code, LineClass::Blank],
            respaced: vec![(2, 1)],
            ..Edit::default()
        }
    }

    #[test]
    fn an_edit_leads_from_one_length_to_the_other() {
        assert!(edit().leads(5, 6) && Edit::default().leads(3, 3));
        assert!(!edit().leads(6, 6) && !edit().leads(4, 5) && !Edit::default().leads(3, 4));
    }

    #[test]
    fn what_is_out_of_order_leads_nowhere() {
        let wrong: [fn(&mut Edit); 9] = [
            |edit| edit.hunks.swap(0, 1),
            |edit| edit.hunks[1].old_start = 3,
            |edit| edit.hunks[0].old_len = u32::MAX,
            |edit| edit.hunks[1].new_len = u32::MAX,
            |edit| edit.hunks[0].new_start = 2,
            |edit| edit.deleted.truncate(1),
            |edit| edit.respaced[0] = (4, 1),
            |edit| edit.respaced = vec![(2, 1), (2, 1)],
            |edit| edit.shape.added_blanks = 4,
        ];
        for (number, change) in wrong.iter().enumerate() {
            let mut edit = edit();
            change(&mut edit);
            assert!(!edit.leads(5, 6), "{number}");
        }
    }
}
