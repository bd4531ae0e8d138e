//! Results for people.

use super::fix_tables::{each, lost, rule};
use super::markdown::{add, head, line};
use crate::figures::Interval;
use crate::fixes::{Count, Figures, Fixes, Judged};
use std::fmt::Write;

const INTRODUCTION: &str = "\
Each change was read twice, apart from each other: is it a fix, in that it repairs a defect in the product's own behaviour?
Where the two readings differ it is *disputed* and left out; the *bounds* count what is disputed against the rule, and for
it. The sample is drawn by strata; *of the repository* weighs each change by those that it stands for. A change may be called
a fix by several rules, and is counted with each. Intervals are Wilson's at 95 %, with weights for as many changes as tell as
much.
";

/// `summary.md`: agreement, rules, exclusions.
#[must_use]
pub fn summary(fixes: &Fixes) -> String {
    let mut text = format!("# Which changes are fixes\n\n{INTRODUCTION}");
    let all: Vec<(&str, Figures)> = each(fixes).collect();
    add(&mut text, &together(&all));
    add(&mut text, &rules(&all));
    add(&mut text, &exclusions(&all));
    text
}

/// All rules together, repository by repository.
fn together(all: &[(&str, Figures)]) -> String {
    let mut text = "## All rules together\n\n".to_owned();
    text += &head(
        ["repository"].into_iter(),
        [
            "read",
            "disputed",
            "kappa",
            "fixes of 100 changes",
            "called fixes of 100",
            "precision (95 %)",
            "bounds",
            "recall (95 %)",
            "bounds",
            "F1",
        ],
    );
    for (name, figures) in all {
        let judged = &figures.together;
        let agreement = figures.agreement;
        let part = judged.called.stands_for() / figures.base.stands_for();
        line(
            &mut text,
            &[
                (*name).to_owned(),
                agreement.n.to_string(),
                figures.base.n_disputed.to_string(),
                three(agreement.kappa),
                of_hundred(figures.base.weighted()),
                of_hundred(Some(part)),
                with(judged.called.weighted(), judged.called.weighted_interval()),
                between(judged.called.bounds()),
                with(
                    judged.found.fixes.weighted(),
                    judged.found.fixes.weighted_interval(),
                ),
                between(judged.found.bounds()),
                two(judged.f1()),
            ],
        );
    }
    text
}

/// Every rule, repository by repository.
fn rules(all: &[(&str, Figures)]) -> String {
    let mut text = "## Rule by rule\n\n*Precision* is the share of fixes among what the rule calls so, *alone* the same of \
                    what no other rule calls so, *recall* the share of all fixes that it finds.\n\n"
        .to_owned();
    text += &head(
        ["rule"].into_iter(),
        [
            "repository",
            "fixes of called",
            "disputed",
            "in the sample (95 %)",
            "of the repository (95 %)",
            "bounds",
            "alone: fixes of called",
            "of the repository",
            "recall",
        ],
    );
    let n_rules = all.first().map_or(0, |(_, figures)| figures.rules.len());
    for place in 0..n_rules {
        for (name, figures) in all {
            let judged = &figures.rules[place];
            let Judged {
                called,
                alone,
                found,
                ..
            } = judged;
            if called.n + called.n_disputed == 0 {
                continue;
            }
            let is_any = judged.rule.is_none();
            let of_alone = |shown: String| {
                if is_any { "–".to_owned() } else { shown }
            };
            line(
                &mut text,
                &[
                    rule(judged).to_owned(),
                    (*name).to_owned(),
                    of(called),
                    called.n_disputed.to_string(),
                    with(called.share(), called.interval()),
                    with(called.weighted(), called.weighted_interval()),
                    between(called.bounds()),
                    of_alone(of(alone)),
                    of_alone(two(alone.weighted())),
                    two(found.fixes.weighted()),
                ],
            );
        }
    }
    text
}

/// What was thrown away, for which reason.
fn exclusions(all: &[(&str, Figures)]) -> String {
    let mut text = "## What is called no fix, and why\n\n*Lost* are those that are fixes all the same; each cell says how \
                    many of how many, disputed ones left out.\n\n"
        .to_owned();
    let names = all.iter().map(|(name, _)| *name);
    text += &head(
        ["reason"].into_iter().chain(names),
        ["lost, by weight (95 %)", "of 100 fixes"],
    );
    let Some((_, together)) = all.last() else {
        return text;
    };
    for exclusion in &together.exclusions {
        let mut cells = vec![exclusion.reason.to_string()];
        for (_, figures) in all {
            let same = figures.exclusions.iter();
            let same = same.filter(|it| it.reason == exclusion.reason);
            let found = same.map(|it| of(&it.thrown)).next();
            cells.push(found.unwrap_or_else(|| "–".to_owned()));
        }
        let thrown = &exclusion.thrown;
        cells.push(with(thrown.weighted(), thrown.weighted_interval()));
        cells.push(of_hundred(lost(together, thrown)));
        line(&mut text, &cells);
    }
    text
}

fn of(count: &Count) -> String {
    format!("{} of {}", count.n_holding, count.n)
}

/// A share without its leading zero, as in `.87`.
fn two(value: Option<f64>) -> String {
    short(value, 2)
}

fn three(value: Option<f64>) -> String {
    short(value, 3)
}

fn short(value: Option<f64>, digits: usize) -> String {
    let Some(value) = value else {
        return "–".to_owned();
    };
    let text = format!("{value:.digits$}");
    text.strip_prefix('0').map_or(text.clone(), str::to_owned)
}

fn of_hundred(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{:.1}", 100.0 * value))
}

fn between(interval: Interval) -> String {
    interval.map_or_else(
        || "–".to_owned(),
        |(low, high)| format!("{}–{}", two(Some(low)), two(Some(high))),
    )
}

fn with(value: Option<f64>, interval: Interval) -> String {
    let mut text = two(value);
    if interval.is_some() {
        write!(text, " ({})", between(interval)).expect("a string takes all that is written");
    }
    text
}
