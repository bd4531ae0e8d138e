//! Random histories hold everything that they are there for.
//!
//! Looked for with git in the seeds that the other tests use, so that a test over them is one of all kinds.

use risk_testkit::{Merges, TestRepo, each_numstat, random_history};
use std::collections::{BTreeMap, BTreeSet};

/// What must occur, each with the least number of seeds in which it must.
const PROMISED: &[(&str, usize)] = &[
    ("binary file", 20),
    ("branch", 20),
    ("change of kind", 10),
    ("CRLF", 20),
    ("criss-cross", 5),
    ("deletion and re-creation", 10),
    ("directory becomes file", 5),
    ("empty commit", 10),
    ("empty file", 10),
    ("exact rename", 20),
    ("file becomes directory", 10),
    ("merge", 20),
    ("missing final line end", 20),
    ("mode change alone", 10),
    ("moved directory", 10),
    ("not UTF-8 in a file", 10),
    ("not UTF-8 in a path", 20),
    ("octopus", 10),
    ("only deleted lines", 20),
    ("rename with edits", 20),
    ("revert", 10),
    ("roots", 10),
    ("submodule", 10),
    ("swap", 5),
    ("symbolic link", 10),
    ("two files from one source", 1),
];

#[test]
fn every_kind_occurs_in_many_seeds() {
    let mut seeds: BTreeMap<&str, usize> = PROMISED.iter().map(|&(kind, _)| (kind, 0)).collect();
    for seed in 0..25 {
        let repo = random_history(seed, 60);
        let mut seen = BTreeSet::new();
        graph(&repo, &mut seen);
        rows(&repo, &mut seen);
        for files in raw(&repo) {
            trees(&files, &mut seen);
        }
        contents(&repo, &mut seen);
        for kind in seen {
            *seeds.get_mut(kind).expect("because it is promised") += 1;
        }
    }
    let rare: Vec<String> = PROMISED
        .iter()
        .filter(|(kind, least)| seeds[kind] < *least)
        .map(|(kind, least)| format!("{kind}: {} seeds, {least} promised", seeds[kind]))
        .collect();
    assert!(rare.is_empty(), "{rare:#?}");
}

/// What commits and their parents show.
fn graph(repo: &TestRepo, seen: &mut BTreeSet<&str>) {
    let log = repo.git(&["log", "--format=%H %T %P|%s"]);
    let mut trees = BTreeMap::new();
    let mut commits = Vec::new();
    for line in log.lines() {
        let (ids, subject) = line.split_once('|').expect("because it was asked for");
        let ids: Vec<&str> = ids.split(' ').filter(|it| !it.is_empty()).collect();
        trees.insert(ids[0], ids[1]);
        commits.push((ids[0], ids[2..].to_vec(), subject));
    }
    let first: BTreeMap<&str, &str> = commits
        .iter()
        .filter_map(|(id, parents, _)| Some((*id, *parents.first()?)))
        .collect();
    let merges: BTreeSet<&Vec<&str>> = commits.iter().map(|commit| &commit.1).collect();
    let mut children: BTreeMap<&str, usize> = BTreeMap::new();
    let mut n_roots = 0;
    for (id, parents, subject) in &commits {
        n_roots += usize::from(parents.is_empty());
        for parent in parents {
            *children.entry(parent).or_default() += 1;
        }
        if parents.len() > 1 {
            seen.insert("merge");
            let reversed: Vec<&str> = parents.iter().rev().copied().collect();
            seen.extend(merges.contains(&reversed).then_some("criss-cross"));
        }
        seen.extend((parents.len() > 2).then_some("octopus"));
        if let [parent] = parents[..] {
            seen.extend((trees[id] == trees[parent]).then_some("empty commit"));
            let before = first.get(parent).map(|it| trees[it]);
            let is_revert = subject.starts_with("Revert ") && before == Some(trees[id]);
            seen.extend(is_revert.then_some("revert"));
        }
    }
    seen.extend((n_roots > 1).then_some("roots"));
    seen.extend(children.values().any(|&n| n > 1).then_some("branch"));
}

/// What the rows of changes show.
fn rows(repo: &TestRepo, seen: &mut BTreeSet<&str>) {
    each_numstat(repo, &["HEAD"], Merges::AgainstFirstParent, |_, rows| {
        for row in &rows {
            seen.extend(match (&row.old_path, row.added, row.deleted) {
                (_, None, _) => Some("binary file"),
                (Some(_), Some(0), Some(0)) => Some("exact rename"),
                (Some(_), ..) => Some("rename with edits"),
                (None, Some(0), Some(1..)) => Some("only deleted lines"),
                _ => None,
            });
            let is_utf8 = std::str::from_utf8(&row.path).is_ok();
            seen.extend((!is_utf8).then_some("not UTF-8 in a path"));
        }
        let directory = |path: &[u8]| {
            let end = path.iter().rposition(|&byte| byte == b'/');
            path[..end.unwrap_or(0)].to_vec()
        };
        let moves = rows.iter().filter_map(|row| {
            let (from, to) = (directory(row.old_path.as_ref()?), directory(&row.path));
            (from != to).then_some((from, to))
        });
        let mut n_moved: BTreeMap<_, usize> = BTreeMap::new();
        for between in moves {
            *n_moved.entry(between).or_default() += 1;
        }
        seen.extend(
            n_moved
                .values()
                .any(|&n| n > 1)
                .then_some("moved directory"),
        );
    });
}

/// A path that differs: its modes and ids before and after, and its letter.
struct Raw {
    modes: (String, String),
    ids: (String, String),
    letter: char,
    path: String,
}

/// For each commit against its first parent the paths that differ, without renames, oldest commit first.
fn raw(repo: &TestRepo) -> Vec<Vec<Raw>> {
    let log = [
        "log",
        "--reverse",
        "--diff-merges=first-parent",
        "--raw",
        "--no-renames",
    ];
    let log = repo.git(
        &[
            &log[..],
            &["--no-abbrev", "--root", "--format=tformat:commit"],
        ]
        .concat(),
    );
    let mut commits: Vec<Vec<Raw>> = Vec::new();
    for line in log.lines() {
        if line == "commit" {
            commits.push(Vec::new());
        }
        let Some((head, path)) = line.strip_prefix(':').and_then(|it| it.split_once('\t')) else {
            continue;
        };
        let parts: Vec<String> = head.split(' ').map(str::to_owned).collect();
        let [old_mode, new_mode, old, new, letter] = &parts[..] else {
            panic!("git printed {line:?}");
        };
        let files = commits.last_mut().expect("because a commit is first");
        files.push(Raw {
            modes: (old_mode.clone(), new_mode.clone()),
            ids: (old.clone(), new.clone()),
            letter: letter.chars().next().expect("because git prints a letter"),
            path: path.to_owned(),
        });
    }
    commits
}

/// What one commit shows.
fn trees(files: &[Raw], seen: &mut BTreeSet<&str>) {
    for file in files {
        let is_mode = |mode: &str| file.modes.0 == mode || file.modes.1 == mode;
        seen.extend(is_mode("160000").then_some("submodule"));
        seen.extend(is_mode("120000").then_some("symbolic link"));
        seen.extend((file.letter == 'T').then_some("change of kind"));
        let is_mode_alone = file.letter == 'M' && file.ids.0 == file.ids.1;
        seen.extend(is_mode_alone.then_some("mode change alone"));
        for other in files {
            let is_swap = file.letter == 'M' && other.letter == 'M' && file.path < other.path;
            let swapped = (&other.ids.1, &other.ids.0) == (&file.ids.0, &file.ids.1);
            seen.extend((is_swap && swapped && file.ids.0 != file.ids.1).then_some("swap"));
            if other.path.starts_with(&format!("{}/", file.path)) {
                seen.extend(match (file.letter, other.letter) {
                    ('D', 'A') => Some("file becomes directory"),
                    ('A', 'D') => Some("directory becomes file"),
                    _ => None,
                });
            }
        }
        // Two files as one that goes: both are like it, and only one can be its rename.
        let is_target = |it: &&Raw| it.letter == 'A' && it.ids.1 == file.ids.0;
        let n_equal = files.iter().filter(is_target).count();
        let is_shared = file.letter == 'D' && n_equal > 1;
        seen.extend(is_shared.then_some("two files from one source"));
    }
}

/// What the contents of files show; and paths that come again after they went.
fn contents(repo: &TestRepo, seen: &mut BTreeSet<&str>) {
    let all = repo.git_with(&["cat-file", "--batch-all-objects", "--batch"], b"");
    let mut rest = &all[..];
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        let parts: Vec<&str> = head.split(' ').collect();
        let size: usize = parts[2].parse().expect("because git prints a size");
        let content = &rest[end + 1..][..size];
        rest = &rest[end + 1 + size + 1..];
        if parts[1] != "blob" {
            continue;
        }
        seen.extend(content.is_empty().then_some("empty file"));
        if content.contains(&0) || content.is_empty() {
            continue;
        }
        let has_crlf = content.windows(2).any(|pair| pair == b"\r\n");
        seen.extend(has_crlf.then_some("CRLF"));
        seen.extend((!content.ends_with(b"\n")).then_some("missing final line end"));
        seen.extend(
            std::str::from_utf8(content)
                .is_err()
                .then_some("not UTF-8 in a file"),
        );
    }
    let log = repo.git(&[
        "log",
        "--first-parent",
        "-m",
        "--name-status",
        "--no-renames",
        "--format=",
    ]);
    let (mut gone, mut came) = (BTreeSet::new(), BTreeSet::new());
    // Newest first: what came after it went.
    for (letter, path) in log.lines().filter_map(|line| line.split_once('\t')) {
        if letter == "D" && came.contains(path) {
            gone.insert(path);
        }
        if letter == "A" {
            came.insert(path);
        }
    }
    seen.extend((!gone.is_empty()).then_some("deletion and re-creation"));
}
