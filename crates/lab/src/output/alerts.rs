//! The results of an alert study, as files of one folder.
//!
//! - `alerts.csv`: how often each warner warned at each threshold, and what became of it, with intervals.
//! - `blocks.csv`: the same over blocks of 1,000 changes.
//! - `landings.csv`: the same by what landed together.
//! - `changes.csv`: where each change stood when it landed, from which all else follows.
//! - `summary.md`: for people.
//! - `fixed.svg`: how many warnings were followed by a fix, beside as many chosen by size, and beside all changes.
//! - `over-time.svg`: how often was warned, over time.
//! - `alerts.json`: what was asked of which data, and the names of all files. It is written last.

use super::{Results, prepare_for};
use super::{alert_manifest as manifest, alert_pictures as pictures, alert_tables as tables};
use crate::alerts::Alerts;
use crate::error::Result;
use std::path::Path;

pub use super::alert_markdown::summary;

/// What is written last.
const MANIFEST: &str = "alerts.json";

/// Changes that a block must have for its rate to say something.
pub(super) const LEAST: usize = 500;

/// Makes the folder of the results, as for [a study](super::prepare).
///
/// # Errors
///
/// [`Error::Occupied`](crate::Error::Occupied) if it holds something else, [`Error::Write`](crate::Error::Write) if
/// it cannot be made.
pub fn prepare(folder: &Path) -> Result<()> {
    prepare_for(folder, MANIFEST)
}

/// Writes all results into a folder that is there.
///
/// # Errors
///
/// [`Error::Write`](crate::Error::Write) and [`Error::Plot`](crate::Error::Plot).
pub fn write(alerts: &Alerts, folder: &Path) -> Result<()> {
    let mut results = Results {
        folder,
        files: vec![MANIFEST.to_owned()],
    };
    results.put("alerts.csv", &tables::alerts(alerts))?;
    results.put("blocks.csv", &tables::blocks(alerts))?;
    results.put("landings.csv", &tables::landings(alerts))?;
    results.put("changes.csv", &tables::changes(alerts))?;
    results.put("summary.md", &summary(alerts))?;
    results.draw("fixed.svg", pictures::fixed(alerts))?;
    results.draw("over-time.svg", pictures::over_time(alerts))?;
    let text = manifest::manifest(alerts, &results.files);
    results.put(MANIFEST, &text)
}
