//! Measures reading, features and links against git, on any repositories.
#![expect(clippy::print_stdout, reason = "the answer goes to standard output")]

use clap::{Parser, Subcommand};
use risk_bench::measure::{Cost, Own, Table, USES, machine, measured, pydriller, run};
use risk_testkit::rev_list;
use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// As the product has it: what it costs is part of what is measured.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures what reading, features and links cost against what git needs for the counts alone.
///
/// Commands run in turns, each in a process of its own that is measured from outside; ratios are medians over
/// the rounds. Other work on the machine disturbs wall time more than processor time.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Args {
    #[command(subcommand)]
    part: Option<Part>,
    /// The repositories.
    #[arg(required = true)]
    repositories: Vec<PathBuf>,
    /// Rounds.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Threads for reading.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// The product: `train` and `score` are measured, too, on a clone that shares objects.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// A Python that has PyDriller: its cost a commit on a sample is measured, too.
    #[arg(long)]
    pydriller: Option<PathBuf>,
    /// How many commits are sampled for it.
    #[arg(long, default_value_t = 300)]
    sample: usize,
    /// Which sample is drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What this program does when it calls itself.
#[derive(Subcommand)]
enum Part {
    /// Runs a command and prints what it cost.
    #[command(hide = true)]
    Measured {
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Does a part of our own work.
    #[command(hide = true)]
    Own {
        part: Own,
        repository: PathBuf,
        threads: usize,
    },
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    match args.part {
        Some(Part::Measured { command }) => {
            let cost = Cost::of(Command::new(&command[0]).args(&command[1..]))?;
            println!("{}", cost.to_line());
            return Ok(());
        }
        Some(Part::Own {
            part,
            repository,
            threads,
        }) => {
            run(part, &repository, threads)?;
            return Ok(());
        }
        None => {}
    }
    println!("{}; git-risk {}", machine(), env!("CARGO_PKG_VERSION"));
    for repository in &args.repositories {
        measure(&args, &repository.canonicalize()?)?;
    }
    Ok(())
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

fn git(repository: &Path, args: &[&str]) -> std::io::Result<Cost> {
    let mut all = vec![OsString::from("-C"), repository.into()];
    all.extend(words(args));
    measured(OsStr::new("git"), &all)
}

fn measure(args: &Args, repository: &Path) -> Result<(), Box<dyn Error>> {
    let n_commits = rev_list(repository, &["HEAD"]).len();
    let own_program = std::env::current_exe()?;
    let own = |part: &str| {
        let threads = args.threads.to_string();
        let all = [
            words(&["own", part]),
            vec![repository.into(), threads.into()],
        ]
        .concat();
        measured(own_program.as_os_str(), &all)
    };
    let mut table = Table::default();
    let log = table.row("git log --no-merges --numstat -M", 0, 1);
    let read = table.row("reading", log, args.threads);
    let fold = table.row("reading + features + SZZ", log, args.threads);
    let train = table.row("git-risk train --fresh", log, args.threads);
    let show = table.row("git show --numstat -M HEAD", 4, 1);
    let score = table.row("git-risk score HEAD, warm", show, 1);
    let product = args
        .binary
        .as_deref()
        .map(|it| Product::new(it, repository, args.threads));
    let product = product.transpose()?;
    for _ in 0..args.runs {
        table.cost(
            log,
            git(
                repository,
                &["log", "--no-merges", "--numstat", "-M", "--format=%H"],
            )?,
        );
        table.cost(read, own("read")?);
        table.cost(fold, own("fold")?);
        if let Some(product) = &product {
            table.cost(train, product.run(&["train", "--fresh"])?);
            table.cost(show, git(repository, &["show", "--numstat", "-M", "HEAD"])?);
            table.cost(score, product.run(&["score", "HEAD"])?);
        }
    }
    println!(
        "\n{}: {n_commits} commits, {} threads, {} rounds\n",
        repository.display(),
        args.threads,
        args.runs
    );
    print!(
        "{}",
        table.to_markdown(|row| (row < show).then_some(n_commits))
    );
    if let Some(python) = &args.pydriller {
        let clone = SharedClone::of(repository, "--no-checkout")?;
        let of = |row| table.cpu(row).unwrap_or(f64::NAN) / n_commits.max(1) as f64;
        let (reading, all) = (of(read), of(fold));
        println!(
            "\n| PyDriller, {} sampled non-merge commits | CPU ms a commit | × reading | × reading + features + SZZ |",
            args.sample
        );
        println!("|---|---|---|---|");
        for (name, what) in USES {
            let a_commit = pydriller(python, &clone.path, name, args.sample, args.seed)?;
            println!(
                "| {what} | {:.2} | {:.0} | {:.0} |",
                a_commit * 1e3,
                a_commit / reading,
                a_commit / all
            );
        }
    }
    Ok(())
}

/// A clone that shares objects, gone when it is dropped.
struct SharedClone {
    path: PathBuf,
    _dir: tempfile::TempDir,
}

impl SharedClone {
    fn of(repository: &Path, how: &str) -> Result<Self, Box<dyn Error>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("clone");
        let mut command = Command::new("git");
        command.args(["clone", "-q", "--shared", how]);
        if !command.arg(repository).arg(&path).status()?.success() {
            return Err("the repository cannot be cloned".into());
        }
        Ok(Self { path, _dir: dir })
    }
}

/// The binary, with a clone of its own in which it keeps what it learns.
struct Product {
    binary: PathBuf,
    clone: SharedClone,
    threads: String,
}

impl Product {
    fn new(binary: &Path, repository: &Path, threads: usize) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            binary: binary.canonicalize()?,
            clone: SharedClone::of(repository, "--bare")?,
            threads: threads.to_string(),
        })
    }

    fn run(&self, args: &[&str]) -> std::io::Result<Cost> {
        let repository = [OsString::from("--repo"), (&self.clone.path).into()];
        let threads = words(&["--quiet", "--threads", &self.threads]);
        let all = [words(args), repository.to_vec(), threads].concat();
        measured(self.binary.as_os_str(), &all)
    }
}
