//! The fold between two runs.

use crate::error::Error;
use crate::people::{People, SavedPeople};
use crate::replay::{Options, Replay};
use risk_change::{Ancestry, ChangeId, Position, Skipped};
use risk_evaluate::Timeline;
use risk_features::Tracker;
use risk_szz::{Evidence, Link, Szz};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// All that a [`Replay`] needs to go on, in parts that can be kept and read apart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Saved {
    /// The commits, in order.
    pub ids: Vec<ChangeId>,
    /// Their positions in ascending order of id.
    pub by_id: Vec<Position>,
    /// The commit graph.
    pub ancestry: Ancestry,
    /// By position: the number of the change among those scored, or [`Saved::UNSCORED`].
    pub scored: Vec<u32>,
    /// What became of them.
    pub record: Record,
    /// What features are computed from.
    pub tracker: risk_features::Saved,
    /// The authors met. Those of earlier runs may be left out, and [added](SavedPeople::extend) when it is kept again.
    pub met: SavedPeople,
    /// Fixes and line origins. They are needed to go on, not to look back: without them the fold can tell
    /// about the past, and refuses to follow more ([`Replay::attach`] brings them in later).
    pub szz: Option<risk_szz::Saved>,
}

/// What became of the commits of a fold.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    timeline: Timeline,
    fixes: Vec<Option<Evidence>>,
    links: Vec<Link>,
    skipped: Vec<Skipped>,
}

impl Saved {
    /// What stands for a commit that has no number.
    pub const UNSCORED: u32 = u32::MAX;

    /// The commit that the fold stands at; `None` before the first.
    pub fn tip(&self) -> Option<&ChangeId> {
        self.ids.last()
    }

    /// Whether a commit was followed.
    pub fn knows(&self, id: &ChangeId) -> bool {
        self.ids.contains(id)
    }

    pub(crate) fn of(replay: &Replay) -> Self {
        Self {
            ids: replay.ids.clone(),
            by_id: replay.by_id(),
            ancestry: replay.ancestry.clone(),
            scored: replay
                .scored
                .iter()
                .map(|number| number.unwrap_or(Self::UNSCORED))
                .collect(),
            record: Record {
                timeline: replay.timeline.clone(),
                fixes: replay.fixes.clone(),
                links: replay.links.clone(),
                skipped: replay.skipped.clone(),
            },
            tracker: replay.tracker.save(),
            met: replay.people.save(),
            szz: Some(replay.szz.save()),
        }
    }

    pub(crate) fn restore(self, options: Options) -> Result<Replay, Error> {
        let n = self.ids.len();
        let record = self.record;
        let lengths = [
            ("commit graph", self.ancestry.len()),
            ("index of commits", self.by_id.len()),
            ("list of scores", self.scored.len()),
            ("list of fixes", record.fixes.len()),
        ];
        for (what, len) in lengths {
            if len != n {
                return Err(Error::Inconsistent { what });
            }
        }
        if self.by_id.iter().any(|&at| at as usize >= n) {
            let what = "index of commits";
            return Err(Error::Inconsistent { what });
        }
        let number = |number: u32| (number != Self::UNSCORED).then_some(number);
        let scored: Vec<Option<u32>> = self.scored.into_iter().map(number).collect();
        if scored.iter().flatten().count() != record.timeline.n_arrived() as usize {
            return Err(Error::Inconsistent { what: "timeline" });
        }
        let mut replay = Replay {
            ids: self.ids,
            by_id: self.by_id,
            recent: FxHashMap::default(),
            ancestry: self.ancestry,
            szz: Szz::new(options.szz.clone()),
            tracker: Tracker::restore(&self.tracker)?,
            people: People::restore(self.met),
            timeline: record.timeline,
            scored,
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
