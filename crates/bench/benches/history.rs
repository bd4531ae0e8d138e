//! How long reading and folding take, on histories made for it: `cargo bench -p risk-bench`.
//!
//! A thread each, so that the time is the work. What is compared between two versions of the code are the
//! medians; the histories are the same on every machine.

use divan::Bencher;
use risk_bench::generate::{Kind, Order, generate};
use risk_history::{Cached, History, Identities, Repository, Silent};
use risk_replay::{Options, Replay};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// Kinds with sizes that are read in a fraction of a second.
const KINDS: [(Kind, u64); 4] = [
    (Kind::Linear, 2_000),
    (Kind::Merges, 2_000),
    (Kind::Renames, 1_000),
    (Kind::LargeFiles, 200),
];

/// A repository that goes away with it.
struct Made {
    path: PathBuf,
    _dir: TempDir,
}

fn made(kind: Kind, size: u64) -> Made {
    let dir = tempfile::tempdir().expect("there is room");
    let path = dir.path().join("made.git");
    generate(kind, size, 1, Order::Repacked, &path).expect("git imports it");
    Made { path, _dir: dir }
}

fn read(path: &Path) -> History {
    let repository = Repository::discover(path).expect("it was just made");
    let tip = repository.resolve("HEAD").expect("it has commits");
    let cached = &mut Cached::default();
    repository
        .read(&tip, &|_| None, 0, cached, 1, &Silent)
        .expect("it is whole")
}

#[divan::bench(args = KINDS.map(|(kind, _)| kind), sample_count = 10)]
fn reading(bencher: Bencher<'_, '_>, kind: Kind) {
    let made = made(kind, size(kind));
    bencher.bench_local(|| read(&made.path));
}

#[divan::bench(args = KINDS.map(|(kind, _)| kind), sample_count = 10)]
fn folding(bencher: Bencher<'_, '_>, kind: Kind) {
    let made = made(kind, size(kind));
    let history = read(&made.path);
    let again = bencher.with_inputs(|| history.clone());
    again.bench_local_values(|history| {
        let mut replay = Replay::new(Options::default());
        let mut people = Identities::new(b"");
        let mut n_steps = 0_usize;
        let mut take = |_| {
            n_steps += 1;
            Ok(())
        };
        replay
            .follow(history, &mut people, &Silent, &mut take)
            .expect("the history is one stretch");
        n_steps
    });
}

fn size(kind: Kind) -> u64 {
    let found = KINDS.iter().find(|(it, _)| *it == kind);
    found.map_or(0, |&(_, size)| size)
}
