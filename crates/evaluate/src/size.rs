//! The baseline that learns nothing: changes ranked by the lines they add.

use crate::journal::rank_value;
use crate::ranking::Ranking;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_added_keep_their_order() {
        let (scores, flags) = by_size([-3.0, 0.5, 1.0, 30.0, 264_771.0, 264_772.0]);
        assert!(scores.is_sorted_by(|a, b| a < b) && scores[0] == 0.0 && scores[5] < 1.0);
        // Before the first change there is no mean.
        assert_eq!(flags, [false, true, true, true, true, true]);
    }
}
