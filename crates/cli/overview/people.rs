//! Who wrote what, by number.

use super::{Known, YEAR};
use crate::error::Failure;
use crate::progress::Bars;
use risk_change::{Author, Position, RepoPath};
use risk_history::{Progress as _, Stage};
use rustc_hash::FxHashMap;

/// The people of a history, with what their commits say.
pub(super) struct People {
    names: Vec<String>,
    /// By position, of the commits that were asked for.
    said: FxHashMap<Position, Said>,
    /// By person: whether a commit of theirs landed within the last year.
    active: Vec<bool>,
}

struct Said {
    person: u32,
    subject: String,
}

impl People {
    /// Reads who wrote the lines of the tip, the commits of the last year, and the scored changes from `listed` on.
    pub(super) fn of(
        known: &Known<'_>,
        lines: &[(&RepoPath, &[Position])],
        listed: usize,
        bars: &Bars,
    ) -> Result<Self, Failure> {
        let engine = known.engine;
        let n = engine.replay.next() as usize;
        let mut is_asked = vec![false; n];
        let young = known.within(YEAR);
        is_asked[young as usize..].fill(true);
        for &position in &known.positions[listed..] {
            is_asked[position as usize] = true;
        }
        for &origin in lines.iter().flat_map(|(_, origins)| *origins) {
            // A line of unknown origin has no place here.
            if let Some(asked) = is_asked.get_mut(origin as usize) {
                *asked = true;
            }
        }
        let positions: Vec<Position> = (0..n as Position)
            .filter(|&position| is_asked[position as usize])
            .collect();
        bars.begin(Stage::Messages, Some(positions.len()));
        let ids = positions.iter().filter_map(|&at| engine.replay.id_at(at));
        let headers = engine.repository.headers(ids, bars)?;
        bars.end();
        let mut numbers: FxHashMap<Author, u32> = FxHashMap::default();
        let mut people = Self {
            names: Vec::new(),
            said: FxHashMap::default(),
            active: Vec::new(),
        };
        for (position, header) in positions.into_iter().zip(headers) {
            let author = engine.person(&header.author);
            let person = *numbers.entry(author).or_insert_with_key(|author| {
                people.names.push(author.name.to_string());
                people.active.push(false);
                people.names.len() as u32 - 1
            });
            people.active[person as usize] |= position >= young;
            let subject = header.subject;
            people.said.insert(position, Said { person, subject });
        }
        Ok(people)
    }

    /// Who wrote a commit, if it was asked for.
    pub(super) fn author_of(&self, position: Position) -> Option<u32> {
        self.said.get(&position).map(|said| said.person)
    }

    /// The first line of the message of a commit; empty if it was not asked for.
    pub(super) fn subject_of(&self, position: Position) -> &str {
        self.said
            .get(&position)
            .map_or("", |said| said.subject.as_str())
    }

    /// Whether a commit of a person landed within the last year.
    pub(super) fn is_active(&self, person: u32) -> bool {
        self.active[person as usize]
    }

    pub(super) fn names(self) -> Vec<String> {
        self.names
    }
}
