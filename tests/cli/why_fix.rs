//! `git risk why-fix`

use crate::harness::{json, risk};
use risk_testkit::TestRepo;

/// 0 and 1 write, 2 repairs a line of 1 and a comment; 3 says nothing of a fix.
fn repaired() -> (TestRepo, [String; 4]) {
    let repo = TestRepo::new();
    let file = |limit: &str, note: &str| {
        format!("fn a() {{\n    // {note}\n    let limit = {limit};\n    go(limit)\n}}\n")
    };
    let start = repo.write("a.rs", "fn a() {\n    go(limit)\n}\n");
    let start = start.commit("Add a");
    let faulty = repo
        .write("a.rs", &file("10", "as told"))
        .commit("Limit it");
    let fix = repo
        .write("a.rs", &file("11", "as it is"))
        .write("notes.md", "limits\n")
        .commit("Fix crash at the limit");
    let more = repo.write("a.rs", &file("12", "as it is")).commit("Raise");
    (repo, [start, faulty, fix, more])
}

#[test]
fn a_fix_shows_its_candidates_and_lines() {
    let (repo, [_, faulty, fix, _]) = repaired();
    let told = json(&repo, &["why-fix", "HEAD~1"]);
    assert_eq!(told["schema_version"], 1);
    assert_eq!(told["commit"], fix.as_str());
    assert_eq!(
        (&told["is_fix"], &told["variant"]),
        (&true.into(), &"w".into())
    );
    let first = &told["candidates"][0];
    assert_eq!(first["commit"], faulty.as_str());
    assert_eq!(
        (&first["is_kept"], &first["verdict"]),
        (&true.into(), &"kept".into())
    );
    assert_eq!(first["lines"], 1);
    let weight = first["weight"].as_f64().unwrap();
    assert!(weight > told["least_weight"].as_f64().unwrap() && weight <= 1.0);
    let lines = told["lines"].as_array().unwrap();
    let treatments: Vec<_> = lines.iter().map(|it| &it["treatment"]).collect();
    assert_eq!(treatments, ["comment", "traced"]);
    assert_eq!(
        (&lines[1]["line"], &lines[1]["text"]),
        (&3.into(), &"    let limit = 10;".into())
    );
    assert_eq!(lines[1]["origin"], faulty.as_str());
    assert_eq!(told["untraced"][0]["path"], "notes.md");
    assert!(told["unlinked"].is_null());
    // What explain tells is the same.
    let link = &json(&repo, &["explain", "HEAD~1"])["repairs"][0];
    assert_eq!(link["commit"], faulty.as_str());
    risk(&repo, &["why-fix", "HEAD~1"]).silent().tells(&[
        "counts as a fix",
        "kept; 1 line taken away",
        "let limit = 10;",
        "notes.md (a new file)",
    ]);
}

#[test]
fn what_is_no_fix_is_answered_as_if_it_were_one() {
    let (repo, [start, _, fix, more]) = repaired();
    let told = json(&repo, &["why-fix"]);
    assert_eq!(told["commit"], more.as_str());
    assert_eq!(told["is_fix"], false);
    assert_eq!(told["candidates"][0]["commit"], fix.as_str());
    let root = json(&repo, &["why-fix", &start]);
    assert_eq!(root["candidates"].as_array().unwrap().len(), 0);
    assert!(root["unlinked"].is_string());
    risk(&repo, &["why-fix", "nothing"]).refused(&["nothing"]);
}
