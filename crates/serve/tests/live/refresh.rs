//! How reports are kept up to date.

use crate::harness::{Server, Stub, one_commit, until};
use risk_testkit::TestRepo;
use std::time::Duration;

#[test]
fn a_commit_that_arrives_is_in_the_next_report() {
    let stub = Stub::new();
    let (server, repo) = Server::ready(&stub, &[]);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(
        stub.n_calls("report"),
        1,
        "nothing came, so nothing is made"
    );
    repo.write("a.c", "int b;\n").commit("two");
    until("the commit is in the report", || {
        server.gist()["tip"] == repo.head()
    });
    assert_eq!(stub.n_calls("report"), 2);
    // So is what people say, and what is configured.
    std::fs::create_dir_all(repo.path().join(".git/risk")).unwrap();
    std::fs::write(repo.path().join(".git/risk/labels"), "x").unwrap();
    until("a report has the label", || stub.n_calls("report") == 3);
    repo.git(&["config", "risk.warnAbove", "p99"]);
    until("a report has the setting", || stub.n_calls("report") == 4);
    until("it is told in a line each", || {
        server.log().matches("repo: made in").count() == 4
    });
}

#[test]
fn a_failure_is_told_and_the_last_report_stays() {
    let stub = Stub::new();
    let (server, repo) = Server::ready(&stub, &[]);
    let first = server.get("/api/v1/repositories/repo/report").ok();
    for what in ["report.fails", "report.garbles", "report.crashes"] {
        stub.begin(what);
        repo.write("a.c", what).commit(what);
        until("it failed", || {
            server.gist()["state"] == "failed" && server.gist()["error"].is_string()
        });
        let error = server.gist()["error"].as_str().unwrap().to_owned();
        assert!(
            !error.contains("/tmp") && !error.contains("/etc"),
            "{error}"
        );
        assert_eq!(server.get("/readyz").status, 200);
        let kept = server.get("/api/v1/repositories/repo/report").ok();
        assert_eq!(kept["repository"]["tip"], first["repository"]["tip"]);
        stub.end(what);
        // It is tried again though nothing else came.
        until("it works again", || server.gist()["state"] == "ready");
        repo.git(&[
            "reset",
            "-q",
            "--hard",
            first["repository"]["tip"].as_str().unwrap(),
        ]);
        until("it is as before", || {
            server.gist()["tip"] == first["repository"]["tip"]
        });
    }
    assert!(
        server.log().contains("see /etc/secret/place"),
        "the log has paths"
    );
}

#[test]
fn a_report_that_takes_too_long_is_given_up() {
    let stub = Stub::new();
    stub.begin("report.hangs");
    let repo = one_commit();
    let server = Server::start(&stub, &[repo.path()], &["--time-limit", "2"]);
    until("it is given up", || server.gist()["state"] == "failed");
    until("the child has ended", || stub.hanging().is_none());
    let message = server.get("/api/v1/repositories/repo/report").refused(502);
    assert!(message.contains("2 seconds"), "{message}");
    server
        .get("/api/v1/repositories/repo/score/HEAD")
        .refused(502);
    assert_eq!(server.get("/readyz").status, 503);
    stub.end("report.hangs");
    server.wait_ready();
}

#[test]
fn one_repository_does_not_hold_up_another() {
    let stub = Stub::new();
    let (empty, good, gone) = (TestRepo::new(), one_commit(), one_commit());
    let repos = [empty.path(), good.path(), gone.path()];
    let server = Server::start(&stub, &repos, &[]);
    let states = || {
        let list = server.get("/api/v1/repositories").ok();
        let all = list["repositories"].as_array().unwrap().clone();
        all.iter()
            .map(|one| one["state"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    until("two are ready", || states() == ["failed", "ready", "ready"]);
    std::fs::rename(gone.path(), gone.path().with_extension("away")).unwrap();
    until("it is missed", || states() == ["failed", "ready", "failed"]);
    std::fs::rename(gone.path().with_extension("away"), gone.path()).unwrap();
    until("it is back", || states() == ["failed", "ready", "ready"]);
    empty.write("a.c", "int a;\n").commit("one");
    until("it has a commit", || {
        states() == ["ready", "ready", "ready"]
    });
}

#[test]
fn the_server_ends_with_what_it_started() {
    for signal in ["-INT", "-TERM"] {
        let stub = Stub::new();
        stub.begin("report.hangs");
        let repo = one_commit();
        let mut server = Server::start(&stub, &[repo.path()], &[]);
        until("the child hangs", || stub.hanging().is_some());
        // Whoever is connected and silent is no reason to go on.
        let _silent = server.connect();
        assert_eq!(server.end(signal), Some(0));
        until("the child has ended", || stub.hanging().is_none());
    }
}
