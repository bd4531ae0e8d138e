//! `git risk completions`

use crate::args::{CompletionsArgs, Shell};
use crate::error::Failure;
use std::io::Write;

impl Shell {
    /// Lets the shell complete `git-risk` and `git risk`.
    pub(crate) fn script(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../shells/git-risk.bash"),
            Self::Zsh => include_str!("../shells/git-risk.zsh"),
            Self::Fish => include_str!("../shells/git-risk.fish"),
        }
    }
}

pub(crate) fn run(args: &CompletionsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    Ok(out.write_all(args.shell.script().as_bytes())?)
}
