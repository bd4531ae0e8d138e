//! Text for people: aligned, calm, coloured where the terminal allows (the writer strips the colours elsewhere), and
//! laid out for the [`Page`] that they have. On an endless page nothing is cut.

mod backtest;
mod hotspots;
mod labels;
mod log;
mod pictures;
mod push;
mod release;
mod repair;

pub use backtest::{over_time, worth};
pub use hotspots::hotspots;
pub use labels::{labels, relabelled};
pub use log::log;
pub use push::push;
pub(crate) use release::{day, grown, interval, past, told as told_number, verdict};
pub use release::{release, releases};
pub use repair::repair;

use crate::page::{columns, pad};
use crate::{Account, Fact, LeftOut, Linked, Page, RankedBy, ScoredChange, Verdict, Worth, clean};
use anstyle::{AnsiColor, Style};
use risk_evaluate::Band;
use std::fmt::Write;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const PLAIN: Style = Style::new();

/// Units that are told in another way than as a number.
const FLAG: &str = "0 or 1";
const SHARE: &str = "share";

pub(crate) fn colour(band: Option<Band>) -> Style {
    match band {
        Some(Band::High) => AnsiColor::Red.on_default().bold(),
        Some(Band::Elevated) => AnsiColor::Yellow.on_default().bold(),
        Some(Band::Low) => AnsiColor::Green.on_default(),
        Some(Band::Typical) | None => Style::new(),
    }
}

/// Log odds below this are not worth a line: less than a tenth of a doubling of the odds.
pub(crate) const WORTH_SAYING: f64 = 0.07;

/// One change in full: how likely, how unusual, why, and where.
pub fn score(score: &ScoredChange, worth: &Worth, page: Page) -> String {
    let mut out = String::new();
    let style = colour(score.band);
    head(&mut out, score.commit.as_deref(), &score.subject, page);
    line(&mut out, format_args!(""));
    let likely = format!(
        "  {BOLD}{}{BOLD:#} likely to need a fix later",
        percent(score.probability)
    );
    let band = score.band.map_or(String::new(), |band| {
        let band = crate::json::band(band);
        let fits = page.has(columns(&likely) + 2 + band.len());
        let gap = if fits { "" } else { "\n" };
        format!("{gap}  {style}{band}{style:#}")
    });
    line(&mut out, format_args!("{likely}{band}"));
    if let Some(lift) = score.lift {
        let text = format!(
            "in the back-test, changes of this rank needed a fix {} as often as the average change",
            times(lift)
        );
        page.flow(&mut out, "  ", 4, PLAIN, &text);
    }
    if let Some(percentile) = score.percentile {
        let text = format!(
            "riskier than {} of the previous 1,000 changes",
            whole_percent(percentile)
        );
        page.flow(&mut out, "  ", 4, PLAIN, &text);
    }
    if score.recorded {
        let text = format!(
            "scored as it arrived, with what was known then; since then: {}",
            fate(score.label, score.label_by)
        );
        page.flow(&mut out, "  ", 4, DIM, &text);
    }
    reasons(&mut out, score, page);
    files(&mut out, score, page);
    caveat(&mut out, worth, page);
    out
}

/// The id and the subject of a change.
fn head(out: &mut String, commit: Option<&str>, subject: &str, page: Page) {
    let id = commit.map_or("not committed", |id| &id[..id.len().min(10)]);
    let lead = format!("{BOLD}{id}{BOLD:#}  ");
    page.flow(out, &lead, columns(&lead), PLAIN, &clean(subject));
}

fn fate(label: &str, by: &str) -> &'static str {
    match (label, by) {
        ("defective", "person") => "labelled defective by a person",
        ("defective", _) => "a fix followed",
        ("clean", "person") => "labelled clean by a person",
        ("clean", _) => "no fix within the waiting time",
        (_, "person") => "labelled by a person, which is learned later",
        _ => "too early to tell",
    }
}

fn reasons(out: &mut String, score: &ScoredChange, page: Page) {
    for (title, sign) in [("raises it", 1.0), ("lowers it", -1.0)] {
        let mut shown = score
            .reasons
            .iter()
            .filter(|reason| reason.log_odds * sign >= WORTH_SAYING)
            .peekable();
        if shown.peek().is_none() {
            continue;
        }
        line(out, format_args!(""));
        line(out, format_args!("  {BOLD}{title}{BOLD:#}"));
        for reason in shown {
            let lead = format!(
                "    {:>5}  {}  ",
                odds(reason.log_odds),
                bar(reason.log_odds)
            );
            page.flow(out, &lead, columns(&lead), PLAIN, reason.group);
            let indent = page.hang(columns(&lead));
            for fact in &reason.facts {
                page.flow(out, &" ".repeat(indent), indent + 2, DIM, &told(fact));
            }
        }
    }
}

/// What the odds are multiplied by.
fn odds(log_odds: f64) -> String {
    format!("×{:.1}", log_odds.exp()).replace("×0.0", "×<.1")
}

fn bar(log_odds: f64) -> String {
    let length = ((log_odds.abs() / 0.25).round() as usize).clamp(1, 8);
    format!("{:<8}", "▇".repeat(length))
}

/// A feature in words: "lines added: 168 (usually 4)".
pub(crate) fn told(fact: &Fact) -> String {
    format!("{}: {}", fact.meaning, value_told(fact))
}

/// The value of a feature beside what is usual: "168 (usually 4)".
pub(crate) fn value_told(fact: &Fact) -> String {
    let shown = |value: f64| match fact.unit.as_str() {
        FLAG if value == 0.0 => "no".to_owned(),
        FLAG => "yes".to_owned(),
        SHARE => format!("{:.0} %", value * 100.0),
        _ => number(value),
    };
    let value = fact.value.map_or_else(|| "not known".to_owned(), shown);
    match fact.typical {
        Some(typical) => format!("{value} (usually {})", shown(typical)),
        None => value,
    }
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 || value.abs() >= 100.0 {
        format!("{value:.0}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// A path takes no less than this beside its numbers; if there is less room, these go below it.
const LEAST_PATH: usize = 24;

fn files(out: &mut String, score: &ScoredChange, page: Page) {
    if score.files.is_empty() {
        return;
    }
    line(out, format_args!(""));
    line(out, format_args!("  {BOLD}where it sits{BOLD:#}"));
    let without =
        |p: Option<f64>| p.map_or(String::new(), |p| format!("   without it {}", percent(p)));
    let (mut files, mut widest, mut wanted) = (Vec::new(), 0, 0);
    for file in &score.files {
        let share = without(file.probability_without);
        let numbers = format!("+{} -{}{share}", file.added, file.deleted);
        let path = clean(&file.path);
        widest = widest.max(columns(&numbers));
        wanted = wanted.max(columns(&path));
        files.push((path, numbers));
    }
    let room = page.room(4 + 2 + widest);
    let beside = room >= wanted.min(LEAST_PATH);
    let width = wanted.min(60).min(room);
    for (file, (path, numbers)) in score.files.iter().zip(&files) {
        if beside {
            let path = page.cut_path(path, room);
            line(out, format_args!("    {}  {numbers}", pad(&path, width)));
        } else {
            line(
                out,
                format_args!("    {}", page.cut_path(path, page.room(4))),
            );
            page.flow(out, "      ", 8, PLAIN, numbers);
        }
        for hunk in &file.hunks {
            let text = format!(
                "line {}  +{} -{}{}",
                hunk.line,
                hunk.added,
                hunk.deleted,
                without(hunk.probability_without)
            );
            page.flow(out, "      ", 8, DIM, &text);
        }
    }
    if score.n_more_files > 0 {
        line(
            out,
            format_args!("    {DIM}and {} more{DIM:#}", score.n_more_files),
        );
    }
    for why in &score.left_out {
        page.flow(out, "    ", 6, PLAIN, &format!("left out: {why}"));
    }
}

/// What must be said about the model before anyone acts on it, and who tells more.
pub fn caveat(out: &mut String, worth: &Worth, page: Page) {
    if let Some(doubt) = doubt(worth) {
        line(out, format_args!(""));
        let text = format!("{doubt} git risk status tells more.");
        page.flow(out, "  ", 2, PLAIN, &text);
    }
}

/// Why the model is not to be relied on.
pub(crate) fn doubt(worth: &Worth) -> Option<String> {
    Some(match (worth.ranked_by, worth.verdict) {
        (RankedBy::Size, _) => format!(
            "The model has not ranked changes better than their size here (AUC {} against {}): scores rest on the lines added alone.",
            auc(worth.auc),
            auc(worth.auc_la)
        ),
        (RankedBy::Model, Verdict::BetterThanSize) => return None,
        (RankedBy::Model, Verdict::TooFewLabels) => format!(
            "Only {} changes have a label yet ({} of them defective): this rests on what other repositories taught. Take it for a guess.",
            worth.labelled, worth.defective
        ),
        (RankedBy::Model, Verdict::NoBetterThanSize) => format!(
            "On this repository the model ranks changes no better than their size does (AUC {} against {}).",
            auc(worth.auc),
            auc(worth.auc_la)
        ),
    })
}

/// Several changes, one line each, in the order given.
pub fn table(scores: &[ScoredChange], worth: &Worth, page: Page) -> String {
    let mut out = rows(scores, page);
    caveat(&mut out, worth, page);
    out
}

/// A subject takes no less than this, as long as there are columns that can be left out.
const LEAST_SUBJECT: usize = 24;

fn rows(scores: &[ScoredChange], page: Page) -> String {
    let mut out = String::new();
    // The commit and its risk are always told.
    let always = 10 + 2 + 6 + 2;
    let with_band = page.has(always + 10 + LEAST_SUBJECT);
    let with_percentile = page.has(always + 10 + 12 + LEAST_SUBJECT);
    let row = |id: &str, risk: &str, band: &str, style: Style, percentile: &str| {
        let band = if with_band {
            format!("{style}{band:<8}{style:#}  ")
        } else {
            String::new()
        };
        let percentile = if with_percentile {
            format!("{percentile:>10}  ")
        } else {
            String::new()
        };
        format!("{id:<10}  {risk:>6}  {band}{percentile}")
    };
    let head = row("commit", "risk", "band", PLAIN, "percentile");
    line(&mut out, format_args!("{BOLD}{head}subject{BOLD:#}"));
    for score in scores {
        let id = score
            .commit
            .as_deref()
            .map_or("pending", |id| &id[..id.len().min(10)]);
        let percentile = score
            .percentile
            .map_or_else(|| "-".to_owned(), |p| format!("{:.0}", p.floor()));
        let row = row(
            id,
            &percent(score.probability),
            score.band.map_or("-", crate::json::band),
            colour(score.band),
            &percentile,
        );
        let subject = clean(&score.subject);
        let room = page.room(columns(&row));
        line(&mut out, format_args!("{row}{}", page.cut(&subject, room)));
    }
    out
}

/// All that is known about one commit.
pub fn account(account: &Account, worth: &Worth, page: Page) -> String {
    let mut out = String::new();
    match &account.score {
        Some(known) => out.push_str(&score(known, worth, page)),
        None => head(&mut out, Some(&account.commit), &account.subject, page),
    }
    if let Some(why) = account.unscored {
        line(&mut out, format_args!(""));
        page.flow(&mut out, "  ", 4, PLAIN, &format!("not scored: {why}"));
    }
    facts(&mut out, &account.facts, page);
    let verdict = if account.is_fix {
        "counts as a fix"
    } else {
        "does not count as a fix"
    };
    let matched = account.matched.as_deref().map_or(String::new(), |text| {
        format!(": \u{201c}{}\u{201d}", clean(text))
    });
    line(&mut out, format_args!(""));
    let text = format!("{verdict} ({}{matched})", account.why_fix);
    page.flow(&mut out, "  ", 4, PLAIN, &text);
    if let Some(same) = &account.same_fix_as {
        let text = format!(
            "the same fix as {}: it is counted once",
            &same[..same.len().min(10)]
        );
        page.flow(&mut out, "  ", 4, PLAIN, &text);
    }
    links(&mut out, "repairs", &account.repairs, page);
    links(&mut out, "was repaired by", &account.repaired_by, page);
    labels::given(&mut out, account, page);
    for why in &account.left_out {
        page.flow(&mut out, "  ", 4, PLAIN, &format!("left out: {why}"));
    }
    if account.n_excluded > 0 {
        let n = account.n_excluded;
        let files = if n == 1 { "file" } else { "files" };
        let text = format!("left out: {n} {files} (git risk config --explain tells which are)");
        page.flow(&mut out, "  ", 4, PLAIN, &text);
    }
    out
}

/// What a feature means takes no less than this beside its numbers, or is left out.
const LEAST_MEANING: usize = 20;

/// Every feature with its numbers.
fn facts(out: &mut String, facts: &[Fact], page: Page) {
    if facts.is_empty() {
        return;
    }
    let longest = facts.iter().map(|fact| fact.feature.len()).max();
    let longest = longest.unwrap_or(0);
    // The numbers move together where there is little room.
    let (name, number_width) = if page.has(120) {
        (longest.max(22), 10)
    } else {
        (longest, 8)
    };
    let with_typical = page.has(2 + name + 2 * (1 + number_width) + 8);
    let name = name.min(page.room(2 + 1 + number_width + 8));
    let cells = |feature: &str, value: &str, typical: &str, odds: &str| {
        let feature = page.cut(feature, name);
        let typical = if with_typical {
            format!(" {typical:>number_width$}")
        } else {
            String::new()
        };
        format!("  {feature:<name$} {value:>number_width$}{typical} {odds:>7}")
    };
    let head = cells("feature", "value", "usually", "odds");
    line(out, format_args!("\n{BOLD}{head}{BOLD:#}"));
    let room = page
        .width
        .map(|width| width.saturating_sub(columns(&head) + 3));
    for fact in facts {
        let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number);
        let cells = cells(
            fact.feature,
            &shown(fact.value),
            &shown(fact.typical),
            &odds(fact.log_odds),
        );
        match room {
            Some(room) if room < LEAST_MEANING => line(out, format_args!("{cells}")),
            room => {
                let meaning = page.cut(fact.meaning, room.unwrap_or(usize::MAX));
                line(out, format_args!("{cells}   {DIM}{meaning}{DIM:#}"));
            }
        }
    }
}

fn links(out: &mut String, verb: &str, links: &[Linked], page: Page) {
    for link in links {
        let lines = if link.lines == 0 {
            String::new()
        } else {
            format!(", {} lines", link.lines)
        };
        let text = format!(
            "{verb} {} ({}{lines})",
            &link.commit[..link.commit.len().min(10)],
            link.evidence
        );
        page.flow(out, "  ", 4, PLAIN, &text);
    }
}

/// What a merge brought in: one line each, then the riskiest of them in full.
pub fn merge(id: &str, scores: &[ScoredChange], worth: &Worth, page: Page) -> String {
    let mut out = String::new();
    let lead = format!("{BOLD}{id}{BOLD:#} ");
    let text = "is a merge and has no score of its own. It brought in:";
    page.flow(&mut out, &lead, 2, PLAIN, text);
    if scores.len() > 1 {
        line(&mut out, format_args!(""));
        out.push_str(&rows(scores, page));
    }
    if let Some(riskiest) = scores
        .iter()
        .max_by(|a, b| a.probability.total_cmp(&b.probability))
    {
        out.push('\n');
        out.push_str(&score(riskiest, worth, page));
    }
    out
}

/// Everything that was left out, one line each.
pub fn left_out(listed: &[LeftOut], page: Page) -> String {
    let mut out = String::new();
    for one in listed {
        let path = one.path.as_deref().map(clean);
        let path = path.map_or(String::new(), |path| format!("  {path}"));
        let text = format!("{}{path}", one.why);
        let short = &one.commit[..one.commit.len().min(10)];
        let fits = page.has(one.commit.len() + 2 + columns(&text));
        let id = if fits { &one.commit } else { short };
        page.flow(&mut out, &format!("{id}  "), 4, PLAIN, &text);
    }
    out
}

fn row(out: &mut String, name: &str, value: &str, page: Page) {
    page.flow(out, &format!("  {name:<22} "), 25, PLAIN, value);
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("writing to a string cannot fail");
    out.push('\n');
}

/// A probability in per cent: one digit after the point below 10 %, and never 0 % or 100 %.
pub(crate) fn percent(p: f64) -> String {
    if p < 0.001 {
        "<0.1 %".to_owned()
    } else if p < 0.0995 {
        format!("{:.1} %", p * 100.0)
    } else if p > 0.995 {
        ">99 %".to_owned()
    } else {
        format!("{:.0} %", p * 100.0)
    }
}

/// How many times, as a person says it.
pub(crate) fn times(lift: f64) -> String {
    if lift < 0.05 {
        "less than a tenth".to_owned()
    } else {
        format!("{lift:.1} times")
    }
}

/// A percentile, rounded down so that "all" means all.
pub(crate) fn whole_percent(percentile: f64) -> String {
    format!("{:.0} %", percentile.floor())
}

fn auc(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

pub(crate) fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{number, odds, percent, thousands};

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [percent(0.0), percent(0.034), percent(0.1), percent(0.999)],
            ["<0.1 %", "3.4 %", "10 %", ">99 %"]
        );
        assert_eq!(
            [thousands(7), thousands(1_234), thousands(1_234_567)],
            ["7", "1,234", "1,234,567"]
        );
        assert_eq!(
            [number(3.0), number(0.123), number(12.34), number(1234.5)],
            ["3", "0.12", "12.3", "1234"]
        );
        assert_eq!([odds(0.0), odds(0.7), odds(-5.0)], ["×1.0", "×2.0", "×<.1"]);
    }
}
