//! Asks git where its hooks are, and what of them its configuration holds.

use super::script::FUNCTION;
use crate::error::Failure;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What points git to another repository than the one that was asked for.
const FOREIGN: [&str; 8] = [
    "GIT_DIR",
    "GIT_COMMON_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
    "GIT_IMPLICIT_WORK_TREE",
];

/// The first version that runs hooks which its configuration names.
const CONFIGURED_HOOKS: (u32, u32) = (2, 54);
/// The first version in which `hook.<event>.enabled` switches all hooks of an event off.
const EVENT_SWITCH: (u32, u32) = (2, 55);
/// The first version that makes paths absolute by itself.
const PATH_FORMAT: (u32, u32) = (2, 31);
/// The first version that says in which file a setting is.
const SHOW_SCOPE: (u32, u32) = (2, 26);

/// Git, for one repository.
pub(crate) struct Git {
    dir: PathBuf,
    version: (u32, u32),
    /// As git says it, like `2.47.3`.
    pub(crate) version_text: String,
}

/// What git's configuration says about a hook named `git-risk`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Configured {
    pub(crate) command: Option<String>,
    /// Whether it is for pushes.
    pub(crate) on_push: bool,
    /// Whether it is switched off, alone or with all hooks for pushes.
    pub(crate) is_off: bool,
    /// Whether all of it is in the configuration of this repository.
    pub(crate) is_local: bool,
}

impl Configured {
    /// Whether `git risk hook install` has written it, and not somebody by hand.
    pub(crate) fn is_ours(&self) -> bool {
        let command = self.command.as_deref();
        self.is_local && command.is_some_and(|command| command.starts_with(FUNCTION))
    }
}

impl Git {
    /// Git for the repository at a path or above it.
    pub(crate) fn at(dir: &Path) -> Result<Self, Failure> {
        let mut git = Self {
            dir: dir.to_path_buf(),
            version: (0, 0),
            version_text: String::new(),
        };
        let said = git.ask(&["version"])?.unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let words = said.trim().trim_start_matches("git version ");
        words
            .split(' ')
            .next()
            .unwrap_or(words)
            .clone_into(&mut git.version_text);
        git.version = version(&git.version_text);
        Ok(git)
    }

    /// Whether this git runs the hooks that its configuration names.
    pub(crate) fn has_configured_hooks(&self) -> bool {
        self.version >= CONFIGURED_HOOKS
    }

    /// The folder in which git looks for hooks.
    pub(crate) fn hooks(&self) -> Result<PathBuf, Failure> {
        self.place(&["--git-path", "hooks"])
    }

    /// The git directory of the working tree.
    pub(crate) fn git_dir(&self) -> Result<PathBuf, Failure> {
        self.place(&["--git-dir"])
    }

    /// The git directory that all worktrees share.
    pub(crate) fn common_dir(&self) -> Result<PathBuf, Failure> {
        self.place(&["--git-common-dir"])
    }

    /// The root of the working tree, unless the repository is bare.
    pub(crate) fn toplevel(&self) -> Result<Option<PathBuf>, Failure> {
        let said = self.ask(&["rev-parse", "--show-toplevel"])?;
        Ok(said.map(path).filter(|path| !path.as_os_str().is_empty()))
    }

    fn place(&self, what: &[&str]) -> Result<PathBuf, Failure> {
        let mut args = vec!["rev-parse"];
        if self.version >= PATH_FORMAT {
            args.push("--path-format=absolute");
        }
        args.extend(what);
        let said = self.must(&args)?;
        // What an older git says is relative to where it ran.
        std::path::absolute(self.dir.join(path(said))).map_err(|source| {
            Failure::new(format_args!("the folder of hooks was not found: {source}"))
        })
    }

    /// What the configuration says about the hook `git-risk`, if anything.
    pub(crate) fn configured(&self) -> Result<Option<Configured>, Failure> {
        if self.version < SHOW_SCOPE {
            return Ok(None);
        }
        let args = [
            "config",
            "-z",
            "--show-scope",
            "--get-regexp",
            r"^hook\.git-risk\.",
        ];
        let Some(said) = self.ask(&args)? else {
            return Ok(None);
        };
        let mut found = parse_configured(&String::from_utf8_lossy(&said));
        if self.version >= EVENT_SWITCH {
            let switch = ["config", "--type=bool", "--get", "hook.pre-push.enabled"];
            found.is_off |= self
                .ask(&switch)?
                .is_some_and(|said| said.starts_with(b"false"));
        }
        Ok(Some(found))
    }

    /// Sets the hook `git-risk` in the configuration of this repository.
    pub(crate) fn configure(&self, command: &str) -> Result<(), Failure> {
        // An event without a command would stop every push, so it comes second.
        self.must(&["config", "--local", "hook.git-risk.command", command])?;
        let event = "hook.git-risk.event";
        let known = ["config", "--local", "--get-all", event, "^pre-push$"];
        if self.ask(&known)?.is_none() {
            self.must(&["config", "--local", "--add", event, "pre-push"])?;
        }
        Ok(())
    }

    /// Takes the hook `git-risk` out of the configuration of this repository.
    pub(crate) fn deconfigure(&self) -> Result<(), Failure> {
        let (event, command) = ("hook.git-risk.event", "hook.git-risk.command");
        self.must(&["config", "--local", "--unset-all", event, "^pre-push$"])?;
        // Somebody may have given the command other events.
        if self
            .ask(&["config", "--local", "--get-all", event])?
            .is_none()
        {
            self.must(&["config", "--local", "--unset-all", command])?;
        }
        Ok(())
    }

    /// Whether git leaves a file of the working tree alone.
    pub(crate) fn ignores(&self, file: &Path) -> Result<bool, Failure> {
        let mut command = self.command(&["check-ignore", "-q", "--"]);
        command.arg(file);
        Ok(output(command)?.status.success())
    }

    /// What git answers; an error with its own words if it refuses.
    fn must(&self, args: &[&str]) -> Result<Vec<u8>, Failure> {
        let said = output(self.command(args))?;
        if said.status.success() {
            return Ok(said.stdout);
        }
        let words = String::from_utf8_lossy(&said.stderr);
        let words = words.trim().trim_start_matches("fatal: ");
        let words = words.trim_start_matches("error: ");
        Err(Failure::new(format_args!("git said: {words}")))
    }

    /// What git answers, unless it has no answer.
    fn ask(&self, args: &[&str]) -> Result<Option<Vec<u8>>, Failure> {
        let said = output(self.command(args))?;
        Ok(said.status.success().then_some(said.stdout))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.dir).args(args);
        // As in `crate::open`: git's environment says which repository is meant, unless one was named.
        if self.dir != Path::new(".") {
            for name in FOREIGN {
                command.env_remove(name);
            }
        }
        command.stdin(Stdio::null());
        command
    }
}

fn output(mut command: Command) -> Result<std::process::Output, Failure> {
    command.output().map_err(|source| {
        Failure::new(format_args!("git could not be run: {source}"))
            .hint("hooks are run by git: install it, or put it on the PATH")
    })
}

/// The first two numbers of a version.
fn version(text: &str) -> (u32, u32) {
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// A path as git prints it.
fn path(mut said: Vec<u8>) -> PathBuf {
    if said.ends_with(b"\n") {
        said.pop();
    }
    PathBuf::from(os_string(said))
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// Reads `scope NUL key LF value NUL …`.
fn parse_configured(said: &str) -> Configured {
    let mut found = Configured {
        is_local: true,
        ..Configured::default()
    };
    let mut words = said.split_terminator('\0');
    while let (Some(scope), Some(entry)) = (words.next(), words.next()) {
        let (key, value) = entry.split_once('\n').unwrap_or((entry, "true"));
        match key.trim_start_matches("hook.git-risk.") {
            // An empty value takes back the events before it.
            "event" if value.is_empty() => found.on_push = false,
            "event" => found.on_push |= value == "pre-push",
            "command" => found.command = Some(value.to_owned()),
            "enabled" => {
                let off = ["false", "no", "off", "0"];
                found.is_off = off.contains(&value.to_ascii_lowercase().as_str());
                continue;
            }
            _ => continue,
        }
        found.is_local &= scope == "local";
    }
    found
}

/// Where a program is by the `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .map(|folder| folder.join(OsStr::new(&name)))
        .find(|file| super::disk::is_executable(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_packagers_write() {
        for (text, numbers) in [
            ("2.47.3", (2, 47)),
            ("2.54.0.windows.1", (2, 54)),
            ("2.55.0-618-g1a3e64c6c4", (2, 55)),
            ("2.55.GIT", (2, 55)),
            ("3.0", (3, 0)),
            ("", (0, 0)),
        ] {
            assert_eq!(version(text), numbers, "{text}");
        }
        assert!((2, 9) < CONFIGURED_HOOKS && (3, 0) > CONFIGURED_HOOKS);
    }

    #[test]
    fn a_configured_hook_is_read_as_git_reads_it() {
        let entry = |scope: &str, key: &str, value: &str| {
            format!("{scope}\0hook.git-risk.{key}\n{value}\0")
        };
        let ours = entry("local", "event", "pre-push") + &entry("local", "command", "f() {\n}\nf");
        let expected = Configured {
            command: Some("f() {\n}\nf".to_owned()),
            on_push: true,
            is_off: false,
            is_local: true,
        };
        assert_eq!(parse_configured(&ours), expected);
        assert!(!expected.is_ours());
        let off = ours.clone() + &entry("global", "enabled", "off");
        assert!(parse_configured(&off).is_off && parse_configured(&off).is_local);
        let on_again = off + &entry("local", "enabled", "true");
        assert!(!parse_configured(&on_again).is_off);
        let reset = ours.clone() + &entry("local", "event", "");
        assert!(!parse_configured(&reset).on_push);
        let written = ours.replace("f()", "git_risk()");
        assert!(parse_configured(&written).is_ours());
        let global = entry("global", "event", "pre-push") + &written;
        assert!(!parse_configured(&global).is_ours());
    }
}
