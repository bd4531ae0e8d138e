//! Whether a release is ready: what was to be expected of its changes, what was found, and where the rest of the risk sits.

use serde::Serialize;

/// How ready a release is, as `git risk release` tells it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReleaseReadiness {
    /// Which changes, and by what was known when.
    pub range: ReleaseRange,
    /// Defective changes to be expected.
    pub expected: ExpectedDefects,
    /// What was found, and what was not yet.
    pub found: FoundDefects,
    /// Fixes by week.
    pub weekly: WeeklyFixes,
    /// Who found what the fixes repair.
    pub customers: Customers,
    /// The criteria, each with what comes of it.
    pub criteria: Vec<Criterion>,
    /// The changes with the most remaining risk, at most ten, the worst first.
    pub riskiest: Vec<RemainingRisk>,
    /// The files that carry it, at most ten, the worst first.
    pub files: Vec<PlaceRisk>,
    /// The folders that carry it, likewise; each with all that is directly in it.
    pub directories: Vec<PlaceRisk>,
    /// How many fixes follow so many new lines, by earlier releases: one for each window.
    pub growth: Vec<GrowthOfFixes>,
}

/// The changes of a release.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReleaseRange {
    /// How it is called, as `v1.2..v1.3`.
    pub name: String,
    /// Full hexadecimal id of the commit that it begins after; `None` if it begins with the history.
    pub base: Option<String>,
    /// Full hexadecimal id of its last commit.
    pub tip: String,
    /// When the first of its changes landed: seconds since 1970, UTC; `None` without changes.
    pub from: Option<i64>,
    /// When the last of its commits landed.
    pub to: i64,
    /// By what had landed at this time it is judged.
    pub known_at: i64,
    /// Changes that have a score.
    pub changes: usize,
    /// Lines that they add.
    pub lines: u64,
}

/// A number with a 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Interval {
    /// What is to be expected.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Defective changes to be expected in a release, found ones included.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExpectedDefects {
    /// By the model: the sum of the probabilities told at the arrivals, with the error of the model.
    pub by_model: Interval,
    /// The same by chance alone, as if each probability were true.
    pub by_chance: Interval,
    /// By the number of changes and the base rate; `None` with too little before.
    pub by_changes: Option<f64>,
    /// By the lines added and the best relation over earlier releases; `None` with too few of them.
    pub by_lines: Option<f64>,
    /// How far the model was off before; `None` with too little before, and then the interval is by chance alone.
    pub model_error: Option<ErrorOfModel>,
}

/// How far sums of probabilities were off over earlier stretches of changes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ErrorOfModel {
    /// Stretches.
    pub stretches: usize,
    /// Changes of each.
    pub changes: usize,
    /// Defective ones that should have been found in them.
    pub expected: f64,
    /// Defective ones that were.
    pub observed: usize,
    /// Relative error of a sum beyond chance, as a standard deviation.
    pub spread: f64,
}

/// What was found of a release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct FoundDefects {
    /// Defective changes that a fix showed.
    pub changes: usize,
    /// Fixes that did.
    pub fixes: usize,
    /// Defective changes that none showed yet.
    pub unseen: Interval,
    /// Found ones as a share of both; `None` if there is neither.
    pub share: Option<Interval>,
}

/// Fixes of a release by week.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WeeklyFixes {
    /// The weeks since the first change, oldest first; the last one ends at the moment that is looked at.
    pub weeks: Vec<WeekOfFixes>,
    /// The most in a week that link to changes of the release.
    pub peak: usize,
    /// Their mean over the last two weeks.
    pub present: f64,
    /// That as a share of the peak; `None` without any.
    pub share: Option<f64>,
}

/// A week of fixes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WeekOfFixes {
    /// Its first moment: seconds since 1970, UTC.
    pub from: i64,
    /// Fixes that link to changes of the release.
    pub linked: usize,
    /// All fixes that landed.
    pub landed: usize,
}

/// Who found what the fixes repair.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Customers {
    /// Fixes that name an issue which a customer found; `None` if nothing tells.
    pub by_customers: Option<usize>,
    /// Fixes that name other issues alone; `None` likewise.
    pub by_others: Option<usize>,
    /// Fixes that name no issue of the export; `None` likewise.
    pub untold: Option<usize>,
    /// Why nothing tells.
    pub why_not: Option<&'static str>,
}

/// A criterion and what comes of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Criterion {
    /// Its name: `found` or `weekly`.
    pub name: &'static str,
    /// What is asked for: at least this share found, at most this share of the peak.
    pub threshold: f64,
    /// What there is; `None` if it is not known.
    pub value: Option<f64>,
    /// What comes of it.
    pub verdict: Readiness,
    /// Why, for people.
    pub why: String,
}

/// What comes of a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// It is met.
    Met,
    /// It is not met.
    NotMet,
    /// It cannot be told.
    Unknown,
}

/// A change and what is left of its risk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RemainingRisk {
    /// Full hexadecimal id.
    pub commit: String,
    /// First line of its message.
    pub subject: String,
    /// Who wrote it, after `.mailmap`.
    pub author: String,
    /// `P(Defective)` as told at its arrival.
    pub probability: f64,
    /// `P(Defective)` now that no fix followed for so long.
    pub remaining: f64,
    /// Days since it landed.
    pub days: f64,
}

/// A file or a folder and the remaining risk that its changed lines carry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlaceRisk {
    /// Where it is; of a folder without a slash at its end, and empty for the root.
    pub path: String,
    /// Lines that the changes of the release add and delete in it.
    pub lines: u64,
    /// Defects to be expected in it that no fix showed yet.
    pub risk: f64,
}

/// How the fixes that follow a release within a window grow with its new lines.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GrowthOfFixes {
    /// Days after the release in which fixes are counted.
    pub days: f64,
    /// Earlier releases that it is fitted to.
    pub releases: usize,
    /// One for each shape.
    pub relations: Vec<RelationOfFixes>,
    /// The shape with the smallest error.
    pub best: &'static str,
    /// Fixes to be expected for the lines of this release; `None` where it is told of no single one.
    pub fixes: Option<f64>,
}

/// A relation of new lines to fixes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RelationOfFixes {
    /// `constant` (a), `linear` (a + b x), `power` (a x^b) or `exponential` (a exp(b x)).
    pub shape: &'static str,
    /// The factor or term `a`.
    pub a: f64,
    /// What goes with the lines.
    pub b: f64,
    /// Part of the variance of ln(1 + fixes) that it explains; `None` if there is none.
    pub r2: Option<f64>,
    /// Root mean squared error of ln(1 + fixes) on releases that were left out.
    pub error: f64,
}

/// The past releases of a repository, each judged by what was known when it was made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReleaseHistory {
    /// The releases, oldest first.
    pub releases: Vec<PastRelease>,
    /// Tags that look like releases and are no part of this line of history.
    pub beside: usize,
    /// The relation over all of them, for each window.
    pub growth: Vec<GrowthOfFixes>,
}

/// A release of the past.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PastRelease {
    /// The tag.
    pub tag: String,
    /// Its changes, judged by what was known when it was made.
    pub range: ReleaseRange,
    /// Defective changes to be expected.
    pub expected: ExpectedDefects,
    /// What was found then.
    pub found: FoundDefects,
    /// Fixes that week, without the weeks themselves.
    pub weekly: WeeklyFixes,
    /// The criteria as they would have been told.
    pub criteria: Vec<Criterion>,
    /// What followed, for each window.
    pub after: Vec<FollowedUp>,
    /// Defective changes in it that are known today.
    pub found_today: usize,
}

/// What followed a release.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FollowedUp {
    /// Days that are counted.
    pub days: f64,
    /// Whether they are over.
    pub complete: bool,
    /// Changes that were expected to be found defective within them.
    pub expected: Interval,
    /// Changes that were.
    pub changes: usize,
    /// Fixes that link to changes of the release.
    pub fixes: usize,
}
