//! How ready a release is, in Markdown as GitHub and GitLab read it: for a step summary, or a comment where a release is made.
//!
//! Text of the repository is shown as code, with all punctuation escaped.

use crate::annotate::{code, plain};
use crate::text::{
    day, doubt, grown, interval, past, percent, thousands, told_number as told, verdict,
};
use crate::{PlaceRisk, Readiness, ReleaseHistory, ReleaseReadiness, Worth};
use std::fmt::Write;

/// One release.
pub fn release(release: &ReleaseReadiness, worth: &Worth) -> String {
    let mut out = String::new();
    let range = &release.range;
    let mut put = |text: &str| out.push_str(text);
    put(&format!(
        "### git-risk: release {}\n\n{} changes, {} new lines, by what was known on {}.\n\n",
        code(&range.name),
        thousands(range.changes),
        thousands(range.lines as usize),
        day(range.known_at)
    ));
    put("| criterion | | |\n|---|---|---|\n");
    for criterion in &release.criteria {
        let sign = match criterion.verdict {
            Readiness::Met => "✅",
            Readiness::NotMet => "⛔",
            Readiness::Unknown => "❔",
        };
        put(&format!(
            "| {} | {sign} {} | {} |\n",
            criterion.name,
            verdict(criterion.verdict),
            plain(&criterion.why)
        ));
    }
    put("\n| | |\n|---|--:|\n");
    let (expected, found) = (&release.expected, &release.found);
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |it| format!("{it:.0}"));
    for (name, value) in [
        ("defects expected (95 %)", interval(&expected.by_model)),
        (
            "by the number of changes alone",
            number(expected.by_changes),
        ),
        ("by the new lines alone", number(expected.by_lines)),
        ("found so far", thousands(found.changes)),
        ("by fixes", thousands(found.fixes)),
        ("still unseen (95 %)", interval(&found.unseen)),
        (
            "fixes by week, at most and now",
            format!("{}, {}", release.weekly.peak, told(release.weekly.present)),
        ),
        (
            "fixes of what customers found",
            number(release.customers.by_customers.map(|n| n as f64)),
        ),
    ] {
        put(&format!("| {name} | {value} |\n"));
    }
    if !release.riskiest.is_empty() {
        put("\n| commit | change | remaining risk | days |\n|---|---|--:|--:|\n");
    }
    for change in &release.riskiest {
        put(&format!(
            "| {} | {} | {} | {:.0} |\n",
            &change.commit[..change.commit.len().min(10)],
            code(&change.subject),
            percent(change.remaining),
            change.days
        ));
    }
    places(&mut out, "file", &release.files);
    places(&mut out, "folder", &release.directories);
    for growth in &release.growth {
        write!(out, "\n{}\n", grown(growth)).expect("writing to a string cannot fail");
    }
    doubted(&mut out, worth);
    out
}

fn places(out: &mut String, what: &str, places: &[PlaceRisk]) {
    if places.is_empty() {
        return;
    }
    let mut put = |text: &str| out.push_str(text);
    put(&format!(
        "\n| {what} | lines | defects left |\n|---|--:|--:|\n"
    ));
    for place in places {
        let path = if place.path.is_empty() {
            "."
        } else {
            &place.path
        };
        put(&format!(
            "| {} | {} | {} |\n",
            code(path),
            thousands(place.lines as usize),
            told(place.risk)
        ));
    }
}

/// Past releases.
pub fn releases(history: &ReleaseHistory, worth: &Worth) -> String {
    let mut out = "### git-risk: past releases\n\n".to_owned();
    out.push_str("| release | date | changes | new lines | expected | found | weekly | found in 180 days | fixes |\n");
    out.push_str("|---|---|--:|--:|--:|--:|--:|--:|--:|\n");
    for release in &history.releases {
        let cells = past(release).join(" | ");
        writeln!(out, "| {} | {cells} |", code(&release.tag))
            .expect("writing to a string cannot fail");
    }
    out.push_str(
        "\nEach by what was known when it was made: + met, ! not met, ? cannot be told.\n",
    );
    for growth in &history.growth {
        write!(out, "\n{}\n", grown(growth)).expect("writing to a string cannot fail");
    }
    doubted(&mut out, worth);
    out
}

fn doubted(out: &mut String, worth: &Worth) {
    if let Some(doubt) = doubt(worth) {
        write!(out, "\n{}\n", plain(&doubt)).expect("writing to a string cannot fail");
    }
}
