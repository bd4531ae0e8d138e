//! Text of strangers, made harmless for markup.

use risk_report::clean;

/// Text as it is written in markup, between tags or in a quoted attribute, without control characters.
pub(crate) fn escape(text: &str) -> String {
    let text = clean(text);
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// JSON as it is written inside an element `script`, which ends at the first `</script` whatever stands around it.
pub(crate) fn escape_json(json: &str) -> String {
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(
            escape("</script><img src=x onerror='a(\"b\")'>&amp;"),
            "&lt;/script&gt;&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;&amp;amp;"
        );
        assert_eq!(escape("a\u{202e}b\0c"), "a\u{fffd}b\u{fffd}c");
    }

    #[test]
    fn json_cannot_end_its_element() {
        let json = escape_json(r#"{"a":"</script><!--"}"#);
        assert!(!json.contains('<'));
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["a"], "</script><!--");
    }
}
