//! Shape: what kind of edit a change makes.

use risk_change::{Change, FileStatus};

/// What kind of edit it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EditShape {
    /// Files that were not there before.
    ///
    /// - Units and range: count, `0 ..= nf`; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: ours.
    pub new_files: f64,
    /// Files that are gone after the change.
    ///
    /// - Units and range: count, `0 ..= nf`; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: ours.
    pub deleted_files: f64,
    /// Files that moved, with or without edits.
    ///
    /// - Units and range: count, `0 ..= nf`; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: ours.
    pub renamed_files: f64,
    /// Added lines of code that open a branch or loop.
    ///
    /// - Units and range: lines, `0 ..= la`; 0 for a change without code.
    /// - Known at: arrival.
    /// - Source: ours; the part of cyclomatic complexity (IEEE TSE 1976) that a diff shows.
    pub added_conditionals: f64,
    /// Deleted lines of code that open a branch or loop.
    ///
    /// - Units and range: lines, `0 ..= ld`; 0 for a change without code.
    /// - Known at: arrival.
    /// - Source: ours.
    pub deleted_conditionals: f64,
    /// Added lines that hold only a comment.
    ///
    /// - Units and range: lines, `0 ..= la`; 0 for a change without code.
    /// - Known at: arrival.
    /// - Source: ours.
    pub added_comments: f64,
    /// Share of the added lines that hold only a comment: `added_comments / la`.
    ///
    /// - Units and range: share, `0 ..= 1`; 0 if no line is added.
    /// - Known at: arrival.
    /// - Source: ours.
    pub comment_share: f64,
    /// Mean indentation of the added lines of code (neither blank nor only a comment), a tab being 4 columns.
    ///
    /// - Units and range: columns, `≥ 0`; 0 if no line of code is added.
    /// - Known at: arrival.
    /// - Source: indentation as a proxy of complexity, Hindle, Godfrey and Holt, ICPC 2008. Deviation: over
    ///   added lines only, and the mean instead of the variance.
    pub added_indent: f64,
}

impl EditShape {
    pub(crate) fn of(change: &Change) -> Self {
        let with_status = |status| {
            let with = change.files.iter().filter(|file| file.status == status);
            with.count() as f64
        };
        let sum = |of: fn(&risk_change::Shape) -> u32| {
            let of_files = change.files.iter().map(|file| &file.edit.shape);
            of_files.map(|shape| u64::from(of(shape))).sum::<u64>()
        };
        let added = change.lines_added();
        let comments = sum(|shape| shape.added_comments);
        let code = added.saturating_sub(comments + sum(|shape| shape.added_blanks));
        Self {
            new_files: with_status(FileStatus::Added),
            deleted_files: with_status(FileStatus::Deleted),
            renamed_files: with_status(FileStatus::Renamed),
            added_conditionals: sum(|shape| shape.added_conditionals) as f64,
            deleted_conditionals: sum(|shape| shape.deleted_conditionals) as f64,
            added_comments: comments as f64,
            comment_share: crate::ratio(comments as f64, added as f64),
            added_indent: crate::ratio(sum(|shape| shape.added_indent) as f64, code as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EditShape;
    use crate::testing::{change, file, shaped};
    use risk_change::{FileStatus, Shape};

    #[test]
    fn indentation_is_a_mean_over_lines_of_code_only() {
        let mut first = shaped(
            "a.c",
            10,
            0,
            Shape {
                added_comments: 2,
                added_blanks: 3,
                added_conditionals: 1,
                deleted_conditionals: 4,
                added_indent: 30,
            },
        );
        first.status = FileStatus::Renamed;
        let mut second = shaped(
            "b.c",
            10,
            0,
            Shape {
                added_indent: 60,
                ..Shape::default()
            },
        );
        second.status = FileStatus::Added;
        let mut third = file("c.c", 0, 9);
        third.status = FileStatus::Deleted;
        let shape = EditShape::of(&change(&[first, second, third]));
        // 90 columns over 20 - 2 - 3 lines of code.
        assert_eq!(
            shape,
            EditShape {
                new_files: 1.0,
                deleted_files: 1.0,
                renamed_files: 1.0,
                added_conditionals: 1.0,
                deleted_conditionals: 4.0,
                added_comments: 2.0,
                comment_share: 0.1,
                added_indent: 6.0,
            }
        );
    }

    #[test]
    fn without_added_lines_nothing_is_divided_by_zero() {
        let shape = EditShape::of(&change(&[file("a.c", 0, 5)]));
        assert_eq!((shape.comment_share, shape.added_indent), (0.0, 0.0));
        assert_eq!(EditShape::of(&change(&[])), EditShape::default());
    }
}
