//! One change with its score, what it is made of, and where it sits.

use crate::engine::Engine;
use crate::error::Failure;
use crate::labels::{self, Fate};
use crate::worth::{Judged, reason};
use risk_change::{Change, ChangeId, Edit, FileChange, Hunk, Position, Skipped};
use risk_evaluate::{LabelState, ModelAt, ScoredAt};
use risk_features::{Features, Group};
use risk_learn::Label;
use risk_replay::{Replay, Standing};
use risk_report::{Account, Fact, FileShare, HunkShare, Linked, Reason, ScoredChange};
use risk_szz::Explanation;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Files and hunks that are looked at one by one: the largest.
const LOOKED_AT: usize = 40;
const FILES_SHOWN: usize = 5;
const HUNKS_SHOWN: usize = 3;
const FACTS_SHOWN: usize = 3;

/// A change that is scored, from where it stands.
pub(crate) struct Subject<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) judged: &'a Judged,
    pub(crate) model: &'a ModelAt,
    /// With the files that count alone.
    pub(crate) change: &'a Change,
    pub(crate) standing: Standing,
    /// Whether its message is known.
    pub(crate) has_message: bool,
    /// Number among the scored changes, if it has one.
    pub(crate) number: Option<u32>,
    /// Whether that is part of the kept history, and not only looked ahead at.
    pub(crate) recorded: bool,
    /// Among these is what was left out of it.
    pub(crate) skipped: &'a [Skipped],
}

/// Scores a commit that was followed; `None` if it is not scored at all.
pub(crate) fn commit(
    engine: &Engine,
    judged: &Judged,
    position: Position,
    kept_below: Position,
) -> Result<Option<ScoredChange>, Failure> {
    let Some(number) = engine.replay.number_of(position) else {
        return Ok(None);
    };
    let id = engine
        .replay
        .id_at(position)
        .expect("a position that has a number has an id");
    let change = engine.repository.change(&id)?;
    let counted = engine.replay.counted(&change);
    let model = model_at(engine, number)?;
    let subject = Subject::followed(
        engine,
        judged,
        &model,
        &counted,
        (position, number),
        kept_below,
    );
    subject.tell().map(Some)
}

/// The numbers of a commit that was followed, without what they are made of; `None` if it is not scored.
pub(crate) fn outline(
    engine: &Engine,
    judged: &Judged,
    position: Position,
    kept_below: Position,
) -> Result<Option<ScoredChange>, Failure> {
    let Some(number) = engine.replay.number_of(position) else {
        return Ok(None);
    };
    let id = engine
        .replay
        .id_at(position)
        .expect("a position that has a number has an id");
    let (author, committed_at, message) = engine.repository.header(&id)?;
    let record = engine.learning.journal().records()[number as usize];
    Ok(Some(ScoredChange {
        commit: Some(id.to_hex()),
        subject: subject_of(&message),
        author: engine.person(&author).name.to_string(),
        committed_at: committed_at.0,
        probability: record.probability,
        band: record.percentile.and_then(|at| judged.band(at)),
        lift: record.percentile.and_then(|at| judged.lift.lift(at)),
        percentile: record.percentile.map(|at| at * 100.0),
        flagged: record.flagged(),
        recorded: position < kept_below,
        label: label_of(engine, Some(number)),
        label_by: label_by(engine, &id),
        intercept: f64::NAN,
        reasons: Vec::new(),
        files: Vec::new(),
        n_more_files: 0,
        left_out: left_out(engine.replay.skipped(), &id),
    }))
}

/// What of a change was left out when it was read, each reason once.
fn left_out(skipped: &[Skipped], id: &ChangeId) -> Vec<&'static str> {
    let own = skipped
        .iter()
        .filter(|skip| skip.why.is_of_reading() && skip.change == *id);
    let reasons: BTreeSet<_> = own.map(|skip| skip.why).collect();
    reasons.into_iter().map(reason).collect()
}

fn subject_of(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

/// What is known about the fate of a change.
fn label_of(engine: &Engine, number: Option<u32>) -> &'static str {
    let state = number.and_then(|number| engine.learning.journal().state_of(number));
    match state.and_then(LabelState::label) {
        Some(Label::Defective) => "defective",
        Some(Label::Clean) => "clean",
        None => "unverified",
    }
}

/// Who says so: a label by a person holds in place of what is found.
fn label_by(engine: &Engine, id: &ChangeId) -> &'static str {
    let given = engine.labels().get(id);
    given.map_or("found", |_| "person")
}

/// All that is known about a commit that was followed, scored or not.
pub(crate) fn account(
    engine: &Engine,
    judged: &Judged,
    position: Position,
    kept_below: Position,
) -> Result<Account, Failure> {
    let id = engine
        .replay
        .id_at(position)
        .expect("the commit was followed");
    let change = engine.repository.change(&id)?;
    let hex = |position: Position| {
        engine
            .replay
            .id_at(position)
            .map(|id| id.to_hex())
            .unwrap_or_default()
    };
    let mut same_fix_as = None;
    let (fix, why, matched) = match engine.replay.explain(&change) {
        Explanation::Fix(fix) => {
            same_fix_as = fix.duplicate_of.map(hex);
            (true, fix.strongest().to_string(), Some(fix.why))
        }
        Explanation::NotFix { reason, matched } => (false, reason.to_string(), matched),
    };
    let linked = |link: &risk_szz::Link, other: Position| Linked {
        commit: hex(other),
        evidence: link.evidence.to_string(),
        lines: link.lines,
    };
    let links = engine.replay.links();
    let counted = engine.replay.counted(&change);
    let (mut score, mut facts, mut found) = (None, Vec::new(), None);
    if let Some(number) = engine.replay.number_of(position) {
        let is_repaired = links.iter().any(|link| link.inducing == position);
        let known = labels::found(engine, position, is_repaired);
        found = Some(known.map_or("unverified", Fate::name));
        let model = model_at(engine, number)?;
        let place = (position, number);
        let subject = Subject::followed(engine, judged, &model, &counted, place, kept_below);
        let row = subject.features(&counted).to_row();
        facts = subject.facts(&row, &model.score(&row)?)?;
        score = Some(subject.tell()?);
    }
    Ok(Account {
        commit: id.to_hex(),
        subject: subject_of(&change.message),
        unscored: score.is_none().then(|| unscored(engine, &change)),
        score,
        facts,
        given: engine.labels().get(&id).map(|given| given.tell(true)),
        found,
        is_fix: fix,
        why_fix: why,
        matched,
        same_fix_as,
        repairs: links
            .iter()
            .filter(|link| link.fix == position)
            .map(|link| linked(link, link.inducing))
            .collect(),
        repaired_by: links
            .iter()
            .filter(|link| link.inducing == position)
            .map(|link| linked(link, link.fix))
            .collect(),
        left_out: engine
            .replay
            .skipped()
            .iter()
            .filter(|skip| skip.change == id)
            .map(|skip| reason(skip.why))
            .collect(),
        n_excluded: change.files.len() - counted.files.len(),
    })
}

/// Why a change has no score.
pub(crate) fn unscored(engine: &Engine, change: &Change) -> &'static str {
    unscored_by(&engine.replay, change)
}

/// Why a change has no score in a fold.
pub(crate) fn unscored_by(replay: &Replay, change: &Change) -> &'static str {
    let counted = replay.counted(change);
    if change.is_merge() {
        "it is a merge; git risk score tells of the changes that it brought in"
    } else if replay.is_of_bot(change) {
        "a bot wrote it: git risk config --explain tells who counts as one"
    } else if counted.is_empty() && !change.is_empty() {
        "it changes only files that are left out: git risk config --explain tells which are"
    } else if counted.is_incomplete() {
        "a file of it could not be read"
    } else {
        "it changes no file's content"
    }
}

/// The model as it was when a change arrived; for the next number, as it is.
pub(crate) fn model_at(engine: &Engine, number: u32) -> Result<ModelAt, Failure> {
    let checkpoint = engine.learning.checkpoint_before(number);
    Ok(engine.learning.rewind(number, Some(checkpoint))?)
}

impl<'a> Subject<'a> {
    /// A commit that was followed and has a number; it is recorded if it is part of what is kept.
    fn followed(
        engine: &'a Engine,
        judged: &'a Judged,
        model: &'a ModelAt,
        change: &'a Change,
        (position, number): (Position, u32),
        kept_below: Position,
    ) -> Self {
        Self {
            engine,
            judged,
            model,
            change,
            standing: engine.replay.standing(position),
            has_message: true,
            number: Some(number),
            recorded: position < kept_below,
            skipped: engine.replay.skipped(),
        }
    }

    /// The features of the change or of a part of it.
    pub(crate) fn features(&self, change: &Change) -> Features {
        let features =
            self.engine
                .replay
                .peek(change, &self.engine.person(&change.author), &self.standing);
        if self.has_message {
            features
        } else {
            features.without_message()
        }
    }

    fn probability(&self, change: &Change) -> Result<f64, Failure> {
        Ok(self
            .model
            .score(&self.features(change).to_row())?
            .probability)
    }

    /// Everything there is to tell.
    pub(crate) fn tell(&self) -> Result<ScoredChange, Failure> {
        let arriving = risk_replay::row(self.change, &self.features(self.change));
        let row = &arriving.raw;
        let scored = self.model.score(row)?;
        let journal = self.engine.learning.journal();
        let record = self.number.map(|number| journal.records()[number as usize]);
        if let Some(record) = record
            && record.probability.to_bits() != scored.probability.to_bits()
        {
            return Err(Failure::new(format_args!(
                "the score of {} does not come out as it was recorded ({} against {})",
                self.change.id, scored.probability, record.probability
            ))
            .hint("learn anew: git risk train --fresh")
            .hint("if it happens again, this is a defect of git-risk: please report it"));
        }
        let (percentile, flagged) = if let Some(record) = record {
            (record.percentile, record.flagged())
        } else {
            let scored = self.engine.learning.score(&arriving)?;
            (scored.percentile, scored.flagged)
        };
        let (files, n_more_files) = self.files(scored.probability)?;
        Ok(ScoredChange {
            commit: (!self.change.id.is_zero()).then(|| self.change.id.to_hex()),
            subject: subject_of(&self.change.message),
            author: self.engine.person(&self.change.author).name.to_string(),
            committed_at: self.change.committed_at.0,
            probability: scored.probability,
            band: percentile.and_then(|at| self.judged.band(at)),
            lift: percentile.and_then(|at| self.judged.lift.lift(at)),
            percentile: percentile.map(|at| at * 100.0),
            flagged,
            recorded: self.recorded,
            label: label_of(self.engine, self.number),
            label_by: label_by(self.engine, &self.change.id),
            intercept: scored.contributions.intercept,
            reasons: self.reasons(row, &scored)?,
            files,
            n_more_files,
            left_out: left_out(self.skipped, &self.change.id),
        })
    }

    /// All features with their parts in the log odds.
    pub(crate) fn facts(&self, row: &[f64], scored: &ScoredAt) -> Result<Vec<Fact>, Failure> {
        let parts = self
            .model
            .preparation()
            .by_raw_feature(&scored.contributions.per_feature);
        let typical = self.typical()?;
        let facts = Features::DEFINITIONS
            .iter()
            .enumerate()
            .map(|(at, definition)| Fact {
                feature: definition.name,
                meaning: definition.description,
                unit: definition.unit.to_string(),
                value: (!row[at].is_nan()).then_some(row[at]),
                typical: typical.as_ref().map(|typical| typical[at]),
                log_odds: parts[at],
            });
        Ok(facts.collect())
    }

    /// Groups of features by weight, each with the facts that carry it.
    fn reasons(&self, row: &[f64], scored: &ScoredAt) -> Result<Vec<Reason>, Failure> {
        let facts = self.facts(row, scored)?;
        let mut groups: Vec<(Group, Vec<Fact>)> = Vec::new();
        for (fact, group) in facts.into_iter().zip(Features::GROUPS) {
            match groups.iter_mut().find(|(known, _)| *known == group) {
                Some((_, facts)) => facts.push(fact),
                None => groups.push((group, vec![fact])),
            }
        }
        let mut reasons: Vec<Reason> = groups
            .into_iter()
            .map(|(group, mut facts)| {
                let log_odds: f64 = facts.iter().map(|fact| fact.log_odds).sum();
                // What pulls the group's way says most about it.
                facts.sort_by(|a, b| {
                    (b.log_odds * log_odds.signum()).total_cmp(&(a.log_odds * log_odds.signum()))
                });
                facts.truncate(FACTS_SHOWN);
                facts.retain(|fact| fact.log_odds * log_odds > 0.0);
                Reason {
                    group: group.describe(),
                    log_odds,
                    facts,
                }
            })
            .collect();
        reasons.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()));
        Ok(reasons)
    }

    /// Medians of the previous 1,000 changes; `None` with fewer than 20.
    fn typical(&self) -> Result<Option<Vec<f64>>, Failure> {
        let journal = self.engine.learning.journal();
        let end = self.number.unwrap_or(journal.n_arrived());
        let recent = end.saturating_sub(1_000)..end;
        if recent.len() < 20 {
            return Ok(None);
        }
        let values = journal.raw_rows(recent)?;
        let median = |at: usize| {
            let column = values.iter().skip(at).step_by(Features::NAMES.len());
            let mut column: Vec<f64> = column.filter(|value| !value.is_nan()).copied().collect();
            if column.is_empty() {
                return f64::NAN;
            }
            let middle = column.len() / 2;
            *column.select_nth_unstable_by(middle, f64::total_cmp).1
        };
        Ok(Some((0..Features::NAMES.len()).map(median).collect()))
    }

    /// The files that carry most of the score: what it would be without each of them.
    fn files(&self, whole: f64) -> Result<(Vec<FileShare>, usize), Failure> {
        let mut order: Vec<usize> = (0..self.change.files.len()).collect();
        let size = |file: &FileChange| file.edit.added() + file.edit.removed();
        order.sort_by_key(|&at| std::cmp::Reverse(size(&self.change.files[at])));
        order.truncate(LOOKED_AT);
        let mut shares = Vec::with_capacity(order.len());
        for at in order {
            let without = if self.change.files.len() > 1 {
                let mut rest = self.change.clone();
                rest.files.remove(at);
                Some(self.probability(&rest)?)
            } else {
                None
            };
            shares.push((at, without));
        }
        shares.sort_by(|(_, a), (_, b)| a.unwrap_or(whole).total_cmp(&b.unwrap_or(whole)));
        shares.truncate(FILES_SHOWN);
        let mut files = Vec::with_capacity(shares.len());
        for (at, without) in shares {
            let file = &self.change.files[at];
            files.push(FileShare {
                path: file.path.to_text().into_owned(),
                added: file.edit.added(),
                deleted: file.edit.removed(),
                probability_without: without,
                hunks: self.hunks(at)?,
            });
        }
        let n_more = self.change.files.len() - files.len();
        Ok((files, n_more))
    }

    fn hunks(&self, file: usize) -> Result<Vec<HunkShare>, Failure> {
        let hunks = &self.change.files[file].edit.hunks;
        let mut order: Vec<usize> = (0..hunks.len()).collect();
        order.sort_by_key(|&at| std::cmp::Reverse(hunks[at].old_len + hunks[at].new_len));
        order.truncate(LOOKED_AT);
        let mut shares = Vec::with_capacity(order.len());
        for at in order {
            let without = if hunks.len() > 1 {
                let mut rest = self.change.clone();
                rest.files[file].edit = Arc::new(without_hunk(&rest.files[file].edit, at));
                Some(self.probability(&rest)?)
            } else {
                None
            };
            let Hunk {
                old_len,
                new_start,
                new_len,
                ..
            } = hunks[at];
            shares.push(HunkShare {
                line: new_start + 1,
                added: new_len,
                deleted: old_len,
                probability_without: without,
            });
        }
        shares.sort_by(|a, b| {
            a.probability_without
                .unwrap_or(0.0)
                .total_cmp(&b.probability_without.unwrap_or(0.0))
        });
        shares.truncate(HUNKS_SHOWN);
        Ok(shares)
    }
}

/// The edit without one of its hunks. What is counted over the whole edit is shared out by lines.
fn without_hunk(edit: &Edit, at: usize) -> Edit {
    let mut rest = edit.clone();
    let hunk = rest.hunks.remove(at);
    let before: u32 = edit.hunks[..at].iter().map(|hunk| hunk.old_len).sum();
    rest.deleted
        .drain(before as usize..(before + hunk.old_len) as usize);
    rest.respaced
        .retain(|&(old, _)| old < hunk.old_start || old >= hunk.old_start + hunk.old_len);
    let share = |count: u32, part: u32, whole: u64| {
        let kept = u64::from(count) * (whole - u64::from(part));
        kept.checked_div(whole).unwrap_or(0) as u32
    };
    let (added, removed) = (edit.added(), edit.removed());
    rest.shape.added_comments = share(edit.shape.added_comments, hunk.new_len, added);
    rest.shape.added_blanks = share(edit.shape.added_blanks, hunk.new_len, added);
    rest.shape.added_conditionals = share(edit.shape.added_conditionals, hunk.new_len, added);
    rest.shape.added_indent = share(edit.shape.added_indent, hunk.new_len, added);
    rest.shape.deleted_conditionals = share(edit.shape.deleted_conditionals, hunk.old_len, removed);
    rest
}
