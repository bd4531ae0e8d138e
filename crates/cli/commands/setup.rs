//! `git risk setup`: manual pages and completions where `man` and the shells look for them.

use crate::args::{Cli, SetupArgs, Shell};
use crate::error::Failure;
use crate::manual;
use crate::terminal::environment;
use clap::CommandFactory;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What every file of ours says somewhere in its first lines.
const MARK: &str = "Made by git-risk";

/// Where things go.
struct Places {
    /// As `~/.local/share`.
    data: PathBuf,
    /// The folder of manual pages.
    manual: PathBuf,
}

impl Places {
    /// Below a prefix; else where the programs of this user look.
    fn of(args: &SetupArgs) -> Result<Self, Failure> {
        if let Some(prefix) = &args.prefix {
            let data = prefix.join("share");
            return Ok(Self {
                manual: data.join("man/man1"),
                data,
            });
        }
        let home = environment("HOME").map(PathBuf::from).ok_or_else(|| {
            Failure::new("HOME is not set")
                .hint("say where the files shall go: git risk setup --prefix DIR")
        })?;
        let own = environment("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        let data = own.unwrap_or_else(|| home.join(".local/share"));
        // man looks beside the folders of PATH, and this program is in one of them.
        let beside = std::env::current_exe().ok().and_then(|program| {
            let bin = program.parent().filter(|bin| bin.ends_with("bin"))?;
            Some(bin.parent()?.join("share")).filter(|share| share.starts_with(&home))
        });
        Ok(Self {
            manual: beside.as_ref().unwrap_or(&data).join("man/man1"),
            data,
        })
    }

    fn script(&self, shell: Shell) -> PathBuf {
        self.data.join(match shell {
            Shell::Bash => "bash-completion/completions/git-risk",
            Shell::Zsh => "zsh/site-functions/_git-risk",
            Shell::Fish => "fish/vendor_completions.d/git-risk.fish",
        })
    }
}

const SHELLS: [(Shell, &str); 3] = [
    (Shell::Bash, "bash"),
    (Shell::Zsh, "zsh"),
    (Shell::Fish, "fish"),
];

pub(crate) fn run(args: &SetupArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let places = Places::of(args)?;
    if args.remove {
        return remove(&places, out);
    }
    let pages = manual::pages(Cli::command());
    let mut files: Vec<(PathBuf, &str)> = Vec::new();
    for page in &pages {
        files.push((places.manual.join(page.file()), &page.roff));
    }
    for (shell, _) in SHELLS {
        files.push((places.script(shell), shell.script()));
    }
    // Nothing is written unless everything may be.
    for (path, _) in &files {
        if path.exists() && !is_ours(path) {
            return Err(Failure::new(format_args!(
                "{} was not written by git-risk",
                path.display()
            ))
            .hint(
                "move it away and try again, or use another place: git risk setup --prefix DIR",
            ));
        }
    }
    for (path, content) in &files {
        write(path, content).map_err(|error| Failure::unwritten(path, &error))?;
    }
    writeln!(
        out,
        "{} manual pages  {}",
        pages.len(),
        places.manual.display()
    )?;
    for (shell, name) in SHELLS {
        writeln!(
            out,
            "{name:<4} completion  {}",
            places.script(shell).display()
        )?;
    }
    let hints = hints(args, &places);
    if !hints.is_empty() {
        writeln!(out)?;
    }
    for hint in hints {
        writeln!(out, "{hint}")?;
    }
    let prefix = args.prefix.as_ref().map_or_else(String::new, |prefix| {
        format!(" --prefix {}", prefix.display())
    });
    writeln!(
        out,
        "\nNew shells use them. To take all of it away: git risk setup --remove{prefix}"
    )?;
    Ok(())
}

/// What is left for the user to do.
fn hints(args: &SetupArgs, places: &Places) -> Vec<String> {
    let mut hints = Vec::new();
    let manual = places.manual.parent().unwrap_or(&places.manual);
    let man = Command::new("man")
        .args(["-w", "git-risk"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if man.is_ok_and(|status| !status.success()) {
        hints.push(format!(
            "man does not look there yet; for your profile: export MANPATH={}:",
            manual.display()
        ));
    }
    let is_zsh = environment("SHELL").is_some_and(|shell| shell.ends_with("zsh"));
    if is_zsh || args.prefix.is_some() {
        let script = places.script(Shell::Zsh);
        let folder = script.parent().unwrap_or(&script);
        hints.push(format!(
            "zsh needs this in ~/.zshrc, before compinit: fpath=({} $fpath)",
            folder.display()
        ));
    }
    hints
}

fn write(path: &Path, content: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)
}

/// Whether a file says that it was made here.
fn is_ours(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| {
        let beginning = &bytes[..bytes.len().min(400)];
        String::from_utf8_lossy(beginning).contains(MARK)
    })
}

/// Removes what is ours, pages of other versions too.
fn remove(places: &Places, out: &mut dyn Write) -> Result<(), Failure> {
    let mut files: Vec<PathBuf> = SHELLS
        .iter()
        .map(|(shell, _)| places.script(*shell))
        .collect();
    if let Ok(entries) = fs::read_dir(&places.manual) {
        let mut pages: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        pages.retain(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("git-risk") && name.ends_with(".1")
        });
        pages.sort();
        files.extend(pages);
    }
    files.retain(|path| is_ours(path));
    for path in &files {
        fs::remove_file(path).map_err(|error| {
            Failure::new(format_args!(
                "{} could not be removed: {error}",
                path.display()
            ))
            .hint("check the permissions of the folder")
        })?;
        writeln!(out, "removed {}", path.display())?;
    }
    if files.is_empty() {
        writeln!(
            out,
            "there is nothing to remove; git risk setup writes the files"
        )?;
    }
    Ok(())
}
