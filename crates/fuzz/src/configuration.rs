//! What is configured.

use crate::{is_harmless, parts, texts};
use git_risk_parsers::fuzzed;
use risk_evaluate::Threshold;

/// A `.git-risk.toml` beside a `.gitattributes`.
pub(crate) fn settings(input: &[u8]) {
    let [file, attributes] = parts(input);
    if let Err(told) = fuzzed::settings(file, attributes) {
        is_harmless(&told);
    }
}

/// A name and a value of git's configuration; the value is also read as a threshold.
pub(crate) fn configured(input: &[u8]) {
    let [name, value] = texts(input);
    let value = input.contains(&crate::END).then_some(value.as_str());
    if let Err(told) = fuzzed::configured(&name, value) {
        is_harmless(&told);
    }
    let Some(Ok(threshold)) = value.map(str::parse::<Threshold>) else {
        return;
    };
    let again: Threshold = threshold.to_string().parse().expect("it was written by us");
    assert_eq!(again, threshold);
}
