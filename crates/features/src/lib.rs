//! Change to Features, from what was known before the change.
//!
//! A [`Tracker`] holds the changes absorbed so far. [`Tracker::observe`] takes the next non-merge
//! [`Change`](risk_change::Change) of the documented order with what is [`Seen`] from it (its ancestors, its
//! author after `.mailmap`, whether it fixes a defect), gives its [`Features`], and absorbs it;
//! [`Tracker::peek`] gives the same and absorbs nothing. A [`Saved`] tracker goes on where it stopped.
//!
//! Features are computed from the change itself ([`Diffusion`], [`Size`], [`Purpose`], [`TestsDocs`],
//! [`EditShape`], [`MessageShape`]) and from its past ([`History`], [`Experience`]). The past of a change is its
//! ancestors among the absorbed changes: what happened on a branch that was not merged yet is not known, even
//! if it happened earlier. There is no label here, no file, no clock and no git.
//!
//! ```
//! use risk_change::{Ancestors, Author, Change, ChangeId, Timestamp};
//! use risk_features::{Features, Seen, Tracker};
//!
//! let author = Author { name: "Ann".into(), email: "ann@example.org".into() };
//! let change = Change {
//!     id: ChangeId::from_bytes(&[1; 20]).expect("20 bytes are an id"),
//!     parents: vec![],
//!     author: author.clone(),
//!     authored_at: Timestamp(0),
//!     committed_at: Timestamp(0),
//!     message: "start".to_owned(),
//!     files: vec![],
//! };
//! let mut tracker = Tracker::default();
//! for position in 0..3 {
//!     let ancestors = Ancestors::prefix(position);
//!     let seen = Seen { position, ancestors: &ancestors, author: &author, is_fix: false, is_repeated: false };
//!     let features = tracker.observe(&change, &seen);
//!     assert_eq!(features.experience.exp, f64::from(position));
//!     assert_eq!(Features::NAMES[11], "exp");
//!     assert_eq!(features.to_row()[11], f64::from(position));
//! }
//! ```

mod authors;
mod definitions;
mod diffusion;
mod experience;
mod features;
mod history;
mod index;
mod lives;
mod log;
mod marks;
mod message;
mod names;
mod purpose;
mod saved;
mod shape;
mod size;
#[cfg(test)]
mod testing;
mod tests_docs;
mod touches;
mod tracker;

pub use diffusion::Diffusion;
pub use experience::Experience;
pub use features::{Definition, Features, Group, Unit};
pub use history::History;
pub use message::MessageShape;
pub use purpose::Purpose;
pub use saved::{RestoreError, Saved};
pub use shape::EditShape;
pub use size::Size;
pub use tests_docs::TestsDocs;
pub use tracker::{Seen, Tracker};

/// `part / whole`, and 0 for a part of nothing.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}
