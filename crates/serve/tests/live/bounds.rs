//! What a client can cost.

use crate::harness::{Reply, Server, Stub, watch};
use std::io::{Read, Write};
use std::net::Shutdown;
use std::thread::sleep;
use std::time::Duration;

const REPORT: &str = "/api/v1/repositories/repo/report";

#[test]
fn long_addresses_and_heads_and_bodies_are_refused() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    server.get(&format!("/{}", "a".repeat(2100))).refused(414);
    server
        .get(&format!("{REPORT}?{}", "a".repeat(2100)))
        .refused(414);
    let long = format!("x: {}", "a".repeat(20_000));
    assert_eq!(server.ask("GET", REPORT, &[&long]).status, 431);
    let many: Vec<String> = (0..100).map(|n| format!("x-{n}: 1")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(server.ask("GET", REPORT, &many).status, 431);
    server
        .ask("GET", REPORT, &["content-length: 5"])
        .refused(413);
    server
        .ask("GET", REPORT, &["transfer-encoding: chunked"])
        .refused(413);
    assert_eq!(
        server.ask("GET", REPORT, &["content-length: 0"]).status,
        200
    );
}

#[test]
fn what_is_no_http_does_no_harm() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n\r\n\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"",
    ] {
        let mut stream = server.connect();
        stream.write_all(bytes).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(!answer.contains(" 200 "), "{bytes:?}: {answer}");
    }
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn several_requests_share_a_connection() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    let one = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", server.address);
    let last = one.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    let answers = server.raw([one.as_str(), &one, &last].concat().as_bytes());
    let answers = String::from_utf8(answers).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 3, "{answers}");
}

#[test]
fn whoever_sends_slowly_is_let_go() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    let begun = watch();
    let mut slow: Vec<_> = (0..40).map(|_| server.connect()).collect();
    // The last one says nothing after a whole request.
    let mut idle = slow.pop().unwrap();
    write!(idle, "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    for stream in &mut slow {
        stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    }
    let mut n = 0;
    while begun.elapsed() < Duration::from_secs(12) {
        for stream in &mut slow {
            let _ = stream.write_all(format!("x-{n}: 1\r\n").as_bytes());
        }
        n += 1;
        // Others are answered at once meanwhile.
        let asked = watch();
        assert_eq!(server.get(REPORT).status, 200);
        assert!(asked.elapsed() < Duration::from_secs(2));
        sleep(Duration::from_millis(500));
    }
    for mut stream in slow.into_iter().chain([idle]) {
        // Either an end or a reset, and not the time limit of this test.
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        assert!(begun.elapsed() < Duration::from_secs(25));
    }
}

#[test]
fn more_connections_than_there_is_room_for_wait() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    let mut silent: Vec<_> = (0..300).map(|_| server.connect()).collect();
    for stream in &mut silent {
        stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    }
    // Those that say nothing are let go, and then it is our turn.
    let begun = watch();
    assert_eq!(server.get(REPORT).status, 200);
    assert!(begun.elapsed() < Duration::from_secs(25));
}

#[test]
fn many_are_answered_at_once() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    let expected = server.get(REPORT).body;
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let answer = server.get(REPORT);
                    assert_eq!(answer.status, 200);
                    assert_eq!(answer.body, expected);
                }
            });
        }
    });
}

#[test]
fn whoever_reads_slowly_holds_nothing_up() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    let request = format!("GET /r/repo/ HTTP/1.1\r\nhost: {}\r\n\r\n", server.address);
    let mut lazy: Vec<_> = (0..30).map(|_| server.connect()).collect();
    for stream in &mut lazy {
        // More than what the system takes up for them.
        let many = request.repeat(40);
        let _ = stream.write_all(many.as_bytes());
    }
    let answer = server.get(REPORT);
    assert_eq!(answer.status, 200);
    // What was begun for them ends, and not with all that they asked for.
    let begun = watch();
    sleep(Duration::from_secs(22));
    let mut stream = lazy.pop().unwrap();
    let mut got = Vec::new();
    let _ = stream.read_to_end(&mut got);
    assert!(begun.elapsed() < Duration::from_secs(35));
    let page = Reply::read(&got).body.len();
    assert!(page < 40 * server.get("/r/repo/").body.len());
}
