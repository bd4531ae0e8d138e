//! Trees that nobody can check out: they end the reading with an error, not the process.

use risk_history::{Cached, Error, History, Repository, Silent};
use risk_testkit::TestRepo;
use std::fmt::Write;

fn read(repo: &TestRepo) -> Result<History, Error> {
    let repository = Repository::discover(repo.path()).expect("there is a repository");
    let tip = repository.resolve("HEAD")?;
    repository.read(&tip, &|_| None, 0, &mut Cached::default(), 2, &Silent)
}

/// Commits a tree that holds the one before, so many times over.
fn stacked(n_levels: usize, names: &[&str]) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a", "a\n").commit("Begin");
    let blob = repo.id("HEAD:a");
    let mut below = format!("100644 blob {blob}\ta\n");
    for _ in 0..n_levels {
        let tree = repo.git_with(&["mktree"], below.as_bytes());
        let tree = String::from_utf8(tree).expect("an id is ASCII");
        below.clear();
        for name in names {
            writeln!(below, "040000 tree {}\t{name}", tree.trim()).expect("a string takes it");
        }
    }
    let top = repo.git_with(&["mktree"], below.as_bytes());
    let top = String::from_utf8(top).expect("an id is ASCII");
    let commit = repo.git(&["commit-tree", top.trim(), "-p", "HEAD", "-m", "Stack"]);
    repo.git(&["update-ref", "HEAD", commit.trim()]);
    repo
}

#[test]
fn a_tree_that_lies_too_deep_is_named() {
    let deep = |n_levels| {
        let repo = TestRepo::new();
        let path = "d/".repeat(n_levels) + "a";
        let stream = format!(
            "commit refs/heads/main\ncommitter A <a> 1 +0000\ndata 1\nx\nM 100644 inline {path}\ndata 1\na\n"
        );
        // Nothing is checked out: no file system takes such a path.
        repo.git_with(&["fast-import", "--quiet"], stream.as_bytes());
        read(&repo)
    };
    let history = deep(2_048).expect("git reads as deep");
    assert_eq!(history.changes.len(), 1);
    let error = deep(2_100).expect_err("git gives up, too");
    assert!(matches!(error, Error::Sprawling { .. }), "{error}");
}

#[test]
fn few_trees_that_stand_for_more_files_than_there_are_are_not_followed() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let error = read(&stacked(10, &names)).expect_err("ten thousand million files are not read");
    assert!(matches!(error, Error::Sprawling { .. }), "{error}");
}
