//! The releases of a history, and what was known when each was made.

use crate::engine::Engine;
use crate::error::Failure;
use risk_change::{ChangeId, Position, Timestamp};
use risk_evaluate::release::{Ledger, Moment, Repair};
use risk_history::Tag;

/// A tag on this line of history.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    /// Name of the tag, with what is not UTF-8 replaced.
    pub(crate) tag: String,
    pub(crate) id: ChangeId,
    pub(crate) position: Position,
}

/// The releases of a history that was followed.
pub(crate) struct Releases {
    /// In landing order; one for each commit.
    pub(crate) all: Vec<Release>,
    /// Tags of releases that are beside it.
    pub(crate) n_beside: usize,
}

impl Releases {
    /// Finds the tags that fit a pattern, or that look like versions without one.
    ///
    /// A release is on this line of history if nothing had landed at its commit but what leads to it: then what was known is
    /// what leads to it, and the changes between two releases are those that landed between them. Tags of maintenance
    /// branches are beside it, also those that were merged back.
    pub(crate) fn find(engine: &Engine, pattern: Option<&str>) -> Result<Self, Failure> {
        let is_release = |tag: &Tag| match pattern {
            Some(pattern) => fits(pattern.as_bytes(), &tag.name),
            None => tag.is_release(),
        };
        let (mut all, mut n_beside) = (Vec::new(), 0);
        for tag in engine.repository.tags()?.into_iter().filter(is_release) {
            let position = engine.replay.position_of(&tag.commit);
            let Some(position) = position.filter(|&at| is_on_line(engine, at)) else {
                n_beside += 1;
                continue;
            };
            all.push(Release {
                tag: String::from_utf8_lossy(&tag.name).into_owned(),
                id: tag.commit,
                position,
            });
        }
        // Of several names of a commit the shortest.
        all.sort_by(|a, b| {
            (a.position, a.tag.len(), &a.tag).cmp(&(b.position, b.tag.len(), &b.tag))
        });
        all.dedup_by_key(|it| it.position);
        Ok(Self { all, n_beside })
    }

    /// The last release before a position.
    pub(crate) fn before(&self, position: Position) -> Option<&Release> {
        let n = self.all.partition_point(|it| it.position < position);
        n.checked_sub(1).map(|last| &self.all[last])
    }

    /// Each release with the one before it; the first one is left out, for it holds all that was before.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&Release, &Release)> {
        self.all.windows(2).map(|pair| (&pair[0], &pair[1]))
    }
}

/// Whether all that had landed at a position leads to it.
fn is_on_line(engine: &Engine, position: Position) -> bool {
    let history = engine.replay.history_of(&[position]);
    history.complete_below() > position || (0..=position).all(|at| history.contains(at))
}

/// Whether a name fits a pattern in which `*` is anything and `?` one byte.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            fits(rest, name)
                || name
                    .split_first()
                    .is_some_and(|(_, name)| fits(pattern, name))
        }
        (Some((b'?', pattern)), Some((_, name))) => fits(pattern, name),
        (Some((a, pattern)), Some((b, name))) => a == b && fits(pattern, name),
        _ => false,
    }
}

/// When each commit had landed, and how many changes had arrived by then.
pub(crate) struct Clock {
    moments: Vec<(u32, Timestamp)>,
}

impl Clock {
    pub(crate) fn of(engine: &Engine) -> Self {
        let records = engine.learning.journal().records();
        let (mut n_arrived, mut at) = (0, Timestamp(i64::MIN));
        let moments = (0..engine.replay.next()).map(|position| {
            if let Some(number) = engine.replay.number_of(position) {
                n_arrived = number + 1;
                at = records[number as usize].at;
            }
            (n_arrived, at)
        });
        Self {
            moments: moments.collect(),
        }
    }

    /// The moment after the commit at a position has landed.
    pub(crate) fn after(&self, position: Position) -> Moment {
        let (n_arrived, at) = self.moments[position as usize];
        Moment {
            end: position + 1,
            n_arrived,
            at,
        }
    }

    /// The numbers of the changes that landed after a position, up to another one.
    pub(crate) fn between(&self, base: Position, tip: Position) -> Vec<u32> {
        let n = |at: Position| self.moments[at as usize].0;
        (n(base)..n(tip)).collect()
    }

    /// When all fixes before a position had landed.
    pub(crate) fn fixes(&self, engine: &Engine, end: Position) -> Vec<Timestamp> {
        let fixes = engine.replay.fixes().take_while(|&it| it < end);
        fixes.map(|it| self.moments[it as usize].1).collect()
    }

    /// The ledger of all that was followed.
    pub(crate) fn ledger<'e>(&self, engine: &'e Engine) -> Ledger<'e> {
        let replay = &engine.replay;
        let repairs = replay.links().iter().filter_map(|link| {
            Some(Repair {
                fix: link.fix,
                at: self.moments[link.fix as usize].1,
                inducing: replay.number_of(link.inducing)?,
            })
        });
        Ledger::new(engine.learning.journal(), repairs)
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_whole_names() {
        for (pattern, name, fit) in [
            ("v*", "v1.2", true),
            ("v*", "rel-v1", false),
            ("v2.*.0", "v2.30.0", true),
            ("v2.*.0", "v2.30.1", false),
            ("v?.0", "v1.0", true),
            ("v?.0", "v10.0", false),
            ("*", "", true),
            ("", "x", false),
        ] {
            assert_eq!(
                fits(pattern.as_bytes(), name.as_bytes()),
                fit,
                "{pattern} {name}"
            );
        }
    }
}
