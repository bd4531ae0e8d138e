//! Results for machines.

use super::tables::{Table, cell, ends, names};
use crate::figures::Interval;
use crate::fixes::{Count, Figures, Fixes, Judged};
use risk_szz::Explanation;

/// What all repositories together are called.
pub(super) const ALL: &str = "all";

/// `rules.csv`: a row for each repository and rule.
///
/// `n` changes that the rule calls fixes got the same label twice, `n_fixes` of them are fixes, `n_disputed` more got
/// two labels. `weighted_…`, `alone_…`, `recall` and `f1` are by weight, so of the repository; the ends of `…_bounds` are
/// those if all that is disputed speaks against the rule, and for it. `alone_…` is of the changes that no other rule calls
/// fixes.
pub(super) fn rules(fixes: &Fixes) -> String {
    let mut columns = names(&["repo", "rule", "n", "n_fixes", "n_disputed", "precision"]);
    columns.extend(names(&["precision_low", "precision_high"]));
    for name in ["weighted_precision", "recall"] {
        let all = ["", "_low", "_high", "_bounds_low", "_bounds_high"];
        columns.extend(all.map(|after| format!("{name}{after}")));
    }
    columns.extend(names(&[
        "f1",
        "alone_n",
        "alone_n_fixes",
        "alone_n_disputed",
        "alone_precision",
        "alone_precision_low",
        "alone_precision_high",
    ]));
    let mut table = Table::of(columns);
    for (name, figures) in each(fixes) {
        for judged in &figures.rules {
            let Judged {
                called,
                alone,
                found,
                ..
            } = judged;
            let mut row = vec![name.to_owned(), rule(judged).to_owned()];
            row.extend(counts(called));
            row.push(rounded(called.share()));
            row.extend(round_ends(called.interval()));
            row.push(rounded(called.weighted()));
            row.extend(round_ends(called.weighted_interval()));
            row.extend(round_ends(called.bounds()));
            row.push(rounded(found.fixes.weighted()));
            row.extend(round_ends(found.fixes.weighted_interval()));
            row.extend(round_ends(found.bounds()));
            row.push(rounded(judged.f1()));
            row.extend(counts(alone));
            row.push(rounded(alone.weighted()));
            row.extend(round_ends(alone.weighted_interval()));
            table.row(row);
        }
    }
    table.finish()
}

/// `exclusions.csv`: a row for each repository and reason. `share` of what the reason throws away are fixes, which are
/// `lost` of all fixes; both are by weight.
pub(super) fn exclusions(fixes: &Fixes) -> String {
    let mut columns = names(&["repo", "reason", "n", "n_fixes", "n_disputed"]);
    columns.extend(names(&["share", "share_low", "share_high", "lost"]));
    let mut table = Table::of(columns);
    for (name, figures) in each(fixes) {
        for exclusion in &figures.exclusions {
            let thrown = &exclusion.thrown;
            let mut row = vec![name.to_owned(), format!("{:?}", exclusion.reason)];
            row.extend(counts(thrown));
            row.push(rounded(thrown.weighted()));
            row.extend(round_ends(thrown.weighted_interval()));
            row.push(rounded(lost(&figures, thrown)));
            table.row(row);
        }
    }
    table.finish()
}

/// `verdicts.csv`: a row for each change. `rules` speak for a fix; `reason` against it.
pub(super) fn verdicts(fixes: &Fixes) -> String {
    let mut table = Table::of(names(&[
        "repo", "commit", "stratum", "weight", "label", "verdict", "rules", "reason", "matched",
    ]));
    for verdict in &fixes.verdicts {
        let change = &verdict.change;
        let label = match change.is_fix() {
            Some(true) => "fix",
            Some(false) => "not",
            None => "disputed",
        };
        let (called, reason, matched) = match &verdict.explanation {
            Explanation::Fix(fix) => ("fix", String::new(), fix.why.clone()),
            Explanation::NotFix { reason, matched } => (
                "not",
                format!("{reason:?}"),
                matched.clone().unwrap_or_default(),
            ),
        };
        let rules: Vec<&str> = verdict.rules.iter().map(|rule| rule.name()).collect();
        table.row([
            change.repository.clone(),
            change.id.to_hex(),
            change.stratum.clone(),
            rounded(Some(change.weight)),
            label.to_owned(),
            called.to_owned(),
            rules.join("; "),
            reason,
            matched,
        ]);
    }
    table.finish()
}

/// `changed.csv`: what the files of each change say to the rules.
pub(super) fn changed(fixes: &Fixes) -> String {
    let mut table = Table::of(names(&["repo", "commit", "changed"]));
    for verdict in &fixes.verdicts {
        let change = &verdict.change;
        let files = serde_json::to_string(&change.changed);
        table.row([
            change.repository.clone(),
            change.id.to_hex(),
            files.expect("a list of texts"),
        ]);
    }
    table.finish()
}

/// Each repository with its figures, and all of them as one.
pub(super) fn each(fixes: &Fixes) -> impl Iterator<Item = (&str, Figures)> {
    let one = fixes.repositories().into_iter();
    one.map(|name| (name, fixes.figures(Some(name))))
        .chain([(ALL, fixes.figures(None))])
}

/// What a row of a rule is called.
pub(super) fn rule(judged: &Judged) -> &'static str {
    judged.rule.map_or("any of them", |rule| rule.name())
}

/// The part of all fixes, by weight, that is thrown away.
pub(super) fn lost(figures: &Figures, thrown: &Count) -> Option<f64> {
    let all = figures.base.holding_stands_for();
    (all > 0.0).then(|| thrown.holding_stands_for() / all)
}

fn counts(count: &Count) -> [String; 3] {
    [count.n, count.n_holding, count.n_disputed].map(|n| n.to_string())
}

/// Four digits: more would say nothing, and differ between machines.
fn rounded(value: Option<f64>) -> String {
    cell(value.map(|value| (value * 1e4).round() / 1e4))
}

fn round_ends(interval: Interval) -> [String; 2] {
    let round = |value: f64| (value * 1e4).round() / 1e4;
    ends(interval.map(|(low, high)| (round(low), round(high))))
}
