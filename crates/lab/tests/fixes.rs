//! The rules that tell fixes, on the sample that ships with git-risk and on small ones.

use risk_lab::extract::Input;
use risk_lab::fixes::{Fixes, Rule};
use risk_lab::{Error, output};
use risk_testkit::TestRepo;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const COLUMNS: &str =
    "repo,commit,stratum,stratum_size,sampled,label_a,kind_a,label_b,kind_b,files,changed,message";

fn shipped(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// A sample of these messages, all of the repository `r` and of one file of code.
fn sample(folder: &Path, messages: &[&str]) -> PathBuf {
    let mut text = format!("{COLUMNS}\n");
    for (place, message) in messages.iter().enumerate() {
        let id = format!("{place:040x}");
        writeln!(
            text,
            "r,{id},none,10,5,fix,,fix,,1,\"[[\"\"a.c\"\",\"\"lines\"\"]]\",\"{}\"",
            message.replace('"', "\"\"")
        )
        .expect("a string takes all that is written");
    }
    let path = folder.join("sample.csv");
    fs::write(&path, text).expect("because the folder is there");
    path
}

#[test]
fn the_shipped_sample_gives_the_shipped_results() {
    let fixes = Fixes::of(&shipped("data/fix-messages/messages.csv"), &[]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    output::fixes::prepare(folder.path()).unwrap();
    output::fixes::write(&fixes, folder.path()).unwrap();
    for name in [
        "summary.md",
        "rules.csv",
        "exclusions.csv",
        "verdicts.csv",
        "fixes.json",
    ] {
        let found = fs::read_to_string(folder.path().join(name)).unwrap();
        let results = shipped("experiments/fix-messages/results").join(name);
        let stored = fs::read_to_string(results).unwrap();
        // Whoever changes a rule on purpose makes the results anew, as their README says, and shows both.
        assert!(found == stored, "{name}:\n{found}");
    }
    // The folder may be used again.
    output::fixes::prepare(folder.path()).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn key_words_of_the_subject_and_closing_lines_are_told_apart() {
    use Rule::{Closing, FixType, Names, Revert, Subject};
    let cases = [
        ("fix crash", vec![Subject]),
        ("mend it\n\nFixes #12", vec![Closing]),
        ("fix crash\n\nFixes #12", vec![Subject, Closing]),
        ("Bug: https://example.org/1", vec![Subject]),
        ("fix: crash\n\nFixes #12", vec![FixType, Closing]),
        ("fix crash\n\nFixes: 1234abcd5678", vec![Names, Subject]),
        ("mend it\n\nFixes: 1234abcd5678", vec![Names]),
        ("Revert \"fix crash\"\n\nFixes #12", vec![Revert]),
        ("docs: mend it\n\nFixes #12", vec![]),
        ("mend it", vec![]),
    ];
    let folder = tempfile::tempdir().unwrap();
    let data = sample(folder.path(), &cases.each_ref().map(|case| case.0));
    let fixes = Fixes::of(&data, &[]).unwrap();
    for (verdict, (message, rules)) in fixes.verdicts.iter().zip(&cases) {
        assert_eq!(&verdict.rules, rules, "{message}");
    }
    let figures = fixes.figures(None);
    let closing = figures.rules.iter().find(|it| it.rule == Some(Closing));
    let closing = closing.unwrap();
    assert_eq!((closing.called.n, closing.alone.n), (3, 1));
    assert_eq!(closing.found.fixes.weighted(), Some(0.3));
    assert_eq!(figures.base.stands_for(), 20.0);
}

#[test]
fn files_are_those_of_the_repository_if_it_is_given() {
    let repo = TestRepo::new();
    repo.write("a.c", "int a;\n/* one */\n");
    repo.commit("begin");
    repo.write("a.c", "int a;\n/* two */\n");
    let id = repo.commit("fix the number");
    let folder = tempfile::tempdir().unwrap();
    let data = sample(folder.path(), &["fix the number"]);
    let text = fs::read_to_string(&data).unwrap();
    fs::write(&data, text.replace(&"0".repeat(40), &id)).unwrap();
    let told = Fixes::of(&data, &[]).unwrap();
    assert_eq!(told.verdicts[0].rules, [Rule::Subject]);

    let input = |name: &str| Input {
        name: name.to_owned(),
        path: repo.path().to_owned(),
    };
    let read = Fixes::of(&data, &[input("r")]).unwrap();
    assert_eq!(
        read.verdicts[0].explanation.to_string(),
        "no fix: only comments, blank lines and white space change (fix)"
    );
    // What was read can be kept beside the message, and says the same.
    let kept = serde_json::to_string(&read.verdicts[0].change.changed).unwrap();
    assert_eq!(kept, "[[\"a.c\",\"cosmetic\"]]");
    let text = fs::read_to_string(&data).unwrap();
    fs::write(&data, text.replace("lines", "cosmetic")).unwrap();
    let kept = Fixes::of(&data, &[]).unwrap();
    assert_eq!(kept.verdicts[0].explanation, read.verdicts[0].explanation);

    let error = Fixes::of(&data, &[input("other")]).unwrap_err();
    assert!(matches!(error, Error::NotSampled { .. }), "{error}");
}

#[test]
fn what_is_no_sample_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = sample(folder.path(), &["fix crash", "fix it"]);
    let good = fs::read_to_string(&data).unwrap();
    for (from, to, complaint) in [
        (
            "fix,,fix",
            "maybe,,fix",
            "line 2, column `label_a`: `maybe` is not fix, not, or unsure",
        ),
        (
            "10,5",
            "10,0",
            "column `sampled`: `0` is not a number from 1 on",
        ),
        ("lines", "odd", "is not a list such as"),
        ("0000,none", "00g0,none", "is not the full id of a commit"),
        ("label_b", "label", "has no column `label_b`"),
    ] {
        fs::write(&data, good.replacen(from, to, 1)).unwrap();
        let error = Fixes::of(&data, &[]).unwrap_err().to_string();
        assert!(error.contains(complaint), "{error}");
    }
}
