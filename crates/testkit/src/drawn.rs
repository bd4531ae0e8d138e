//! Histories drawn by hand, one for each thing that can go wrong.
//!
//! Each commit bears a tag with its letter in the drawing, so that tests say `repo.id("C")`. The branch
//! that is checked out holds the last letter. Time runs from left to right; where a line has no arrow,
//! the left commit is the parent. First parents are on the straight line to the left.

mod files;
mod merges;

use crate::TestRepo;
pub use files::{
    binary, delete_and_recreate, empty_commit, kinds, line_ends, mode_only, not_utf8, submodule,
};
pub use merges::{
    clean_merge, conflict, criss_cross, evil_merge, octopus, one_sided_merges, rename_at_merge,
    unrelated_roots,
};

/// One drawing: its name and its repository.
pub type Drawing = (&'static str, TestRepo);

/// Builds all drawings one after the other, each when it is asked for.
pub fn hand_drawn() -> impl Iterator<Item = Drawing> {
    type Builder = fn() -> TestRepo;
    const BUILDERS: &[(&str, Builder)] = &[
        ("linear", linear),
        ("rename_chain", rename_chain),
        ("clean_merge", clean_merge),
        ("one_sided_merges", one_sided_merges),
        ("evil_merge", evil_merge),
        ("conflict", conflict),
        ("octopus", octopus),
        ("criss_cross", criss_cross),
        ("revert", revert),
        ("mode_only", mode_only),
        ("kinds", kinds),
        ("binary", binary),
        ("submodule", submodule),
        ("empty_commit", empty_commit),
        ("line_ends", line_ends),
        ("not_utf8", not_utf8),
        ("mailmap", mailmap),
        ("delete_and_recreate", delete_and_recreate),
        ("unrelated_roots", unrelated_roots),
        ("rename_at_merge", rename_at_merge),
        ("ignored_reformat", ignored_reformat),
    ];
    BUILDERS.iter().map(|(name, build)| (*name, build()))
}

/// Numbered lines: `1` to `n`, each with the given word before it.
fn lines(word: &str, n: usize) -> String {
    let numbered: Vec<String> = (1..=n).map(|number| format!("{word} {number}\n")).collect();
    numbered.concat()
}

/// Commits all and tags the commit with its letter, which is also the beginning of its message.
fn commit(repo: &TestRepo, letter: &str, what: &str) {
    repo.commit(format!("{letter}: {what}"));
    repo.tag(letter);
}

/// ```text
///   A---B---C---D
/// ```
///
/// One file. A adds ten lines, B changes line 3, C (a fix) repairs line 3 and adds an eleventh, D deletes
/// line 1.
pub fn linear() -> TestRepo {
    let repo = TestRepo::new();
    let text = lines("line", 10);
    repo.write("a.txt", &text);
    commit(&repo, "A", "add a");
    repo.write("a.txt", &text.replace("line 3\n", "lime 3\n"));
    commit(&repo, "B", "change line 3");
    let text = text.replace("line 3\n", "line three\n") + "line 11\n";
    repo.write("a.txt", &text);
    commit(&repo, "C", "fix the typo of line 3");
    repo.write("a.txt", text.strip_prefix("line 1\n").unwrap_or(&text));
    commit(&repo, "D", "delete line 1");
    repo
}

/// ```text
///   A---B---C---D---E
/// ```
///
/// A adds `one.txt`; B moves it to `dir/two.txt` as it is; C moves it to `dir/three.txt` and changes two
/// lines; D moves it back to `one.txt`. E moves it to `four.txt` and puts another `one.txt` in its place, so that
/// git sees no rename.
pub fn rename_chain() -> TestRepo {
    let repo = TestRepo::new();
    let text = lines("line", 20);
    repo.write("one.txt", &text);
    commit(&repo, "A", "add one");
    repo.rename("one.txt", "dir/two.txt");
    commit(&repo, "B", "move to two");
    let text = text
        .replace("line 1\n", "first\n")
        .replace("line 20\n", "last\n");
    repo.remove("dir/two.txt").write("dir/three.txt", &text);
    commit(&repo, "C", "move to three with edits");
    repo.rename("dir/three.txt", "one.txt");
    commit(&repo, "D", "move back to one");
    repo.rename("one.txt", "four.txt");
    repo.write("one.txt", &lines("other", 5));
    commit(&repo, "E", "move to four and put another in its place");
    repo
}

/// ```text
///   A---B---C---D
/// ```
///
/// B changes two lines, C is git's own revert of B, D is git's revert of C.
pub fn revert() -> TestRepo {
    let repo = TestRepo::new();
    let text = lines("line", 10);
    repo.write("a.txt", &text);
    commit(&repo, "A", "add a");
    repo.write("a.txt", &text.replace("line 4\nline 5\n", "four\nfive\n"));
    commit(&repo, "B", "write out numbers");
    repo.revert("B");
    repo.tag("C").revert("C");
    repo.tag("D");
    repo
}

/// ```text
///   A---B---C---D
/// ```
///
/// A and C are by one person under two names and addresses, B is by another; D adds the `.mailmap` that says so.
pub fn mailmap() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.txt", "1\n");
    repo.commit_as("Ann Author <ann@example.org>", "A: add a");
    repo.tag("A").write("a.txt", "1\n2\n");
    repo.commit_as("Ben <ben@example.org>", "B: go on");
    repo.tag("B").write("a.txt", "1\n2\n3\n");
    repo.commit_as("ann <Ann@Old-Job.example>", "C: go on");
    repo.tag("C");
    repo.mailmap("Ann Author <ann@example.org> <ann@old-job.example>\n");
    commit(&repo, "D", "say who is who");
    repo
}

/// ```text
///   A---B---C---D
/// ```
///
/// A adds code, B indents it all, C names B in `.git-blame-ignore-revs`, D (a fix) changes a line that B indented
/// and A wrote.
pub fn ignored_reformat() -> TestRepo {
    let repo = TestRepo::new();
    let code = "if x:\ny = 1\nz = 2\nprint(y)\n";
    let indented = "if x:\n    y = 1\n    z = 2\nprint(y)\n";
    repo.write("a.py", code);
    commit(&repo, "A", "add code");
    repo.write("a.py", indented);
    commit(&repo, "B", "indent");
    repo.ignore_revs(&[&repo.id("B")]);
    commit(&repo, "C", "ignore the indentation");
    repo.write("a.py", &indented.replace("z = 2", "z = 3"));
    commit(&repo, "D", "fix z");
    repo
}
