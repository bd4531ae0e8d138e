//! The words that all formats share.

use super::{Annotation, Annotations, Level};
use crate::text::{WORTH_SAYING, doubt, percent, thousands, times, told, whole_percent};
use crate::{Followed, Reason, ScoredChange, advice, clean};
use risk_evaluate::Threshold;
use std::borrow::Cow;

/// Reasons that are named.
const REASONS: usize = 3;

/// Characters of a subject that are shown.
const SUBJECT: usize = 100;

/// The first digits of the commit's id.
pub(super) fn short(score: &ScoredChange) -> &str {
    let id = score.commit.as_deref().unwrap_or_default();
    &id[..id.len().min(10)]
}

/// The first line of the message, harmless and not too long.
pub(super) fn subject(score: &ScoredChange) -> String {
    cut(&clean(&score.subject), SUBJECT).into_owned()
}

/// The first characters of a text; an ellipsis stands for the rest.
pub(super) fn cut(text: &str, n: usize) -> Cow<'_, str> {
    match text.char_indices().nth(n) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// What stands above a message: "riskier than 97 % of recent changes".
pub(super) fn title(score: &ScoredChange) -> String {
    match score.percentile {
        Some(at) => format!("riskier than {} of recent changes", whole_percent(at)),
        None => format!("{} likely to need a fix later", percent(score.probability)),
    }
}

/// Which change it is and where it stands.
pub(super) fn standing(score: &ScoredChange) -> String {
    let rank = score.percentile.map_or(String::new(), |at| {
        let rank = whole_percent(at);
        format!(", riskier than {rank} of the previous 1,000 changes")
    });
    format!(
        "{} “{}” is {} likely to need a fix later{rank}.",
        short(score),
        subject(score),
        percent(score.probability)
    )
}

/// What became of changes like it, by the back-test.
pub(super) fn likes(score: &ScoredChange, all: &Annotations) -> Option<String> {
    let lift = score.lift.map(|lift| {
        let times = times(lift);
        format!("In the back-test, changes of this rank needed a fix {times} as often as the average change.")
    });
    let followed = all.followed.as_ref().map(|it| past(it, &all.warn_above));
    let all: Vec<String> = [lift, followed].into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// What became of the changes that reached a threshold.
pub(super) fn past(followed: &Followed, threshold: &Threshold) -> String {
    let rate = followed.n_fixed as f64 / followed.n as f64;
    let usual = followed.base_rate.map_or(String::new(), |rate| {
        format!("; of all changes {} did", percent(rate))
    });
    format!(
        "Of the last {} changes here that reached {threshold}, {} needed a fix ({}){usual}.",
        thousands(followed.n),
        thousands(followed.n_fixed),
        percent(rate)
    )
}

/// The features that raise it most, one of a group.
pub(super) fn reasons(score: &ScoredChange) -> Vec<String> {
    let raising = score
        .reasons
        .iter()
        .filter(|it| it.log_odds >= WORTH_SAYING);
    let facts = raising.filter_map(Reason::telling);
    facts.take(REASONS).map(told).collect()
}

/// All that is told about a change, one line after the other, in plain text.
pub(super) fn message(annotation: &Annotation, all: &Annotations) -> Vec<String> {
    let score = &annotation.score;
    let mut lines = vec![standing(score)];
    if let (Level::Failure, Some(gate)) = (annotation.level, &all.fail_above) {
        lines.push(format!(
            "It reaches {gate}, from where on this check fails."
        ));
    }
    lines.extend(likes(score, all));
    let listed = |title: &str, all: Vec<String>| {
        let all: Vec<_> = all.iter().map(|it| clean(it)).collect();
        (!all.is_empty()).then(|| format!("{title}: {}.", all.join("; ")))
    };
    lines.extend(listed("Why", reasons(score)));
    lines.extend(listed("What would lower it", advice(score)));
    if annotation.anchor.is_none() {
        lines.push("None of its lines is left in the difference.".to_owned());
    }
    lines.extend(doubt(&all.worth));
    lines
}

/// How many changes stand out: "2 of 14 changes stand out".
pub(super) fn heading(all: &Annotations) -> String {
    let n_out = all.told.len() - all.n_at(Level::Notice);
    let n = all.changes.len();
    let changes = if n == 1 { "change" } else { "changes" };
    let verb = if n_out == 1 || n == 1 {
        "stands"
    } else {
        "stand"
    };
    format!(
        "{} of {} {changes} {verb} out",
        thousands(n_out),
        thousands(n)
    )
}

/// What all commits are as one change.
pub(super) const AS_ONE: &str = "all commits as one change";

/// The riskiest commit.
pub(super) const RISKIEST: &str = "riskiest commit";
