use super::{Link, Options, Outcome, Saved, Szz};
use crate::testing::{History, histories, id, tree};
use crate::{Error, Evidence, Explanation, NotFix, Variant, Verdict, Weight};
use proptest::prelude::*;
use risk_change::{Position, SkipReason, Timestamp};
use risk_source::Exclusion;
use std::collections::BTreeSet;

fn options(variant: Variant) -> Options {
    Options {
        variant,
        ..Options::default()
    }
}

/// Takes up what another fold has saved.
fn restored(of: &Szz, saved: Saved, options: Options) -> Result<Szz, Error> {
    Szz::restore(saved, &mut of.ids().clone(), options)
}

fn run(history: &History, options: Options) -> Vec<Outcome> {
    let mut szz = Szz::new(options);
    let last = history.last_children();
    let changes = history.changes.iter().enumerate();
    changes
        .map(|(at, change)| szz.absorb(at as Position, &history.parents[at], change, &last[at]))
        .collect()
}

fn links(outcome: &Outcome) -> Vec<(Position, u32)> {
    outcome
        .links
        .iter()
        .map(|it| (it.inducing, it.lines))
        .collect()
}

fn reasons(outcome: &Outcome) -> Vec<SkipReason> {
    outcome.skipped.iter().map(|it| it.why).collect()
}

/// Adds a commit on top of the last one.
fn next(history: &mut History, files: &[(&str, &str)], message: &str) -> Position {
    let parents: Vec<Position> = history
        .trees
        .len()
        .checked_sub(1)
        .map(|it| it as u32)
        .into_iter()
        .collect();
    history.add(&parents, tree(files), &[], message)
}

/// 0 writes, 1 and 2 change lines, 3 re-spaces, 4 fixes.
fn story() -> History {
    let mut history = History::default();
    next(
        &mut history,
        &[("a.c", "a b c // d"), ("t/a.sh", "p")],
        "start",
    );
    next(
        &mut history,
        &[("a.c", "a B c //x d"), ("t/a.sh", "q")],
        "work",
    );
    next(
        &mut history,
        &[("a.c", "a B C //x d"), ("t/a.sh", "q")],
        "more",
    );
    next(
        &mut history,
        &[("a.c", "a _B C //x d"), ("t/a.sh", "q")],
        "indent",
    );
    next(
        &mut history,
        &[("a.c", "a b2 c2 //y d"), ("t/a.sh", "r")],
        "fix crash",
    );
    history
}

#[test]
fn variants_differ_in_lines_and_selection() {
    let history = story();
    // B: the re-spaced line is 3's, the comment and the test count.
    let all = run(&history, options(Variant::B));
    assert_eq!(links(&all[4]), [(1, 2), (2, 1), (3, 1)]);
    // AG: back through the re-spacing, no comment, no test.
    assert_eq!(
        links(&run(&history, options(Variant::Ag))[4]),
        [(1, 1), (2, 1)]
    );
    // MA: the same, for none of them is a merge.
    assert_eq!(
        links(&run(&history, options(Variant::Ma))[4]),
        [(1, 1), (2, 1)]
    );
    // R: the last of them.
    let last = run(&history, options(Variant::R));
    assert_eq!(links(&last[4]), [(2, 1)]);
    assert_eq!(last[4].links[0].evidence, Evidence::Keyword);
    assert!(last[..4].iter().all(|it| *it == Outcome::default()));
}

#[test]
fn the_largest_candidate_is_the_one_that_added_and_deleted_most() {
    // 1 changes two files, 2 one of them; both wrote a line that 3 deletes.
    let mut history = History::default();
    next(&mut history, &[("a.c", "a b"), ("b.c", "x y z")], "start");
    next(&mut history, &[("a.c", "A b"), ("b.c", "u v w")], "work");
    next(&mut history, &[("a.c", "A B"), ("b.c", "u v w")], "more");
    next(
        &mut history,
        &[("a.c", "c d"), ("b.c", "u v w")],
        "fix crash",
    );
    assert_eq!(links(&run(&history, options(Variant::L))[3]), [(1, 1)]);
    assert_eq!(links(&run(&history, options(Variant::R))[3]), [(2, 1)]);
}

#[test]
fn nothing_committed_after_the_report_is_linked() {
    let history = story();
    for variant in Variant::ALL {
        let mut szz = Szz::new(options(variant));
        let last = history.last_children();
        for at in 0..4 {
            let change = &history.changes[at as usize];
            szz.absorb(
                at,
                &history.parents[at as usize],
                change,
                &last[at as usize],
            );
        }
        let reported_at = Some(history.changes[1].committed_at);
        let account = szz.account(variant, Some(3), &history.changes[4], reported_at);
        let late = |it: &&crate::Judged| it.position > 1;
        assert!(account.judged.iter().any(|it| late(&it)), "{variant}");
        for it in account.judged.iter().filter(late) {
            assert_eq!(it.verdict, Verdict::AfterReport, "{variant}");
        }
        assert!(account.kept().all(|it| it.position <= 1), "{variant}");
    }
}

#[test]
fn the_most_recent_candidate_is_the_one_committed_last() {
    let mut history = story();
    history.changes[1].committed_at = Timestamp(10_000);
    assert_eq!(links(&run(&history, options(Variant::R))[4]), [(1, 1)]);
    history.changes[2].committed_at = Timestamp(10_000);
    assert_eq!(links(&run(&history, options(Variant::R))[4]), [(2, 1)]);
}

#[test]
fn files_that_do_not_count_are_not_traced() {
    let mut history = History::default();
    next(&mut history, &[("a.c", "a"), ("gen/b.c", "a")], "start");
    next(&mut history, &[("a.c", "b"), ("gen/b.c", "a")], "work");
    next(&mut history, &[("a.c", "b"), ("gen/b.c", "b")], "more");
    next(&mut history, &[("a.c", "c"), ("gen/b.c", "c")], "fix crash");
    let without = |patterns: &[&str]| Options {
        variant: Variant::Ag,
        exclusion: Exclusion::new(b"", patterns.iter().copied()).expect("they are patterns"),
        ..Options::default()
    };
    assert_eq!(links(&run(&history, without(&[]))[3]), [(1, 1), (2, 1)]);
    assert_eq!(links(&run(&history, without(&["gen/"]))[3]), [(1, 1)]);
    let nothing = &run(&history, without(&["*"]))[3];
    assert!(nothing.fix.is_some() && nothing.links.is_empty());
    assert_eq!(reasons(nothing), [SkipReason::FixOnlyAdds]);
}

#[test]
fn a_fix_that_touches_too_many_files_is_counted() {
    let mut history = History::default();
    next(
        &mut history,
        &[("a.c", "a"), ("b.c", "a"), ("n.txt", "x")],
        "start",
    );
    next(
        &mut history,
        &[("a.c", "b"), ("b.c", "b"), ("n.txt", "y")],
        "fix crash",
    );
    let at_most = |max_fix_files| Options {
        max_fix_files,
        ..Options::default()
    };
    assert_eq!(links(&run(&history, at_most(2))[1]), [(0, 2)]);
    let skipped = &run(&history, at_most(1))[1];
    assert_eq!(reasons(skipped), [SkipReason::FixTouchesTooManyFiles]);
    assert!(skipped.fix.is_some() && skipped.links.is_empty());
}

#[test]
fn fixes_without_a_line_to_trace_are_counted() {
    let mut history = History::default();
    next(&mut history, &[("a.c", "a //x b")], "start");
    next(&mut history, &[("a.c", "a //x b c")], "fix crash");
    next(&mut history, &[("a.c", "a //y b c d")], "fix crash");
    next(
        &mut history,
        &[("a.c", "a //y b c d"), ("new.c", "a")],
        "fix crash",
    );
    let outcomes = run(&history, options(Variant::R));
    assert_eq!(reasons(&outcomes[1]), [SkipReason::FixOnlyAdds]);
    assert_eq!(reasons(&outcomes[2]), [SkipReason::FixOnlyCosmetic]);
    assert_eq!(reasons(&outcomes[3]), [SkipReason::FixOnlyAdds]);
}

#[test]
fn lines_of_merges_are_no_ones() {
    // 0 - 1 - 3 - 4      3 is an evil merge, 4 fixes its line and one of 1.
    //  \- 2 -/
    let mut history = History::default();
    history.commit(&[], &[("a.c", "a b c")]);
    history.commit(&[0], &[("a.c", "x b c")]);
    history.commit(&[0], &[("a.c", "a b z")]);
    history.commit(&[1, 2], &[("a.c", "x evil z")]);
    history.add(&[3], tree(&[("a.c", "y good z")]), &[], "fix crash");
    let outcome = &run(&history, options(Variant::R))[4];
    assert_eq!(links(outcome), [(1, 1)]);
    assert_eq!(reasons(outcome), [SkipReason::OriginNotAChange]);
    assert_eq!(outcome.skipped[0].path, Some("a.c".into()));
}

#[test]
fn named_changes_are_linked_without_tracing() {
    let mut history = story();
    let message = format!("net: x\n\nFixes: {}\n", &id(0).to_hex()[..12]);
    next(&mut history, &[("a.c", "z"), ("t/a.sh", "r")], &message);
    next(
        &mut history,
        &[("a.c", "b2"), ("t/a.sh", "r")],
        "Revert \"more\"",
    );
    next(
        &mut history,
        &[("a.c", "b3"), ("t/a.sh", "r")],
        "Revert \"Revert \"more\"\"",
    );
    let message = format!("take it back\n\nThis reverts commit {}.", id(6));
    next(&mut history, &[("a.c", "b4"), ("t/a.sh", "r")], &message);
    let outcomes = run(&history, Options::default());
    let named = |fix, inducing, evidence| Link {
        fix,
        inducing,
        evidence,
        lines: 0,
        weight: Weight::CERTAIN,
    };
    assert_eq!(outcomes[5].links, [named(5, 0, Evidence::Trailer)]);
    assert_eq!(outcomes[6].links, [named(6, 2, Evidence::Revert)]);
    // Neither form of taking back a revert is a fix.
    assert_eq!(outcomes[7], Outcome::default());
    assert_eq!(outcomes[8], Outcome::default());
}

#[test]
fn what_is_named_but_unknown_is_traced_instead() {
    let mut history = story();
    let message = "net: x\n\nFixes: 123456789abc (\"never seen\")\n";
    next(
        &mut history,
        &[("a.c", "a b2 c3 //y d"), ("t/a.sh", "r")],
        message,
    );
    let message = "net: x\n\nFixes: 123456789abc (\"more\")\n";
    next(
        &mut history,
        &[("a.c", "a b2 c4 //y d"), ("t/a.sh", "r")],
        message,
    );
    let outcomes = run(&history, Options::default());
    assert_eq!(links(&outcomes[5]), [(4, 1)]);
    assert_eq!(reasons(&outcomes[5]), [SkipReason::NamedChangeNotFound]);
    // The subject finds what the id does not.
    assert_eq!(links(&outcomes[6]), [(2, 0)]);
    assert!(outcomes[6].skipped.is_empty());
}

#[test]
fn ignored_revisions_induce_nothing() {
    let history = story();
    let mut skip_two = options(Variant::Ag);
    skip_two.ignored = BTreeSet::from([id(2)]);
    assert_eq!(links(&run(&history, skip_two)[4]), [(0, 1), (1, 1)]);
}

#[test]
fn a_change_is_explained_without_being_absorbed() {
    let history = story();
    let mut szz = Szz::new(Options::default());
    assert!(szz.is_empty());
    for (at, change) in history.changes[..4].iter().enumerate() {
        szz.absorb(at as Position, &history.parents[at], change, &[true]);
    }
    assert_eq!(szz.len(), 4);
    // Commits that are remembered can be followed, and no others.
    assert!(szz.can_follow(3) && szz.can_follow(2) && !szz.can_follow(4));
    assert!(szz.classify(&history.changes[4]).is_some());
    let explanation = szz.explain(&history.changes[3]);
    let nothing = Explanation::NotFix {
        reason: NotFix::NoEvidence,
        matched: None,
    };
    assert_eq!(explanation, nothing);
    assert_eq!(
        szz.origins().deleted_origins(Some(3), &history.changes[4]),
        [1, 2, 1, 1]
    );
}

#[test]
fn a_saved_state_must_fit() {
    let history = story();
    let mut szz = Szz::new(Options::default());
    for (at, change) in history.changes.iter().enumerate() {
        szz.absorb(at as Position, &history.parents[at], change, &[true]);
    }
    let other = restored(&szz, szz.save(), options(Variant::B));
    assert!(matches!(other, Err(Error::OtherWhitespace { .. })));
    let mut damaged = szz.save();
    damaged.index = Szz::new(Options::default()).save().index;
    let damaged = restored(&szz, damaged, Options::default());
    assert!(matches!(damaged, Err(Error::Inconsistent { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn stopping_anywhere_changes_nothing(history in histories(), variant in 0..6_usize) {
        let options = options(Variant::ALL[variant]);
        let last = history.last_children();
        let mut straight = Szz::new(options.clone());
        let mut resumed = straight.clone();
        for (at, change) in history.changes.iter().enumerate() {
            resumed = restored(&resumed, resumed.save(), options.clone()).expect("it was just saved");
            let one = straight.absorb(at as Position, &history.parents[at], change, &last[at]);
            let two = resumed.absorb(at as Position, &history.parents[at], change, &last[at]);
            prop_assert_eq!(&one, &two);
            prop_assert_eq!(straight.save(), resumed.save());
            for link in &one.links {
                prop_assert!(link.inducing < link.fix && link.fix == at as Position);
                prop_assert!(history.parents[link.inducing as usize].len() < 2);
            }
            prop_assert!(one.links.windows(2).all(|it| it[0].inducing < it[1].inducing));
            prop_assert!(one.fix.is_some() || one.links.is_empty());
        }
    }
}

/// Writes a line in three files, then fixes each of them: 3 as a fix of its own, 4 as what `repeat` makes of it.
fn repeated(repeat: impl Fn(&mut History, Position)) -> Vec<Outcome> {
    let mut history = History::default();
    next(&mut history, &[("a.c", "a"), ("b.c", "b")], "start");
    next(&mut history, &[("a.c", "A"), ("b.c", "b")], "work");
    next(&mut history, &[("a.c", "A"), ("b.c", "B")], "more");
    let fix = next(&mut history, &[("a.c", "x"), ("b.c", "B")], "fix crash");
    let base = history.add(
        &[2],
        tree(&[("a.c", "A"), ("b.c", "B"), ("c.c", "c")]),
        &[],
        "add c",
    );
    let files = tree(&[("a.c", "x"), ("b.c", "B"), ("c.c", "c")]);
    history.add(&[base], files, &[], "fix crash");
    repeat(&mut history, fix);
    run(&history, options(Variant::R))
}

#[test]
fn a_fix_that_repeats_another_is_linked_to_nothing_by_its_lines() {
    let cherry = |history: &mut History, fix: Position| {
        let id = id(fix).to_hex();
        let message = format!("Land it: fix crash\n\n(cherry picked from commit {id})\n");
        history.changes.last_mut().unwrap().message = message;
    };
    let twin = |history: &mut History, fix: Position| {
        let authored_at = history.changes[fix as usize].authored_at;
        let last = history.changes.last_mut().unwrap();
        last.authored_at = authored_at;
        last.message = "[1.2] fix crash (#12)\n\nother words".to_owned();
    };
    for repeat in [&cherry as &dyn Fn(&mut History, Position), &twin] {
        let outcomes = repeated(repeat);
        assert_eq!(links(&outcomes[3]), [(1, 1)]);
        let fix = outcomes[5].fix.as_ref().expect("it is told as a fix");
        assert_eq!(fix.duplicate_of, Some(3));
        assert_eq!(
            (links(&outcomes[5]), reasons(&outcomes[5])),
            (vec![], vec![])
        );
    }
    let alone = |_: &mut History, _| {};
    let of_no_fix = |history: &mut History, _| {
        let message = format!(
            "fix crash\n\n(cherry picked from commit {})\n",
            id(2).to_hex()
        );
        history.changes.last_mut().unwrap().message = message;
    };
    let with_other_files = |history: &mut History, fix: Position| {
        twin(history, fix);
        history.changes[fix as usize].files[0].path = "other.c".into();
    };
    for repeat in [
        &alone as &dyn Fn(&mut History, Position),
        &of_no_fix,
        &with_other_files,
    ] {
        let outcomes = repeated(repeat);
        assert_eq!(outcomes[5].fix.as_ref().unwrap().duplicate_of, None);
        assert_eq!(links(&outcomes[5]), [(1, 1)]);
    }
}

#[test]
fn what_a_repeated_fix_names_is_linked_and_it_is_explained_alike_later() {
    let mut history = History::default();
    next(&mut history, &[("a.c", "a")], "start");
    next(&mut history, &[("a.c", "b")], "work");
    let fix = next(&mut history, &[("a.c", "c")], "fix crash");
    let named = id(1).to_hex();
    let copied = id(fix).to_hex();
    let message = format!("x\n\nFixes: {named}\n(cherry picked from commit {copied})\n");
    next(&mut history, &[("a.c", "d")], &message);
    let outcomes = run(&history, options(Variant::R));
    assert_eq!(links(&outcomes[3]), [(1, 0)]);
    let mut szz = Szz::new(options(Variant::R));
    let last = history.last_children();
    for (at, change) in history.changes.iter().enumerate() {
        let before = szz.classify(change).and_then(|fix| fix.duplicate_of);
        let told = szz.absorb(at as Position, &history.parents[at], change, &last[at]);
        assert_eq!(told.fix.and_then(|fix| fix.duplicate_of), before);
    }
    for (change, outcome) in history.changes.iter().zip(&outcomes) {
        let known = szz.classify(change).map(|fix| fix.duplicate_of);
        assert_eq!(known, outcome.fix.as_ref().map(|fix| fix.duplicate_of));
    }
}
