//! The fold between two runs.

use crate::error::Error;
use crate::overrides::Overrides;
use crate::people::{People, SavedPeople};
use crate::replay::{Options, Replay};
use risk_change::{Ancestry, ChangeId, Ids, Position, RepoPath, Skipped};
use risk_evaluate::Timeline;
use risk_features::Tracker;
use risk_szz::{Evidence, Link, Szz};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// All that a [`Replay`] needs to go on, in parts that can be kept and read apart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Saved {
    /// The commits, in order and in order of name.
    pub ids: Ids,
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
    /// Paths of files that were met and do not count. Those of earlier runs may be left out.
    pub excluded: BTreeSet<RepoPath>,
    /// Fixes and line origins. They are needed to go on, not to look back: without them the fold can tell
    /// about the past, and refuses to follow more ([`Replay::attach`] brings them in later).
    pub szz: Option<risk_szz::Saved>,
}

/// What became of the commits of a fold.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    timeline: Timeline,
    fixes: Vec<Option<Evidence>>,
    repeated: BTreeSet<Position>,
    links: Vec<Link>,
    skipped: Vec<Skipped>,
}

impl Saved {
    /// What stands for a commit that has no number.
    pub const UNSCORED: u32 = u32::MAX;

    /// The commit that the fold stands at; `None` before the first.
    pub fn tip(&self) -> Option<ChangeId> {
        self.ids.last()
    }

    /// Whether a commit was followed.
    pub fn knows(&self, id: &ChangeId) -> bool {
        self.ids.position_of(id).is_some()
    }

    pub(crate) fn of(replay: &Replay) -> Self {
        let mut ids = replay.szz.ids().clone();
        // Equal folds are equal when they are saved.
        ids.put_in_order();
        Self {
            ids,
            ancestry: replay.ancestry.clone(),
            scored: replay.scored.clone(),
            record: Record {
                timeline: replay.timeline.clone(),
                fixes: replay.fixes.clone(),
                repeated: replay.repeated.clone(),
                links: replay.links.clone(),
                skipped: replay.skipped.clone(),
            },
            tracker: replay.tracker.save(),
            met: replay.people.save(),
            excluded: replay.excluded.clone(),
            szz: Some(replay.szz.save()),
        }
    }

    pub(crate) fn restore(self, options: Options) -> Result<Replay, Error> {
        let n = self.ids.len();
        let record = self.record;
        let lengths = [
            ("commit graph", self.ancestry.len()),
            ("list of scores", self.scored.len()),
            ("list of fixes", record.fixes.len()),
        ];
        for (what, len) in lengths {
            if len != n {
                return Err(Error::Inconsistent { what });
            }
        }
        let is_fix = |at: &Position| record.fixes.get(*at as usize).is_some_and(Option::is_some);
        if !record.repeated.iter().all(is_fix) {
            return Err(Error::Inconsistent {
                what: "list of repeated fixes",
            });
        }
        let numbers = self.scored.iter().copied();
        let numbers = numbers.filter(|&it| it != Self::UNSCORED);
        if !numbers.eq(0..record.timeline.n_arrived()) {
            return Err(Error::Inconsistent { what: "timeline" });
        }
        let mut replay = Replay {
            is_restored: true,
            exclusion: options.szz.exclusion.clone(),
            bots: options.bots.clone(),
            excluded: self.excluded,
            ancestry: self.ancestry,
            szz: Szz::new(options.szz.clone()).named(self.ids),
            tracker: Tracker::restore(&self.tracker)?,
            people: People::restore(self.met),
            timeline: record.timeline,
            overrides: Overrides::default(),
            scored: self.scored,
            fixes: record.fixes,
            repeated: record.repeated,
            links: record.links,
            skipped: record.skipped,
        };
        let ids = replay.szz.ids();
        let number_of = |id: &ChangeId| replay.number_of(ids.position_of(id)?);
        replay.overrides =
            Overrides::resumed(options.overrides.clone(), &replay.timeline, number_of);
        if let Some(szz) = self.szz {
            replay.attach(szz, options)?;
        }
        Ok(replay)
    }
}
