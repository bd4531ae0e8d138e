//! `git risk report`

use crate::harness::{json, lived, number, risk};
use serde_json::Value;
use std::fs;

/// What a change in the columns is, by row.
fn column<'a>(overview: &'a Value, name: &str) -> &'a Vec<Value> {
    overview["changes"][name]
        .as_array()
        .expect("because docs/json.md says so")
}

fn data(repo: &risk_testkit::TestRepo, args: &[&str]) -> Value {
    json(repo, &[&["report"], args].concat())
}

#[test]
fn what_a_report_shows_is_what_the_other_commands_tell() {
    let repo = lived(51, 400);
    let overview = data(&repo, &["--top", "7"]);
    assert_eq!(overview["schema_version"], 1);
    let status = json(&repo, &["status"]);
    for (name, value) in overview["worth"].as_object().unwrap() {
        assert_eq!(*value, status[name], "{name}");
    }
    assert_eq!(overview["timeline"], status["timeline"]);
    let hotspots = json(&repo, &["hotspots", "-n", "100"]);
    assert_eq!(overview["tree"]["files"], hotspots["tree"]["files"]);
    assert_eq!(overview["repository"]["tip"], repo.head());

    // The columns are the log, oldest first.
    let log = json(&repo, &["log", "-n", "1000"]);
    let log: Vec<&Value> = log["scores"].as_array().unwrap().iter().rev().collect();
    assert_eq!(overview["changes"]["total"], log.len());
    let people = overview["people"].as_array().unwrap();
    for (row, score) in log.iter().enumerate() {
        let id = score["commit"].as_str().unwrap();
        assert_eq!(column(&overview, "commit")[row], &id[..10]);
        assert_eq!(column(&overview, "subject")[row], score["subject"]);
        let author = column(&overview, "author")[row].as_u64().unwrap();
        assert_eq!(people[author as usize], score["author"]);
        let p = number(&column(&overview, "probability")[row]);
        assert!((p - number(&score["probability"])).abs() <= 5.1e-5);
        let label = ["unverified", "clean", "defective"];
        let label = label[column(&overview, "label")[row].as_u64().unwrap() as usize];
        assert_eq!(label, score["label"]);
        let band = column(&overview, "band")[row].as_u64();
        let band = band.map(|at| ["low", "typical", "elevated", "high"][at as usize]);
        assert_eq!(band, score["band"].as_str());
    }

    // The riskiest of the last 90 days, which are 45 commits, but 50 at least.
    let riskiest = overview["riskiest"].as_array().unwrap();
    assert_eq!(riskiest.len(), 7);
    let mut recent: Vec<&Value> = log[350..].to_vec();
    recent.sort_by(|a, b| number(&b["probability"]).total_cmp(&number(&a["probability"])));
    for (shown, score) in riskiest.iter().zip(recent) {
        assert_eq!(number(&shown["probability"]), number(&score["probability"]));
    }
    assert!(riskiest.iter().all(|it| log.contains(&it)));
}

#[test]
fn steps_of_time_hold_every_change_and_every_fix() {
    let repo = lived(51, 400);
    let overview = data(&repo, &[]);
    let steps = overview["timeline"]["steps"].as_array().unwrap();
    assert_eq!(overview["timeline"]["unit"], "week");
    let total = |name: &str| -> f64 { steps.iter().map(|it| number_or_int(&it[name])).sum() };
    assert_eq!(total("changes"), 400.0);
    assert_eq!(
        total("defective"),
        number_or_int(&overview["worth"]["defective"])
    );
    let subjects = repo.git(&["log", "--format=%s"]);
    let fixes = subjects.lines().filter(|it| it.starts_with("Fix")).count();
    assert_eq!(total("fixes"), fixes as f64);
    // 400 commits two days apart.
    assert!((114..=116).contains(&steps.len()), "{}", steps.len());
    let from: Vec<i64> = steps
        .iter()
        .map(|it| it["from"].as_i64().unwrap())
        .collect();
    assert!(from.windows(2).all(|pair| pair[1] - pair[0] == 7 * 86_400));
    let points = overview["latency"]["points"].as_array().unwrap();
    let shares: Vec<f64> = points.iter().map(|it| number(&it["share"])).collect();
    assert!(shares.is_sorted() && shares[0] >= 0.0 && *shares.last().unwrap() <= 1.0);
}

fn number_or_int(value: &Value) -> f64 {
    value.as_f64().expect("because it is a number")
}

#[test]
fn what_changed_since_a_commit_is_what_became_known_after_it() {
    let repo = lived(53, 300);
    let then = repo.git(&["rev-parse", "HEAD~60"]);
    let then = then.trim();
    let since = data(&repo, &["--since", then])["since"].clone();
    assert_eq!(since["tip"], then);
    assert_eq!(since["name"], then);
    assert_eq!(since["changes"], 60);
    // A clone that ends there knows of fewer defects; what has come is what is told.
    let defective = |overview: &Value| -> Vec<Value> {
        let pairs = column(overview, "commit")
            .iter()
            .zip(column(overview, "label"));
        let mut ids: Vec<Value> = pairs
            .filter(|(_, label)| **label == 2)
            .map(|(id, _)| id.clone())
            .collect();
        ids.sort_by_key(ToString::to_string);
        ids
    };
    let now = defective(&data(&repo, &[]));
    let earlier = repo.full_clone();
    earlier.git(&["reset", "-q", "--hard", then]);
    earlier.git(&["update-ref", "-d", "refs/remotes/origin/HEAD"]);
    earlier.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    let before = defective(&data(&earlier, &[]));
    let new = now.iter().filter(|id| !before.contains(id)).count();
    assert!(new > 0);
    assert_eq!(since["n_found"], new);
    assert_eq!(since["found"].as_array().unwrap().len(), new.min(20));
    risk(&repo, &["report", "--since", "nowhere", "--format", "json"])
        .refused(&["nowhere", "hint:"]);
}

#[test]
fn a_page_is_one_file_that_asks_for_nothing() {
    let repo = lived(55, 300);
    let said = risk(&repo, &["report"]).silent();
    let name = repo.path().file_name().unwrap().to_str().unwrap();
    let page = repo.path().join(format!("{name}-risk.html"));
    said.tells(&[&format!("{name}-risk.html: 300 changes")]);
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    for asked in [
        "src=\"http",
        "href=\"http",
        "url(http",
        "@import",
        "src=\"//",
    ] {
        assert!(!html.contains(asked), "{asked}");
    }
    assert!(html.contains("Content-Security-Policy"));
    // Where it is told to go it goes, as a whole: to a file or to whoever reads along.
    let out = repo.path().join("it.html");
    risk(&repo, &["report", "--out", "it.html"]).silent();
    assert!(fs::read_to_string(&out).unwrap().len() > 100_000);
    let streamed = risk(&repo, &["report", "--out", "-"]).silent();
    assert!(streamed.out.starts_with("<!doctype html>"));
    risk(&repo, &["report", "--out", "no/such/folder/it.html"]).refused(&[
        "could not be written",
        "hint: check that its folder is there",
    ]);
}

#[test]
fn a_report_tells_what_changed_since_the_one_before() {
    let repo = lived(57, 260);
    let last = repo.head();
    assert!(data(&repo, &[])["since"].is_null());
    // Data is no report that a person has seen.
    assert!(data(&repo, &[])["since"].is_null());
    risk(&repo, &["report", "--out", ".git/it.html"]).silent();
    assert!(data(&repo, &[])["since"].is_null());
    let risky = "fn more() { if true { while false { loop {} } } }\n".repeat(200);
    repo.write("src/new.rs", &risky).commit("add all of it");
    for _ in 0..2 {
        // The second time, too, what is told is what changed since the report of another commit.
        let since = data(&repo, &[])["since"].clone();
        assert_eq!(since["tip"], last);
        assert!(since["name"].is_null());
        assert_eq!(since["changes"], 1);
        assert_eq!(since["riskiest"][0], repo.head());
        let risen = since["risen"].as_array().unwrap();
        assert_eq!(risen[0]["path"], "src/new.rs");
        assert!(number(&since["risk"]) > 0.0);
        risk(&repo, &["report", "--out", ".git/it.html"]).silent();
    }
    // It is a memory and no record.
    fs::write(crate::harness::kept(&repo, "reported"), "broken").unwrap();
    assert!(data(&repo, &[])["since"].is_null());
}

#[test]
fn a_history_that_was_rewritten_has_no_report_before() {
    let repo = lived(59, 120);
    risk(&repo, &["report", "--out", ".git/it.html"]).silent();
    repo.git(&["reset", "-q", "--hard", "HEAD~3"]);
    repo.write("src/f1.rs", "fn other() {}\n")
        .commit("go another way");
    assert!(data(&repo, &[])["since"].is_null());
}

#[test]
fn nothing_of_strangers_becomes_markup() {
    let repo = lived(61, 60);
    let evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
    repo.write(
        "src/<img src=x onerror=alert(3)>.rs",
        &"fn f() {}\n".repeat(80),
    );
    repo.commit_as("<b onclick=x>Eve <eve@example.org>", evil);
    repo.git(&[
        "remote",
        "add",
        "origin",
        "https://github.com/a/\"><script>b",
    ]);
    let html = risk(&repo, &["report", "--out", "-"]).silent().out;
    for harm in ["<script>alert", "<img src=x", "<b onclick", "\"><script>b"] {
        assert!(!html.contains(harm), "{harm}");
    }
    assert!(data(&repo, &[])["repository"]["forge"].is_null());
}
