//! A state that somebody else has made, looked at before it is used.

use super::{Engine, Setup};
use crate::error::{Failure, StateError};
use crate::rows::Rows;
use crate::state::{Folder, Kept, State};
use risk_change::ChangeId;
use risk_evaluate::Journal;
use risk_history::Repository;
use std::panic::AssertUnwindSafe;

/// What was found.
pub(crate) struct Examined {
    pub(crate) tip: ChangeId,
    pub(crate) n_commits: usize,
    pub(crate) n_changes: u32,
    /// Whether people say the same of its changes here; if not, history is followed anew when more is learned.
    pub(crate) has_same_labels: bool,
}

/// A state of which every byte was checked, with its rows.
pub(crate) struct Whole {
    pub(crate) state: State,
    pub(crate) rows: Rows,
}

impl Whole {
    /// Reads all of what a folder holds.
    pub(crate) fn read(folder: &Folder) -> Result<Self, StateError> {
        let state = folder.load()?;
        state.kept.verify()?;
        state.kept.szz(true)?;
        let rows = rows(folder, &state.kept, state.learning.journal());
        let rows = rows.filter(Rows::are_whole).ok_or(StateError::Damaged {
            path: folder.file("rows"),
            what: "rows do not have the checksums they should have",
        })?;
        Ok(Self { state, rows })
    }
}

fn rows(folder: &Folder, kept: &Kept, journal: &Journal) -> Option<Rows> {
    let widths = (journal.n_raw(), journal.n_prepared());
    let sums = kept.row_sums().to_vec();
    Rows::open(&folder.file("rows"), journal.n_arrived(), widths, sums)
}

/// Why a state is not used.
pub(crate) enum Unfit {
    /// It would be made anew, or refused, by the next command.
    State(StateError),
    /// Its parts do not fit together.
    Replay(risk_replay::Error),
    /// Nothing here leads to the commit that it stands at.
    Astray,
    /// The repository could not be read.
    Repository(Failure),
}

impl From<StateError> for Unfit {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl From<risk_replay::Error> for Unfit {
    fn from(error: risk_replay::Error) -> Self {
        Self::Replay(error)
    }
}

impl From<Failure> for Unfit {
    fn from(failure: Failure) -> Self {
        Self::Repository(failure)
    }
}

/// Makes certain that what a folder holds is whole, stands at `tip`, and would be used in this repository.
pub(crate) fn examine(
    repository: Repository,
    folder: &Folder,
    tip: &ChangeId,
    setup: Setup,
) -> Result<Examined, Unfit> {
    let looked_at = AssertUnwindSafe(|| look_at(repository, folder, tip, setup));
    std::panic::catch_unwind(looked_at).unwrap_or_else(|_| Err(StateError::panicked().into()))
}

fn look_at(
    repository: Repository,
    folder: &Folder,
    tip: &ChangeId,
    setup: Setup,
) -> Result<Examined, Unfit> {
    let Whole { mut state, rows: _ } = Whole::read(folder)?;
    if state.replay.tip() != Some(*tip) {
        return Err(Unfit::State(StateError::Damaged {
            path: folder.file("state"),
            what: "it does not stand where it says",
        }));
    }
    let head = repository.resolve("HEAD").map_err(Failure::from)?;
    let settled = repository.settled();
    let mut engine = Engine::empty(repository, tip, setup)?;
    engine.adopt(&mut state)?;
    let has_same_labels = engine.steering.has_labels_of(&state);
    engine.take_up(state)?;
    engine.make_whole()?;
    // In a shallow clone it may not be known which branch is the main one.
    let ends = [head].into_iter().chain(settled.ok());
    let mut leads = false;
    for end in ends {
        leads = leads || engine.goes_on(&end)? || engine.holds(&end);
    }
    if !leads {
        return Err(Unfit::Astray);
    }
    Ok(Examined {
        tip: *tip,
        n_commits: engine.replay.next() as usize,
        n_changes: engine.learning.journal().n_arrived(),
        has_same_labels,
    })
}

impl Engine {
    /// Whether a commit was followed on the way to a tip that is still here.
    fn holds(&self, id: &ChangeId) -> bool {
        let own = self.replay.tip();
        self.replay.position_of(id).is_some()
            && own.is_some_and(|own| self.repository.is_reachable(&own))
    }
}
