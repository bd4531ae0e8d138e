//! The report of a repository as one HTML file that needs nothing else.
//!
//! An [`Overview`] becomes a page by [`html`], or by [`from_json`] if it was written down before. The page holds its
//! styles, its scripts and its data, and asks for nothing: it can be mailed, archived, and opened without a server.
//! [`live`] is the same page for a server; it fetches the data and looks now and then whether there is newer one.
//!
//! Subjects, names and paths come from strangers. Three things keep them from doing harm, each alone enough: the page
//! makes text of them and never markup; its policy lets a browser run the scripts of this crate alone, known by their
//! checksums, and lets it ask nobody; the data is packed, so no text in it can end the element that it is in.
//!
//! ```
//! let page = risk_page::live("git-risk 0.1.0", None);
//! assert!(page.starts_with("<!doctype html>"));
//! assert!(risk_page::from_json("{}").is_err());
//! ```

mod bundle;
mod error;
mod escape;
mod packed;
mod plain;
mod policy;
mod template;

pub use error::Error;

use bundle::{CHARTS, STYLE, script};
use escape::{escape, escape_json};
use policy::{Policy, Reach};
use risk_report::Overview;
use std::borrow::Cow;

/// What is returned where something can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// The page of a repository, as one file.
///
/// `tool` is name and version of the program that makes it.
///
/// # Panics
///
/// Never: what an overview is written as is what the page reads.
pub fn html(tool: &str, overview: &Overview) -> String {
    from_json(&risk_report::json::overview(tool, overview))
        .expect("because an overview has all that the page needs")
}

/// The page of a repository whose overview was written as JSON by [`risk_report::json::overview`].
///
/// # Errors
///
/// [`Error::Json`] if it is something else.
pub fn from_json(json: &str) -> Result<String> {
    let gist: plain::Gist = serde_json::from_str(json).map_err(Error::Json)?;
    Ok(page(&Parts {
        tool: &gist.tool,
        title: &format!("{} · risk report", gist.repository.name),
        boot: r#"{"mode":"file"}"#,
        data: &packed::pack(json),
        plain: &plain::report(&gist),
        reach: Reach::Nothing,
    }))
}

/// The page for a server, which fetches its data: of one repository, or with a choice of all.
///
/// It is served at `/r/{repository}/`, or at `/` without one, and asks for `api/v1/repositories` below `/` and for
/// `api/v1/repositories/{repository}/report`, by relative addresses, so that `/` may be any folder of the server. The
/// name is that in the address, not percent-encoded.
pub fn live(tool: &str, repository: Option<&str>) -> String {
    let root = if repository.is_some() { "../../" } else { "./" };
    let boot = serde_json::json!({ "mode": "live", "root": root, "repository": repository });
    let title = match repository {
        Some(name) => Cow::Owned(format!("{name} · risk report")),
        None => Cow::Borrowed("Risk reports"),
    };
    page(&Parts {
        tool,
        title: &title,
        boot: &escape_json(&boot.to_string()),
        data: "",
        plain: plain::LIVE,
        reach: Reach::OwnServer,
    })
}

/// What differs between pages.
struct Parts<'a> {
    /// Text.
    tool: &'a str,
    /// Text.
    title: &'a str,
    /// JSON that tells the page where its data is.
    boot: &'a str,
    /// What [`packed::pack`] made; empty if it is fetched.
    data: &'a str,
    /// Markup.
    plain: &'a str,
    reach: Reach,
}

fn page(parts: &Parts) -> String {
    let script = script();
    let policy = Policy {
        scripts: &[CHARTS, &script],
        style: STYLE,
        reach: parts.reach,
    };
    template::fill(&[
        ("policy", &escape(&policy.to_string())),
        ("tool", &escape(parts.tool)),
        ("title", &escape(parts.title)),
        ("style", STYLE),
        ("plain", parts.plain),
        ("boot", parts.boot),
        ("data", parts.data),
        ("charts", CHARTS),
        ("script", &script),
    ])
}
