//! A fix traced back, however long ago it was made.

use super::Engine;
use crate::cache;
use crate::error::Failure;
use crate::progress::Bars;
use risk_change::{Change, ChangeId, Position};
use risk_history::{History, Progress, READING_STEPS, Stage};
use risk_replay::Traced;
use risk_szz::Szz;

impl Engine {
    /// The candidates of a change that was followed, and the lines that it deletes.
    ///
    /// Line origins of the last 16,384 commits can be had back; for an earlier change history is folded up to it.
    pub(crate) fn trace(&mut self, change: &Change) -> Result<Traced, Failure> {
        self.make_whole()?;
        if let Some(traced) = self.replay.trace(change)? {
            return Ok(traced);
        }
        let parent = change.parents.first();
        let parent = parent.expect("because a root can always be traced");
        self.tell.detail(|| {
            "the lines that it deletes are too old to be remembered; following them anew".to_owned()
        });
        let szz = self.fold_to(parent)?;
        let last = szz.len().checked_sub(1).map(|it| it as Position);
        Ok(Traced::of(&szz, last, change))
    }

    /// Fixes and line origins at a commit, from the beginning on.
    fn fold_to(&self, tip: &ChangeId) -> Result<Szz, Failure> {
        let bars = Bars::new(self.tell);
        let mut szz = Szz::new(risk_szz::Options {
            remembered: 0,
            ..self.steering.options().szz
        });
        let walk = self.repository.walk(tip, &|_| None, 0, &bars)?;
        bars.begin(Stage::Changes, Some(walk.len() * (READING_STEPS + 1)));
        let valid = self.stamp.cached_bytes;
        let remembered = if valid > 0 {
            cache::Kept::open(&self.folder.file("changes"), valid)
        } else {
            cache::Kept::default()
        };
        let mut pieces = self.repository.pieces(&walk, self.threads, &bars)?;
        let mut remembered = &remembered;
        if let Some(first) = pieces.read_next(&mut remembered)? {
            let take = |piece: History| -> Result<(), Failure> {
                for (index, change) in piece.changes.iter().enumerate() {
                    let position = szz.len() as Position;
                    let (parents, last) = (&piece.parents[index], &piece.last_children[index]);
                    szz.absorb(position, parents, change, last);
                }
                bars.advance(piece.changes.len());
                Ok(())
            };
            pieces.give_out(first, &mut remembered, take)?;
        }
        bars.end();
        Ok(szz)
    }
}
