//! `git risk label`

use crate::harness::{Said, command, json, kept, lived, number, risk, state};
use crate::warm::spoil_all_but;
use risk_testkit::TestRepo;
use serde_json::Value;
use std::fs;
use std::process::Stdio;

/// Labels a change in the file.
fn label(repo: &TestRepo, revision: &str, label: &str) -> Said {
    risk(
        repo,
        &["label", revision, label, "--why", "seen in operation"],
    )
    .ok()
}

/// The ids of changes that are called so by what is found, newest first, of a history of `n` changes.
fn found(repo: &TestRepo, label: &str, n: usize) -> Vec<String> {
    let range = format!("HEAD~{}..HEAD", n - 1);
    let answer = json(repo, &["score", &range]);
    let scores = answer["scores"].as_array();
    let scores = scores.expect("because a range was asked for");
    let found = scores.iter().rev().filter(|it| it["label"] == label);
    found
        .map(|it| {
            let id = it["commit"].as_str();
            id.expect("because it is committed").to_owned()
        })
        .collect()
}

/// A change on a branch, and its probability; what was learned is the history of `main`.
fn topic(repo: &TestRepo) -> f64 {
    repo.git(&["checkout", "-q", "-B", "topic", "main"]);
    let lines = "    let v = 1;\n".repeat(12);
    repo.write("src/f1.rs", &format!("fn main() {{\n{lines}}}\n"))
        .commit("Add lines");
    let p = probability(repo, "HEAD");
    repo.switch("main");
    p
}

fn probability(repo: &TestRepo, revision: &str) -> f64 {
    number(&json(repo, &["score", revision])["scores"][0]["probability"])
}

fn count(value: &Value, name: &str) -> u64 {
    let count = value[name].as_u64();
    count.expect("because it is a count")
}

/// Trains and says whether history was followed anew because of labels.
#[track_caller]
fn is_followed_anew(repo: &TestRepo) -> bool {
    let said = risk(repo, &["train"]).ok();
    let is_anew = !said.err.is_empty();
    if is_anew {
        said.notes(&["labels given by people changed; following history anew"]);
    }
    is_anew
}

/// The state is that of a clone with the same labels in which nothing was learned yet.
#[track_caller]
fn is_as_in_one_go(repo: &TestRepo) {
    let alone = repo.full_clone();
    fs::create_dir(kept(&alone, "")).expect("because the clone is new");
    fs::copy(kept(repo, "labels"), kept(&alone, "labels")).expect("because there are labels");
    risk(&alone, &["train"]).silent();
    assert!(state(repo) == state(&alone), "the states differ");
}

#[test]
fn labels_are_learned_in_the_next_training() {
    let repo = lived(100, 400);
    let before = json(&repo, &["train"]);
    let p = topic(&repo);
    let clean = found(&repo, "clean", 400);
    for id in &clean[..25] {
        label(&repo, id, "defective")
            .silent()
            .tells(&[&format!("{}  labelled defective", &id[..10])]);
    }
    // Only looked at, what was learned stays; that it is not all is said.
    let said = risk(&repo, &["status", "--format", "json"]).ok();
    said.notes(&["labels given by people changed", "git risk train"]);
    assert_eq!(said.json()["defective"], before["defective"]);
    assert!(is_followed_anew(&repo));
    assert!(!is_followed_anew(&repo));
    let after = json(&repo, &["status"]);
    assert_eq!(count(&after, "defective"), count(&before, "defective") + 25);
    assert_eq!(after["labelled"], before["labelled"]);
    assert_eq!(after["links"], before["links"]);
    let given = &after["given"];
    assert_eq!(
        [
            &given["clean"],
            &given["defective"],
            &given["contradicting"]
        ],
        [0, 25, 25]
    );
    assert_eq!(before["given"]["defective"], 0);
    risk(&repo, &["status"]).silent().tells(&[
        "labelled by people     0 clean, 25 defective; 25 of them against what was found",
    ]);
    // What was said is known from now on: scores of the past stay, those to come are higher.
    let first = json(&repo, &["score", &clean[3]]);
    let score = &first["scores"][0];
    assert_eq!(
        [&score["label"], &score["label_by"]],
        ["defective", "person"]
    );
    let q = topic(&repo);
    assert!(q > p * 1.05, "{p} {q}");
    is_as_in_one_go(&repo);
}

#[test]
fn what_is_called_clean_is_not_learned_as_defective() {
    let repo = lived(101, 400);
    let before = json(&repo, &["train"]);
    let p = topic(&repo);
    let defective = found(&repo, "defective", 400);
    let old: Vec<&String> = defective.iter().rev().collect();
    for id in &old {
        label(&repo, id, "clean");
    }
    assert!(is_followed_anew(&repo));
    let after = json(&repo, &["status"]);
    assert_eq!(
        count(&after, "defective"),
        count(&before, "defective") - old.len() as u64
    );
    assert_eq!(after["links"], before["links"]);
    assert_eq!(after["given"]["contradicting"], old.len());
    assert!(topic(&repo) < p);
    let account = json(&repo, &["explain", old[0]]);
    assert_eq!(account["score"]["label"], "clean");
    assert_eq!(account["score"]["label_by"], "person");
    assert_eq!(account["found"], "defective");
    assert_eq!(account["given"]["label"], "clean");
    assert_eq!(account["given"]["why"], "seen in operation");
    let fix = account["repaired_by"][0]["commit"].as_str().unwrap();
    risk(&repo, &["explain", old[0]]).silent().tells(&[
        "since then: labelled clean by a person",
        "labelled clean by Test Author on 20",
        ": seen in operation; found: defective (repaired by ",
        &fix[..10],
    ]);
    is_as_in_one_go(&repo);
    // Without the file all is as it was.
    fs::remove_file(kept(&repo, "labels")).unwrap();
    assert!(is_followed_anew(&repo));
    assert_eq!(json(&repo, &["status"]), before);
}

#[test]
fn going_on_comes_to_the_same_as_a_fold_of_all() {
    let repo = lived(102, 120);
    risk(&repo, &["train"]).silent();
    let clean = found(&repo, "clean", 120);
    let open = found(&repo, "unverified", 120);
    label(&repo, &clean[0], "defective");
    label(&repo, &open[0], "defective");
    label(&repo, &open[1], "clean");
    for step in 0..6 {
        // The line that a change adds, which was called clean beforehand, is repaired by the next one.
        repo.write(
            "src/new.rs",
            &format!("fn new() {{\n    let v = {step};\n}}\n"),
        );
        let id = repo.commit(format!("{} new {step}", ["Add", "Fix"][step % 2]));
        let is_anew = is_followed_anew(&repo);
        assert_eq!(is_anew, step % 3 == 0, "step {step}");
        is_as_in_one_go(&repo);
        if step == 2 {
            label(&repo, &id, "clean");
        }
    }
    // Called clean: the one of step 2, though repaired by step 3.
    let answer = json(&repo, &["explain", "HEAD~3"]);
    assert_eq!(
        [&answer["given"]["label"], &answer["found"]],
        ["clean", "defective"]
    );
    assert_eq!(answer["score"]["label"], "unverified");
    risk(&repo, &["score", "HEAD~3"])
        .silent()
        .tells(&["since then: labelled by a person, which is learned later"]);
}

#[test]
fn a_label_of_a_branch_waits_until_it_lands() {
    let repo = lived(103, 60);
    risk(&repo, &["train"]).silent();
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.write("src/new.rs", "fn new() {}\n").commit("Add new");
    label(&repo, "topic", "defective");
    repo.switch("main");
    assert!(!is_followed_anew(&repo));
    let given = json(&repo, &["status"])["given"].clone();
    assert_eq!([&given["defective"], &given["elsewhere"]], [0, 1]);
    risk(&repo, &["status"])
        .silent()
        .tells(&["0 defective; 1 more of commits that are not learned from"]);
    repo.merge(&["topic"], "Merge topic");
    assert!(!is_followed_anew(&repo));
    let status = json(&repo, &["status"]);
    assert_eq!(
        [&status["given"]["defective"], &status["given"]["elsewhere"]],
        [1, 0]
    );
    assert_eq!(
        json(&repo, &["explain", "topic"])["score"]["label"],
        "defective"
    );
    is_as_in_one_go(&repo);
}

#[test]
fn an_answer_that_was_kept_is_given_with_the_same_labels_only() {
    let repo = lived(104, 120);
    label(&repo, "HEAD~30", "defective");
    risk(&repo, &["train"]).silent();
    let text = risk(&repo, &["score"]).silent().out;
    let whole = state(&repo);
    spoil_all_but(&repo, &[0, 2]);
    assert_eq!(risk(&repo, &["score"]).silent().out, text);
    fs::write(kept(&repo, "state"), &whole).unwrap();
    // The reason alone changes nothing of what was learned.
    let file = kept(&repo, "labels");
    let labels = fs::read_to_string(&file).unwrap();
    fs::write(&file, labels.replace("operation", "a test")).unwrap();
    assert_eq!(risk(&repo, &["score"]).silent().out, text);
    label(&repo, "HEAD", "defective");
    risk(&repo, &["score"])
        .ok()
        .notes(&["labels given by people changed"])
        .tells(&["since then: labelled defective by a person"]);
    risk(&repo, &["score"])
        .silent()
        .tells(&["since then: labelled defective by a person"]);
}

#[test]
fn notes_are_shared_by_push_and_fetch() {
    let origin = lived(105, 150).bare_clone();
    let (ann, ben) = (origin.full_clone(), origin.full_clone());
    risk(&ben, &["train"]).silent();
    let clean = found(&ben, "clean", 150);
    let why = "readers fail on\n\n  old files";
    risk(
        &ann,
        &["label", &clean[0], "defective", "--note", "--why", why],
    )
    .silent();
    assert!(!kept(&ann, "labels").exists());
    let note = ann.git(&["notes", "--ref=risk", "show", &clean[0]]);
    assert!(note.starts_with(
        "Risk-Label: defective\nRisk-Why: readers fail on\n old files\nRisk-By: Test"
    ));
    ann.git(&["push", "-q", "origin", "refs/notes/risk"]);
    ben.git(&["fetch", "-q", "origin", "refs/notes/risk:refs/notes/risk"]);
    assert_eq!(json(&ann, &["label"]), json(&ben, &["label"]));
    let listed = json(&ben, &["label"]);
    let one = &listed["labels"][0];
    assert_eq!([&one["kept_in"], &one["label"]], ["note", "defective"]);
    assert_eq!(one["why"], "readers fail on\nold files");
    assert_eq!(one["holds"], true);
    assert!(is_followed_anew(&ben));
    assert!(!is_followed_anew(&ann));
    assert!(state(&ann) == state(&ben), "the states differ");
    assert_eq!(
        json(&ben, &["explain", &clean[0]])["score"]["label"],
        "defective"
    );
    // Taken back, and shared as well.
    risk(&ann, &["label", "--remove", &clean[0]])
        .silent()
        .tells(&["note taken back: defective by Test Author"]);
    ann.git(&["push", "-q", "origin", "refs/notes/risk"]);
    ben.git(&["fetch", "-q", "origin", "refs/notes/risk:refs/notes/risk"]);
    assert_eq!(json(&ben, &["label"])["labels"], Value::Array(Vec::new()));
    assert!(is_followed_anew(&ben));
}

#[test]
fn a_note_that_is_no_label_is_told_and_left_out() {
    let repo = lived(106, 60);
    let noted = |revision: &str, text: &str| {
        repo.git(&["notes", "--ref=risk", "add", "-m", text, revision]);
        repo.id(revision)
    };
    let talk = noted("HEAD~5", "Looks fine to me");
    let at = "2020-02-01T00:00:00Z";
    noted("HEAD~6", &format!("Risk-Label: clean\nRisk-At: {at}"));
    let said = risk(&repo, &["train"]).ok();
    said.notes(&[
        "1 note is not understood at refs/notes/risk",
        "status --skipped",
    ]);
    risk(&repo, &["train"]).silent();
    risk(&repo, &["label"])
        .ok()
        .notes(&["1 note is not understood"]);
    risk(&repo, &["status", "--skipped"])
        .silent()
        .tells(&[&format!("{talk}  its note has no line Risk-Label")]);
    let skipped = json(&repo, &["status", "--skipped"]);
    let last = skipped["left_out"].as_array().unwrap().last().unwrap();
    assert_eq!(last["commit"], talk);
    // The other one acts.
    assert_eq!(json(&repo, &["status"])["given"]["clean"], 1);
    noted("HEAD~7", "Risk-Label: perhaps");
    repo.write("src/new.rs", "fn new() {}\n").commit("Add new");
    risk(&repo, &["train"])
        .ok()
        .notes(&["2 notes are not understood"]);
}

#[test]
fn a_broken_line_is_named_and_nothing_is_lost() {
    let repo = lived(107, 60);
    label(&repo, "HEAD~3", "clean");
    let file = kept(&repo, "labels");
    let mut text = fs::read_to_string(&file).unwrap();
    text.push_str("<<<<<<< ours\n");
    fs::write(&file, &text).unwrap();
    let place = format!("{}, line 2: ", file.display());
    let words = [place.as_str(), "hint: put the line right"];
    for args in [
        &["score"][..],
        &["train"],
        &["label"],
        &["label", "HEAD", "clean", "--why", "so"],
        &["label", "--remove", "HEAD~3"],
    ] {
        risk(&repo, args).refused(&words);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    fs::write(&file, text.lines().next().unwrap()).unwrap();
    label(&repo, "HEAD~4", "clean").silent();
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 2);
    risk(&repo, &["train", "--fresh"]).silent();
    assert_eq!(json(&repo, &["status"])["given"]["clean"], 2);
}

#[test]
fn labelling_again_replaces_and_says_so() {
    let repo = lived(108, 60);
    label(&repo, "HEAD~9", "clean").silent();
    let known_at = |at: usize| json(&repo, &["label"])["labels"][at]["known_at"].clone();
    let first = known_at(0);
    repo.write("src/new.rs", "fn new() {}\n").commit("Add new");
    let words = ["before: clean by Test Author on 20", ": seen in operation"];
    label(&repo, "HEAD~10", "clean").silent().tells(&words);
    // It was known before.
    assert_eq!(known_at(0), first);
    let said = label(&repo, "HEAD~10", "defective").silent();
    said.tells(&["labelled defective; before: clean"]);
    assert_ne!(known_at(0), first);
    // Both places: what was said last holds, and both are listed.
    let args = [
        "label",
        "HEAD~10",
        "clean",
        "--note",
        "--why",
        "looked again",
    ];
    risk(&repo, &args).silent().tells(&["before: defective"]);
    let listed = json(&repo, &["label"]);
    let told = |at: usize| {
        let one = &listed["labels"][at];
        (
            one["kept_in"].as_str().unwrap(),
            one["label"].as_str().unwrap(),
            one["holds"] == true,
        )
    };
    assert_eq!(told(0), ("file", "defective", false));
    assert_eq!(told(1), ("note", "clean", true));
    risk(&repo, &["label"]).silent().tells(&[
        "commit      label      in    on",
        "not in force, there is a later one: seen in operation",
        "looked again",
    ]);
    label(&repo, "HEAD~10", "defective")
        .silent()
        .tells(&["before: clean"]);
    assert_eq!(json(&repo, &["label"])["labels"][1]["kept_in"], "file");
    let removed = json(&repo, &["label", "--remove", "HEAD~10"]);
    assert_eq!(removed["gone"].as_array().unwrap().len(), 2);
    risk(&repo, &["label"])
        .silent()
        .tells(&["nobody has labelled a change yet"]);
    assert!(!kept(&repo, "labels").exists());
    risk(&repo, &["label", "--remove", "HEAD~10"]).refused(&["nobody has labelled"]);
}

#[test]
fn labels_are_exported_and_imported() {
    let repo = lived(109, 60);
    label(&repo, "HEAD~3", "clean");
    let args = [
        "label",
        "HEAD~5",
        "defective",
        "--note",
        "--why",
        "\"quoted\", über",
    ];
    risk(&repo, &args).silent();
    let export = risk(&repo, &["label", "--format", "json"]).silent().out;
    let file = repo.path().join(".git/export.json");
    fs::write(&file, &export).unwrap();
    let import = |repo: &TestRepo| risk(repo, &["label", "--import", file.to_str().unwrap()]);
    let other = repo.full_clone();
    let said = import(&other).silent();
    assert_eq!(said.out.lines().count(), 3);
    let told = |repo: &TestRepo| -> Vec<Value> {
        let mut labels = json(repo, &["label"])["labels"].clone();
        let labels = labels.as_array_mut().unwrap();
        for it in labels.iter_mut() {
            it["kept_in"] = Value::Null;
        }
        labels.clone()
    };
    assert_eq!(told(&repo), told(&other));
    // What is there already, or was said later, stays.
    import(&other)
        .silent()
        .tells(&["unchanged: clean", "unchanged: defective"]);
    label(&other, "HEAD~3", "defective");
    import(&other)
        .silent()
        .tells(&["unchanged: defective by Test Author"]);
    let again = json(&other, &["label"]);
    assert!(
        again["labels"]
            .as_array()
            .unwrap()
            .iter()
            .all(|it| it["label"] == "defective")
    );

    // All or nothing.
    let stranger = lived(110, 20);
    import(&stranger).refused(&[
        "2 of the 2 labels",
        "none was taken over",
        "it is not in this repository",
        "take their labels out of the file",
    ]);
    assert!(!kept(&stranger, "labels").exists());
    for (text, what) in [
        ("[]", "holds no labels"),
        (
            &export.replace("\"clean\"", "\"fine\""),
            "unknown variant `fine`",
        ),
        (
            &export.replace("\"schema_version\": 1", "\"schema_version\": 2"),
            "its schema_version is 2",
        ),
    ] {
        fs::write(&file, text).unwrap();
        import(&other).refused(&[what, "git risk label --format json writes"]);
    }
    let mut piped = command(&other, &["label", "--import", "-"]);
    piped.stdin(fs::File::open(&file).unwrap());
    crate::harness::said(piped).refused(&["- holds no labels"]);
}

#[test]
fn what_cannot_be_labelled_is_refused_with_the_reason() {
    let repo = lived(111, 30);
    repo.git(&["checkout", "-q", "-b", "topic", "HEAD~3"]);
    repo.write("src/new.rs", "fn new() {}\n").commit("Add new");
    repo.switch("main");
    repo.merge(&["topic"], "Merge topic");
    let give = |revision: &str, why: &str| risk(&repo, &["label", revision, "clean", "--why", why]);
    give("HEAD", "so").refused(&["cannot be labelled: it is a merge", "git risk score HEAD"]);
    repo.empty_commit("Nothing");
    give("HEAD", "so").refused(&["cannot be labelled: it changes no file's content"]);
    give("nowhere", "so").refused(&["no commit is named 'nowhere'"]);
    give("HEAD~2", " \n").refused(&["--why is empty"]);
    risk(&repo, &["label", "HEAD~2"]).refused(&["<LABEL>"]);
    risk(&repo, &["label", "HEAD~2", "clean"]).refused(&["--why <TEXT>"]);
    risk(&repo, &["label", "HEAD~2", "fine", "--why", "so"]).refused(&["clean, defective"]);
    risk(&repo, &["label", "--note"]).refused(&["<LABEL>"]);
    repo.git(&["config", "--unset", "user.name"]);
    repo.git(&["config", "user.useConfigOnly", "true"]);
    give("HEAD~2", "so").refused(&["git does not know who you are", "user.name"]);
    let named = |args: &[&str]| {
        let mut named = command(&repo, args);
        for who in ["AUTHOR", "COMMITTER"] {
            named.env(format!("GIT_{who}_NAME"), "Zoe");
            named.env(format!("GIT_{who}_EMAIL"), "zoe@example.org");
        }
        crate::harness::said(named)
    };
    let args = ["label", "HEAD~2", "clean", "--why", "so", "--note"];
    named(&args[..5]).silent();
    assert_eq!(
        json(&repo, &["label"])["labels"][0]["by"],
        "Zoe <zoe@example.org>"
    );
    // What git refuses, it says itself.
    let lock = repo.path().join(".git/refs/notes/risk.lock");
    fs::create_dir_all(lock.parent().unwrap()).unwrap();
    fs::write(lock, "").unwrap();
    named(&args).refused(&["git notes did not change refs/notes/risk: ", "risk.lock"]);
}

#[test]
fn labels_given_at_once_are_all_kept() {
    let repo = lived(112, 40);
    label(&repo, "HEAD", "clean");
    // What a process that died has left goes; what belongs to a state does not.
    fs::write(kept(&repo, ".labels-left"), "half").unwrap();
    fs::write(kept(&repo, ".new-state"), "half").unwrap();
    let children: Vec<_> = (1..13)
        .map(|at| {
            let args = ["label", &format!("HEAD~{at}"), "defective", "--why", "so"];
            let mut child = command(&repo, &args);
            child.stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(
        json(&repo, &["label"])["labels"].as_array().unwrap().len(),
        13
    );
    assert!(!kept(&repo, ".labels-left").exists());
    assert!(kept(&repo, ".new-state").exists());
}

#[test]
fn what_does_not_count_is_not_labelled() {
    let repo = lived(113, 30);
    repo.write("gen/a.rs", "fn a() {}\n").commit("Generate a");
    let args = ["label", "HEAD", "clean", "--why", "so"];
    risk(&repo, &args).silent();
    repo.git(&["config", "risk.exclude", "gen/"]);
    risk(&repo, &args).refused(&["cannot be labelled: it changes only files that are left out"]);
    // What was said before is there, and waits for the file to count.
    risk(&repo, &["train"]).silent();
    assert_eq!(json(&repo, &["status"])["given"]["elsewhere"], 1);
    assert!(json(&repo, &["explain"])["found"].is_null());
    repo.git(&["config", "--unset", "risk.exclude"]);
    risk(&repo, &["train"]).ok();
    assert_eq!(json(&repo, &["status"])["given"]["clean"], 1);
}

#[test]
fn a_label_acknowledges_a_warning() {
    let repo = lived(114, 300);
    repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    risk(&repo, &["train"]).silent();
    topic(&repo);
    let sent = repo.path().join(".git/sent");
    let zeros = "0".repeat(40);
    let line = format!(
        "refs/heads/topic {} refs/heads/topic {zeros}\n",
        repo.id("topic")
    );
    fs::write(&sent, line).unwrap();
    let push = || {
        let args = [
            "hook",
            "run",
            "origin",
            "x",
            "--budget",
            "60s",
            "--fail-above",
            "0.1%",
        ];
        let mut hook = command(&repo, &args);
        hook.stdin(fs::File::open(&sent).unwrap());
        crate::harness::said(hook)
    };
    let short = &repo.id("topic")[..10];
    let said = push();
    assert_eq!(said.code, Some(1), "{said:?}");
    said.notes(&[short]);
    label(&repo, "topic", "clean");
    push().silent();
    // A file that is not understood lets the push through, with the reason.
    fs::write(kept(&repo, "labels"), "{}\n").unwrap();
    let said = push().ok();
    said.notes(&["labels, line 1: missing field"]);
    assert_eq!(said.err.lines().count(), 1, "{said:?}");
}
