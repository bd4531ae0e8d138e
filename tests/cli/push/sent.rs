//! What a push sends: references of all kinds, each commit once.

use super::{Desk, told, unchecked};
use risk_testkit::{FIRST_COMMIT_AT, TestRepo};
use std::fmt::Write;

#[test]
fn new_branches_share_commits_and_each_is_told_once() {
    let desk = Desk::new();
    desk.repo.git(&["checkout", "-q", "-b", "one"]);
    let shared = desk.risky("shared");
    desk.repo.git(&["checkout", "-q", "-b", "two"]);
    let own = desk.risky("own");
    desk.repo.switch("one");
    desk.usual("usual");
    let said = told(desk.push(&["origin", "one", "two"]), &[&shared, &own]);
    said.notes(&["git-risk: 2 of 3 outgoing commits stand out\n"]);
    assert_eq!(desk.there("two"), Some(own));
    assert!(desk.there("one").is_some());
}

#[test]
fn a_branch_that_goes_sends_nothing() {
    let desk = Desk::new();
    desk.repo.git(&["checkout", "-q", "-b", "topic"]);
    let id = desk.risky("values");
    desk.push(&["--no-verify", "origin", "topic:old"]).silent();
    desk.push(&["origin", ":old"]).silent();
    assert_eq!(desk.there("old"), None);
    // Beside others.
    desk.push(&["--no-verify", "origin", "main:old"]).silent();
    told(desk.push(&["origin", ":old", "topic"]), &[&id]);
    assert_eq!((desk.there("old"), desk.there("topic")), (None, Some(id)));
}

#[test]
fn tags_are_followed_to_what_they_name() {
    let desk = Desk::new();
    let light = desk.risky("light");
    desk.repo.tag("v1");
    told(desk.push(&["origin", "v1"]), &[&light]);
    let annotated = desk.risky("annotated");
    desk.repo
        .annotated_tag("v2", "HEAD")
        .annotated_tag("v3", "v2");
    told(desk.push(&["origin", "v3"]), &[&annotated]);
    // The tag within it has the same commits.
    desk.push(&["origin", "v2"]).silent();
    let blob = desk.repo.git(&["rev-parse", "HEAD:src/f0.rs"]);
    desk.repo.git(&["tag", "blob", &blob]);
    desk.repo.annotated_tag("tree", "HEAD^{tree}");
    desk.push(&["origin", "blob", "tree"]).silent();
    assert_eq!(desk.there("blob"), Some(blob));
    assert_eq!(desk.there("v3^{commit}"), Some(annotated));
}

#[test]
fn a_forced_push_over_what_is_not_here_is_looked_at() {
    let desk = Desk::new();
    let elsewhere = desk.remote.full_clone();
    elsewhere.git(&["checkout", "-q", "-b", "topic"]);
    elsewhere.write("theirs.rs", "fn theirs() {}\n");
    let theirs = elsewhere.commit("Add theirs");
    elsewhere.git(&["push", "-q", "origin", "topic"]);
    desk.repo.git(&["checkout", "-q", "-b", "topic"]);
    let id = desk.risky("values");
    let said = told(desk.push(&["-f", "origin", "topic"]), &[&id]);
    said.notes(&["the outgoing commit stands out"]);
    assert_eq!(desk.there("topic"), Some(id.clone()));
    assert_ne!(id, theirs);
    // Over what is here: what was replaced is not sent, and says where the range begins.
    desk.repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let other = desk.risky("other");
    let said = told(desk.push(&["-f", "origin", "topic"]), &[&other]);
    said.notes(&["the outgoing commit stands out"]);
}

#[test]
fn a_new_remote_is_taken_to_have_what_others_have() {
    let desk = Desk::new();
    let empty = TestRepo::new();
    empty.git(&["config", "receive.denyCurrentBranch", "ignore"]);
    let url = empty.path().to_str().unwrap();
    desk.repo.git(&["remote", "add", "new", url]);
    let id = desk.risky("values");
    let said = told(desk.push(&["new", "main"]), &[&id]);
    said.notes(&["the outgoing commit stands out"]);
    assert_eq!(empty.id("main"), id);
}

#[test]
fn a_whole_history_that_nobody_has_is_looked_at() {
    let desk = Desk::new();
    desk.repo.git(&["remote", "remove", "origin"]);
    let empty = TestRepo::new();
    let url = empty.path().to_str().unwrap();
    let id = desk.risky("values");
    desk.configure("risk.warnAbove", "p95 x2.5");
    let said = desk.push(&[url, "main:all"]).ok();
    said.notes(&[" of 601 outgoing commits stand", &id[..10]]);
    assert_eq!(empty.id("all"), id);
}

#[test]
fn a_push_of_very_many_commits_is_not_looked_at() {
    let desk = Desk::new();
    let mut stream = String::new();
    for n in 0..1_001 {
        let at = FIRST_COMMIT_AT + 1_300 * 86_400 + n;
        let who = format!("Ann <ann@example.org> {at} +0000");
        let from = if n == 0 {
            "from refs/heads/main^0\n"
        } else {
            ""
        };
        write!(
            stream,
            "commit refs/heads/long\nauthor {who}\ncommitter {who}\ndata 2\nA\n{from}\n"
        )
        .unwrap();
    }
    desk.repo.fast_import(&stream);
    let (base, tip) = (desk.repo.id("main"), desk.repo.id("long"));
    let see = format!(
        "the push has more than 1000 commits; git risk score {}..{} looks at them",
        &base[..10],
        &tip[..10]
    );
    unchecked(desk.push(&["origin", "long:main"]), &[&see]);
    // One fewer is looked at.
    desk.push(&["-f", "origin", "main"]).silent();
    desk.push(&["origin", "long~1:main"]).silent();
}
