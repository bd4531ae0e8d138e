//! What is where, and in which form it is sent.

use crate::harness::{Reply, Server, Stub, one_commit, until};
use flate2::read::GzDecoder;
use std::io::Read;

const REPORT: &str = "/api/v1/repositories/repo/report";

#[test]
fn one_repository_is_shown_at_once() {
    let stub = Stub::new();
    let (server, repo) = Server::ready(&stub, &[]);
    let start = server.get("/");
    assert_eq!(start.status, 307);
    assert_eq!(start.header("location"), Some("./r/repo/"));
    let page = server.get("/r/repo/");
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.text().contains("repo"));
    let without_slash = server.get("/r/repo");
    assert_eq!(without_slash.status, 308);
    assert_eq!(without_slash.header("location"), Some("./repo/"));

    let report = server.get(REPORT).ok();
    assert_eq!(report["repository"]["tip"], repo.head());
    let gist = server.gist();
    assert_eq!(gist["name"], "repo");
    assert_eq!(gist["state"], "ready");
    assert_eq!(gist["tip"], repo.head());
    assert_eq!(gist["made_at"], 1_600_000_000);
    assert!(gist["error"].is_null());
    let status = server.get("/api/v1/repositories/repo/status").ok();
    assert_eq!(status["refreshing"], false);
    assert_eq!(status["bytes"], server.get(REPORT).body.len());
}

#[test]
fn of_several_one_chooses() {
    let stub = Stub::new();
    let (one, two) = (one_commit(), one_commit());
    let bare = two.bare_clone();
    let server = Server::start(&stub, &[one.path(), two.path(), bare.path()], &[]);
    server.wait_ready();
    assert_eq!(server.get("/").status, 200);
    let list = server.get("/api/v1/repositories").ok();
    let names = list["repositories"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 3);
    assert_eq!(names[..2], ["repo", "repo-2"]);
    for name in names {
        let path = format!("/api/v1/repositories/{name}/report");
        assert_eq!(server.get(&path).status, 200, "{path}");
        assert_eq!(server.get(&format!("/r/{name}/")).status, 200, "{name}");
    }
    let none = server.get("/api/v1/repositories/repo-9/report");
    none.refused(404);
    server.get("/r/repo-9/").refused(404);
    server.get("/nothing").refused(404);
}

#[test]
fn a_folder_with_an_odd_name_is_served_under_a_plain_one() {
    let stub = Stub::new();
    let repo = one_commit();
    let odd = repo.path().with_file_name("a <b>&\"'?#%2f\n$(x) ü");
    std::fs::rename(repo.path(), &odd).unwrap();
    let server = Server::start(&stub, &[&odd], &[]);
    server.wait_ready();
    let name = server.gist()["name"].as_str().unwrap().to_owned();
    assert_eq!(name, "a--b-------2f---x--ü");
    let start = server.get("/").header("location").unwrap().to_owned();
    assert_eq!(start, "./r/a--b-------2f---x--%C3%BC/");
    let page = server.get(&start[1..]);
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("<b>&"));
}

#[test]
fn what_is_known_is_not_sent_again() {
    let stub = Stub::new();
    let (server, repo) = Server::ready(&stub, &[]);
    for path in [
        REPORT,
        "/r/repo/",
        "/openapi.json",
        "/api/v1/repositories",
        "/api/v1/repositories/repo/score/HEAD",
    ] {
        let first = server.get(path);
        assert_eq!(first.status, 200, "{path}");
        let tag = first.header("etag").unwrap();
        let known = format!("if-none-match: \"x\", W/{tag}");
        let again = server.ask("GET", path, &[&known]);
        assert_eq!(again.status, 304, "{path}");
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), Some(tag));
        // A browser takes these over for what it has.
        for name in ["content-security-policy", "cache-control", "vary"] {
            assert_eq!(again.header(name), first.header(name), "{path}: {name}");
        }
        assert!(
            again
                .header("content-length")
                .is_none_or(|length| length == "0")
        );
    }
    let tag = server.get(REPORT).header("etag").unwrap().to_owned();
    repo.write("a.c", "int b;\n").commit("two");
    let known = format!("if-none-match: {tag}");
    until("the commit is in the report", || {
        server.ask("GET", REPORT, &[&known]).status == 200
    });
}

#[test]
fn it_is_packed_for_those_who_take_it() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    for path in [REPORT, "/r/repo/"] {
        let plain = server.get(path);
        let packed = server.ask("GET", path, &["accept-encoding: br, gzip"]);
        assert_eq!(plain.header("content-encoding"), None);
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        assert_eq!(packed.header("vary"), Some("accept-encoding"));
        assert!(packed.body.len() < plain.body.len() / 2);
        assert_ne!(packed.header("etag"), plain.header("etag"));
        let mut unpacked = Vec::new();
        GzDecoder::new(&packed.body[..])
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, plain.body);
        let refused = server.ask("GET", path, &["accept-encoding: gzip;q=0"]);
        assert_eq!(refused.header("content-encoding"), None);
    }
}

#[test]
fn a_head_is_that_of_the_whole_answer() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    for path in ["/", "/r/repo/", REPORT, "/healthz", "/nothing"] {
        let (whole, head) = (server.get(path), server.ask("HEAD", path, &[]));
        assert_eq!(head.status, whole.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        for name in ["content-type", "etag", "location"] {
            assert_eq!(head.header(name), whole.header(name), "{path}: {name}");
        }
        // Of nothing at all it need not be told how long it is.
        let length = |reply: &Reply| reply.header("content-length").unwrap_or("0").to_owned();
        assert_eq!(length(&head), length(&whole), "{path}");
    }
}

#[test]
fn services_can_be_watched() {
    let stub = Stub::new();
    stub.begin("report.hangs");
    let repo = one_commit();
    let server = Server::start(&stub, &[repo.path()], &[]);
    assert_eq!(server.get("/healthz").ok()["status"], "ok");
    let loading = server.get("/readyz");
    assert_eq!(loading.status, 503);
    assert_eq!(loading.json()["ready"], 0);
    for path in [REPORT, "/api/v1/repositories/repo/score/HEAD"] {
        let not_yet = server.get(path);
        not_yet.refused(503);
        assert!(not_yet.header("retry-after").is_some(), "{path}");
    }
    assert_eq!(server.gist()["state"], "loading");
    assert_eq!(server.get("/r/repo/").status, 200);
}
