//! `git risk release`

use crate::args::ReleaseArgs;
use crate::engine::{self, Engine, Setup};
use crate::error::Failure;
use crate::formats::Kind;
use crate::output::Output;
use crate::readiness::{Judge, Subject};
use crate::releases::Releases;
use crate::{TOOL, issues, worth};
use risk_change::{ChangeId, Position};
use risk_history::{Repository, Revisions};
use risk_report::{Readiness, ReleaseReadiness};
use std::io::Write;

pub(crate) fn run(
    repository: Repository,
    args: &ReleaseArgs,
    setup: Setup,
    out: &mut Output,
) -> Result<(), Failure> {
    // What was asked for is looked up before anything is learned: a typing error should not cost a minute.
    let asked = args.range.as_deref().map(|text| repository.revisions(text));
    let asked = asked.transpose()?;
    let settled = engine::settled(&repository, setup.tell)?;
    let mut engine = Engine::up_to(repository, &settled, false, setup)?;
    let judged = worth::judge(&engine);
    if let Some(Revisions::Range { tip, .. } | Revisions::One(tip)) = &asked {
        engine.look_ahead(tip)?;
    }
    let engine = engine;
    let releases = Releases::find(&engine, args.tags.as_deref())?;
    let judge = Judge::new(&engine, &releases, engine.settings().release);
    if args.history {
        if releases.pairs().next().is_none() {
            return Err(no_release(args, "there are no two releases"));
        }
        let history = judge.history();
        let text = match args.format.kind {
            Kind::Json => risk_report::json::releases(TOOL, &judged.worth, &history),
            Kind::Markdown => risk_report::markdown::releases(&history, &judged.worth),
            _ => risk_report::text::releases(&history, &judged.worth, out.page()),
        };
        return Ok(out.write_all(text.as_bytes())?);
    }
    let subject = subject(&engine, &releases, args, asked, settled, setup)?;
    let readiness = readiness(&engine, &judge, &subject, &settled, setup)?;
    let text = match args.format.kind {
        Kind::Json => risk_report::json::release(TOOL, &judged.worth, &readiness),
        Kind::Markdown => risk_report::markdown::release(&readiness, &judged.worth),
        _ => risk_report::text::release(&readiness, &judged.worth, out.page()),
    };
    out.write_all(text.as_bytes())?;
    if args.fail {
        return tripped(&readiness).map_or(Ok(()), Err);
    }
    Ok(())
}

/// The release under way at the tip, or the last one if nothing has landed since; `None` if there are no releases.
pub(crate) fn under_way(
    engine: &Engine,
    tip: ChangeId,
    setup: Setup,
) -> Result<Option<ReleaseReadiness>, Failure> {
    let releases = Releases::find(engine, None)?;
    if releases.before(engine.replay.next()).is_none() {
        return Ok(None);
    }
    let args = ReleaseArgs::default();
    let setup = Setup {
        tell: setup.tell.hushed(),
        ..setup
    };
    let subject = subject(engine, &releases, &args, None, tip, setup)?;
    let judge = Judge::new(engine, &releases, engine.settings().release);
    readiness(engine, &judge, &subject, &tip, setup).map(Some)
}

/// How ready some changes are, with what an export of issues tells of who found their defects.
fn readiness(
    engine: &Engine,
    judge: &Judge<'_>,
    subject: &Subject,
    base: &ChangeId,
    setup: Setup,
) -> Result<ReleaseReadiness, Failure> {
    let settings = engine.settings();
    let export = issues::read(&engine.repository, base, settings, setup.given)?;
    judge.readiness(subject, &export, !settings.issues.customer.is_empty())
}

/// The changes that are asked for.
fn subject(
    engine: &Engine,
    releases: &Releases,
    args: &ReleaseArgs,
    asked: Option<Revisions>,
    settled: ChangeId,
    setup: Setup,
) -> Result<Subject, Failure> {
    let position = |id: &ChangeId| {
        let position = engine.replay.position_of(id);
        position.expect("all that leads to the tip was followed")
    };
    let (name, base, tip) = match (asked, args.range.as_deref()) {
        (Some(Revisions::Range { base, tip }), Some(text)) => (text.to_owned(), Some(base), tip),
        (Some(Revisions::One(tip)), Some(text)) => {
            let before = releases.before(position(&tip));
            let since = before.map_or("the beginning", |it| &it.tag);
            (format!("{since}..{text}"), before.map(|it| it.id), tip)
        }
        _ => {
            let at = position(&settled);
            let last = releases.before(at + 1);
            let last = last.ok_or_else(|| no_release(args, "there is no release to begin with"))?;
            if last.position < at {
                (
                    format!("{}..{}", last.tag, settled.short()),
                    Some(last.id),
                    settled,
                )
            } else {
                setup.tell.note(&format!(
                    "nothing has landed since {}: telling about that release",
                    last.tag
                ));
                let before = releases.before(last.position);
                let since = before.map_or("the beginning", |it| &it.tag);
                (
                    format!("{since}..{}", last.tag),
                    before.map(|it| it.id),
                    last.id,
                )
            }
        }
    };
    let positions: Vec<Position> = if let Some(base) = &base {
        let ids = engine.list(base, &tip)?;
        let mut positions: Vec<Position> = ids.iter().map(position).collect();
        positions.sort_unstable();
        positions
    } else {
        let history = engine.replay.history_of(&[position(&tip)]);
        let all = 0..=position(&tip);
        all.filter(|&at| history.contains(at)).collect()
    };
    Ok(Subject {
        name,
        base,
        tip,
        positions,
        then: args.then,
    })
}

fn no_release(args: &ReleaseArgs, what: &str) -> Failure {
    let why = args.tags.as_deref().map_or_else(
        || "no tag of this line of history looks like a version".to_owned(),
        |pattern| format!("no tag of this line of history fits '{pattern}'"),
    );
    Failure::new(format_args!("{what}: {why}"))
        .hint("name the changes: git risk release A..B")
        .hint("or the tags that are releases: git risk release --tags 'release-*'")
}

/// What made the run fail, if something did.
fn tripped(readiness: &ReleaseReadiness) -> Option<Failure> {
    let failing = readiness.criteria.iter();
    let failing: Vec<&str> = failing
        .filter(|it| it.verdict == Readiness::NotMet)
        .map(|it| it.why.as_str())
        .collect();
    (!failing.is_empty()).then(|| {
        Failure::gate(format_args!(
            "failing, as was asked for: {}",
            failing.join("; ")
        ))
    })
}
