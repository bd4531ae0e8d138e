//! Results for the eye.

use super::alerts::LEAST;
use crate::alerts::{Alerts, Warner};
use crate::figures::Interval;
use crate::output::chart::{BLUE, Chart, DARK_GREY, GREY, Line, colour};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Width, in pixels.
const WIDTH: u32 = 800;

/// Height of a row, in pixels.
const ROW: u32 = 40;

/// Space for names on the left, in pixels.
const LEFT: u32 = 110;

/// Seconds of a year.
const YEAR: f64 = 365.2425 * 86_400.0;

/// One stream: shares of changes followed by a fix.
struct Row {
    name: String,
    usual: Option<f64>,
    by_size: Option<f64>,
    warned: Option<f64>,
    interval: Interval,
}

/// What is drawn of each row: its name, its colour, and where it is.
type Series = (&'static str, RGBColor, fn(&Row) -> Option<f64>);

/// How many of the warnings of the first threshold were followed by a fix, with their 95 % intervals, beside as many
/// changes chosen by size, and beside all changes.
pub(super) fn fixed(alerts: &Alerts) -> Result<String, String> {
    let rows: Vec<Row> = alerts
        .each()
        .map(|(read, outcome)| {
            let own = outcome.of_warner(0, Warner::GitRisk);
            Row {
                name: read.input.name.clone(),
                usual: own.figures.base_rate(),
                by_size: outcome.of_warner(0, Warner::AsMany).figures.precision(),
                warned: own.figures.precision(),
                interval: own.intervals.precision,
            }
        })
        .collect();
    let threshold = alerts.options.thresholds[0];
    let title = format!("changes followed by a fix, {threshold}");
    let mut svg = String::new();
    paint(&rows, &title, &mut svg).map_err(|error| error.to_string())?;
    Ok(svg)
}

fn paint(rows: &[Row], title: &str, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let ends = rows.iter().flat_map(|row| {
        let high = row.interval.map(|(_, high)| high);
        [row.usual, row.by_size, row.warned, high]
    });
    let most = ends.flatten().fold(0.05, f64::max);
    let n = rows.len() as f64;
    let area = SVGBackend::with_string(svg, (WIDTH, 150 + ROW * rows.len() as u32));
    let area = area.into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 22))
        .margin(12)
        .x_label_area_size(30)
        .y_label_area_size(LEFT)
        // Below the last row there is room for the legend.
        .build_cartesian_2d(0.0..most * 1.05, -1.7..n.max(1.0))?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .light_line_style(TRANSPARENT)
        .label_style(("sans-serif", 17))
        .x_label_formatter(&|x| format!("{:.0} %", 100.0 * x))
        .draw()?;
    // From the top down.
    let height = |place: usize| n - place as f64 - 0.5;
    for (place, row) in rows.iter().enumerate() {
        let y = height(place);
        let line = row
            .interval
            .map(|(from, to)| PathElement::new([(from, y), (to, y)], BLUE.stroke_width(2)));
        chart.draw_series(line)?;
        let (x, y) = chart.backend_coord(&(0.0, y));
        let right = Pos::new(HPos::Right, VPos::Center);
        let style = TextStyle::from(("sans-serif", 17).into_font()).pos(right);
        area.draw(&Text::new(row.name.clone(), (x - 8, y), style))?;
    }
    let series: [Series; 3] = [
        ("of 100 warnings, with 95 % interval", BLUE, |row| {
            row.warned
        }),
        ("of as many, the largest ones", DARK_GREY, |row| row.by_size),
        ("of 100 changes", GREY, |row| row.usual),
    ];
    for (name, colour, of) in series {
        let points = rows.iter().enumerate();
        let points = points.filter_map(|(place, row)| Some((of(row)?, height(place))));
        chart
            .draw_series(points.map(|point| Circle::new(point, 5, colour.filled())))?
            .label(name)
            .legend(move |(x, y)| Circle::new((x + 10, y), 5, colour.filled()));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .label_font(("sans-serif", 15))
        .background_style(WHITE.mix(0.8))
        .draw()?;
    area.present()?;
    Ok(())
}

/// Warnings of 100 changes at the first threshold, over blocks of 1,000 changes.
pub(super) fn over_time(alerts: &Alerts) -> Result<String, String> {
    let line =
        |(place, (read, outcome)): (usize, (&crate::study::Read, &crate::alerts::Outcome))| {
            let blocks = outcome.of_warner(0, Warner::GitRisk).blocks.iter();
            let blocks = blocks.filter(|block| block.figures.n >= LEAST);
            let point = |block: &crate::alerts::Block| {
                let year = 1970.0 + block.from.0 as f64 / YEAR;
                Some((year, 100.0 * block.figures.rate()?))
            };
            Line {
                name: read.input.name.clone(),
                colour: colour(place),
                points: blocks.filter_map(point).collect(),
                marked: true,
            }
        };
    let lines: Vec<Line> = alerts.each().enumerate().map(line).collect();
    let points = || lines.iter().flat_map(|line| &line.points);
    let from = points().map(|point| point.0).fold(f64::MAX, f64::min);
    let to = points().map(|point| point.0).fold(f64::MIN, f64::max);
    let most = points().map(|point| point.1).fold(10.0, f64::max);
    let years = if from <= to {
        from.floor()..to.ceil().max(from.floor() + 1.0)
    } else {
        1970.0..1971.0
    };
    let threshold = alerts.options.thresholds[0];
    Chart {
        title: format!("warnings of 100 changes, {threshold}, over blocks of 1,000 changes"),
        x: ("first change of the block", years),
        x_format: |x| format!("{x:.0}"),
        y: ("warnings of 100 changes", 0.0..most * 1.1),
        lines,
    }
    .draw()
}
