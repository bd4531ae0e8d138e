//! Risky changes with reasons, files and hunks.

use crate::dice::Dice;
use crate::made::{DAY, NOW, PEOPLE, THINGS, VERBS};
use risk_evaluate::Band;
use risk_report::{Fact, FileShare, HunkShare, Reason, ScoredChange, Tree};

/// Group, the least and the most that it weighs, and its facts: name, meaning, unit, what is usual, and by how much more
/// it may be.
type Group = (
    &'static str,
    f64,
    f64,
    &'static [(&'static str, &'static str, &'static str, f64, f64)],
);

const GROUPS: &[Group] = &[
    (
        "size",
        0.2,
        1.4,
        &[
            ("la", "lines added", "lines", 12.0, 700.0),
            ("ld", "lines deleted", "lines", 3.0, 90.0),
        ],
    ),
    (
        "history of the files",
        0.1,
        1.0,
        &[(
            "prior_fixes",
            "recent fixes of a touched file, on average",
            "weighted count",
            0.42,
            2.6,
        )],
    ),
    (
        "spread",
        0.0,
        0.5,
        &[
            (
                "entropy",
                "spread of the modified lines over the files",
                "bits",
                0.9,
                2.4,
            ),
            ("nf", "files touched", "count", 2.0, 9.0),
        ],
    ),
    (
        "experience",
        -0.6,
        0.0,
        &[(
            "sexp",
            "earlier changes by the author in the touched subsystems",
            "count",
            41.0,
            300.0,
        )],
    ),
    (
        "purpose",
        0.0,
        0.1,
        &[("fix", "the change fixes a defect", "0 or 1", 0.0, 1.0)],
    ),
];

/// So many of them, the worst first.
pub(crate) fn riskiest(dice: &mut Dice, tree: &Tree, count: usize) -> Vec<ScoredChange> {
    (0..count).map(|n| change(dice, tree, n, count)).collect()
}

fn change(dice: &mut Dice, tree: &Tree, n: usize, count: usize) -> ScoredChange {
    let probability = 0.82 - 0.55 * n as f64 / count as f64;
    let (band, label) = (
        [Band::Elevated, Band::High][usize::from(probability > 0.4)],
        ["unverified", "defective"][usize::from(n % 6 == 4)],
    );
    ScoredChange {
        commit: Some(dice.id(40)),
        subject: format!("{} {}", dice.one_of(VERBS), dice.one_of(THINGS)),
        author: dice.one_of(PEOPLE).to_owned(),
        committed_at: NOW - DAY - (80.0 * DAY as f64 * dice.roll()) as i64,
        probability,
        band: Some(band),
        lift: Some(probability / 0.14),
        percentile: Some(99.8 - n as f64 * 0.4),
        flagged: true,
        recorded: true,
        label,
        label_by: "found",
        intercept: -1.9,
        reasons: GROUPS.iter().map(|group| reason(dice, group)).collect(),
        files: (0..=dice.below(4))
            .map(|k| {
                let path = &tree.files[(n * 5 + k) % tree.files.len()].path;
                file(dice, path, probability * (0.6 + 0.1 * k as f64))
            })
            .collect(),
        n_more_files: n % 3,
        left_out: Vec::new(),
    }
}

fn reason(dice: &mut Dice, (group, least, most, facts): &Group) -> Reason {
    let log_odds = least + (most - least) * dice.roll();
    let facts = facts.iter().map(|(feature, meaning, unit, typical, more)| {
        let value = typical + more * dice.roll();
        let is_whole = *typical == typical.round();
        Fact {
            feature,
            meaning,
            unit: (*unit).to_owned(),
            value: Some(if is_whole { value.round() } else { value }),
            typical: Some(*typical),
            log_odds: 0.7 * log_odds,
        }
    });
    Reason {
        group,
        log_odds,
        facts: facts.collect(),
    }
}

fn file(dice: &mut Dice, path: &str, probability_without: f64) -> FileShare {
    FileShare {
        path: path.to_owned(),
        added: 10 + dice.below(200) as u64,
        deleted: dice.below(40) as u64,
        probability_without: Some(probability_without),
        hunks: (0..2)
            .map(|n| HunkShare {
                line: 12 + n * 140,
                added: 8 + dice.below(60) as u32,
                deleted: dice.below(9) as u32,
                probability_without: Some(probability_without * 1.1),
            })
            .collect(),
    }
}
