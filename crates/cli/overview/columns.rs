//! The changes, one column for each of what is known about them.

use super::Known;
use super::people::People;
use risk_evaluate::Band;
use risk_learn::Label;
use risk_report::ChangeColumns;

/// Characters of a subject: what a line of a table can show.
const LONGEST: usize = 120;

/// Those from number `first` on.
pub(super) fn columns(known: &Known<'_>, people: &People, first: usize) -> ChangeColumns {
    let mut columns = ChangeColumns::default();
    for (number, &position) in known.positions.iter().enumerate().skip(first) {
        let record = &known.journal.records()[number];
        let id = known.engine.replay.id_at(position);
        let id = id.map(|id| id.short());
        columns.commit.push(id.unwrap_or_default());
        columns.committed_at.push(record.at.0);
        columns.probability.push(rounded(record.probability, 1e4));
        let percentile = record.percentile;
        columns
            .percentile
            .push(percentile.map(|at| rounded(at * 100.0, 10.0)));
        let band = percentile.and_then(|at| known.judged.band(at));
        columns.band.push(band.map(number_of));
        columns
            .label
            .push(match known.journal.states()[number].label() {
                None => 0,
                Some(Label::Clean) => 1,
                Some(Label::Defective) => 2,
            });
        // Every listed change was asked for.
        let author = people.author_of(position).unwrap_or_default();
        columns.author.push(author as usize);
        columns.added.push(record.size as u64);
        let subject = people.subject_of(position).chars().take(LONGEST);
        columns.subject.push(subject.collect());
    }
    columns
}

fn number_of(band: Band) -> u8 {
    match band {
        Band::Low => 0,
        Band::Typical => 1,
        Band::Elevated => 2,
        Band::High => 3,
    }
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}
