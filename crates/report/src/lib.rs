//! Scores and evaluations as text and JSON.
//!
//! The binary fills the plain structs of this crate: [`ScoredChange`]s with their [`Reason`]s and
//! [`FileShare`]s, and the [`Worth`] of the model on this repository. One function per format turns them into
//! text: [`text::score`], [`text::table`], [`text::worth`], [`json::scores`], [`json::status`]; those of [`annotate`] for pull requests and
//! pipelines, and [`markdown`] for releases.
//!
//! Paths, names and subjects come from strangers: [`clean`] takes every control character out of what is
//! shown to a person. A [`Page`] says for how many columns a text is laid out; [`ascii`] translates it for terminals
//! that show nothing else.

mod advice;
pub mod annotate;
mod ascii;
mod clean;
mod configuration;
mod given;
pub mod json;
pub mod markdown;
mod overview;
mod page;
mod push;
mod release;
mod repair;
mod scored;
pub mod text;
mod worth;

pub use advice::{advice, worth_a_look};
pub use ascii::ascii;
pub use clean::clean;
pub use configuration::{Configuration, ConfiguredKey, Source, toml};
pub use given::{GivenCounts, GivenLabel, Relabelled};
pub use overview::{
    ChangeColumns, DirectoryExperts, Expert, FileRisk, Forge, Found, Hotspots, Latency,
    LatencyPoint, Moved, Overview, Place, Since, Timeline, TimelineStep, Tree,
};
pub use page::Page;
pub use push::{Followed, PushWarning};
pub use release::{
    Criterion, Customers, ErrorOfModel, ExpectedDefects, FollowedUp, FoundDefects, GrowthOfFixes,
    Interval, PastRelease, PlaceRisk, Readiness, RelationOfFixes, ReleaseHistory, ReleaseRange,
    ReleaseReadiness, RemainingRisk, WeekOfFixes, WeeklyFixes,
};
pub use repair::{CandidateChange, NamedChange, Repair, TracedLine, UntracedFile};
pub use scored::{Account, Fact, FileShare, HunkShare, Linked, Reason, ScoredChange};
pub use worth::{Block, Drift, LeftOut, RankedBy, ReliabilityBin, Skips, Verdict, Worth};
