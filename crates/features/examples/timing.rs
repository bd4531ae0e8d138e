//! Times a tracker over a made-up history of the size of git's own: `cargo run --release --example timing`.
//!
//! Arguments: number of changes (60,000), files that a change touches (3).
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a timing needs a clock and says what it found"
)]

use risk_change::{
    Ancestors, Ancestry, Author, Change, ChangeId, Edit, FileChange, FileKind, FileStatus, Hunk,
    RepoPath, Timestamp,
};
use risk_features::{Seen, Tracker};
use std::sync::Arc;
use std::time::Instant;

/// A small deterministic generator.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// Small numbers far more often than large ones.
    fn skewed(&mut self, bound: u64) -> u64 {
        let u = self.below(1 << 30) as f64 / f64::from(1_u32 << 30);
        ((bound as f64).powf(u) as u64 - 1).min(bound - 1)
    }
}

fn file(chance: &mut Chance, edit: &Arc<Edit>) -> FileChange {
    let name = chance.skewed(4_000);
    let path = if name < 40 {
        format!("file{name}.c")
    } else {
        format!("dir{}/sub{}/file{name}.c", name % 12, name % 50)
    };
    let renamed = name > 200 && chance.below(50) == 0;
    FileChange {
        path: RepoPath::from(path.as_str()),
        old_path: renamed.then(|| RepoPath::from(format!("{path}.old").as_str())),
        status: if renamed {
            FileStatus::Renamed
        } else {
            FileStatus::Modified
        },
        kind: FileKind::Text,
        old_lines: 500,
        new_lines: 510,
        edit: edit.clone(),
        other_parents: Vec::new(),
        trace: None,
    }
}

/// Non-merge changes, each with its position and ancestors, of a main branch and topics.
///
/// Each topic is merged some day, as all that is reachable from a tip is.
fn history(n_changes: usize, n_files: u64) -> Vec<(u32, Ancestors, Change)> {
    let mut chance = Chance(7);
    let edit = Arc::new(Edit {
        hunks: vec![Hunk {
            old_start: 10,
            old_len: 4,
            new_start: 10,
            new_len: 14,
        }],
        ..Edit::default()
    });
    let mut graph = Ancestry::default();
    let mut changes = Vec::new();
    let mut main = 0;
    let mut topics: Vec<u32> = Vec::new();
    graph.append(&[]);
    while changes.len() < n_changes {
        let n_topics = topics.len() as u64;
        let step = chance.below(60);
        let parents = match step {
            0..15 if n_topics > 15 => {
                let age = chance.skewed(n_topics);
                vec![main, topics.remove((n_topics - 1 - age) as usize)]
            }
            15..30 if n_topics < 40 => vec![main],
            _ if n_topics == 0 => vec![main],
            _ => vec![topics.remove(chance.below(n_topics) as usize)],
        };
        let position = graph.len() as u32;
        let ancestors = graph.append(&parents);
        for &parent in parents.iter().filter(|&&parent| parent != main) {
            graph.retire(parent);
        }
        if parents.len() > 1 {
            graph.retire(main);
            main = position;
        } else {
            topics.push(position);
            let change = change(&mut chance, &edit, position, n_files);
            changes.push((position, ancestors, change));
        }
    }
    changes
}

fn change(chance: &mut Chance, edit: &Arc<Edit>, position: u32, n_files: u64) -> Change {
    let mut files: Vec<FileChange> = (0..=chance.below(2 * n_files - 1))
        .map(|_| file(chance, edit))
        .collect();
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files.dedup_by(|left, right| left.path == right.path);
    let at = Timestamp(1_100_000_000 + i64::from(position) * 8_000);
    let author = chance.skewed(2_000);
    Change {
        id: ChangeId::from_bytes(&[0; 20]).expect("20 bytes are an id"),
        parents: Vec::new(),
        author: Author {
            name: format!("Author {author}").into(),
            email: format!("author{author}@example.org").into(),
        },
        authored_at: at,
        committed_at: at,
        message: "topic: what was done\n\nAnd why it was done, at length.\n".to_owned(),
        files,
    }
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|n| n.parse().ok());
    let n_changes: usize = numbers.next().unwrap_or(60_000);
    let n_files = numbers.next().unwrap_or(3) as u64;
    let input = history(n_changes, n_files);
    let n_touched: usize = input.iter().map(|(_, _, change)| change.files.len()).sum();
    let n_above: u64 = input
        .iter()
        .map(|(position, ancestors, _)| u64::from(position - ancestors.complete_below()))
        .sum();
    println!(
        "{n_changes} changes of {n_touched} files, prefix complete up to {} before",
        n_above / n_changes as u64
    );

    let begun = Instant::now();
    let mut tracker = Tracker::default();
    let mut sum = 0.0;
    for (position, ancestors, change) in &input {
        let seen = Seen {
            position: *position,
            ancestors,
            author: &change.author,
            is_fix: position % 5 == 0,
            is_repeated: false,
        };
        let features = tracker.observe(change, &seen);
        sum += features.history.nuc + features.experience.exp;
    }
    println!("observe all: {:?} (check {sum})", begun.elapsed());

    let begun = Instant::now();
    let saved = tracker.save();
    println!("save:        {:?}", begun.elapsed());
    let begun = Instant::now();
    let restored = Tracker::restore(&saved).expect("because it was saved just now");
    println!("restore:     {:?}", begun.elapsed());

    let (position, ancestors, change) = &input[input.len() - 1];
    let seen = Seen {
        position: *position,
        ancestors,
        author: &change.author,
        is_fix: false,
        is_repeated: false,
    };
    let begun = Instant::now();
    let features = restored.peek(change, &seen);
    println!(
        "peek:        {:?} (nuc {})",
        begun.elapsed(),
        features.history.nuc
    );
}
