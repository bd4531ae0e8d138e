//! What is kept of every commit: enough to find one that a message names, and to judge it.

use crate::Error;
use risk_change::{Change, ChangeId, Ids, Position, Timestamp};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// All commits absorbed so far, by position, id and subject.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    ids: Ids,
    committed_at: Vec<Timestamp>,
    /// Hash of each subject: one too rare to collide by accident, and an author who wants to name another
    /// commit can do so openly.
    subjects: Vec<u64>,
    flags: Vec<u8>,
    sizes: Vec<u32>,
    n_files: Vec<u32>,
    authors: Vec<u32>,
    /// For each fix in order what its twins have in common with it.
    twins: Vec<u64>,
    /// The first fix of each of these.
    first_twins: FxHashMap<u64, Position>,
}

/// What is known of a commit as a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) committed_at: Timestamp,
    /// Lines added and deleted.
    pub(crate) size: u32,
    /// Files touched.
    pub(crate) n_files: u32,
    /// Hash of the mail address of its author.
    pub(crate) author: u32,
    /// Whether it has no parent.
    pub(crate) is_root: bool,
    /// Whether it is a fix by itself.
    pub(crate) is_fix: bool,
    /// Whether it deletes no line.
    pub(crate) only_adds: bool,
}

/// It is a merge, empty, or incomplete: it cannot have induced a fix.
const NO_CHANGE: u8 = 1;
/// It reverts another change.
const REVERT: u8 = 2;
/// It has no parent.
const ROOT: u8 = 4;
/// It is a fix.
const FIX: u8 = 8;
/// It deletes no line.
const ONLY_ADDS: u8 = 16;

/// The commits of an index between two runs, by position. Their ids are kept with the fold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedIndex {
    /// When each was committed, in seconds.
    pub committed_at: Vec<i64>,
    /// Hash of each subject.
    pub subjects: Vec<u64>,
    /// What each is: bits.
    pub flags: Vec<u8>,
    /// Lines that each added and deleted.
    pub sizes: Vec<u32>,
    /// Files that each touched.
    pub n_files: Vec<u32>,
    /// Hash of the mail address of each author.
    pub authors: Vec<u32>,
    /// For each fix in order the hash of author, author date, subject and paths.
    pub twins: Vec<u64>,
}

impl SavedIndex {
    /// Number of commits.
    pub(crate) fn len(&self) -> usize {
        self.committed_at.len()
    }
}

impl Index {
    pub(crate) fn len(&self) -> usize {
        self.flags.len()
    }

    /// The names of the commits; also of those of which nothing else is known.
    pub(crate) fn ids(&self) -> &Ids {
        &self.ids
    }

    pub(crate) fn ids_mut(&mut self) -> &mut Ids {
        &mut self.ids
    }

    /// An index that knows the names of commits, and nothing else of them.
    pub(crate) fn named(ids: Ids) -> Self {
        Self {
            ids,
            ..Self::default()
        }
    }

    pub(crate) fn push(&mut self, change: &Change, is_revert: bool, is_fix: bool) {
        let is_change = !change.is_merge() && !change.is_empty() && !change.is_incomplete();
        let (added, deleted) = (change.lines_added(), change.lines_deleted());
        let flags = [
            (!is_change, NO_CHANGE),
            (is_revert, REVERT),
            (change.parents.is_empty(), ROOT),
            (is_fix, FIX),
            (deleted == 0, ONLY_ADDS),
        ];
        let flags = flags.iter().filter(|it| it.0).map(|it| it.1).sum();
        self.sizes.push(saturated(added + deleted));
        let n_files = change.files.len();
        self.n_files.push(saturated(n_files as u64));
        self.authors.push(author_of(change));
        if is_fix {
            let twin = twin_of(change);
            let position = self.flags.len() as Position;
            self.twins.push(twin);
            self.first_twins.entry(twin).or_insert(position);
        }
        self.ids.push(&change.id);
        self.committed_at.push(change.committed_at);
        self.subjects.push(hash(subject_of(&change.message)));
        self.flags.push(flags);
    }

    pub(crate) fn committed_at(&self, position: Position) -> Timestamp {
        self.committed_at[position as usize]
    }

    /// Whether a commit is a change that can have induced a fix.
    pub(crate) fn is_change(&self, position: Position) -> bool {
        self.flags[position as usize] & NO_CHANGE == 0
    }

    /// What is known of a commit as a candidate.
    pub(crate) fn known(&self, position: Position) -> Known {
        let at = position as usize;
        let is = |flag| self.flags[at] & flag != 0;
        Known {
            committed_at: self.committed_at[at],
            size: self.sizes[at],
            n_files: self.n_files[at],
            author: self.authors[at],
            is_root: is(ROOT),
            is_fix: is(FIX),
            only_adds: is(ONLY_ADDS),
        }
    }

    pub(crate) fn is_revert(&self, position: Position) -> bool {
        self.flags[position as usize] & REVERT != 0
    }

    /// Whether a commit is a fix.
    pub(crate) fn is_fix(&self, position: Position) -> bool {
        self.flags[position as usize] & FIX != 0
    }

    /// The first fix with the same author, author date, subject and paths.
    pub(crate) fn first_twin(&self, change: &Change) -> Option<Position> {
        self.first_twins.get(&twin_of(change)).copied()
    }

    /// The one commit whose id starts with these hexadecimal digits; `None` if there is none or several.
    pub(crate) fn by_prefix(&self, hex: &str) -> Option<Position> {
        let first = lowest(hex)?;
        let fits = |&position: &Position| {
            let id = self.ids.get(position);
            id.is_some_and(|id| starts_with(&id, hex))
        };
        let lists = self.ids.from(&first).into_iter();
        let mut found = lists.flat_map(|list| list.iter().copied().take_while(fits).take(2));
        match (found.next(), found.next()) {
            (Some(position), None) => Some(position),
            _ => None,
        }
    }

    /// The latest commit with this subject.
    ///
    /// Looked for from the end, which takes long only for a subject that nothing has.
    pub(crate) fn by_subject(&self, subject: &str) -> Option<Position> {
        let wanted = hash(subject.trim());
        let found = self.subjects.iter().rposition(|&it| it == wanted);
        found.map(|position| position as Position)
    }

    pub(crate) fn save(&self) -> SavedIndex {
        SavedIndex {
            committed_at: self.committed_at.iter().map(|at| at.0).collect(),
            subjects: self.subjects.clone(),
            flags: self.flags.clone(),
            sizes: self.sizes.clone(),
            n_files: self.n_files.clone(),
            authors: self.authors.clone(),
            twins: self.twins.clone(),
        }
    }

    /// The index of commits with these names, which are taken if the columns are of as many.
    pub(crate) fn restore(saved: SavedIndex, ids: &mut Ids) -> Result<Self, Error> {
        let lens = [
            ids.len(),
            saved.subjects.len(),
            saved.flags.len(),
            saved.sizes.len(),
            saved.n_files.len(),
            saved.authors.len(),
        ];
        if lens != [saved.len(); 6] {
            return Err(Error::Inconsistent {
                what: "the list of commits",
            });
        }
        let flags = saved.flags.iter().enumerate();
        let fixes: Vec<usize> = flags
            .filter(|(_, it)| **it & FIX != 0)
            .map(|(position, _)| position)
            .collect();
        if fixes.len() != saved.twins.len() {
            return Err(Error::Inconsistent {
                what: "the list of fixes",
            });
        }
        let mut first_twins = FxHashMap::default();
        for (position, &twin) in fixes.into_iter().zip(&saved.twins) {
            first_twins.entry(twin).or_insert(position as Position);
        }
        Ok(Self {
            ids: std::mem::take(ids),
            committed_at: saved.committed_at.into_iter().map(Timestamp).collect(),
            subjects: saved.subjects,
            flags: saved.flags,
            sizes: saved.sizes,
            n_files: saved.n_files,
            authors: saved.authors,
            twins: saved.twins,
            first_twins,
        })
    }
}

/// The first line of a message that is not blank, without white space around it.
pub(crate) fn subject_of(message: &str) -> &str {
    let start = message.trim_start();
    start.lines().next().unwrap_or(start).trim_end()
}

/// Hash of the mail address of the author, whatever its letter case.
pub(crate) fn author_of(change: &Change) -> u32 {
    let hash = hash(&change.author.email.to_ascii_lowercase());
    (hash ^ hash >> 32) as u32
}

fn saturated(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The subject without what is added when it is carried to another branch: `[1.2]` before it and `(#123)` behind it.
fn bare_subject(message: &str) -> &str {
    let mut subject = subject_of(message);
    while let Some((_, rest)) = subject.strip_prefix('[').and_then(|it| it.split_once(']')) {
        subject = rest.trim_start();
    }
    let is_number = |text: &str| {
        let digits = ["#", "GH-", "!"]
            .iter()
            .find_map(|it| text.strip_prefix(it));
        digits.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
    };
    while let Some((rest, last)) = subject.strip_suffix(')').and_then(|it| it.rsplit_once('('))
        && is_number(last)
    {
        subject = rest.trim_end();
    }
    subject
}

/// What a change and its rebased twins have in common: who wrote it and when, its subject, and its paths.
///
/// The paths are there since changes imported from other systems may have the rest in common with others than twins:
/// there a fix may be several commits, one a folder.
fn twin_of(change: &Change) -> u64 {
    let author = &change.author;
    let parts = [&author.email, "\0", &author.name, "\0"];
    let mut sum = parts
        .iter()
        .fold(EMPTY, |sum, part| add(sum, part.as_bytes()));
    sum = add(sum, &change.authored_at.0.to_le_bytes());
    sum = add(sum, bare_subject(&change.message).as_bytes());
    for file in &change.files {
        sum = add(add(sum, b"\0"), file.path.as_bytes());
    }
    sum
}

/// The hash of nothing.
const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a over the bytes.
fn hash(subject: &str) -> u64 {
    add(EMPTY, subject.as_bytes())
}

fn add(sum: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(sum, |sum, &byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
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
    use super::{Index, bare_subject, subject_of};
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
            index.push(&change(hex, "s"), false, false);
            if n == 1 {
                let mut ids = index.ids.clone();
                ids.put_in_order();
                index =
                    Index::restore(index.save(), &mut ids).expect("a saved index is consistent");
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
            index.push(&change(hex, subject), false, false);
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

    #[test]
    fn what_branches_add_to_a_subject_is_left_out() {
        for (subject, bare) in [
            ("fix it", "fix it"),
            ("fix it (#12)", "fix it"),
            ("[1.2] fix it (#12) (#13)", "fix it"),
            ("[1.2][backport] fix it (GH-12)", "fix it"),
            ("fix it (again)", "fix it (again)"),
            ("fix it (#12a)", "fix it (#12a)"),
            ("(#1)", ""),
            ("[x", "[x"),
        ] {
            assert_eq!(bare_subject(subject), bare, "{subject}");
        }
    }

    #[test]
    fn the_first_twin_is_found_before_and_after_saving() {
        let mut index = Index::default();
        index.push(&change("a0", "fix it"), false, false);
        index.push(&change("a1", "fix it"), false, true);
        index.push(&change("a2", "[1.2] fix it (#3)"), false, true);
        index.push(&change("a3", "fix that"), false, true);
        let mut ids = index.ids.clone();
        ids.put_in_order();
        let saved = index.save();
        let again = Index::restore(saved.clone(), &mut ids.clone());
        for index in [index, again.expect("a saved index is consistent")] {
            assert_eq!(index.first_twin(&change("ff", "fix it")), Some(1));
            assert_eq!(index.first_twin(&change("ff", "fix that")), Some(3));
            assert_eq!(index.first_twin(&change("ff", "fix more")), None);
            let later = Change {
                authored_at: Timestamp(1),
                ..change("ff", "fix it")
            };
            assert_eq!(index.first_twin(&later), None);
            assert!(index.is_fix(2) && !index.is_fix(0));
        }
        let mut damaged = saved;
        damaged.twins.pop();
        assert!(Index::restore(damaged, &mut ids).is_err());
    }
}
