//! What a command costs, measured from outside: the same way for git and for us.
//!
//! [`Cost::of`] runs a command and waits for it alone, so it is called in a process of its own for each
//! command ([`measured`]): processor time and peak memory are what the system accounts to the children of
//! that process, and there is only one.

mod machine;
mod own;
mod pydriller;
mod table;

pub use machine::machine;
pub use own::{Own, run};
pub use pydriller::{USES, pydriller};
pub use table::Table;

use nix::sys::resource::{UsageWho, getrusage};
use std::ffi::{OsStr, OsString};
use std::io;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How often the memory of a command is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// What one run cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Seconds of processor time in the program and in the system.
    pub cpu: f64,
    /// Seconds from start to end.
    pub wall: f64,
    /// Most memory resident at once, mapped files included, in bytes; as the system accounts it.
    pub resident: u64,
    /// Most memory resident at once that is no file, in bytes; looked at every 5 ms, so that short peaks can be
    /// missed. 0 where the system does not tell.
    pub anonymous: u64,
}

impl Cost {
    /// Runs a command, without its output, and waits for it. Call it once in a process.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or fails.
    #[expect(clippy::disallowed_methods, reason = "it is a stop watch")]
    pub fn of(command: &mut Command) -> io::Result<Self> {
        let began = Instant::now();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let status = format!("/proc/{}/status", child.id());
        let anonymous = AtomicU64::new(0);
        let ended = std::thread::scope(|scope| {
            let (done, looks) = channel::<()>();
            let anonymous = &anonymous;
            scope.spawn(move || {
                while looks.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                    let text = std::fs::read_to_string(&status).unwrap_or_default();
                    anonymous.fetch_max(kilobytes(&text, "RssAnon:") << 10, Ordering::Relaxed);
                }
            });
            let ended = child.wait();
            drop(done);
            ended
        })?;
        let wall = began.elapsed().as_secs_f64();
        if !ended.success() {
            return Err(io::Error::other(format!("{command:?} failed ({ended})")));
        }
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(io::Error::from)?;
        let seconds =
            |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
        // Linux counts in kilobytes, macOS in bytes.
        let unit = if cfg!(target_os = "macos") {
            1
        } else {
            1 << 10
        };
        Ok(Self {
            cpu: seconds(usage.user_time()) + seconds(usage.system_time()),
            wall,
            resident: usage.max_rss().max(0) as u64 * unit,
            anonymous: anonymous.into_inner(),
        })
    }

    /// As one line, for the process that asked.
    pub fn to_line(self) -> String {
        let Self {
            cpu,
            wall,
            resident,
            anonymous,
        } = self;
        format!("{cpu} {wall} {resident} {anonymous}")
    }

    /// From the line of [`to_line`](Self::to_line).
    pub fn from_line(line: &str) -> Option<Self> {
        let mut parts = line.split_whitespace();
        let mut cost = Self {
            cpu: parts.next()?.parse().ok()?,
            wall: parts.next()?.parse().ok()?,
            ..Self::default()
        };
        cost.resident = parts.next()?.parse().ok()?;
        cost.anonymous = parts.next()?.parse().ok()?;
        Some(cost)
    }

    /// The part of the time in which only one of `threads` threads had work, if in the rest all had: an
    /// estimate, which takes waiting for the disk or for other processes for serial work.
    pub fn serial_share(self, threads: usize) -> Option<f64> {
        let threads = threads as f64;
        (threads > 1.0).then(|| {
            let idle = (self.wall * threads - self.cpu) / (threads - 1.0);
            (idle / self.wall).clamp(0.0, 1.0)
        })
    }
}

fn kilobytes(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Runs a command in a process that measures it: this program, told so by its hidden command `measured`.
///
/// # Errors
///
/// If it fails, with what it wrote on standard error.
pub fn measured(program: &OsStr, args: &[OsString]) -> io::Result<Cost> {
    let own = std::env::current_exe()?;
    let mut command = Command::new(own);
    command.arg("measured").arg("--").arg(program).args(args);
    let output = command.output()?;
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed = || io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned());
    Cost::from_line(&line).ok_or_else(failed)
}

/// The middle of some numbers; of two middle ones their mean.
///
/// # Panics
///
/// If there are none.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    } else {
        sorted[middle]
    }
}

#[cfg(test)]
mod tests {
    use super::{Cost, kilobytes, median};

    #[test]
    fn a_line_is_read_back() {
        let cost = Cost {
            cpu: 1.25,
            wall: 0.75,
            resident: 1 << 20,
            anonymous: 4_096,
        };
        assert_eq!(Cost::from_line(&cost.to_line()), Some(cost));
        assert_eq!(Cost::from_line("1 2 3"), None);
        assert_eq!(
            kilobytes("VmHWM:\t 7 kB\nRssAnon:\t  12 kB\n", "RssAnon:"),
            12
        );
    }

    #[test]
    fn all_threads_at_work_is_no_serial_share_and_one_is_all() {
        let cost = |cpu| Cost {
            cpu,
            wall: 2.0,
            ..Cost::default()
        };
        assert_eq!(cost(4.0).serial_share(2), Some(0.0));
        assert_eq!(cost(2.0).serial_share(2), Some(1.0));
        assert_eq!(cost(3.0).serial_share(2), Some(0.5));
        assert_eq!(cost(2.0).serial_share(1), None);
    }

    #[test]
    fn the_middle_is_found() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
