//! `git risk annotate`

use crate::harness::{command, json, lived, number, risk, said, state};
use risk_testkit::{Schema, TestRepo, blame};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// A history with `n` changes, and a topic of three, in which later ones edit what earlier ones wrote.
fn with_topic(seed: u64, n: usize) -> TestRepo {
    let repo = lived(seed, n);
    repo.branch("topic").switch("topic");
    let body = |from: u32, to: u32| -> String {
        let lines = (from..to).map(|k| format!("    if check({k}) {{ go({k}); }}\n"));
        lines.collect::<Vec<_>>().concat()
    };
    repo.write("src/new.rs", &format!("fn new() {{\n{}}}\n", body(0, 20)))
        .commit("Add new");
    let shifted = format!(
        "// What is new.\n//\nfn new() {{\n{}    other();\n{}}}\n",
        body(0, 12),
        body(15, 20)
    );
    repo.write("src/new.rs", &shifted).commit("Edit new");
    repo.write("src/f3.rs", &format!("fn main() {{\n{}}}\n", body(30, 40)))
        .commit("Rewrite f3");
    repo
}

/// The lines that are added or edited between the merge base and a tip, by file.
fn edited(repo: &TestRepo, base: &str, tip: &str) -> BTreeMap<String, BTreeSet<u64>> {
    let diff = repo.git(&["diff", "-M", "-U0", &format!("{base}...{tip}")]);
    let (mut all, mut path) = (BTreeMap::<_, BTreeSet<u64>>::new(), String::new());
    for line in diff.lines() {
        if let Some(name) = line.strip_prefix("+++ b/") {
            name.trim_end().clone_into(&mut path);
        } else if line.starts_with("@@ ") {
            let new = line
                .split(' ')
                .nth(2)
                .expect("because a hunk has a new side")
                .trim_start_matches('+');
            let (first, len) = new.split_once(',').unwrap_or((new, "1"));
            let number =
                |digits: &str| -> u64 { digits.parse().expect("because git prints a number") };
            let (first, len) = (number(first), number(len));
            all.entry(path.clone())
                .or_default()
                .extend(first..first + len);
        }
    }
    all
}

/// Every anchor lies in the difference, and on lines of its own commit where it has some left; returns the places.
#[track_caller]
fn is_anchored(repo: &TestRepo, answer: &Value, base: &str, tip: &str) -> Vec<(String, u64, u64)> {
    let edited = edited(repo, base, tip);
    let mut places = Vec::new();
    for told in answer["annotations"]
        .as_array()
        .expect("because it is a list")
    {
        let commit = told["score"]["commit"]
            .as_str()
            .expect("because it is a text");
        let path = told["anchor"]["path"]
            .as_str()
            .expect("because it is a text");
        let first = told["anchor"]["line"]
            .as_u64()
            .expect("because it is a number");
        let last = told["anchor"]["end_line"]
            .as_u64()
            .expect("because it is a number");
        assert!(
            (first..=last).all(|line| edited[path].contains(&line)),
            "{told}"
        );
        let origins = blame(repo, tip, path);
        let own = |line: u64| origins[line as usize - 1] == commit;
        let has_some = edited.iter().any(|(path, lines)| {
            let origins = blame(repo, tip, path);
            lines
                .iter()
                .any(|&line| origins[line as usize - 1] == commit)
        });
        assert!(!has_some || (first..=last).all(own), "{told}");
        places.push((path.to_owned(), first, last));
    }
    places
}

#[test]
fn several_formats_come_of_one_run_and_are_valid() {
    let repo = with_topic(200, 400);
    let args = [
        "annotate",
        "main..topic",
        "--all",
        "--format",
        "sarif=out.sarif",
        "--format",
        "gitlab=gl.json",
        "--format",
        "rdjson=rd.json",
        "--format",
        "markdown=comment.md",
        "--format",
        "json=all.json",
        "--format",
        "text=all.txt",
        "--format",
        "github",
    ];
    let out = risk(&repo, &args).silent().out;
    assert_eq!(
        out.lines().filter(|line| line.starts_with("::")).count(),
        3,
        "{out}"
    );
    let read = |name: &str| fs::read_to_string(repo.path().join(name)).unwrap();
    let log = Schema::Sarif.check(&read("out.sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 3);
    let issues = Schema::GitLab.check(&read("gl.json")).unwrap();
    assert_eq!(issues.as_array().unwrap().len(), 3);
    let diagnostics = Schema::RdJson.check(&read("rd.json")).unwrap();
    assert_eq!(diagnostics["diagnostics"].as_array().unwrap().len(), 3);
    assert!(read("comment.md").starts_with("<!-- git-risk -->\n### git-risk: "));
    let text = read("all.txt");
    assert!(
        text.contains("all commits as one change") && !text.contains('\u{1b}'),
        "{text}"
    );
    let all: Value = serde_json::from_str(&read("all.json")).unwrap();
    is_anchored(&repo, &all, "main", "topic");

    // The scores are those that `score` tells, and the riskiest is the highest of them.
    let scores = json(&repo, &["score", "main..topic"]);
    let scores = scores["scores"].as_array().unwrap();
    let changes = all["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 3);
    for (score, change) in scores.iter().zip(changes) {
        for field in [
            "commit",
            "probability",
            "percentile",
            "band",
            "lift",
            "recorded",
        ] {
            assert_eq!(score[field], change[field], "{field}");
        }
    }
    let highest = changes.iter().map(|it| number(&it["probability"]));
    let highest = highest.max_by(f64::total_cmp).unwrap();
    let riskiest = changes
        .iter()
        .find(|it| it["commit"] == all["riskiest"])
        .unwrap();
    assert_eq!(number(&riskiest["probability"]), highest);
    assert_eq!(
        number(&all["annotations"][0]["score"]["probability"]),
        highest
    );
    number(&all["combined"]["probability"]);
    assert_eq!(all["range"]["merge_base"], repo.id("main"));
    // On standard output each is what it is in a file.
    for (format, file) in [
        ("sarif", "out.sarif"),
        ("gitlab", "gl.json"),
        ("markdown", "comment.md"),
    ] {
        let alone = risk(
            &repo,
            &["annotate", "main..topic", "--all", "--format", format],
        );
        assert_eq!(alone.silent().out, read(file));
    }
}

#[test]
fn nothing_is_told_where_there_is_nothing_to_tell() {
    let repo = with_topic(201, 120);
    let never = ["annotate", "main..topic", "--warn-above", "100%"];
    let tell = |format: &str| {
        risk(&repo, &[&never[..], &["--format", format]].concat())
            .silent()
            .out
    };
    assert_eq!(tell("github"), "");
    assert_eq!(tell("gitlab"), "[]\n");
    assert_eq!(tell("markdown"), "");
    assert!(tell("text").starts_with("0 of 3 changes stand out in main..topic (100%)"));
    let log = Schema::Sarif.check(&tell("sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
    assert_eq!(
        Schema::RdJson.check(&tell("rdjson")).unwrap()["diagnostics"],
        Value::Array(Vec::new())
    );
    // A comment that was written before is taken back.
    fs::write(repo.path().join("comment.md"), "old").unwrap();
    assert_eq!(tell("markdown=comment.md"), "");
    assert_eq!(fs::read(repo.path().join("comment.md")).unwrap(), b"");
    // An empty range is one.
    risk(&repo, &["annotate", "main..main"])
        .silent()
        .tells(&["nothing to score"]);
    assert_eq!(
        json(&repo, &["annotate", "main..main"])["combined"],
        Value::Null
    );
}

#[test]
fn a_gate_exits_with_one_after_everything_was_written() {
    let repo = with_topic(202, 120);
    let run = |gate: &str| {
        let args = [
            "annotate",
            "main..topic",
            "--fail-above",
            gate,
            "--format",
            "sarif=gate.sarif",
            "--format",
            "json",
        ];
        risk(&repo, &args)
    };
    let said = run("0%");
    assert_eq!(said.code, Some(1), "{said:#?}");
    assert_eq!(said.err.lines().count(), 1, "{said:#?}");
    said.notes(&["git-risk: failing, as was asked for: 3 of 3 changes reach 0%"]);
    assert_eq!(said.json()["fails"], true);
    let levels: Vec<_> = said.json()["annotations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["level"].clone())
        .collect();
    assert_eq!(levels, ["failure", "failure", "failure"]);
    assert!(
        fs::read_to_string(repo.path().join("gate.sarif"))
            .unwrap()
            .contains("\"error\"")
    );
    let said = run("100%").silent();
    assert_eq!(said.json()["fails"], false);
    assert_eq!(said.json()["fail_above"], "100%");
    // Too little is known for a percentile: that is no reason to fail.
    run("p0 x0").silent();
    risk(&repo, &["annotate", "main..topic", "--fail-above", "high"])
        .refused(&["is no threshold", "p90"]);
}

#[test]
fn anchors_are_lines_of_the_difference_whatever_came_after() {
    let repo = lived(203, 60);
    repo.branch("topic").switch("topic");
    let line = |k: usize| format!("    line({k});\n");
    let lines = |range: std::ops::Range<usize>| -> String { range.map(line).collect() };
    repo.write("a.rs", &lines(0..40)).commit("Add a");
    repo.write("b.rs", &lines(100..130)).commit("Add b");
    // Only takes away: in the middle of what the first one wrote.
    repo.write("a.rs", &(lines(0..10) + &lines(20..40)))
        .commit("Take away");
    repo.write("c.rs", &lines(200..220)).commit("Add c");
    // All of it goes again, so that its commit has no line in the difference.
    fs::remove_file(repo.path().join("c.rs")).unwrap();
    repo.write("b.rs", &format!("// b\n{}", lines(100..130)))
        .commit("Drop c, edit b");
    fs::create_dir_all(repo.path().join("moved")).unwrap();
    repo.git(&["mv", "a.rs", "moved/a.rs"]);
    repo.write(
        "moved/a.rs",
        &format!("use x;\n{}", lines(0..10) + &lines(20..40)),
    )
    .commit("Move a");
    let args = ["annotate", "main..topic", "--all"];
    let answer = json(&repo, &args);
    let told = answer["annotations"].as_array().unwrap();
    let of = |subject: &str| {
        let found = told.iter().find(|it| it["score"]["subject"] == subject);
        found.unwrap_or_else(|| panic!("{subject} is not in {answer}"))["anchor"].clone()
    };
    assert_eq!(of("Add c"), Value::Null);
    assert_eq!(of("Add a")["path"], "moved/a.rs");
    // Beside the place from which the lines went: line 11 of the file, 12 since one was put above.
    let place = serde_json::json!({"path": "moved/a.rs", "line": 12, "end_line": 12});
    assert_eq!(of("Take away"), place);
    assert_eq!(
        of("Drop c, edit b"),
        serde_json::json!({"path": "b.rs", "line": 1, "end_line": 1})
    );
    assert_eq!(
        of("Move a"),
        serde_json::json!({"path": "moved/a.rs", "line": 1, "end_line": 1})
    );
    let mut anchored = answer.clone();
    anchored["annotations"]
        .as_array_mut()
        .unwrap()
        .retain(|it| !it["anchor"].is_null());
    assert_eq!(is_anchored(&repo, &anchored, "main", "topic").len(), 5);
    // Formats that need a place name the file, which is gone.
    let tell = |format: &str| {
        risk(&repo, &[&args[..], &["--format", format]].concat())
            .silent()
            .out
    };
    let issues = Schema::GitLab.check(&tell("gitlab")).unwrap();
    let issues = issues.as_array().unwrap();
    assert!(
        issues.iter().any(|it| it["location"]["path"] == "c.rs"),
        "{issues:?}"
    );
    Schema::Sarif.check(&tell("sarif")).unwrap();
}

#[test]
fn a_merge_of_the_platform_is_taken_for_what_it_merges() {
    let repo = with_topic(204, 150);
    repo.switch("main");
    // The main branch goes on in the same file, so that lines move.
    let before = fs::read_to_string(repo.path().join("src/f5.rs")).unwrap();
    repo.write("src/f5.rs", &format!("// moved\n{before}"))
        .commit("Go on");
    repo.git(&["checkout", "-q", "--detach"]);
    repo.merge(&["topic"], "Merge topic into main");
    let answer = json(&repo, &["annotate", "main..HEAD", "--all"]);
    let changes = answer["changes"].as_array().unwrap();
    let subjects: Vec<_> = changes.iter().map(|it| it["subject"].clone()).collect();
    assert_eq!(subjects, ["Add new", "Edit new", "Rewrite f3"]);
    assert_eq!(answer["range"]["unscored"], 1);
    assert_eq!(answer["model"]["tip"], repo.id("main"));
    assert_eq!(is_anchored(&repo, &answer, "main", "HEAD").len(), 3);
}

#[test]
fn a_range_has_no_part_in_its_own_grade() {
    // Neither a main branch nor a remote is known: the settled history would end at what is checked out.
    let repo = lived(205, 200);
    repo.git(&["branch", "-m", "main", "trunk"]);
    let edit = |content: &str| {
        repo.write("src/f1.rs", content).commit("Rewrite f1");
    };
    repo.branch("plain").switch("plain");
    edit("fn one() {\n    if a { b() }\n}\n");
    let plain = json(&repo, &["annotate", "trunk..HEAD", "--all"]);
    assert_eq!(plain["model"]["tip"], repo.id("trunk"));
    let kept = state(&repo);
    // The same edit, by somebody who says that all are one and that all earlier commits are to be ignored.
    repo.switch("trunk").branch("sly").switch("sly");
    let ignored = repo.git(&["rev-list", "HEAD"]);
    repo.write(
        ".mailmap",
        "Zoe <author@example.org> <Ann@example.org>\nZoe <author@example.org> <Ben@example.org>\n",
    );
    repo.write(".git-blame-ignore-revs", &ignored)
        .commit("Be sly");
    edit("fn one() {\n    if a { b() }\n}\n");
    let sly = json(&repo, &["annotate", "trunk..HEAD", "--all"]);
    assert_eq!(sly["model"], plain["model"]);
    assert!(state(&repo) == kept, "the state is that of the base");
    let clone = repo.full_clone();
    clone.git(&["checkout", "-q", "--detach", "origin/sly"]);
    let fresh = json(&clone, &["annotate", "origin/trunk..HEAD", "--all"]);
    assert_eq!(fresh["model"], plain["model"]);
    assert_eq!(fresh["changes"], sly["changes"]);
}

#[test]
fn the_configuration_is_that_of_the_base() {
    let repo = lived(211, 120);
    repo.write(
        ".git-risk.toml",
        "warn_above = \"50%\"\nfail_above = \"0%\"\n",
    )
    .commit("Configure");
    repo.branch("topic").switch("topic");
    repo.write(
        ".git-risk.toml",
        "warn_above = \"100%\"\nexclude = [\"*\"]\n",
    )
    .write(".gitattributes", "* linguist-generated\n")
    .write("src/f1.rs", "fn one() {}\n")
    .commit("Hide");
    let said = risk(&repo, &["annotate", "main..topic", "--format", "json"]);
    assert_eq!(said.code, Some(1), "{said:#?}");
    let answer = said.json();
    assert_eq!(answer["warn_above"], "50%");
    assert_eq!(answer["fail_above"], "0%");
    assert_eq!(answer["annotations"][0]["level"], "failure");
    assert_eq!(answer["changes"].as_array().unwrap().len(), 1);
    // What is asked for on the command line holds before it.
    let args = [
        "annotate",
        "main..topic",
        "--fail-above",
        "100%",
        "--warn-above",
        "100%",
    ];
    risk(&repo, &args).silent().tells(&["0 of 1 change stands"]);
}

#[test]
fn what_is_recorded_is_told_as_it_was_recorded() {
    let repo = lived(206, 300);
    let scores = json(&repo, &["score", "HEAD~40..HEAD~10"]);
    let kept = state(&repo);
    let answer = json(&repo, &["annotate", "HEAD~40..HEAD~10", "--all"]);
    assert!(state(&repo) == kept);
    let (scores, changes) = (
        scores["scores"].as_array().unwrap(),
        answer["changes"].as_array().unwrap(),
    );
    assert_eq!(changes.len(), 30);
    for (score, change) in scores.iter().zip(changes) {
        assert_eq!(change["recorded"], true);
        assert_eq!(score["probability"], change["probability"]);
        assert_eq!(score["percentile"], change["percentile"]);
    }
    // A clone that learns up to the base alone scores them as they were scored when they landed.
    let clone = repo.full_clone();
    let ahead = json(&clone, &["annotate", "HEAD~40..HEAD~10", "--all"]);
    for (ours, theirs) in changes.iter().zip(ahead["changes"].as_array().unwrap()) {
        assert_eq!(ours["probability"], theirs["probability"]);
    }
    assert_eq!(answer["combined"], ahead["combined"]);
}

#[test]
fn the_summary_of_a_step_is_added_to_and_other_files_are_replaced() {
    let repo = with_topic(207, 80);
    let summary = repo.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let run = |place: &str| {
        let format = format!("markdown={place}");
        let mut command = command(
            &repo,
            &["annotate", "main..topic", "--all", "--format", &format],
        );
        command.env("GITHUB_STEP_SUMMARY", &summary);
        assert_eq!(said(command).silent().out, "");
        fs::read_to_string(&summary).unwrap()
    };
    let once = run(summary.to_str().unwrap());
    assert!(once.starts_with("before\n<!-- git-risk -->\n"), "{once}");
    let twice = run(summary.to_str().unwrap());
    assert_eq!(twice, format!("{once}{}", &once["before\n".len()..]));
    // Of another name, it is another file.
    assert_eq!(run("summary.md"), once["before\n".len()..]);
    // What is no file is written to, and stays.
    run("/dev/null");
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn odd_paths_and_subjects_are_told_safely() {
    let repo = lived(208, 60);
    repo.branch("topic").switch("topic");
    let path = "odd dir/100%, #1 \"ü\".rs";
    repo.write(path, "fn a() {}\nfn b() {}\n")
        .commit("Add | `odd` <b> @me ::error::no\n\nBody");
    let args = ["annotate", "main..topic", "--all", "--format"];
    let tell = |format: &str| risk(&repo, &[&args[..], &[format]].concat()).silent().out;
    let log = Schema::Sarif.check(&tell("sarif")).unwrap();
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "odd%20dir/100%25%2C%20%231%20%22%C3%BC%22.rs"
    );
    assert_eq!(place["region"]["endColumn"], 10);
    let issues = Schema::GitLab.check(&tell("gitlab")).unwrap();
    assert_eq!(issues[0]["location"]["path"], path);
    let out = tell("github");
    assert!(
        out.starts_with("::notice file=odd dir/100%25%2C #1 \"ü\".rs,line=1,endLine=2,title="),
        "{out}"
    );
    assert_eq!(out.lines().count(), 1);
    let comment = tell("markdown");
    assert!(
        !comment.contains("@me") && !comment.contains("<b>"),
        "{comment}"
    );
}

#[test]
fn fingerprints_survive_a_rebase_and_tell_twins_apart() {
    let repo = lived(209, 60);
    repo.branch("topic").switch("topic");
    let at = 1_700_000_000;
    repo.authored_at(at)
        .write("t1.rs", "fn a() {}\n")
        .commit("Twin");
    repo.authored_at(at)
        .write("t2.rs", "fn b() {}\n")
        .commit("Twin");
    let fingerprints = |range: &str| -> BTreeSet<String> {
        let answer = json(&repo, &["annotate", range, "--all"]);
        let told = answer["annotations"].as_array().unwrap();
        told.iter()
            .map(|it| it["fingerprint"].as_str().unwrap().to_owned())
            .collect()
    };
    let before = fingerprints("main..topic");
    assert_eq!(before.len(), 2);
    let head = repo.head();
    repo.switch("main");
    repo.write("src/f2.rs", "fn z() {}\n").commit("Go on");
    repo.switch("topic");
    repo.git(&["rebase", "-q", "main"]);
    assert_ne!(repo.head(), head);
    assert_eq!(fingerprints("main..topic"), before);
}

#[test]
fn what_is_asked_wrongly_is_refused_and_a_missing_range_is_said() {
    let repo = with_topic(210, 60);
    let said = risk(&repo, &["annotate", "--all"]).ok();
    let main = &repo.id("main")[..10];
    said.notes(&["no range is named", &format!("{main}..HEAD")])
        .tells(&["of 3 changes"]);
    assert_eq!(
        risk(&repo, &["annotate", "--all", "--quiet"]).silent().out,
        said.out
    );
    risk(&repo, &["annotate", "topic"]).refused(&["'topic' is no range", "main..topic"]);
    risk(&repo, &["annotate", "main..nowhere"]).refused(&["no commit is named 'nowhere'"]);
    let two = [
        "annotate",
        "main..topic",
        "--format",
        "sarif",
        "--format",
        "text",
    ];
    risk(&repo, &two).refused(&[
        "two formats go to standard output",
        "--format sarif=risk.sarif",
    ]);
    risk(&repo, &["annotate", "main..topic", "--format", "junit"])
        .refused(&["junit", "github, gitlab"]);
    risk(&repo, &["annotate", "main..topic", "--format", "sarif="]).refused(&["no file is named"]);
    let missing = ["annotate", "main..topic", "--format", "sarif=no/such/x"];
    risk(&repo, &missing).refused(&["no/such/x could not be written", "hint: "]);
    // The option of all commands takes what it took, before the command and after it.
    risk(&repo, &["score", "--format", "sarif"]).refused(&["sarif", "text, json"]);
    let before = risk(&repo, &["--format", "json", "annotate", "main..topic"]).silent();
    assert_eq!(before.json(), json(&repo, &["annotate", "main..topic"]));
    assert_eq!(
        risk(&repo, &["--format", "json", "score"]).silent().json(),
        json(&repo, &["score"])
    );
}
