//! SARIF 2.1.0.

use super::{Annotation, Annotations, HOME, Level, RULE, wording};
use crate::json::pretty;
use risk_change::RepoPath;
use serde_json::{Value, json};
use std::fmt::Write;

/// Results that are written, the worst first: as many as GitHub shows. It takes 25,000, and 10 MB when packed, which
/// these do not reach.
pub const MOST_RESULTS: usize = 5_000;

/// A SARIF log with one run and one rule; without results if nothing is told.
///
/// Each result has one location, for GitHub looks at the first alone. It lies in the difference, or else, as GitHub
/// refuses a file with a result that has none, at the first line of the file that carries most of the risk. Columns
/// count UTF-16 units, the end is exclusive. The fingerprint stands under the name that GitHub reads,
/// `primaryLocationLineHash`.
///
/// - Source: OASIS, Static Analysis Results Interchange Format 2.1.0; GitHub's documentation, "SARIF support for code
///   scanning".
pub fn sarif(annotations: &Annotations) -> String {
    let shown = annotations.told.iter().take(MOST_RESULTS);
    let results: Vec<Value> = shown.map(|it| result(it, annotations)).collect();
    let n_more = annotations.told.len() - results.len();
    let mut invocation = json!({ "executionSuccessful": true });
    if n_more > 0 {
        let text = format!(
            "{n_more} more changes are told, which are left out here: GitHub shows {MOST_RESULTS}."
        );
        invocation["toolExecutionNotifications"] =
            json!([{ "level": "note", "message": { "text": text } }]);
    }
    pretty(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "git-risk",
                "semanticVersion": annotations.version,
                "informationUri": HOME,
                "rules": [rule()],
            }},
            "automationDetails": { "id": "git-risk/" },
            "columnKind": "utf16CodeUnits",
            "invocations": [invocation],
            "originalUriBaseIds": { "%SRCROOT%": { "description": { "text": "The root of the repository." } } },
            "results": results,
        }],
    }))
}

fn rule() -> Value {
    const HELP: &str = "git-risk learns from the history of the repository which changes had to be repaired later, and \
        ranks new ones by it. The message says how often changes of this rank needed a fix here, what raises the risk of \
        this one, and what would lower it. It points at the lines that carry most of it. Most of these changes need no \
        fix: look at them longer, or have them read by somebody who knows the files; do not reject them for it.";
    json!({
        "id": RULE,
        "name": "RiskyChange",
        "shortDescription": { "text": "Change that is likelier than most to need a fix later" },
        "fullDescription": { "text": "Changes of this rank needed a fix more often than the average change of this \
            repository, by its own back-test." },
        "help": { "text": HELP, "markdown": format!("{HELP}\n\n[More about git-risk]({HOME})") },
        "helpUri": HOME,
        "defaultConfiguration": { "level": "warning" },
        "properties": {
            "precision": "medium",
            "problem.severity": "recommendation",
            "tags": ["maintainability", "review"],
        },
    })
}

fn result(annotation: &Annotation, all: &Annotations) -> Value {
    let region = annotation.anchor.as_ref().map_or_else(
        || json!({ "startLine": 1 }),
        |anchor| {
            let units = String::from_utf8_lossy(&anchor.last_line);
            json!({
                "startLine": anchor.first,
                "startColumn": 1,
                "endLine": anchor.last,
                "endColumn": units.encode_utf16().count() + 1,
            })
        },
    );
    let score = &annotation.score;
    json!({
        "ruleId": RULE,
        "ruleIndex": 0,
        "level": match annotation.level {
            Level::Failure => "error",
            Level::Warning => "warning",
            Level::Notice => "note",
        },
        "message": { "text": wording::message(annotation, all).join("\n") },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(annotation.path()), "uriBaseId": "%SRCROOT%" },
            "region": region,
        }}],
        "partialFingerprints": { "primaryLocationLineHash": format!("{}:1", annotation.fingerprint) },
        "rank": score.percentile.unwrap_or(score.probability * 100.0),
        "properties": {
            "commit": score.commit,
            "probability": score.probability,
            "percentile": score.percentile,
            "lift": score.lift,
        },
    })
}

/// A path as a relative URI: all bytes but letters, digits, `-._~` and the slashes are escaped.
fn uri(path: &RepoPath) -> String {
    let mut uri = String::new();
    for &byte in path.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    uri
}
