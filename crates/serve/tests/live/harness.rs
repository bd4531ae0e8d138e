//! Starts the server and talks to it.

use risk_testkit::{TestRepo, hermetic};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Something that takes longer will not happen.
const PATIENCE: Duration = Duration::from_secs(30);

// What is taken for granted here.
const KILL: &str = "because every Unix has kill";
const LOG: &str = "because it was made when the server was started";
const LIMIT: &str = "because the time is not zero";
const HEAD: &str = "because an answer begins with a status";

/// Stands in for git-risk. What it does is steered by files beside it, and it notes each call.
const STUB: &str = r#"#!/bin/sh
here=$(dirname "$0")
command=$1
commit=$2
while [ $# -gt 0 ]; do
    if [ "$1" = --repo ]; then repo=$2; fi
    shift
done
echo "$command" >> "$here/calls"
if [ -n "$GIT_RISK_TOKEN$GIT_DIR" ]; then echo "git-risk: it knows too much" >&2; exit 2; fi
if [ -f "$here/$command.fails" ]; then
    echo "git-risk: $repo/.git/x is bad, see /etc/secret/place" >&2
    echo "  hint: none" >&2
    exit 2
fi
if [ -f "$here/$command.hangs" ]; then echo $$ > "$here/pid"; exec sleep 1000; fi
if [ -f "$here/$command.crashes" ]; then kill -9 $$; fi
if [ -f "$here/$command.garbles" ]; then echo '{"made_at": 1, <b>'; exit 0; fi
if [ -f "$here/$command.floods" ]; then yes complaint | head -c 3000000 >&2; fi
case $command in
report)
    tip=$(git -C "$repo" rev-parse HEAD) || exit 2
    padding=$(head -c 20000 /dev/zero | tr '\0' x)
    printf '{"schema_version":1,"tool":"stub","made_at":1600000000,"repository":{"name":"x","tip":"%s"},"x":"%s"}' "$tip" "$padding" ;;
score)
    printf '{"schema_version":1,"tool":"stub","model":{},"scores":[{"commit":"%s","probability":0.5}]}' "$commit" ;;
explain)
    printf '{"schema_version":1,"tool":"stub","model":{},"commit":"%s","score":null,"is_fix":false,"features":[]}' "$commit" ;;
esac
"#;

/// The stand-in for git-risk, in a folder of its own.
pub(crate) struct Stub {
    folder: TempDir,
}

impl Stub {
    pub(crate) fn new() -> Self {
        let folder =
            TempDir::with_prefix("risk-stub-").expect("because the temporary folder is writable");
        let program = folder.path().join("git-risk");
        fs::write(&program, STUB).expect("because the temporary folder is writable");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))
            .expect("because the temporary folder is writable");
        Self { folder }
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.folder.path().join("git-risk")
    }

    /// From now on a command does this, as in `report.fails`.
    pub(crate) fn begin(&self, what: &str) -> &Self {
        fs::write(self.folder.path().join(what), "")
            .expect("because the temporary folder is writable");
        self
    }

    pub(crate) fn end(&self, what: &str) -> &Self {
        fs::remove_file(self.folder.path().join(what)).expect("because it was begun");
        self
    }

    /// How often a command was run.
    pub(crate) fn n_calls(&self, command: &str) -> usize {
        let calls = fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default();
        calls.lines().filter(|call| *call == command).count()
    }

    /// The process that hangs, if it still does.
    pub(crate) fn hanging(&self) -> Option<String> {
        let pid = fs::read_to_string(self.folder.path().join("pid")).ok()?;
        let pid = pid.trim().to_owned();
        let asked = Command::new("kill")
            .args(["-0", &pid])
            .output()
            .expect(KILL);
        asked.status.success().then_some(pid)
    }
}

/// A server that runs, and ends with this.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    log: TempDir,
}

/// The server as it is started in tests.
pub(crate) fn command(stub: &Stub, repos: &[&Path], args: &[&str]) -> Command {
    let mut command = hermetic(env!("CARGO_BIN_EXE_git-risk-serve"), "/");
    command
        .args(["--port", "0", "--every", "1", "--git-risk"])
        .arg(stub.program())
        .args(args)
        .args(repos);
    command
}

impl Server {
    pub(crate) fn start(stub: &Stub, repos: &[&Path], args: &[&str]) -> Self {
        Self::run(command(stub, repos, args))
    }

    /// One repository with one commit, and its report.
    pub(crate) fn ready(stub: &Stub, args: &[&str]) -> (Self, TestRepo) {
        let repo = one_commit();
        let server = Self::start(stub, &[repo.path()], args);
        server.wait_ready();
        (server, repo)
    }

    pub(crate) fn run(mut command: Command) -> Self {
        let log =
            TempDir::with_prefix("risk-log-").expect("because the temporary folder is writable");
        let file = fs::File::create(log.path().join("log"))
            .expect("because the temporary folder is writable");
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .expect("because the server was built for this test");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("because it is piped"))
            .read_line(&mut line)
            .expect("because what is printed is UTF-8");
        let address = line
            .trim()
            .strip_prefix("http://")
            .and_then(|line| line.strip_suffix('/'));
        let Some(address) = address else {
            let log = fs::read_to_string(log.path().join("log")).expect(LOG);
            panic!("{line:?} is no address; {log}");
        };
        Self {
            address: address.parse().expect("because an address is printed"),
            child,
            log,
        }
    }

    /// What it told on standard error so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log.path().join("log")).expect(LOG)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("because the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect(LIMIT);
        stream.set_write_timeout(Some(PATIENCE)).expect(LIMIT);
        stream
    }

    /// Sends these bytes and reads what comes until the other side closes.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        // It may have answered and closed before all was sent.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    /// Asks for a path, with these lines in the head.
    pub(crate) fn ask(&self, method: &str, path: &str, head: &[&str]) -> Reply {
        let mut text = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !head.iter().any(|line| line.starts_with("host:")) {
            text += "host: ";
            text += &self.address.to_string();
            text += "\r\n";
        }
        for line in head {
            text += line;
            text += "\r\n";
        }
        text += "\r\n";
        Reply::read(&self.raw(text.as_bytes()))
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[])
    }

    pub(crate) fn wait_ready(&self) {
        until("all reports are made", || self.get("/readyz").status == 200);
    }

    /// The one repository in the list.
    pub(crate) fn gist(&self) -> Value {
        self.get("/api/v1/repositories").ok()["repositories"][0].clone()
    }

    /// Tells it to end, and says how it did.
    pub(crate) fn end(&mut self, signal: &str) -> Option<i32> {
        let pid = self.child.id().to_string();
        let told = Command::new("kill")
            .args([signal, &pid])
            .status()
            .expect(KILL);
        assert!(told.success());
        let mut code = None;
        until("the server has ended", || {
            code = self.child.try_wait().expect("because it is our child");
            code.is_some()
        });
        code.and_then(|status| status.code())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // As a person would, so that nothing that it started is left.
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let pid = self.child.id().to_string();
            let _ = Command::new("kill").args(["-TERM", &pid]).status();
            let _ = self.child.wait();
        }
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    #[track_caller]
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let Some(end) = end else {
            panic!("no answer: {:?}", String::from_utf8_lossy(bytes));
        };
        let head = String::from_utf8(bytes[..end].to_vec()).expect(HEAD);
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        Self {
            status: status.and_then(|status| status.parse().ok()).expect(HEAD),
            head: lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.head.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("because it is text")
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(
            self.header("content-type"),
            Some("application/json"),
            "{self:?}"
        );
        serde_json::from_slice(&self.body).expect("because it says that it is JSON")
    }

    /// It is the answer, as JSON.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// It is no answer, says why and what helps, and tells nothing about this machine.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        let problem = self.json();
        let message = problem["error"]["message"]
            .as_str()
            .unwrap_or("")
            .to_owned();
        assert!(!message.is_empty());
        assert!(!problem["error"]["hint"].as_str().unwrap_or("").is_empty());
        for private in ["/tmp", "/etc", "risk-testkit", "risk-stub"] {
            assert!(!self.text().contains(private), "{}", self.text());
        }
        message
    }
}

/// Waits until something holds.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let since = watch();
    while !holds() {
        assert!(since.elapsed() < PATIENCE, "waited in vain until {what}");
        sleep(Duration::from_millis(30));
    }
}

/// A stopwatch that was just started.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a client is put up with is what is tested"
)]
pub(crate) fn watch() -> Instant {
    Instant::now()
}

/// A repository with one commit.
pub(crate) fn one_commit() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.c", "int a;\n").commit("one");
    repo
}
