//! What is refused, and what can be done about it.

use std::path::PathBuf;
use thiserror::Error;

/// The result of an operation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a study could not be made, or rows not be extracted.
#[derive(Debug, Error)]
pub enum Error {
    /// A data file cannot be opened.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A data file is not a table.
    #[error("{} cannot be read as comma-separated values: {source}", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: csv::Error,
    },
    /// A file of rows is not Parquet as it is written here, or cannot be made.
    #[error("{} is no Parquet that can be read or written: {source}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the engine says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file is no prior.
    #[error("{} is no prior that can be used: {source}", path.display())]
    NoPrior {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// A row of a file of rows contradicts itself or those before it.
    #[error("{}, row {row}, column `{column}`: not {wanted}", path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// The row, from 1 on, the line of names not counted.
        row: usize,
        /// The column.
        column: &'static str,
        /// What should be.
        wanted: &'static str,
    },
    /// A data file lacks a column of its profile.
    #[error("{} has no column `{column}`; it has {}", path.display(), found.join(", "))]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// What the profile needs.
        column: &'static str,
        /// What is there.
        found: Vec<String>,
    },
    /// A value is not what its column holds.
    #[error("{}, line {line}, column `{column}`: `{found}` is not {wanted}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// Line in the file, from 1 on.
        line: u64,
        /// The column, as the file names it.
        column: String,
        /// What is there.
        found: String,
        /// What should be.
        wanted: &'static str,
    },
    /// A data file has no change that could be scored.
    #[error("{} has no change to score; {n_empty} without a file are left out", path.display())]
    NoChanges {
        /// The file.
        path: PathBuf,
        /// Changes without a file that were left out.
        n_empty: usize,
    },
    /// Two data files bear the same name, so their results could not be told apart.
    #[error("two data files are named `{name}`")]
    SameName {
        /// The name, without folder and extension.
        name: String,
    },
    /// Two models bear the same name, so their results could not be told apart.
    #[error("two models are named `{name}`")]
    SameModel {
        /// The name.
        name: String,
    },
    /// A study file cannot be understood.
    #[error("{} cannot be understood: {source}", path.display())]
    Plan {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// A study file asks for something that is not there.
    #[error("{}: {what} `{found}` is not known; known are {}", path.display(), known.join(", "))]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What kind of thing.
        what: &'static str,
        /// What was asked for.
        found: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A value of a study file is out of its range.
    #[error("{}: `{key}` is {value}, and must be {range}", path.display())]
    Range {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
        /// The value.
        value: f64,
        /// What it must be.
        range: &'static str,
    },
    /// A table of a study file has too much or too little.
    #[error("{}: {what}", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A part for training that leaves nothing to train on or nothing to test.
    #[error("split at {split}: the part must lie between 0 and 1 and leave changes on both sides")]
    Split {
        /// The part given.
        split: f64,
    },
    /// A part of the changes in which nothing lies.
    #[error("judge {from}..{to}: a part lies between 0 and 1, and begins before it ends")]
    Part {
        /// Where it begins.
        from: f64,
        /// Where it ends.
        to: f64,
    },
    /// The folder for the results holds something.
    #[error("the folder {} is not empty", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// A result cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A plot cannot be drawn.
    #[error("{} cannot be drawn: {why}", path.display())]
    Plot {
        /// The file.
        path: PathBuf,
        /// What the plotter says.
        why: String,
    },
    /// What is said to be a repository has no name that could be that of a folder.
    #[error("`{text}` gives the repository no name that a folder can bear")]
    Name {
        /// What was given.
        text: String,
    },
    /// Two repositories bear the same name, so their rows could not be told apart.
    #[error("two repositories are named `{name}`")]
    SameRepository {
        /// The name.
        name: String,
    },
    /// An export of issues cannot be used.
    #[error("{}: {source}", path.display())]
    Issues {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<risk_issues::Error>,
    },
    /// The issues of one tracker were to tell fixes of several repositories.
    #[error("the issues of a tracker are those of one repository, but there are {n}")]
    OneTracker {
        /// How many there are.
        n: usize,
    },
    /// A repository is named of which the sample has no change.
    #[error("the sample has no change of a repository named `{name}`")]
    NotSampled {
        /// The name.
        name: String,
    },
    /// Several repositories were to go into one file.
    #[error("a file holds the rows of one repository, but there are {n}")]
    OneFile {
        /// How many there are.
        n: usize,
    },
    /// A manifest is not of this version.
    #[error("{} was not written by this version", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
    },
    /// A repository cannot be read.
    #[error(transparent)]
    History(#[from] risk_history::Error),
    /// A history cannot be followed.
    #[error(transparent)]
    Replay(#[from] risk_replay::Error),
    /// The run refused a step or a span.
    #[error(transparent)]
    Evaluate(#[from] risk_evaluate::Error),
    /// A model refused its rows.
    #[error(transparent)]
    Learn(#[from] risk_learn::Error),
}

impl Error {
    /// What the user can do, as far as it can be told.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::MissingColumn { .. } => Some(
                "choose the profile of the file: orb has contains_bug and days_to_first_fix, issta21 has date and \
                 bug, kamei has commitdate, pd and npt, extracted has landed_time and fix_position",
            ),
            Self::Parquet { .. } | Self::Row { .. } => Some(
                "write the rows anew with git-risk-lab extract, or leave them as they were written",
            ),
            Self::Value { .. } => {
                Some("correct the value, or leave the line out; no value is ever guessed")
            }
            Self::Csv { .. } => Some(
                "the first line names the columns, and every other one has as many values, in UTF-8",
            ),
            Self::NoChanges { n_empty, .. } if *n_empty > 0 => {
                Some("count them with --all-commits")
            }
            Self::SameModel { .. } => Some("give one of them another `name`"),
            Self::Plan { .. } | Self::Unknown { .. } | Self::Table { .. } => {
                Some("docs/lab.md has all that a study file can say")
            }
            Self::SameName { .. } => Some("rename one of the files, or make two studies"),
            Self::Split { .. } => Some("the published studies use --split 0.8"),
            Self::Name { .. } | Self::SameRepository { .. } => {
                Some("name it: --repo NAME=PATH, without / and = in the name")
            }
            Self::OneTracker { .. } => {
                Some("extract them one after the other, each with its issues")
            }
            Self::NotSampled { .. } => Some("name it as the column `repo` does: --repo NAME=PATH"),
            Self::OneFile { .. } => Some("name a folder with --out: it gets a partition for each"),
            Self::Manifest { .. } => Some("name another folder with --out"),
            Self::History(error) => history_hint(error),
            Self::Occupied { .. } => Some("name a folder that does not exist yet with --out"),
            _ => None,
        }
    }
}

fn history_hint(error: &risk_history::Error) -> Option<&'static str> {
    use risk_history::Error as E;
    match error {
        E::NotOwned { .. } => {
            Some("if you trust it: git config --global --add safe.directory PATH")
        }
        E::Shallow { .. } => Some("fetch the rest: git fetch --unshallow"),
        E::Partial => Some("use a full clone: git clone without --filter"),
        E::UnknownRevision { .. } => Some(
            "--rev must be there in every repository; by default it is the main branch, or HEAD",
        ),
        E::Unreadable { .. } | E::Malformed { .. } => {
            Some("git fsck lists what is damaged; a fresh clone brings it back")
        }
        E::Threads { .. } => Some("ask for fewer with --threads"),
        _ => None,
    }
}
