//! Text for those who see ASCII alone.

use unicode_width::UnicodeWidthChar;

/// Letters U+00C0 to U+017F without what is above and below them.
const LATIN: &[u8; 192] = b"AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty\
AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/// Translates a text to ASCII: our own signs to what means the same, letters to those below their accents, and
/// everything else to question marks, as many as it has columns. Line ends and colours stay.
///
/// ```
/// assert_eq!(risk_report::ascii("×2.0  ▇▇  “Zoë …”"), "x2.0  ##  \"Zoe ...\"");
/// assert_eq!(risk_report::ascii("修 a"), "?? a");
/// ```
pub fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_ascii() => out.push(c),
            '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => out.push(' '),
            '×' => out.push('x'),
            '–' | '—' | '‐' | '‑' | '−' => out.push('-'),
            '‘' | '’' | '‹' | '›' => out.push('\''),
            '“' | '”' | '„' | '«' | '»' => out.push('"'),
            '•' | '·' => out.push('.'),
            '…' => out.push_str("..."),
            '→' => out.push_str("->"),
            '≥' => out.push_str(">="),
            '≤' => out.push_str("<="),
            '▁'..='▏' => out.push('#'),
            'À'..='ſ' => out.push(char::from(LATIN[c as usize - 'À' as usize])),
            _ => out.extend(std::iter::repeat_n('?', c.width().unwrap_or(0))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::ascii;

    #[test]
    fn everything_becomes_ascii_that_can_be_read() {
        assert_eq!(
            ascii("plain\n\u{1b}[1mbold\u{1b}[0m\n"),
            "plain\n\u{1b}[1mbold\u{1b}[0m\n"
        );
        assert_eq!(ascii("Łukasz Müller ſß Ærø"), "Lukasz Muller ss Aro");
        assert_eq!(
            ascii("e\u{301} – ‘a’ → b ≥ c\u{a0}·"),
            "e - 'a' -> b >= c ."
        );
        assert_eq!(ascii("\u{fffd} 修正 \u{1f980}"), "? ???? ??");
        let all: String = ('\u{80}'..'\u{3000}').collect();
        assert!(ascii(&all).is_ascii());
    }

    #[test]
    fn letters_keep_their_places() {
        // À ß ÿ Ā ſ and what surrounds multiplication and division.
        assert_eq!(
            ascii("ÀÖ×ØÞßàö÷øÿĀāĸĹŉŊŋŒœŸŽžſ"),
            "AOxOTsao/oyAakLnNnOoYZzs"
        );
    }
}
