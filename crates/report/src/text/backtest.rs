//! How good the scores have been, for people.

use super::pictures::sparkline;
use super::{BOLD, PLAIN, auc, doubt, line, percent, row, thousands};
use crate::{GivenCounts, Page, Timeline, TimelineStep, Worth};

/// The back-test.
pub fn worth(worth: &Worth, page: Page) -> String {
    let mut out = String::new();
    let row = |out: &mut String, name: &str, value: &str| row(out, name, value, page);
    line(
        &mut out,
        format_args!(
            "{BOLD}learned up to {}{BOLD:#}",
            &worth.tip[..worth.tip.len().min(10)]
        ),
    );
    row(&mut out, "commits", &thousands(worth.commits));
    row(&mut out, "changes scored", &thousands(worth.changes));
    row(
        &mut out,
        "with a label",
        &format!(
            "{}, {} of them defective",
            thousands(worth.labelled),
            thousands(worth.defective)
        ),
    );
    given(&mut out, &worth.given, page);
    row(
        &mut out,
        "fixes",
        &format!(
            "{}, linked to what they repair {} times",
            thousands(worth.fixes),
            thousands(worth.links)
        ),
    );
    row(
        &mut out,
        "base rate",
        &worth.base_rate.map_or_else(|| "-".to_owned(), percent),
    );
    backtest(&mut out, worth, page);
    reliability(&mut out, worth, page);
    blocks(&mut out, worth, page);
    drift(&mut out, worth, page);
    if worth.in_prior {
        line(&mut out, format_args!(""));
        let text = "The prior was learned from this repository among others: these figures flatter the model.";
        page.flow(&mut out, "  ", 2, PLAIN, text);
    }
    if !worth.skipped.is_empty() {
        line(&mut out, format_args!(""));
        line(&mut out, format_args!("{BOLD}left out{BOLD:#}"));
        for skips in &worth.skipped {
            let lead = format!("  {:>9}  ", thousands(skips.count));
            page.flow(&mut out, &lead, lead.len(), PLAIN, skips.why);
        }
    }
    if let Some(doubt) = doubt(worth) {
        line(&mut out, format_args!(""));
        page.flow(&mut out, "  ", 2, PLAIN, &doubt);
    }
    out
}

/// What people said, if they said anything.
fn given(out: &mut String, given: &GivenCounts, page: Page) {
    if *given == GivenCounts::default() {
        return;
    }
    let mut parts = vec![format!(
        "{} clean, {} defective",
        thousands(given.clean),
        thousands(given.defective)
    )];
    for (n, what) in [
        (given.contradicting, "of them against what was found"),
        (given.elsewhere, "more of commits that are not learned from"),
    ] {
        if n > 0 {
            parts.push(format!("{} {what}", thousands(n)));
        }
    }
    row(out, "labelled by people", &parts.join("; "), page);
}

/// How good the scores were.
fn backtest(out: &mut String, worth: &Worth, page: Page) {
    let row = |out: &mut String, name: &str, value: &str| row(out, name, value, page);
    line(out, format_args!(""));
    line(
        out,
        format_args!(
            "{BOLD}back-test on {} mature changes{BOLD:#}",
            thousands(worth.mature)
        ),
    );
    let p = worth.p_value_la.map_or(String::new(), |p| {
        if p < 0.001 {
            "   (p < 0.001)".to_owned()
        } else {
            format!("   (p = {p:.3})")
        }
    });
    row(out, "AUC", &auc(worth.auc));
    row(
        out,
        "  of lines added",
        &format!("{}{p}", auc(worth.auc_la)),
    );
    row(
        out,
        "  of a static model",
        &format!(
            "{}   (this model on the same changes {})",
            auc(worth.auc_static),
            auc(worth.auc_where_static)
        ),
    );
    row(out, "calibration error", &auc(worth.ece));
    if worth.flagged > 0 {
        let share = worth.flagged_defective as f64 / worth.flagged as f64;
        row(
            out,
            "flagged",
            &format!(
                "{}; {} ({}) were followed by a fix",
                thousands(worth.flagged),
                thousands(worth.flagged_defective),
                percent(share)
            ),
        );
    }
    if worth.last_flagged > 0 {
        row(
            out,
            &format!("  the last {}", thousands(worth.last_flagged)),
            &format!(
                "{} were followed by a fix",
                thousands(worth.last_flagged_defective)
            ),
        );
    }
}

/// What was told beside what came of it, tenth by tenth.
fn reliability(out: &mut String, worth: &Worth, page: Page) {
    if worth.reliability.is_empty() {
        return;
    }
    // Tenths that stand above each other stay so.
    let n_beside = (page.room(25) / 5).clamp(1, 10);
    for bins in worth.reliability.chunks(n_beside) {
        let told = |of: fn(&crate::ReliabilityBin) -> f64| -> String {
            let cells = bins.iter().map(|bin| format!("{:>5.1}", of(bin) * 100.0));
            cells.collect()
        };
        row(
            out,
            "told, % (by tenths)",
            &told(|bin| bin.probability),
            page,
        );
        row(out, "  came true, %", &told(|bin| bin.frequency), page);
    }
}

/// Whether the model still does what it did.
fn drift(out: &mut String, worth: &Worth, page: Page) {
    let Some(drift) = &worth.drift else {
        return;
    };
    let verdict = match (drift.ranks_worse, drift.is_off) {
        (false, false) => "no drift beyond chance",
        (true, false) => "ranked worse than before, beyond chance",
        (false, true) => "told too high or too low, beyond chance",
        (true, true) => "ranked worse, and told too high or too low, beyond chance",
    };
    row(
        out,
        "the latest 1,000",
        &format!(
            "AUC {:.3} ({:.3} before); {} needed a fix, {:.0} were expected: {verdict}",
            drift.auc, drift.auc_before, drift.observed, drift.expected
        ),
        page,
    );
}

/// AUC over time as small bars between .5 and 1.
fn blocks(out: &mut String, worth: &Worth, page: Page) {
    if worth.blocks.len() < 2 {
        return;
    }
    let spark = |values: Vec<Option<f64>>| sparkline(&values, (0.5, 1.0), most(page), page);
    row(
        out,
        "AUC by 1,000 changes",
        &spark(worth.blocks.iter().map(|block| block.auc).collect()),
        page,
    );
    row(
        out,
        "  of lines added",
        &spark(worth.blocks.iter().map(|block| block.auc_la).collect()),
        page,
    );
}

/// Columns of a picture.
fn most(page: Page) -> usize {
    page.room(25).min(60)
}

/// Risk over time: of a hundred changes so many needed a fix by their scores, and so many got one.
pub fn over_time(timeline: &Timeline, page: Page) -> String {
    let mut out = String::new();
    if timeline.steps.len() < 2 {
        return out;
    }
    let share = |of: fn(&TimelineStep) -> f64| -> Vec<Option<f64>> {
        let shares = timeline.steps.iter();
        shares
            .map(|step| (step.changes > 0).then(|| of(step) / step.changes as f64))
            .collect()
    };
    let (told, found) = (
        share(|step| step.expected),
        share(|step| step.defective as f64),
    );
    let highest = told
        .iter()
        .chain(&found)
        .flatten()
        .fold(0.0, |a: f64, b| a.max(*b));
    // One change alone in its step would make all others flat.
    let top = highest.min(4.0 * mean(&told).max(mean(&found)));
    line(&mut out, format_args!(""));
    line(&mut out, format_args!("{BOLD}risk over time{BOLD:#}"));
    let unit = timeline.unit;
    for (name, values) in [
        (format!("told, by {unit}"), told),
        ("  came true so far".to_owned(), found),
    ] {
        let spark = sparkline(&values, (0.0, top), most(page), page);
        row(&mut out, &name, &spark, page);
    }
    out
}

fn mean(values: &[Option<f64>]) -> f64 {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    known.iter().sum::<f64>() / known.len().max(1) as f64
}
