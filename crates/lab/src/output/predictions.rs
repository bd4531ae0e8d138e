//! What every model said of every change.

use crate::error::{Error, Result};
use crate::extract::{Column, Format, Values};
use crate::study::Study;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

const COLUMNS: [&str; 10] = [
    "stream",
    "change",
    "time",
    "model",
    "probability",
    "flagged",
    "label",
    "label_time",
    "protocol",
    "score",
];

/// One row: what one model said of one change.
///
/// Times are seconds since 1970. Not there are `probability`, `flagged` and `score` while a model could not say anything,
/// `label` if the data does not know it, and `label_time` if it did not become known before the end of the stream.
struct Row<'a> {
    stream: &'a str,
    change: &'a str,
    time: i64,
    model: &'a str,
    probability: Option<f64>,
    flagged: Option<bool>,
    label: Option<&'static str>,
    label_time: Option<i64>,
    protocol: String,
    score: Option<f64>,
}

/// The name of the file.
pub(super) fn file_name(study: &Study) -> String {
    format!("predictions.{}", study.options.predictions.extension())
}

/// Writes the rows of all streams and protocols, in each in order of arrival, for each change model by model.
pub(super) fn write(study: &Study, path: &Path) -> Result<()> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    match study.options.predictions {
        // Row by row, since there may be many millions.
        Format::Csv => {
            let file = BufWriter::new(File::create(path).map_err(failed)?);
            let mut table = csv::Writer::from_writer(file);
            let refused = |error: csv::Error| failed(std::io::Error::other(error));
            table.write_record(COLUMNS).map_err(refused)?;
            for row in rows(study) {
                table.write_record(cells(&row)).map_err(refused)?;
            }
            let file = table.into_inner();
            let mut file = file.map_err(|error| failed(error.into_error()))?;
            file.flush().map_err(failed)
        }
        Format::Parquet => {
            let bytes = Format::Parquet.bytes(path, &columns(study))?;
            fs::write(path, bytes).map_err(failed)
        }
    }
}

fn rows(study: &Study) -> impl Iterator<Item = Row<'_>> {
    study.outcomes.iter().flat_map(move |outcome| {
        let stream = study.stream_of(outcome);
        outcome.scored.clone().flat_map(move |place| {
            let change = &stream.changes[place];
            let models = study.options.models.iter().zip(&outcome.predictions);
            models.map(move |(model, predictions)| Row {
                stream: &stream.name,
                change: &change.change,
                time: change.at.0,
                model: &model.name,
                probability: predictions[place].map(|said| said.probability),
                flagged: predictions[place].map(|said| said.flagged),
                label: change.label.map(|label| {
                    if label.is_defective() {
                        "defective"
                    } else {
                        "clean"
                    }
                }),
                label_time: outcome.label_times[place].map(|at| at.0),
                protocol: outcome.protocol.to_string(),
                score: predictions[place].map(|said| said.score),
            })
        })
    })
}

fn cells(row: &Row) -> [String; 10] {
    [
        row.stream.to_owned(),
        row.change.to_owned(),
        row.time.to_string(),
        row.model.to_owned(),
        super::tables::cell(row.probability),
        super::tables::cell(row.flagged.map(u8::from)),
        row.label.unwrap_or_default().to_owned(),
        super::tables::cell(row.label_time),
        row.protocol.clone(),
        super::tables::cell(row.score),
    ]
}

fn columns(study: &Study) -> Vec<Column> {
    let text = |of: &dyn Fn(&Row) -> Option<String>| {
        Values::Text(rows(study).map(|row| of(&row)).collect())
    };
    let whole =
        |of: &dyn Fn(&Row) -> Option<i64>| Values::Whole(rows(study).map(|row| of(&row)).collect());
    let real = |of: &dyn Fn(&Row) -> Option<f64>| {
        Values::Real(
            rows(study)
                .map(|row| of(&row).unwrap_or(f64::NAN))
                .collect(),
        )
    };
    let values = [
        text(&|row| Some(row.stream.to_owned())),
        text(&|row| Some(row.change.to_owned())),
        whole(&|row| Some(row.time)),
        text(&|row| Some(row.model.to_owned())),
        real(&|row| row.probability),
        whole(&|row| row.flagged.map(i64::from)),
        text(&|row| row.label.map(str::to_owned)),
        whole(&|row| row.label_time),
        text(&|row| Some(row.protocol.clone())),
        real(&|row| row.score),
    ];
    let named = COLUMNS.into_iter().zip(values);
    named
        .map(|(name, values)| Column::new(name, values))
        .collect()
}
