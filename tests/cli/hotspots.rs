//! `git risk hotspots`

use crate::harness::{json, lived, number, risk};
use risk_testkit::{TestRepo, blame};
use serde_json::Value;
use std::collections::BTreeMap;

/// What git says about the lines of a file: all, those by author, those younger than a year.
fn lines_of(repo: &TestRepo, path: &str) -> (u64, BTreeMap<String, u64>, u64) {
    let newest: i64 = repo
        .git(&["log", "-1", "--format=%ct"])
        .trim()
        .parse()
        .expect("because git prints seconds");
    let (mut by, mut young, mut all) = (BTreeMap::new(), 0, 0);
    for id in blame(repo, "HEAD", path) {
        let said = repo.git(&["log", "-1", "--format=%ct %an", &id]);
        let (at, author) = said
            .trim()
            .split_once(' ')
            .expect("because both were asked for");
        *by.entry(author.to_owned()).or_default() += 1;
        young += u64::from(
            newest - at.parse::<i64>().expect("because git prints seconds") <= 365 * 86_400,
        );
        all += 1;
    }
    (all, by, young)
}

fn files(answer: &Value) -> &Vec<Value> {
    answer["tree"]["files"]
        .as_array()
        .expect("because docs/json.md says so")
}

#[test]
fn lines_and_who_wrote_them_are_as_git_blame_has_them() {
    let repo = lived(41, 260);
    let answer = json(&repo, &["hotspots", "-n", "100"]);
    let people = answer["people"].as_array().unwrap();
    assert_eq!(files(&answer).len(), 12);
    for file in files(&answer) {
        let path = file["path"].as_str().unwrap();
        let (all, by, young) = lines_of(&repo, path);
        assert_eq!(file["lines"], all, "{path}");
        assert_eq!(file["young"], young, "{path}");
        let experts = file["experts"].as_array().unwrap();
        assert_eq!(experts.len(), by.len());
        let mut last = u64::MAX;
        for expert in experts {
            let name = people[expert["person"].as_u64().unwrap() as usize].as_str();
            let own = by[name.unwrap()];
            assert!(own <= last);
            last = own;
            let share = own as f64 / all as f64;
            assert!((number(&expert["share"]) - share).abs() < 6e-4, "{path}");
            assert_eq!(expert["active"], true);
        }
    }
}

#[test]
fn the_risk_of_files_is_that_of_the_changes_whose_lines_are_left() {
    let repo = lived(41, 260);
    let answer = json(&repo, &["hotspots", "-n", "100"]);
    let sum: f64 = files(&answer).iter().map(|it| number(&it["risk"])).sum();
    let all = number(&answer["tree"]["risk"]);
    assert!((sum - all).abs() < 1e-9 && all > 0.0, "{sum} {all}");
    // Every change of this history has added a line that is still there, unless it is a fix of one of its own or was
    // repaired: what is unseen over time is what is in the files.
    let steps = json(&repo, &["status"])["timeline"]["steps"].clone();
    let unseen: f64 = steps
        .as_array()
        .unwrap()
        .iter()
        .map(|it| number(&it["unseen"]))
        .sum();
    assert!(all <= unseen + 1e-9 && all > 0.9 * unseen, "{all} {unseen}");
    let risks: Vec<f64> = files(&answer)
        .iter()
        .map(|it| number(&it["risk"]))
        .collect();
    assert!(risks.is_sorted_by(|a, b| a >= b));
}

#[test]
fn directories_add_up_and_a_folder_is_looked_at_alone() {
    let repo = lived(43, 150);
    repo.write("docs/a.md", "one\ntwo\n").commit("add a page");
    let answer = json(&repo, &["hotspots", "--directories"]);
    let directories = answer["tree"]["directories"].as_array().unwrap();
    let of = |path: &str| directories.iter().find(|it| it["path"] == path).unwrap();
    let (root, src, docs) = (of(""), of("src"), of("docs"));
    let sum = |name: &str| number(&src[name]) + number(&docs[name]);
    assert!((number(&root["risk"]) - sum("risk")).abs() < 1e-9);
    assert_eq!(root["lines"].as_u64().unwrap() as f64, sum("lines"));
    assert_eq!(docs["half_by"], 1);
    assert_eq!(src["orphaned"], 0.0);

    let inside = json(&repo, &["hotspots", "docs/"]);
    assert_eq!(files(&inside).len(), 1);
    assert_eq!(inside["tree"]["lines"], docs["lines"]);
    assert_eq!(inside["tree"]["risk"], docs["risk"]);
    risk(&repo, &["hotspots", "doc"]).refused(&["no file that counts is in a folder doc", "hint:"]);
    risk(&repo, &["hotspots", "-d"]).silent().tells(&[
        "defects are to be expected",
        "src/",
        "Ann (",
    ]);
    risk(&repo, &["hotspots", "-n", "3"])
        .silent()
        .tells(&["of 13 files", "src/f"]);
}
