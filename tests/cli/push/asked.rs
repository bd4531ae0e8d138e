//! What was asked for beyond a warning: limits, and what lets through.

use super::Pushing;
use crate::harness::{command, risk};
use std::process::Stdio;

const LIMIT: &str = "--fail-above p90";

#[test]
fn a_limit_stops_the_push_until_somebody_acknowledges() {
    let pushing = Pushing::learned(131);
    pushing.hook(LIMIT);
    let before = pushing.there("main");
    let id = pushing.commit_risky();
    let words = [
        "The push was stopped",
        &id[..10],
        "p90",
        "git risk hook acknowledge",
        "--no-verify",
    ];
    pushing.push(&["origin", "main"]).stopped_with(&words);
    // It is said again, and stops again.
    pushing.push(&["origin", "main"]).stopped_with(&words);
    assert_eq!(pushing.there("main"), before);
    risk(&pushing.repo, &["hook", "acknowledge"])
        .silent()
        .tells(&["acknowledged", &id[..10], "Rework all"]);
    pushing.push(&["origin", "main"]).quietly();
    assert_eq!(pushing.there("main"), id);
}

#[test]
fn no_verify_goes_on_without_looking() {
    let pushing = Pushing::learned(132);
    pushing.hook(LIMIT);
    pushing.commit_risky();
    pushing.push(&["--no-verify", "origin", "main"]).quietly();
}

#[test]
fn commits_are_acknowledged_by_name() {
    let pushing = Pushing::learned(133);
    pushing.hook(LIMIT);
    risk(&pushing.repo, &["hook", "acknowledge"])
        .refused(&["no push was stopped", "acknowledge REV"]);
    pushing.commit_risky();
    risk(&pushing.repo, &["hook", "acknowledge", "origin/main..main"]).silent();
    pushing.push(&["origin", "main"]).quietly();
    risk(&pushing.repo, &["hook", "acknowledge", "nowhere"]).refused(&["no commit is named"]);
}

#[test]
fn a_limit_that_is_not_reached_warns_and_one_that_is_none_is_told() {
    let pushing = Pushing::learned(134);
    pushing.hook("--fail-above x90000");
    let id = pushing.commit_risky();
    pushing
        .push(&["origin", "main"])
        .went_with(&[&id[..10], "The push goes on"]);
    // Nor does a hook that is called in a wrong way stop a push, unless it is strict.
    for (option, value, words) in [
        ("--fail-above", "high", "no threshold"),
        ("--budget", "1", "write a time"),
    ] {
        let call = ["hook", "run", option, value];
        let said = risk(&pushing.repo, &call).ok();
        said.notes(&["not checked", words, "git risk hook run -h"]);
        let strict = [&call[..], &["--strict"]].concat();
        risk(&pushing.repo, &strict).refused(&["not checked", words]);
    }
}

#[test]
fn a_reader_that_is_gone_stops_nothing() {
    let pushing = Pushing::learned(135);
    let id = pushing.commit_risky();
    let mut hook = command(&pushing.repo, &["hook", "run", "--budget", "60s"]);
    hook.env("PRE_COMMIT_TO_REF", &id)
        .env("PRE_COMMIT_REMOTE_NAME", "origin");
    let mut child = hook.stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    // What nobody could read was not shown.
    assert!(!pushing.shown().exists());
}
