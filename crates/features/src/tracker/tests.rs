use super::Tracker;
use super::naive::{Past, past_of};
use crate::Features;
use crate::testing::{DAY, at, author, file};
use proptest::collection::vec;
use proptest::prelude::*;
use risk_change::{Ancestry, Author, Change, FileChange, FileStatus, RepoPath, Timestamp};

const PATHS: [&str; 7] = [
    "Makefile",
    "a/x.c",
    "a/y.c",
    "b/x.c",
    "b/c/z.c",
    "docs/d.md",
    "log",
];

/// One commit to be made: `back` says how far the parents are.
#[derive(Clone, Debug)]
struct Step {
    back: usize,
    merge: Option<usize>,
    author: usize,
    wait: i64,
    is_fix: bool,
    files: Vec<(usize, u8, usize, u32)>,
}

fn step(n_paths: usize, max_files: usize) -> impl Strategy<Value = Step> {
    let wait = prop_oneof![8 => 0..40_i64, 2 => -60..400_i64, 1 => -20_000..40_000_i64];
    let file = (0..n_paths, 0..10_u8, 0..n_paths, 0..50_u32);
    (
        prop_oneof![3 => Just(1_usize), 1 => 1..6_usize],
        prop::option::weighted(0.2, 1..6_usize),
        0..4_usize,
        wait,
        any::<bool>(),
        vec(file, 0..=max_files),
    )
        .prop_map(|(back, merge, author, wait, is_fix, files)| Step {
            back,
            merge,
            author,
            wait,
            is_fix,
            files,
        })
}

fn files(step: &Step) -> Vec<FileChange> {
    let mut files: Vec<FileChange> = step
        .files
        .iter()
        .map(|&(path, kind, other, lines)| {
            let mut file = file(PATHS[path], lines, lines / 3);
            file.status = match kind {
                0 | 1 => FileStatus::Added,
                2 => FileStatus::Deleted,
                3 => FileStatus::ModeChanged,
                4 | 5 if other != path => FileStatus::Renamed,
                _ => FileStatus::Modified,
            };
            if file.status == FileStatus::Renamed {
                file.old_path = Some(RepoPath::from(PATHS[other]));
            }
            file
        })
        .collect();
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files.dedup_by(|left, right| left.path == right.path);
    files
}

/// The non-merge changes of a history made of these steps.
fn history(steps: &[Step]) -> Vec<Past> {
    let mut graph = Ancestry::default();
    let mut changes = Vec::new();
    let mut now = 1_000_000_000;
    for step in steps {
        let position = graph.len() as u32;
        let parent = |back: usize| position.checked_sub(back as u32);
        let mut parents: Vec<u32> = parent(step.back)
            .into_iter()
            .chain(step.merge.and_then(parent))
            .collect();
        parents.dedup();
        let ancestors = graph.append(&parents);
        now += step.wait * DAY / 2;
        if parents.len() > 1 {
            continue;
        }
        let change = Change {
            committed_at: Timestamp(now),
            message: "message".to_owned(),
            ..at(0, &files(step))
        };
        let author = match step.author {
            3 => Author {
                name: "nobody".into(),
                email: "".into(),
            },
            n => author(["ann", "bob", "eve"][n]),
        };
        changes.push(Past {
            change,
            position,
            ancestors,
            author,
            is_fix: step.is_fix,
        });
    }
    changes
}

fn bits(features: &Features) -> Vec<u64> {
    features.to_row().iter().map(|x| x.to_bits()).collect()
}

/// Every law of the tracker over one history.
fn check(changes: &[Past]) {
    let mut tracker = Tracker::default();
    let mut resumed = Tracker::default();
    let mut rows = Vec::new();
    for (index, next) in changes.iter().enumerate() {
        let peeked = tracker.peek(&next.change, &next.seen());
        let observed = tracker.observe(&next.change, &next.seen());
        assert_eq!(bits(&peeked), bits(&observed), "peek at {index}");

        let (history, experience) = past_of(&changes[..index], next);
        assert_eq!(observed.history, history, "naive at {index}");
        assert_eq!(observed.experience, experience, "naive at {index}");
        assert!(observed.to_row().iter().all(|x| x.is_finite() && *x >= 0.0));
        assert!(observed.to_row().iter().all(|x| x.is_sign_positive()));

        let saved = resumed.save();
        resumed = Tracker::restore(&saved).unwrap();
        assert_eq!(resumed.save(), saved, "saved at {index}");
        let unprepared = resumed.peek(&next.change, &next.seen());
        assert_eq!(bits(&unprepared), bits(&observed), "unprepared at {index}");
        let after = resumed.observe(&next.change, &next.seen());
        assert_eq!(bits(&after), bits(&observed), "restored at {index}");
        rows.push(observed);
    }
    assert_eq!(tracker.save(), resumed.save());
    // Nothing absorbed later alters what a change may know.
    for (past, row) in changes.iter().zip(&rows) {
        let later = tracker.peek(&past.change, &past.seen());
        assert_eq!(bits(&later), bits(row), "looking back to {}", past.position);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_tracker_equals_plain_recomputation(steps in vec(step(7, 4), 1..40)) {
        check(&history(&steps));
    }

    #[test]
    fn few_paths_that_move_a_lot_keep_their_histories_apart(steps in vec(step(3, 3), 1..30)) {
        check(&history(&steps));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn long_lists_of_one_file_and_author_are_counted_alike(steps in vec(step(7, 2), 250..300)) {
        let long = |(index, mut step): (usize, Step)| {
            step.author /= 3;
            // One path is touched by nearly every change, as a change log is.
            step.files.push((6, 9, 6, 1));
            // A trunk first, so that most of the history is known for sure.
            if index < 220 {
                step.back = 1;
                step.merge = None;
            }
            step
        };
        let steps: Vec<Step> = steps.into_iter().enumerate().map(long).collect();
        check(&history(&steps));
    }
}

#[test]
#[should_panic(expected = "ascending order of position")]
fn a_position_is_absorbed_once() {
    let changes = history(&[Step {
        back: 1,
        merge: None,
        author: 0,
        wait: 0,
        is_fix: false,
        files: Vec::new(),
    }]);
    let mut tracker = Tracker::default();
    tracker.observe(&changes[0].change, &changes[0].seen());
    tracker.observe(&changes[0].change, &changes[0].seen());
}
