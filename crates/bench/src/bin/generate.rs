//! Makes a large or odd history to measure with.

use clap::Parser;
use risk_bench::generate::{Kind, Order, generate};
use std::path::PathBuf;

/// Makes a bare repository with a large or odd history; the same arguments give the same commits.
#[derive(Parser)]
struct Args {
    /// What the history is like.
    kind: Kind,
    /// How large it is: commits, files or megabytes, as the kind says.
    size: u64,
    /// Where it is made; must not exist.
    directory: PathBuf,
    /// Which of the histories of this kind.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Leave the pack as it was imported, not packed again by path.
    #[arg(long)]
    imported: bool,
}

fn main() -> std::io::Result<()> {
    let args = Args::parse();
    let order = if args.imported {
        Order::Imported
    } else {
        Order::Repacked
    };
    generate(args.kind, args.size, args.seed, order, &args.directory)
}
