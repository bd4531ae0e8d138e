//! Names, bytes and damage: what is odd is read as git reads it, and what cannot be read is said to be so.

use risk_change::{Change, FileKind, SkipReason, Skipped, Timestamp};
use risk_history::{Cached, Error, History, Identities, Pending, Repository, Revisions, Silent};
use risk_testkit::{TestRepo, drawn};
use std::fs;

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

fn find<'h>(repo: &TestRepo, history: &'h History, tag: &str) -> &'h Change {
    let id = repo.id(tag);
    let found = history.changes.iter().find(|it| it.id.to_hex() == id);
    found.expect("the tag is on a commit of the history")
}

/// Deletes an object, which must not be in a pack.
fn lose(repo: &TestRepo, object: &str) -> String {
    let id = repo.id(object);
    let file = repo
        .path()
        .join(".git/objects")
        .join(&id[..2])
        .join(&id[2..]);
    fs::remove_file(file).expect("the object is loose");
    id
}

#[test]
fn authors_are_as_written_and_the_mailmap_joins_them() {
    let repo = drawn::mailmap();
    let history = read(&repo);
    let repository = open(&repo);
    let tip = repository.resolve("HEAD").expect("HEAD is born");
    let mailmap = repository
        .file_at(&tip, ".mailmap")
        .expect("it is readable");
    let mut people = Identities::new(&mailmap.expect("D adds it"));
    for change in &history.changes {
        let shown = |format: &str| {
            repo.git(&[
                "-c",
                "log.mailmap=false",
                "show",
                "-s",
                format,
                &change.id.to_hex(),
            ])
        };
        let author = &change.author;
        assert_eq!(
            format!("{} <{}>", author.name, author.email),
            shown("--format=%an <%ae>")
        );
        let person = people.resolve(author);
        assert_eq!(
            format!("{} <{}>", person.name, person.email),
            shown("--format=%aN <%aE>")
        );
    }
    let same = ["A", "C"].map(|tag| people.resolve(&find(&repo, &history, tag).author));
    assert_eq!(same[0], same[1]);
    let old = repository.resolve("A").expect("A is a tag");
    assert_eq!(
        repository
            .file_at(&old, ".mailmap")
            .expect("it is readable"),
        None
    );
}

#[test]
fn a_message_in_latin_1_is_text() {
    let repo = TestRepo::new();
    repo.write("a.txt", "1\n");
    repo.commit_encoded(b"Caf\xe9: br\xfbl\xe9\n", "ISO-8859-1");
    repo.write("a.txt", "2\n");
    repo.commit("naïve\n");
    let messages: Vec<String> = read(&repo)
        .changes
        .into_iter()
        .map(|it| it.message)
        .collect();
    assert_eq!(messages, ["Café: brûlé\n", "naïve\n"]);
}

#[test]
fn a_path_that_is_not_utf_8_keeps_its_bytes() {
    let repo = TestRepo::new();
    repo.write(b"caf\xe9/\xff\xfe.c", "1\n").commit("add");
    repo.rename(b"caf\xe9/\xff\xfe.c", b"caf\xe9\n\t.c")
        .commit("move");
    let history = read(&repo);
    assert_eq!(
        history.changes[0].files[0].path.as_bytes(),
        b"caf\xe9/\xff\xfe.c"
    );
    let moved = &history.changes[1].files[0];
    assert_eq!(moved.path.as_bytes(), b"caf\xe9\n\t.c");
    assert_eq!(moved.source_path().as_bytes(), b"caf\xe9/\xff\xfe.c");
}

#[test]
fn a_shallow_clone_is_refused_with_what_is_here() {
    let clone = drawn::linear().shallow_clone(2);
    let error = try_read(&clone).expect_err("half of the history is not here");
    assert!(
        matches!(
            error,
            Error::Shallow {
                n_commits: 2,
                depth: None
            }
        ),
        "{error:?}"
    );
}

#[test]
fn a_partial_clone_is_refused_before_anything_is_read() {
    let original = drawn::linear();
    let clone = original.partial_clone();
    let error = Repository::discover(clone.path()).err();
    assert!(matches!(error, Some(Error::Partial)), "{error:?}");
}

#[test]
fn a_repository_without_commits_is_empty() {
    let repo = TestRepo::new();
    for revision in ["HEAD", "@", "HEAD~1"] {
        let error = open(&repo).resolve(revision).err();
        assert!(matches!(error, Some(Error::Empty)), "{revision}: {error:?}");
    }
}

#[test]
fn a_branch_without_commits_is_named() {
    let repo = drawn::linear();
    repo.orphan("fresh");
    let error = open(&repo).resolve("HEAD").err();
    assert!(
        matches!(&error, Some(Error::Unborn { branch }) if branch == "fresh"),
        "{error:?}"
    );
    assert!(open(&repo).resolve("main").is_ok());
}

#[test]
fn a_name_that_leads_nowhere_is_unknown() {
    let repo = drawn::linear();
    let never = "0123456789012345678901234567890123456789";
    for revision in [
        "no-such-branch",
        "HEAD~100",
        never,
        "D..nowhere",
        "nowhere..D",
    ] {
        let error = open(&repo).revisions(revision).err();
        assert!(
            matches!(error, Some(Error::UnknownRevision { .. })),
            "{revision}: {error:?}"
        );
    }
    let tree = open(&repo).resolve("HEAD^{tree}").err();
    assert!(
        matches!(tree, Some(Error::UnknownRevision { .. })),
        "{tree:?}"
    );
}

#[test]
fn ranges_list_what_git_lists() {
    let repo = drawn::criss_cross();
    let repository = open(&repo);
    for range in ["A..F", "B..F", "D..E", "E..D", "A..", "..A", "F..F", "A..D"] {
        let Ok(Revisions::Range { base, tip }) = repository.revisions(range) else {
            panic!("{range} is a range");
        };
        let mut ours: Vec<String> = repository
            .list(&base, &tip)
            .expect("both are there")
            .iter()
            .map(risk_change::ChangeId::to_hex)
            .collect();
        let mut git = risk_testkit::rev_list(&repo, &[range]);
        ours.sort();
        git.sort();
        assert_eq!(ours, git, "{range}");
    }
}

#[test]
fn a_place_without_a_repository_is_said_to_be_none() {
    let repo = TestRepo::new();
    let outside = repo.path().parent().expect("it lies in a directory");
    let error = Repository::discover(outside).err();
    assert!(
        matches!(error, Some(Error::NotARepository { .. })),
        "{error:?}"
    );
}

#[test]
fn a_missing_blob_marks_its_changes_and_spares_the_others() {
    // A and B have the blob that is lost; C and D do not.
    let repo = drawn::linear();
    let before = read(&repo);
    lose(&repo, "A:a.txt");
    let history = read(&repo);
    let unread = |tag: &str| {
        let change = find(&repo, &history, tag);
        assert_eq!(
            change.is_incomplete(),
            change.files[0].kind == FileKind::Unread
        );
        change.is_incomplete()
    };
    assert_eq!(["A", "B", "C", "D"].map(unread), [true, true, false, false]);
    let skipped = |tag: &str| Skipped {
        change: find(&repo, &history, tag).id,
        path: Some("a.txt".into()),
        why: SkipReason::Unreadable,
    };
    assert_eq!(history.skipped, [skipped("A"), skipped("B")]);
    assert_eq!(history.changes[2..], before.changes[2..]);
    assert_eq!(find(&repo, &history, "A").lines_added(), 0);
}

#[test]
fn a_corrupt_blob_is_as_good_as_missing() {
    let repo = drawn::linear();
    let id = repo.id("D:a.txt");
    let file = repo
        .path()
        .join(".git/objects")
        .join(&id[..2])
        .join(&id[2..]);
    fs::remove_file(&file).expect("the object is loose");
    fs::write(&file, b"no zlib stream").expect("the directory is writable");
    let history = read(&repo);
    assert!(find(&repo, &history, "D").is_incomplete());
    assert_eq!(history.skipped.len(), 1);
}

#[test]
fn a_missing_tree_or_commit_ends_the_reading() {
    for lost in ["B^{tree}", "B"] {
        let repo = drawn::linear();
        let id = lose(&repo, lost);
        let error = try_read(&repo).expect_err("nothing is known beyond it");
        let told = matches!(&error, Error::Unreadable { id: told, .. } if *told == id);
        assert!(told, "{lost}: {error:?}");
    }
}

#[test]
fn a_subtree_that_no_change_touches_may_be_missing_but_one_that_is_compared_may_not() {
    let repo = TestRepo::new();
    repo.write("dir/a.c", "1\n").write("b.c", "1\n").commit("A");
    repo.write("b.c", "2\n").commit("B");
    let before = read(&repo);
    let id = lose(&repo, "HEAD:dir");
    let error = try_read(&repo).expect_err("A added it");
    assert!(
        matches!(&error, Error::Unreadable { id: told, .. } if *told == id),
        "{error:?}"
    );
    let repository = open(&repo);
    let alone = repository.change(&before.changes[1].id);
    assert_eq!(alone.expect("B did not touch it"), before.changes[1]);
}

#[test]
fn a_bare_clone_and_a_linked_worktree_read_the_same() {
    let repo = drawn::criss_cross();
    let expected = read(&repo).changes;
    assert_eq!(read(&repo.bare_clone()).changes, expected);
    assert_eq!(read(&repo.full_clone()).changes, expected);
    assert_eq!(read(&repo.worktree("other")).changes, expected);
}

/// A file beyond the limit is not read, loose or packed; that is told, and the rest of the change is there.
#[test]
fn a_file_that_is_too_large_is_told_and_left_alone() {
    let repo = TestRepo::new();
    let large = "a line of text\n".repeat((33 << 20) / 15);
    repo.write("large.txt", &large).write("small.txt", "a\n");
    repo.commit("add");
    repo.write("large.txt", &(large + "one more\n"))
        .commit("grow");
    for _ in ["loose", "packed"] {
        let history = read(&repo);
        let told: Vec<_> = history.skipped.iter().map(|skip| skip.why).collect();
        assert_eq!(told, [SkipReason::TooLarge, SkipReason::TooLarge]);
        let files = &history.changes[0].files;
        let kinds: Vec<_> = files
            .iter()
            .map(|file| (file.kind, file.new_lines))
            .collect();
        assert_eq!(kinds, [(FileKind::Binary, 0), (FileKind::Text, 1)]);
        repo.git(&["repack", "-a", "-d", "-q"]);
        repo.git(&["prune-packed"]);
    }
}

#[test]
fn an_edited_file_that_is_too_large_is_told_and_left_alone() {
    let repo = TestRepo::new();
    let large = "a line of text\n".repeat((33 << 20) / 15);
    repo.write("large.txt", "a\n").write("small.txt", "a\n");
    repo.commit("add");
    repo.write("large.txt", &large).write("small.txt", "a\nb\n");
    let pending = |which| {
        let (change, skipped) = open(&repo)
            .pending(which, Timestamp(0))
            .expect("both can be compared");
        let told: Vec<_> = skipped.iter().map(|skip| skip.why).collect();
        let kinds: Vec<_> = change
            .files
            .iter()
            .map(|it| (it.kind, it.new_lines))
            .collect();
        (told, kinds)
    };
    let expected = (
        vec![SkipReason::TooLarge],
        vec![(FileKind::Binary, 0), (FileKind::Text, 2)],
    );
    assert_eq!(pending(Pending::Worktree), expected);
    repo.git(&["add", "-A"]);
    assert_eq!(pending(Pending::Staged), expected);
    // And once the large one is what was there before.
    repo.git(&["commit", "-q", "-m", "grow"]);
    repo.write("large.txt", "a\n")
        .write("small.txt", "a\nb\nc\n");
    let shrunk = (
        vec![SkipReason::TooLarge],
        vec![(FileKind::Binary, 0), (FileKind::Text, 3)],
    );
    assert_eq!(pending(Pending::Worktree), shrunk);
}
