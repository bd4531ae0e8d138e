//! JSON for machines. The format is documented in `docs/json.md`; [`SCHEMA_VERSION`] changes when a field
//! changes its meaning or goes, not when one is added.

use crate::clean::harmful;
use crate::{Account, RankedBy, ScoredChange, Verdict, Worth};
use risk_evaluate::Band;
use serde::Serialize;
use std::fmt::Write;

/// Version of the JSON format.
pub const SCHEMA_VERSION: u32 = 1;

const SERIALISES: &str = "plain structs with text keys always serialise";

/// What is told, with what every answer begins with.
#[derive(Serialize)]
struct Told<'a, T> {
    schema_version: u32,
    tool: &'a str,
    #[serde(flatten)]
    what: &'a T,
}

impl<'a, T: Serialize> Told<'a, T> {
    fn of(tool: &'a str, what: &'a T) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool,
            what,
        }
    }
}

/// What is told behind how far the model is to be believed.
#[derive(Serialize)]
struct WithModel<'a, T> {
    model: Model<'a>,
    #[serde(flatten)]
    what: &'a T,
}

impl<'a, T: Serialize> WithModel<'a, T> {
    fn of(worth: &'a Worth, what: &'a T) -> Self {
        Self {
            model: Model::of(worth),
            what,
        }
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    schema_version: u32,
    tool: &'a str,
    model: Model<'a>,
    scores: Vec<Score<'a>>,
}

#[derive(Serialize)]
pub(crate) struct Model<'a> {
    tip: &'a str,
    changes: usize,
    labelled: usize,
    base_rate: Option<f64>,
    auc: Option<f64>,
    auc_la: Option<f64>,
    auc_static: Option<f64>,
    verdict: Verdict,
    ranked_by: RankedBy,
}

#[derive(Serialize)]
pub(crate) struct Score<'a> {
    commit: Option<&'a str>,
    subject: &'a str,
    author: &'a str,
    committed_at: i64,
    probability: f64,
    band: Option<&'static str>,
    lift: Option<f64>,
    percentile: Option<f64>,
    flagged: bool,
    recorded: bool,
    label: &'static str,
    label_by: &'static str,
    intercept: f64,
    reasons: &'a [crate::Reason],
    files: &'a [crate::FileShare],
    n_more_files: usize,
    left_out: &'a [&'static str],
}

/// Name of a band.
pub fn band(band: Band) -> &'static str {
    match band {
        Band::Low => "low",
        Band::Typical => "typical",
        Band::Elevated => "elevated",
        Band::High => "high",
    }
}

impl<'a> Score<'a> {
    pub(crate) fn of(score: &'a ScoredChange) -> Self {
        Self {
            commit: score.commit.as_deref(),
            subject: &score.subject,
            author: &score.author,
            committed_at: score.committed_at,
            probability: score.probability,
            band: score.band.map(band),
            lift: score.lift,
            percentile: score.percentile,
            flagged: score.flagged,
            recorded: score.recorded,
            label: score.label,
            label_by: score.label_by,
            intercept: score.intercept,
            reasons: &score.reasons,
            files: &score.files,
            n_more_files: score.n_more_files,
            left_out: &score.left_out,
        }
    }
}

impl<'a> Model<'a> {
    pub(crate) fn of(worth: &'a Worth) -> Self {
        Self {
            tip: &worth.tip,
            changes: worth.changes,
            labelled: worth.labelled,
            base_rate: worth.base_rate,
            auc: worth.auc,
            auc_la: worth.auc_la,
            auc_static: worth.auc_static,
            verdict: worth.verdict,
            ranked_by: worth.ranked_by,
        }
    }
}

/// The scores of some changes, and of how much worth they are.
pub fn scores(tool: &str, worth: &Worth, scores: &[ScoredChange]) -> String {
    let scores = scores.iter().map(Score::of).collect();
    pretty(&Answer {
        schema_version: SCHEMA_VERSION,
        tool,
        model: Model::of(worth),
        scores,
    })
}

/// What is configured.
pub fn configuration(tool: &str, configuration: &crate::Configuration) -> String {
    pretty(&Told::of(tool, configuration))
}

/// All that is known about one commit.
pub fn account(tool: &str, worth: &Worth, account: &Account) -> String {
    #[derive(Serialize)]
    struct Full<'a> {
        schema_version: u32,
        tool: &'a str,
        model: Model<'a>,
        commit: &'a str,
        score: Option<Score<'a>>,
        unscored: Option<&'a str>,
        features: &'a [crate::Fact],
        given: Option<&'a crate::GivenLabel>,
        found: Option<&'a str>,
        is_fix: bool,
        why_fix: &'a str,
        matched: Option<&'a str>,
        same_fix_as: Option<&'a str>,
        repairs: &'a [crate::Linked],
        repaired_by: &'a [crate::Linked],
        left_out: &'a [&'a str],
        n_excluded: usize,
    }
    pretty(&Full {
        schema_version: SCHEMA_VERSION,
        tool,
        model: Model::of(worth),
        commit: &account.commit,
        score: account.score.as_ref().map(Score::of),
        unscored: account.unscored,
        features: &account.facts,
        given: account.given.as_ref(),
        found: account.found,
        is_fix: account.is_fix,
        why_fix: &account.why_fix,
        matched: account.matched.as_deref(),
        same_fix_as: account.same_fix_as.as_deref(),
        repairs: &account.repairs,
        repaired_by: &account.repaired_by,
        left_out: &account.left_out,
        n_excluded: account.n_excluded,
    })
}

/// Where the remaining risk sits.
pub fn hotspots(tool: &str, hotspots: &crate::Hotspots) -> String {
    pretty(&Told::of(tool, hotspots))
}

/// What was learned: the back-test, and risk over time.
pub fn status(tool: &str, worth: &Worth, timeline: &crate::Timeline) -> String {
    #[derive(Serialize)]
    struct Full<'a> {
        schema_version: u32,
        tool: &'a str,
        #[serde(flatten)]
        worth: &'a Worth,
        timeline: &'a crate::Timeline,
    }
    pretty(&Full {
        schema_version: SCHEMA_VERSION,
        tool,
        worth,
        timeline,
    })
}

/// A repository at a glance, in one line: it can be large.
pub fn overview(tool: &str, overview: &crate::Overview) -> String {
    compact(&Told::of(tool, overview))
}

/// How ready a release is.
pub fn release(tool: &str, worth: &Worth, readiness: &crate::ReleaseReadiness) -> String {
    pretty(&Told::of(tool, &WithModel::of(worth, readiness)))
}

/// The past releases.
pub fn releases(tool: &str, worth: &Worth, history: &crate::ReleaseHistory) -> String {
    pretty(&Told::of(tool, &WithModel::of(worth, history)))
}

/// Everything that was left out.
pub fn left_out(tool: &str, left_out: &[crate::LeftOut]) -> String {
    #[derive(Serialize)]
    struct Full<'a> {
        schema_version: u32,
        tool: &'a str,
        left_out: &'a [crate::LeftOut],
    }
    pretty(&Full {
        schema_version: SCHEMA_VERSION,
        tool,
        left_out,
    })
}

/// Labels that people gave.
pub fn labels(tool: &str, labels: &[crate::GivenLabel]) -> String {
    #[derive(Serialize)]
    struct Full<'a> {
        schema_version: u32,
        tool: &'a str,
        labels: &'a [crate::GivenLabel],
    }
    pretty(&Full {
        schema_version: SCHEMA_VERSION,
        tool,
        labels,
    })
}

/// What a command did to labels.
pub fn relabelled(tool: &str, relabelled: &crate::Relabelled) -> String {
    pretty(&Told::of(tool, relabelled))
}

/// Why a change counts as a fix, and what it is held to repair.
pub fn repair(tool: &str, repair: &crate::Repair) -> String {
    pretty(&Told::of(tool, repair))
}

fn compact(value: &impl Serialize) -> String {
    escaped(serde_json::to_string(value).expect(SERIALISES))
}

pub(crate) fn pretty(value: &impl Serialize) -> String {
    let mut text = escaped(serde_json::to_string_pretty(value).expect(SERIALISES));
    text.push('\n');
    text
}

/// Escapes what acts on a terminal and JSON lets stand as it is. Outside of texts there is none of it.
fn escaped(json: String) -> String {
    let is_harmful = |it: char| it != '\n' && harmful(it);
    if !json.contains(is_harmful) {
        return json;
    }
    let mut told = String::with_capacity(json.len() + 64);
    for it in json.chars() {
        if is_harmful(it) {
            // All of them lie in the first plane.
            write!(told, "\\u{:04x}", u32::from(it)).expect("a string takes it");
        } else {
            told.push(it);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::{compact, pretty};

    #[test]
    fn what_acts_on_a_terminal_is_escaped_and_stays_what_it_is() {
        let text = "a\u{1b}[31m\u{9b}\u{7f}\u{202e}\u{2066}\u{2028}é\n";
        for json in [compact(&[text]), pretty(&[text])] {
            let is_harmful = |it: char| it != '\n' && crate::clean::harmful(it);
            assert!(!json.contains(is_harmful), "{json:?}");
            let read: Vec<String> = serde_json::from_str(&json).unwrap();
            assert_eq!(read, [text]);
        }
    }
}
