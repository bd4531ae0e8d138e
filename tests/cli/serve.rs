//! `git risk serve` gives its place to `git-risk-serve`.

use crate::harness::{Said, said};
use risk_testkit::hermetic;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;

const WRITABLE: &str = "because the temporary folder is writable";

/// Runs a git-risk that lies alone in a folder, or beside a program that is called `git-risk-serve` and says with what it
/// was run.
fn serve(has_server: bool, args: &[&str]) -> Said {
    let folder = TempDir::with_prefix("risk-serve-").expect(WRITABLE);
    let own = folder.path().join("git-risk");
    fs::copy(env!("CARGO_BIN_EXE_git-risk"), &own).expect(WRITABLE);
    let server = folder.path().join("git-risk-serve");
    if has_server {
        fs::write(&server, "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 7\n").expect(WRITABLE);
        fs::set_permissions(&server, fs::Permissions::from_mode(0o755)).expect(WRITABLE);
    }
    let mut command = hermetic(&own, folder.path());
    command.env("PATH", "/nowhere").args(args);
    said(command)
}

#[test]
fn a_server_that_is_not_installed_is_told_how_to_get() {
    serve(false, &["serve"]).refused(&[
        "git-risk-serve could not be run",
        "cargo install --path crates/serve",
    ]);
}

#[test]
fn the_server_beside_it_gets_what_was_asked_for() {
    let said = serve(
        true,
        &["--quiet", "serve", "a b", "--port", "0", "--", "-c"],
    );
    // The place is given up: how the other program ends is how it ends.
    assert_eq!(said.code, Some(7));
    said.tells(&["--port=0", "--quiet", "--git-risk=/"]);
    assert!(said.out.ends_with("--\na b\n-c\n"), "{}", said.out);
}

#[test]
fn what_makes_no_sense_is_refused_before() {
    for args in [
        &["serve", "--port", "70000"][..],
        &["serve", "--listen", "somewhere"],
        &["serve", "--token", "x", "--no-token"],
        &["serve", "--every", "0"],
    ] {
        let said = serve(true, args);
        assert_eq!(said.code, Some(2), "{args:?}");
        assert_eq!(said.out, "", "{args:?}");
    }
}
