//! Results for the eye, as SVG.

use crate::figures::Judged;
use crate::model::Model;
use crate::stream::Stream;
use crate::study::Outcome;
use plotters::prelude::*;
use risk_evaluate::N_BINS;

/// Width and height, in pixels.
const SIZE: (u32, u32) = (800, 450);

/// Models that are drawn, each with its colour (Okabe and Ito's, told apart by colour-blind readers too).
const DRAWN: [(Model, RGBColor); 4] = [
    (Model::La, RGBColor(153, 153, 153)),
    (Model::Static, RGBColor(230, 159, 0)),
    (Model::Batch, RGBColor(0, 158, 115)),
    (Model::Online, RGBColor(0, 114, 178)),
];

/// Points of one line.
type Points = Vec<(f64, f64)>;

/// AUC over blocks of 1,000 changes: static against dynamic, and lines added.
pub(super) fn over_time(stream: &Stream, outcome: &Outcome) -> Result<String, String> {
    let lines = DRAWN.map(|(model, colour)| {
        let blocks = outcome.blocks(stream, model);
        let points = blocks
            .iter()
            .filter_map(|block| Some((block.first as f64, block.figures.auc?)));
        (model.name(), colour, points.collect::<Points>())
    });
    let (from, to) = (outcome.judged.start as f64, outcome.judged.end as f64);
    draw(&Plot {
        title: format!(
            "{}, {}: AUC over blocks of 1,000 changes",
            stream.name, outcome.protocol
        ),
        x: (
            "first change of the block",
            (from / 1_000.0).floor() * 1_000.0..to,
        ),
        x_format: |x| format!("{x:.0}"),
        y: ("AUC", 0.3..1.0),
        lines: &lines,
    })
}

/// Share of defective changes against mean probability, in ten bins of equal mass.
pub(super) fn reliability(stream: &Stream, outcome: &Outcome) -> Result<String, String> {
    let diagonal = (
        "true",
        RGBColor(204, 204, 204),
        vec![(0.0, 0.0), (1.0, 1.0)],
    );
    let models = DRAWN
        .into_iter()
        .filter(|(model, _)| model.gives_probabilities());
    let lines: Vec<_> = models
        .map(|(model, colour)| {
            let predictions = outcome.predictions_of(model);
            let judged = Judged::of(stream, predictions, outcome.judged.clone());
            (model.name(), colour, bins(&judged))
        })
        .chain([diagonal])
        .collect();
    draw(&Plot {
        title: format!(
            "{}, {}: how true probabilities are",
            stream.name, outcome.protocol
        ),
        x: ("mean probability", 0.0..1.0),
        x_format: |x| format!("{x:.1}"),
        y: ("share of defective changes", 0.0..1.0),
        lines: &lines,
    })
}

/// Mean probability and share of defective changes of each bin, as many changes in each.
fn bins(judged: &Judged) -> Points {
    let n = judged.probabilities.len();
    if n < N_BINS {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| judged.probabilities[*a].total_cmp(&judged.probabilities[*b]));
    (0..N_BINS)
        .map(|bin| {
            let places = &order[bin * n / N_BINS..(bin + 1) * n / N_BINS];
            let mean = |value: &dyn Fn(usize) -> f64| {
                places.iter().map(|place| value(*place)).sum::<f64>() / places.len() as f64
            };
            (
                mean(&|place| judged.probabilities[place]),
                mean(&|place| judged.labels[place].outcome()),
            )
        })
        .collect()
}

struct Plot<'a> {
    title: String,
    x: (&'static str, std::ops::Range<f64>),
    x_format: fn(&f64) -> String,
    y: (&'static str, std::ops::Range<f64>),
    lines: &'a [(&'static str, RGBColor, Points)],
}

fn draw(plot: &Plot) -> Result<String, String> {
    let mut svg = String::new();
    paint(plot, &mut svg).map_err(|error| error.to_string())?;
    Ok(svg)
}

fn paint(plot: &Plot, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(&plot.title, ("sans-serif", 22))
        .margin(12)
        .x_label_area_size(45)
        .y_label_area_size(55)
        .build_cartesian_2d(plot.x.1.clone(), plot.y.1.clone())?;
    chart
        .configure_mesh()
        .x_desc(plot.x.0)
        .y_desc(plot.y.0)
        .light_line_style(TRANSPARENT)
        .label_style(("sans-serif", 17))
        .axis_desc_style(("sans-serif", 18))
        .x_label_formatter(&plot.x_format)
        .y_label_formatter(&|y| format!("{y:.1}"))
        .draw()?;
    for (name, colour, points) in plot.lines {
        let colour = *colour;
        chart
            .draw_series(LineSeries::new(
                points.iter().copied(),
                colour.stroke_width(2),
            ))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)));
        chart.draw_series(
            points
                .iter()
                .map(|point| Circle::new(*point, 3, colour.filled())),
        )?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .label_font(("sans-serif", 17))
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK)
        .draw()?;
    area.present()?;
    Ok(())
}
