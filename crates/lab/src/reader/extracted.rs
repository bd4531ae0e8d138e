//! Rows that were extracted from a repository.

use crate::error::{Error, Result};
use crate::extract::{Column, Values, columns, is_feature};
use crate::stream::{Labelled, Landing};
use risk_change::{Position, Timestamp};
use risk_learn::Label;
use std::path::Path;

/// The names of the features, and the changes.
pub(super) fn changes(path: &Path, bytes: &[u8]) -> Result<(Vec<String>, Vec<Labelled>)> {
    let columns = columns(path, bytes)?;
    let file = File {
        path,
        columns: &columns,
    };
    let features = file.features()?;
    let commits = file.texts("commit")?;
    let positions = file.wholes("position")?;
    let landed = file.wholes("landed_time")?;
    let labels = file.wholes("label")?;
    let label_times = file.wholes("label_time")?;
    let fixes = file.wholes("fix_position")?;
    let mut changes: Vec<Labelled> = Vec::with_capacity(commits.len());
    for row in 0..commits.len() {
        let wanted = |column, wanted| Error::Row {
            path: path.to_owned(),
            row: row + 1,
            column,
            wanted,
        };
        let position = |value: Option<i64>| value.and_then(|value| Position::try_from(value).ok());
        let own = position(positions[row]).ok_or_else(|| wanted("position", "a place"))?;
        let at = landed[row].map(Timestamp);
        let at = at.ok_or_else(|| wanted("landed_time", "a time in seconds since 1970"))?;
        if let Some(before) = changes.last() {
            if before.at > at {
                return Err(wanted("landed_time", "as late as in the row before"));
            }
            if before
                .landing
                .is_some_and(|landing| landing.position >= own)
            {
                return Err(wanted("position", "after the one in the row before"));
            }
        }
        let label = match labels[row] {
            None => None,
            Some(0) => Some(Label::Clean),
            Some(1) => Some(Label::Defective),
            Some(_) => return Err(wanted("label", "1, 0, or nothing")),
        };
        let (mut fixed_at, mut fix) = (None, None);
        if label == Some(Label::Defective) {
            fix = position(fixes[row]).filter(|fix| *fix > own);
            if fix.is_none() {
                return Err(wanted(
                    "fix_position",
                    "the place of a later fix, although `label` is 1",
                ));
            }
            fixed_at = label_times[row].map(Timestamp).filter(|time| *time >= at);
            if fixed_at.is_none() {
                return Err(wanted(
                    "label_time",
                    "at or after `landed_time`, although `label` is 1",
                ));
            }
        }
        changes.push(Labelled {
            change: commits[row]
                .clone()
                .ok_or_else(|| wanted("commit", "the id of a commit"))?,
            at,
            features: features.iter().map(|column| column[row]).collect(),
            label,
            fixed_at,
            landing: Some(Landing { position: own, fix }),
        });
    }
    let names = file.columns.iter().map(|column| &column.name);
    Ok((
        names.filter(|name| is_feature(name)).cloned().collect(),
        changes,
    ))
}

struct File<'a> {
    path: &'a Path,
    columns: &'a [Column],
}

impl<'a> File<'a> {
    fn values(&self, name: &'static str) -> Result<&'a Values> {
        let column = self.columns.iter().find(|column| column.name == name);
        let column = column.ok_or_else(|| Error::MissingColumn {
            path: self.path.to_owned(),
            column: name,
            found: self.columns.iter().map(|it| it.name.clone()).collect(),
        })?;
        Ok(&column.values)
    }

    fn texts(&self, name: &'static str) -> Result<&'a [Option<String>]> {
        match self.values(name)? {
            Values::Text(values) => Ok(values),
            _ => Err(self.other_kind(name, "text")),
        }
    }

    fn wholes(&self, name: &'static str) -> Result<&'a [Option<i64>]> {
        match self.values(name)? {
            Values::Whole(values) => Ok(values),
            _ => Err(self.other_kind(name, "64-bit integers")),
        }
    }

    fn features(&self) -> Result<Vec<&'a [f64]>> {
        let features = self.columns.iter().filter(|it| is_feature(&it.name));
        let features = features.map(|column| match &column.values {
            Values::Real(values) => Ok(&values[..]),
            _ => Err(self.other_kind(&column.name, "64-bit floats")),
        });
        features.collect()
    }

    fn other_kind(&self, name: &str, wanted: &str) -> Error {
        Error::Parquet {
            path: self.path.to_owned(),
            source: format!("column `{name}` must hold {wanted}").into(),
        }
    }
}
