//! Columns as small whole numbers, so that splits are found by counting.

use crate::soft_rows::SoftRows;

/// Most bins of a column.
const MOST: usize = 255;

/// The rows with each column cut into at most 255 bins.
pub(super) struct Bins {
    /// Where each column is cut: bin `b` holds values above cut `b − 1` and up to cut `b`.
    cuts: Vec<Vec<f64>>,
    /// The bin of each row, column by column.
    of_rows: Vec<Vec<u8>>,
}

impl Bins {
    pub(super) fn of(rows: &SoftRows<'_>) -> Self {
        let columns = (0..rows.n_features()).map(|column| {
            let cuts = cuts(rows.counted().map(|i| rows.at(i, column)).collect());
            let bin = |i| cuts.partition_point(|cut| *cut < rows.at(i, column)) as u8;
            let bins = (0..rows.n_rows()).map(bin).collect();
            (cuts, bins)
        });
        let (cuts, of_rows) = columns.unzip();
        Self { cuts, of_rows }
    }

    /// Number of bins of a column.
    pub(super) fn n_bins(&self, column: usize) -> usize {
        self.cuts[column].len() + 1
    }

    /// The bin of each row in a column.
    pub(super) fn column(&self, column: usize) -> &[u8] {
        &self.of_rows[column]
    }

    /// The largest value that lies in a bin or below it.
    pub(super) fn cut(&self, column: usize, bin: usize) -> f64 {
        self.cuts[column][bin]
    }
}

/// Midway between neighbouring values: all of them, or those nearest to 254 places evenly spread over the rows.
fn cuts(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    let mut distinct = values.clone();
    distinct.dedup();
    let places: Vec<usize> = if distinct.len() <= MOST {
        (1..distinct.len()).collect()
    } else {
        let below = (1..MOST).map(|k| values[k * n / MOST]);
        let mut places: Vec<usize> = below
            .map(|value| distinct.partition_point(|x| *x < value))
            .filter(|place| *place > 0)
            .collect();
        places.dedup();
        places
    };
    let midway = |place: usize| f64::midpoint(distinct[place - 1], distinct[place]);
    places.into_iter().map(midway).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_told_apart_and_many_are_cut_evenly() {
        assert_eq!(cuts(vec![2.0, 1.0, 2.0, 5.0]), [1.5, 3.5]);
        assert!(cuts(vec![3.0; 4]).is_empty());
        let many = cuts((0..1_000).map(f64::from).collect());
        assert_eq!(many.len(), 254);
        assert!(many.windows(2).all(|pair| pair[1] - pair[0] < 5.0));
    }

    #[test]
    fn a_value_lies_in_the_bin_up_to_its_cut() {
        let values: Vec<f32> = (0..600).map(|i| ((i * 7) % 300) as f32).collect();
        let (targets, weights) = (vec![0.0; 600], vec![1.0; 600]);
        let rows = SoftRows::new(1, &values, &targets, &weights).unwrap();
        let bins = Bins::of(&rows);
        for (x, bin) in values.iter().zip(bins.column(0)) {
            let (x, bin) = (f64::from(*x), usize::from(*bin));
            assert!(bin == 0 || x > bins.cut(0, bin - 1));
            assert!(bin + 1 == bins.n_bins(0) || x <= bins.cut(0, bin));
        }
    }
}
