//! The data of Kamei et al.

use super::{Fourteen, each, label};
use crate::error::Result;
use crate::stream::Labelled;
use crate::table::Table;
use risk_change::Timestamp;

const NAMES: [&str; 14] = [
    "ns", "nm", "nf", "entropy", "la", "ld", "lt", "fix", "ndev", "pd", "npt", "exp", "rexp",
    "sexp",
];

pub(super) fn changes(table: &Table) -> Result<Vec<Labelled>> {
    let fourteen = Fourteen::of(table, NAMES)?;
    let id = table.column("transactionid")?;
    let date = table.column("commitdate")?;
    let defective = table.column("bug")?;
    each(table, |row| {
        let at = timestamp(row.text(date))
            .ok_or_else(|| row.wanted(date, "a date such as 2004/12/31 16:58"))?;
        Ok(Labelled {
            change: row.name(id)?,
            at,
            features: denormalised(fourteen.features(row)?).to_vec(),
            label: Some(label(row, defective)?),
            fixed_at: None,
            landing: None,
        })
    })
}

/// Lines, counts and bits of what was divided by the lines of all files before, by `nf`, and by `log₂ nf`.
fn denormalised(mut features: [f64; 14]) -> [f64; 14] {
    let [_, _, nf, entropy, la, ld, lt, _, _, _, nuc, ..] = &mut features;
    let n_lines = *lt * *nf;
    if n_lines > 0.0 {
        *la = (*la * n_lines).round();
        *ld = (*ld * n_lines).round();
    }
    *nuc = (*nuc * *nf).round();
    *entropy *= nf.max(1.0).log2();
    features
}

/// `2004/8/29 0:12`, UTC.
fn timestamp(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once(' ')?;
    let mut date = date.splitn(3, '/');
    let mut part = |range: std::ops::RangeInclusive<i64>| {
        let number: i64 = date.next()?.parse().ok()?;
        range.contains(&number).then_some(number)
    };
    let (year, month, day) = (part(1970..=2200)?, part(1..=12)?, part(1..=31)?);
    let (hour, minute) = time.split_once(':')?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || day > days_in(year, month) {
        return None;
    }
    let days =
        days_before_year(year) + (1..month).map(|month| days_in(year, month)).sum::<i64>() + day
            - 1
            - days_before_year(1970);
    Some(Timestamp((days * 24 + hour) * 3_600 + minute * 60))
}

/// Days from the year 1 on, by the Gregorian calendar.
fn days_before_year(year: i64) -> i64 {
    let past = year - 1;
    past * 365 + past / 4 - past / 100 + past / 400
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_seconds_since_1970() {
        // `date -u -d '2004-02-29 00:12' +%s`, and so on.
        for (text, seconds) in [
            ("1970/1/1 0:00", 0),
            ("2004/2/29 0:12", 1_078_013_520),
            ("2000/12/31 23:59", 978_307_140),
            ("2010/03/01 07:05", 1_267_427_100),
        ] {
            assert_eq!(timestamp(text), Some(Timestamp(seconds)), "{text}");
        }
        for text in [
            "2003/2/29 0:12",
            "2004/13/1 0:00",
            "2004/1/1",
            "2004/1/1 24:00",
            "x",
        ] {
            assert_eq!(timestamp(text), None, "{text}");
        }
    }
}
