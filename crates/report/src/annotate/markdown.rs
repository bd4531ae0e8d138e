//! One comment for a pull request, in Markdown as GitHub and GitLab read it.

use super::{Annotation, Annotations, Level, wording};
use crate::json::band;
use crate::text::{doubt, percent, thousands, whole_percent};
use crate::{ScoredChange, advice, clean};
use std::fmt::Write;

/// The first line of the comment, by which it is found again, to be edited and not repeated.
pub const MARKER: &str = "<!-- git-risk -->";

/// Changes whose reasons are told.
const IN_FULL: usize = 3;

/// The comment, of at most `limit` bytes; empty if nothing is told, or if not one row would fit.
///
/// It begins with [`MARKER`]. Rows that do not fit are left out and counted. Text of the repository is shown as code or
/// with all punctuation escaped: nobody is mentioned by it, nothing linked, and no cell of the table broken.
pub fn markdown(all: &Annotations, limit: usize) -> String {
    if all.told.is_empty() {
        return String::new();
    }
    let head = format!(
        "{MARKER}\n### git-risk: {}\n\n| commit | change | likely to need a fix | rank | where |\n|---|---|--:|---|---|\n",
        wording::heading(all)
    );
    let below = below(all);
    let reasons: Vec<_> = all.told.iter().take(IN_FULL).map(in_full).collect();
    let rows: Vec<_> = all.told.iter().map(row).collect();
    let whole: usize = rows.iter().map(String::len).sum();
    // Reasons are left out before rows are, those of the riskiest change last.
    for n in (0..=reasons.len()).rev() {
        let full = reasons[..n].concat();
        if head.len() + whole + 1 + full.len() + below.len() <= limit {
            return format!("{head}{}\n{full}{below}", rows.concat());
        }
    }
    let more = |n: usize| format!("\n{} more are left out.\n\n", thousands(n));
    let frame = head.len() + more(rows.len()).len() + below.len();
    let Some(mut left) = limit.checked_sub(frame) else {
        return String::new();
    };
    let fits = |row: &&String| {
        let rest = left.checked_sub(row.len());
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    let shown: Vec<&str> = rows.iter().take_while(fits).map(String::as_str).collect();
    let n_more = rows.len() - shown.len();
    format!("{head}{}{}{below}", shown.concat(), more(n_more))
}

fn row(annotation: &Annotation) -> String {
    let score = &annotation.score;
    let rank = score.percentile.map_or("–".to_owned(), |at| {
        format!("riskier than {}", whole_percent(at))
    });
    let band = score
        .band
        .map_or(String::new(), |it| format!(", {}", band(it)));
    let gate = match annotation.level {
        Level::Failure => " ⛔",
        Level::Warning | Level::Notice => "",
    };
    let place = annotation.anchor.as_ref().map_or("–".to_owned(), |anchor| {
        code(&format!("{}:{}", anchor.path.to_text(), anchor.first))
    });
    format!(
        "| {}{gate} | {} | {} | {rank}{band} | {place} |\n",
        wording::short(score),
        code(&wording::subject(score)),
        percent(score.probability),
    )
}

/// Why one change stands out, and what would lower it.
fn in_full(annotation: &Annotation) -> String {
    let score = &annotation.score;
    let (reasons, advice) = (wording::reasons(score), advice(score));
    if reasons.is_empty() && advice.is_empty() {
        return String::new();
    }
    let mut out = format!("**{}**\n\n", wording::short(score));
    let listed = |title: &str, entries: &[String]| {
        let entries: Vec<_> = entries.iter().map(|it| plain(it)).collect();
        let joined = entries.join("; ");
        (!joined.is_empty()).then(|| format!("- {title}: {joined}\n"))
    };
    out.extend(listed("why", &reasons));
    out.extend(listed("what would lower it", &advice));
    out.push('\n');
    out
}

/// What stands below the table.
fn below(all: &Annotations) -> String {
    let mut out = String::new();
    let named = |score: &ScoredChange| {
        format!(
            "{}, {} ({})",
            wording::RISKIEST,
            percent(score.probability),
            wording::short(score)
        )
    };
    let combined = all.combined.as_ref().map(|it| {
        let likely = percent(it.probability);
        format!(
            "{}, as a squash merge lands them: {likely}",
            wording::AS_ONE
        )
    });
    let numbers: Vec<String> = all
        .riskiest()
        .map(named)
        .into_iter()
        .chain(combined)
        .collect();
    let mut line = |text: &str| writeln!(out, "{text}").expect("writing to a string cannot fail");
    line(&format!(
        "Likely to need a fix later: {}.",
        numbers.join("; ")
    ));
    if let Some(followed) = &all.followed {
        line(&plain(&wording::past(followed, &all.warn_above)));
    }
    if let (Some(gate), 1..) = (&all.fail_above, all.n_at(Level::Failure)) {
        line(&format!(
            "⛔ reaches {}, from where on this check fails.",
            plain(&gate.to_string())
        ));
    }
    if let Some(doubt) = doubt(&all.worth) {
        line(&plain(&doubt));
    }
    out
}

/// Text of strangers in a code span: no mention, no link, no HTML, no cell.
pub(crate) fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}

/// Text in which all punctuation is escaped that could mean something. What GitHub and GitLab make of `@` and `#` after
/// that, mentions and references, is kept apart from the word behind it by a space without width.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in clean(text).chars() {
        match c {
            '@' | '#' => write!(out, "&#{};&#8203;", u32::from(c)),
            ',' | '%' => write!(out, "{c}"),
            _ if c.is_ascii_punctuation() => write!(out, "&#{};", u32::from(c)),
            _ => write!(out, "{c}"),
        }
        .expect("writing to a string cannot fail");
    }
    out
}
