//! The page that a browser gets. This is the one place that knows how it is made.

use crate::TOOL;
use crate::repository::Repository;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt::Write;
use std::sync::Arc;

/// The page of a repository, or without one the page on which to choose.
///
/// Names hold nothing that is markup, see [`Repository::name`].
pub(crate) fn page(repository: Option<&str>, all: &[Arc<Repository>]) -> String {
    let mut body = String::new();
    let place = |name: &str| utf8_percent_encode(name, NON_ALPHANUMERIC).to_string();
    let written = match repository {
        Some(name) => {
            let report = format!("../../api/v1/repositories/{}/report", place(name));
            write!(
                body,
                "<h1>{name}</h1><p><a href=\"{report}\">report</a></p>"
            )
        }
        None => all
            .iter()
            .map(|one| &one.name)
            .try_for_each(|name| write!(body, "<p><a href=\"r/{}/\">{name}</a></p>", place(name))),
    };
    written.expect("writing to a string cannot fail");
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Risk reports</title>{body}<p>{TOOL}</p></html>"
    )
}

/// What a browser may do with a page beside what the page itself allows: no other site may frame it.
///
/// The page names its scripts and styles by checksum in an element of its own; both policies hold.
pub(crate) const POLICY: &str =
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";
