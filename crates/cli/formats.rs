//! In which formats an answer is written, and where to.

use crate::args::Format;
use crate::error::Failure;
use crate::outfile;
use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::{Arg, Command, ValueEnum};
use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A format, and a file for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormatTo {
    pub(crate) kind: Kind,
    /// Standard output without one.
    pub(crate) file: Option<PathBuf>,
}

/// What an answer can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// For people
    Text,
    /// For machines: see docs/json.md
    Json,
    /// Workflow commands of GitHub Actions
    Github,
    /// A Code Quality report of GitLab
    Gitlab,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Reviewdog's diagnostic format
    Rdjson,
    /// A comment for a pull request, or a step summary
    Markdown,
}

impl From<Format> for FormatTo {
    fn from(format: Format) -> Self {
        let kind = match format {
            Format::Text => Kind::Text,
            Format::Json => Kind::Json,
        };
        Self { kind, file: None }
    }
}

impl Default for FormatTo {
    fn default() -> Self {
        Format::Text.into()
    }
}

impl FormatTo {
    /// The format, for commands that know these two alone.
    pub(crate) fn plain(&self) -> Format {
        match self.kind {
            Kind::Json => Format::Json,
            _ => Format::Text,
        }
    }
}

/// Reads `text` or `json`: what most commands take.
pub(crate) fn one_plain() -> impl TypedValueParser<Value = FormatTo> {
    EnumValueParser::<Format>::new().map(FormatTo::from)
}

/// What a report can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    /// For people
    Text,
    /// For machines: see docs/json.md
    Json,
    /// For a page, a comment or a step summary
    Markdown,
}

/// Reads `text`, `json` or `markdown`.
pub(crate) fn one_of_report() -> impl TypedValueParser<Value = FormatTo> {
    EnumValueParser::<ReportFormat>::new().map(|format| {
        let kind = match format {
            ReportFormat::Text => Kind::Text,
            ReportFormat::Json => Kind::Json,
            ReportFormat::Markdown => Kind::Markdown,
        };
        FormatTo { kind, file: None }
    })
}

/// Reads `FORMAT` or `FORMAT=FILE`.
#[derive(Clone)]
pub(crate) struct WithFile;

impl TypedValueParser for WithFile {
    type Value = FormatTo;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<FormatTo, clap::Error> {
        let bytes = value.as_bytes();
        let (name, file) = match bytes.iter().position(|&byte| byte == b'=') {
            Some(at) => (&bytes[..at], Some(&bytes[at + 1..])),
            None => (bytes, None),
        };
        let kinds = EnumValueParser::<Kind>::new();
        let kind = kinds.parse_ref(command, arg, OsStr::from_bytes(name))?;
        if file.is_some_and(<[u8]>::is_empty) {
            let text = format!("no file is named behind '{}'\n", value.to_string_lossy());
            return Err(
                clap::Error::raw(clap::error::ErrorKind::InvalidValue, text).with_cmd(command)
            );
        }
        let file = file.map(|file| PathBuf::from(OsStr::from_bytes(file)));
        Ok(FormatTo { kind, file })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let kinds = Kind::value_variants().iter();
        Some(Box::new(kinds.filter_map(Kind::to_possible_value)))
    }
}

/// Refuses what would be written over each other.
pub(crate) fn check(outputs: &[FormatTo]) -> Result<(), Failure> {
    for (at, output) in outputs.iter().enumerate() {
        if outputs[..at].iter().any(|other| other.file == output.file) {
            let place = output.file.as_ref();
            let place = place.map_or("standard output".to_owned(), |it| it.display().to_string());
            return Err(Failure::new(format_args!("two formats go to {place}"))
                .hint("name a file for all but one: --format sarif=risk.sarif --format github"));
        }
    }
    Ok(())
}

/// Puts a text into a file, which is replaced as a whole; what is no plain file, like a pipe, is written to.
pub(crate) fn replace(file: &Path, text: &str) -> Result<(), Failure> {
    let written = || {
        if std::fs::metadata(file).is_ok_and(|it| !it.is_file()) {
            return std::fs::write(file, text);
        }
        // Where a link leads, so that it stays one.
        let place = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
        let mut new = outfile::begin(&place)?;
        new.write_all(text.as_bytes())?;
        new.persist(&place).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(|error| unwritten(file, &error))
}

/// Puts a text at the end of a file.
pub(crate) fn append(file: &Path, text: &str) -> Result<(), Failure> {
    let open = std::fs::File::options()
        .create(true)
        .append(true)
        .open(file);
    let written = open.and_then(|mut open| open.write_all(text.as_bytes()));
    written.map_err(|error| unwritten(file, &error))
}

/// How long a file is; 0 if there is none.
pub(crate) fn length(file: &Path) -> usize {
    std::fs::metadata(file).map_or(0, |it| it.len() as usize)
}

fn unwritten(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format_args!(
        "{} could not be written: {error}",
        file.display()
    ))
    .hint("check that its folder is there, its permissions, and the space on the disk")
}
