//! The results of a study, as files of one folder.
//!
//! - `predictions.csv`: what every model said of every change, in order of arrival.
//! - `summary.csv`, `summary.md`: every metric, for machines and for people.
//! - `blocks.csv`: AUC and recalls over blocks of 1,000 changes.
//! - `STREAM-PROTOCOL-auc.svg`, `STREAM-PROTOCOL-reliability.svg`: over time, and how true probabilities are.
//! - `study.json`: what was asked of which data. It is written last: a folder with it is complete.

mod manifest;
mod markdown;
mod plots;
mod tables;

use crate::error::{Error, Result};
use crate::study::Study;
use std::fs;
use std::path::Path;

pub use markdown::summary;

/// Makes the folder of the results, or takes an empty one.
///
/// # Errors
///
/// [`Error::Occupied`] if it holds something, [`Error::Write`] if it cannot be made.
pub fn prepare(folder: &Path) -> Result<()> {
    let failed = |source| Error::Write {
        path: folder.to_owned(),
        source,
    };
    fs::create_dir_all(folder).map_err(failed)?;
    match fs::read_dir(folder).map_err(failed)?.next() {
        None => Ok(()),
        Some(_) => Err(Error::Occupied {
            path: folder.to_owned(),
        }),
    }
}

/// Writes all results into a folder that is there.
///
/// # Errors
///
/// [`Error::Write`] and [`Error::Plot`].
pub fn write(study: &Study, folder: &Path) -> Result<()> {
    put(folder, "predictions.csv", &tables::predictions(study))?;
    put(folder, "summary.csv", &tables::summary(study))?;
    put(folder, "blocks.csv", &tables::blocks(study))?;
    put(folder, "summary.md", &markdown::summary(study))?;
    for outcome in &study.outcomes {
        let stream = study.stream_of(outcome);
        let stem = format!("{}-{}", stream.name, outcome.protocol);
        for (kind, drawn) in [
            ("auc", plots::over_time(stream, outcome)),
            ("reliability", plots::reliability(stream, outcome)),
        ] {
            let name = format!("{stem}-{kind}.svg");
            let drawn = drawn.map_err(|why| Error::Plot {
                path: folder.join(&name),
                why,
            })?;
            put(folder, &name, &drawn)?;
        }
    }
    put(folder, "study.json", &manifest::manifest(study))
}

fn put(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(|source| Error::Write { path, source })
}
