//! Merges of thousands of parents, of the same one many times, and of some that are not there.

use crate::harness::lived;
use crate::objects::Draft;
use crate::size;
use crate::trial::Trial;
use risk_testkit::{FIRST_COMMIT_AT, TestRepo};
use std::fmt::Write;

/// Merges of so many branches of one commit each. A branch edits the file that its number leads to, of `n_files`, and
/// so do those of the merges after it.
fn octopus(n_merges: usize, n_branches: usize, n_files: usize) -> TestRepo {
    let repo = lived(520, 30);
    let mut stream = String::new();
    let mut base = repo.head();
    let mut mark = 0;
    let mut commit = |stream: &mut String, name: &str, from: &str, message: &str| {
        mark += 1;
        let at = FIRST_COMMIT_AT + 100 * 86_400 + i64::from(mark) * 60;
        writeln!(
            stream,
            "commit refs/heads/{name}\nmark :{mark}\ncommitter Ann <Ann@example.org> {at} +0000\ndata {}\n{message}\nfrom {from}",
            message.len()
        )
        .unwrap();
        mark
    };
    for merge in 0..n_merges {
        let mut branches = Vec::new();
        for branch in 0..n_branches {
            let id = commit(&mut stream, "side", &base, "Fix a file");
            branches.push(id);
            let content = format!("fn f_{merge}_{branch}() {{}}\n");
            let file = branch % n_files;
            writeln!(
                stream,
                "M 100644 inline many/f{file}.rs\ndata {}\n{content}",
                content.len()
            )
            .unwrap();
        }
        let id = commit(&mut stream, "main", &base, "Merge them");
        for branch in &branches {
            writeln!(stream, "merge :{branch}").unwrap();
        }
        for file in 0..n_files {
            let branch = (0..n_branches).rev().find(|it| it % n_files == file);
            let content = format!("fn f_{merge}_{}() {{}}\n", branch.unwrap());
            writeln!(
                stream,
                "M 100644 inline many/f{file}.rs\ndata {}\n{content}",
                content.len()
            )
            .unwrap();
        }
        base = format!(":{id}");
    }
    repo.git_with(&["fast-import", "--quiet", "--force"], stream.as_bytes());
    repo.git(&["branch", "-q", "-D", "side"]);
    repo
}

#[test]
fn merges_of_thousands_of_parents_are_followed() {
    let repo = octopus(3, size(200, 10_000), 10);
    let trial = Trial::new("octopus merges", &repo)
        .range("HEAD~1..HEAD")
        .within(600, 1_500);
    trial.answers();
    trial.pushes();
}

#[test]
fn a_merge_of_parents_that_bring_a_file_each_is_followed_up_to_a_bound() {
    let n = size(200, 1_000);
    let repo = octopus(2, n, n);
    let trial = Trial::new("a file from each of many parents", &repo)
        .range("HEAD~1..HEAD")
        .within(600, 2_000);
    trial.answers();
    trial.pushes();
    // Each file would be looked for in each parent.
    let n = size(1_100, 10_000);
    let repo = octopus(1, n, n);
    let trial = Trial::new("more files from more parents", &repo)
        .range("HEAD^2")
        .within(600, 1_000);
    trial.refuses_to_learn(&["merges more files from more parents", "delete the branch"]);
    trial.pushes();
}

#[test]
fn a_parent_may_stand_there_many_times() {
    let repo = lived(521, 30);
    let parent = repo.head();
    let before = repo.id("HEAD~1");
    Draft {
        parents: vec![parent.clone(); size(2_000, 100_000)],
        ..Draft::on(&repo, 100)
    }
    .land(&repo);
    Draft {
        parents: (0..50)
            .flat_map(|_| [repo.head(), before.clone(), parent.clone()])
            .collect(),
        ..Draft::on(&repo, 101)
    }
    .land(&repo);
    let trial = Trial::new("the same parent many times", &repo);
    trial.answers();
    trial.everything();
    trial.pushes();
}

#[test]
fn a_parent_that_is_not_there_is_named() {
    let missing = "1234567812345678123456781234567812345678";
    for at in [0, 1] {
        let repo = lived(522, 30);
        let mut draft = Draft::on(&repo, 100);
        draft.parents.insert(at, missing.to_owned());
        draft.land(&repo);
        let trial = Trial::new("a parent that is not there", &repo).range("HEAD");
        trial.refuses(&[missing, "missing or corrupt", "git fsck"]);
        trial.pushes();
    }
    // A tree or a file is no parent.
    for other in ["HEAD^{tree}", "HEAD:src/f1.rs"] {
        let repo = lived(523, 30);
        let mut draft = Draft::on(&repo, 100);
        let id = repo.id(other);
        draft.parents.push(id.clone());
        draft.land(&repo);
        let trial = Trial::new("a parent that is no commit", &repo).range("HEAD");
        trial.refuses(&[&id, "is malformed", "git fsck"]);
        trial.pushes();
    }
}
