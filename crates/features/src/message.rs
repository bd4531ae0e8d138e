//! Message: how much a change explains itself.

/// How long the message is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MessageShape {
    /// Characters (Unicode scalar values) of the whole message without white space at its ends.
    ///
    /// - Units and range: characters, `≥ 0`; 0 for an empty message, NaN while the message is not known.
    /// - Known at: arrival.
    /// - Source: ours.
    pub message_chars: f64,
    /// Words of the body: what follows the first paragraph, without a last paragraph of trailers
    /// (`Signed-off-by: …`, `Change-Id: …`), which tools write.
    ///
    /// - Units and range: words between white space, `≥ 0`; 0 without a body, NaN while the message is not known.
    /// - Known at: arrival.
    /// - Source: ours.
    pub body_words: f64,
}

impl MessageShape {
    /// The features of a message that is not written yet.
    pub(crate) const UNKNOWN: Self = Self {
        message_chars: f64::NAN,
        body_words: f64::NAN,
    };

    pub(crate) fn of(message: &str) -> Self {
        let message = message.trim();
        let mut paragraphs = paragraphs(message);
        if paragraphs.len() > 1 && paragraphs.last().is_some_and(|last| is_trailers(last)) {
            paragraphs.pop();
        }
        let words: usize = paragraphs
            .iter()
            .skip(1)
            .flatten()
            .map(|line| line.split_whitespace().count())
            .sum();
        Self {
            message_chars: message.chars().count() as f64,
            body_words: words as f64,
        }
    }
}

/// Runs of lines between blank lines.
fn paragraphs(message: &str) -> Vec<Vec<&str>> {
    let mut paragraphs = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    for line in message.lines() {
        if line.trim().is_empty() {
            if !open.is_empty() {
                paragraphs.push(std::mem::take(&mut open));
            }
        } else {
            open.push(line);
        }
    }
    if !open.is_empty() {
        paragraphs.push(open);
    }
    paragraphs
}

/// Whether each line is `Token: value`, the token of letters, digits and dashes, or continues such a line.
fn is_trailers(paragraph: &[&str]) -> bool {
    paragraph.iter().enumerate().all(|(index, line)| {
        if index > 0 && line.starts_with([' ', '\t']) {
            return true;
        }
        line.split_once(": ").is_some_and(|(token, _)| {
            !token.is_empty()
                && token
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::MessageShape;

    fn check(message: &str, chars: f64, words: f64) {
        let shape = MessageShape::of(message);
        assert_eq!(
            (shape.message_chars, shape.body_words),
            (chars, words),
            "{message:?}"
        );
    }

    #[test]
    fn the_body_is_what_follows_the_first_paragraph() {
        check("", 0.0, 0.0);
        check("fix it\n", 6.0, 0.0);
        check("größe: ändern", 13.0, 0.0);
        check("wrapped\nsubject\n\nbody of four words\n", 35.0, 4.0);
        check("a\n\nb c\n\nd\n", 9.0, 3.0);
        check("a\r\n\r\nb c\r\n", 8.0, 2.0);
    }

    #[test]
    fn trailers_are_not_words_of_the_body() {
        check("a\n\nb c\n\nSigned-off-by: D E <d@e>\n  more\n", 39.0, 2.0);
        check("a\n\nSigned-off-by: D\nReviewed-by: E", 34.0, 0.0);
        check("Fixes: 1", 8.0, 0.0);
        check("a\n\nsee also: nothing", 20.0, 3.0);
    }
}
