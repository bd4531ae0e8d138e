//! Texts fit the page they are laid out for, whatever is told.

use risk_evaluate::Band;
use risk_report::{
    Account, Block, Drift, Fact, FileShare, GivenCounts, GivenLabel, HunkShare, LeftOut, Linked,
    Page, RankedBy, Reason, Relabelled, ReliabilityBin, ScoredChange, Skips, Verdict, Worth, text,
};

fn fact(feature: &'static str, meaning: &'static str) -> Fact {
    Fact {
        feature,
        meaning,
        unit: "count".to_owned(),
        value: Some(1_234.5),
        typical: Some(0.25),
        log_odds: 0.4,
    }
}

fn file(path: &str, probability_without: Option<f64>) -> FileShare {
    FileShare {
        path: path.to_owned(),
        added: 1_225,
        deleted: 37,
        probability_without,
        hunks: vec![HunkShare {
            line: 1_204,
            added: 225,
            deleted: 3,
            probability_without,
        }],
    }
}

fn scored(subject: &str) -> ScoredChange {
    let facts = vec![
        fact(
            "added_indent",
            "mean indentation of the added lines of code",
        ),
        fact(
            "recent_fixes",
            "recent fixes of the touched file that had most",
        ),
    ];
    ScoredChange {
        commit: Some("8035a1279b0011223344556677889900aabbccdd".to_owned()),
        subject: subject.to_owned(),
        author: "Ann".to_owned(),
        committed_at: 0,
        probability: 0.54,
        band: Some(Band::Elevated),
        lift: Some(6.6),
        percentile: Some(97.4),
        flagged: true,
        recorded: true,
        label: "unverified",
        label_by: "found",
        intercept: -2.0,
        reasons: vec![
            Reason {
                group: "history of the touched files",
                log_odds: 2.4,
                facts: facts.clone(),
            },
            Reason {
                group: "commit message",
                log_odds: -0.5,
                facts,
            },
        ],
        files: vec![
            file(
                "libs/hackbot-runtime/hackbot_runtime/actions/handlers/try_server_handler.py",
                Some(0.48),
            ),
            file(
                "目录/子目录/一个名字很长的文件/还有更多的内容在这里.rs",
                Some(0.49),
            ),
            file("a.c", None),
        ],
        n_more_files: 12,
        left_out: vec!["too many files came and went to look for renames with edits"],
    }
}

fn worth() -> Worth {
    Worth {
        tip: "8035a1279b0011223344556677889900aabbccdd".to_owned(),
        commits: 81_966,
        changes: 60_000,
        labelled: 57_000,
        defective: 2_700,
        fixes: 9_000,
        links: 12_000,
        base_rate: Some(0.047),
        mature: 57_857,
        auc: Some(0.823),
        auc_la: Some(0.731),
        auc_static: Some(0.775),
        auc_where_static: Some(0.824),
        p_value_la: Some(0.0001),
        ece: Some(0.002),
        brier: Some(0.04),
        flagged: 12_345,
        flagged_defective: 1_500,
        last_flagged: 100,
        last_flagged_defective: 12,
        reliability: vec![
            ReliabilityBin {
                changes: 100,
                probability: 0.257,
                frequency: 0.19,
            };
            10
        ],
        drift: Some(Drift {
            changes: 1_000,
            auc: 0.9,
            auc_before: 0.89,
            expected: 29.0,
            observed: 24,
            ranks_worse: true,
            is_off: true,
        }),
        blocks: vec![
            Block {
                first: 0,
                changes: 1_000,
                base_rate: Some(0.05),
                auc: Some(0.8),
                from: 0,
                auc_static: None,
                auc_la: None,
            };
            58
        ],
        ranked_by: RankedBy::Size,
        in_prior: true,
        given: GivenCounts {
            clean: 12,
            defective: 7,
            contradicting: 3,
            elsewhere: 2,
        },
        verdict: Verdict::NoBetterThanSize,
        skipped: vec![Skips {
            why: "a repaired line comes from a merge or another change that is not scored",
            count: 1_234,
        }],
    }
}

fn given() -> GivenLabel {
    GivenLabel {
        commit: "8035a1279b0011223344556677889900aabbccdd".to_owned(),
        label: "clean",
        why: "the fix is about something else, which 修正する does not show at first sight"
            .to_owned(),
        by: "Ann Somebody-Longname <ann@example.org>".to_owned(),
        at: 0,
        known_at: 0,
        kept_in: "file",
        holds: false,
    }
}

fn account() -> Account {
    Account {
        commit: "8035a1279b0011223344556677889900aabbccdd".to_owned(),
        subject: "short".to_owned(),
        score: Some(scored(
            "短い件名ではありませんので、端末の幅に収まらないはずです。そうでしょう?",
        )),
        unscored: Some("it is a merge: merges are not scored, the changes that they bring in are"),
        facts: vec![
            fact(
                "defect_fraction_of_files",
                "recent fixes of the touched file that had most",
            ),
            fact("la", "lines added"),
        ],
        n_excluded: 3,
        given: Some(given()),
        found: Some("defective"),
        is_fix: true,
        why_fix: "a trailer of the message names what it repairs".to_owned(),
        matched: Some(
            "Fixes: 8035a1279b (\"hackbot: add a try-server push action to everything\")"
                .to_owned(),
        ),
        same_fix_as: Some("8035a1279b0011223344556677889900aabbccdd".to_owned()),
        repairs: vec![Linked {
            commit: "8035a1279b0011223344556677889900aabbccdd".to_owned(),
            evidence: "it wrote lines that the fix deletes".to_owned(),
            lines: 12,
        }],
        repaired_by: Vec::new(),
        left_out: vec!["a fix touches so many files that its links would be noise"],
    }
}

fn left_out() -> Vec<LeftOut> {
    vec![LeftOut {
        commit: "8035a1279b0011223344556677889900aabbccdd".to_owned(),
        path: Some(
            "libs/hackbot-runtime/hackbot_runtime/actions/handlers/try_server_handler.py"
                .to_owned(),
        ),
        why: "a file could not be read; its change is not scored",
    }]
}

/// All views, each by its name.
fn views(page: Page) -> Vec<(&'static str, String)> {
    let worth = worth();
    let scores = [
        scored("hackbot: add a try-server push action and more of the like (#6531)"),
        scored("修正する"),
        scored("e\u{301}te\u{301}"),
    ];
    let relabelled = Relabelled {
        added: vec![given()],
        gone: vec![given()],
        kept: vec![given()],
    };
    vec![
        ("score", text::score(&scores[0], &worth, page)),
        ("table", text::table(&scores, &worth, page)),
        ("merge", text::merge("8035a12", &scores, &worth, page)),
        ("account", text::account(&account(), &worth, page)),
        ("worth", text::worth(&worth, page)),
        ("labels", text::labels(&[given(), given()], page)),
        ("relabelled", text::relabelled(&relabelled, page)),
        ("left out", text::left_out(&left_out(), page)),
    ]
}

#[test]
fn every_line_fits_every_width_from_forty_columns_on() {
    for plain in [false, true] {
        for width in 40..=200 {
            let page = Page {
                width: Some(width),
                plain,
            };
            for (name, text) in views(page) {
                let held = if plain {
                    risk_report::ascii(&text)
                } else {
                    text
                };
                assert!(page.holds(&held), "{name} at {width}:\n{held}");
                assert!(!plain || held.is_ascii(), "{name} at {width}:\n{held}");
            }
        }
    }
}

#[test]
fn what_is_told_does_not_depend_on_the_width() {
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    let endless = views(Page::default());
    let wide = views(Page {
        width: Some(250),
        plain: false,
    });
    for (endless, wide) in endless.into_iter().zip(wide) {
        assert_eq!(endless, wide);
    }
    // Prose is wrapped and loses no word.
    let narrow = Page {
        width: Some(60),
        plain: false,
    };
    let (whole, wrapped) = (
        text::left_out(&left_out(), Page::default()),
        text::left_out(&left_out(), narrow),
    );
    assert_eq!(words(&whole)[1..9], words(&wrapped)[1..9]);
    let caveat = |page| {
        let mut out = String::new();
        text::caveat(&mut out, &worth(), page);
        words(&out)
    };
    assert_eq!(caveat(Page::default()), caveat(narrow));
}

#[test]
fn columns_that_cannot_stand_beside_a_subject_are_left_out() {
    let head = |width| {
        let page = Page {
            width,
            plain: false,
        };
        let table = text::table(&[scored("subject")], &worth(), page);
        let first = table.lines().next().unwrap_or_default().to_owned();
        ["band", "percentile", "subject"].map(|column| first.contains(column))
    };
    assert_eq!(head(None), [true, true, true]);
    assert_eq!(head(Some(66)), [true, true, true]);
    assert_eq!(head(Some(65)), [true, false, true]);
    assert_eq!(head(Some(53)), [false, false, true]);
}

#[test]
fn no_page_is_too_narrow_to_be_written_on() {
    for width in 0..40 {
        let page = Page {
            width: Some(width),
            plain: false,
        };
        for (name, text) in views(page) {
            assert!(text.lines().count() > 0, "{name} at {width}");
        }
    }
}
