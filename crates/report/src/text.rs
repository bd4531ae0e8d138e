//! Text for people: aligned, calm, coloured where the terminal allows (the writer strips the colours elsewhere).

mod backtest;
mod labels;
mod push;

pub use backtest::worth;
pub use labels::{labels, relabelled};
pub use push::push;

use crate::{Account, Fact, Linked, RankedBy, ScoredChange, Verdict, Worth, clean};
use anstyle::{AnsiColor, Style};
use risk_evaluate::Band;
use std::fmt::Write;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();

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
const WORTH_SAYING: f64 = 0.07;

/// One change in full: how likely, how unusual, why, and where.
pub fn score(score: &ScoredChange, worth: &Worth) -> String {
    let mut out = String::new();
    let style = colour(score.band);
    let id = score
        .commit
        .as_deref()
        .map_or("not committed", |id| &id[..id.len().min(10)]);
    line(
        &mut out,
        format_args!("{BOLD}{id}{BOLD:#}  {}", clean(&score.subject)),
    );
    line(&mut out, format_args!(""));
    let band = score.band.map_or(String::new(), |band| {
        format!("  {style}{}{style:#}", crate::json::band(band))
    });
    line(
        &mut out,
        format_args!(
            "  {BOLD}{}{BOLD:#} likely to need a fix later{band}",
            percent(score.probability)
        ),
    );
    if let Some(lift) = score.lift {
        line(
            &mut out,
            format_args!(
                "  in the back-test, changes of this rank needed a fix {} as often as the average change",
                times(lift)
            ),
        );
    }
    if let Some(percentile) = score.percentile {
        line(
            &mut out,
            format_args!(
                "  riskier than {} of the previous 1,000 changes",
                whole_percent(percentile)
            ),
        );
    }
    if score.recorded {
        line(
            &mut out,
            format_args!(
                "  {DIM}scored as it arrived, with what was known then; since then: {}{DIM:#}",
                fate(score.label, score.label_by)
            ),
        );
    }
    reasons(&mut out, score);
    files(&mut out, score);
    caveat(&mut out, worth);
    out
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

fn reasons(out: &mut String, score: &ScoredChange) {
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
            line(
                out,
                format_args!(
                    "    {:>5}  {}  {}",
                    odds(reason.log_odds),
                    bar(reason.log_odds),
                    reason.group
                ),
            );
            for fact in &reason.facts {
                line(
                    out,
                    format_args!("                     {DIM}{}{DIM:#}", told(fact)),
                );
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

fn files(out: &mut String, score: &ScoredChange) {
    if score.files.is_empty() {
        return;
    }
    line(out, format_args!(""));
    line(out, format_args!("  {BOLD}where it sits{BOLD:#}"));
    let width = score
        .files
        .iter()
        .map(|file| clean(&file.path).chars().count())
        .max()
        .unwrap_or(0)
        .min(60);
    for file in &score.files {
        let without = file
            .probability_without
            .map_or(String::new(), |p| format!("   without it {}", percent(p)));
        line(
            out,
            format_args!(
                "    {:<width$}  +{} -{}{without}",
                clean(&file.path),
                file.added,
                file.deleted
            ),
        );
        for hunk in &file.hunks {
            let without = hunk
                .probability_without
                .map_or(String::new(), |p| format!("   without it {}", percent(p)));
            line(
                out,
                format_args!(
                    "      {DIM}line {}  +{} -{}{without}{DIM:#}",
                    hunk.line, hunk.added, hunk.deleted
                ),
            );
        }
    }
    if score.n_more_files > 0 {
        line(
            out,
            format_args!("    {DIM}and {} more{DIM:#}", score.n_more_files),
        );
    }
    for why in &score.left_out {
        line(out, format_args!("    left out: {why}"));
    }
}

/// What must be said about the model before anyone acts on it, below an answer.
pub fn caveat(out: &mut String, worth: &Worth) {
    if let Some(text) = caution(worth) {
        line(out, format_args!(""));
        line(out, format_args!("  {text}"));
    }
}

/// What must be said about the model before anyone acts on it.
pub(crate) fn caution(worth: &Worth) -> Option<String> {
    let text = match (worth.ranked_by, worth.verdict) {
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
    };
    Some(text)
}

/// Several changes, one line each, in the order given.
pub fn table(scores: &[ScoredChange], worth: &Worth) -> String {
    let mut out = rows(scores);
    caveat(&mut out, worth);
    out
}

fn rows(scores: &[ScoredChange]) -> String {
    let mut out = String::new();
    line(
        &mut out,
        format_args!(
            "{BOLD}{:<10}  {:>6}  {:<8}  {:>10}  subject{BOLD:#}",
            "commit", "risk", "band", "percentile"
        ),
    );
    for score in scores {
        let style = colour(score.band);
        let id = score
            .commit
            .as_deref()
            .map_or("pending", |id| &id[..id.len().min(10)]);
        let percentile = score
            .percentile
            .map_or_else(|| "-".to_owned(), |p| format!("{:.0}", p.floor()));
        line(
            &mut out,
            format_args!(
                "{id:<10}  {:>6}  {style}{:<8}{style:#}  {percentile:>10}  {}",
                percent(score.probability),
                score.band.map_or("-", crate::json::band),
                clean(&score.subject),
            ),
        );
    }
    out
}

/// All that is known about one commit.
pub fn account(account: &Account, worth: &Worth) -> String {
    let mut out = match &account.score {
        Some(known) => score(known, worth),
        None => format!(
            "{BOLD}{}{BOLD:#}  {}\n",
            &account.commit[..account.commit.len().min(10)],
            clean(&account.subject)
        ),
    };
    if let Some(why) = account.unscored {
        line(&mut out, format_args!("\n  not scored: {why}"));
    }
    if !account.facts.is_empty() {
        line(
            &mut out,
            format_args!(
                "\n  {BOLD}{:<22} {:>10} {:>10} {:>7}{BOLD:#}",
                "feature", "value", "usually", "odds"
            ),
        );
        for fact in &account.facts {
            let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number);
            line(
                &mut out,
                format_args!(
                    "  {:<22} {:>10} {:>10} {:>7}   {DIM}{}{DIM:#}",
                    fact.feature,
                    shown(fact.value),
                    shown(fact.typical),
                    odds(fact.log_odds),
                    fact.meaning
                ),
            );
        }
    }
    let verdict = if account.is_fix {
        "counts as a fix"
    } else {
        "does not count as a fix"
    };
    let matched = account.matched.as_deref().map_or(String::new(), |text| {
        format!(": \u{201c}{}\u{201d}", clean(text))
    });
    line(
        &mut out,
        format_args!("\n  {verdict} ({}{matched})", account.why_fix),
    );
    links(&mut out, "repairs", &account.repairs);
    links(&mut out, "was repaired by", &account.repaired_by);
    labels::given(&mut out, account);
    for why in &account.left_out {
        line(&mut out, format_args!("  left out: {why}"));
    }
    if account.n_excluded > 0 {
        line(
            &mut out,
            format_args!(
                "  left out: {} {} (git risk config --explain tells which are)",
                account.n_excluded,
                if account.n_excluded == 1 {
                    "file"
                } else {
                    "files"
                }
            ),
        );
    }
    out
}

fn links(out: &mut String, verb: &str, links: &[Linked]) {
    for link in links {
        let lines = if link.lines == 0 {
            String::new()
        } else {
            format!(", {} lines", link.lines)
        };
        line(
            out,
            format_args!(
                "  {verb} {} ({}{lines})",
                &link.commit[..link.commit.len().min(10)],
                link.evidence
            ),
        );
    }
}

/// What a merge brought in: one line each, then the riskiest of them in full.
pub fn merge(id: &str, scores: &[ScoredChange], worth: &Worth) -> String {
    let mut out = String::new();
    line(
        &mut out,
        format_args!("{BOLD}{id}{BOLD:#} is a merge and has no score of its own. It brought in:"),
    );
    if scores.len() > 1 {
        line(&mut out, format_args!(""));
        out.push_str(&rows(scores));
    }
    if let Some(riskiest) = scores
        .iter()
        .max_by(|a, b| a.probability.total_cmp(&b.probability))
    {
        out.push('\n');
        out.push_str(&score(riskiest, worth));
    }
    out
}

fn row(out: &mut String, name: &str, value: &str) {
    line(out, format_args!("  {name:<22} {value}"));
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
