//! The answer to `git risk score`, and how it is told.

use crate::TOOL;
use crate::args::Format;
use crate::engine::Engine;
use crate::error::Failure;
use crate::scoring;
use crate::worth::Judged;
use risk_change::ChangeId;
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

/// Scores one commit that was followed; of a merge, what it brought in. `None` if there is nothing to score.
pub(crate) fn about(
    engine: &Engine,
    judged: &Judged,
    id: &ChangeId,
    kept_below: risk_change::Position,
) -> Result<Option<Answer>, Failure> {
    let position = engine.replay.position_of(id).expect("it was followed");
    if let Some(score) = scoring::commit(engine, judged, position, kept_below)? {
        return Ok(Some(Answer::One(score)));
    }
    let change = engine.repository.change(id)?;
    if let (true, Some(base)) = (change.is_merge(), change.parents.first()) {
        let ids = engine.list(base, id)?;
        let scores = commits(engine, judged, &ids, Format::Json, kept_below)?;
        if !scores.is_empty() {
            return Ok(Some(Answer::Merge { id: *id, scores }));
        }
    }
    Ok(None)
}

/// Scores commits that were followed; a table needs no more than the numbers.
pub(crate) fn commits(
    engine: &Engine,
    judged: &Judged,
    ids: &[ChangeId],
    format: Format,
    kept_below: risk_change::Position,
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
