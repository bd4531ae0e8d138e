use super::History;
use crate::testing::{added, at, author, file, renamed};
use crate::{Seen, Tracker};
use risk_change::{Ancestors, Ancestry, Author, Change, FileChange, FileStatus};

/// A history that grows by hand; each change may have other parents than the one before.
#[derive(Default)]
struct Hand {
    tracker: Tracker,
    graph: Ancestry,
    by: Option<Author>,
    is_fix: bool,
    is_repeated: bool,
}

impl Hand {
    /// The next change, on top of the one before.
    fn then(&mut self, day: i64, files: &[FileChange]) -> History {
        let n = self.graph.len() as u32;
        let parents: Vec<u32> = n.checked_sub(1).into_iter().collect();
        self.on(&parents, day, files)
    }

    /// The next change, on top of others.
    fn on(&mut self, parents: &[u32], day: i64, files: &[FileChange]) -> History {
        let position = self.graph.len() as u32;
        let ancestors = self.graph.append(parents);
        if parents.len() > 1 {
            return History::default();
        }
        let change = at(day, files);
        self.ask(&change, position, &ancestors)
    }

    fn ask(&mut self, change: &Change, position: u32, ancestors: &Ancestors) -> History {
        let seen = Seen {
            position,
            ancestors,
            author: self.by.as_ref().unwrap_or(&change.author),
            is_fix: self.is_fix,
            is_repeated: self.is_repeated,
        };
        self.tracker.observe(change, &seen).history
    }

    fn by(&mut self, name: &str) -> &mut Self {
        self.by = Some(author(name));
        self
    }
}

fn deleted(path: &str) -> FileChange {
    FileChange {
        status: FileStatus::Deleted,
        ..file(path, 0, 1)
    }
}

#[test]
fn new_files_have_no_history() {
    let mut hand = Hand::default();
    assert_eq!(hand.then(0, &[added("a", 1)]), History::default());
    assert_eq!(hand.then(9, &[added("b", 1)]), History::default());
    assert_eq!(hand.then(9, &[]), History::default());
}

#[test]
fn developers_and_changes_are_a_union_and_ages_a_mean() {
    let mut hand = Hand::default();
    hand.by("ann").then(0, &[added("a", 1), added("b", 1)]);
    hand.by("bob").then(10, &[file("a", 1, 0)]);
    hand.by("ann").then(20, &[file("b", 1, 0)]);
    let past = hand
        .by("eve")
        .then(30, &[added("c", 9), file("a", 1, 1), file("b", 1, 1)]);
    // Days since: a 20, b 10, c none; mean over three files.
    assert_eq!((past.ndev, past.nuc, past.age), (2.0, 3.0, 10.0));
}

#[test]
fn a_developer_is_a_mail_address_in_any_case() {
    let mut hand = Hand::default();
    for (name, email) in [
        ("Ann", "ann@x.org"),
        ("Ann B.", "ANN@X.ORG"),
        ("Ann", ""),
        ("ann", " "),
    ] {
        hand.by = Some(Author {
            name: name.into(),
            email: email.into(),
        });
        hand.then(0, &[file("a", 1, 0)]);
    }
    assert_eq!(hand.then(1, &[file("a", 1, 0)]).ndev, 3.0);
}

#[test]
fn weights_halve_in_26_weeks_and_end_after_ten_half_lives() {
    let mut hand = Hand {
        is_fix: true,
        ..Hand::default()
    };
    hand.then(0, &[file("a", 6, 4)]);
    hand.is_fix = false;
    let near = hand.then(182, &[file("a", 3, 0)]);
    assert_eq!(
        (near.prior_fixes, near.recent_changes, near.recent_churn),
        (0.5, 0.5, 5.0)
    );
    let far = hand.then(364, &[added("b", 1), file("a", 0, 0)]);
    // File a: 1/4 fix, 1/4 + 1/2 changes, 10/4 + 3/2 lines; file b: nothing.
    assert_eq!(
        (
            far.prior_fixes,
            far.prior_fixes_max,
            far.recent_changes,
            far.recent_churn
        ),
        (0.125, 0.25, 0.375, 2.0)
    );
    let end = hand.then(1_820, &[file("a", 0, 0)]);
    assert_eq!(end.prior_fixes, 1.0 / 1_024.0);
    let past = hand.then(1_827, &[file("a", 0, 0)]);
    assert_eq!(past.prior_fixes, 0.0);
}

#[test]
fn a_fix_that_was_made_before_is_not_counted_again() {
    let mut hand = Hand {
        is_fix: true,
        ..Hand::default()
    };
    hand.then(0, &[file("a", 1, 0)]);
    hand.is_repeated = true;
    hand.then(0, &[file("a", 1, 0)]);
    (hand.is_fix, hand.is_repeated) = (false, false);
    let past = hand.then(0, &[file("a", 1, 0)]);
    assert_eq!((past.prior_fixes, past.recent_changes), (1.0, 2.0));
}

#[test]
fn a_clock_that_goes_back_gives_no_negative_age() {
    let mut hand = Hand::default();
    hand.then(100, &[file("a", 1, 0)]);
    let past = hand.then(50, &[file("a", 1, 0)]);
    assert_eq!((past.age, past.recent_changes), (0.0, 1.0));
}

#[test]
fn a_branch_knows_nothing_of_the_other_until_the_merge() {
    // 0 - 1 - 3
    //  \- 2 - 4 (merge of 3 and 2) - 5
    let mut hand = Hand::default();
    hand.by("ann").on(&[], 0, &[added("a", 1)]);
    hand.by("bob").on(&[0], 1, &[file("a", 1, 0)]);
    let other = hand.by("eve").on(&[0], 2, &[file("a", 1, 0)]);
    assert_eq!((other.nuc, other.ndev, other.age), (1.0, 1.0, 2.0));
    let same = hand.by("eve").on(&[1], 3, &[file("a", 1, 0)]);
    assert_eq!((same.nuc, same.ndev, same.age), (2.0, 2.0, 2.0));
    hand.on(&[3, 2], 4, &[]);
    let merged = hand.by("ann").on(&[4], 5, &[file("a", 1, 0)]);
    assert_eq!((merged.nuc, merged.ndev, merged.age), (4.0, 3.0, 2.0));
}

#[test]
fn a_rename_takes_the_history_along() {
    let mut hand = Hand::default();
    hand.then(0, &[added("a", 1)]);
    hand.then(1, &[file("a", 1, 0)]);
    assert_eq!(hand.then(2, &[renamed("a", "b")]).nuc, 2.0);
    assert_eq!(hand.then(3, &[renamed("b", "c")]).nuc, 3.0);
    assert_eq!(hand.then(4, &[file("c", 1, 0)]).nuc, 4.0);
}

#[test]
fn a_new_file_at_a_path_that_was_left_starts_anew() {
    let mut hand = Hand::default();
    hand.then(0, &[added("a", 1)]);
    hand.then(1, &[renamed("a", "b")]);
    assert_eq!(hand.then(2, &[added("a", 1)]), History::default());
    assert_eq!(hand.then(3, &[file("a", 1, 0)]).nuc, 1.0);
    // The other file does not inherit what happens at its old path.
    assert_eq!(hand.then(4, &[file("b", 1, 0)]).nuc, 2.0);
    assert_eq!(hand.then(5, &[file("a", 1, 0), file("b", 1, 0)]).nuc, 5.0);
}

#[test]
fn a_file_deleted_and_made_again_goes_on() {
    let mut hand = Hand::default();
    hand.then(0, &[added("a", 1)]);
    hand.then(1, &[deleted("a")]);
    let again = hand.then(5, &[added("a", 1)]);
    assert_eq!((again.nuc, again.age), (2.0, 4.0));
}

#[test]
fn two_files_that_swap_paths_swap_histories() {
    let mut hand = Hand::default();
    hand.then(0, &[added("a", 1)]);
    hand.then(1, &[file("a", 1, 0)]);
    hand.then(2, &[added("b", 1)]);
    hand.then(3, &[renamed("b", "a"), renamed("a", "b")]);
    assert_eq!(hand.then(4, &[file("a", 1, 0)]).nuc, 2.0);
    assert_eq!(hand.then(5, &[file("b", 1, 0)]).nuc, 3.0);
}

#[test]
fn a_life_that_ends_in_the_first_change_is_not_taken_for_the_next() {
    let mut hand = Hand::default();
    hand.then(0, &[renamed("b", "a"), renamed("a", "b")]);
    let past = hand.then(0, &[renamed("a", "b")]);
    assert_eq!((past.nuc, past.recent_changes), (1.0, 2.0));
}

#[test]
fn branches_may_rename_differently() {
    // 0 - 1 a to b - 3
    //  \- 2 a to c - 4
    let mut hand = Hand::default();
    hand.on(&[], 0, &[added("a", 1)]);
    hand.on(&[0], 1, &[renamed("a", "b")]);
    assert_eq!(hand.on(&[0], 2, &[renamed("a", "c")]).nuc, 1.0);
    assert_eq!(hand.on(&[1], 3, &[file("b", 1, 0)]).nuc, 2.0);
    assert_eq!(hand.on(&[2], 4, &[file("c", 1, 0)]).nuc, 2.0);
}

#[test]
fn edits_of_the_old_path_on_a_branch_belong_to_the_renamed_file() {
    // 0 - 1 a to b --- 3 - 4
    //  \- 2 edits a --/
    let mut hand = Hand::default();
    hand.on(&[], 0, &[added("a", 1)]);
    hand.on(&[0], 1, &[renamed("a", "b")]);
    hand.on(&[0], 2, &[file("a", 1, 0)]);
    hand.on(&[1, 2], 3, &[]);
    let past = hand.on(&[3], 4, &[file("b", 1, 0)]);
    assert_eq!((past.nuc, past.age), (3.0, 2.0));
}
