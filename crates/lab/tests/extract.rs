//! Rows of repositories: they are what git-risk itself works with, in any form, and can be had back from any break.

use risk_change::Days;
use risk_evaluate::{Event, Journal, LabelState, Prequential, Waiting};
use risk_features::Features;
use risk_history::{Cached, Repository, Silent};
use risk_lab::extract::{Format, Options, Rows, columns};
use risk_lab::{Empty, Profile, Protocol, Run, Stream};
use risk_learn::Label;
use risk_replay::Replay;
use risk_source::Exclusion;
use risk_testkit::{TestRepo, hand_drawn, random_history};
use std::path::Path;

fn histories() -> impl Iterator<Item = (String, TestRepo)> {
    let drawn = hand_drawn().map(|(name, repo)| (name.to_owned(), repo));
    drawn.chain((0..12).map(|seed| (format!("seed {seed}"), random_history(seed, 80))))
}

fn days(days: f64) -> Waiting {
    Waiting::new(Days(days)).expect("because it is not negative")
}

fn rows(repo: &TestRepo, waiting: Waiting, threads: usize) -> Rows {
    let options = Options {
        revision: Some("HEAD".to_owned()),
        waiting,
        ..Options::default()
    };
    Rows::of(repo.path(), &options, threads, &Silent).expect("because the repository is whole")
}

fn stream(bytes: &[u8]) -> Stream {
    Profile::Extracted
        .read("repo=made-up/part.x".as_ref(), bytes, Empty::LeftOut)
        .expect("because it was just written")
}

/// What the tool writes down of a history: the fold as it learns from it, all in one piece.
fn journal(repo: &TestRepo, waiting: Waiting) -> Journal {
    let repository = Repository::discover(repo.path()).expect("there is a repository");
    let tip = repository.resolve("HEAD").expect("HEAD is born");
    let history = repository
        .read(&tip, &|_| None, 0, &mut Cached::default(), 1, &Silent)
        .expect("the repository is whole");
    let steering = repository.steering(&tip).expect("the tip is there");
    let mut replay = Replay::new(risk_replay::Options {
        szz: risk_szz::Options {
            ignored: steering.ignored(),
            exclusion: Exclusion::new(&steering.attributes, []).expect("there is no pattern"),
            ..risk_szz::Options::default()
        },
        waiting,
        ..risk_replay::Options::default()
    });
    let mut learning = Prequential::new(&Features::NAMES).expect("these are our names");
    replay
        .begin_with(&history, &mut steering.identities())
        .expect("it is the first stretch");
    let mut learn = |step| learning.step(&step).map(|_| ());
    replay
        .follow(history, &mut steering.identities(), &Silent, &mut learn)
        .expect("it is the first stretch");
    learning.journal().clone()
}

#[test]
fn rows_replay_as_the_tool_itself_learns_for_any_waiting_time() {
    let (mut n_flipped, mut n_clean, mut n_unverified) = (0, 0, 0);
    for (name, repo) in histories() {
        // Extracted with one waiting time, replayed with others.
        let extracted = rows(&repo, days(20.0), 1);
        for format in [Format::Csv, Format::Parquet] {
            let path: &Path = "x".as_ref();
            let bytes = format.bytes(path, &extracted.columns()).unwrap();
            assert!(
                columns(path, &bytes).unwrap() == extracted.columns(),
                "{name}"
            );
            if extracted.is_empty() {
                continue;
            }
            let stream = stream(&bytes);
            assert_eq!((stream.name.as_str(), stream.n_empty), ("made-up", 0));
            for waiting in [0.0, 3.0, 20.0, 90.0].map(days) {
                let run = Run::of(&stream, Protocol::Prequential(waiting), None).unwrap();
                let wanted = journal(&repo, waiting);
                // Events, rows, labels, and every score that follows from them.
                assert!(*run.journal() == wanted, "{name}, {waiting:?}, {format:?}");
                n_unverified += run.n_unverified();
                n_clean += wanted.events().iter().filter(|it| is_clean(it)).count();
                n_flipped += wanted.states().iter().filter(|it| is_flipped(it)).count();
            }
        }
    }
    assert!(n_flipped > 20 && n_clean > 1_000 && n_unverified > 100);
}

fn is_clean(event: &Event) -> bool {
    matches!(event, Event::Verification { label, .. } if *label == Label::Clean)
}

fn is_flipped(state: &LabelState) -> bool {
    matches!(state, LabelState::Defective { after_clean, .. } if *after_clean)
}

#[test]
fn the_number_of_threads_does_not_show() {
    for seed in 0..4 {
        let repo = random_history(seed, 120);
        let one = rows(&repo, days(90.0), 1).columns();
        let many = rows(&repo, days(90.0), 4).columns();
        for format in [Format::Csv, Format::Parquet] {
            let bytes = |columns| format.bytes("x".as_ref(), columns).unwrap();
            assert!(bytes(&one) == bytes(&many), "{seed} {format:?}");
        }
    }
}

#[test]
fn what_gitattributes_leaves_out_is_left_out_as_by_the_tool() {
    let (mut n_rows, mut n_less) = (0, 0);
    for seed in 0..6 {
        let repo = random_history(seed, 80);
        let all = rows(&repo, days(20.0), 1).len();
        let generated = "* linguist-generated\n[a-m]* -linguist-generated\n";
        repo.write(".gitattributes", generated).commit("Generate");
        let rows = rows(&repo, days(20.0), 1);
        n_rows += rows.len();
        n_less += usize::from(rows.len() < all);
        let bytes = Format::Csv.bytes("x".as_ref(), &rows.columns()).unwrap();
        let run = Run::of(&stream(&bytes), Protocol::Prequential(days(20.0)), None).unwrap();
        assert!(*run.journal() == journal(&repo, days(20.0)), "{seed}");
    }
    assert!(n_rows > 50 && n_less > 2, "{n_rows}, {n_less}");
}

/// A day after the first commit, and so on.
const DAY: i64 = 86_400;

#[test]
fn every_column_says_what_it_is_called() {
    let repo = TestRepo::new();
    let first = risk_testkit::FIRST_COMMIT_AT;
    // a, then b on a branch that lands with the merge m, then c, which repairs b.
    repo.write("src/a.c", "int a;\n").commit("Add a");
    repo.branch("topic").switch("topic");
    repo.write("src/b.c", "int b = 1;\nint c;\n")
        .authored_at(first - 5);
    let b = repo.commit("Add b");
    repo.switch("main");
    repo.merge(&["topic"], "Merge topic");
    let c = {
        repo.write("src/b.c", "int b = 2;\nint c;\n");
        repo.commit("Fix crash in b")
    };
    let csv = Format::Csv.bytes("x".as_ref(), &rows(&repo, days(2.0), 1).columns());
    let csv = String::from_utf8(csv.unwrap()).unwrap();
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let cell = |row: usize, name: &str| {
        let place = lines[0].iter().position(|column| *column == name);
        lines[row][place.expect("because the column is there")]
    };
    assert_eq!(lines.len(), 1 + 3);
    assert_eq!(lines[0].len(), 5 + Features::NAMES.len() + 5);
    assert_eq!(lines[0][5..5 + Features::NAMES.len()], Features::NAMES);

    let at = |n_days: i64| (first + n_days * DAY).to_string();
    let b_row = [
        ("commit", b),
        ("position", "1".to_owned()),
        ("author_time", (first - 5).to_string()),
        ("commit_time", at(1)),
        ("landed_time", at(2)),
        ("la", "2".to_owned()),
        ("exp", "1".to_owned()),
        ("fix", "0".to_owned()),
        ("label", "1".to_owned()),
        ("label_time", at(3)),
        ("fix_commit", c.clone()),
        ("fix_position", "3".to_owned()),
        ("evidence", "keyword".to_owned()),
    ];
    for (column, value) in b_row {
        assert_eq!(cell(2, column), value, "{column}");
    }
    // a is clean two days after its arrival; of c nothing is known yet.
    assert_eq!((cell(1, "label"), cell(1, "label_time")), ("0", &*at(2)));
    assert_eq!((cell(3, "commit"), cell(3, "fix")), (&*c, "1"));
    for column in [
        "label",
        "label_time",
        "fix_commit",
        "fix_position",
        "evidence",
    ] {
        assert_eq!(cell(3, column), "", "{column}");
    }
}

#[test]
fn a_row_that_contradicts_itself_is_told_with_its_column() {
    let repo = random_history(3, 80);
    let bytes = Format::Csv.bytes("x".as_ref(), &rows(&repo, days(20.0), 1).columns());
    let text = String::from_utf8(bytes.unwrap()).unwrap();
    let mut lines: Vec<Vec<String>> = text
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect();
    let place = |name: &str, lines: &[Vec<String>]| {
        let place = lines[0].iter().position(|column| column == name);
        place.expect("because the column is there")
    };
    let label = place("label", &lines);
    let defective = lines.iter().position(|line| line[label] == "1");
    let defective = defective.expect("because some change is repaired");
    let mut refused = |row: usize, column: &str, value: &str| {
        let place = place(column, &lines);
        let before = std::mem::replace(&mut lines[row][place], value.to_owned());
        let text: Vec<String> = lines.iter().map(|line| line.join(",")).collect();
        lines[row][place] = before;
        let text = text.join("\n");
        let error = Profile::Extracted.read("x.csv".as_ref(), text.as_bytes(), Empty::LeftOut);
        let error = error.unwrap_err();
        assert!(error.hint().is_some(), "{error}");
        error.to_string()
    };
    for (row, column, value, told) in [
        (
            2,
            "landed_time",
            "0",
            "x.csv, row 2, column `landed_time`: not as late as",
        ),
        (
            2,
            "position",
            "0",
            "x.csv, row 2, column `position`: not after the one",
        ),
        (
            1,
            "label",
            "7",
            "x.csv, row 1, column `label`: not 1, 0, or nothing",
        ),
        (
            1,
            "la",
            "many",
            "x.csv, line 2, column `la`: `many` is not a number",
        ),
        (
            1,
            "label_time",
            "1.5",
            "x.csv, line 2, column `label_time`: `1.5` is not a whole number",
        ),
        (
            0,
            "landed_time",
            "landed",
            "x.csv has no column `landed_time`",
        ),
        (
            defective,
            "fix_position",
            "0",
            "column `fix_position`: not the place of a later fix",
        ),
        (
            defective,
            "label_time",
            "",
            "column `label_time`: not at or after",
        ),
    ] {
        let error = refused(row, column, value);
        assert!(error.contains(told), "{error}");
    }
    let cut = Format::Parquet.bytes("x".as_ref(), &rows(&repo, days(20.0), 1).columns());
    let cut = &cut.unwrap()[..2_000];
    let error = Profile::Extracted.read("x.parquet".as_ref(), cut, Empty::LeftOut);
    assert!(
        error
            .unwrap_err()
            .to_string()
            .starts_with("x.parquet is no Parquet")
    );
}
