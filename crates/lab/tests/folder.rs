//! The real binary over several repositories: what is complete is kept, and what fails does not hold up the rest.

use risk_testkit::{TestRepo, hermetic, random_history};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

fn lab(folder: &Path, args: &[&str]) -> Output {
    hermetic(env!("CARGO_BIN_EXE_git-risk-lab"), folder)
        .args(args)
        .output()
        .expect("because the binary was built for this test")
}

#[track_caller]
fn run(folder: &Path, args: &[&str]) -> String {
    let output = lab(folder, args);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).expect("because results are UTF-8")
}

/// All files below a folder, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(at) = pending.pop() {
        for entry in fs::read_dir(at).expect("because the folder is there") {
            let path = entry.expect("because the folder is readable").path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("because it is below");
                let bytes = fs::read(&path).expect("because it is a file");
                found.insert(name.to_string_lossy().into_owned(), bytes);
            }
        }
    }
    found
}

/// How each repository came off, from what was printed.
fn how(told: &str) -> Vec<(&str, &str)> {
    told.lines()
        .map(|line| {
            let (name, rest) = line.split_once(": ").expect("because a line begins so");
            (name, rest.rsplit("; ").next().unwrap_or_default())
        })
        .collect()
}

fn named(name: &str, repo: &TestRepo) -> String {
    format!("{name}={}", repo.path().display())
}

#[test]
fn a_folder_goes_on_where_it_was_left() {
    let (a, b) = (random_history(1, 60), random_history(2, 60));
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    let (a_input, b_input) = (named("a", &a), named("b", &b));
    let base = ["extract", "--rev", "HEAD", "--out"];
    let extract = |out: &str, more: &[&str]| {
        let args: Vec<&str> = [&base[..], &[out], more].concat();
        run(place, &args)
    };
    let both = ["--repo", &a_input, &b_input];

    let told = extract("one", &both);
    assert_eq!(how(&told), [("a", "written"), ("b", "written")]);
    let one = files(&place.join("one"));
    let names: Vec<&str> = one.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "manifest.json",
            "repo=a/part.parquet",
            "repo=b/part.parquet"
        ]
    );

    // The same bytes, one after the other or both at once, and from a list.
    let list = format!("# two\n{b_input}\n");
    fs::write(place.join("list"), list).unwrap();
    let few = ["--repo", &a_input, "--repos-from", "list", "--threads", "1"];
    extract("two", &few);
    assert!(files(&place.join("two")) == one);

    // Nothing to do; then one tip has moved on, and the other file is damaged.
    let told = extract("one", &both);
    assert_eq!(how(&told), [("a", "up to date"), ("b", "up to date")]);
    a.write("new.c", "int x;\n").commit("Add x");
    let told = extract("one", &both);
    assert_eq!(how(&told), [("a", "written"), ("b", "up to date")]);
    let part = place.join("one/repo=b/part.parquet");
    fs::write(&part, &one["repo=b/part.parquet"][1..]).unwrap();
    let told = extract("one", &both);
    assert_eq!(how(&told), [("a", "up to date"), ("b", "written")]);
    assert!(fs::read(&part).unwrap() == one["repo=b/part.parquet"]);

    // A run that was broken off: a file that was begun, and no word of it in the manifest.
    fs::create_dir_all(place.join("two/repo=c")).unwrap();
    fs::write(place.join("two/repo=c/part.parquet.unfinished"), "PAR1").unwrap();
    let c_input = named("c", &b);
    let told = extract("two", &["--repo", &c_input]);
    assert_eq!(how(&told), [("c", "written")]);
    let two = files(&place.join("two"));
    assert!(two["repo=c/part.parquet"] == one["repo=b/part.parquet"]);
    assert_eq!(two.len(), 4);

    // Other options and another form are other rows, and take the place of the old ones.
    let told = extract(
        "two",
        &["--repo", &c_input, "--waiting", "30", "--format", "csv"],
    );
    assert_eq!(how(&told), [("c", "written")]);
    let two = files(&place.join("two"));
    assert!(two.contains_key("repo=c/part.csv") && !two.contains_key("repo=c/part.parquet"));
    let manifest: serde_json::Value = serde_json::from_slice(&two["manifest.json"]).unwrap();
    let listed = &manifest["partitions"]["c"];
    assert_eq!(listed["waiting_days"], 30.0);
    assert_eq!(listed["tip"], b.head());
    let n_lines = two["repo=c/part.csv"].iter().filter(|byte| **byte == b'\n');
    assert_eq!(listed["n_rows"], n_lines.count() - 1);
    assert_eq!(manifest["partitions"].as_object().unwrap().len(), 3);
}

#[test]
fn one_repository_that_fails_does_not_hold_up_the_others() {
    let repo = random_history(1, 30);
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    fs::create_dir(place.join("none")).unwrap();
    let good = named("good", &repo);
    let args = ["extract", "--repo", "none", &good, "--out", "rows"];
    let output = lab(place, &args);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.starts_with("git-risk-lab: none: no git repository at"),
        "{told}"
    );
    let done = String::from_utf8(output.stdout).unwrap();
    assert_eq!(how(&done), [("good", "written")]);
    assert!(place.join("rows/repo=good/part.parquet").is_file());

    let told = |args: &[&str]| {
        let output = lab(place, args);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    fs::create_dir(place.join("full")).unwrap();
    fs::write(place.join("full/x"), "").unwrap();
    fs::create_dir(place.join("other")).unwrap();
    fs::write(place.join("other/manifest.json"), "{}").unwrap();
    for (args, expected) in [
        (
            ["--repo", &good, &good, "--out", "o"],
            "two repositories are named `good`\n  hint: name it",
        ),
        (
            ["--repo", &good, "x=none", "--out", "o.csv"],
            "the rows of one repository, but there are 2\n  hint: name a folder",
        ),
        (
            ["--repo", &good, "x=none", "--out", "full"],
            "the folder full is not empty\n  hint: name a folder",
        ),
        (
            ["--repo", &good, "x=none", "--out", "other"],
            "manifest.json was not written by this version\n  hint: name another",
        ),
    ] {
        let text = told(&[&["extract"], &args[..]].concat());
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn one_file_is_a_data_set_of_a_study() {
    let repo = random_history(5, 120);
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    let input = named("x", &repo);
    for file in ["x.csv", "x.parquet"] {
        run(
            place,
            &["extract", "--repo", &input, "--rev", "HEAD", "--out", file],
        );
        let told = run(
            place,
            &[
                "study",
                "--data",
                file,
                "--profile",
                "extracted",
                "--out",
                &format!("{file}-study"),
            ],
        );
        assert!(told.contains("## x: waiting time 90 days"), "{told}");
    }
    let of = |file: &str| files(&place.join(format!("{file}-study")));
    let (csv, parquet) = (of("x.csv"), of("x.parquet"));
    assert!(csv["predictions.csv"] == parquet["predictions.csv"]);
}
