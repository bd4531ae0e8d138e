//! Repositories with SHA-256 ids are read as those with SHA-1 ids.
//!
//! Oracles: git's own line counts, and the same history with ids of the other kind.

use risk_change::{Change, ChangeId, Timestamp};
use risk_history::{Cached, Error, History, Pending, Repository, Revisions, Silent, Update};
use risk_testkit::{
    Drawing, NewIds, NumstatRow, TestRepo, hand_drawn, numstat_all, random_history,
};
use std::collections::BTreeMap;

fn id(hex: &str) -> ChangeId {
    ChangeId::from_hex(hex).expect("git prints whole ids")
}

fn open(repo: &TestRepo) -> Repository {
    Repository::discover(repo.path()).expect("there is a repository")
}

fn try_read(repo: &TestRepo) -> Result<History, Error> {
    let repository = open(repo);
    let tip = repository.resolve("HEAD")?;
    repository.read(&tip, &|_| None, 0, &mut Cached::default(), 2, &Silent)
}

fn read(repo: &TestRepo) -> History {
    try_read(repo).expect("the repository is whole")
}

/// All drawings, and random histories.
fn histories() -> impl Iterator<Item = (String, TestRepo)> {
    let drawn = hand_drawn().map(|(name, repo): Drawing| (name.to_owned(), repo));
    drawn.chain((0..12).map(|seed| (format!("seed {seed}"), random_history(seed, 60))))
}

/// A change with the ids of the other repository.
fn renamed(change: &Change, ids: &NewIds) -> Change {
    let named = |old: &ChangeId| id(&ids[&old.to_hex()]);
    Change {
        id: named(&change.id),
        parents: change.parents.iter().map(named).collect(),
        ..change.clone()
    }
}

fn counts(history: &History) -> BTreeMap<String, Vec<NumstatRow>> {
    let alone = history.changes.iter().filter(|change| !change.is_merge());
    let rows = |change: &Change| {
        let rows = change.files.iter().map(|file| NumstatRow {
            path: file.path.as_bytes().to_vec(),
            old_path: file.old_path.as_ref().map(|path| path.as_bytes().to_vec()),
            added: (file.kind != risk_change::FileKind::Binary).then(|| file.edit.added()),
            deleted: (file.kind != risk_change::FileKind::Binary).then(|| file.edit.removed()),
        });
        rows.collect()
    };
    alone
        .map(|change| (change.id.to_hex(), rows(change)))
        .collect()
}

#[test]
fn a_history_is_the_same_with_ids_of_either_kind_and_counted_as_git_does() {
    for (name, old) in histories() {
        let (new, ids) = old.in_sha_256();
        let (before, after) = (read(&old), read(&new));
        let renamed: Vec<Change> = before.changes.iter().map(|it| renamed(it, &ids)).collect();
        assert_eq!(renamed, after.changes, "{name}");
        assert_eq!(before.parents, after.parents, "{name}");
        assert_eq!(counts(&after), numstat_all(&new, "HEAD"), "{name}");
        // The same once more from a pack, with what git writes beside it to find objects and commits faster.
        new.git(&["repack", "-a", "-d", "-q", "--write-midx"]);
        new.git(&["commit-graph", "write", "--reachable"]);
        new.git(&["pack-refs", "--all"]);
        new.git(&["prune-packed"]);
        let packed = read(&new);
        assert_eq!(packed.changes, after.changes, "{name}");
        assert_eq!(
            packed.statistics.commits, after.statistics.commits,
            "{name}"
        );
    }
}

#[test]
fn revisions_are_found_by_names_digits_and_steps() {
    let (repo, _) = random_history(3, 60).in_sha_256();
    repo.annotated_tag("v1", "HEAD~2").annotated_tag("v2", "v1");
    let check = |rev: &str| {
        let commit = repo.id(&format!("{rev}^{{commit}}"));
        let found = open(&repo).resolve(rev).expect("git knows it");
        assert_eq!(found.to_hex(), commit, "{rev}");
    };
    let whole = repo.id("HEAD~5");
    // With 40 digits it is no whole id here.
    for n_digits in [8, 20, 39, 40, 41, 63, 64] {
        check(&whole[..n_digits]);
    }
    for rev in [
        "HEAD",
        "main",
        "v1",
        "v2",
        "HEAD~3",
        "v2~1",
        "HEAD^",
        "v2^{commit}",
    ] {
        check(rev);
    }
    repo.git(&["repack", "-a", "-d", "-q"]);
    repo.git(&["pack-refs", "--all"]);
    for rev in [&whole[..8], &whole[..40], &whole, "v2", "HEAD~3"] {
        check(rev);
    }
    let unknown = open(&repo).resolve(&"a".repeat(40));
    assert!(
        matches!(unknown, Err(Error::UnknownRevision { .. })),
        "{unknown:?}"
    );
    let range = open(&repo).revisions("v1..main").expect("both are there");
    assert!(matches!(range, Revisions::Range { .. }));
    let listed = repo.git(&["rev-list", "v1..main"]);
    let ours = open(&repo).list(&id(&repo.id("v1^{commit}")), &id(&repo.head()));
    assert_eq!(ours.expect("it is whole").len(), listed.lines().count());
}

#[test]
fn where_a_shallow_clone_ends_is_seen() {
    let (repo, _) = random_history(4, 40).in_sha_256();
    for step in 0..4 {
        repo.write("a.txt", &format!("{step}\n")).commit("Change a");
    }
    let clone = repo.shallow_clone(3);
    let repository = open(&clone);
    assert!(repository.is_shallow());
    assert!(repository.is_cut_off(&id(&repo.id("HEAD~2"))));
    let error = try_read(&clone).expect_err("most of it is not here");
    assert!(
        matches!(error, Error::Shallow { n_commits: 3, .. }),
        "{error:?}"
    );
}

#[test]
fn edits_that_are_not_committed_are_read() {
    let (repo, _) = random_history(5, 20).in_sha_256();
    let lines: Vec<String> = (0..33).map(|line| format!("line {line}\n")).collect();
    let text = |n: usize| lines[..n].concat();
    repo.write("a.txt", &text(30))
        .write("b.txt", &text(9))
        .commit("Add a and b");
    repo.rename("a.txt", "c.txt").write("c.txt", &text(33));
    repo.git(&["add", "-A"]);
    repo.write("b.txt", &text(5));
    for (which, options) in [
        (Pending::Staged, &["--cached"][..]),
        (Pending::Worktree, &[]),
    ] {
        let (change, skipped) = open(&repo)
            .pending(which, Timestamp(0))
            .expect("it is read");
        assert!(skipped.is_empty());
        assert_eq!(
            (change.id.is_zero(), change.id.as_bytes().len()),
            (true, 32)
        );
        assert_eq!(change.parents, [id(&repo.head())]);
        let git = repo.git(&[&["diff", "--numstat", "-M", "HEAD"], options].concat());
        let ours: Vec<String> = change
            .files
            .iter()
            .map(|file| {
                let path = String::from_utf8_lossy(file.path.as_bytes()).into_owned();
                let path = match &file.old_path {
                    Some(old) => format!("{} => {path}", String::from_utf8_lossy(old.as_bytes())),
                    None => path,
                };
                format!("{}\t{}\t{path}", file.edit.added(), file.edit.removed())
            })
            .collect();
        let mut expected: Vec<&str> = git.lines().collect();
        expected.sort_by_key(|line| line.rsplit([' ', '\t']).next());
        assert_eq!(ours, expected);
    }
}

#[test]
fn notes_worktrees_and_what_a_push_sends_are_read() {
    let (repo, _) = random_history(6, 40).in_sha_256();
    repo.git(&[
        "notes",
        "--ref=risk",
        "add",
        "-m",
        "Risk-Label: clean",
        "HEAD~1",
    ]);
    let tree = repo.worktree("topic");
    tree.write("a.rs", "fn a() {}\n").commit("Add a");
    repo.git(&["update-ref", "refs/remotes/origin/main", "HEAD~3"]);
    repo.git(&["remote", "add", "origin", "nowhere"]);
    let repository = open(&tree);
    let tip = repository
        .reference("refs/notes/risk")
        .expect("there is a note");
    let notes = repository.notes(&tip).expect("it is whole");
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].commit, id(&repo.id("HEAD~1")));
    let update = |remote| {
        let updates = [Update {
            local: id(&tree.head()),
            remote,
        }];
        repository.outgoing(&updates, Some("origin"), 1_000)
    };
    let all = update(None).expect("all is here").commits;
    let listed = tree.git(&["rev-list", "HEAD", "--not", "--remotes=origin"]);
    assert_eq!(all.len(), listed.lines().count());
    let one = update(Some(id(&tree.id("HEAD~1")))).expect("all is here");
    assert_eq!(one.commits, [id(&tree.head())]);
}

/// The beginning of a SHA-256 id is no SHA-1 id, and the other way round.
#[test]
fn ids_of_the_other_kind_are_not_here() {
    let old = random_history(7, 5);
    let (new, _) = old.in_sha_256();
    for (repo, other) in [(&old, &new), (&new, &old)] {
        assert!(open(repo).has_commit(&id(&repo.head())));
        assert!(!open(repo).has_commit(&id(&other.head())));
    }
    let own = new.head();
    assert!(!open(&new).has_commit(&id(&own[..40])));
    let longer = old.head() + &"0".repeat(24);
    assert!(!open(&old).has_commit(&id(&longer)));
}
