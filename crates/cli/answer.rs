//! The answer to `git risk score`, and how it is told.

use crate::TOOL;
use crate::args::Format;
use crate::engine::Engine;
use crate::error::Failure;
use crate::scoring;
use crate::worth::Judged;
use risk_change::{ChangeId, Position};
use risk_report::{Page, ScoredChange};

/// What was asked for.
pub(crate) enum Answer {
    One(ScoredChange),
    Range(Vec<ScoredChange>),
    /// The changes that a merge brought in.
    Merge {
        id: ChangeId,
        scores: Vec<ScoredChange>,
    },
}

impl Answer {
    pub(crate) fn tell(&self, judged: &Judged, format: Format, page: Page) -> String {
        let worth = &judged.worth;
        match (format, self) {
            (Format::Json, Self::One(score)) => {
                risk_report::json::scores(TOOL, worth, std::slice::from_ref(score))
            }
            (Format::Json, Self::Range(scores) | Self::Merge { scores, .. }) => {
                risk_report::json::scores(TOOL, worth, scores)
            }
            (Format::Text, Self::One(score)) => risk_report::text::score(score, worth, page),
            (Format::Text, Self::Range(scores)) if scores.is_empty() => {
                "nothing to score: the range holds no changes of files; git log --stat tells what it holds\n"
                    .to_owned()
            }
            (Format::Text, Self::Range(scores)) => risk_report::text::table(scores, worth, page),
            (Format::Text, Self::Merge { id, scores }) => {
                risk_report::text::merge(&id.short(), scores, worth, page)
            }
        }
    }
}

/// Changes that a merge may have brought in for its answer to be kept: each takes some milliseconds to give reasons for.
const KEPT: usize = 1_000;

/// Scores one commit that was followed; of a merge, what it brought in, for a format of which a table needs no more than
/// the numbers. `None` if there is nothing to score.
pub(crate) fn about(
    engine: &Engine,
    judged: &Judged,
    id: &ChangeId,
    format: Format,
    kept_below: Position,
) -> Result<Option<Answer>, Failure> {
    let position = engine.replay.position_of(id).expect("it was followed");
    if let Some(score) = scoring::commit(engine, judged, position, kept_below)? {
        return Ok(Some(Answer::One(score)));
    }
    about_merge(engine, judged, id, format, kept_below, usize::MAX)
}

/// As [`about`], with all that any format needs; `None` also if that would take long.
pub(crate) fn to_keep(
    engine: &Engine,
    judged: &Judged,
    id: &ChangeId,
) -> Result<Option<Answer>, Failure> {
    let next = engine.replay.next();
    let position = engine.replay.position_of(id).expect("it was followed");
    if let Some(score) = scoring::commit(engine, judged, position, next)? {
        return Ok(Some(Answer::One(score)));
    }
    about_merge(engine, judged, id, Format::Json, next, KEPT)
}

/// Scores what a merge brought in, if those are no more than `most`.
fn about_merge(
    engine: &Engine,
    judged: &Judged,
    id: &ChangeId,
    format: Format,
    kept_below: Position,
    most: usize,
) -> Result<Option<Answer>, Failure> {
    let change = engine.repository.change(id)?;
    if let (true, Some(base)) = (change.is_merge(), change.parents.first()) {
        let ids = engine.list(base, id)?;
        if ids.len() > most {
            return Ok(None);
        }
        let is_table = format == Format::Text && ids.len() > KEPT;
        let format = if is_table { Format::Text } else { Format::Json };
        let mut scores = commits(engine, judged, &ids, format, kept_below)?;
        if is_table {
            explain_riskiest(engine, judged, &mut scores, kept_below)?;
        }
        if !scores.is_empty() {
            return Ok(Some(Answer::Merge { id: *id, scores }));
        }
    }
    Ok(None)
}

/// Gives reasons for the score of which text tells them, where all others are a table.
fn explain_riskiest(
    engine: &Engine,
    judged: &Judged,
    scores: &mut [ScoredChange],
    kept_below: Position,
) -> Result<(), Failure> {
    let riskiest = scores
        .iter_mut()
        .max_by(|a, b| a.probability.total_cmp(&b.probability));
    let Some(riskiest) = riskiest else {
        return Ok(());
    };
    let id = riskiest.commit.as_deref().and_then(ChangeId::from_hex);
    if let Some(position) = id.and_then(|id| engine.replay.position_of(&id))
        && let Some(score) = scoring::commit(engine, judged, position, kept_below)?
    {
        *riskiest = score;
    }
    Ok(())
}

/// Scores commits that were followed; a table needs no more than the numbers.
pub(crate) fn commits(
    engine: &Engine,
    judged: &Judged,
    ids: &[ChangeId],
    format: Format,
    kept_below: Position,
) -> Result<Vec<ScoredChange>, Failure> {
    let mut scores = Vec::new();
    for id in ids {
        let position = engine
            .replay
            .position_of(id)
            .expect("all that leads to the tip was followed");
        scores.extend(match format {
            Format::Json => scoring::commit(engine, judged, position, kept_below)?,
            Format::Text => scoring::outline(engine, judged, position, kept_below)?,
        });
    }
    Ok(scores)
}
