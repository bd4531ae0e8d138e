//! The library that makes calls fail, and what it is told.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// All ways to be met, as `shim.c` names them.
pub(crate) const KINDS: [&str; 13] = [
    "kill-before",
    "kill-after",
    "kill-half",
    "full",
    "quota",
    "io",
    "io-read",
    "io-read-on",
    "read-only",
    "denied",
    "interrupted",
    "short",
    "no-locks",
];

/// What meets a process.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: &'static str,
    /// The number of the call that it meets, from 1.
    pub(crate) at: usize,
    /// How many calls it meets from there on; 0 for all.
    pub(crate) times: usize,
}

impl Fault {
    /// What stays as it is stays so: a full disk does not empty itself.
    pub(crate) fn new(kind: &'static str, at: usize) -> Self {
        let lasts = [
            "full",
            "quota",
            "io-read-on",
            "read-only",
            "denied",
            "no-locks",
        ];
        let lasts = lasts.contains(&kind);
        Self {
            kind,
            at,
            times: usize::from(!lasts),
        }
    }

    /// Lets it meet a command at what it does below a folder.
    pub(crate) fn meets(&self, command: &mut Command, below: &Path) {
        for (name, value) in self.environment(below) {
            command.env(name, value);
        }
    }

    /// The variables that do so.
    pub(crate) fn environment(&self, below: &Path) -> [(&'static str, String); 5] {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        [
            ("LD_PRELOAD", text(library())),
            ("RISK_FAULT_KIND", self.kind.to_owned()),
            ("RISK_FAULT_BELOW", text(below)),
            ("RISK_FAULT_AT", self.at.to_string()),
            ("RISK_FAULT_TIMES", self.times.to_string()),
        ]
    }
}

/// Sets the clock of a command off.
pub(crate) fn set_clock(command: &mut Command, by: &str) {
    command
        .env("LD_PRELOAD", library())
        .env("RISK_FAULT_CLOCK", by);
}

/// The calls of a command that a fault of this kind could meet: what they do, and the file.
pub(crate) fn points(kind: &'static str, below: &Path, mut command: Command) -> Vec<String> {
    let log = tempfile_at("log");
    Fault::new(kind, 0).meets(&mut command, below);
    command.env("RISK_FAULT_LOG", &log);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = std::fs::read_to_string(&log).unwrap_or_default();
    let _ = std::fs::remove_file(&log);
    lines.lines().map(str::to_owned).collect()
}

/// A name for a file that nobody else uses.
pub(crate) fn tempfile_at(name: &str) -> PathBuf {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    folder().join(format!("{name}-{n}"))
}

/// A folder of this run.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("faults-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        path
    })
}

pub(crate) fn library() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
        let path = folder().join("shim.so");
        let compiler = Command::new("cc")
            .args([
                "-std=gnu11",
                "-O1",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-shared",
                "-fPIC",
                "-o",
            ])
            .args([&path, &source])
            .arg("-ldl")
            .status();
        assert!(
            compiler.is_ok_and(|status| status.success()),
            "a C compiler is needed, as for the build"
        );
        path
    })
}
