//! What git, people and their commits say.

use crate::{is_harmless, parts, texts};
use risk_change::Author;
use risk_history::{Identities, Steering};

/// Lines on standard input of the pre-push hook.
pub(crate) fn hook(input: &[u8]) {
    if let Some(n) = git_risk_parsers::fuzzed::push(input) {
        assert!(n <= input.split(|&byte| byte == b'\n').count());
    }
}

/// A commit object.
pub(crate) fn commit(input: &[u8]) {
    let Some((author, _, _, message)) = risk_history::fuzzed::commit(input) else {
        return;
    };
    // Replacements take three bytes, and so do no two characters of Latin-1 take more than four.
    let told = author.name.len() + author.email.len() + message.len();
    assert!(told <= 3 * input.len());
}

/// A `.mailmap` and an author; a `.git-blame-ignore-revs` is read from the same bytes.
pub(crate) fn mailmap(input: &[u8]) {
    let [mailmap, name, email] = parts(input);
    let text = |bytes| String::from_utf8_lossy(bytes).as_ref().into();
    let author = Author {
        name: text(name),
        email: text(email),
    };
    let mut people = Identities::new(mailmap);
    let person = people.resolve(&author);
    assert_eq!(people.resolve(&author), person, "asked twice");
    let steering = Steering {
        ignore_revs: mailmap.to_vec(),
        ..Steering::default()
    };
    assert!(40 * steering.ignored().len() <= mailmap.len());
}

/// The file of labels that people gave.
pub(crate) fn labels(input: &[u8]) {
    if let Err(told) = git_risk_parsers::fuzzed::labels(input) {
        is_harmless(&told);
    }
}

/// A note that gives a label.
pub(crate) fn note(input: &[u8]) {
    git_risk_parsers::fuzzed::note(input);
    let [text] = texts(input);
    is_harmless(&risk_report::clean(&text));
}
