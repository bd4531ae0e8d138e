//! `git-risk-lab`: studies over data sets and repositories.
//!
//! Options are parsed ([`args`]), and one command runs: a study is written into a folder and its summary is printed;
//! rows are extracted from repositories, and what came of each is printed. All that computes is in the library of
//! this crate; this binary alone talks ([`progress`]).

mod args;
mod progress;

use args::{
    AlertsArgs, Cli, Command, ExtractArgs, FixesArgs, LinksArgs, OracleArgs, PairsArgs, PriorArgs,
    StudyArgs, WeighArgs,
};
use clap::Parser;
use progress::Bars;
use risk_lab::alerts::Alerts;
use risk_lab::extract::folder::{Became, Partition, Work};
use risk_lab::extract::{self, Format};
use risk_lab::fixes::Fixes;
use risk_lab::links::oracle::{Links, Oracle};
use risk_lab::links::{self, fit};
use risk_lab::{Error, Study, output, prior};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Study(args) => study(&args),
        Command::Alerts(args) => alerts(&args),
        Command::Fixes(args) => fixes(&args),
        Command::Prior(args) => learn_prior(&args),
        Command::Extract(args) => extract(&args),
        Command::Links(args) => link(&args),
        Command::Pairs(args) => pair(&args),
        Command::Oracle(args) => oracle(&args),
        Command::Weigh(args) => weigh(&args),
    };
    let Ok(Done { told, failed }) = done.map_err(|error| complain(None, &error)) else {
        return ExitCode::from(2);
    };
    for (name, error) in &failed {
        complain(Some(name), error);
    }
    match std::io::stdout().write_all(told.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::from(2),
        _ if !failed.is_empty() => ExitCode::from(2),
        _ => ExitCode::SUCCESS,
    }
}

/// What a command has to say.
#[derive(Default)]
struct Done {
    told: String,
    /// What did not come off, by name.
    failed: Vec<(String, Error)>,
}

/// Tells what went wrong, and what can be done about it.
fn complain(name: Option<&str>, error: &Error) {
    let name = name.map_or_else(String::new, |name| format!("{name}: "));
    let hint = error.hint();
    let hint = hint.map_or_else(String::new, |hint| format!("\n  hint: {hint}"));
    let told = plain(&format!("git-risk-lab: {name}{error}{hint}"));
    // Where even that cannot be told, the exit code tells it.
    let _ = writeln!(std::io::stderr(), "{told}");
}

/// Messages quote what stands in files of others: nothing of it may act on a terminal.
fn plain(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(risk_report::clean).collect();
    lines.join("\n")
}

fn study(args: &StudyArgs) -> Result<Done, Error> {
    let (inputs, options) = args.asked()?;
    let out = args.out();
    output::prepare(&out)?;
    let bars = Bars::new();
    let work = Work {
        threads: args.threads(),
        progress: &|name| bars.of(name),
    };
    let study = Study::of(inputs, options, &work)?;
    output::write(&study, &out)?;
    Ok(Done {
        told: output::summary(&study),
        failed: Vec::new(),
    })
}

fn alerts(args: &AlertsArgs) -> Result<Done, Error> {
    let (inputs, options) = args.asked()?;
    output::alerts::prepare(&args.out)?;
    let bars = Bars::new();
    let work = Work {
        threads: args.threads(),
        progress: &|name| bars.of(name),
    };
    let alerts = Alerts::of(inputs, options, &work)?;
    output::alerts::write(&alerts, &args.out)?;
    Ok(Done {
        told: output::alerts::summary(&alerts),
        failed: Vec::new(),
    })
}

fn fixes(args: &FixesArgs) -> Result<Done, Error> {
    output::fixes::prepare(&args.out)?;
    let fixes = Fixes::of(&args.data, &args.repo)?;
    output::fixes::write(&fixes, &args.out)?;
    Ok(Done {
        told: output::fixes::summary(&fixes),
        failed: Vec::new(),
    })
}

fn learn_prior(args: &PriorArgs) -> Result<Done, Error> {
    let bars = Bars::new();
    let work = Work {
        threads: args.threads(),
        progress: &|name| bars.of(name),
    };
    let learned = prior::learn(args.inputs(), &work)?;
    prior::write(&learned, &args.out)?;
    let mut told = String::new();
    for (project, intercept) in learned.projects.iter().zip(learned.pooled.intercepts()) {
        let line = format!(
            "{}: {} changes, {} defective; intercept {intercept:.2}\n",
            project.name, project.n_changes, project.n_defective
        );
        told.push_str(&line);
    }
    Ok(Done {
        told,
        failed: Vec::new(),
    })
}

fn extract(args: &ExtractArgs) -> Result<Done, Error> {
    let inputs = args.repositories.inputs()?;
    let options = args.options(inputs.len())?;
    let bars = Bars::new();
    let work = Work {
        threads: args.repositories.threads(),
        progress: &|name| bars.of(name),
    };
    let became = if let Some(format) = Format::of(&args.out) {
        let [input] = &inputs[..] else {
            return Err(Error::OneFile { n: inputs.len() });
        };
        vec![Became::Made(extract::to_file(
            &args.out, input, &options, format, &work,
        )?)]
    } else {
        extract::folder::fill(&args.out, &inputs, &options, args.format(), &work)?
    };
    let mut done = Done {
        told: String::new(),
        failed: Vec::new(),
    };
    for (input, became) in inputs.into_iter().zip(became) {
        let (how, partition) = match became {
            Became::Made(partition) => ("written", partition),
            Became::Kept(partition) => ("up to date", partition),
            Became::Failed(error) => {
                done.failed.push((input.name, error));
                continue;
            }
        };
        done.told.push_str(&line(&input.name, &partition, how));
    }
    Ok(done)
}

fn link(args: &LinksArgs) -> Result<Done, Error> {
    let inputs = args.repositories.inputs()?;
    let fixes = links::Fixes::read(&args.fixes, &read(&args.fixes)?, &args.issue_date)?;
    let options = args.options();
    let bars = Bars::new();
    let (mut done, mut found) = (Done::default(), BTreeMap::new());
    for input in &inputs {
        let wanted = fixes.of(&input.name);
        let progress = bars.of(&input.name);
        let threads = args.repositories.threads();
        match links::trace(&input.path, &wanted, &options, threads, &*progress) {
            Ok((here, missing)) => {
                let told = format!(
                    "{}: {} fixes traced, {} not in the repository\n",
                    input.name,
                    wanted.len() - missing.len(),
                    missing.len()
                );
                done.told.push_str(&told);
                found.insert(input.name.clone(), here);
            }
            Err(error) => done.failed.push((input.name.clone(), error)),
        }
    }
    write(&args.out, &links::links_table(&found))?;
    if let Some(path) = &args.candidates {
        write(path, &links::candidates_table(&found))?;
    }
    Ok(done)
}

fn pair(args: &PairsArgs) -> Result<Done, Error> {
    let bars = Bars::new();
    let (mut done, mut found) = (Done::default(), BTreeMap::new());
    for input in &args.repositories.inputs()? {
        let progress = bars.of(&input.name);
        match links::pairs(&input.path, args.repositories.threads(), &*progress) {
            Ok(pairs) => {
                let told = format!(
                    "{}: {} fixes name one change, {} several\n",
                    input.name,
                    pairs.all.len(),
                    pairs.n_several
                );
                done.told.push_str(&told);
                found.insert(input.name.clone(), pairs);
            }
            Err(error) => done.failed.push((input.name.clone(), error)),
        }
    }
    write(&args.out, &links::pairs_table(&found))?;
    if let Some(path) = &args.candidates {
        let found = found.into_iter().map(|(name, it)| (name, it.found));
        write(path, &links::candidates_table(&found.collect()))?;
    }
    Ok(done)
}

fn oracle(args: &OracleArgs) -> Result<Done, Error> {
    let pairs = links::Fixes::read(&args.pairs, &read(&args.pairs)?, "issue_date")?;
    let links = Links::read(&args.links, &read(&args.links)?)?;
    let oracle = Oracle::of(&pairs, &links, args.bootstrap());
    if let Some(path) = &args.out {
        write(path, &oracle.csv())?;
    }
    Ok(Done {
        told: oracle.markdown(),
        failed: Vec::new(),
    })
}

fn weigh(args: &WeighArgs) -> Result<Done, Error> {
    let pairs = links::Fixes::read(&args.pairs, &read(&args.pairs)?, "issue_date")?;
    let bytes = read(&args.candidates)?;
    let choices = fit::choices(&args.candidates, &bytes, &pairs, args.cap)?;
    let weights = fit::fit(&choices, args.ridge)?;
    write(&args.out, &fit::source(&weights))?;
    let known = choices.iter().filter(|it| it.chosen.is_some()).count();
    Ok(Done {
        told: format!(
            "{} fixes with candidates, {known} with the known change among them\n",
            choices.len()
        ),
        failed: Vec::new(),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}

/// Writes a file: it is there as a whole, or not at all.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    extract::folder::put(path, text.as_bytes())
}

fn line(name: &str, partition: &Partition, how: &str) -> String {
    let Partition {
        n_rows,
        n_commits,
        n_defective,
        n_unverified,
        ..
    } = partition;
    format!(
        "{name}: {n_rows} rows of {n_commits} commits, {n_defective} defective, {n_unverified} without a label yet; \
         {how}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_quoted_acts_on_a_terminal() {
        assert_eq!(
            plain("`\u{1b}[2J\r9`\nhint"),
            "`\u{fffd}[2J\u{fffd}9`\nhint"
        );
    }
}
