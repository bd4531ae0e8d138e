//! The smallest histories in which `git blame` follows lines otherwise than counts are made, one for each cause.
//!
//! Each test says where lines come from, here and by git. Real repositories are compared by `risk-bench`
//! (`docs/design/proof.md`), which sorts what differs into these causes.

use risk_change::{Position, RepoPath};
use risk_history::{Cached, Repository, Silent};
use risk_szz::{Origins, UNKNOWN, Whitespace};
use risk_testkit::{TestRepo, blame};
use std::collections::BTreeSet;

/// The letters of the commits (the first of their messages) that lines of a file come from, in runs:
/// here, and by git.
fn runs(repo: &TestRepo, path: &str) -> (String, String) {
    let repository = Repository::discover(repo.path()).expect("there is a repository");
    let tip = repository.resolve("HEAD").expect("HEAD is born");
    let history = repository
        .read(&tip, &|_| None, 0, &mut Cached::default(), 2, &Silent)
        .expect("the repository is whole");
    let mut origins = Origins::new(Whitespace::Significant, BTreeSet::new());
    for (position, change) in (0..).zip(&history.changes) {
        let parents = &history.parents[position as usize];
        origins.absorb(position, parents, change, &vec![false; parents.len()]);
    }
    let letter = |it: Position| match it {
        UNKNOWN => '?',
        it => history.changes[it as usize]
            .message
            .chars()
            .next()
            .expect("each commit has a message"),
    };
    let last = (history.changes.len() - 1) as Position;
    let ours = origins
        .lines(last, &RepoPath::from(path))
        .expect("the file is there");
    let git = blame(repo, "HEAD", path);
    let git = git.iter().map(|id| {
        let by_id = history.changes.iter().zip(0..);
        let mut found = by_id.filter(|(change, _)| change.id.to_hex() == *id);
        found.next().map_or(UNKNOWN, |(_, at)| at)
    });
    (
        collapsed(ours.iter().map(|&it| letter(it))),
        collapsed(git.map(letter)),
    )
}

/// `AAABB` as `A3 B2`.
fn collapsed(letters: impl Iterator<Item = char>) -> String {
    let mut runs: Vec<(char, usize)> = Vec::new();
    for letter in letters {
        match runs.last_mut() {
            Some((last, n)) if *last == letter => *n += 1,
            _ => runs.push((letter, 1)),
        }
    }
    let words: Vec<String> = runs.iter().map(|(it, n)| format!("{it}{n}")).collect();
    words.join(" ")
}

fn lines(word: &str, n: usize) -> String {
    let numbered: Vec<String> = (1..=n).map(|number| format!("{word} {number}\n")).collect();
    numbered.concat()
}

/// ```text
///   A---B
/// ```
///
/// B splits `whole` in two: both halves are like it, one of them is its rename. Blame asks for each half
/// alone, and finds `whole` for both.
#[test]
fn two_files_made_of_one() {
    let repo = TestRepo::new();
    repo.write("whole", &lines("line", 20)).commit("A: add");
    repo.remove("whole");
    repo.write("half", &lines("line", 14));
    repo.write("rest", &lines("line", 16)).commit("B: split");
    let (rest, half) = (runs(&repo, "rest"), runs(&repo, "half"));
    assert_eq!(rest, ("A16".to_owned(), "A16".to_owned()));
    assert_eq!(half, ("A14".to_owned(), "A14".to_owned()));
}

/// ```text
///   A---B
/// ```
///
/// `first` and `second` go, `new` and `newer` come. Both are most like `first`; all together, `newer` has it
/// and `new` takes what is left. Blame asks for `new` alone.
#[test]
fn a_file_whose_best_source_is_taken() {
    let repo = TestRepo::new();
    let shared = lines("shared", 20);
    repo.write("first", &(shared.clone() + &lines("first", 10)));
    repo.write("second", &(shared.clone() + &lines("second", 10)));
    repo.commit("A: add");
    repo.remove("first").remove("second");
    repo.write("newer", &(shared.clone() + &lines("first", 10)));
    repo.write("new", &(shared + &lines("first", 5)))
        .commit("B: move");
    let new = runs(&repo, "new");
    assert_eq!(new, ("A25".to_owned(), "A25".to_owned()));
}

/// ```text
///   A---B
/// ```
///
/// B deletes the top of a file whose long end stays. Blame leaves the end out before it compares, and so sees
/// few blank lines, keeps them in the comparison and pairs one. Counts see the many blank lines of the end, take
/// them for too frequent to be worth comparing, and pair none.
#[test]
fn blank_lines_that_are_rare_without_the_shared_end() {
    let repo = TestRepo::new();
    let mut end = String::new();
    for number in 0..30 {
        let is_blank = number >= 5 && number % 3 == 2;
        let line = format!("a line of the end that is long enough to fill a block {number}");
        end += if is_blank { "" } else { &line };
        end += "\n";
    }
    let old = lines("gone", 4) + "\n" + &lines("gone, too", 3);
    repo.write("file", &(old + &end)).commit("A: add");
    repo.write("file", &("\n\n".to_owned() + &end))
        .commit("B: cut");
    let (here, git) = runs(&repo, "file");
    assert_eq!((here.as_str(), git.as_str()), ("A1 B1 A30", "A1 B1 A30"));
}

/// ```text
///   A---B---C
/// ```
///
/// B puts a NUL into a text, C takes it out again. Counts know no lines of B; blame does.
#[test]
fn a_text_that_was_binary_for_a_while() {
    let repo = TestRepo::new();
    let text = lines("line", 12);
    repo.write("file", &text).commit("A: add");
    let binary = text.replace("line 3\n", "line \0\n");
    repo.write("file", &binary).commit("B: spoil");
    repo.write("file", &binary.replace("line \0\n", "repaired\n"))
        .commit("C: repair");
    let (here, git) = runs(&repo, "file");
    assert_eq!((here.as_str(), git.as_str()), ("A2 C1 A9", "A2 C1 A9"));
}

/// ```text
///   A---B---D
///    \     /
///     C---'
/// ```
///
/// B and C both write the same `file`, C makes it executable, and D takes that from C. Both parents have the
/// content of D, so its lines come from the first, though the mode does not.
#[test]
fn a_mode_from_another_parent() {
    let repo = TestRepo::new();
    repo.write("other", "1\n").commit("A: add");
    repo.branch("topic").write("file", &lines("line", 5));
    repo.commit("B: write");
    repo.switch("topic").write("file", &lines("line", 5));
    repo.chmod("file", 0o755).commit("C: write, too");
    repo.switch("main")
        .merge_with(&["topic"], "D: merge", |repo| {
            repo.write("file", &lines("line", 5)).chmod("file", 0o755);
        });
    let (here, git) = runs(&repo, "file");
    assert_eq!((here.as_str(), git.as_str()), ("B5", "B5"));
}

/// ```text
///   A---B---D
///    \     /
///     C---'
/// ```
///
/// Each side writes the same lines under a name of its own, and D has them under a third. The first parent that has
/// them comes first.
#[test]
fn the_same_lines_under_other_names_in_both_parents() {
    let repo = TestRepo::new();
    repo.write("other", "1\n").commit("A: add");
    repo.branch("topic").write("one", &lines("line", 5));
    repo.commit("B: write one");
    repo.switch("topic").write("two", &lines("line", 5));
    repo.commit("C: write two");
    repo.switch("main")
        .merge_with(&["topic"], "D: merge", |repo| {
            repo.remove("one").remove("two");
            repo.write("three", &lines("line", 5));
        });
    let (here, git) = runs(&repo, "three");
    assert_eq!((here.as_str(), git.as_str()), ("B5", "B5"));
}
