//! A data set, translated.

use crate::error::Result;
use risk_change::{Position, Timestamp};
use risk_learn::{Derived, Label};

/// What becomes of changes that touch no file (`nf = 0`): merges and changes of mode.
///
/// They are nearly always clean, and lift AUC and G-mean without telling anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// They are neither scored nor learned from.
    LeftOut,
    /// They are changes as all others, as some papers count them.
    Kept,
}

/// One change of a data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// What the data set calls it, or its line in the file (`line 7`).
    pub change: String,
    /// Time of its arrival.
    pub at: Timestamp,
    /// Its features, in the order of [`Stream::names`]; NaN is *not known*.
    pub features: Vec<f64>,
    /// What the data set says that it turned out to be, by which predictions are judged; `None` if that was not known
    /// yet when the data was gathered. Such changes are scored, and never judged.
    pub label: Option<Label>,
    /// When its first fix was made, if it is defective and the data set tells.
    pub fixed_at: Option<Timestamp>,
    /// Where it and its first fix stand in landing order, if the data set tells.
    pub landing: Option<Landing>,
}

/// Places in landing order, merges included, which say more than times do: many changes may land in one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landing {
    /// Place of the change.
    pub position: Position,
    /// Place of the first fix that links to it, which need not be a change that is scored.
    pub fix: Option<Position>,
}

impl Labelled {
    /// Whether the data set says that it was repaired later.
    #[must_use]
    pub fn is_defective(&self) -> bool {
        self.label == Some(Label::Defective)
    }
}

/// The changes of one project in order of time, those of equal time in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Name of the file, without its extension.
    pub name: String,
    /// Names of the features, in the order of each row; Kamei's fourteen are among them.
    pub names: Vec<String>,
    /// The changes that are scored.
    pub changes: Vec<Labelled>,
    /// Changes without a file that were left out.
    pub n_empty: usize,
    /// Defective changes whose first fix bears an earlier date than they do; it counts as made at once.
    pub n_fixed_before: usize,
    la: usize,
    ld: usize,
}

impl Stream {
    /// A stream of changes in the order of a file, with features of these names.
    ///
    /// # Errors
    ///
    /// [`Error::Learn`](crate::Error::Learn) if a name comes twice, or one of Kamei's fourteen is missing.
    ///
    /// # Panics
    ///
    /// If a row has not as many features as there are names.
    pub fn new(
        name: String,
        names: Vec<String>,
        mut changes: Vec<Labelled>,
        empty: Empty,
    ) -> Result<Self> {
        let list: Vec<&str> = names.iter().map(String::as_str).collect();
        Derived::new(&list)?;
        assert!(
            changes.iter().all(|it| it.features.len() == list.len()),
            "a row has as many features as there are names"
        );
        let place = |wanted: &str| {
            let place = list.iter().position(|name| *name == wanted);
            place.expect("it is one of the fourteen, which are there")
        };
        let (la, ld, nf) = (place("la"), place("ld"), place("nf"));
        let n_all = changes.len();
        if empty == Empty::LeftOut {
            changes.retain(|change| change.features[nf] > 0.0);
        }
        changes.sort_by_key(|change| change.at);
        let mut n_fixed_before = 0;
        for change in &mut changes {
            if let Some(fixed_at) = &mut change.fixed_at
                && *fixed_at < change.at
            {
                *fixed_at = change.at;
                n_fixed_before += 1;
            }
        }
        Ok(Self {
            name,
            names,
            n_empty: n_all - changes.len(),
            changes,
            n_fixed_before,
            la,
            ld,
        })
    }

    /// Leaves only the first changes; their labels stay as they were known at the end of all.
    #[must_use]
    pub fn cut(mut self, first: usize) -> Self {
        self.changes.truncate(first);
        self
    }

    /// The feature of a name of one of the changes; `None` if the data set does not have it.
    #[must_use]
    pub fn feature(&self, change: &Labelled, name: &str) -> Option<f64> {
        let place = self.names.iter().position(|own| own == name)?;
        change.features.get(place).copied()
    }

    /// Lines added.
    #[must_use]
    pub fn size(&self, change: &Labelled) -> f64 {
        change.features[self.la]
    }

    /// Lines added and deleted.
    #[must_use]
    pub fn effort(&self, change: &Labelled) -> f64 {
        change.features[self.la] + change.features[self.ld]
    }

    /// Defective changes of which the data set does not tell when they were repaired.
    #[must_use]
    pub fn n_fixed_unknown(&self) -> usize {
        let unknown = |it: &&Labelled| it.is_defective() && it.fixed_at.is_none();
        self.changes.iter().filter(unknown).count()
    }

    /// Changes whose label was not known yet when the data was gathered.
    #[must_use]
    pub fn n_label_unknown(&self) -> usize {
        self.changes.iter().filter(|it| it.label.is_none()).count()
    }

    /// Defective changes.
    #[must_use]
    pub fn n_defective(&self) -> usize {
        self.changes.iter().filter(|it| it.is_defective()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk_learn::KAMEI;

    fn kamei() -> Vec<String> {
        KAMEI.iter().map(ToString::to_string).collect()
    }

    fn change(name: &str, at: i64, nf: f64, fixed_at: Option<i64>) -> Labelled {
        let mut features = vec![0.0; KAMEI.len()];
        features[2] = nf;
        features[4] = 7.0;
        features[5] = 2.0;
        Labelled {
            change: name.to_owned(),
            at: Timestamp(at),
            features,
            label: Some(match fixed_at {
                Some(_) => Label::Defective,
                None => Label::Clean,
            }),
            fixed_at: fixed_at.map(Timestamp),
            landing: None,
        }
    }

    #[test]
    fn changes_are_in_order_of_time_and_else_of_the_file() {
        let changes = vec![
            change("a", 5, 1.0, None),
            change("b", 1, 0.0, None),
            change("c", 1, 1.0, Some(0)),
            change("d", 1, 1.0, Some(9)),
        ];
        let stream = Stream::new("s".to_owned(), kamei(), changes.clone(), Empty::LeftOut).unwrap();
        let names: Vec<_> = stream.changes.iter().map(|c| c.change.as_str()).collect();
        assert_eq!(names, ["c", "d", "a"]);
        assert_eq!((stream.n_empty, stream.n_fixed_before), (1, 1));
        assert_eq!(stream.changes[0].fixed_at, Some(Timestamp(1)));
        let all = Stream::new("s".to_owned(), kamei(), changes, Empty::Kept).unwrap();
        assert_eq!((all.changes.len(), all.n_empty), (4, 0));
        assert_eq!(all.changes[0].change, "b");
    }

    #[test]
    fn features_go_by_their_names_wherever_they_stand() {
        let mut named: Vec<String> = kamei().into_iter().rev().collect();
        named.push("hunks".to_owned());
        let mut one = change("a", 1, 1.0, None);
        one.features.reverse();
        one.features.push(f64::NAN);
        let stream = Stream::new("s".to_owned(), named, vec![one], Empty::LeftOut).unwrap();
        let one = &stream.changes[0];
        assert_eq!((stream.size(one), stream.effort(one)), (7.0, 9.0));
        assert_eq!(stream.feature(one, "nf"), Some(1.0));
        assert!(stream.feature(one, "hunks").is_some_and(f64::is_nan));
        assert_eq!(stream.feature(one, "tests"), None);
        let short = kamei().split_off(1);
        let error = Stream::new("s".to_owned(), short, Vec::new(), Empty::Kept).unwrap_err();
        assert!(matches!(error, crate::Error::Learn(_)), "{error}");
    }
}
