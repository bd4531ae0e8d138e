//! The baseline that learns nothing: changes ranked by the lines they add.

use crate::journal::{Record, rank_value};
use crate::ranking::{Ranking, percentile};
use risk_learn::LabelFreeThreshold;

/// Scores and flags of changes by their lines added, in order of arrival.
///
/// The score `la / (1 + la)` ranks as `la` does and is no probability. A change is flagged under the same rule as
/// by the model, above the recent mean, here of `ln(1 + la)`: the logarithm keeps one enormous import from lifting
/// the mean for a thousand changes.
///
/// - Units and range: `sizes` in lines, below 0 counts as 0; scores in `[0, 1)`.
/// - Known at: arrival.
#[must_use]
pub fn by_size(sizes: impl IntoIterator<Item = f64>) -> (Vec<f64>, Vec<bool>) {
    let mut threshold = LabelFreeThreshold::new();
    let judged = sizes.into_iter().map(|size| {
        let value = rank_value(Ranking::Size, 0.0, size);
        let flag = threshold.flags(value);
        threshold.absorb(value);
        let size = size.max(0.0);
        (size / (1.0 + size), flag)
    });
    judged.unzip()
}

/// Percentiles of changes by their lines added, in order of arrival.
///
/// As [`Record::percentile`] would be if changes were always ranked by size: mid-ranks among the previous 1,000, in
/// `0 ..= 1`, `None` for the first 100.
///
/// - Known at: arrival.
#[must_use]
pub fn percentiles_by_size(records: &[Record]) -> Vec<Option<f64>> {
    let of = |(i, record): (usize, &Record)| {
        let value = rank_value(Ranking::Size, record.score, record.size);
        percentile(Ranking::Size, value, &records[..i])
    };
    records.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk_change::Timestamp;

    #[test]
    fn percentiles_by_size_are_mid_ranks_among_the_thousand_before() {
        let record = |size: u32| Record {
            at: Timestamp(0),
            score: 0.5,
            probability: 0.5,
            static_probability: None,
            size: f64::from(size),
            effort: 0.0,
            ranking: Ranking::Model,
            threshold: None,
            percentile: None,
        };
        // A huge change that has gone from the window at 1,001, then sizes 0 to 9 in turn.
        let mut records = vec![record(1_000_000)];
        records.extend((0..1_000).map(|i| record(i % 10)));
        records.extend([9, 0, 5, 77].map(record));
        let percentiles = percentiles_by_size(&records);
        assert_eq!(percentiles[..100], [None; 100]);
        // A nine after 99 smaller ones, ten others, and the huge one.
        assert_eq!(percentiles[110], Some((99.0 + 10.0 / 2.0) / 110.0));
        assert_eq!(percentiles[1_001], Some(0.95));
        assert_eq!(percentiles[1_004], Some(1.0));
    }

    #[test]
    fn lines_added_keep_their_order() {
        let (scores, flags) = by_size([-3.0, 0.5, 1.0, 30.0, 264_771.0, 264_772.0]);
        assert!(scores.is_sorted_by(|a, b| a < b) && scores[0] == 0.0 && scores[5] < 1.0);
        // Before the first change there is no mean.
        assert_eq!(flags, [false, true, true, true, true, true]);
    }
}
