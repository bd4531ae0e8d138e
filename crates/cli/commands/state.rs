//! `git risk state`

use crate::args::{Format, StateArgs, StateCommand};
use crate::engine::{Examined, Setup};
use crate::error::Failure;
use crate::handing::{self, Outgoing};
use crate::state::{self, Folder};
use crate::{TOOL, error::StateError};
use risk_history::Repository;
use serde::Serialize;
use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::path::Path;

pub(crate) fn run(
    repository: Repository,
    args: &StateArgs,
    setup: Setup,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    match &args.command {
        None => show(&repository, format, out),
        Some(StateCommand::Export { file, with_changes }) => {
            export(&repository, file, *with_changes, setup, format, out)
        }
        Some(StateCommand::Import { file }) => import(repository, file, setup, format, out),
    }
}

/// What is told about a state.
#[derive(Serialize)]
struct Told {
    schema_version: u32,
    tool: &'static str,
    /// Where it lies.
    folder: String,
    /// Version of the format.
    format: u32,
    written_by: String,
    tip: String,
    commits: usize,
    changes: usize,
    files: Vec<FileTold>,
}

#[derive(Serialize)]
struct FileTold {
    name: &'static str,
    bytes: u64,
}

fn show(repository: &Repository, format: Format, out: &mut dyn Write) -> Result<(), Failure> {
    let folder = Folder::of(repository.common_dir());
    let state = folder.load()?;
    let names = ["state", "rows", "changes"];
    let files = names.into_iter().filter_map(|name| {
        let bytes = std::fs::metadata(folder.file(name)).ok()?.len();
        Some(FileTold { name, bytes })
    });
    let tip = state.replay.tip().ok_or(StateError::Other)?;
    let told = Told {
        schema_version: risk_report::json::SCHEMA_VERSION,
        tool: TOOL,
        folder: folder.path().display().to_string(),
        format: state::FORMAT,
        written_by: state.stamp.tool.clone(),
        tip: tip.to_hex(),
        commits: state.replay.ids.len(),
        changes: state.learning.journal().records().len(),
        files: files.collect(),
    };
    if format == Format::Json {
        return json(&told, out);
    }
    writeln!(out, "{}", risk_report::clean(&told.folder))?;
    for file in &told.files {
        writeln!(out, "  {:<8} {:>10}", file.name, size(file.bytes))?;
    }
    writeln!(
        out,
        "learned up to {}: {} commits, {} of them scored",
        tip.short(),
        told.commits,
        told.changes
    )?;
    writeln!(
        out,
        "written by {} (format {})",
        told.written_by, told.format
    )?;
    Ok(())
}

fn export(
    repository: &Repository,
    file: &Path,
    with_changes: bool,
    setup: Setup,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let outgoing = Outgoing::take(repository, with_changes, || waiting(setup))?;
    if is_stream(file) {
        // The answers for people pass a filter that would take escape sequences out of these bytes.
        let mut plain = std::io::stdout().lock();
        if plain.is_terminal() {
            return Err(Failure::new("an export is nothing for a terminal")
                .hint("name a file, or lead the output into one: git risk state export - > FILE"));
        }
        return Ok(outgoing.write(&mut plain)?);
    }
    let tip = outgoing.header.tip;
    let unpacked: u64 = outgoing.header.files.iter().map(|file| file.length).sum();
    let bytes = outgoing.write_to(file)?;
    if format == Format::Json {
        #[derive(Serialize)]
        struct Exported {
            schema_version: u32,
            tool: &'static str,
            tip: String,
            bytes: Option<u64>,
            unpacked_bytes: u64,
        }
        let exported = Exported {
            schema_version: risk_report::json::SCHEMA_VERSION,
            tool: TOOL,
            tip: tip.to_hex(),
            bytes,
            unpacked_bytes: unpacked,
        };
        return json(&exported, out);
    }
    let length = bytes.map_or_else(String::new, |bytes| format!(" in {}", size(bytes)));
    let name = file.display().to_string();
    writeln!(
        out,
        "{}: what was learned up to {}{length}",
        risk_report::clean(&name),
        tip.short()
    )?;
    Ok(())
}

fn import(
    repository: Repository,
    file: &Path,
    setup: Setup,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let input: Box<dyn Read> = if is_stream(file) {
        Box::new(std::io::stdin().lock())
    } else {
        let opened = File::open(file).map_err(|error| {
            Failure::new(format_args!(
                "{} could not be read: {error}",
                file.display()
            ))
            .hint("check its name and its permissions; git risk state export FILE makes one")
        })?;
        Box::new(opened)
    };
    let Examined {
        tip,
        n_commits,
        n_changes,
        has_same_labels,
    } = handing::take_in(repository, input, setup, || waiting(setup))?;
    if !has_same_labels {
        setup.tell.note(
            "people gave other labels here than where this was learned; git risk train takes them up",
        );
    }
    if format == Format::Json {
        #[derive(Serialize)]
        struct Imported {
            schema_version: u32,
            tool: &'static str,
            tip: String,
            commits: usize,
            changes: u32,
        }
        let imported = Imported {
            schema_version: risk_report::json::SCHEMA_VERSION,
            tool: TOOL,
            tip: tip.to_hex(),
            commits: n_commits,
            changes: n_changes,
        };
        return json(&imported, out);
    }
    writeln!(
        out,
        "taken over: what was learned up to {} ({n_commits} commits, {n_changes} of them scored)",
        tip.short()
    )?;
    Ok(())
}

fn is_stream(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn waiting(setup: Setup) {
    setup
        .tell
        .note("another git-risk is learning here; waiting for it");
}

fn json(told: &impl Serialize, out: &mut dyn Write) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(told).expect("plain data always serialises");
    Ok(writeln!(out, "{text}")?)
}

/// A number of bytes for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
