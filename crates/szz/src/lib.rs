//! Which changes are fixes, who wrote each line, and which changes induced each fix.
//!
//! [`FixRules`] judge a [`Change`](risk_change::Change) by its message and files: a [`Fix`] with its
//! [`Evidence`], or the [`NotFix`] reason. [`Origins`] carries the origin of every line along the commit
//! graph, one change at a time, in place of `git blame`. [`candidates`] are the origins of the lines that a
//! fixing change deletes, and a [`Variant`] of SZZ selects among them. [`Szz`] does all of this in one fold
//! and gives out [`Link`]s when the fixing change arrives, so that a link cannot exist before its time.
//!
//! Nothing here reads git: changes come with their hunks, and positions are those of the documented order.

mod account;
mod candidates;
mod deleted;
mod error;
mod filters;
mod fitted;
mod fixes;
mod index;
mod involvement;
mod origins;
mod szz;
#[cfg(test)]
mod testing;
mod variant;
mod weigh;
mod weight;

pub use account::{Account, Judged, Verdict};
pub use candidates::{Candidate, Candidates, candidates};
pub use deleted::{Deleted, DeletedLine, Treatment, Untraced};
pub use error::Error;
pub use filters::is_traced;
pub use fixes::{Evidence, Explanation, Fix, FixRules, Named, NotFix};
pub use index::SavedIndex;
pub use involvement::{Involved, Involvement};
pub use origins::{Origins, SavedOrigins, Trail, UNKNOWN, Whitespace};
pub use szz::{Link, Options, Outcome, Saved, Szz};
pub use variant::Variant;
pub use weigh::{N_SIGNS, Signs, Weights};
pub use weight::Weight;
