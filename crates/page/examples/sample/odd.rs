//! Repositories that are odd: one of which nothing is known, and one by somebody who means harm.

use crate::made::Made;
use risk_report::{Forge, GivenCounts, Latency, Overview, RankedBy, Tree, Verdict, Worth};

/// A repository of which next to nothing is known: whatever may be missing is missing.
pub(crate) fn young() -> Overview {
    let made = Made::of(6, 2, 1);
    let mut overview = made.overview();
    overview.repository.branch = None;
    overview.repository.forge = None;
    overview.since = None;
    overview.release = None;
    overview.followed = None;
    overview.riskiest.clear();
    overview.timeline.steps.clear();
    overview.latency = Latency {
        fixes: 0,
        quartiles: [None; 3],
        waiting_days: 90.0,
        within_waiting: 0.0,
        points: Vec::new(),
    };
    overview.changes.total = 6;
    overview.changes.band = vec![None; 6];
    overview.changes.percentile = vec![None; 6];
    overview.changes.label = vec![0; 6];
    overview.tree = Tree::default();
    overview.worth = Worth {
        tip: overview.repository.tip.clone(),
        commits: 6,
        changes: 6,
        labelled: 0,
        defective: 0,
        given: GivenCounts::default(),
        fixes: 0,
        links: 0,
        base_rate: None,
        mature: 0,
        auc: None,
        auc_la: None,
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
        ranked_by: RankedBy::Size,
        in_prior: true,
        verdict: Verdict::TooFewLabels,
        skipped: Vec::new(),
    };
    overview
}

/// Texts that would do harm if they became markup, a script, an address or a part of the terminal.
pub(crate) const HOSTILE: &[&str] = &[
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror=\"window.pwned=2\">",
    "javascript:window.pwned=3",
    "\"'><svg onload=window.pwned=4>",
    "admin\u{202e}gnp.exe\u{2066} \u{200f}",
    "nul\0 and bell\u{7}\u{1b}[31m",
    "two\u{2028}lines\u{2029}",
    "{{data}} {{script}} ${window.pwned=5} {@a|b} {a|x}",
    "<!--<script>",
    "]]></style><style>*{display:none}</style>",
    "%3Cscript%3E/../..//\\?#&x=1",
    "__proto__",
    "constructor",
    "",
];

/// A repository by somebody who means harm: each text is one of [`HOSTILE`].
pub(crate) fn hostile() -> Overview {
    let made = Made::of(300, 60, HOSTILE.len());
    let mut overview = made.overview();
    let text = |n: usize| HOSTILE[n % HOSTILE.len()].to_owned();
    overview.people = (0..HOSTILE.len()).map(text).collect();
    for (n, subject) in overview.changes.subject.iter_mut().enumerate() {
        *subject = text(n);
    }
    for (n, change) in overview.riskiest.iter_mut().enumerate() {
        change.subject = text(n);
        change.author = text(n + 3);
        for (k, file) in change.files.iter_mut().enumerate() {
            file.path = format!("{}/{}", text(n + k), text(n));
        }
    }
    for (n, file) in overview.tree.files.iter_mut().enumerate() {
        file.path = format!("{}/{}/{n}", text(n), text(n / 3));
    }
    for (n, directory) in overview.tree.directories.iter_mut().enumerate().skip(1) {
        directory.path = text(n);
    }
    if let Some(since) = &mut overview.since {
        since.name = Some(text(0));
        for (n, found) in since.found.iter_mut().enumerate() {
            found.subject = text(n);
        }
        for (n, moved) in since.risen.iter_mut().enumerate() {
            moved.path = text(n);
        }
    }
    let place = &mut overview.repository;
    place.name = text(1);
    place.branch = Some(text(0));
    place.forge = Some(Forge {
        name: "GitHub",
        commit: "javascript:window.pwned='{commit}'".to_owned(),
        file: "https://example.org/\"><script>/{commit}/{path}".to_owned(),
        line: "#L{line}",
    });
    overview
}
