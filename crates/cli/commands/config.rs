//! `git risk config`

use crate::TOOL;
use crate::args::{ConfigArgs, Format};
use crate::engine::Setup;
use crate::error::Failure;
use crate::issues;
use crate::settings::{self, FILE, Key, Settings};
use risk_change::ChangeId;
use risk_history::Repository;
use risk_report::{Configuration, ConfiguredKey, Source, clean};
use std::io::Write;

pub(crate) fn run(
    repository: &Repository,
    args: &ConfigArgs,
    setup: Setup,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let base = repository.settled()?;
    let settings = Settings::read(repository, &base, setup.given)?;
    let export = issues::read(repository, &base, &settings, setup.given)?;
    let mut notes = notes(repository, &base, setup)?;
    if let Some(entry) = settings.issues_entry() {
        notes.push(format!("In {}: {export}.", entry.value));
    }
    let configuration = Configuration {
        base: base.to_hex(),
        keys: Key::ALL.map(|key| told(key, &settings)).to_vec(),
        attributes: attributes(&settings, &base),
        notes,
    };
    let text = match format {
        Format::Text => risk_report::toml(&configuration, args.explain),
        Format::Json => risk_report::json::configuration(TOOL, &configuration),
    };
    Ok(out.write_all(text.as_bytes())?)
}

fn told(key: Key, settings: &Settings) -> ConfiguredKey {
    let definition = key.definition();
    let own = settings.entries.iter().filter(|entry| entry.key == key);
    let sources = own.map(|entry| Source {
        value: entry.value.to_string(),
        origin: entry.origin.to_string(),
    });
    ConfiguredKey {
        key: definition.name,
        git: definition.git,
        value: settings.written(key),
        is_list: key.is_list(),
        takes: definition.takes,
        meaning: definition.meaning,
        otherwise: definition.otherwise,
        sources: sources.collect(),
    }
}

fn attributes(settings: &Settings, base: &ChangeId) -> Vec<Source> {
    let lines = settings.exclusion.attribute_lines().iter();
    lines
        .map(|(number, text)| Source {
            value: clean(text).into_owned(),
            origin: settings::committed(".gitattributes", base, *number).to_string(),
        })
        .collect()
}

/// What is written and does not act.
fn notes(repository: &Repository, base: &ChangeId, setup: Setup) -> Result<Vec<String>, Failure> {
    let short = base.short();
    if setup.given.file.is_some() {
        let note = format!("With --config: the {FILE} of {short} is not asked.");
        return Ok(vec![note]);
    }
    let edited = repository
        .workdir()
        .and_then(|root| std::fs::read(root.join(FILE)).ok());
    if edited.is_none() || edited == repository.file_at(base, FILE)? {
        return Ok(Vec::new());
    }
    Ok(vec![
        format!("The {FILE} of the working tree does not act yet: it is not that of {short}."),
        format!(
            "To try it out: git risk config --config {FILE}; it acts when it is on the main branch."
        ),
    ])
}
