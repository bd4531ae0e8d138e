//! Experience: what the author of a change did before.

use crate::authors::AuthorHistory;
use crate::log::Known;

/// What the author did before.
///
/// Only absorbed changes that are ancestors count. An author is told by mail address in lower case after
/// `.mailmap`, and by name where there is no address.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Experience {
    /// Earlier changes by the author.
    ///
    /// - Units and range: count, `≥ 0`; 0 for a new author.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "EXP".
    pub exp: f64,
    /// Earlier changes by the author, recent ones counting more: `Σ 1 / (n + 1)`, where *n* is the age of the
    /// earlier change in whole years.
    ///
    /// A year has 365.25 days; ages are between committer dates, 0 if the earlier change has the later date, and
    /// at most 127 years.
    ///
    /// - Units and range: weighted count, `0 ..= exp`; 0 for a new author.
    /// - Known at: arrival.
    /// - Example: one change this year, three the year before and four two years ago give
    ///   `1/1 + 3/2 + 4/3 = 3.83`.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "REXP".
    pub rexp: f64,
    /// Earlier changes by the author that touch any of the touched subsystems.
    ///
    /// - Units and range: count, `0 ..= exp`; 0 for a new author and for a change without files.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "SEXP".
    pub sexp: f64,
}

impl Experience {
    /// `subsystems` are those touched that are known, ascending.
    pub(crate) fn of(author: &AuthorHistory, subsystems: &[u32], known: &Known<'_>) -> Self {
        Self {
            exp: author.count(known) as f64,
            rexp: author.recency(known),
            sexp: author.count_in(subsystems, known) as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Experience;
    use crate::testing::{at, author, file};
    use crate::{Seen, Tracker};
    use risk_change::{Ancestors, FileChange};

    fn observe(tracker: &mut Tracker, by: &str, day: i64, files: &[FileChange]) -> (f64, f64, f64) {
        let position = tracker.len() as u32;
        let seen = Seen {
            position,
            ancestors: &Ancestors::prefix(position),
            author: &author(by),
            is_fix: false,
            is_repeated: false,
        };
        let Experience { exp, rexp, sexp } = tracker.observe(&at(day, files), &seen).experience;
        (exp, rexp, sexp)
    }

    #[test]
    fn one_three_and_four_changes_in_three_years_give_3_83() {
        let mut tracker = Tracker::default();
        for _ in 0..4 {
            observe(&mut tracker, "ann", 0, &[]);
        }
        for _ in 0..3 {
            observe(&mut tracker, "ann", 366, &[]);
        }
        observe(&mut tracker, "bob", 366, &[]);
        observe(&mut tracker, "ann", 731, &[]);
        let (exp, rexp, sexp) = observe(&mut tracker, "ann", 732, &[]);
        assert_eq!((exp, sexp), (8.0, 0.0));
        assert!((rexp - (1.0 + 1.5 + 4.0 / 3.0)).abs() < 1e-12);
    }

    #[test]
    fn a_new_author_has_none() {
        let mut tracker = Tracker::default();
        observe(&mut tracker, "ann", 0, &[file("a/x", 1, 0)]);
        let new = observe(&mut tracker, "bob", 0, &[file("a/x", 1, 0)]);
        assert_eq!(new, (0.0, 0.0, 0.0));
    }

    #[test]
    fn a_change_in_two_touched_subsystems_counts_once() {
        let mut tracker = Tracker::default();
        let (x, y, z) = (file("a/x", 1, 0), file("b/y", 1, 0), file("z", 1, 0));
        observe(&mut tracker, "ann", 0, &[x.clone(), y.clone()]);
        observe(&mut tracker, "ann", 0, std::slice::from_ref(&x));
        observe(&mut tracker, "ann", 0, std::slice::from_ref(&z));
        let mut sexp = |files: &[FileChange]| observe(&mut tracker, "ann", 0, files).2;
        assert_eq!(sexp(&[]), 0.0);
        assert_eq!(sexp(&[x.clone(), y]), 2.0);
        assert_eq!(sexp(&[file("c/w", 1, 0)]), 0.0);
        assert_eq!(sexp(&[x, z]), 4.0);
    }

    #[test]
    fn a_clock_that_goes_back_counts_as_this_year() {
        let mut tracker = Tracker::default();
        observe(&mut tracker, "ann", 10_000, &[]);
        assert_eq!(observe(&mut tracker, "ann", 0, &[]).1, 1.0);
    }
}
