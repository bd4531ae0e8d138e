//! What is read equals what git counts, in one order, whichever way it is read.
//!
//! Oracles: `git log --no-merges --numstat -M` and `git rev-list`.

use risk_change::{Change, ChangeId, FileKind, Position};
use risk_history::{Cached, History, Repository, Silent};
use risk_testkit::{
    Drawing, NumstatRow, TestRepo, hand_drawn, numstat_all, random_history, rev_list,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// All drawings, and random histories.
fn histories() -> impl Iterator<Item = (String, TestRepo)> {
    let drawn = hand_drawn().map(|(name, repo): Drawing| (name.to_owned(), repo));
    drawn.chain((0..25).map(|seed| (format!("seed {seed}"), random_history(seed, 60))))
}

fn id(hex: &str) -> ChangeId {
    ChangeId::from_hex(hex).expect("git prints whole ids")
}

fn read_up_to(path: &Path, tip: &str, threads: usize) -> History {
    let repository = Repository::discover(path).expect("there is a repository");
    let tip = repository.resolve(tip).expect("there is such a commit");
    repository
        .read(&tip, &|_| None, 0, &mut Cached::default(), threads, &Silent)
        .expect("the repository is whole")
}

/// The rows that git should print for a change, in the order of its files.
fn rows(change: &Change) -> Vec<NumstatRow> {
    let row = |file: &risk_change::FileChange| {
        let has_lines = file.kind != FileKind::Binary;
        NumstatRow {
            path: file.path.as_bytes().to_vec(),
            old_path: file.old_path.as_ref().map(|path| path.as_bytes().to_vec()),
            added: has_lines.then(|| file.edit.added()),
            deleted: has_lines.then(|| file.edit.removed()),
        }
    };
    change.files.iter().map(row).collect()
}

/// The first-parent chain of `main`, oldest first.
fn chain(repo: &TestRepo) -> Vec<String> {
    rev_list(repo, &["--first-parent", "--reverse", "HEAD"])
}

#[test]
fn every_change_has_the_line_counts_of_git() {
    for (name, repo) in histories() {
        let git = numstat_all(&repo, "HEAD");
        let history = read_up_to(repo.path(), "HEAD", 2);
        let ours: BTreeMap<String, Vec<NumstatRow>> = history
            .changes
            .iter()
            .filter(|change| !change.is_merge())
            .map(|change| (change.id.to_hex(), rows(change)))
            .collect();
        for (commit, expected) in &git {
            assert_eq!(ours.get(commit), Some(expected), "{name}, {commit}");
        }
        assert_eq!(ours.len(), git.len(), "{name}");
        assert!(history.skipped.is_empty(), "{name}");
    }
}

#[test]
fn every_commit_comes_once_and_after_its_parents() {
    for (name, repo) in histories() {
        let history = read_up_to(repo.path(), "HEAD", 2);
        let ids: BTreeSet<ChangeId> = history.changes.iter().map(|change| change.id).collect();
        let git: BTreeSet<ChangeId> = rev_list(&repo, &["HEAD"]).iter().map(|it| id(it)).collect();
        assert_eq!(ids, git, "{name}");
        assert_eq!(history.changes.len(), git.len(), "{name}");
        for (position, (change, parents)) in
            history.changes.iter().zip(&history.parents).enumerate()
        {
            let named: Vec<ChangeId> = parents
                .iter()
                .map(|&parent| history.changes[parent as usize].id)
                .collect();
            assert_eq!(named, change.parents, "{name}, {position}");
            assert!(
                parents.iter().all(|&parent| (parent as usize) < position),
                "{name}, {position}"
            );
        }
    }
}

#[test]
fn the_order_of_a_first_parent_ancestor_is_a_prefix_and_reading_can_go_on_from_it() {
    for (name, repo) in histories() {
        let whole = read_up_to(repo.path(), "HEAD", 2);
        let repository = Repository::discover(repo.path()).expect("there is a repository");
        let tip = repository.resolve("HEAD").expect("HEAD is born");
        for stop in chain(&repo) {
            let first = read_up_to(repo.path(), &stop, 1);
            let n = first.changes.len();
            assert_eq!(first.changes, whole.changes[..n], "{name}, up to {stop}");
            assert_eq!(first.parents, whole.parents[..n], "{name}, up to {stop}");
            let placed: BTreeMap<ChangeId, Position> = first
                .changes
                .iter()
                .map(|change| change.id)
                .zip(0..)
                .collect();
            let known = |id: &ChangeId| placed.get(id).copied();
            let second = repository
                .read(
                    &tip,
                    &known,
                    n as Position,
                    &mut Cached::default(),
                    1,
                    &Silent,
                )
                .expect("the repository is whole");
            assert_eq!(second.changes, whole.changes[n..], "{name}, from {stop}");
            assert_eq!(second.parents, whole.parents[n..], "{name}, from {stop}");
            assert_eq!(second.statistics.commits, whole.changes.len() - n);
        }
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    // More commits than one worker takes at a time.
    let large = (100..103).map(|seed| (format!("seed {seed}"), random_history(seed, 200)));
    for (name, repo) in histories().chain(large) {
        let one = read_up_to(repo.path(), "HEAD", 1);
        for threads in [2, 4] {
            let more = read_up_to(repo.path(), "HEAD", threads);
            assert_eq!(more.changes, one.changes, "{name}, {threads} threads");
            assert_eq!(more.parents, one.parents, "{name}, {threads} threads");
        }
    }
}

/// Every so many changes of a history, as if they had been read before.
fn every(n: usize, history: &History) -> Cached {
    let some = history.changes.iter().step_by(n);
    some.map(|change| (change.id, (change.clone(), Vec::new())))
        .collect()
}

#[test]
fn what_is_cached_is_taken_from_there_and_is_what_would_be_read() {
    for seed in 0..6 {
        let repo = random_history(seed, 60);
        let whole = read_up_to(repo.path(), "HEAD", 2);
        let repository = Repository::discover(repo.path()).expect("there is a repository");
        let tip = repository.resolve("HEAD").expect("HEAD is born");
        for keep in [1, 2, 3] {
            let mut cached = every(keep, &whole);
            let again = repository
                .read(&tip, &|_| None, 0, &mut cached, 2, &Silent)
                .expect("the repository is whole");
            assert_eq!(again.changes, whole.changes, "seed {seed}, every {keep}");
            assert_eq!(again.parents, whole.parents, "seed {seed}, every {keep}");
            assert!(cached.is_empty());
            assert!(again.statistics.pairs < whole.statistics.pairs);
            assert_eq!(again.statistics.pairs == 0, keep == 1);
        }
    }
}

#[test]
fn where_pieces_end_alters_nothing() {
    for (name, repo) in histories().step_by(2).chain(wide_histories()) {
        let whole = read_up_to(repo.path(), "HEAD", 2);
        let repository = Repository::discover(repo.path()).expect("there is a repository");
        let tip = repository.resolve("HEAD").expect("HEAD is born");
        let walk = repository
            .walk(&tip, &|_| None, 0, &Silent)
            .expect("the repository is whole");
        for (n_commits, n_files, keep) in [(1, 1, 3), (7, 40, 2), (1_000, 5, 1_000)] {
            let mut cached = every(keep, &whole);
            let pieces = repository.pieces(&walk, 2, &Silent).expect("two threads");
            let mut pieces = pieces.of(n_commits, n_files);
            let (mut changes, mut parents, mut last, mut landed) =
                (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            let mut n_pieces = 0;
            while let Some(piece) = pieces
                .read_next(&mut cached)
                .expect("the repository is whole")
            {
                assert!((1..=n_commits).contains(&piece.changes.len()), "{name}");
                changes.extend(piece.changes);
                parents.extend(piece.parents);
                last.extend(piece.last_children);
                landed.extend(piece.landed_at);
                n_pieces += 1;
            }
            assert!(n_pieces >= walk.len().div_ceil(n_commits), "{name}");
            if walk.len() > 64 {
                assert!(n_pieces > 1, "{name}: a chunk has more than five files");
            }
            assert_eq!(changes, whole.changes, "{name}, {n_commits}");
            assert_eq!(parents, whole.parents, "{name}, {n_commits}");
            assert_eq!(last, whole.last_children, "{name}, {n_commits}");
            assert_eq!(landed, whole.landed_at, "{name}, {n_commits}");
        }
    }
}

/// Of more commits than a worker takes at a time.
fn wide_histories() -> impl Iterator<Item = (String, TestRepo)> {
    (90..93).map(|seed| (format!("seed {seed}, 200"), random_history(seed, 200)))
}

#[test]
fn a_change_read_alone_is_the_one_of_the_history() {
    for (name, repo) in histories().step_by(3) {
        let repository = Repository::discover(repo.path()).expect("there is a repository");
        for change in read_up_to(repo.path(), "HEAD", 1).changes {
            let alone = repository.change(&change.id).expect("it is there");
            assert_eq!(alone, change, "{name}");
        }
    }
}
