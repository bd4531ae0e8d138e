//! Compares what is read of a repository with git, and says what the differences come from.
#![expect(clippy::print_stdout, reason = "the answer goes to standard output")]

use clap::Parser;
use risk_bench::agreement::{Reading, commits, lines, links};
use std::path::PathBuf;

/// Compares counts, line origins and links with git on any repository.
///
/// Rows of every change with `git log --numstat -M`; the origin of every line at the tip with `git blame`;
/// the changes that fixes lead to (variant B) with `git blame` on their parents. Git needs seconds for a
/// file with a long history: a commit graph with changed paths helps it much.
#[derive(Parser)]
struct Args {
    /// The repository.
    repository: PathBuf,
    /// The last commit.
    #[arg(long, default_value = "HEAD")]
    revision: String,
    /// How many files at the tip to compare; all if not given.
    #[arg(long)]
    files: Option<usize>,
    /// How many fixes to compare; all if not given.
    #[arg(long)]
    fixes: Option<usize>,
    /// Files and fixes at most; a short form of both.
    #[arg(long)]
    sample: Option<usize>,
    /// Which sample is drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; one for each core if not given.
    #[arg(long)]
    threads: Option<usize>,
    /// Leave out the comparison of counts.
    #[arg(long)]
    no_commits: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args = Args::parse();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = args.threads.unwrap_or(cores);
    let reading = Reading::of(&args.repository, &args.revision, threads)?;
    println!(
        "{} commits, {} fixes, {} skipped",
        reading.history.changes.len(),
        reading.fixes.len(),
        reading.history.skipped.len()
    );
    if !args.no_commits {
        print!("{}", commits::compare(&reading));
    }
    let (files, fixes) = (args.files.or(args.sample), args.fixes.or(args.sample));
    print!("{}", lines::compare(&reading, files, args.seed, threads));
    print!("{}", links::compare(&reading, fixes, args.seed, threads));
    Ok(())
}
