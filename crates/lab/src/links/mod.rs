//! Links of given fixes: which changes induced each, by variants of SZZ, and how that compares with known pairs.
//!
//! [`Fixes`] are read from a table. [`Found`] are the candidates of each in its repository, by the same fold over
//! line origins as the tool's ([`risk_szz::Szz`]); what the messages say of the changes they repair has no part in it.
//! [`pairs`] are those that messages do tell, as a table to compare with.
//!
//! # Columns
//!
//! Of fixes: `fix` (the commit), `repo` (its repository; may be left out if there is one), `issue_date` (when the fault
//! was reported: `2017-02-11`, `2017-02-11T12:08:39`, or seconds since 1970; may be empty or left out).
//!
//! Of links: `repo`, `fix`, `variant`, `inducing`, `weight` (how probable, 0 to 1), `evidence` (what the inducing change
//! wrote: `lines` that the fix deletes, lines of `tests` that it alters, or lines `near` what it touches). A fix without
//! a link has one row without `inducing`, so that nothing is lost.

pub mod fit;
mod fixes;
mod fold;
pub mod oracle;
mod table;

pub use fixes::{Fix, Fixes};
pub use fold::{Dates, Found, Options, Pairs, pairs, trace};
pub use table::{candidates_table, links_table, pairs_table};
