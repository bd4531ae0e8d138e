//! Loose objects whose files end too early, as a crash or a full disk leaves them: an error, never a hang.

use risk_change::{ChangeId, FileKind, SkipReason, Timestamp};
use risk_history::{Cached, Error, History, Pending, Repository, Revisions, Silent};
use risk_testkit::{TestRepo, drawn};
use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How much of a file is left.
const CUTS: [fn(usize) -> usize; 3] = [|length| length - 4, |length| length / 2, |_| 0];

/// Cuts the file of an object, which must be loose.
fn cut(repo: &TestRepo, object: &str, left: fn(usize) -> usize) -> String {
    let id = repo.id(object);
    let file = repo
        .path()
        .join(".git/objects")
        .join(&id[..2])
        .join(&id[2..]);
    let mut data = fs::read(&file).expect("the object is loose");
    data.truncate(left(data.len()));
    fs::remove_file(&file).expect("the directory is ours");
    fs::write(&file, data).expect("the directory is ours");
    id
}

/// Does something with the repository, and fails if that takes for ever.
fn within<T: Send + 'static>(
    repo: impl AsRef<Path>,
    work: impl FnOnce(Repository) -> T + Send + 'static,
) -> T {
    let (path, (send, receive)) = (repo.as_ref().to_path_buf(), mpsc::channel());
    let worker = thread::spawn(move || {
        let repository = Repository::discover(&path).expect("there is a repository");
        let _ = send.send(work(repository));
    });
    match receive.recv_timeout(Duration::from_secs(20)) {
        Ok(done) => done,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it does not come back"),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            worker.join().expect("the work does not panic");
            unreachable!("a worker that ends has sent");
        }
    }
}

fn id(hex: &str) -> ChangeId {
    ChangeId::from_hex(hex).expect("git writes whole ids")
}

fn read_at(repository: &Repository, tip: &ChangeId) -> Result<History, Error> {
    repository.read(tip, &|_| None, 0, &mut Cached::default(), 2, &Silent)
}

fn read(repo: &TestRepo) -> Result<History, Error> {
    within(repo, |repository| {
        let tip = repository.resolve("HEAD")?;
        read_at(&repository, &tip)
    })
}

#[track_caller]
fn unreadable<T>(result: Result<T, Error>, expected: &str) {
    match result {
        Err(Error::Unreadable { id, source }) => {
            assert_eq!(id, expected);
            assert_eq!(source.message(), "the loose object is cut off or damaged");
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{expected} was read"),
    }
}

#[test]
fn a_cut_blob_is_skipped() {
    for left in CUTS {
        let repo = drawn::linear();
        cut(&repo, "B:a.txt", left);
        let history = read(&repo).expect("commits and trees are whole");
        let kinds: Vec<FileKind> = history.changes.iter().map(|it| it.files[0].kind).collect();
        assert_eq!(
            kinds,
            [
                FileKind::Text,
                FileKind::Unread,
                FileKind::Unread,
                FileKind::Text
            ]
        );
        let skipped: Vec<(ChangeId, SkipReason)> = history
            .skipped
            .iter()
            .map(|it| (it.change, it.why))
            .collect();
        let expected = ["B", "C"].map(|tag| (id(&repo.id(tag)), SkipReason::Unreadable));
        assert_eq!(skipped, expected);
    }
}

#[test]
fn a_cut_blob_is_like_nothing_when_renames_are_looked_for() {
    for left in CUTS {
        let repo = drawn::rename_chain();
        cut(&repo, "C:dir/three.txt", left);
        let history = read(&repo).expect("commits and trees are whole");
        assert_eq!(history.changes[2].files.len(), 2);
        assert!(
            history.changes[2]
                .files
                .iter()
                .any(|file| file.kind == FileKind::Unread)
        );
    }
}

#[test]
fn a_cut_file_of_a_commit_is_an_error() {
    for left in CUTS {
        let repo = drawn::linear();
        let blob = cut(&repo, "HEAD:a.txt", left);
        let result = within(&repo, |repository| {
            repository.file_at(&repository.resolve("HEAD")?, "a.txt")
        });
        unreadable(result, &blob);
    }
}

#[test]
fn a_cut_last_commit_is_an_error() {
    for left in CUTS {
        let repo = drawn::linear();
        let names = [repo.id("HEAD"), repo.id("HEAD")[..12].to_owned()];
        repo.annotated_tag("release", "HEAD");
        let head = cut(&repo, "HEAD", left);
        for name in ["HEAD", "@", "D", "release", "HEAD~1", "HEAD^", "D^{tree}"]
            .map(str::to_owned)
            .into_iter()
            .chain(names)
        {
            unreadable(
                within(&repo, move |repository| repository.resolve(&name)),
                &head,
            );
        }
        let tip = id(&head);
        unreadable(within(&repo, |it| it.settled()), &head);
        unreadable(
            within(&repo, |it| it.pending(Pending::Worktree, Timestamp(0))),
            &head,
        );
        unreadable(within(&repo, move |it| read_at(&it, &tip)), &head);
        unreadable(within(&repo, move |it| it.change(&tip)), &head);
        unreadable(within(&repo, move |it| it.header(&tip)), &head);
        unreadable(within(&repo, move |it| it.first_parent(&tip)), &head);
        unreadable(within(&repo, move |it| it.file_at(&tip, "a.txt")), &head);
        assert!(within(&repo, move |it| it.is_reachable(&tip)));
    }
}

#[test]
fn a_cut_older_commit_is_an_error() {
    for left in CUTS {
        let repo = drawn::linear();
        let (first, last) = (id(&repo.id("A")), id(&repo.id("D")));
        repo.branch("topic");
        let old = cut(&repo, "B", left);
        unreadable(read(&repo), &old);
        for name in ["HEAD~2", "HEAD^^", "D~1^1", "topic~3", "HEAD^0~2", "B"] {
            unreadable(within(&repo, move |it| it.resolve(name)), &old);
        }
        unreadable(within(&repo, |it| it.revisions("A...D")), &old);
        unreadable(within(&repo, move |it| it.list(&first, &last)), &old);
        unreadable(within(&repo, |it| it.settled()), &old);
        assert!(within(&repo, move |it| it.is_reachable(&first)));
        // What does not touch it is as ever.
        let near = within(&repo, |it| it.revisions("HEAD~1..HEAD"));
        assert!(matches!(near, Ok(Revisions::Range { .. })));
        let change = within(&repo, move |it| it.change(&last));
        assert_eq!(change.expect("D and C are whole").files.len(), 1);
    }
}

#[test]
fn a_cut_tree_is_an_error() {
    for left in CUTS {
        let repo = drawn::rename_chain();
        let tree = cut(&repo, "C:dir", left);
        unreadable(read(&repo), &tree);
        let repo = drawn::linear();
        let tree = cut(&repo, "HEAD^{tree}", left);
        unreadable(read(&repo), &tree);
        for which in [Pending::Staged, Pending::Worktree] {
            unreadable(
                within(&repo, move |it| it.pending(which, Timestamp(0))),
                &tree,
            );
        }
        let result = within(&repo, |it| it.file_at(&it.resolve("HEAD")?, "a.txt"));
        unreadable(result, &tree);
    }
}

#[test]
fn a_cut_tag_is_an_error() {
    for left in CUTS {
        let repo = drawn::linear();
        repo.annotated_tag("release", "HEAD");
        let tag = cut(&repo, "release", left);
        unreadable(within(&repo, |it| it.resolve("release")), &tag);
        read(&repo).expect("no tag is read");
    }
}

#[test]
fn a_cut_object_of_a_borrowed_store_is_an_error() {
    for left in CUTS {
        let lender = drawn::linear();
        let repo = TestRepo::new();
        let objects = lender.path().join(".git/objects");
        let info = repo.path().join(".git/objects/info");
        fs::create_dir_all(&info).expect("the directory is ours");
        fs::write(info.join("alternates"), format!("{}\n", objects.display()))
            .expect("the directory is ours");
        repo.git(&["reset", "-q", "--hard", &lender.id("D")]);
        read(&repo).expect("all is whole");
        let old = cut(&lender, "A", left);
        unreadable(read(&repo), &old);
    }
}

#[test]
fn a_cut_object_that_is_packed_too_is_read_from_its_pack() {
    for left in CUTS {
        let repo = drawn::linear();
        repo.git(&["repack", "-q", "-a"]);
        for object in ["A", "D", "D^{tree}", "B:a.txt"] {
            cut(&repo, object, left);
        }
        let history = read(&repo).expect("all is in the pack");
        assert_eq!((history.changes.len(), history.skipped.len()), (4, 0));
        // A lone index promises nothing.
        let packs = repo.path().join(".git/objects/pack");
        for file in fs::read_dir(&packs).expect("there is a pack") {
            let path = file.expect("the directory is ours").path();
            if path.extension().is_some_and(|it| it == "pack") {
                fs::remove_file(path).expect("the directory is ours");
            }
        }
        unreadable(read(&repo), &repo.id("HEAD"));
    }
}
