//! How many of those that are called fixes are some, and how many of the fixes are called so.

use super::{Label, Rule, Verdict};
use crate::figures::Interval;
use risk_szz::{Explanation, NotFix};
use std::collections::BTreeMap;

/// The normal quantile of 95 % intervals.
const Z: f64 = 1.959_963_984_540_054;

/// Changes, and how many of them hold what is asked: each as one, and each for as many as it stands for.
///
/// Changes of which the two readings differ are counted apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// Changes of which both readings say the same.
    pub n: usize,
    /// Those of them that hold it.
    pub n_holding: usize,
    /// Changes of which the readings differ.
    pub n_disputed: usize,
    weight: f64,
    weight_holding: f64,
    weight_disputed: f64,
    squares: f64,
}

impl Count {
    /// Counts a change; `holds` is `None` if that is disputed.
    fn add(&mut self, weight: f64, holds: Option<bool>) {
        let Some(holds) = holds else {
            self.n_disputed += 1;
            self.weight_disputed += weight;
            return;
        };
        self.n += 1;
        self.weight += weight;
        self.squares += weight * weight;
        if holds {
            self.n_holding += 1;
            self.weight_holding += weight;
        }
    }

    /// The share in the sample.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.n > 0).then(|| self.n_holding as f64 / self.n as f64)
    }

    /// The share in the repository, by weight.
    #[must_use]
    pub fn weighted(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.weight_holding / self.weight)
    }

    /// Wilson's interval of [`share`](Self::share).
    #[must_use]
    pub fn interval(&self) -> Interval {
        self.share().map(|share| wilson(share, self.n as f64))
    }

    /// Wilson's interval of [`weighted`](Self::weighted), for as many changes of equal weight as tell as much:
    /// (Σw)² / Σw² (Kish, *Survey Sampling*, 1965).
    #[must_use]
    pub fn weighted_interval(&self) -> Interval {
        self.weighted()
            .map(|share| wilson(share, self.weight * self.weight / self.squares))
    }

    /// [`weighted`](Self::weighted) if none of the disputed hold it, and if all do.
    #[must_use]
    pub fn bounds(&self) -> Interval {
        let all = self.weight + self.weight_disputed;
        (all > 0.0).then(|| {
            let most = self.weight_holding + self.weight_disputed;
            (self.weight_holding / all, most / all)
        })
    }

    /// The changes of a repository that it stands for, disputed ones not among them.
    #[must_use]
    pub fn stands_for(&self) -> f64 {
        self.weight
    }

    /// Those of them that hold it.
    #[must_use]
    pub fn holding_stands_for(&self) -> f64 {
        self.weight_holding
    }
}

/// Wilson's score interval (JASA 1927) at 95 % of a share of `n`.
fn wilson(share: f64, n: f64) -> (f64, f64) {
    let over = Z * Z / n;
    let middle = (share + over / 2.0) / (1.0 + over);
    let half = Z * (share * (1.0 - share) / n + over / (4.0 * n)).sqrt() / (1.0 + over);
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// Fixes, and how many of them are found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Found {
    /// All fixes; those found hold.
    pub fixes: Count,
    disputed_called: f64,
    disputed_missed: f64,
}

impl Found {
    fn add(&mut self, weight: f64, is_fix: Option<bool>, is_found: bool) {
        match is_fix {
            Some(true) => self.fixes.add(weight, Some(is_found)),
            Some(false) => {}
            None if is_found => self.disputed_called += weight,
            None => self.disputed_missed += weight,
        }
    }

    /// The share found by weight, if the disputed are what speaks against the rule, and if they are what speaks for it.
    #[must_use]
    pub fn bounds(&self) -> Interval {
        let (fixes, found) = (self.fixes.weight, self.fixes.weight_holding);
        let (most, least) = (fixes + self.disputed_called, fixes + self.disputed_missed);
        (fixes > 0.0).then(|| (found / least, (found + self.disputed_called) / most))
    }
}

/// A rule, or all of them together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The rule; `None` for all.
    pub rule: Option<Rule>,
    /// Changes that it calls fixes; those that are some hold.
    pub called: Count,
    /// The same of changes that no other rule calls so.
    pub alone: Count,
    /// What it finds of all fixes.
    pub found: Found,
}

impl Judged {
    /// The harmonic mean of precision and recall, by weight.
    #[must_use]
    pub fn f1(&self) -> Option<f64> {
        let (precision, recall) = (self.called.weighted()?, self.found.fixes.weighted()?);
        let sum = precision + recall;
        (sum > 0.0).then(|| 2.0 * precision * recall / sum)
    }
}

/// Changes that the rules call none, for one reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exclusion {
    /// The reason.
    pub reason: NotFix,
    /// The changes; those that are fixes all the same hold.
    pub thrown: Count,
}

/// How often two readings say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Agreement {
    /// Changes that were read.
    pub n: usize,
    /// Those that got the same label twice.
    pub n_same: usize,
    /// Cohen's kappa (1960): how much of what chance leaves open they agree in; `None` if nothing is left open.
    pub kappa: Option<f64>,
}

impl Agreement {
    fn of(verdicts: &[&Verdict]) -> Self {
        let mut counts = [[0_usize; 3]; 3];
        for verdict in verdicts {
            let [one, other] = verdict.change.labels.map(|label| label as usize);
            counts[one][other] += 1;
        }
        let n: usize = counts.iter().flatten().sum();
        let n_same = (0..3).map(|label| counts[label][label]).sum();
        let row = |label: usize| counts[label].iter().sum::<usize>();
        let column = |label: usize| counts.iter().map(|row| row[label]).sum::<usize>();
        let by_chance: usize = (0..Label::ALL.len())
            .map(|label| row(label) * column(label))
            .sum();
        let chance = by_chance as f64 / (n * n) as f64;
        let kappa =
            (n * n > by_chance).then(|| (n_same as f64 / n as f64 - chance) / (1.0 - chance));
        Self { n, n_same, kappa }
    }
}

/// What is found of the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// How far the readings agree.
    pub agreement: Agreement,
    /// Changes; those that are fixes hold.
    pub base: Count,
    /// All rules together.
    pub together: Judged,
    /// Each rule, and at the end all of them.
    pub rules: Vec<Judged>,
    /// Each reason that excluded a change.
    pub exclusions: Vec<Exclusion>,
}

impl Figures {
    /// The figures of some verdicts.
    pub(super) fn of(verdicts: &[&Verdict]) -> Self {
        let mut base = Count::default();
        let mut excluded: BTreeMap<NotFix, Count> = BTreeMap::new();
        for Verdict {
            change,
            explanation,
            ..
        } in verdicts
        {
            base.add(change.weight, change.is_fix());
            if let Explanation::NotFix { reason, .. } = explanation {
                let thrown = excluded.entry(*reason).or_default();
                thrown.add(change.weight, change.is_fix());
            }
        }
        let rules = Rule::ALL.into_iter().map(Some).chain([None]);
        let exclusions = excluded
            .into_iter()
            .map(|(reason, thrown)| Exclusion { reason, thrown });
        Self {
            agreement: Agreement::of(verdicts),
            base,
            together: judged(None, verdicts),
            rules: rules.map(|rule| judged(rule, verdicts)).collect(),
            exclusions: exclusions.collect(),
        }
    }
}

fn judged(rule: Option<Rule>, verdicts: &[&Verdict]) -> Judged {
    let mut judged = Judged {
        rule,
        called: Count::default(),
        alone: Count::default(),
        found: Found::default(),
    };
    for Verdict {
        change,
        explanation,
        rules,
    } in verdicts
    {
        let is_called = match rule {
            Some(rule) => rules.contains(&rule),
            None => matches!(explanation, Explanation::Fix(_)),
        };
        let is_fix = change.is_fix();
        if is_called {
            judged.called.add(change.weight, is_fix);
        }
        if is_called && (rule.is_none() || rules.len() == 1) {
            judged.alone.add(change.weight, is_fix);
        }
        judged.found.add(change.weight, is_fix, is_called);
    }
    judged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_the_intervals_of_the_book() {
        let mut count = Count::default();
        for i in 0..10 {
            count.add(2.0, Some(i < 8));
        }
        // scipy 1.17.1: binomtest(8, 10).proportion_ci(method="wilson").
        let (low, high) = count.interval().unwrap();
        assert!((low - 0.490_162_471_536_641_8).abs() < 1e-12, "{low}");
        assert!((high - 0.943_317_848_545_624_8).abs() < 1e-12, "{high}");
        assert_eq!(count.weighted_interval(), count.interval());
        assert_eq!(count.bounds(), Some((0.8, 0.8)));
        count.add(5.0, None);
        assert_eq!(count.bounds(), Some((16.0 / 25.0, 21.0 / 25.0)));
        // One heavy change tells little, whatever is beside it.
        count.add(980.0, Some(true));
        let (low, _) = count.weighted_interval().unwrap();
        assert!(count.weighted().unwrap() > 0.99 && low < 0.25, "{low}");
        assert_eq!(Count::default().weighted_interval(), None);
    }

    #[test]
    fn disputed_fixes_bound_what_is_found() {
        let mut found = Found::default();
        found.add(3.0, Some(true), true);
        found.add(1.0, Some(true), false);
        found.add(9.0, Some(false), true);
        found.add(2.0, None, true);
        found.add(4.0, None, false);
        assert_eq!(found.fixes.weighted(), Some(0.75));
        assert_eq!(found.bounds(), Some((3.0 / 8.0, 5.0 / 6.0)));
    }
}
