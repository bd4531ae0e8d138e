//! `git risk score`

use crate::answer::{self, Answer};
use crate::args::{Format, ScoreArgs};
use crate::engine::{self, Engine, Setup};
use crate::error::Failure;
use crate::now;
use crate::output::Output;
use crate::scoring::{self, Subject, model_at};
use crate::state::Answer as Kept;
use crate::worth::{self, Judged};
use risk_change::Change;
use risk_history::{Pending, Repository, Revisions};
use risk_report::ScoredChange;
use std::io::Write;

pub(crate) fn run(
    repository: Repository,
    args: &ScoreArgs,
    setup: Setup,
    format: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    let pending = match (args.staged, args.worktree) {
        (true, _) => Some(Pending::Staged),
        (_, true) => Some(Pending::Worktree),
        _ => None,
    };
    let text = args.revision.as_deref().unwrap_or("HEAD");
    if pending.is_none()
        && let Some(answer) = engine::kept_answer(&repository, text, setup)
        && can_be_shown(&answer, format, out)
    {
        setup.tell.detail(|| {
            let tip = answer.commit.short();
            format!(
                "the answer about {tip}, where settled history ends, was kept with what was learned"
            )
        });
        return Ok(out.write_all(answer.told(format).as_bytes())?);
    }
    // What was asked for is looked up before anything is learned: a typing error should not cost a minute.
    let revisions = repository.revisions(text)?;
    let settled = engine::settled(&repository, setup.tell)?;
    let mut engine = Engine::up_to(repository, &settled, false, setup)?;
    if let (None, Revisions::One(id)) = (pending, &revisions)
        && let Some(answer) = engine.told(id)
        && can_be_shown(answer, format, out)
    {
        out.write_all(answer.told(format).as_bytes())?;
        leave(engine);
        return Ok(());
    }
    let judged = worth::judge(&engine);

    let answer = match (pending, revisions) {
        (Some(which), _) => Answer::One(uncommitted(&mut engine, &judged, which)?),
        (None, Revisions::One(id)) => {
            let kept = engine.look_ahead(&id)?;
            match answer::about(&engine, &judged, &id, format, kept)? {
                Some(answer) => answer,
                None => return Err(unscored(&engine, &engine.repository.change(&id)?)),
            }
        }
        (None, Revisions::Range { base, tip }) => {
            let kept = engine.look_ahead(&tip)?;
            let ids = engine.list(&base, &tip)?;
            Answer::Range(answer::commits(&engine, &judged, &ids, format, kept)?)
        }
    };
    out.write_all(answer.tell(&judged, format, out.page()).as_bytes())?;
    leave(engine);
    Ok(())
}

/// Whether an answer that was laid out for an endless page fits into the terminal; if not it is made for that.
fn can_be_shown(answer: &Kept, format: Format, out: &Output) -> bool {
    format == Format::Json || out.page().holds(answer.told(format))
}

/// Leaves memory to the end of the process, which is near: giving it back piece by piece takes part of the time of
/// a short answer.
fn leave(engine: Engine) {
    std::mem::forget(engine);
}

/// Why a commit has no score.
fn unscored(engine: &Engine, change: &Change) -> Failure {
    let short = change.id.short();
    let failure = Failure::new(format_args!(
        "{short} has no score: {}",
        scoring::unscored(engine, change)
    ));
    if engine.replay.counted(change).is_incomplete() {
        failure.hint(
            "git fsck lists what is damaged; git risk status --skipped lists what was left out",
        )
    } else {
        failure.hint(format!(
            "git risk explain {short} tells what else is known about it"
        ))
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
    let (whole, skipped) = engine.repository.pending(which, now())?;
    let change = engine.replay.counted(&whole);
    if change.is_incomplete() {
        return Err(Failure::new(format_args!(
            "the edits have no score: {}",
            scoring::unscored(engine, &change)
        ))
        .hint("git fsck lists what is damaged"));
    }
    if change.is_empty() && !whole.is_empty() {
        return Err(Failure::new(format_args!(
            "the edits have no score: {}",
            scoring::unscored(engine, &whole)
        )));
    }
    if change.is_empty() {
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
        standing: engine.replay.standing_on(parent, &whole),
        has_message: false,
        number: None,
        recorded: false,
        skipped: &skipped,
    };
    subject.tell()
}
