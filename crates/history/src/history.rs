//! A stretch of history as it was read.

use crate::commits::Commit;
use crate::error::change_id;
use crate::pairs::Compared;
use crate::slots::{Slot, SlotOther};
use git2::Oid;
use risk_change::{
    Change, ChangeId, Edit, FileChange, FileKind, OtherParent, Position, RepoPath, SkipReason,
    Skipped, Timestamp, Trace,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A stretch of history in landing order.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The changes, parents before children; merges are among them.
    pub changes: Vec<Change>,
    /// For each change the positions of its parents.
    pub parents: Vec<Vec<Position>>,
    /// For each change and each of its parents, whether the parent gets no further child in the whole walk.
    pub last_children: Vec<Vec<bool>>,
    /// When each change landed ([`Walk::landed_at`](crate::Walk::landed_at)).
    pub landed_at: Vec<Timestamp>,
    /// What could not be read or was left out, in the order of the changes.
    pub skipped: Vec<Skipped>,
    /// How much was read: work can be asserted without a clock.
    pub statistics: Statistics,
}

/// Changes that were read before, with what was left out of them. Those that are needed are taken out.
///
/// A change never alters, so what is here need not be read again.
pub type Cached = FxHashMap<ChangeId, (Change, Vec<Skipped>)>;

/// Work done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Commit objects read.
    pub commits: usize,
    /// Changes that were known and needed no further reading.
    pub cached: usize,
    /// Blob objects read for line differences.
    pub blobs: usize,
    /// Distinct pairs of versions compared.
    pub pairs: usize,
}

impl std::ops::AddAssign for Statistics {
    fn add_assign(&mut self, more: Self) {
        self.commits += more.commits;
        self.cached += more.cached;
        self.blobs += more.blobs;
        self.pairs += more.pairs;
    }
}

/// How lines are followed from `path` by a pair of versions.
fn traced(path: RepoPath, pair: &Compared) -> Trace {
    let (old_lines, new_lines, edit) = pair.blamed();
    Trace {
        path,
        old_lines,
        new_lines,
        edit: Arc::clone(edit),
    }
}

impl History {
    /// Appends what follows.
    pub(crate) fn extend(&mut self, next: Self) {
        self.changes.extend(next.changes);
        self.parents.extend(next.parents);
        self.last_children.extend(next.last_children);
        self.landed_at.extend(next.landed_at);
        self.skipped.extend(next.skipped);
        self.statistics.commits += next.statistics.commits;
        self.statistics.cached += next.statistics.cached;
        self.statistics.blobs += next.statistics.blobs;
        self.statistics.pairs += next.statistics.pairs;
    }

    /// Appends a change that was read.
    pub(crate) fn push(
        &mut self,
        oid: Oid,
        (commit, slots, over_limit): (Commit, Vec<Slot>, bool),
        paths: &[RepoPath],
        compared: &[Option<Compared>],
        nothing: &Arc<Edit>,
    ) {
        let id = change_id(oid);
        let path = |number: u32| paths[number as usize].clone();
        let result = |pair: u32| {
            compared[pair as usize]
                .as_ref()
                .expect("every pair of the table was compared")
        };
        if over_limit {
            self.skipped.push(Skipped {
                change: id,
                path: None,
                why: SkipReason::RenameLimit,
            });
        }
        let mut files = Vec::with_capacity(slots.len());
        for slot in slots {
            let pair = slot.pair.map(result);
            let mut kind = pair.map_or(FileKind::Text, |pair| pair.kind);
            let others = slot
                .others
                .into_iter()
                .map(|other| match other {
                    SlotOther::Absent => OtherParent::Absent,
                    SlotOther::Same(at) => OtherParent::Same { path: path(at) },
                    SlotOther::Unlike(at) => OtherParent::Unlike { path: path(at) },
                    SlotOther::Differs(at, pair) => {
                        let pair = result(pair);
                        if pair.kind == FileKind::Unread {
                            kind = FileKind::Unread;
                        }
                        let path = path(at);
                        if pair.kind == FileKind::Binary && pair.blamed.is_none() {
                            // Too large a binary version: its lines are not known.
                            OtherParent::Unlike { path }
                        } else {
                            let edit = Arc::clone(pair.blamed().2);
                            OtherParent::Differs { path, edit }
                        }
                    }
                })
                .collect();
            if pair.is_some_and(|pair| pair.too_large) {
                self.skipped.push(Skipped {
                    change: id,
                    path: Some(path(slot.path)),
                    why: SkipReason::TooLarge,
                });
            }
            if kind == FileKind::Unread {
                self.skipped.push(Skipped {
                    change: id,
                    path: Some(path(slot.path)),
                    why: SkipReason::Unreadable,
                });
            }
            let source = slot.old_path.unwrap_or(slot.path);
            let trace = match slot.alone {
                Some((source, pair)) => Some((source, result(pair))),
                None => pair
                    .filter(|pair| pair.blamed.is_some())
                    .map(|pair| (source, pair)),
            };
            files.push(FileChange {
                path: path(slot.path),
                old_path: slot.old_path.map(path),
                status: slot.status,
                kind,
                old_lines: pair.map_or(0, |pair| pair.old_lines),
                new_lines: pair.map_or(0, |pair| pair.new_lines),
                edit: pair.map_or_else(|| Arc::clone(nothing), |pair| pair.edit.clone()),
                other_parents: others,
                trace: trace.map(|(source, pair)| Box::new(traced(path(source), pair))),
            });
        }
        self.changes.push(Change {
            id,
            parents: commit.place.parents.into_iter().map(change_id).collect(),
            author: commit.author,
            authored_at: commit.authored_at,
            committed_at: commit.place.committed_at,
            message: commit.message,
            files,
        });
    }
}
