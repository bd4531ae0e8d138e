//! `git risk release`

use crate::harness::{command, json, lived, number, risk, said};
use risk_testkit::{FIRST_COMMIT_AT, TestRepo};
use serde_json::Value;
use std::fs;

/// A lived history with tags after these numbers of commits.
fn released(seed: u64, n: usize, tags: &[(&str, usize)]) -> TestRepo {
    let repo = lived(seed, n);
    for (tag, at) in tags {
        repo.git(&["tag", tag, &format!("HEAD~{}", n - at)]);
    }
    repo
}

fn answer(repo: &TestRepo, args: &[&str]) -> Value {
    json(repo, &[&["release"], args].concat())
}

#[test]
fn without_a_range_it_is_about_what_landed_since_the_last_release() {
    let tags = [
        ("v1.0", 100),
        ("v1.1", 250),
        ("v1.2-rc1", 330),
        ("nightly", 340),
    ];
    let repo = released(20, 360, &tags);
    // An annotated tag is followed to its commit.
    repo.git(&["tag", "-d", "v1.1"]);
    repo.git(&["tag", "-a", "-m", "Release", "v1.1", "HEAD~110"]);
    let told = answer(&repo, &[]);
    assert_eq!(told["schema_version"], 1);
    let range = &told["range"];
    let short = &repo.head()[..10];
    assert_eq!(range["name"], format!("v1.1..{short}"));
    assert_eq!(range["base"], repo.id("v1.1^{commit}"));
    assert_eq!(range["tip"], repo.head());
    assert_eq!(range["changes"], 110);
    assert_eq!(range["from"], FIRST_COMMIT_AT + 250 * 2 * 86_400);
    assert_eq!(range["known_at"], FIRST_COMMIT_AT + 359 * 2 * 86_400);

    let model = &told["expected"]["by_model"];
    assert!(number(&model["low"]) <= number(&model["mean"]));
    assert!(number(&model["mean"]) <= number(&model["high"]));
    let chance = &told["expected"]["by_chance"];
    assert_eq!(chance["mean"], model["mean"]);
    assert!(number(&chance["high"]) <= number(&model["high"]));
    assert!(number(&told["expected"]["by_changes"]) > 0.0);
    assert_eq!(told["expected"]["model_error"]["stretches"], 4);

    // The same from the list of scores and from what repaired each of them.
    let scores = json(&repo, &["score", "v1.1..HEAD"]);
    let scores = scores["scores"].as_array().unwrap();
    let sum: f64 = scores.iter().map(|it| number(&it["probability"])).sum();
    assert!((sum - number(&model["mean"])).abs() < 1e-9);
    let defective = scores.iter().filter(|it| it["label"] == "defective");
    assert_eq!(told["found"]["changes"], defective.count());
    let found = number(&told["found"]["changes"]);
    let share = found / (found + number(&told["found"]["unseen"]["mean"]));
    assert!((share - number(&told["found"]["share"]["mean"])).abs() < 1e-12);

    let weeks = told["weekly"]["weeks"].as_array().unwrap();
    assert_eq!(weeks.len(), 109 * 2 / 7 + 1);
    let linked: u64 = weeks.iter().map(|it| it["linked"].as_u64().unwrap()).sum();
    assert_eq!(told["found"]["fixes"], linked);

    // What is left is that of the ten riskiest, and the files share it out.
    let riskiest = told["riskiest"].as_array().unwrap();
    assert_eq!(riskiest.len(), 10);
    let left = number(&riskiest[0]["remaining"]);
    assert!(left > 0.0 && left <= number(&riskiest[0]["probability"]));
    let risk = |list: &Value| -> f64 {
        let list = list.as_array().unwrap();
        list.iter().map(|it| number(&it["risk"])).sum()
    };
    assert_eq!(told["directories"][0]["path"], "src");
    let unseen = number(&told["found"]["unseen"]["mean"]);
    assert!((risk(&told["directories"]) - unseen).abs() < 1e-9);
    assert!(risk(&told["files"]) <= unseen + 1e-9);

    // A pattern names other tags.
    let told = answer(&repo, &["--tags", "v1.2*"]);
    assert_eq!(told["range"]["changes"], 30);
    let told = answer(&repo, &["HEAD~10"]);
    assert_eq!(told["range"]["name"], "v1.1..HEAD~10");
    assert_eq!(told["range"]["changes"], 100);
}

#[test]
fn a_past_release_is_judged_by_what_was_known_then() {
    let repo = released(21, 400, &[("v1.0", 100), ("v2.0", 220), ("v3.0", 320)]);
    let history = answer(&repo, &["--history"]);
    let releases = history["releases"].as_array().unwrap();
    assert_eq!(releases.len(), 2);
    for release in releases {
        let tag = release["tag"].as_str().unwrap();
        // The same from a clone that ends there.
        let alone = repo.full_clone();
        alone.git(&["reset", "-q", "--hard", tag]);
        alone.git(&["update-ref", "refs/remotes/origin/main", tag]);
        let told = answer(&alone, &[tag]);
        for part in ["range", "expected", "found", "criteria"] {
            assert_eq!(told[part], release[part], "{tag} {part}");
        }
        assert_eq!(told["weekly"]["peak"], release["weekly"]["peak"]);
        assert_eq!(told["weekly"]["present"], release["weekly"]["present"]);
        let name = told["range"]["name"].as_str().unwrap();
        let then = answer(&repo, &[name, "--then"]);
        assert_eq!(then["found"], release["found"]);
        let now = answer(&repo, &[name]);
        assert_eq!(now["found"]["changes"], release["found_today"]);
        assert_eq!(now["expected"]["by_chance"], then["expected"]["by_chance"]);
        let later = number(&release["found_today"]) - number(&release["found"]["changes"]);
        let year = &release["after"][1];
        assert_eq!(year["days"], 365.0);
        assert!(number(&year["changes"]) <= later);
    }
    // 80 changes, two days apart, followed the last one.
    assert_eq!(releases[0]["after"][0]["complete"], true);
    assert_eq!(releases[1]["after"][0]["complete"], false);
    assert_eq!(history["growth"], serde_json::json!([]));
    let text = risk(&repo, &["release", "--history"]).silent();
    text.tells(&["release", "v2.0", "v3.0", "+ met, ! not met"]);
}

#[test]
fn a_gate_is_asked_for_and_its_thresholds_are_configured() {
    let repo = released(22, 400, &[("v1.0", 250)]);
    let told = answer(&repo, &[]);
    let share = number(&told["found"]["share"]["mean"]);
    assert_eq!(told["criteria"][0]["threshold"], 0.8);
    assert_eq!(told["criteria"][1]["threshold"], 0.43);
    let with = |found: f64, args: &[&str]| {
        repo.git(&["config", "risk.release.found", &found.to_string()]);
        repo.git(&["config", "risk.release.weekly", "1"]);
        risk(&repo, &[&["release"], args].concat())
    };
    let strict = with(share + 0.01, &["--fail"]);
    assert_eq!(strict.code, Some(1), "{strict:#?}");
    strict.notes(&["failing, as was asked for: ", "of its defects were found"]);
    strict.tells(&[
        "not met",
        "defects expected",
        "where the remaining risk sits",
    ]);
    with(share + 0.01, &[]).silent().tells(&["not met"]);
    with(share - 0.01, &["--fail"]).silent().tells(&["met"]);
    repo.git(&["config", "risk.release.found", "80"]);
    risk(&repo, &["release"]).refused(&["risk.release.found", "a share from 0 to 1"]);
}

#[test]
fn what_cannot_be_told_is_said() {
    let repo = lived(23, 20);
    risk(&repo, &["release"]).refused(&[
        "there is no release to begin with",
        "no tag of this line of history looks like a version",
        "git risk release A..B",
    ]);
    risk(&repo, &["release", "--tags", "v*"]).refused(&["fits 'v*'"]);
    risk(&repo, &["release", "--history"]).refused(&["there are no two releases"]);
    risk(&repo, &["release", "nowhere"]).refused(&["no commit is named 'nowhere'"]);
    let told = answer(&repo, &["HEAD~5..HEAD"]);
    for criterion in told["criteria"].as_array().unwrap() {
        assert_eq!(criterion["verdict"], "unknown");
    }
    assert!(told["expected"]["model_error"].is_null());
    assert!(told["expected"]["by_lines"].is_null());
    risk(&repo, &["release", "HEAD~5..HEAD", "--fail"])
        .silent()
        .tells(&[
            "cannot be told",
            "fewer than twenty defects were found before",
            "how far the model is off is not known yet",
        ]);
    // Nothing is in it.
    let told = answer(&repo, &["HEAD..HEAD"]);
    assert_eq!(told["range"]["changes"], 0);
    assert!(told["range"]["from"].is_null() && told["found"]["share"].is_null());
    // A release that was just made.
    repo.git(&["tag", "v1.0", "HEAD~8"]);
    repo.git(&["tag", "v1.1"]);
    let said = risk(&repo, &["release"]).ok();
    said.notes(&["nothing has landed since v1.1"]);
    said.tells(&["v1.0..v1.1", "8 changes"]);
}

#[test]
fn customers_are_told_apart_where_an_export_tells() {
    let repo = TestRepo::new();
    let body = |limit: u32| format!("fn a() {{\n    let limit = {limit};\n}}\n");
    repo.write("a.rs", "fn a() {\n}\n").commit("Add a");
    repo.git(&["tag", "v1.0"]);
    repo.write("a.rs", &body(10)).commit("Limit it");
    repo.write("a.rs", &body(11)).commit("Fix crash (#12)");
    repo.write("a.rs", &body(12)).commit("Fix crash (#13)");
    repo.write("a.rs", &body(13)).commit("Fix crash again");
    let told = answer(&repo, &[]);
    assert!(told["customers"]["by_customers"].is_null());
    assert!(
        told["customers"]["why_not"]
            .as_str()
            .unwrap()
            .contains("--issues")
    );
    let file = repo.path().join("export");
    fs::write(&file, "key;type;labels\n12;bug;Customer, ui\n13;bug;ui\n").unwrap();
    let args = ["--issues", file.to_str().unwrap()];
    let told = answer(&repo, &args);
    assert!(
        told["customers"]["why_not"]
            .as_str()
            .unwrap()
            .contains("issues.customer")
    );
    repo.git(&["config", "risk.issues.customer", "label:customer"]);
    let told = answer(&repo, &args);
    let customers = serde_json::json!(
        {"by_customers": 1, "by_others": 1, "untold": 1, "why_not": null}
    );
    assert_eq!(told["customers"], customers);
    // It changes nothing of what was learned.
    risk(&repo, &[&["train"], &args[..]].concat()).silent();
}

#[test]
fn text_of_strangers_is_shown_and_means_nothing() {
    let repo = released(24, 200, &[("v1.0", 150)]);
    repo.write("src/a|b@c.rs", "fn odd() {}\n")
        .commit("Add @all #1 | <b>bold</b> `code`");
    let mut command = command(&repo, &["release", "--format", "markdown"]);
    command.arg("HEAD~3..HEAD");
    let said = said(command).silent();
    said.tells(&["### git-risk: release", "| criterion |", "<code>"]);
    assert!(
        !said.out.contains("@all") && !said.out.contains("<b>"),
        "{}",
        said.out
    );
    assert!(said.out.contains("&#124;"), "{}", said.out);
    risk(&repo, &["release", "--format", "sarif"]).refused(&["invalid value 'sarif'"]);
}
