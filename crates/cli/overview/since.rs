//! What changed since an earlier report.
//!
//! `risk/reported` remembers up to where the last reports went, and a few figures of them. Nearly all that is told follows
//! from the events since that commit, so that any commit can be named in place of a report.

use super::{Known, riskiest_numbers};
use crate::error::Failure;
use crate::state;
use risk_change::ChangeId;
use risk_evaluate::{Event, LabelState, Record};
use risk_learn::Label;
use risk_report::{Found, Moved, Overview, Since, Tree};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

const RISKIEST: usize = 10;
const FOUND: usize = 20;
const RISEN: usize = 10;

/// A file rose if it did so by this many defects: less is the rounding of the model.
const LEAST_RISE: f64 = 0.05;

/// Version of the file.
const FORMAT: u32 = 1;

/// An earlier report, or a commit that stands for one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Earlier {
    /// Full hexadecimal id.
    tip: String,
    /// How it was named; not kept.
    #[serde(skip)]
    name: Option<String>,
    auc: Option<f64>,
    risk: Option<f64>,
    /// By path.
    files: BTreeMap<String, f64>,
}

impl Earlier {
    /// A commit, of which no figure was noted.
    pub(crate) fn named(tip: &ChangeId, name: &str) -> Self {
        Self {
            tip: tip.to_hex(),
            name: Some(name.to_owned()),
            auc: None,
            risk: None,
            files: BTreeMap::new(),
        }
    }

    fn of(overview: &Overview) -> Self {
        let files = overview.tree.files.iter();
        Self {
            tip: overview.repository.tip.clone(),
            name: None,
            auc: overview.worth.auc,
            risk: Some(overview.tree.risk),
            files: files.map(|file| (file.path.clone(), file.risk)).collect(),
        }
    }
}

/// The last reports, the newest last; of those of one commit the newest.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Reported {
    format: u32,
    reports: Vec<Earlier>,
}

impl Reported {
    /// What is remembered. It is a memory and no record: if it cannot be read, there is no earlier report.
    pub(crate) fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap_or_default();
        let read: Option<Self> = serde_json::from_slice(&bytes).ok();
        read.filter(|it| it.format == FORMAT).unwrap_or_default()
    }

    /// The last report of another commit than this.
    pub(crate) fn before(&self, tip: &ChangeId) -> Option<&Earlier> {
        let tip = tip.to_hex();
        self.reports.iter().rev().find(|report| report.tip != tip)
    }

    /// Remembers one more, and of those before the last that is of another commit.
    pub(crate) fn remember(mut self, overview: &Overview, path: &Path) -> std::io::Result<()> {
        let new = Earlier::of(overview);
        self.reports.retain(|report| report.tip != new.tip);
        self.reports.drain(..self.reports.len().saturating_sub(1));
        self.reports.push(new);
        self.format = FORMAT;
        let mut file = state::temporary(path)?;
        file.write_all(&serde_json::to_vec(&self)?)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// `None` if the earlier commit is not in the history any more.
pub(super) fn since(
    known: &Known<'_>,
    earlier: &Earlier,
    tree: &Tree,
) -> Result<Option<Since>, Failure> {
    let replay = &known.engine.replay;
    let tip = ChangeId::from_hex(&earlier.tip);
    let Some(position) = tip.and_then(|tip| replay.position_of(&tip)) else {
        return Ok(None);
    };
    let first = known.positions.partition_point(|&at| at <= position);
    let new: Vec<u32> = (first as u32..known.positions.len() as u32).collect();
    let records = known.journal.records();
    let hex = |number: u32| {
        let id = replay.id_at(known.positions[number as usize]);
        id.map(|id| id.to_hex()).unwrap_or_default()
    };
    let mut found = found(known, first as u32);
    let flagged = |number: &u32| records[*number as usize].flagged();
    let (n_found, n_found_flagged) = (found.len(), found.iter().copied().filter(flagged).count());
    found.truncate(FOUND);
    let ids = found.iter().map(|&number| known.positions[number as usize]);
    let ids = ids.filter_map(|position| replay.id_at(position));
    let headers = known
        .engine
        .repository
        .headers(ids, &risk_history::Silent)?;
    let told = found.iter().zip(headers).map(|(&number, header)| {
        let record = &records[number as usize];
        Found {
            commit: hex(number),
            subject: header.subject,
            probability: record.probability,
            flagged: record.flagged(),
            days: fixed_after(record, known.journal.states()[number as usize]),
        }
    });
    Ok(Some(Since {
        tip: earlier.tip.clone(),
        tip_at: known.landed[position as usize].0,
        name: earlier.name.clone(),
        changes: new.len(),
        expected: new.iter().map(|&it| records[it as usize].probability).sum(),
        found: told.collect(),
        riskiest: riskiest_numbers(known, &new, RISKIEST)
            .into_iter()
            .map(hex)
            .collect(),
        n_found,
        n_found_flagged,
        risen: risen(&earlier.files, tree),
        auc: earlier.auc,
        risk: earlier.risk,
    }))
}

/// Numbers of the changes that a fix followed after change `first` had landed, and none before; the newest fix first.
fn found(known: &Known<'_>, first: u32) -> Vec<u32> {
    let events = known.journal.events().iter().rev();
    let since = events.take_while(|event| !is_arrival_before(event, first));
    since
        .filter_map(|event| match event {
            Event::Verification {
                index,
                label: Label::Defective,
                ..
            } => Some(*index),
            _ => None,
        })
        .collect()
}

/// Whether an event is the arrival of the last change before `first`: what comes after it is what is asked for.
fn is_arrival_before(event: &Event, first: u32) -> bool {
    matches!(event, Event::Arrival { index, .. } if *index < first)
}

fn fixed_after(record: &Record, state: LabelState) -> f64 {
    let at = state.at().unwrap_or(record.at);
    (at - record.at).0
}

/// Files that were noted and rose, or are new, the most first.
fn risen(before: &BTreeMap<String, f64>, tree: &Tree) -> Vec<Moved> {
    if before.is_empty() {
        return Vec::new();
    }
    let moved = tree.files.iter().map(|file| Moved {
        path: file.path.clone(),
        before: before.get(&file.path).copied().unwrap_or(0.0),
        now: file.risk,
    });
    let mut risen: Vec<Moved> = moved
        .filter(|file| file.now - file.before >= LEAST_RISE)
        .collect();
    risen.sort_by(|a, b| (b.now - b.before).total_cmp(&(a.now - a.before)));
    risen.truncate(RISEN);
    risen
}
