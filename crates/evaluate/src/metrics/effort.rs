//! What a ranking is worth when reading costs effort.
//!
//! Changes of equal score are read in random order, and the metrics are what is to be expected then: within
//! such a group defects are found evenly as effort is spent. Without ties this is the usual definition,
//! except that [`recall_at_effort`] counts the part of a change that lies within the budget.

use super::{check_lengths, tied_groups};
use risk_learn::Label;

/// Part of the defective changes found with a part `budget` of the total effort, riskiest first.
///
/// - Units and range: `0 ..= 1`; `budget` in `0 ..= 1`, .2 in the literature; `None` without a defective
///   change or without effort. An effort that is not a positive number counts as 0.
/// - Source: Kamei et al., IEEE TSE 2013, section 5.3 (there "recall at 20 % effort"). Rank by
///   probability / effort to reproduce their EALR.
///
/// # Panics
///
/// If there are not as many labels and efforts as scores.
#[must_use]
pub fn recall_at_effort(
    scores: &[f64],
    labels: &[Label],
    efforts: &[f64],
    budget: f64,
) -> Option<f64> {
    let curve = curve(scores, labels, efforts)?;
    let (total_effort, total_defects) = *curve.last()?;
    if total_effort == 0.0 || total_defects == 0.0 {
        return None;
    }
    let limit = budget.clamp(0.0, 1.0) * total_effort;
    let mut before = (0.0, 0.0);
    for point in curve {
        if point.0 > limit {
            let part = (limit - before.0) / (point.0 - before.0);
            return Some((before.1 + part * (point.1 - before.1)) / total_defects);
        }
        before = point;
    }
    Some(1.0)
}

/// Closeness to the best possible ranking, by the area under defects found against effort spent.
///
/// `Popt = 1 − (A(optimal) − A(scores)) / (A(optimal) − A(worst))`. The optimal ranking takes the defective
/// changes first, the cheapest first; the worst one is its reverse.
///
/// - Units and range: `0 ..= 1`, about ½ for scores that say nothing; `None` unless both classes are there
///   and some effort.
/// - Source: Mende and Koschke, CSMR 2010; normalised by the worst ranking as in Yang et al., FSE 2016.
///
/// # Panics
///
/// If there are not as many labels and efforts as scores.
#[must_use]
pub fn popt(scores: &[f64], labels: &[Label], efforts: &[f64]) -> Option<f64> {
    let density: Vec<f64> = labels
        .iter()
        .zip(efforts)
        // Clean changes lie below all defective ones, the dearest last.
        .map(|(y, e)| {
            let cheapness = 1.0 / (1.0 + cost(*e));
            if y.is_defective() {
                1.0 + cheapness
            } else {
                cheapness
            }
        })
        .collect();
    let reversed: Vec<f64> = density.iter().map(|d| -d).collect();
    let of_scores = area(&curve(scores, labels, efforts)?)?;
    let optimal = area(&curve(&density, labels, efforts)?)?;
    let worst = area(&curve(&reversed, labels, efforts)?)?;
    (optimal > worst).then(|| 1.0 - (optimal - of_scores) / (optimal - worst))
}

/// Initial false alarms: clean changes read before the first defective one.
///
/// With `c` clean and `d` defective changes in the group of equal scores that holds the first defective one,
/// `c / (d + 1)` of these clean ones are to be expected before it.
///
/// - Units and range: changes, from 0 on; `None` without a defective change.
/// - Source: Huang, Xia and Lo, ICSME 2017; after Parnin and Orso, ISSTA 2011.
///
/// # Panics
///
/// If there is not one label for each score.
#[must_use]
pub fn ifa(scores: &[f64], labels: &[Label]) -> Option<f64> {
    check_lengths(scores, labels);
    let mut n_clean = 0.0;
    for group in tied_groups(scores)?.iter() {
        let d = group
            .iter()
            .filter(|i| labels[**i as usize].is_defective())
            .count() as f64;
        let c = group.len() as f64 - d;
        if d > 0.0 {
            return Some(n_clean + c / (d + 1.0));
        }
        n_clean += c;
    }
    None
}

/// The curve that [`recall_at_effort`] reads at one point and [`popt`] sums up: parts of the total effort spent and of
/// the defective changes found after each group of equal scores, highest first.
///
/// - Units and range: both from 0 to 1, ascending; `None` without a defective change, without effort, or with a NaN
///   score.
///
/// # Panics
///
/// If there are not as many labels and efforts as scores.
#[must_use]
pub fn effort_curve(scores: &[f64], labels: &[Label], efforts: &[f64]) -> Option<Vec<(f64, f64)>> {
    let curve = curve(scores, labels, efforts)?;
    let (effort, defects) = *curve.last()?;
    let parts = curve
        .iter()
        .map(|point| (point.0 / effort, point.1 / defects));
    (effort > 0.0 && defects > 0.0).then(|| parts.collect())
}

/// Effort spent and defects found after each group of equal scores, highest first.
fn curve(scores: &[f64], labels: &[Label], efforts: &[f64]) -> Option<Vec<(f64, f64)>> {
    check_lengths(scores, labels);
    check_lengths(efforts, labels);
    let (mut effort, mut defects) = (0.0, 0.0);
    let groups = tied_groups(scores)?;
    let points = groups.iter().map(|group| {
        for &i in group {
            effort += cost(efforts[i as usize]);
            defects += labels[i as usize].outcome();
        }
        (effort, defects)
    });
    Some(points.collect())
}

/// Area under a curve of straight pieces from the origin, both axes as parts of the total.
fn area(curve: &[(f64, f64)]) -> Option<f64> {
    let (effort, defects) = *curve.last()?;
    let mut before = (0.0, 0.0);
    let mut sum = 0.0;
    for point in curve {
        sum += (point.0 - before.0) * (point.1 + before.1) / 2.0;
        before = *point;
    }
    (effort > 0.0 && defects > 0.0).then(|| sum / (effort * defects))
}

/// An effort as it counts.
fn cost(effort: f64) -> f64 {
    if effort.is_finite() {
        effort.max(0.0)
    } else {
        0.0
    }
}
