//! The real binary on streams in which warnings and fixes can be counted by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Changes of a stream.
const N: u32 = 700;

const DAY: i64 = 86_400;

/// When a change landed, in days: each tenth day one, but of each ten the second with the first.
fn landed(i: u32) -> i64 {
    i64::from(if i % 10 == 1 { i - 1 } else { i }) * 10
}

/// Days from the landing of a change to its fix: every second of the broad changes is fixed, and every second of those
/// that land with one.
fn days_to_fix(i: u32) -> Option<i64> {
    match i % 20 {
        0 => Some(5),
        11 => Some(25),
        _ => None,
    }
}

/// Rows as `extract` writes them. Each tenth change is broad; each fifth, so these too, adds many lines. `late` is a
/// change that is fixed as well, at day 5,105.
///
/// Change `i` stands at place `2 i`. The place after each is that of a fix, which has no row, as if it touched no file.
fn rows(late: Option<u32>) -> String {
    let mut text = String::from(
        "commit,position,author_time,commit_time,landed_time,ns,nd,nf,entropy,la,ld,lt,fix,ndev,age,nuc,exp,rexp,sexp,\
         label,label_time,fix_commit,fix_position,evidence\n",
    );
    for i in 0..N {
        let at = landed(i);
        let fix = match days_to_fix(i) {
            _ if late == Some(i) => Some((5_105, 2 * 511 + 1)),
            days => days.map(|days| (at + days, 2 * (i + 1) + 1)),
        };
        let broad = if i % 10 == 0 { "3,5,9,2.5" } else { "1,1,1,0" };
        let la = if i % 5 == 0 { 300 } else { 4 };
        let seconds = at * DAY;
        write!(
            text,
            "c{i},{},{seconds},{seconds},{seconds},{broad},{la},2,100,0,2,30,8,50,20,10,",
            2 * i
        )
        .expect("because a string takes all");
        let became = match fix {
            Some((day, position)) => format!("1,{},f{i},{position},keyword", day * DAY),
            None if at + 90 < landed(N - 1) => format!("0,{},,,", (at + 90) * DAY),
            None => ",,,,".to_owned(),
        };
        writeln!(text, "{became}").expect("because a string takes all");
    }
    text
}

fn lab(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_git-risk-lab"))
        .env_clear()
        .current_dir(folder)
        .args(args)
        .output()
        .expect("because the binary was built for this test")
}

/// Two streams, which differ in a fix that comes late, and what is told of them.
fn alerts(folder: &Path, out: &str, more: &[&str]) -> String {
    let mut args = vec!["alerts", "--profile", "extracted", "--draws", "20"];
    args.extend(["--data", "plain.csv", "late.csv"]);
    args.extend(["--out", out]);
    args.extend(more);
    let output = lab(folder, &args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    String::from_utf8(output.stdout).expect("because results are UTF-8")
}

fn with_data() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("because the temporary directory is writable");
    fs::write(folder.path().join("plain.csv"), rows(None))
        .expect("because the temporary directory is writable");
    fs::write(folder.path().join("late.csv"), rows(Some(210)))
        .expect("because the temporary directory is writable");
    folder
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("because the study made it");
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.expect("because the folder is readable");
        let name = entry.file_name().into_string();
        let bytes = fs::read(entry.path()).expect("because the folder holds files alone");
        (name.expect("because names are ours"), bytes)
    };
    entries.map(file).collect()
}

type Row = BTreeMap<String, String>;

fn table(bytes: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(bytes)
        .deserialize()
        .map(|row| row.expect("because it is a table"))
        .collect()
}

#[track_caller]
fn row<'a>(table: &'a [Row], threshold: &str, warner: &str) -> &'a Row {
    let wanted = [
        ("stream", "plain"),
        ("threshold", threshold),
        ("warner", warner),
    ];
    table
        .iter()
        .find(|row| wanted.iter().all(|(name, value)| row[*name] == *value))
        .expect("because each warner is asked each threshold on each stream")
}

#[track_caller]
fn assert_numbers(row: &Row, expected: &[(&str, f64)]) {
    for (name, expected) in expected {
        let found: f64 = row[*name].parse().expect("because it is a number");
        assert!((found - expected).abs() < 1e-9, "{name}: {row:?}");
    }
}

#[test]
fn warnings_fixes_and_lifts_are_those_one_counts_by_hand() {
    let folder = with_data();
    let told = alerts(
        folder.path(),
        "out",
        &["--threshold", "p90", "p90 x2", "p90 x3"],
    );
    let files = files(&folder.path().join("out"));
    assert_eq!(files["summary.md"], told.as_bytes());
    let figures = table(&files["alerts.csv"]);

    // Percentiles begin with change 100. A lift needs 200 labels of changes with one that are a year old: when change 336
    // has landed, on day 3,360, those are the changes 100 to 299, and 20 of them are fixed. At the end, on day 6,990,
    // changes up to 662 are a year old.
    let counts = [
        ("n_changes", 700.0),
        ("n_silent", 337.0),
        ("n_judged", 326.0),
        // 340, 360 … 660 are broad and fixed, 351, 371 … 651 land with a broad one and are fixed.
        ("n_defective", 17.0 + 16.0),
        ("base_rate", 33.0 / 326.0),
    ];
    for row in figures.iter().filter(|row| row["stream"] == "plain") {
        assert_numbers(row, &counts);
    }
    // Broad are 340, 350 … 660.
    let own = row(&figures, "p90", "git-risk");
    assert_numbers(
        own,
        &[
            ("n_warned", 33.0),
            ("n_warned_defective", 17.0),
            ("rate", 33.0 / 326.0),
            ("precision", 17.0 / 33.0),
            ("lift", (17.0 / 33.0) / (33.0 / 326.0)),
            ("recall", 17.0 / 33.0),
            // 33 warnings, shared by the 33 broad changes and 345, 355 … 655, which add as many lines.
            ("over_size", 17.0 / (17.0 * 33.0 / 65.0)),
            ("median_days_to_fix", 5.0),
            // The 17th of 33.
            ("median_days_to_fix_of_all", 5.0),
        ],
    );
    assert_numbers(
        row(&figures, "p90", "size-as-many"),
        &[
            ("n_warned", 33.0),
            ("n_warned_defective", 17.0 * 33.0 / 65.0),
            ("over_size", 1.0),
        ],
    );
    // All that add many lines stand at 90 % by size: four fifths add less, and half of a fifth counts as below.
    assert_numbers(
        row(&figures, "p90", "size"),
        &[("n_warned", 65.0), ("n_warned_defective", 17.0)],
    );
    // Of those that add many lines 25 % are fixed, of all 10 %: 2.5 times as many. Less than a twentieth of all, of smaller
    // changes, may stand in the same bin of the lift table, and leaves more than twice as many. Three times never are.
    assert_numbers(
        row(&figures, "p90 x2", "size"),
        &[("n_warned", 65.0), ("n_warned_defective", 17.0)],
    );
    let none = row(&figures, "p90 x3", "size");
    assert_numbers(none, &[("n_warned", 0.0), ("rate", 0.0), ("recall", 0.0)]);
    assert!(none["precision"].is_empty() && none["lift"].is_empty());

    // 33 landings of two; 16 of those warned of for a broad change were fixed for the other one.
    assert_numbers(
        row(&table(&files["landings.csv"]), "p90", "git-risk"),
        &[
            ("n_landings", 293.0),
            ("n_of_several_changes", 33.0),
            ("n_defective", 33.0),
            ("n_warned", 33.0),
            ("n_warned_defective", 33.0),
        ],
    );
    let blocks = table(&files["blocks.csv"]);
    let block = row(&blocks, "p90", "git-risk");
    assert_numbers(block, &[("first_change", 0.0), ("n_warned", 33.0)]);

    // What is told of `p90 x2` follows from where each change stood.
    let reached = |row: &&Row, names: [&str; 2]| {
        let least = |name: &str, least: f64| row[name].parse().is_ok_and(|at: f64| at >= least);
        row["judged"] == "1" && least(names[0], 0.9) && least(names[1], 2.0)
    };
    let changes = table(&files["changes.csv"]);
    for (warner, names) in [
        ("git-risk", ["percentile", "lift"]),
        ("size", ["size_percentile", "size_lift"]),
    ] {
        let own = changes.iter().filter(|row| row["stream"] == "plain");
        let warned: Vec<&Row> = own.filter(|row| reached(row, names)).collect();
        let defective = warned.iter().filter(|row| row["label"] == "defective");
        assert!(!warned.is_empty());
        assert_numbers(
            row(&figures, "p90 x2", warner),
            &[
                ("n_warned", warned.len() as f64),
                ("n_warned_defective", defective.count() as f64),
            ],
        );
    }
}

#[test]
fn a_fix_that_comes_late_changes_nothing_of_what_was_told_before() {
    let folder = with_data();
    alerts(folder.path(), "out", &[]);
    let changes = table(&files(&folder.path().join("out"))["changes.csv"]);
    let (plain, late): (Vec<&Row>, Vec<&Row>) =
        changes.iter().partition(|row| row["stream"] == "plain");
    assert_eq!((plain.len(), late.len()), (700, 700));
    let told = |row: &Row| {
        let names = [
            "probability",
            "percentile",
            "lift",
            "size_percentile",
            "size_lift",
        ];
        names.map(|name| row[name].clone())
    };
    let (mut before, mut after) = (0, 0);
    for (a, b) in plain.iter().zip(&late) {
        let time: i64 = a["time"].parse().unwrap();
        if time < 5_105 * DAY {
            assert_eq!(told(a), told(b), "{}", a["change"]);
            before += 1;
        } else {
            after += usize::from(told(a) != told(b));
        }
    }
    assert_eq!(before, 512, "changes up to 511");
    assert!(after > 0, "the fix is learned in the end");
    // The outcome is that of the end, for a change of long before.
    let outcome = |rows: &[&Row]| (rows[210]["label"].clone(), rows[210]["days_to_fix"].clone());
    assert_eq!(outcome(&plain), ("clean".into(), String::new()));
    assert_eq!(outcome(&late), ("defective".into(), "3005".into()));
}

#[test]
fn the_same_question_gives_the_same_bytes_on_any_number_of_threads() {
    let folder = with_data();
    let told = alerts(folder.path(), "one", &["--threads", "1"]);
    assert_eq!(told, alerts(folder.path(), "two", &["--threads", "2"]));
    let one = files(&folder.path().join("one"));
    assert!(one == files(&folder.path().join("two")));
    let names: Vec<&str> = one.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "alerts.csv",
            "alerts.json",
            "blocks.csv",
            "changes.csv",
            "fixed.svg",
            "landings.csv",
            "over-time.svg",
            "summary.md",
        ]
    );
    // What it wrote is replaced by what is asked next.
    let other = alerts(folder.path(), "two", &["--judge", "0..0.5"]);
    assert_ne!(told, other);
    assert_eq!(told, alerts(folder.path(), "two", &[]));
    assert!(one == files(&folder.path().join("two")));
}

#[test]
fn what_cannot_be_asked_is_told() {
    let folder = with_data();
    fs::create_dir(folder.path().join("full")).unwrap();
    fs::write(folder.path().join("full/notes.txt"), "mine").unwrap();
    let data = ["--data", "plain.csv", "--profile", "extracted"];
    let refused = |args: &[&str], expected: &str| {
        let mut all = vec!["alerts"];
        all.extend(args);
        let output = lab(folder.path(), &all);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(expected), "{told}");
    };
    let asked = |more: &[&str], expected: &str| {
        let mut args = data.to_vec();
        args.extend(["--out", "o"]);
        args.extend(more);
        refused(&args, expected);
    };
    asked(
        &["--threshold", "90"],
        "\"90\" is no threshold; write p90 (percentile), x2.5",
    );
    asked(
        &["--threshold", "p90 p95"],
        "\"p95\" is the second condition of its kind",
    );
    asked(
        &["--judge", "half"],
        "give a part of the changes, such as 0..0.8",
    );
    asked(
        &["--judge", "0.8..0.2"],
        "a part lies between 0 and 1, and begins before it ends",
    );
    asked(&["--every", "0"], "--every <N>");
    asked(
        &["--waiting=-1"],
        "a waiting time is finite and not negative",
    );
    asked(&["--prior", "gone.json"], "gone.json");
    asked(&["--data", "plain.csv"], "two data files are named `plain`");
    refused(&["--out", "o"], "--data");
    refused(&["--data", "plain.csv", "--out", "o"], "--profile");
    let mut full = data.to_vec();
    full.extend(["--out", "full"]);
    refused(&full, "the folder full is not empty");
    assert_eq!(files(&folder.path().join("full")).len(), 1);
}
