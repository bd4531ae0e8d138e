//! History that git is told to see otherwise: grafts and replacements. Scores are those of the commits as they are, or none.

use crate::harness::lived;
use crate::trial::Trial;
use risk_testkit::TestRepo;
use serde_json::Value;
use std::fs;

/// The answer that a repository without any of it gives.
fn plain(seed: u64) -> (TestRepo, Value) {
    let repo = lived(seed, 40);
    let answer = Trial::new("as it is", &repo).answers();
    (repo, answer)
}

fn graft(repo: &TestRepo, text: &str) {
    fs::create_dir_all(repo.path().join(".git/info")).unwrap();
    fs::write(repo.path().join(".git/info/grafts"), text).unwrap();
}

/// The library follows grafts and what is read of commits does not, so that a range would lack what they hide.
#[test]
fn grafts_are_refused() {
    let (repo, answer) = plain(550);
    let [tip, before, early, root] =
        ["HEAD", "HEAD~1", "HEAD~20", "HEAD~39"].map(|name| repo.id(name));
    let missing = "1234567812345678123456781234567812345678";
    let all = repo.git(&["rev-list", "HEAD"]).replace('\n', " ");
    for (case, text) in [
        (
            "a ring of grafts",
            format!("{root} {tip}\n{before} {tip}\n"),
        ),
        ("a graft on itself", format!("{tip} {tip}\n")),
        (
            "a graft on what is not there",
            format!("{before} {missing}\n{missing} {tip}\n"),
        ),
        ("a graft that cuts off", format!("{early}\n")),
        (
            "a graft that hides all but the tip",
            format!("{tip} {root}\n"),
        ),
        ("a graft to all", format!("{tip} {all}\n")),
        (
            "a long graft",
            format!("{tip}{}\n", format!(" {root}").repeat(20_000)),
        ),
    ] {
        graft(&repo, &text);
        let trial = Trial::new(case, &repo);
        trial.refuses(&["info/grafts", "git replace --convert-graft-file"]);
        trial.some();
        trial.looks(&format!("refs/heads/main {tip} refs/heads/main {early}\n"));
        trial.pushes();
    }
    // What is no graft is told by the library.
    graft(&repo, &"\u{202e}\0\n#\nodd odd\n\n".repeat(1_000));
    let trial = Trial::new("noise for grafts", &repo);
    trial.refuses(&["invalid graft", "hint: "]);
    trial.pushes();
    // A file without any hides nothing.
    graft(&repo, "");
    assert_eq!(Trial::new("no grafts", &repo).answers(), answer);
    // And the way out that is told leads to the commits as they are.
    graft(&repo, &format!("{tip} {root}\n"));
    repo.git(&["replace", "--convert-graft-file"]);
    assert_eq!(Trial::new("converted", &repo).answers(), answer);
}

#[test]
fn replacements_change_nothing() {
    let (repo, answer) = plain(551);
    let [tip, before, early, root] =
        ["HEAD", "HEAD~1", "HEAD~20", "HEAD~39"].map(|name| repo.id(name));
    let blob = repo.id("HEAD:src/f1.rs");
    let tree = repo.id("HEAD^{tree}");
    let missing = "1234567812345678123456781234567812345678";
    for (case, pairs) in [
        (
            "a ring of replacements",
            vec![(&tip, before.as_str()), (&before, tip.as_str())],
        ),
        ("a replacement by itself", vec![(&tip, tip.as_str())]),
        (
            "a replacement that is not there",
            vec![(&before, missing), (&tree, missing)],
        ),
        (
            "a replacement of another kind",
            vec![
                (&early, blob.as_str()),
                (&blob, tree.as_str()),
                (&tree, root.as_str()),
            ],
        ),
        (
            "an earlier one for a later one",
            vec![(&root, tip.as_str()), (&early, before.as_str())],
        ),
    ] {
        let folder = repo.path().join(".git/refs/replace");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (replaced, by) in pairs {
            fs::write(folder.join(replaced), format!("{by}\n")).unwrap();
        }
        let trial = Trial::new(case, &repo);
        assert_eq!(trial.answers(), answer, "{case}");
        trial.some();
        trial.pushes();
    }
}
