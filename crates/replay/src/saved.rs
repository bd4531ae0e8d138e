//! The fold between two runs.

use crate::error::Error;
use crate::replay::{Options, Replay};
use risk_change::{Ancestry, ChangeId, Skipped};
use risk_evaluate::Timeline;
use risk_features::Tracker;
use risk_szz::{Evidence, Link, Szz};
use serde::{Deserialize, Serialize};

/// All that a [`Replay`] needs to go on, in parts that can be kept and read apart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Saved {
    /// The commits, in order.
    pub ids: Vec<ChangeId>,
    /// What became of them.
    pub record: Record,
    /// What features are computed from.
    pub tracker: risk_features::Saved,
    /// Fixes and line origins. They are needed to go on, not to look back: without them the fold can tell
    /// about the past, and refuses to follow more ([`Replay::attach`] brings them in later).
    pub szz: Option<risk_szz::Saved>,
}

/// What became of the commits of a fold.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    ancestry: Ancestry,
    timeline: Timeline,
    scored: Vec<Option<u32>>,
    fixes: Vec<Option<Evidence>>,
    links: Vec<Link>,
    skipped: Vec<Skipped>,
}

impl Record {
    /// Number of commits.
    pub fn n_commits(&self) -> usize {
        self.scored.len()
    }
}

impl Saved {
    /// The commit that the fold stands at; `None` before the first.
    pub fn tip(&self) -> Option<&ChangeId> {
        self.ids.last()
    }

    pub(crate) fn of(replay: &Replay) -> Self {
        Self {
            ids: replay.ids.clone(),
            record: Record {
                ancestry: replay.ancestry.clone(),
                timeline: replay.timeline.clone(),
                scored: replay.scored.clone(),
                fixes: replay.fixes.clone(),
                links: replay.links.clone(),
                skipped: replay.skipped.clone(),
            },
            tracker: replay.tracker.save(),
            szz: Some(replay.szz.save()),
        }
    }

    pub(crate) fn restore(self, options: Options) -> Result<Replay, Error> {
        let n = self.ids.len();
        let record = self.record;
        let lengths = [
            ("commit graph", record.ancestry.len()),
            ("list of scores", record.scored.len()),
            ("list of fixes", record.fixes.len()),
        ];
        for (what, len) in lengths {
            if len != n {
                return Err(Error::Inconsistent { what });
            }
        }
        if record.scored.iter().flatten().count() != record.timeline.n_arrived() as usize {
            return Err(Error::Inconsistent { what: "timeline" });
        }
        let mut replay = Replay {
            positions: None,
            ids: self.ids,
            ancestry: record.ancestry,
            szz: Szz::new(options.szz.clone()),
            tracker: Tracker::restore(&self.tracker)?,
            timeline: record.timeline,
            scored: record.scored,
            fixes: record.fixes,
            links: record.links,
            skipped: record.skipped,
        };
        if let Some(szz) = self.szz {
            replay.attach(szz, options)?;
        }
        Ok(replay)
    }
}
