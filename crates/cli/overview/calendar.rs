//! Stretches of the calendar, in UTC.

use risk_change::{Days, Timestamp};

const DAY: i64 = 86_400;

/// Length of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// The unit in which a span has many steps, and not too many to see.
    pub(super) fn for_span(span: Days) -> Self {
        match span.0 {
            days if days <= 1_100.0 => Self::Week,
            days if days <= 25.0 * 366.0 => Self::Month,
            days if days <= 75.0 * 366.0 => Self::Quarter,
            _ => Self::Year,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The first moment of the stretch that a moment lies in; `None` for years that are not written with four digits.
    pub(super) fn start(self, at: Timestamp) -> Option<Timestamp> {
        if self == Self::Week {
            // 1970-01-01 was a Thursday; weeks begin on Mondays.
            let days = at.0.div_euclid(DAY);
            let monday = days - (days + 3).rem_euclid(7);
            return Some(Timestamp(monday.checked_mul(DAY)?));
        }
        let day = at.day();
        let (year, month) = (day.get(..4)?, day.get(5..7)?);
        let month: u32 = month.parse().ok()?;
        let first = match self {
            Self::Month => month,
            Self::Quarter => (month - 1) / 3 * 3 + 1,
            Self::Week | Self::Year => 1,
        };
        Timestamp::from_iso(&format!("{year}-{first:02}-01T00:00:00Z"))
    }

    /// The first moment of the next stretch.
    pub(super) fn next(self, start: Timestamp) -> Option<Timestamp> {
        let days = match self {
            Self::Week => 7,
            // Somewhere in the next one, whatever the lengths of the months.
            Self::Month => 32,
            Self::Quarter => 100,
            Self::Year => 370,
        };
        self.start(start.plus(Days(f64::from(days))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_begin_where_the_calendar_says() {
        let at = Timestamp::from_iso("2024-02-29T23:59:59Z").unwrap();
        for (unit, start, next) in [
            (Unit::Week, "2024-02-26", "2024-03-04"),
            (Unit::Month, "2024-02-01", "2024-03-01"),
            (Unit::Quarter, "2024-01-01", "2024-04-01"),
            (Unit::Year, "2024-01-01", "2025-01-01"),
        ] {
            let found = unit.start(at).unwrap();
            assert_eq!(found.day(), start);
            assert_eq!(unit.next(found).unwrap().day(), next);
        }
    }

    #[test]
    fn no_stretch_is_left_out_or_met_twice() {
        for unit in [Unit::Week, Unit::Month, Unit::Quarter, Unit::Year] {
            let mut start = unit.start(Timestamp(-40_000 * DAY)).unwrap();
            for _ in 0..2_000 {
                let next = unit.next(start).unwrap();
                assert!(next > start);
                assert_eq!(unit.start(Timestamp(next.0 - 1)), Some(start));
                assert_eq!(unit.start(next), Some(next));
                start = next;
            }
        }
        assert_eq!(Unit::Month.start(Timestamp(i64::MAX)), None);
    }
}
