//! Notes are those that `git notes` shows.

use risk_history::{Error, Note, Repository};
use risk_testkit::TestRepo;
use std::fmt::Write;
use std::fs;

const NAME: &str = "refs/notes/risk";

fn notes(repo: &TestRepo) -> Result<Vec<Note>, Error> {
    let repository = Repository::discover(repo.path()).expect("there is a repository");
    let tip = repository.reference(NAME).expect("there are notes");
    repository.notes(&tip)
}

/// Notes as git lists them: what they are about, and what they say.
fn listed(repo: &TestRepo) -> Vec<(String, String)> {
    let list = repo.git(&["notes", "--ref=risk", "list"]);
    let about = list.lines().filter_map(|line| line.split(' ').nth(1));
    let shown = |id: &str| repo.git(&["notes", "--ref=risk", "show", id]);
    about.map(|id| (id.to_owned(), shown(id))).collect()
}

fn read(repo: &TestRepo) -> Vec<(String, String)> {
    let notes = notes(repo).expect("they are whole");
    let text = |note: &Note| String::from_utf8(note.text.clone()).expect("they are text");
    notes
        .iter()
        .map(|note| (note.commit.to_hex(), text(note).trim_end().to_owned()))
        .collect()
}

#[test]
fn notes_are_those_of_git() {
    let repo = TestRepo::new();
    repo.write("a", "a\n").commit("Add a");
    let repository = Repository::discover(repo.path()).expect("there is a repository");
    assert_eq!(repository.reference(NAME), None);
    repo.git(&["notes", "--ref=risk", "add", "-m", "one\n\ntwo"]);
    repo.write("b", "b\n").commit("Add b");
    repo.git(&["notes", "--ref=risk", "add", "-m", "three"]);
    repo.git(&["notes", "--ref=other", "add", "-m", "four"]);
    assert_eq!(read(&repo).len(), 2);
    assert_eq!(read(&repo), listed(&repo));
    let tip = repository.reference(NAME).map(|id| id.to_hex());
    assert_eq!(tip, Some(repo.id(NAME)));
    repo.git(&["pack-refs", "--all"]);
    repo.git(&["gc", "-q"]);
    assert_eq!(read(&repo), listed(&repo));
}

#[test]
fn many_notes_lie_in_folders_beside_files_that_are_none() {
    let repo = TestRepo::new();
    repo.write("a", "a\n").commit("Add a");
    let mut stream = "commit refs/notes/risk\ncommitter A <a@b> 0 +0000\ndata 0\n".to_owned();
    let paths = ["11/{}", "22/22/{}", "{}", "33/44/55/{}"];
    for path in paths {
        let digits: String = path.chars().filter(char::is_ascii_digit).collect();
        let path = path.replace("{}", &"e".repeat(40 - digits.len()));
        let n_bytes = path.len();
        writeln!(stream, "M 100644 inline {path}\ndata {n_bytes}\n{path}")
            .expect("because writing to a string cannot fail");
    }
    for path in ["README", "11/beef", "11/not-hexadecimal-at-all"] {
        writeln!(stream, "M 100644 inline {path}\ndata 2\nno")
            .expect("because writing to a string cannot fail");
    }
    repo.fast_import(&stream);
    let found = read(&repo);
    assert_eq!(found.len(), paths.len());
    for (id, path) in &found {
        assert_eq!(*id, path.replace('/', ""));
    }
    let mut shown = listed(&repo);
    shown.sort();
    assert_eq!(found, shown);
}

#[test]
fn a_note_that_is_lost_is_an_error() {
    let repo = TestRepo::new();
    repo.write("a", "a\n").commit("Add a");
    repo.git(&["notes", "--ref=risk", "add", "-m", "one"]);
    let list = repo.git(&["notes", "--ref=risk", "list"]);
    let blob = list.split(' ').next().expect("it lists a blob");
    let file = format!(".git/objects/{}/{}", &blob[..2], &blob[2..]);
    fs::remove_file(repo.path().join(file)).expect("the object is loose");
    let error = notes(&repo).expect_err("the note is gone");
    assert!(
        matches!(&error, Error::Unreadable { id, .. } if id == blob),
        "{error}"
    );
    // A reference to something else than notes.
    repo.git(&["update-ref", NAME, "HEAD^{tree}"]);
    let error = notes(&repo).expect_err("a tree holds no notes");
    assert!(matches!(error, Error::Malformed { .. }), "{error}");
}

#[test]
fn the_user_is_who_git_says() {
    let repo = TestRepo::new();
    let repository = Repository::discover(repo.path()).expect("there is a repository");
    let me = repository.user().expect("it is configured");
    assert_eq!(
        (&*me.name, &*me.email),
        ("Test Author", "author@example.org")
    );
}
