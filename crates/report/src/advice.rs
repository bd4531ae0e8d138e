//! What would lower the risk of a change.

use crate::text::{percent, value_told};
use crate::{Fact, FileShare, ScoredChange, clean};

/// At most so many pieces of advice: more is not acted on.
const MOST: usize = 3;

/// A fact that raises the log odds by less is no ground for advice: the odds would fall by less than a tenth.
const WORTH_ADVICE: f64 = 0.1;

/// A part is worth a commit of its own if the rest keeps less than this share of the odds.
const WORTH_PARTING: f64 = 0.8;

/// A feature that one can do something about, and the words for it.
enum Remedy {
    /// If the value lies above what is usual.
    Less(&'static str),
    /// If the value lies below what is usual.
    More(&'static str),
}

/// The features that one can do something about before a push. What is left out cannot be changed by then (how often
/// a file was fixed), or changing it would only please the model (the length of the message but for its body).
const REMEDIES: [(&str, Remedy); 9] = [
    ("la", Remedy::Less("push it in smaller steps")),
    ("hunks", Remedy::Less("change fewer places at once")),
    ("nf", Remedy::Less("touch fewer files at once")),
    ("nd", Remedy::Less("touch fewer directories at once")),
    ("ns", Remedy::Less("keep to one subsystem at a time")),
    (
        "added_conditionals",
        Remedy::Less("test the new branches and loops"),
    ),
    ("test_line_share", Remedy::More("bring tests along")),
    (
        "body_words",
        Remedy::More("say in the message what it does and why"),
    ),
    (
        "sexp",
        Remedy::More("have it read by somebody who knows these files"),
    ),
];

/// How the names of files end in which package managers pin versions.
const PINS: [&str; 6] = [
    ".lock",
    "-lock.json",
    "-lock.yaml",
    ".lockb",
    ".lockfile",
    "go.sum",
];

/// What would lower the risk of a change, the most effective first; empty if nothing is known to.
///
/// First a part whose absence would leave the rest at less than 0.8 times the odds: its file, or its hunk where there
/// is one file alone. Then the features that raise the log odds by 0.1 or more, differ from what is usual here, and can
/// be acted on before the push. They are what the model has seen go together with fixes, not proven causes.
///
/// At most three, in words for people, each fit for one line; of the repository they hold one path, cleaned of control
/// characters.
pub fn advice(score: &ScoredChange) -> Vec<String> {
    let mut advice = Vec::from_iter(parting(score));
    let facts = score.reasons.iter().flat_map(|reason| &reason.facts);
    let mut grounds: Vec<(&Fact, &'static str)> = facts
        .filter(|fact| fact.log_odds >= WORTH_ADVICE)
        .filter_map(|fact| Some((fact, remedy(fact)?)))
        .collect();
    grounds.sort_by(|a, b| b.0.log_odds.total_cmp(&a.0.log_odds));
    advice.extend(
        grounds
            .into_iter()
            .map(|(fact, remedy)| format!("{remedy}: {} {}", fact.meaning, value_told(fact))),
    );
    advice.truncate(MOST);
    advice
}

/// The remedy for a feature, if it lies on the side of the usual that can be mended.
fn remedy(fact: &Fact) -> Option<&'static str> {
    let (value, typical) = (fact.value?, fact.typical?);
    let (_, remedy) = REMEDIES.iter().find(|(name, _)| *name == fact.feature)?;
    match remedy {
        Remedy::Less(words) => (value > typical).then_some(*words),
        Remedy::More(words) => (value < typical).then_some(*words),
    }
}

/// The part that is best pushed apart from the rest.
fn parting(score: &ScoredChange) -> Option<String> {
    let is_much = |without: f64| carries_much(score, without);
    let without = |p: f64| {
        format!(
            "without it {} instead of {}",
            percent(p),
            percent(score.probability)
        )
    };
    let lowest = |file: &FileShare| file.probability_without.unwrap_or(1.0);
    let file = score
        .files
        .iter()
        .filter(|file| !is_written_by_tools(&file.path))
        .min_by(|a, b| lowest(a).total_cmp(&lowest(b)))?;
    let path = clean(&file.path);
    if let Some(p) = file.probability_without {
        return is_much(p).then(|| format!("push {path} on its own: {}", without(p)));
    }
    let hunk = file.hunks.first()?;
    let p = hunk.probability_without.filter(|p| is_much(*p))?;
    let line = hunk.line;
    Some(format!(
        "push the edit at {path}:{line} on its own: {}",
        without(p)
    ))
}

/// The files of a change in the order in which they are worth a look: the heaviest first, and behind them those that
/// tools have written, as files of pinned versions are.
pub fn worth_a_look(score: &ScoredChange) -> impl Iterator<Item = &FileShare> {
    let by_tools = |wanted: bool| {
        let files = score.files.iter();
        files.filter(move |file| is_written_by_tools(&file.path) == wanted)
    };
    by_tools(false).chain(by_tools(true))
}

/// Whether a part carries much of the risk of a change, by the probability `without` it.
pub(crate) fn carries_much(score: &ScoredChange, without: f64) -> bool {
    let odds = |p: f64| p / (1.0 - p);
    odds(without) < WORTH_PARTING * odds(score.probability)
}

/// Whether a file pins what others resolved: it goes with the edit that made it, so nobody can push it on its own.
fn is_written_by_tools(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    PINS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HunkShare, Reason};

    fn fact(feature: &'static str, value: f64, typical: f64, log_odds: f64) -> Fact {
        Fact {
            feature,
            meaning: feature,
            unit: "count".to_owned(),
            value: Some(value),
            typical: Some(typical),
            log_odds,
        }
    }

    fn file(path: &str, without: Option<f64>, hunks: &[(u32, Option<f64>)]) -> FileShare {
        FileShare {
            path: path.to_owned(),
            added: 3,
            deleted: 1,
            probability_without: without,
            hunks: hunks
                .iter()
                .map(|&(line, probability_without)| HunkShare {
                    line,
                    added: 1,
                    deleted: 0,
                    probability_without,
                })
                .collect(),
        }
    }

    fn scored(facts: Vec<Fact>, files: Vec<FileShare>) -> ScoredChange {
        ScoredChange {
            commit: None,
            subject: String::new(),
            author: String::new(),
            committed_at: 0,
            probability: 0.5,
            band: None,
            lift: None,
            percentile: None,
            flagged: true,
            recorded: false,
            label: "unverified",
            label_by: "found",
            intercept: 0.0,
            reasons: vec![Reason {
                group: "any",
                log_odds: 1.0,
                facts,
            }],
            files,
            n_more_files: 0,
            left_out: Vec::new(),
        }
    }

    #[test]
    fn what_tools_have_written_is_looked_at_last() {
        let paths = ["uv.lock", "src/a.rs", "ui/package-lock.json", "b.lock.rs"];
        let files = paths.map(|path| file(path, Some(0.4), &[]));
        let score = scored(Vec::new(), files.into());
        let order: Vec<&str> = worth_a_look(&score).map(|it| it.path.as_str()).collect();
        assert_eq!(
            order,
            ["src/a.rs", "b.lock.rs", "uv.lock", "ui/package-lock.json"]
        );
    }

    #[test]
    fn the_heaviest_of_what_can_be_acted_on_comes_first() {
        let facts = vec![
            fact("nuc", 90.0, 3.0, 2.0),
            fact("body_words", 0.0, 13.0, 0.3),
            fact("la", 168.0, 4.0, 0.9),
        ];
        let advice = advice(&scored(facts, Vec::new()));
        assert_eq!(
            advice,
            [
                "push it in smaller steps: la 168 (usually 4)",
                "say in the message what it does and why: body_words 0 (usually 13)"
            ]
        );
    }

    #[test]
    fn what_is_as_usual_or_weighs_little_is_no_ground() {
        let facts = vec![
            fact("la", 2.0, 4.0, 0.9),
            fact("body_words", 20.0, 13.0, 0.3),
            fact("nf", 9.0, 1.0, 0.09),
        ];
        assert_eq!(advice(&scored(facts, Vec::new())), Vec::<String>::new());
    }

    #[test]
    fn a_file_that_carries_much_is_best_pushed_alone() {
        let files = vec![
            file("b.rs", Some(0.46), &[]),
            file("a\u{1b}.rs", Some(0.2), &[]),
        ];
        let said = advice(&scored(Vec::new(), files));
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("push a"), "{said:?}");
        assert!(said[0].ends_with("on its own: without it 20 % instead of 50 %"));
        assert!(!said[0].contains('\u{1b}'));
        let even = vec![file("b.rs", Some(0.46), &[]), file("a.rs", Some(0.47), &[])];
        assert_eq!(advice(&scored(Vec::new(), even)), Vec::<String>::new());
    }

    #[test]
    fn what_pins_versions_cannot_be_pushed_alone() {
        let lock = || file("web/package-lock.json", Some(0.1), &[]);
        let files = vec![lock(), file("a.rs", Some(0.2), &[])];
        assert!(advice(&scored(Vec::new(), files))[0].starts_with("push a.rs on its own"));
        assert!(advice(&scored(Vec::new(), vec![lock()])).is_empty());
    }

    #[test]
    fn of_a_single_file_it_is_the_hunk() {
        let files = vec![file("a.rs", None, &[(12, Some(0.3)), (40, Some(0.45))])];
        assert_eq!(
            advice(&scored(Vec::new(), files)),
            ["push the edit at a.rs:12 on its own: without it 30 % instead of 50 %"]
        );
        let files = vec![file("a.rs", None, &[(12, None)])];
        assert_eq!(advice(&scored(Vec::new(), files)), Vec::<String>::new());
    }
}
