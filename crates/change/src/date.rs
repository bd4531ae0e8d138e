//! Moments as people write them: years, months and days of the Gregorian calendar, UTC.

use crate::Timestamp;

const DAY: i64 = 86_400;

/// Years that are written with four digits.
const WRITTEN: std::ops::RangeInclusive<i64> = 0..=9_999;

impl Timestamp {
    /// The day in UTC, as `2026-11-25`. What lies before the year 0 or after 9999 is written in seconds, as `@-99999999999`.
    ///
    /// ```
    /// assert_eq!(risk_change::Timestamp(0).day(), "1970-01-01");
    /// ```
    pub fn day(self) -> String {
        self.written()
            .map_or_else(|| format!("@{}", self.0), |(day, _)| day)
    }

    /// Day and time in UTC, as `2026-11-25T01:48:25Z`; in seconds as for [`day`](Self::day).
    pub fn iso(self) -> String {
        self.written().map_or_else(
            || format!("@{}", self.0),
            |(day, second)| {
                let (hour, minute) = (second / 3_600, second / 60 % 60);
                format!("{day}T{hour:02}:{minute:02}:{:02}Z", second % 60)
            },
        )
    }

    /// The moment that [`iso`](Self::iso) has written; `None` if it has not.
    pub fn from_iso(text: &str) -> Option<Self> {
        let moment = if let Some(seconds) = text.strip_prefix('@') {
            Self(seconds.parse().ok()?)
        } else {
            let part = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
            let date = days(part(0, 4)?, part(5, 7)?, part(8, 10)?);
            let second = part(11, 13)? * 3_600 + part(14, 16)? * 60 + part(17, 19)?;
            Self(date * DAY + second)
        };
        // Whatever is not a date comes out as another one.
        (moment.iso() == text).then_some(moment)
    }

    /// The day, and the second of it.
    fn written(self) -> Option<(String, i64)> {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let written = WRITTEN.contains(&year);
        written.then(|| {
            (
                format!("{year:04}-{month:02}-{day:02}"),
                self.0.rem_euclid(DAY),
            )
        })
    }
}

/// Year, month and day, so many days after 1970-01-01.
///
/// Years are counted from March in eras of 400, so that the leap day is the last day of a year.
/// Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

/// Days from 1970-01-01 to a date: the way back of [`civil`].
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn moments_are_written_as_git_writes_them() {
        // `git show --date=iso-strict-local` with TZ=UTC.
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696, "2000-02-29T12:34:56Z"),
            (1_577_836_800, "2020-01-01T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(Timestamp(seconds).iso(), text);
            assert_eq!(Timestamp::from_iso(text), Some(Timestamp(seconds)));
            assert_eq!(Timestamp(seconds).day(), text[..10]);
        }
    }

    #[test]
    fn every_moment_comes_back() {
        let far = [i64::MIN, -62_167_219_201, 253_402_300_800, i64::MAX];
        let near = (-80_000..80_000).map(|step| step * 999_983);
        for seconds in near.chain(far) {
            let at = Timestamp(seconds);
            assert_eq!(Timestamp::from_iso(&at.iso()), Some(at), "{}", at.iso());
        }
        assert_eq!(Timestamp(i64::MAX).day(), format!("@{}", i64::MAX));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00+01:00",
            "@12 ",
            "@0",
            "é026-01-01T00:00:00Z",
        ] {
            assert_eq!(Timestamp::from_iso(text), None, "{text}");
        }
    }
}
