//! A value somebody has written, and where.

use super::keys::{Definition, Key};
use crate::error::Failure;
use risk_history::Level;
use risk_report::clean;
use std::fmt::{self, Write};
use std::path::PathBuf;

/// A value of a key as it was written; of a list, one of its items.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) value: Written,
    pub(crate) origin: Origin,
}

/// What was written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Written {
    Text(String),
    Number(f64),
    Flag(bool),
    /// Anything else, by its kind.
    Other(&'static str),
}

/// Where something was written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Origin {
    /// A file of a commit.
    Committed {
        file: &'static str,
        commit: String,
        line: usize,
    },
    /// The file that `--config` names.
    Named { path: PathBuf, line: usize },
    /// Git's configuration.
    Git {
        level: Level,
        file: Option<PathBuf>,
        is_included: bool,
    },
    /// `git -c`, or the variables of the environment that it sets.
    Environment,
    /// An option of the call.
    Call,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Number(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
            Self::Other(kind) => write!(f, "({kind})"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Committed { file, commit, line } => write!(f, "{file} at {commit}, line {line}"),
            Self::Named { path, line } => {
                write!(f, "{}, line {line}", clean(&path.to_string_lossy()))
            }
            Self::Git {
                level,
                file,
                is_included,
            } => {
                let level = match level {
                    Level::System => "system",
                    Level::User => "user",
                    Level::Repository => "repository",
                    Level::Worktree => "worktree",
                };
                write!(f, "git config, {level}")?;
                if let Some(file) = file {
                    let how = if *is_included { "included by " } else { "" };
                    write!(f, ", {how}{}", clean(&file.to_string_lossy()))?;
                }
                Ok(())
            }
            Self::Environment => f.write_str("git -c or the environment"),
            Self::Call => f.write_str("--issues"),
        }
    }
}

impl Origin {
    /// What a key is called there.
    pub(crate) fn name_of(&self, key: Key) -> &'static str {
        let Definition { name, git, .. } = key.definition();
        match self {
            Self::Committed { .. } | Self::Named { .. } | Self::Call => name,
            Self::Git { .. } | Self::Environment => git,
        }
    }
}

impl Entry {
    /// Why it cannot be used; `why` tells more than what the key takes.
    pub(crate) fn refuse(&self, why: Option<&str>) -> Failure {
        let Self { key, value, origin } = self;
        let takes = key.definition().takes;
        let message = match why {
            Some(why) => clean(why),
            None => format!("it takes {takes}").into(),
        };
        let failure = Failure::new(format_args!(
            "{origin}: {} = {value}: {message}",
            origin.name_of(*key)
        ));
        if why.is_some() {
            failure.hint(format!("it takes {takes}"))
        } else {
            failure
        }
    }

    pub(crate) fn text(&self) -> Result<&str, Failure> {
        match &self.value {
            Written::Text(text) => Ok(text),
            _ => Err(self.refuse(None)),
        }
    }

    /// A number; git's configuration has it as text.
    pub(crate) fn number(&self) -> Result<f64, Failure> {
        let number = match &self.value {
            Written::Number(number) => Some(*number),
            Written::Text(text) if self.is_of_git() => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| number.is_finite());
        number.ok_or_else(|| self.refuse(None))
    }

    /// True or false; git's configuration has more words for that.
    pub(crate) fn flag(&self) -> Result<bool, Failure> {
        let flag = match &self.value {
            Written::Flag(flag) => Some(*flag),
            Written::Text(text) if self.is_of_git() => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Some(true),
                "false" | "no" | "off" | "0" | "" => Some(false),
                _ => None,
            },
            _ => None,
        };
        flag.ok_or_else(|| self.refuse(None))
    }

    pub(crate) fn is_of_git(&self) -> bool {
        matches!(self.origin, Origin::Git { .. } | Origin::Environment)
    }
}

/// A text in quotes as TOML has it, without a control character.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if clean(c.encode_utf8(&mut [0; 4])) == "\u{fffd}" => {
                write!(out, "\\u{:04X}", u32::from(c)).expect("writing to a string cannot fail");
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
