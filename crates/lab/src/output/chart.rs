//! A chart of lines, as SVG.

use plotters::prelude::*;
use std::ops::Range;

/// Width and height, in pixels.
const SIZE: (u32, u32) = (800, 450);

/// Colours, one after the other (Okabe and Ito's, told apart by colour-blind readers too).
const COLOURS: [RGBColor; 7] = [
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(213, 94, 0),
    RGBColor(86, 180, 233),
    RGBColor(240, 228, 66),
    RGBColor(0, 0, 0),
];

/// The model of git-risk, the last of that palette.
pub(super) const BLUE: RGBColor = RGBColor(0, 114, 178);

/// What learns nothing.
pub(super) const DARK_GREY: RGBColor = RGBColor(119, 119, 119);

/// What is no model: the line of a truth, or of chance.
pub(super) const GREY: RGBColor = RGBColor(204, 204, 204);

/// The colour of what stands at a place.
pub(super) fn colour(place: usize) -> RGBColor {
    COLOURS[place % COLOURS.len()]
}

/// Points of one line.
pub(super) type Points = Vec<(f64, f64)>;

/// A line of a chart.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) colour: RGBColor,
    pub(super) points: Points,
    /// Whether its points are marked.
    pub(super) marked: bool,
}

/// Lines over two axes.
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) x: (&'static str, Range<f64>),
    pub(super) x_format: fn(&f64) -> String,
    pub(super) y: (&'static str, Range<f64>),
    pub(super) lines: Vec<Line>,
}

impl Chart {
    /// The chart as SVG, or why it cannot be drawn.
    pub(super) fn draw(&self) -> Result<String, String> {
        let mut svg = String::new();
        self.paint(&mut svg).map_err(|error| error.to_string())?;
        Ok(svg)
    }

    fn paint(&self, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
        let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .caption(&self.title, ("sans-serif", 22))
            .margin(12)
            .x_label_area_size(45)
            .y_label_area_size(55)
            .build_cartesian_2d(self.x.1.clone(), self.y.1.clone())?;
        chart
            .configure_mesh()
            .x_desc(self.x.0)
            .y_desc(self.y.0)
            .light_line_style(TRANSPARENT)
            .label_style(("sans-serif", 17))
            .axis_desc_style(("sans-serif", 18))
            .x_label_formatter(&self.x_format)
            .y_label_formatter(&|y| format!("{y:.1}"))
            .draw()?;
        for line in &self.lines {
            let colour = line.colour;
            let points = line.points.iter().copied();
            chart
                .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
                .label(&line.name)
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2))
                });
            if line.marked {
                let points = line.points.iter();
                chart.draw_series(points.map(|point| Circle::new(*point, 3, colour.filled())))?;
            }
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
}
