//! History: what happened to the touched files before.

use crate::lives::{Moment, life};
use crate::log::{Known, week};
use crate::marks::Marks;
use crate::touches::{PathHistory, Segment, Sums};
use std::sync::LazyLock;

/// What happened to the touched files before.
///
/// Only absorbed changes that are ancestors count. A renamed file takes its history along; a new file at a path
/// that another file was moved away from starts without one; a file deleted and made again goes on with its own.
///
/// Two features of ours weigh earlier changes by their age: `w = 2^(-a / 26)`, where *a* is the number of
/// calendar weeks (of seven days, from Thursday to Wednesday, UTC) between the committer dates, 0 if the earlier
/// change has the later date; more than ten half-lives (260 weeks) back, `w` is 0. A half-life is 182 days.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct History {
    /// Distinct developers who changed any of the touched files before.
    ///
    /// Developers are told apart by mail address in lower case after `.mailmap`, and by name where there is no
    /// address.
    ///
    /// - Units and range: count, `≥ 0`; 0 for new files.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "NDEV".
    pub ndev: f64,
    /// Time since the last change of a touched file: mean over all touched files.
    ///
    /// The last change is the last one of the documented order; the time is between the committer dates, and 0
    /// if the earlier change has the later date.
    ///
    /// - Units and range: days, `≥ 0`; a new file has 0 days; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "AGE".
    pub age: f64,
    /// Distinct earlier changes to any of the touched files.
    ///
    /// - Units and range: count, `≥ 0`; 0 for new files.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "NUC". Deviation: the published data divide by `nf`.
    pub nuc: f64,
    /// Earlier fixes of a touched file, each with its weight *w*: mean over all touched files.
    ///
    /// - Units and range: weighted count, `≥ 0`; 0 for new files.
    /// - Known at: arrival; that an earlier change is a fix is told by its own message.
    /// - Source: prior fixes as in Rahman et al., ESEC/FSE 2011; the exponential weight as in Graves et al.,
    ///   IEEE TSE 2000. Deviation: half-life instead of a fitted damping.
    pub prior_fixes: f64,
    /// The largest such sum of any touched file.
    ///
    /// - Units and range: weighted count, `≥ prior_fixes`; 0 for new files.
    /// - Known at: arrival.
    /// - Source: as `prior_fixes`.
    pub prior_fixes_max: f64,
    /// Earlier changes of a touched file, each with its weight *w*: mean over all touched files.
    ///
    /// - Units and range: weighted count, `≥ prior_fixes`; 0 for new files.
    /// - Known at: arrival.
    /// - Source: weighted time damp model of Graves et al., IEEE TSE 2000. Deviation: as `prior_fixes`.
    pub recent_changes: f64,
    /// Lines added and deleted by earlier changes of a touched file, each with the weight *w* of its change: mean
    /// over all touched files.
    ///
    /// - Units and range: weighted lines, `≥ 0`; 0 for new files.
    /// - Known at: arrival.
    /// - Source: churn as in Nagappan and Ball, ICSE 2005; the weight as for `prior_fixes`.
    pub recent_churn: f64,
}

/// Half-life of the weight of an earlier change, in weeks.
pub(crate) const HALF_LIFE: usize = 26;

/// Age in weeks from which on an earlier change weighs nothing.
const HORIZON: usize = 10 * HALF_LIFE + 1;

/// Weights of changes by age in weeks, in units of 2⁻³²: sums of integers are the same in any order.
static WEIGHTS: LazyLock<[u64; HORIZON]> = LazyLock::new(|| {
    std::array::from_fn(|weeks| {
        let weight = (-(weeks as f64) / HALF_LIFE as f64).exp2();
        (weight * UNIT).round() as u64
    })
});

/// The weight of a change of this week, in units of 2⁻³².
const UNIT: f64 = 4_294_967_296.0;

/// Room for questions about files, kept between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    changes: Marks,
    authors: Marks,
}

/// What [`History`] is computed from: the histories of all paths, and which authors there are.
#[derive(Clone, Copy)]
pub(crate) struct Past<'a> {
    pub(crate) histories: &'a [PathHistory],
    pub(crate) n_authors: usize,
    pub(crate) known: Known<'a>,
}

/// Where the history of a touched file is to be looked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    /// The path after the change, with the moment.
    pub(crate) path: Option<(u32, Moment)>,
    /// The path before the change, if it is another.
    pub(crate) old_path: Option<u32>,
}

impl History {
    pub(crate) fn of(origins: &[Origin], past: &Past<'_>, room: &mut Room) -> Self {
        let known = &past.known;
        let n_files = origins.len() as f64;
        let mut all = Vec::with_capacity(origins.len());
        let mut seconds = 0_i128;
        let mut mean = Weighted::default();
        let mut most_fixes = 0;
        for origin in origins {
            let first = all.len();
            past.segments(*origin, &mut all);
            let own = &all[first..];
            if let Some(last) = own.iter().filter_map(|part| part.last(known)).max() {
                let then = known.log.times[last as usize];
                seconds += i128::from(known.now.saturating_sub(then).max(0));
            }
            let weighted = Weighted::of(own, known);
            most_fixes = most_fixes.max(weighted.fixes);
            mean.add(&weighted);
        }
        Self {
            ndev: count_authors(&all, past, &mut room.authors) as f64,
            age: crate::ratio(seconds as f64 / 86_400.0, n_files),
            nuc: count_changes(&all, known, &mut room.changes) as f64,
            prior_fixes: crate::ratio(mean.fixes as f64 / UNIT, n_files),
            prior_fixes_max: most_fixes as f64 / UNIT,
            recent_changes: crate::ratio(mean.changes as f64 / UNIT, n_files),
            recent_churn: crate::ratio(mean.churn as f64 / UNIT, n_files),
        }
    }
}

impl<'a> Past<'a> {
    /// Appends the parts of lists that make up the history of one file, each once.
    fn segments(&self, origin: Origin, parts: &mut Vec<Segment<'a>>) {
        let old = origin.old_path.map(|file| (file, Moment::Present));
        let mut open: Vec<(u32, Moment)> = origin.path.into_iter().chain(old).collect();
        let mut seen: Vec<(u32, u32, u32)> = Vec::new();
        while let Some((file, moment)) = open.pop() {
            let history = &self.histories[file as usize];
            let Some(life) = life(&history.markers, &self.known, moment) else {
                continue;
            };
            let whole = (file, life.from, life.until);
            if seen.contains(&whole) {
                continue;
            }
            seen.push(whole);
            parts.push(history.segment(&self.known, &life));
            let links = life.links.iter();
            open.extend(links.map(|&(from, change)| (from, Moment::DepartureAt(change))));
        }
    }
}

/// Sums over the history of a file, weighted by age, in units of 2⁻³².
#[derive(Clone, Copy, Default)]
struct Weighted {
    changes: u128,
    fixes: u128,
    churn: u128,
}

impl Weighted {
    fn of(parts: &[Segment<'_>], known: &Known<'_>) -> Self {
        let this_week = week(known.now);
        let since = this_week.saturating_sub(HORIZON as i32 - 1);
        let mut weighted = Self::default();
        for part in parts {
            part.each_week(known, since, |week, sums: Sums| {
                let age = (i64::from(this_week) - i64::from(week)).max(0) as usize;
                if let Some(&weight) = WEIGHTS.get(age) {
                    weighted.changes += u128::from(u64::from(sums.changes) * weight);
                    weighted.fixes += u128::from(u64::from(sums.fixes) * weight);
                    weighted.churn += u128::from(sums.churn) * u128::from(weight);
                }
            });
        }
        weighted
    }

    fn add(&mut self, other: &Self) {
        self.changes += other.changes;
        self.fixes += other.fixes;
        self.churn += other.churn;
    }
}

/// Distinct known changes over all parts.
fn count_changes(parts: &[Segment<'_>], known: &Known<'_>, marks: &mut Marks) -> usize {
    let Some(longest) = (0..parts.len()).max_by_key(|&index| parts[index].n_touches()) else {
        return 0;
    };
    if parts.len() == 1 {
        return parts[0].count(known);
    }
    let n_all: usize = parts.iter().map(Segment::n_touches).sum();
    let n_longest = parts[longest].n_touches();
    // Where one list is far longer than the rest, as a change log's is, the rest is looked up in it instead of
    // going through it.
    let looked_up = (8 * (n_all - n_longest) < n_longest).then(|| parts[longest]);
    marks.clear(known.log.len() as usize);
    let mut n_changes = looked_up.map_or(0, |list| list.count(known));
    for (index, part) in parts.iter().enumerate() {
        if looked_up.is_some() && index == longest {
            continue;
        }
        for change in part.changes(known) {
            if looked_up.is_none_or(|list| !list.contains(change)) && marks.insert(change) {
                n_changes += 1;
            }
        }
    }
    n_changes
}

/// Distinct authors of known changes over all parts.
fn count_authors(parts: &[Segment<'_>], past: &Past<'_>, marks: &mut Marks) -> usize {
    if let [only] = parts
        && let Some(count) = only.count_authors()
    {
        return count;
    }
    marks.clear(past.n_authors);
    let mut n_authors = 0;
    for part in parts {
        part.each_author(&past.known, |author| {
            n_authors += usize::from(marks.insert(author));
        });
    }
    n_authors
}

#[cfg(test)]
mod tests;
