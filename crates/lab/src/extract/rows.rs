//! One repository, read and followed.

use super::column::{Column, Values};
use crate::error::Result;
use risk_change::{ChangeId, Issues, Position, Timestamp};
use risk_evaluate::{LabelState, Step, Waiting};
use risk_features::Features;
use risk_history::{Cached, History, Identities, Progress, READING_STEPS, Repository, Stage};
use risk_replay::Replay;
use risk_source::Exclusion;
use risk_szz::{Evidence, FixRules, Link, Variant};
use std::path::Path;
use std::sync::Arc;

/// What is asked of the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Up to which revision; `None` is where the settled history ends, as for `git risk train`.
    pub revision: Option<String>,
    /// Days of silence after which a change counts as clean.
    pub waiting: Waiting,
    /// The issues of the tracker, if there are any; of one repository, for numbers mean nothing elsewhere.
    pub issues: Option<Arc<Issues>>,
    /// The variant of SZZ that links fixes.
    pub variant: Variant,
}

/// The changes of a repository that are scored, in landing order, with all that is known of each at the tip.
#[derive(Debug)]
pub struct Rows {
    tip: ChangeId,
    seen: Vec<Seen>,
    /// Features by column, each with a value a row.
    features: Vec<Vec<f64>>,
    /// The clock at each arrival.
    landed: Vec<Timestamp>,
    replay: Replay,
}

/// What the commit itself says.
#[derive(Debug)]
struct Seen {
    id: ChangeId,
    position: Position,
    authored_at: Timestamp,
    committed_at: Timestamp,
}

/// The commit up to which the rows of a repository go.
///
/// # Errors
///
/// [`Error::History`](crate::Error::History) if the revision is not there, or the repository is empty.
pub(super) fn tip_of(repository: &Repository, options: &Options) -> Result<ChangeId> {
    Ok(match &options.revision {
        Some(revision) => repository.resolve(revision)?,
        None => repository.settled()?,
    })
}

/// The repository at a path.
///
/// # Errors
///
/// [`Error::History`](crate::Error::History) if there is none that can be read.
pub(super) fn open(path: &Path) -> Result<Repository> {
    Ok(Repository::discover(path)?)
}

impl Rows {
    /// Reads the history of the repository at `path` and follows it to the end.
    ///
    /// `threads` read; what they read does not depend on how many there are.
    ///
    /// # Errors
    ///
    /// [`Error::History`](crate::Error::History) for what git cannot tell, and [`Error::Replay`](crate::Error::Replay) for what cannot be followed.
    pub fn of(
        path: &Path,
        options: &Options,
        threads: usize,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let repository = open(path)?;
        let tip = tip_of(&repository, options)?;
        Self::up_to(&repository, tip, options, threads, progress)
    }

    pub(super) fn up_to(
        repository: &Repository,
        tip: ChangeId,
        options: &Options,
        threads: usize,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let steering = repository.steering(&tip)?;
        let mut people = steering.identities();
        let exclusion = Exclusion::new(&steering.attributes, []);
        let rules = match &options.issues {
            Some(issues) => FixRules::default().with_issues(Arc::clone(issues), &[]),
            None => Ok(FixRules::default()),
        };
        let szz = risk_szz::Options {
            variant: options.variant,
            rules: rules.expect("because no pattern was given that could be refused"),
            ignored: steering.ignored(),
            exclusion: exclusion.expect("because no pattern was given that could be refused"),
            ..risk_szz::Options::default()
        };
        let mut rows = Self {
            tip,
            seen: Vec::new(),
            features: vec![Vec::new(); Features::NAMES.len()],
            landed: Vec::new(),
            replay: Replay::new(risk_replay::Options {
                szz,
                waiting: options.waiting,
                ..risk_replay::Options::default()
            }),
        };
        progress.begin(Stage::Commits, None);
        let walk = repository.walk(&tip, &|_| None, 0, progress)?;
        progress.begin(Stage::Changes, Some(walk.len() * (READING_STEPS + 1)));
        let mut nothing = Cached::default();
        let mut pieces = repository.pieces(&walk, threads, progress)?;
        if let Some(first) = pieces.read_next(&mut nothing)? {
            rows.replay.begin(&walk)?;
            pieces.give_out(first, &mut nothing, |piece| {
                rows.take_in(piece, &mut people, progress)
            })?;
        }
        progress.end();
        Ok(rows)
    }

    fn take_in(
        &mut self,
        piece: History,
        people: &mut Identities,
        progress: &dyn Progress,
    ) -> Result<()> {
        let scored = (self.replay.next()..)
            .zip(&piece.changes)
            .filter(|(_, change)| self.replay.is_scored(change))
            .map(|(position, change)| Seen {
                id: change.id,
                position,
                authored_at: change.authored_at,
                committed_at: change.committed_at,
            });
        self.seen.extend(scored);
        let (features, landed) = (&mut self.features, &mut self.landed);
        let mut take = |step| {
            if let Step::Arrival { at, row, .. } = step {
                landed.push(at);
                for (column, value) in features.iter_mut().zip(row.raw) {
                    column.push(value);
                }
            }
            Ok(())
        };
        Ok(self.replay.follow(piece, people, progress, &mut take)?)
    }

    /// The commit that the rows go up to.
    #[must_use]
    pub fn tip(&self) -> ChangeId {
        self.tip
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether there is no change that is scored.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Number of commits that were followed, merges and all else that is not scored included.
    #[must_use]
    pub fn n_commits(&self) -> usize {
        self.replay.next() as usize
    }

    /// Number of defective changes.
    #[must_use]
    pub fn n_defective(&self) -> usize {
        let defective = |index: &u32| matches!(self.state(*index), LabelState::Defective { .. });
        (0..self.len() as u32).filter(defective).count()
    }

    /// Number of changes of which no label is known yet.
    #[must_use]
    pub fn n_unverified(&self) -> usize {
        self.replay.timeline().n_unverified()
    }

    fn state(&self, index: u32) -> LabelState {
        let state = self.replay.timeline().state_of(index);
        state.expect("because every row has arrived")
    }

    /// The first link to each change, by row.
    fn first_links(&self) -> Vec<Option<Link>> {
        let mut first = vec![None; self.len()];
        for link in self.replay.links() {
            let index = self.replay.number_of(link.inducing);
            let index = index.expect("because only changes that are scored are linked");
            first[index as usize].get_or_insert(*link);
        }
        first
    }

    /// The columns, in the order of the file.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        let states: Vec<LabelState> = (0..self.len() as u32).map(|it| self.state(it)).collect();
        let links = self.first_links();
        let name = |id: ChangeId| Some(id.to_hex());
        let of_seen = |value: fn(&Seen) -> i64| {
            Values::Whole(self.seen.iter().map(|seen| Some(value(seen))).collect())
        };
        let landed = self.landed.iter().map(|at| Some(at.0)).collect();
        let mut columns = vec![
            Column::new(
                "commit",
                Values::Text(self.seen.iter().map(|seen| name(seen.id)).collect()),
            ),
            Column::new("position", of_seen(|seen| i64::from(seen.position))),
            Column::new("author_time", of_seen(|seen| seen.authored_at.0)),
            Column::new("commit_time", of_seen(|seen| seen.committed_at.0)),
            Column::new("landed_time", Values::Whole(landed)),
        ];
        let features = Features::NAMES.iter().zip(&self.features);
        columns.extend(
            features.map(|(name, values)| Column::new(*name, Values::Real(values.clone()))),
        );
        let label = |state: &LabelState| state.label().map(|label| i64::from(label.is_defective()));
        let fixes = links.iter().map(|link| link.map(|link| link.fix));
        columns.extend([
            Column::new("label", Values::Whole(states.iter().map(label).collect())),
            Column::new(
                "label_time",
                Values::Whole(
                    states
                        .iter()
                        .map(|state| state.at().map(|at| at.0))
                        .collect(),
                ),
            ),
            Column::new(
                "fix_commit",
                Values::Text(
                    fixes
                        .clone()
                        .map(|fix| self.replay.id_at(fix?).and_then(name))
                        .collect(),
                ),
            ),
            Column::new(
                "fix_position",
                Values::Whole(fixes.map(|fix| fix.map(i64::from)).collect()),
            ),
            Column::new(
                "evidence",
                Values::Text(
                    links
                        .iter()
                        .map(|link| link.map(|link| word(link.evidence).to_owned()))
                        .collect(),
                ),
            ),
        ]);
        columns
    }
}

/// What the evidence is called in files.
fn word(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Trailer => "trailer",
        Evidence::Revert => "revert",
        Evidence::Issue => "issue",
        Evidence::Conventional => "conventional",
        Evidence::Keyword => "keyword",
    }
}
