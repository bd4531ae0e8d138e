//! The verbs of `TestRepo` do what they say, and the oracles read git rightly.

use risk_testkit::{
    BlameOptions, FIRST_COMMIT_AT, Merges, NumstatRow, SECONDS_BETWEEN_COMMITS, TestRepo, blame,
    blame_with, each_numstat, numstat, numstat_all, rev_list,
};

fn row(path: impl AsRef<[u8]>, added: u64, deleted: u64) -> NumstatRow {
    NumstatRow {
        path: path.as_ref().to_vec(),
        old_path: None,
        added: Some(added),
        deleted: Some(deleted),
    }
}

#[test]
fn ids_are_the_same_on_every_machine() {
    let repo = TestRepo::new();
    let id = repo.write("a.txt", "1\n").commit("add a");
    assert_eq!(id, "9c990f843629e00294be36126fc7c3df6589be50");
    assert_eq!(repo.git(&["branch", "--show-current"]), "main");
}

#[test]
fn dates_count_up_and_can_be_chosen() {
    let repo = TestRepo::new();
    repo.write("a", "1\n").commit("1");
    repo.write("a", "2\n").commit("2");
    repo.write("a", "3\n").at(1_000_000_000).commit("3");
    repo.write("a", "4\n")
        .authored_at(5)
        .commit_as("Ann <ann@example.org>", "4");
    repo.write("a", "5\n").commit("5");
    let step = SECONDS_BETWEEN_COMMITS;
    let expected = [
        (FIRST_COMMIT_AT, FIRST_COMMIT_AT, "Test Author"),
        (
            FIRST_COMMIT_AT + step,
            FIRST_COMMIT_AT + step,
            "Test Author",
        ),
        (1_000_000_000, 1_000_000_000, "Test Author"),
        (1_000_000_000 + step, 5, "Ann"),
        (
            1_000_000_000 + 2 * step,
            1_000_000_000 + 2 * step,
            "Test Author",
        ),
    ]
    .map(|(committed, authored, name)| format!("{committed} {authored} {name}"));
    let log = repo.git(&["log", "--reverse", "--format=%ct %at %an"]);
    assert_eq!(log.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn files_are_moved_linked_and_made_executable() {
    let repo = TestRepo::new();
    repo.write("d/a", "1\n2\n3\n")
        .write("b", "x\n")
        .commit("add");
    repo.rename("d/a", "e/f/a")
        .chmod("b", 0o755)
        .symlink("l", "b");
    repo.submodule("sub", &"1".repeat(40)).commit("move");
    assert!(!repo.path().join("d").exists());
    assert_eq!(
        repo.git(&["ls-tree", "-r", "--format=%(objectmode) %(path)", "HEAD"]),
        "100755 b\n100644 e/f/a\n120000 l\n160000 sub"
    );
    let renamed = NumstatRow {
        old_path: Some(b"d/a".to_vec()),
        ..row("e/f/a", 0, 0)
    };
    assert_eq!(
        numstat(&repo, "HEAD"),
        [row("b", 0, 0), renamed, row("l", 1, 0), row("sub", 1, 0)]
    );
    repo.remove("e/f/a").commit("remove");
    assert_eq!(numstat(&repo, "HEAD"), [row("e/f/a", 0, 3)]);
    assert_eq!(repo.git(&["ls-files"]), "b\nl\nsub");
}

#[test]
fn bytes_that_are_not_utf8_survive() {
    let repo = TestRepo::new();
    repo.write(b"caf\xe9\n.txt", "1\n");
    repo.commit_encoded(b"gr\xfc\xdfe", "ISO-8859-1");
    assert_eq!(numstat(&repo, "HEAD"), [row(b"caf\xe9\n.txt", 1, 0)]);
    assert_eq!(blame(&repo, "HEAD", b"caf\xe9\n.txt"), [repo.head()]);
    let raw = repo.git_with(&["cat-file", "commit", "HEAD"], b"");
    assert!(raw.ends_with(b"encoding ISO-8859-1\n\ngr\xfc\xdfe\n"));
}

#[test]
fn merges_have_the_parents_they_were_given() {
    let repo = TestRepo::new();
    let root = repo.write("a", "1\n2\n3\n").commit("root");
    repo.branch("x").branch("y").branch("z");
    let x = repo.switch("x").write("x", "1\n").commit("x");
    let y = repo.switch("y").write("y", "1\n").commit("y");
    let z = repo.switch("z").write("a", "z\n2\n3\n").commit("z");
    let octopus = repo.switch("main").merge(&["x", "y"], "octopus");
    assert_eq!(
        repo.git(&["log", "-1", "--format=%P"]),
        [root.as_str(), &x, &y].join(" ")
    );
    let main = repo.write("a", "main\n2\n3\n").commit("main");
    let merge = repo.merge_with(&["z"], "conflict", |repo| {
        repo.write("a", "both\n2\n3\n");
    });
    assert_eq!(
        repo.git(&["log", "-1", "--format=%P"]),
        [main.as_str(), &z].join(" ")
    );
    assert_eq!(numstat(&repo, "HEAD"), [row("a", 1, 1)]);
    assert_eq!(blame(&repo, "HEAD", "a"), [merge.as_str(), &root, &root]);

    let no_merges = numstat_all(&repo, "HEAD");
    assert_eq!(no_merges.len(), 5);
    assert!(!no_merges.contains_key(&octopus));
    let mut n_with_merges = 0;
    each_numstat(&repo, &["HEAD"], Merges::AgainstFirstParent, |id, rows| {
        assert_eq!(rows, numstat(&repo, id));
        n_with_merges += 1;
    });
    assert_eq!(n_with_merges, 7);
    repo.orphan("new").write("n", "n\n").commit("other root");
    assert_eq!(rev_list(&repo, &["new"]).len(), 1);
    repo.merge_ours(&["main"], "ours");
    assert_eq!(repo.git(&["ls-files"]), "n");
}

#[test]
fn binary_files_have_no_counts_and_attributes_do_not_matter() {
    let repo = TestRepo::new();
    repo.write(".gitattributes", "*.txt -diff\n");
    repo.write("a.txt", "1\n")
        .write_bytes("b.bin", [0, 1, 10])
        .commit("add");
    let rows = numstat(&repo, "HEAD");
    assert_eq!(rows[1], row("a.txt", 1, 0));
    assert_eq!((rows[2].added, rows[2].deleted), (None, None));
}

#[test]
fn blame_looks_through_white_space_and_ignored_commits() {
    let repo = TestRepo::new();
    let first = repo.write("a", "if x:\ny\n").commit("add");
    let respaced = repo.write("a", "if x:\n    y\n").commit("indent");
    assert_eq!(blame(&repo, "HEAD", "a"), [first.as_str(), &respaced]);
    let no_space = BlameOptions {
        ignore_whitespace: true,
        ..BlameOptions::default()
    };
    assert_eq!(
        blame_with(&repo, "HEAD", "a", &no_space),
        [first.as_str(), &first]
    );
    repo.ignore_revs(&[&respaced])
        .commit("ignore the indentation");
    repo.git(&["config", "blame.ignoreRevsFile", ".git-blame-ignore-revs"]);
    assert_eq!(blame(&repo, "HEAD", "a"), [first.as_str(), &respaced]);
    let ignoring = BlameOptions {
        ignore_revs_file: Some(".git-blame-ignore-revs".into()),
        ..BlameOptions::default()
    };
    assert_eq!(
        blame_with(&repo, "HEAD", "a", &ignoring),
        [first.as_str(), &first]
    );
}

#[test]
fn a_revert_an_empty_commit_and_tags_are_made() {
    let repo = TestRepo::new();
    repo.write("a", "1\n").commit("add");
    let second = repo.write("a", "2\n").commit("change");
    repo.revert("HEAD");
    let message = repo.git(&["log", "-1", "--format=%B"]);
    assert_eq!(
        message,
        format!("Revert \"change\"\n\nThis reverts commit {second}.\n")
    );
    let empty = repo.empty_commit("nothing");
    assert_eq!(numstat(&repo, &empty), []);
    assert!(numstat_all(&repo, "HEAD")[&empty].is_empty());
    repo.tag("v1")
        .annotated_tag("v2", "v1")
        .annotated_tag("v3", "v2");
    assert_eq!(repo.id("v3^{commit}"), empty);
}

#[test]
fn copies_hold_what_they_should() {
    let repo = TestRepo::new();
    for text in ["1\n", "2\n", "3\n"] {
        repo.write("a", text).commit(text);
    }
    let main = repo.head();
    assert_eq!(repo.bare_clone().id("main"), main);
    assert_eq!(repo.full_clone().id("origin/main"), main);
    let shallow = repo.shallow_clone(2);
    assert_eq!(rev_list(&shallow, &["HEAD"]).len(), 2);
    assert_eq!(
        shallow.git(&["rev-parse", "--is-shallow-repository"]),
        "true"
    );
    let partial = repo.partial_clone();
    let missing = partial.git(&["rev-list", "--objects", "--missing=print", "HEAD"]);
    assert_eq!(
        missing.lines().filter(|line| line.starts_with('?')).count(),
        2
    );
    let tree = repo.worktree("topic");
    tree.write("b", "1\n").commit("on topic");
    assert_eq!(repo.id("topic^"), main);
    assert_eq!(repo.head(), main);
}

#[test]
fn a_stream_is_imported_and_checked_out() {
    let repo = TestRepo::new();
    repo.fast_import(
        "commit refs/heads/main\ncommitter A <a@b> 1600000000 +0000\ndata 1\nm\n\
         M 100644 inline f\ndata 2\n1\n\n",
    );
    assert!(repo.path().join("f").exists());
    repo.write("f", "2\n").commit("go on");
    assert_eq!(rev_list(&repo, &["HEAD"]).len(), 2);
    let other = TestRepo::new();
    other.fast_import("blob\nmark :1\ndata 0\n\n");
    assert_eq!(other.git(&["for-each-ref"]), "");
}

#[test]
fn long_ids_are_possible() {
    let repo = TestRepo::with_object_format("sha256");
    let id = repo.write("a", "1\n").commit("add");
    assert_eq!(id.len(), 64);
    assert_eq!(blame(&repo, "HEAD", "a"), [id.as_str()]);
    assert_eq!(numstat(&repo, &id), [row("a", 1, 0)]);
}
