//! What is remembered of each absorbed change.

use risk_change::{Ancestors, Position};

/// The absorbed changes in ascending order of position, one column for each fact.
///
/// Everything else that a tracker knows is an index over this log. A *change index* is a place in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Log {
    pub(crate) positions: Vec<Position>,
    /// When each was committed, in seconds.
    pub(crate) times: Vec<i64>,
    pub(crate) authors: Vec<u32>,
    pub(crate) fixes: Vec<bool>,
    /// One past the last entry of each in `touched`.
    pub(crate) ends: Vec<u32>,
    pub(crate) touched: Vec<Touched>,
}

/// One file of one absorbed change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) file: u32,
    /// Lines added and deleted.
    pub(crate) churn: u32,
    /// How it came there, as a number: four bytes instead of eight, for each file of each change.
    arrival: u32,
}

const STAYED: u32 = u32::MAX;
const NEW: u32 = u32::MAX - 1;

impl Touched {
    pub(crate) fn new(file: u32, churn: u32, arrival: Arrival) -> Self {
        let arrival = match arrival {
            Arrival::Stayed => STAYED,
            Arrival::New => NEW,
            Arrival::From(file) => file,
        };
        Self {
            file,
            churn,
            arrival,
        }
    }

    pub(crate) fn arrival(self) -> Arrival {
        match self.arrival {
            STAYED => Arrival::Stayed,
            NEW => Arrival::New,
            file => Arrival::From(file),
        }
    }
}

/// How a file came to be at its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It was there before the change.
    Stayed,
    /// The change made it.
    New,
    /// The change moved it there from the path of another file.
    From(u32),
}

impl Log {
    pub(crate) fn len(&self) -> u32 {
        self.positions.len() as u32
    }

    /// The files of a change.
    pub(crate) fn files(&self, change: u32) -> &[Touched] {
        let change = change as usize;
        let start = match change {
            0 => 0,
            _ => self.ends[change - 1],
        };
        &self.touched[start as usize..self.ends[change] as usize]
    }

    /// The week of a change, counted from the start of time.
    pub(crate) fn week(&self, change: u32) -> i32 {
        week(self.times[change as usize])
    }
}

/// The week a moment is in: whole periods of seven days since 1970-01-01 00:00 UTC, at most `i32` of them.
pub(crate) fn week(seconds: i64) -> i32 {
    let weeks = seconds.div_euclid(7 * 86_400);
    weeks.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

/// Which of the absorbed changes one change may know, and when it happens.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) log: &'a Log,
    ancestors: &'a Ancestors,
    /// All changes below this index are known.
    sure: u32,
    /// When the change that asks was committed, in seconds.
    pub(crate) now: i64,
}

impl<'a> Known<'a> {
    pub(crate) fn new(log: &'a Log, ancestors: &'a Ancestors, now: i64) -> Self {
        let below = ancestors.complete_below();
        Self {
            log,
            ancestors,
            sure: log.positions.partition_point(|&position| position < below) as u32,
            now,
        }
    }

    /// Whether the change may be known.
    pub(crate) fn has(&self, change: u32) -> bool {
        change < self.sure || self.ancestors.contains(self.log.positions[change as usize])
    }

    /// How many at the front of an ascending list of changes are known for sure; the others must be asked for.
    pub(crate) fn sure<T>(&self, ascending: &[T], change: impl Fn(&T) -> u32) -> usize {
        // In most questions all are known, which the last one tells.
        match ascending.last() {
            Some(last) if change(last) >= self.sure => {
                ascending.partition_point(|entry| change(entry) < self.sure)
            }
            _ => ascending.len(),
        }
    }

    /// How many of an ascending list of changes are known.
    pub(crate) fn count(&self, ascending: &[u32]) -> usize {
        let sure = self.sure(ascending, |&change| change);
        let others = ascending[sure..].iter();
        sure + others.filter(|&&change| self.has(change)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::week;

    #[test]
    fn weeks_before_1970_count_down() {
        let of = [-604_801, -604_800, -1, 0, 604_799, 604_800].map(week);
        assert_eq!(of, [-2, -1, -1, 0, 0, 1]);
    }
}
