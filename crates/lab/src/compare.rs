//! One model beside another, on the same changes and over several streams.

use crate::figures::{Interval, Judged};
use crate::metric::Metric;
use crate::model::{Model, Prediction};
use crate::stream::Stream;
use risk_evaluate::{Bootstrap, DeLong, Figures, Wilcoxon, cliffs_delta, delong, holm, wilcoxon};
use std::ops::Range;

/// Two models of a study, by their places in it: is the first better than the second?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The model.
    pub model: usize,
    /// What it is compared with.
    pub other: usize,
}

/// Two models on the changes with a label that both scored.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Which two.
    pub pair: Pair,
    /// Figures of the model on these changes.
    pub figures: Figures,
    /// Those of the other.
    pub other: Figures,
    /// 95 % intervals of the differences by the bootstrap, in the order of [`Metric::ALL`].
    pub intervals: [Interval; Metric::N],
    /// [`delong`](risk_evaluate::delong)'s test of the areas; changes count as independent.
    pub delong: Option<DeLong>,
    /// Its p-value after Holm's correction for all such tests under the same protocol.
    pub p_corrected: Option<f64>,
}

/// What was said by two models, and where.
pub(crate) struct Beside<'a> {
    pub(crate) pair: Pair,
    pub(crate) models: [&'a Model; 2],
    pub(crate) predictions: [&'a [Option<Prediction>]; 2],
}

impl Comparison {
    /// Compares two models over a range; the correction is still to come.
    pub(crate) fn of(
        beside: &Beside,
        stream: &Stream,
        range: &Range<usize>,
        bootstrap: &Bootstrap,
    ) -> Self {
        let [model, other] = beside.models;
        let [said, others] = beside.predictions;
        let a = Judged::where_also(stream, said, others, range.clone());
        let b = Judged::where_also(stream, others, said, range.clone());
        Self {
            pair: beside.pair,
            figures: a.figures(model),
            other: b.figures(other),
            intervals: bootstrap.intervals(a.labels.len(), |places| {
                // The same changes for both, so that what they share does not count as chance.
                let ours = Metric::all_of(&a.at(places).figures(model));
                let theirs = Metric::all_of(&b.at(places).figures(other));
                std::array::from_fn(|i| Some(ours[i]? - theirs[i]?))
            }),
            delong: delong(&a.scores, &b.scores, &a.labels),
            p_corrected: None,
        }
    }

    /// How much higher a metric of the model is than that of the other; `None` unless both have it.
    #[must_use]
    pub fn difference(&self, metric: Metric) -> Option<f64> {
        Some(metric.of(&self.figures)? - metric.of(&self.other)?)
    }
}

/// Puts Holm's correction into all tests of one protocol.
pub(crate) fn correct<'a>(comparisons: impl Iterator<Item = &'a mut Comparison>) {
    let mut tested: Vec<(&mut Comparison, f64)> = comparisons
        .filter_map(|it| it.delong.map(|test| (it, test.p_value)))
        .collect();
    let p_values: Vec<f64> = tested.iter().map(|(_, p)| *p).collect();
    for ((comparison, _), p) in tested.iter_mut().zip(holm(&p_values)) {
        comparison.p_corrected = Some(p);
    }
}

/// One metric of two models over several streams, by the values on the changes that both scored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Across {
    /// Which two models.
    pub pair: Pair,
    /// Which metric.
    pub metric: Metric,
    /// Streams on which both have it.
    pub n: usize,
    /// Streams on which the model is the better one.
    pub n_better: usize,
    /// Streams on which it is the worse one.
    pub n_worse: usize,
    /// Median of the differences.
    pub median: f64,
    /// Wilcoxon's signed-rank test.
    pub wilcoxon: Wilcoxon,
    /// Its p-value after Holm's correction for the metrics of these two models.
    pub p_corrected: f64,
    /// Cliff's delta of the two groups of values.
    pub delta: f64,
}

/// Two models over the streams of one protocol, metric by metric; metrics that are on fewer than two streams are left
/// out.
#[must_use]
pub fn across(pair: Pair, comparisons: &[&Comparison]) -> Vec<Across> {
    let both =
        |metric: Metric, it: &Comparison| Some((metric.of(&it.figures)?, metric.of(&it.other)?));
    let mut all: Vec<Across> = Metric::ALL
        .into_iter()
        .filter_map(|metric| {
            let of_pair = comparisons.iter().filter(|it| it.pair == pair);
            let (a, b): (Vec<f64>, Vec<f64>) = of_pair.filter_map(|it| both(metric, it)).unzip();
            if a.len() < 2 {
                return None;
            }
            let mut differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a - b).collect();
            differences.sort_by(f64::total_cmp);
            let n_where = |is: &dyn Fn(f64) -> bool| differences.iter().filter(|d| is(**d)).count();
            let wilcoxon = wilcoxon(&a, &b)?;
            Some(Across {
                pair,
                metric,
                n: a.len(),
                n_better: n_where(&|d| metric.improves(d)),
                n_worse: n_where(&|d| metric.improves(-d)),
                median: median(&differences),
                wilcoxon,
                p_corrected: wilcoxon.p_value,
                delta: cliffs_delta(&a, &b)?,
            })
        })
        .collect();
    let p_values: Vec<f64> = all.iter().map(|it| it.wilcoxon.p_value).collect();
    for (across, p) in all.iter_mut().zip(holm(&p_values)) {
        across.p_corrected = p;
    }
    all
}

/// The middle of sorted values, or the mean of the two in the middle.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    } else {
        sorted[middle]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIR: Pair = Pair { model: 1, other: 0 };

    fn comparison(auc: f64, other: f64, brier: Option<f64>) -> Comparison {
        let of = |auc| Figures {
            auc: Some(auc),
            brier,
            ..Figures::default()
        };
        Comparison {
            pair: PAIR,
            figures: of(auc),
            other: of(other),
            intervals: [None; Metric::N],
            delong: None,
            p_corrected: None,
        }
    }

    #[test]
    fn a_metric_is_tested_over_the_streams_that_have_it() {
        let streams = [
            comparison(0.8, 0.7, None),
            comparison(0.75, 0.72, Some(0.1)),
            comparison(0.7, 0.71, None),
        ];
        let all = across(PAIR, &streams.iter().collect::<Vec<_>>());
        let [auc] = &all[..] else {
            panic!("one metric is on two streams and more")
        };
        assert_eq!((auc.metric, auc.n), (Metric::Auc, 3));
        assert_eq!((auc.n_better, auc.n_worse), (2, 1));
        assert!((auc.median - 0.03).abs() < 1e-12);
        // .8 is above all three, .75 above all, .7 above none: 2 · 3 − 3 of 9; .7 is below .71 and .72, not below .7.
        assert!((auc.delta - (6.0 - 2.0) / 9.0).abs() < 1e-12);
        let other = Pair { model: 0, other: 1 };
        assert!(across(other, &streams.iter().collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn the_correction_counts_the_tests_that_could_be_made() {
        let tested = |p_value| Comparison {
            delong: Some(DeLong {
                auc_a: 0.8,
                auc_b: 0.7,
                variance: 0.1,
                z: 1.0,
                p_value,
            }),
            ..comparison(0.8, 0.7, None)
        };
        let mut all = [tested(0.02), comparison(0.8, 0.7, None), tested(0.04)];
        correct(all.iter_mut());
        let corrected: Vec<_> = all.iter().map(|it| it.p_corrected).collect();
        assert_eq!(corrected, [Some(0.04), None, Some(0.04)]);
    }
}
