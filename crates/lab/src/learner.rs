//! Models beside those of the loop, following its events.

use crate::error::Result;
use crate::periodic::Periodic;
use crate::protocol::Run;
use risk_evaluate::Event;
use risk_learn::{BayesLogistic, Classifier, Label, Preparation, StaticLogistic};

/// A model that learns from prepared rows as the loop wrote them down.
pub(crate) enum Learner {
    Periodic(Periodic),
    Online {
        model: BayesLogistic,
        /// Labels that it will still learn.
        left: usize,
    },
}

impl Learner {
    fn predict(&self, x: &[f64]) -> Option<f64> {
        match self {
            Self::Periodic(model) => model.predict(x),
            Self::Online { model, .. } => Some(model.predict_proba_one(x)),
        }
    }

    fn learn(&mut self, x: &[f64], y: Label) -> Result<()> {
        match self {
            Self::Periodic(model) => model.learn(x, y)?,
            Self::Online { left: 0, .. } => {}
            Self::Online { model, left } => {
                model.learn_one(x, y, 1.0);
                *left -= 1;
            }
        }
        Ok(())
    }
}

/// What a learner says at each arrival of a run, learning at each verification as the run did.
pub(crate) fn labelled(run: &Run, mut learner: Learner) -> Result<Vec<Option<f64>>> {
    let journal = run.journal();
    let mut said = Vec::with_capacity(journal.records().len());
    for event in journal.events() {
        let x = widened(&journal.prepared_row(event.index())?);
        match event {
            Event::Arrival { .. } => said.push(learner.predict(&x)),
            Event::Verification { label, .. } => learner.learn(&x, *label)?,
        }
    }
    Ok(said)
}

/// What the static model says if the scales of its rows stand still from its fit on.
///
/// Before the fit it is as any other: rows are scaled by what came before them.
pub(crate) fn frozen(run: &Run) -> Result<Vec<Option<f64>>> {
    let journal = run.journal();
    let mut preparation = Preparation::new(&run.names())?;
    let mut model = StaticLogistic::new(preparation.n_columns());
    let mut rows: Vec<Vec<f32>> = Vec::new();
    let mut said = Vec::with_capacity(journal.records().len());
    for event in journal.events() {
        let index = event.index();
        match event {
            Event::Arrival { .. } => {
                let raw = journal.raw_rows(index..index + 1)?;
                let z = preparation.transform(&raw)?;
                said.push(model.predict(&widened(&z)));
                if !model.is_fitted() {
                    preparation.absorb(&raw)?;
                    rows.push(z);
                }
            }
            Event::Verification { label, .. } if !model.is_fitted() => {
                model.learn_one(&widened(&rows[index as usize]), *label, 1.0);
            }
            Event::Verification { .. } => {}
        }
    }
    Ok(said)
}

fn widened(z: &[f32]) -> Vec<f64> {
    z.iter().map(|z| f64::from(*z)).collect()
}
