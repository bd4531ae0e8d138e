//! Compares what is read of a repository with git, and says what the differences come from.
#![expect(clippy::print_stdout, reason = "the answer goes to standard output")]

use clap::Parser;
use risk_bench::agreement::{Reading, Tally, commits, lines, links};
use risk_bench::parallel::each;
use risk_history::Error;
use risk_testkit::random_history;
use std::path::{Path, PathBuf};

/// Compares counts, line origins and links with git on any repository.
///
/// Rows of every change with `git log --numstat -M`; the origin of every line at the tip with `git blame`;
/// the changes that fixes lead to (variant B) with `git blame` on their parents. Git needs seconds for a
/// file with a long history: a commit graph with changed paths helps it much.
#[derive(Parser)]
struct Args {
    /// The repository.
    #[arg(required_unless_present = "random")]
    repository: Option<PathBuf>,
    /// Compare that many random histories of 60 commits instead, those of the seeds from `--seed` on.
    #[arg(long, conflicts_with = "repository")]
    random: Option<u64>,
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
    if let Some(n) = args.random {
        return random(args.seed, n, threads);
    }
    let repository = args.repository.as_deref().unwrap_or(Path::new("."));
    let reading = Reading::of(repository, &args.revision, threads)?;
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

/// Compares random histories, and names the seeds of those that differ.
fn random(from: u64, n: u64, threads: usize) -> Result<(), Box<dyn std::error::Error>> {
    let seeds: Vec<u64> = (from..from + n).collect();
    let compared = each("random histories", &seeds, threads, |&seed| {
        let repo = random_history(seed, 60);
        let reading = Reading::of(repo.path(), "HEAD", 1)?;
        let lines = lines::compare(&reading, None, seed, 1);
        let links = links::compare(&reading, None, seed, 1);
        Ok::<_, Error>((commits::compare(&reading), lines, links))
    });
    let mut all = (
        Tally::new("changes"),
        Tally::new("lines"),
        Tally::new("links"),
    );
    for (seed, compared) in seeds.iter().zip(compared) {
        let (commits, lines, links) = compared?;
        if [
            commits.n_different(),
            lines.n_different(),
            links.n_different(),
        ] != [0; 3]
        {
            println!("seed {seed} differs");
        }
        all.0.add(commits);
        all.1.add(lines);
        all.2.add(links);
    }
    print!("{}{}{}", all.0, all.1, all.2);
    Ok(())
}
