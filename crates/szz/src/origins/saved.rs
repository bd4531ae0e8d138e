//! Line origins between two runs.

use super::ends::Ends;
use super::{Files, Lines, Origins, Trail, UNKNOWN, Whitespace};
use crate::Error;
use risk_change::{ChangeId, Position, RepoPath};
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The line origins of the commits that are alive: the tip, and the ends of histories of their own.
///
/// Paths are written once, and so are the lines that a file has in common between commits. The same
/// origins give the same value, whichever way they came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedOrigins {
    whitespace: Whitespace,
    /// All paths, ascending.
    paths: Vec<RepoPath>,
    /// Versions of files: runs of equal origins, as (origin, length).
    versions: Vec<Vec<(Position, u32)>>,
    /// Each commit with its files, as (path, version).
    commits: Vec<(Position, Vec<(u32, u32)>)>,
    /// The root of each commit.
    roots: Vec<Position>,
    /// The commits that are kept though no children are known, ascending.
    kept: BTreeSet<Position>,
}

impl SavedOrigins {
    /// Leaves out all files but those at some paths.
    pub fn retain(&mut self, paths: &BTreeSet<RepoPath>) {
        let wanted: Vec<bool> = self.paths.iter().map(|path| paths.contains(path)).collect();
        let mut is_used = vec![false; self.versions.len()];
        for (_, files) in &mut self.commits {
            files.retain(|&(path, version)| {
                let is_wanted = wanted.get(path as usize).is_some_and(|&it| it);
                if let (true, Some(used)) = (is_wanted, is_used.get_mut(version as usize)) {
                    *used = true;
                }
                is_wanted
            });
        }
        for (version, is_used) in self.versions.iter_mut().zip(is_used) {
            if !is_used {
                version.clear();
            }
        }
    }

    /// Whether all positions in it are below `n` or unknown.
    pub(crate) fn is_below(&self, n: usize) -> bool {
        let origins = self.versions.iter().flatten().map(|&(origin, _)| origin);
        let commits = self.commits.iter().map(|&(commit, _)| commit);
        origins
            .filter(|&origin| origin != UNKNOWN)
            .chain(commits)
            .chain(self.roots.iter().copied())
            .all(|position| (position as usize) < n)
    }
}

/// Lines of a version at most: no larger file is read than one of 32 MiB, and a line has a byte.
const LONGEST: u64 = 32 << 20;

/// Lines of all versions together: several times those of the largest projects. A run of lines takes a few bytes where it
/// is kept, whatever its length.
const MOST_LINES: u64 = 1 << 28;

impl Origins {
    /// Takes down what it takes to have the last commits back.
    pub fn save_trail(&self) -> Trail {
        let mut trail = self.trail.clone();
        trail.forget_before(trail.end().saturating_sub(self.remembered));
        trail
    }

    /// Takes down the lines of all commits that are alive.
    pub fn save(&self) -> SavedOrigins {
        let mut versions: Vec<Vec<(Position, u32)>> = Vec::new();
        let mut by_path: BTreeMap<&RepoPath, Vec<(&Lines, u32)>> = BTreeMap::new();
        let (mut commits, mut roots) = (Vec::new(), Vec::new());
        for (&commit, files) in &self.alive {
            roots.push(self.ends.root_of(commit).unwrap_or(commit));
            let mut entries: Vec<(&RepoPath, &Lines)> = files.iter().collect();
            entries.sort_unstable_by_key(|&(path, _)| path);
            let mut listed = Vec::with_capacity(entries.len());
            for (path, lines) in entries {
                let known = by_path.entry(path).or_default();
                let same = known
                    .iter()
                    .find(|(other, _)| Arc::ptr_eq(other, lines) || *other == lines);
                let version = if let Some(&(_, version)) = same {
                    version
                } else {
                    let version = versions.len() as u32;
                    versions.push(runs(lines));
                    known.push((lines, version));
                    version
                };
                listed.push((path, version));
            }
            commits.push((commit, listed));
        }
        let paths: Vec<&RepoPath> = by_path.keys().copied().collect();
        let numbered: BTreeMap<&RepoPath, u32> = paths.iter().copied().zip(0..).collect();
        let commits = commits
            .into_iter()
            .map(|(commit, listed)| {
                let files = listed.into_iter();
                let files = files.map(|(path, version)| (numbered[path], version));
                (commit, files.collect())
            })
            .collect();
        SavedOrigins {
            whitespace: self.whitespace,
            paths: paths.into_iter().cloned().collect(),
            versions,
            commits,
            roots,
            kept: self.ends.kept().collect(),
        }
    }

    /// Takes up saved lines. `ignored` should be what they were made with.
    pub fn restore(
        saved: SavedOrigins,
        trail: Trail,
        ignored: BTreeSet<ChangeId>,
    ) -> Result<Self, Error> {
        let lengths = saved.versions.iter();
        let lengths = lengths.map(|runs| runs.iter().map(|&(_, n)| u64::from(n)).sum::<u64>());
        if lengths.clone().any(|n| n > LONGEST) || lengths.sum::<u64>() > MOST_LINES {
            return Err(Error::Inconsistent {
                what: "the lengths of the lists of lines",
            });
        }
        let versions: Vec<Lines> = saved.versions.iter().map(|it| lines_of(it)).collect();
        let mut alive = BTreeMap::new();
        let commits = saved.commits.iter().map(|&(commit, _)| commit);
        let roots: BTreeMap<Position, Position> = commits.zip(saved.roots).collect();
        if roots.len() != saved.commits.len() || !saved.kept.iter().all(|it| roots.contains_key(it))
        {
            return Err(Error::Inconsistent {
                what: "the list of roots",
            });
        }
        for (commit, listed) in saved.commits {
            let mut files = Files::new_with_hasher_and_degree_and_ptr_kind(FxBuildHasher, 32);
            for (path, version) in listed {
                let path = saved.paths.get(path as usize);
                let lines = versions.get(version as usize);
                let Some((path, lines)) = path.zip(lines) else {
                    return Err(Error::Inconsistent {
                        what: "the list of files",
                    });
                };
                files.insert_mut(path.clone(), lines.clone());
            }
            alive.insert(commit, files);
        }
        Ok(Self {
            whitespace: saved.whitespace,
            ignored,
            alive,
            ends: Ends::restore(roots, saved.kept),
            trail,
            remembered: Self::REMEMBERED,
            remember_from: 0,
            scratch: Vec::new(),
        })
    }
}

fn runs(lines: &[Position]) -> Vec<(Position, u32)> {
    lines
        .chunk_by(|a, b| a == b)
        .map(|run| (run[0], run.len() as u32))
        .collect()
}

fn lines_of(runs: &[(Position, u32)]) -> Lines {
    let n = runs.iter().map(|&(_, len)| len as usize).sum();
    let mut lines = Vec::with_capacity(n);
    for &(origin, len) in runs {
        lines.resize(lines.len() + len as usize, origin);
    }
    Arc::from(lines)
}
