use super::{Involved, Involvement};
use crate::testing::History;
use crate::{Options, Szz};
use risk_change::Position;
use risk_source::Exclusion;

/// What the last change of a linear history involves, and the history before it.
fn involved(versions: &[&[(&str, &str)]]) -> Involved {
    let mut history = History::default();
    for (at, files) in versions.iter().enumerate() {
        let parent = at.checked_sub(1).map(|it| it as Position);
        history.commit(&parent.into_iter().collect::<Vec<_>>(), files);
    }
    let mut szz = Szz::new(Options::default());
    let last = history.last_children();
    let fix = history.changes.len() - 1;
    for (at, change) in history.changes[..fix].iter().enumerate() {
        szz.absorb(at as Position, &history.parents[at], change, &last[at]);
    }
    let parent = Some(fix as Position - 1);
    let exclusion = Exclusion::default();
    Involved::of(szz.origins(), parent, &history.changes[fix], &exclusion)
}

fn of(involved: &Involved, position: Position) -> Involvement {
    let found = involved.found.iter().find(|it| it.position == position);
    *found.expect("the change is involved")
}

#[test]
fn deleted_lines_are_counted_by_what_they_are() {
    // 1 writes B, a comment and a test line; 2 writes C; 3 deletes B, C and the comment, and re-spaces a.
    let involved = involved(&[
        &[("a.c", "a b c // d"), ("t/test_a.c", "p")],
        &[("a.c", "a B c //x d"), ("t/test_a.c", "q")],
        &[("a.c", "a B C //x d"), ("t/test_a.c", "q")],
        &[("a.c", "a_ b2 c2 d"), ("t/test_a.c", "r")],
    ]);
    let one = of(&involved, 1);
    assert_eq!((one.deleted, one.cosmetic, one.deleted_tests), (1, 1, 1));
    assert_eq!((one.hunks, one.in_files, one.files), (1, 2, 1));
    let two = of(&involved, 2);
    assert_eq!((two.deleted, two.hunks, two.in_files), (1, 1, 1));
    assert_eq!(of(&involved, 0).respaced, 1);
    assert_eq!((involved.n_files, involved.n_traced), (1, 2));
    assert_eq!((involved.n_hunks, involved.n_insertions), (1, 0));
    assert_eq!(involved.n_lines, 5);
}

#[test]
fn what_is_put_in_stands_between_lines() {
    // 0 writes the first and the last lines, 1 those in the middle; 2 puts a line between them.
    let involved = involved(&[
        &[("a.c", "a b e f")],
        &[("a.c", "a b c d e f")],
        &[("a.c", "a b c new d e f")],
    ]);
    let (zero, one) = (of(&involved, 0), of(&involved, 1));
    assert_eq!((one.before, one.after), (1, 1));
    assert_eq!((zero.before, zero.after), (0, 0));
    // Three on either side.
    assert_eq!((zero.near_added, one.near_added), (4, 2));
    assert_eq!((involved.n_traced, involved.n_insertions), (0, 1));
}

#[test]
fn lines_around_what_is_deleted_are_near_it() {
    let involved = involved(&[
        &[("a.c", "a b c d e f g h i")],
        &[("a.c", "a b c d E f g h i")],
        &[("a.c", "a b c d f g h i")],
    ]);
    let (zero, one) = (of(&involved, 0), of(&involved, 1));
    assert_eq!((one.deleted, one.removed, one.near_replaced), (1, 1, 0));
    assert_eq!((zero.deleted, zero.near_replaced), (0, 6));
}

#[test]
fn comments_that_are_put_in_involve_nobody() {
    let involved = involved(&[&[("a.c", "a b")], &[("a.c", "a //x b")]]);
    assert!(involved.found.is_empty());
    assert_eq!(involved.n_insertions, 0);
}

#[test]
fn roots_documents_and_new_files_involve_nobody() {
    let nobody = involved(&[
        &[("README.md", "a")],
        &[("README.md", "b"), ("new.c", "a b")],
    ]);
    assert_eq!(nobody, Involved::default());
    let mut history = History::default();
    history.commit(&[], &[("a.c", "a")]);
    let origins = Szz::new(Options::default());
    let exclusion = Exclusion::default();
    let root = Involved::of(origins.origins(), None, &history.changes[0], &exclusion);
    assert_eq!(root, Involved::default());
}
