//! The calls to the system that a command makes, as strace tells them.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Calls that start a program.
const STARTS: &str = "execve,execveat";

/// Calls that change what is on the disk. Opens are asked for how.
const CHANGES: &str = "open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,rename,renameat,renameat2,unlink,unlinkat,\
                       rmdir,link,linkat,symlink,symlinkat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,truncate,\
                       utime,utimes,utimensat,setxattr,lsetxattr,mount,umount2,chroot,pivot_root";

/// What one command did.
#[derive(Default)]
pub(crate) struct Calls {
    /// Programs that were started, or that it tried to start: the first is the command itself.
    pub(crate) started: Vec<PathBuf>,
    /// What was written, made, renamed or removed, or that it tried to.
    pub(crate) changed: Vec<PathBuf>,
    /// Calls that have to do with a network, as strace tells them.
    pub(crate) network: Vec<String>,
}

/// Whether calls can be seen here.
pub(crate) fn can_watch() -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| {
        let tried = Command::new("strace").args(["-qq", "true"]).output();
        let can = tried.is_ok_and(|output| output.status.success());
        if !can {
            eprintln!("skipped: strace is missing, or may not look");
        }
        can
    })
}

/// The same command, watched with all that it starts; what is seen goes to files that begin with `seen`.
pub(crate) fn watched(inner: &Command, seen: &Path) -> Command {
    let mut command = Command::new("strace");
    command
        .args(["-ff", "-y", "-qq", "-s", "100000", "-e", "signal=none"])
        .arg("-e")
        .arg(format!("trace={STARTS},{CHANGES},%network"))
        .arg("-o")
        .arg(seen)
        .arg(inner.get_program())
        .args(inner.get_args())
        .env_clear();
    if let Some(dir) = inner.get_current_dir() {
        command.current_dir(dir);
    }
    for (name, value) in inner.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
}

impl Calls {
    /// What was seen, in files that begin with `seen`, which are removed.
    pub(crate) fn taken(seen: &Path) -> Self {
        let mut calls = Self::default();
        let prefix = format!("{}.", seen.file_name().unwrap().to_str().unwrap());
        let mut files: Vec<PathBuf> = fs::read_dir(seen.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                let name = path.file_name().unwrap().to_string_lossy();
                name.starts_with(&prefix)
            })
            .collect();
        files.sort();
        for file in files {
            for line in String::from_utf8_lossy(&fs::read(&file).unwrap()).lines() {
                calls.add(line);
            }
            fs::remove_file(file).unwrap();
        }
        calls
    }

    fn add(&mut self, line: &str) {
        // Exits and signals.
        if line.starts_with(['+', '-']) {
            return;
        }
        let (name, rest) = line
            .split_once('(')
            .unwrap_or_else(|| panic!("a call was expected: {line}"));
        if STARTS.split(',').any(|it| it == name) {
            self.started.push(paths(rest).swap_remove(0));
        } else if name.starts_with("open") {
            let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"];
            if writes.iter().any(|how| rest.contains(how)) {
                self.changed.push(paths(rest).swap_remove(0));
            }
        } else if CHANGES.split(',').any(|it| it == name) {
            self.changed.extend(paths(rest));
        } else {
            self.network.push(line.to_owned());
        }
    }
}

/// The paths among the arguments of a call, whole.
///
/// Those that are relative follow their folder, `AT_FDCWD</where>` or `3</where>`; a file that is open is told like a folder.
fn paths(arguments: &str) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let mut folder = PathBuf::new();
    let mut named_by_number = true;
    let mut rest = arguments;
    while let Some(at) = rest.find(['"', '<']) {
        let (mark, tail) = (rest.as_bytes()[at], &rest[at + 1..]);
        if mark == b'<' {
            let end = tail.find('>').unwrap_or(tail.len());
            folder = PathBuf::from(&tail[..end]);
            rest = &tail[end..];
        } else {
            let end = closing(tail);
            paths.push(whole(&folder.join(&tail[..end])));
            named_by_number = false;
            rest = &tail[end + 1..];
        }
    }
    if named_by_number {
        paths.push(whole(&folder));
    }
    paths
}

/// Where a text in quotes ends.
fn closing(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.unwrap_or_else(|| panic!("a text that ends was expected: {text}"))
}

/// A path without `.` and `..`; links are not followed, for there are none.
fn whole(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            Component::CurDir => {}
            part => whole.push(part),
        }
    }
    whole
}

#[test]
fn calls_are_understood() {
    let mut calls = Calls::default();
    for line in [
        r#"execve("/bin/a", ["a", "-b"], 0x7ffe /* 3 vars */) = 0"#,
        r#"openat(AT_FDCWD</home>, "x", O_RDONLY|O_CLOEXEC) = 3</home/x>"#,
        r#"openat(AT_FDCWD</home>, "y", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = -1 EACCES (Permission denied)"#,
        r#"renameat(AT_FDCWD</home>, "b/../y", 3</other>, "z \"q\"") = 0"#,
        r"fchmod(4</home/there>, 0644) = 0",
        r"socket(AF_UNIX, SOCK_STREAM, 0) = 3<socket:[17]>",
        "+++ exited with 0 +++",
    ] {
        calls.add(line);
    }
    assert_eq!(calls.started, [Path::new("/bin/a")]);
    let changed = ["/home/y", "/home/y", "/other/z \\\"q\\\"", "/home/there"];
    assert_eq!(calls.changed, changed.map(PathBuf::from));
    assert_eq!(calls.network.len(), 1);
}
