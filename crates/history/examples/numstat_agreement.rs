//! Compares the line counts of every change of a repository with `git log --no-merges --numstat -M`.
//!
//! `cargo run --release -p risk-history --example numstat_agreement -- REPOSITORY [REVISION [THREADS]]`
#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use risk_change::{Change, FileKind};
use risk_history::{Cached, Repository, Silent};
use risk_testkit::numstat_all;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name a repository")?;
    let revision = arguments.next().unwrap_or_else(|| "HEAD".to_owned());
    let threads = arguments.next().map_or(Ok(2), |text| text.parse())?;
    let repository = Repository::discover(Path::new(&path))?;
    let tip = repository.resolve(&revision)?;
    let history = repository.read(&tip, &|_| None, 0, &mut Cached::default(), threads, &Silent)?;
    println!(
        "{:?}, {} skipped",
        history.statistics,
        history.skipped.len()
    );
    if arguments.next().is_some() {
        return Ok(());
    }
    let git = numstat_all(Path::new(&path), &revision);
    let (mut equal, mut different) = (0, 0);
    for change in history.changes.iter().filter(|change| !change.is_merge()) {
        let ours = rows(change);
        let mut theirs: Vec<_> = git
            .get(&change.id.to_hex())
            .into_iter()
            .flatten()
            .map(|row| {
                (
                    row.path.clone(),
                    row.old_path.clone(),
                    row.added,
                    row.deleted,
                )
            })
            .collect();
        theirs.sort();
        if ours == theirs {
            equal += 1;
        } else {
            different += 1;
            if different <= 20 {
                println!("{}", change.id);
                for row in ours.iter().filter(|row| !theirs.contains(row)).take(4) {
                    println!(
                        "  here {:?} {:?} {:?} {:?}",
                        String::from_utf8_lossy(&row.0),
                        row.1.as_deref().map(String::from_utf8_lossy),
                        row.2,
                        row.3
                    );
                }
                for row in theirs.iter().filter(|row| !ours.contains(row)).take(4) {
                    println!(
                        "  git  {:?} {:?} {:?} {:?}",
                        String::from_utf8_lossy(&row.0),
                        row.1.as_deref().map(String::from_utf8_lossy),
                        row.2,
                        row.3
                    );
                }
            }
        }
    }
    let share = 100.0 * f64::from(equal) / f64::from(equal + different);
    println!("{equal} changes equal, {different} not: {share:.4} %");
    Ok(())
}

type Row = (Vec<u8>, Option<Vec<u8>>, Option<u64>, Option<u64>);

fn rows(change: &Change) -> Vec<Row> {
    let mut rows: Vec<Row> = change
        .files
        .iter()
        .map(|file| {
            let counts =
                (file.kind != FileKind::Binary).then(|| (file.edit.added(), file.edit.removed()));
            (
                file.path.as_bytes().to_vec(),
                file.old_path.as_ref().map(|path| path.as_bytes().to_vec()),
                counts.map(|counts| counts.0),
                counts.map(|counts| counts.1),
            )
        })
        .collect();
    rows.sort();
    rows
}
