//! What a range did, alone and together, is what git says.
//!
//! Oracles: a commit of the tip's tree on top of the merge base, as a squash merge makes it, and `git blame`.

use risk_change::{Change, FileKind, FileStatus};
use risk_history::{Range, Repository};
use risk_testkit::{TestRepo, blame, hand_drawn, random_history, rev_list};
use std::collections::{BTreeMap, BTreeSet};

fn read(repo: &TestRepo, base: &str, tip: &str) -> (Repository, Range) {
    let repository = Repository::discover(repo.path()).expect("there is a repository");
    let (base, tip) = (repository.resolve(base), repository.resolve(tip));
    let range = repository.range(&base.expect("it is there"), &tip.expect("it is there"), 2);
    (repository, range.expect("the repository is whole"))
}

/// The commit that a squash merge would make.
fn squashed(repo: &TestRepo, repository: &Repository, range: &Range, tip: &str) -> Change {
    let mut args = vec!["commit-tree".to_owned(), format!("{tip}^{{tree}}")];
    let fork = range.fork.map(|id| id.to_hex());
    args.extend(fork.into_iter().flat_map(|id| ["-p".to_owned(), id]));
    args.extend(["-m", "squashed"].map(str::to_owned));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let id = repository
        .resolve(&repo.git(&args))
        .expect("it was just made");
    repository.change(&id).expect("the repository is whole")
}

/// The paths of all files of a commit.
fn files_of(repo: &TestRepo, rev: &str) -> BTreeSet<Vec<u8>> {
    let listed = repo.git_with(
        &["ls-tree", "-r", "-z", "--format=%(objecttype) %(path)", rev],
        b"",
    );
    let entries = listed.split(|&byte| byte == 0);
    entries
        .filter_map(|it| it.strip_prefix(b"blob "))
        .map(<[u8]>::to_vec)
        .collect()
}

/// Compares a range with git; returns how many lines were found to be of its commits.
fn compare(repo: &TestRepo, base: &str, tip: &str) -> usize {
    let (repository, range) = read(repo, base, tip);
    let listed = rev_list(repo, &[&format!("{base}..{tip}")]);
    let mut ids: Vec<String> = range
        .history
        .changes
        .iter()
        .map(|it| it.id.to_hex())
        .collect();
    ids.sort();
    let mut expected = listed;
    expected.sort();
    assert_eq!(ids, expected);
    assert_eq!(
        range.combined.files,
        squashed(repo, &repository, &range, tip).files
    );

    let mut own: BTreeMap<(usize, u32), String> = BTreeMap::new();
    let survivors = range.survivors();
    for (change, survivors) in range.history.changes.iter().zip(&survivors) {
        for stretch in &survivors.written {
            for at in stretch.at..stretch.at + stretch.len {
                let before = own.insert((stretch.file, at), change.id.to_hex());
                assert_eq!(before, None, "a line has one origin");
            }
        }
        // What it wrote is part of what it left, at the same places.
        let seen = |line: u32, file, at: u32| {
            let mut all = survivors.seen.iter();
            all.any(|it| {
                it.file == file
                    && it.at <= at
                    && at < it.at + it.len
                    && it.line + (at - it.at) == line
            })
        };
        for stretch in survivors.written.iter().filter(|_| !change.is_merge()) {
            assert!((0..stretch.len).all(|k| seen(stretch.line + k, stretch.file, stretch.at + k)));
        }
    }
    let files = files_of(repo, tip);
    let mut n_own = 0;
    for (file, end) in range.combined.files.iter().enumerate() {
        // A file that became a commit of another repository has a line, which git does not trace.
        let is_file = files.contains(end.path.as_bytes());
        if end.status == FileStatus::Deleted || end.kind != FileKind::Text || !is_file {
            continue;
        }
        let git = blame(repo, tip, end.path.as_bytes());
        for (origin, at) in git.iter().zip(0..) {
            let ours = own.get(&(file, at));
            let theirs = Some(origin).filter(|id| ids.binary_search(id).is_ok());
            assert_eq!(
                ours,
                theirs,
                "{:?} line {} of {base}..{tip}",
                end.path,
                at + 1
            );
            n_own += usize::from(theirs.is_some());
        }
    }
    n_own
}

#[test]
fn lines_of_random_ranges_are_of_whom_git_says() {
    let mut n_own = 0;
    for seed in 0..8 {
        let repo = random_history(seed, 50);
        let all = rev_list(&repo, &["--topo-order", "HEAD"]);
        for at in [1, 4, 11, 23, 40] {
            n_own += compare(&repo, &all[at], "HEAD");
        }
        n_own += compare(&repo, &all[30], &all[3]);
    }
    assert!(n_own > 3_000, "{n_own}");
}

#[test]
fn lines_of_drawn_ranges_are_of_whom_git_says() {
    for (_, repo) in hand_drawn() {
        let all = rev_list(&repo, &["HEAD"]);
        for base in &all[1..] {
            compare(&repo, base, "HEAD");
        }
    }
}

#[test]
fn a_range_without_commits_and_one_without_common_history_are_ranges_too() {
    let repo = TestRepo::new();
    repo.write("a", "1\n2\n").commit("Add a");
    repo.write("a", "1\n3\n").commit("Change a");
    let (_, range) = read(&repo, "HEAD", "HEAD~1");
    assert!(range.history.changes.is_empty() && range.combined.files.is_empty());
    assert!(range.survivors().is_empty());
    repo.git(&["checkout", "-q", "--orphan", "other"]);
    repo.write("b", "x\n").commit("Begin anew");
    assert_eq!(compare(&repo, "main", "other"), 3);
    assert_eq!(read(&repo, "main", "other").1.fork, None);
}
