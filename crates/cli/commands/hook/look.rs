//! Looks at what a push sends, and finds what stands out.

use super::push::{Named, Push};
use super::shown::{Fate, Mark, Shown};
use crate::engine::{Engine, NotAtHand, Remedy, Setup};
use crate::error::Failure;
use crate::scoring;
use crate::settings::Settings;
use crate::worth::{self, Judged};
use risk_change::{Change, ChangeId, Position};
use risk_evaluate::{Maturity, Standpoint, Warned};
use risk_history::{Outgoing, Repository, Update};
use risk_report::{Followed, PushWarning, ScoredChange};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Commits that are looked at one by one: a push of more is not one person's work that one could still mend.
const MOST: usize = 1_000;

/// Commits that are told about in full.
const TOLD: usize = 3;

/// Commits that can be followed in a second.
const A_SECOND: f64 = 2_000.0;

/// Fewer earlier warnings than this say nothing.
const LEAST_WARNED: usize = 10;

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

/// What is looked at, with what.
pub(super) struct Look<'a> {
    pub(super) settings: &'a Settings,
    pub(super) setup: Setup,
    /// Where the settled history ends; `None` where the branch has no commit yet.
    pub(super) settled: Option<ChangeId>,
    /// The folder of what was shown.
    pub(super) folder: &'a Path,
    pub(super) open: &'a dyn Fn() -> Result<Repository, Failure>,
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
        if outgoing.commits.is_empty() {
            return Ok(Found::default());
        }
        if outgoing.is_cut {
            return Ok(Found {
                unchecked: Some(format!(
                    "the push has more than {MOST} commits; {see} looks at them"
                )),
                ..Found::default()
            });
        }
        // What a shallow clone would send cannot be told apart from what the other side has.
        if repository.is_shallow() {
            return Err(repository.shallow().into());
        }
        let mut standouts = Vec::new();
        let mut followed = None;
        let mut remedy = None;
        let mut seen = BTreeSet::new();
        let mut fingerprints = Fingerprints::new();
        let mut here = Some(repository);
        // Commits that were learned are looked at first: for these nothing has to be followed.
        let mut open: Vec<Option<ChangeId>> = vec![None];
        open.extend(outgoing.tips.iter().copied().map(Some));
        let mut engine: Option<(Engine, Judged)> = None;
        for tip in open {
            if tip.is_some_and(|tip| seen.contains(&tip)) {
                continue;
            }
            let (mut at, judged) = if let Some(ready) = engine.take() {
                ready
            } else {
                let repository = here.take().map_or_else(self.open, Ok)?;
                match Engine::at_hand(repository, self.setup) {
                    Ok(engine) => {
                        let judged = worth::judge(&engine);
                        (engine, judged)
                    }
                    Err(refused) => return Ok(unchecked(refused)),
                }
            };
            let stands_at = at.replay.next();
            if let Some(tip) = tip {
                let most = (self.settings.hook.budget.as_secs_f64() * A_SECOND) as usize;
                let mut see = |change: &Change| {
                    fingerprints.insert(change.id, risk_history::fingerprint(change));
                };
                match at.look_ahead_at_most(&tip, most, &mut see) {
                    Ok(true) => {}
                    Ok(false) => {
                        return Ok(unchecked(NotAtHand {
                            why: "too much has happened since what was learned".to_owned(),
                            remedy: Some(Remedy::Learn),
                        }));
                    }
                    Err(failure) if failure.damaged => {
                        return Ok(unchecked(NotAtHand {
                            why: "what was learned is damaged".to_owned(),
                            remedy: Some(Remedy::LearnAnew),
                        }));
                    }
                    Err(failure) => return Err(failure),
                }
            } else {
                let is_behind = self
                    .settled
                    .is_some_and(|tip| at.replay.position_of(&tip).is_none());
                remedy = is_behind.then_some(Remedy::Learn);
                followed = self.followed(&at, &judged);
            }
            let new: Vec<(ChangeId, Position)> = outgoing
                .commits
                .iter()
                .filter(|id| !seen.contains(*id))
                .filter_map(|id| Some((*id, at.replay.position_of(id)?)))
                .collect();
            seen.extend(new.iter().map(|(id, _)| *id));
            let ready = (&at, &judged);
            standouts.extend(self.standouts(ready, &new, &fingerprints, stands_at)?);
            if tip.is_none() {
                engine = Some((at, judged));
            } else {
                // Memory is given back by the end of the process, which is near.
                std::mem::forget(at);
            }
        }
        Ok(Found {
            told: told(standouts, outgoing, followed, see),
            unchecked: None,
            remedy,
        })
    }

    fn followed(&self, engine: &Engine, judged: &Judged) -> Option<Followed> {
        let journal = engine.learning.journal();
        let threshold = &self.settings.warn_above;
        let warned = Warned::of(journal, Maturity::default(), &judged.lift, threshold);
        (warned.n >= LEAST_WARNED).then_some(Followed {
            n: warned.n,
            n_fixed: warned.n_fixed,
            base_rate: judged.worth.base_rate,
        })
    }

    /// The changes among these that stand out and were not shown before, the riskiest first and those in full.
    fn standouts(
        &self,
        (engine, judged): (&Engine, &Judged),
        commits: &[(ChangeId, Position)],
        fingerprints: &Fingerprints,
        kept_below: Position,
    ) -> Result<Vec<Standout>, Failure> {
        let shown = Shown::read(self.folder);
        let mut found: Vec<(Standout, Position)> = Vec::new();
        for (id, position) in commits {
            let Some(number) = engine.replay.number_of(*position) else {
                continue;
            };
            let journal = engine.learning.journal();
            // What became of it is known: a warning comes too late.
            if journal
                .state_of(number)
                .is_some_and(|state| state.label().is_some())
            {
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
            found.push((standout, *position));
        }
        found.sort_by(|(a, _), (b, _)| a.before(b));
        for (standout, position) in found.iter_mut().take(TOLD) {
            standout.score = scoring::commit(engine, judged, *position, kept_below)?;
        }
        Ok(found.into_iter().map(|(standout, _)| standout).collect())
    }
}

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

fn unchecked(refused: NotAtHand) -> Found {
    Found {
        unchecked: Some(refused.why),
        remedy: refused.remedy,
        told: None,
    }
}
