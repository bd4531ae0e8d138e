//! Links, candidates and pairs as comma-separated values.

use super::fold::{Found, Pairs};
use risk_szz::{Judged, Verdict, Weights};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Links of fixes by repository, a row each; a fix without one has a row without `inducing`.
pub fn links_table(found: &BTreeMap<String, Vec<Found>>) -> String {
    let mut text = String::from("repo,fix,variant,inducing,weight,evidence\n");
    for (repo, found) in found {
        for it in found {
            let pairs = it.account.judged.iter().zip(&it.ids);
            let kept = pairs.filter(|(judged, _)| judged.verdict == Verdict::Kept);
            let mut is_linked = false;
            for (judged, id) in kept {
                is_linked = true;
                let _ = writeln!(
                    text,
                    "{},{},{},{id},{:.4},{}",
                    quoted(repo),
                    it.fix,
                    name(it),
                    judged.weight,
                    evidence(judged),
                );
            }
            if !is_linked {
                let _ = writeln!(text, "{},{},{},,,", quoted(repo), it.fix, name(it));
            }
        }
    }
    text
}

/// What the table calls the variant.
fn name(found: &Found) -> String {
    let dated = if found.is_dated { "+date" } else { "" };
    format!("{}{dated}", found.variant)
}

/// What of a candidate speaks for it.
fn evidence(judged: &Judged) -> &'static str {
    let tests = judged.involvement.map_or(0, |it| it.deleted_tests);
    match (judged.lines, tests) {
        (0, 0) => "near",
        (0, _) => "tests",
        _ => "lines",
    }
}

/// Every candidate of the default variant with its signs, a row each: what [`fit`](super::fit) learns from.
pub fn candidates_table(found: &BTreeMap<String, Vec<Found>>) -> String {
    let mut text = String::from("repo,fix,inducing,weight");
    for name in Weights::SIGNS {
        let _ = write!(text, ",{name}");
    }
    text.push('\n');
    for (repo, found) in found {
        for it in found {
            if it.is_dated {
                continue;
            }
            for (judged, id) in it.account.judged.iter().zip(&it.ids) {
                let Some(signs) = judged.signs else { continue };
                let repo = quoted(repo);
                let _ = write!(text, "{repo},{},{id},{:.6}", it.fix, judged.weight);
                for sign in signs {
                    let _ = write!(text, ",{sign}");
                }
                text.push('\n');
            }
        }
    }
    text
}

/// Pairs of fixes and inducing changes by repository, a row each.
pub fn pairs_table(pairs: &BTreeMap<String, Pairs>) -> String {
    let mut text = String::from("repo,fix,inducing,fixed_at\n");
    for (repo, pairs) in pairs {
        for (fix, at, inducing) in &pairs.all {
            let _ = writeln!(text, "{},{fix},{inducing},{}", quoted(repo), at.0);
        }
    }
    text
}

fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}
