//! What a report shows of a repository: how risk went, what is risky now, where it sits, and how far to believe it.

use crate::json::Score;
use crate::{Followed, ReleaseReadiness, ScoredChange, Worth};
use serde::{Serialize, Serializer};

/// A repository at a glance, as `git risk report` writes it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overview {
    /// When it was made: seconds since 1970, UTC.
    pub made_at: i64,
    /// Which repository, and up to where.
    pub repository: Place,
    /// The back-test.
    pub worth: Worth,
    /// The threshold from which on a push warns and a pull request is annotated, as "p90 x2.5".
    pub warn_above: String,
    /// What became of the last changes that reached it; `None` if they are too few to say something.
    pub followed: Option<Followed>,
    /// Risk over time, oldest first.
    pub timeline: Timeline,
    /// How long defects stay unseen.
    pub latency: Latency,
    /// The newest changes, one column for each of what is known about them.
    pub changes: ChangeColumns,
    /// The riskiest of the recent changes, the worst first, with reasons, files and hunks.
    #[serde(serialize_with = "scores")]
    pub riskiest: Vec<ScoredChange>,
    /// From which day on changes are recent enough to be among these: seconds since 1970, UTC.
    pub recent_since: i64,
    /// Where the remaining risk sits.
    pub tree: Tree,
    /// Names of the people that columns and files speak of by number, after `.mailmap`.
    pub people: Vec<String>,
    /// How ready the release under way is; `None` if no tag is a release.
    pub release: Option<ReleaseReadiness>,
    /// What changed since an earlier report; `None` for the first one.
    pub since: Option<Since>,
}

fn scores<S: Serializer>(scores: &[ScoredChange], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(scores.iter().map(Score::of))
}

/// A repository, and up to where it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// What it is called: the last part of the address of `origin`, else of the folder.
    pub name: String,
    /// The branch that was followed; `None` if it is that of `HEAD`.
    pub branch: Option<String>,
    /// Full hexadecimal id of the last commit.
    pub tip: String,
    /// Its time: seconds since 1970, UTC.
    pub tip_at: i64,
    /// Time of the first change.
    pub first_at: i64,
    /// Where people look at it; `None` if `origin` is not an address of a known form.
    pub forge: Option<Forge>,
}

/// Where people look at a repository: addresses with places to fill in, each to be percent-encoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forge {
    /// What it is: `GitHub`, `GitLab` …
    pub name: &'static str,
    /// Address of a commit, with `{commit}`. It begins with `https://`.
    pub commit: String,
    /// Address of a file, with `{commit}` and `{path}`, whose slashes stay.
    pub file: String,
    /// What follows the address of a file to show a line, with `{line}`.
    pub line: &'static str,
}

/// Risk over time, in steps of equal length.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timeline {
    /// Length of a step: `week`, `month`, `quarter` or `year`.
    pub unit: &'static str,
    /// The steps without gaps, oldest first.
    pub steps: Vec<TimelineStep>,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct TimelineStep {
    /// Its first moment: seconds since 1970, UTC.
    pub from: i64,
    /// Changes that landed in it.
    pub changes: usize,
    /// How many of them would be defective by the probabilities told at their arrival: their sum.
    pub expected: f64,
    /// How many of them a fix followed so far.
    pub defective: usize,
    /// How many defects among them are still unseen: `Σ P(defective | no fix up to now)` over those without a fix.
    pub unseen: f64,
    /// How many of them were flagged.
    pub flagged: usize,
    /// Fixes that landed in it.
    pub fixes: usize,
}

/// How long defects stay unseen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// Fixed changes that it is known from.
    pub fixes: usize,
    /// Days within which a quarter, half and three quarters of all defects are fixed, those not found yet included;
    /// `None` beyond ten years.
    pub quartiles: [Option<f64>; 3],
    /// Days after which silence counts as clean.
    pub waiting_days: f64,
    /// Share of defects that a fix shows by then.
    pub within_waiting: f64,
    /// Points of the curve.
    pub points: Vec<LatencyPoint>,
}

/// A point of the curve of latencies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LatencyPoint {
    /// Days since the change.
    pub days: f64,
    /// Share of all defects that are fixed by then.
    pub share: f64,
}

/// Changes by column: the same index in each is the same change, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ChangeColumns {
    /// Changes that were scored, those included that are not listed.
    pub total: usize,
    /// First ten digits of the id.
    pub commit: Vec<String>,
    /// Seconds since 1970, UTC.
    pub committed_at: Vec<i64>,
    /// `P(Defective)` as told at the arrival, in steps of .0001.
    pub probability: Vec<f64>,
    /// Percentile at the arrival, in steps of .1; `None` with too few changes before.
    pub percentile: Vec<Option<f64>>,
    /// Band at the arrival by the lifts of today: 0 low, 1 typical, 2 elevated, 3 high; `None` with too few labels.
    pub band: Vec<Option<u8>>,
    /// What is known of its fate: 0 unverified, 1 clean, 2 defective.
    pub label: Vec<u8>,
    /// Index into the people.
    pub author: Vec<usize>,
    /// Lines added.
    pub added: Vec<u64>,
    /// First line of the message, cut after 120 characters.
    pub subject: Vec<String>,
}

/// The files of the tip, and where the remaining risk sits.
///
/// A change that no fix followed so far is defective with probability `r = P(defective | no fix up to its age)`. Its
/// `r` is shared out over its lines that are still there; the risk of a file is the sum over its lines. So it is the
/// number of defects to be expected that are in the file and still unseen.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tree {
    /// Files that count: neither generated, vendored nor excluded, and not binary.
    pub n_files: usize,
    /// Their lines.
    pub lines: u64,
    /// Their risk: defects to be expected.
    pub risk: f64,
    /// The files with most risk, or most lines; each at most once, in the order of their risk.
    pub files: Vec<FileRisk>,
    /// Who knows the directories best, the largest directories first.
    pub directories: Vec<DirectoryExperts>,
}

/// Where the remaining risk sits, for a terminal.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Hotspots {
    /// The files and directories.
    pub tree: Tree,
    /// Names of the people that they speak of by number.
    pub people: Vec<String>,
    /// Whether directories are told of, and not files.
    #[serde(skip)]
    pub of_directories: bool,
}

/// A file with its remaining risk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileRisk {
    /// Where it is.
    pub path: String,
    /// Its lines.
    pub lines: u64,
    /// Lines that were written within the last year.
    pub young: u64,
    /// Defects to be expected in it.
    pub risk: f64,
    /// Changes that a fix followed so far and of which lines are left in it.
    pub defective: usize,
    /// Time of its youngest line: seconds since 1970, UTC; `None` if no line's origin is known.
    pub changed_at: Option<i64>,
    /// Who wrote most of its lines, at most three.
    pub experts: Vec<Expert>,
}

/// Somebody who wrote lines that are still there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Expert {
    /// Index into the people.
    pub person: usize,
    /// Share of the lines, in `0 ..= 1`.
    pub share: f64,
    /// Whether a change of theirs landed within the last year.
    pub active: bool,
}

/// Who knows a directory with all that is in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DirectoryExperts {
    /// Where it is; empty for the root.
    pub path: String,
    /// Lines of its files.
    pub lines: u64,
    /// Defects to be expected in it.
    pub risk: f64,
    /// Share of its lines by people of whom no change landed within the last year, in `0 ..= 1`.
    pub orphaned: f64,
    /// The smallest number of people who wrote half of its lines: those it depends on.
    pub half_by: usize,
    /// Who wrote most of its lines, at most three.
    pub experts: Vec<Expert>,
}

/// What changed since an earlier report, or since a commit that was named.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Since {
    /// Full hexadecimal id of the commit up to which was read then.
    pub tip: String,
    /// Its time: seconds since 1970, UTC.
    pub tip_at: i64,
    /// How it was named; `None` if it is that of the last report.
    pub name: Option<String>,
    /// Changes that landed since.
    pub changes: usize,
    /// How many of them are defective by their probabilities.
    pub expected: f64,
    /// The riskiest of these, at most ten: full hexadecimal ids, the worst first.
    pub riskiest: Vec<String>,
    /// Changes that a fix followed since, and none before.
    pub n_found: usize,
    /// Of these, how many had been flagged at their arrival.
    pub n_found_flagged: usize,
    /// The newest of these, at most twenty, newest first.
    pub found: Vec<Found>,
    /// Files whose risk rose most, at most ten; empty if the earlier report did not note it.
    pub risen: Vec<Moved>,
    /// Area under the ROC curve as it was then; `None` if it was not noted.
    pub auc: Option<f64>,
    /// Defects to be expected in all files as they were then; `None` if it was not noted.
    pub risk: Option<f64>,
}

/// A change that turned out to be defective.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// Full hexadecimal id.
    pub commit: String,
    /// First line of its message.
    pub subject: String,
    /// `P(Defective)` as told at its arrival.
    pub probability: f64,
    /// Whether it was flagged then.
    pub flagged: bool,
    /// Days until the fix.
    pub days: f64,
}

/// A file whose risk changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// Where it is.
    pub path: String,
    /// Defects to be expected then.
    pub before: f64,
    /// And now.
    pub now: f64,
}
