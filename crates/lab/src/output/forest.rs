//! How far compared models are apart, stream by stream, as SVG.

use super::chart::colour;
use crate::protocol::Protocol;
use crate::study::Study;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Width, in pixels.
const WIDTH: u32 = 800;

/// Height of a row, in pixels.
const ROW: u32 = 24;

/// Space for names on the left, in pixels.
const LEFT: u32 = 300;

/// One row: a difference of areas and its interval.
struct Row {
    name: String,
    /// Place of the pair, for its colour.
    pair: usize,
    difference: f64,
    interval: (f64, f64),
}

/// The differences in AUC of all compared pairs with their 95 % intervals by [`delong`](risk_evaluate::delong), pair by pair.
pub(super) fn compared(study: &Study, protocol: Protocol) -> Result<String, String> {
    let mut rows = Vec::new();
    for (place, pair) in study.options.pairs.iter().enumerate() {
        for outcome in study.outcomes_of(protocol) {
            let test = outcome.comparisons[place].delong;
            let name = |model: usize| &study.options.models[model].name;
            rows.extend(test.map(|test| Row {
                name: format!(
                    "{} − {}, {}",
                    name(pair.model),
                    name(pair.other),
                    study.stream_of(outcome).name
                ),
                pair: place,
                difference: test.auc_a - test.auc_b,
                interval: test.interval(),
            }));
        }
    }
    let mut svg = String::new();
    paint(&rows, &protocol.to_string(), &mut svg).map_err(|error| error.to_string())?;
    Ok(svg)
}

fn paint(rows: &[Row], protocol: &str, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let ends = |of: fn(&Row) -> f64| rows.iter().map(of);
    let low = ends(|row| row.interval.0).fold(-0.02, f64::min);
    let high = ends(|row| row.interval.1).fold(0.02, f64::max);
    let n = rows.len() as f64;
    let height = 100 + ROW * rows.len() as u32;
    let area = SVGBackend::with_string(svg, (WIDTH, height)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(
            format!("{protocol}: difference in AUC, 95 % by DeLong"),
            ("sans-serif", 22),
        )
        .margin(12)
        .x_label_area_size(30)
        .y_label_area_size(LEFT)
        .build_cartesian_2d(low * 1.05..high * 1.05, 0.0..n.max(1.0))?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .light_line_style(TRANSPARENT)
        .label_style(("sans-serif", 17))
        .x_label_formatter(&|x| format!("{x:+.2}"))
        .draw()?;
    chart.draw_series([PathElement::new(
        [(0.0, 0.0), (0.0, n)],
        BLACK.stroke_width(1),
    )])?;
    let right = Pos::new(HPos::Right, VPos::Center);
    let style = TextStyle::from(("sans-serif", 15).into_font()).pos(right);
    for (place, row) in rows.iter().enumerate() {
        // From the top down.
        let y = n - place as f64 - 0.5;
        let colour = colour(row.pair);
        let (from, to) = row.interval;
        chart.draw_series([PathElement::new(
            [(from, y), (to, y)],
            colour.stroke_width(2),
        )])?;
        chart.draw_series([Circle::new((row.difference, y), 4, colour.filled())])?;
        let (x, y) = chart.backend_coord(&(low * 1.05, y));
        area.draw(&Text::new(row.name.clone(), (x - 8, y), style.clone()))?;
    }
    area.present()?;
    Ok(())
}
