//! Who warns.

use super::Standing;
use super::figures::BLOCK;
use risk_evaluate::{Standpoint, Threshold};

/// Who warns of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warner {
    /// git-risk, by the threshold.
    GitRisk,
    /// The largest changes, as many as git-risk warns of.
    ///
    /// In each block of 1,000 changes those with the highest percentile of lines added among the previous 1,000; of
    /// changes that stand equal where the number is full each counts in part, as if lots were drawn many times.
    AsMany,
    /// The same threshold, asked of the percentile of lines added and of the lift of that percentile. A condition on
    /// the probability does not hold, as sizes give none.
    Size,
}

impl Warner {
    /// All, in the order of results.
    pub const ALL: [Self; 3] = [Self::GitRisk, Self::AsMany, Self::Size];

    /// Its name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GitRisk => "git-risk",
            Self::AsMany => "size-as-many",
            Self::Size => "size",
        }
    }

    /// How much of a warning each of some changes gets from each warner, in the order of [`ALL`](Self::ALL): 1 or 0, and
    /// for [`AsMany`](Self::AsMany) something between.
    pub(super) fn all_of(
        threshold: Threshold,
        changes: &[Standing],
        judged: &[usize],
    ) -> [Vec<f64>; 3] {
        let weights = |of: fn(&Standing) -> Standpoint| -> Vec<f64> {
            let reached = |place: &usize| threshold.is_reached(&of(&changes[*place]));
            let reached = judged.iter().map(reached);
            reached.map(|it| f64::from(u8::from(it))).collect()
        };
        let own = weights(|change| standpoint(change.probability, change.percentile, change.lift));
        let size = weights(|change| standpoint(f64::NAN, change.size_percentile, change.size_lift));
        let mut as_many = vec![0.0; judged.len()];
        let mut start = 0;
        for block in judged.chunk_by(|a, b| a / BLOCK == b / BLOCK) {
            let end = start + block.len();
            let wanted = own[start..end].iter().sum();
            let sizes: Vec<Option<f64>> = block
                .iter()
                .map(|place| changes[*place].size_percentile)
                .collect();
            share(wanted, &sizes, &mut as_many[start..end]);
            start = end;
        }
        [own, as_many, size]
    }
}

fn standpoint(probability: f64, percentile: Option<f64>, lift: Option<f64>) -> Standpoint {
    Standpoint {
        probability,
        percentile: percentile.map(|at| at * 100.0),
        lift,
    }
}

/// Gives so many warnings to the highest values; equal ones get equal parts of what is left for them.
fn share(wanted: f64, values: &[Option<f64>], weights: &mut [f64]) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    let value = |place: usize| values[place].unwrap_or(-1.0);
    order.sort_by(|a, b| value(*b).total_cmp(&value(*a)));
    let mut left = wanted;
    for equal in order.chunk_by(|a, b| value(*a) == value(*b)) {
        let part = (left / equal.len() as f64).min(1.0);
        for place in equal {
            weights[*place] = part;
        }
        left -= part * equal.len() as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk_change::Timestamp;

    fn change(percentile: f64, lift: f64, size_percentile: f64) -> Standing {
        Standing {
            at: Timestamp(0),
            probability: 0.3,
            percentile: Some(percentile),
            lift: Some(lift),
            size_percentile: Some(size_percentile),
            size_lift: Some(2.0),
            label: None,
            days_to_fix: None,
        }
    }

    #[test]
    fn as_many_are_shared_block_by_block_among_equals() {
        let mut changes = vec![change(0.2, 0.5, 0.1); 2_000];
        // Two warnings in the first block, one in the second.
        for (place, warned) in [(3, 0.95), (7, 0.9), (1_500, 0.99)] {
            changes[place] = change(warned, 2.5, 0.3);
        }
        changes[8] = change(0.95, 2.4, 0.97);
        changes[10] = change(0.89, 9.0, 0.96);
        changes[11] = change(0.1, 0.5, 0.96);
        let judged = [3, 7, 8, 9, 10, 11, 1_500, 1_501];
        let threshold = Threshold::of_warnings();
        let [own, as_many, size] = Warner::all_of(threshold, &changes, &judged);
        assert_eq!(own, [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(as_many, [0.0, 0.0, 1.0, 0.0, 0.5, 0.5, 1.0, 0.0]);
        assert_eq!(size, [0.0; 8], "their lift is 2");
        let less: Threshold = "p96 x2".parse().unwrap();
        let [_, _, size] = Warner::all_of(less, &changes, &judged);
        assert_eq!(size, [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
        let probable: Threshold = "30%".parse().unwrap();
        let [own, _, size] = Warner::all_of(probable, &changes, &judged);
        assert_eq!((own, size), (vec![1.0; 8], vec![0.0; 8]));
    }
}
