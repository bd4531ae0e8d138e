//! Moments as trackers write them.

use risk_change::Timestamp;

const DAY: i64 = 86_400;
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// The forms that are understood, for messages.
pub(crate) const FORMS: &str = "2011-06-16T12:21:29Z, 2011-06-16 12:21:29 or seconds since 1970";

/// The moment that a text stands for; `None` if it stands for none.
///
/// - RFC 3339, also with a blank for the `T`, without seconds, and with a zone such as `+0000` or ` -0700`;
/// - `2011/06/16` in place of `2011-06-16`, and `16/Jun/11 12:21 PM` as Jira writes into CSV;
/// - seconds or milliseconds since 1970.
///
/// Without a zone it is UTC. A day alone is its last second, so that nothing of that day is held to be later.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit()) {
        return since_1970(text);
    }
    let end = text.find([' ', 'T', 't']).unwrap_or(text.len());
    let (date, rest) = text.split_at(end);
    let date = date_of(date)?;
    let rest = rest.get(1..).unwrap_or_default().trim();
    if rest.is_empty() {
        return at(&date, DAY - 1, 0);
    }
    let (clock, zone) = split_zone(rest);
    at(&date, clock_of(clock)?, zone_of(zone)?)
}

/// Seconds have nine digits from 1973 on and ten from 2001; what has thirteen is in milliseconds.
fn since_1970(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok()?;
    match text.len() {
        9..=11 => Some(Timestamp(number)),
        12..=14 => Some(Timestamp(number / 1_000)),
        _ => None,
    }
}

/// The day as `2011-06-16`, which may not exist.
fn date_of(text: &str) -> Option<String> {
    let mut parts = text.split(['-', '/']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |text: &str, len: &[usize]| {
        len.contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
    };
    if parts.next().is_some() {
        return None;
    }
    if is_number(first, &[4]) && is_number(second, &[1, 2]) && is_number(third, &[1, 2]) {
        return Some(format!("{first}-{second:0>2}-{third:0>2}"));
    }
    let lower = second.to_ascii_lowercase();
    let month = 1 + MONTHS.iter().position(|it| *it == lower)?;
    if !is_number(first, &[1, 2]) || !is_number(third, &[2, 4]) {
        return None;
    }
    // Trackers are younger than 1970.
    let century = match third.len() {
        4 => "",
        _ if third >= "70" => "19",
        _ => "20",
    };
    Some(format!("{century}{third}-{month:02}-{first:0>2}"))
}

/// The time of day, and the zone behind it.
fn split_zone(text: &str) -> (&str, &str) {
    let is_zone = |it: char| matches!(it, 'Z' | 'z' | '+' | '-') || it == 'U';
    let end = text.find(is_zone).unwrap_or(text.len());
    let (clock, zone) = text.split_at(end);
    (clock.trim(), zone.trim())
}

/// The second of the day.
fn clock_of(text: &str) -> Option<i64> {
    let lower = text.to_ascii_lowercase();
    let half = ["am", "pm"].into_iter().find(|half| lower.ends_with(half));
    let digits = half.map_or(lower.as_str(), |_| lower[..lower.len() - 2].trim_end());
    let mut parts = digits.split(':');
    let mut part = |most: i64| -> Option<i64> {
        let text = parts.next()?;
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
        let number = is_number.then(|| text.parse::<i64>().ok()).flatten()?;
        (number <= most).then_some(number)
    };
    let (hour, minute) = (part(23)?, part(59)?);
    let second = match parts.next() {
        None => 0,
        Some(text) => {
            let (second, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
            let are_digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
            if second.len() != 2 || !are_digits(second) || !are_digits(fraction) {
                return None;
            }
            // A leap second belongs to the minute before.
            second.parse::<i64>().ok().filter(|it| *it <= 60)?.min(59)
        }
    };
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + if half == "pm" { 12 } else { 0 },
    };
    (parts.next().is_none()).then_some(hour * 3_600 + minute * 60 + second)
}

/// Seconds east of UTC.
fn zone_of(text: &str) -> Option<i64> {
    if text.is_empty() || ["z", "utc"].contains(&text.to_ascii_lowercase().as_str()) {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|it| *it != ':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits[..2].parse().ok()?;
    let minutes: i64 = digits.get(2..4).map_or(Some(0), |it| it.parse().ok())?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

fn at(date: &str, second: i64, zone: i64) -> Option<Timestamp> {
    let midnight = Timestamp::from_iso(&format!("{date}T00:00:00Z"))?;
    Some(Timestamp(midnight.0 + second - zone))
}

#[cfg(test)]
mod tests {
    use super::read;
    use risk_change::Timestamp;

    #[test]
    fn moments_of_all_trackers_are_read() {
        for (text, iso) in [
            ("2011-06-16T12:21:29Z", "2011-06-16T12:21:29Z"),
            ("2011-06-16T12:21:29.123Z", "2011-06-16T12:21:29Z"),
            ("2011-06-16T12:21:29.000+0000", "2011-06-16T12:21:29Z"),
            ("2011-06-16T12:21:29.000-0730", "2011-06-16T19:51:29Z"),
            ("2011-06-16t12:21:29+02:00", "2011-06-16T10:21:29Z"),
            ("2011-06-16T12:21:29", "2011-06-16T12:21:29Z"),
            (" 2011-06-16 12:21:29 ", "2011-06-16T12:21:29Z"),
            ("2011-06-16 12:21", "2011-06-16T12:21:00Z"),
            ("2011-06-16 12:21:29 UTC", "2011-06-16T12:21:29Z"),
            ("2009/04/17 12:57:52 -0700", "2009-04-17T19:57:52Z"),
            ("2009-04-17 14:55:33 -07:00", "2009-04-17T21:55:33Z"),
            ("2011-6-7 1:02", "2011-06-07T01:02:00Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("2011-06-16", "2011-06-16T23:59:59Z"),
            ("16/Jun/11 12:21 PM", "2011-06-16T12:21:00Z"),
            ("6/jun/2011 12:05 AM", "2011-06-06T00:05:00Z"),
            ("01/Dec/99 11:59 pm", "1999-12-01T23:59:00Z"),
            ("1308226889", "2011-06-16T12:21:29Z"),
            ("1308226889123", "2011-06-16T12:21:29Z"),
            ("946684799", "1999-12-31T23:59:59Z"),
        ] {
            assert_eq!(
                read(text).map(Timestamp::iso).as_deref(),
                Some(iso),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "-",
            "yesterday",
            "2011",
            "20110616",
            "12",
            "2011-02-30",
            "2011-13-01",
            "2011-06-16T24:00:00Z",
            "2011-06-16T12:61:00Z",
            "2011-06-16T12",
            "2011-06-16T12:21:29X",
            "2011-06-16T12:21:29+1",
            "2011-06-16Tx",
            "2011-06-16T12:21:29 PM +x",
            "16/06/2011",
            "16/Jux/11",
            "16/Jun/11 13:00 PM",
            "2011-06-16-01",
            "é",
            "T",
            "//",
            "2011-06-16T12:21:29.1.2Z",
            "99999999999999999999",
            "2011-06-16T+01:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
