//! Who gets nothing: pages of others, and those who do not know the token.

use crate::harness::{Server, Stub};

const LIST: &str = "/api/v1/repositories";

#[test]
fn nothing_can_be_changed() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"] {
        let answer = server.ask(method, LIST, &[]);
        answer.refused(405);
        assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{method}");
    }
}

#[test]
fn every_answer_keeps_other_pages_out() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    for path in [
        "/",
        "/r/repo/",
        LIST,
        "/healthz",
        "/readyz",
        "/openapi.json",
        "/nothing",
        "/api/v1/repositories/repo/report",
        "/api/v1/repositories/repo/score/-x",
    ] {
        let answer = server.ask("GET", path, &["origin: http://evil.test"]);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(
            ["private, no-cache", "no-store"].contains(&answer.header("cache-control").unwrap())
        );
        assert!(
            !answer
                .head
                .iter()
                .any(|(name, _)| name.starts_with("access-control"))
        );
        assert_eq!(answer.header("server"), None);
    }
}

#[test]
fn a_name_that_leads_here_is_not_enough() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &["--host", "risk.test"]);
    let port = server.address.port();
    for host in [
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        "risk.test".to_owned(),
    ] {
        let answer = server.ask("GET", LIST, &[&format!("host: {host}")]);
        assert_eq!(answer.status, 200, "{host}");
    }
    for path in [LIST, "/", "/healthz"] {
        for host in [
            format!("evil.test:{port}"),
            "localhost.evil.test".to_owned(),
            "192.168.0.1".to_owned(),
            "x@localhost".to_owned(),
            String::new(),
        ] {
            let answer = server.ask("GET", path, &[&format!("host: {host}")]);
            answer.refused(421);
        }
    }
    let two = server.ask("GET", LIST, &["host: localhost", "host: evil.test"]);
    assert!(two.status >= 400, "{two:?}");
    let none = server.raw(format!("GET {LIST} HTTP/1.0\r\n\r\n").as_bytes());
    assert!(!String::from_utf8_lossy(&none).contains("200 OK"));
}

#[test]
fn a_page_of_others_cannot_make_it_work() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    let score = "/api/v1/repositories/repo/score/HEAD";
    for site in ["cross-site", "same-site"] {
        let line = format!("sec-fetch-site: {site}");
        server
            .ask("GET", score, &[&line, "sec-fetch-mode: no-cors"])
            .refused(403);
        server.ask("GET", LIST, &[&line]).refused(403);
        // A link to the page is followed.
        let followed = server.ask("GET", "/r/repo/", &[&line, "sec-fetch-mode: navigate"]);
        assert_eq!(followed.status, 200);
    }
    assert_eq!(stub.n_calls("score"), 0);
    let own = server.ask("GET", score, &["sec-fetch-site: same-origin"]);
    assert_eq!(own.status, 200);
}

#[test]
fn with_a_token_only_those_who_know_it_get_anything() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &["--token", "0123456789+abcdef"]);
    for path in [LIST, "/", "/r/repo/", "/openapi.json", "/nothing"] {
        let refused = server.get(path);
        refused.refused(401);
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
        let wrong = server.ask("GET", path, &["authorization: Bearer 0123456789+abcdeg"]);
        wrong.refused(401);
        server.get(&format!("{path}?token=wrong")).refused(401);
    }
    assert_eq!(server.get("/healthz").status, 200);
    let bearer = "authorization: Bearer 0123456789+abcdef";
    server.ask("GET", LIST, &[bearer]).ok();

    let signed_in = server.get("/r/repo/?a=b&token=0123456789%2Babcdef");
    assert_eq!(signed_in.status, 303);
    assert_eq!(signed_in.header("location"), Some("./?a=b"));
    let cookie = signed_in.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    assert!(!cookie.contains("0123456789+abcdef"));
    let cookie = format!("cookie: other=1; {}", cookie.split(';').next().unwrap());
    server.ask("GET", LIST, &[&cookie]).ok();
    assert_eq!(server.ask("GET", "/r/repo/", &[&cookie]).status, 200);
    let forged = format!("cookie: git-risk-{}=x", server.address.port());
    server.ask("GET", LIST, &[&forged]).refused(401);
    assert!(!server.log().contains("0123456789"));
}

#[test]
fn a_token_is_taken_from_a_file_or_the_environment() {
    let stub = Stub::new();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "of-a-file-0123456789\nmore\n").unwrap();
    let (server, repo) = Server::ready(&stub, &["--token-file", file.path().to_str().unwrap()]);
    server.get(LIST).refused(401);
    server
        .ask("GET", LIST, &["authorization: Bearer of-a-file-0123456789"])
        .ok();
    assert!(!server.log().contains("chmod"), "{}", server.log());
    let shared = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(file.path(), shared).unwrap();
    let (server, _repo) = Server::ready(&stub, &["--token-file", file.path().to_str().unwrap()]);
    assert!(server.log().contains("chmod 600"), "{}", server.log());

    // The stub refuses to run where it can see the token.
    let mut command = crate::harness::command(&stub, &[repo.path()], &[]);
    command.env("GIT_RISK_TOKEN", "of-the-environment");
    let server = Server::run(command);
    server.wait_ready();
    server.get(LIST).refused(401);
    server
        .ask("GET", LIST, &["authorization: Bearer of-the-environment"])
        .ok();
}
