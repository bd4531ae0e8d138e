//! What can be typed. The comments are the help.

use crate::commands::hook::HookArgs;
use crate::labels::Fate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// How likely is each commit to need a fix later, and why: learned from the repository's own history.
///
/// git-risk reads the history of the repository once, finds which changes had to be repaired by later ones,
/// and keeps a model that it updates change by change, as the team lived it. Everything stays on this
/// machine; what is learned is kept in the `risk` folder of the git directory.
///
/// Installed on the PATH it is `git risk`.
#[derive(Debug, Parser)]
#[command(name = "git-risk", bin_name = "git risk", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  git risk score                    the last commit
  git risk score main..topic        every commit of a branch
  git risk score --staged           what the next commit would hold
  git risk explain HEAD~3           every feature of a change, and what became of it
  git risk label HEAD~3 clean --why \"the fix is about something else\"
  git risk status                   how good the model is on this repository

Exit codes: 0 it ran, 1 a gate that was asked for stopped it, 2 it could not tell (wrong usage, or something failed).";

#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The repository, or a folder in it; bare ones too
    #[arg(long, global = true, value_name = "PATH", default_value = ".")]
    pub(crate) repo: PathBuf,
    /// How the answer is written
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Threads for reading; the answer does not depend on it [default: one a core]
    #[arg(long, global = true, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
    /// Settings from this file in place of the .git-risk.toml that is committed, as to try one out
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// No progress and no notes on standard error
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For machines: see docs/json.md
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Score changes: how likely to need a fix later, how unusual, why, and where
    Score(ScoreArgs),
    /// Tell all about one change: every feature, why it is a fix or is none, and what became of it
    Explain(ExplainArgs),
    /// Learn from the history of the repository, or from what came since
    ///
    /// Scoring does this by itself when it has to. Learning is the back-test: each change is scored with what
    /// was known when it arrived, and the figures printed are those of these scores.
    Train(TrainArgs),
    /// Say what a change really was, where what was found is wrong; without a revision, list what people said
    ///
    /// A label by a person holds in place of the one that was found, from the next training on. It is kept in the file
    /// `risk/labels` below the git directory, or with --note as a git note at refs/notes/risk, which can be pushed.
    Label(LabelArgs),
    /// Show what was learned and how good the model is on this repository
    Status(StatusArgs),
    /// Print what is configured, as a .git-risk.toml; --explain tells where each value comes from
    ///
    /// What holds is read from the base, the main branch: a change cannot lower its own grade. Git's configuration
    /// (risk.*) overrides the file, and git -c overrides that. See docs/configuration.md.
    Config(ConfigArgs),
    /// Look at what a push sends, as git's pre-push hook
    Hook(HookArgs),
}

impl Command {
    /// Whether it makes anew what was learned, if that is damaged.
    pub(crate) fn learns(&self) -> bool {
        !matches!(self, Self::Status(_) | Self::Label(_) | Self::Config(_))
    }
}

#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// A revision, or a range A..B; of a merge, the changes that it brought in [default: HEAD]
    #[arg(value_name = "REV|RANGE", conflicts_with_all = ["staged", "worktree"], allow_hyphen_values = false)]
    pub(crate) revision: Option<String>,
    /// What the next commit would hold: the index against HEAD
    #[arg(long, conflicts_with = "worktree")]
    pub(crate) staged: bool,
    /// All edits of tracked files: the working tree against HEAD
    #[arg(long)]
    pub(crate) worktree: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The revision
    #[arg(value_name = "REV", default_value = "HEAD")]
    pub(crate) revision: String,
}

#[derive(Debug, Args)]
pub(crate) struct TrainArgs {
    /// Up to where [default: the main branch of the remote or of the repository, else HEAD]
    #[arg(value_name = "REV")]
    pub(crate) revision: Option<String>,
    /// Forget what was learned and learn everything anew
    #[arg(long)]
    pub(crate) fresh: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// Tell for each key what it is, where its value comes from, and what another value would do
    #[arg(long)]
    pub(crate) explain: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LabelArgs {
    /// The change
    #[arg(value_name = "REV", requires = "label")]
    pub(crate) revision: Option<String>,
    /// What it was
    #[arg(value_enum, value_name = "LABEL", requires = "why")]
    pub(crate) label: Option<Fate>,
    /// How you know, for those who read it later
    #[arg(long, value_name = "TEXT", requires = "label")]
    pub(crate) why: Option<String>,
    /// Keep it as a git note, which can be pushed
    #[arg(long, requires = "label")]
    pub(crate) note: bool,
    /// Take back the label of a change, file and note
    #[arg(long, value_name = "REV", conflicts_with_all = ["revision", "import"])]
    pub(crate) remove: Option<String>,
    /// Take over labels that `git risk label --format json` has written; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "revision")]
    pub(crate) import: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// List everything that was left out, one line each
    #[arg(long)]
    pub(crate) skipped: bool,
}
