//! The back-test, gathered for the report.

use crate::engine::Engine;
use crate::state::Backtest;
use risk_change::{ChangeId, SkipReason};
use risk_evaluate::{
    Band, Bands, Evaluation, Lift, Maturity, Prequential, Ranking, Refit, Threshold, Warned,
    evaluate,
};
use risk_report::{Block, Drift, Followed, RankedBy, ReliabilityBin, Skips, Verdict, Worth};
use std::collections::BTreeMap;

/// Earlier warnings below this number say nothing.
const LEAST_WARNED: usize = 10;

/// What the model is worth on this repository, and what a percentile means in it.
pub(crate) struct Judged {
    pub(crate) worth: Worth,
    pub(crate) lift: Lift,
    /// From which lift on a band begins here.
    pub(crate) bands: Bands,
}

impl Judged {
    /// The band of a percentile; `None` with too few labels.
    pub(crate) fn band(&self, percentile: f64) -> Option<Band> {
        self.lift.band(percentile, &self.bands)
    }
}

/// Holds the scores that each change got when it arrived against what became known later.
pub(crate) fn backtest(learning: &Prequential) -> Backtest {
    let journal = learning.journal();
    Backtest {
        evaluation: evaluate(journal, Maturity::default()),
        lift: Lift::of(journal, Maturity::default()),
    }
}

/// Judges what was learned, from the scores that each change got when it arrived.
pub(crate) fn judge(engine: &Engine) -> Judged {
    let journal = engine.learning.journal();
    let Backtest { evaluation, lift } = engine.backtest();
    let labelled = journal.states().iter().filter_map(|state| state.label());
    let (labelled, defective) = labelled.fold((0, 0), |(n, d), label| {
        (n + 1, d + usize::from(label.is_defective()))
    });
    let on_static = evaluation.on_static;
    let worth = Worth {
        tip: engine
            .replay
            .tip()
            .map(|id| id.to_hex())
            .unwrap_or_default(),
        commits: engine.replay.next() as usize,
        changes: evaluation.n_changes,
        labelled,
        defective,
        given: engine.labels().counts(engine),
        fixes: engine.replay.n_fixes(),
        links: engine.replay.links().len(),
        base_rate: evaluation.model.base_rate(),
        mature: evaluation.model.n,
        auc: evaluation.model.auc,
        auc_la: evaluation.la.auc,
        auc_static: on_static.and_then(|at| at.auc_static),
        auc_where_static: on_static.and_then(|at| at.auc),
        p_value_la: evaluation.delong_p,
        ece: evaluation.model.ece,
        brier: evaluation.model.brier,
        flagged: evaluation.flagged.n,
        flagged_defective: evaluation.flagged.n_fixed,
        last_flagged: evaluation.flagged.n_last,
        last_flagged_defective: evaluation.flagged.n_last_fixed,
        reliability: reliability(&evaluation),
        drift: evaluation.drift.as_ref().map(drift),
        ranked_by: match engine.learning.refits().last().map(Refit::ranking) {
            None | Some(Ranking::Model) => RankedBy::Model,
            Some(Ranking::Size) => RankedBy::Size,
        },
        in_prior: is_in_prior(engine),
        blocks: blocks(&evaluation),
        verdict: verdict(&evaluation, &lift),
        skipped: skips(engine),
    };
    Judged {
        worth,
        lift,
        bands: engine.settings().bands,
    }
}

/// What became of earlier changes that reached a threshold; `None` if they are too few to say something.
pub(crate) fn followed(
    engine: &Engine,
    judged: &Judged,
    threshold: &Threshold,
) -> Option<Followed> {
    let journal = engine.learning.journal();
    let warned = Warned::of(journal, Maturity::default(), &judged.lift, threshold);
    (warned.n >= LEAST_WARNED).then_some(Followed {
        n: warned.n,
        n_fixed: warned.n_fixed,
        base_rate: judged.worth.base_rate,
    })
}

fn verdict(evaluation: &Evaluation, lift: &Lift) -> Verdict {
    match (evaluation.model.auc, evaluation.la.auc) {
        _ if lift.bins().is_empty() => Verdict::TooFewLabels,
        (Some(auc), Some(auc_la)) if auc > auc_la => Verdict::BetterThanSize,
        (Some(_), Some(_)) => Verdict::NoBetterThanSize,
        _ => Verdict::TooFewLabels,
    }
}

/// Whether the prior was learned from this very history.
fn is_in_prior(engine: &Engine) -> bool {
    let projects = &crate::prior::shipped().projects;
    let mut tips = projects
        .iter()
        .filter_map(|it| ChangeId::from_hex(&it.version));
    tips.any(|tip| engine.replay.position_of(&tip).is_some())
}

fn reliability(evaluation: &Evaluation) -> Vec<ReliabilityBin> {
    let bins = evaluation.reliability.iter();
    bins.map(|bin| ReliabilityBin {
        changes: bin.n,
        probability: bin.probability,
        frequency: bin.frequency,
    })
    .collect()
}

fn drift(drift: &risk_evaluate::Drift) -> Drift {
    Drift {
        changes: drift.n,
        auc: drift.auc,
        auc_before: drift.auc_before,
        expected: drift.expected,
        observed: drift.observed,
        ranks_worse: drift.ranks_worse(),
        is_off: drift.is_off(),
    }
}

fn blocks(evaluation: &Evaluation) -> Vec<Block> {
    evaluation
        .blocks
        .iter()
        .map(|block| Block {
            first: block.first as usize,
            from: block.from.0,
            changes: block.n,
            base_rate: (block.n > 0).then(|| block.n_defective as f64 / block.n as f64),
            auc: block.auc,
            auc_la: block.auc_la,
            auc_static: block.auc_static,
        })
        .collect()
}

fn skips(engine: &Engine) -> Vec<Skips> {
    let mut counts: BTreeMap<SkipReason, usize> = BTreeMap::new();
    for skip in engine.replay.skipped() {
        *counts.entry(skip.why).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|(why, count)| Skips {
            why: reason(why),
            count,
        })
        .collect()
}

/// Why something was left out, for people.
pub(crate) fn reason(why: SkipReason) -> &'static str {
    match why {
        SkipReason::Unreadable => "a file could not be read; its change is not scored",
        SkipReason::TooLarge => "a file is larger than 32 MiB; its lines are not compared",
        SkipReason::RenameLimit => "too many files came and went to look for renames with edits",
        SkipReason::FixTouchesTooManyFiles => {
            "a fix touches so many files that its links would be noise"
        }
        SkipReason::FixOnlyAdds => "a fix deletes no line of code that could be traced",
        SkipReason::FixOnlyCosmetic => "a fix deletes only blank lines, comments or white space",
        SkipReason::OriginNotAChange => {
            "a repaired line comes from a merge or another change that is not scored"
        }
        SkipReason::OriginUnknown => "where a repaired line comes from is not known",
        SkipReason::NamedChangeNotFound => {
            "a message names a change that this history does not hold"
        }
    }
}
