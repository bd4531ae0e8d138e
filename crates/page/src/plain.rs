//! What a page shows where scripts do not run: the figures that matter and the riskiest changes.

use crate::escape::escape;
use risk_change::Timestamp;
use serde::Deserialize;
use std::fmt::Write;

/// What a page for a server shows without scripts.
pub(crate) const LIVE: &str = "<p>This page fetches its data and needs scripts for that, which this browser does not \
run. <code>git risk report</code> writes a file that shows the figures without.</p>";

/// What is read of an overview.
#[derive(Deserialize)]
pub(crate) struct Gist {
    pub tool: String,
    made_at: i64,
    pub repository: Place,
    recent_since: i64,
    worth: Worth,
    warn_above: String,
    followed: Option<Followed>,
    tree: Tree,
    riskiest: Vec<Risky>,
}

#[derive(Deserialize)]
pub(crate) struct Place {
    pub name: String,
    branch: Option<String>,
    tip: String,
    tip_at: i64,
}

#[derive(Deserialize)]
struct Worth {
    changes: usize,
    base_rate: Option<f64>,
    verdict: String,
    in_prior: bool,
}

#[derive(Deserialize)]
struct Followed {
    changes: usize,
    defective: usize,
}

#[derive(Deserialize)]
struct Tree {
    n_files: usize,
    lines: u64,
    risk: f64,
}

#[derive(Deserialize)]
struct Risky {
    commit: Option<String>,
    subject: String,
    author: String,
    committed_at: i64,
    probability: f64,
    band: Option<String>,
}

/// The gist of a report as markup.
pub(crate) fn report(gist: &Gist) -> String {
    let mut markup = String::new();
    let place = &gist.repository;
    push(
        &mut markup,
        format_args!("<h1>{}</h1>\n", escape(&place.name)),
    );
    let branch = match &place.branch {
        Some(branch) => {
            let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
            format!("branch {}, ", escape(branch))
        }
        None => String::new(),
    };
    push(
        &mut markup,
        format_args!(
            "<p>{branch}up to {} of {}; made on {} by {}.</p>\n<ul>\n",
            escape(short(&place.tip)),
            date(place.tip_at),
            date(gist.made_at),
            escape(&gist.tool)
        ),
    );
    for fact in facts(gist) {
        push(&mut markup, format_args!("<li>{fact}</li>\n"));
    }
    markup.push_str("</ul>\n");
    riskiest(&mut markup, gist);
    markup.push_str(
        "<p>Charts, reasons and all changes need scripts, which this browser does not run.</p>",
    );
    markup
}

/// Sentences without anything to escape.
fn facts(gist: &Gist) -> Vec<String> {
    let Gist { worth, tree, .. } = gist;
    let mut facts = vec![
        format!("{} changes were scored.", worth.changes),
        format!(
            "About {:.0} defects are still to be expected, unseen, in {} lines of {} files.",
            tree.risk, tree.lines, tree.n_files
        ),
    ];
    if let Some(base_rate) = worth.base_rate {
        let percent = 100.0 * base_rate;
        facts.push(format!("{percent:.1} % of all changes needed a fix later."));
    }
    if let Some(followed) = &gist.followed {
        facts.push(format!(
            "Of the last {} changes that reached {}, from where on a push warns, {} were followed by a fix.",
            followed.changes,
            escape(&gist.warn_above),
            followed.defective
        ));
    }
    let verdict = match worth.verdict.as_str() {
        "better_than_size" => "The model ranks changes better than their size does.",
        "no_better_than_size" => "The model ranks changes no better than their size does.",
        _ => "There are too few labels to tell how good the model is; scores are close to a guess.",
    };
    facts.push(verdict.to_owned());
    if worth.in_prior {
        facts.push(
            "What the model knew at first was learned here too, which flatters the figures."
                .to_owned(),
        );
    }
    facts
}

fn riskiest(markup: &mut String, gist: &Gist) {
    let since = date(gist.recent_since);
    push(
        markup,
        format_args!("<h2>Riskiest changes since {since}</h2>\n"),
    );
    if gist.riskiest.is_empty() {
        markup.push_str("<p>None.</p>\n");
        return;
    }
    markup.push_str(
        "<table>\n<thead><tr><th scope=\"col\">Risk</th><th scope=\"col\">Band</th><th scope=\"col\">Commit</th>\
         <th scope=\"col\">Date</th><th scope=\"col\">Author</th><th scope=\"col\">Subject</th></tr></thead>\n<tbody>\n",
    );
    for change in &gist.riskiest {
        push(
            markup,
            format_args!(
                "<tr><td>{:.0} %</td><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                100.0 * change.probability,
                escape(change.band.as_deref().unwrap_or("")),
                escape(short(change.commit.as_deref().unwrap_or(""))),
                date(change.committed_at),
                escape(&change.author),
                escape(&change.subject),
            ),
        );
    }
    markup.push_str("</tbody>\n</table>\n");
}

fn push(markup: &mut String, text: std::fmt::Arguments) {
    markup
        .write_fmt(text)
        .expect("because writing to memory does not fail");
}

/// The first digits of an id.
fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// A moment's day as `2026-01-31`, from seconds since 1970, UTC.
fn date(seconds: i64) -> String {
    Timestamp(seconds).day()
}
