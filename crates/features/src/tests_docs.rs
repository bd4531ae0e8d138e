//! Tests and documentation: whether a change comes with them.

use risk_change::{Change, RepoPath};

/// How much of a change is tests, and how much documentation.
///
/// A path is judged by its name alone, see [`risk_source::is_test`] and [`risk_source::is_docs`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TestsDocs {
    /// Whether a test file is touched.
    ///
    /// - Units and range: 0 or 1; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: ours; the strongest addition to Kamei's features on three repositories, with its shares.
    pub tests: f64,
    /// Share of the touched files that are tests.
    ///
    /// - Units and range: share, `0 ..= 1`; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: ours.
    pub test_file_share: f64,
    /// Share of the added and deleted lines that are in tests.
    ///
    /// - Units and range: share, `0 ..= 1`; 0 for a change without text lines.
    /// - Known at: arrival.
    /// - Source: ours.
    pub test_line_share: f64,
    /// Whether a documentation file is touched.
    ///
    /// - Units and range: 0 or 1; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: ours.
    pub docs: f64,
    /// Share of the touched files that are documentation.
    ///
    /// - Units and range: share, `0 ..= 1`; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: ours.
    pub doc_file_share: f64,
    /// Share of the added and deleted lines that are in documentation.
    ///
    /// - Units and range: share, `0 ..= 1`; 0 for a change without text lines.
    /// - Known at: arrival.
    /// - Source: ours.
    pub doc_line_share: f64,
}

impl TestsDocs {
    pub(crate) fn of(change: &Change) -> Self {
        let (tests, test_file_share, test_line_share) = part(change, risk_source::is_test);
        let (docs, doc_file_share, doc_line_share) = part(change, risk_source::is_docs);
        Self {
            tests,
            test_file_share,
            test_line_share,
            docs,
            doc_file_share,
            doc_line_share,
        }
    }
}

/// Whether any file is of the kind, and the share of files and of lines that are.
fn part(change: &Change, is_kind: impl Fn(&RepoPath) -> bool) -> (f64, f64, f64) {
    let (mut files, mut lines, mut all_lines) = (0_u64, 0_u64, 0_u64);
    for file in &change.files {
        let of_file = file.edit.added() + file.edit.removed();
        all_lines += of_file;
        if is_kind(&file.path) {
            files += 1;
            lines += of_file;
        }
    }
    (
        f64::from(u8::from(files > 0)),
        crate::ratio(files as f64, change.files.len() as f64),
        crate::ratio(lines as f64, all_lines as f64),
    )
}

#[cfg(test)]
mod tests {
    use super::TestsDocs;
    use crate::testing::{change, file};

    #[test]
    fn shares_are_of_files_and_of_lines() {
        let part = TestsDocs::of(&change(&[
            file("docs/guide.md", 10, 0),
            file("src/a.rs", 20, 10),
            file("src/b.rs", 0, 0),
            file("tests/a.rs", 40, 20),
        ]));
        assert_eq!(
            (part.tests, part.test_file_share, part.test_line_share),
            (1.0, 0.25, 0.6)
        );
        assert_eq!(
            (part.docs, part.doc_file_share, part.doc_line_share),
            (1.0, 0.25, 0.1)
        );
    }

    #[test]
    fn without_files_or_lines_shares_are_zero() {
        assert_eq!(TestsDocs::of(&change(&[])), TestsDocs::default());
        let part = TestsDocs::of(&change(&[file("tests/a.rs", 0, 0)]));
        assert_eq!(
            (part.tests, part.test_file_share, part.test_line_share),
            (1.0, 1.0, 0.0)
        );
    }
}
