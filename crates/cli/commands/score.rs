//! `git risk score`

use crate::args::{Format, ScoreArgs};
use crate::engine::{Engine, Setup};
use crate::error::Failure;
use crate::scoring::{self, Subject, model_at};
use crate::worth::{self, Judged};
use crate::{TOOL, now};
use risk_change::ChangeId;
use risk_history::{Pending, Repository, Revisions};
use risk_replay::Replay;
use risk_report::ScoredChange;
use std::io::Write;

pub(crate) fn run(
    repository: Repository,
    args: &ScoreArgs,
    setup: Setup,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let pending = match (args.staged, args.worktree) {
        (true, _) => Some(Pending::Staged),
        (_, true) => Some(Pending::Worktree),
        _ => None,
    };
    let text = args.revision.as_deref().unwrap_or("HEAD");
    // What was asked for is looked up before anything is learned: a typing error should not cost a minute.
    let revisions = repository.revisions(text)?;
    let settled = repository.settled()?;
    let mut engine = Engine::up_to(repository, &settled, false, setup)?;
    let judged = worth::judge(&engine);

    let (scores, single) = match (pending, revisions) {
        (Some(which), _) => (vec![uncommitted(&mut engine, &judged, which)?], true),
        (None, Revisions::One(id)) => (commits(&mut engine, &judged, &id, &[id])?, true),
        (None, Revisions::Range { base, tip }) => {
            let ids = engine.repository.list(&base, &tip)?;
            (commits(&mut engine, &judged, &tip, &ids)?, false)
        }
    };
    let text = match format {
        Format::Json => risk_report::json::scores(TOOL, &judged.worth, &scores),
        Format::Text if single => scores
            .iter()
            .map(|score| risk_report::text::score(score, &judged.worth))
            .collect(),
        Format::Text if scores.is_empty() => {
            "nothing to score: the range holds no changes of files\n".to_owned()
        }
        Format::Text => risk_report::text::table(&scores, &judged.worth),
    };
    Ok(out.write_all(text.as_bytes())?)
}

/// Scores the commits of `ids`, all of which lead to `tip`.
fn commits(
    engine: &mut Engine,
    judged: &Judged,
    tip: &ChangeId,
    ids: &[ChangeId],
) -> Result<Vec<ScoredChange>, Failure> {
    let kept = engine.look_ahead(tip)?;
    let mut scores = Vec::new();
    for id in ids {
        let position = engine
            .replay
            .position_of(id)
            .expect("all that leads to the tip was followed");
        match scoring::commit(engine, judged, position, kept)? {
            Some(score) => scores.push(score),
            None if ids.len() == 1 => return Err(unscored(engine, id)?),
            None => {}
        }
    }
    Ok(scores)
}

/// Why a commit has no score.
fn unscored(engine: &Engine, id: &ChangeId) -> Result<Failure, Failure> {
    let change = engine.repository.change(id)?;
    let short = id.short();
    let failure = Failure::new(format_args!(
        "{short} has no score: {}",
        scoring::unscored(&change)
    ));
    Ok(if change.is_merge() {
        failure.hint(format!("git risk score {short}^1..{short} scores those"))
    } else if change.is_incomplete() {
        failure.hint(
            "git fsck lists what is damaged; git risk status --skipped lists what was left out",
        )
    } else {
        failure
    })
}

/// Scores edits that are not committed yet.
fn uncommitted(
    engine: &mut Engine,
    judged: &Judged,
    which: Pending,
) -> Result<ScoredChange, Failure> {
    let head = engine.repository.resolve("HEAD")?;
    engine.look_ahead(&head)?;
    engine.make_whole()?;
    let change = engine.repository.pending(which, now())?;
    if !Replay::is_scored(&change) {
        let what = if which == Pending::Staged {
            "nothing is staged"
        } else {
            "no tracked file was edited"
        };
        return Err(Failure::new(what).hint("git status tells what there is"));
    }
    let parent = engine.replay.position_of(&head).expect("HEAD was followed");
    let model = model_at(engine, engine.learning.journal().n_arrived())?;
    let subject = Subject {
        engine,
        judged,
        model: &model,
        change: &change,
        standing: engine.replay.standing_on(parent, &change),
        has_message: false,
        number: None,
        recorded: false,
    };
    subject.tell()
}
