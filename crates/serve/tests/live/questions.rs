//! What is asked about single commits.

use crate::harness::{Server, Stub, until, watch};
use std::time::Duration;

fn score(revision: &str) -> String {
    format!("/api/v1/repositories/repo/score/{revision}")
}

#[test]
fn a_commit_is_asked_about_once() {
    let stub = Stub::new();
    let (server, repo) = Server::ready(&stub, &[]);
    let id = repo.head();
    repo.git(&["branch", "topic/x", &id]);
    for name in [
        "HEAD",
        "main",
        "topic/x",
        "topic%2Fx",
        &id,
        &id[..10],
        "HEAD~0",
    ] {
        let answer = server.get(&score(name)).ok();
        assert_eq!(answer["scores"][0]["commit"], id, "{name}");
    }
    assert_eq!(stub.n_calls("score"), 1);
    let explained = server.get("/api/v1/repositories/repo/explain/HEAD").ok();
    assert_eq!(explained["commit"], id);
    assert_eq!(stub.n_calls("explain"), 1);
    // What comes later may change what is known of it.
    repo.write("a.c", "int b;\n").commit("two");
    server.get(&score(&id)).ok();
    assert_eq!(stub.n_calls("score"), 2);
}

#[test]
fn nothing_but_the_name_of_a_commit_is_asked_about() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    for revision in [
        "-h",
        "--help",
        "-",
        "--repo=/etc",
        "a%00b",
        "a%0ab",
        "a%20b",
        "HEAD..main",
        "HEAD%5E%7B/x%7D",
        ":/one",
        "HEAD:a.c",
        "main%40%7B1%7D",
        &"a".repeat(201),
    ] {
        server.get(&score(revision)).refused(400);
    }
    for revision in [
        "none",
        "0123456789",
        "main~7",
        "x;touch%24IFSy",
        "../../../etc/passwd",
        "%ff",
    ] {
        assert!(
            [400, 404].contains(&server.get(&score(revision)).status),
            "{revision}"
        );
    }
    server
        .get("/api/v1/repositories/none/score/HEAD")
        .refused(404);
    server
        .get("/api/v1/repositories/repo/train/HEAD")
        .refused(404);
    assert_eq!(stub.n_calls("score"), 0);
}

#[test]
fn what_has_no_answer_is_told_without_paths() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &["--time-limit", "2"]);
    stub.begin("score.fails");
    let message = server.get(&score("HEAD")).refused(422);
    assert_eq!(message, "repo/x is bad, see …");
    stub.end("score.fails").begin("score.garbles");
    server.get(&score("HEAD")).refused(502);
    stub.end("score.garbles").begin("score.crashes");
    server.get(&score("HEAD")).refused(502);
    stub.end("score.crashes").begin("score.hangs");
    let begun = watch();
    server.get(&score("HEAD")).refused(504);
    assert!(begun.elapsed() < Duration::from_secs(10));
    until("the child has ended", || stub.hanging().is_none());
    // None of this is remembered.
    stub.end("score.hangs").begin("score.floods");
    server.get(&score("HEAD")).ok();
}

#[test]
fn a_crowd_is_sent_away() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &["--time-limit", "4"]);
    stub.begin("score.hangs");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..30)
            .map(|_| scope.spawn(|| server.get(&score("HEAD"))))
            .collect();
        // Reports are sent all the same.
        let report = server.get("/api/v1/repositories/repo/report");
        assert_eq!(report.status, 200);
        stub.end("score.hangs");
        asked
            .into_iter()
            .map(|asked| asked.join().unwrap().status)
            .collect()
    });
    let sent_away = statuses.iter().filter(|status| **status == 503).count();
    assert!(sent_away >= 10, "{statuses:?}");
    assert!(stub.n_calls("score") <= 17, "{statuses:?}");
}

#[test]
fn whoever_goes_away_ends_what_was_begun() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    stub.begin("score.hangs");
    let mut stream = server.connect();
    std::io::Write::write_all(
        &mut stream,
        format!("GET {} HTTP/1.1\r\nhost: localhost\r\n\r\n", score("HEAD")).as_bytes(),
    )
    .unwrap();
    until("the child hangs", || stub.hanging().is_some());
    drop(stream);
    until("the child has ended", || stub.hanging().is_none());
}
