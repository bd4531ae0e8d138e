//! What is written into hooks, and how it is found again.
//!
//! Everything stands between two marks, so that what others write around it is left alone.

use std::ops::Range;
use std::path::{Path, PathBuf};

const OPEN: &str = "# >>> git-risk hook >>>";
const CLOSE: &str = "# <<< git-risk hook <<<";
const OWN_FILE: &str = "# The rest of this file is git-risk's too";
const OWN_FOLDER: &str = ", and so is its folder";
/// How [`function`] begins.
pub(crate) const FUNCTION: &str = "git_risk() {";
const FIRST_LINE: &[u8] = b"#!/bin/sh\n";

/// How a hook is called that was there before and had to make room.
pub(crate) const BEFORE: &str = "pre-push.before-git-risk";
/// A folder with a link to such a hook that has its old name.
pub(crate) const BEFORE_FOLDER: &str = "before-git-risk";

/// Where the marked block stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// In a hook that git-risk has written.
    Own {
        /// Whether the folder was made for it.
        made_folder: bool,
    },
    /// In the shell script of somebody else.
    Guest,
    /// In a hook that runs another one, renamed to [`BEFORE`], first.
    Beside {
        /// Whether it is run by way of [`BEFORE_FOLDER`].
        linked: bool,
    },
}

/// Who runs the file that the block stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// Git, or who acts like git: the file is started.
    Start,
    /// Husky, which hands the file to `sh -e`.
    Sh,
}

/// The shell function `git_risk`: runs `git-risk hook run`, wherever it is now.
///
/// `fallback` is where it was at the installation, for programs that start git with another `PATH`. Codes above 2
/// are no answer of git-risk: it is missing, or broken. Such a failure lets the push through.
pub(crate) fn function(fallback: Option<&Path>) -> String {
    let otherwise = fallback
        .and_then(Path::to_str)
        .map_or_else(String::new, |path| {
            let path = quoted(path);
            format!("  elif [ -x {path} ]; then\n    {path} hook run \"$@\" || git_risk_code=$?\n")
        });
    format!(
        "{FUNCTION}\n  git_risk_code=0\n  if command -v git-risk >/dev/null 2>&1; then\n    \
         git-risk hook run \"$@\" || git_risk_code=$?\n{otherwise}  else\n    \
         echo 'git-risk: not found on the PATH, so the push was not looked at' >&2\n  fi\n  \
         [ \"$git_risk_code\" -le 2 ] && return \"$git_risk_code\"\n  \
         echo \"git-risk: failed (code $git_risk_code), so the push was not looked at\" >&2\n}}\n"
    )
}

/// The `fallback` in a text that holds [`function`].
pub(crate) fn fallback(text: &str) -> Option<PathBuf> {
    let line = text.lines().find_map(|line| {
        let word = line.trim().strip_prefix("elif [ -x '")?;
        word.strip_suffix("' ]; then")
    })?;
    Some(PathBuf::from(line.replace(r"'\''", "'")))
}

/// The command of a configured hook; git adds the arguments.
pub(crate) fn configured(fallback: Option<&Path>) -> String {
    function(fallback) + "git_risk"
}

/// What is written for lefthook: a configuration with one command.
pub(crate) fn lefthook(fallback: Option<&Path>) -> String {
    let mut text = format!(
        "{OPEN}\n# Looks at the commits of a push. `git risk hook uninstall` takes this away.\n\
         pre-push:\n  commands:\n    git-risk:\n      use_stdin: true\n      run: |\n"
    );
    let command = function(fallback) + "git_risk '{1}' '{2}'";
    for line in command.lines() {
        text.push_str("        ");
        text.push_str(line);
        text.push('\n');
    }
    text.push_str(CLOSE);
    text.push('\n');
    text
}

/// A hook that git-risk writes: the marked block after the line that names the shell.
pub(crate) fn file(block: &str) -> Vec<u8> {
    [FIRST_LINE, block.as_bytes()].concat()
}

/// The marked block of a shell script.
///
/// What git writes to the hook is read once, handed to the other hook first, and to git-risk if that one passed.
/// The other hook is either the rest of the same file, which then runs itself again with its own name and place,
/// or the file that made room.
pub(crate) fn block(role: Role, runner: Runner, fallback: Option<&Path>) -> String {
    let whose = match role {
        Role::Own { made_folder } => {
            format!("{OWN_FILE}{}.\n", if made_folder { OWN_FOLDER } else { "" })
        }
        Role::Guest => String::new(),
        Role::Beside { .. } => {
            format!("{OWN_FILE}; the hook that was here before is {BEFORE}.\n")
        }
    };
    let feed = "printf %s \"${git_risk_refs%.}\" 2>/dev/null |";
    let first = match (role, runner) {
        (Role::Beside { linked }, _) => {
            let name = if linked {
                format!("{BEFORE_FOLDER}/pre-push")
            } else {
                BEFORE.to_owned()
            };
            format!(
                "  if [ -x \"${{0%/*}}/{name}\" ]; then\n    {feed} \"${{0%/*}}/{name}\" \"$@\" || exit\n  fi\n"
            )
        }
        (_, runner) => {
            let again = match runner {
                Runner::Start => "",
                Runner::Sh => "sh -e ",
            };
            format!("  {feed} GIT_RISK_CHAINED=\"$PWD:$0\" {again}\"$0\" \"$@\" || exit\n")
        }
    };
    let mut function = function(fallback).replace('\n', "\n  ");
    function.truncate(function.trim_end().len());
    format!(
        "{OPEN}\n# Looks at the commits of a push. `git risk hook status` says more, `git risk hook uninstall` takes \
         this away.\n{whose}if [ \"${{GIT_RISK_CHAINED-}}\" != \"$PWD:$0\" ]; then\n  \
         git_risk_refs=$(cat; echo .)\n{first}  {function}\n  {feed} git_risk \"$@\"\n  exit\nfi\n{CLOSE}\n"
    )
}

/// A text with a marked block in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Marked<'a> {
    text: &'a [u8],
    block: Range<usize>,
}

/// What a text says about a marked block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Search<'a> {
    /// There is none.
    None,
    /// Its end is missing, so it cannot be told from what others wrote.
    Broken,
    /// There is one.
    Found(Marked<'a>),
}

/// Looks for a marked block.
pub(crate) fn search(text: &[u8]) -> Search<'_> {
    let mut start = None;
    let mut at = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let end = at + line.len();
        let words = line.trim_ascii_end();
        if words == OPEN.as_bytes() {
            start = Some(at);
        } else if words == CLOSE.as_bytes()
            && let Some(start) = start
        {
            let block = start..end;
            return Search::Found(Marked { text, block });
        }
        at = end;
    }
    start.map_or(Search::None, |_| Search::Broken)
}

impl Marked<'_> {
    /// Where it stands.
    pub(crate) fn role(&self) -> Role {
        let block = String::from_utf8_lossy(self.block());
        let mut own = block.lines().filter(|line| line.starts_with(OWN_FILE));
        match own.next() {
            None => Role::Guest,
            Some(line) if line.contains(BEFORE) => Role::Beside {
                linked: block.contains(BEFORE_FOLDER_IN_USE),
            },
            Some(line) => Role::Own {
                made_folder: line.contains(OWN_FOLDER),
            },
        }
    }

    /// The block.
    pub(crate) fn block(&self) -> &[u8] {
        &self.text[self.block.clone()]
    }

    /// The text without the block.
    pub(crate) fn rest(&self) -> Vec<u8> {
        self.with(b"")
    }

    /// The text with another block in its place.
    pub(crate) fn with(&self, block: &[u8]) -> Vec<u8> {
        let (before, after) = (&self.text[..self.block.start], &self.text[self.block.end..]);
        [before, block, after].concat()
    }

    /// Whether somebody added lines to a file that git-risk has written.
    pub(crate) fn is_added_to(&self) -> bool {
        let rest = self.rest();
        !rest.trim_ascii().is_empty() && rest.trim_ascii() != FIRST_LINE.trim_ascii()
    }

    /// Whether what follows seems to go on with what the block began (YAML).
    pub(crate) fn is_continued(&self) -> bool {
        self.text[self.block.end..]
            .split(|&byte| byte == b'\n')
            .find(|line| !line.trim_ascii().is_empty())
            .is_some_and(|line| line[0] == b' ' || line[0] == b'\t')
    }
}

/// Part of each block whose other hook is run by way of a link.
const BEFORE_FOLDER_IN_USE: &str = "/before-git-risk/pre-push\"";

/// The text of a script with a block in it: as early as can be, since a script may end anywhere.
pub(crate) fn insert(script: &[u8], block: &str) -> Vec<u8> {
    let at = if script.starts_with(b"#!") {
        script
            .iter()
            .position(|&byte| byte == b'\n')
            .map_or(script.len(), |end| end + 1)
    } else {
        0
    };
    [&script[..at], block.as_bytes(), &script[at..]].concat()
}

/// Whether a block can be put into a hook: a script of a shell that understands it.
pub(crate) fn is_shell(script: &[u8]) -> bool {
    let Some(end) = script.iter().position(|&byte| byte == b'\n') else {
        return false;
    };
    // A script may carry an archive behind it, which must stay where it is.
    if script.contains(&0) {
        return false;
    }
    let Ok(line) = std::str::from_utf8(&script[..end]) else {
        return false;
    };
    let Some(line) = line.strip_prefix("#!") else {
        return false;
    };
    let base = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    let mut words = line.split_ascii_whitespace();
    let mut name = words.next().map(base);
    if name.as_deref() == Some("env") {
        name = words
            .find(|word| !word.starts_with('-') && !word.contains('='))
            .map(base);
    }
    let shells = ["sh", "bash", "dash", "ash", "ksh", "ksh93", "mksh", "zsh"];
    name.is_some_and(|name| shells.contains(&name.as_str()))
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 5] = [
        Role::Own { made_folder: false },
        Role::Own { made_folder: true },
        Role::Guest,
        Role::Beside { linked: false },
        Role::Beside { linked: true },
    ];

    #[test]
    fn a_block_says_in_which_role_it_stands() {
        for role in ROLES {
            let text = file(&block(role, Runner::Start, None));
            let Search::Found(marked) = search(&text) else {
                panic!("{role:?}");
            };
            assert_eq!(marked.role(), role);
            assert_eq!(marked.rest(), FIRST_LINE);
            assert!(!marked.is_added_to());
        }
    }

    #[test]
    fn a_block_is_taken_out_of_a_script_byte_for_byte() {
        let block = block(
            Role::Guest,
            Runner::Start,
            Some(Path::new("/it's/git-risk")),
        );
        for script in [
            &b"#!/bin/sh\necho hello\n"[..],
            b"#!/usr/bin/env bash\r\nset -eu\r\nexit 3",
            b"#!/bin/sh -e\n",
            b"npm test\n",
            b"",
            b"#!/bin/sh\n\xff\xfe not UTF-8 \n\n\n",
        ] {
            let text = insert(script, &block);
            let Search::Found(marked) = search(&text) else {
                panic!("{script:?}");
            };
            assert_eq!(marked.rest(), script);
            assert_eq!(marked.role(), Role::Guest);
        }
    }

    #[test]
    fn a_block_whose_end_is_gone_is_not_guessed_at() {
        let text = block(Role::Guest, Runner::Start, None).replace(CLOSE, "");
        assert_eq!(search(text.as_bytes()), Search::Broken);
        assert_eq!(search(b"#!/bin/sh\n"), Search::None);
    }

    #[test]
    fn only_scripts_of_shells_take_a_block() {
        for script in [
            "#!/bin/sh\n",
            "#! /bin/bash -e\nx",
            "#!/usr/bin/env -S bash -e\n",
            "#!/usr/bin/env A=b zsh\n",
        ] {
            assert!(is_shell(script.as_bytes()), "{script:?}");
        }
        for script in [
            "#!/usr/bin/python3\n",
            "#!/usr/bin/env node\n",
            "#!/usr/bin/fish\n",
            "#!/bin/sh",
            "echo no shell is named\n",
            "\x7fELF\n",
            "#!/bin/sh\nexit\n\0\n",
            "",
        ] {
            assert!(!is_shell(script.as_bytes()), "{script:?}");
        }
    }

    #[test]
    fn words_are_quoted_for_the_shell() {
        let path = Path::new("/a b/it's");
        assert_eq!(quoted("/a b/it's"), r"'/a b/it'\''s'");
        assert_eq!(fallback(&function(Some(path))).as_deref(), Some(path));
        assert_eq!(fallback(&function(None)), None);
    }
}
