//! Where the remaining risk sits, and who knows what is there.

use super::people::People;
use super::{Known, YEAR};
use risk_change::{Position, RepoPath};
use risk_report::{DirectoryExperts, Expert, FileRisk, Tree};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Files that are listed by their risk, and by their lines.
const LISTED: (usize, usize) = (1_200, 800);

/// Directories that are listed.
const DIRECTORIES: usize = 400;

/// People who are named for a file or directory.
const EXPERTS: usize = 3;

/// Lines by person; those whose author is not known are not among them.
type Lines = FxHashMap<u32, u64>;

/// What is gathered of a directory.
#[derive(Default)]
struct Directory {
    lines: u64,
    risk: f64,
    by: Lines,
}

/// Leaves what a page can show: the files with most risk and, of the others, those with most lines; the largest
/// directories.
pub(super) fn shorten(tree: &mut Tree) {
    let mut rest = tree.files.split_off(LISTED.0.min(tree.files.len()));
    rest.sort_by(|a, b| b.lines.cmp(&a.lines).then(a.path.cmp(&b.path)));
    rest.truncate(LISTED.1);
    rest.sort_by(by_risk);
    tree.files.append(&mut rest);
    tree.directories.truncate(DIRECTORIES);
}

/// The riskiest first; of two that are as risky, in the order of their paths.
fn by_risk(a: &FileRisk, b: &FileRisk) -> Ordering {
    b.risk.total_cmp(&a.risk).then(a.path.cmp(&b.path))
}

/// What is in a folder, or all of it, in the order of the risk. The risk of a change is shared out over all its lines, wherever they are.
pub(super) fn tree(
    known: &Known<'_>,
    people: &People,
    lines: &[(&RepoPath, &[Position])],
    folder: Option<&str>,
) -> Tree {
    let weights = weights(known, lines);
    let young = known.within(YEAR);
    let mut directories: BTreeMap<&[u8], Directory> = BTreeMap::new();
    let mut files = Vec::new();
    let is_asked = |path: &RepoPath| folder.is_none_or(|it| is_inside(path.as_bytes(), it));
    for &(path, origins) in lines {
        if origins.is_empty() || !is_asked(path) {
            continue;
        }
        let mut by = Lines::default();
        let mut own: Vec<Position> = origins.to_vec();
        own.sort_unstable();
        let mut file = FileRisk {
            path: path.to_text().into_owned(),
            lines: origins.len() as u64,
            young: 0,
            risk: 0.0,
            defective: 0,
            changed_at: None,
            experts: Vec::new(),
        };
        // Ascending, so that sums are the same whatever the order of the lines.
        for same in own.chunk_by(|a, b| a == b) {
            let (origin, n) = (same[0], same.len() as u64);
            let Some(&weight) = weights.get(origin as usize) else {
                continue;
            };
            file.risk += weight * n as f64;
            file.young += if origin >= young { n } else { 0 };
            let number = known.engine.replay.number_of(origin);
            file.defective += usize::from(number.is_some_and(|it| known.is_defective(it)));
            file.changed_at = Some(known.landed[origin as usize].0);
            if let Some(person) = people.author_of(origin) {
                *by.entry(person).or_default() += n;
            }
        }
        file.experts = experts(&by, file.lines, people);
        for directory in ancestors(path.as_bytes()) {
            let directory = directories.entry(directory).or_default();
            directory.lines += file.lines;
            directory.risk += file.risk;
            for (&person, &n) in by.iter().collect::<BTreeMap<_, _>>() {
                *directory.by.entry(person).or_default() += n;
            }
        }
        files.push(file);
    }
    files.sort_by(by_risk);
    let (n_files, all) = (files.len(), directories.get(&b""[..]));
    let (lines, risk) = all.map_or((0, 0.0), |all| (all.lines, all.risk));
    if let Some(folder) = folder {
        directories.retain(|path, _| *path == folder.as_bytes() || is_inside(path, folder));
    }
    Tree {
        n_files,
        lines,
        risk,
        files,
        directories: largest(directories, people),
    }
}

fn is_inside(path: &[u8], folder: &str) -> bool {
    let rest = path.strip_prefix(folder.as_bytes());
    rest.is_some_and(|rest| rest.starts_with(b"/"))
}

/// By position: what each line that is left of a commit carries of its remaining risk.
fn weights(known: &Known<'_>, lines: &[(&RepoPath, &[Position])]) -> Vec<f64> {
    let mut left = vec![0_u32; known.engine.replay.next() as usize];
    for &origin in lines.iter().flat_map(|(_, origins)| *origins) {
        if let Some(left) = left.get_mut(origin as usize) {
            *left += 1;
        }
    }
    let weight = |(position, left): (usize, u32)| {
        let number = known.engine.replay.number_of(position as Position);
        match number {
            Some(number) if left > 0 => known.unseen(number) / f64::from(left),
            _ => 0.0,
        }
    };
    left.into_iter().enumerate().map(weight).collect()
}

/// The directories that lead to a file, the root first.
fn ancestors(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let slashes = (0..path.len()).filter(|&at| path[at] == b'/');
    std::iter::once(&path[..0]).chain(slashes.map(|at| &path[..at]))
}

/// Who wrote most, the most first; of two who wrote the same the one who came first.
fn by_lines(by: &Lines) -> Vec<(u32, u64)> {
    let mut order: Vec<(u32, u64)> = by.iter().map(|(&person, &n)| (person, n)).collect();
    order.sort_unstable_by_key(|&(person, n)| (std::cmp::Reverse(n), person));
    order
}

fn experts(by: &Lines, lines: u64, people: &People) -> Vec<Expert> {
    let order = by_lines(by).into_iter().take(EXPERTS);
    order
        .map(|(person, n)| Expert {
            person: person as usize,
            share: share(n, lines),
            active: people.is_active(person),
        })
        .collect()
}

/// In steps of .001.
fn share(n: u64, of: u64) -> f64 {
    (n as f64 / of.max(1) as f64 * 1e3).round() / 1e3
}

fn largest(directories: BTreeMap<&[u8], Directory>, people: &People) -> Vec<DirectoryExperts> {
    let mut all: Vec<(&[u8], Directory)> = directories.into_iter().collect();
    // A stable sort: of equal ones the one that is nearer to the root comes first.
    all.sort_by_key(|(_, directory)| std::cmp::Reverse(directory.lines));
    all.iter()
        .map(|(path, directory)| {
            let order = by_lines(&directory.by);
            let known: u64 = order.iter().map(|&(_, n)| n).sum();
            let gone = order
                .iter()
                .filter(|&&(person, _)| !people.is_active(person));
            let mut before = 0;
            let half_by = order.iter().take_while(|&&(_, n)| {
                let is_needed = 2 * before < known;
                before += n;
                is_needed
            });
            DirectoryExperts {
                path: RepoPath::new(path).to_text().into_owned(),
                lines: directory.lines,
                risk: directory.risk,
                orphaned: share(gone.map(|&(_, n)| n).sum(), known),
                half_by: half_by.count(),
                experts: experts(&directory.by, directory.lines, people),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::ancestors;

    #[test]
    fn directories_lead_from_the_root_to_a_file() {
        let found: Vec<&[u8]> = ancestors(b"a/bc/d.rs").collect();
        assert_eq!(found, [&b""[..], b"a", b"a/bc"]);
        assert_eq!(ancestors(b"d.rs").count(), 1);
    }
}
