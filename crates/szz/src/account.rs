//! What becomes of each candidate of a fixing change, and why.

use crate::candidates::{Candidates, candidates};
use crate::fitted::FITTED;
use crate::index::{Index, author_of};
use crate::involvement::{Involved, Involvement};
use crate::weigh::{self, Signs};
use crate::{Candidate, Options, Origins, Variant};
use risk_change::{Change, Position, RepoPath, Timestamp};
use std::fmt;

/// What becomes of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is held to have induced the fault.
    Kept,
    /// It is a merge, or it cannot be scored: no change that could have induced anything.
    NotAChange,
    /// It was committed after the fault was reported.
    AfterReport,
    /// Another one was committed later (R).
    NotLatest,
    /// Another one is larger (L).
    NotLargest,
    /// Another one is more probable (W).
    NotLikeliest,
    /// It is the most probable one, and not probable enough (W).
    Unlikely,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kept => "kept",
            Self::NotAChange => "a merge, or not scored",
            Self::AfterReport => "committed after the fault was reported",
            Self::NotLatest => "another one is more recent",
            Self::NotLargest => "another one is larger",
            Self::NotLikeliest => "another one is more probable",
            Self::Unlikely => "not probable enough",
        })
    }
}

/// A candidate, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The change.
    pub position: Position,
    /// Deleted lines that it wrote, as the variant traces them.
    pub lines: u32,
    /// The first file in which it was found.
    pub path: RepoPath,
    /// The probability that it induced the fault, for [`Variant::W`]; for the others 1 if it is kept, else 0.
    pub weight: f64,
    /// What becomes of it.
    pub verdict: Verdict,
    /// What it has to do with the fix, for [`Variant::W`].
    pub involvement: Option<Involvement>,
    /// What it was weighed by, for [`Variant::W`], unless it was dropped before.
    pub signs: Option<Signs>,
}

/// All candidates of a fixing change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// The candidates by position.
    pub judged: Vec<Judged>,
    /// Files with lines of unknown origin, ascending.
    pub unknown: Vec<RepoPath>,
    /// Traced files: code files that were there before.
    pub n_files: u32,
    /// Lines deleted in traced files, of whatever kind.
    pub n_deleted: u64,
    /// Deleted lines that the variant traces.
    pub n_traced: u64,
}

impl Account {
    /// The candidates that are held to have induced the fault, by position.
    pub fn kept(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|it| it.verdict == Verdict::Kept)
    }
}

/// A fixing change in front of the past.
pub(crate) struct Judging<'a> {
    pub(crate) options: &'a Options,
    pub(crate) origins: &'a Origins,
    pub(crate) index: &'a Index,
    /// When the fault was reported, if that is known.
    pub(crate) reported_at: Option<Timestamp>,
}

impl Judging<'_> {
    /// The candidates of a change by a variant, which must go with the line origins.
    pub(crate) fn account(
        &self,
        variant: Variant,
        parent: Option<Position>,
        change: &Change,
    ) -> Account {
        match variant {
            Variant::W => self.weighed(parent, change),
            _ => self.selected(variant, parent, change),
        }
    }

    /// Why a candidate is dropped before any is selected.
    fn dropped(&self, position: Position) -> Option<Verdict> {
        let reported = self.reported_at;
        if !self.index.is_change(position) {
            Some(Verdict::NotAChange)
        } else if reported.is_some_and(|at| self.index.committed_at(position) > at) {
            Some(Verdict::AfterReport)
        } else {
            None
        }
    }

    fn selected(&self, variant: Variant, parent: Option<Position>, change: &Change) -> Account {
        let Candidates {
            found,
            files,
            unknown,
            n_files,
            n_deleted,
            n_traced,
        } = candidates(
            variant,
            self.origins,
            parent,
            change,
            &self.options.exclusion,
        );
        let order = |it: &Candidate| (self.index.committed_at(it.position), it.position);
        let size = |it: &Candidate| (self.index.known(it.position).size, order(it));
        let left = || {
            found
                .iter()
                .filter(|it| self.dropped(it.position).is_none())
        };
        let (one, why) = match variant {
            Variant::R => (left().max_by_key(|it| order(it)), Verdict::NotLatest),
            Variant::L => (left().max_by_key(|it| size(it)), Verdict::NotLargest),
            Variant::B | Variant::Ag | Variant::Ma | Variant::W => (None, Verdict::Kept),
        };
        let judge = |(candidate, path): (&Candidate, RepoPath)| {
            let is_other = one.is_some_and(|one| one != candidate);
            let verdict = match self.dropped(candidate.position) {
                Some(dropped) => dropped,
                None if is_other => why,
                None => Verdict::Kept,
            };
            Judged {
                position: candidate.position,
                lines: candidate.lines,
                path,
                weight: f64::from(u8::from(verdict == Verdict::Kept)),
                verdict,
                involvement: None,
                signs: None,
            }
        };
        Account {
            judged: found.iter().zip(files).map(judge).collect(),
            unknown,
            n_files,
            n_deleted,
            n_traced,
        }
    }

    fn weighed(&self, parent: Option<Position>, change: &Change) -> Account {
        let involved = Involved::of(self.origins, parent, change, &self.options.exclusion);
        let dropped = involved.found.iter().map(|it| self.dropped(it.position));
        let dropped: Vec<Option<Verdict>> = dropped.collect();
        let left: Vec<usize> = (0..dropped.len())
            .filter(|&k| dropped[k].is_none())
            .collect();
        let known = left
            .iter()
            .map(|&k| self.index.known(involved.found[k].position));
        let known: Vec<_> = known.collect();
        let fix = weigh::Weighed {
            committed_at: change.committed_at,
            author: author_of(change),
        };
        let signs = weigh::signs(&fix, &involved, &left, &known);
        let probabilities = FITTED.probabilities(&signs);
        let found = involved.found.iter().zip(involved.paths).zip(dropped);
        let judge = |((it, path), dropped): ((&Involvement, RepoPath), Option<Verdict>)| Judged {
            position: it.position,
            lines: it.deleted,
            path,
            weight: 0.0,
            verdict: dropped.unwrap_or(Verdict::NotLikeliest),
            involvement: Some(*it),
            signs: None,
        };
        let mut judged: Vec<Judged> = found.map(judge).collect();
        for ((&k, signs), &weight) in left.iter().zip(signs).zip(&probabilities) {
            judged[k].signs = Some(signs);
            judged[k].weight = weight;
        }
        // The last of equals, which is the latest.
        if let Some(&k) = left
            .iter()
            .max_by(|&&a, &&b| judged[a].weight.total_cmp(&judged[b].weight))
        {
            judged[k].verdict = if judged[k].weight >= self.options.least_weight {
                Verdict::Kept
            } else {
                Verdict::Unlikely
            };
        }
        Account {
            judged,
            unknown: involved.unknown,
            n_files: involved.n_files,
            n_deleted: involved.n_deleted,
            n_traced: involved.n_traced,
        }
    }
}
