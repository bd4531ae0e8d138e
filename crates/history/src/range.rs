//! A range of commits: what each of them did, and what they did together.

use crate::commits;
use crate::error::{Error, change_id};
use crate::history::{Cached, History};
use crate::progress::Silent;
use crate::repository::{Repository, oid};
use crate::walk::Walk;
use risk_change::{Change, ChangeId, Position, Skipped};
use rustc_hash::{FxHashMap, FxHashSet};

/// The commits that a tip has and a base has not, with what they did.
#[derive(Clone, Debug)]
pub struct Range {
    /// The best common ancestor of base and tip; `None` if they share no history.
    pub fork: Option<ChangeId>,
    /// The commits in landing order, merges included. Positions count from [`first`](Self::first), parents outside
    /// the range are below it.
    pub history: History,
    /// Position of the first commit of the range.
    pub first: Position,
    /// All that differs between `fork` and the tip, as [`Repository::combined`] gives it.
    pub combined: Change,
    /// What was left out of the combined change.
    pub skipped: Vec<Skipped>,
}

impl Repository {
    /// The best common ancestor of two commits, as `git merge-base` finds it; `None` if they share no history.
    pub fn merge_base(&self, one: &ChangeId, other: &ChangeId) -> Result<Option<ChangeId>, Error> {
        self.check_history(&[oid(one), oid(other)])?;
        self.check_ends(one, other)?;
        match self.inner.merge_base(oid(one), oid(other)) {
            Ok(found) => Ok(Some(change_id(found))),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(source) => Err(Error::Git {
                doing: "looking for a common ancestor",
                source,
            }),
        }
    }

    /// All that differs between two commits, as if it were one change on top of `base`; on top of nothing without one.
    ///
    /// It is read like any change, renames included: its files and hunks are those of `git diff -M base tip`. So a
    /// squash merge lands. Author and dates are those of the tip; the id is all zeros and the message empty, for
    /// neither is known yet. With it comes what was left out of it.
    ///
    /// # Errors
    ///
    /// As [`Pieces::read_next`](crate::Pieces::read_next).
    pub fn combined(
        &self,
        base: Option<&ChangeId>,
        tip: &ChangeId,
        threads: usize,
    ) -> Result<(Change, Vec<Skipped>), Error> {
        let place = |id: &ChangeId| commits::place(&self.objects()?, oid(id));
        let against = base.map(place).transpose()?;
        let walk = Walk::alone(oid(tip), &place(tip)?, against.map(|base| base.tree));
        let mut pieces = self.pieces(&walk, threads, &Silent)?;
        let read = pieces.read_next(&mut Cached::default())?;
        let mut history = read.unwrap_or_default();
        let change = history.changes.pop();
        let mut change = change.ok_or_else(|| Error::malformed(oid(tip)))?;
        change.id = tip.zeroed();
        change.parents = base.copied().into_iter().collect();
        change.message.clear();
        for skip in &mut history.skipped {
            skip.change = change.id;
        }
        Ok((change, history.skipped))
    }

    /// What the commits did that `tip` has and `base` has not.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list) and [`read`](Self::read).
    pub fn range(&self, base: &ChangeId, tip: &ChangeId, threads: usize) -> Result<Range, Error> {
        let fork = self.merge_base(base, tip)?;
        let (combined, skipped) = self.combined(fork.as_ref(), tip, threads)?;
        let ids = self.list(base, tip)?;
        let inner: FxHashSet<ChangeId> = ids.iter().copied().collect();
        let mut outer = FxHashMap::default();
        for id in &ids {
            for parent in commits::place(&self.objects()?, oid(id))?.parents {
                let (parent, next) = (change_id(parent), outer.len() as Position);
                if !inner.contains(&parent) {
                    outer.entry(parent).or_insert(next);
                }
            }
        }
        let first = outer.len() as Position;
        let history = if inner.contains(tip) {
            let known = |id: &ChangeId| outer.get(id).copied();
            self.read(tip, &known, first, &mut Cached::default(), threads, &Silent)?
        } else {
            History::default()
        };
        Ok(Range {
            fork,
            history,
            first,
            combined,
            skipped,
        })
    }
}
