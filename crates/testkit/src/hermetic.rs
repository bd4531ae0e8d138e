//! Commands that see nothing of the machine they run on.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Prepares a command with a cleared environment, to run in `dir`.
///
/// Only `PATH` is handed on. No system or user configuration of git is read, every repository counts as
/// safe, text is in English and UTF-8, times are in UTC, and nothing may ask questions on a terminal.
/// Identities and dates are not set: a [`TestRepo`](crate::TestRepo) has identities in its configuration.
pub fn hermetic(program: impl AsRef<OsStr>, dir: impl AsRef<Path>) -> Command {
    let mut command = Command::new(found(program.as_ref()));
    command.current_dir(dir).env_clear();
    for kept in ["PATH", "SystemRoot", "TMPDIR", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_ATTR_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "safe.directory")
        .env("GIT_CONFIG_VALUE_0", "*")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_PAGER", "cat")
        .env("GIT_EDITOR", "true")
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        .stdin(Stdio::null());
    command
}

/// Where a program is by `PATH`; its name if it is nowhere, or says where it is itself.
///
/// With a name alone and an environment of its own a command is started by a copy of this process, which takes
/// long if this process is large.
fn found(program: &OsStr) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_name = Path::new(program).components().count() == 1;
    let mut places = std::env::split_paths(&path).filter(|_| is_name);
    let place = places.find(|place| place.join(program).is_file());
    place.map_or_else(|| program.into(), |place| place.join(program))
}

/// Runs a command with `stdin` as its input and gives back its output, whatever its exit status.
pub(crate) fn run(command: &mut Command, stdin: &[u8]) -> Output {
    if stdin.is_empty() {
        return command
            .stdin(Stdio::null())
            .output()
            .expect("because git is on PATH");
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("because git is on PATH");
    let mut pipe = child.stdin.take().expect("because it was asked for above");
    // A thread, so that a command that answers before it has read everything cannot block us.
    std::thread::scope(|scope| {
        // A command that stops reading early says why in its own exit status.
        scope.spawn(move || drop(pipe.write_all(stdin)));
        child
            .wait_with_output()
            .expect("because the child was started")
    })
}

/// Like [`run`], and panics with all that the command said unless it succeeds.
pub(crate) fn run_ok(command: &mut Command, stdin: &[u8]) -> Vec<u8> {
    let output = run(command, stdin);
    assert!(
        output.status.success(),
        "{command:?} failed ({})\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    output.stdout
}

/// What a command printed, as text without the last line end.
pub(crate) fn text(stdout: &[u8]) -> String {
    let text = String::from_utf8_lossy(stdout);
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}
