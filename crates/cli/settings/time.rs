//! Spans of time as people write them.

use std::time::Duration;

/// Units, the largest first, in milliseconds.
const UNITS: [(&str, u64); 3] = [("min", 60_000), ("ms", 1), ("s", 1_000)];

/// What `500ms`, `1s`, `1.5s` or `2min` says, from a millisecond to ten minutes.
pub(crate) fn read(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (number, of_unit) = UNITS
        .into_iter()
        .find_map(|(unit, millis)| Some((text.strip_suffix(unit)?, millis)))?;
    let number = number.trim_end();
    let is_plain = number.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    let number: f64 = number.parse().ok().filter(|_| is_plain)?;
    let millis = (number * of_unit as f64).round();
    (1.0..=600_000.0)
        .contains(&millis)
        .then(|| Duration::from_millis(millis as u64))
}

/// A span in the largest unit of which it has a whole number.
pub(crate) fn written(span: Duration) -> String {
    let millis = span.as_millis() as u64;
    let whole = |(_, of_unit): &(&str, u64)| millis.is_multiple_of(*of_unit);
    let [minutes, milliseconds, seconds] = UNITS;
    let units = [minutes, seconds, milliseconds];
    let (unit, of_unit) = units.into_iter().find(whole).unwrap_or(milliseconds);
    format!("{}{unit}", millis / of_unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for (text, millis, shown) in [
            ("1s", 1_000, "1s"),
            ("500ms", 500, "500ms"),
            ("1.5 s", 1_500, "1500ms"),
            ("2min", 120_000, "2min"),
            ("90s", 90_000, "90s"),
            ("60s", 60_000, "1min"),
        ] {
            let span = Duration::from_millis(millis);
            assert_eq!(read(text), Some(span), "{text}");
            assert_eq!(written(span), shown);
            assert_eq!(read(shown), Some(span));
        }
        for text in [
            "", "1", "s", "0s", "-1s", "1h", "11min", "1e3ms", "infs", "0.1ms",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
