//! A sample of changes that were read and labelled, as a table.

use super::changed::File;
use crate::error::Result;
use crate::table::{Column, Row, Table};
use risk_change::ChangeId;
use std::path::Path;

/// What a reader says of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// It repairs a defect in the product's own behaviour.
    Fix,
    /// It does not.
    Not,
    /// Message and difference do not tell.
    Unsure,
}

impl Label {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Fix, Self::Not, Self::Unsure];

    /// Its name in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fix => "fix",
            Self::Not => "not",
            Self::Unsure => "unsure",
        }
    }
}

/// A change of the sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// What the repository is called.
    pub repository: String,
    /// Its id.
    pub id: ChangeId,
    /// The stratum it was drawn from.
    pub stratum: String,
    /// For how many changes of the repository it stands: those of its stratum for each that was drawn.
    pub weight: f64,
    /// What two readings say.
    pub labels: [Label; 2],
    /// What its files say to the rules.
    pub changed: Vec<File>,
    /// The whole message.
    pub message: String,
}

impl Sampled {
    /// Whether it is a fix, if both readings say so or both say not.
    #[must_use]
    pub fn is_fix(&self) -> Option<bool> {
        match self.labels {
            [Label::Fix, Label::Fix] => Some(true),
            [Label::Not, Label::Not] => Some(false),
            _ => None,
        }
    }
}

/// The changes of a table, in order.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Vec<Sampled>> {
    let table = Table::of(path, bytes)?;
    let repository = table.column("repo")?;
    let commit = table.column("commit")?;
    let stratum = table.column("stratum")?;
    let sizes = [table.column("stratum_size")?, table.column("sampled")?];
    let labels = [table.column("label_a")?, table.column("label_b")?];
    let changed = table.column("changed")?;
    let message = table.column("message")?;
    let sampled = |row: Row| {
        let id = ChangeId::from_hex(row.text(commit));
        let files = serde_json::from_str(row.text(changed)).ok();
        let [there, drawn] = sizes.map(|column| row.count(column));
        let drawn = drawn?;
        if drawn < 1.0 {
            return Err(row.wanted(sizes[1], "a number from 1 on"));
        }
        Ok(Sampled {
            repository: row.name(repository)?,
            id: id.ok_or_else(|| row.wanted(commit, "the full id of a commit"))?,
            stratum: row.text(stratum).to_owned(),
            weight: there? / drawn,
            labels: [label(row, labels[0])?, label(row, labels[1])?],
            changed: files
                .ok_or_else(|| row.wanted(changed, "a list such as [[\"a.c\",\"lines\"]]"))?,
            message: row.text(message).to_owned(),
        })
    };
    table.rows().map(sampled).collect()
}

fn label(row: Row, column: Column) -> Result<Label> {
    let found = Label::ALL
        .into_iter()
        .find(|label| label.name() == row.text(column));
    found.ok_or_else(|| row.wanted(column, "fix, not, or unsure"))
}
