//! What was known at a moment of the changes of a release.

use super::counts::{Expected, expected};
use super::weeks::{self, Pace};
use crate::journal::Journal;
use crate::refit::{days, latency_of};
use crate::timeline::Event;
use risk_change::{Position, Timestamp};
use risk_learn::{Label, LatencyCurve};
use std::collections::BTreeSet;

/// A fix that links to a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repair {
    /// Position of the fixing change.
    pub fix: Position,
    /// When it landed, by the clock of the timeline.
    pub at: Timestamp,
    /// Number of the change that it repairs.
    pub inducing: u32,
}

/// A moment in the life of a repository, after some commit has landed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Position of the next commit.
    pub end: Position,
    /// Changes that have arrived.
    pub n_arrived: u32,
    /// Time of the clock.
    pub at: Timestamp,
}

/// The journal, when each change was found to be defective, and by which fixes.
#[derive(Clone, Debug)]
pub struct Ledger<'a> {
    journal: &'a Journal,
    /// By number of the change: how many changes had arrived when it was found to be defective, and when that was.
    found: Vec<Option<(u32, Timestamp)>>,
    /// In order of the fixes; only those of changes that count as defective.
    repairs: Vec<Repair>,
}

/// What is to be expected of some changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// Changes that are looked at.
    pub n_changes: usize,
    /// Lines that they add.
    pub lines: f64,
    /// Defective ones to be expected by the probabilities told at their arrival, the error of the model included.
    pub expected: Expected,
    /// The same by chance alone, as if each probability were true.
    pub by_chance: Expected,
    /// Defective ones found.
    pub n_found: usize,
    /// Fixes that found them.
    pub n_fixes: usize,
    /// Defective ones not found yet.
    pub unseen: Expected,
    /// By change, in the order given: `P(defective | no fix so far)`, 0 once it was found.
    pub remaining: Vec<f64>,
    /// Share of defects of such ages that a fix has shown by now, `mean(1 − S(ageᵢ))`.
    pub shown: f64,
    /// Defective ones found among the changes before.
    pub n_before: usize,
    /// Defective ones to be expected by their base rate.
    pub by_rate: Option<f64>,
}

/// What surfaced after a moment, within some days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct After {
    /// How many days.
    pub days: f64,
    /// Whether they were over when the data ends.
    pub is_complete: bool,
    /// Changes that were expected to be found defective within them.
    pub expected: Expected,
    /// Changes that were.
    pub n_found: usize,
    /// Fixes within them that link to changes of the release, those of changes included that had a fix before.
    pub n_fixes: usize,
}

/// How far the sum of probabilities has been off over earlier stretches of changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModelError {
    /// Stretches that were looked at.
    pub n_stretches: usize,
    /// Changes of each.
    pub length: usize,
    /// Defective ones that should have been found in them by the moment.
    pub expected: f64,
    /// Defective ones that were.
    pub observed: usize,
    /// Relative error of the sum beyond chance, as a standard deviation.
    pub spread: f64,
}

/// Stretches that the error of the model is known from, at most.
const MOST_STRETCHES: usize = 20;

/// Stretches that it needs.
const LEAST_STRETCHES: usize = 4;

/// A stretch shorter than this is mostly chance.
const LEAST_LENGTH: usize = 40;

const DAY: f64 = 86_400.0;

impl<'a> Ledger<'a> {
    /// The ledger of a journal and all fixes that link to its changes.
    ///
    /// Whether a change is defective, and since when that is known, is read off the journal alone, where labels by people
    /// hold. Fixes of changes that are not defective by it are left out.
    #[must_use]
    pub fn new(journal: &'a Journal, repairs: impl IntoIterator<Item = Repair>) -> Self {
        let mut found = vec![None; journal.records().len()];
        let mut n_arrived = 0;
        for event in journal.events() {
            match event {
                Event::Arrival { index, .. } => n_arrived = index + 1,
                Event::Verification { index, label, at } => {
                    if *label == Label::Defective {
                        found[*index as usize] = Some((n_arrived, *at));
                    }
                }
            }
        }
        let is_found = |it: &Repair| found.get(it.inducing as usize).is_some_and(Option::is_some);
        let mut repairs: Vec<Repair> = repairs.into_iter().filter(is_found).collect();
        repairs.sort_unstable();
        Self {
            journal,
            found,
            repairs,
        }
    }

    /// When a change was found to be defective, if that was known at the moment.
    #[must_use]
    pub fn found_at(&self, number: u32, moment: &Moment) -> Option<Timestamp> {
        let (n_arrived, at) = self.found.get(number as usize).copied().flatten()?;
        (n_arrived <= moment.n_arrived && at <= moment.at).then_some(at)
    }

    /// The fixes known at a moment that link to some changes.
    pub fn fixes_of(&self, changes: &[u32], moment: &Moment) -> impl Iterator<Item = Repair> {
        let own: BTreeSet<u32> = changes.iter().copied().collect();
        let end = self.repairs.partition_point(|it| it.fix < moment.end);
        let known = self.repairs[..end].iter().copied();
        let mut last = None;
        known.filter(move |it| own.contains(&it.inducing) && last.replace(it.fix) != Some(it.fix))
    }

    /// How long the fixes took that were known at a moment.
    #[must_use]
    pub fn latency(&self, moment: &Moment) -> LatencyCurve {
        let records = self.journal.records()[..moment.n_arrived as usize].iter();
        let fixed = records
            .zip(0..)
            .filter_map(|(record, number)| Some((record.at, self.found_at(number, moment)?)));
        latency_of(fixed).curve(days(moment.at))
    }

    /// What was to be expected of changes at a moment; `first` is the number of the first of them.
    ///
    /// Expected are `Σ pᵢ` defective ones, of which `Σ rᵢ` are unseen:
    /// `rᵢ = P(defective | no fix up to its age)` ([`LatencyCurve::defective_if_unfixed`]) over those without a fix. The
    /// base rate is that of all changes before `first` ([`LatencyCurve::base_rate`]).
    #[must_use]
    pub fn outlook(
        &self,
        changes: &[u32],
        moment: &Moment,
        curve: &LatencyCurve,
        error: Option<&ModelError>,
    ) -> Outlook {
        let records = self.journal.records();
        let spread = error.map_or(0.0, |it| it.spread);
        let told: Vec<f64> = self.told(changes).collect();
        let (mut remaining, mut n_found, mut shown) = (Vec::new(), 0, 0.0);
        for (&number, &p) in changes.iter().zip(&told) {
            let age = days(moment.at) - days(records[number as usize].at);
            shown += 1.0 - curve.survival(age);
            if self.found_at(number, moment).is_some() {
                n_found += 1;
                remaining.push(0.0);
            } else {
                remaining.push(curve.defective_if_unfixed(p, age));
            }
        }
        let first = changes.iter().min().copied().unwrap_or(0);
        let before = &records[..first as usize];
        let n_before = (0..first).filter(|&it| self.found_at(it, moment).is_some());
        let n_before = n_before.count();
        let ages = before.iter().map(|it| days(moment.at) - days(it.at));
        let base_rate = curve.base_rate(n_before as u32, ages);
        Outlook {
            n_changes: changes.len(),
            lines: self.lines(changes),
            expected: expected(&told, spread),
            by_chance: expected(&told, 0.0),
            n_found,
            n_fixes: self.fixes_of(changes, moment).count(),
            unseen: expected(&remaining, spread),
            shown: shown / changes.len().max(1) as f64,
            remaining,
            n_before,
            by_rate: base_rate.map(|rate| rate * changes.len() as f64),
        }
    }

    /// What surfaced within some days after a moment, by what is known at `now`, beside what was expected then.
    ///
    /// A change that no fix had shown up to its age `aᵢ` is found within the next `w` days with probability
    /// `rᵢ (1 − S(aᵢ + w) / S(aᵢ))`.
    #[must_use]
    pub fn after(
        &self,
        changes: &[u32],
        (moment, outlook, curve): (&Moment, &Outlook, &LatencyCurve),
        error: Option<&ModelError>,
        within: f64,
        now: &Moment,
    ) -> After {
        let records = self.journal.records();
        let until = Timestamp(moment.at.0 + (within * DAY) as i64);
        let found_then = |number: u32| {
            let at = self.found_at(number, now)?;
            (self.found_at(number, moment).is_none() && at <= until).then_some(at)
        };
        let chances = changes.iter().zip(&outlook.remaining).map(|(&number, r)| {
            let age = (days(moment.at) - days(records[number as usize].at)).max(0.0);
            let left = curve.survival(age);
            let later = curve.survival(age + within);
            if left > 0.0 {
                r * (1.0 - later / left)
            } else {
                0.0
            }
        });
        let chances: Vec<f64> = chances.map(|p| p.clamp(0.0, 1.0)).collect();
        let fixes = self.fixes_of(changes, now);
        After {
            days: within,
            is_complete: until <= now.at,
            expected: expected(&chances, error.map_or(0.0, |it| it.spread)),
            n_found: changes
                .iter()
                .filter(|it| found_then(**it).is_some())
                .count(),
            n_fixes: fixes
                .filter(|it| it.fix >= moment.end && it.at <= until)
                .count(),
        }
    }

    /// How far probabilities were off over stretches before change `first`, each about as long as `n` changes.
    ///
    /// In stretch `j` the number found by the moment, `Dⱼ`, should have been `Eⱼ = Σ qᵢ` with `qᵢ = pᵢ (1 − S(ageᵢ))`, give or
    /// take `Vⱼ = Σ qᵢ (1 − qᵢ)`. What is beyond that is the error of the model, its bias included:
    ///
    /// `spread² = max(0, Σ ((Dⱼ − Eⱼ)² − Vⱼ) / Σ Eⱼ²)`.
    ///
    /// Young stretches, of which little could be found yet, count little by themselves.
    ///
    /// - Units and range: `None` with less than four stretches of forty changes; the last twenty are taken.
    /// - Source: moments of an overdispersed count, as in `DerSimonian` and Laird, Controlled Clinical Trials 1986.
    ///   **Deviation**: around the told number and not around the mean of the stretches, so that a bias counts as error.
    #[must_use]
    pub fn model_error(
        &self,
        first: u32,
        n: usize,
        moment: &Moment,
        curve: &LatencyCurve,
    ) -> Option<ModelError> {
        let length = n.max(LEAST_LENGTH).min(first as usize / LEAST_STRETCHES);
        if length < LEAST_LENGTH {
            return None;
        }
        let n_stretches = (first as usize / length).min(MOST_STRETCHES);
        let records = self.journal.records();
        let (mut beyond, mut squares) = (0.0, 0.0);
        let (mut expected, mut observed) = (0.0, 0);
        for back in 1..=n_stretches {
            let from = first as usize - back * length;
            let (mut mean, mut variance, mut n_found) = (0.0, 0.0, 0);
            let stretch = records[from..from + length].iter();
            for (number, record) in (from as u32..).zip(stretch) {
                let age = days(moment.at) - days(record.at);
                let q = record.probability.clamp(0.0, 1.0) * (1.0 - curve.survival(age));
                mean += q;
                variance += q * (1.0 - q);
                n_found += usize::from(self.found_at(number, moment).is_some());
            }
            beyond += (n_found as f64 - mean).powi(2) - variance;
            squares += mean * mean;
            expected += mean;
            observed += n_found;
        }
        (squares > 0.0).then(|| ModelError {
            n_stretches,
            length,
            expected,
            observed,
            spread: (beyond / squares).max(0.0).sqrt(),
        })
    }

    /// Fixes week by week up to a moment; `landed` are the times of all fixes that had landed by then.
    #[must_use]
    pub fn pace(&self, changes: &[u32], moment: &Moment, landed: &[Timestamp]) -> Pace {
        let first = changes
            .iter()
            .map(|&it| self.journal.records()[it as usize].at);
        let linked: Vec<Timestamp> = self.fixes_of(changes, moment).map(|it| it.at).collect();
        weeks::pace(first.min().unwrap_or(moment.at), moment.at, &linked, landed)
    }

    /// Lines that changes add.
    #[must_use]
    pub fn lines(&self, changes: &[u32]) -> f64 {
        let records = self.journal.records();
        changes.iter().map(|&it| records[it as usize].size).sum()
    }

    fn told(&self, changes: &[u32]) -> impl Iterator<Item = f64> {
        let records = self.journal.records();
        let told = changes.iter().map(|&it| records[it as usize].probability);
        told.map(|p| p.clamp(0.0, 1.0))
    }
}
