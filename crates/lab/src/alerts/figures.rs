//! How often was warned, and what became of it.

use super::landings::Landings;
use super::{Standing, Told, Warner};
use crate::figures::Interval;
use risk_change::Timestamp;
use risk_evaluate::{Bootstrap, Threshold};
use risk_learn::Label;

/// Changes in a block.
pub(super) const BLOCK: usize = 1_000;

/// Counts of warnings and of what became of the changes.
///
/// - Units and range: numbers of changes; warnings may be in parts ([`Warner::AsMany`]).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Changes judged.
    pub n: usize,
    /// Those followed by a fix.
    pub n_defective: usize,
    /// Changes warned about.
    pub n_warned: f64,
    /// Of these, those followed by a fix.
    pub n_warned_defective: f64,
    /// Followed by a fix, of as many changes chosen by size alone; as `n_warned_defective` for [`Warner::AsMany`] itself.
    pub n_as_many_defective: f64,
    /// Median days from landing to the first fix, of the changes that were wholly warned about and fixed.
    pub median_days: Option<f64>,
}

/// 95 % intervals by blocks of time; `None` without draws, or where a number is rarely defined.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Intervals {
    /// Of [`Figures::rate`].
    pub rate: Interval,
    /// Of [`Figures::precision`].
    pub precision: Interval,
    /// Of [`Figures::lift`].
    pub lift: Interval,
    /// Of [`Figures::recall`].
    pub recall: Interval,
    /// Of [`Figures::over_size`].
    pub over_size: Interval,
}

/// A stretch of consecutive changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Number of its first change, a multiple of 1,000.
    pub first: usize,
    /// When the first judged change of it landed.
    pub from: Timestamp,
    /// Its figures.
    pub figures: Figures,
}

impl Figures {
    /// Share of changes followed by a fix; `None` without changes.
    #[must_use]
    pub fn base_rate(&self) -> Option<f64> {
        ratio(self.n_defective as f64, self.n as f64)
    }

    /// Share of changes warned about.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        ratio(self.n_warned, self.n as f64)
    }

    /// Share of warnings followed by a fix.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        ratio(self.n_warned_defective, self.n_warned)
    }

    /// Precision over base rate.
    #[must_use]
    pub fn lift(&self) -> Option<f64> {
        ratio(self.precision()?, self.base_rate()?)
    }

    /// Share of the changes followed by a fix that were warned about.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        ratio(self.n_warned_defective, self.n_defective as f64)
    }

    /// Precision over that of as many changes chosen by size.
    #[must_use]
    pub fn over_size(&self) -> Option<f64> {
        ratio(self.n_warned_defective, self.n_as_many_defective)
    }
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Judged changes, by column.
struct Columns<'a> {
    defective: &'a [bool],
    weights: &'a [f64],
    as_many: &'a [f64],
}

impl Columns<'_> {
    fn figures(&self, places: impl Iterator<Item = usize>) -> Figures {
        let mut figures = Figures::default();
        for place in places {
            figures.n += 1;
            figures.n_warned += self.weights[place];
            if self.defective[place] {
                figures.n_defective += 1;
                figures.n_warned_defective += self.weights[place];
                figures.n_as_many_defective += self.as_many[place];
            }
        }
        figures
    }
}

/// What each warner is worth at a threshold, in the order of [`Warner::ALL`].
pub(super) fn told(
    threshold: Threshold,
    changes: &[Standing],
    judged: &[usize],
    bootstrap: &Bootstrap,
) -> Vec<Told> {
    let weights = Warner::all_of(threshold, changes, judged);
    let is_defective = |place: &usize| changes[*place].label.is_some_and(Label::is_defective);
    let defective: Vec<bool> = judged.iter().map(is_defective).collect();
    let of = |(warner, weights_of): (Warner, &Vec<f64>)| {
        let columns = Columns {
            defective: &defective,
            weights: weights_of,
            as_many: &weights[1],
        };
        let warned = judged.iter().zip(weights_of);
        let warned = warned.filter(|(_, weight)| **weight >= 1.0);
        Told {
            threshold,
            warner,
            figures: Figures {
                median_days: median_days(warned.map(|(place, _)| &changes[*place])),
                ..columns.figures(0..judged.len())
            },
            intervals: intervals(&columns, bootstrap),
            blocks: blocks(&columns, changes, judged),
            landings: (warner != Warner::AsMany).then(|| Landings::of(changes, judged, weights_of)),
        }
    };
    Warner::ALL.into_iter().zip(&weights).map(of).collect()
}

/// Median days to the first fix, of the changes that were fixed.
pub(super) fn median_days<'a>(changes: impl Iterator<Item = &'a Standing>) -> Option<f64> {
    let mut days: Vec<f64> = changes.filter_map(|change| change.days_to_fix).collect();
    days.sort_by(f64::total_cmp);
    let middle = days.len().checked_sub(1)?;
    Some(f64::midpoint(days[middle / 2], days[middle.div_ceil(2)]))
}

fn intervals(columns: &Columns, bootstrap: &Bootstrap) -> Intervals {
    let n = columns.defective.len();
    let [rate, precision, lift, recall, over_size] = bootstrap.intervals(n, |places| {
        let figures = columns.figures(places.iter().copied());
        [
            figures.rate(),
            figures.precision(),
            figures.lift(),
            figures.recall(),
            figures.over_size(),
        ]
    });
    Intervals {
        rate,
        precision,
        lift,
        recall,
        over_size,
    }
}

fn blocks(columns: &Columns, changes: &[Standing], judged: &[usize]) -> Vec<Block> {
    let mut start = 0;
    judged
        .chunk_by(|a, b| a / BLOCK == b / BLOCK)
        .map(|block| {
            let range = start..start + block.len();
            start = range.end;
            Block {
                first: block[0] / BLOCK * BLOCK,
                from: changes[block[0]].at,
                figures: columns.figures(range),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2,000 changes from number 1,000 on; each tenth is warned about, each fourth of these and each twentieth
    /// of the rest is defective, fixed after as many days as its number has hundreds.
    fn changes() -> Vec<Standing> {
        let change = |i: u32| {
            let warned = i.is_multiple_of(10);
            let defective = if warned {
                i.is_multiple_of(40)
            } else {
                i % 20 == 3
            };
            Standing {
                at: Timestamp(i64::from(i) * 86_400),
                probability: 0.1,
                percentile: Some(if warned { 0.95 } else { 0.4 }),
                lift: (i >= 1_000).then_some(if warned { 3.0 } else { 0.8 }),
                size_percentile: Some(f64::from(i % 100) / 100.0),
                size_lift: None,
                label: Some(if defective {
                    Label::Defective
                } else {
                    Label::Clean
                }),
                days_to_fix: defective.then(|| f64::from(i / 100)),
            }
        };
        (0..3_000).map(change).collect()
    }

    #[test]
    fn figures_are_those_one_counts_by_hand() {
        let changes = changes();
        let judged: Vec<usize> = (1_000..3_000).collect();
        let bootstrap = Bootstrap { draws: 50, seed: 1 };
        let told = told(Threshold::of_warnings(), &changes, &judged, &bootstrap);
        let [own, as_many, size] = &told[..] else {
            panic!("three warners");
        };
        let f = own.figures;
        // 200 warned about, 50 of them defective; 100 of the 1,800 others.
        assert_eq!((f.n, f.n_defective), (2_000, 150));
        assert_eq!((f.n_warned, f.n_warned_defective), (200.0, 50.0));
        assert_eq!(f.rate(), Some(0.1));
        assert_eq!(f.precision(), Some(0.25));
        assert_eq!(f.base_rate(), Some(0.075));
        assert_eq!(f.lift(), Some(0.25 / 0.075));
        assert_eq!(f.recall(), Some(50.0 / 150.0));
        // Fixed after 10 to 29 days.
        assert_eq!(f.median_days, Some(19.5));
        // The hundred largest of each block are those with 90 to 99 as last digits: 90 is warned about by us too and is
        // defective in no block, as no such number is a multiple of 40 but with an even hundred and 20 or 60 …
        let large = |i: &usize| i % 100 >= 90 && changes[*i].label == Some(Label::Defective);
        let by_hand = judged.iter().filter(|i| large(i)).count() as f64;
        assert_eq!(as_many.figures.n_warned, 200.0);
        assert_eq!(as_many.figures.n_warned_defective, by_hand);
        assert_eq!(f.over_size(), ratio(50.0, by_hand));
        assert_eq!(as_many.figures.over_size(), ratio(by_hand, by_hand));
        assert_eq!(size.figures.n_warned, 0.0, "no lift of sizes is known");
        assert_eq!(
            (size.figures.precision(), size.figures.lift()),
            (None, None)
        );
        assert_eq!(own.blocks.len(), 2);
        assert_eq!(
            (own.blocks[1].first, own.blocks[1].from),
            (2_000, changes[2_000].at)
        );
        assert_eq!(own.blocks[1].figures.n_warned, 100.0);
        let (low, high) = own.intervals.rate.unwrap();
        assert!(
            low <= 0.1 && 0.1 <= high && high - low < 0.02,
            "{low} {high}"
        );
        assert!(
            own.landings
                .is_some_and(|it| it.n_warned == 200 && it.n_several == 0)
        );
    }

    #[test]
    fn nothing_judged_gives_nothing() {
        let bootstrap = Bootstrap { draws: 5, seed: 1 };
        let told = told(Threshold::of_warnings(), &[], &[], &bootstrap);
        assert_eq!(told[0].figures, Figures::default());
        assert_eq!(told[0].intervals, Intervals::default());
        assert_eq!(told[0].figures.rate(), None);
        assert_eq!(median_days([].iter()), None);
    }
}
