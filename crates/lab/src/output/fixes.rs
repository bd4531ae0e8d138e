//! The results of a study of the rules that tell fixes, as files of one folder.
//!
//! - `rules.csv`: precision and recall of each rule, and of all together, with intervals.
//! - `exclusions.csv`: what each exclusion throws away.
//! - `verdicts.csv`: what the rules say of each change, from which all else follows.
//! - `changed.csv`: what files say to the rules, if repositories were asked: a column of the sample.
//! - `summary.md`: for people.
//! - `fixes.json`: what was asked of which data, and the names of all files. It is written last.

use super::manifest::FORMAT;
use super::{Results, fix_tables as tables, prepare_for};
use crate::TOOL;
use crate::error::Result;
use crate::fixes::Fixes;
use serde::Serialize;
use std::path::Path;

pub use super::fix_markdown::summary;

/// What is written last.
const MANIFEST: &str = "fixes.json";

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
/// [`Error::Write`](crate::Error::Write).
pub fn write(fixes: &Fixes, folder: &Path) -> Result<()> {
    let mut results = Results {
        folder,
        files: vec![MANIFEST.to_owned()],
    };
    results.put("rules.csv", &tables::rules(fixes))?;
    results.put("exclusions.csv", &tables::exclusions(fixes))?;
    results.put("verdicts.csv", &tables::verdicts(fixes))?;
    if !fixes.asked.is_empty() {
        results.put("changed.csv", &tables::changed(fixes))?;
    }
    results.put("summary.md", &summary(fixes))?;
    let text = manifest(fixes, &results.files);
    results.put(MANIFEST, &text)
}

#[derive(Serialize)]
struct Manifest<'a> {
    format: u32,
    tool: &'static str,
    sample: &'a str,
    sha256: &'a str,
    n_changes: usize,
    repositories: Vec<&'a str>,
    files_read_from: &'a [String],
    files: &'a [String],
}

fn manifest(fixes: &Fixes, files: &[String]) -> String {
    let manifest = Manifest {
        format: FORMAT,
        tool: TOOL,
        sample: &fixes.file,
        sha256: &fixes.sha256,
        n_changes: fixes.verdicts.len(),
        repositories: fixes.repositories(),
        files_read_from: &fixes.asked,
        files,
    };
    let text = serde_json::to_string_pretty(&manifest);
    text.expect("the manifest is plain text and finite numbers") + "\n"
}
