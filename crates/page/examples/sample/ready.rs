//! A release that never was.

use crate::dice::Dice;
use crate::made::{DAY, NOW};
use risk_report::{
    Criterion, Customers, ExpectedDefects, FoundDefects, Interval, PlaceRisk, Readiness,
    ReleaseRange, ReleaseReadiness, RemainingRisk, ScoredChange, Tree, WeekOfFixes, WeeklyFixes,
};

pub(crate) fn release(dice: &mut Dice, tree: &Tree, riskiest: &[ScoredChange]) -> ReleaseReadiness {
    let around = |mean: f64| Interval {
        mean,
        low: 0.7 * mean,
        high: 1.4 * mean,
    };
    let weeks: Vec<WeekOfFixes> = (0..9)
        .map(|n| WeekOfFixes {
            from: NOW - (9 - n) * 7 * DAY,
            linked: dice.below(7),
            landed: 8 + dice.below(9),
        })
        .collect();
    let criterion = |name, threshold, value, verdict, why: &str| Criterion {
        name,
        threshold,
        value,
        verdict,
        why: why.to_owned(),
    };
    ReleaseReadiness {
        range: ReleaseRange {
            name: "v4.2.0..4f1c0ffee1".to_owned(),
            base: Some(dice.id(40)),
            tip: dice.id(40),
            from: Some(NOW - 63 * DAY),
            to: NOW,
            known_at: NOW,
            changes: 412,
            lines: 18_204,
        },
        expected: ExpectedDefects {
            by_model: around(31.0),
            by_chance: around(31.0),
            by_changes: Some(34.2),
            by_lines: Some(28.0),
            model_error: None,
        },
        found: FoundDefects {
            changes: 14,
            fixes: 16,
            unseen: around(18.0),
            share: Some(Interval {
                mean: 0.44,
                low: 0.35,
                high: 0.58,
            }),
        },
        weekly: WeeklyFixes {
            weeks,
            peak: 6,
            present: 2.5,
            share: Some(0.42),
        },
        customers: Customers {
            by_customers: Some(4),
            by_others: Some(9),
            untold: Some(3),
            why_not: None,
        },
        criteria: vec![
            criterion(
                "found",
                0.8,
                Some(0.44),
                Readiness::NotMet,
                "44 % of the defects to be expected were found (95 %: 35 % to 58 %); 80 % are asked for",
            ),
            criterion(
                "weekly",
                0.43,
                Some(0.42),
                Readiness::Met,
                "fixes of it are down to 42 % of the most in a week; 43 % are asked for",
            ),
        ],
        riskiest: riskiest
            .iter()
            .take(10)
            .map(|change| RemainingRisk {
                commit: change.commit.clone().unwrap_or_default(),
                subject: change.subject.clone(),
                author: change.author.clone(),
                probability: change.probability,
                remaining: 0.8 * change.probability,
                days: 12.5,
            })
            .collect(),
        files: tree
            .files
            .iter()
            .take(10)
            .map(|file| PlaceRisk {
                path: file.path.clone(),
                lines: file.young,
                risk: file.risk,
            })
            .collect(),
        directories: Vec::new(),
        growth: Vec::new(),
    }
}
