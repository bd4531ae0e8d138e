//! Pushes of changes that stand out.

use super::{Pushing, path, pushed, risky};
use crate::harness::{command, json, kept, number, said};
use std::fs;
use std::io::Write;
use std::process::Stdio;

#[test]
fn a_change_that_stands_out_is_told_and_pushed() {
    let pushing = Pushing::learned(111);
    pushing.commit_small("before");
    let id = pushing.commit_risky();
    let score = &json(&pushing.repo, &["score", &id])["scores"][0];
    let state = fs::read(kept(&pushing.repo, "state")).unwrap();
    let pushed = pushing.push(&["origin", "main"]);
    // The numbers are those of `git risk score`.
    let probability = format!("{:.0} % likely", number(&score["probability"]) * 100.0);
    let percentile = format!("riskier than {:.0} %", number(&score["percentile"]).floor());
    pushed.went_with(&[
        "git-risk: 1 of 2 outgoing commits stands out",
        &id[..10],
        "Rework all",
        &probability,
        &percentile,
        "why  ",
        "where  ",
        "src/f",
        "lower it  ",
        "Of the last",
        "needed a fix",
        &format!("git risk explain {}", &id[..10]),
    ]);
    assert!(
        !pushed.err.contains('\u{1b}'),
        "no colours where no terminal is"
    );
    assert_eq!(pushing.there("main"), id);
    assert!(
        state == fs::read(kept(&pushing.repo, "state")).unwrap(),
        "the state was written"
    );
}

#[test]
fn a_warning_is_not_repeated() {
    let pushing = Pushing::learned(112);
    let repo = &pushing.repo;
    repo.git(&["checkout", "-q", "-b", "topic"]);
    let id = pushing.commit_risky();
    pushing.push(&["origin", "topic"]).went_with(&[&id[..10]]);
    // To another remote.
    let fork = pushing.remote.bare_clone();
    fork.git(&["update-ref", "-d", "refs/heads/topic"]);
    repo.git(&["remote", "add", "fork", path(&fork)]);
    repo.git(&["fetch", "-q", "fork"]);
    pushing.push(&["fork", "topic"]).quietly();
    // Under another message.
    repo.git(&["commit", "-q", "--amend", "-m", "Rework everything"]);
    assert_ne!(repo.head(), id);
    pushing.push(&["-f", "origin", "topic"]).quietly();
    // On top of what happened since.
    repo.switch("main");
    pushing.commit_small("since");
    repo.switch("topic");
    repo.git(&["rebase", "-q", "main"]);
    pushing.push(&["-f", "origin", "topic"]).quietly();
    // With another content it is another change.
    risky(repo, "more");
    repo.git(&["commit", "-q", "-a", "--amend", "-m", "Rework more"]);
    pushing
        .push(&["-f", "origin", "topic"])
        .went_with(&["Rework more"]);
    pushing.settle();
}

#[test]
fn a_broken_memory_of_what_was_shown_is_no_reason_to_fail() {
    let pushing = Pushing::learned(113);
    fs::write(pushing.shown(), b"\xff\x00 nonsense").unwrap();
    let id = pushing.commit_risky();
    pushing
        .push(&["origin", "main:one"])
        .went_with(&[&id[..10]]);
    let text = fs::read_to_string(pushing.shown()).unwrap();
    assert!(text.contains(&id), "{text}");
    pushing.push(&["origin", "main:two"]).quietly();
}

#[test]
fn commits_of_several_references_are_told_once() {
    let pushing = Pushing::learned(114);
    let repo = &pushing.repo;
    repo.git(&["checkout", "-q", "-b", "one"]);
    let shared = pushing.commit_risky();
    repo.branch("two");
    let one = pushing.commit_small("one");
    repo.switch("two");
    risky(repo, "two");
    let two = repo.commit("Rework two");
    repo.annotated_tag("v1", "one").annotated_tag("v2", "v1");
    let pushed = pushing.push(&["origin", "one", "two", "v1", "v2", ":refs/heads/none"]);
    pushed.went_with(&["2 of 3 outgoing commits stand out", &two[..10]]);
    let n_told = pushed
        .err
        .lines()
        .filter(|line| line.starts_with(&shared[..10]))
        .count();
    assert_eq!(n_told, 1, "{pushed:#?}");
    assert!(
        !pushed.err.contains(&format!("\n{}", &one[..10])),
        "{pushed:#?}"
    );
}

#[test]
fn a_forced_push_over_what_was_never_fetched_sends_what_was_not_tracked() {
    let pushing = Pushing::learned(115);
    // Somebody else pushes, and nobody here fetches it.
    let other = pushing.remote.full_clone();
    other.write("other.md", "Other.\n").commit("Other");
    other.git(&["push", "-q", "origin", "main"]);
    let id = pushing.commit_risky();
    pushing
        .push(&["-f", "origin", "main"])
        .went_with(&["the outgoing commit stands out", &id[..10]]);
}

#[test]
fn a_push_by_address_sends_what_no_remote_has() {
    let pushing = Pushing::learned(116);
    let id = pushing.commit_risky();
    let address = path(&pushing.remote);
    pushing
        .push(&[address, "main:refs/heads/new"])
        .went_with(&["the outgoing commit stands out", &id[..10]]);
}

#[test]
fn a_merge_is_told_by_what_it_brings_in() {
    let pushing = Pushing::learned(117);
    let repo = &pushing.repo;
    repo.git(&["checkout", "-q", "-b", "topic"]);
    let id = pushing.commit_risky();
    repo.switch("main");
    pushing.commit_small("beside");
    let merge = repo.merge(&["topic"], "Merge topic");
    let pushed = pushing.push(&["origin", "main"]);
    pushed.went_with(&["1 of 3 outgoing commits", &id[..10]]);
    assert!(!pushed.err.contains(&merge[..10]), "{pushed:#?}");
}

#[test]
fn a_linked_worktree_has_its_own_branch_and_the_same_memory() {
    let pushing = Pushing::learned(118);
    let tree = pushing.repo.worktree("beside");
    risky(&tree, "beside");
    let id = tree.commit("Rework beside");
    pushed(tree.git_command(), &["origin", "beside"]).went_with(&[&id[..10]]);
    assert!(pushing.shown().is_file());
    pushing.push(&["origin", "beside:again"]).quietly();
}

#[test]
fn a_git_directory_elsewhere_is_found_by_what_git_says() {
    let pushing = Pushing::learned(119);
    let id = pushing.commit_risky();
    let git_dir = pushing.repo.path().join(".git");
    let elsewhere = tempfile::tempdir().unwrap();
    let mut git = pushing.repo.git_command();
    git.current_dir(elsewhere.path())
        .env("GIT_DIR", &git_dir)
        .env("GIT_WORK_TREE", pushing.repo.path());
    pushed(git, &["origin", "main"]).went_with(&[&id[..10]]);
    // A bare repository pushes too.
    let bare = pushing.repo.bare_clone();
    bare.git(&["remote", "add", "next", path(&pushing.remote)]);
    let hook = bare.path().join("hooks");
    fs::create_dir_all(&hook).unwrap();
    fs::copy(git_dir.join("hooks/pre-push"), hook.join("pre-push")).unwrap();
    let said = pushed(bare.git_command(), &["next", "main:refs/heads/bare"]);
    said.went_with_a_line(&["not checked", "nothing has been learned yet"]);
    for _ in 0..6_000 {
        if !bare.path().join("risk/background.log").exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(bare.path().join("risk/state").is_file());
}

#[test]
fn names_with_spaces_and_bytes_are_read() {
    let pushing = Pushing::learned(120);
    let id = pushing.commit_risky();
    let zero = "0".repeat(40);
    let mut input = b"HEAD@{now} \xff ".to_vec();
    input.extend_from_slice(format!("{id} refs/heads/x {zero}\n").as_bytes());
    let mut hook = command(
        &pushing.repo,
        &["hook", "run", "origin", "url", "--budget", "60s"],
    );
    let mut child = hook
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains(&id[..10])
    );
}

#[test]
fn the_framework_tells_by_its_variables() {
    let pushing = Pushing::learned(121);
    let base = pushing.repo.head();
    let id = pushing.commit_risky();
    let run = |variables: &[(&str, &str)]| {
        let mut hook = command(&pushing.repo, &["hook", "run", "--budget", "60s"]);
        hook.envs(variables.iter().copied());
        let _ = fs::remove_file(pushing.shown());
        said(hook).ok()
    };
    let remote = ("PRE_COMMIT_REMOTE_NAME", "origin");
    let told = run(&[
        remote,
        ("PRE_COMMIT_FROM_REF", &base),
        ("PRE_COMMIT_TO_REF", &id),
    ]);
    told.notes(&["the outgoing commit stands out", &id[..10]]);
    // A root is pushed: everything is outgoing that the remote has not.
    let told = run(&[remote, ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main")]);
    told.notes(&["the outgoing commit stands out", &id[..10]]);
    run(&[
        remote,
        ("PRE_COMMIT_FROM_REF", &id),
        ("PRE_COMMIT_TO_REF", &id),
    ])
    .silent();
}
