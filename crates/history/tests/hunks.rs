//! Hunks are those of git, to the line.
//!
//! Oracle: `git log -p` without context, as for blame, and with context, as for counts. Texts of many
//! shapes are grown from seeds and edited a few times; each shape aims at a step of the comparison.

use risk_change::{FileKind, Hunk};
use risk_history::{Cached, Repository, Silent};
use risk_testkit::{FileHunks, TestRepo, hunks_all};

/// Versions of each file.
const VERSIONS: usize = 5;

/// A sequence of numbers that only depends on the seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed ^ mixed >> 29) % n as u64) as usize
    }

    fn up_to(&mut self, n: usize) -> usize {
        self.below(n + 1)
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// What the lines of a text are like.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// Few lines, and few different ones: groups slide and meet.
    Letters(usize),
    /// Blank lines, braces and indented code: the indent heuristic decides.
    Code,
    /// Many lines that each occur often, between long runs that do not change: the search gives up early.
    Noise,
    /// Lines of their own with blank ones in between, and long shared ends.
    Prose,
}

const SHAPES: [Shape; 7] = [
    Shape::Letters(1),
    Shape::Letters(2),
    Shape::Letters(4),
    Shape::Letters(12),
    Shape::Code,
    Shape::Noise,
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

impl Shape {
    fn line(self, dice: &mut Dice) -> String {
        match self {
            Self::Letters(n) => format!("{}", dice.below(n)),
            Self::Code => CODE[dice.below(CODE.len())].to_owned(),
            Self::Noise => format!("word {}", dice.below(150)),
            Self::Prose if dice.below(4) == 0 => String::new(),
            Self::Prose => format!("a line of its own, number {}", dice.below(1_000_000)),
        }
    }

    fn text(self, dice: &mut Dice) -> Vec<String> {
        let n_lines = match self {
            Self::Letters(_) => dice.up_to(40),
            Self::Code => dice.up_to(120),
            Self::Noise => 300 + dice.up_to(900),
            Self::Prose => dice.up_to(500),
        };
        (0..n_lines).map(|_| self.line(dice)).collect()
    }

    /// Some lines taken out, put in, said twice, moved or replaced.
    fn edit(self, dice: &mut Dice, lines: &mut Vec<String>) {
        let is_noise = matches!(self, Self::Noise);
        for _ in 0..=dice.below(if is_noise { 12 } else { 5 }) {
            let longest = if is_noise { 120 } else { 12 };
            let start = dice.up_to(lines.len());
            let end = (start + dice.up_to(longest)).min(lines.len());
            match dice.below(5) {
                0 => drop(lines.drain(start..end)),
                1 => {
                    let new: Vec<String> =
                        (0..dice.up_to(longest)).map(|_| self.line(dice)).collect();
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
        if is_noise && dice.coin() {
            let run = dice.up_to(lines.len());
            lines.splice(run..run, (0..60).map(|n| format!("run {n}")));
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
    for seed in 0..6 {
        let repo = grow(seed, 10);
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
