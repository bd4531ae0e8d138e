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
