//! History that git is told to see otherwise: grafts and replacements. Scores are those of the commits as they are.

use crate::harness::lived;
use crate::objects::{Draft, land};
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

#[test]
fn grafts_change_nothing() {
    let (repo, answer) = plain(550);
    let [tip, before, early, root] =
        ["HEAD", "HEAD~1", "HEAD~20", "HEAD~39"].map(|name| repo.id(name));
    let missing = "1234567812345678123456781234567812345678";
    let all = repo.git(&["rev-list", "HEAD"]).replace('\n', " ");
    for (case, text) in [
        ("a ring of grafts", format!("{root} {tip}\n{before} {tip}\n")),
        ("a graft on itself", format!("{tip} {tip}\n")),
        ("a graft on what is not there", format!("{before} {missing}\n{missing} {tip}\n")),
        ("a graft that cuts off", format!("{early}\n{tip}\n")),
        ("a graft to all", format!("{tip} {all}\n")),
        ("no grafts", "\u{202e}\0\n#\nodd odd\n\n".repeat(1_000)),
        ("a long graft", format!("{tip} {}\n", format!("{root} ").repeat(20_000))),
    ] {
        graft(&repo, &text);
        let trial = Trial::new(case, &repo);
        assert_eq!(trial.answers(), answer, "{case}");
        trial.everything();
        let look = format!("refs/heads/main {tip} refs/heads/main {early}\n");
        trial.looks(&look);
    }
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
        ("a ring of replacements", vec![(&tip, before.as_str()), (&before, tip.as_str())]),
        ("a replacement by itself", vec![(&tip, tip.as_str())]),
        ("a replacement that is not there", vec![(&before, missing), (&tree, missing)]),
        ("a replacement of another kind", vec![(&early, blob.as_str()), (&blob, tree.as_str()), (&tree, root.as_str())]),
        ("an earlier one for a later one", vec![(&root, tip.as_str()), (&early, before.as_str())]),
    ] {
        let folder = repo.path().join(".git/refs/replace");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (replaced, by) in pairs {
            fs::write(folder.join(replaced), format!("{by}\n")).unwrap();
        }
        let trial = Trial::new(case, &repo);
        assert_eq!(trial.answers(), answer, "{case}");
        trial.everything();
        trial.pushes();
    }
}

/// A range is that of the commits as they are, and so is what a push sends.
#[test]
fn a_graft_hides_nothing_of_a_range_or_a_push() {
    let repo = lived(552, 40);
    let base = repo.head();
    for day in 100..104 {
        Draft {
            message: format!("Add {day}\n").into_bytes(),
            tree: repo.id(&format!("HEAD~{}^{{tree}}", day - 98)),
            ..Draft::on(&repo, day)
        }
        .land(&repo);
    }
    let tip = repo.head();
    let trial = Trial::new("a range as it is", &repo).range("HEAD~4..HEAD");
    let answer = trial.answers();
    assert_eq!(answer["scores"].as_array().unwrap().len(), 4);
    // The tip is grafted on the base, so that three are hidden; and the base is cut off.
    for text in [format!("{tip} {base}\n"), format!("{tip}\n"), format!("{base} {tip}\n")] {
        graft(&repo, &text);
        let range = format!("{base}..{tip}");
        let trial = Trial::new("a graft over a range", &repo).range(&range);
        assert_eq!(trial.answers(), answer, "{text}");
    }
    land(&repo, &tip);
}
