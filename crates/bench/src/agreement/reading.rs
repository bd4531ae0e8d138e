//! A repository as it was read, with the origin of every line at the tip.

use risk_change::{ChangeId, Position};
use risk_history::{Cached, Error, History, Repository, Silent};
use risk_szz::{Options, Szz, Variant};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A repository that was read, with what the fold over it found.
pub struct Reading {
    /// Where it is.
    pub path: PathBuf,
    /// Its changes up to the tip.
    pub history: History,
    /// The fold, standing at the tip.
    pub szz: Szz,
    /// Changes that are fixes by their message and files, with a parent.
    pub fixes: Vec<Position>,
    positions: BTreeMap<ChangeId, Position>,
}

impl Reading {
    /// Reads all that `revision` can reach.
    pub fn of(path: &Path, revision: &str, threads: usize) -> Result<Self, Error> {
        let repository = Repository::discover(path)?;
        let tip = repository.resolve(revision)?;
        let cached = &mut Cached::default();
        let history = repository.read(&tip, &|_| None, 0, cached, threads, &Silent)?;
        let mut szz = Szz::new(Options {
            variant: Variant::B,
            ..Options::default()
        });
        let last = &history.last_children;
        let mut fixes = Vec::new();
        for (position, change) in (0..).zip(&history.changes) {
            let at = position as usize;
            let parents = &history.parents[at];
            if parents.len() == 1 && szz.classify(change).is_some() {
                fixes.push(position);
            }
            szz.absorb(position, parents, change, &last[at]);
        }
        let positions = (0..)
            .zip(&history.changes)
            .map(|(position, change)| (change.id, position))
            .collect();
        Ok(Self {
            path: path.to_owned(),
            history,
            szz,
            fixes,
            positions,
        })
    }

    /// The position of the tip.
    pub fn tip(&self) -> Position {
        (self.history.changes.len() - 1) as Position
    }

    /// The position of a commit that git names.
    pub fn position_of(&self, hex: &str) -> Option<Position> {
        self.positions.get(&ChangeId::from_hex(hex)?).copied()
    }

    /// The name of a commit.
    pub fn hex(&self, position: Position) -> String {
        self.history
            .changes
            .get(position as usize)
            .map_or_else(|| "unknown".to_owned(), |change| change.id.to_hex())
    }
}
