//! Repositories that never were, the same on each run.

use crate::dice::Dice;
use crate::ready::release;
use crate::risky::riskiest;
use risk_report::{
    Block, ChangeColumns, DirectoryExperts, Drift, Expert, FileRisk, Followed, Forge, Found,
    GivenCounts, Latency, LatencyPoint, Moved, Overview, Place, RankedBy, ReliabilityBin, Since,
    Skips, Timeline, TimelineStep, Tree, Verdict, Worth,
};

pub(crate) const DAY: i64 = 86_400;
pub(crate) const NOW: i64 = 1_795_900_000;
const MONTH: i64 = 30 * DAY;

pub(crate) const PEOPLE: &[&str] = &[
    "Ada Okafor",
    "Bram de Vries",
    "Chiara Rossi",
    "Dmitri Volkov",
    "Elif Yılmaz",
    "Farid Haddad",
    "Greta Lindqvist",
    "Hiro Tanaka",
    "Ines Carvalho",
    "Jonas Weber",
    "Kavya Raman",
    "Liam O'Brien",
];
pub(crate) const VERBS: &[&str] = &[
    "Add", "Fix", "Rework", "Simplify", "Move", "Remove", "Speed up", "Document", "Test", "Guard",
];
pub(crate) const THINGS: &[&str] = &[
    "retry of failed uploads",
    "the session cache",
    "token refresh",
    "the parser of filters",
    "pagination of results",
    "the queue of jobs",
    "time zones in exports",
    "the rate limiter",
    "locking of the ledger",
    "the migration of accounts",
    "error pages",
    "webhook signatures",
    "the search index",
    "rounding of prices",
    "the settings form",
    "the audit log",
];
const FOLDERS: &[&str] = &[
    "src/api/handlers",
    "src/api/routes",
    "src/billing",
    "src/billing/invoices",
    "src/core/cache",
    "src/core/queue",
    "src/search/index",
    "src/search/query",
    "src/web/forms",
    "src/web/views",
    "tools/import",
    "docs/guide",
    "tests/api",
    "tests/billing",
    "migrations",
];
const NOUNS: &[&str] = &[
    "account", "ledger", "session", "token", "filter", "page", "job", "export", "limit", "price",
    "hook", "index", "query", "form", "log", "store",
];

/// What a made repository has.
pub(crate) struct Made {
    changes: usize,
    files: usize,
    people: usize,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            changes: 5_000,
            files: 420,
            people: PEOPLE.len(),
        }
    }
}

impl Made {
    /// So many changes, files and people.
    pub(crate) fn of(changes: usize, files: usize, people: usize) -> Self {
        Self {
            changes,
            files,
            people,
        }
    }

    /// As much as a report takes.
    pub(crate) fn large() -> Self {
        Self {
            changes: 50_000,
            files: 3_000,
            people: 1_200,
        }
    }

    /// The report of it.
    pub(crate) fn overview(&self) -> Overview {
        let mut dice = Dice(7);
        let people: Vec<String> = (0..self.people)
            .map(|n| match PEOPLE.get(n) {
                Some(name) => (*name).to_owned(),
                None => format!("{} {}", dice.one_of(PEOPLE), dice.id(4)),
            })
            .collect();
        let changes = self.changes(&mut dice);
        let tree = self.tree(&mut dice);
        let riskiest = riskiest(&mut dice, &tree, 20);
        let since = Since {
            tip: dice.id(40),
            tip_at: NOW - 9 * DAY,
            name: None,
            changes: 61,
            expected: 8.7,
            riskiest: riskiest
                .iter()
                .take(4)
                .filter_map(|it| it.commit.clone())
                .collect(),
            n_found: 7,
            n_found_flagged: 5,
            found: (0..7).map(|n| found(&mut dice, n)).collect(),
            risen: tree
                .files
                .iter()
                .take(6)
                .map(|file| Moved {
                    path: file.path.clone(),
                    before: file.risk * 0.6,
                    now: file.risk,
                })
                .collect(),
            auc: Some(0.744),
            risk: Some(tree.risk * 0.95),
        };
        Overview {
            made_at: NOW,
            repository: Place {
                name: "harbour".to_owned(),
                branch: Some("main".to_owned()),
                tip: dice.id(40),
                tip_at: NOW - 5_000,
                first_at: NOW - 72 * MONTH,
                forge: Some(Forge {
                    name: "GitHub",
                    commit: "https://github.com/example/harbour/commit/{commit}".to_owned(),
                    file: "https://github.com/example/harbour/blob/{commit}/{path}".to_owned(),
                    line: "#L{line}",
                }),
            },
            release: Some(release(&mut dice, &tree, &riskiest)),
            warn_above: "p90 x2.5".to_owned(),
            followed: Some(Followed {
                n: 200,
                n_fixed: 61,
                base_rate: Some(0.083),
            }),
            worth: worth(&mut dice, self.changes),
            timeline: timeline(&mut dice),
            latency: latency(),
            changes,
            riskiest,
            recent_since: NOW - 90 * DAY,
            tree,
            people,
            since: Some(since),
        }
    }

    fn changes(&self, dice: &mut Dice) -> ChangeColumns {
        let mut columns = ChangeColumns {
            total: self.changes + 1_312,
            ..ChangeColumns::default()
        };
        let span = 60 * MONTH;
        for n in 0..self.changes {
            let p = 0.01 + 0.85 * dice.roll().powi(4);
            let age = (1.0 - n as f64 / self.changes as f64) * span as f64;
            columns.commit.push(dice.id(10));
            columns.committed_at.push(NOW - 5_000 - age as i64);
            columns.probability.push((p * 10_000.0).round() / 10_000.0);
            let percentile = (n >= 100).then(|| (1_000.0 * p.sqrt()).round() / 10.0);
            columns.percentile.push(percentile);
            let band = if p < 0.08 {
                0
            } else if p < 0.2 {
                1
            } else if p < 0.4 {
                2
            } else {
                3
            };
            columns.band.push((n >= 100).then_some(band));
            let known = age > 120.0 * DAY as f64;
            let defective = dice.roll() < p * if known { 1.0 } else { 0.3 };
            columns
                .label
                .push(if defective { 2 } else { u8::from(known) });
            columns
                .author
                .push((dice.roll().powi(2) * self.people as f64) as usize);
            columns
                .added
                .push((4.0 + 900.0 * p * dice.roll().powi(2)) as u64);
            columns
                .subject
                .push(format!("{} {}", dice.one_of(VERBS), dice.one_of(THINGS)));
        }
        columns
    }

    fn tree(&self, dice: &mut Dice) -> Tree {
        let mut files: Vec<FileRisk> = (0..self.files)
            .map(|n| {
                let lines = 20 + (1_800.0 * dice.roll().powi(3)) as u64;
                let heat = dice.roll().powi(3);
                FileRisk {
                    path: format!("{}/{}_{n}.rs", dice.one_of(FOLDERS), dice.one_of(NOUNS)),
                    lines,
                    young: (lines as f64 * heat) as u64,
                    risk: lines as f64 * heat * 0.0014,
                    defective: dice.below(6),
                    changed_at: Some(NOW - (dice.roll().powi(2) * 900.0 * DAY as f64) as i64),
                    experts: experts(dice, self.people),
                }
            })
            .collect();
        files.sort_by(|a, b| b.risk.total_cmp(&a.risk));
        let mut directories: Vec<DirectoryExperts> = Vec::new();
        for path in [
            "",
            "src",
            "src/api",
            "src/core",
            "src/search",
            "src/web",
            "tools",
            "tests",
        ]
        .iter()
        .chain(FOLDERS)
        {
            let inside =
                |file: &&FileRisk| path.is_empty() || file.path.starts_with(&format!("{path}/"));
            directories.push(DirectoryExperts {
                path: (*path).to_owned(),
                lines: files.iter().filter(inside).map(|it| it.lines).sum(),
                risk: files.iter().filter(inside).map(|it| it.risk).sum(),
                orphaned: dice.roll().powi(2),
                half_by: 1 + dice.below(4),
                experts: experts(dice, self.people),
            });
        }
        directories.sort_by_key(|it| std::cmp::Reverse(it.lines));
        Tree {
            n_files: self.files + 211,
            lines: files.iter().map(|it| it.lines).sum::<u64>() + 9_400,
            risk: files.iter().map(|it| it.risk).sum::<f64>() + 1.1,
            files,
            directories,
        }
    }
}

fn experts(dice: &mut Dice, n_people: usize) -> Vec<Expert> {
    let mut left = 1.0;
    (0..=dice.below(3))
        .map(|_| {
            let share = left * (0.3 + 0.5 * dice.roll());
            left -= share;
            Expert {
                person: dice.below(n_people),
                share,
                active: dice.roll() < 0.7,
            }
        })
        .collect()
}

fn found(dice: &mut Dice, n: usize) -> Found {
    Found {
        commit: dice.id(40),
        subject: format!("{} {}", dice.one_of(VERBS), dice.one_of(THINGS)),
        probability: 0.1 + 0.6 * dice.roll(),
        flagged: n != 2 && n != 5,
        days: 3.0 + 60.0 * dice.roll(),
    }
}

fn timeline(dice: &mut Dice) -> Timeline {
    let steps = (0..72)
        .map(|n| {
            let age = f64::from(72 - n);
            let changes = 50 + dice.below(60);
            let rate = 0.13 + 0.05 * (f64::from(n) / 7.0).sin();
            let total = changes as f64 * rate;
            // Half of the defects are found within five months.
            let seen = 1.0 - 0.5_f64.powf(age / 5.0);
            TimelineStep {
                from: NOW - (age * MONTH as f64) as i64,
                changes,
                expected: total * (0.9 + 0.3 * dice.roll()),
                defective: (total * seen) as usize,
                unseen: total * (1.0 - seen),
                flagged: (changes as f64 * 0.2) as usize,
                fixes: 5 + dice.below(20),
            }
        })
        .collect();
    Timeline {
        unit: "month",
        steps,
    }
}

fn latency() -> Latency {
    Latency {
        fixes: 684,
        quartiles: [Some(19.0), Some(104.0), Some(466.0)],
        waiting_days: 90.0,
        within_waiting: 0.476,
        points: (0..60)
            .map(|n| {
                let days = 1.15_f64.powi(n);
                LatencyPoint {
                    days,
                    share: 1.0 - (-(days / 160.0).powf(0.55)).exp(),
                }
            })
            .collect(),
    }
}

fn worth(dice: &mut Dice, n_changes: usize) -> Worth {
    let changes = n_changes + 1_312;
    Worth {
        tip: dice.id(40),
        commits: changes + 900,
        changes,
        labelled: changes - 350,
        defective: changes / 7,
        given: GivenCounts {
            clean: 4,
            defective: 2,
            contradicting: 1,
            elsewhere: 0,
        },
        fixes: changes / 5,
        links: changes / 4,
        base_rate: Some(0.141),
        mature: changes - 1_000,
        auc: Some(0.748),
        auc_la: Some(0.683),
        auc_static: Some(0.701),
        auc_where_static: Some(0.751),
        p_value_la: Some(0.000_3),
        ece: Some(0.021),
        brier: Some(0.104),
        flagged: 1_120,
        flagged_defective: 391,
        last_flagged: 100,
        last_flagged_defective: 37,
        reliability: (0..10)
            .map(|n| {
                let probability = 0.02 + 0.045 * f64::from(n) + 0.002 * f64::from(n * n);
                ReliabilityBin {
                    changes: changes / 10,
                    probability,
                    frequency: probability * (0.85 + 0.3 * dice.roll()),
                }
            })
            .collect(),
        drift: Some(Drift {
            changes: 1_000,
            auc: 0.739,
            auc_before: 0.75,
            expected: 139.2,
            observed: 131,
            ranks_worse: false,
            is_off: false,
        }),
        blocks: (0..(changes / 1_000))
            .map(|n| {
                let auc = 0.70 + 0.06 * dice.roll();
                Block {
                    first: n * 1_000,
                    from: NOW - 72 * MONTH + (n as i64) * 72 * MONTH / (changes as i64 / 1_000),
                    changes: 1_000,
                    base_rate: Some(0.12 + 0.04 * dice.roll()),
                    auc: Some(auc),
                    auc_la: Some(auc - 0.03 - 0.05 * dice.roll()),
                    auc_static: (n > 0).then(|| auc - 0.06 * dice.roll()),
                }
            })
            .collect(),
        ranked_by: RankedBy::Model,
        in_prior: false,
        verdict: Verdict::BetterThanSize,
        skipped: vec![Skips {
            why: "file too large",
            count: 3,
        }],
    }
}
