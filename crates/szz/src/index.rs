//! What is kept of every commit: enough to find one that a message names, and to judge it.

use crate::Error;
use risk_change::{Change, ChangeId, Position, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All commits absorbed so far, by position, id and subject.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    commits: Commits,
    /// Positions that came from a saved state, in ascending order of id.
    base: Vec<Position>,
    /// Positions absorbed since.
    recent: BTreeMap<ChangeId, Position>,
}

#[derive(Clone, Debug, Default)]
struct Commits {
    ids: Vec<ChangeId>,
    committed_at: Vec<Timestamp>,
    /// Hash of each subject: one too rare to collide by accident, and an author who wants to name another
    /// commit can do so openly.
    subjects: Vec<u64>,
    flags: Vec<u8>,
}

/// It is a merge, empty, or incomplete: it cannot have induced a fix.
const NO_CHANGE: u8 = 1;
/// It reverts another change.
const REVERT: u8 = 2;

/// The commits of an index between two runs, by position. Their ids are kept with the fold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedIndex {
    /// When each was committed, in seconds.
    pub committed_at: Vec<i64>,
    /// Hash of each subject.
    pub subjects: Vec<u64>,
    /// What each is: bits.
    pub flags: Vec<u8>,
}

impl SavedIndex {
    /// Number of commits.
    pub(crate) fn len(&self) -> usize {
        self.committed_at.len()
    }
}

impl Index {
    pub(crate) fn len(&self) -> usize {
        self.commits.ids.len()
    }

    pub(crate) fn push(&mut self, change: &Change, is_revert: bool) {
        let is_change = !change.is_merge() && !change.is_empty() && !change.is_incomplete();
        let flags = if is_change { 0 } else { NO_CHANGE } | if is_revert { REVERT } else { 0 };
        self.recent.insert(change.id, self.len() as Position);
        self.commits.ids.push(change.id);
        self.commits.committed_at.push(change.committed_at);
        self.commits
            .subjects
            .push(hash(subject_of(&change.message)));
        self.commits.flags.push(flags);
    }

    #[cfg(test)]
    pub(crate) fn id(&self, position: Position) -> ChangeId {
        self.commits.ids[position as usize]
    }

    pub(crate) fn committed_at(&self, position: Position) -> Timestamp {
        self.commits.committed_at[position as usize]
    }

    /// Whether a commit is a change that can have induced a fix.
    pub(crate) fn is_change(&self, position: Position) -> bool {
        self.commits.flags[position as usize] & NO_CHANGE == 0
    }

    pub(crate) fn is_revert(&self, position: Position) -> bool {
        self.commits.flags[position as usize] & REVERT != 0
    }

    /// The one commit whose id starts with these hexadecimal digits; `None` if there is none or several.
    pub(crate) fn by_prefix(&self, hex: &str) -> Option<Position> {
        let first = lowest(hex)?;
        let recent = self
            .recent
            .range(first..)
            .map(|(id, &position)| (*id, position));
        let from = self
            .base
            .partition_point(|&position| self.commits.ids[position as usize] < first);
        let base = self.base[from..]
            .iter()
            .map(|&position| (self.commits.ids[position as usize], position));
        let fits = |&(id, _): &(ChangeId, Position)| starts_with(&id, hex);
        let mut found = recent
            .take_while(fits)
            .take(2)
            .chain(base.take_while(fits).take(2));
        match (found.next(), found.next()) {
            (Some((_, position)), None) => Some(position),
            _ => None,
        }
    }

    /// The latest commit with this subject.
    ///
    /// Looked for from the end, which takes long only for a subject that nothing has.
    pub(crate) fn by_subject(&self, subject: &str) -> Option<Position> {
        let wanted = hash(subject.trim());
        let found = self.commits.subjects.iter().rposition(|&it| it == wanted);
        found.map(|position| position as Position)
    }

    pub(crate) fn save(&self) -> SavedIndex {
        let commits = &self.commits;
        SavedIndex {
            committed_at: commits.committed_at.iter().map(|at| at.0).collect(),
            subjects: commits.subjects.clone(),
            flags: commits.flags.clone(),
        }
    }

    /// The index of commits with these ids; `by_id` are their positions in ascending order of id.
    pub(crate) fn restore(
        saved: SavedIndex,
        ids: &[ChangeId],
        by_id: &[Position],
    ) -> Result<Self, Error> {
        let damaged = || Error::Inconsistent {
            what: "the list of commits",
        };
        let lens = [
            ids.len(),
            saved.subjects.len(),
            saved.flags.len(),
            by_id.len(),
        ];
        let id = |position: &Position| ids.get(*position as usize);
        if lens != [saved.len(); 4] || !by_id.iter().all(|it| id(it).is_some()) {
            return Err(damaged());
        }
        let commits = Commits {
            ids: ids.to_vec(),
            committed_at: saved.committed_at.into_iter().map(Timestamp).collect(),
            subjects: saved.subjects,
            flags: saved.flags,
        };
        Ok(Self {
            commits,
            base: by_id.to_vec(),
            recent: BTreeMap::new(),
        })
    }
}

/// The first line of a message that is not blank, without white space around it.
pub(crate) fn subject_of(message: &str) -> &str {
    let start = message.trim_start();
    start.lines().next().unwrap_or(start).trim_end()
}

/// FNV-1a over the bytes.
fn hash(subject: &str) -> u64 {
    subject.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The lowest id that starts with these digits; `None` unless there are 4 to 64 of them.
fn lowest(hex: &str) -> Option<ChangeId> {
    if !(4..=64).contains(&hex.len()) || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let n_digits = if hex.len() <= 40 { 40 } else { 64 };
    ChangeId::from_hex(&format!("{hex:0<n_digits$}"))
}

fn starts_with(id: &ChangeId, hex: &str) -> bool {
    let bytes = id.as_bytes();
    hex.len() <= bytes.len() * 2
        && hex.bytes().enumerate().all(|(i, digit)| {
            let nibble = bytes[i / 2] >> (4 * (1 - i % 2)) & 15;
            char::from(digit).to_digit(16) == Some(u32::from(nibble))
        })
}

#[cfg(test)]
mod tests {
    use super::{Index, subject_of};
    use risk_change::{Author, Change, ChangeId, Timestamp};

    fn change(hex: &str, subject: &str) -> Change {
        Change {
            id: ChangeId::from_hex(&format!("{hex:0<40}")).expect("digits make an id"),
            parents: Vec::new(),
            author: Author {
                name: "A".into(),
                email: "a@x".into(),
            },
            authored_at: Timestamp(0),
            committed_at: Timestamp(0),
            message: format!("{subject}\n\nbody\n"),
            files: Vec::new(),
        }
    }

    #[test]
    fn prefixes_are_found_unless_ambiguous_before_and_after_saving() {
        let mut index = Index::default();
        for (n, hex) in ["abcd1", "abcd2", "ff00", "0001"].into_iter().enumerate() {
            index.push(&change(hex, "s"), false);
            if n == 1 {
                let ids = index.commits.ids.clone();
                index = Index::restore(index.save(), &ids, &[0, 1])
                    .expect("a saved index is consistent");
            }
        }
        let whole = format!("{:0<40}", "abcd2");
        for (prefix, expected) in [
            ("abcd", None),
            ("abcd1", Some(0)),
            ("abcd2", Some(1)),
            ("ABCD2", Some(1)),
            (whole.as_str(), Some(1)),
            ("ff00", Some(2)),
            ("ff000", Some(2)),
            ("ff01", None),
            ("00010", Some(3)),
            ("000", None),
            ("xyz00", None),
            ("ffff", None),
        ] {
            assert_eq!(index.by_prefix(prefix), expected, "{prefix}");
        }
    }

    #[test]
    fn the_latest_of_equal_subjects_is_found() {
        let mut index = Index::default();
        for (hex, subject) in [("a1", "one"), ("a2", "two"), ("a3", "one")] {
            index.push(&change(hex, subject), false);
        }
        assert_eq!(index.by_subject("one"), Some(2));
        assert_eq!(index.by_subject(" two "), Some(1));
        assert_eq!(index.by_subject("three"), None);
    }

    #[test]
    fn the_subject_is_the_first_line_that_is_not_blank() {
        for (message, subject) in [("a \nb", "a"), ("\n\n x\n", "x"), ("", ""), (" \n", "")] {
            assert_eq!(subject_of(message), subject);
        }
    }
}
