//! Texts of a project: its sources, messages and issues.

use crate::{parts, texts};
use risk_change::{Author, Change, ChangeId, Issues, RepoPath, Timestamp};
use risk_issues::KindNames;
use risk_source::{Exclusion, Language};
use risk_szz::FixRules;
use std::sync::{Arc, LazyLock};

/// A `.gitattributes`, a pattern of the configuration, and paths, one a line.
pub(crate) fn attributes(input: &[u8]) {
    let [attributes, pattern, paths] = parts(input);
    let pattern = String::from_utf8_lossy(pattern);
    let Ok(exclusion) = Exclusion::new(attributes, (!pattern.is_empty()).then_some(&*pattern))
    else {
        return;
    };
    for path in paths.split(|&byte| byte == b'\n') {
        let path = RepoPath::new(path);
        let excludes = exclusion.excludes(&path);
        assert!(!excludes || !exclusion.is_empty(), "nothing says that");
    }
}

/// The path of a file and what it holds.
pub(crate) fn source(input: &[u8]) {
    let [path, text] = parts(input);
    let path = RepoPath::new(path);
    let language = Language::of(&path);
    let kinds = [
        risk_source::is_test,
        risk_source::is_docs,
        risk_source::is_build,
    ];
    let _ = kinds.map(|is_it| is_it(&path));
    let mut starts = vec![0_u32];
    let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    starts.extend(
        ends.map(|(at, _)| at as u32 + 1)
            .filter(|&at| (at as usize) < text.len()),
    );
    let n_lines = if text.is_empty() {
        0
    } else {
        starts.len() as u32
    };
    let all = risk_source::line_classes(language, text, &starts, 0..n_lines);
    assert_eq!(all.len(), n_lines as usize);
    // Whoever asks for some lines alone is told the same of them.
    let some = risk_source::line_classes(language, text, &starts, (0..n_lines).step_by(3));
    assert!(some.iter().eq(all.iter().step_by(3)));
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    for line in &lines {
        risk_source::is_conditional(language, line);
        risk_source::indent_columns(line);
    }
    for pair in lines.windows(2) {
        if risk_source::equal_ignoring_space(pair[0], pair[1]) {
            let hashes = [0, 1].map(|at| risk_source::hash_ignoring_space(pair[at]));
            assert_eq!(hashes[0], hashes[1]);
        }
    }
}

/// A message, and a pattern of the configuration for fixes and for keys of issues.
pub(crate) fn messages(input: &[u8]) {
    static ISSUES: LazyLock<Arc<Issues>> = LazyLock::new(|| {
        let export = b"key,type\n12,bug\nGH-7,task\nABC-123,bug\n";
        let export = risk_issues::read(export, &KindNames::default());
        Arc::new(export.expect("it is an export").issues)
    });
    static OF_TRACKER: LazyLock<FixRules> = LazyLock::new(|| {
        let rules = FixRules::default().with_issues(Arc::clone(&ISSUES), &[]);
        rules.expect("no pattern is none")
    });
    let [message, pattern] = texts(input);
    let change = Change {
        id: ChangeId::from_bytes(&[1; 20]).expect("an id has 20 bytes"),
        parents: Vec::new(),
        author: Author {
            name: "".into(),
            email: "".into(),
        },
        authored_at: Timestamp(0),
        committed_at: Timestamp(0),
        message,
        files: Vec::new(),
    };
    FixRules::default().explain(&change);
    OF_TRACKER.explain(&change);
    if pattern.is_empty() {
        return;
    }
    let patterns = [pattern];
    let own = FixRules::default().with_words(&patterns);
    if let Ok(rules) = own.and_then(|rules| rules.without(&patterns)) {
        rules.explain(&change);
    }
    if let Ok(rules) = FixRules::default().with_issues(Arc::clone(&ISSUES), &patterns) {
        rules.explain(&change);
    }
}

/// What an issue tracker exports.
pub(crate) fn issues(input: &[u8]) {
    match risk_issues::read(input, &KindNames::default()) {
        Ok(export) => {
            // An issue is known by its number, and by that with its project before it.
            assert!(export.issues.len() + export.n_repeated <= 2 * export.n_issues);
            assert!(export.n_bugs + export.n_others <= export.n_issues);
        }
        Err(error) => crate::is_harmless(&risk_report::clean(&error.to_string())),
    }
}
