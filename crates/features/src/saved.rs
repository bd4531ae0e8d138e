//! A tracker at rest.

use crate::Tracker;
use crate::log::{Arrival, Touched};
use crate::names::identity;
use risk_change::{Author, RepoPath};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// All that a [`Tracker`] knows, as plain columns for any serde format.
///
/// It is the log of the absorbed changes, as small differences where numbers ascend; everything else is computed
/// from it. Equal histories give equal columns, so that bytes are equal, too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    authors: Vec<Arc<str>>,
    paths: Vec<RepoPath>,
    /// By change: places after the change before, minus one.
    gaps: Vec<u32>,
    /// By change: seconds since the change before.
    waits: Vec<i64>,
    /// By change: its author.
    author_of: Vec<u32>,
    /// The changes that are fixes, as distances from the one before.
    fixes: Vec<u32>,
    /// By change: number of its files.
    n_files: Vec<u32>,
    /// By touched file: its path.
    path_of: Vec<u32>,
    /// By touched file: lines added and deleted.
    churn: Vec<u32>,
    /// The touched files that were new, as distances from the one before.
    new: Vec<u32>,
    /// The touched files that were moved, as distances from the one before, with the path moved from.
    moved: Vec<(u32, u32)>,
}

impl Saved {
    /// The paths of all files that were met, and of those they were moved from.
    pub fn paths(&self) -> &[RepoPath] {
        &self.paths
    }
}

/// Why a saved tracker cannot be taken up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// Two columns that describe the same things have different lengths.
    #[error("column {column} has {found} entries instead of {expected}")]
    Length {
        /// The column.
        column: &'static str,
        /// Entries that the other columns ask for.
        expected: usize,
        /// Entries that there are.
        found: usize,
    },
    /// A number stands for something that is not there.
    #[error("column {column} names entry {index} of {len}")]
    Index {
        /// The column.
        column: &'static str,
        /// The number.
        index: u64,
        /// How many there are.
        len: usize,
    },
    /// Positions, or times, leave the range of their type.
    #[error("column {column} leaves the range of its type at entry {entry}")]
    Overflow {
        /// The column.
        column: &'static str,
        /// The entry.
        entry: usize,
    },
    /// An author or a path is there twice.
    #[error("column {column} repeats entry {entry}")]
    Repeated {
        /// The column.
        column: &'static str,
        /// The entry.
        entry: usize,
    },
}

impl Tracker {
    /// What it takes to go on from here later.
    pub fn save(&self) -> Saved {
        let log = &self.log;
        let mut saved = Saved {
            authors: self.names.identities.clone(),
            paths: self.names.paths.clone(),
            author_of: log.authors.clone(),
            ..Saved::default()
        };
        let (mut next, mut time) = (0, 0_i64);
        for (&position, &at) in log.positions.iter().zip(&log.times) {
            saved.gaps.push(position - next);
            next = position.wrapping_add(1);
            // Differences wrap around at the ends of time, and wrap back when they are added.
            saved.waits.push(at.wrapping_sub(time));
            time = at;
        }
        let mut start = 0;
        for &end in &log.ends {
            saved.n_files.push(end - start);
            start = end;
        }
        saved.fixes = distances(log.fixes.iter().copied());
        let (mut last_moved, is_new) = (0, |touched: &Touched| touched.arrival() == Arrival::New);
        saved.new = distances(log.touched.iter().map(is_new));
        for (index, touched) in log.touched.iter().enumerate() {
            saved.path_of.push(touched.file);
            saved.churn.push(touched.churn);
            if let Arrival::From(old) = touched.arrival() {
                saved.moved.push((index as u32 - last_moved, old));
                last_moved = index as u32;
            }
        }
        saved
    }

    /// Goes on where the tracker was saved: every later question has the same answer, to the bit.
    ///
    /// The first [`observe`](Self::observe) does the greater part of the work; see [`prepare`](Self::prepare).
    ///
    /// # Errors
    ///
    /// If the columns do not fit together, as those of a damaged file.
    pub fn restore(saved: &Saved) -> Result<Self, RestoreError> {
        let mut tracker = Self::default();
        let (n_authors, n_paths) = (saved.authors.len(), saved.paths.len());
        tracker.names.reserve(n_authors, n_paths);
        for (entry, identity) in saved.authors.iter().enumerate() {
            if tracker.names.identity(identity) as usize != entry {
                let column = "authors";
                return Err(RestoreError::Repeated { column, entry });
            }
        }
        for (entry, path) in saved.paths.iter().enumerate() {
            if tracker.names.path(path) as usize != entry {
                let column = "paths";
                return Err(RestoreError::Repeated { column, entry });
            }
        }
        saved.read_changes(&mut tracker)?;
        saved.read_files(&mut tracker)?;
        Ok(tracker)
    }
}

impl Saved {
    /// Gives the developers other names, without making one of two or two of one; features do not depend on names.
    ///
    /// `people` are all authors absorbed, as they are resolved now, each with the developer that it was taken for.
    /// `false`, and nothing is done, if they would be told apart in another way than before.
    pub fn rename_developers(&mut self, people: impl IntoIterator<Item = (u32, Author)>) -> bool {
        let mut names: Vec<Option<Arc<str>>> = vec![None; self.authors.len()];
        for (number, author) in people {
            let own = identity(&author);
            match names.get_mut(number as usize) {
                Some(name @ None) => *name = Some(own.into()),
                Some(Some(name)) if **name == *own => {}
                _ => return false,
            }
        }
        let Some(names) = names.into_iter().collect::<Option<Vec<_>>>() else {
            return false;
        };
        if names.iter().collect::<BTreeSet<_>>().len() < names.len() {
            return false;
        }
        self.authors = names;
        true
    }

    fn read_changes(&self, tracker: &mut Tracker) -> Result<(), RestoreError> {
        let n_changes = self.gaps.len();
        length("waits", n_changes, self.waits.len())?;
        length("author_of", n_changes, self.author_of.len())?;
        length("n_files", n_changes, self.n_files.len())?;
        indices("author_of", &self.author_of, self.authors.len())?;
        let log = &mut tracker.log;
        let (mut next, mut time, mut end) = (0_u64, 0_i64, 0_u64);
        for (entry, &gap) in self.gaps.iter().enumerate() {
            let overflow = |column| RestoreError::Overflow { column, entry };
            let position = next + u64::from(gap);
            let position = u32::try_from(position).map_err(|_| overflow("gaps"))?;
            next = u64::from(position) + 1;
            log.positions.push(position);
            time = time.wrapping_add(self.waits[entry]);
            log.times.push(time);
            end += u64::from(self.n_files[entry]);
            let end = u32::try_from(end).map_err(|_| overflow("n_files"))?;
            log.ends.push(end);
        }
        log.authors.clone_from(&self.author_of);
        log.fixes = flags("fixes", &self.fixes, n_changes)?;
        Ok(())
    }

    fn read_files(&self, tracker: &mut Tracker) -> Result<(), RestoreError> {
        let n_touched = tracker.log.ends.last().map_or(0, |&end| end as usize);
        length("path_of", n_touched, self.path_of.len())?;
        length("churn", n_touched, self.churn.len())?;
        indices("path_of", &self.path_of, self.paths.len())?;
        let new = flags("new", &self.new, n_touched)?;
        let entries = self.path_of.iter().zip(&self.churn).zip(new);
        let touched = entries.map(|((&file, &churn), is_new)| {
            let arrival = if is_new {
                Arrival::New
            } else {
                Arrival::Stayed
            };
            Touched::new(file, churn, arrival)
        });
        tracker.log.touched = touched.collect();
        let mut at = 0_u64;
        for &(distance, old) in &self.moved {
            at += u64::from(distance);
            indices("moved", &[old], self.paths.len())?;
            let touched = usize::try_from(at)
                .ok()
                .and_then(|index| tracker.log.touched.get_mut(index));
            let Some(touched) = touched else {
                return Err(out_of("moved", at, n_touched));
            };
            *touched = Touched::new(touched.file, touched.churn, Arrival::From(old));
        }
        Ok(())
    }
}

/// The places of the true ones, as distances from the one before.
fn distances(flags: impl Iterator<Item = bool>) -> Vec<u32> {
    let mut last = 0;
    let mut distances = Vec::new();
    for (index, _) in flags.enumerate().filter(|&(_, flag)| flag) {
        distances.push(index as u32 - last);
        last = index as u32;
    }
    distances
}

fn flags(column: &'static str, distances: &[u32], len: usize) -> Result<Vec<bool>, RestoreError> {
    let mut flags = vec![false; len];
    let mut at = 0_u64;
    for &distance in distances {
        at += u64::from(distance);
        let flag = usize::try_from(at).ok().and_then(|at| flags.get_mut(at));
        *flag.ok_or_else(|| out_of(column, at, len))? = true;
    }
    Ok(flags)
}

fn length(column: &'static str, expected: usize, found: usize) -> Result<(), RestoreError> {
    if expected == found {
        Ok(())
    } else {
        Err(RestoreError::Length {
            column,
            expected,
            found,
        })
    }
}

fn indices(column: &'static str, indices: &[u32], len: usize) -> Result<(), RestoreError> {
    match indices.iter().find(|&&index| index as usize >= len) {
        Some(&index) => Err(out_of(column, u64::from(index), len)),
        None => Ok(()),
    }
}

fn out_of(column: &'static str, index: u64, len: usize) -> RestoreError {
    RestoreError::Index { column, index, len }
}

#[cfg(test)]
mod tests {
    use super::{RestoreError, Saved};
    use crate::testing::{added, at, author, file, renamed};
    use crate::{Seen, Tracker};
    use risk_change::Ancestors;

    fn saved() -> Saved {
        let mut tracker = Tracker::default();
        let files = [added("a", 1), renamed("b", "c"), file("d", 2, 1)];
        for position in [3, 4, 9] {
            let seen = Seen {
                position,
                ancestors: &Ancestors::prefix(position),
                author: &author("ann"),
                is_fix: position == 4,
                is_repeated: false,
            };
            tracker.observe(&at(-i64::from(position), &files), &seen);
        }
        tracker.save()
    }

    #[test]
    fn columns_hold_differences() {
        let saved = saved();
        assert_eq!(saved.gaps, [3, 0, 4]);
        assert_eq!(saved.waits, [-3 * 86_400, -86_400, -5 * 86_400]);
        assert_eq!(saved.fixes, [1]);
        assert_eq!(saved.new, [0, 3, 3]);
        assert_eq!(saved.moved, [(1, 2), (3, 2), (3, 2)]);
        assert_eq!(Tracker::restore(&saved).unwrap().save(), saved);
    }

    #[test]
    fn columns_that_do_not_fit_together_are_refused() {
        let refuse = |damage: fn(&mut Saved)| {
            let mut saved = saved();
            damage(&mut saved);
            Tracker::restore(&saved).unwrap_err()
        };
        let index = |column, index, len| RestoreError::Index { column, index, len };
        assert_eq!(
            refuse(|s| s.waits.truncate(1)).to_string(),
            "column waits has 1 entries instead of 3"
        );
        assert_eq!(refuse(|s| s.author_of[1] = 1), index("author_of", 1, 1));
        assert_eq!(refuse(|s| s.path_of[1] = 4), index("path_of", 4, 4));
        assert_eq!(refuse(|s| s.moved[1].1 = 9), index("moved", 9, 4));
        assert_eq!(refuse(|s| s.moved[1].0 = 99), index("moved", 100, 9));
        assert_eq!(refuse(|s| s.fixes[0] = 3), index("fixes", 3, 3));
        assert_eq!(
            refuse(|s| s.gaps[1] = u32::MAX),
            RestoreError::Overflow {
                column: "gaps",
                entry: 1
            }
        );
        assert_eq!(
            refuse(|s| s.paths[1] = s.paths[0].clone()),
            RestoreError::Repeated {
                column: "paths",
                entry: 1
            }
        );
        assert_eq!(
            refuse(|s| s.n_files[0] = 2),
            RestoreError::Length {
                column: "path_of",
                expected: 8,
                found: 9
            }
        );
    }
    #[test]
    fn developers_are_renamed_if_the_same_ones_stay_apart() {
        let mut tracker = Tracker::default();
        for (position, name) in ["ann", "bob", "ann"].into_iter().enumerate() {
            let seen = Seen {
                position: position as u32,
                ancestors: &Ancestors::prefix(position as u32),
                author: &author(name),
                is_fix: false,
                is_repeated: false,
            };
            tracker.observe(&at(0, &[]), &seen);
        }
        let before = tracker.save();
        let renamed = |people: &[(u32, &str)]| {
            let mut saved = before.clone();
            let people = people.iter().map(|&(number, name)| (number, author(name)));
            let done = saved.rename_developers(people);
            assert!(done || saved == before);
            done.then_some(saved.authors)
        };
        let names = renamed(&[(0, "bob"), (1, "zoe"), (0, "BOB")]).expect("they stay apart");
        assert_eq!(names.len(), 2);
        assert!(names[0].starts_with("bob") && names[1].starts_with("zoe"));
        for others in [
            // Two become one, one becomes two, one is nobody, and one too many.
            &[(0, "ann"), (1, "ann")][..],
            &[(0, "ann"), (0, "eve"), (1, "bob")],
            &[(0, "ann")],
            &[(0, "ann"), (1, "bob"), (2, "eve")],
        ] {
            assert_eq!(renamed(others), None, "{others:?}");
        }
    }
}
