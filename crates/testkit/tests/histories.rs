//! The drawn histories are what their drawings say, and the random ones hold what they promise.

use risk_testkit::{
    TestRepo, blame, drawn, hand_drawn, numstat, numstat_all, random_history, rev_list,
};
use std::collections::BTreeSet;

/// The graph by the tags of the drawing: `C: A B` says that A and B are the parents of C.
fn graph(repo: &TestRepo) -> Vec<String> {
    let log = repo.git(&["log", "--topo-order", "--reverse", "--format=%H %P"]);
    let letter = |id: &str| repo.git(&["tag", "--points-at", id]);
    let mut rows: Vec<String> = log
        .lines()
        .map(|line| {
            let letters: Vec<String> = line.split_whitespace().map(letter).collect();
            format!("{}: {}", letters[0], letters[1..].join(" "))
        })
        .map(|row| row.trim_end().to_owned())
        .collect();
    rows.sort();
    rows
}

/// The letters of the commits that `git blame` finds for the lines of a file.
fn origins(repo: &TestRepo, rev: &str, path: &str) -> String {
    blame(repo, rev, path)
        .iter()
        .map(|id| repo.git(&["tag", "--points-at", id]))
        .collect()
}

#[test]
fn every_drawing_can_be_read_and_tells_its_commits_apart() {
    let mut names = BTreeSet::new();
    for (name, repo) in hand_drawn() {
        assert!(names.insert(name), "{name} is there twice");
        let n_commits = rev_list(&repo, &["HEAD"]).len();
        let tags = repo.git(&["tag", "--list", "?"]);
        assert_eq!(tags.lines().count(), n_commits, "{name}");
        assert_eq!(
            repo.id("HEAD"),
            repo.id(tags.lines().last().unwrap()),
            "{name}"
        );
        assert_eq!(repo.git(&["status", "--porcelain"]), "", "{name}");
        assert_eq!(repo.git(&["branch", "--show-current"]), "main", "{name}");
        repo.git(&["fsck", "--connectivity-only"]);
    }
    assert_eq!(names.len(), 21);
}

#[test]
fn the_graphs_are_as_drawn() {
    let fork = ["A:", "B: A", "C: A", "D: B C"];
    assert_eq!(graph(&drawn::conflict()), fork);
    assert_eq!(graph(&drawn::linear()), ["A:", "B: A", "C: B", "D: C"]);
    let fork_and_one = [&fork[..], &["E: D"]].concat();
    assert_eq!(graph(&drawn::clean_merge()), fork_and_one);
    assert_eq!(graph(&drawn::evil_merge()), fork_and_one);
    assert_eq!(graph(&drawn::rename_at_merge()), fork_and_one);
    assert_eq!(
        graph(&drawn::octopus()),
        ["A:", "B: A", "C: A", "D: A", "E: B C D"]
    );
    assert_eq!(
        graph(&drawn::criss_cross()),
        ["A:", "B: A", "C: A", "D: B C", "E: C B", "F: D E"]
    );
    assert_eq!(
        graph(&drawn::one_sided_merges()),
        ["A:", "B: A", "C: A", "D: B C", "E: C", "F: D E", "G: F"]
    );
    assert_eq!(
        graph(&drawn::unrelated_roots()),
        ["A:", "B: A", "C:", "D: C", "E: B D", "F: E"]
    );
}

#[test]
fn lines_come_from_where_the_drawings_say() {
    let evil = drawn::evil_merge();
    assert_eq!(origins(&evil, "D", "a.txt"), "BAAADAAAAC");
    assert_eq!(origins(&evil, "D", "evil.txt"), "D");
    assert_eq!(origins(&evil, "E", "a.txt"), "BAAAEAAAAC");
    assert_eq!(
        origins(&drawn::rename_at_merge(), "D", "b.txt"),
        "BAAAAAAAAC"
    );
    assert_eq!(
        origins(&drawn::one_sided_merges(), "F", "a.txt"),
        "CAAAAAAAAA"
    );
    assert_eq!(
        origins(&drawn::delete_and_recreate(), "D", "a.txt"),
        "CDCCC"
    );
    let chain = drawn::rename_chain();
    assert_eq!(
        origins(&chain, "D", "one.txt"),
        format!("C{}C", "A".repeat(18))
    );
    assert_eq!(origins(&chain, "E", "four.txt"), "E".repeat(20));
}

#[test]
fn special_files_are_seen_by_git_as_such() {
    let modes = drawn::mode_only();
    let row = &numstat(&modes, "B")[0];
    assert_eq!((row.added, row.deleted), (Some(0), Some(0)));
    let binary = drawn::binary();
    assert_eq!(numstat(&binary, "A")[0].added, None);
    let late = &numstat(&binary, "E")[1];
    assert_eq!(
        (late.path.as_slice(), late.added),
        (&b"late.txt"[..], Some(1_001))
    );
    let names = drawn::not_utf8();
    assert_eq!(
        numstat(&names, "C")[0].old_path.as_deref(),
        Some(&b"caf\xe9.txt"[..])
    );
    assert_eq!(numstat(&names, "B")[0].path, b"odd \"name\"\t\n.txt");
    let raw = names.git_with(&["cat-file", "commit", "B"], b"");
    assert!(raw.ends_with(b"\n\nB: cr\xe8me\n"));
    assert_eq!(numstat(drawn::empty_commit(), "C"), []);
}

#[test]
fn a_seed_gives_one_history() {
    let ids: Vec<String> = (0..4).map(|seed| random_history(seed, 30).head()).collect();
    let again: Vec<String> = (0..4).map(|seed| random_history(seed, 30).head()).collect();
    assert_eq!(ids, again);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 4);
}

#[test]
fn random_histories_have_their_size_and_are_checked_out() {
    for seed in 0..12 {
        let repo = random_history(seed, 60);
        let n_commits = rev_list(&repo, &["HEAD"]).len();
        assert!((60..=66).contains(&n_commits), "{n_commits} commits");
        assert_eq!(repo.git(&["status", "--porcelain"]), "", "seed {seed}");
        assert_eq!(
            numstat_all(&repo, "HEAD").len(),
            rev_list(&repo, &["--no-merges", "HEAD"]).len()
        );
    }
}
