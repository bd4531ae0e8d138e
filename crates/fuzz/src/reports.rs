//! What is told of changes whose authors, subjects and paths are those of strangers.

use crate::{is_harmless, parts, texts};
use risk_change::RepoPath;
use risk_evaluate::{Band, Threshold};
use risk_report::annotate::{self, Anchor, Annotation, Annotations, Level};
use risk_report::{
    FileShare, GivenCounts, HunkShare, Page, PushWarning, RankedBy, ScoredChange, Verdict, Worth,
    text,
};
use serde_json::Value;

/// A subject, an author, a range, a path and a line of text, in every format.
pub(crate) fn report(input: &[u8]) {
    let [subject, author, range, _] = texts(input);
    let [_, _, _, path, line] = parts(input);
    let words = [subject, author, range];
    for word in &words {
        is_harmless(&risk_report::clean(word));
        assert!(risk_report::ascii(word).is_ascii());
    }
    let hostile = annotations(&words, path, line);
    let harmless = words
        .each_ref()
        .map(|it| risk_report::clean(it).into_owned());
    let shown_path = RepoPath::new(path).to_text().into_owned();
    let cleaned = annotations(&harmless, risk_report::clean(&shown_path).as_bytes(), line);
    for_people(&hostile, &cleaned);
    of_comments(&annotate::markdown(&hostile, 60_000));
    of_commands(&annotate::github(&hostile), &hostile);
    for_machines(&hostile, &words, &shown_path);
}

/// Text is the same as if there had been no control character, so that none of theirs got through.
fn for_people(hostile: &Annotations, cleaned: &Annotations) {
    let page = |width| Page {
        width,
        plain: false,
    };
    for page in [page(None), page(Some(33)), page(Some(80))] {
        let told = |all: &Annotations| {
            let score = &all.changes[0];
            [
                annotate::text(all, page),
                text::score(score, &all.worth, page),
                text::table(&all.changes, &all.worth, page),
                text::log(&all.changes, &all.worth, page),
                text::push(&warning(all), page.width.unwrap_or(80)),
            ]
        };
        assert_eq!(told(hostile), told(cleaned));
    }
}

fn warning(all: &Annotations) -> PushWarning {
    PushWarning {
        riskiest: all.changes.clone(),
        n_more: 1,
        n_outgoing: 4,
        see: format!("git risk score {}", all.range),
        followed: None,
    }
}

/// Markdown has no tag, link, mention or control character but our own.
fn of_comments(comment: &str) {
    is_harmless(comment);
    let own = [annotate::MARKER, "<code>", "</code>"];
    let rest = own
        .iter()
        .fold(comment.to_owned(), |text, own| text.replace(own, ""));
    for sign in ["<", "](", "`", "://", "@", "www."] {
        assert!(!rest.contains(sign), "{sign} in {rest}");
    }
    let rows = rest.lines().filter(|line| line.starts_with("| "));
    assert!(
        rows.clone().all(|row| row.matches('|').count() == 6),
        "{rest}"
    );
    // With its head; what does not fit is left out, and that is told.
    assert!(rows.count() == 4 || rest.contains(" more are left out.") || rest.is_empty());
}

/// A line a command, and each is one of ours.
fn of_commands(commands: &str, all: &Annotations) {
    is_harmless(commands);
    assert_eq!(commands.lines().count(), all.told.len(), "{commands}");
    for line in commands.lines() {
        let kind = ["::error ", "::warning ", "::notice "];
        assert!(kind.iter().any(|kind| line.starts_with(kind)), "{line}");
        let (properties, _) = line[2..].split_once("::").expect("a message follows");
        let titles = properties.matches("title=git-risk%3A ").count();
        assert!(titles >= 1 && !properties.contains(':'), "{line}");
        // File, line, last line and title, whatever the path holds.
        assert_eq!(properties.matches(',').count(), 3, "{line}");
    }
}

/// JSON parses, says what was meant, and has in its messages no control character but line ends.
fn for_machines(all: &Annotations, words: &[String; 3], path: &str) {
    let read = |text: String| -> Value { serde_json::from_str(&text).expect("it is JSON") };
    let sarif = read(annotate::sarif(all));
    let gitlab = read(annotate::gitlab(all));
    let rdjson = read(annotate::rdjson(all));
    let json = read(annotate::json(all));
    let result = &sarif["runs"][0]["results"][0];
    for message in [
        &result["message"]["text"],
        &gitlab[0]["description"],
        &rdjson["diagnostics"][0]["message"],
        &json["annotations"][0]["message"],
    ] {
        is_harmless(message.as_str().expect("a message is text"));
    }
    assert_eq!(json["changes"][0]["subject"], words[0].as_str());
    assert_eq!(rdjson["diagnostics"][0]["location"]["path"], path);
    let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    let uri = uri.as_str().expect("an address is text");
    assert!(
        uri.bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"<>\"\\".contains(&byte))
    );
}

fn annotations([subject, author, range]: &[String; 3], path: &[u8], line: &[u8]) -> Annotations {
    let changes: Vec<_> = (0..3).map(|n| score(n, subject, author, path)).collect();
    let told = [Level::Failure, Level::Warning, Level::Notice]
        .into_iter()
        .zip(&changes);
    let told = told.map(|(level, score)| Annotation {
        level,
        anchor: Some(Anchor {
            path: RepoPath::new(path),
            first: 3,
            last: 7,
            last_line: line.to_vec(),
        }),
        file: RepoPath::new(path),
        fingerprint: annotate::fingerprint(author, 0, subject, 0),
        score: score.clone(),
    });
    Annotations {
        version: "0.1.0".to_owned(),
        range: range.clone(),
        base: "b".repeat(40),
        fork: None,
        tip: "c".repeat(40),
        combined: None,
        n_unscored: 0,
        told: told.collect(),
        changes,
        warn_above: Threshold::of_warnings(),
        fail_above: Some(Threshold::of_warnings()),
        followed: None,
        worth: worth(),
    }
}

fn score(n: usize, subject: &str, author: &str, path: &[u8]) -> ScoredChange {
    ScoredChange {
        commit: Some(format!("{n:02x}{:038}", 0)),
        subject: subject.to_owned(),
        author: author.to_owned(),
        committed_at: 0,
        probability: 0.9 - n as f64 / 100.0,
        band: Some(Band::High),
        lift: Some(3.0),
        percentile: Some(97.5),
        flagged: true,
        recorded: false,
        label: "unverified",
        label_by: "found",
        intercept: -2.0,
        reasons: Vec::new(),
        files: vec![FileShare {
            path: RepoPath::new(path).to_text().into_owned(),
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
        left_out: vec!["a file is larger than 32 MiB"],
    }
}

fn worth() -> Worth {
    Worth {
        tip: "0".repeat(40),
        commits: 10,
        changes: 10,
        labelled: 9,
        defective: 3,
        given: GivenCounts::default(),
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
