//! The fold.

use crate::error::Error;
use crate::landing::landed_at;
use crate::saved::Saved;
use risk_change::{Ancestors, Ancestry, Author, Change, ChangeId, Position, SkipReason, Skipped};
use risk_evaluate::{Row, Step, Timeline, Waiting};
use risk_features::{Features, Seen, Tracker};
use risk_history::{History, Identities, Progress};
use risk_szz::{Evidence, Link, Szz};
use rustc_hash::FxHashMap;

/// How history is folded.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How fixes are found and linked.
    pub szz: risk_szz::Options,
    /// After how long silence counts as clean.
    pub waiting: Waiting,
}

/// The fold over history, at some commit of it.
#[derive(Clone, Debug)]
pub struct Replay {
    pub(crate) ids: Vec<ChangeId>,
    /// Built when many commits are asked for.
    pub(crate) positions: Option<FxHashMap<ChangeId, Position>>,
    pub(crate) ancestry: Ancestry,
    pub(crate) szz: Szz,
    pub(crate) tracker: Tracker,
    pub(crate) timeline: Timeline,
    /// By position: the number of the change among those scored, or `None`.
    pub(crate) scored: Vec<Option<u32>>,
    /// By position: the strongest evidence that it is a fix.
    pub(crate) fixes: Vec<Option<Evidence>>,
    pub(crate) links: Vec<Link>,
    pub(crate) skipped: Vec<Skipped>,
}

impl Replay {
    /// Stands before the first commit.
    pub fn new(options: Options) -> Self {
        Self {
            ids: Vec::new(),
            positions: None,
            ancestry: Ancestry::default(),
            szz: Szz::new(options.szz),
            tracker: Tracker::default(),
            timeline: Timeline::new(options.waiting),
            scored: Vec::new(),
            fixes: Vec::new(),
            links: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// Number of commits followed; the position of the next.
    pub fn next(&self) -> Position {
        self.ids.len() as Position
    }

    /// The last commit followed.
    pub fn tip(&self) -> Option<&ChangeId> {
        self.ids.last()
    }

    /// The position of a commit, if it was followed.
    pub fn position_of(&self, id: &ChangeId) -> Option<Position> {
        match &self.positions {
            Some(positions) => positions.get(id).copied(),
            None => self
                .ids
                .iter()
                .rposition(|known| known == id)
                .map(|at| at as Position),
        }
    }

    /// Makes an index of all commits: worth it before more than a few are asked for.
    pub fn index(&mut self) {
        if self.positions.is_none() {
            self.positions = Some(
                self.ids
                    .iter()
                    .zip(0..)
                    .map(|(&id, position)| (id, position))
                    .collect(),
            );
        }
    }

    /// Brings in the fixes and line origins of a saved fold, so that it can go on.
    pub fn attach(&mut self, szz: risk_szz::Saved, options: Options) -> Result<(), Error> {
        let szz = Szz::restore(szz, options.szz)?;
        if szz.len() != self.ids.len() {
            return Err(Error::Inconsistent {
                what: "list of fixes",
            });
        }
        self.szz = szz;
        Ok(())
    }

    /// Whether fixes and line origins are there, so that more can be followed.
    pub fn is_whole(&self) -> bool {
        self.szz.len() == self.ids.len()
    }

    /// The commit at a position.
    pub fn id_at(&self, position: Position) -> Option<&ChangeId> {
        self.ids.get(position as usize)
    }

    /// The number of a change among those scored; `None` for merges, empty and incomplete changes.
    pub fn number_of(&self, position: Position) -> Option<u32> {
        self.scored.get(position as usize).copied().flatten()
    }

    /// Links found so far, in order of the fixing change.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// How many commits are fixes.
    pub fn n_fixes(&self) -> usize {
        self.fixes.iter().flatten().count()
    }

    /// What was left out, in the order of the commits it belongs to.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// What is known about labels, and when.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Whether a stretch that begins here can be followed: the line origins of all its outer parents are known.
    ///
    /// They are those of the tip. A stretch with a branch that left the history before the tip needs a fold
    /// from the beginning.
    pub fn can_follow(&self, history: &History) -> bool {
        let next = self.next();
        history
            .parents
            .iter()
            .flatten()
            .filter(|&&parent| parent < next)
            .all(|&parent| self.szz.can_follow(parent))
    }

    /// Follows a stretch of history that begins where the fold stands, handing out each step as it happens.
    ///
    /// # Errors
    ///
    /// What `take` returns ends the fold; the state is then not fit for use.
    pub fn follow(
        &mut self,
        history: &History,
        people: &mut Identities,
        progress: &dyn Progress,
        take: &mut dyn FnMut(Step) -> Result<(), risk_evaluate::Error>,
    ) -> Result<(), Error> {
        if !self.is_whole() {
            return Err(Error::Inconsistent {
                what: "list of fixes",
            });
        }
        self.index();
        let landed = landed_at(history, self.next());
        let last = history.last_children();
        let mut skipped = history.skipped.iter().peekable();
        for (index, change) in history.changes.iter().enumerate() {
            let position = self.next();
            let parents = &history.parents[index];
            if parents.iter().any(|&parent| parent >= position) {
                return Err(Error::NotNext {
                    expected: position,
                    found: parents[0],
                });
            }
            while let Some(skip) = skipped.next_if(|skip| skip.change == change.id) {
                self.skipped.push(skip.clone());
            }
            let ancestors = self.ancestry.append(parents);
            for (&parent, &is_last) in parents.iter().zip(&last[index]) {
                if is_last {
                    self.ancestry.retire(parent);
                }
            }
            let outcome = self.szz.absorb(position, parents, change, &last[index]);
            self.skipped.extend(outcome.skipped);
            let evidence = outcome.fix.as_ref().map(risk_szz::Fix::strongest);
            let mut number = None;
            if !change.is_merge() {
                let author = people.resolve(&change.author);
                let seen = Seen {
                    position,
                    ancestors: &ancestors,
                    author: &author,
                    is_fix: evidence.is_some(),
                };
                let features = self.tracker.observe(change, &seen);
                if Self::is_scored(change) {
                    number = Some(self.timeline.n_arrived());
                    for event in self
                        .timeline
                        .arrive(self.timeline.n_arrived(), landed[index])?
                    {
                        take(Step::of(event, || row(change, &features)))?;
                    }
                }
            }
            self.ids.push(change.id);
            if let Some(positions) = &mut self.positions {
                positions.insert(change.id, position);
            }
            self.scored.push(number);
            self.fixes.push(evidence);
            self.reveal(change, outcome.links, take)?;
            if index % 256 == 255 {
                progress.advance(256);
            }
        }
        progress.advance(history.changes.len() % 256);
        Ok(())
    }

    /// The labels that a fix makes known.
    fn reveal(
        &mut self,
        fix: &Change,
        links: Vec<Link>,
        take: &mut dyn FnMut(Step) -> Result<(), risk_evaluate::Error>,
    ) -> Result<(), Error> {
        for link in links {
            let Some(inducing) = self.number_of(link.inducing) else {
                self.skipped.push(Skipped {
                    change: fix.id,
                    path: None,
                    why: SkipReason::OriginNotAChange,
                });
                continue;
            };
            self.links.push(link);
            let Some(now) = self.timeline.clock() else {
                continue;
            };
            if let Some(event) = self.timeline.reveal(inducing, now)? {
                take(Step::of(event, || {
                    unreachable!("because a verification needs no row")
                }))?;
            }
        }
        Ok(())
    }

    /// Whether a change is scored and learned from: merges and empty changes are not, and neither is one of
    /// which a file could not be read, for its features are not known.
    pub fn is_scored(change: &Change) -> bool {
        !change.is_merge() && !change.is_empty() && !change.is_incomplete()
    }

    /// The features of a change seen from where it stands: one already followed, or one on top of `parents`.
    ///
    /// Nothing is absorbed. For a change that was followed the row is the one it arrived with.
    pub fn peek(&self, change: &Change, author: &Author, at: &Standing) -> Features {
        let seen = Seen {
            position: at.position,
            ancestors: &at.ancestors,
            author,
            is_fix: at.is_fix,
        };
        self.tracker.peek(change, &seen)
    }

    /// Where a followed change stands.
    pub fn standing(&self, position: Position) -> Standing {
        Standing {
            position,
            ancestors: self.ancestry.walk(position),
            is_fix: self
                .fixes
                .get(position as usize)
                .is_some_and(Option::is_some),
        }
    }

    /// Where a change would stand that is not history yet, on top of a followed commit.
    pub fn standing_on(&self, parent: Position, change: &Change) -> Standing {
        Standing {
            position: self.next(),
            ancestors: self.ancestry.on_top_of(&[parent]),
            is_fix: self.szz.classify(change).is_some(),
        }
    }

    /// Why a change is a fix or is none.
    pub fn explain(&self, change: &Change) -> risk_szz::Explanation {
        self.szz.explain(change)
    }

    /// The state, to be kept until history goes on.
    pub fn save(&self) -> Saved {
        Saved::of(self)
    }

    /// Takes up a saved state; `options` are those it was made with.
    pub fn restore(saved: Saved, options: Options) -> Result<Self, Error> {
        saved.restore(options)
    }
}

/// From where in history a change is seen.
#[derive(Clone, Debug)]
pub struct Standing {
    position: Position,
    ancestors: Ancestors,
    is_fix: bool,
}

/// The row that a change arrives with.
fn row(change: &Change, features: &Features) -> Row {
    let (added, deleted) = (change.lines_added() as f64, change.lines_deleted() as f64);
    Row {
        raw: features.to_row().to_vec(),
        size: added,
        effort: added + deleted,
    }
}
