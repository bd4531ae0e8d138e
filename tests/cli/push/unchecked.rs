//! Pushes that could not be looked at.

use super::{Pushing, path, pushed};
use crate::harness::{command, kept, risk, said};
use risk_testkit::TestRepo;
use std::fs;

#[test]
fn without_a_state_it_is_learned_in_the_background_for_the_next_push() {
    let pushing = Pushing::unlearned(141, 450);
    let id = pushing.commit_risky();
    let said = pushing.push(&["origin", "main:one"]);
    said.went_with_a_line(&[
        "not checked: nothing has been learned yet",
        "learning in the background now",
        &format!(
            "git risk score {}..{}",
            &pushing.there("main")[..10],
            &id[..10]
        ),
    ]);
    pushing.settle();
    assert!(kept(&pushing.repo, "state").is_file());
    pushing
        .repo
        .git(&["update-ref", "-d", "refs/remotes/origin/one"]);
    pushing
        .push(&["origin", "main:two"])
        .went_with(&["stands out", &id[..10]]);
}

#[test]
fn a_state_that_is_behind_is_looked_ahead_from_and_caught_up_with() {
    let pushing = Pushing::learned(142);
    pushing.commit_small("one");
    pushing.push(&["origin", "main"]).quietly();
    let before = fs::read(kept(&pushing.repo, "state")).unwrap();
    let id = pushing.commit_risky();
    pushing
        .push(&["origin", "main:next"])
        .went_with(&[&id[..10]]);
    pushing.settle();
    assert!(
        before != fs::read(kept(&pushing.repo, "state")).unwrap(),
        "it was not caught up with"
    );
    let status = risk(&pushing.repo, &["status"]).silent();
    status.tells(&[&pushing.there("main")[..10]]);
}

#[test]
fn a_broken_state_is_made_anew_in_the_background() {
    for spoil in [
        |bytes: &mut Vec<u8>| bytes.truncate(1_000),
        |bytes: &mut Vec<u8>| {
            let end = bytes.len();
            bytes[1_000..end].fill(0xa5);
        },
    ] {
        let pushing = Pushing::learned(143);
        let whole = fs::read(kept(&pushing.repo, "state")).unwrap();
        let mut bytes = whole.clone();
        spoil(&mut bytes);
        fs::write(kept(&pushing.repo, "state"), bytes).unwrap();
        let id = pushing.commit_risky();
        pushing.push(&["origin", "main:one"]).went_with_a_line(&[
            "not checked: what was learned is damaged",
            "in the background now",
        ]);
        pushing.settle();
        assert!(
            whole == fs::read(kept(&pushing.repo, "state")).unwrap(),
            "it is still broken"
        );
        pushing
            .repo
            .git(&["update-ref", "-d", "refs/remotes/origin/one"]);
        pushing
            .push(&["origin", "main:two"])
            .went_with(&[&id[..10]]);
    }
}

#[test]
fn what_failed_in_the_background_is_told_once() {
    let pushing = Pushing::unlearned(144, 60);
    let repo = &pushing.repo;
    // A blob can be missed; a tree cannot.
    let tree = repo.id("HEAD~9^{tree}");
    let object = repo
        .path()
        .join(".git/objects")
        .join(&tree[..2])
        .join(&tree[2..]);
    let unpacked = tempfile::tempdir().unwrap();
    let packs = repo.path().join(".git/objects/pack");
    for entry in fs::read_dir(&packs).unwrap() {
        let from = entry.unwrap().path();
        fs::rename(&from, unpacked.path().join(from.file_name().unwrap())).unwrap();
    }
    for entry in fs::read_dir(unpacked.path()).unwrap() {
        let pack = entry.unwrap().path();
        if pack.extension().is_some_and(|it| it == "pack") {
            repo.git_with(&["unpack-objects", "-q"], &fs::read(pack).unwrap());
        }
    }
    fs::remove_file(&object).unwrap();
    pushing.commit_small("one");
    let line = ["not checked: nothing has been learned yet"];
    pushing
        .push(&["origin", "main:one"])
        .went_with_a_line(&line);
    let log = kept(repo, "background.log");
    for _ in 0..6_000 {
        if fs::read_to_string(&log).is_ok_and(|text| text.contains("hint")) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    pushing.commit_small("two");
    let told = pushing.push(&["origin", "main:two"]);
    told.went_with_a_line(&["learning in the background failed", &tree, "git risk train"]);
    pushing.commit_small("three");
    let again = pushing.push(&["origin", "main:three"]);
    again.went_with_a_line(&["learning in the background failed, try git risk train"]);
    assert!(!again.err.contains(&tree), "{again:#?}");
}

#[test]
fn past_the_budget_the_push_goes_on() {
    let pushing = Pushing::learned(145);
    pushing.hook("--budget 1ms --fail-above p1");
    let id = pushing.commit_risky();
    let line = ["not checked: it takes longer than 1ms", "looks at it"];
    pushing.push(&["origin", "main"]).went_with_a_line(&line);
    assert_eq!(pushing.there("main"), id);
}

#[test]
fn strict_stops_what_could_not_be_looked_at() {
    let pushing = Pushing::unlearned(146, 60);
    pushing.hook("--strict");
    pushing.commit_small("one");
    pushing.push(&["origin", "main"]).stopped_with(&[
        "not checked: nothing has been learned yet",
        "strict",
        "--no-verify",
    ]);
    pushing.settle();
    pushing.push(&["origin", "main"]).quietly();
    let mut hook = command(&pushing.repo, &["hook", "run", "--strict"]);
    hook.stdin(std::process::Stdio::from(
        fs::File::open(kept(&pushing.repo, "state")).unwrap(),
    ));
    said(hook).refused(&["not checked: git told about the push what cannot be read"]);
}

#[test]
fn repositories_that_cannot_be_read_are_pushed_with_one_line() {
    let pushing = Pushing::learned(147);
    let hook = pushing.repo.path().join(".git/hooks/pre-push");
    let take_over = |repo: &TestRepo| {
        let hooks = repo.path().join(".git/hooks");
        fs::create_dir_all(&hooks).unwrap();
        fs::copy(&hook, hooks.join("pre-push")).unwrap();
    };
    let shallow = pushing.remote.shallow_clone(3);
    take_over(&shallow);
    shallow.write("docs/x.md", "A word.\n").commit("Write x");
    pushed(shallow.git_command(), &["origin", "main:shallow"])
        .went_with_a_line(&["not checked: the clone is shallow", "git fetch --unshallow"]);

    let partial = pushing.remote.partial_clone();
    take_over(&partial);
    partial.write("docs/x.md", "A word.\n").commit("Write x");
    pushed(partial.git_command(), &["origin", "main:partial"])
        .went_with_a_line(&["not checked: the clone is partial"]);

    let long = TestRepo::with_object_format("sha256");
    let there = TestRepo::with_object_format("sha256");
    take_over(&long);
    long.write("a.rs", "fn a() {}\n").commit("Add a");
    pushed(long.git_command(), &[path(&there), "main:other"])
        .went_with_a_line(&["not checked: the repository at"]);
}

#[test]
fn where_no_repository_is_nothing_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let mut hook = command(dir.path(), &["hook", "run"]);
    hook.env("PRE_COMMIT_TO_REF", "HEAD");
    let said = said(hook).ok();
    said.notes(&["git-risk: not checked: no git repository at"]);
    assert_eq!(said.err.lines().count(), 1);
    // Nothing is pushed: nothing is looked for.
    risk(dir.path(), &["hook", "run", "origin", "url"]).silent();
}
