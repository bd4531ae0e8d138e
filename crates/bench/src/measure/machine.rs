//! On what it was measured.

use std::fs;
use std::process::Command;

/// Processor, cores, system and the version of git, in one line.
pub fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map(|it| it.trim_start_matches([' ', '\t', ':']).to_owned());
    let model = model
        .or_else(|| said("sysctl", &["-n", "machdep.cpu.brand_string"]))
        .unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let system = said("uname", &["-srm"]).unwrap_or_else(|| std::env::consts::OS.to_owned());
    let git = said("git", &["--version"]).unwrap_or_default();
    format!("{model}, {cores} cores; {system}; {git}")
}

/// What a program prints, without line ends; `None` if it is not there or fails.
pub(crate) fn said(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
