//! What is told about releases fits the page, and the text of strangers means nothing in it.

use risk_report::{
    Criterion, Customers, ErrorOfModel, ExpectedDefects, FollowedUp, FoundDefects, GivenCounts,
    GrowthOfFixes, Interval, Page, PastRelease, PlaceRisk, RankedBy, Readiness, RelationOfFixes,
    ReleaseHistory, ReleaseRange, ReleaseReadiness, RemainingRisk, Verdict, WeekOfFixes,
    WeeklyFixes, Worth, markdown, text,
};

const ID: &str = "8035a1279b0011223344556677889900aabbccdd";

fn worth() -> Worth {
    Worth {
        tip: ID.to_owned(),
        commits: 1_234,
        changes: 1_200,
        labelled: 1_000,
        defective: 200,
        given: GivenCounts::default(),
        fixes: 220,
        links: 300,
        base_rate: Some(0.2),
        mature: 900,
        auc: Some(0.7),
        auc_la: Some(0.75),
        auc_static: None,
        auc_where_static: None,
        p_value_la: None,
        ece: None,
        brier: None,
        flagged: 0,
        flagged_defective: 0,
        last_flagged: 0,
        last_flagged_defective: 0,
        reliability: Vec::new(),
        drift: None,
        ranked_by: RankedBy::Model,
        in_prior: false,
        blocks: Vec::new(),
        verdict: Verdict::NoBetterThanSize,
        skipped: Vec::new(),
    }
}

fn interval(mean: f64) -> Interval {
    Interval {
        mean,
        low: (mean / 2.0).floor(),
        high: (mean * 2.0).ceil(),
    }
}

fn range() -> ReleaseRange {
    ReleaseRange {
        name: "release-with-a-very-long-name-1.2.3..refs/heads/another\u{1b}[31m".to_owned(),
        base: Some(ID.to_owned()),
        tip: ID.to_owned(),
        from: Some(0),
        to: 86_400 * 100,
        known_at: 86_400 * 200,
        changes: 12_345,
        lines: 1_234_567,
    }
}

fn expected() -> ExpectedDefects {
    ExpectedDefects {
        by_model: interval(1_234.0),
        by_chance: interval(1_234.0),
        by_changes: Some(1_000.0),
        by_lines: None,
        model_error: Some(ErrorOfModel {
            stretches: 20,
            changes: 12_345,
            expected: 20_000.0,
            observed: 19_000,
            spread: 0.31,
        }),
    }
}

fn found() -> FoundDefects {
    FoundDefects {
        changes: 1_000,
        fixes: 900,
        unseen: interval(3.3),
        share: Some(Interval {
            mean: 0.77,
            low: 0.5,
            high: 0.9,
        }),
    }
}

fn criteria() -> Vec<Criterion> {
    let criterion = |name, verdict, value| Criterion {
        name,
        threshold: 0.8,
        value,
        verdict,
        why: "77 % of its defects were found, by what is still to be expected".to_owned(),
    };
    vec![
        criterion("found", Readiness::NotMet, Some(0.77)),
        criterion("weekly", Readiness::Unknown, None),
    ]
}

fn growth(fixes: Option<f64>) -> GrowthOfFixes {
    let relation = |shape| RelationOfFixes {
        shape,
        a: 0.2,
        b: 0.6,
        r2: Some(0.51),
        error: 0.6,
    };
    GrowthOfFixes {
        days: 180.0,
        releases: 199,
        relations: ["constant", "linear", "power", "exponential"]
            .map(relation)
            .to_vec(),
        best: "power",
        fixes,
    }
}

fn weekly() -> WeeklyFixes {
    let week = |at: usize| WeekOfFixes {
        from: at as i64 * 604_800,
        linked: at % 9,
        landed: 9,
    };
    WeeklyFixes {
        weeks: (0..300).map(week).collect(),
        peak: 8,
        present: 2.5,
        share: Some(0.3125),
    }
}

fn readiness() -> ReleaseReadiness {
    let place = |path: &str| PlaceRisk {
        path: path.to_owned(),
        lines: 123_456,
        risk: 12.3,
    };
    ReleaseReadiness {
        range: range(),
        expected: expected(),
        found: found(),
        weekly: weekly(),
        customers: Customers {
            by_customers: Some(12),
            by_others: Some(300),
            untold: Some(588),
            why_not: None,
        },
        criteria: criteria(),
        riskiest: vec![RemainingRisk {
            commit: ID.to_owned(),
            subject: "hackbot: add a @try-server | push action <b>and</b> more of `that` 修正する"
                .to_owned(),
            author: "Ann".to_owned(),
            probability: 0.8,
            remaining: 0.7,
            days: 1_234.0,
        }],
        files: vec![place(
            "libs/hackbot-runtime/hackbot_runtime/actions/handlers/try|server_handler.py",
        )],
        directories: vec![place("")],
        growth: vec![growth(Some(12.0))],
    }
}

fn history() -> ReleaseHistory {
    let release = |tag: &str, complete| PastRelease {
        tag: tag.to_owned(),
        range: range(),
        expected: expected(),
        found: found(),
        weekly: weekly(),
        criteria: criteria(),
        after: vec![FollowedUp {
            days: 180.0,
            complete,
            expected: interval(20.0),
            changes: 1_019,
            fixes: 1_021,
        }],
        found_today: 1_019,
    };
    ReleaseHistory {
        releases: vec![
            release("v1.2.3", true),
            release("a-tag-with-a-name-that-is-longer-than-most", false),
        ],
        beside: 12,
        growth: vec![growth(None)],
    }
}

#[test]
fn every_line_fits_every_width_from_forty_columns_on() {
    for plain in [false, true] {
        for width in 40..=200 {
            let page = Page {
                width: Some(width),
                plain,
            };
            for text in [
                text::release(&readiness(), &worth(), page),
                text::releases(&history(), &worth(), page),
            ] {
                let held = if plain {
                    risk_report::ascii(&text)
                } else {
                    text
                };
                assert!(page.holds(&held), "{width}:\n{held}");
                assert!(!plain || held.is_ascii(), "{width}:\n{held}");
            }
        }
    }
}

#[test]
fn strangers_put_nothing_into_a_page() {
    let page = markdown::release(&readiness(), &worth());
    let table = markdown::releases(&history(), &worth());
    for odd in ["@try", "<b>", "`that`", "try|server", "\u{1b}"] {
        assert!(!page.contains(odd) && !table.contains(odd), "{odd}\n{page}");
    }
    // Each row has as many cells as the head.
    let rows = page.lines().filter(|line| line.starts_with('|'));
    assert!(rows.clone().count() > 12);
    for row in rows {
        assert!((4..=5).contains(&row.matches('|').count()) || row.matches('|').count() == 3);
    }
    assert!(!text::release(&readiness(), &worth(), Page::default()).contains("another\u{1b}"));
}
