//! Histories of paths: who touched each, when and how much.

use crate::lives::{Life, Marker};
use crate::log::{Arrival, Known, Log, Touched};

/// What happened to one path, in ascending order of change.
///
/// Sums over the front of the list are kept beside it, because nearly always the front is what is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathHistory {
    touches: Vec<Touch>,
    /// Each author with the touch that was the first, in ascending order of that touch.
    newcomers: Vec<Newcomer>,
    /// The touches in runs within one week.
    runs: Vec<Run>,
    pub(crate) markers: Vec<Marker>,
}

/// One change touched the path.
#[derive(Clone, Copy, Debug)]
struct Touch {
    change: u32,
    /// Lines added and deleted.
    churn: u32,
}

#[derive(Clone, Copy, Debug)]
struct Newcomer {
    author: u32,
    touch: u32,
}

/// Touches in a row that are of one week.
#[derive(Clone, Copy, Debug)]
struct Run {
    week: i32,
    /// The newest week of this run and those before it: times need not ascend.
    newest: i32,
    /// One past the last touch.
    end: u32,
    /// How many of the touches are fixes, and what all of them added and deleted.
    fixes: u32,
    churn: u64,
}

/// Touches summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) changes: u32,
    pub(crate) fixes: u32,
    pub(crate) churn: u64,
}

/// The touches of a path that belong to one file and that a change may know.
#[derive(Clone, Copy)]
pub(crate) struct Segment<'a> {
    history: &'a PathHistory,
    start: usize,
    /// All touches from `start` to here are known.
    sure: usize,
    /// From `sure` to here, some are.
    end: usize,
}

impl PathHistory {
    /// Notes a touch by the newest change of the log.
    pub(crate) fn touch(&mut self, log: &Log, change: u32, touched: Touched) {
        let author = log.authors[change as usize];
        let touch = self.touches.len() as u32;
        if self.newcomers.iter().all(|known| known.author != author) {
            self.newcomers.push(Newcomer { author, touch });
        }
        let entry = Touch {
            change,
            churn: touched.churn,
        };
        let week = log.week(change);
        let newest = self.runs.last().map_or(week, |run| run.newest.max(week));
        match self.runs.last_mut() {
            Some(run) if run.week == week => {
                let sums = entry.sums(log);
                run.end += sums.changes;
                run.fixes += sums.fixes;
                run.churn += sums.churn;
            }
            _ => {
                let Sums { fixes, churn, .. } = entry.sums(log);
                self.runs.push(Run {
                    week,
                    newest,
                    end: touch + 1,
                    fixes,
                    churn,
                });
            }
        }
        self.touches.push(entry);
        let from = match touched.arrival() {
            Arrival::Stayed => return,
            Arrival::New => None,
            Arrival::From(file) => Some(file),
        };
        // Before the first departure, the arrival of a new file cuts nothing.
        if from.is_some() || !self.markers.is_empty() {
            self.markers.push(Marker::Arrived { change, from });
        }
    }

    /// The touches in a life of the path, as far as they are known.
    pub(crate) fn segment(&self, known: &Known<'_>, life: &Life) -> Segment<'_> {
        let place = |change| self.touches.partition_point(|touch| touch.change < change);
        let start = match life.from {
            0 => 0,
            from => place(from),
        };
        let end = match life.until {
            u32::MAX => self.touches.len(),
            until => place(until),
        };
        let inside = &self.touches[start..end];
        Segment {
            history: self,
            start,
            sure: start + known.sure(inside, |touch| touch.change),
            end,
        }
    }
}

impl<'a> Segment<'a> {
    /// The number of touches in it, known or not: what looking at each of them costs.
    pub(crate) fn n_touches(&self) -> usize {
        self.end - self.start
    }

    /// The known changes, in ascending order.
    pub(crate) fn changes(self, known: &Known<'a>) -> impl Iterator<Item = u32> {
        let sure = self.history.touches[self.start..self.sure].iter();
        sure.chain(self.unsure(known)).map(|touch| touch.change)
    }

    /// How many changes are known.
    pub(crate) fn count(self, known: &Known<'a>) -> usize {
        self.sure - self.start + self.unsure(known).count()
    }

    /// Whether a known change is among them.
    pub(crate) fn contains(&self, change: u32) -> bool {
        self.history.touches[self.start..self.end]
            .binary_search_by_key(&change, |touch| touch.change)
            .is_ok()
    }

    /// The last known change.
    pub(crate) fn last(self, known: &Known<'a>) -> Option<u32> {
        self.history.touches[self.start..self.end]
            .iter()
            .rev()
            .map(|touch| touch.change)
            .find(|&change| known.has(change))
    }

    /// How many distinct authors there are, if that can be told without looking at touches.
    pub(crate) fn count_authors(&self) -> Option<usize> {
        (self.start == 0 && self.sure == self.end).then(|| self.newcomers().len())
    }

    /// Calls `meet` with each author, with some more than once.
    pub(crate) fn each_author(self, known: &Known<'a>, mut meet: impl FnMut(u32)) {
        let by_hand = if self.start == 0 {
            for newcomer in self.newcomers() {
                meet(newcomer.author);
            }
            self.sure..self.sure
        } else {
            self.start..self.sure
        };
        let sure = self.history.touches[by_hand].iter();
        for touch in sure.chain(self.unsure(known)) {
            meet(known.log.authors[touch.change as usize]);
        }
    }

    /// Calls `add` with sums over known touches and the week they are of.
    ///
    /// Each touch since the week `since` is in exactly one sum, an older one in one or none. The order is not
    /// that of time.
    pub(crate) fn each_week(self, known: &Known<'a>, since: i32, mut add: impl FnMut(i32, Sums)) {
        for touch in self.unsure(known) {
            add(known.log.week(touch.change), touch.sums(known.log));
        }
        let runs = &self.history.runs;
        let newest = runs.partition_point(|run| (run.end as usize) < self.sure);
        let mut end = self.sure;
        for index in (0..runs.len().min(newest + 1)).rev() {
            let run = &runs[index];
            if end <= self.start || run.newest < since {
                break;
            }
            let first = index.checked_sub(1).map_or(0, |i| runs[i].end as usize);
            let sums = if self.start <= first && end == run.end as usize {
                Sums {
                    changes: run.end - first as u32,
                    fixes: run.fixes,
                    churn: run.churn,
                }
            } else {
                let mut sums = Sums::default();
                for touch in &self.history.touches[first.max(self.start)..end] {
                    sums.add(touch.sums(known.log));
                }
                sums
            };
            add(run.week, sums);
            end = first;
        }
    }

    /// The authors met up to `sure`, if the segment starts at the front.
    fn newcomers(&self) -> &'a [Newcomer] {
        let all = &self.history.newcomers;
        &all[..all.partition_point(|newcomer| (newcomer.touch as usize) < self.sure)]
    }

    /// The known touches from `sure` on.
    fn unsure(self, known: &Known<'a>) -> impl Iterator<Item = &'a Touch> {
        self.history.touches[self.sure..self.end]
            .iter()
            .filter(move |touch| known.has(touch.change))
    }
}

impl Touch {
    fn sums(self, log: &Log) -> Sums {
        Sums {
            changes: 1,
            fixes: u32::from(log.fixes[self.change as usize]),
            churn: u64::from(self.churn),
        }
    }
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.changes += other.changes;
        self.fixes += other.fixes;
        self.churn += other.churn;
    }
}
