//! How ready a release is, gathered for the report.

use crate::engine::Engine;
use crate::error::Failure;
use crate::releases::{Clock, Releases};
use crate::settings::ReleaseSettings;
use risk_change::{Change, ChangeId, Position, Timestamp};
use risk_evaluate::release::{
    After, Expected, Growth, Ledger, ModelError, Moment, Outlook, Pace, criteria,
};
use risk_issues::Export;
use risk_learn::LatencyCurve;
use risk_report::{
    Criterion, Customers, ErrorOfModel, ExpectedDefects, FollowedUp, FoundDefects, GrowthOfFixes,
    Interval, PastRelease, PlaceRisk, Readiness, RelationOfFixes, ReleaseHistory, ReleaseRange,
    ReleaseReadiness, RemainingRisk, WeekOfFixes, WeeklyFixes,
};
use std::collections::{BTreeMap, BTreeSet};

/// Days after a release in which what follows is counted.
pub(crate) const WINDOWS: [f64; 2] = [180.0, 365.0];

/// Changes, files and folders that are told.
const SHOWN: usize = 10;

/// Earlier releases of which a fix has shown less than this share are too young to be related to lines.
const LEAST_SHOWN: f64 = 0.3;

/// What is needed to judge releases of one history.
pub(crate) struct Judge<'e> {
    engine: &'e Engine,
    clock: Clock,
    ledger: Ledger<'e>,
    releases: &'e Releases,
    settings: ReleaseSettings,
    /// What is known at the end.
    now: Moment,
}

/// Some changes and the moment they are judged at.
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) base: Option<ChangeId>,
    pub(crate) tip: ChangeId,
    /// In ascending order.
    pub(crate) positions: Vec<Position>,
    /// Whether what was known when they ended decides, and not what is known now.
    pub(crate) then: bool,
}

/// What was computed of a subject.
struct Judgement {
    numbers: Vec<u32>,
    moment: Moment,
    curve: LatencyCurve,
    error: Option<ModelError>,
    outlook: Outlook,
    pace: Pace,
    by_lines: Option<f64>,
}

impl<'e> Judge<'e> {
    pub(crate) fn new(
        engine: &'e Engine,
        releases: &'e Releases,
        settings: ReleaseSettings,
    ) -> Self {
        let clock = Clock::of(engine);
        Self {
            ledger: clock.ledger(engine),
            now: clock.after(engine.replay.next().saturating_sub(1)),
            clock,
            engine,
            releases,
            settings,
        }
    }

    /// One release in full.
    pub(crate) fn readiness(
        &self,
        subject: &Subject,
        export: &Export,
        has_customers: bool,
    ) -> Result<ReleaseReadiness, Failure> {
        let replay = &self.engine.replay;
        let number = |&at: &Position| replay.number_of(at);
        let numbers: Vec<u32> = subject.positions.iter().filter_map(number).collect();
        let tip = replay.position_of(&subject.tip);
        let ended = self.clock.after(tip.expect("the tip was followed"));
        let moment = if subject.then { ended } else { self.now };
        let first = subject.positions.first().copied().unwrap_or(ended.end);
        let judgement = self.judge(numbers, moment, first);
        let changes = self.changes(subject)?;
        let (files, directories) = self.places(&judgement, &changes);
        let growth = WINDOWS.iter().filter_map(|&days| {
            let points = self.growth_points(days, &judgement.moment, first);
            let growth = Growth::fit(&points)?;
            Some(told_growth(&growth, days, Some(judgement.outlook.lines)))
        });
        Ok(ReleaseReadiness {
            range: self.range(subject, &judgement, ended.at),
            expected: expected(&judgement),
            found: found(&judgement.outlook),
            weekly: weekly(&judgement.pace, true),
            customers: self.customers(&judgement, export, has_customers)?,
            criteria: self.criteria(&judgement),
            riskiest: self.riskiest(&judgement)?,
            files,
            directories,
            growth: growth.collect(),
        })
    }

    /// All past releases but the first, each by what was known when it was made.
    pub(crate) fn history(&self) -> ReleaseHistory {
        let releases = self.releases.pairs().map(|(before, release)| {
            let positions = before.position + 1..release.position + 1;
            let subject = Subject {
                name: format!("{}..{}", before.tag, release.tag),
                base: Some(before.id),
                tip: release.id,
                positions: Vec::new(),
                then: true,
            };
            let moment = self.clock.after(release.position);
            let numbers = self.clock.between(before.position, release.position);
            let judgement = self.judge(numbers, moment, positions.start);
            let then = (&moment, &judgement.outlook, &judgement.curve);
            let error = judgement.error.as_ref();
            let after = WINDOWS.map(|days| {
                let numbers = &judgement.numbers;
                followed_up(&self.ledger.after(numbers, then, error, days, &self.now))
            });
            let is_found = |it: &&u32| self.ledger.found_at(**it, &self.now).is_some();
            PastRelease {
                tag: release.tag.clone(),
                range: self.range(&subject, &judgement, moment.at),
                expected: expected(&judgement),
                found: found(&judgement.outlook),
                weekly: weekly(&judgement.pace, false),
                criteria: self.criteria(&judgement),
                after: after.to_vec(),
                found_today: judgement.numbers.iter().filter(is_found).count(),
            }
        });
        let growth = WINDOWS.iter().filter_map(|&days| {
            let points = self.growth_points(days, &self.now, self.now.end);
            let growth = Growth::fit(&points)?;
            Some(told_growth(&growth, days, None))
        });
        ReleaseHistory {
            releases: releases.collect(),
            beside: self.releases.n_beside,
            growth: growth.collect(),
        }
    }

    /// `first` is the position of the first commit of the release.
    fn judge(&self, numbers: Vec<u32>, moment: Moment, first: Position) -> Judgement {
        let curve = self.ledger.latency(&moment);
        let first_number = numbers.first().copied().unwrap_or(moment.n_arrived);
        let error = self
            .ledger
            .model_error(first_number, numbers.len(), &moment, &curve);
        let outlook = self
            .ledger
            .outlook(&numbers, &moment, &curve, error.as_ref());
        let landed = self.clock.fixes(self.engine, moment.end);
        let pace = self.ledger.pace(&numbers, &moment, &landed);
        let points = self.defect_points(&moment, &curve, first);
        let by_lines = Growth::fit(&points).map(|it| it.best().fixes(outlook.lines));
        Judgement {
            numbers,
            moment,
            curve,
            error,
            outlook,
            pace,
            by_lines,
        }
    }

    /// Releases that ended before a position.
    fn earlier(&self, first: Position) -> impl Iterator<Item = (Vec<u32>, Moment)> {
        let pairs = self.releases.pairs();
        let pairs = pairs.take_while(move |(_, release)| release.position < first);
        pairs.filter_map(|(before, release)| {
            let numbers = self.clock.between(before.position, release.position);
            let is_one = !numbers.is_empty();
            is_one.then(|| (numbers, self.clock.after(release.position)))
        })
    }

    /// New lines of earlier releases, and the defective changes in them: those found by a moment, divided by the share of
    /// defects of their age that a fix shows.
    fn defect_points(
        &self,
        moment: &Moment,
        curve: &LatencyCurve,
        first: Position,
    ) -> Vec<(f64, f64)> {
        let records = self.engine.learning.journal().records();
        let points = self.earlier(first).filter_map(|(numbers, _)| {
            let shown = numbers.iter().map(|&it| {
                let age = (moment.at.0 - records[it as usize].at.0) as f64 / 86_400.0;
                1.0 - curve.survival(age)
            });
            let shown = shown.sum::<f64>() / numbers.len() as f64;
            let n_found = numbers
                .iter()
                .filter(|&&it| self.ledger.found_at(it, moment).is_some())
                .count();
            let lines = self.ledger.lines(&numbers);
            (shown >= LEAST_SHOWN).then_some((lines, n_found as f64 / shown))
        });
        points.collect()
    }

    /// New lines of earlier releases, and the fixes that followed within a window that was over by a moment.
    fn growth_points(&self, days: f64, moment: &Moment, first: Position) -> Vec<(f64, f64)> {
        let points = self.earlier(first).filter_map(|(numbers, made)| {
            let until = Timestamp(made.at.0 + (days * 86_400.0) as i64);
            let fixes = self.ledger.fixes_of(&numbers, moment);
            let n = fixes
                .filter(|it| it.fix >= made.end && it.at <= until)
                .count();
            (until <= moment.at).then(|| (self.ledger.lines(&numbers), n as f64))
        });
        points.collect()
    }

    fn range(&self, subject: &Subject, judgement: &Judgement, to: Timestamp) -> ReleaseRange {
        let records = self.engine.learning.journal().records();
        let landed = judgement
            .numbers
            .iter()
            .map(|&it| records[it as usize].at.0);
        ReleaseRange {
            name: subject.name.clone(),
            base: subject.base.map(|id| id.to_hex()),
            tip: subject.tip.to_hex(),
            from: landed.min(),
            to: to.0,
            known_at: judgement.moment.at.0,
            changes: judgement.numbers.len(),
            lines: judgement.outlook.lines as u64,
        }
    }

    fn criteria(&self, judgement: &Judgement) -> Vec<Criterion> {
        let (outlook, pace) = (&judgement.outlook, &judgement.pace);
        let share = criteria::share_found(outlook);
        let is_found = criteria::is_found(outlook, self.settings.found);
        let is_calm = criteria::is_calm(pace, self.settings.weekly);
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        let found = match (unknown(is_found), share) {
            (Some(why), _) => why.to_owned(),
            (None, Some((mean, low, high))) => format!(
                "{} of its defects were found, by what is still to be expected (95 %: {} to {}); {} are asked for",
                percent(mean),
                percent(low),
                percent(high),
                percent(self.settings.found)
            ),
            (None, None) => unreachable!("because a share is asked for before it is judged"),
        };
        let weekly = match (unknown(is_calm), pace.share()) {
            (Some(why), _) => why.to_owned(),
            (None, share) => format!(
                "fixes of it are down to {} of the most in a week; {} are asked for",
                percent(share.unwrap_or(0.0)),
                percent(self.settings.weekly)
            ),
        };
        vec![
            Criterion {
                name: "found",
                threshold: self.settings.found,
                value: share.map(|it| it.0),
                verdict: readiness(is_found),
                why: found,
            },
            Criterion {
                name: "weekly",
                threshold: self.settings.weekly,
                value: pace.share(),
                verdict: readiness(is_calm),
                why: weekly,
            },
        ]
    }

    fn customers(
        &self,
        judgement: &Judgement,
        export: &Export,
        has_customers: bool,
    ) -> Result<Customers, Failure> {
        let why_not = if export.n_issues == 0 {
            Some("no export of issues is configured (--issues FILE)")
        } else if !has_customers {
            Some("issues.customer names no type or label of issues that customers found")
        } else {
            None
        };
        if why_not.is_some() {
            return Ok(Customers {
                why_not,
                ..Customers::default()
            });
        }
        let rules = self.engine.options().szz.rules;
        let (mut by_customers, mut by_others, mut untold) = (0, 0, 0);
        for fix in self.ledger.fixes_of(&judgement.numbers, &judgement.moment) {
            let id = self.engine.replay.id_at(fix.fix);
            let (_, _, message) = self
                .engine
                .repository
                .header(&id.expect("it was followed"))?;
            let keys = rules.issues_named(&message);
            let count = if keys.is_empty() {
                &mut untold
            } else if keys.iter().any(|key| export.is_of_customer(key)) {
                &mut by_customers
            } else {
                &mut by_others
            };
            *count += 1;
        }
        Ok(Customers {
            by_customers: Some(by_customers),
            by_others: Some(by_others),
            untold: Some(untold),
            why_not: None,
        })
    }

    fn riskiest(&self, judgement: &Judgement) -> Result<Vec<RemainingRisk>, Failure> {
        let records = self.engine.learning.journal().records();
        let left = judgement.outlook.remaining.iter().copied();
        let mut order: Vec<(u32, f64)> = judgement.numbers.iter().copied().zip(left).collect();
        order.retain(|it| it.1 > 0.0);
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        order.truncate(SHOWN);
        let positions = self.positions(&order);
        let mut riskiest = Vec::new();
        for (number, remaining) in order {
            let record = &records[number as usize];
            let id = self.engine.replay.id_at(positions[&number]);
            let id = id.expect("a position that has a number has an id");
            let (author, _, message) = self.engine.repository.header(&id)?;
            riskiest.push(RemainingRisk {
                commit: id.to_hex(),
                subject: message.lines().next().unwrap_or_default().to_owned(),
                author: self.engine.person(&author).name.to_string(),
                probability: record.probability,
                remaining,
                days: (judgement.moment.at.0 - record.at.0) as f64 / 86_400.0,
            });
        }
        Ok(riskiest)
    }

    /// The positions of changes by their numbers.
    fn positions(&self, changes: &[(u32, f64)]) -> BTreeMap<u32, Position> {
        let wanted: BTreeSet<u32> = changes.iter().map(|it| it.0).collect();
        let all = (0..self.engine.replay.next()).filter_map(|position| {
            let number = self.engine.replay.number_of(position)?;
            wanted.contains(&number).then_some((number, position))
        });
        all.collect()
    }

    fn changes(&self, subject: &Subject) -> Result<Vec<Change>, Failure> {
        let is_wanted = |at: Position| subject.positions.binary_search(&at).is_ok();
        self.engine.changes_at(&subject.tip, &is_wanted)
    }

    /// Files and folders by the remaining risk of the changes: that of a change is shared out over its files by the lines
    /// that it adds and deletes in them. A file that it changes without lines, as a binary one, counts as one line.
    fn places(
        &self,
        judgement: &Judgement,
        changes: &[Change],
    ) -> (Vec<PlaceRisk>, Vec<PlaceRisk>) {
        let replay = &self.engine.replay;
        let left: BTreeMap<u32, f64> = {
            let left = judgement.outlook.remaining.iter().copied();
            judgement.numbers.iter().copied().zip(left).collect()
        };
        let mut files: BTreeMap<String, (u64, f64)> = BTreeMap::new();
        let mut folders: BTreeMap<String, (u64, f64)> = BTreeMap::new();
        for change in changes {
            let number = replay
                .position_of(&change.id)
                .and_then(|at| replay.number_of(at));
            let Some(remaining) = number.and_then(|number| left.get(&number).copied()) else {
                continue;
            };
            let counted = replay.counted(change);
            let sizes = counted
                .files
                .iter()
                .map(|it| it.edit.added() + it.edit.removed());
            let sizes: Vec<u64> = sizes.collect();
            let total: u64 = sizes.iter().map(|it| (*it).max(1)).sum();
            for (file, lines) in counted.files.iter().zip(sizes) {
                let path = file.path.to_text().into_owned();
                let folder = path.rsplit_once('/').map_or("", |it| it.0).to_owned();
                let risk = remaining * lines.max(1) as f64 / total.max(1) as f64;
                for (places, path) in [(&mut files, path), (&mut folders, folder)] {
                    let place = places.entry(path).or_default();
                    place.0 += lines;
                    place.1 += risk;
                }
            }
        }
        (worst(files), worst(folders))
    }
}

fn worst(places: BTreeMap<String, (u64, f64)>) -> Vec<PlaceRisk> {
    let places = places.into_iter().filter(|it| it.1.1 > 0.0);
    let mut places: Vec<PlaceRisk> = places
        .map(|(path, (lines, risk))| PlaceRisk { path, lines, risk })
        .collect();
    places.sort_by(|a, b| b.risk.total_cmp(&a.risk));
    places.truncate(SHOWN);
    places
}

/// Why a criterion cannot be told.
fn unknown(outcome: criteria::Outcome) -> Option<&'static str> {
    use criteria::Outcome;
    match outcome {
        Outcome::Met | Outcome::NotMet => None,
        Outcome::TooFewLabels => Some(
            "the share of defects found: fewer than twenty defects were found before, so the model is close to a guess",
        ),
        Outcome::TooFewDefects => {
            Some("the share of defects found: fewer than five defects are to be expected")
        }
        Outcome::TooFewFixes => {
            Some("fixes by week: fewer than three even in the best week, so a peak is chance")
        }
        Outcome::TooFewWeeks => {
            Some("fixes by week: less than four weeks have passed since the first change")
        }
    }
}

fn readiness(outcome: criteria::Outcome) -> Readiness {
    match outcome {
        criteria::Outcome::Met => Readiness::Met,
        criteria::Outcome::NotMet => Readiness::NotMet,
        _ => Readiness::Unknown,
    }
}

fn interval(expected: &Expected) -> Interval {
    Interval {
        mean: expected.mean,
        low: expected.low,
        high: expected.high,
    }
}

fn expected(judgement: &Judgement) -> ExpectedDefects {
    let outlook = &judgement.outlook;
    let error = judgement.error.as_ref();
    ExpectedDefects {
        by_model: interval(&outlook.expected),
        by_chance: interval(&outlook.by_chance),
        by_changes: outlook.by_rate,
        by_lines: judgement.by_lines,
        model_error: error.map(|error| ErrorOfModel {
            stretches: error.n_stretches,
            changes: error.length,
            expected: error.expected,
            observed: error.observed,
            spread: error.spread,
        }),
    }
}

fn found(outlook: &Outlook) -> FoundDefects {
    let share = criteria::share_found(outlook);
    FoundDefects {
        changes: outlook.n_found,
        fixes: outlook.n_fixes,
        unseen: interval(&outlook.unseen),
        share: share.map(|(mean, low, high)| Interval { mean, low, high }),
    }
}

fn weekly(pace: &Pace, with_weeks: bool) -> WeeklyFixes {
    let weeks = pace.weeks.iter().filter(|_| with_weeks);
    let weeks = weeks.map(|week| WeekOfFixes {
        from: week.from.0,
        linked: week.linked,
        landed: week.landed,
    });
    WeeklyFixes {
        weeks: weeks.collect(),
        peak: pace.peak,
        present: pace.present,
        share: pace.share(),
    }
}

fn followed_up(after: &After) -> FollowedUp {
    FollowedUp {
        days: after.days,
        complete: after.is_complete,
        expected: interval(&after.expected),
        changes: after.n_found,
        fixes: after.n_fixes,
    }
}

fn told_growth(growth: &Growth, days: f64, lines: Option<f64>) -> GrowthOfFixes {
    let best = growth.best();
    let relations = growth.relations.iter().map(|it| RelationOfFixes {
        shape: it.shape.name(),
        a: it.a,
        b: it.b,
        r2: it.r2,
        error: it.error,
    });
    GrowthOfFixes {
        days,
        releases: growth.n,
        relations: relations.collect(),
        best: best.shape.name(),
        fixes: lines.map(|lines| best.fixes(lines)),
    }
}
