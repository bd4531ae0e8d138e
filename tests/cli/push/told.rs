//! What a push is told, and what is not repeated.

use super::{Desk, told};
use crate::harness::risk;

#[test]
fn a_push_of_what_is_usual_is_quiet() {
    let desk = Desk::new();
    let id = desk.usual("one");
    desk.push(&["origin", "main"]).silent();
    assert_eq!(desk.there("main"), Some(id));
    // Git has nothing to tell the hook.
    let said = desk.push(&["origin", "main"]).silent();
    assert_eq!(said.out, "");
}

#[test]
fn a_commit_that_stands_out_is_told_with_reason_place_and_remedy() {
    let desk = Desk::new();
    let id = desk.risky("values");
    let short = &id[..10];
    let said = told(desk.push(&["origin", "main"]), &[&id]);
    assert_eq!(desk.there("main").as_ref(), Some(&id));
    said.notes(&[
        "git-risk: the outgoing commit stands out\n",
        &format!("\n{short}  Add values\n  "),
        " % likely to need a fix later, high, riskier than ",
        " of the previous 1,000 changes\n",
        "\n  why       size of the change: lines added: 60 (usually ",
        "\n  where     src/f0.rs",
        "\n  lower it  ",
        "\nOf the last ",
        " changes here that stood as high, ",
        "; of all changes ",
        &format!(
            "\nMore: git risk explain {short}. The push goes on, and this is not told again.\n"
        ),
    ]);
    assert!(said.err.lines().all(|line| line.chars().count() <= 100));
    assert!(said.err.lines().count() <= 15, "{}", said.err);
    // No colours where no terminal is.
    assert!(!said.err.contains('\u{1b}'));
    risk(&desk.repo, &["explain", short])
        .ok()
        .tells(&["Add values"]);
}

#[test]
fn a_warning_is_not_repeated() {
    let desk = Desk::new();
    desk.repo.git(&["checkout", "-q", "-b", "topic"]);
    let id = desk.risky("values");
    told(desk.push(&["origin", "topic"]), &[&id]);
    let other = desk.remote.bare_clone();
    let url = other.path().to_str().unwrap();
    // On another branch, and to another remote, with and without a name.
    desk.push(&["origin", "topic:again"]).silent();
    desk.push(&[url, "topic:third"]).silent();
    desk.repo.git(&["remote", "add", "other", url]);
    desk.push(&["other", "topic"]).silent();
    // Another message, another parent.
    desk.repo
        .git(&["commit", "-q", "--amend", "-m", "Add values, well said"]);
    desk.push(&["-f", "origin", "topic"]).silent();
    desk.repo.switch("main");
    desk.repo
        .write("src/other.rs", "fn other() {}\n")
        .commit("Add other");
    desk.repo.git(&["rebase", "-q", "main", "topic"]);
    assert_ne!(desk.repo.head(), id);
    desk.push(&["-f", "origin", "topic"]).silent();
    // More of it is something else.
    desk.add("more", 30);
    desk.repo.git(&["commit", "-q", "-a", "--amend", "-m", "M"]);
    let more = desk.repo.head();
    told(desk.push(&["-f", "origin", "topic"]), &[&more]);
    desk.push(&["-f", "origin", "topic:more"]).silent();
}

#[test]
fn a_change_that_lay_here_for_months_is_told() {
    let desk = Desk::new();
    let id = desk.risky("values");
    let later = desk.repo.git(&["log", "-1", "--format=%ct"]);
    desk.repo.at(later.parse::<i64>().unwrap() + 200 * 86_400);
    desk.usual("one");
    told(desk.push(&["origin", "main"]), &[&id]);
}

#[test]
fn who_has_looked_at_a_change_is_not_told() {
    let desk = Desk::new();
    let one = desk.risky("one");
    let why = ["label", &one, "clean", "--why", "looked at"];
    risk(&desk.repo, &why).ok();
    let two = desk.risky("two");
    let said = risk(&desk.repo, &["hook", "acknowledge", &two]).silent();
    said.tells(&[&format!("acknowledged {}  Add two\n", &two[..10])]);
    let three = desk.risky("three");
    let range = format!("{three}~..{three}");
    risk(&desk.repo, &["hook", "acknowledge", &range]).silent();
    desk.push(&["origin", "main"]).silent();
    let four = desk.risky("four");
    told(desk.push(&["origin", "main"]), &[&four]);
}

#[test]
fn of_many_the_riskiest_are_told_and_the_others_are_named_by_a_command() {
    let desk = Desk::new();
    let base = desk.repo.head();
    let usual = desk.usual("usual");
    let all: Vec<_> = ["a", "b", "c", "d", "e"].map(|it| desk.risky(it)).into();
    let said = desk.push(&["origin", "main"]).ok();
    said.notes(&["git-risk: 5 of 6 outgoing commits stand out\n"]);
    let n_told = all.iter().filter(|id| said.err.contains(&id[..10])).count();
    assert!(!said.err.contains(&usual[..10]));
    let see = format!("git risk score {}..{}", &base[..10], &all[4][..10]);
    said.notes(&[&format!("\nand 2 more: {see}\n")]);
    assert!((3..=4).contains(&n_told), "{}", said.err);
    let range = see.rsplit(' ').next().unwrap();
    let scores = risk(&desk.repo, &["score", range]).ok();
    scores.tells(&[&all[0][..10], &usual[..10]]);
    // All of them were shown.
    desk.push(&["origin", "main:again"]).silent();
}

#[test]
fn a_threshold_of_ones_own_holds() {
    let desk = Desk::new();
    let risky = desk.risky("one");
    let quiet = ["-c", "risk.warnAbove=p100 x99"];
    super::push_from(&desk.repo, &quiet, &["origin", "main"]).silent();
    let usual = desk.usual("two");
    desk.configure("risk.warnAbove", "p1");
    told(desk.push(&["origin", "main"]), &[&usual]);
    // The other one went out before.
    assert_ne!(risky, usual);
}
