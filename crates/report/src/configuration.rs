//! What is configured, and where it comes from.

use serde::Serialize;
use std::fmt::Write;

/// What holds in a repository.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Configuration {
    /// Full hexadecimal id of the commit whose files hold.
    pub base: String,
    /// All keys, in the order of the file.
    pub keys: Vec<ConfiguredKey>,
    /// Lines of `.gitattributes` that leave files out.
    pub attributes: Vec<Source>,
    /// What is not in force, and what to do about it.
    pub notes: Vec<String>,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConfiguredKey {
    /// Name in `.git-risk.toml`, with its table before a dot.
    pub key: &'static str,
    /// Name in git's configuration.
    pub git: &'static str,
    /// The value as it is written in the file.
    pub value: String,
    /// Whether it is a list, to which all sources add.
    pub is_list: bool,
    /// What may be written.
    pub takes: &'static str,
    /// What it is for.
    pub meaning: &'static str,
    /// What another value would do.
    pub otherwise: &'static str,
    /// Where it was written, the weakest first; empty for a default.
    pub sources: Vec<Source>,
}

/// Something that was written, and where.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Source {
    /// What was written.
    pub value: String,
    /// Where.
    pub origin: String,
}

/// A configuration as a `.git-risk.toml` that says the same; with comments that explain it, if so wanted.
pub fn toml(configuration: &Configuration, explained: bool) -> String {
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        writeln!(out, "{text}").expect("writing to a string cannot fail");
    };
    let base: String = configuration.base.chars().take(10).collect();
    let more = if explained {
        ""
    } else {
        "; git risk config --explain tells where it comes from"
    };
    line(format_args!("# What holds at {base}{more}."));
    for note in &configuration.notes {
        line(format_args!("# {note}"));
    }
    let mut table = "";
    for key in &configuration.keys {
        let (own, name) = key.key.split_once('.').unwrap_or(("", key.key));
        if own != table {
            line(format_args!("\n[{own}]"));
            table = own;
        } else if explained {
            line(format_args!(""));
        }
        if explained {
            explain(key, &mut line);
        }
        if key.key == "exclude" {
            attributes(&configuration.attributes, explained, &mut line);
        }
        line(format_args!("{name} = {}", key.value));
    }
    out
}

fn explain(key: &ConfiguredKey, line: &mut dyn FnMut(std::fmt::Arguments<'_>)) {
    line(format_args!("# {}", key.meaning));
    line(format_args!("#   takes {}", key.takes));
    line(format_args!("#   {}", key.otherwise));
    line(format_args!("#   in git's configuration: {}", key.git));
    match key.sources.split_last() {
        None => line(format_args!("#   from: default")),
        Some(_) if key.is_list => {
            for Source { value, origin } in &key.sources {
                let emptied = if value == "\"\"" {
                    ", takes away all before it"
                } else {
                    ""
                };
                line(format_args!("#   {value} from: {origin}{emptied}"));
            }
        }
        Some((last, before)) => {
            line(format_args!("#   from: {}", last.origin));
            for Source { value, origin } in before.iter().rev() {
                line(format_args!("#   in place of {value} from: {origin}"));
            }
        }
    }
}

fn attributes(lines: &[Source], explained: bool, line: &mut dyn FnMut(std::fmt::Arguments<'_>)) {
    if explained {
        for Source { value, origin } in lines {
            line(format_args!("#   {value}   from: {origin}"));
        }
    } else if !lines.is_empty() {
        let n = lines.len();
        let what = if n == 1 { "line" } else { "lines" };
        line(format_args!(
            "# and what {n} {what} of .gitattributes leave out"
        ));
    }
}
