//! `git risk score`

use crate::args::{Format, ScoreArgs};
use crate::engine::{Engine, Setup};
use crate::error::Failure;
use crate::scoring::{self, Subject, model_at};
use crate::worth::{self, Judged};
use crate::{TOOL, now};
use risk_change::{Change, ChangeId};
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

    let answer = match (pending, revisions) {
        (Some(which), _) => Answer::One(uncommitted(&mut engine, &judged, which)?),
        (None, Revisions::One(id)) => one(&mut engine, &judged, &id)?,
        (None, Revisions::Range { base, tip }) => {
            let ids = engine.repository.list(&base, &tip)?;
            Answer::Range(commits(&mut engine, &judged, &tip, &ids, format)?)
        }
    };
    let text = match (format, &answer) {
        (Format::Json, Answer::One(score)) => json(&judged, std::slice::from_ref(score)),
        (Format::Json, Answer::Range(scores) | Answer::Merge { scores, .. }) => {
            json(&judged, scores)
        }
        (Format::Text, Answer::One(score)) => risk_report::text::score(score, &judged.worth),
        (Format::Text, Answer::Range(scores)) if scores.is_empty() => {
            "nothing to score: the range holds no changes of files\n".to_owned()
        }
        (Format::Text, Answer::Range(scores)) => risk_report::text::table(scores, &judged.worth),
        (Format::Text, Answer::Merge { id, scores }) => {
            risk_report::text::merge(&id.short(), scores, &judged.worth)
        }
    };
    Ok(out.write_all(text.as_bytes())?)
}

/// What was asked for.
enum Answer {
    One(ScoredChange),
    Range(Vec<ScoredChange>),
    /// The changes that a merge brought in.
    Merge {
        id: ChangeId,
        scores: Vec<ScoredChange>,
    },
}

fn json(judged: &Judged, scores: &[ScoredChange]) -> String {
    risk_report::json::scores(TOOL, &judged.worth, scores)
}

/// Scores one commit; of a merge, what it brought in.
fn one(engine: &mut Engine, judged: &Judged, id: &ChangeId) -> Result<Answer, Failure> {
    let kept = engine.look_ahead(id)?;
    let position = engine.replay.position_of(id).expect("it was followed");
    if let Some(score) = scoring::commit(engine, judged, position, kept)? {
        return Ok(Answer::One(score));
    }
    let change = engine.repository.change(id)?;
    if let (true, Some(base)) = (change.is_merge(), change.parents.first()) {
        let ids = engine.repository.list(base, id)?;
        let scores = commits(engine, judged, id, &ids, Format::Json)?;
        if !scores.is_empty() {
            return Ok(Answer::Merge { id: *id, scores });
        }
    }
    Err(unscored(&change))
}

/// Scores the commits of `ids`, all of which lead to `tip`; a table needs no more than the numbers.
fn commits(
    engine: &mut Engine,
    judged: &Judged,
    tip: &ChangeId,
    ids: &[ChangeId],
    format: Format,
) -> Result<Vec<ScoredChange>, Failure> {
    let kept = engine.look_ahead(tip)?;
    let mut scores = Vec::new();
    for id in ids {
        let position = engine
            .replay
            .position_of(id)
            .expect("all that leads to the tip was followed");
        scores.extend(match format {
            Format::Json => scoring::commit(engine, judged, position, kept)?,
            Format::Text => scoring::outline(engine, judged, position, kept)?,
        });
    }
    Ok(scores)
}

/// Why a commit has no score.
fn unscored(change: &Change) -> Failure {
    let short = change.id.short();
    let failure = Failure::new(format_args!(
        "{short} has no score: {}",
        scoring::unscored(change)
    ));
    if change.is_incomplete() {
        failure.hint(
            "git fsck lists what is damaged; git risk status --skipped lists what was left out",
        )
    } else {
        failure
    }
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
