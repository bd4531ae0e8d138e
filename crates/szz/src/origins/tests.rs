use super::{Origins, UNKNOWN, Whitespace};
use crate::testing::{History, histories, id, tree};
use proptest::prelude::*;
use risk_change::{Edit, FileKind, FileStatus, OtherParent, Position, RepoPath};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn fold(history: &History, whitespace: Whitespace, ignored: &[Position]) -> Origins {
    let ignored = ignored.iter().copied().map(id).collect();
    let mut origins = Origins::new(whitespace, ignored);
    for (at, change) in history.changes.iter().enumerate() {
        origins.absorb(at as Position, &history.parents[at], change, &[]);
    }
    origins
}

fn lines(origins: &Origins, commit: Position, path: &str) -> Vec<Position> {
    let lines = origins.lines(commit, &RepoPath::from(path));
    lines
        .unwrap_or_else(|| panic!("{path} at {commit}"))
        .to_vec()
}

fn check(history: &History, commit: Position, path: &str, expected: &[Position]) {
    let origins = fold(history, Whitespace::Significant, &[]);
    assert_eq!(
        lines(&origins, commit, path),
        expected,
        "{path} at {commit}"
    );
}

#[test]
fn new_lines_are_the_changes_own_and_others_move() {
    // 0 - 1 - 2
    let mut history = History::default();
    history.commit(&[], &[("f", "a b c")]);
    history.commit(&[0], &[("f", "x a b y c")]);
    history.commit(&[1], &[("f", "x b y y c")]);
    check(&history, 1, "f", &[1, 0, 0, 1, 0]);
    check(&history, 2, "f", &[1, 0, 1, 2, 0]);
    check(&history, 0, "f", &[0, 0, 0]);
}

#[test]
fn a_rename_carries_lines_even_if_the_paths_swap() {
    // 0 - 1 - 2      1 renames f to g; 2 swaps g and h.
    let mut history = History::default();
    history.commit(&[], &[("f", "a b"), ("h", "p")]);
    history.add(
        &[0],
        tree(&[("g", "a b c"), ("h", "p")]),
        &[(0, "f", "g")],
        "x",
    );
    let swapped = tree(&[("h", "a b c"), ("g", "p q")]);
    history.add(&[1], swapped, &[(0, "g", "h"), (0, "h", "g")], "x");
    check(&history, 1, "g", &[0, 0, 1]);
    check(&history, 2, "h", &[0, 0, 1]);
    check(&history, 2, "g", &[0, 2]);
    let origins = fold(&history, Whitespace::Significant, &[]);
    assert_eq!(origins.lines(1, &RepoPath::from("f")), None);
}

#[test]
fn what_is_deleted_and_made_again_is_new() {
    // 0 - 1 - 2      1 deletes f, 2 brings it back.
    let mut history = History::default();
    history.commit(&[], &[("f", "a b")]);
    history.commit(&[0], &[("g", "a")]);
    history.commit(&[1], &[("f", "a b"), ("g", "a")]);
    check(&history, 2, "f", &[2, 2]);
    check(&history, 2, "g", &[1]);
    let origins = fold(&history, Whitespace::Significant, &[]);
    assert_eq!(origins.lines(1, &RepoPath::from("f")), None);
    assert_eq!(
        origins.paths(2),
        Some(vec![&RepoPath::from("f"), &RepoPath::from("g")])
    );
}

#[test]
fn a_merge_takes_whole_files_from_the_parent_that_has_them() {
    // 0 - 1 - 3      1 changes f, 2 changes g; 3 has both.
    //  \- 2 -/       4 = the same with the parents the other way round.
    let mut history = History::default();
    history.commit(&[], &[("f", "a"), ("g", "p")]);
    history.commit(&[0], &[("f", "a b"), ("g", "p")]);
    history.commit(&[0], &[("f", "a"), ("g", "p q")]);
    history.commit(&[1, 2], &[("f", "a b"), ("g", "p q")]);
    history.commit(&[2, 1], &[("f", "a b"), ("g", "p q")]);
    for merge in [3, 4] {
        check(&history, merge, "f", &[0, 1]);
        check(&history, merge, "g", &[0, 2]);
    }
}

#[test]
fn a_merge_takes_lines_from_the_first_parent_that_has_them() {
    // 0 - 1 - 3      Both change f, 3 has both changes and a line of its own (an evil merge).
    //  \- 2 -/
    let mut history = History::default();
    history.commit(&[], &[("f", "a b c d")]);
    history.commit(&[0], &[("f", "x a b c d")]);
    history.commit(&[0], &[("f", "a b c d y")]);
    history.commit(&[1, 2], &[("f", "x a evil c d y")]);
    check(&history, 3, "f", &[1, 0, 3, 0, 0, 2]);
}

#[test]
fn the_same_line_on_both_sides_is_the_first_parents() {
    // 0 - 1 - 3      1 and 2 put in the same line; 3 also has one of 1 and one of 2.
    //  \- 2 -/
    let mut history = History::default();
    history.commit(&[], &[("f", "a")]);
    history.commit(&[0], &[("f", "a same x")]);
    history.commit(&[0], &[("f", "y a same")]);
    history.commit(&[2, 1], &[("f", "y a same x")]);
    check(&history, 3, "f", &[2, 0, 2, 1]);
}

#[test]
fn an_octopus_asks_its_parents_in_order() {
    // 0 - 1 -\
    //  \- 2 - 4      Each adds its line; 4 has all and one more.
    //  \- 3 -/
    let mut history = History::default();
    history.commit(&[], &[("f", "a b c d")]);
    history.commit(&[0], &[("f", "x a b c d")]);
    history.commit(&[0], &[("f", "a b y c d")]);
    history.commit(&[0], &[("f", "a b c d z"), ("g", "p")]);
    history.commit(&[1, 2, 3], &[("f", "x a b y c d z w"), ("g", "p")]);
    check(&history, 4, "f", &[1, 0, 0, 2, 0, 0, 3, 4]);
    check(&history, 4, "g", &[3]);
}

#[test]
fn a_criss_cross_keeps_each_sides_lines() {
    // 0 - 1 - 3 - 5      3 and 4 merge 1 and 2 both ways; 5 merges them.
    //  \- 2 X 4 -/
    let mut history = History::default();
    history.commit(&[], &[("f", "a b")]);
    history.commit(&[0], &[("f", "x a b")]);
    history.commit(&[0], &[("f", "a b y")]);
    history.commit(&[1, 2], &[("f", "x a b y")]);
    history.commit(&[2, 1], &[("f", "x a p b y")]);
    history.commit(&[3, 4], &[("f", "x a p b y")]);
    check(&history, 5, "f", &[1, 0, 4, 0, 2]);
}

#[test]
fn a_merge_follows_renames_to_either_parent() {
    // 0 - 1 - 3      1 renames f to g, 2 changes f; 3 has both, 4 the other way round.
    //  \- 2 -/
    let mut history = History::default();
    history.commit(&[], &[("f", "a b c")]);
    history.add(&[0], tree(&[("g", "a b c x")]), &[(0, "f", "g")], "x");
    history.commit(&[0], &[("f", "y a b c")]);
    let merged = tree(&[("g", "y a b c x")]);
    history.add(&[1, 2], merged.clone(), &[(1, "f", "g")], "x");
    history.add(&[2, 1], merged, &[(0, "f", "g")], "x");
    for merge in [3, 4] {
        check(&history, merge, "g", &[2, 0, 0, 0, 1]);
        let origins = fold(&history, Whitespace::Significant, &[]);
        assert_eq!(origins.lines(merge, &RepoPath::from("f")), None);
    }
}

#[test]
fn respaced_lines_pass_through_only_if_white_space_is_ignored() {
    // 0 - 1
    let mut history = History::default();
    history.commit(&[], &[("f", "a b c")]);
    history.commit(&[0], &[("f", "_a _x c")]);
    for (whitespace, expected) in [
        (Whitespace::Significant, [1, 1, 0]),
        (Whitespace::Ignored, [0, 1, 0]),
    ] {
        let origins = fold(&history, whitespace, &[]);
        assert_eq!(lines(&origins, 1, "f"), expected, "{whitespace:?}");
    }
}

#[test]
fn respaced_lines_of_a_merge_pass_through_to_the_first_parent_that_has_them() {
    // 0 - 1 - 3      1 puts in x, 2 puts in y; 3 indents all.
    //  \- 2 -/
    let mut history = History::default();
    history.commit(&[], &[("f", "a")]);
    history.commit(&[0], &[("f", "x a")]);
    history.commit(&[0], &[("f", "a y")]);
    history.commit(&[1, 2], &[("f", "_x _a _y")]);
    let origins = fold(&history, Whitespace::Ignored, &[]);
    assert_eq!(lines(&origins, 3, "f"), [1, 0, 2]);
    check(&history, 3, "f", &[3, 3, 3]);
}

#[test]
fn lines_of_ignored_revisions_pass_through_in_order() {
    // 0 - 1 - 2 - 3      2 is ignored.
    let mut history = History::default();
    history.commit(&[], &[("f", "a b c d")]);
    history.commit(&[0], &[("f", "a B c d")]);
    history.commit(&[1], &[("f", "A _B p c q d")]);
    history.commit(&[2], &[("f", "A _B p c q D")]);
    let origins = fold(&history, Whitespace::Significant, &[2]);
    // A pairs with a by order, B with B by space; p has no partner, q is a pure addition.
    assert_eq!(lines(&origins, 2, "f"), [0, 1, 2, 0, 2, 0]);
    assert_eq!(lines(&origins, 3, "f"), [0, 1, 2, 0, 2, 3]);
    check(&history, 2, "f", &[2, 2, 2, 0, 2, 0]);
}

#[test]
fn re_spaced_pairs_bound_what_is_paired_in_order() {
    // 0 - 1      1 is ignored: m stands before the pair, n after it.
    let mut history = History::default();
    history.commit(&[], &[("f", "z")]);
    history.commit(&[0], &[("f", "z k c")]);
    history.commit(&[1], &[("f", "z m n _k o")]);
    let origins = fold(&history, Whitespace::Significant, &[2]);
    assert_eq!(lines(&origins, 2, "f"), [0, 2, 2, 1, 1]);
}

#[test]
fn what_went_through_bytes_without_lines_is_unknown() {
    // 0 - 1 - 2 - 3      f is binary at 1; g could not be read at 1.
    let mut history = History::default();
    history.commit(&[], &[("f", "a b"), ("g", "p")]);
    history.commit(&[0], &[("f", "a b c"), ("g", "p q")]);
    history.commit(&[1], &[("f", "a x"), ("g", "p q r")]);
    history.commit(&[2], &[("f", "a x y"), ("g", "p q r")]);
    for (at, path, kind) in [
        (1, 0, FileKind::Binary),
        (2, 0, FileKind::Binary),
        (1, 1, FileKind::Unread),
    ] {
        let file = &mut history.changes[at].files[path];
        file.kind = kind;
        file.edit = Arc::default();
        (file.old_lines, file.new_lines) = (0, 0);
    }
    check(&history, 1, "f", &[]);
    check(&history, 2, "f", &[]);
    check(&history, 3, "f", &[UNKNOWN, UNKNOWN, 3]);
    check(&history, 2, "g", &[UNKNOWN, UNKNOWN, 2]);
}

#[test]
fn a_submodule_is_one_line() {
    let mut history = History::default();
    history.commit(&[], &[("s", "1")]);
    history.commit(&[0], &[("s", "2")]);
    history.commit(&[1], &[("s", "2"), ("f", "a")]);
    for change in &mut history.changes[..2] {
        change.files[0].kind = FileKind::Submodule;
        change.files[0].edit = Arc::default();
    }
    check(&history, 2, "s", &[1]);
}

#[test]
fn a_change_of_modes_alone_keeps_the_lines() {
    let mut history = History::default();
    history.commit(&[], &[("f", "a b")]);
    history.commit(&[0], &[("f", "a c")]);
    let file = &mut history.changes[1].files[0];
    file.status = FileStatus::ModeChanged;
    file.edit = Arc::default();
    check(&history, 1, "f", &[0, 0]);
}

#[test]
fn a_dead_parent_makes_lines_unknown_and_never_someones() {
    // 0 - 1      0 was retired too early.
    let mut history = History::default();
    history.commit(&[], &[("f", "a b")]);
    history.commit(&[0], &[("f", "a c")]);
    let mut origins = fold(&history, Whitespace::Significant, &[]);
    origins.retire(0);
    assert!(!origins.is_alive(0));
    origins.absorb(1, &[0], &history.changes[1], &[true]);
    assert_eq!(lines(&origins, 1, "f"), [UNKNOWN, 1]);
}

#[test]
fn an_edit_that_does_not_fit_makes_all_lines_unknown() {
    let mut history = History::default();
    history.commit(&[], &[("f", "a b")]);
    history.commit(&[0], &[("f", "a c")]);
    let file = &mut history.changes[1].files[0];
    file.new_lines = 9;
    check(&history, 1, "f", &[UNKNOWN; 9]);
}

#[test]
fn deleted_lines_tell_their_origins_in_order() {
    // 0 - 1 - 2      2 deletes a line of each in f, and g.
    let mut history = History::default();
    history.commit(&[], &[("f", "a b"), ("g", "p")]);
    history.commit(&[0], &[("f", "a b c"), ("g", "p")]);
    history.commit(&[1], &[("f", "b")]);
    let origins = fold(&history, Whitespace::Significant, &[]);
    let change = &history.changes[2];
    assert_eq!(origins.deleted_origins(Some(1), change), [0, 1, 0]);
    assert!(origins.deleted_origins(None, change).is_empty());
    assert!(origins.deleted_origins(Some(7), change).is_empty());
}

/// Old line of a new line, by plain counting.
fn old_line(edit: &Edit, line: u32, with_respaced: bool) -> Option<u32> {
    let mut shift = 0;
    for hunk in &edit.hunks {
        if line < hunk.new_start {
            break;
        }
        if line < hunk.new_start + hunk.new_len {
            let pair = edit.respaced.iter().find(|it| it.1 == line);
            return pair.filter(|_| with_respaced).map(|it| it.0);
        }
        shift += i64::from(hunk.old_len) - i64::from(hunk.new_len);
    }
    Some((i64::from(line) + shift) as u32)
}

/// Partner of a new line of an ignored change.
fn partner(edit: &Edit, line: u32) -> Option<u32> {
    if let Some(old) = old_line(edit, line, true) {
        return Some(old);
    }
    let inside =
        |it: &&risk_change::Hunk| (it.new_start..it.new_start + it.new_len).contains(&line);
    let hunk = edit.hunks.iter().find(inside)?;
    let before = edit
        .respaced
        .iter()
        .rfind(|it| it.1 < line && it.1 >= hunk.new_start);
    let after = edit.respaced.iter().find(|it| it.1 > line);
    let from = before.map_or((hunk.old_start, hunk.new_start), |it| (it.0 + 1, it.1 + 1));
    let hunk_end = hunk.old_start + hunk.old_len;
    let until = after.map_or(hunk_end, |it| it.0.min(hunk_end));
    Some(from.0 + (line - from.1)).filter(|&old| old < until)
}

struct Naive<'h> {
    history: &'h History,
    whitespace: Whitespace,
    ignored: BTreeSet<Position>,
    known: BTreeMap<(Position, RepoPath, u32), Position>,
}

impl Naive<'_> {
    /// Follows one line back from commit to commit, as blame does.
    fn origin(&mut self, commit: Position, path: &RepoPath, line: u32) -> Position {
        let key = (commit, path.clone(), line);
        if let Some(&origin) = self.known.get(&key) {
            return origin;
        }
        let origin = match self.step(commit, path, line) {
            None => commit,
            Some((parent, path, line)) => self.origin(parent, &path, line),
        };
        self.known.insert(key, origin);
        origin
    }

    fn step(
        &self,
        commit: Position,
        path: &RepoPath,
        line: u32,
    ) -> Option<(Position, RepoPath, u32)> {
        let parents = &self.history.parents[commit as usize];
        let change = &self.history.changes[commit as usize];
        let file = change.files.iter().find(|it| it.path == *path);
        let Some(file) = file else {
            return Some((parents[0], path.clone(), line));
        };
        // Git looks at all parents by the path, then at all of them by their renames: so the first parent comes first if
        // it has the same lines at another path.
        let first_has_it = file.status == FileStatus::Renamed && file.edit.hunks.is_empty();
        for (k, other) in file.other_parents.iter().enumerate() {
            if let OtherParent::Same { path: theirs } = other
                && (!first_has_it || theirs == path)
            {
                return Some((parents[k + 1], theirs.clone(), line));
            }
        }
        let with_respaced = self.whitespace == Whitespace::Ignored;
        let old_in = |edit: &Edit| {
            if parents.len() == 1 && self.ignored.contains(&commit) {
                partner(edit, line)
            } else {
                old_line(edit, line, with_respaced)
            }
        };
        if file.status != FileStatus::Added
            && let Some(old) = old_in(&file.edit)
        {
            return Some((parents[0], file.source_path().clone(), old));
        }
        for (k, other) in file.other_parents.iter().enumerate() {
            if let OtherParent::Differs { path, edit } = other
                && let Some(old) = old_in(edit)
            {
                return Some((parents[k + 1], path.clone(), old));
            }
        }
        None
    }
}

/// Eighteen projects, each of two commits, are merged one after the other; then the main branch goes on alone.
#[test]
fn the_last_commits_of_merged_projects_stay_alive() {
    let mut history = History::default();
    let mut main = history.commit(&[], &[("main", "a")]);
    let mut tips = Vec::new();
    for number in 0..18 {
        let name = format!("project {number}");
        let root = history.commit(&[], &[(&name, "b")]);
        let tip = history.commit(&[root], &[(&name, "b c")]);
        tips.push(tip);
        main = history.commit(&[main, tip], &[("main", "a")]);
    }
    for _ in 0..20 {
        main = history.commit(&[main], &[("main", "a")]);
    }
    let last = history.last_children();
    let mut origins = Origins::new(Whitespace::Significant, BTreeSet::new()).remembering(5);
    origins.expect(main + 1);
    for (at, change) in history.changes.iter().enumerate() {
        origins.absorb(at as Position, &history.parents[at], change, &last[at]);
    }
    let resumed = Origins::restore(origins.save(), origins.save_trail(), BTreeSet::new());
    for mut origins in [origins, resumed.expect("it was just saved")] {
        // Sixteen are kept, and the tip.
        let expected: Vec<Position> = tips[2..].iter().copied().chain([main]).collect();
        assert_eq!(origins.alive().collect::<Vec<_>>(), expected);
        assert!(!origins.is_within_reach(tips[1]) && origins.is_within_reach(tips[2]));
        let (path, earlier) = (RepoPath::from("project 7"), tips[7]);
        assert_eq!(
            origins.lines(earlier, &path),
            Some(&[earlier - 1, earlier][..])
        );
        // One of them goes on, and is merged again.
        origins.bring_back([earlier], None).expect("it is alive");
        let mut longer = history.clone();
        let next = longer.commit(&[earlier], &[("project 7", "b c d")]);
        let merge = longer.commit(&[main, next], &[("main", "a")]);
        for (at, parents) in [(next, vec![earlier]), (merge, vec![main, next])] {
            let is_last = vec![true; parents.len()];
            origins.absorb(at, &parents, &longer.changes[at as usize], &is_last);
        }
        let lines = origins.lines(next, &path);
        assert_eq!(lines, Some(&[earlier - 1, earlier, next][..]));
        assert!(!origins.is_alive(earlier) && !origins.is_alive(main));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_fold_equals_following_each_line_back(
        history in histories(),
        ignores_space in any::<bool>(),
        ignored in prop::collection::btree_set(0..25_u32, 0..4),
    ) {
        let whitespace = if ignores_space { Whitespace::Ignored } else { Whitespace::Significant };
        let last = history.last_children();
        let mut origins = Origins::new(whitespace, ignored.iter().copied().map(id).collect());
        let mut naive = Naive { history: &history, whitespace, ignored, known: BTreeMap::new() };
        for (at, change) in history.changes.iter().enumerate() {
            let commit = at as Position;
            for parent in &history.parents[at] {
                prop_assert!(origins.is_alive(*parent));
            }
            origins.absorb(commit, &history.parents[at], change, &last[at]);
            for (&parent, is_last) in history.parents[at].iter().zip(&last[at]) {
                let is_end = (parent + 1..=commit).all(|later| history.root(later) != history.root(parent));
                prop_assert_eq!(origins.is_alive(parent), !is_last || is_end);
            }
            let paths: Vec<RepoPath> = history.trees[at].keys().map(|it| RepoPath::from(it.as_str())).collect();
            prop_assert_eq!(origins.paths(commit), Some(paths.iter().collect::<Vec<_>>()));
            for path in &paths {
                let n = history.trees[at][&*path.to_text()].len() as u32;
                let expected: Vec<Position> = (0..n).map(|line| naive.origin(commit, path, line)).collect();
                prop_assert_eq!(origins.lines(commit, path), Some(&expected[..]), "{:?} at {}", path, at);
            }
        }
    }

    #[test]
    fn saved_origins_are_the_same_whichever_way_they_came_about(history in histories()) {
        let last = history.last_children();
        let mut straight = Origins::new(Whitespace::Ignored, BTreeSet::new());
        let mut resumed = straight.clone();
        for (at, change) in history.changes.iter().enumerate() {
            straight.absorb(at as Position, &history.parents[at], change, &last[at]);
            resumed = Origins::restore(resumed.save(), resumed.save_trail(), BTreeSet::new()).expect("it was just saved");
            resumed.absorb(at as Position, &history.parents[at], change, &last[at]);
            prop_assert_eq!(straight.save(), resumed.save());
        }
    }
}
