//! Results of one run for the eye.

use super::chart::{BLUE, Chart, DARK_GREY, GREY, Line, Points, colour};
use crate::figures::Judged;
use crate::metric::Metric;
use crate::model::Kind;
use crate::study::{Outcome, Study};
use risk_evaluate::{N_BINS, metrics};

/// Points of a curve of efforts, at most.
const N_POINTS: usize = 200;

/// AUC over blocks of 1,000 changes.
pub(super) fn auc(study: &Study, outcome: &Outcome) -> Result<String, String> {
    over_time(study, outcome, Metric::Auc, 0.3)
}

/// G-mean over blocks of 1,000 changes.
pub(super) fn gmean(study: &Study, outcome: &Outcome) -> Result<String, String> {
    over_time(study, outcome, Metric::Gmean, 0.0)
}

/// The places of the models that are drawn: those that are compared, or all if none is.
fn drawn(study: &Study) -> Vec<usize> {
    let pairs = &study.options.pairs;
    let is_compared = |place: &usize| {
        pairs.is_empty()
            || pairs
                .iter()
                .any(|it| it.model == *place || it.other == *place)
    };
    (0..study.options.models.len())
        .filter(is_compared)
        .collect()
}

/// The lines of the models that are drawn.
fn lines(study: &Study, marked: bool, points: impl Fn(usize) -> Points) -> Vec<Line> {
    let mut n_others = 0;
    let line = |place: usize| {
        let model = &study.options.models[place];
        Line {
            name: model.name.clone(),
            colour: match model.kind {
                Kind::GitRisk => BLUE,
                Kind::La | Kind::Random => DARK_GREY,
                Kind::Static { .. }
                | Kind::Batch { .. }
                | Kind::SplinesAndTrees { .. }
                | Kind::Online { .. } => {
                    n_others += 1;
                    colour(n_others - 1)
                }
            },
            points: points(place),
            marked,
        }
    };
    drawn(study).into_iter().map(line).collect()
}

fn heading(study: &Study, outcome: &Outcome, what: &str) -> String {
    format!(
        "{}, {}: {what}",
        study.stream_of(outcome).name,
        outcome.protocol
    )
}

fn over_time(
    study: &Study,
    outcome: &Outcome,
    metric: Metric,
    lowest: f64,
) -> Result<String, String> {
    let (from, to) = (outcome.judged.start as f64, outcome.judged.end as f64);
    let what = format!("{} over blocks of 1,000 changes", metric.title());
    Chart {
        title: heading(study, outcome, &what),
        x: (
            "first change of the block",
            (from / 1_000.0).floor() * 1_000.0..to,
        ),
        x_format: |x| format!("{x:.0}"),
        y: (metric.title(), lowest..1.0),
        lines: lines(study, true, |place| {
            let blocks = outcome.judgements[place].blocks.iter();
            let points =
                blocks.filter_map(|block| Some((block.first as f64, metric.of(&block.figures)?)));
            points.collect()
        }),
    }
    .draw()
}

/// Share of defective changes against mean probability, in ten bins of equal mass.
pub(super) fn reliability(study: &Study, outcome: &Outcome) -> Result<String, String> {
    let mut lines = lines(study, true, |place| {
        if study.options.models[place].gives_probabilities() {
            bins(&judged(study, outcome, place))
        } else {
            Points::new()
        }
    });
    lines.retain(|line| !line.points.is_empty());
    lines.push(diagonal("true"));
    Chart {
        title: heading(study, outcome, "how true probabilities are"),
        x: ("mean probability", 0.0..1.0),
        x_format: |x| format!("{x:.1}"),
        y: ("share of defective changes", 0.0..1.0),
        lines,
    }
    .draw()
}

/// Defective changes found against effort spent, by score per line.
pub(super) fn effort(study: &Study, outcome: &Outcome) -> Result<String, String> {
    let mut lines = lines(study, false, |place| {
        let judged = judged(study, outcome, place);
        let densities = judged.columns().densities();
        let curve = metrics::effort_curve(&densities, &judged.labels, &judged.efforts);
        thinned(&curve.unwrap_or_default())
    });
    lines.push(diagonal("chance"));
    Chart {
        title: heading(study, outcome, "what is found for which effort"),
        x: ("part of the lines read", 0.0..1.0),
        x_format: |x| format!("{x:.1}"),
        y: ("part of the defective changes found", 0.0..1.0),
        lines,
    }
    .draw()
}

fn judged(study: &Study, outcome: &Outcome, place: usize) -> Judged {
    let predictions = &outcome.predictions[place];
    Judged::of(
        study.stream_of(outcome),
        predictions,
        outcome.judged.clone(),
    )
}

fn diagonal(name: &str) -> Line {
    Line {
        name: name.to_owned(),
        colour: GREY,
        points: vec![(0.0, 0.0), (1.0, 1.0)],
        marked: false,
    }
}

/// A curve from the origin with few enough points to draw.
fn thinned(curve: &[(f64, f64)]) -> Points {
    if curve.is_empty() {
        return Points::new();
    }
    let mut points = vec![(0.0, 0.0)];
    for point in curve {
        let next = points.len() as f64 / N_POINTS as f64;
        if point.0 >= next {
            points.push(*point);
        }
    }
    points.push((1.0, 1.0));
    points
}

/// Mean probability and share of defective changes of each bin, as many changes in each.
fn bins(judged: &Judged) -> Points {
    let bins = metrics::reliability(&judged.probabilities, &judged.labels, N_BINS);
    bins.into_iter()
        .map(|bin| (bin.probability, bin.frequency))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_curve_keeps_its_ends_and_its_order() {
        let curve: Points = (1..=5_000)
            .map(|i| {
                let x = f64::from(i) / 5_000.0;
                (x, x.sqrt())
            })
            .collect();
        let points = thinned(&curve);
        assert!(points.len() <= N_POINTS + 2, "{}", points.len());
        assert_eq!(
            (points[0], points[points.len() - 1]),
            ((0.0, 0.0), (1.0, 1.0))
        );
        assert!(points.is_sorted_by(|a, b| a.0 <= b.0));
        assert!(thinned(&[]).is_empty());
    }
}
