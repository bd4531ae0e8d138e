//! What can be typed. The comments are the help.

use crate::commands::hook::HookArgs;
use crate::formats::{self, FormatTo};
use crate::labels::Fate;
use crate::serve_args::ServeArgs;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use risk_evaluate::Threshold;
use std::path::PathBuf;

/// How likely is each commit to need a fix later, and why: learned from the repository's own history.
///
/// git-risk reads the history of the repository once, finds which changes had to be repaired by later ones,
/// and keeps a model that it updates change by change, as the team lived it. Everything stays on this
/// machine; what is learned is kept in the `risk` folder of the git directory.
///
/// Installed on the PATH it is `git risk`.
#[derive(Debug, Parser)]
#[command(name = "git-risk", bin_name = "git risk", version, after_help = SHORT, after_long_help = LONG)]
#[command(max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Part of the short help and of the long one.
macro_rules! examples {
    () => {
        "\
Examples:
  git risk score                           the last commit
  git risk score main..topic               every commit of a branch
  git risk score --staged                  what the next commit would hold
  git risk annotate main..HEAD             what stands out in a pull request
  git risk explain HEAD~3                  every feature, and what became of it
  git risk label HEAD~3 clean --why TEXT   what you know better is learned
  git risk status                          how good the model is on this repository"
    };
}

const SHORT: &str = concat!(
    examples!(),
    "

Exit codes: 0 it ran, 1 a gate that was asked for stopped it, 2 it could not tell (wrong usage, or \
something failed).

Manual: git risk setup installs manual pages and completions for your shell. Without the pages git risk --help \
finds nothing, while git-risk --help and git risk help always do."
);

const LONG: &str = concat!(
    examples!(),
    "

Exit codes:
  0  it ran
  1  a gate that was asked for stopped it
  2  it could not tell: wrong usage, or something failed

Environment:
  GIT_PAGER, PAGER           the pager for long answers, chosen as git does
  NO_COLOR, CLICOLOR_FORCE   no colours; colours without a terminal too
  COLUMNS, LINES             the size of the terminal, if not its own
  LC_ALL, LC_CTYPE, LANG     terminals that are not UTF-8 get ASCII

Files:
  .git/risk                  what was learned, and labels that people gave

Manual: git risk setup installs manual pages and completions for your shell. Without the pages git risk --help \
finds nothing, while git-risk --help and git risk help always do."
);

#[derive(Debug, Args)]
#[command(next_help_heading = "Options of all commands")]
pub(crate) struct Global {
    /// The repository, or a folder in it; bare ones too
    #[arg(long, global = true, value_name = "PATH", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(crate) repo: PathBuf,
    /// How the answer is written
    // The annotating command has an option of the same name and type, which takes more and stands in its place there.
    #[arg(long, global = true, value_parser = formats::one_plain(), default_value = "text")]
    pub(crate) format: FormatTo,
    /// Threads for reading; the answer does not depend on it [default: one a core]
    #[arg(long, global = true, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
    /// Settings from this file in place of the .git-risk.toml that is committed, as to try one out
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Issues that a tracker has exported (CSV or JSON), to tell fixes by; in place of issues.file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) issues: Option<PathBuf>,
    /// No progress and no notes on standard error
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Tell on standard error what is going on and how long it takes; -vv tells more
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Print long answers as they are
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
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
    /// Tell about the changes of a pull request that stand out, where people see it
    ///
    /// Scores each commit of a range as if it landed now, by what was learned without them, and writes those that
    /// stand out as annotations, a report or a comment. Each is put at the lines of the difference that carry
    /// most of its risk.
    Annotate(AnnotateArgs),
    /// Tell all about one change: every feature, why it is a fix or is none, and what became of it
    Explain(ExplainArgs),
    /// Tell why a change counts as a fix, and which changes it is held to repair
    ///
    /// Shows the evidence, every candidate with what speaks for it and why it was kept or dropped, and the lines that were
    /// traced. It answers for any commit: also for one that counts as no fix, as if it were one.
    WhyFix(WhyFixArgs),
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
    /// Tell how ready a release is: the defects to be expected, what of them was found, and where the rest sits
    ///
    /// Without a range it is about what has landed since the last release, the tag on this line of history that looks like
    /// a version. Two criteria are told: the share of the expected defects that was found, and whether the weekly number of
    /// fixes has fallen from its peak. See docs/release.md.
    Release(ReleaseArgs),
    /// Show what was learned and how good the model is on this repository
    Status(StatusArgs),
    /// Write a page about the repository: risk over time, what is risky now, where it sits, and how far to believe it
    ///
    /// One HTML file that needs no network and no server: what is risky now with reasons, files and people who know them,
    /// how good the model is, and what changed since the last report. With --format json the same as data.
    Report(ReportArgs),
    /// Show the report in a browser, for one repository or several, refreshed as commits arrive
    ///
    /// Runs git-risk-serve, which is installed beside git-risk. The page is at localhost:7474, its data below /api/v1, as
    /// /openapi.json describes it. It can be reached from this machine alone, unless --listen says otherwise. See
    /// docs/serve.md.
    Serve(ServeArgs),
    /// List changes as git log does, the newest first, each with its risk and what became of it
    Log(LogArgs),
    /// Show in which files and directories the remaining risk sits, and who knows them
    ///
    /// A change that no fix followed so far is defective with a probability that falls the longer it is silent. It is shared
    /// out over those of its lines that are still there; the risk of a file is the sum over its lines: the number of
    /// defects to be expected in it that nobody has seen yet.
    Hotspots(HotspotsArgs),
    /// Show where it is kept what was learned, or hand it on to another clone
    ///
    /// Without a command: where it lies, how large it is, up to which commit it goes, and who wrote it.
    State(StateArgs),
    /// Print what is configured, as a .git-risk.toml; --explain tells where each value comes from
    ///
    /// What holds is read from the base, the main branch: a change cannot lower its own grade. Git's configuration
    /// (risk.*) overrides the file, and git -c overrides that. See docs/configuration.md.
    Config(ConfigArgs),
    /// Look at what a push sends, as git's pre-push hook: install it, and see to it
    Hook(HookArgs),
    /// Install manual pages and shell completions for yourself, or remove them
    ///
    /// Writes the manual pages and the completions for bash, zsh and fish below ~/.local/share (or
    /// `$XDG_DATA_HOME`), the pages beside this program if it lies in your home, and says what was written.
    Setup(SetupArgs),
    /// Print a script that completes git-risk and git risk in a shell
    ///
    /// git risk setup puts it where the shell finds it.
    Completions(CompletionsArgs),
    /// Print a manual page, or write all of them into a folder
    Man(ManArgs),
    /// What can come next on a command line; asked by the completion scripts
    #[command(hide = true)]
    Complete(CompleteArgs),
}

impl Command {
    /// Whether its answer is text to read, for which a pager may be started.
    pub(crate) fn is_read(&self) -> bool {
        matches!(
            self,
            Self::Score(_)
                | Self::Annotate(_)
                | Self::Explain(_)
                | Self::WhyFix(_)
                | Self::Release(_)
                | Self::Status(_)
                | Self::Log(_)
                | Self::Hotspots(_)
                | Self::Label(_)
                | Self::Config(_)
        )
    }

    /// Whether it makes anew what was learned, if that is damaged.
    pub(crate) fn learns(&self) -> bool {
        !matches!(
            self,
            Self::Status(_) | Self::Label(_) | Self::Config(_) | Self::State(_)
        )
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
pub(crate) struct AnnotateArgs {
    /// The commits that HEAD has and BASE has not, as BASE..HEAD [default: what HEAD has beyond the main branch]
    #[arg(value_name = "RANGE")]
    pub(crate) range: Option<String>,
    /// What is written, and to which file [default: text, to standard output]
    ///
    /// May be given several times; one at most goes to standard output. A file is replaced; the one that
    /// `GITHUB_STEP_SUMMARY` names is added to.
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = formats::WithFile)]
    pub(crate) format: Vec<FormatTo>,
    /// Exit with 1 if a commit reaches this, as "p95", "x4" or "60%"; several must all be reached
    #[arg(long, value_name = "THRESHOLD")]
    pub(crate) fail_above: Option<Threshold>,
    /// Tell commits that reach this [default: p90 x2.5]
    #[arg(long, value_name = "THRESHOLD")]
    pub(crate) warn_above: Option<Threshold>,
    /// Tell every commit that has a score
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The revision
    #[arg(value_name = "REV", default_value = "HEAD")]
    pub(crate) revision: String,
}

#[derive(Debug, Args)]
pub(crate) struct WhyFixArgs {
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

#[derive(Debug, Default, Args)]
pub(crate) struct ReleaseArgs {
    /// The changes, as v1.2..v1.3; of a tag or another revision alone, those since the release before it [default: those
    /// since the last release]
    #[arg(value_name = "RANGE|REV", conflicts_with = "history")]
    pub(crate) range: Option<String>,
    /// Judge a range by what was known when it ended, and not by what is known now
    #[arg(long, requires = "range")]
    pub(crate) then: bool,
    /// List the past releases, each judged by what was known when it was made, with what followed
    #[arg(long)]
    pub(crate) history: bool,
    /// Which tags are releases, as "v*" (* is anything, ? one character) [default: those that look like versions, without
    /// alpha, beta, rc and the like]
    #[arg(long, value_name = "PATTERN")]
    pub(crate) tags: Option<String>,
    /// Exit with 1 if a criterion is not met
    #[arg(long, conflicts_with = "history")]
    pub(crate) fail: bool,
    /// How the answer is written
    #[arg(long, value_parser = formats::one_of_report(), default_value = "text")]
    pub(crate) format: FormatTo,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// List everything that was left out, one line each
    #[arg(long)]
    pub(crate) skipped: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The page, which is replaced as a whole; - is standard output [default: NAME-risk.html here]
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// Tell what changed since this commit, as a tag [default: since the last report]
    #[arg(long, value_name = "REV")]
    pub(crate) since: Option<String>,
    /// A change is recent if it landed within so many days before the last one
    #[arg(long, value_name = "N", default_value = "90")]
    pub(crate) days: u16,
    /// So many of the recent changes are told with reasons, the riskiest
    #[arg(long, value_name = "N", default_value = "50")]
    pub(crate) top: usize,
}

#[derive(Debug, Args)]
pub(crate) struct LogArgs {
    /// A revision with what leads to it, or a range A..B [default: HEAD]
    #[arg(value_name = "REV|RANGE", allow_hyphen_values = false)]
    pub(crate) revision: Option<String>,
    /// List at most so many
    #[arg(long, short = 'n', value_name = "N", default_value = "100")]
    pub(crate) max_count: usize,
    /// List those alone that reach this, as "p95", "x4" or "60%"
    #[arg(long, value_name = "THRESHOLD")]
    pub(crate) above: Option<Threshold>,
}

#[derive(Debug, Args)]
pub(crate) struct HotspotsArgs {
    /// A folder of the repository, to look at what is in it alone
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: Option<String>,
    /// Directories, each with all that is in it, in place of files
    #[arg(long, short)]
    pub(crate) directories: bool,
    /// List at most so many
    #[arg(long, short = 'n', value_name = "N", default_value = "20")]
    pub(crate) max_count: usize,
}

#[derive(Debug, Args)]
pub(crate) struct StateArgs {
    #[command(subcommand)]
    pub(crate) command: Option<StateCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StateCommand {
    /// Write what was learned into one file, for another clone of the repository
    Export {
        /// The file; - is standard output
        #[arg(value_name = "FILE|-", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// With the changes that were read, so that another .mailmap does not mean reading history from git again
        #[arg(long)]
        with_changes: bool,
    },
    /// Take over what was learned in another clone, in place of what was learned here
    ///
    /// All of it is checked first; if anything is wrong with it, what was learned here stays. Take over only what
    /// you would run: whoever can write an export decides on the scores.
    Import {
        /// The file that was exported; - is standard input
        #[arg(value_name = "FILE|-", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SetupArgs {
    /// Write below this folder, as /usr/local
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) prefix: Option<PathBuf>,
    /// Remove what an earlier setup has written, and nothing else
    #[arg(long)]
    pub(crate) remove: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// Through bash-completion, or read by ~/.bashrc
    Bash,
    /// A function for fpath, or read by ~/.zshrc
    Zsh,
    /// A file for a folder of completions
    Fish,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The command whose page is printed [default: git-risk itself]
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    pub(crate) command: Vec<String>,
    /// Write all pages into this folder instead, made if need be
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CompleteArgs {
    /// The words behind git-risk, the last one being typed
    #[arg(
        value_name = "WORD",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub(crate) words: Vec<String>,
}
