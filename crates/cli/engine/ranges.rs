//! Ranges of commits, made certain of where history is cut off.

use super::Engine;
use crate::cache;
use crate::error::Failure;
use risk_change::{Change, ChangeId, Position};
use risk_history::Silent;

impl Engine {
    /// The commits that `tip` has and `base` has not, oldest first; `tip` was followed.
    pub(crate) fn list(&self, base: &ChangeId, tip: &ChangeId) -> Result<Vec<ChangeId>, Failure> {
        let ids = self.repository.list(base, tip)?;
        self.confirm(base, &ids)?;
        Ok(ids)
    }

    /// The changes at some positions, with their files, in ascending order; those that were kept are not read again.
    ///
    /// `tip` was followed, and is or leads to all of them.
    pub(crate) fn changes_at(
        &self,
        tip: &ChangeId,
        is_wanted: &dyn Fn(Position) -> bool,
    ) -> Result<Vec<Change>, Failure> {
        let at_tip = self.replay.position_of(tip);
        if !at_tip.is_some_and(is_wanted) {
            return Ok(Vec::new());
        }
        let known = |id: &ChangeId| self.replay.position_of(id).filter(|at| !is_wanted(*at));
        let next = self.replay.next();
        let walk = self.repository.walk(tip, &known, next, &Silent)?;
        let mut pieces = self.repository.pieces(&walk, self.threads, &Silent)?;
        let kept = cache::Kept::open(&self.folder.file("changes"), self.stamp.cached_bytes);
        let mut changes = Vec::new();
        while let Some(piece) = pieces.read_next(&mut { &kept })? {
            changes.extend(piece.changes);
        }
        Ok(changes)
    }

    /// Makes certain that `base` has none of the commits of a range.
    ///
    /// In a shallow clone the way from it to some of them may be cut off. What was learned knows the whole graph.
    pub(crate) fn confirm(&self, base: &ChangeId, ids: &[ChangeId]) -> Result<(), Failure> {
        if !self.repository.is_shallow() {
            return Ok(());
        }
        let known = |id: &ChangeId| self.replay.position_of(id);
        let ends: Vec<Position> = if let Some(position) = known(base) {
            vec![position]
        } else {
            let next = self.replay.next();
            let walk = self.repository.walk(base, &known, next, &Silent)?;
            walk.outer_parents().into_iter().collect()
        };
        let history = self.replay.history_of(&ends);
        let mut positions = ids.iter().filter_map(known);
        if positions.any(|position| history.contains(position)) {
            return Err(self.repository.shallow().into());
        }
        Ok(())
    }
}
