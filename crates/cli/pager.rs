//! The pager of the user, as git chooses it.

use crate::terminal::Environment;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// The pager for an answer about the repository at `repo`; `None` if it is to be printed as it is.
///
/// As in git: `GIT_PAGER`, a command in `pager.risk`, `core.pager`, `PAGER`, `less`; none if `pager.risk` is
/// false, or the pager is empty or `cat`. Git itself is asked, since it knows its configuration best.
pub(crate) fn chosen(repo: &Path) -> Option<String> {
    let ask = |question: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C")
            .arg(repo)
            .args(question)
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        let answer = git.output().ok().filter(|answer| answer.status.success())?;
        Some(String::from_utf8_lossy(&answer.stdout).trim().to_owned())
    };
    let may_be_empty = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
    choose(&ask, &may_be_empty)
}

fn choose(ask: &dyn Fn(&[&str]) -> Option<String>, environment: Environment<'_>) -> Option<String> {
    let own = || {
        let value = ask(&["config", "--get", "pager.risk"])?;
        let is = |words: &[&str]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
        if is(&["true", "yes", "on", "1"]) {
            None
        } else if is(&["false", "no", "off", "0", ""]) {
            Some(String::new())
        } else {
            Some(value)
        }
    };
    let pager = environment("GIT_PAGER")
        .or_else(own)
        .or_else(|| ask(&["var", "GIT_PAGER"]))
        .or_else(|| environment("PAGER"))
        .unwrap_or_else(|| "less".to_owned());
    let pager = pager.trim();
    (!pager.is_empty() && pager != "cat").then(|| pager.to_owned())
}

/// Becomes the pager, with `text` as its input; comes back only if that cannot be.
///
/// The text is whole, so nothing of ours has to outlive it: the pager takes our place, and with it the terminal,
/// the interrupts of the keyboard and the exit. If the shell finds no such pager, it prints the text.
#[cfg(unix)]
pub(crate) fn become_it(pager: &str, text: &[u8]) -> io::Error {
    use std::io::{Seek, Write};
    use std::os::unix::process::CommandExt;

    let kept = || -> io::Result<std::fs::File> {
        let mut file = tempfile::tempfile()?;
        file.write_all(text)?;
        file.rewind()?;
        Ok(file)
    };
    let file = match kept() {
        Ok(file) => file,
        Err(error) => return error,
    };
    // 126 and 127: it cannot be started. However it ends otherwise, its reader had enough.
    let script = format!("{pager}\ncase $? in 126|127) cat;; esac\nexit 0");
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(script).stdin(file);
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            shell.env(name, value);
        }
    }
    shell.exec()
}

/// No process can take the place of another here.
#[cfg(not(unix))]
pub(crate) fn become_it(_: &str, _: &[u8]) -> io::Error {
    io::ErrorKind::Unsupported.into()
}

#[cfg(test)]
mod tests {
    use super::choose;

    /// What is chosen by the configuration `pager.risk`, what git answers, and the environment.
    fn chosen(own: Option<&str>, git: Option<&str>, variables: &[(&str, &str)]) -> Option<String> {
        let ask = |question: &[&str]| match question {
            ["config", ..] => own.map(str::to_owned),
            ["var", "GIT_PAGER"] => git.map(str::to_owned),
            _ => panic!("git is not asked {question:?}"),
        };
        let environment = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        choose(&ask, &environment)
    }

    #[test]
    fn a_pager_is_chosen_as_git_does() {
        let most = Some("most".to_owned());
        let git_pager = [("GIT_PAGER", "most"), ("PAGER", "more")];
        assert_eq!(chosen(Some("lv"), Some("less"), &git_pager), most);
        assert_eq!(chosen(Some("most"), Some("less"), &[]), most);
        assert_eq!(
            chosen(Some("true"), Some("most"), &[("PAGER", "more")]),
            most
        );
        assert_eq!(chosen(None, Some("most"), &[("PAGER", "more")]), most);
        assert_eq!(
            chosen(None, Some("less -S"), &[]),
            Some("less -S".to_owned())
        );
    }

    #[test]
    fn without_git_the_environment_says_it() {
        assert_eq!(
            chosen(None, None, &[("PAGER", "most")]),
            Some("most".to_owned())
        );
        assert_eq!(chosen(None, None, &[]), Some("less".to_owned()));
    }

    #[test]
    fn no_pager_is_wanted_by_many_words() {
        for none in ["", "cat", " cat "] {
            assert_eq!(
                chosen(Some("lv"), Some("less"), &[("GIT_PAGER", none)]),
                None
            );
            assert_eq!(chosen(None, Some(none), &[]), None);
        }
        for no in ["false", "No", "off", "0"] {
            assert_eq!(chosen(Some(no), Some("less"), &[]), None);
        }
    }
}
