//! Line origins and links equal `git blame`.

use risk_change::{Change, ChangeId, Position, RepoPath};
use risk_history::{Cached, History, Repository, Silent};
use risk_source::Exclusion;
use risk_szz::{Options, Origins, Szz, UNKNOWN, Variant, Whitespace, candidates, is_traced};
use risk_testkit::{
    BlameOptions, Drawing, TestRepo, blame, blame_with, hand_drawn, random_history,
};
use std::collections::{BTreeMap, BTreeSet};

fn drawn() -> impl Iterator<Item = (String, TestRepo)> {
    hand_drawn().map(|(name, repo): Drawing| (name.to_owned(), repo))
}

fn random() -> impl Iterator<Item = (String, TestRepo)> {
    (0..25).map(|seed| (format!("seed {seed}"), random_history(seed, 60)))
}

fn read(repo: &TestRepo) -> History {
    let repository = Repository::discover(repo.path()).expect("there is a repository");
    let tip = repository.resolve("HEAD").expect("HEAD is born");
    repository
        .read(&tip, &|_| None, 0, &mut Cached::default(), 2, &Silent)
        .expect("the repository is whole")
}

fn origins(history: &History, whitespace: Whitespace) -> Origins {
    let mut origins = Origins::new(whitespace, BTreeSet::new());
    let last = &history.last_children;
    for (position, change) in (0..).zip(&history.changes) {
        let at = position as usize;
        origins.absorb(position, &history.parents[at], change, &last[at]);
    }
    origins
}

/// Regular files and links at `HEAD` that git takes for text.
fn text_files(repo: &TestRepo) -> Vec<Vec<u8>> {
    let listed = repo.git_with(&["ls-tree", "-r", "-z", "HEAD"], b"");
    let mut files = Vec::new();
    for entry in listed.split(|&byte| byte == 0).filter(|it| !it.is_empty()) {
        let tab = entry
            .iter()
            .position(|&byte| byte == b'\t')
            .expect("before the path");
        let head = String::from_utf8_lossy(&entry[..tab]).into_owned();
        let parts: Vec<&str> = head.split(' ').collect();
        let content = || repo.git_with(&["cat-file", "blob", parts[2]], b"");
        if parts[1] == "blob" && !content().iter().take(8_000).any(|&byte| byte == 0) {
            files.push(entry[tab + 1..].to_vec());
        }
    }
    files
}

/// Lines equal and lines in all, over the text files at `HEAD`, and one sentence for each file that differs.
fn compare(repo: &TestRepo, whitespace: Whitespace) -> (usize, usize, Vec<String>) {
    let history = read(repo);
    let origins = origins(&history, whitespace);
    let tip = (history.changes.len() - 1) as Position;
    let options = BlameOptions {
        ignore_whitespace: whitespace == Whitespace::Ignored,
        ..BlameOptions::default()
    };
    let name = |it: &Position| match *it {
        UNKNOWN => "unknown".to_owned(),
        it => history.changes[it as usize].id.to_hex(),
    };
    let (mut n_equal, mut n_lines, mut differences) = (0, 0, Vec::new());
    for path in text_files(repo) {
        let git = blame_with(repo, "HEAD", &path, &options);
        let ours = origins
            .lines(tip, &RepoPath::new(&path))
            .expect("the file is there");
        let ours: Vec<String> = ours.iter().map(name).collect();
        n_lines += git.len();
        n_equal += ours
            .iter()
            .zip(&git)
            .filter(|(ours, git)| ours == git)
            .count();
        if ours != git {
            let at = ours.iter().zip(&git).position(|(ours, git)| ours != git);
            let line = at.unwrap_or(ours.len().min(git.len()));
            differences.push(format!(
                "{:?} ({} lines, here {}) from line {}: here {:?}, git {:?}",
                String::from_utf8_lossy(&path),
                git.len(),
                ours.len(),
                line + 1,
                ours.get(line),
                git.get(line)
            ));
        }
    }
    (n_equal, n_lines, differences)
}

#[test]
fn drawn_lines_come_from_where_git_says() {
    for (name, repo) in drawn() {
        let (_, _, differences) = compare(&repo, Whitespace::Significant);
        assert!(differences.is_empty(), "{name}: {differences:#?}");
    }
}

#[test]
fn random_lines_come_from_where_git_says() {
    for (name, repo) in random() {
        let (_, _, differences) = compare(&repo, Whitespace::Significant);
        assert!(differences.is_empty(), "{name}: {differences:#?}");
    }
}

#[test]
fn drawn_lines_come_from_where_git_says_if_white_space_is_ignored() {
    for (name, repo) in drawn() {
        let (_, _, differences) = compare(&repo, Whitespace::Ignored);
        assert!(differences.is_empty(), "{name}: {differences:#?}");
    }
}

/// `git blame -w` compares versions as if they had no white space; here they are compared as they are, and the
/// lines of a hunk that differ in white space alone are paired afterwards. So frequent lines (blank ones, braces)
/// may be paired with others, above all blank ones, which are never paired here. It cannot be exact.
#[test]
fn most_random_lines_come_from_where_git_says_if_white_space_is_ignored() {
    let (mut n_equal, mut n_lines) = (0, 0);
    for (_, repo) in random() {
        let (equal, all, _) = compare(&repo, Whitespace::Ignored);
        (n_equal, n_lines) = (n_equal + equal, n_lines + all);
    }
    assert!(n_equal * 100 > n_lines * 93, "{n_equal} of {n_lines}");
}

/// The changes that git names for the lines that a change deletes in code, with the number of lines of each.
///
/// `None` if git cannot say: where a file takes the place of a submodule, the one line of that has an origin here.
fn blamed(repo: &TestRepo, change: &Change) -> Option<BTreeMap<ChangeId, u32>> {
    let mut found = BTreeMap::new();
    let parent = change.parents[0].to_hex();
    for file in change.files.iter().filter(|it| is_traced(Variant::B, it)) {
        let path = file.source_path().as_bytes();
        if file.edit.removed() == 0 {
            continue;
        }
        if !is_blob(repo, &parent, path) {
            return None;
        }
        let origins = blame(repo, &parent, path);
        for (line, _) in file.edit.deleted_lines() {
            let id = ChangeId::from_hex(&origins[line as usize]).expect("git prints whole ids");
            *found.entry(id).or_insert(0) += 1;
        }
    }
    Some(found)
}

/// Whether git can blame it: it cannot if a file took the place of a submodule.
fn is_blob(repo: &TestRepo, rev: &str, path: &[u8]) -> bool {
    let listed = repo.git_with(&["ls-tree", "-r", "-z", rev], b"");
    let mut entries = listed.split(|&byte| byte == 0);
    entries.any(|it| it.ends_with(&[b"\t", path].concat()) && !it.starts_with(b"160000"))
}

/// Compares what is found for each change with git, and the links of fixes with what is found.
///
/// Gives the changes that git names, those of them that are missing here, and those that are only here.
fn trace(name: &str, repo: &TestRepo) -> (usize, usize, usize) {
    let history = read(repo);
    let last = &history.last_children;
    let mut szz = Szz::new(Options {
        variant: Variant::B,
        ..Options::default()
    });
    let (mut n, mut missing, mut extra) = (0, 0, 0);
    for (position, change) in (0..).zip(&history.changes) {
        let at = position as usize;
        let parents = &history.parents[at];
        let found = candidates(
            Variant::B,
            szz.origins(),
            parents.first().copied(),
            change,
            &Exclusion::default(),
        );
        let outcome = szz.absorb(position, parents, change, &last[at]);
        if change.is_merge() || change.parents.is_empty() {
            assert!(found.found.is_empty() && outcome.links.is_empty(), "{name}");
            continue;
        }
        let id = |at: Position| history.changes[at as usize].id;
        let ours: BTreeMap<ChangeId, u32> = found
            .found
            .iter()
            .map(|it| (id(it.position), it.lines))
            .collect();
        if let Some(git) = blamed(repo, change) {
            n += git.len();
            missing += git.keys().filter(|it| !ours.contains_key(it)).count();
            extra += ours.keys().filter(|it| !git.contains_key(it)).count();
        }
        for link in outcome.links.iter().filter(|link| link.lines > 0) {
            assert_eq!(ours.get(&id(link.inducing)), Some(&link.lines), "{name}");
        }
        if outcome.fix.is_some_and(|fix| fix.named.is_empty()) {
            let linked = outcome.links.len();
            let is_change = |it: &&Position| {
                let change = &history.changes[**it as usize];
                !change.is_merge() && !change.is_empty()
            };
            let positions: Vec<Position> = found.found.iter().map(|it| it.position).collect();
            assert_eq!(linked, positions.iter().filter(is_change).count(), "{name}");
        }
    }
    (n, missing, extra)
}

#[test]
fn deleted_lines_of_drawn_changes_lead_where_git_says() {
    for (name, repo) in drawn() {
        let (_, missing, extra) = trace(&name, &repo);
        assert_eq!((missing, extra), (0, 0), "{name}");
    }
}

#[test]
fn deleted_lines_of_random_changes_lead_where_git_says() {
    for (name, repo) in random().take(12) {
        let (_, missing, extra) = trace(&name, &repo);
        assert_eq!((missing, extra), (0, 0), "{name}");
    }
}
