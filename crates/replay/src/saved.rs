//! The fold between two runs.

use crate::error::Error;
use crate::replay::{Options, Replay};
use risk_change::{Ancestry, ChangeId, Skipped};
use risk_evaluate::Timeline;
use risk_features::Tracker;
use risk_szz::{Evidence, Link, Szz};
use serde::{Deserialize, Serialize};

/// All that a [`Replay`] needs to go on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Saved {
    ids: Vec<ChangeId>,
    ancestry: Ancestry,
    szz: risk_szz::Saved,
    tracker: risk_features::Saved,
    timeline: Timeline,
    scored: Vec<Option<u32>>,
    fixes: Vec<Option<Evidence>>,
    links: Vec<Link>,
    skipped: Vec<Skipped>,
}

impl Saved {
    /// The commit that the fold stands at; `None` before the first.
    pub fn tip(&self) -> Option<&ChangeId> {
        self.ids.last()
    }

    pub(crate) fn of(replay: &Replay) -> Self {
        Self {
            ids: replay.ids.clone(),
            ancestry: replay.ancestry.clone(),
            szz: replay.szz.save(),
            tracker: replay.tracker.save(),
            timeline: replay.timeline.clone(),
            scored: replay.scored.clone(),
            fixes: replay.fixes.clone(),
            links: replay.links.clone(),
            skipped: replay.skipped.clone(),
        }
    }

    pub(crate) fn restore(self, options: Options) -> Result<Replay, Error> {
        let n = self.ids.len();
        for (what, len) in [
            ("commit graph", self.ancestry.len()),
            ("list of scores", self.scored.len()),
            ("list of fixes", self.fixes.len()),
        ] {
            if len != n {
                return Err(Error::Inconsistent { what });
            }
        }
        if self.scored.iter().flatten().count() != self.timeline.n_arrived() as usize {
            return Err(Error::Inconsistent { what: "timeline" });
        }
        let szz = Szz::restore(self.szz, options.szz)?;
        if szz.len() != n {
            return Err(Error::Inconsistent {
                what: "list of fixes",
            });
        }
        Ok(Replay {
            positions: self
                .ids
                .iter()
                .zip(0..)
                .map(|(&id, position)| (id, position))
                .collect(),
            ids: self.ids,
            ancestry: self.ancestry,
            szz,
            tracker: Tracker::restore(&self.tracker)?,
            timeline: self.timeline,
            scored: self.scored,
            fixes: self.fixes,
            links: self.links,
            skipped: self.skipped,
        })
    }
}
