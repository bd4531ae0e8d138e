//! Hunks are those of git, to the line.
//!
//! Oracle: `git log -p` without context, as for blame, and with context, as for counts. Texts of many
//! shapes are grown from seeds and edited a few times; each shape aims at a step of the comparison.

use risk_change::{FileKind, Hunk};
use risk_history::{Cached, Repository, Silent};
use risk_testkit::{Dice, FileHunks, TestRepo, hunks_all};

/// Versions of each file.
const VERSIONS: usize = 5;

/// What the lines of a text are like.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// Few lines, and few different ones: groups slide and meet.
    Letters(usize),
    /// Blank lines, braces and indented code: the indent heuristic decides.
    Code,
    /// Lines that each occur often and change a lot, in turn with runs that never do: the search gives up early.
    Noise,
    /// Copies of one stretch of code: groups can move far.
    Copies,
    /// Lines of their own with some frequent ones in between, rewritten: the frequent ones are left out.
    Rewritten,
    /// Lines of their own with blank ones in between, and long shared ends.
    Prose,
}

const SHAPES: [Shape; 9] = [
    Shape::Letters(1),
    Shape::Letters(2),
    Shape::Letters(4),
    Shape::Letters(12),
    Shape::Code,
    Shape::Noise,
    Shape::Copies,
    Shape::Rewritten,
    Shape::Prose,
];

const CODE: [&str; 16] = [
    "",
    "",
    "",
    "{",
    "}",
    "\t}",
    "\t\t}",
    "        }",
    "  \t",
    "\tif (x) {",
    "\t\treturn;",
    "    y();",
    "int f(void)",
    "\t\ty();",
    "\telse",
    " * text",
];

/// How lines of runs begin.
const RUN: &str = "run";

impl Shape {
    fn line(self, dice: &mut Dice) -> String {
        match self {
            Self::Letters(n) => format!("{}", dice.below(n)),
            Self::Code | Self::Copies => CODE[dice.below(CODE.len())].to_owned(),
            Self::Noise => format!("word {}", dice.below(150)),
            Self::Prose if dice.below(4) == 0 => String::new(),
            Self::Rewritten if dice.below(5) == 0 => format!("{}", dice.below(3)),
            Self::Prose | Self::Rewritten => {
                format!("a line of its own, number {}", dice.below(1_000_000))
            }
        }
    }

    fn lines(self, dice: &mut Dice, n_lines: usize) -> Vec<String> {
        (0..n_lines).map(|_| self.line(dice)).collect()
    }

    fn text(self, dice: &mut Dice) -> Vec<String> {
        match self {
            Self::Letters(_) => {
                let n_lines = dice.up_to(40);
                self.lines(dice, n_lines)
            }
            Self::Code => {
                let n_lines = dice.up_to(120);
                self.lines(dice, n_lines)
            }
            Self::Noise => {
                let mut text = Vec::new();
                for block in 0..4 + dice.below(10) {
                    let n_lines = 40 + dice.below(100);
                    text.extend(self.lines(dice, n_lines));
                    let run = 10 + dice.below(40);
                    text.extend((0..run).map(|line| format!("{RUN} {block}, {line}")));
                }
                text
            }
            Self::Copies => {
                let n_lines = 5 + dice.below(140);
                let stretch = self.lines(dice, n_lines);
                vec![stretch; 2 + dice.below(3)].concat()
            }
            Self::Rewritten => {
                let n_lines = 100 + dice.below(600);
                self.lines(dice, n_lines)
            }
            Self::Prose => {
                let n_lines = dice.up_to(500);
                self.lines(dice, n_lines)
            }
        }
    }

    fn edit(self, dice: &mut Dice, lines: &mut Vec<String>) {
        match self {
            // Most of what is between the runs becomes other words.
            Self::Noise => {
                let mut text = Vec::new();
                let mut is_rewritten = dice.coin();
                for line in lines.drain(..) {
                    if line.starts_with(RUN) {
                        is_rewritten = dice.below(4) > 0;
                        text.push(line);
                    } else if is_rewritten {
                        let n_lines = dice.below(3);
                        text.extend(self.lines(dice, n_lines));
                    } else {
                        text.push(line);
                    }
                }
                *lines = text;
            }
            // A copy more or less, beginning anywhere.
            Self::Copies => {
                let start = dice.up_to(lines.len());
                let end = (start + 1 + dice.below(150)).min(lines.len());
                if dice.coin() {
                    lines.drain(start..end);
                } else {
                    let copy = lines[start..end].to_vec();
                    lines.splice(end..end, copy);
                }
            }
            Self::Rewritten => {
                let start = dice.up_to(lines.len());
                let end = (start + dice.up_to(200)).min(lines.len());
                let n_lines = dice.up_to(200);
                let new = self.lines(dice, n_lines);
                lines.splice(start..end, new);
                self.edit_lines(dice, lines);
            }
            _ => self.edit_lines(dice, lines),
        }
    }

    /// Some lines taken out, put in, said twice, moved or replaced.
    fn edit_lines(self, dice: &mut Dice, lines: &mut Vec<String>) {
        for _ in 0..=dice.below(5) {
            let start = dice.up_to(lines.len());
            let end = (start + dice.up_to(12)).min(lines.len());
            match dice.below(5) {
                0 => drop(lines.drain(start..end)),
                1 => {
                    let n_lines = dice.up_to(12);
                    let new = self.lines(dice, n_lines);
                    lines.splice(start..start, new);
                }
                2 => {
                    let copy = lines[start..end].to_vec();
                    lines.splice(end..end, copy);
                }
                3 => {
                    let moved: Vec<String> = lines.drain(start..end).collect();
                    let to = dice.up_to(lines.len());
                    lines.splice(to..to, moved);
                }
                _ => {
                    for line in &mut lines[start..end] {
                        if dice.coin() {
                            *line = self.line(dice);
                        }
                    }
                }
            }
        }
    }
}

/// The bytes of a text, with one of the line ends, and sometimes none at its end.
fn bytes(dice: &mut Dice, lines: &[String]) -> Vec<u8> {
    let end = if dice.below(12) == 0 { "\r\n" } else { "\n" };
    let mut text: String = lines.iter().flat_map(|line| [line, end]).collect();
    if dice.below(8) == 0 {
        text.truncate(text.len().saturating_sub(end.len()));
    }
    text.into_bytes()
}

/// Commits some versions of a few files of each shape.
fn grow(seed: u64, n_files: usize) -> TestRepo {
    let repo = TestRepo::new();
    let mut dice = Dice(seed);
    // Half of the texts have an end that is never edited, often more than git leaves out for blame.
    let mut texts: Vec<(Shape, Vec<String>, Vec<String>)> = SHAPES
        .into_iter()
        .flat_map(|shape| std::iter::repeat_n(shape, n_files))
        .map(|shape| {
            let n_end = if dice.coin() { dice.up_to(600) } else { 0 };
            let end = (0..n_end).map(|_| shape.line(&mut dice)).collect();
            (shape, shape.text(&mut dice), end)
        })
        .collect();
    for version in 0..VERSIONS {
        for (number, (shape, lines, end)) in texts.iter_mut().enumerate() {
            let whole = [&lines[..], &end[..]].concat();
            repo.write_bytes(format!("{number:04}"), bytes(&mut dice, &whole));
            shape.edit(&mut dice, lines);
        }
        // Paths that always change, so that no commit is empty and none is a rename of all.
        repo.write("version", &format!("{version}\n"));
        repo.commit(format!("version {version}"));
    }
    repo
}

#[test]
fn every_hunk_is_where_git_has_it() {
    let (mut n_hunks, mut n_moved, mut n_counts_win) = (0, 0, 0);
    for seed in 0..4 {
        let repo = grow(seed, 12);
        let repository = Repository::discover(repo.path()).expect("there is a repository");
        let tip = repository.resolve("HEAD").expect("HEAD is born");
        let history = repository
            .read(&tip, &|_| None, 0, &mut Cached::default(), 1, &Silent)
            .expect("the repository is whole");
        let as_blame = hunks_all(&repo, "HEAD", 0);
        let as_counts = hunks_all(&repo, "HEAD", 1);
        for change in &history.changes {
            let id = change.id.to_hex();
            let git = as_blame[&id].iter().zip(&as_counts[&id]);
            assert_eq!(change.files.len(), as_blame[&id].len(), "seed {seed}, {id}");
            for (file, (blame, counts)) in change.files.iter().zip(git) {
                let added = |hunks: &FileHunks| hunks.iter().map(|hunk| hunk[3]).sum::<u32>();
                let expected = if added(blame) == added(counts) {
                    blame
                } else {
                    counts
                };
                n_hunks += expected.len();
                n_moved += usize::from(blame != counts);
                n_counts_win += usize::from(expected != blame);
                let row = |it: &Hunk| [it.old_start, it.old_len, it.new_start, it.new_len];
                let ours: FileHunks = file.edit.hunks.iter().map(row).collect();
                assert_eq!(file.kind, FileKind::Text);
                assert_eq!(&ours, expected, "seed {seed}, {id}, {:?}", file.path);
            }
        }
    }
    // Else the seeds no longer test what they are meant to.
    assert!(n_hunks > 5_000, "{n_hunks} hunks");
    assert!(
        n_moved > 20,
        "{n_moved} files in which the shared end matters"
    );
    assert!(n_counts_win > 0, "the counts never win");
}
