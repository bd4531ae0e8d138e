//! Labels that people gave to changes, in place of those that are found.
//!
//! They are kept in two places: the file `risk/labels` below the git directory ([`mod@file`]), and git notes, which can be
//! shared ([`note`]). If both speak of a change, what was said later holds. Whoever gave a label to a change has seen
//! it, so a label also acknowledges a warning.

pub(crate) mod file;
pub(crate) mod note;

use crate::engine::Engine;
use crate::error::Failure;
use note::NotUnderstood;
use risk_change::{ChangeId, Position, Timestamp};
use risk_history::Repository;
use risk_replay::Override;
use risk_report::{GivenCounts, GivenLabel};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a person says of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fate {
    /// It needed no fix: those that are linked to it, now or later, repair something else
    Clean,
    /// It was at fault, though no fix is linked to it
    Defective,
}

impl Fate {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Defective => "defective",
        }
    }
}

/// Where a label is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Note,
    File,
}

/// A label that a person gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) commit: ChangeId,
    pub(crate) label: Fate,
    /// Lines without white space at their ends, none of them empty.
    pub(crate) why: String,
    /// Name and address.
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    /// When the settled history was where it stood when the label was given: from then on it is learned.
    pub(crate) known_at: Timestamp,
    pub(crate) place: Place,
}

impl Given {
    pub(crate) fn tell(&self, holds: bool) -> GivenLabel {
        GivenLabel {
            commit: self.commit.to_hex(),
            label: self.label.name(),
            why: self.why.clone(),
            by: self.by.clone(),
            at: self.at.0,
            known_at: self.known_at.0,
            kept_in: match self.place {
                Place::File => "file",
                Place::Note => "note",
            },
            holds,
        }
    }

    /// Of two labels of a change the one that was given later holds, and at the same second one's own.
    fn rank(&self) -> (Timestamp, Place) {
        (self.at, self.place)
    }
}

/// Puts a text into the form that is kept: lines without white space at their ends, none of them empty.
pub(crate) fn tidied(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// From what the labels were read: a change of either is seen without reading the labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sources {
    /// Length and CRC-32 of the file.
    file: (u64, u32),
    /// The commit of the notes.
    notes: Option<ChangeId>,
}

impl Sources {
    fn of(file: &[u8], notes: Option<ChangeId>) -> Self {
        Self {
            file: (file.len() as u64, crc32fast::hash(file)),
            notes,
        }
    }

    /// What is there now; `None` if that cannot be told.
    pub(crate) fn now(repository: &Repository) -> Option<Self> {
        let file = file::bytes(&file::path(repository)).ok()?;
        Some(Self::of(&file, repository.reference(note::REFERENCE)))
    }
}

/// The labels with which a state was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LabelStamp {
    pub(crate) sources: Sources,
    /// CRC-32 of what was said about the changes of that history.
    in_force: u32,
}

/// All labels that people gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labels {
    file: BTreeMap<ChangeId, Given>,
    notes: BTreeMap<ChangeId, Given>,
    not_understood: Vec<NotUnderstood>,
    sources: Sources,
}

impl Labels {
    /// Reads the labels of a repository.
    ///
    /// A line of the file that is not understood is an error. So is a note that cannot be read; one that is not
    /// understood, which somebody else may have written, is [listed](Self::not_understood).
    pub(crate) fn of(repository: &Repository) -> Result<Self, Failure> {
        let path = file::path(repository);
        let bytes = file::bytes(&path)?;
        let tip = repository.reference(note::REFERENCE);
        let mut labels = Self {
            file: file::parse(&path, &bytes)?,
            sources: Sources::of(&bytes, tip),
            ..Self::default()
        };
        let notes = tip.map(|tip| repository.notes(&tip)).transpose()?;
        for note in notes.unwrap_or_default() {
            match note::parse(&note) {
                Err(problem) => labels.not_understood.push(problem),
                Ok(given) => {
                    let known = labels.notes.get(&given.commit);
                    if known.is_none_or(|known| known.rank() < given.rank()) {
                        labels.notes.insert(given.commit, given);
                    }
                }
            }
        }
        Ok(labels)
    }

    /// The label of a change that holds, if a person gave one.
    pub(crate) fn get(&self, commit: &ChangeId) -> Option<&Given> {
        let both = [self.file.get(commit), self.notes.get(commit)];
        both.into_iter().flatten().max_by_key(|given| given.rank())
    }

    /// Whether a label of the file holds beside the note of its change.
    pub(crate) fn outranks_note(&self, given: &Given) -> bool {
        let note = self.notes.get(&given.commit);
        note.is_none_or(|note| note.rank() < given.rank())
    }

    /// All labels in the order in which they were given, each with whether it holds.
    pub(crate) fn all(&self) -> Vec<(&Given, bool)> {
        let mut all: Vec<_> = self.file.values().chain(self.notes.values()).collect();
        all.sort_by_key(|given| (given.at, given.commit, given.place));
        let holds = |given: &Given| {
            self.get(&given.commit)
                .is_some_and(|other| other.place == given.place)
        };
        all.into_iter().map(|it| (it, holds(it))).collect()
    }

    /// The labels that hold, in order of their changes.
    fn in_force(&self) -> impl Iterator<Item = &Given> {
        let commits: BTreeSet<&ChangeId> = self.file.keys().chain(self.notes.keys()).collect();
        commits.into_iter().filter_map(|commit| self.get(commit))
    }

    /// The notes that are not understood.
    pub(crate) fn not_understood(&self) -> &[NotUnderstood] {
        &self.not_understood
    }

    /// Tells of them in one line, if there are any.
    pub(crate) fn tell_not_understood(&self, note: &dyn Fn(&str)) {
        let these = match self.not_understood.len() {
            0 => return,
            1 => "1 note is".to_owned(),
            n => format!("{n} notes are"),
        };
        note(&format!(
            "{these} not understood at refs/notes/risk, and left out: git risk status --skipped tells which"
        ));
    }

    /// From what they were read.
    pub(crate) fn sources(&self) -> Sources {
        self.sources
    }

    /// What history is to be followed with.
    pub(crate) fn overrides(&self) -> BTreeMap<ChangeId, Override> {
        let said = |given: &Given| match given.label {
            Fate::Clean => Override::Clean,
            Fate::Defective => Override::Defective {
                known_at: given.known_at,
            },
        };
        self.in_force().map(|it| (it.commit, said(it))).collect()
    }

    /// The stamp of a state with this history: nothing in it depends on labels of other changes, on reasons or names.
    pub(crate) fn stamp(&self, is_learned: impl Fn(&ChangeId) -> bool) -> LabelStamp {
        let mut sum = crc32fast::Hasher::new();
        for (commit, said) in self.overrides() {
            if is_learned(&commit) {
                sum.update(commit.as_bytes());
                match said {
                    Override::Clean => sum.update(b"clean"),
                    Override::Defective { known_at } => sum.update(&known_at.0.to_le_bytes()),
                }
            }
        }
        LabelStamp {
            sources: self.sources,
            in_force: sum.finalize(),
        }
    }

    /// Whether a state with this history was made with the same labels of its changes.
    pub(crate) fn are_those_of(
        &self,
        stamp: &LabelStamp,
        is_learned: impl Fn(&ChangeId) -> bool,
    ) -> bool {
        self.sources == stamp.sources || self.stamp(is_learned).in_force == stamp.in_force
    }

    /// How many there are, beside what was found.
    pub(crate) fn counts(&self, engine: &Engine) -> GivenCounts {
        let mut counts = GivenCounts::default();
        let links = engine.replay.links().iter();
        let repaired: BTreeSet<Position> = links.map(|link| link.inducing).collect();
        for given in self.in_force() {
            let position = engine.replay.position_of(&given.commit);
            let Some(position) = position.filter(|it| engine.replay.number_of(*it).is_some())
            else {
                counts.elsewhere += 1;
                continue;
            };
            let found = found(engine, position, repaired.contains(&position));
            counts.clean += usize::from(given.label == Fate::Clean);
            counts.defective += usize::from(given.label == Fate::Defective);
            counts.contradicting += usize::from(found.is_some_and(|found| found != given.label));
        }
        counts
    }
}

/// What was found of a scored change, whatever people say of it; `None` if it is too early to tell.
pub(crate) fn found(engine: &Engine, position: Position, is_repaired: bool) -> Option<Fate> {
    if is_repaired {
        return Some(Fate::Defective);
    }
    let number = engine.replay.number_of(position)?;
    let record = engine.learning.journal().records().get(number as usize)?;
    let timeline = engine.replay.timeline();
    let due = record.at.plus(timeline.waiting().days());
    (due < timeline.clock()?).then_some(Fate::Clean)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn id(digit: &str) -> ChangeId {
        ChangeId::from_hex(&digit.repeat(40)).expect("40 digits are an id")
    }

    pub(crate) fn given(digit: &str, label: Fate, at: i64, place: Place) -> Given {
        Given {
            commit: id(digit),
            label,
            why: "it was seen".to_owned(),
            by: "Ann <ann@example.org>".to_owned(),
            at: Timestamp(at),
            known_at: Timestamp(at - 10),
            place,
        }
    }

    fn labels(all: impl IntoIterator<Item = Given>) -> Labels {
        let mut labels = Labels::default();
        for one in all {
            let store = match one.place {
                Place::File => &mut labels.file,
                Place::Note => &mut labels.notes,
            };
            store.insert(one.commit, one);
        }
        labels
    }

    #[test]
    fn of_two_labels_the_later_one_holds() {
        let labels = labels([
            given("a", Fate::Clean, 100, Place::File),
            given("a", Fate::Defective, 200, Place::Note),
            given("b", Fate::Clean, 300, Place::File),
            given("b", Fate::Defective, 300, Place::Note),
        ]);
        assert_eq!(labels.get(&id("a")).unwrap().label, Fate::Defective);
        assert_eq!(labels.get(&id("b")).unwrap().label, Fate::Clean);
        assert_eq!(labels.get(&id("c")), None);
        let listed: Vec<bool> = labels.all().iter().map(|(_, holds)| *holds).collect();
        assert_eq!(listed, [false, true, false, true]);
        let known_at = Timestamp(190);
        let expected = [
            (id("a"), Override::Defective { known_at }),
            (id("b"), Override::Clean),
        ];
        assert_eq!(labels.overrides(), BTreeMap::from(expected));
    }

    #[test]
    fn the_stamp_knows_what_acts_and_nothing_else() {
        let one = given("a", Fate::Defective, 100, Place::File);
        let stamp = |given: &Given| labels([given.clone()]).stamp(|_| true);
        let same = Given {
            why: "other words".to_owned(),
            by: "Ben".to_owned(),
            at: Timestamp(7),
            ..one.clone()
        };
        assert_eq!(stamp(&one), stamp(&same));
        let later = Given {
            known_at: Timestamp(91),
            ..one.clone()
        };
        let clean = Given {
            label: Fate::Clean,
            ..one.clone()
        };
        assert_ne!(stamp(&one), stamp(&later));
        assert_ne!(stamp(&one), stamp(&clean));
        let nothing = Labels::default().stamp(|_| true);
        assert_ne!(stamp(&one), nothing);
        assert_eq!(labels([one]).stamp(|_| false), nothing);
    }

    #[test]
    fn white_space_goes() {
        assert_eq!(tidied("  a \r\n\n\t b\n"), "a\nb");
        assert_eq!(tidied(" \n "), "");
    }
}
