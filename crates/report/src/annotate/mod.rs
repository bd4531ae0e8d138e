//! What is told about the changes of a range, where a pull request or a pipeline shows it.
//!
//! The binary fills one [`Annotations`]; one function per format turns it into text: [`github`], [`gitlab`], [`sarif`],
//! [`rdjson`], [`markdown`], [`json`], [`text`]. Limits and escapes of a format are known to its function alone. Where
//! there is nothing to tell, each says so in the way of its format: no line, an empty list, an empty comment.

mod fingerprint;
mod github;
mod gitlab;
mod json;
mod markdown;
mod rdjson;
mod sarif;
mod text;
mod wording;

pub use fingerprint::fingerprint;
pub use github::github;
pub use gitlab::gitlab;
pub use json::json;
pub use markdown::{MARKER, markdown};
pub(crate) use markdown::{code, plain};
pub use rdjson::rdjson;
pub use sarif::{MOST_RESULTS, sarif};
pub use text::text;

use crate::{FileShare, Followed, ScoredChange, Worth};
use risk_change::RepoPath;
use risk_evaluate::Threshold;

/// Where people read about the tool.
pub(crate) const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// The id of the one rule.
pub(crate) const RULE: &str = "risky-change";

/// What is told about the changes of a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotations {
    /// Version of the tool, as `0.1.0`.
    pub version: String,
    /// The range as it was asked for, as `main..HEAD`.
    pub range: String,
    /// Full id of the commit that the range begins after.
    pub base: String,
    /// Full id of the best common ancestor of base and tip; `None` if they share no history.
    pub fork: Option<String>,
    /// Full id of the last commit.
    pub tip: String,
    /// Every change of the range that has a score, oldest first; reasons and files are not filled in.
    pub changes: Vec<ScoredChange>,
    /// Commits of the range that have none: merges, and what changes no file's content.
    pub n_unscored: usize,
    /// What is told, the worst first, as [`Annotation::order`] has it.
    pub told: Vec<Annotation>,
    /// All commits as one change, as a squash merge would land them; `None` with fewer than two that are scored.
    pub combined: Option<Combined>,
    /// From where on a change is told.
    pub warn_above: Threshold,
    /// From where on the run fails.
    pub fail_above: Option<Threshold>,
    /// What became of earlier changes that reached `warn_above`; `None` if there were too few.
    pub followed: Option<Followed>,
    /// How good the model is here.
    pub worth: Worth,
}

/// What is told about one change.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// The change, with all that is known about it.
    pub score: ScoredChange,
    /// Why it is told.
    pub level: Level,
    /// Lines at the tip that stand for it; `None` if none of its files has a line in the difference.
    pub anchor: Option<Anchor>,
    /// The file that carries most of its risk, which need not be there at the tip.
    pub file: RepoPath,
    /// What it is recognised by in another run, see [`fingerprint`].
    pub fingerprint: String,
}

/// Why a change is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Everything was asked for.
    Notice,
    /// It reaches the threshold of warnings.
    Warning,
    /// It reaches the threshold that makes the run fail.
    Failure,
}

/// Lines of a file at the tip, all of them added or edited in the difference between the common ancestor and the tip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The file.
    pub path: RepoPath,
    /// First line, counted from 1.
    pub first: u32,
    /// Last line.
    pub last: u32,
    /// The last line as it stands there, without its end.
    pub last_line: Vec<u8>,
}

/// All commits of a range as one change.
#[derive(Clone, Debug, PartialEq)]
pub struct Combined {
    /// P(Defective) of one change with all edits, by the author of the tip and with an unknown message.
    pub probability: f64,
    /// Lines added.
    pub added: u64,
    /// Lines deleted.
    pub deleted: u64,
    /// Files that carry most of it, the heaviest first.
    pub files: Vec<FileShare>,
    /// Files that are not listed.
    pub n_more_files: usize,
}

impl Annotations {
    /// The change with the highest probability, the oldest of several.
    pub fn riskiest(&self) -> Option<&ScoredChange> {
        let all = self.changes.iter().rev();
        all.max_by(|a, b| a.probability.total_cmp(&b.probability))
    }

    /// How many changes are told at a level.
    pub(crate) fn n_at(&self, level: Level) -> usize {
        self.told.iter().filter(|it| it.level == level).count()
    }
}

impl Annotation {
    /// The order in which changes are told: failures first, then warnings, and the riskiest first among each.
    pub fn order(a: &Self, b: &Self) -> std::cmp::Ordering {
        let by_risk = || b.score.probability.total_cmp(&a.score.probability);
        b.level.cmp(&a.level).then_with(by_risk)
    }

    /// The file to name where one has to be named: that of the anchor, else the one with most of the risk.
    pub(crate) fn path(&self) -> &RepoPath {
        self.anchor
            .as_ref()
            .map_or(&self.file, |anchor| &anchor.path)
    }
}

#[cfg(test)]
mod tests;
