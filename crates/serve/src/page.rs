//! The page that a browser gets. This is the one place that knows how it is made.

use crate::TOOL;

/// The page of a repository, or without one the page on which to choose. It fetches its data by itself.
pub(crate) fn page(repository: Option<&str>) -> String {
    risk_page::live(TOOL, repository)
}

/// What a browser may do with a page beside what the page itself allows: no other site may frame it.
///
/// The page names its scripts and styles by checksum in an element of its own; both policies hold.
pub(crate) const POLICY: &str =
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";
