//! How it starts, and why it may not.

use crate::harness::{Server, Stub, command, one_commit};
use std::path::Path;

/// What it says when it does not start.
#[track_caller]
fn refused(stub: &Stub, repos: &[&Path], args: &[&str], words: &[&str]) {
    let output = command(stub, repos, args).output();
    let output = output.expect("because the server was built for this test");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
    assert!(output.stdout.is_empty(), "{args:?}");
    for word in words {
        assert!(said.contains(word), "{word:?} is not in {said}");
    }
}

#[test]
fn what_cannot_be_served_is_refused_with_a_hint() {
    let stub = Stub::new();
    let repo = one_commit();
    let repo = [repo.path()];
    refused(
        &stub,
        &[Path::new("/")],
        &[],
        &["no git repository", "hint:"],
    );
    refused(
        &stub,
        &repo,
        &["--listen", "0.0.0.0"],
        &["token", "--no-token"],
    );
    refused(
        &stub,
        &repo,
        &["--listen", "127.0.0.1", "--listen", "::"],
        &["token"],
    );
    refused(
        &stub,
        &repo,
        &["--token", "short"],
        &["at least 16", "urandom"],
    );
    refused(
        &stub,
        &repo,
        &["--token", "with a space in it"],
        &["at least 16"],
    );
    refused(
        &stub,
        &repo,
        &["--token-file", "/none"],
        &["cannot be read", "urandom"],
    );
    refused(
        &stub,
        &repo,
        &["--host", "http://x/"],
        &["not the name of a host"],
    );
    refused(
        &stub,
        &repo,
        &["--listen", "192.0.2.1", "--no-token"],
        &["cannot listen"],
    );
    refused(&stub, &repo, &["--every", "0"], &["--every"]);
}

#[test]
fn a_port_that_is_taken_is_told() {
    let stub = Stub::new();
    let (server, repo) = Server::ready(&stub, &[]);
    let port = server.address.port().to_string();
    let taken = command(&stub, &[repo.path()], &[]);
    let mut other = risk_testkit::hermetic(taken.get_program(), "/");
    other.arg("--git-risk").arg(stub.program());
    let output = other.args(["--port", &port]).arg(repo.path()).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--port 0"), "{said}");
}

#[test]
fn without_a_git_risk_it_says_what_to_do() {
    let repo = one_commit();
    let mut server = risk_testkit::hermetic(env!("CARGO_BIN_EXE_git-risk-serve"), "/");
    let output = server
        .args(["--git-risk", "/none"])
        .arg(repo.path())
        .output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("no git-risk") && said.contains("hint:"),
        "{said}"
    );
}

#[test]
fn it_listens_on_loopback_alone() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    assert!(server.address.ip().is_loopback());
    // Both ways to say localhost lead to it, where there are both.
    let v6 = std::net::SocketAddr::new(std::net::Ipv6Addr::LOCALHOST.into(), server.address.port());
    if std::net::TcpListener::bind("[::1]:0").is_ok() {
        assert!(std::net::TcpStream::connect(v6).is_ok());
    }
}

#[test]
fn with_quiet_it_tells_nothing_but_the_address() {
    let stub = Stub::new();
    let (mut server, _repo) = Server::ready(&stub, &["--quiet"]);
    assert_eq!(server.end("-TERM"), Some(0));
    assert_eq!(server.log(), "");
}
