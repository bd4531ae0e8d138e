//! What was learned, as far as it is at hand: nothing is learned that has to be kept, and nobody is waited for.

use super::{Engine, Setup};
use crate::cache;
use crate::error::{Failure, StateError};
use crate::labels::Labels;
use crate::progress::Bars;
use crate::state::Folder;
use risk_change::{Change, ChangeId};
use risk_history::{History, Repository};

/// Why nothing is at hand.
#[derive(Debug)]
pub(crate) struct NotAtHand {
    pub(crate) why: String,
    /// Whether learning helps, and whether it has to begin anew.
    pub(crate) remedy: Option<Remedy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    Learn,
    LearnAnew,
}

impl Engine {
    /// What was learned before, wherever it stands, to look ahead from.
    pub(crate) fn at_hand(repository: Repository, setup: Setup) -> Result<Self, NotAtHand> {
        let refused = |error: StateError| NotAtHand {
            remedy: match &error {
                StateError::Missing
                | StateError::Other
                | StateError::Configured { .. }
                | StateError::Damaged { .. } => Some(Remedy::Learn),
                StateError::Newer { .. } | StateError::Foreign { .. } | StateError::File { .. } => {
                    None
                }
            },
            why: match &error {
                StateError::Newer { .. } | StateError::Foreign { .. } | StateError::File { .. } => {
                    Failure::from(error).in_a_line()
                }
                _ => error.to_string(),
            },
        };
        // What is told at once has no place for the name of a file.
        let damaged = || NotAtHand {
            why: "what was learned is damaged".to_owned(),
            remedy: Some(Remedy::LearnAnew),
        };
        let mut state = match Folder::of(repository.common_dir()).load() {
            Ok(state) => state,
            Err(StateError::Damaged { .. }) => return Err(damaged()),
            Err(error) => return Err(refused(error)),
        };
        let tip = state.replay.tip().ok_or_else(damaged)?;
        // What people say of changes is taken up by the next training; a push does not wait for it. But what they say
        // must be understood, and learning does not help there.
        Labels::of(&repository).map_err(|failure| NotAtHand {
            why: failure.in_a_line(),
            remedy: None,
        })?;
        // The commit may be gone with the branch that led to it.
        if repository.first_parent(&tip).is_err() {
            return Err(refused(StateError::Other));
        }
        let mut engine = Self::empty(repository, &tip, setup).map_err(|failure| NotAtHand {
            why: failure.in_a_line(),
            remedy: None,
        })?;
        engine.adopt(&mut state).map_err(refused)?;
        engine.take_up(state).map_err(|_| damaged())?;
        if engine.lacks_what_can_be_read() {
            return Err(NotAtHand {
                why: "files can be read now that could not be when this was learned".to_owned(),
                remedy: Some(Remedy::Learn),
            });
        }
        Ok(engine)
    }

    /// As [`look_ahead`](Self::look_ahead), if there are at most so many commits to follow; says whether it was done. The
    /// changes among them are shown to `see`.
    pub(crate) fn look_ahead_at_most(
        &mut self,
        tip: &ChangeId,
        most: usize,
        see: &mut dyn FnMut(&Change),
    ) -> Result<bool, Failure> {
        if self.replay.position_of(tip).is_some() {
            return Ok(true);
        }
        let bars = Bars::new(self.tell.hushed());
        let walk = self.walk(tip, &bars)?;
        if walk.len() > most {
            return Ok(false);
        }
        self.learning.mark();
        let mut store = |piece: &History| piece.changes.iter().for_each(&mut *see);
        self.follow(&walk, &cache::Kept::default(), &mut store, &bars)?;
        Ok(true)
    }
}
