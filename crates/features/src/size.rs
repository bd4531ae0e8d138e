//! Size: how much a change changes, and how large the changed files are.

use risk_change::Change;

/// How much was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Lines added, as `git diff --numstat -M` counts them.
    ///
    /// - Units and range: lines, `≥ 0`; 0 for a change without text lines.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "LA". Deviation: the published data divide by `lt`.
    pub la: f64,
    /// Lines deleted, as `git diff --numstat -M` counts them.
    ///
    /// - Units and range: lines, `≥ 0`; 0 for a change without text lines.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "LD". Deviation: the published data divide by `lt`.
    pub ld: f64,
    /// Lines in the touched files before the change: mean over all touched files.
    ///
    /// - Units and range: lines, `≥ 0`; new and binary files have 0 lines; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "LT", as the mean that the published data hold.
    pub lt: f64,
    /// Places changed: hunks over all files.
    ///
    /// - Units and range: count, `≥ 0`; 0 for a change without text lines.
    /// - Known at: arrival.
    /// - Source: ours; two changes of one size differ in risk by how torn they are.
    pub hunks: f64,
}

impl Size {
    pub(crate) fn of(change: &Change) -> Self {
        let before: u64 = change
            .files
            .iter()
            .map(|file| u64::from(file.old_lines))
            .sum();
        let hunks: usize = change.files.iter().map(|file| file.edit.hunks.len()).sum();
        Self {
            la: change.lines_added() as f64,
            ld: change.lines_deleted() as f64,
            lt: crate::ratio(before as f64, change.files.len() as f64),
            hunks: hunks as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Size;
    use crate::testing::{change, file};
    use risk_change::FileStatus;

    #[test]
    fn lines_before_are_a_mean_to_which_new_files_give_nothing() {
        let mut old = file("a.c", 3, 1);
        old.old_lines = 90;
        let mut new = file("b.c", 50, 0);
        new.status = FileStatus::Added;
        let size = Size::of(&change(&[old, new]));
        assert_eq!(
            (size.la, size.ld, size.lt, size.hunks),
            (53.0, 1.0, 45.0, 2.0)
        );
    }

    #[test]
    fn a_change_without_files_has_no_size() {
        assert_eq!(Size::of(&change(&[])), Size::default());
    }
}
