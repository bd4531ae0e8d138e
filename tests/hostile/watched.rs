//! A process that is watched while it runs: how long it takes, how much memory it holds at its peak, and how it ends.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often it is looked at. What it takes only between the last look and its end is not seen.
const EVERY: Duration = Duration::from_millis(2);

/// How a process ended, and what it cost.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
    pub(crate) took: Duration,
    /// Memory that was resident at once, with files that were mapped, in KiB.
    pub(crate) peak_kib: u64,
}

/// Runs a command to its end with `stdin` as its input; one that takes longer than `longest` is killed, and fails the test.
#[track_caller]
pub(crate) fn watched(mut command: Command, stdin: &[u8], longest: Duration) -> Ended {
    // Files, so that nobody waits for us to read.
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::write(file("in"), stdin).unwrap();
    command.stdin(File::open(file("in")).unwrap());
    command.stdout(Stdio::from(File::create(file("out")).unwrap()));
    command.stderr(Stdio::from(File::create(file("err")).unwrap()));
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = peak_kib.max(peak(&child));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > longest {
            child.kill().unwrap();
            child.wait().unwrap();
            let err = fs::read(file("err")).unwrap();
            let err = String::from_utf8_lossy(&err).into_owned();
            panic!("{command:?} takes longer than {longest:?}, at {peak_kib} KiB: {err}");
        }
        std::thread::sleep(EVERY);
    };
    Ended {
        code: status.code(),
        signal: status.signal(),
        took: begun.elapsed(),
        out: fs::read(file("out")).unwrap(),
        err: String::from_utf8(fs::read(file("err")).unwrap()).unwrap(),
        peak_kib,
    }
}

/// The most memory that was resident so far; nothing is known of a process that has ended.
fn peak(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let digits = line.and_then(|rest| rest.split_whitespace().next());
    digits.and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// Tells a line of figures.
pub(crate) fn tell(line: &str) {
    // Whole lines, as tests run at once.
    let _ = writeln!(std::io::stderr(), "{line}");
}
