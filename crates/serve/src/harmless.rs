//! Texts of other programs, made fit to be shown: without control characters, and without the paths of this machine.

/// The longest text that is handed on, in characters.
const MAX_CHARS: usize = 400;

/// Replaces control characters (escape sequences, line breaks, bidirectional overrides) by U+FFFD.
pub(crate) fn clean(text: &str) -> String {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.replace(harmful, "\u{fffd}")
}

/// A text for those who ask over the network: `known` paths are replaced by what they are called, and all others left out.
///
/// Where things lie on this machine is nobody's business, and the names of folders often say who works on it.
pub(crate) fn without_paths(text: &str, known: &[(String, String)]) -> String {
    let mut text = clean(text);
    for (path, name) in known {
        if path.len() > 1 {
            text = text.replace(path.as_str(), name);
        }
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    let mut previous = None;
    while let Some(c) = rest.chars().next() {
        if begins_path(previous, rest) {
            let end = rest.find(is_behind_path).unwrap_or(rest.len());
            let path = rest[..end].trim_end_matches([':', '.']);
            out.push('…');
            rest = &rest[path.len()..];
            previous = Some('…');
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            previous = Some(c);
        }
    }
    if let Some((end, _)) = out.char_indices().nth(MAX_CHARS) {
        out.truncate(end);
        out.push('…');
    }
    out
}

fn begins_path(previous: Option<char>, rest: &str) -> bool {
    let joins = |c: char| {
        c.is_alphanumeric() || matches!(c, '/' | '\\' | '.' | '_' | '-' | '…' | '\u{fffd}')
    };
    if previous.is_some_and(joins) {
        return false;
    }
    let mut chars = rest.chars();
    let first = chars.next();
    let second = chars.next();
    match (first, second) {
        (Some('/'), Some(c)) => !c.is_whitespace() && c != '/',
        (Some('~'), Some('/')) => true,
        (Some(drive), Some(':')) => {
            drive.is_ascii_alphabetic() && matches!(chars.next(), Some('/' | '\\'))
        }
        _ => false,
    }
}

fn is_behind_path(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\'' | '"' | '`' | ')' | ']' | ',' | ';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_and_the_rest_stays() {
        let known = [("/home/ann/my work".to_owned(), "work".to_owned())];
        for (text, expected) in [
            ("nothing here", "nothing here"),
            ("/home/ann/my work/.git is damaged", "work/.git is damaged"),
            ("cannot read /etc/x: denied", "cannot read …: denied"),
            ("'/a/b' and (/c) or and/or 1/2", "'…' and (…) or and/or 1/2"),
            (
                "see https://example.org/a and --file=/tmp/x",
                "see https://example.org/a and --file=…",
            ),
            ("C:\\Users\\ann\\x is gone", "… is gone"),
            ("in ~/secret.", "in …."),
            ("a\u{1b}[31m\nb", "a\u{fffd}[31m\u{fffd}b"),
        ] {
            assert_eq!(without_paths(text, &known), expected);
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(
            without_paths(&"é".repeat(1000), &[]).chars().count(),
            MAX_CHARS + 1
        );
    }
}
