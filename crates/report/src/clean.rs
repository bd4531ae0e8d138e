//! Text of strangers, made harmless for a terminal.

use std::borrow::Cow;

/// Replaces control characters (escape sequences, line breaks of any script, what turns the direction of text) by U+FFFD.
///
/// ```
/// assert_eq!(risk_report::clean("a\u{1b}[31mb"), "a\u{fffd}[31mb");
/// assert_eq!(risk_report::clean("plain"), "plain");
/// ```
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.contains(harmful) {
        Cow::Owned(text.replace(harmful, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a character is one of those.
pub(crate) fn harmful(it: char) -> bool {
    it.is_control()
        || matches!(it, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
