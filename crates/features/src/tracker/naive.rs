//! The features of the past computed from the list of all changes, as plainly as possible.

use crate::{Experience, History, Seen};
use risk_change::{Ancestors, Author, Change, FileStatus, RepoPath};
use std::collections::{BTreeMap, BTreeSet};

/// A change with what was known of it.
#[derive(Clone, Debug)]
pub(super) struct Past {
    pub(super) change: Change,
    pub(super) position: u32,
    pub(super) ancestors: Ancestors,
    pub(super) author: Author,
    pub(super) is_fix: bool,
}

impl Past {
    pub(super) fn seen(&self) -> Seen<'_> {
        Seen {
            position: self.position,
            ancestors: &self.ancestors,
            author: &self.author,
            is_fix: self.is_fix,
            is_repeated: false,
        }
    }
}

/// One file at one path, from its arrival to that of the next file.
#[derive(Default)]
struct Life {
    touches: Vec<usize>,
    departures: Vec<usize>,
    links: Vec<(RepoPath, usize)>,
}

/// The lives of a path, as the visible changes tell them.
fn lives(all: &[Past], visible: &[usize], path: &RepoPath) -> Vec<Life> {
    let mut lives = vec![Life::default()];
    for &index in visible {
        let files = &all[index].change.files;
        if files
            .iter()
            .any(|file| file.status == FileStatus::Renamed && file.old_path.as_ref() == Some(path))
        {
            lives.last_mut().unwrap().departures.push(index);
        }
        let Some(file) = files.iter().find(|file| file.path == *path) else {
            continue;
        };
        let arrives = matches!(file.status, FileStatus::Added | FileStatus::Renamed);
        if arrives && !lives.last().unwrap().departures.is_empty() {
            lives.push(Life::default());
        }
        let life = lives.last_mut().unwrap();
        life.touches.push(index);
        life.links
            .extend(file.old_path.clone().map(|old| (old, index)));
    }
    lives
}

/// All touches of the file that is at (or, if it arrives, comes to) this path: pairs of path and change.
fn touches(
    all: &[Past],
    visible: &[usize],
    path: &RepoPath,
    departure: Option<usize>,
    found: &mut BTreeSet<(RepoPath, usize)>,
) {
    let lives = lives(all, visible, path);
    let life = match departure {
        None => lives.last().unwrap(),
        Some(at) => lives
            .iter()
            .find(|life| life.departures.contains(&at))
            .unwrap(),
    };
    found.extend(life.touches.iter().map(|&at| (path.clone(), at)));
    for (old, at) in &life.links {
        touches(all, visible, old, Some(*at), found);
    }
}

fn identity(author: &Author) -> String {
    if author.email.trim().is_empty() {
        author.name.trim().to_owned()
    } else {
        author.email.trim().to_lowercase()
    }
}

fn weight(now: i64, then: i64) -> u128 {
    let weeks = (now.div_euclid(604_800) - then.div_euclid(604_800)).max(0);
    if weeks > 260 {
        return 0;
    }
    ((-(weeks as f64) / 26.0).exp2() * 4_294_967_296.0).round() as u128
}

fn mean(sum: f64, n: usize) -> f64 {
    if n == 0 { 0.0 } else { sum / n as f64 }
}

/// History and experience of one change over the absorbed ones in `all`.
pub(super) fn past_of(all: &[Past], asked: &Past) -> (History, Experience) {
    let visible: Vec<usize> = (0..all.len())
        .filter(|&index| asked.ancestors.contains(all[index].position))
        .collect();
    (
        history(all, &visible, &asked.change),
        experience(all, &visible, asked),
    )
}

fn history(all: &[Past], visible: &[usize], change: &Change) -> History {
    let now = change.committed_at.0;
    let (mut changes, mut developers) = (BTreeSet::new(), BTreeSet::new());
    let (mut seconds, mut n_recent, mut n_fixes, mut most, mut churn) = (0, 0, 0, 0, 0);
    for file in &change.files {
        let mut of_file = BTreeSet::new();
        let arrives = matches!(file.status, FileStatus::Added | FileStatus::Renamed);
        let gone = !lives(all, visible, &file.path)
            .last()
            .unwrap()
            .departures
            .is_empty();
        if !(arrives && gone) {
            touches(all, visible, &file.path, None, &mut of_file);
        }
        if let Some(old) = &file.old_path {
            touches(all, visible, old, None, &mut of_file);
        }
        let mut fixes = 0;
        for (path, at) in &of_file {
            let past = &all[*at];
            changes.insert(*at);
            developers.insert(identity(&past.author));
            let weight = weight(now, past.change.committed_at.0);
            let files = &past.change.files;
            let edit = &files.iter().find(|file| file.path == *path).unwrap().edit;
            n_recent += weight;
            fixes += weight * u128::from(past.is_fix);
            churn += weight * u128::from(edit.added() + edit.removed());
        }
        n_fixes += fixes;
        most = most.max(fixes);
        if let Some(last) = of_file.iter().map(|&(_, at)| at).max() {
            seconds += (now - all[last].change.committed_at.0).max(0);
        }
    }
    let n = change.files.len();
    let unit = 4_294_967_296.0;
    History {
        ndev: developers.len() as f64,
        age: mean(seconds as f64 / 86_400.0, n),
        nuc: changes.len() as f64,
        prior_fixes: mean(n_fixes as f64 / unit, n),
        prior_fixes_max: most as f64 / unit,
        recent_changes: mean(n_recent as f64 / unit, n),
        recent_churn: mean(churn as f64 / unit, n),
    }
}

fn experience(all: &[Past], visible: &[usize], asked: &Past) -> Experience {
    let subsystems = |change: &Change| -> BTreeSet<Vec<u8>> {
        let files = change.files.iter();
        files.map(|file| file.path.subsystem().to_vec()).collect()
    };
    let here = subsystems(&asked.change);
    let mut by_years = BTreeMap::new();
    let (mut exp, mut sexp) = (0, 0);
    for past in visible.iter().map(|&index| &all[index]) {
        if identity(&past.author) != identity(&asked.author) {
            continue;
        }
        exp += 1;
        sexp += usize::from(!subsystems(&past.change).is_disjoint(&here));
        let age = (asked.change.committed_at.0 - past.change.committed_at.0).max(0);
        *by_years.entry((age / 31_557_600).min(127)).or_insert(0) += 1;
    }
    let parts = by_years.iter();
    Experience {
        exp: f64::from(exp),
        rexp: parts
            .map(|(&years, &n)| f64::from(n) / (years + 1) as f64)
            .fold(0.0, |sum, part| sum + part),
        sexp: sexp as f64,
    }
}
