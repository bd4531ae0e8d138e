//! Histories with merges.

use super::{commit, lines};
use crate::TestRepo;

/// ```text
///   A---B-------D---E
///    \         /
///     C-------'
/// ```
///
/// B changes line 1, C changes line 10 and adds `c.txt`; D has both, without anything of its own.
pub fn clean_merge() -> TestRepo {
    let repo = forked("line 10\n", "C's 10\n");
    repo.write("c.txt", "c\n");
    commit(&repo, "C", "change line 10");
    repo.switch("main").merge(&["topic"], "D: merge topic");
    repo.tag("D").write("b.txt", "e\n");
    commit(&repo, "E", "go on");
    repo
}

/// ```text
///   A---B---D---F---G     parents of D: B, C; of F: D, E
///    \     /   /
///     C---'   /
///      \     /
///       E---'
/// ```
///
/// B and C change the same line. D keeps B's version of it, F takes C's; E adds a file.
pub fn one_sided_merges() -> TestRepo {
    let repo = forked("line 1\n", "C's 1\n");
    commit(&repo, "C", "change line 1, too");
    let theirs = lines("line", 10).replace("line 1\n", "C's 1\n");
    repo.switch("main").merge_ours(&["topic"], "D: keep ours");
    repo.tag("D").switch("topic").write("e.txt", "e\n");
    commit(&repo, "E", "go on");
    repo.switch("main")
        .merge_with(&["topic"], "F: take theirs", |repo| {
            repo.write("a.txt", &theirs);
        });
    repo.tag("F").write("a.txt", &(theirs + "line 11\n"));
    commit(&repo, "G", "go on");
    repo
}

/// ```text
///   A---B-------D---E
///    \         /
///     C-------'
/// ```
///
/// As the clean merge, but D also changes line 5 and adds `evil.txt`, which no parent has. E, a fix,
/// changes line 5 again, so that what it repairs came in by the merge.
pub fn evil_merge() -> TestRepo {
    let repo = forked("line 10\n", "C's 10\n");
    commit(&repo, "C", "change line 10");
    let text = lines("line", 10)
        .replace("line 1\n", "B's 1\n")
        .replace("line 10\n", "C's 10\n");
    let evil = text.replace("line 5\n", "D's 5\n");
    repo.switch("main")
        .merge_with(&["topic"], "D: merge topic", |repo| {
            repo.write("a.txt", &evil).write("evil.txt", "evil\n");
        });
    repo.tag("D");
    repo.write("a.txt", &text.replace("line 5\n", "E's 5\n"));
    commit(&repo, "E", "fix line 5");
    repo
}

/// ```text
///   A---B-------D
///    \         /
///     C-------'
/// ```
///
/// B and C change line 1 in two ways; D resolves the conflict by a third.
pub fn conflict() -> TestRepo {
    let repo = forked("line 1\n", "C's 1\n");
    commit(&repo, "C", "change line 1, too");
    let both = lines("line", 10).replace("line 1\n", "both 1\n");
    repo.switch("main")
        .merge_with(&["topic"], "D: merge topic", |repo| {
            repo.write("a.txt", &both);
        });
    repo.tag("D");
    repo
}

/// ```text
///     .---C---.
///    /         \
///   A---B-------E     parents of E: B, C, D
///    \         /
///     '---D---'
/// ```
///
/// B, C and D change lines 1, 5 and 10.
pub fn octopus() -> TestRepo {
    let repo = forked("line 5\n", "C's 5\n");
    commit(&repo, "C", "change line 5");
    let text = lines("line", 10).replace("line 10\n", "D's 10\n");
    repo.git(&["checkout", "-q", "-b", "other", "A"]);
    repo.write("a.txt", &text);
    commit(&repo, "D", "change line 10");
    repo.switch("main")
        .merge(&["topic", "other"], "E: merge both");
    repo.tag("E");
    repo
}

/// ```text
///   A---B---D---F     parents of D: B, C; of E: C, B; of F: D, E
///    \   \ /   /
///     \   X   /
///      \ / \ /
///       C---E
/// ```
///
/// B changes line 1, C line 10. Both merges have the same files; F has two bases, B and C.
pub fn criss_cross() -> TestRepo {
    let repo = forked("line 10\n", "C's 10\n");
    commit(&repo, "C", "change line 10");
    repo.switch("main").merge(&["C"], "D: merge C");
    repo.tag("D").switch("topic").merge(&["B"], "E: merge B");
    repo.tag("E").switch("main").merge(&["E"], "F: merge E");
    repo.tag("F");
    repo
}

/// ```text
///   A---B-------E---F
///              /
///   C---D-----'
/// ```
///
/// A and C are roots. D and B have a `b.txt` each; E takes B's and brings in `d.txt`; F changes `d.txt`.
pub fn unrelated_roots() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.txt", &lines("a", 3));
    commit(&repo, "A", "a root");
    repo.write("b.txt", &lines("b", 3));
    commit(&repo, "B", "go on");
    repo.orphan("other").write("d.txt", &lines("d", 3));
    commit(&repo, "C", "another root");
    repo.write("b.txt", &lines("other b", 3));
    commit(&repo, "D", "go on");
    repo.switch("main")
        .merge_with(&["other"], "E: join", |repo| {
            repo.write("b.txt", &lines("b", 3));
        });
    repo.tag("E").write("d.txt", &lines("d", 4));
    commit(&repo, "F", "go on");
    repo
}

/// ```text
///   A---B-------D---E
///    \         /
///     C-------'
/// ```
///
/// B moves `a.txt` to `b.txt` and changes line 1; C changes line 10 of `a.txt`; in D `b.txt` has both. E, a fix,
/// changes both lines of `b.txt`.
pub fn rename_at_merge() -> TestRepo {
    let repo = TestRepo::new();
    let text = lines("line", 10);
    repo.write("a.txt", &text);
    commit(&repo, "A", "add a");
    repo.branch("topic").rename("a.txt", "b.txt");
    repo.write("b.txt", &text.replace("line 1\n", "B's 1\n"));
    commit(&repo, "B", "move and change line 1");
    repo.switch("topic");
    repo.write("a.txt", &text.replace("line 10\n", "C's 10\n"));
    commit(&repo, "C", "change line 10");
    repo.switch("main").merge(&["topic"], "D: merge topic");
    repo.tag("D");
    let fixed = text
        .replace("line 1\n", "first\n")
        .replace("line 10\n", "last\n");
    repo.write("b.txt", &fixed);
    commit(&repo, "E", "fix the first and last lines");
    repo
}

/// A with ten lines, B on `main` with another line 1, and the working tree of `topic` with one edit.
fn forked(from: &str, to: &str) -> TestRepo {
    let repo = TestRepo::new();
    let text = lines("line", 10);
    repo.write("a.txt", &text);
    commit(&repo, "A", "add a");
    repo.branch("topic");
    repo.write("a.txt", &text.replace("line 1\n", "B's 1\n"));
    commit(&repo, "B", "change line 1");
    repo.switch("topic").write("a.txt", &text.replace(from, to));
    repo
}
