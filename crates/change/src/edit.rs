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

    /// Each deleted line (its number in the old version) with its class.
    pub fn deleted_lines(&self) -> impl Iterator<Item = (u32, LineClass)> + '_ {
        self.hunks
            .iter()
            .flat_map(|hunk| hunk.old_start..hunk.old_start + hunk.old_len)
            .zip(self.deleted.iter().copied())
    }
}
