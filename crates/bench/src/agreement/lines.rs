//! Lines at the tip against `git blame`.

use super::explain::{Cause, Explainer};
use super::ours::At;
use super::{Reading, Tally, git};
use crate::parallel::{each, sample};
use risk_change::{Position, RepoPath};
use risk_testkit::blame;
use std::collections::BTreeMap;

/// Compares the origin of every line of every text file at the tip; of `n` files if there are more.
///
/// # Errors
///
/// None; git must be able to blame each file.
pub fn compare(reading: &Reading, n: Option<usize>, seed: u64, threads: usize) -> Tally<Cause> {
    let tip = reading.tip();
    let origins = reading.szz.origins();
    let revision = reading.hex(tip);
    let submodules = git::submodules(&reading.path, &revision);
    let mut files = origins.paths(tip).unwrap_or_default();
    // Binary and empty files have no lines.
    files.retain(|&file| origins.lines(tip, file).is_some_and(|it| !it.is_empty()));
    files.retain(|file| !submodules.contains(*file));
    let files = sample(files, n, seed);
    let explainer = Explainer::new(reading);
    let parts = each("lines against blame", &files, threads, |file| {
        let theirs = blame(&reading.path, &revision, file.as_bytes());
        let ours = origins.lines(tip, file).unwrap_or_default();
        compare_file(reading, &explainer, file, ours, &theirs)
    });
    let mut tally = Tally::new("lines");
    for part in parts {
        tally.add(part);
    }
    tally
}

/// The lines of one file. Of lines with the same two answers the first stands for all.
fn compare_file(
    reading: &Reading,
    explainer: &Explainer<'_>,
    file: &RepoPath,
    ours: &[Position],
    theirs: &[String],
) -> Tally<Cause> {
    let mut tally = Tally::new("lines");
    tally.all = theirs.len() as u64;
    let mut differ: BTreeMap<(Option<Position>, &str), (u32, u64)> = BTreeMap::new();
    for (line, git) in (0..).zip(theirs) {
        let here = ours.get(line as usize).copied();
        if here.is_some() && reading.position_of(git) == here {
            tally.equal += 1;
        } else {
            differ.entry((here, git)).or_insert((line, 0)).1 += 1;
        }
    }
    for ((here, git), (line, n)) in differ {
        let start = At {
            commit: reading.tip(),
            path: file.clone(),
            line,
        };
        let (cause, words) = explainer.explain(start, here);
        let here = here.map_or_else(|| "nothing".to_owned(), |here| reading.hex(here));
        let words = format!(
            "{} line {} and {} more: here {}, git {}; {words}",
            file.to_text(),
            line + 1,
            n - 1,
            here.get(..12).unwrap_or(&here),
            &git[..12]
        );
        tally.differ(cause, n, words);
    }
    tally
}
