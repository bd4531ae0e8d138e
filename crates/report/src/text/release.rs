//! How ready a release is, for people.

use super::{BOLD, DIM, LEAST_SUBJECT, PLAIN, caveat, line, percent, row, thousands};
use crate::page::columns;
use crate::{
    Criterion, GrowthOfFixes, Interval, Page, PastRelease, PlaceRisk, Readiness, ReleaseHistory,
    ReleaseReadiness, RemainingRisk, WeekOfFixes, Worth, clean,
};
use anstyle::{AnsiColor, Style};
use risk_change::Timestamp;

/// One release in full.
pub fn release(release: &ReleaseReadiness, worth: &Worth, page: Page) -> String {
    let mut out = String::new();
    let range = &release.range;
    page.flow(&mut out, "", 2, BOLD, &clean(&range.name));
    page.flow(&mut out, "  ", 2, PLAIN, &about(release));
    line(&mut out, format_args!(""));
    expected(&mut out, release, page);
    found(&mut out, release, page);
    weekly(&mut out, release, page);
    line(&mut out, format_args!(""));
    for criterion in &release.criteria {
        let lead = format!(
            "  {}{:<14}{:#}  ",
            colour(criterion.verdict),
            verdict(criterion.verdict),
            colour(criterion.verdict)
        );
        page.flow(&mut out, &lead, 18, PLAIN, &criterion.why);
    }
    remaining(&mut out, &release.riskiest, page);
    places(&mut out, "files", &release.files, page);
    places(&mut out, "folders", &release.directories, page);
    for growth in &release.growth {
        line(&mut out, format_args!(""));
        page.flow(&mut out, "  ", 2, PLAIN, &grown(growth));
    }
    caveat(&mut out, worth, page);
    out
}

/// Changes, lines and since when.
fn about(release: &ReleaseReadiness) -> String {
    let range = &release.range;
    let since = range.from.map_or(String::new(), |from| {
        format!(", from {} to {}", day(from), day(range.to))
    });
    let known = if range.known_at > range.to {
        format!("; by what was known on {}", day(range.known_at))
    } else {
        String::new()
    };
    format!(
        "{} changes, {} new lines{since}{known}",
        thousands(range.changes),
        thousands(range.lines as usize)
    )
}

fn expected(out: &mut String, release: &ReleaseReadiness, page: Page) {
    let expected = &release.expected;
    row(out, "defects expected", &interval(&expected.by_model), page);
    let chance = &expected.by_chance;
    let error = match &expected.model_error {
        Some(error) => format!(
            "; in {} earlier stretches of {} changes {} were found where {:.0} should have been, so the sum is taken to be off by {:.0} %",
            error.stretches,
            thousands(error.changes),
            thousands(error.observed),
            error.expected,
            error.spread * 100.0
        ),
        None => "; how far the model is off is not known yet".to_owned(),
    };
    let text = format!(
        "{:.0} to {:.0} if each probability were true{error}",
        chance.low, chance.high
    );
    row(out, "  by chance alone", &text, page);
    for (name, value) in [
        ("  by changes alone", expected.by_changes),
        ("  by lines alone", expected.by_lines),
    ] {
        let text = value.map_or_else(|| "-".to_owned(), |it| format!("{it:.0}"));
        row(out, name, &text, page);
    }
}

fn found(out: &mut String, release: &ReleaseReadiness, page: Page) {
    let found = &release.found;
    let text = format!(
        "{}, by {} {}",
        thousands(found.changes),
        thousands(found.fixes),
        if found.fixes == 1 { "fix" } else { "fixes" }
    );
    row(out, "found so far", &text, page);
    row(out, "still unseen", &interval(&found.unseen), page);
    if let Some(share) = &found.share {
        let text = format!(
            "{}  {} ({} to {})",
            bar(share.mean, page),
            percent(share.mean),
            percent(share.low),
            percent(share.high)
        );
        row(out, "share found", &text, page);
    }
    let customers = &release.customers;
    let text = match (customers.by_customers, customers.why_not) {
        (Some(n), _) => format!(
            "{} fixes; {} of what others found, {} name no issue",
            thousands(n),
            thousands(customers.by_others.unwrap_or(0)),
            thousands(customers.untold.unwrap_or(0))
        ),
        (None, why) => format!("not told: {}", why.unwrap_or("nothing says so")),
    };
    row(out, "found by customers", &text, page);
}

fn weekly(out: &mut String, release: &ReleaseReadiness, page: Page) {
    let weekly = &release.weekly;
    let share = weekly.share.filter(|share| *share > 0.0);
    let share = share.map_or(String::new(), |share| format!(", {} of it", percent(share)));
    let text = format!(
        "at most {} in a week; {} now{share}",
        thousands(weekly.peak),
        told(weekly.present)
    );
    row(out, "fixes of it by week", &text, page);
    if weekly.weeks.len() > 1 {
        row(out, "", &spark(&weekly.weeks, weekly.peak, page), page);
    }
}

/// The number of fixes in each week as small bars, or digits from 1 to 8; several weeks to a sign where they are many.
fn spark(weeks: &[WeekOfFixes], peak: usize, page: Page) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const DIGITS: [char; 8] = ['1', '2', '3', '4', '5', '6', '7', '8'];
    let (signs, none) = if page.plain {
        (DIGITS, '-')
    } else {
        (BARS, '·')
    };
    let most = page.room(25).min(60);
    let step = weeks.len().div_ceil(most).max(1);
    // From the end, so that the last sign is the present.
    let mut parts: Vec<char> = weeks
        .rchunks(step)
        .map(|weeks| match weeks.iter().map(|it| it.linked).max() {
            None | Some(0) => none,
            Some(n) => signs[(n * 8).div_ceil(peak.max(1)).clamp(1, 8) - 1],
        })
        .collect();
    parts.reverse();
    parts.into_iter().collect()
}

/// A share as a bar of ten.
fn bar(share: f64, page: Page) -> String {
    let full = (share * 10.0).round().clamp(0.0, 10.0) as usize;
    let (on, off) = if page.plain {
        ("#", "-")
    } else {
        ("█", "░")
    };
    format!("{}{}", on.repeat(full), off.repeat(10 - full))
}

fn remaining(out: &mut String, riskiest: &[RemainingRisk], page: Page) {
    if riskiest.is_empty() {
        return;
    }
    line(out, format_args!(""));
    line(
        out,
        format_args!("  {BOLD}where the remaining risk sits{BOLD:#}"),
    );
    // The subject says more than the age where there is room for one.
    let with_age = page.has(34 + LEAST_SUBJECT);
    for change in riskiest {
        let age = if with_age {
            format!("{DIM}{:>5.0} days{DIM:#}  ", change.days)
        } else {
            String::new()
        };
        let lead = format!(
            "  {}  {:>6}  {age}",
            &change.commit[..change.commit.len().min(10)],
            percent(change.remaining)
        );
        let subject = clean(&change.subject);
        let room = page.room(columns(&lead));
        line(out, format_args!("{lead}{}", page.cut(&subject, room)));
    }
}

fn places(out: &mut String, what: &str, places: &[PlaceRisk], page: Page) {
    if places.is_empty() {
        return;
    }
    let head = format!("  {what}, with the defects to be expected in them");
    line(out, format_args!(""));
    line(
        out,
        format_args!("{BOLD}{}{BOLD:#}", page.cut(&head, page.room(0))),
    );
    for place in places {
        let lines = format!("{} lines", thousands(place.lines as usize));
        let lead = format!("  {:>6}  {lines:>13}  ", told(place.risk));
        let path = match clean(&place.path) {
            path if path.is_empty() => ".".into(),
            path => path,
        };
        let room = page.room(columns(&lead));
        line(out, format_args!("{lead}{}", page.cut_path(&path, room)));
    }
}

/// What the relation says, and how far to believe it.
pub(crate) fn grown(growth: &GrowthOfFixes) -> String {
    let fixes = growth.fixes.map_or(String::new(), |fixes| {
        format!("; for these lines {fixes:.0}")
    });
    let errors: Vec<String> = growth
        .relations
        .iter()
        .map(|it| format!("{} ×{:.2}", it.shape, it.error.exp()))
        .collect();
    let best = growth.relations.iter().find(|it| it.shape == growth.best);
    let r2 = best.and_then(|it| it.r2).map_or(String::new(), |r2| {
        format!(
            " and explains {} of the variance on the log scale",
            percent(r2.max(0.0))
        )
    });
    format!(
        "Fixes within {:.0} days after a release, by its new lines, over {} releases: {} holds best{r2}{fixes}. Typical error on releases left out: {}.",
        growth.days,
        growth.releases,
        growth.best,
        errors.join(", ")
    )
}

/// Past releases, one line each.
pub fn releases(history: &ReleaseHistory, worth: &Worth, page: Page) -> String {
    let mut out = String::new();
    let longest = history.releases.iter().map(|it| columns(&clean(&it.tag)));
    let name = longest.max().unwrap_or(7).clamp(7, 24).min(page.room(25));
    let with_after = page.has(name + 68);
    let with_lines = page.has(name + 54);
    let head = cells(
        &page.cut("release", name),
        name,
        [
            "date", "changes", "lines", "expected", "found", "weekly", "then", "fixes",
        ],
        (with_lines, with_after),
    );
    line(&mut out, format_args!("{BOLD}{head}{BOLD:#}"));
    for release in &history.releases {
        let tag = clean(&release.tag);
        let tag = page.cut(&tag, name);
        let told = past(release);
        let cells = cells(
            &tag,
            name,
            told.each_ref().map(String::as_str),
            (with_lines, with_after),
        );
        line(&mut out, format_args!("{cells}"));
    }
    line(&mut out, format_args!(""));
    let text = "Each by what was known when it was made: defective changes to be expected, the share found and the weekly number \
                of fixes as a share of its peak (+ met, ! not met, ? cannot be told). Then: changes found defective within \
                180 days after it, and the fixes.";
    page.flow(&mut out, "", 0, DIM, text);
    if history.beside > 0 {
        let text = format!(
            "{} more tags of releases are beside this line of history.",
            thousands(history.beside)
        );
        page.flow(&mut out, "", 0, DIM, &text);
    }
    for growth in &history.growth {
        line(&mut out, format_args!(""));
        page.flow(&mut out, "", 0, PLAIN, &grown(growth));
    }
    caveat(&mut out, worth, page);
    out
}

fn cells(
    tag: &str,
    name: usize,
    told: [&str; 8],
    (with_lines, with_after): (bool, bool),
) -> String {
    let [date, changes, lines, expected, found, weekly, after, fixes] = told;
    let tag = crate::page::pad(tag, name);
    let size = if with_lines {
        format!("{date:>10} {changes:>7} {lines:>9} ")
    } else {
        String::new()
    };
    let after = if with_after {
        format!(" {after:>6} {fixes:>6}")
    } else {
        String::new()
    };
    format!("{tag} {size}{expected:>8} {found:>7} {weekly:>7}{after}")
}

/// What a line of the table tells.
pub(crate) fn past(release: &PastRelease) -> [String; 8] {
    let judged = |name: &str| {
        let criterion = release.criteria.iter().find(|it| it.name == name);
        let Some(Criterion { value, verdict, .. }) = criterion else {
            return String::new();
        };
        let sign = match verdict {
            Readiness::Met => '+',
            Readiness::NotMet => '!',
            Readiness::Unknown => '?',
        };
        let share = value.map_or("-".to_owned(), |it| format!("{:.0} %", it * 100.0));
        format!("{share} {sign}")
    };
    let after = release.after.first().filter(|it| it.complete);
    let then = |n: Option<usize>| n.map_or_else(|| "-".to_owned(), thousands);
    [
        day(release.range.to),
        thousands(release.range.changes),
        thousands(release.range.lines as usize),
        format!("{:.0}", release.expected.by_model.mean),
        judged("found"),
        judged("weekly"),
        then(after.map(|it| it.changes)),
        then(after.map(|it| it.fixes)),
    ]
}

/// "41 (28 to 58)".
pub(crate) fn interval(interval: &Interval) -> String {
    format!(
        "{} ({:.0} to {:.0})",
        told(interval.mean),
        interval.low,
        interval.high
    )
}

/// A number of things that may be a fraction.
pub(crate) fn told(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if value < 9.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

pub(crate) fn verdict(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Met => "met",
        Readiness::NotMet => "not met",
        Readiness::Unknown => "cannot be told",
    }
}

fn colour(readiness: Readiness) -> Style {
    match readiness {
        Readiness::Met => AnsiColor::Green.on_default().bold(),
        Readiness::NotMet => AnsiColor::Red.on_default().bold(),
        Readiness::Unknown => AnsiColor::Yellow.on_default().bold(),
    }
}

/// The day of a moment, as 2024-02-29.
pub(crate) fn day(at: i64) -> String {
    Timestamp(at).day()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_fit_and_end_with_the_present() {
        let weeks = |linked: &[usize]| -> Vec<WeekOfFixes> {
            let week = |&linked: &usize| WeekOfFixes {
                from: 0,
                linked,
                landed: 0,
            };
            linked.iter().map(week).collect()
        };
        let page = Page::default();
        assert_eq!(spark(&weeks(&[0, 1, 4, 8, 2]), 8, page), "·▁▄█▂");
        let plain = Page {
            plain: true,
            ..page
        };
        assert_eq!(spark(&weeks(&[0, 1, 4, 8, 2]), 8, plain), "-1482");
        let mut many = vec![1; 100];
        many.push(5);
        let shown = spark(&weeks(&many), 5, page);
        assert!(
            shown.chars().count() <= 60 && shown.ends_with('█'),
            "{shown}"
        );
        assert_eq!(bar(0.77, page), "████████░░");
        assert_eq!(bar(1.4, plain), "##########");
    }
}
