//! The batch model of splines and trees, over one run.

use crate::error::Result;
use crate::protocol::Run;
use risk_evaluate::{Event, Journal};
use risk_learn::{BatchPreparation, SoftRows, SplinesAndTrees};
use std::collections::BTreeMap;

/// Labels that a first fit waits for.
const LEAST: usize = 1_000;

/// Latest changes that a fit learns from.
const REMEMBERED: usize = 20_000;

/// Seconds after which a change counts half: a year of 365.25 days.
const HALF_LIFE: f64 = 31_557_600.0;

/// What [`SplinesAndTrees`] say at each arrival, fitted anew at the first one with `every` new labels.
///
/// So a split has one fit, on all labels of its first part; other runs begin after 1,000 labels. A fit takes the
/// latest 20,000 changes with the labels they have by then, weights halving with every year of age before the latest of
/// them. It is put off while labels are of one class.
pub(crate) fn refitted(run: &Run, every: usize) -> Result<Vec<Option<f64>>> {
    let journal = run.journal();
    let rows = prepared(run)?;
    let mut labels: BTreeMap<u32, f64> = BTreeMap::new();
    let mut n_new = 0;
    let mut model: Option<SplinesAndTrees> = None;
    let mut said = Vec::with_capacity(journal.records().len());
    for event in journal.events() {
        match event {
            Event::Verification { index, label, .. } => {
                labels.insert(*index, label.outcome());
                n_new += 1;
            }
            Event::Arrival { index, .. } => {
                let wanted = if model.is_some() { every } else { LEAST };
                if n_new >= wanted {
                    n_new = 0;
                    model = fit(journal, &rows, &labels)?.or(model);
                }
                let row = &rows.values[rows.place(*index)];
                let row: Vec<f64> = row.iter().map(|x| f64::from(*x)).collect();
                said.push(model.as_ref().map(|model| model.predict_proba_one(&row)));
            }
        }
    }
    Ok(said)
}

/// The rows of all changes, one after the other.
struct Prepared {
    n_columns: usize,
    paired: Vec<usize>,
    values: Vec<f32>,
}

impl Prepared {
    fn place(&self, index: u32) -> std::ops::Range<usize> {
        let first = index as usize * self.n_columns;
        first..first + self.n_columns
    }
}

fn prepared(run: &Run) -> Result<Prepared> {
    let (journal, names) = (run.journal(), run.names());
    let mut preparation = BatchPreparation::new(&names)?;
    let mut values = Vec::new();
    let raw_rows = journal.raw_rows(0..journal.n_arrived())?;
    for (raw, record) in raw_rows.chunks(names.len()).zip(journal.records()) {
        let time = record.at.0 as f64;
        values.extend(preparation.transform(time, raw)?);
        preparation.absorb(time, raw)?;
    }
    Ok(Prepared {
        n_columns: preparation.n_columns(),
        paired: preparation.paired(),
        values,
    })
}

/// A fit to the labels, or `None` if there is only one class.
fn fit(
    journal: &Journal,
    rows: &Prepared,
    labels: &BTreeMap<u32, f64>,
) -> Result<Option<SplinesAndTrees>> {
    let n_forgotten = labels.len().saturating_sub(REMEMBERED);
    let at = |index: u32| journal.records()[index as usize].at.0 as f64;
    let latest = labels
        .keys()
        .map(|index| at(*index))
        .fold(f64::MIN, f64::max);
    let (mut values, mut targets, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for (index, target) in labels.iter().skip(n_forgotten) {
        values.extend(&rows.values[rows.place(*index)]);
        targets.push(*target);
        weights.push(0.5_f64.powf((latest - at(*index)) / HALF_LIFE));
    }
    let soft = SoftRows::new(rows.n_columns, &values, &targets, &weights)?;
    match SplinesAndTrees::fit(&soft, rows.paired.clone()) {
        Ok(model) => Ok(Some(model)),
        Err(risk_learn::Error::OneClass { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Protocol;
    use crate::stream::{Empty, Labelled, Stream};
    use risk_change::{Days, Timestamp};
    use risk_evaluate::Waiting;
    use risk_learn::{KAMEI, Label};

    const N: usize = 1_500;
    const N_FIRST: usize = 1_200;

    /// One change an hour; what `is_defective` says of its size and number is its label.
    fn stream(is_defective: impl Fn(usize, usize) -> bool) -> Stream {
        let changes = (0..N).map(|i| {
            let size = i * 37 % 101;
            Labelled {
                change: i.to_string(),
                at: Timestamp(3_600 * i as i64),
                features: KAMEI
                    .iter()
                    .map(|name| if *name == "la" { size as f64 } else { 1.0 })
                    .collect(),
                label: Some(if is_defective(i, size) {
                    Label::Defective
                } else {
                    Label::Clean
                }),
                fixed_at: None,
                landing: None,
            }
        });
        let names = KAMEI.iter().map(ToString::to_string).collect();
        Stream::new("s".to_owned(), names, changes.collect(), Empty::Kept).unwrap()
    }

    fn said(stream: &Stream, protocol: Protocol) -> Vec<Option<f64>> {
        let run = Run::of(stream, protocol, None).unwrap();
        refitted(&run, 2_000).unwrap()
    }

    #[test]
    fn a_split_has_one_fit_that_sees_nothing_of_the_rest() {
        // No order of sizes tells the defective ones apart: they are in the middle.
        let middle = |_: usize, size: usize| (40..60).contains(&size);
        let split = Protocol::Split(0.8);
        let found = said(&stream(middle), split);
        assert!(found[..N_FIRST].iter().all(Option::is_none));
        for (i, p) in found.iter().enumerate().skip(N_FIRST) {
            let (p, size) = (p.unwrap(), i * 37 % 101);
            if (45..55).contains(&size) {
                assert!(p > 0.5, "{p} for {size}");
            } else if !(35..65).contains(&size) {
                assert!(p < 0.5, "{p} for {size}");
            }
        }
        let other_rest = |i: usize, size: usize| middle(i, size) != (i >= N_FIRST);
        assert_eq!(said(&stream(other_rest), split), found);
    }

    #[test]
    fn the_first_fit_waits_for_labels_and_for_both_classes() {
        let waiting = Protocol::Prequential(Waiting::new(Days(1.0)).unwrap());
        let mixed = said(&stream(|_, size| size > 80), waiting);
        let first = mixed.iter().position(Option::is_some).unwrap();
        assert!((LEAST..LEAST + 48).contains(&first), "{first}");
        assert!(mixed[first..].iter().all(Option::is_some));
        let clean = said(&stream(|_, _| false), waiting);
        assert!(clean.iter().all(Option::is_none));
    }
}
