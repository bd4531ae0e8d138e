//! Trees with a million entries, thousands of levels, or each other in them many times.

use crate::harness::lived;
use crate::objects::{Draft, entry, file_of, land, misplaced, object};
use crate::size;
use crate::trial::Trial;
use risk_testkit::TestRepo;
use std::fs;

/// Commits a tree on top, and two usual changes beside it.
fn with(repo: &TestRepo, day: usize, tree: String) {
    let draft = Draft {
        tree,
        ..Draft::on(repo, day)
    };
    draft.land(repo);
}

#[test]
fn a_flat_tree_of_a_million_entries_is_scored() {
    let n = size(10_000, 1_000_000);
    let repo = lived(500, 30);
    let blobs: Vec<String> = (0..5)
        .map(|at| object(&repo, "blob", format!("fn step_{at}() {{}}\n").as_bytes()))
        .collect();
    for (step, changed) in blobs.iter().enumerate() {
        let mut tree = Vec::new();
        for at in 0..n {
            let blob = if at % (n / 3) == 7 {
                changed
            } else {
                &blobs[0]
            };
            tree.extend(entry("100644", format!("f{at:07}.rs").as_bytes(), blob));
        }
        let tree = object(&repo, "tree", &tree);
        with(&repo, 100 + step, tree);
    }
    let trial = Trial::new("a flat tree", &repo).within(300, 3_000);
    let scores = trial.answers();
    assert_eq!(scores["scores"].as_array().unwrap().len(), 3);
    trial.pushes();
}

#[test]
fn a_path_of_thousands_of_levels_is_scored_as_deep_as_git_goes() {
    let deep = |n: usize| {
        let repo = lived(501, 30);
        for step in 0..4 {
            let blob = object(&repo, "blob", format!("fn deep_{step}() {{}}\n").as_bytes());
            let mut tree = object(&repo, "tree", &entry("100644", b"a.rs", &blob));
            for _ in 0..n {
                tree = object(&repo, "tree", &entry("40000", b"d", &tree));
            }
            with(&repo, 100 + step, tree);
        }
        repo
    };
    let n = size(500, 2_000);
    let repo = deep(n);
    let trial = Trial::new("a deep path", &repo);
    trial.answers();
    trial.everything();
    trial.pushes();
    // A tree that holds itself has no end at all.
    let repo = lived(502, 30);
    let id = "7".repeat(40);
    misplaced(&repo, &id, "tree", &entry("40000", b"d", &id));
    with(&repo, 100, id);
    let trial = Trial::new("a tree that holds itself", &repo).range("HEAD");
    trial.refuses(&["lies deeper than is read", "nobody can work with it"]);
    trial.pushes();
}

#[test]
fn a_path_that_is_too_deep_is_refused_by_its_tree() {
    let repo = lived(503, 30);
    let blob = repo.id("HEAD:src/f1.rs");
    let path = "d/".repeat(4_000) + "a.rs";
    let tip = repo.head();
    let stream = format!(
        "commit refs/heads/main\ncommitter A <a> 1590000000 +0000\ndata 1\nx\nfrom {tip}\nM 100644 {blob} {path}\n"
    );
    repo.git_with(&["fast-import", "--quiet"], stream.as_bytes());
    let trial = Trial::new("4,000 levels", &repo).range("HEAD");
    trial.refuses(&["lies deeper than is read", "hint: "]);
    trial.pushes();
}

#[test]
fn few_trees_that_stand_for_thousands_of_millions_of_files_are_refused() {
    for (case, n_levels, names) in [
        ("ten to the power of ten files", 10, "abcdefghij"),
        ("two to the power of sixty", 60, "ab"),
        ("nothing but trees", 40, "abc"),
    ] {
        let repo = lived(504, 30);
        let blob = repo.id("HEAD:src/f1.rs");
        let mut below = if n_levels == 40 {
            object(&repo, "tree", b"")
        } else {
            object(&repo, "tree", &entry("100644", b"a", &blob))
        };
        for _ in 0..n_levels {
            let entries = names.bytes().map(|name| entry("40000", &[name], &below));
            let tree: Vec<u8> = entries.flatten().collect();
            below = object(&repo, "tree", &tree);
        }
        let usual = repo.head();
        with(&repo, 100, below);
        let trial = Trial::new(case, &repo).range("HEAD").within(60, 1_200);
        trial.refuses(&["stands for more files than are read", "delete the branch"]);
        // The rest of the repository is what it was.
        repo.git(&["branch", "hostile"]);
        land(&repo, &usual);
        trial.answers();
        let tip = repo.id("hostile");
        let line = format!("refs/heads/hostile {tip} refs/heads/hostile {usual}\n");
        trial.looks(&line);
        let said = trial.run(&["score", "main..hostile"]);
        assert_eq!(said.code, Some(2), "{case}: {said:?}");
    }
}

/// Git has no order for these, and does not check them out; they are read as they stand, or refused.
#[test]
fn trees_that_git_would_not_write_end_nothing() {
    let repo = lived(505, 30);
    let usual = repo.head();
    let blob = repo.id("HEAD:src/f1.rs");
    let folder = repo.id("HEAD:src");
    let file = |name: &[u8]| entry("100644", name, &blob);
    let cases: [(&str, Vec<u8>); 12] = [
        (
            "not in order",
            [file(b"z"), file(b"a"), file(b"m")].concat(),
        ),
        (
            "a name twice",
            [file(b"a"), file(b"a"), file(b"b")].concat(),
        ),
        (
            "a file and a folder of one name",
            [file(b"a"), entry("40000", b"a", &folder)].concat(),
        ),
        ("no name", file(b"")),
        ("a path for a name", file(b"a/b/../c")),
        ("two points", entry("40000", b"..", &folder)),
        ("a git directory", entry("40000", b".git", &folder)),
        ("an absolute name", file(b"/etc/passwd")),
        (
            "odd modes",
            [
                entry("0", b"a", &blob),
                entry("777777", b"b", &blob),
                entry("160000", b"c", &blob),
                entry("120000", b"d", &blob),
                entry("040000", b"e", &folder),
            ]
            .concat(),
        ),
        ("a folder that is a file", entry("40000", b"a", &blob)),
        ("a file that is a folder", entry("100644", b"a", &folder)),
        ("cut off", file(b"a")[..20].to_vec()),
    ];
    for (case, tree) in &cases {
        land(&repo, &usual);
        let tree = object(&repo, "tree", tree);
        with(&repo, 100, tree.clone());
        let trial = Trial::new(case, &repo).range("HEAD~1..HEAD");
        let said = trial.run(&["train"]);
        if said.code == Some(0) {
            trial.answers();
        } else {
            trial.refuses(&["object ", "git fsck"]);
        }
        trial.pushes();
        fs::remove_file(file_of(&repo, &tree)).unwrap();
    }
}
