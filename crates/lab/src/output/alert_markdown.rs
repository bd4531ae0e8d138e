//! Results for people.

use super::alerts::LEAST;
use crate::alerts::{Alerts, Figures, Outcome, Part, Told, Warner};
use crate::figures::Interval;
use crate::output::markdown::{add, head, line, number, percent};
use std::fmt::Write;

/// What warnings by default are meant to keep to: at most so many, at least so much better than chance.
const MEANT: (f64, f64) = (0.1, 2.5);

/// `summary.md`: the first threshold at length, then all of them stream by stream.
#[must_use]
pub fn summary(alerts: &Alerts) -> String {
    let mut text = format!("# Alerts\n\n{INTRODUCTION}");
    let part = alerts.options.part;
    if part != Part::ALL {
        writeln!(
            text,
            "\nOnly {part} of the changes that could be judged are."
        )
        .expect("a string takes all that is written");
    }
    add(&mut text, &first(alerts));
    add(&mut text, &over_time(alerts));
    add(&mut text, &landings(alerts));
    add(&mut text, &thresholds(alerts));
    text
}

const INTRODUCTION: &str = "\
Each change is asked the threshold as it stood when it landed: its percentile among the previous 1,000, and the lift of
that percentile by the labels known then. Judged are changes that are a year old at the end, by the label known at the
end; changes before a lift could be told at all are left out. *Lift* is the share of warnings followed by a fix over that
of all changes. *The largest* are as many changes in each block of 1,000, chosen by lines added alone; *by size* asks the
same threshold of the percentile of lines added, and of its lift. Intervals are 95 %, by a bootstrap over blocks of
time.
";

/// The first threshold, stream by stream.
fn first(alerts: &Alerts) -> String {
    let mut text = format!("## {}\n\n", alerts.options.thresholds[0]);
    let reached = |holds: &dyn Fn(&Figures) -> bool| {
        let figures = alerts
            .outcomes
            .iter()
            .map(|it| it.of_warner(0, Warner::GitRisk).figures);
        figures.filter(holds).count()
    };
    let (rate, lift) = MEANT;
    writeln!(
        text,
        "Of {} streams, {} with at most one warning in {} changes, {} with a lift of {lift} or more.\n",
        alerts.outcomes.len(),
        reached(&|it| it.rate().is_some_and(|it| it <= rate)),
        1.0 / rate,
        reached(&|it| it.lift().is_some_and(|it| it >= lift)),
    )
    .expect("a string takes all that is written");
    text += &head(
        ["stream", "changes judged"].into_iter(),
        [
            "one warning in",
            "followed by a fix",
            "of all changes",
            "lift",
            "of the largest",
            "times the largest",
            "of what was fixed, warned of",
            "median days to the fix",
            "of all fixed",
        ],
    );
    for (read, outcome) in alerts.each() {
        let own = outcome.of_warner(0, Warner::GitRisk);
        let largest = outcome.of_warner(0, Warner::AsMany);
        let figures = &own.figures;
        line(
            &mut text,
            &[
                read.input.name.clone(),
                figures.n.to_string(),
                number(figures.rate().map(|rate| 1.0 / rate), 1),
                percent(figures.precision()),
                percent(figures.base_rate()),
                with_interval(figures.lift(), own.intervals.lift),
                percent(largest.figures.precision()),
                with_interval(figures.over_size(), own.intervals.over_size),
                percent(figures.recall()),
                number(figures.median_days, 0),
                number(outcome.median_days, 0),
            ],
        );
    }
    text
}

/// Whether the rate is steady.
fn over_time(alerts: &Alerts) -> String {
    let mut text = format!(
        "Warnings of 100 changes over blocks of 1,000 changes, {}:\n\n",
        alerts.options.thresholds[0]
    );
    text += &head(
        ["stream", "changes before the first lift", "blocks"].into_iter(),
        ["least", "median", "most", "latest"],
    );
    for (read, outcome) in alerts.each() {
        let blocks = outcome.of_warner(0, Warner::GitRisk).blocks.iter();
        let blocks = blocks.filter(|block| block.figures.n >= LEAST);
        let rates: Vec<f64> = blocks.filter_map(|block| block.figures.rate()).collect();
        let mut sorted = rates.clone();
        sorted.sort_by(f64::total_cmp);
        let shown = |rate: Option<&f64>| number(rate.map(|rate| 100.0 * rate), 1);
        line(
            &mut text,
            &[
                read.input.name.clone(),
                outcome
                    .first
                    .map_or_else(|| "all".to_owned(), |first| first.to_string()),
                rates.len().to_string(),
                shown(sorted.first()),
                shown(sorted.get(sorted.len() / 2)),
                shown(sorted.last()),
                shown(rates.last()),
            ],
        );
    }
    text
}

fn landings(alerts: &Alerts) -> String {
    let mut text = format!(
        "What landed together, as with one merge, {}: warned of if one of its changes is, fixed if one of them is.\n\n",
        alerts.options.thresholds[0]
    );
    text += &head(
        ["stream", "landings", "of several changes"].into_iter(),
        ["one warning in", "followed by a fix", "of all landings"],
    );
    for (read, outcome) in alerts.each() {
        let Some(it) = outcome.of_warner(0, Warner::GitRisk).landings else {
            continue;
        };
        let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        line(
            &mut text,
            &[
                read.input.name.clone(),
                it.n.to_string(),
                it.n_several.to_string(),
                number(share(it.n, it.n_warned), 1),
                percent(share(it.n_warned_defective, it.n_warned)),
                percent(share(it.n_defective, it.n)),
            ],
        );
    }
    text
}

/// All thresholds, stream by stream.
fn thresholds(alerts: &Alerts) -> String {
    let mut text = String::from("## Thresholds beside each other\n");
    for (read, outcome) in alerts.each() {
        let base_rate = outcome.told.first().and_then(|it| it.figures.base_rate());
        let heading = format!(
            "### {}: {} of all changes followed by a fix\n\n",
            read.input.name,
            percent(base_rate)
        );
        add(&mut text, &heading);
        text += &head(
            ["threshold", "warnings of 100 changes"].into_iter(),
            [
                "followed by a fix",
                "lift",
                "of what was fixed, warned of",
                "times the largest",
                "by size: warnings of 100 changes",
                "by size: lift",
            ],
        );
        for (place, threshold) in alerts.options.thresholds.iter().enumerate() {
            line(&mut text, &row(outcome, place, &threshold.to_string()));
        }
    }
    text
}

fn row(outcome: &Outcome, place: usize, threshold: &str) -> [String; 8] {
    let own = outcome.of_warner(place, Warner::GitRisk);
    let size = outcome.of_warner(place, Warner::Size);
    let rate = |told: &Told| with_interval_of_100(told.figures.rate(), told.intervals.rate);
    let lift = |told: &Told| with_interval(told.figures.lift(), told.intervals.lift);
    [
        threshold.to_owned(),
        rate(own),
        percent(own.figures.precision()),
        lift(own),
        percent(own.figures.recall()),
        with_interval(own.figures.over_size(), own.intervals.over_size),
        rate(size),
        lift(size),
    ]
}

fn with_interval(value: Option<f64>, interval: Interval) -> String {
    let value = number(value, 2);
    match interval {
        Some((low, high)) => format!("{value} ({low:.2}–{high:.2})"),
        None => value,
    }
}

fn with_interval_of_100(value: Option<f64>, interval: Interval) -> String {
    let value = number(value.map(|value| 100.0 * value), 1);
    match interval {
        Some((low, high)) => format!("{value} ({:.1}–{:.1})", 100.0 * low, 100.0 * high),
        None => value,
    }
}
