//! Looks at what a push sends, and finds what stands out.

use super::push::{Named, Push};
use super::shown::{Fate, Mark, Shown};
use crate::engine::{Engine, NotAtHand, Remedy, Setup};
use crate::error::Failure;
use crate::scoring;
use crate::settings::Settings;
use crate::worth::{self, Judged};
use risk_change::{Change, ChangeId, Position, SkipReason};
use risk_evaluate::{LabelState, Standpoint};
use risk_history::{Outgoing, Repository, Update};
use risk_learn::Label;
use risk_report::{Followed, PushWarning, ScoredChange};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Commits that are looked at one by one: a push of more is not one person's work that one could still mend.
const MOST: usize = 1_000;

/// Commits that are told about in full.
const TOLD: usize = 3;

/// Commits that can be followed in a second.
const A_SECOND: f64 = 2_000.0;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What stands out.
    pub(super) told: Option<Told>,
    /// Why nothing was looked at.
    pub(super) unchecked: Option<String>,
    /// What is to be learned in the background.
    pub(super) remedy: Option<Remedy>,
}

/// Changes that stand out.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) warning: PushWarning,
    /// All of them, to be remembered.
    pub(super) marks: Vec<Mark>,
    /// Those of them that stop the push.
    pub(super) n_stopping: usize,
}

/// A change that stands out.
struct Standout {
    mark: Mark,
    probability: f64,
    /// Filled in for the riskiest.
    score: Option<ScoredChange>,
}

/// Those of the changes that were looked ahead at: they need not be read again.
type Fingerprints = BTreeMap<ChangeId, [u8; 20]>;
/// What was learned, ready to look with.
struct Ready {
    engine: Engine,
    judged: Judged,
}

/// Why looking ended early.
enum Stop {
    Unchecked(NotAtHand),
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// What is looked at, with what.
pub(super) struct Look<'a> {
    pub(super) settings: &'a Settings,
    pub(super) setup: Setup,
    /// Where the settled history ends; `None` where the branch has no commit yet.
    pub(super) settled: Option<ChangeId>,
    /// The folder of what was shown.
    pub(super) folder: &'a Path,
    pub(super) open: &'a dyn Fn() -> Result<Repository, Failure>,
    /// Is told whether something is to be learned, as soon as that is known.
    pub(super) behind: &'a dyn Fn(Option<Remedy>),
}

/// What a push sends, and the command that shows it.
pub(super) fn outgoing(
    repository: &Repository,
    push: &Push,
    settled: Option<&ChangeId>,
) -> Result<(Outgoing, String), Failure> {
    let mut updates = Vec::new();
    for update in &push.updates {
        let id = |named: &Named| match named {
            Named::Id(id) => Ok(*id),
            Named::Revision(text) => repository.resolve(text),
        };
        updates.push(Update {
            local: id(&update.local)?,
            // What cannot be found here says nothing about the other side.
            remote: update.remote.as_ref().and_then(|it| id(it).ok()),
        });
    }
    let outgoing = repository.outgoing(&updates, push.remote.as_deref(), MOST)?;
    let see = see(&outgoing, settled);
    Ok((outgoing, see))
}

fn see(outgoing: &Outgoing, settled: Option<&ChangeId>) -> String {
    let Some(tip) = outgoing.tips.first() else {
        return "git risk score".to_owned();
    };
    let settled = settled.filter(|base| *base != tip);
    match outgoing.base.as_ref().or(settled) {
        Some(base) => format!("git risk score {}..{}", base.short(), tip.short()),
        None => format!("git risk score {}", tip.short()),
    }
}

impl Look<'_> {
    /// Finds what stands out of what is outgoing.
    pub(super) fn at(
        &self,
        repository: Repository,
        outgoing: &Outgoing,
        see: &str,
    ) -> Result<Found, Failure> {
        match self.look(repository, outgoing, see) {
            Ok(found) => Ok(found),
            Err(Stop::Unchecked(refused)) => Ok(Found {
                unchecked: Some(refused.why),
                remedy: refused.remedy,
                told: None,
            }),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    fn look(&self, repository: Repository, outgoing: &Outgoing, see: &str) -> Result<Found, Stop> {
        if outgoing.commits.is_empty() {
            return Ok(Found::default());
        }
        // What a shallow clone would send cannot be told apart from what the other side has.
        if repository.is_shallow() {
            return Err(Stop::Failed(repository.shallow().into()));
        }
        if outgoing.is_cut {
            return Err(Stop::Unchecked(NotAtHand {
                why: format!("the push has more than {MOST} commits; {see} looks at them"),
                remedy: None,
            }));
        }
        let first = self.at_hand(repository)?;
        let position_of = |tip: ChangeId| first.engine.replay.position_of(&tip);
        let is_behind = self.settled.is_some_and(|tip| position_of(tip).is_none());
        let remedy = is_behind.then_some(Remedy::Learn);
        (self.behind)(remedy);
        let followed = worth::followed(&first.engine, &first.judged, &self.settings.warn_above);
        let mut fingerprints = Fingerprints::new();
        // Commits that were learned are looked at first: for these nothing has to be followed.
        let mut seen = BTreeSet::new();
        let kept_below = first.engine.replay.next();
        let mut standouts =
            self.standouts(&first, outgoing, &mut seen, &fingerprints, kept_below)?;
        let mut unread = unread(&first, outgoing);
        let mut first = Some(first);
        for tip in &outgoing.tips {
            // All that leads to a commit that the other side has is there too.
            if seen.contains(tip) || !outgoing.commits.contains(tip) {
                continue;
            }
            let mut at = match first.take() {
                Some(first) => first,
                None => self.at_hand((self.open)()?)?,
            };
            self.follow(&mut at.engine, tip, &mut fingerprints)?;
            standouts.extend(self.standouts(
                &at,
                outgoing,
                &mut seen,
                &fingerprints,
                kept_below,
            )?);
            unread = unread.or_else(|| self::unread(&at, outgoing));
            // Memory is given back by the end of the process, which is near.
            std::mem::forget(at);
        }
        std::mem::forget(first);
        Ok(Found {
            told: told(standouts, outgoing, followed, see),
            unchecked: unread.map(|id| {
                let short = id.short();
                format!("a file of {short} could not be read, so it has no score (git fsck tells what is damaged)")
            }),
            remedy,
        })
    }

    fn at_hand(&self, repository: Repository) -> Result<Ready, Stop> {
        let engine = Engine::at_hand(repository, self.setup).map_err(Stop::Unchecked)?;
        let judged = worth::judge(&engine);
        Ok(Ready { engine, judged })
    }

    /// Follows what leads to `tip`, and notes the fingerprints of the changes on the way.
    fn follow(
        &self,
        engine: &mut Engine,
        tip: &ChangeId,
        fingerprints: &mut Fingerprints,
    ) -> Result<(), Stop> {
        let most = (self.settings.hook.budget.as_secs_f64() * A_SECOND) as usize;
        let refused = |why: &str, remedy| {
            Err(Stop::Unchecked(NotAtHand {
                why: why.to_owned(),
                remedy: Some(remedy),
            }))
        };
        let mut see = |change: &Change| {
            fingerprints.insert(change.id, risk_history::fingerprint(change));
        };
        match engine.look_ahead_at_most(tip, most, &mut see) {
            Ok(true) => Ok(()),
            Ok(false) => refused(
                "too much has happened since what was learned",
                Remedy::Learn,
            ),
            Err(failure) if failure.damaged => {
                refused("what was learned is damaged", Remedy::LearnAnew)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// The commits that were followed and not seen before, if they stand out and were not shown before: the riskiest
    /// first and those in full.
    fn standouts(
        &self,
        at: &Ready,
        outgoing: &Outgoing,
        seen: &mut BTreeSet<ChangeId>,
        fingerprints: &Fingerprints,
        kept_below: Position,
    ) -> Result<Vec<Standout>, Failure> {
        let Ready { engine, judged } = at;
        let shown = Shown::read(self.folder);
        let mut found: Vec<(Standout, Position)> = Vec::new();
        for id in &outgoing.commits {
            let Some(position) = engine.replay.position_of(id) else {
                continue;
            };
            if !seen.insert(*id) {
                continue;
            }
            let Some(number) = engine.replay.number_of(position) else {
                continue;
            };
            let journal = engine.learning.journal();
            // What became of it is known: a warning comes too late. That nothing was heard of a change which nobody
            // else has says nothing.
            let known = journal.state_of(number).and_then(LabelState::label);
            let is_settled = position < kept_below;
            if known.is_some_and(|label| label == Label::Defective || is_settled) {
                continue;
            }
            let record = &journal.records()[number as usize];
            let at = Standpoint::of(record, &judged.lift);
            let stops = self
                .settings
                .fail_above
                .is_some_and(|it| it.is_reached(&at));
            if !stops && !self.settings.warn_above.is_reached(&at) {
                continue;
            }
            if engine.labels().get(id).is_some() {
                // Whoever labelled it has looked at it.
                continue;
            }
            let probability = record.probability;
            let is_over = |fate| !stops || fate == Fate::Acknowledged;
            if shown.of_commit(id).is_some_and(is_over) {
                continue;
            }
            let fingerprint = match fingerprints.get(id) {
                Some(known) => *known,
                None => risk_history::fingerprint(&engine.repository.change(id)?),
            };
            if shown.of_change(&fingerprint).is_some_and(is_over) {
                continue;
            }
            let fate = if stops { Fate::Stopped } else { Fate::Told };
            let mark = Mark {
                fingerprint,
                commit: *id,
                fate,
            };
            let standout = Standout {
                mark,
                probability,
                score: None,
            };
            found.push((standout, position));
        }
        found.sort_by(|(a, _), (b, _)| a.before(b));
        for (standout, position) in found.iter_mut().take(TOLD) {
            standout.score = scoring::commit(engine, judged, *position, kept_below)?;
        }
        Ok(found.into_iter().map(|(standout, _)| standout).collect())
    }
}

/// An outgoing change that has no score because a file of it could not be read. That must not look like one that is as
/// usual.
fn unread(at: &Ready, outgoing: &Outgoing) -> Option<ChangeId> {
    let skipped = at.engine.replay.skipped().iter();
    let unread = skipped.filter(|skip| skip.why == SkipReason::Unreadable);
    let mut ids = unread.map(|skip| skip.change);
    ids.find(|id| outgoing.commits.contains(id))
}

/// What is told of what stands out; `None` if nothing does.
fn told(
    mut standouts: Vec<Standout>,
    outgoing: &Outgoing,
    followed: Option<Followed>,
    see: &str,
) -> Option<Told> {
    standouts.sort_by(Standout::before);
    let marks: Vec<Mark> = standouts.iter().map(|it| it.mark.clone()).collect();
    let riskiest: Vec<_> = standouts
        .into_iter()
        .take(TOLD)
        .filter_map(|it| it.score)
        .collect();
    (!marks.is_empty()).then(|| Told {
        n_stopping: marks.iter().filter(|it| it.fate == Fate::Stopped).count(),
        warning: PushWarning {
            n_more: marks.len() - riskiest.len(),
            n_outgoing: outgoing.commits.len(),
            see: see.to_owned(),
            riskiest,
            followed,
        },
        marks,
    })
}

impl Standout {
    /// What stops the push comes first, then the riskiest.
    fn before(&self, other: &Self) -> std::cmp::Ordering {
        let stops = |it: &Self| it.mark.fate == Fate::Stopped;
        let by_risk = other.probability.total_cmp(&self.probability);
        stops(other).cmp(&stops(self)).then(by_risk)
    }
}
