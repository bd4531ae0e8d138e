//! Links of fixes against `git blame` on their parents.

use super::explain::{Cause, Explainer};
use super::ours::{self, At, Step};
use super::{Reading, Tally, git};
use crate::parallel::{each, sample};
use risk_change::Position;
use risk_szz::{Variant, is_traced};
use std::collections::BTreeMap;

/// Compares, for each fix, the changes that wrote the lines it deletes in code (variant B); `n` fixes if
/// there are more.
///
/// What is counted are pairs of a fix and a change. Those that git does not have are counted as different
/// in their class, but not among all.
pub fn compare(reading: &Reading, n: Option<usize>, seed: u64, threads: usize) -> Tally<Cause> {
    let traced = |fix: &Position| {
        let change = &reading.history.changes[*fix as usize];
        let mut files = change.files.iter().filter(|it| is_traced(Variant::B, it));
        files.any(|file| file.edit.removed() > 0)
    };
    let fixes: Vec<Position> = reading.fixes.iter().copied().filter(traced).collect();
    let fixes = sample(fixes, n, seed);
    let explainer = Explainer::new(reading);
    let parts = each("links against blame", &fixes, threads, |&fix| {
        compare_fix(reading, &explainer, fix)
    });
    let mut tally = Tally::new("links");
    for part in parts {
        tally.add(part);
    }
    tally
}

/// A change that deleted lines come from by one side, with the first line of it that differs.
type Found = BTreeMap<Option<Position>, Option<At>>;

fn compare_fix(reading: &Reading, explainer: &Explainer<'_>, fix: Position) -> Tally<Cause> {
    let change = &reading.history.changes[fix as usize];
    let parent = reading.history.parents[fix as usize][0];
    let revision = reading.hex(parent);
    let (mut here, mut there) = (Found::new(), Found::new());
    for file in change.files.iter().filter(|it| is_traced(Variant::B, it)) {
        if file.edit.removed() == 0 {
            continue;
        }
        let path = file.source_path();
        let git = git::blame(&reading.path, &[&revision], path);
        if git.is_empty() {
            // It took the place of a submodule, which blame does not take.
            continue;
        }
        for (line, _) in file.edit.deleted_lines() {
            let at = At {
                commit: parent,
                path: path.clone(),
                line,
            };
            let ours = follow(reading, at.clone());
            let theirs = git
                .get(line as usize)
                .and_then(|it| reading.position_of(&it.commit));
            let differs = (ours != theirs).then_some(at);
            for (found, side) in [(&mut here, ours), (&mut there, theirs)] {
                let first = found.entry(side).or_default();
                *first = first.take().or_else(|| differs.clone());
            }
        }
    }
    let mut tally = Tally::new("links");
    // An unknown origin is no link.
    here.remove(&None);
    there.remove(&None);
    tally.all = there.len() as u64;
    tally.equal = there.keys().filter(|it| here.contains_key(*it)).count() as u64;
    let missing = there.iter().filter(|(it, _)| !here.contains_key(*it));
    let extra = here.iter().filter(|(it, _)| !there.contains_key(*it));
    let missing = missing.map(|found| ("missing", found));
    for (word, (inducing, at)) in missing.chain(extra.map(|found| ("extra", found))) {
        let Some(at) = at.clone() else { continue };
        let ours = follow(reading, at.clone());
        let (cause, words) = explainer.explain(at, ours);
        let inducing = inducing.map_or_else(String::new, |it| reading.hex(it));
        let name = &reading.hex(fix)[..12];
        tally.differ(cause, 1, format!("fix {name}, {word} {inducing}: {words}"));
    }
    tally
}

/// Where a line comes from on our side; `None` if that is not known.
fn follow(reading: &Reading, mut at: At) -> Option<Position> {
    loop {
        let (here, file) = ours::last_touched(&reading.history, &at)?;
        match ours::step(&file, here.line) {
            Step::Own => return Some(here.commit),
            Step::Unknown => return None,
            Step::Parent { nth, path, line } => {
                let commit = reading.history.parents[here.commit as usize][nth];
                at = At { commit, path, line };
            }
        }
    }
}
