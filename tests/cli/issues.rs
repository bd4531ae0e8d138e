//! Issues of a tracker, and fixes that are made twice.

use crate::harness::{fresh, json, risk, state};
use risk_testkit::TestRepo;
use std::fs;

/// 0 adds, 1 limits, 2 names #12, 3 says that it fixes and names #20.
fn tracked() -> TestRepo {
    let repo = TestRepo::new();
    let body = |limit: u32| format!("fn a() {{\n    let limit = {limit};\n}}\n");
    repo.write("a.rs", "fn a() {\n}\n").commit("Add a");
    repo.write("a.rs", &body(10)).commit("Limit it");
    repo.write("a.rs", &body(11))
        .commit("Raise the limit (#12)");
    repo.write("a.rs", &body(12))
        .commit("Fix the limit as asked for\n\nCloses #20\n");
    repo
}

const CSV: &str = "key,type,created\n12,bug,2031-01-01T22:13:14Z\n20,enhancement,2005-04-07\n";

#[track_caller]
fn is_fix(repo: &TestRepo, args: &[&str], expected: bool, why: &str) {
    let told = json(repo, &[&["explain"], args].concat());
    assert_eq!(told["is_fix"], expected);
    assert_eq!(told["why_fix"], why);
}

const NAMES_A_BUG: &str = "names an issue that is a bug";
const NO_BUG: &str = "the tracker says that the issue it names is no bug";
const NO_EVIDENCE: &str = "nothing in its message says so";

#[test]
fn an_option_names_an_export_and_another_one_is_taken_up() {
    let repo = tracked();
    is_fix(&repo, &["HEAD"], true, "has a key word");
    is_fix(&repo, &["HEAD~1"], false, NO_EVIDENCE);
    let file = repo.path().join("export");
    fs::write(&file, CSV).unwrap();
    let file = file.to_str().unwrap();
    let said = risk(&repo, &["train", "--issues", file]).ok();
    said.notes(&["the issues of the tracker changed; following history anew"]);
    risk(&repo, &["train", "--issues", file]).silent();
    is_fix(&repo, &["HEAD", "--issues", file], false, NO_BUG);
    is_fix(&repo, &["HEAD~1", "--issues", file], true, NAMES_A_BUG);
    let told = json(&repo, &["explain", "HEAD~1", "--issues", file]);
    assert_eq!(told["matched"], "#12");
    assert_eq!(told["repairs"].as_array().unwrap().len(), 1);
    // The same in another form, with one that was closed since.
    fs::write(
        repo.path().join("export"),
        r#"[{"number": 12, "labels": [{"name": "C-bug"}], "createdAt": "2031-01-01T22:13:14Z", "closedAt": null},
            {"number": 20, "labels": [{"name": "enhancement"}], "createdAt": "2005-04-07T23:59:59Z",
             "closedAt": "2005-05-07T00:00:00Z"}]"#,
    )
    .unwrap();
    risk(&repo, &["score", "--issues", file]).silent();
    fs::write(
        repo.path().join("export"),
        CSV.replace("enhancement", "bug"),
    )
    .unwrap();
    risk(&repo, &["score", "--issues", file])
        .ok()
        .notes(&["the issues of the tracker changed"]);
    is_fix(&repo, &["HEAD", "--issues", file], true, NAMES_A_BUG);
    risk(&repo, &["score"])
        .ok()
        .notes(&["the issues of the tracker changed"]);
    is_fix(&repo, &["HEAD~1"], false, NO_EVIDENCE);
}

#[test]
fn a_committed_file_is_read_from_the_base_and_never_from_elsewhere() {
    let repo = tracked();
    let secret = repo.path().join("secret");
    fs::write(&secret, CSV).unwrap();
    for path in ["../secret", secret.to_str().unwrap(), "data/../../secret"] {
        repo.write(".git-risk.toml", &format!("[issues]\nfile = '{path}'\n"))
            .commit("Configure");
        risk(&repo, &["score"]).refused(&[
            ".git-risk.toml at ",
            "line 2: issues.file = ",
            "a path that does not lead out of it",
            "--issues PATH",
        ]);
    }
    repo.write(".git-risk.toml", "[issues]\nfile = \"data/issues.csv\"\n")
        .commit("Configure");
    risk(&repo, &["score"]).refused(&["there is no such file in ", "commit it"]);
    repo.write("data/issues.csv", CSV).commit("Export issues");
    is_fix(&repo, &["HEAD~6"], true, NAMES_A_BUG);
    // What is only in the working tree does not act.
    repo.write("data/issues.csv", "key,type\n12,task\n");
    is_fix(&repo, &["HEAD~6"], true, NAMES_A_BUG);
    risk(&repo, &["config"]).silent().tells(&[
        "# In \"data/issues.csv\": 2 issues, 1 of them bugs (CSV).",
        "file = \"data/issues.csv\"",
    ]);
    let alone = repo.full_clone();
    risk(&repo, &["train"]).ok();
    risk(&alone, &["train"]).ok();
    assert!(state(&repo) == state(&alone), "the states differ");
    repo.commit("Export issues again");
    is_fix(&repo, &["HEAD~7"], false, NO_EVIDENCE);
}

#[test]
fn git_config_names_any_file_and_tells_how_issues_are_named() {
    let repo = tracked();
    let folder = repo.path().join("elsewhere");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("export"), "number;labels\n12;Störung, ui\n").unwrap();
    repo.git(&["config", "risk.issues.file", "elsewhere/export"]);
    is_fix(&repo, &["HEAD~1"], false, NO_EVIDENCE);
    repo.git(&["config", "risk.issues.bug", "störung"]);
    is_fix(&repo, &["HEAD~1"], true, NAMES_A_BUG);
    assert_eq!(json(&repo, &["explain", "HEAD~1"]), fresh_with_same(&repo));
    repo.git(&["config", "risk.issues.patterns", r"GR(\d+)"]);
    is_fix(&repo, &["HEAD~1"], false, NO_EVIDENCE);
    repo.git(&["config", "--add", "risk.issues.patterns", "built-in"]);
    is_fix(&repo, &["HEAD~1"], true, NAMES_A_BUG);
    repo.git(&["config", "--replace-all", "risk.issues.patterns", r"GR\d+"]);
    risk(&repo, &["score"]).refused(&["risk.issues.patterns = ", "needs one, the key"]);
    repo.git(&["config", "--unset-all", "risk.issues.patterns"]);
    fs::write(folder.join("export"), "number;labels\n12;bug;x\n").unwrap();
    risk(&repo, &["score"]).refused(&[
        "git config, repository",
        "risk.issues.file = \"elsewhere/export\": line 2: it has 3 columns",
        "docs/configuration.md",
    ]);
    fs::remove_file(folder.join("export")).unwrap();
    risk(&repo, &["score"]).refused(&["it cannot be read"]);
}

fn fresh_with_same(repo: &TestRepo) -> serde_json::Value {
    let alone = repo.full_clone();
    let file = repo.path().join("elsewhere/export");
    alone.git(&["config", "risk.issues.file", &file.to_string_lossy()]);
    alone.git(&["config", "risk.issues.bug", "störung"]);
    json(&alone, &["explain", "HEAD~1"])
}

#[test]
fn a_cherry_picked_fix_is_told_and_counted_once() {
    let repo = TestRepo::new();
    let body = |limit: u32| format!("fn a() {{\n    let limit = {limit};\n}}\n");
    repo.write("a.rs", "fn a() {\n}\n").commit("Add a");
    repo.write("a.rs", &body(10)).commit("Limit it");
    repo.git(&["checkout", "-q", "-b", "stable"]);
    repo.write("b.rs", "fn b() {\n}\n").commit("Add b");
    repo.git(&["checkout", "-q", "main"]);
    let fix = repo
        .write("a.rs", &body(11))
        .commit("Fix crash at the limit");
    repo.git(&["checkout", "-q", "stable"]);
    repo.git(&["cherry-pick", "-x", &fix]);
    let copy = repo.head();
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge stable", "stable"]);
    let told = json(&repo, &["explain", &copy]);
    assert_eq!(told["is_fix"], true);
    assert_eq!(told["same_fix_as"], fix.as_str());
    assert!(told["repairs"].as_array().unwrap().is_empty());
    let first = json(&repo, &["explain", &fix]);
    assert!(first["same_fix_as"].is_null());
    assert_eq!(first["repairs"].as_array().unwrap().len(), 1);
    risk(&repo, &["explain", &copy]).silent().tells(&[&format!(
        "the same fix as {}: it is counted once",
        &fix[..10]
    )]);
    assert_eq!(json(&repo, &["status"])["fixes"], 1);
    // A run that goes on later comes to the same.
    repo.write("a.rs", &body(12)).commit("Raise it");
    assert_eq!(json(&repo, &["explain"]), fresh(&repo, &["explain"]));
}
