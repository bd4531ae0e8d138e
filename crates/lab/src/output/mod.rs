//! The results of a study, as files of one folder; those of an alert study are in [`alerts`], of the rules that
//! tell fixes in [`fixes`].
//!
//! - `predictions.csv` or `.parquet`: what every model said of every change, in order of arrival.
//! - `summary.csv`, `summary.md`: every metric with its intervals, for machines and for people.
//! - `comparisons.csv`: models beside each other on the same changes, stream by stream.
//! - `across.csv`: the same over the streams.
//! - `blocks.csv`: metrics over blocks of 1,000 changes.
//! - `STREAM-PROTOCOL-….svg`: AUC (`auc`) and G-mean (`gmean`) over time, how true probabilities are (`reliability`),
//!   and what is found for which effort (`effort`).
//! - `PROTOCOL-compared.svg`: how far the compared models are apart, stream by stream.
//! - `study.json`: what was asked of which data, and the names of all files. It is written last: a folder with it is
//!   complete.

mod alert_manifest;
mod alert_markdown;
mod alert_pictures;
mod alert_tables;
pub mod alerts;
mod chart;
mod curves;
mod fix_markdown;
mod fix_tables;
pub mod fixes;
mod forest;
mod manifest;
mod markdown;
mod overview;
mod predictions;
mod tables;

use crate::error::{Error, Result};
use crate::study::Study;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub use markdown::summary;

/// What is written last.
const MANIFEST: &str = "study.json";

/// Makes the folder of the results; takes an empty one, or one that holds nothing but results of an earlier study,
/// which are removed.
///
/// # Errors
///
/// [`Error::Occupied`] if it holds something else, [`Error::Write`] if it cannot be made.
pub fn prepare(folder: &Path) -> Result<()> {
    prepare_for(folder, MANIFEST)
}

/// The same for results of which another file is written last.
fn prepare_for(folder: &Path, manifest: &str) -> Result<()> {
    let failed = |source| Error::Write {
        path: folder.to_owned(),
        source,
    };
    fs::create_dir_all(folder).map_err(failed)?;
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        found.insert(name.to_string_lossy().into_owned());
    }
    let earlier = fs::read(folder.join(manifest)).unwrap_or_default();
    let results = manifest::files(&earlier);
    if !found.iter().all(|name| results.contains(name)) {
        return Err(Error::Occupied {
            path: folder.to_owned(),
        });
    }
    // What says that the folder is complete goes last: a run that is broken off here can be begun again.
    let last = found.take(manifest);
    for name in found.into_iter().chain(last) {
        fs::remove_file(folder.join(name)).map_err(failed)?;
    }
    Ok(())
}

/// Writes all results into a folder that is there.
///
/// # Errors
///
/// [`Error::Write`], [`Error::Plot`] and [`Error::Parquet`].
pub fn write(study: &Study, folder: &Path) -> Result<()> {
    let mut results = Results {
        folder,
        files: vec![MANIFEST.to_owned()],
    };
    let predictions = predictions::file_name(study);
    predictions::write(study, &folder.join(&predictions))?;
    results.files.push(predictions);
    results.put("summary.csv", &tables::summary(study))?;
    results.put("comparisons.csv", &tables::comparisons(study))?;
    results.put("across.csv", &tables::across(study))?;
    results.put("blocks.csv", &tables::blocks(study))?;
    results.put("summary.md", &markdown::summary(study))?;
    for outcome in &study.outcomes {
        let stem = format!("{}-{}", study.stream_of(outcome).name, outcome.protocol);
        results.draw(&format!("{stem}-auc.svg"), curves::auc(study, outcome))?;
        results.draw(&format!("{stem}-gmean.svg"), curves::gmean(study, outcome))?;
        let reliability = curves::reliability(study, outcome);
        results.draw(&format!("{stem}-reliability.svg"), reliability)?;
        results.draw(
            &format!("{stem}-effort.svg"),
            curves::effort(study, outcome),
        )?;
    }
    for protocol in &study.options.protocols {
        if !study.options.pairs.is_empty() {
            let drawn = forest::compared(study, *protocol);
            results.draw(&format!("{protocol}-compared.svg"), drawn)?;
        }
    }
    let text = manifest::manifest(study, &results.files);
    results.put(MANIFEST, &text)
}

/// The files that were written.
struct Results<'a> {
    folder: &'a Path,
    files: Vec<String>,
}

impl Results<'_> {
    fn put(&mut self, name: &str, text: &str) -> Result<()> {
        let path = self.folder.join(name);
        fs::write(&path, text).map_err(|source| Error::Write { path, source })?;
        self.files.push(name.to_owned());
        Ok(())
    }

    fn draw(&mut self, name: &str, drawn: std::result::Result<String, String>) -> Result<()> {
        let drawn = drawn.map_err(|why| Error::Plot {
            path: self.folder.join(name),
            why,
        })?;
        self.put(name, &drawn)
    }
}
