//! Each format with input of strangers, at its limits, and with nothing to tell.

use super::*;
use crate::{Fact, HunkShare, Page, RankedBy, Reason, Verdict};
use risk_evaluate::Band;
use risk_testkit::Schema;
use serde_json::Value;
use std::collections::BTreeSet;

/// A path that needs every escape, and is not UTF-8.
const PATH: &[u8] = b"a b/:,%#\"'\n|`<b>@me\xff\xc3\xbc.rs";

/// A subject that tries to be something else in every format.
const SUBJECT: &str = "a|b `c` <img src=x> @octocat #1 GH-2 [x](https://evil.example) www.evil.example\u{1b}[0m \
    ::error::x %0A ##[add-mask]x\r\n::warning::y \u{202e}";

fn score(n: usize, band: Option<Band>) -> ScoredChange {
    ScoredChange {
        commit: Some(format!("{n:02x}{:038}", 0)),
        subject: format!("{n} {SUBJECT}"),
        author: "Eve <script> @eve".to_owned(),
        committed_at: 0,
        probability: 0.9 - n as f64 / 10_000.0,
        band,
        lift: band.map(|_| 3.0),
        percentile: band.map(|_| 97.5),
        flagged: true,
        recorded: false,
        label: "unverified",
        label_by: "found",
        intercept: -2.0,
        reasons: vec![Reason {
            group: "size",
            log_odds: 1.0,
            facts: vec![Fact {
                feature: "la",
                meaning: "lines added",
                unit: "lines".to_owned(),
                value: Some(168.0),
                typical: Some(4.0),
                log_odds: 1.0,
            }],
        }],
        files: vec![FileShare {
            path: RepoPath::new(PATH).to_text().into_owned(),
            added: 5,
            deleted: 0,
            probability_without: Some(0.1),
            hunks: vec![HunkShare {
                line: 3,
                added: 5,
                deleted: 0,
                probability_without: None,
            }],
        }],
        n_more_files: 0,
        left_out: Vec::new(),
    }
}

fn worth() -> Worth {
    Worth {
        tip: "0".repeat(40),
        commits: 10,
        changes: 10,
        labelled: 9,
        defective: 3,
        given: crate::GivenCounts::default(),
        fixes: 3,
        links: 3,
        base_rate: Some(0.1),
        mature: 9,
        auc: Some(0.8),
        auc_la: Some(0.7),
        auc_static: None,
        auc_where_static: None,
        p_value_la: None,
        ece: None,
        brier: None,
        flagged: 0,
        flagged_defective: 0,
        last_flagged: 0,
        last_flagged_defective: 0,
        reliability: Vec::new(),
        drift: None,
        blocks: Vec::new(),
        ranked_by: RankedBy::Model,
        in_prior: false,
        verdict: Verdict::BetterThanSize,
        skipped: Vec::new(),
    }
}

fn annotation(n: usize, level: Level) -> Annotation {
    let score = score(n, Some(Band::High));
    Annotation {
        level,
        anchor: Some(Anchor {
            path: RepoPath::new(PATH),
            first: 3,
            last: 7,
            last_line: "  let ü = '𐐀';".as_bytes().to_vec(),
        }),
        file: RepoPath::new(PATH),
        fingerprint: fingerprint(&score.author, 0, &score.subject, 0),
        score,
    }
}

/// So many failures, warnings and notices.
fn annotations(n_failures: usize, n_warnings: usize, n_notices: usize) -> Annotations {
    let levels = [
        (Level::Failure, n_failures),
        (Level::Warning, n_warnings),
        (Level::Notice, n_notices),
    ];
    let levels = levels.iter().flat_map(|&(level, n)| vec![level; n]);
    let mut told: Vec<_> = levels
        .enumerate()
        .map(|(n, level)| annotation(n, level))
        .collect();
    told.sort_by(Annotation::order);
    let changes: Vec<_> = (0..told.len().max(1))
        .map(|n| score(n, Some(Band::High)))
        .collect();
    Annotations {
        version: "0.1.0".to_owned(),
        range: "main..`topic`".to_owned(),
        base: "b".repeat(40),
        fork: Some("b".repeat(40)),
        tip: "c".repeat(40),
        combined: (changes.len() > 1).then(|| Combined {
            probability: 0.61,
            added: 12_345,
            deleted: 6,
            files: changes[0].files.clone(),
            n_more_files: 0,
        }),
        changes,
        n_unscored: 1,
        told,
        warn_above: Threshold::of_warnings(),
        fail_above: (n_failures > 0).then(|| "p99".parse().unwrap()),
        followed: Some(Followed {
            n: 200,
            n_fixed: 46,
            base_rate: Some(0.069),
        }),
        worth: worth(),
    }
}

fn messages(all: &Annotations) -> Vec<String> {
    let told = all.told.iter();
    told.map(|it| wording::message(it, all).join("\n"))
        .collect()
}

#[test]
fn a_message_tells_place_worth_reasons_and_remedies() {
    let all = annotations(1, 0, 0);
    let message = &messages(&all)[0];
    for words in [
        "is 90 % likely to need a fix later, riskier than 97 % of the previous 1,000 changes.",
        "It reaches p99, from where on this check fails.",
        "needed a fix 3.0 times as often as the average change. Of the last 200 changes here that reached p90 x2.5, \
         46 needed a fix (23 %); of all changes 6.9 % did.",
        "Why: lines added: 168 (usually 4).",
        "What would lower it: push ",
    ] {
        assert!(message.contains(words), "{words:?} is not in {message}");
    }
    assert!(!message.chars().any(|c| c.is_control() && c != '\n'));
    let mut guess = all.clone();
    guess.worth.verdict = Verdict::TooFewLabels;
    guess.told[0].anchor = None;
    let message = &messages(&guess)[0];
    assert!(message.contains("Take it for a guess."), "{message}");
    assert!(message.contains("None of its lines is left"), "{message}");
}

/// Undoes the escapes of a workflow command.
fn unescaped(text: &str) -> String {
    let all = [
        ("%2C", ","),
        ("%3A", ":"),
        ("%0A", "\n"),
        ("%0D", "\r"),
        ("%25", "%"),
    ];
    all.iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn workflow_commands_are_one_line_each_and_read_back() {
    let all = annotations(1, 2, 1);
    let out = github(&all);
    let messages = messages(&all);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 4);
    let kinds = ["error", "warning", "warning", "notice"];
    for ((line, kind), message) in lines.iter().zip(kinds).zip(&messages) {
        let rest = line.strip_prefix(&format!("::{kind} ")).expect(line);
        let (properties, data) = rest.split_once("::").unwrap();
        assert_eq!(unescaped(data), *message);
        let properties: Vec<(&str, &str)> = properties
            .split(',')
            .map(|it| it.split_once('=').unwrap())
            .collect();
        let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["file", "line", "endLine", "title"]);
        assert_eq!(unescaped(properties[0].1), RepoPath::new(PATH).to_text());
        assert_eq!((properties[1].1, properties[2].1), ("3", "7"));
        assert_eq!(
            unescaped(properties[3].1),
            "git-risk: riskier than 97 % of recent changes"
        );
    }
    let mut placeless = annotations(0, 1, 0);
    placeless.told[0].anchor = None;
    assert!(github(&placeless).starts_with("::warning title=git-risk"));
}

#[test]
fn ten_of_a_kind_are_kept_and_one_notice_counts_the_others() {
    let count = |out: &str, kind: &str| {
        let kind = format!("::{kind} ");
        out.lines().filter(|line| line.starts_with(&kind)).count()
    };
    let out = github(&annotations(10, 10, 10));
    assert_eq!(
        ["error", "warning", "notice"].map(|kind| count(&out, kind)),
        [10, 10, 10]
    );
    let all = annotations(3, 12, 10);
    let out = github(&all);
    assert_eq!(
        ["error", "warning", "notice"].map(|kind| count(&out, kind)),
        [3, 10, 10]
    );
    let last = out.lines().last().unwrap();
    assert!(
        last.starts_with("::notice title=git-risk::3 more are not shown here"),
        "{last}"
    );
    assert!(last.ends_with("git risk annotate main..`topic`"), "{last}");
    // The worst of them are there.
    assert!(out.contains(wording::short(&all.told[12].score)));
    assert!(!out.contains(wording::short(&all.told[13].score)));
    assert_eq!(github(&annotations(0, 0, 0)), "");
}

#[test]
fn a_code_quality_report_is_valid_and_its_fingerprints_differ() {
    let mut all = annotations(1, 3, 1);
    all.told[2].score.band = Some(Band::Elevated);
    all.told[3].score.band = None;
    all.told[3].anchor = None;
    let issues = Schema::GitLab.check(&gitlab(&all)).unwrap();
    let issues = issues.as_array().unwrap();
    let severities: Vec<&str> = issues
        .iter()
        .map(|it| it["severity"].as_str().unwrap())
        .collect();
    assert_eq!(severities, ["critical", "major", "minor", "info", "major"]);
    let fingerprints: BTreeSet<&str> = issues
        .iter()
        .map(|it| it["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!(fingerprints.len(), 5);
    assert_eq!(
        issues[0]["location"]["path"],
        &*RepoPath::new(PATH).to_text()
    );
    assert_eq!(issues[0]["location"]["lines"]["begin"], 3);
    assert_eq!(issues[3]["location"]["lines"]["begin"], 1);
    assert_eq!(gitlab(&annotations(0, 0, 0)), "[]\n");
}

/// Undoes the escapes of a URI.
fn decoded(uri: &str) -> Vec<u8> {
    let mut parts = uri.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

#[test]
fn a_sarif_log_is_valid_and_its_places_are_exact() {
    let mut all = annotations(1, 2, 1);
    all.told[3].anchor = None;
    let log = Schema::Sarif.check(&sarif(&all)).unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let levels: Vec<&str> = results
        .iter()
        .map(|it| it["level"].as_str().unwrap())
        .collect();
    assert_eq!(levels, ["error", "warning", "warning", "note"]);
    for (result, told) in results.iter().zip(&all.told) {
        assert_eq!(result["locations"].as_array().unwrap().len(), 1);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert_eq!(decoded(uri), PATH);
        assert!(!uri.contains([' ', '#', ':', '"', '\n', '<']), "{uri}");
        let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str();
        assert_eq!(hash, Some(&*format!("{}:1", told.fingerprint)));
        assert_eq!(result["ruleId"], run["tool"]["driver"]["rules"][0]["id"]);
    }
    let region = &results[0]["locations"][0]["physicalLocation"]["region"];
    // 14 characters, the last but two of which takes two units.
    let expected =
        serde_json::json!({"startLine": 3, "startColumn": 1, "endLine": 7, "endColumn": 16});
    assert_eq!(*region, expected);
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["properties"]["problem.severity"], "recommendation");
    assert_eq!(rule["properties"]["precision"], "medium");
    assert_eq!(rule["properties"]["security-severity"], Value::Null);

    let none = Schema::Sarif.check(&sarif(&annotations(0, 0, 0))).unwrap();
    assert_eq!(none["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn a_sarif_log_has_as_many_results_as_are_shown() {
    let mut all = annotations(0, 1, 0);
    all.told = vec![all.told[0].clone(); MOST_RESULTS + 7];
    let log: Value = serde_json::from_str(&sarif(&all)).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), MOST_RESULTS);
    let note = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(note.as_str().unwrap().starts_with("7 more"), "{note}");
}

#[test]
fn diagnostics_are_valid_and_end_behind_the_last_byte() {
    let mut all = annotations(1, 2, 1);
    all.told[3].anchor = None;
    let result = Schema::RdJson.check(&rdjson(&all)).unwrap();
    assert_eq!(result["source"]["name"], "git-risk");
    let diagnostics = result["diagnostics"].as_array().unwrap();
    let severities: Vec<&str> = diagnostics
        .iter()
        .map(|it| it["severity"].as_str().unwrap())
        .collect();
    assert_eq!(severities, ["ERROR", "WARNING", "WARNING", "INFO"]);
    let range = &diagnostics[0]["location"]["range"];
    // 14 characters, one of two bytes and one of four.
    let expected =
        serde_json::json!({"start": {"line": 3, "column": 1}, "end": {"line": 7, "column": 19}});
    assert_eq!(*range, expected);
    assert_eq!(diagnostics[3]["location"].get("range"), None);
    let none = Schema::RdJson
        .check(&rdjson(&annotations(0, 0, 0)))
        .unwrap();
    assert_eq!(none["diagnostics"], serde_json::json!([]));
}

#[test]
fn a_comment_holds_nothing_of_strangers_that_means_something() {
    let comment = markdown(&annotations(1, 3, 1), 65_536);
    let mut lines = comment.lines();
    assert_eq!(lines.next(), Some(MARKER));
    assert_eq!(lines.next(), Some("### git-risk: 4 of 5 changes stand out"));
    assert_eq!(
        comment.lines().filter(|line| line.starts_with('|')).count(),
        7
    );
    for line in comment.lines().filter(|line| line.starts_with('|')) {
        assert_eq!(line.matches('|').count(), 6, "{line}");
    }
    // But for its own tags and escapes.
    let strange = comment
        .replace(MARKER, "")
        .replace("<code>", "")
        .replace("</code>", "");
    for bad in [
        "<", ">", "`", "@", "](", "://", "www.", "\u{1b}", "\u{202e}", "&#35;1", "&#64;o",
    ] {
        assert!(!strange.contains(bad), "{bad:?} is in {strange}");
    }
    for words in [
        "riskiest commit, 90 % (0000000000)",
        "all commits as one change, as a squash merge lands them: 61 %",
        "⛔ reaches p99, from where on this check fails",
        "46 needed a fix &#40;23 %&#41;",
    ] {
        assert!(comment.contains(words), "{words:?} is not in {comment}");
    }
    assert_eq!(markdown(&annotations(0, 0, 0), 65_536), "");
}

#[test]
fn a_comment_is_never_longer_than_it_may_be() {
    let all = annotations(5, 60, 0);
    let whole = markdown(&all, usize::MAX);
    let rows = |text: &str| text.lines().filter(|line| line.contains("<code>")).count();
    assert_eq!(rows(&whole), 65);
    let mut seen = BTreeSet::new();
    for limit in (0..=whole.len())
        .step_by(97)
        .chain([whole.len() - 1, whole.len()])
    {
        let text = markdown(&all, limit);
        assert!(text.len() <= limit, "{} of {limit}", text.len());
        if text.is_empty() {
            continue;
        }
        let n = rows(&text);
        seen.insert(n);
        let more = format!("\n{} more are left out.\n", 65 - n);
        assert_eq!(text.contains(&more), n < 65, "{text}");
        assert!(text.contains("Likely to need a fix later"));
    }
    assert!(seen.len() > 20, "{seen:?}");
    assert_eq!(markdown(&all, whole.len()), whole);
}

#[test]
fn text_is_no_command_for_a_runner() {
    let out = text(&annotations(1, 2, 0), Page::default());
    let plain = unstyled(&out);
    assert!(!plain.contains("##["), "{plain}");
    assert!(
        plain
            .lines()
            .all(|line| !line.trim_start().starts_with("::")),
        "{plain}"
    );
    for words in [
        "3 of 3 changes stand out in main..`topic` (p90 x2.5, or p99 to fail at)",
        "reaches the threshold that was set to fail at",
        "riskiest commit ",
        "all commits as one change    61 %  +12,345 -6",
        "lower it ",
    ] {
        assert!(plain.contains(words), "{words:?} is not in {plain}");
    }
    let none = unstyled(&text(&annotations(0, 0, 0), Page::default()));
    assert!(none.starts_with("0 of 1 change stands out"), "{none}");
}

#[test]
fn text_fits_every_width() {
    let all = annotations(1, 2, 0);
    for width in (40..130).step_by(3) {
        let page = Page {
            width: Some(width),
            plain: false,
        };
        let out = text(&all, page);
        // The path cannot be broken.
        let others: Vec<&str> = out.lines().filter(|line| !line.contains('/')).collect();
        assert!(page.holds(&others.join("\n")), "{width}: {out}");
    }
}

/// The text without the codes of its styles.
fn unstyled(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('m').map_or("", |it| it.1)
    })
}

#[test]
fn json_has_what_the_others_have() {
    let all = annotations(1, 1, 1);
    let value: Value = serde_json::from_str(&json(&all)).unwrap();
    assert_eq!(value["fails"], true);
    assert_eq!(value["warn_above"], "p90 x2.5");
    assert_eq!(value["fail_above"], "p99");
    assert_eq!(value["riskiest"], *all.changes[0].commit.as_ref().unwrap());
    assert_eq!(value["combined"]["probability"], 0.61);
    assert_eq!(value["annotations"][1]["level"], "warning");
    assert_eq!(value["annotations"][0]["anchor"]["end_line"], 7);
    assert_eq!(
        value["annotations"][0]["score"]["subject"],
        *all.told[0].score.subject
    );
    assert_eq!(value["changes"].as_array().unwrap().len(), 3);
}
