//! What a push sends, compared with what git lists.

use risk_change::ChangeId;
use risk_history::{Outgoing, Repository, Update, fingerprint};
use risk_testkit::{TestRepo, random_history};
use std::collections::BTreeSet;

fn id(repo: &TestRepo, rev: &str) -> ChangeId {
    ChangeId::from_hex(&repo.id(rev)).expect("because git prints ids")
}

fn sent(repo: &TestRepo, updates: &[(&str, Option<&str>)], remote: Option<&str>) -> Outgoing {
    let updates: Vec<Update> = updates
        .iter()
        .map(|(local, there)| Update {
            local: id(repo, local),
            remote: there.map(|rev| id(repo, rev)),
        })
        .collect();
    let repository = Repository::discover(repo.path()).expect("because it was just made");
    let sent = repository.outgoing(&updates, remote, 1_000);
    sent.expect("because all of it is there")
}

#[track_caller]
fn are(outgoing: &Outgoing, repo: &TestRepo, listed: &[&str]) {
    let listed = repo.git(&[&["rev-list"], listed].concat());
    let listed: BTreeSet<_> = listed.lines().map(str::to_owned).collect();
    let ids: BTreeSet<_> = outgoing.commits.iter().map(ChangeId::to_hex).collect();
    assert_eq!(ids.len(), outgoing.commits.len(), "one is listed twice");
    assert_eq!(ids, listed);
}

#[test]
fn git_lists_the_same_commits() {
    for seed in 0..6 {
        let repo = random_history(seed, 60);
        repo.git(&["update-ref", "refs/remotes/origin/deep/one", "HEAD~9"]);
        repo.git(&["update-ref", "refs/remotes/fork/main", "HEAD~3"]);
        for remote in ["origin", "fork"] {
            repo.git(&["remote", "add", remote, "nowhere"]);
        }
        repo.annotated_tag("v1", "HEAD~1").annotated_tag("v2", "v1");
        let origin = sent(&repo, &[("HEAD", None)], Some("origin"));
        are(&origin, &repo, &["HEAD", "--not", "--remotes=origin"]);
        let both = sent(
            &repo,
            &[("HEAD~1", Some("HEAD~2")), ("v2", None)],
            Some("origin"),
        );
        are(
            &both,
            &repo,
            &["HEAD~1", "^HEAD~2", "--not", "--remotes=origin"],
        );
        assert_eq!(both.tips, [id(&repo, "HEAD~1")]);
        assert_eq!(both.base, Some(id(&repo, "HEAD~2")));
        // Of a remote that was never fetched, and of one that has no name, it is not known what it has.
        repo.git(&["remote", "add", "new", "nowhere"]);
        for remote in [Some("new"), Some("https://example.org/x"), None] {
            are(
                &sent(&repo, &[("HEAD", None)], remote),
                &repo,
                &["HEAD", "--not", "--remotes"],
            );
        }
    }
}

#[test]
fn what_is_no_commit_sends_none_and_what_is_missing_is_told() {
    let repo = TestRepo::new();
    repo.write("a.rs", "fn a() {}\n").commit("Add a");
    repo.annotated_tag("blob", "HEAD:a.rs");
    let sent = sent(&repo, &[("blob", None), ("HEAD^{tree}", None)], None);
    assert_eq!(sent, Outgoing::default());
    let repository = Repository::discover(repo.path()).unwrap();
    for digits in [40, 64] {
        let update = |local, remote| {
            let updates = [Update { local, remote }];
            repository.outgoing(&updates, None, 10)
        };
        let nowhere = ChangeId::from_hex(&"a".repeat(digits)).unwrap();
        assert!(update(nowhere, None).is_err());
        // The other side may have what is not here.
        let found = update(id(&repo, "HEAD"), Some(nowhere)).unwrap();
        assert_eq!((found.commits.len(), found.base), (1, None));
    }
}

#[test]
fn no_more_are_listed_than_asked_for() {
    let repo = random_history(7, 40);
    let repository = Repository::discover(repo.path()).unwrap();
    let all = [Update {
        local: id(&repo, "HEAD"),
        remote: None,
    }];
    let cut = repository.outgoing(&all, None, 5).unwrap();
    assert!(cut.is_cut && cut.commits.len() == 5);
}

#[test]
fn a_fingerprint_stays_when_a_commit_is_rebased_and_changes_with_its_content() {
    let repo = TestRepo::new();
    repo.write("a.rs", "fn a() {}\n").commit("Add a");
    repo.branch("topic");
    repo.write("b.rs", "fn b() {}\n").commit("Add b");
    repo.switch("topic");
    repo.write("a.rs", "fn a() {\n    b();\n}\n")
        .commit("Change a");
    let repository = Repository::discover(repo.path()).unwrap();
    let of = |rev: &str| fingerprint(&repository.change(&id(&repo, rev)).unwrap());
    let before = of("topic");
    repo.git(&["rebase", "-q", "main"]);
    repo.git(&["commit", "-q", "--amend", "-m", "Change a for b"]);
    assert_eq!(of("topic"), before);
    repo.write("a.rs", "fn a() {\n    b();\n    b();\n}\n");
    repo.git(&["commit", "-q", "-a", "--amend", "-m", "Change a"]);
    assert_ne!(of("topic"), before);
    assert_ne!(of("main"), of("main~1"));
}
